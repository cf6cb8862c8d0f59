"""Fragments as tokens that a terminal can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.token import Token

from srs.markdown.parser import parser
from srs.markdown.render import announced, without_folds, without_footnotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def screen_tokens(text: str, links: list[str]) -> tuple[list[Token], list[str]]:
    """Tokens of a fragment, what cannot be drawn made text or code, and the links that it has.

    A link has a number, its place in the `links` of the screen, which grow by those that are new.
    """
    here: list[str] = []
    tokens = without_footnotes(parser().parse(text))
    for token in tokens:
        if token.type == "html_block":
            token.content = without_folds(token.content).strip()
        elif token.type in ("math_block", "math_block_label"):
            token.type, token.tag, token.content = "fence", "code", token.content.strip() + "\n"
            token.info = "tex"
        if token.children:
            token.children = [*_numbered(token.children, here, links)]
            for child in token.children:
                _make_text(child)
    return [one for one in tokens if one.type != "html_block" or one.content], here


def number(link: str, links: Sequence[str]) -> str:
    """The number of a link, as it is shown."""
    return f"[{links.index(link) + 1}]"


def _numbered(tokens: Sequence[Token], here: list[str], links: list[str]) -> Iterator[Token]:
    """The tokens with a number behind each link, unless it shows where it leads.

    Such links are added to those `here`, and to all of the screen.
    """
    href, shown = "", ""
    for token in tokens:
        if token.type == "link_open":
            href, shown = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            if href.removeprefix("mailto:") != shown:
                for known in (here, links):
                    if href not in known:
                        known.append(href)
                yield Token("text", "", 0, content=f" {number(href, links)}")
        else:
            shown += token.content
            yield token


def _make_text(token: Token) -> None:
    match token.type:
        case "math_inline" | "math_inline_double":
            token.type, token.tag = "code_inline", "code"
        case "html_inline":
            token.type, token.content = "text", without_folds(token.content)
        case "wiki_link":
            token.type = "text"
        case "image":
            # In its place: rich would draw it before its paragraph.
            token.type, token.tag, token.content = "text", "", announced(token)
            token.children = None
