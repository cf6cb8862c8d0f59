"""Ten weeks of Fridays with a phone: notes are edited, moved, split and deleted in between, and in
the end not one review is missing on either side.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from test_anki import export

from srs import fold
from srs import plan as planning
from srs.anki.log import milliseconds
from srs.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anki_engine import Anki
    from conftest import TestVault

pytestmark = pytest.mark.usefixtures("temporary")

FIRST = datetime(2025, 6, 13, 18, tzinfo=UTC)
A, B, C = "notes/phase-1/node.md", "notes/phase-1/db.md", "notes/phase-2/net.md"

NODE = """\
# Node

Q: In which order does libuv run its phases?
A: timers, pending callbacks, poll, check, close callbacks

Q: How many threads does the pool of libuv have by default?
A: four, unless UV_THREADPOOL_SIZE says otherwise

C: {{nextTick callbacks}} run before {{promise microtasks}}, both before {{timers}}.

TTL ::: time to live

Q: Which of these blocks the event loop?
- [ ] `fs.promises.readFile`
- [x] `JSON.parse` of 50 MB
- [ ] a pending `await`
"""
DB = """\
Q: What does an index on two columns serve, besides both?
A: queries on the first column alone, and sorting by it; not those on the second alone

Q: Name the ACID properties.
Points:
- atomicity
- consistency
- isolation
- durability

