"""A text as it is typed, key by key, and the rows of a screen that it takes. Draws nothing."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BACKSPACE = ("\x7f", "\x08")
DELETE_WORD = "\x17"
DELETE_LINE = "\x15"
LONGEST = 10_000
"""Characters of a typed answer that are taken; more is a paste by mistake."""
_JOINED = "\u200d\ufe0e\ufe0f"
"""What belongs to the character before it: a joiner, and how an emoji is drawn."""


def edited(text: str, key: str) -> str:
    """The text after a key; one without a meaning leaves it as it is."""
    if key in BACKSPACE:
        return _shortened(text)
    before, end, line = text.rpartition("\n")
    if key == DELETE_LINE:
        return before + end
    if key == DELETE_WORD:
        return before + end + line.rstrip()[: line.rstrip().rfind(" ") + 1]
    return pasted(text, key)


def pasted(text: str, more: str) -> str:
    """The text with more added, less its control characters and what is longer than any answer."""
    return (text + "".join(one for one in more if _is_text(one)))[:LONGEST]


def _is_text(character: str) -> bool:
    return character in "\t\n" or unicodedata.category(character) not in ("Cc", "Cs")


def _shortened(text: str) -> str:
    """Without its last character, the marks on it included."""
    end = len(text) - 1
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in _JOINED):
        end -= 1
    return text[: max(0, end)]


def wrapped(text: str, width: int, cells: Callable[[str], int]) -> list[str]:
    """The rows of at most `width` cells that a text takes, the first after `> `.

    A terminal wraps by itself, but not all alike when the last cell is taken.
    """
    rows = []
    for number, line in enumerate(text.expandtabs(4).split("\n")):
        row = "  " if number else "> "
        for character in line:
            if cells(row + character) > width:
                rows.append(row)
                row = "  "
            row += character
        rows.append(row)
    return rows
