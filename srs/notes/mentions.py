"""Where a note names other notes, images and sounds."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Mention, covers, line_starts
from srs.notes.grammar import column, inner_lines, lines_with, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.markdown import Block
    from srs.model import Problem

_ELEMENT = re.compile(r"<(?:img|audio|source|IMG)\b")
_MAY_MENTION = re.compile(rf"\[\[|!\[|{_ELEMENT.pattern}")


def lines_of(source: str, ends: Sequence[int]) -> frozenset[int]:
    """The lines that may name any; most notes have none and are not searched."""
    if "[[" in source or "![" in source or ("<" in source and _ELEMENT.search(source)):
        return lines_with(_MAY_MENTION, source, ends)
    return frozenset()


def of(block: Block, lines: Sequence[str]) -> Iterable[Mention]:
    """Where a block names notes and media, in the order of writing."""
    if block.kind in ("paragraph", "heading"):
        shifts, starts = markdown.shifts(block, lines), line_starts(block.text)
        for one in markdown.named(block.text):
            line = bisect_right(starts, one.offset) - 1
            yield _mention(one, block.start + line, shifts[line] + one.offset - starts[line])
    elif block.kind in ("table", "footnote"):
        for number in range(block.start, block.end):
            if _MAY_MENTION.search(lines[number]):
                for one in markdown.named(lines[number]):
                    yield _mention(one, number, one.offset)
    elif block.kind == "html":
        starts = line_starts(block.text)
        for match in markdown.MEDIA_ELEMENT.finditer(block.text):
            line = bisect_right(starts, match.start()) - 1
            column = match.start() - starts[line]
            source = match["quoted"] or match["bare"] or ""
            yield Mention(block.start + line + 1, column + 1, source, "", media=True)


def _mention(found: markdown.Named, line: int, column: int) -> Mention:
    return Mention(line + 1, column + 1, found.target, found.fragment, found.media)


def by_reference(path: str, block: Block, lines: Sequence[str]) -> Iterator[Problem]:
    """Images that a paragraph names by a reference, which are seen nowhere."""
    if block.kind != "paragraph" or "][" not in block.text:
        return
    spans = markdown.inline_opaque(block.text)
    for number, text, start in inner_lines(block):
        for match in _REFERENCE.finditer(text):
            if not covers(spans, start + match.start()):
                message = "An image that is named by a reference is not shown on a card."
                hint = f"Name its file: `![{match[1]}](FILE)`."
                at = column(lines[number], text, match.start())
                yield warning(path, number, at, "image-reference", message, hint)


_REFERENCE = re.compile(r"!\[([^\[\]\n]*)\]\[[^\[\]\n]*\]")
