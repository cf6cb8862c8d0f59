"""From the source of a part to what is known of it: its text, its rows and code, what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from srs import markdown
from srs.markdown import OPAQUE, Block
from srs.model import Fence, Part, Row, covers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srs.model import Span

_NAME = re.compile(r"(?:^|\s)\^([A-Za-z][\w-]*)\s*\Z")
_LABEL = re.compile(r"#[^\W\d_][\w/-]*")
_MAY_END_IN_LABEL = re.compile(r"#[^\W\d_][\w/-]*(?:\s+\^[\w-]+)?\s*$")
_MARKER = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])([ \t]*)")
_BOX = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_NEEDS_OPAQUE = re.compile(r"\{\{|==|\|")


@dataclass(slots=True)
class Stretch:
    """The source of a part: from a column of one line to the end of others."""

    tag: str
    line: int
    column: int
    stop: int | None
    """Column in the first line where another part begins, None for the line's end."""
    paragraph_end: int
    end: int | None = None


@dataclass(slots=True)
class Draught:
    """A part in the making, with the blocks of the note that it is made of."""

    tag: str
    text: str
    origin: list[tuple[int, int]]
    blocks: list[Block]

    def part(self) -> Part:
        said = (
            markdown.block_said(self.blocks[0])
            if len(self.blocks) == 1
            else markdown.all_said(self.blocks)
        )
        opaque: tuple[Span, ...] = ()
        if self.tag in ("C", "T") and _NEEDS_OPAQUE.search(self.text):
            opaque = self.opaque()
        if len(self.blocks) == 1:
            return Part(self.tag, self.text, said, tuple(self.origin), opaque)
        fences = tuple(
            Fence(tuple(block.info.split()), block.text)
            for block in self.blocks
            if block.kind == "fence"
        )
        rows = self._rows() if self.tag in ("Options", "Points") else ()
        return Part(self.tag, self.text, said, tuple(self.origin), opaque, rows, fences)

    # Opaque spans -------------------------------------------------------------------------------

    def _line_starts(self) -> list[int]:
        """Offsets of the lines of the text, and of the end after the last."""
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def opaque(self) -> tuple[Span, ...]:
        lines, starts = self.text.split("\n"), self._line_starts()
        first = self.origin[0][0] - 1
        spans: list[Span] = []
        for block in self.blocks:
            start = block.start - first
            if block.kind in OPAQUE:
                spans.append((starts[start], starts[min(block.end - first, len(lines))] - 1))
            elif block.kind == "paragraph":
                here = block._replace(start=start, end=block.end - first)
                shifts = markdown.shifts(here, lines)
                offsets = [0, *accumulate(len(line) + 1 for line in block.text.split("\n"))]

                def moved(offset: int, inner: str = block.text, at: int = start) -> int:
                    line = inner.count("\n", 0, offset)
                    return starts[at + line] + shifts[line] + offset - offsets[line]  # noqa: B023

                spans += [(moved(a), moved(b)) for a, b in markdown.inline_opaque(block.text)]
        return tuple(sorted(spans))

    # Lists --------------------------------------------------------------------------------------

    def _rows(self) -> tuple[Row, ...]:
        """Rows of the lists at the top of the part."""
        depth = min((block.depth for block in self.blocks if block.kind == "list"), default=0)
        rows = [one for one in self.blocks if one.kind == "row" and one.depth == depth + 1]
        if not rows:
            return ()
        lines, starts = self.text.split("\n"), self._line_starts()
        first = self.origin[0][0] - 1
        return tuple(
            self._row(lines, starts, row.start - first, min(row.end - first, len(lines)))
            for row in rows
            if 0 <= row.start - first < len(lines)
        )

    def _row(self, lines: list[str], starts: list[int], start: int, end: int) -> Row:
        marker = _MARKER.match(lines[start])
        if marker is None:
            return Row("", lines[start].strip(), "", starts[start])
        width = marker.end() if len(marker[1]) in (1, 2, 3, 4) else marker.start(1) + 1
        head = lines[start][marker.end() :]
        box = _BOX.match(head)
        texts = [head[box.end() :] if box else head]
        texts += [_dedented(line, width) for line in lines[start + 1 : end]]
        first = self.origin[0][0] - 1
        # An option that is code stands below its box.
        below = next((one for one in self.blocks if start < one.start - first < end), None)
        size = 1
        if below and below.kind in ("fence", "math") and not texts[0].strip():
            size = below.end - first - start
        return Row(
            box[1].lower() if box else "",
            "\n".join(texts[:size]).strip("\n").rstrip(),
            "\n".join(texts[size:]).strip("\n").rstrip(),
            starts[start] + marker.end() + (box.end() if box else 0),
        )


def _dedented(line: str, width: int) -> str:
    """The line without up to `width` columns of leading space."""
    rest = line.lstrip(" \t")
    return line[: len(line) - len(rest)].expandtabs(4)[width:] + rest


