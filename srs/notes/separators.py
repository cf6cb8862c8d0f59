"""Lines with ` :: ` that are no one-line cards, or should be none: what keeps them from it."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from srs import markdown
from srs.model import covers
from srs.notes import unspaced
from srs.notes.grammar import SEPARATOR, column, inner_lines, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.markdown import Block
    from srs.model import Problem, Span
    from srs.notes.unspaced import Unspaced

COLONS = re.compile(r"::(?<!\{\{c\d::)(?<!\{\{c\d\d::)(?:(?<! ::)|:?(?! ))")
"""Where a separator may lack a space: one search spares most lines all others."""
_AT_END = re.compile(r"\s:::?$")
_AT_START = re.compile(r"::\s")


class Row(NamedTuple):
    """A line of a paragraph, where it begins in that, and its separators outside of code."""

    number: int
    text: str
    offset: int
    marks: Sequence[re.Match[str]]


def rows(block: Block, spans: Sequence[Span]) -> Iterator[Row]:
    for number, text, offset in inner_lines(block):
        found = SEPARATOR.finditer(text)
        marks = [match for match in found if not covers(spans, offset + match.start())]
        yield Row(number, text, offset, marks)


_ESCAPED = re.compile(r"(?<=\s)(?:\\::|:\\:):?(?=\s)")


# Without spaces -----------------------------------------------------------------------------------


def without_spaces(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Lines that a space would make cards, in a paragraph none of whose lines is one."""
    if not unspaced.may_be_in(block.text) or _ESCAPED.search(block.text):
        return
    spans = markdown.inline_opaque(block.text)
    masked = unspaced.masked(block.text, spans)
    if len(masked) == 1:
        one = unspaced.unspaced(masked[0])
        found = [one if one and one.is_card else None]
    else:
        found = unspaced.rows(masked)
    for (number, text, _), one in zip(inner_lines(block), found, strict=False):
        if one:
            yield _unspaced(path, lines, number, text, one)


def _unspaced(path: str, lines: Sequence[str], number: int, text: str, one: Unspaced) -> Problem:
    start, end = one.mark.span()
    spread = f"{text[:start].rstrip()} {one.mark[0]} {text[end:].lstrip()}"
    message = f"A one-line card has a space on both sides of `{one.mark[0]}`."
    hint = f"If a card is meant: `{spread}`."
    at = column(lines[number], text, start)
    return warning(path, number, at, "separator-spaces", message, hint)


