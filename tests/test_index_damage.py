"""Whatever becomes of the index, no output changes; at most one sentence says that it is unused."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from srs import index as door
from srs.index import Index
from srs.plan import Wish, next_day_with_cards, plan
from srs.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Result, TestVault

FRIDAY = date(2025, 6, 13)
READING = (
    ("cards", "--json"),
    ("status", "--json"),
    ("check", "--json"),
    ("review", "--plan", "--json"),
    ("history", "--json"),
    ("history", "--pending", "--json"),
)
NOTE = "".join(f"Q: Question {n} of what?\nA: answer {n}\n\n" for n in range(40))
ANSWERS = "\n3\n\n1\n\n4\n"
PAGE = 4096


@pytest.fixture
def studied(vault: TestVault) -> TestVault:
    """A vault with answers, an edit that is not recorded, an error, and an index."""
    vault.device("desk")
    vault.write("notes/a.md", NOTE)
    vault.write("notes/b.md", "one :: two\n\none :: two\n\nQ: Nothing?\n\nC: {{gap}} of {{two}}\n")
    vault.at("2025-06-06T18:00")
    vault.srs("review", "--minutes", "5", typed=ANSWERS * 4)
    vault.write("notes/a.md", NOTE.replace("answer 1\n", "answer one\n"))
    vault.at("2025-06-13T18:00")
    vault.srs("status")
    return vault


def build(vault: TestVault) -> Path:
    return vault.root / "build"


def said(vault: TestVault) -> list[tuple[int, str]]:
    """What all reading commands say; of the index at most one sentence each."""
    found = []
    for command in READING:
        result = vault.srs(*command)
        assert notices(result) <= 1
        found.append((result.code, result.out))
    return found


def notices(result: Result) -> int:
    assert "Traceback" not in result.err
    return sum("index" in line for line in result.err.splitlines())


def in_truth(vault: TestVault) -> list[tuple[int, str]]:
    """What they say of the same files without an index."""
    shutil.rmtree(build(vault))
    return said(vault)


def keeping_times(file: Path, data: bytes) -> None:
    about = file.stat()
    file.write_bytes(data)
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))


def scribbled(data: bytes, seed: int) -> bytes:
    """Random bytes here and there."""
    draw, changed = random.Random(seed), bytearray(data)
    for _ in range(60):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def instead(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else in the place of a file of the index."""

    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)

    return change