Q: What is a phantom read, and what is a dirty read?
A: a row that another transaction inserted, and one that it has not committed
"""


class Phone:
    """A collection whose answers are given at the time of the story."""

    def __init__(self, anki: Anki) -> None:
        self.anki = anki
        self.said: list[tuple[str, int, int, int]] = []
        """GUID, ordinal, milliseconds and grade of each answer."""

    def answer(self, at: datetime, chance: random.Random, share: float) -> None:
        assert self.anki.col.db
        for card in self.anki.cards("-is:suspended"):
            if chance.random() > share:
                continue
            before = {row.ms for row in self.anki.log()}
            ease = chance.choice((1, 2, 3, 3, 4))
            self.anki.study([card], ease)
            (row,) = (row for row in self.anki.log() if row.ms not in before)
            at += timedelta(seconds=20)
            ms = milliseconds(at)
            self.anki.col.db.execute("update revlog set id = ? where id = ?", ms, row.ms)
            self.said.append((card.note().guid, card.ord, ms, ease))

    def log(self) -> set[tuple[str, int, int, int]]:
        assert self.anki.col.db
        rows = self.anki.col.db.all(
            "select n.guid, c.ord, r.id, r.ease from revlog r "
            "join cards c on c.id = r.cid join notes n on n.id = c.nid"
        )
        return {(guid, ordinal, ms, ease) for guid, ordinal, ms, ease in rows}


def change(path: str, old: str, new: str) -> Callable[[TestVault], None]:
    def changed(vault: TestVault) -> None:
        text = (vault.root / path).read_text()
        assert old in text
        vault.write(path, text.replace(old, new))

    return changed


def move(vault: TestVault) -> None:
    """An item to another file, and another file to another folder."""
    text = (vault.root / A).read_text()
    start = text.index("TTL")
    vault.write(A, text[:start] + text[start:].split("\n\n", 1)[1])
    vault.write(C, "TTL ::: time to live\n")


def rename(vault: TestVault) -> None:
    (vault.root / B).rename(vault.root / "notes/phase-2/db.md")


def split(vault: TestVault) -> None:
    path = "notes/phase-2/db.md"
    head, tail = (vault.root / path).read_text().split("Q: What is a phantom read")
    assert tail
    vault.write(
        path,
        f"{head}Q: What is a phantom read?\nA: a row that another transaction inserted\n\n"
        "Q: What is a dirty read?\nA: a row that another transaction has not committed\n",
    )


def delete(vault: TestVault) -> None:
    text = (vault.root / A).read_text()
    start = text.index("Q: How many threads")
    vault.write(A, text[:start] + text[text.index("C: {{next") :])


def put_back(vault: TestVault) -> None:
    text = (vault.root / A).read_text()
    vault.write(
        A, text + NODE[NODE.index("\nQ: How many") : NODE.index("C: {{next")].rstrip() + "\n"
    )


def break_it(vault: TestVault) -> None:
    (vault.root / C).write_bytes(b"\xff")


def mend_it(vault: TestVault) -> None:
    vault.write(C, "TTL ::: time to live\n\nMTU :: maximum transmission unit\n")


WEEKS: tuple[tuple[Callable[[TestVault], None], ...], ...] = (
    (),
    (change(A, "timers, pending callbacks", "timers, then pending callbacks"),),
    (move,),
    (change(A, "both before {{timers}}", "and both before {{all timers}}"), rename),
    (split,),
    (delete,),
    (break_it, change(A, "- [ ] a pending `await`", "- [ ] an `await` that is pending")),
    (mend_it,),
    (put_back, change("notes/phase-2/db.md", "- durability", "- durability: it stays")),
    (change(A, "# Node", "# Node and libuv"),),
)


@pytest.mark.parametrize("seed", range(3))
def test_ten_weeks_with_a_phone(seed: int, vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    chance, phone = random.Random(seed), Phone(anki)
    vault.write(A, NODE)
    vault.write(B, DB)
    given = 0
    for week, changes in enumerate(WEEKS):
        friday = FIRST + timedelta(weeks=week)
        vault.at(friday.isoformat())
        answers = "".join(f"\n{chance.choice('1233344')}\n" for _ in range(40))
        assert vault.srs("review", "--minutes", "3", typed=answers).code == 0
        for one in changes:
            one(vault)
        anki.take(export(vault, "--with-history"), progress=True)
        phone.answer(friday + timedelta(days=2), chance, share=0.4)
        given += 1
        if chance.random() < 0.3:
            continue
        vault.at((friday + timedelta(days=6)).isoformat())
        suffix = chance.choice(("new.apkg", "old.apkg", "new.colpkg", "old.colpkg"))
        for _ in range(chance.choice((1, 2))):
            done = vault.srs("import", str(anki.give(tmp_path / f"{week}-{suffix}")), "--json")
            assert done.code == 0, done.err
            assert (done.data["files"], done.data["answers_of_no_card"]) == ({}, 0)
    vault.at((FIRST + timedelta(weeks=len(WEEKS))).isoformat())
    vault.srs("import", str(anki.give(tmp_path / "last.apkg")))
    assert given == len(WEEKS)
    assert_nothing_is_missing(vault, phone)
    assert anki.unsound() == []


def assert_nothing_is_missing(vault: TestVault, phone: Phone) -> None:
    history = vault.history()
    # Each answer of the phone came home once, and is there still.
    home = [event for event in history if str(event["id"]).startswith("anki-")]
    came = [tuple(str(event["id"]).removeprefix("anki-").rsplit("-", 2)) for event in home]
    assert sorted(came) == sorted((guid, str(ord_), str(ms)) for guid, ord_, ms, _ in phone.said)
    assert phone.log() >= {*phone.said}
    # Those of the terminal are in the history, and nothing that the phone was given is new to it.
    events = [event for event in history if event["event"] == "review"]
    assert len(events) - len(home) > 20
    # Each counts for a card that is in a note, or in the history of one that was.
    snapshot = Vault(vault.root).scan()
    state = snapshot.state
    assert sum(map(len, state.reviews.values())) == len(events)
    assert {*state.reviews} <= {card.id for item in state.items.values() for card in item.cards}
    # And memory is what comes of all of them.
    for card in snapshot.cards:
        memory = planning.memory(fold.remembered(state, card.id))
        assert snapshot.memory(card.id) == memory
    snapshot.close()
