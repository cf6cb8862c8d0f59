"""The notes in the index: what they say, and where each item and card of theirs is."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from srs.index import codec
from srs.model import Card, CardId, ItemId, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.index import Connection
    from srs.model import Item, Note, Problem

ITEMS = 1 << 20
"""More items than a note can have: an item's key is its note's number times this, and its place."""


def keys(note: int) -> tuple[int, int]:
    """The first and the last key that an item of a note can have."""
    return note * ITEMS, note * ITEMS + ITEMS - 1


# Notes --------------------------------------------------------------------------------------------


def number(db: Connection, path: bytes) -> tuple[int, bytes] | None:
    """The number of the note at a path, and the hash of what was read there."""
    query = "SELECT note, hash FROM notes WHERE path = ?"
    row: tuple[int, bytes] | None = db.execute(query, (path,)).fetchone()
    return row


class Placed(NamedTuple):
    """Where a note is on the roadmap, and the day from which on its new cards are asked."""

    topic: str
    phase: str | None
    rank: int
    """The place of the topic."""
    start: int

    def row(self) -> tuple[object, ...]:
        topic, folded = kept(self.topic), kept(self.topic.casefold())
        return topic, folded, kept(self.phase) if self.phase else None, self.rank, self.start


def put(
    db: Connection,
    number: int | None,
    path: bytes,
    hash_: bytes,
    read: tuple[Note, Placed] | None,
    problems: Sequence[Problem],
) -> tuple[int, set[int]]:
    """Keep a note as it reads now; gives its number, and the keys of items that are others now.

    Those are without identities. `number`: that of the note, if it was here; `read` is None if it
    has no text.
    """
    head, items = (codec.note_text(read[0]), read[0].items) if read else (None, ())
    row = (path, hash_, head, codec.problems_text(problems))
    had = number is not None
    if number is None:
        query = "INSERT INTO notes (path, hash, head, problems) VALUES (?, ?, ?, ?)"
        number = db.execute(query, row).lastrowid or 0
    else:
        query = "UPDATE notes SET path = ?, hash = ?, head = ?, problems = ? WHERE note = ?"
        db.execute(query, (*row, number))
    new = (_put_items if had else _add_items)(db, number, items)
    cards = sum([len(item.faces) for item in items])
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    where = read[1].row() if read else (None,) * 5
    db.execute(
        "INSERT OR REPLACE INTO shelf (note, path, topic, folded, phase, rank, start, errors, "
        "items, cards, fresh, reviewed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (number, path, *where, errors, len(items), cards, cards),
    )
    return number, new


def _put_items(db: Connection, note: int, items: Sequence[Item]) -> set[int]:
    """The items of a note that was here; gives the keys of those that are others now.

    An item that reads as before in its place keeps its identity; its lines may be others.
    """
    query = "SELECT key, content, name FROM items WHERE key BETWEEN ? AND ?"
    before = {key: texts for key, *texts in db.execute(query, keys(note))}
    now = {note * ITEMS + item.order: item for item in items}
    same = {
        key for key, item in now.items() if before.get(key) == [item.content, item.explicit or None]
    }
    db.executemany(
        "UPDATE items SET data = ?1 WHERE key = ?2 AND data IS NOT ?1",
        [(codec.item_text(now[key]), key) for key in sorted(same)],
    )
    gone = sorted(before.keys() - same)
    db.executemany("DELETE FROM items WHERE key = ?", [(key,) for key in gone])
    unplace(db, *((key, key) for key in gone))
    return _add_items(db, note, [item for key, item in now.items() if key not in same])


def _add_items(db: Connection, note: int, items: Sequence[Item]) -> set[int]:
    rows = [
        (
            note * ITEMS + item.order,
            item.content,
            item.explicit or None,
            len(item.faces),
            codec.item_text(item),
        )
        for item in items
    ]
    db.executemany(
        "INSERT INTO items (key, content, name, faces, data) VALUES (?, ?, ?, ?, ?)", rows
    )
    return {row[0] for row in rows}


def forget(db: Connection, note: int) -> None:
    """Its items are gone, and its cards are nowhere."""
    db.execute("DELETE FROM items WHERE key BETWEEN ? AND ?", keys(note))
    unplace(db, keys(note))
    db.execute("DELETE FROM notes WHERE note = ?", (note,))
    db.execute("DELETE FROM shelf WHERE note = ?", (note,))


def runs(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of keys that follow each other without a gap."""
    ordered = sorted(keys)
    for _, run in groupby(enumerate(ordered), lambda one: one[1] - one[0]):
        found = [key for _, key in run]
        yield found[0], found[-1]


def unplace(db: Connection, *ranges: tuple[int, int]) -> None:
    """The items of the history, and the cards, that were at these keys are nowhere."""
    db.executemany("UPDATE known SET key = NULL WHERE key BETWEEN ? AND ?", ranges)
    query = "UPDATE seen SET item = NULL, key = NULL WHERE key BETWEEN ? AND ?"
    db.executemany(query, ranges)


