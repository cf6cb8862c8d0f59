"""Single keys from a terminal, for as long as a review lasts."""

from __future__ import annotations

import codecs
import os
import select
import signal
import termios
import tty
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PASTE = "\x1b[200~"
"""What is pasted comes as one key, after this."""
REDRAW = "\x0c"
"""Ctrl-L; and what comes when the screen is no longer what was shown: after a stop, or in another
size."""
_PASTE_END = b"\x1b[201~"
_MOMENT = 0.02
"""Seconds within which the rest of an escape sequence comes."""


@contextmanager
def keys(terminal: int) -> Iterator[Callable[[], str]]:
    """A function that waits for the next key; `` when the terminal is gone.

    Ctrl-C still interrupts. What was typed ahead is kept, and the terminal is as before at the end.
    """
    before = termios.tcgetattr(terminal)
    try:
        _begin(terminal)
        with _signals() as woken, _following(terminal):
            yield lambda: _key(terminal, woken)
    finally:
        _mark_pastes(terminal, on=False)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _begin(terminal: int) -> None:
    tty.setcbreak(terminal, termios.TCSADRAIN)
    _mark_pastes(terminal, on=True)


@contextmanager
def _signals() -> Iterator[int]:
    """Where a byte can be read for each signal that has come: its number.

    One that comes just before a read would be seen only after it: Ctrl-C would wait for a key.
    """
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    before = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    try:
        yield woken
    finally:
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(wake)


@contextmanager
def _following(terminal: int) -> Iterator[None]:
    """While it lasts, another size and the end of a stop are told: only what has a handler is."""
    handlers = {signal.SIGWINCH: lambda *_: None, signal.SIGCONT: lambda *_: _begin(terminal)}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_REDRAWING = {signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT}


@contextmanager
def lent(terminal: int) -> Iterator[None]:
    """While it lasts, the terminal is as another program expects it: lines, echoed."""
    ours = termios.tcgetattr(terminal)
    theirs = [*ours]
    theirs[3] |= termios.ICANON | termios.ECHO
    _mark_pastes(terminal, on=False)
    termios.tcsetattr(terminal, termios.TCSADRAIN, theirs)
    # Who goes on after a stop meanwhile is the other program.
    before = signal.signal(signal.SIGCONT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, before)
        termios.tcsetattr(terminal, termios.TCSADRAIN, ours)
        _mark_pastes(terminal, on=True)


def _mark_pastes(terminal: int, *, on: bool) -> None:
    """Ask for marks around what is pasted (bracketed paste)."""
    # A terminal that is gone, or is open for reading only, has no marks: they are no necessity.
    with suppress(OSError):
        os.write(terminal, b"\x1b[?2004h" if on else b"\x1b[?2004l")


def _key(terminal: int, woken: int) -> str:
    """One character, or what is pasted; of an escape sequence (an arrow, say) only the escape."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        while terminal not in select.select([terminal, woken], [], [])[0]:
            # What the signal does, it does here.
            if _REDRAWING.intersection(os.read(woken, 64)):
                return REDRAW
        byte = os.read(terminal, 1)
        if byte == b"\x1b":
            sequence = _sequence(terminal)
            return _pasted(terminal) if sequence == PASTE.encode() else "\x1b"
        text = decoder.decode(byte)
        while byte and not text:
            byte = os.read(terminal, 1)
            text = decoder.decode(byte, final=not byte)
    except OSError:
        return ""
    # Of bytes that are no UTF-8 only the character that ends them is taken.
    return text[-1:]


def _sequence(terminal: int) -> bytes:
    """The escape sequence that has begun, up to its last byte."""
    found = b"\x1b"
    while _more_comes(terminal):
        byte = os.read(terminal, 1)
        found += byte
        introduces = found in (b"\x1b[", b"\x1bO")
        if not byte or (not introduces and 0x40 <= byte[0] <= 0x7E) or len(found) > 32:
            break
    return found


def _more_comes(terminal: int) -> bool:
    return bool(select.select([terminal], [], [], _MOMENT)[0])


def _pasted(terminal: int) -> str:
    found = bytearray()
    while not found.endswith(_PASTE_END):
        piece = os.read(terminal, 1)
        if not piece:
            return ""
        found += piece
    text = found.removesuffix(_PASTE_END).decode("utf-8", "replace")
    return PASTE + text.replace("\r\n", "\n").replace("\r", "\n")
