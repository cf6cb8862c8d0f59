"""Lines that look as if a card was meant and are none: warnings that show the right form."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Problem, Severity, covers
from srs.notes.grammar import NAMES, SEPARATOR, TAG, is_comment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.markdown import Block
    from srs.model import Span

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
_HALF_SPACED = re.compile(r"::(?<=\s::):?(?=[^\s:])|::(?<=[^\s:]::):?(?=[^:])")
_GLUED = re.compile(r"::(?<=[^\s:]::):?(?=[^\s:])|:::(?<=[^\s:]:::)(?=\s)")
_SCOPE = re.compile(r"\w::[a-z_]")
"""A name in its scope, as in `std::move` and `Vec::new`."""
_SENTENCE_END = re.compile(r"[.!?:;,]\s*$")
_SIGNATURE = re.compile(
    r"[a-z_][\w']* :: (?:.*(?:(?<!-)->|=>)|"
    r"(?:IO|Maybe|Either|String|Integer|Int|Bool|Char|Double|Text)\b[\w ()\[\]]*$|\[\w+\]$)"
)
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
COLONS = re.compile(r"::(?<!\{\{c\d::)(?<!\{\{c\d\d::)(?:(?<! ::)|:?(?! ))")
"""Where some near miss may be: two searches spare most lines all others."""


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
        yield _warning(path, block.start, 1, "tag-heading", message, hint)


def _under_footnote(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    return _under(path, lines, block, "tag-under-footnote", "the footnote above it")


def _in_html(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    if not is_comment(lines, block):
        what = "the HTML above it, which ends at a blank line"
        yield from _under(path, lines, block, "tag-under-html", what)
    elif "-->" not in block.text:
        message = "This comment is never closed, so everything below it is part of it."
        yield _warning(path, block.start, 1, "comment-unclosed", message, "Close it with `-->`.")
    else:
        for number in range(block.start, block.end):
            if match := _BEHIND_COMMENT.search(lines[number]):
                message = f"`{match[1]}:` behind a comment is no tag."
                hint = f"Start it at column 1: `{match[1]}:{match[2]}`."
                yield _warning(path, number, match.start(1) + 1, "tag-under-html", message, hint)


def at_rule(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """A rule right under text, which other programs read as a heading."""
    above = lines[block.start - 1] if block.start else ""
    if block.depth or not _DASHES.fullmatch(lines[block.start]) or not above.strip("-*_ \t"):
        return
    if not above.lstrip().startswith(("#", "|", "`", "~", ">", "<")):
        message = "Other programs read text with `---` right below it as a heading."
        hint = "Leave a blank line above the rule."
        yield _warning(path, block.start, 1, "rule-under-text", message, hint)


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
    yield _warning(path, block.start, 1, "fence-unclosed", message, hint)


def _in_paragraph(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    yield from _small_tags(path, block)
    yield from _numbers_after_tags(path, lines, block)
    spans: list[Span] | None = None
    start, glued = 0, _rows_of_glued(block.text)
    alone = block.end - block.start == 1
    for number, text in enumerate(block.text.split("\n"), block.start):
        at, problem = 0, _misspelt_tag(path, number, lines[number])
        if problem is None and alone:
            at, problem = _lone_separator(path, number, lines[number], text)
        elif problem is None and glued:
            at, problem = _glued_separator(path, number, lines[number], text)
        elif problem and problem.code == "rule-under-text" and _is_heading(block, number):
            problem = None
        if problem:
            spans = markdown.inline_opaque(block.text) if spans is None else spans
            if not covers(spans, start + at):
                yield problem
        start += len(text) + 1


def _numbers_after_tags(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Numbered lists that begin behind a tag, whose rows formatters join."""
    here = range(block.start, block.end)
    last = max((number for number in here if _NUMBER.match(lines[number])), default=0)
    for number in range(block.start, last):
        tag = _NUMBER_AFTER_TAG.match(lines[number])
        if tag:
            message = "A numbered list that begins behind a tag is text to other programs."
            hint = f"Begin it on a line of its own below `{tag[1]}:`."
            yield _warning(path, number, 1, "list-after-tag", message, hint)


