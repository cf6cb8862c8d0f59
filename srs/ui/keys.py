"""Single keys from a terminal, for as long as a review lasts."""

from __future__ import annotations

import os
import termios
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def keys(terminal: int) -> Iterator[Callable[[], str]]:
    """A function that waits for the next key; `` when the terminal is gone.

    Ctrl-C still interrupts. What was typed ahead is kept, and the terminal is as before at the end.
    """
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        yield lambda: _key(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _key(terminal: int) -> str:
    """One character; of an escape sequence (an arrow key, say) only the escape."""
    try:
        first = os.read(terminal, 1)
    except OSError:
        return ""
    if not first or first == b"\x04":
        return ""
    if first == b"\x1b":
        _skip_sequence(terminal)
    more = {0b110: 1, 0b1110: 2, 0b11110: 3}
    length = next((n for mark, n in more.items() if first[0] >> (6 - n) == mark), 0)
    return (first + (os.read(terminal, length) if length else b"")).decode("utf-8", "replace")


def _skip_sequence(terminal: int) -> None:
    import select  # noqa: PLC0415 - only for keys that send several bytes

    while select.select([terminal], [], [], 0.02)[0]:
        if not os.read(terminal, 16):
            return
