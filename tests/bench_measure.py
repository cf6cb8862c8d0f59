"""How `make bench` measures and tells: processor time of processes, and lines with their goals."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

JOBS = Path(__file__).with_name("bench_jobs.py")
SRS = str(Path(sys.executable).parent / "srs")


class TooLong(Exception):  # noqa: N818 - it is a result
    """A job was stopped when it had taken all the processor time that it may."""


class Run(NamedTuple):
    """Processor time, of user and system, in seconds; the most memory in megabytes; the output.

    The memory is at least that of this process: so nothing large may ever be held here.
    """

    seconds: float
    megabytes: float
    output: bytes


def run(command: Sequence[str]) -> Run:
    """Run to the end, without a terminal. Raises TooLong, CalledProcessError."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        output, errors = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGXCPU:
        raise TooLong
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output, errors)
    size = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Run(used.ru_utime + used.ru_stime, size, output)


def job(name: str, *arguments: object) -> tuple[Any, float]:
    """What a job of bench_jobs.py prints, and the most memory that it took in megabytes."""
    done = run([sys.executable, str(JOBS), name, *map(str, arguments)])
    return json.loads(done.output), done.megabytes


def review() -> float:
    """Seconds of `srs review` to the first card, in a pipe: there it ends."""
    return run([SRS, "review"]).seconds


def empty() -> float:
    return run([sys.executable, "-c", "pass"]).seconds


def medians(jobs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Each job's median, all of them run in turn; the first round does not count."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds + 1):
        for name, one in jobs.items():
            times[name].append(one())
    return {name: statistics.median(own[1:]) for name, own in times.items()}


# Telling ------------------------------------------------------------------------------------------


def heading(text: str) -> None:
    print(f"\n{text}")  # noqa: T201


def tell(name: str, value: float, unit: str, goal: float | None = None) -> bool:
    """Print a figure and whether it meets its goal, which is the most it may be."""
    met = goal is None or value <= goal
    line = f"  {name:58}{value:10.1f} {unit:3}"
    if goal is not None:
        line += f" (goal: at most {goal:g} {unit})"
    print(line.rstrip() + ("" if met else "  MISSED"), flush=True)  # noqa: T201
    return met


def missed(name: str, why: str) -> bool:
    """Print that a figure could not be had."""
    print(f"  {name:58}  {why}  MISSED", flush=True)  # noqa: T201
    return False
