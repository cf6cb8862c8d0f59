"""Lines that look as if a card was meant and are none: warnings that show the right form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import covers
from srs.notes import dialects, separators, swallowed
from srs.notes.grammar import NAMES, NUMBER, ROW, TAG, column, inner_lines, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.markdown import Block
    from srs.model import Problem, Span

_INDENTED = re.compile(rf"\s+{NAMES}:(?:\s|$)")
_SPACED = re.compile(rf"{NAMES} +:(?:\s+(.*)|$)")
_GLUED_TAG = re.compile(rf"{NAMES}:(?![\s\\/:]|$)(.*)")
_WIDE = re.compile(rf"{NAMES}：\s*(.*)")
_SMALL = re.compile(r"^(q|[Qq]uestion):\s+(\S.*)", re.MULTILINE)
_SMALL_ANSWER = {"q": re.compile(r"\n[aA]:\s"), "question": re.compile(r"\n[Aa]nswer:\s")}
_INVISIBLE = re.compile(rf"[\u200b-\u200f\u2060\ufeff]+{NAMES}:(?:\s+(.*)|$)")
_TAG_IN_BOLD = rf"(?:\*\*|__)?{NAMES}(?:(?:\*\*|__):|:(?:\*\*|__)?)(?=\s|$)[ \t]*(.*)"
_CALLOUT = re.compile(rf"(?:\[(?:![\w-]+\][-+]?|[ xX]\])\s+)?{_TAG_IN_BOLD}")
_HEADING_TAG = re.compile(_TAG_IN_BOLD)
_GAP = re.compile(r"\{\{c\d+::[^{}]+\}\}")
_ANY_GAP = re.compile(r"\{\{(?<!\$\{\{)[^\s{}][^{}]*\}\}")
_BOLD = re.compile(rf"(\*\*|__|\*|_){NAMES}(?::\1|\1:)\s*(.*)")
_BOLD_LINE = re.compile(rf"(\*\*|__|\*|_){NAMES}:\s+(.*)\1\s*$")
_QUESTION_MARK = re.compile(r"\?\??\s*")
_DASHES = re.compile(r"-+[ \t]*")
_UNDERLINE = re.compile(r"(?:=+|--?)\s*")
_CODE_AFTER_TAG = re.compile(rf"{NAMES}:[ \t]+(?:`{{3,}}[^`]*|~{{3,}}.*|\$\$[^$]*)$")
_NUMBER_AFTER_TAG = re.compile(rf"{NAMES}:[ \t]+\d{{1,9}}[.)][ \t]")
_ROW_B = re.compile(rf"[ \t>]*{ROW}[ \t]+(?:\[[ xX]\][ \t]+)?(?:\*\*|__)?B(?:\*\*|__)?:")
_ROWS_NEAR = 12
"""How far from a choice another is looked for."""

LINE_START = re.compile(
    # Most lines begin with none of these.
    r"\n(?=[ \t>*_+#\d.)\u200b-\u200f\u2060\ufeff\-QATCPWHq?=EMSt:%$])"
    rf"(?:(?!{NAMES}:(?:\s|\Z))[ \t>*_+#\d.)\u200b-\u200f\u2060\ufeff-]*"
    rf"(?:\[(?:![\w-]+\][-+]?|[ xX]\])[ \t]+[*_]*)?(?:{NAMES}|[Qq]uestion|q)[*_ ]*[:：]|"
    r"(?:\?\??|=+|--?)[ \t]*(?=\n|\Z)|\$\$(?![^\n]*\$\$)|"
    rf"{NAMES}:[ \t]+(?:`{{3}}|~{{3}}|\$\$|\d{{1,9}}[.)][ \t])|"
    rf"{dialects.LINE})"
)
"""Where a line may be a misspelt tag, or a mark of other programs: one search spares most lines
all others."""
BLOCKS = frozenset(("heading", *swallowed.IN_BLOCK))
"""Kinds of block, beside paragraphs, that may have near misses."""
MISSPELT_TAG = frozenset(
    {
        "tag-bold",
        "tag-glued",
        "tag-heading",
        "tag-in-list",
        "tag-indented",
        "tag-invisible",
        "tag-small",
        "tag-spaced",
        "tag-wide",
    }
)
"""Codes of what may have been meant as the tag that opens an item."""


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Near misses of one note, given the lines that may have some and those with separators."""

    path: str
    lines: Sequence[str]
    suspects: frozenset[int]
    separators: frozenset[int]
    told: set[str] = field(default_factory=set)
    """The marks of other programs that were seen."""

    def may_be_in(self, paragraph: Block) -> bool:
        """Whether any line of a paragraph may be a near miss."""
        here = range(paragraph.start, paragraph.end)
        if not self.suspects.isdisjoint(here):
            return True
        # Where separators stand they are mostly right.
        odd = paragraph.depth or self.lines[paragraph.start][:1].isspace()
        return bool(odd) and not self.separators.isdisjoint(here)

    def in_block(self, block: Block) -> Iterable[Problem]:
        """Near misses in one block of `BLOCKS`, wherever it stands."""
        if block.kind == "heading":
            return self._in_heading(block)
        return swallowed.IN_BLOCK[block.kind](self.path, self.lines, block)

    def in_paragraph(self, block: Block, item: int | None) -> Iterable[Problem]:
        """Near misses in one paragraph, also in a list or quote.

        `item`: the line at which an item begins that the block belongs to; None if none does, or
        if it begins in the block itself. In items rows with separators are honest text.
        """
        return self._in_container(block, item) if block.depth else self._in_paragraph(block, item)

    def _in_heading(self, block: Block) -> Iterator[Problem]:
        text = block.text
        if match := _HEADING_TAG.match(text):
            message = f"`{match[1]}:` in a heading is no card."
            hint = f"Write it without the `#`: `{_line(match[1], match[2])}`."
            at = max(self.lines[block.start].find(text), 0) + match.start(1) + 1
            yield warning(self.path, block.start, at, "tag-heading", message, hint)
        elif text.endswith("card") and (mark := dialects.in_heading(self.path, block, self.told)):
            yield mark

    def _in_paragraph(self, block: Block, item: int | None) -> Iterator[Problem]:
        path, lines = self.path, self.lines
        yield from _small_tags(path, block)
        yield from _numbers_after_tags(path, lines, block)
        spans: list[Span] | None = None
        # Only prose, outside of items, has headings that are underlined.
        prose = item is None and not any(map(TAG.match, lines[block.start : block.end]))
        for number, _, start in inner_lines(block):
            problem = _misspelt_tag(path, number, lines[number])
            if problem is None and _UNDERLINE.fullmatch(lines[number]):
                problem = _at_underline(path, lines, block, number, prose=prose)
            elif problem is None and number in self.suspects:
                place = dialects.Place(lines, number, block, item)
                problem = dialects.in_line(path, place, self.told)
            if problem:
                spans = markdown.inline_opaque(block.text) if spans is None else spans
                if not covers(spans, start):
                    yield problem
        if "::" not in block.text:
            return
        if prose and "\\:" in block.text:
            yield from separators.escaped(path, lines, block)
        if self.separators.isdisjoint(range(block.start, block.end)):
            yield from separators.without_spaces(path, lines, block)
        elif lines[block.start][:1].isspace():
            yield from separators.indented(path, lines, block)

    def _in_container(self, block: Block, item: int | None) -> Iterator[Problem]:
        path, lines = self.path, self.lines
        titled = block.text.startswith("[!")
        if titled and (mark := dialects.in_quote(path, lines, block, self.told)):
            yield mark
            return
        for number, text, _ in inner_lines(block):
            bare = text.strip()
            match = _CALLOUT.match(bare)
            at = max(lines[number].find(bare), 0)
            if match and at and not _is_letter(match[1], lines, number):
                message = f"`{match[1]}:` in a list or quote is no tag."
                line = _line(match[1], match[2].removesuffix("**"))
                hint = f"Start it at column 1, after a blank line: `{line}`."
                at += match.start(1) + 1
                yield warning(path, number, at, "tag-in-list", message, hint)
                return
        if not self.separators.isdisjoint(range(block.start, block.end)):
            yield from separators.in_container(path, lines, block, in_item=item is not None)


