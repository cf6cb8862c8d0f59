"""What a start loads: to the first card, when nothing has changed, only what it needs."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import TestVault

NOT_NEEDED = (
    "click",
    "dataclasses",
    "fsrs",
    "genanki",
    "hashlib",
    "markdown_it",
    "mdit_py_plugins",
    "numpy",
    "platformdirs",
    "pygments",
    "rich",
    "srs.identity",
    "srs.kinds",
    "srs.notes",
    "srs.roadmap",
    "yaml",
)
NOTE = "Q: What is 2?\nA: two\n\nQ: What is 3?\nA: three\n\nC: A {{stack}} is last in, first out.\n"
START = """
import json, sys
from srs.vault import files
files._TICK = files._COARSE_TICK = 0
from srs.__main__ import main
sys.argv = ["srs", "review"]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)))
"""
"""A start after which files count as older than they are; then what has been loaded."""


def start(vault: TestVault) -> tuple[str, set[str]]:
    """What a start in a pipe says, and what it loads: its input is at its end at the first card."""
    done = subprocess.run(
        [sys.executable, "-c", START],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        encoding="utf-8",
        cwd=vault.root,
    )
    assert done.stderr == ""
    *said, modules = done.stdout.splitlines()
    return "\n".join(said), {*json.loads(modules)}


@pytest.fixture
def _at_home(vault: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRS_VAULT", str(vault.root))
    monkeypatch.setenv("SRS_DEVICE", "desk")
    vault.write("notes/a.md", NOTE)


@pytest.mark.usefixtures("_at_home")
def test_a_start_after_which_nothing_has_changed_reads_no_note(vault: TestVault) -> None:
    _, first = start(vault)
    said, second = start(vault)
    assert "What is 2?" in said or "What is 3?" in said or "last in" in said
    assert "srs.notes" in first, "The first start has to read the notes."
    assert not second.intersection(NOT_NEEDED)


@pytest.mark.usefixtures("_at_home")
def test_answered_cards_load_no_more(vault: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.srs("review", typed="\n3\n\n1\n\n3\n")
    assert len([event for event in vault.history() if event["event"] == "review"]) >= 3
    monkeypatch.setenv("SRS_NOW", "2025-08-15T18:00:00+00:00")
    start(vault)
    said, second = start(vault)
    assert "What is 2?" in said or "What is 3?" in said or "last in" in said
    assert not second.intersection(NOT_NEEDED)


def start_on_a_terminal(vault: TestVault) -> tuple[str, set[str]]:
    """The same on a terminal, where `q` ends it."""
    main, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(
        [sys.executable, "-c", START],
        stdin=terminal,
        stdout=terminal,
        cwd=vault.root,
        env=environment,
        start_new_session=True,
    ) as program:
        os.close(terminal)
        os.write(main, b"q")
        shown = b""
        while b"\n[" not in shown or not shown.endswith(b"]\r\n"):
            shown += os.read(main, 65536)
        assert program.wait(30) == 0
    os.close(main)
    *said, modules = shown.decode().splitlines()
    return "\n".join(said), {*json.loads(modules)}


@pytest.mark.usefixtures("_at_home")
def test_a_plain_card_on_a_terminal_loads_nothing_to_draw_markdown(vault: TestVault) -> None:
    start_on_a_terminal(vault)
    said, second = start_on_a_terminal(vault)
    assert "What is 2?" in said or "What is 3?" in said or "last in" in said
    assert "srs.ui.terminal" in second
    not_needed = {*NOT_NEEDED, "rich.console", "rich.text", "rich.markdown"} - {"rich"}
    assert sorted(second & not_needed) == [], said
