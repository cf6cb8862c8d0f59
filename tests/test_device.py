"""This device: a random name that stays, and processes of it that do not hinder each other."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from srs import history
from srs.device import this_device
from srs.model import Grade, Review, Undo

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import TestVault

NOTE = "Q: one?\nA: 1\n\nQ: two?\nA: 2\n\nQ: three?\nA: 3\n"
ANSWER = "\n3\nq\n"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Where the name is kept, here."""
    return tmp_path / "state" / "srs"


def new_home(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))


# The name ---------------------------------------------------------------------------------------


def test_the_name_stays(state: Path) -> None:
    names = {this_device("").name for _ in range(3)}
    assert len(names) == 1
    assert (state / "device").read_text().strip() == names.pop()
    assert sorted(file.name for file in state.iterdir()) == ["device", "lock"]


def test_the_name_is_random_and_never_the_hosts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    host = "laptopofbob"
    for ask in ("socket.gethostname", "socket.getfqdn", "platform.node"):
        monkeypatch.setattr(ask, lambda *_: host)
    monkeypatch.setenv("HOSTNAME", host)
    names = set()
    for number in range(20):
        new_home(monkeypatch, tmp_path / f"home-{number}")
        device = this_device("")
        assert device.notice == ""
        assert device.name.isalnum()
        assert host not in device.name
        assert device.name not in host
        names.add(device.name)
    assert len(names) == 20


def test_answers_go_to_the_devices_own_file(vault: TestVault) -> None:
    vault.write("notes/a.md", NOTE)
    result = vault.srs("review", typed=ANSWER)
    assert [file.stem for file in (vault.root / "decks/history").iterdir()] == [
        this_device("").name
    ]
    assert result.err == ""


def test_srs_device_names_it_and_is_not_remembered(vault: TestVault, state: Path) -> None:
    vault.write("notes/a.md", NOTE)
    vault.device("laptop")
    vault.srs("review", typed=ANSWER)
    assert [file.name for file in (vault.root / "decks/history").iterdir()] == ["laptop.jsonl"]
    assert not (state / "device").exists()


def test_srs_device_is_no_path(vault: TestVault) -> None:
    """Refused or made harmless: an answer that was confirmed must count."""
    vault.write("notes/a.md", NOTE)
    vault.device("../elsewhere")
    result = vault.srs("review", typed=ANSWER)
    assert ("Kept" in result.out) == any(card["reviews"] for card in vault.cards())


@pytest.mark.parametrize("kept", ["", "\n", "../elsewhere\n", "two words\n"])
def test_a_damaged_name_is_replaced_once(state: Path, kept: str) -> None:
    state.mkdir(parents=True)
    (state / "device").write_text(kept)
    name = this_device("").name
    assert name.isalnum()
    assert this_device("").name == name


def test_a_name_that_is_no_text_is_replaced_too(state: Path) -> None:
    state.mkdir(parents=True)
    (state / "device").write_bytes(b"\xff\xfe\0")
    assert this_device("").name.isalnum()


# No place for it --------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [".", "srs/device"])
def test_without_a_state_directory_it_says_so_and_works(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    """A file where a folder should be, or a folder where the name should be: that stops root."""
    home = tmp_path / "home"
    if where == ".":
        home.write_text("")
    else:
        (home / where).mkdir(parents=True)
    new_home(monkeypatch, home)
    vault.write("notes/a.md", NOTE)
    result = vault.srs("review", typed="\n3\n\n3\nq\n")
    assert result.code == 0
    assert result.err.count("cannot be used") == 1
    (file,) = (vault.root / "decks/history").iterdir()
    assert f"decks/history/{file.name}" in result.err
    assert [card["reviews"] for card in vault.cards()].count(1) == 2

    # Another run is another device: nobody may append to a file that may be another machine's.
    vault.srs("review", typed=ANSWER)
    assert len([*(vault.root / "decks/history").iterdir()]) == 2


def test_a_command_that_writes_nothing_needs_no_device(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: Path
) -> None:
    vault.write("notes/a.md", NOTE)
    for arguments in (["check"], ["cards"], ["status"], ["review", "--plan"]):
        assert vault.srs(*arguments).err == ""
    assert not state.exists()
    (tmp_path / "file").write_text("")
    new_home(monkeypatch, tmp_path / "file")
    assert vault.srs("cards").err == ""


def test_a_state_directory_that_takes_no_lock_is_unusable_too(vault: TestVault) -> None:
    """As in a read-only home where a name was once kept (a folder in place of the lock here)."""
    vault.write("notes/a.md", NOTE)
    lock = this_device("").lock
    lock.unlink()
    lock.mkdir()
    result = vault.srs("review", typed=ANSWER)
    assert result.code == 0
    assert "cannot be used" in result.err
    assert sum(card["reviews"] for card in vault.cards()) == 1


# Several processes at once ----------------------------------------------------------------------


def at_once(program: str, *arguments: str, count: int = 4) -> list[str]:
    """What processes of that program print. They are let go together, when all have imported."""
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program, *arguments, str(number)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=os.environ,
                )
            )
            for number in range(count)
        ]
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        printed = [one.communicate(timeout=60)[0] for one in running]
        assert [one.returncode for one in running] == [0] * count
        return printed


