"""The marks of the card language that more than one reader of notes looks for."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.markdown import Block

NAMES = r"(Q|A|T|C|Points|Why|Hint)"
"""The names of tags, as a group of a pattern."""
TAG = re.compile(rf"{NAMES}:(?=\s|$)")
SEPARATOR = re.compile(r"::(?<=\s::):?(?=\s)")


ROW = r"[ \t]*(?:[-+*]|\d{1,9}[.)])"
"""How a row of a list begins."""
NUMBER = re.compile(r"\d{1,9}[.)][ \t]")
"""How a row of a numbered list begins."""
UNDERLINE = re.compile(r"(?:-{4,}|={4,})[ \t]*")
"""What makes a heading of the prose above it; three dashes would be a rule."""


def warning(path: str, line: int, column: int, code: str, message: str, hint: str) -> Problem:
    """A warning about a line, counted from 0, and a column, counted from 1."""
    return Problem(path, line + 1, column, Severity.WARNING, code, message, hint)


def is_comment(block: Block) -> bool:
    return block.kind == "html" and block.text.lstrip().startswith("<!--")


def column(source: str, text: str, at: int) -> int:
    """The column, from 1, of an offset in a line's inner text."""
    return markdown.indent(source, text) + at + 1


def inner_lines(block: Block) -> Iterator[tuple[int, str, int]]:
    """(number, text, offset in the block's text) for each line of a paragraph."""
    offset = 0
    for number, text in enumerate(block.text.split("\n"), block.start):
        yield number, text, offset
        offset += len(text) + 1


def lines_with(pattern: re.Pattern[str], text: str, ends: Sequence[int]) -> frozenset[int]:
    """The numbers of the lines in which matches begin: one search for the whole text.

    `text` has a line break before its first line, so that a pattern for beginnings of lines can
    start with `\\n`, which is found much faster than `^`. `ends` are the offsets at which the lines
    end, line breaks included.
    """
    return frozenset([bisect_right(ends, match.start()) for match in pattern.finditer(text)])


def line_ends(lines: Sequence[str]) -> list[int]:
    return [*accumulate(len(line) + 1 for line in lines)]
