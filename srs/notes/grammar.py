"""The marks of the card language that more than one reader of notes looks for."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.markdown import Block

NAMES = r"(Q|A|T|C|Points|Why|Hint)"
"""The names of tags, as a group of a pattern."""
TAG = re.compile(rf"{NAMES}:(?=\s|$)")
SEPARATOR = re.compile(r"::(?<=\s::):?(?=\s)")


def is_comment(lines: Sequence[str], block: Block) -> bool:
    return block.kind == "html" and lines[block.start].lstrip().startswith("<!--")


def lines_with(pattern: re.Pattern[str], text: str, ends: Sequence[int]) -> frozenset[int]:
    """The numbers of the lines in which matches begin: one search for the whole text.

    `text` has a line break before its first line, so that a pattern for beginnings of lines can
    start with `\\n`, which is found much faster than `^`. `ends` are the offsets at which the lines
    end, line breaks included.
    """
    return frozenset([bisect_right(ends, match.start()) for match in pattern.finditer(text)])


def line_ends(lines: Sequence[str]) -> list[int]:
    return [*accumulate(len(line) + 1 for line in lines)]
