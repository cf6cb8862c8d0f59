"""The README's commands do what it shows, its help is the real help, its example has no mistake."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from srs import notes
from srs.cli.commands import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
INSTALLS = ("pipx ", "uv ")
"""These fetch packages; tests have no network."""


@dataclass(frozen=True)
class Command:
    line: str
    output: str


def commands() -> list[Command]:
    """Every `$ command` of the console fences, with the output shown below it."""
    fences = re.findall(r"^(```+)console\n(.*?)^\1$", README, re.MULTILINE | re.DOTALL)
    parts = [
        part for _, fence in fences for part in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]
    ]
    found = [Command(line, output) for line, _, output in (part.partition("\n") for part in parts)]
    return [command for command in found if not command.line.startswith(INSTALLS)]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The vault that a fresh clone of this repository is; this one may have been studied from."""
    shutil.copytree(ROOT / "notes", tmp_path / "clone/notes")
    (tmp_path / "clone/decks").mkdir()
    shutil.copy(ROOT / "decks/roadmap.yaml", tmp_path / "clone/decks")
    return tmp_path / "clone"


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.line)
def test_the_commands_do_what_is_shown(command: Command, clone: Path, tmp_path: Path) -> None:
    line, folder = command.line, clone
    if line.startswith("make "):
        # What it would do: to do it needs packages.
        line, folder = line.replace("make ", "make --dry-run ", 1), ROOT
    scripts = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "SRS_DEVICE": "readme",
    }
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if command.output:
        assert _timeless(done.stdout) == _timeless(command.output)


def _timeless(text: str) -> str:
    return re.sub(r"in \d+ seconds?", "in a moment", text)


def test_every_command_is_described() -> None:
    described = re.findall(r"^\| `srs (\w+)", README, re.MULTILINE)
    assert sorted(described) == sorted(COMMANDS)


def test_the_example_note_has_no_problem_and_all_its_cards() -> None:
    (example,) = re.findall(r"^````markdown\n(.*?)^````", README, re.MULTILINE | re.DOTALL)
    note, problems = notes.parse("notes/example.md", example)
    assert problems == ()
    assert [(item.kind, len(item.faces)) for item in note.items] == [
        ("basic", 1),
        ("basic", 1),
        ("reversed", 2),
        ("cloze", 2),
        ("choice", 1),
        ("typed", 1),
        ("points", 1),
        ("output", 1),
    ]


def test_every_runtime_dependency_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", project, re.MULTILINE | re.DOTALL)
    assert listed
    names = set(re.findall(r'"([\w-]+)', listed[1]))
    table = README.partition("| dependency | for |")[2]
    told = {
        name
        for row in re.findall(r"^\| ([\w, -]+) \|", table, re.MULTILINE)
        for name in row.split(", ")
    }
    assert names <= told