def _line(tag: str, text: str) -> str:
    return f"{tag}: {text}".rstrip()


def _is_letter(tag: str, lines: Sequence[str], number: int) -> bool:
    """Whether a row that begins with `A:` or `C:` is one of the choices A, B, C ..."""
    if tag not in ("A", "C"):
        return False
    first = max(number - _ROWS_NEAR, 0)
    return any(map(_ROW_B.match, lines[first : number + _ROWS_NEAR]))


# Marks that make headings -------------------------------------------------------------------------


def at_rule(
    path: str, lines: Sequence[str], block: Block, answer: Block | None
) -> Iterator[Problem]:
    """A rule right under text, which other programs read as a heading.

    `answer`: the block above, if that belongs to an item.
    """
    above = lines[block.start - 1] if block.start else ""
    if block.depth or not _DASHES.fullmatch(lines[block.start]) or not above.strip("-*_ \t"):
        return
    if not above.lstrip().startswith(("#", "|", "`", "~", ">", "<")):
        message = "Other programs read text with `---` right below it as a heading."
        hint = "Leave a blank line above the rule."
        if answer and _is_title(lines, answer, block.start):
            hint = _as_heading("##", above)
        yield warning(path, block.start, 1, "rule-under-text", message, hint)


def _at_underline(
    path: str, lines: Sequence[str], block: Block, number: int, *, prose: bool
) -> Problem | None:
    """A line of marks that makes a heading of the text above it, but for other programs only."""
    if number == block.start or (prose and len(lines[number].strip()) > 3):
        return None
    message = "Other programs read text with such a line right below it as a heading."
    hint = "Leave a blank line above it."
    if _is_title(lines, block, number) and not prose:
        hint = _as_heading("#" if lines[number].startswith("=") else "##", lines[number - 1])
    return warning(path, number, 1, "rule-under-text", message, hint)