def shelve(db: Connection, note: int, placed: Placed) -> None:
    """Put a note in its place on another roadmap."""
    query = "UPDATE shelf SET topic = ?, folded = ?, phase = ?, rank = ?, start = ? WHERE note = ?"
    db.execute(query, (*placed.row(), note))


def kept(name: str) -> bytes:
    """A name as the index keeps it: that of a file may hold bytes that are no text."""
    return name.encode("utf-8", "surrogateescape")


def told(name: bytes) -> str:
    """What was kept."""
    return name.decode("utf-8", "surrogateescape")


def count(db: Connection, notes: Iterable[int]) -> None:
    """Count the items and cards of these notes, the new ones, and whether any was answered."""
    for note in notes:
        here = keys(note)
        asked, reviewed = db.execute(
            "SELECT count(*), count(stability) FROM seen WHERE key BETWEEN ? AND ? "
            "AND (stability IS NOT NULL OR suspended)",
            here,
        ).fetchone()
        items, cards = db.execute(
            "SELECT count(*), coalesce(sum(faces), 0) FROM items "
            "WHERE key BETWEEN ? AND ? AND cards IS NOT '[]'",
            here,
        ).fetchone()
        db.execute(
            "UPDATE shelf SET items = ?, cards = ?, fresh = ?, reviewed = ? WHERE note = ?",
            (items, cards, cards - asked, reviewed > 0, note),
        )


def is_empty(db: Connection) -> bool:
    """Whether no note was ever read."""
    return db.execute("SELECT 1 FROM notes LIMIT 1").fetchone() is None


def numbers(db: Connection) -> list[int]:
    """All of them."""
    return [number for (number,) in db.execute("SELECT note FROM notes")]


def heads(db: Connection) -> Iterator[tuple[int, Note]]:
    """Every note that could be read, without its items, by path, as it is written."""
    for note, head in db.execute(
        "SELECT note, head FROM notes WHERE head IS NOT NULL ORDER BY path"
    ):
        yield note, codec.note(head)


def notes(db: Connection) -> Iterator[tuple[int, Note]]:
    """All of them without their items, by path, with their numbers.

    Each under the roadmap's own name of its topic, and in its phase.
    """
    for number, head, *row in db.execute(
        f"SELECT note, head, {_HOME} FROM notes JOIN shelf USING (note) "
        "WHERE head IS NOT NULL ORDER BY notes.path"
    ):
        home = _home(*row)
        yield number, codec.note(head)._replace(topic=home.topic, phase=home.phase)


_HOME = "shelf.path, topic, phase"


def _home(path: bytes, topic: bytes, phase: bytes | None) -> codec.Home:
    return codec.Home(told(path), told(topic), told(phase) if phase else None)


def cards_on(db: Connection, topic: str) -> Iterator[Card]:
    """The cards of all notes on a topic, by path."""
    query = "SELECT note FROM shelf WHERE folded = ? ORDER BY path"
    for (number,) in db.execute(query, (kept(topic.casefold()),)).fetchall():
        for _, item, known in items(db, number):
            yield from cards(item, known)


def in_order(db: Connection) -> list[bytes]:
    """Paths of all notes, topics as on the roadmap."""
    query = "SELECT path FROM shelf WHERE topic IS NOT NULL ORDER BY rank, path"
    return [path for (path,) in db.execute(query)]


def cards_at(db: Connection, note: int) -> list[list[Card]]:
    """The cards of each item of a note that has any, in the order of writing."""
    return [own for _, item, known in items(db, note) if (own := cards(item, known))]


def cards_of(db: Connection, key: int) -> list[Card]:
    """The cards of an item."""
    return cards(*item(db, key))


def faulty(db: Connection) -> Iterator[str]:
    """Paths of the notes that have errors."""
    for (path,) in db.execute("SELECT path FROM shelf WHERE errors > 0"):
        yield told(path)


def problems(db: Connection) -> Iterator[Problem]:
    for (text,) in db.execute("SELECT problems FROM notes WHERE problems != '[]'"):
        yield from codec.problems(text)


# Items --------------------------------------------------------------------------------------------


_ITEM = f"items.id, data, {_HOME} FROM items JOIN shelf ON note = key / {ITEMS}"
_OF_CARDS = (
    f"SELECT card, face, ordinal, items.id, data, {_HOME} FROM json_each(?) "
    "JOIN seen ON card = value JOIN items ON items.key = seen.key "
    f"JOIN shelf ON note = items.key / {ITEMS}"
)


def items(db: Connection, number: int) -> list[tuple[int, Item, str | None]]:
    """Key, item under its lasting id, and the text of its cards, of all items of a note."""
    query = f"SELECT key, items.cards, {_ITEM} WHERE key BETWEEN ? AND ? ORDER BY key"
    return [
        (key, _named(id_, data, home), cards)
        for key, cards, id_, data, *home in db.execute(query, keys(number))
    ]


