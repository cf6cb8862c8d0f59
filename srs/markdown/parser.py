"""The one configured parser, and what its inline rules are watched for.

The environment of a parse may hold a list under `WATCH` (with the source) that collects opaque
spans, and one under `NAMES` that collects links to notes and the media that are named. With
`LINES_BEFORE`, a number of lines above its text, plain blocks are given as `Block`s in the place
of their tokens.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import autolink, backtick, escape, html_inline, image, link
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.footnote import footnote_plugin

from srs.markdown.naming import MEDIA_ELEMENT, WIKI_LINK, Named, is_link, linked
from srs.markdown.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    InlineRule = Callable[[StateInline, bool], bool]

LINES_BEFORE = "srs-lines-before"
WATCH = "srs-watch"
NAMES = "srs-mentions"


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough, math, footnotes and wiki links."""
    made = MarkdownIt("commonmark", {"html": True})
    made.enable(["table", "strikethrough"])
    made.use(footnote_plugin)
    made.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    # `Q: a` / `A: b` / `---` would be a setext heading and the card gone. Footnotes are known as
    # blocks only: a fragment is shown alone, without the definitions at the end of its note.
    made.disable(["lheading", "footnote_inline", "footnote_ref", "footnote_tail"])
    made.block.ruler.before("table", "plain_block", _plain_block)
    dollar = math_inline_dollar(False, False, True)

    def math(state: StateInline, silent: bool) -> bool:
        # `${{ secrets.X }}` is a placeholder, no math.
        if state.src.startswith("${{", state.pos):
            return False
        # At the start the plugin takes the text's last character for the one before.
        source, state.src = state.src, state.src if state.pos else f"{state.src} "
        found = bool(dollar(state, silent))
        state.src = source
        return found

    for name, rule in (
        ("backticks", backtick),
        ("html_inline", html_inline),
        ("image", image),
        ("autolink", autolink),
        ("escape", escape),
        ("math_inline", math),
    ):
        made.inline.ruler.at(name, _watched(rule, lambda _state, start: start))
    made.inline.ruler.at("link", _watched(link, _label_end))
    made.inline.ruler.before("link", "wiki_link", _watched(_wiki_link, lambda _state, at: at))
    return made


def _plain_block(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A plain block, given as it is in the place of its tokens."""
    before = state.env.get(LINES_BEFORE)
    if before is None or silent or state.level or state.sCount[start]:
        return False
    found = plain(state.src, state.bMarks[start], start + before)
    if found is None:
        return False
    _, end, blocks = found
    state.line = end - before
    tokens: list[Any] = state.tokens
    tokens += blocks
    return True


def _watched(rule: InlineRule, opaque_from: Callable[[StateInline, int], int]) -> InlineRule:
    """The rule, noting in the environment the span that it takes as its own."""

    def watched(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not rule(state, silent):
            return False
        source, found = state.env.get(WATCH, (None, None))
        # The text of an image is parsed as a source of its own, with offsets of its own.
        if not silent and source == state.src:
            found.append((opaque_from(state, start), state.pos))
            if NAMES in state.env:
                state.env[NAMES] += _named(state, start)
        return True

    return watched


def _label_end(state: StateInline, start: int) -> int:
    """A link's label is text; what follows it is not."""
    end: int = state.md.helpers.parseLinkLabel(state, start, True)
    return end


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """`[[note#heading|text]]`, and `![[picture.png|text]]` as an image."""
    match = WIKI_LINK.match(state.src, state.pos)
    if match is None or not is_link(match):
        return False
    if not silent:
        embedded, text = match[1], match[4]
        target, fragment = linked(match)
        named = target.removesuffix(".md").rpartition("/")[2]
        shown = text or " › ".join(name for name in (named, fragment.strip("^# ")) if name)
        if embedded and re.search(r"\.\w+$", target) and not target.endswith(".md"):
            token = state.push("image", "img", 0)
            token.attrs = {"src": target, "alt": ""}
            token.children = []
            token.content = (text or "").strip()
        else:
            token = state.push("wiki_link", "", 0)
            token.content = shown.strip()
            token.meta = {"target": target, "fragment": fragment}
    state.pos = match.end()
    return True


def _named(state: StateInline, start: int) -> list[Named]:
    token = state.tokens[-1] if state.tokens else None
    if token is None:
        return []
    if token.type == "wiki_link":
        return [Named(start, token.meta["target"], token.meta["fragment"])]
    if token.type == "image":
        return [Named(start, str(token.attrs["src"]), media=True)]
    if token.type == "html_inline":
        found = MEDIA_ELEMENT.search(token.content)
        source = found and (found["quoted"] or found["bare"])
        return [Named(start, source, media=True)] if source else []
    return []


def inline(text: str, env: dict[str, Any] | None = None) -> list[Any]:
    """The tokens of a paragraph's inline source."""
    tokens: list[Any] = []
    made = parser()
    made.inline.parse(text, made, env if env is not None else {}, tokens)
    return tokens
