"""Lines that look as if a card was meant and are none: warnings that show the right form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Problem, Severity, covers
from srs.notes.grammar import NAMES, SEPARATOR, TAG, is_comment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.markdown import Block

_INDENTED = re.compile(rf"\s+{NAMES}:(?:\s|$)")
_SPACED = re.compile(rf"{NAMES} +:(?:\s|$)")
_GLUED = re.compile(r"(Q|A|T|C):(?![\s\\/:]|$)(.*)")
_BOLD = re.compile(rf"(\*\*|__|\*|_){NAMES}(?::\1|\1:)\s*(.*)")
_QUESTION_MARK = re.compile(r"\?\??\s*")
_HALF_SPACED = re.compile(r"(?<=\s):::?(?=[^\s:])|(?<=[^\s:]):::?(?=[^:])")
_SENTENCE_END = re.compile(r"[.!?:;,]\s*$")
_SIGNATURE = re.compile(r"[a-z_][\w']* :: .*(->|=>)")


def in_block(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Near misses in one block, wherever it stands."""
    if block.kind == "paragraph" and block.depth == 0:
        yield from _in_paragraph(path, lines, block)
    elif block.kind == "paragraph":
        yield from _in_container(path, lines, block)
    elif block.kind == "heading":
        match = TAG.match(block.text)
        if match:
            yield _warning(
                path,
                block.start,
                1,
                "tag-heading",
                f"`{match[1]}:` in a heading is no card.",
                f"Write it without the `#`: `{block.text}`.",
            )
    elif block.kind == "table":
        yield from _in_table(path, lines, block)
    elif block.kind == "footnote":
        yield from _under(path, lines, block, "tag-under-footnote", "the footnote above it")
    elif block.kind == "html" and not is_comment(lines, block):
        yield from _under(
            path, lines, block, "tag-under-html", "the HTML above it, which ends at a blank line"
        )
    elif block.kind == "rule" and block.start and lines[block.start].startswith("-"):
        above = lines[block.start - 1]
        if above.strip() and not above.lstrip().startswith(("#", "|", "`", "~", ">", "<")):
            yield _warning(
                path,
                block.start,
                1,
                "rule-under-text",
                "Other programs read text with `---` right below it as a heading.",
                "Leave a blank line above the rule.",
            )


def _in_paragraph(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    spans = None
    offset = 0
    for number, text in enumerate(block.text.split("\n"), block.start):
        source = lines[number]
        problem = _misspelt_tag(path, number, source)
        half = _half_spaced(text) if block.end - block.start == 1 else None
        if problem is None and half and not TAG.match(source):
            problem = _warning(
                path,
                number,
                markdown.indent(source, text) + half.start() + 1,
                "separator-spaces",
                "A one-line card has a space on both sides of `::`.",
                f"If a card is meant: `{_spread(text)}`.",
            )
        if problem:
            spans = markdown.inline_opaque(block.text) if spans is None else spans
            at = offset + (half.start() if half else 0)
            if not covers(spans, at):
                yield problem
        offset += len(text) + 1


def _half_spaced(text: str) -> re.Match[str] | None:
    """A separator that lacks a space, in a line that is no sentence and no `key:: value`."""
    found = list(_HALF_SPACED.finditer(text))
    if len(found) != 1:
        return None
    left, right = text[: found[0].start()], text[found[0].end() :]
    if left.endswith((" ", "\t", "?")):
        return found[0]
    phrase = " " in left.strip() and not _SENTENCE_END.search(right)
    return found[0] if phrase else None


def _spread(text: str) -> str:
    return re.sub(r"\s*(:::?)\s*", r" \1 ", text, count=1)


def _misspelt_tag(path: str, number: int, source: str) -> Problem | None:
    if match := _INDENTED.match(source):
        return _warning(
            path,
            number,
            1,
            "tag-indented",
            f"An indented `{match[1]}:` is no tag.",
            f"Start it at column 1: `{source.strip()}`.",
        )
    if match := _SPACED.match(source):
        return _warning(
            path,
            number,
            1,
            "tag-spaced",
            f"`{match[1]} :` is no tag.",
            f"Write `{match[1]}:` without the space.",
        )
    if match := _GLUED.match(source):
        return _warning(
            path,
            number,
            1,
            "tag-glued",
            "A tag is followed by a space.",
            f"If a card is meant: `{match[1]}: {match[2]}`.",
        )
    if match := _BOLD.match(source):
        return _warning(
            path,
            number,
            1,
            "tag-bold",
            f"`{match[2]}:` in bold or italics is no tag.",
            f"Write it plainly: `{match[2]}: {match[3]}`.",
        )
    if _QUESTION_MARK.fullmatch(source):
        return _warning(
            path,
            number,
            1,
            "question-mark-line",
            "A line `?` makes no card here.",
            "Write the question after `Q: ` and the answer after `A: `.",
        )
    return None


def _in_container(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    for number, text in enumerate(block.text.split("\n"), block.start):
        column = max(lines[number].find(text.strip()), 0) + 1
        match = TAG.match(text.strip())
        if match and column > 1:
            yield _warning(
                path,
                number,
                column,
                "tag-in-list",
                f"`{match[1]}:` in a list or quote is no tag.",
                f"Start it at column 1, after a blank line: `{text.strip()}`.",
            )
            return
    marks = list(SEPARATOR.finditer(block.text))
    if len(marks) == 1 and block.end - block.start == 1:
        at, spans = marks[0].start(), markdown.inline_opaque(block.text)
        if not covers(spans, at):
            yield _warning(
                path,
                block.start,
                markdown.indent(lines[block.start], block.text) + at + 1,
                "separator-in-list",
                f"`{marks[0][0]}` in a list or quote makes no card.",
                f"If a card is meant, write at column 1: `{block.text.strip()}`.",
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


def separators(path: str, start: int, counts: Sequence[int]) -> Iterator[Problem]:
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
    if len(counts) > 1 and counts[0] == 1 and not all(counts):
        yield _warning(
            path,
            start,
            1,
            "separator-wrapped",
            "A one-line card does not go on in the next line, so this is no card.",
            "Write it in one line, leave a blank line below it, or use `Q:` and `A:`.",
        )


def _warning(path: str, line: int, column: int, code: str, message: str, hint: str) -> Problem:
    return Problem(path, line + 1, column, Severity.WARNING, code, message, hint)
