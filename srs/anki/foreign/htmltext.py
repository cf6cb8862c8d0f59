"""HTML as text and as elements, and HTML that stays HTML: what our renderer shows of it."""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup
from bs4.element import Tag

from srs.anki.foreign.texts import is_of_another_computer
from srs.media import is_elsewhere

MEDIA = "media/"
"""The folder that the media of a collection are copied to, as notes name it."""
SOUND = re.compile(r"\[sound:([^\]]{1,400})\]")
NOT_SHOWN = ("style", "script", "title", "template", "noscript", "rp", "head")
NOT_KEPT = ("svg", "canvas", "iframe", "object", "embed", "input", "textarea", "select", "math")
_ATTRIBUTES = ("src", "alt", "href", "colspan", "rowspan", "style", "width", "height", "title")
_SHOWN = frozenset(
    re.findall(
        r"\w+",
        "a audio b blockquote br caption center code dd del div dl dt em figure h1 h2 h3 h4 h5 h6 "
        "hr i img kbd li mark ol p pre q rt ruby s small span strong sub sup table tbody td tfoot "
        "th thead tr u ul",
    )
)


_UNSEEN = re.compile(r"<!--.*?-->|<[!?](?!--)[^<>]*>?", re.DOTALL)
_OUTERMOST = frozenset(("body", "div"))
_REFERENCE = re.compile(r"&#(?:\d+|[xX][0-9a-fA-F]+);?")
_NO_ENTITY = re.compile(r"&#(?!\d|[xX][0-9a-fA-F])")


def parsed(html: str) -> BeautifulSoup:
    """The HTML parsed, without comments and what Python's parser refuses or never ends: the
    declarations that Word leaves, which browsers skip, and `&#` that begins no entity.
    """
    html = _NO_ENTITY.sub("&amp;#", _UNSEEN.sub("", html))
    # Beautiful Soup makes any character of a number, those that stand for something here too.
    html = _REFERENCE.sub(lambda one: escape(unescape(one[0])), html)
    # Space is text until it is known what is code.
    return BeautifulSoup(html, "html.parser", preserve_whitespace_tags=_OUTERMOST)


_SEEN = ("img", "audio", "video", "table")


def is_deep(soup: BeautifulSoup) -> bool:
    """Whether elements stand within elements as no editor writes them. To look up from each of
    them would take long, and Python goes only so deep.
    """
    level: list[Tag] = [soup]
    for _ in range(_DEEPEST):
        level = [one for el in level for one in el.contents if isinstance(one, Tag)]
    return bool(level)


_DEEPEST = 100


def mend_lists(soup: BeautifulSoup) -> None:
    """Rows without anything go, and a list that editors write beside its row goes into it."""
    for row in soup.find_all("li"):
        if not row.get_text(strip=True) and not row.find(_SEEN):
            row.decompose()
    for inner in soup.find_all(["ul", "ol"]):
        if not inner.parent or inner.parent.name not in ("ul", "ol"):
            continue
        before = inner.find_previous_sibling("li")
        if before:
            before.append(inner.extract())


_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
_MARK = re.compile(r"\\(?![()\[\]])|[`*_$~]|(?<!\\)[\[\]]")
"""Formulas stay: they are math in Anki, and text here."""


def in_one_line(el: Tag) -> tuple[str, list[str]]:
    """The HTML of an element, which is changed, and the media that it names."""
    media: list[str] = []

    def named(name: str) -> str:
        name = in_the_collection(name)
        media.append(name)
        return MEDIA + target(name)

    for one in el.find_all((*NOT_SHOWN, *NOT_KEPT)):
        one.decompose()
    for one in el.find_all(src=True):
        if is_of_another_computer(str(one["src"])):
            one.decompose()
    for one in el.find_all("video"):
        inner = one.find("source", src=True)
        one.name, one["src"] = "audio", one.get("src") or (inner["src"] if inner else "")
    for one in (el, *el.find_all(True)):
        source, href = str(one.get("src") or ""), str(one.get("href") or "")
        one.attrs = {key: value for key, value in one.attrs.items() if key in _ATTRIBUTES}
        if source and not is_elsewhere(source):
            one["src"] = named(unquote(source))
        if href and not leads_somewhere(href):
            del one["href"]
        if one is el and one.name not in _SHOWN:
            one.name = "div"
        elif one.name not in _SHOWN:
            one.unwrap()
    whole = SOUND.sub(lambda one: f'<audio src="{named(unescape(one[1]))}"></audio>', str(el))
    whole = re.sub(r"^(<div>)\s+|\s+(</div>)$", r"\1\2", whole.strip())
    # In the middle of Markdown the text between tags is Markdown too.
    whole = _TEXT.sub(lambda one: _MARK.sub(lambda mark: f"&#{ord(mark[0])};", one[0]), whole)
    return whole.replace("\n", "&#10;" if el.find("pre") else " "), media


def leads_somewhere(href: str) -> bool:
    """Whether a link is an address, and no script."""
    return is_elsewhere(href) and not href.lower().startswith("javascript:")


def is_fetched(source: str) -> bool:
    """Whether a picture is got from a server, who so learns when it is looked at."""
    return is_elsewhere(source) and not source.lower().startswith("data:")


def in_the_collection(name: str) -> str:
    """A medium's name as its file has it: decks come from systems that spell umlauts otherwise."""
    return unicodedata.normalize("NFC", name)


def target(name: str) -> str:
    """The name of a medium as the target of a link: only what would end it is encoded."""
    return _ENDING.sub(lambda sign: quote(sign[0], safe=""), name)


_ENDING = re.compile(r"[\x00-\x20\x7f\xa0()<>%\\\"'`*\[\]?#$|{}&]|\s")
