"""Start-up, as multiples of an empty Python measured beside it. Run by `make bench`.

Every round times each program once, in turn, so that what else the machine does falls on all.
"""

from __future__ import annotations

import os
import pty
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
SRS = str(Path(sys.executable).parent / "srs")
ROUNDS = 15


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        vault = Path(folder)
        for name in ("decks", "notes"):
            shutil.copytree(ROOT / name, vault / name)
        os.environ |= {
            "SRS_VAULT": folder,
            "SRS_NOW": "2025-06-13T18:00:00Z",
            "XDG_STATE_HOME": folder,
            "TERM": "xterm-256color",
        }
        jobs: dict[str, tuple[Callable[[], float], float | None]] = {
            "python -c pass": (lambda: _finish([sys.executable, "-c", "pass"]), None),
            "srs --version": (lambda: _finish([SRS, "--version"]), 5),
            "srs review, first card, in a pipe": (lambda: _finish([SRS, "review"]), 20),
            "srs review, first card, on a terminal": (lambda: _first_card([SRS, "review"]), 20),
        }
        times: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(ROUNDS + 1):
            for name, (job, _) in jobs.items():
                times[name].append(job())
    base, met = statistics.median(times["python -c pass"][1:]), True
    for name, (_, goal) in jobs.items():
        middle = statistics.median(times[name][1:])
        ratio = middle / base
        goal_text = f"  (goal: at most {goal:g}x)" if goal else ""
        print(f"{name:40} {middle * 1000:6.0f} ms {ratio:6.1f}x{goal_text}")  # noqa: T201
        met = met and (goal is None or ratio <= goal)
    return 0 if met else 1


def _finish(command: list[str]) -> float:
    """Seconds to run to the end, without a terminal: `srs review` shows one card and stops."""
    start = time.perf_counter()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def _first_card(command: list[str]) -> float:
    """Seconds until the first question is on the terminal."""
    start = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.execv(command[0], command)
    shown = b""
    while b"Space answer" not in shown:
        shown += os.read(terminal, 65536)
    seconds = time.perf_counter() - start
    os.write(terminal, b"q")
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        # The terminal is gone with the program.
        os.close(terminal)
    os.waitpid(process, 0)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
