"""How long a person waits in a session: from a grade to the next card, with the answer on disk."""

from __future__ import annotations

import os
import pty
import re
import signal
import statistics
import time
from typing import TYPE_CHECKING

from bench_measure import SRS, heading, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CARDS = 30
_GRADES = re.compile(rb"1 again")
_CARD = re.compile(rb"\x1b\[2J.*min left.*quit", re.DOTALL)


def answering(name: str, root: Path) -> Iterator[bool]:
    """The median time to the next card, on a terminal: what a person sees, not processor time."""
    heading(f"A grade to the next card on a terminal, {name}")
    times = _times(root)
    yield tell("the median", statistics.median(times) * 1e3, "ms", 30)
    yield tell("the longest", max(times) * 1e3, "ms")


def _times(root: Path) -> list[float]:
    os.environ |= {"SRS_VAULT": str(root), "TERM": "xterm-256color"}
    process, terminal = pty.fork()
    if process == 0:
        os.execv(SRS, [SRS, "review", "--minutes", "120"])
    times: list[float] = []
    try:
        _wait(terminal, _CARD)
        while len(times) < _CARDS:
            # Enter answers every kind, and shows what is to be graded; points take two.
            shown = b""
            while not _GRADES.search(shown):
                os.write(terminal, b"\r")
                shown = _wait(terminal, re.compile(rb"quit"))
            start = time.perf_counter()
            os.write(terminal, b"1")
            _wait(terminal, _CARD)
            times.append(time.perf_counter() - start)
    finally:
        os.kill(process, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(process, 0)
    return times


def _wait(terminal: int, wanted: re.Pattern[bytes]) -> bytes:
    """What comes, up to what is wanted."""
    shown = b""
    while not wanted.search(shown):
        shown += os.read(terminal, 65536)
    return shown
