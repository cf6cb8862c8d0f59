"""The blocks of a document with their lines, without parsing what is inside paragraphs.

Text given to this module has `\\n` line ends. Lines and offsets count from 0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from srs.markdown.block import Block
from srs.markdown.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "hr": "rule",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "row",
    "blockquote_open": "quote",
    "footnote_reference_open": "footnote",
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "math_block": "math",
    "math_block_label": "math",
    "table_open": "table",
}
_CONTAINERS = {
    "bullet_list_open": 1,
    "bullet_list_close": -1,
    "ordered_list_open": 1,
    "ordered_list_close": -1,
    "blockquote_open": 1,
    "blockquote_close": -1,
}
_WITH_INLINE = frozenset(("paragraph", "heading"))
_LEAVES = frozenset(("fence", "code_block", "html_block", "math_block", "math_block_label"))
OPAQUE = frozenset(("fence", "code", "html", "math", "table"))
"""Kinds of block in which nothing is a tag, a separator or a gap."""


def blocks(text: str) -> list[Block]:
    """The blocks of a document, in order."""
    found: list[Block] = []
    at, line = 0, 0
    while True:
        empty = _EMPTY.match(text, at)
        if empty:
            at, line = empty.end(), line + empty[0].count("\n")
        here = plain(text, at, line)
        if here is None:
            break
        at, line, more = here
        found += more
    if at < len(text):
        found += _parsed(text[at:], line)
    return found


_EMPTY = re.compile(r"(?:[ \t]*\n)+")


def _parsed(text: str, before: int) -> Iterator[Block]:
    """The blocks of a text with that many lines above it."""
    from srs.markdown.parser import LINES_BEFORE, parser  # noqa: PLC0415 - few texts need it

    tokens: list[Any] = []
    made = parser()
    made.block.parse(text, made, {LINES_BEFORE: before}, tokens)
    depth = 0
    tokens_left = iter(enumerate(tokens))
    for i, token in tokens_left:
        if token.__class__ is Block:
            # A plain one, which the parser gave as it is.
            yield token
            continue
        type_ = token.type
        kind = _KINDS.get(type_)
        if kind is None or token.map is None:
            if token.nesting < 0:
                depth += _CONTAINERS.get(type_, 0)
            continue
        start, end = (line + before for line in token.map)
        if kind in _WITH_INLINE:
            level = int(token.tag[1]) if kind == "heading" else 0
            yield Block(kind, start, end, depth, tokens[i + 1].content, level=level)
        elif type_ in _LEAVES:
            yield Block(kind, start, end, depth, token.content, token.info)
        elif kind in ("table", "footnote"):
            close = type_.replace("open", "close")
            inner = []
            for _, one in tokens_left:
                if one.type == close and one.level == token.level:
                    break
                if one.type in _LEAVES or one.type == "inline":
                    inner.append(one.content)
            yield Block(kind, start, end, depth, "\n".join(inner))
        else:
            yield Block(kind, start, end, depth)
            depth += _CONTAINERS.get(type_, 0)


BOX = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
"""How a row of a task list begins."""


def shifts(block: Block, lines: Sequence[str]) -> list[int]:
    """For each line of a paragraph's inner text, the column where it begins in its document."""
    return [indent(lines[block.start + i], line) for i, line in enumerate(block.text.split("\n"))]


def indent(source: str, inner: str) -> int:
    """Where a line of a block's inner text begins in the line of the document that it is from."""
    at = source.find(inner.strip())
    return max(at, 0) - (len(inner) - len(inner.lstrip()))