def _is_title(lines: Sequence[str], block: Block, number: int) -> bool:
    """Whether the line above this one, and it alone, is the text that the line underlines."""
    alone = (block.kind, block.depth, block.start) == ("paragraph", 0, number - 1)
    return alone and not TAG.match(lines[number - 1])


def _as_heading(marks: str, title: str) -> str:
    return (
        f"Here it belongs to the card above. If a heading is meant: `{marks} {title.strip()}`; "
        "if not, leave a blank line between them."
    )


# Tags and gaps ------------------------------------------------------------------------------------


def has_gaps(text: str) -> bool:
    """Whether a text has gaps outside of code."""
    spans = markdown.inline_opaque(text) if "{{" in text else []
    return any(not covers(spans, gap.start()) for gap in _ANY_GAP.finditer(text))


def untagged_gap(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """A gap as Anki writes it, in a paragraph of prose."""
    spans = markdown.inline_opaque(block.text)
    at = (gap.start() for gap in _GAP.finditer(block.text) if not covers(spans, gap.start()))
    first = next(at, None)
    if first is None:
        return
    number, text, offset = [line for line in inner_lines(block) if line[2] <= first][-1]
    begun = column(lines[number], text, first - offset)
    hint = f"If a card is meant: `C: {' '.join(block.text.split())[:160]}`."
    yield warning(path, number, begun, "gap-untagged", "Gaps are asked in `C:` only.", hint)


def _numbers_after_tags(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Numbered lists that begin behind a tag, whose rows formatters join."""
    here = range(block.start, block.end)
    last = max((number for number in here if NUMBER.match(lines[number])), default=0)
    for number in range(block.start, last):
        tag = _NUMBER_AFTER_TAG.match(lines[number])
        if tag:
            message = "A numbered list that begins behind a tag is text to other programs."
            hint = f"Begin it on a line of its own below `{tag[1]}:`."
            yield warning(path, number, 1, "list-after-tag", message, hint)


def _small_tags(path: str, block: Block) -> Iterator[Problem]:
    small = _SMALL.search(block.text)
    if small and _SMALL_ANSWER[small[1].lower()].search(block.text, small.end()):
        number = block.start + block.text.count("\n", 0, small.start())
        message, hint = "Tags are `Q:` and `A:`.", f"Write `Q: {small[2]}`, and `A:` below it."
        yield warning(path, number, 1, "tag-small", message, hint)


def _misspelt_tag(path: str, number: int, source: str) -> Problem | None:
    """The near miss at the beginning of a line, with the line as it should be."""
    for code, pattern, message, line in _MISSPELT:
        if match := pattern.match(source):
            groups = [group or "" for group in match.groups()]
            hint = line.format(*groups, source=source.strip()).replace(" `.", "`.")
            at = match.start(1) + 1 if code == "tag-indented" else 1
            return warning(path, number, at, code, message.format(*groups), hint)
    if _QUESTION_MARK.fullmatch(source):
        message = "A line `?` makes no card here."
        hint = "Write the question after `Q: ` and the answer after `A: `."
        return warning(path, number, 1, "question-mark-line", message, hint)
    return None


_MISSPELT = (
    (
        "tag-indented",
        _INDENTED,
        "An indented `{0}:` is no tag.",
        "Start it at column 1: `{source}`.",
    ),
    ("tag-spaced", _SPACED, "`{0} :` is no tag.", "Write it without the space: `{0}: {1}`."),
    ("tag-glued", _GLUED_TAG, "A tag is followed by a space.", "If a card is meant: `{0}: {1}`."),
    (
        "tag-invisible",
        _INVISIBLE,
        "An invisible character stands before `{0}:`.",
        "Write it anew: `{0}: {1}`.",
    ),
    ("tag-wide", _WIDE, "`{0}：` with a wide colon is no tag.", "Write `{0}: {1}`."),
    (
        "tag-bold",
        _BOLD,
        "`{1}:` in bold or italics is no tag.",
        "Write it plainly: `{1}: {2}`.",
    ),
    (
        "tag-bold",
        _BOLD_LINE,
        "`{1}:` in bold or italics is no tag.",
        "Write it plainly: `{1}: {2}`.",
    ),
    (
        "code-after-tag",
        _CODE_AFTER_TAG,
        "A block of code or math does not begin behind a tag.",
        "Write its marks on a line of their own below `{0}:`.",
    ),
    (
        "math-unclosed",
        re.compile(r"\$\$(?!.*\$\$)"),
        "This `$$` is never closed: other programs take all that is below it for math.",
        "Close it with `$$`, without empty lines between, or put it in backticks.",
    ),
)
