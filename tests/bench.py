"""What `make bench` prints: mostly ratios of times measured beside each other.

Start-up as multiples of an empty Python; reading notes as multiples of markdown-it's own block
parse of the same text; how much longer four times as much of a demanding text takes; and all of it
for large vaults and long histories (bench_sizes.py). Every round runs each job once, in turn, so
that what else the machine does falls on all. `quick` leaves the largest out. Exit code 1 when a
goal is missed.
"""

from __future__ import annotations

import compileall
import gc
import os
import pty
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench_anki import packages
from bench_measure import SRS, heading, tell
from bench_sizes import FULL, QUICK, measured
from corpus import note
from markdown_it import MarkdownIt
from shapes import SHAPES

from srs import notes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
ROUNDS = 15


def main(arguments: Sequence[str]) -> int:
    if [*arguments] not in ([], ["quick"]):
        print("It takes nothing, or `quick`.", file=sys.stderr)  # noqa: T201
        return 2
    # As installed: some environments forbid Python to keep what it compiles.
    compileall.compile_dir(ROOT / "srs", quiet=1)
    load = os.getloadavg() if hasattr(os, "getloadavg") else ()
    print(f"Load of the machine: {' '.join(f'{one:.1f}' for one in load)}")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        met = [*_start_up(), *_reading()]
        met += measured(QUICK if arguments else FULL, Path(folder))
        met += packages(250 if arguments else 2_500, Path(folder))
    return 0 if all(met) else 1


# Start-up -----------------------------------------------------------------------------------------


def _start_up() -> list[bool]:
    heading("Start-up, to `python -c pass`")
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
            "srs review, first card, in a pipe": (lambda: _finish([SRS, "review"]), 9),
            "srs review, first card, on a terminal": (lambda: _first_card([SRS, "review"]), 9),
        }
        times: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(ROUNDS + 1):
            for name, (job, _) in jobs.items():
                times[name].append(job())
    base = statistics.median(times["python -c pass"][1:])
    return [
        tell(name, statistics.median(times[name][1:]) / base, "x", goal)
        for name, (_, goal) in jobs.items()
    ]


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
    while b"u undo" not in shown:
        shown += os.read(terminal, 65536)
    seconds = time.perf_counter() - start
    # It may not listen to Ctrl-C, if who started the bench does not.
    os.kill(process, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(process, 0)
    return seconds


# Reading ------------------------------------------------------------------------------------------


def _reading() -> list[bool]:
    """Notes full of cards, the notes that come with srs, and prose."""
    heading("Reading, to markdown-it's block parse of the same text")
    parser = MarkdownIt("commonmark").enable("table")
    corpora = {
        "notes that are all cards": [note(number) for number in range(60)],
        "the notes of this vault": _texts("notes/**/*.md") * 20,
        "prose (README, CHANGELOG)": _texts("*.md") * 20,
    }
    met = []
    for name, texts in corpora.items():

        def blocks(texts: Sequence[str] = texts) -> None:
            for text in texts:
                parser.block.parse(text, parser, {}, [])

        def read(texts: Sequence[str] = texts) -> None:
            for text in texts:
                notes.parse("notes/a.md", text)

        base, ours = _least([blocks, read])
        met.append(tell(name, ours / base, "x", 2))
    return [*met, _growth()]


def _texts(pattern: str) -> list[str]:
    return [file.read_text("utf-8") for file in sorted(ROOT.glob(pattern))]


def _growth() -> bool:
    """The worst shape: with four times the text a square takes sixteen times as long."""
    worst, name = 0.0, ""
    for shape, text in SHAPES.items():
        short, long = text(4_000), text(16_000)

        def read_short(short: str = short) -> None:
            notes.parse("notes/a.md", short)

        def read_long(long: str = long) -> None:
            notes.parse("notes/a.md", long)

        base, ours = _least([read_short, read_long], rounds=3)
        # Below some milliseconds a time says nothing.
        ratio = ours / max(base, 0.004)
        if ratio > worst:
            worst, name = ratio, shape
    return tell(f"four times the text, worst of {len(SHAPES)} ({name})", worst, "x", 8)


def _least(jobs: Sequence[Callable[[], None]], rounds: int = ROUNDS) -> list[float]:
    """The least seconds of processor time that each job takes."""
    least = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for place, job in enumerate(jobs):
            gc.collect()
            start = time.process_time()
            job()
            least[place] = min(least[place], time.process_time() - start)
    return least


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
