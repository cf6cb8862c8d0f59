"""`srs review` in processes of their own, line by line, for tests that kill or race them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conftest import TestVault

PATIENCE = 60.0
"""Seconds after which a process that does not go on is killed, and the test fails."""


class Running:
    """`srs review` in a process of its own, fed through a pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def type(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def until(self, beginning: str) -> None:
        """Read on to the line that begins like this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(beginning):
                return
        raise AssertionError(f"`{beginning}` was never said, but: {''.join(self.said)}")

    def answer(self) -> None:
        self.until("Your answer")
        self.type("\n3\n")
        self.until("Kept")

    def stop(self, by: signal.Signals = signal.SIGKILL) -> int:
        """Its return code after that signal, when it has ended."""
        self.process.send_signal(by)
        return self.end()

    def end(self) -> int:
        assert self.process.stdout is not None
        self.said += self.process.stdout
        return self.process.wait(PATIENCE)

    @property
    def kept(self) -> int:
        return sum(line.startswith("Kept") for line in self.said)


SRS = ("-m", "srs")


@contextmanager
def review(
    desk: TestVault, *program: str, command: Sequence[str] = ("review",), **environment: str
) -> Iterator[Running]:
    inherited = {**os.environ, "SRS_VAULT": str(desk.root)}
    with subprocess.Popen(
        [sys.executable, *(program or SRS), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=inherited | environment,
        cwd=desk.root.parent,
    ) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            yield Running(process)
        finally:
            watchdog.cancel()
            process.kill()
