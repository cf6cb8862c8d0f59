"""Code in HTML: what highlighters and editors made of it, as plain text again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4.element import NavigableString, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bs4 import BeautifulSoup

_LANGUAGE = re.compile(
    r"(?:^|[\s;])(?:lang(?:uage)?-|highlight-|brush:\s*)([\w+#-]+)|"
    r"(?:^|\s)(?:hljs|sourceCode|highlight|codehilite|prettyprint)\s+(?:lang-)?([\w+#-]+)"
)
_NO_LANGUAGE = frozenset(
    ("hljs", "highlight", "none", "plaintext", "text", "nohighlight", "default", "run", "output")
)
_LANGUAGES = frozenset(
    re.findall(
        r"\S+",
        "bash c c# c++ clojure cpp cs csharp css dart diff elixir erlang fsharp go haskell html "
        "ini java javascript js json julia kotlin latex lua matlab nim objectivec ocaml perl php "
        "powershell prolog py python r ruby rust scala scheme sh shell sql swift toml ts tsx "
        "typescript xml yaml zsh",
    )
)
"""What a class of code may be by itself."""
_LINE_NUMBERS = re.compile(r"\b(?:linenos?|linenumbers?|gutter|hljs-ln-numbers)\b")
_EVEN = re.compile(
    r"\bmonospace\b|consolas|courier|menlo|monaco|source code|fira code|jetbrains|inconsolata",
    re.IGNORECASE,
)
"""Names of fonts that only code has."""
_BLOCKS = ("div", "p", "li", "tr", "pre", "blockquote", "ol", "ul", "table")
_NO_CODE = ("img", "ul", "ol", "table", "pre", "code", "audio", "video")


def language(pre: Tag) -> str:
    """The language that a class names, of the element, what is in it or right around it; or ``."""
    around = [one for one in pre.parents if one.name == "div"][:2]
    for one in (pre, *pre.find_all("code"), *around):
        classes = one.get("class")
        named = " ".join(classes) if isinstance(classes, list) else str(classes or "")
        for found in _LANGUAGE.finditer(named):
            name = (found[1] or found[2]).lower()
            if name not in _NO_LANGUAGE:
                return name
        for word in named.lower().split():
            if word in _LANGUAGES and one.name != "div":
                return word
    return ""


def source(el: Tag) -> str:
    """The code in an element, with its lines."""
    lines = [""]
    for piece in _pieces(el):
        if piece != _EDGE:
            first, *more = piece.replace("\r\n", "\n").split("\n")
            lines[-1] += first
            lines += more
        elif lines[-1]:
            lines.append("")
    return "\n".join(line.rstrip() for line in lines)


_EDGE = "\ufdef"
"""Where a block begins or ends."""


def _pieces(el: Tag) -> Iterator[str]:
    """Its text and its edges."""
    for one in el.children:
        if isinstance(one, Tag):
            if one.name == "br":
                yield "\n"
            elif one.name in _BLOCKS:
                yield _EDGE
                yield from _pieces(one)
                yield _EDGE
            else:
                yield from _pieces(one)
        elif isinstance(one, NavigableString):
            yield str(one)


def make_code_plain(soup: BeautifulSoup) -> None:
    """Make `<pre>` or `<code>` of what is only styled to look like code; drop line numbers."""
    for one in soup.find_all(class_=_LINE_NUMBERS):
        if one.name in ("td", "span", "div", "pre"):
            one.decompose()
    for one in soup.find_all(_is_styled_as_code):
        if one.find_parent(["pre", "code"]) or one.find(_NO_CODE) or not one.get_text().strip():
            continue
        block = one.name in _BLOCKS or one.find(["br", "div", "p"]) is not None
        one.name = "pre" if block else "code"


def _is_styled_as_code(el: Tag) -> bool:
    if el.name not in ("div", "p", "span", "font"):
        return False
    classes: Sequence[str] = el.get("class") or ()
    if el.name == "div" and ("highlight" in classes or "codehilite" in classes):
        return el.find("pre") is None
    style = f"{el.get('face') or ''} {el.get('style') or ''}"
    return _EVEN.search(style) is not None