def replaced(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def stale(folder: Path) -> None:
    seal = folder / "index.seal"
    seal.write_bytes(seal.read_bytes().replace(b" ", b" 0", 1))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no file": lambda folder: (folder / "index.db").unlink(),
    "nothing in it": lambda folder: os.truncate(folder / "index.db", 0),
    "one page": lambda folder: os.truncate(folder / "index.db", PAGE),
    "half of it": lambda folder: os.truncate(
        folder / "index.db", (folder / "index.db").stat().st_size // 2
    ),
    "garbage": lambda folder: (folder / "index.db").write_bytes(random.Random(1).randbytes(9999)),
    "garbage of that size and age": lambda folder: keeping_times(
        folder / "index.db", random.Random(1).randbytes((folder / "index.db").stat().st_size)
    ),
    "other bytes within": lambda folder: keeping_times(
        folder / "index.db", scribbled((folder / "index.db").read_bytes(), 3)
    ),
    "no seal": lambda folder: (folder / "index.seal").unlink(),
    "another seal": lambda folder: (folder / "index.seal").write_bytes(b"\xff\0garbage"),
    "the seal of another program": stale,
    "a log of garbage": lambda folder: (folder / "index.db-wal").write_bytes(b"garbage" * 999),
    "shared memory of garbage": lambda folder: (folder / "index.db-shm").write_bytes(b"x" * 32768),
    "a journal of garbage": lambda folder: (folder / "index.db-journal").write_bytes(b"x" * 32768),
    "a folder for a file": instead("index.db", lambda file: file.mkdir()),
    "a link to nowhere": instead("index.db", lambda file: file.symlink_to("nowhere")),
    "a folder for a seal": instead("index.seal", lambda file: file.mkdir()),
    "no right to read it": lambda folder: (folder / "index.db").chmod(0),
    "a file for the folder": replaced,
    "a folder for a log": instead("index.db-wal", lambda file: file.mkdir()),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_no_output_changes(studied: TestVault, how: str) -> None:
    expected = said(studied)
    DAMAGE[how](build(studied))
    assert said(studied) == expected
    if build(studied).is_file():
        build(studied).unlink()
    else:
        assert in_truth(studied) == expected


@pytest.mark.parametrize("how", DAMAGE)
def test_answers_are_kept(studied: TestVault, how: str) -> None:
    before = len(studied.history())
    DAMAGE[how](build(studied))
    result = studied.srs("review", typed=ANSWERS)
    assert (result.code, result.out.count("Kept"), notices(result) <= 1) == (0, 3, True)
    assert [event["grade"] for event in studied.history()[before:] if "grade" in event] == [3, 1, 4]


def test_it_is_believed_only_as_it_was_left(studied: TestVault) -> None:
    file = build(studied) / "index.db"
    index = Index.open(file.parent)
    assert index.db.execute("SELECT count(*) FROM notes").fetchone() == (2,)
    index.close()
    keeping_times(file, file.read_bytes())
    index = Index.open(file.parent)
    assert index.db.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_git_leaves_a_new_folder_alone(vault: TestVault) -> None:
    vault.srs("status")
    assert (build(vault) / ".gitignore").read_text() == "*\n"


def test_a_folder_that_was_there_is_left_as_it_is(vault: TestVault) -> None:
    build(vault).mkdir()
    vault.srs("status")
    assert not (build(vault) / ".gitignore").exists()


def test_it_is_said_once_why_it_is_not_used(studied: TestVault) -> None:
    expected = studied.srs("status").out
    replaced(build(studied))
    result = studied.srs("status")
    assert result.out == expected
    assert result.err.splitlines()[0] == (
        "The index in build/ cannot be used (File exists); all is read anew."
    )
    # Taking back looks at the vault anew.
    typed = studied.srs("review", typed="\n3\nu\n\n3\n")
    assert (notices(typed), typed.out.count("Kept")) == (1, 2)


# Locked, full -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_locked_by_another_process(studied: TestVault, how: str) -> None:
    studied.write("notes/c.md", "new :: note\n")
    with closing(sqlite3.connect(build(studied) / "index.db", isolation_level=None)) as db:
        db.execute(f"BEGIN {how}")
        start = time.monotonic()
        result = studied.srs("cards", "--json")
        assert time.monotonic() - start < 4
        assert notices(result) == 1
        assert "locked" in result.err
    assert (result.code, result.out) == in_truth(studied)[0]


def test_locked_by_another_process_with_a_rollback_journal(studied: TestVault) -> None:
    studied.write("notes/c.md", "new :: note\n")
    folder = build(studied)
    with closing(sqlite3.connect(folder / "index.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        (folder / "index.seal").write_bytes(door._look(folder))
        db.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        result = studied.srs("cards", "--json")
        assert time.monotonic() - start < 4
        assert notices(result) == 1
    assert (result.code, result.out) == in_truth(studied)[0]


def test_a_copy_of_what_is_locked_for_ever_is_not_waited_for(studied: TestVault) -> None:
    folder = build(studied)
    index = Index.open(folder)
    index.db.execute("PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(folder / "index.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as raised:
            index.db.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        copy = index.copied(raised.value)
        assert time.monotonic() - start < 2
    assert copy.db.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    assert "locked" in copy.notice


def test_a_full_disk(studied: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    connected = door._connected

    def narrow(folder: Path) -> sqlite3.Connection:
        db = connected(folder)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr(door, "_connected", narrow)
    studied.write("notes/c.md", NOTE.replace("Question", "Another question"))
    result = studied.srs("cards", "--json")
    assert (notices(result), "full" in result.err) == (1, True)
    monkeypatch.undo()
    studied.at("2025-06-13T18:00")
    assert (result.code, result.out) == in_truth(studied)[0]


# While it is read -------------------------------------------------------------------------------


OPEN_DAMAGE = ("no file", "nothing in it", "half of it", "garbage", "garbage of that size and age")


@pytest.mark.parametrize("how", [*OPEN_DAMAGE, "other bytes within", "no seal"])
@pytest.mark.parametrize("ask", range(8))
def test_what_is_read_later_is_read_all_the_same(studied: TestVault, how: str, ask: int) -> None:
    questions: tuple[Callable[[object], object], ...] = (
        lambda one: one.cards,  # type: ignore[attr-defined]
        lambda one: one.problems,  # type: ignore[attr-defined]
        lambda one: one.state,  # type: ignore[attr-defined]
        lambda one: [*one.undoable("desk")],  # type: ignore[attr-defined]
        lambda one: plan(one.deck, FRIDAY, Wish(1000)).cards,  # type: ignore[attr-defined]
        lambda one: next_day_with_cards(one.deck, FRIDAY),  # type: ignore[attr-defined]
        lambda one: (one.counts(), one.errors, one.pending, one.memories),  # type: ignore[attr-defined]
        lambda one: (one.changes, one.topics, one.roadmap, one.devices),  # type: ignore[attr-defined]
    )
    expected = questions[ask](Vault(studied.root).scan(FRIDAY))
    told: list[str] = []
    snapshot = Vault(studied.root).scan(FRIDAY, told.append)
    DAMAGE[how](build(studied))
    assert questions[ask](snapshot) == expected
    assert len(told) <= 1
    snapshot.close()
    # And it is not believed the next time.
    snapshot = Vault(studied.root).scan(FRIDAY, told.append)
    assert questions[ask](snapshot) == expected


def test_a_plan_that_breaks_in_the_middle_has_every_card_once(studied: TestVault) -> None:
    expected = plan(Vault(studied.root).scan(FRIDAY).deck, FRIDAY, Wish(1000)).cards
    told: list[str] = []
    snapshot = Vault(studied.root).scan(FRIDAY, told.append)
    fresh = snapshot.deck.fresh(Wish(), FRIDAY)
    first = next(fresh)
    DAMAGE["garbage of that size and age"](build(studied))
    rest = [one.card for one in fresh]
    again = [one.card for one in Vault(studied.root).scan(FRIDAY).deck.fresh(Wish(), FRIDAY)]
    assert [first.card, *rest] == again
    assert plan(snapshot.deck, FRIDAY, Wish(1000)).cards == expected
    assert {*snapshot.deck.cards(again)} == {*again}
    assert told == ["The index in build/ cannot be used (it is damaged); all is read anew."]


def test_values_that_srs_never_wrote_are_not_believed(studied: TestVault) -> None:
    expected = said(studied)
    folder = build(studied)
    changes = (
        "UPDATE notes SET head = '[1]'",
        "UPDATE items SET data = 'no JSON'",
        "UPDATE items SET data = 7",
        "UPDATE events SET body = '{}'",
        "UPDATE meta SET value = 'x'",
        "UPDATE seen SET times = NULL",
        "UPDATE shelf SET topic = 5",
        "DROP TABLE known",
        "UPDATE folders SET looks = 1",
    )
    for change in changes:
        with closing(sqlite3.connect(folder / "index.db", isolation_level=None)) as db:
            db.execute(change)
        (folder / "index.seal").write_bytes(door._look(folder))
        assert said(studied) == expected, change


# Processes --------------------------------------------------------------------------------------


def started(vault: TestVault, *command: str, program: str = "") -> subprocess.Popen[str]:
    how = ("-c", program) if program else ("-m", "srs")
    return subprocess.Popen(
        [sys.executable, *how, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SRS_VAULT": str(vault.root)},
    )


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("count", [2, 4])
def test_several_at_once(studied: TestVault, fresh: bool, count: int) -> None:
    expected = studied.srs("cards", "--json").out
    if fresh:
        shutil.rmtree(build(studied))
    else:
        studied.write("notes/c.md", "new :: note\n")
        expected = ""
    processes = [started(studied, "cards", "--json") for _ in range(count)]
    results = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    assert all(err.count("index") <= 1 and "Traceback" not in err for _, err in results)
    expected = expected or in_truth(studied)[0][1]
    assert [out for out, _ in results] == [expected] * count
    assert said(studied)[0][1] == expected


KILLED = """
import os, signal, sys
import srs.index.{module} as module
done = module.{name}
def last(*arguments, **options):
    found = done(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
    return found
module.{name} = last
from srs.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("fresh", "where"),
    [
        *((fresh, where) for fresh in (True, False) for where in ("shelf.put", "bounds.make")),
        (True, "matching.rematch_all"),
        (False, "matching.rematch"),
    ],
)
def test_killed_while_it_writes(studied: TestVault, fresh: bool, where: str) -> None:
    if fresh:
        shutil.rmtree(build(studied))
    studied.write("notes/c.md", "new :: note\n")
    module, name = where.split(".")
    process = started(studied, "status", program=KILLED.format(module=module, name=name))
    process.communicate()
    assert process.returncode == -9
    found = said(studied)
    assert found == in_truth(studied)


NARROW = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
from srs.__main__ import main
sys.exit(main())
"""


def test_no_room_for_more_of_a_file(studied: TestVault) -> None:
    studied.write("notes/c.md", NOTE.replace("Question", "Another question"))
    process = started(studied, "cards", "--json", program=NARROW)
    out, err = process.communicate()
    assert (process.returncode, err.count("index"), "Traceback" in err) == (0, 1, False)
    assert (process.returncode, out) == in_truth(studied)[0]


CUT = """
import os, signal, sys
from datetime import date
from pathlib import Path
from srs.vault import Vault
snapshot = Vault(Path(os.environ["SRS_VAULT"])).scan(date(2025, 6, 13))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.7, 1.0])
def test_killed_after_it_wrote_and_its_log_cut(studied: TestVault, kept: float) -> None:
    studied.write("notes/c.md", NOTE.replace("Question", "Another question"))
    process = started(studied, program=CUT)
    process.communicate()
    log = build(studied) / "index.db-wal"
    assert log.stat().st_size
    os.truncate(log, int(log.stat().st_size * kept))
    found = said(studied)
    assert found == in_truth(studied)


def test_a_review_goes_on_while_others_refresh(studied: TestVault) -> None:
    expected = plan(Vault(studied.root).scan(FRIDAY).deck, FRIDAY).cards
    told: list[str] = []
    snapshot = Vault(studied.root).scan(FRIDAY, told.append)
    for number in range(3):
        studied.write(f"notes/c{number}.md", f"new {number} :: note\n")
        assert notices(studied.srs("status")) == 0
    assert plan(snapshot.deck, FRIDAY).cards == expected
    snapshot.close()
    assert told == []
    assert said(studied) == in_truth(studied)
