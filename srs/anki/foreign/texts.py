"""What HTML says, however it is marked up: to see whether anything was lost on the way."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from urllib.parse import quote, unquote

_UNSEEN = re.compile(
    r"<!--.*?-->|<[!?](?!--)[^<>]*>?|<(style|script|title|template|noscript|rp|svg|canvas|iframe|object|textarea|"
    r"select|math)\b.*?</\1\s*>|<td[^<>]*\bclass=\"?linenos.*?</td>",
    re.DOTALL | re.IGNORECASE,
)
_SOURCE = re.compile(
    r"""<(?:img|audio|video|source)\b[^<>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))[^<>]*>""",
    re.IGNORECASE,
)
_SOUND = re.compile(r"\[sound:([^\]]{1,400})\]")
_READING = re.compile(r"<rt\b[^<>]*>(.{0,400}?)</rt>", re.DOTALL | re.IGNORECASE)
_QUOTE = re.compile(r"<(/?)q>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_MATH = re.compile(r"\\[()\[\]]|\[/?\${1,2}\]|\[/?latex\]|\$+", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_BULLET = re.compile(r"[-*•◦·–‣▪|]|\d+[.)]")


_ELEMENTS = (
    "a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blink|"
    "blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|data|datalist|dd|del|"
    "details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|"
    "frame|frameset|h[1-6]|head|header|hr|html|i|iframe|image|img|input|ins|kbd|label|legend|li|"
    "link|main|map|mark|marquee|math|menu|meta|meter|nav|nobr|noscript|object|ol|optgroup|option|"
    "output|p|param|picture|pre|progress|q|rb|rp|rt|rtc|ruby|s|samp|script|section|select|small|"
    "source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|"
    "th|thead|time|title|tr|track|tt|u|ul|var|video|wbr|path|rect|circle|line|polygon|polyline|"
    "ellipse|text|tspan|defs|use|mstyle|mrow|mi|mn|mo|msup|msub|mfrac|msqrt|"
    r"[a-z][a-z0-9]*[:-][\w:-]+"
)
_NO_TAG = re.compile(
    rf"""<(?!/?(?:{_ELEMENTS})(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|[!?])""", re.IGNORECASE
)


_END = re.compile(r"</([a-z][\w-]*)\s*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?([a-z][\w-]*)(?:\s[^<>]*)?>", re.IGNORECASE)


def mended(html: str) -> str:
    """The HTML with `&lt;` for each `<` that begins no element: `i <n`, `vector<int>`.

    A browser would take those for elements that it does not know, and show nothing. Where one is
    closed again, as by authors with marks of their own, only what is in it stays.
    """
    if "<" not in html:
        return html
    closed = {found[1].lower() for found in _END.finditer(html)}
    if closed:
        html = _ANY_TAG.sub(
            lambda one: "" if one[1].lower() in closed and _NO_TAG.match(one[0]) else one[0], html
        )
    # A comment that never ends would hide all that follows.
    end = html.rfind("-->") + 1
    html = html[:end] + html[end:].replace("<!--", "&lt;!--")
    return _NO_TAG.sub("&lt;", html)


def is_of_another_computer(source: str) -> bool:
    """Whether it names a file where the note was written, as Word does: `file:///C:/..`."""
    return source.lower().startswith("file:")


def said(html: str, *, listed: bool = False) -> str:
    """The text of HTML without any space, media by their names, formulas without their marks.

    `listed`: without what begins a row of a list.
    """
    if "<" in html or "&" in html or "[" in html or "\\" in html or "$" in html:
        html = _UNSEEN.sub("", html)
        html = _SOURCE.sub(lambda one: _medium(one[1] or one[2] or one[3] or ""), html)
        html = _SOUND.sub(lambda one: _sound(unescape(one[1])), html)
        html = _READING.sub(lambda one: f"[{one[1].strip()}]" if one[1].strip() else "", html)
        html = _QUOTE.sub(lambda one: "”" if one[1] else "“", html)
        html = _MATH.sub("", _SPACE.sub("", unescape(_TAG.sub("", html))))
    html = _SPACE.sub("", html)
    html = html if html.isascii() else unicodedata.normalize("NFC", html)
    return _BULLET.sub("", html) if listed else html


def _medium(source: str) -> str:
    name = unquote(unescape(source)).removeprefix("media/")
    if is_of_another_computer(name):
        return ""
    return name.replace("<", "").replace("$", "")


def _sound(name: str) -> str:
    """Anki takes the name of a sound as it is written; in Markdown it is the target of a link."""
    return _medium(name) if name.startswith("media/") else _medium(quote(name))