def escaped(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Lines without a tag that only a backslash keeps from being cards, or other ones."""
    for number, text, _ in inner_lines(block):
        mark = _ESCAPED.search(_CODE_SPAN.sub(lambda code: " " * len(code[0]), text))
        if mark:
            at = column(lines[number], text, mark.start())
            message = "mdformat drops this backslash, and then the `::` is a separator."
            hint = "Put the colons in backticks: `` `::` ``."
            yield warning(path, number, at, "escape-fragile", message, hint)


def indented(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """Lines that would be cards if the first began at column 1."""
    found = list(rows(block, markdown.inline_opaque(block.text)))
    if all(row.marks for row in found):
        message = "An indented line is no card."
        line = lines[block.start].strip()
        hint = f"If a card is meant, start it at column 1: `{line}`."
        yield warning(path, block.start, 1, "separator-indented", message, hint)


# Beside, inside, twice ----------------------------------------------------------------------------


def is_inside(text: str, mark: re.Match[str]) -> bool:
    """Whether a separator stands within brackets, a link's text or bold text."""
    left, right = (_CODE_SPAN.sub("", side) for side in (text[: mark.start()], text[mark.end() :]))
    return (left.count("**") % 2 and right.count("**") % 2 == 1) or any(
        left.count(opened) > left.count(closed) and right.count(closed) > right.count(opened)
        for opened, closed in ("[]", "()")
    )


_CODE_SPAN = re.compile(r"`[^`]*`")


def inside(path: str, lines: Sequence[str], row: Row) -> Problem:
    message = "A `::` inside brackets or bold text makes no card."
    hint = f"Put what is code in backticks, or move the marks: `{lines[row.number].strip()}`."
    return _at(path, lines, row, "separator-inside", message, hint)


def beside(path: str, lines: Sequence[str], row: Row) -> Problem:
    """A line that would be a card if other text did not stand right beside it."""
    message = "A one-line card stands only among other such lines, so this is no card."
    hint = f"Leave a blank line above and below it: `{lines[row.number].strip()}`."
    return _at(path, lines, row, "separator-wrapped", message, hint)


def _at(path: str, lines: Sequence[str], row: Row, code: str, message: str, hint: str) -> Problem:
    at = column(lines[row.number], row.text, row.marks[0].start())
    return warning(path, row.number, at, code, message, hint)


def no_cards(
    path: str, lines: Sequence[str], block: Block, found: Sequence[Row], spans: Sequence[Span]
) -> Iterator[Problem]:
    """What keeps lines of a paragraph, some of which have a separator, from being cards."""
    twice = [row for row in found if len(row.marks) > 1]
    with_one = [row for row in found if row.marks]
    if twice:
        for row in twice:
            yield _twice(path, lines, row, alone=len(found) == 1)
    elif not with_one:
        yield from _parted(path, lines, found, spans) or without_spaces(path, lines, block)
    elif swallowed := _swallowed(path, lines, block, found, spans):
        yield swallowed
    elif glued := _unspaced_beside(block, found, spans):
        for row, one in glued:
            yield _unspaced(path, lines, row.number, row.text, one)
    elif found[0].marks and len(with_one) == 1:
        yield _wrapped(path, lines, found, found[0], found[0].marks[0].start())
    else:
        for row in with_one:
            yield beside(path, lines, row)


def _twice(path: str, lines: Sequence[str], row: Row, *, alone: bool) -> Problem:
    second = row.marks[1].start()
    message = "A one-line card has exactly one `::`; this line has more and is no card"
    message += "." if alone else ", and so is no line right beside it."
    start, stop = row.marks[1].span()
    quoted = f"{row.text[:start]}`{row.marks[1][0]}`{row.text[stop:]}"
    hint = f"Put what is text or code in backticks: `` {quoted} ``; or use `Q:` and `A:`."
    at = column(lines[row.number], row.text, second)
    return warning(path, row.number, at, "separator-twice", message, hint)


def _wrapped(path: str, lines: Sequence[str], found: Sequence[Row], row: Row, at: int) -> Problem:
    joined = " ".join(one.text.strip() for one in found)[:160]
    return warning(
        path,
        row.number,
        column(lines[row.number], row.text, at),
        "separator-wrapped",
        "A one-line card does not go on in the next line, so this is no card.",
        f"Write it in one line: `{joined}`; or leave a blank line below it, or use `Q:` and `A:`.",
    )


def _parted(
    path: str, lines: Sequence[str], found: Sequence[Row], spans: Sequence[Span]
) -> list[Problem]:
    """A card whose line is broken right beside its `::`."""
    if len(found) < 2:
        return []
    first, second = found[:2]
    if at_end := _AT_END.search(first.text):
        row, at = first, at_end.start() + 1
    elif _AT_START.match(second.text):
        row, at = second, 0
    else:
        return []
    if covers(spans, row.offset + at) or first.text.startswith(".. "):
        return []
    return [_wrapped(path, lines, found, row, at)]


def _swallowed(
    path: str, lines: Sequence[str], block: Block, found: Sequence[Row], spans: Sequence[Span]
) -> Problem | None:
    """Code that reaches over lines, and with it a separator."""
    for row in found:
        mark = None if row.marks else SEPARATOR.search(row.text)
        if mark is None:
            continue
        at = row.offset + mark.start()
        start, end = spans[bisect_right(spans, (at, len(block.text))) - 1]
        if "\n" in block.text[start:end]:
            first = next(one for one in reversed(found) if one.offset <= start)
            source = lines[first.number]
            sign = block.text[start]
            return warning(
                path,
                first.number,
                column(source, first.text, start - first.offset),
                "separator-swallowed",
                f"From this `` {sign} `` to the next it is one piece, with the `::` between them.",
                f"Escape the sign if it is text: `` \\{sign} ``, or close it in its line.",
            )
    return None


def _unspaced_beside(
    block: Block, found: Sequence[Row], spans: Sequence[Span]
) -> list[tuple[Row, Unspaced]]:
    """Lines beside good ones that only lack a space."""
    glued = []
    for row, line in zip(found, unspaced.masked(block.text, spans), strict=False):
        one = unspaced.unspaced(line)
        if one and not row.marks and (one.before or one.after or one.is_row):
            glued.append((row, one))
    return glued


# In lists and quotes ------------------------------------------------------------------------------


def in_container(
    path: str, lines: Sequence[str], block: Block, *, in_item: bool
) -> Iterator[Problem]:
    """The first line of a paragraph in a list or quote that would be a card outside of it."""
    found = [row for row in rows(block, markdown.inline_opaque(block.text)) if row.marks]
    for row in found:
        source = lines[row.number]
        if row.number > block.start and not source[:1].isspace() and source[:1] != ">":
            yield beside(path, lines, row)
            return
    first = next((row for row in found if len(row.marks) == 1), None)
    if in_item or first is None or _is_text(first.text, first.marks[0]):
        return
    bare = _CALLOUT_MARK.sub("", first.text.strip())
    message = f"`{first.marks[0][0]}` in a list or quote makes no card."
    hint = f"If a card is meant, write at column 1: `{bare}`."
    yield _at(path, lines, first, "separator-in-list", message, hint)


def _is_text(text: str, mark: re.Match[str]) -> bool:
    """Whether `::` is an address in a sentence: `connect to :: (all)`."""
    left, right = text[: mark.start()].split(), text[mark.end() :].lstrip()
    return right.startswith("(") or bool(left and left[-1] in _BEFORE_ADDRESS)


_CALLOUT_MARK = re.compile(r"\[![\w-]+\][-+]?\s*")
_BEFORE_ADDRESS = frozenset(("to", "on", "at", "in", "from", "address", "addresses"))
