"""Lines with `::` that are no one-line cards, or should be none: what keeps them from it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from srs import markdown
from srs.notes.grammar import SEPARATOR, TAG, warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.model import Problem

_HALF_SPACED = re.compile(r"::(?<=\s::):?(?=[^\s:])|::(?<=[^\s:]::):?(?=[^:])")
_GLUED = re.compile(r"::(?<=[^\s:]::):?(?=[^\s:])|:::(?<=[^\s:]:::)(?=\s)")
_SENTENCE_END = re.compile(r"[.!?:;,]\s*$")
_SCOPE = re.compile(r"\w::[a-z_]")
"""A name in its scope, as in `std::move` and `Vec::new`."""
_SIGNATURE = re.compile(
    r"[a-z_][\w']* :: (?:.*(?:(?<!-)->|=>)|"
    r"(?:IO|Maybe|Either|String|Integer|Int|Bool|Char|Double|Text)\b[\w ()\[\]]*$|\[\w+\]$)"
)

COLONS = re.compile(r"::(?<!\{\{c\d::)(?<!\{\{c\d\d::)(?:(?<! ::)|:?(?! ))")
"""Where a separator may lack a space: one search spares most lines all others."""


def lone(path: str, number: int, source: str, text: str) -> tuple[int, Problem | None]:
    """The offset of a separator in a paragraph of one line, and what keeps it from being one."""
    mark = SEPARATOR.search(text)
    if mark and source[:1].isspace():
        message = "An indented line is no card."
        hint = f"If a card is meant, start it at column 1: `{source.strip()}`."
        return mark.start(), warning(path, number, 1, "separator-indented", message, hint)
    half = _half_spaced(text)
    if half is None or TAG.match(source):
        return 0, None
    return half.start(), _unspaced(path, number, source, text, half)


def glued(path: str, number: int, source: str, text: str) -> tuple[int, Problem | None]:
    half = _HALF_SPACED.search(text)
    if half is None:
        return 0, None
    return half.start(), _unspaced(path, number, source, text, half)


def _unspaced(path: str, number: int, source: str, text: str, half: re.Match[str]) -> Problem:
    column = markdown.indent(source, text) + half.start() + 1
    message = "A one-line card has a space on both sides of `::`."
    hint = f"If a card is meant: `{_spread(text)}`."
    return warning(path, number, column, "separator-spaces", message, hint)


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


def rows_are_glued(text: str) -> bool:
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


def signatures(path: str, lines: Sequence[str], start: int, end: int) -> Iterator[Problem]:
    """One-line cards that are more likely a Haskell type signature."""
    for number in range(start, end):
        if match := _SIGNATURE.match(lines[number]):
            yield warning(
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
    return warning(path, number, 1, "separator-inside", message, hint)


def beside(path: str, number: int, line: str) -> Problem:
    """A line that would be a card if other text did not stand right beside it."""
    message = "A one-line card stands only among other such lines, so this is no card."
    hint = f"Leave a blank line above and below it: `{line.strip()}`."
    return warning(path, number, 1, "separator-wrapped", message, hint)


def not_alone(
    path: str, lines: Sequence[str], start: int, counts: Sequence[int]
) -> Iterator[Problem]:
    """Lines with separators, given how many each line has, that are not all one-line cards."""
    for number, count in enumerate(counts, start):
        if count > 1:
            yield warning(
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
        yield warning(
            path,
            start,
            1,
            "separator-wrapped",
            "A one-line card does not go on in the next line, so this is no card.",
            f"Write it in one line: `{' '.join(map(str.strip, joined))[:160]}`; or leave a blank "
            "line below it, or use `Q:` and `A:`.",
        )