def _small_tags(path: str, block: Block) -> Iterator[Problem]:
    small = _SMALL.search(block.text)
    if small and _SMALL_ANSWER[small[1].lower()].search(block.text, small.end()):
        number = block.start + block.text.count("\n", 0, small.start())
        message, hint = "Tags are `Q:` and `A:`.", f"Write `Q: {small[2]}`, and `A:` below it."
        yield _warning(path, number, 1, "tag-small", message, hint)


def _is_heading(block: Block, number: int) -> bool:
    """Whether a line of underlining marks has no text above it, or makes a heading of prose."""
    lines = block.text.split("\n")
    prose = not any(map(TAG.match, lines))
    return number == block.start or (prose and len(lines[number - block.start].strip()) > 3)


def _lone_separator(path: str, number: int, source: str, text: str) -> tuple[int, Problem | None]:
    """The offset of a separator in a paragraph of one line, and what keeps it from being one."""
    mark = SEPARATOR.search(text)
    if mark and source[:1].isspace():
        message = "An indented line is no card."
        hint = f"If a card is meant, start it at column 1: `{source.strip()}`."
        return mark.start(), _warning(path, number, 1, "separator-indented", message, hint)
    half = _half_spaced(text)
    if half is None or TAG.match(source):
        return 0, None
    return half.start(), _unspaced(path, number, source, text, half)


def _glued_separator(path: str, number: int, source: str, text: str) -> tuple[int, Problem | None]:
    half = _HALF_SPACED.search(text)
    if half is None:
        return 0, None
    return half.start(), _unspaced(path, number, source, text, half)


def _unspaced(path: str, number: int, source: str, text: str, half: re.Match[str]) -> Problem:
    column = markdown.indent(source, text) + half.start() + 1
    message = "A one-line card has a space on both sides of `::`."
    hint = f"If a card is meant: `{_spread(text)}`."
    return _warning(path, number, column, "separator-spaces", message, hint)


def untagged_gap(path: str, block: Block) -> Iterator[Problem]:
    """A gap as Anki writes it, in a paragraph of prose."""
    gap = _GAP.search(block.text)
    if gap and not covers(markdown.inline_opaque(block.text), gap.start()):
        message, hint = "Gaps are asked in `C:` only.", f"If a card is meant: `C: {block.text}`."
        yield _warning(path, block.start, 1, "gap-untagged", message, hint)


def _half_spaced(text: str) -> re.Match[str] | None:
    """A separator that lacks a space, in a line that is no sentence and no `key:: value`."""
    found = list(_HALF_SPACED.finditer(text))
    if len(found) != 1:
        return None
    left, right = text[: found[0].start()], text[found[0].end() :]
    if right.lstrip()[:1].isdigit() or left.count("[") > left.count("]"):
        return None
    if _SCOPE.search(text):
        return None
    if left.endswith((" ", "\t", "?")):
        return found[0]
    phrase = len(left.split()) > 2 and not _SENTENCE_END.search(right)
    return found[0] if phrase else None


def _rows_of_glued(text: str) -> bool:
    """Whether several lines, all but one at most, look like cards whose separator is glued."""
    rows = text.split("\n")
    if len(rows) < 2 or "::" not in text:
        return False
    glued = sum(map(_is_glued, rows))
    return glued > 1 and glued >= len(rows) - 1


def _is_glued(row: str) -> bool:
    """Whether a separator stands between texts, not names: `a phrase::Answer`, `` `d`:::end ``."""
    found = _GLUED.findall(row)
    if len(found) != 1 or _SCOPE.search(row):
        return False
    left, _, right = row.partition(found[0])
    names = left[-1:].isalnum() and right[:1].isalnum()
    return not names or (len(left.split()) > 1 and right[:1].isupper())


def _spread(text: str) -> str:
    return re.sub(r"\s*(:::?)\s*", r" \1 ", text, count=1)


