"""Lines that look as if a card was meant and are none: warnings that show the right form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import covers
from srs.notes import separators
from srs.notes.grammar import NAMES, SEPARATOR, TAG, inner_lines, is_comment, warning

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
_CALLOUT = re.compile(rf"(?:\[![\w-]+\][-+]?\s+)?(?:\*\*|__)?{NAMES}:(?:\*\*|__)?(?=\s|$)(.*)")
_CALLOUT_MARK = re.compile(r"\[![\w-]+\][-+]?\s*")
_GAP = re.compile(r"\{\{c\d+::[^{}]+\}\}")
_BOLD = re.compile(rf"(\*\*|__|\*|_){NAMES}(?::\1|\1:)\s*(.*)")
_BOLD_LINE = re.compile(rf"(\*\*|__|\*|_){NAMES}:\s+(.*)\1\s*$")
_BEHIND_COMMENT = re.compile(rf"-->[ \t]*{NAMES}:(?=\s|$)(.*)")
_QUESTION_MARK = re.compile(r"\?\??\s*")
_DASHES = re.compile(r"-+[ \t]*")
_UNDERLINE = re.compile(r"(?:=+|--?)\s*")
_IN_CELL = re.compile(rf"\|\s*{NAMES}:(?:\s|\|)")
_CODE_AFTER_TAG = re.compile(rf"{NAMES}:[ \t]+(?:`{{3,}}[^`]*|~{{3,}}.*|\$\$[^$]*)$")
_NUMBER_AFTER_TAG = re.compile(rf"{NAMES}:[ \t]+\d{{1,9}}[.)][ \t]")
_NUMBER = re.compile(r"\d{1,9}[.)][ \t]")

LINE_START = re.compile(
    # Most lines begin with none of these.
    r"\n(?=[\s>*_+#\d.)\u200b-\u200f\u2060\ufeff\-QATCPWHq?=])"
    rf"(?:(?!{NAMES}:(?:\s|\Z))[ \t>*_+#\d.)\u200b-\u200f\u2060\ufeff-]*"
    rf"(?:\[![\w-]+\][-+]?[ \t]+)?(?:{NAMES}|[Qq]uestion|q)[*_ ]*[:：]|"
    r"(?:\?\??|=+|--?)[ \t]*(?=\n|\Z)|"
    rf"{NAMES}:[ \t]+(?:`{{3}}|~{{3}}|\$\$|\d{{1,9}}[.)][ \t]))"
)
"""Where a line may be a misspelt tag: one search spares most lines all others."""


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Near misses of one note, given the lines that may have some and those with separators."""

    path: str
    lines: Sequence[str]
    suspects: frozenset[int]
    separators: frozenset[int]

    def may_be_in(self, paragraph: Block) -> bool:
        """Whether any line of a paragraph may be a near miss."""
        here = range(paragraph.start, paragraph.end)
        if not self.suspects.isdisjoint(here):
            return True
        # Where separators stand they are mostly right.
        odd = paragraph.depth or self.lines[paragraph.start][:1].isspace()
        return bool(odd) and not self.separators.isdisjoint(here)

    def in_block(self, block: Block, *, in_answer: bool) -> Iterable[Problem]:
        """Near misses in one block, wherever it stands.

        `in_answer`: in an open item, where rows with separators are honest text.
        """
        kind = block.kind
        if kind in _ALWAYS:
            return _ALWAYS[kind](self.path, self.lines, block)
        if kind != "paragraph":
            return ()
        if block.depth == 0:
            return _in_paragraph(self.path, self.lines, block)
        return _in_container(self.path, self.lines, block, in_answer=in_answer)


def _in_heading(path: str, _lines: Sequence[str], block: Block) -> Iterator[Problem]:
    if match := TAG.match(block.text):
        message = f"`{match[1]}:` in a heading is no card."
        hint = f"Write it without the `#`: `{block.text}`."
        yield warning(path, block.start, 1, "tag-heading", message, hint)