NAMING = """
import secrets, sys, time
from srs.device import this_device
token_hex = secrets.token_hex
def slow(size):  # all have seen that there is no name before the second writes one
    time.sleep(0.01 * int(sys.argv[1]))
    return token_hex(size)
secrets.token_hex = slow
print("ready", flush=True); input()
print(this_device("").name)
"""

WRITING = """
import os, sys, time
from datetime import UTC, date, datetime
from pathlib import Path
from srs import history
from srs.device import this_device
from srs.model import CardId, Grade, Review, Undo
folder, number = Path(sys.argv[1]), int(sys.argv[2])
write = os.write
def slow(handle, data):  # as a disk may be: what was read before is old when this is written
    time.sleep(0.002)
    return write(handle, data)
os.write = slow
print("ready", flush=True); input()
device = this_device("")
for count in range(15):
    bodies = [Review(CardId(f"{number}-{count}"), Grade.GOOD, count)]
    # As the clock of a slow machine: all at the same time.
    now = datetime(2025, 6, 13, 18, tzinfo=UTC)
    (event,) = history.append(folder, device.name, bodies, now, now.date(), device.lock)
    bodies = [Undo(event.id)]
    history.append(folder, device.name, bodies, now, now.date(), device.lock)
"""


def test_first_runs_at_once_agree_on_one_name(state: Path) -> None:
    for _ in range(3):
        names = {name.strip() for name in at_once(NAMING, count=6)}
        assert len(names) == 1
        assert sorted(file.name for file in state.iterdir()) == ["device", "lock"]
        (state / "device").unlink()


def test_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "history"
    at_once(WRITING, str(folder))
    found = history.read(folder, "decks/history")
    assert found.problems == ()
    reviews = {
        event.body.card: event.id for event in found.events if isinstance(event.body, Review)
    }
    assert {*reviews} == {f"{number}-{count}" for number in range(4) for count in range(15)}
    undone = [event.body.of for event in found.events if isinstance(event.body, Undo)]
    assert sorted(undone) == sorted(reviews.values())
    assert len({event.at for event in found.events}) == 120
    (file,) = folder.iterdir()
    lines = [history.encode(event) for event in found.events]
    assert file.read_text().splitlines() == lines, "in the file, too, `at` only increases"


def test_two_sessions_at_once_keep_all_answers(vault: TestVault, tmp_path: Path) -> None:
    """Two windows, both with the same card: the second answer to it is practice, and what was
    answered in one is not asked in the other."""
    vault.write("notes/a.md", NOTE)
    environment = {**os.environ, "SRS_VAULT": str(vault.root), "SRS_NOW": "2025-06-13T18:00:00"}
    with ExitStack() as stack:
        windows = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "srs", "review"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=environment,
                    cwd=tmp_path,
                )
            )
            for _ in range(2)
        ]
        for window in windows:
            assert window.stdout is not None
            while not window.stdout.readline().startswith("Card 1 of 3"):
                assert window.poll() is None
        said = [window.communicate("\n3\n\n3\n\n3\n", timeout=60)[0] for window in windows]
        assert [one.count("Kept") for one in said] == [3, 1]
        assert "Done elsewhere meanwhile: 2 cards, not asked here." in said[1]
    assert [card["reviews"] for card in vault.cards()] == [1, 1, 1]
    assert sum(event["event"] == "review" for event in vault.history()) == 4
    assert {event["grade"] for event in vault.history() if "grade" in event} == {Grade.GOOD}
    assert vault.srs("check").code == 0