def item(db: Connection, key: int) -> tuple[Item, str | None]:
    """An item under its lasting id, and the text of its cards."""
    query = f"SELECT items.cards, {_ITEM} WHERE key = ?"
    known, id_, data, *home = db.execute(query, (key,)).fetchone()
    return _named(id_, data, home), known


def written(db: Connection, key: int) -> Item:
    """An item as it is written."""
    _, data, *home = db.execute(f"SELECT {_ITEM} WHERE key = ?", (key,)).fetchone()
    return codec.item(data, _home(*home))


def where(db: Connection, item: ItemId) -> int | None:
    """The key of the item with this lasting id."""
    for query in (
        "SELECT key FROM known WHERE item = ?",
        "SELECT key FROM items WHERE content = ? AND id IS NULL AND name IS NULL",
        # One with a copied name has no cards.
        "SELECT key FROM items WHERE name = ? AND id IS NULL AND cards IS NOT '[]'",
        "SELECT key FROM items WHERE id = ?",
    ):
        row = db.execute(query, (item,)).fetchone()
        if row and row[0] is not None:
            return int(row[0])
    return None


def all_written(db: Connection, number: int) -> dict[int, Item]:
    """Key -> item as it is written, of all items of a note."""
    query = f"SELECT key, {_ITEM} WHERE key BETWEEN ? AND ?"
    return {
        key: codec.item(data, _home(*home))
        for key, _, data, *home in db.execute(query, keys(number))
    }


def _named(id_: str | None, data: str, home: Sequence[Any]) -> Item:
    item = codec.item(data, _home(*home))
    return item._replace(id=ItemId(id_)) if id_ else item


def cards(item: Item, known: str | None) -> list[Card]:
    """The cards of an item; those of one that the history does not know go by its own text."""
    if known is None:
        return [
            Card(CardId(f"{item.id}-{face.key}"), item, face, ordinal)
            for ordinal, face in enumerate(item.faces)
        ]
    return [
        Card(CardId(id_), item, face, ordinal)
        for face, (id_, ordinal) in zip(item.faces, json.loads(known), strict=False)
    ]


def seen_cards(db: Connection, ids: Sequence[CardId]) -> Iterator[Card]:
    """Those of these cards that have a history and are in a note."""
    for card, face, ordinal, id_, data, *home in db.execute(_OF_CARDS, (json.dumps(ids),)):
        item = _named(id_, data, home)
        yield Card(CardId(card), item, item.faces[face], ordinal)


def identify(
    db: Connection, key: int, item: Item, id_: ItemId | None, cards: Sequence[Card]
) -> None:
    """Give an item, as it is written, its lasting identity and its cards; it may have none, if its
    name is a copy.
    """
    query = "UPDATE items SET id = ?, cards = ? WHERE key = ?"
    db.execute(query, (*identity(item, id_, cards), key))


def identity(
    item: Item, id_: ItemId | None, own: Sequence[Card]
) -> tuple[ItemId | None, str | None]:
    """An item's id and cards as the index keeps them: those of its own text it does not."""
    if id_ == item.id and [*own] == cards(item, None):
        return None, None
    return id_, cards_text(own)


def cards_text(cards: Iterable[Card]) -> str:
    """Their ids and ordinals, as the index keeps them."""
    return json.dumps([(card.id, card.ordinal) for card in cards])


def found(db: Connection, item: ItemId, key: int) -> None:
    """An item of the history is here."""
    db.execute("UPDATE known SET key = ?, alone = NULL WHERE item = ?", (key, item))


def place(db: Connection, key: int, cards: Iterable[Card]) -> None:
    """Tell the cards that have a history where they are."""
    db.executemany(
        "UPDATE seen SET item = ?, key = ?, face = ?, ordinal = ? WHERE card = ?",
        [(card.item.id, key, face, card.ordinal, card.id) for face, card in enumerate(cards)],
    )


# All of them --------------------------------------------------------------------------------------


def counts(db: Connection) -> tuple[int, int, int, int]:
    """How many notes, items, cards, and cards with a memory."""
    total: tuple[int, int, int] = db.execute(
        "SELECT count(*), coalesce(sum(items), 0), coalesce(sum(cards), 0) "
        "FROM shelf WHERE topic IS NOT NULL"
    ).fetchone()
    query = "SELECT count(*) FROM seen WHERE key IS NOT NULL AND stability IS NOT NULL"
    return (*total, db.execute(query).fetchone()[0])


def places(db: Connection) -> Iterator[tuple[str, str | None]]:
    """All topics and phases of notes."""
    query = "SELECT DISTINCT topic, phase FROM shelf WHERE topic IS NOT NULL"
    for topic, phase in db.execute(query):
        yield told(topic), told(phase) if phase else None


def errors(db: Connection) -> int:
    """How many errors the notes have."""
    total: int = db.execute("SELECT coalesce(sum(errors), 0) FROM shelf").fetchone()[0]
    return total
