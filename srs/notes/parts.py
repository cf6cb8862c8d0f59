"""From the source of a part to what is known of it: its text, its rows and code, what it says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from srs import markdown
from srs.fragments import as_paragraph, without_comments
from srs.markdown import BOX, OPAQUE, Block
from srs.model import Accepted, Fence, Part, Row, covers, line_starts
from srs.notes.grammar import ROW, is_comment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.model import Span

_MARKER = re.compile(rf"{ROW}([ \t]*)")
_START = attrgetter("start")
_NEEDS_OPAQUE = re.compile(r"\{\{|==")
_BAR = re.compile(r"\|(?:(?<=\s\|)|(?<=\A\|))(?=\s|\Z)")
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
    place: tuple[int, int]
    """The (line, column) behind its tag."""

    def part(self) -> Part:
        opaque: tuple[Span, ...] = ()
        if self.tag == "C" and _NEEDS_OPAQUE.search(self.text):
            opaque = self.opaque()
        said = markdown.said(self.paragraph)
        accepted = self._accepted() if self.tag == "T" else ()
        if not self.below:
            # Most parts: past the named tuple's own constructor it takes a third of the time.
            about = (self.tag, self.text, said, tuple(self.origin), opaque, (), (), accepted)
            return tuple.__new__(Part, about)
        fences = tuple(
            Fence(tuple(block.info.split()), block.text)
            for block in self.below
            if block.kind == "fence"
        )
        said = "\n".join(filter(None, (said, markdown.all_said(self.below))))
        rows = self._rows() if self.tag in _WITH_ROWS else ()
        origin = tuple(self.origin)
        return Part(self.tag, self.text, said, origin, opaque, rows, fences, accepted)

    # Opaque spans -------------------------------------------------------------------------------

    def opaque(self) -> tuple[Span, ...]:
        if not self.below and not markdown.may_be_opaque(self.paragraph):
            return ()
        first = self.origin[0][0] - 1
        # Last lines that Python, but not Markdown, takes for empty are not in the text.
        more = max((block.end - first for block in self.below), default=0) - len(self.origin)
        text = self.text + "\n" * max(0, more)
        lines, starts = text.split("\n"), line_starts(text)
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
                offsets = line_starts(block.text)

                for span in markdown.inline_opaque(block.text):
                    a, b = (
                        starts[start + line] + shifts[line] + offset - offsets[line]
                        for offset in span
                        for line in [bisect_right(offsets, offset) - 1]
                    )
                    spans.append((a, b))
        return tuple(sorted(spans))

    # Lists --------------------------------------------------------------------------------------

    def _rows(self) -> tuple[Row, ...]:
        """Rows of the lists at the top of the part."""
        rows = [one for one in self.below if one.kind == "row" and one.depth == 1]
        if not rows:
            return ()
        lines, starts = self.text.split("\n"), line_starts(self.text)
        first = self.origin[0][0] - 1
        return tuple(
            self._row(lines, starts, row.start - first, min(row.end - first, len(lines)))
            for row in rows
            if 0 <= row.start - first < len(lines)
        )

    def _row(self, lines: list[str], starts: Sequence[int], start: int, end: int) -> Row:
        marker = _MARKER.match(lines[start])
        if marker is None:
            return Row("", lines[start].strip(), "", starts[start])
        indent = len(lines[start][: marker.start(1)].expandtabs(4))
        width = len(marker[0].expandtabs(4))
        head = lines[start][marker.end() :]
        box = BOX.match(head)
        if not 1 <= width - indent <= 4:
            # Code behind the marker, or nothing.
            width, box = indent + 1, None
        texts = [head[box.end() :] if box else head]
        texts += [_dedented(line, width) for line in lines[start + 1 : end]]
        first = self.origin[0][0] - 1
        # An option that is code stands below its box.
        at = bisect_left(self.below, start + first + 1, key=_START)
        below = self.below[at] if at < len(self.below) else None
        size = 1
        code = below and below.kind in ("fence", "math") and below.start - first < end
        if below and code and not texts[0].strip():
            size = below.end - first - start
        return Row(
            box[1].lower() if box else "",
            "\n".join(texts[:size]).strip("\n").rstrip(),
            "\n".join(texts[size:]).rstrip(),
            starts[start] + marker.end() + (box.end() if box else 0),
        )

    # Alternatives -------------------------------------------------------------------------------

    def _accepted(self) -> tuple[Accepted, ...]:
        """What may be typed: alternatives of one paragraph, rows of a list, or blocks of code."""
        blocks = [one for one in self.below if one.depth == 0 and not _is_aside(one)]
        if not blocks:
            return tuple(self._alternatives(0, len(self.paragraph)))
        kinds = {block.kind for block in blocks}
        if self.paragraph.strip() or len(kinds) > 1:
            return ()
        if kinds == {"fence"}:
            return tuple(Accepted(one.text.strip(), exact=True) for one in blocks)
        if kinds == {"list"}:
            return tuple(_accepted(row.text, row.offset) for row in self._rows())
        if kinds != {"paragraph"}:
            return ()
        starts, first = line_starts(self.text), self.origin[0][0] - 1
        end = min(blocks[-1].end - first, len(starts) - 1)
        return tuple(self._alternatives(starts[blocks[0].start - first], starts[end] - 1))

    def _alternatives(self, start: int, end: int) -> Iterator[Accepted]:
        """The stretches of the text between ` | ` outside code and math."""
        spans = self.opaque()
        for bar in _BAR.finditer(self.text, start, end):
            if not covers(spans, bar.start()):
                yield _accepted(self.text[start : bar.start()], start)
                start = bar.end()
        yield _accepted(self.text[start:end], start)


def _is_aside(block: Block) -> bool:
    """Whether a block is no part of an answer, wherever it stands."""
    return block.kind == "footnote" or is_comment(block)


def _accepted(text: str, offset: int) -> Accepted:
    text = without_comments(text)
    code = markdown.lone_code(text.strip())
    offset += len(text) - len(text.lstrip()) if text.strip() else 0
    if code is not None:
        return Accepted(code, exact=True, offset=offset)
    return Accepted(markdown.said(text), exact=False, offset=offset)


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
    # A formatter writes two spaces at the end of a line as a backslash.
    broken = stretch.stop is None and stretch.paragraph_end > end
    if broken and end == line + 1:
        source = _unbroken(source)
    head = as_paragraph(source)
    if end == line + 1:
        place = (end, column - len(head) + len(source))
        return Draught(stretch.tag, head, [place], head, (), place)
    is_list = head != source and _goes_on_as_list(source, lines[line + 1 : end])
    paragraph_end = min(stretch.paragraph_end, end)
    is_math = source.startswith("$$") and any(
        "$$" in below for below in lines[line + 1 : paragraph_end]
    )
    if is_list or is_math:
        head = source
    column -= len(head) - len(source)
    texts, origin = [head], [(line + 1, column)]
    for number in range(line + 1, paragraph_end):
        text = lines[number].strip()
        texts.append(_unbroken(text) if broken and number == end - 1 else text)
        origin.append((number + 1, lines[number].find(text) + 1))
    below: list[Block] = []
    if paragraph_end < end:
        texts += lines[paragraph_end:end]
        origin += [(number + 1, 1) for number in range(paragraph_end, end)]
        since, until = (bisect_left(blocks, at, key=_START) for at in (paragraph_end, end))
        below = [_until(end, block) for block in blocks[since:until]]
    while len(texts) > 1 and not texts[-1].strip():
        texts.pop()
    empty = 0
    if not texts[0].strip():
        empty = next((i for i, text in enumerate(texts) if text.strip()), 0)
    paragraph = "\n".join(texts[empty : paragraph_end - line])
    found = Draught(
        stretch.tag,
        "\n".join(texts[empty:]).rstrip(),
        origin[empty : len(texts)],
        paragraph,
        below,
        (line + 1, column),
    )
    if is_list and (stretch.tag in _WITH_ROWS or source[0].isdigit()):
        return read_again(found, found.text)
    if is_list:
        found.paragraph = _MARKER.sub("", found.paragraph, count=1)
    return found


def _unbroken(line: str) -> str:
    """A line without the backslash that breaks it."""
    backslashes = len(line) - len(line.rstrip("\\"))
    return line[:-1].rstrip() if backslashes % 2 else line


def _goes_on_as_list(head: str, below: Sequence[str]) -> bool:
    """Whether the text behind a tag is the first row of a list of which the next row follows."""
    first = _MARKER.match(head)
    if first is None:
        return False
    mark = first[0].strip()
    # The rest of the first row, then perhaps an empty line before the next.
    blank = next((i for i, line in enumerate(below) if not line.strip()), len(below))
    after = next((line for line in below[blank:] if line.strip()), "")
    for line in (*below[:blank], after):
        row = _MARKER.match(line)
        following = row[0].strip() if row else ""
        if following == mark and not mark[0].isdigit():
            return True
        if mark[0].isdigit() and following == f"{int(mark[:-1]) + 1}{mark[-1]}":
            return True
    return False


def _until(end: int, block: Block) -> Block:
    """The block as far as the part goes: a tag may stand in the middle of its last paragraph."""
    if block.end <= end or block.kind != "paragraph":
        return block
    text = "\n".join(block.text.split("\n")[: end - block.start])
    return block._replace(end=end, text=text)


def read_again(part: Draught, text: str) -> Draught:
    """The part with another text, whose blocks are read for themselves."""
    first = part.origin[0][0] - 1
    below = [
        one._replace(start=one.start + first, end=one.end + first) for one in markdown.blocks(text)
    ]
    return replace(part, text=text, paragraph="", below=below)


# Options ----------------------------------------------------------------------------------------


def with_options(question: Draught) -> tuple[list[Draught], int | None, int | None]:
    """The question (or hint) and, if it has a task list, that as a part of its own.

    And the lines (from 0) where options stand that are parted from these by other text, and where
    other text stands below them; None for either where it does not.
    """
    first = question.origin[0][0] - 1
    lines = question.text.split("\n")
    start, end, apart = -1, -1, None
    between = False
    for one, is_task in _lists_and_others(question, lines, first):
        if not is_task:
            between = between or end >= 0
        elif start < 0:
            start, end = one.start, one.end
        elif between:
            apart = one.start
            break
        else:
            end = one.end
    if start < 0:
        return [question], None, None
    a, b = start - first, min(end - first, len(lines))
    gap = [""] if a and lines[b:] and lines[a - 1].strip() else []
    origin = question.origin
    asked = replace(
        question,
        text="\n".join([*lines[:a], *gap, *lines[b:]]).strip("\n").rstrip(),
        origin=[*origin[:a], *(origin[b : b + 1] if gap else ()), *origin[b:]] or [question.place],
        below=[
            one for one in question.below if not start <= one.start < end and not is_comment(one)
        ],
    )
    # A formatter writes `[x]` for `[X]`.
    inside = [
        one._replace(text=one.text.replace("[X]", "[x]", 1)) if one.text[:3] == "[X]" else one
        for one in question.below
        if start <= one.start < end
    ]
    listed = Draught("Options", "\n".join(lines[a:b]).rstrip(), origin[a:b], "", inside, origin[a])
    below = next((one.start for one in asked.below if one.start >= end), None)
    return [asked, listed], apart, below


def _lists_and_others(
    question: Draught, lines: list[str], first: int
) -> Iterator[tuple[Block, bool]]:
    """The blocks at the top, comments apart, and whether each is a list with boxes."""
    block, boxed = None, False
    for one in question.below:
        if one.depth == 0:
            if block:
                yield block, boxed
            block, boxed = (None if is_comment(one) else one), False
        elif one.kind == "row" and one.depth == 1 and one.start - first < len(lines):
            line = lines[one.start - first]
            marker = _MARKER.match(line)
            near = marker and len(marker[1].expandtabs(4)) <= 4
            boxed = boxed or bool(marker and near and BOX.match(line, marker.end()))
    if block:
        yield block, boxed