def _under_footnote(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    return _under(path, lines, block, "tag-under-footnote", "the footnote above it")


def _in_html(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    if block.depth:
        # It ends with the list or quote that it stands in.
        return
    if not is_comment(block):
        what = "the HTML above it, which ends at a blank line"
        yield from _under(path, lines, block, "tag-under-html", what)
    elif "-->" not in block.text:
        message = "This comment is never closed, so everything below it is part of it."
        yield warning(path, block.start, 1, "comment-unclosed", message, "Close it with `-->`.")
    else:
        for number in range(block.start, block.end):
            if match := _BEHIND_COMMENT.search(lines[number]):
                message = f"`{match[1]}:` behind a comment is no tag."
                hint = f"Start it at column 1: `{match[1]}:{match[2]}`."
                yield warning(path, number, match.start(1) + 1, "tag-under-html", message, hint)


def at_rule(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """A rule right under text, which other programs read as a heading."""
    above = lines[block.start - 1] if block.start else ""
    if block.depth or not _DASHES.fullmatch(lines[block.start]) or not above.strip("-*_ \t"):
        return
    if not above.lstrip().startswith(("#", "|", "`", "~", ">", "<")):
        message = "Other programs read text with `---` right below it as a heading."
        hint = "Leave a blank line above the rule."
        yield warning(path, block.start, 1, "rule-under-text", message, hint)


def _at_fence(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """A fence without an end that swallows what was meant as cards."""
    mark = lines[block.start].lstrip(" \t>-+*.)0123456789")[:3]
    last = lines[block.end - 1].lstrip(" \t>")
    closed = block.end - block.start > 1 and last.startswith(mark) and not last.strip("`~ \t")
    if closed or mark not in ("```", "~~~"):
        return
    if block.end < len(lines) and any(line.strip() for line in lines[block.end :]):
        # The list or quote that it stands in has ended, and the fence with it.
        return
    message = "This code is never closed, so everything below it is part of it."
    hint = "Close it with a line of the same marks."
    yield warning(path, block.start, 1, "fence-unclosed", message, hint)


def _in_paragraph(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    yield from _small_tags(path, block)
    yield from _numbers_after_tags(path, lines, block)
    spans: list[Span] | None = None
    glued = separators.rows_are_glued(block.text)
    alone = block.end - block.start == 1
    for number, text, start in inner_lines(block):
        at, problem = 0, _misspelt_tag(path, number, lines[number])
        if problem is None and alone:
            at, problem = separators.lone(path, number, lines[number], text)
        elif problem is None and glued:
            at, problem = separators.glued(path, number, lines[number], text)
        elif problem and problem.code == "rule-under-text" and _is_heading(block, number):
            problem = None
        if problem:
            spans = markdown.inline_opaque(block.text) if spans is None else spans
            if not covers(spans, start + at):
                yield problem


def _numbers_after_tags(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Numbered lists that begin behind a tag, whose rows formatters join."""
    here = range(block.start, block.end)
    last = max((number for number in here if _NUMBER.match(lines[number])), default=0)
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


def _is_heading(block: Block, number: int) -> bool:
    """Whether a line of underlining marks has no text above it, or makes a heading of prose."""
    lines = block.text.split("\n")
    prose = not any(map(TAG.match, lines))
    return number == block.start or (prose and len(lines[number - block.start].strip()) > 3)


def untagged_gap(path: str, block: Block) -> Iterator[Problem]:
    """A gap as Anki writes it, in a paragraph of prose."""
    gap = _GAP.search(block.text)
    if gap and not covers(markdown.inline_opaque(block.text), gap.start()):
        message, hint = "Gaps are asked in `C:` only.", f"If a card is meant: `C: {block.text}`."
        yield warning(path, block.start, 1, "gap-untagged", message, hint)


def _misspelt_tag(path: str, number: int, source: str) -> Problem | None:
    """The near miss at the beginning of a line, with the line as it should be."""
    for code, pattern, message, line in _MISSPELT:
        if match := pattern.match(source):
            groups = [group or "" for group in match.groups()]
            hint = line.format(*groups, source=source.strip()).replace(" `.", "`.")
            return warning(path, number, 1, code, message.format(*groups), hint)
    if _UNDERLINE.fullmatch(source):
        message = "Other programs read text with such a line right below it as a heading."
        return warning(path, number, 1, "rule-under-text", message, "Leave a blank line above it.")
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
)


def _in_container(
    path: str, lines: Sequence[str], block: Block, *, in_answer: bool
) -> Iterator[Problem]:
    for number, text in enumerate(block.text.split("\n"), block.start):
        column = max(lines[number].find(text.strip()), 0) + 1
        match = _CALLOUT.match(text.strip())
        if match and column > 1:
            yield warning(
                path,
                number,
                column,
                "tag-in-list",
                f"`{match[1]}:` in a list or quote is no tag.",
                f"Start it at column 1, after a blank line: `{match[1]}:{match[2]}`.",
            )
            return
        lazy = number > block.start and not lines[number][:1].isspace()
        if lazy and not lines[number].startswith(">") and SEPARATOR.search(text):
            yield separators.beside(path, number, lines[number])
    marks = [] if in_answer else list(SEPARATOR.finditer(block.text))
    if len(marks) == 1 and block.end - block.start == 1:
        at, spans = marks[0].start(), markdown.inline_opaque(block.text)
        bare = _CALLOUT_MARK.sub("", block.text.strip())
        if not covers(spans, at):
            yield warning(
                path,
                block.start,
                markdown.indent(lines[block.start], block.text) + at + 1,
                "separator-in-list",
                f"`{marks[0][0]}` in a list or quote makes no card.",
                f"If a card is meant, write at column 1: `{bare}`.",
            )


def _in_table(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    for number in range(block.start, block.end):
        source = lines[number]
        if match := TAG.match(source):
            yield warning(
                path,
                number,
                1,
                "tag-in-table",
                f"`{match[1]}:` right under a table is one of its rows.",
                "Leave a blank line above it.",
            )
        elif match := _IN_CELL.search(source):
            yield warning(
                path,
                number,
                match.start(1) + 1,
                "tag-in-table",
                f"`{match[1]}:` in a table is no tag.",
                "Write the card below the table.",
            )


def _under(
    path: str, lines: Sequence[str], block: Block, code: str, swallower: str
) -> Iterator[Problem]:
    """Tags at column 1 that belong to the block right above them."""
    for number in range(block.start, block.end):
        if match := TAG.match(lines[number]):
            message = f"`{match[1]}:` is part of {swallower}."
            yield warning(path, number, 1, code, message, "Leave a blank line above it.")


_ALWAYS = {
    "heading": _in_heading,
    "table": _in_table,
    "footnote": _under_footnote,
    "html": _in_html,
    "fence": _at_fence,
}
