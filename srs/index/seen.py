"""Cards with a history, in the index: what the events of each come to, and the pace of all."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from srs.index.past import NOTHING, Past
from srs.model import CardId, Memory, Review, Standing, item_of
from srs.plan import memory as memory_of
from srs.plan.pace import Pace, Times, tallied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.index import Connection


def refold(db: Connection, cards: Iterable[str]) -> tuple[set[int], set[str]]:
    """Bring the rows of these cards up to their events, and the tally with them.

    Gives the keys of the items where such cards are, and the items of cards that were not here.
    """
    past = Past(db)
    change: Counter[tuple[int, int, int]] = Counter()
    keys: set[int] = set()
    items: set[str] = set()
    concerned = {*cards}
    for card in concerned | {past.aliases[card] for card in concerned & past.aliases.keys()}:
        row = db.execute("SELECT key, answers FROM seen WHERE card = ?", (card,)).fetchone()
        if row:
            change.subtract(tuple(one) for one in json.loads(row[1]))
        if row and row[0] is not None:
            keys.add(row[0])
        else:
            items.add(item_of(CardId(card)))
        change.update(_refold(db, past, card))
    _tally(db, change)
    return keys, items


def refold_all(db: Connection) -> None:
    """The same of all cards, when their events were read anew."""
    past = Past(db)
    change: Counter[tuple[int, int, int]] = Counter()
    kinds = ("review", "suspend", "resume", "soon", "reset")
    query = f"SELECT DISTINCT subject FROM events WHERE event IN ({', '.join('?' for _ in kinds)})"
    for (card,) in db.execute(query, kinds):
        change.update(_refold(db, past, card))
    for card in {*past.aliases.values()}:
        # One that has only answers of its aliases.
        if not db.execute("SELECT 1 FROM seen WHERE card = ?", (card,)).fetchone():
            change.update(_refold(db, past, card))
    _tally(db, change)


def _refold(db: Connection, past: Past, card: str) -> list[tuple[int, int, int]]:
    """Bring the row of a card up to its events; gives what its answers add to the tally."""
    now = NOTHING if card in past.aliases else past.card(CardId(card))
    reviews = [event.body for event in now.reviews if isinstance(event.body, Review)]
    counting = [review for review in reviews if not review.practice]
    tallies = [*tallied(counting)]
    _put(db, card, now, Times.of(counting), tallies)
    return tallies


def _tally(db: Connection, change: Counter[tuple[int, int, int]]) -> None:
    db.executemany(
        "INSERT INTO tally VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        ((*key, count) for key, count in change.items() if count),
    )
    db.execute("DELETE FROM tally WHERE count = 0")


def _put(
    db: Connection,
    card: str,
    now: Standing,
    times: Times,
    tallies: Sequence[tuple[int, int, int]],
) -> None:
    if not now.reviews and not now.suspended:
        db.execute("DELETE FROM seen WHERE card = ?", (card,))
        return
    memory = memory_of(now.remembered)
    of_memory = (*memory[:2], memory.day.toordinal()) if memory else (None, None, None)
    db.execute(
        "INSERT INTO seen (card, stability, difficulty, day, suspended, soon, times, answers) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "stability = excluded.stability, difficulty = excluded.difficulty, day = excluded.day, "
        "suspended = excluded.suspended, soon = excluded.soon, times = excluded.times, "
        "answers = excluded.answers, bound = NULL",
        (card, *of_memory, now.suspended, now.soon, _times_text(times), json.dumps(tallies)),
    )


def pace(db: Connection) -> Pace:
    rows = db.execute("SELECT first, grade, tenths, count FROM tally")
    return Pace.of({(first, grade, tenths): count for first, grade, tenths, count in rows})


def memory(db: Connection, card: CardId) -> Memory | None:
    """The memory of a card, if it was ever answered."""
    query = "SELECT stability, difficulty, day FROM seen WHERE card = ? AND stability IS NOT NULL"
    row = db.execute(query, (card,)).fetchone()
    return kept_memory(*row) if row else None


def memories(db: Connection) -> dict[CardId, Memory]:
    """The memory of each card of the notes that was answered."""
    rows = db.execute(
        "SELECT card, stability, difficulty, day FROM seen "
        "WHERE key IS NOT NULL AND stability IS NOT NULL"
    )
    return {CardId(card): kept_memory(*values) for card, *values in rows}


def suspended(db: Connection) -> Iterator[CardId]:
    """The cards that are."""
    for (card,) in db.execute("SELECT card FROM seen WHERE suspended"):
        yield CardId(card)


def kept_memory(stability: float, difficulty: float, day: int) -> Memory:
    """The memory of a row of the table `seen`."""
    return Memory(stability, difficulty, date.fromordinal(day))


def _times_text(times: Times) -> str:
    return " ".join(map(repr, (times.logs, times.first, *times.later)))


def kept_times(text: str) -> Times:
    """The times of such a row. Raises ValueError for other texts."""
    logs, first, again, hard, good, easy = text.split()
    return Times(float(logs), int(first), (int(again), int(hard), int(good), int(easy)))
