"""A session that is killed wherever it touches the world; and what the next one finds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import TestVault

TYPED = "\n3\n\n1\nu\n\n1\n:m\nit is odd\n:b\n\n2\n\n3\nu\n\n4\n\n"
"""Answers, an undo, a mark, a card for another day, practice, an undo at the summary, the end."""

KILLED = """
import os, signal, sys
from pathlib import Path

TOUCHING = {"write", "fsync", "flush", "readline", "execute", "open", "close", "flock", "link"}
place, points = Path(sys.argv[1]), [int(point) for point in sys.argv[2].split(",")]
sys.argv = ["srs", "review"]
os.environ["SRS_DEVICE"] = "mine"
from srs.__main__ import main
import filelock, ulid, srs.history, srs.fold, srs.identity, srs.kinds, srs.cli.sitting


passed = 0

def dying(_frame, event, function):
    global passed
    if event == "c_call" and function.__name__ in TOUCHING:
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)


for point in points:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        continue
    os.environ["SRS_VAULT"] = str(place / str(point))
    os.dup2(os.open(place / "typed", os.O_RDONLY), 0)
    os.dup2(os.open(place / f"{point}.out", os.O_RDWR | os.O_CREAT, 0o600), 1)
    sys.setprofile(dying)
    try:
        main()
    finally:
        sys.setprofile(None)
        (place / "points").write_text(str(passed))
"""
"""Kills a session at each of these points: before its n-th call that touches the world."""


def run(place: Path, points: list[int], vault: Path) -> None:
    """What is left of sessions that were killed: `place`/POINT and what each said in POINT.out."""
    for point in points:
        shutil.copytree(vault, place / str(point))
    (place / "typed").write_text(TYPED)
    numbers = ",".join(map(str, points))
    program = [sys.executable, "-c", KILLED, str(place), numbers]
    subprocess.run(program, check=True, timeout=300, env=os.environ)


ANSWERED = ("Kept: ", "Taken back: ", "Marked: it is told", "Not asked any more today.")
"""What is said only when it is on disk."""


class Killed:
    """What a session has left that was killed at a point: a vault, and what it said."""

    def __init__(self, place: Path, point: int, vault: TestVault) -> None:
        self.vault = replace(vault, root=place / str(point))
        said = (place / f"{point}.out").read_text().splitlines()
        self.said = [line for line in said if line.startswith(ANSWERED)]
        file = self.vault.root / "decks/history/mine.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        self.kept = [_what(json.loads(line)) for line in lines]

    @property
    def answers(self) -> list[str]:
        """What the person has said, without what is recorded of items."""
        return [what for what in self.kept if what != "item"]


def _what(line: dict[str, object]) -> str:
    return f"{line['event']} {line.get('grade', '')}".strip()


ALL = [
    *("review 3", "review 1", "undo", "review 1", "mark", "bury", "review 2", "review 3", "undo"),
    "review 4",
]


EVERY = int(os.environ.get("EVERY", "15"))
"""Every which point is tried; with EVERY=1 all are."""


@pytest.mark.parametrize("share", [1, 1 + EVERY])
def test_killed_at_any_point(vault: TestVault, tmp_path: Path, share: int) -> None:
    vault.device("mine")
    for number in range(4):
        vault.write(f"notes/{number}.md", f"Q: Question {number}?\nA: Answer {number}.\n")
    vault.srs("review", "--plan")
    order = [card["prompt"] for card in vault.srs("review", "--plan", "--json").data["cards"]]
    place = tmp_path / "killed"
    place.mkdir()
    run(place, [0], vault.root)
    whole = Killed(place, 0, vault)
    assert whole.answers == ALL
    count = int((place / "points").read_text())
    assert count > 100
    points = range(share, count + 1, 2 * EVERY)
    run(place, [*points], vault.root)
    for point in points:
        left = Killed(place, point, vault)
        # What is on disk is where the session was; what it had said so is there.
        assert left.kept == whole.kept[: len(left.kept)], point
        assert len(left.said) <= len(left.answers) <= len(left.said) + 1, point
        goes_on(left, order)


def goes_on(left: Killed, order: list[str]) -> None:
    """The next session asks what is left, in the same order, and undo reaches back to the start."""
    vault = left.vault
    done = {card["id"]: card["prompt"] for card in vault.cards()}
    live = [line for line in vault.history() if line["event"] in ("review", "mark", "bury")]
    undone = {line["of"] for line in vault.history() if line["event"] == "undo"}
    live = [line for line in live if line["id"] not in undone]
    resting = {done[line["card"]] for line in live if line["event"] != "mark"}
    failed = [line for line in live if line.get("grade") == 1]
    repeated = {line.get("cause") for line in live}
    out = vault.srs("review", typed="\n3\n" * 6).out.splitlines()
    asked = [(line, out[at + 1]) for at, line in enumerate(out) if line.startswith("Card ")]
    new = [prompt for line, prompt in asked if "(again)" not in line]
    again = [prompt for line, prompt in asked if "(again)" in line]
    assert new == [prompt for prompt in order if prompt not in resting]
    assert again == [done[line["card"]] for line in failed if line["id"] not in repeated]
    taken = vault.srs("review", typed="u\n" * 20).out
    assert taken.count("Taken back: ") >= len(live) + len(new) - len(failed)
    assert all(card["reviews"] == 0 for card in vault.cards())
    assert all(problem["code"] == "history-torn" for problem in _problems(vault))


def _problems(vault: TestVault) -> list[dict[str, str]]:
    problems: list[dict[str, str]] = vault.srs("check", "--json").data["problems"]
    return problems
