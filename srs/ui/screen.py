"""A screen of a terminal: what is shown on it and what is typed below, drawn anew if need be."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from srs.ui.editor import edited, pasted, wrapped
from srs.ui.keys import PASTE, REDRAW
from srs.ui.styled import WIDEST, cells, flow, paragraph, styled
from srs.ui.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.ui.styled import Piece

Part = Callable[[int], str]
"""Gives the rows of a part of a screen of so many cells."""
NARROWEST = 16
ENTER = ("\r", "\n")
ESCAPE = "\x1b"
END = "\x04"
"""Ctrl-D: the end of what is typed, else of the session."""
REST = ("u undo", "e edit", "q quit")
_BETWEEN = " · "
_HEAD = 2
"""So many rows at the top of a screen may scroll away: where a card stands, and a blank one."""
_CLEAR = "\x1b[2J\x1b[H"


class Screen:
    """`key` waits for a key and gives `` when there are no more."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key
        self._parts: list[Part] = []
        """All that is on it, to draw it again."""
        self._typing: str | None = None
        """The text that is being typed below it, and the rows that this takes."""
        self._rows: list[str] = []
        self._drawn = 0
        """How often a screen was drawn as a whole."""

    # Keys ---------------------------------------------------------------------------------------

    def press(self) -> str:
        """A key; `` when there are no more, or Ctrl-C was pressed."""
        try:
            while (key := self._key()) == REDRAW:
                self._draw_again()
        except KeyboardInterrupt:
            return ""
        return key

    def begin_typing(self) -> str:
        """Show that a text can be typed; gives the empty one that it begins with."""
        self._rows = []
        self._retype("")
        return ""

    def typed(self, text: str, key: str, *, several: bool = False) -> str:
        """The text after a key; `several`: it may have lines."""
        if key.startswith(PASTE):
            more = key.removeprefix(PASTE)
            text = pasted(text, more if several else more.replace("\n", " "))
        else:
            text = edited(text, "\n" if key in ENTER else key)
        self._retype(text)
        return text

    def end_typing(self) -> Part:
        """What was typed is a part of the screen, and the next line begins."""
        text, self._typing = self._typing or "", None

        def typed(width: int) -> str:
            return "\n".join(_wrapped(text, width))

        self._parts.append(typed)
        _write("\n")
        return typed

    def _retype(self, text: str) -> None:
        """Show the text that is typed, instead of what was shown of it before."""
        width, height = self._size()
        rows = _wrapped(text, width)[-max(1, height - 1) :]
        back = f"\x1b[{len(self._rows) - 1}A" if len(self._rows) > 1 else ""
        _write((f"\r{back}\x1b[J" if self._rows else "") + "\r\n".join(rows))
        self._typing, self._rows = text, rows

    # What is shown ------------------------------------------------------------------------------

    def draw(self, *parts: Part) -> None:
        """A screen of its own."""
        self._parts = [*parts]
        self._draw_again()

    def unroll(self, *parts: Part, more: Part) -> Iterator[bool]:
        """A screen of its own; one that is higher than the terminal comes page by page.

        `more` is the row below a page that another follows: what scrolls away has been read.
        """
        width, height = self._size()
        rows = [row for part in parts for row in part(width).split("\n")]
        if len(rows) < height + _HEAD:
            self.draw(*parts)
            return
        self._parts = [*parts]
        self._drawn += 1
        drawn, page = self._drawn, max(1, height - 2)
        _write(_CLEAR)
        for start in range(0, len(rows), page):
            _write("".join(f"{row}\n" for row in rows[start : start + page]))
            if start + page >= len(rows):
                return
            _write(f"{more(width)}\n")
            shown = len(self._parts)
            yield True
            if drawn != self._drawn:
                # Another size of the terminal has shown all.
                return
            if shown == len(self._parts):
                _write("\x1b[A\x1b[J")

    def show(self, *parts: Part) -> None:
        """Below what is shown."""
        self._parts += parts
        self._print(parts)

    def _draw_again(self) -> None:
        """The same screen, as wide as the terminal is now."""
        self._drawn += 1
        _write(_CLEAR)
        self._print(self._parts)
        if self._typing is not None:
            self._rows = []
            self._retype(self._typing)

    def _print(self, parts: Sequence[Part]) -> None:
        width, _ = self._size()
        _write("".join(f"{part(width)}\n" for part in parts))

    def _size(self) -> tuple[int, int]:
        try:
            width, height = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            width, height = 80, 24
        # The last cell stays empty: some terminals wrap when it is taken.
        return max(NARROWEST, (width or 80) - 1), height or 24


def _wrapped(text: str, width: int) -> list[str]:
    """The rows of what is typed."""
    return wrapped(printable(text), min(width, WIDEST), cells)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


# Parts --------------------------------------------------------------------------------------------


def blank(_width: int) -> str:
    return ""


def said(text: str, style: str = "") -> Part:
    """A text, its rows broken between words and as far in as their line."""

    def rows(line: str, width: int) -> str:
        words = line.lstrip(" ")
        indent = " " * (len(line) - len(words))
        return paragraph([(words, style)], min(width, WIDEST), indent, indent)

    return lambda width: "\n".join(rows(line, width) for line in printable(text).split("\n"))


def prose(pieces: Sequence[Piece]) -> Part:
    """Styled text that is not too wide to read."""
    return lambda width: paragraph(pieces, min(width, WIDEST))


def footer(*keys: str, rest: Sequence[str] = REST, told: str = "? help") -> Part:
    """What keys do: those that matter now, the one that tells all, and between them as many of the
    rest as need no row of their own.
    """

    def drawn(width: int) -> str:
        room = flow((*keys, told), _BETWEEN, width).count("\n")
        some = [*rest]
        while flow((*keys, *some, told), _BETWEEN, width).count("\n") > room:
            del some[-1]
        return flow([styled(one, "dim") for one in (*keys, *some, told)], _BETWEEN, width)

    return drawn
