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
_WITH_MARKS = frozenset(("C", "T"))
_NEEDS_OPAQUE = re.compile(r"\{\{|==|\|")
_WITH_ROWS = frozenset(("Options", "Points"))


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
    """A part in the making: its first paragraph, and the blocks of the note below that."""

    tag: str
    text: str
    origin: list[tuple[int, int]]
    paragraph: str
    below: Sequence[Block]

    def part(self) -> Part:
        opaque: tuple[Span, ...] = ()
        if self.tag in _WITH_MARKS and _NEEDS_OPAQUE.search(self.text):
            opaque = self.opaque()
        said = markdown.said(self.paragraph)
        if not self.below:
            return Part(self.tag, self.text, said, tuple(self.origin), opaque)
        fences = tuple(
            Fence(tuple(block.info.split()), block.text)
            for block in self.below
            if block.kind == "fence"
        )
        said = "\n".join(filter(None, (said, markdown.all_said(self.below))))
        rows = self._rows() if self.tag in _WITH_ROWS else ()
        return Part(self.tag, self.text, said, tuple(self.origin), opaque, rows, fences)

    # Opaque spans -------------------------------------------------------------------------------

    def _line_starts(self) -> list[int]:
        """Offsets of the lines of the text, and of the end after the last."""
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def opaque(self) -> tuple[Span, ...]:
        if not self.below and not markdown.may_be_opaque(self.paragraph):
            return ()
        lines, starts = self.text.split("\n"), self._line_starts()
        first = self.origin[0][0] - 1
        spans: list[Span] = []
        length = self.paragraph.count("\n") + 1 if self.paragraph else 0
        head = Block("paragraph", first, first + length, 0, self.paragraph)
        for block in (head, *self.below):
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
        depth = min((block.depth for block in self.below if block.kind == "list"), default=0)
        rows = [one for one in self.below if one.kind == "row" and one.depth == depth + 1]
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
        below = next((one for one in self.below if start < one.start - first < end), None)
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
    line, column = stretch.line, stretch.column
    end = len(lines) if stretch.end is None else stretch.end
    source = lines[line][column : stretch.stop]
    text = source.lstrip()
    column += len(source) - len(text) + 1
    source = text.rstrip()
    head = markdown.as_paragraph(source)
    if end == line + 1:
        return Draught(stretch.tag, head, [(end, column - len(head) + len(source))], head, ())
    is_list = head != source and _goes_on_as_list(source, lines[line + 1 : end])
    if is_list:
        head = source
    column -= len(head) - len(source)
    paragraph_end = min(stretch.paragraph_end, end)
    texts, origin = [head], [(line + 1, column)]
    for number in range(line + 1, paragraph_end):
        text = lines[number].strip()
        texts.append(text)
        origin.append((number + 1, lines[number].find(text) + 1))
    paragraph = "\n".join(texts)
    below: list[Block] = []
    if paragraph_end < end:
        texts += lines[paragraph_end:end]
        origin += [(number + 1, 1) for number in range(paragraph_end, end)]
        below = [_until(end, block) for block in blocks if paragraph_end <= block.start < end]
    while len(texts) > 1 and not texts[-1].strip():
        texts.pop()
    empty = next((i for i, text in enumerate(texts) if text.strip()), 0)
    found = Draught(
        stretch.tag,
        "\n".join(texts[empty:]).rstrip(),
        origin[empty : len(texts)],
        paragraph.lstrip("\n"),
        below,
    )
    return _read_again(found, found.text) if is_list else found


def _goes_on_as_list(head: str, below: Sequence[str]) -> bool:
    """Whether the text behind a tag is the first row of a list of which the next row follows."""
    first = _MARKER.match(head)
    following = next((line for line in below if line.strip()), "")
    next_ = _MARKER.match(following)
    if first is None or next_ is None:
        return False
    # The same bullet, or numbers with the same mark behind them.
    return first[0].strip()[-1] == next_[0].strip()[-1]


def _until(end: int, block: Block) -> Block:
    """The block as far as the part goes: a tag may stand in the middle of its last paragraph."""
    if block.end <= end or block.kind != "paragraph":
        return block
    text = "\n".join(block.text.split("\n")[: end - block.start])
    return block._replace(end=end, text=text)


def _read_again(part: Draught, text: str) -> Draught:
    """The part with another text, whose blocks are read for themselves."""
    first = part.origin[0][0] - 1
    below = [
        one._replace(start=one.start + first, end=one.end + first) for one in markdown.blocks(text)
    ]
    return replace(part, text=text, paragraph="", below=below)


# Marks at the ends of lines ---------------------------------------------------------------------


def without_marks(draughts: list[Draught]) -> tuple[list[Draught], tuple[str, ...], str]:
    """Parts without the `#tags` of the first line and the `^id` of the last, and these."""
    first = 1 if draughts[0].tag == "" else 0
    if "#" not in draughts[first].text and not any("^" in part.text for part in draughts):
        return draughts, (), ""
    parts = list(draughts)
    name, tags = "", ""
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
    return _read_again(part, kept), part.text[start + at : end].strip()


# Options ----------------------------------------------------------------------------------------


def with_options(question: Draught) -> list[Draught]:
    """The question, and its task list as a part of its own if it has one."""
    first = question.origin[0][0] - 1
    lines = question.text.split("\n")
    lists = [one for one in question.below if one.kind == "list" and one.depth == 0]
    tasks = [one for one in lists if _has_box(one, question, lines, first)]
    if not tasks:
        return [question]
    start, end = tasks[0].start, tasks[0].end
    for one in tasks[1:]:
        if all(not line.strip() for line in lines[end - first : one.start - first]):
            end = one.end
    inside = [one for one in question.below if start <= one.start < end]
    outside = [one for one in question.below if not start <= one.start < end]
    a, b = start - first, min(end - first, len(lines))
    rest = [*lines[:a], *([""] if lines[b:] and lines[a - 1].strip() else []), *lines[b:]]
    origin = question.origin
    asked = replace(
        question,
        text="\n".join(rest).rstrip(),
        origin=[*origin[:a], *origin[b - (len(rest) - len(lines) + b - a) :]],
        below=outside,
    )
    listed = Draught("Options", "\n".join(lines[a:b]).rstrip(), origin[a:b], "", inside)
    return [asked, listed]


def _has_box(one: Block, question: Draught, lines: list[str], first: int) -> bool:
    rows = [
        row.start - first
        for row in question.below
        if row.kind == "row" and row.depth == one.depth + 1 and one.start <= row.start < one.end
    ]
    markers = ((lines[row], _MARKER.match(lines[row])) for row in rows if row < len(lines))
    return any(found and _BOX.match(line, found.end()) for line, found in markers)
