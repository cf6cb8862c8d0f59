"""Styled text for a terminal: rows that fit, in the few styles that a card needs.

Without rich, which takes longer to load than all else before the first card.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Piece = tuple[str, str]
"""A text and its style, as in `bold red`."""
WIDEST = 88
"""So many cells at most for text that is read; only code and tables may be wider."""
_ATTRIBUTES = {"bold": 1, "dim": 2, "italic": 3, "underline": 4, "strike": 9}
_COLOURS = {"red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36, "code": 36}
_COLOURLESS = {"code": 1}
"""Code within text is bold where there are no colours."""
_UNDER = " › "
_TELLING = 12
"""So much of a name still tells which it is."""
_SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")
_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[（「『《【]*[{_HAN}][、。，！？：；）」』》】]*\s*|[^\s{_HAN}]+\s*|\s+")
"""What stays in one row: words, and characters of Chinese and Japanese, which has no blanks between
its words, with the marks that belong to them.
"""


def styled(text: str, style: str) -> str:
    """The text in a style. NO_COLOR leaves out the colours, since not all can tell them apart."""
    known = _ATTRIBUTES | (_COLOURLESS if without_colour() else _COLOURS)
    codes = ";".join(str(known[name]) for name in style.split() if name in known)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def without_colour() -> bool:
    return bool(os.environ.get("NO_COLOR"))


def cells(text: str) -> int:
    """How many cells of a terminal a line takes; its styles take none."""
    if "\x1b" in text:
        text = _SEQUENCE.sub("", text)
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - for few texts

    return cell_len(text)


def paragraph(pieces: Sequence[Piece], width: int, lead: str = "", again: str = "") -> str:
    """The pieces one after the other, broken between words where a row is full.

    `lead` stands before each line, `again` before each row that goes on one.
    """
    text = "".join(piece for piece, _ in pieces)
    room = width - cells(again or lead)
    return "\n".join(
        (again if goes_on else lead) + _cut(pieces, start, end)
        for start, end, goes_on in _rows(text, room)
    )


def _rows(text: str, width: int) -> Iterator[tuple[int, int, bool]]:
    """The spans of the text that are its rows, without the blanks at their ends, and whether each
    goes on the one before.
    """
    at = 0
    for line in text.split("\n"):
        start, taken, goes_on = at, 0, False
        for word in _WORD.finditer(line):
            first, length = at + word.start(), cells(word[0].rstrip())
            if taken and taken + length > width:
                yield start, _trimmed(text, start, first), goes_on
                start, taken, goes_on = first, 0, True
            while length > width:
                # A word that no row can hold is broken where the row ends.
                end = start + _fitting(text[start : at + word.end()], width)
                yield start, end, goes_on
                start, goes_on = end, True
                length = cells(text[end : at + word.end()].rstrip())
            taken = cells(text[start : at + word.end()])
        yield start, _trimmed(text, start, at + len(line)), goes_on
        at += len(line) + 1


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _fitting(text: str, width: int) -> int:
    """How many of the first characters fit, at least one. What makes them no wider, such as an
    accent or the next part of an emoji, stays with them.
    """
    if text.isascii():
        return max(1, min(len(text), width))
    return next((end for end in range(1, len(text)) if cells(text[: end + 1]) > width), len(text))


def _cut(pieces: Sequence[Piece], start: int, end: int) -> str:
    """What of the pieces is between these offsets of their text."""
    cut, at = "", 0
    for text, style in pieces:
        cut += styled(text[max(0, start - at) : max(0, end - at)], style)
        at += len(text)
    return cut


def flow(pieces: Sequence[str], gap: str, width: int) -> str:
    """The pieces in as few rows as they need, none of them broken in two."""
    width = min(width, WIDEST)
    rows: list[str] = []
    for piece in pieces:
        if rows and cells(rows[-1] + gap + piece) <= width:
            rows[-1] += styled(gap, "dim") + piece
        else:
            rows.append(piece)
    return "\n".join(rows)


def grid(pieces: Sequence[str], width: int) -> str:
    """The pieces in columns of one width, as many as there is room for, read downwards."""
    wide = max(map(cells, pieces)) + 3
    columns = max(1, (min(width, WIDEST) + 3) // wide)
    height = -(-len(pieces) // columns)
    rows = (pieces[start::height] for start in range(height))
    return "\n".join(
        "".join(piece + " " * (wide - cells(piece)) for piece in row).rstrip() for row in rows
    )


def spread(names: Sequence[str], right: str, width: int) -> str:
    """Where something stands, from the widest name to the narrowest, and in the same row what is
    never left out. Without room for all, the longest names are cut, or else the first left out.
    """
    room = max(1, min(width, WIDEST) - cells(right) - 2)
    left = _path([*names], room)
    return styled(f"{left}{' ' * (room - cells(left))}  {right}", "dim")


def _path(names: list[str], room: int) -> str:
    while len(names) > 1 and cells(_UNDER.join(name[:_TELLING] for name in names)) > room:
        del names[0]
    longest = room
    while (
        cells(path := _UNDER.join(_cut_off(name, longest) for name in names)) > room and longest > 1
    ):
        longest -= 1
    return path


def _cut_off(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    return text[: _fitting(text, width - 1)].rstrip() + "…"


def hung(label: str, text: str) -> str:
    """The rows of a text behind a label, which stands before its first."""
    return label + text.replace("\n", "\n" + " " * cells(label))
