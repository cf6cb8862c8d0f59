"""Signals in the middle of a sitting: to end it, or to stop it for a while."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING

from srs.cli.common import say

if TYPE_CHECKING:
    from collections.abc import Iterator

Lend = Callable[[], AbstractContextManager[None]]
"""While it lasts, the terminal is as any other program expects it."""


class Clock:
    """Seconds that pass while srs runs: not those of a machine asleep, nor of a stopped program."""

    def __init__(self) -> None:
        self._stood = 0.0

    def __call__(self) -> float:
        return time.monotonic() - self._stood

    @contextmanager
    def standing(self) -> Iterator[None]:
        started = time.monotonic()
        yield
        self._stood += time.monotonic() - started


_ANSWERED = "Ended by a signal. What was answered is on disk; `srs review` goes on."


@contextmanager
def leaving_well(said: str = _ANSWERED) -> Iterator[None]:
    """While it lasts, a signal to end ends the program when all is as it should be left, and with
    this sentence.
    """

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    names = ("SIGTERM", "SIGHUP", "SIGQUIT")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    except SystemExit as end:
        # After a hang-up there is nobody to tell.
        if end.code != 128 + getattr(signal, "SIGHUP", 0):
            with suppress(OSError):
                say(said)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def stoppable(clock: Clock, lend: Lend) -> Iterator[None]:
    """While it lasts, who stops srs (Ctrl-Z) has the terminal as it was, and the clock stands."""
    if sys.platform == "win32":
        yield
        return

    def stop(number: int, _frame: object) -> None:
        with clock.standing(), lend():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            # Here it goes on, with `fg`.
            signal.signal(number, stop)

    before = signal.signal(signal.SIGTSTP, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before)