def _misspelt_tag(path: str, number: int, source: str) -> Problem | None:
    """The near miss at the beginning of a line, with the line as it should be."""
    for code, pattern, message, line in _MISSPELT:
        if match := pattern.match(source):
            groups = [group or "" for group in match.groups()]
            hint = line.format(*groups, source=source.strip()).replace(" `.", "`.")
            return _warning(path, number, 1, code, message.format(*groups), hint)
    if _UNDERLINE.fullmatch(source):
        message = "Other programs read text with such a line right below it as a heading."
        return _warning(path, number, 1, "rule-under-text", message, "Leave a blank line above it.")
    if _QUESTION_MARK.fullmatch(source):
        message = "A line `?` makes no card here."
        hint = "Write the question after `Q: ` and the answer after `A: `."
        return _warning(path, number, 1, "question-mark-line", message, hint)
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
            yield _warning(
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
            yield beside(path, number, lines[number])
    marks = [] if in_answer else list(SEPARATOR.finditer(block.text))
    if len(marks) == 1 and block.end - block.start == 1:
        at, spans = marks[0].start(), markdown.inline_opaque(block.text)
        bare = _CALLOUT_MARK.sub("", block.text.strip())
        if not covers(spans, at):
            yield _warning(
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
            yield _warning(
                path,
                number,
                1,
                "tag-in-table",
                f"`{match[1]}:` right under a table is one of its rows.",
                "Leave a blank line above it.",
            )
        elif match := re.search(rf"\|\s*{NAMES}:(?:\s|\|)", source):
            yield _warning(
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
            yield _warning(path, number, 1, code, message, "Leave a blank line above it.")


_ALWAYS = {
    "heading": _in_heading,
    "table": _in_table,
    "footnote": _under_footnote,
    "html": _in_html,
    "fence": _at_fence,
}


def signatures(path: str, lines: Sequence[str], start: int, end: int) -> Iterator[Problem]:
    """One-line cards that are more likely a Haskell type signature."""
    for number in range(start, end):
        if match := _SIGNATURE.match(lines[number]):
            yield _warning(
                path,
                number,
                match[0].index("::") + 1,
                "separator-in-code",
                "This reads as a card but looks like a type signature.",
                f"If it is code, put it in backticks: `` `{lines[number].strip()}` ``.",
            )


def is_inside(text: str, mark: re.Match[str]) -> bool:
    """Whether a separator stands within brackets, a link's text or bold text."""
    left, right = (_CODE_SPAN.sub("", side) for side in (text[: mark.start()], text[mark.end() :]))
    return (left.count("**") % 2 and right.count("**") % 2 == 1) or any(
        left.count(opened) > left.count(closed) and right.count(closed) > right.count(opened)
        for opened, closed in ("[]", "()")
    )


_CODE_SPAN = re.compile(r"`[^`]*`")


def inside(path: str, number: int, line: str) -> Problem:
    message = "A `::` inside brackets or bold text makes no card."
    hint = f"Put what is code in backticks, or move the marks: `{line.strip()}`."
    return _warning(path, number, 1, "separator-inside", message, hint)


def beside(path: str, number: int, line: str) -> Problem:
    """A line that would be a card if other text did not stand right beside it."""
    message = "A one-line card stands only among other such lines, so this is no card."
    hint = f"Leave a blank line above and below it: `{line.strip()}`."
    return _warning(path, number, 1, "separator-wrapped", message, hint)


def separators(
    path: str, lines: Sequence[str], start: int, counts: Sequence[int]
) -> Iterator[Problem]:
    """Lines with separators, given how many each line has, that are not all one-line cards."""
    for number, count in enumerate(counts, start):
        if count > 1:
            yield _warning(
                path,
                number,
                1,
                "separator-twice",
                "A one-line card has exactly one `::`; this line has more and is no card.",
                "Put what is code in backticks, escape it as `\\::`, or use `Q:` and `A:`.",
            )
    if max(counts) == 1 and (counts[0] == 0 or sum(counts) > 1):
        for number, count in enumerate(counts, start):
            if count:
                yield beside(path, number, lines[number])
    elif len(counts) > 1 and counts[0] == 1 and not all(counts):
        joined = itertools.takewhile(str.strip, lines[start : start + len(counts)])
        yield _warning(
            path,
            start,
            1,
            "separator-wrapped",
            "A one-line card does not go on in the next line, so this is no card.",
            f"Write it in one line: `{' '.join(map(str.strip, joined))[:160]}`; or leave a blank "
            "line below it, or use `Q:` and `A:`.",
        )


def _warning(path: str, line: int, column: int, code: str, message: str, hint: str) -> Problem:
    return Problem(path, line + 1, column, Severity.WARNING, code, message, hint)