def draught(stretch: Stretch, lines: Sequence[str], blocks: Sequence[Block]) -> Draught:
    """The part that a stretch of the note is; `blocks` are those after the item's first line.

    Its first line is a paragraph's, whatever it looks like.
    """
    end = stretch.end if stretch.end is not None else len(lines)
    source = lines[stretch.line][stretch.column : stretch.stop].strip()
    head = markdown.as_paragraph(source)
    column = lines[stretch.line].find(source, stretch.column) + 1 - (len(head) - len(source))
    texts, origin = [head], [(stretch.line + 1, column)]
    paragraph_end = min(stretch.paragraph_end, end)
    for line in range(stretch.line + 1, paragraph_end):
        text = lines[line].lstrip()
        texts.append(text)
        origin.append((line + 1, len(lines[line]) - len(text) + 1))
    inner = "\n".join(texts)
    found = [Block("paragraph", stretch.line, paragraph_end, 0, inner)]
    if paragraph_end < end:
        texts += lines[paragraph_end:end]
        origin += [(line + 1, 1) for line in range(paragraph_end, end)]
        found += [_until(end, block) for block in blocks if paragraph_end <= block.start < end]
    while len(texts) > 1 and not texts[-1].strip():
        texts.pop()
    if len(texts) > 1 and not texts[0].strip():
        empty = next(i for i, text in enumerate(texts) if text.strip())
        rest = texts[empty : paragraph_end - stretch.line]
        first = [Block("paragraph", origin[empty][0] - 1, paragraph_end, 0, "\n".join(rest))]
        texts, origin, found = texts[empty:], origin[empty:], (first if rest else []) + found[1:]
    return Draught(stretch.tag, "\n".join(texts).rstrip(), origin[: len(texts)], found)


def _until(end: int, block: Block) -> Block:
    """The block as far as the part goes: a tag may stand in the middle of its last paragraph."""
    if block.end <= end or block.kind != "paragraph":
        return block
    text = "\n".join(block.text.split("\n")[: end - block.start])
    return block._replace(end=end, text=text)


# Marks at the ends of lines ---------------------------------------------------------------------


def without_marks(draughts: list[Draught]) -> tuple[list[Draught], tuple[str, ...], str]:
    """Parts without the `#tags` of the first line and the `^id` of the last, and these."""
    parts = list(draughts)
    name, tags = "", ""
    first = 1 if parts[0].tag == "" else 0
    # Of an item with reasons or hints the end of its answer will do as well.
    last = [len(parts) - 1]
    last += [i for i in range(first, len(parts)) if parts[i].tag not in ("Why", "Hint")][-1:]
    for _ in range(2):  # `#tag ^id` and `^id #tag`
        for place in last:
            if not name and "^" in parts[place].text:
                parts[place], name = _cut(parts[place], len(parts[place].text), _name_start)
        line = parts[first].text.partition("\n")[0]
        if not tags and _MAY_END_IN_LABEL.search(line):
            parts[first], tags = _cut(parts[first], len(line), _labels_start)
    labels = tuple(label.lstrip("#") for label in tags.split())
    return parts, labels, name.lstrip("^")


def _name_start(line: str) -> int:
    match = _NAME.search(line)
    return match.start() if match else -1


def _labels_start(line: str) -> int:
    start = -1
    for word in reversed([*re.finditer(r"\S+", line)]):
        if not _LABEL.fullmatch(word[0]):
            break
        start = word.start()
    return start


def _cut(part: Draught, end: int, find: Callable[[str], int]) -> tuple[Draught, str]:
    """The part without what is found at the end of the line before `end`, unless that is code."""
    start = part.text.rfind("\n", 0, end) + 1
    at = find(part.text[start:end])
    if at < 0 or covers(part.opaque(), start + at):
        return part, ""
    kept = part.text[: start + at].rstrip() + part.text[end:]
    first = part.origin[0][0] - 1
    blocks = [
        one._replace(start=one.start + first, end=one.end + first) for one in markdown.blocks(kept)
    ]
    return replace(part, text=kept, blocks=blocks), part.text[start + at : end].strip()


# Options ----------------------------------------------------------------------------------------


def with_options(question: Draught) -> list[Draught]:
    """The question, and its task list as a part of its own if it has one."""
    first = question.origin[0][0] - 1
    lines = question.text.split("\n")
    lists = [one for one in question.blocks if one.kind == "list" and one.depth == 0]
    tasks = [one for one in lists if _has_box(one, question, lines, first)]
    if not tasks:
        return [question]
    start, end = tasks[0].start, tasks[0].end
    for one in tasks[1:]:
        if all(not line.strip() for line in lines[end - first : one.start - first]):
            end = one.end
    inside = [one for one in question.blocks if start <= one.start < end]
    outside = [one for one in question.blocks if not start <= one.start < end]
    a, b = start - first, min(end - first, len(lines))
    rest = [*lines[:a], *([""] if lines[b:] and lines[a - 1].strip() else []), *lines[b:]]
    origin = question.origin
    asked = replace(
        question,
        text="\n".join(rest).rstrip(),
        origin=[*origin[:a], *origin[b - (len(rest) - len(lines) + b - a) :]],
        blocks=outside,
    )
    listed = Draught("Options", "\n".join(lines[a:b]).rstrip(), origin[a:b], inside)
    return [asked, listed]


def _has_box(one: Block, question: Draught, lines: list[str], first: int) -> bool:
    rows = [
        row.start - first
        for row in question.blocks
        if row.kind == "row" and row.depth == one.depth + 1 and one.start <= row.start < one.end
    ]
    markers = ((lines[row], _MARKER.match(lines[row])) for row in rows if row < len(lines))
    return any(found and _BOX.match(line, found.end()) for line, found in markers)
