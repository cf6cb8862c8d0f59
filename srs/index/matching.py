"""Which item of the history is which item of the notes, in the index.

The rule is that of srs.identity; here is decided on which items it has to be tried again. An item
is certain while it is the only one with its text, in the notes and in the history, and is as it was
recorded. What is not, is matched together whenever something of it may have changed.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from srs.index import past, schema, shelf
from srs.index.meta import get
from srs.index.solving import Solver
from srs.model import Card

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from srs.index import Connection
    from srs.model import Item, KnownItem

_ITEMS = shelf.ITEMS


def rematch(db: Connection, keys: set[int], items: Iterable[str]) -> set[int]:
    """Bring identities up to items of the notes, by key, and of the history that changed.

    Gives the notes whose cards may have other identities now than by their own texts.
    """
    work = _Work(db)
    keys |= set(get(db, "open keys") or ())
    for item in sorted(items):
        keys |= work.learn(item)
    keys |= work.touched_by(shelf.runs(keys))
    runs = [*shelf.runs(keys)]
    for run in runs:
        work.loosen(run)
    special = [key for run in runs for key in work.settle(run)]
    keys |= Solver(db, work.past).solve(keys, special)
    return {key // _ITEMS for key in keys}


def rematch_all(db: Connection) -> set[int]:
    """The same of all items, when all notes or all of the history was read."""
    work = _Work(db)
    db.execute("DELETE FROM known")
    schema.unindex(db, "known")
    db.execute("UPDATE items SET id = NULL, cards = NULL WHERE cards NOT NULL")
    for known in work.past.all_items():
        work.keep(known)
    schema.index(db, "known")
    history = "SELECT 1 FROM known UNION ALL SELECT 1 FROM seen"
    if db.execute(history).fetchone():
        special = [key for note in shelf.numbers(db) for key in work.settle(shelf.keys(note))]
    else:
        special = work.twice()
    return {key // _ITEMS for key in Solver(db, work.past).solve(set(), special)}


class _Work:
    """`runs` are keys, from the first to the last of each."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.past = past.Past(db)

    def _keys(self, query: str, *values: object) -> set[int]:
        return {key for (key,) in self._db.execute(query, values) if key is not None}

    # What changed -------------------------------------------------------------------------------

    def learn(self, item: str) -> set[int]:
        """Keep what the history says of an item now; gives the keys that this may concern."""
        concerned: set[int] = set()
        for one in self.past.classmates(item):
            concerned |= self._keys("SELECT key FROM known WHERE item = ?", one)
            # Before an event has fixed it, it goes by its own text or name.
            concerned |= self._keys("SELECT key FROM items WHERE content = ?", one)
            concerned |= self._keys("SELECT key FROM items WHERE name = ?", one)
            concerned |= self._keys("SELECT key FROM items WHERE id = ?", one)
            self._db.execute("DELETE FROM known WHERE item = ?", (one,))
        for known in self.past.items(item):
            self.keep(known)
            content = known.latest.content
            concerned |= self._keys("SELECT key FROM known WHERE content = ?", content)
            concerned |= self._keys("SELECT key FROM items WHERE content = ?", content)
        return concerned

    def keep(self, known: KnownItem) -> None:
        """Keep what the history knows of an item."""
        content, path = known.latest.content, os.fsencode(known.latest.path)
        names = {body.explicit for _, body in known.versions}
        names |= {body.item for _, body in known.versions}
        self._db.execute(
            "INSERT OR REPLACE INTO known (item, content, path, names) VALUES (?, ?, ?, ?)",
            (known.id, content, path, json.dumps(sorted(names - {known.id, ""}))),
        )

    def touched_by(self, runs: Iterable[tuple[int, int]]) -> set[int]:
        """Keys of items that have the text or the name of one of these."""
        found: set[int] = set()
        for run in runs:
            found |= self._keys(
                "SELECT other.key FROM items JOIN items AS other USING (content) "
                "WHERE items.key BETWEEN ? AND ?",
                *run,
            )
            found |= self._keys(
                "SELECT known.key FROM items JOIN known ON item = coalesce(name, items.content) "
                "WHERE items.key BETWEEN ? AND ?",
                *run,
            )
            found |= self._keys(
                "SELECT other.key FROM items JOIN items AS other USING (name) "
                "WHERE items.key BETWEEN ? AND ? AND name IS NOT NULL",
                *run,
            )
        return found

    def twice(self) -> list[int]:
        """Keys of items of which another has the text or the name."""
        found: set[int] = set()
        for column in ("content", "name"):
            query = "SELECT {0} FROM items WHERE {0} IS NOT NULL GROUP BY {0} HAVING count(*) > 1"
            for (text,) in self._db.execute(query.format(column)).fetchall():
                found |= self._keys("SELECT key FROM items WHERE content = ?", text)
                found |= self._keys("SELECT key FROM items WHERE name = ?", text)
        return sorted(found)

    # What is certain ----------------------------------------------------------------------------

    def loosen(self, run: tuple[int, int]) -> None:
        """Take their places from items and their cards."""
        query = (
            "UPDATE items SET id = NULL, cards = NULL WHERE key BETWEEN ? AND ? AND cards NOT NULL"
        )
        self._db.execute(query, run)
        shelf.unplace(self._db, run)

    def settle(self, run: tuple[int, int]) -> list[int]:
        """Place what is certain; gives what is neither certain nor simply new."""
        query = "SELECT key, content, name FROM items WHERE key BETWEEN ? AND ?"
        rows = self._db.execute(query, run).fetchall()
        return [key for key, content, name in rows if not self._settle(key, content, name)]

    def _settle(self, key: int, content: str, name: str | None) -> bool:
        query = "SELECT 1 FROM items WHERE content = ? AND key != ?"
        if self._db.execute(query, (content, key)).fetchone():
            return False
        query = "SELECT item, names FROM known WHERE content = ?"
        found = self._db.execute(query, (content,)).fetchall()
        if not found:
            return self._settle_new(key, content, name)
        ((item, names), *more) = found
        if more or names != "[]" or self._is_named(item, key) or (name and name != item):
            return False
        known = self.past.item(item)
        if known is None:
            return False
        written = shelf.written(self._db, key)
        cards = _as_recorded(written, known)
        if cards is None:
            return False
        shelf.identify(self._db, key, written, known.id, cards)
        shelf.place(self._db, key, cards)
        shelf.found(self._db, known.id, key)
        return True

    def _settle_new(self, key: int, content: str, name: str | None) -> bool:
        id_ = name or content
        if self._db.execute("SELECT 1 FROM known WHERE item = ?", (id_,)).fetchone():
            return False
        if self._was_named(id_) or (name and self._is_named(name, key)):
            return False
        # Answers count by the item's own text too, before an event has fixed it.
        if self._db.execute("SELECT 1 FROM seen WHERE key IS NULL").fetchone():
            item = shelf.written(self._db, key)
            shelf.place(self._db, key, shelf.cards(item, None))
        return True

    def _is_named(self, name: str, but: int) -> bool:
        """Whether another item of the notes has this `^id`."""
        query = "SELECT 1 FROM items WHERE name = ? AND key != ?"
        return self._db.execute(query, (name, but)).fetchone() is not None

    def _was_named(self, name: str) -> bool:
        """Whether an item of the history had this `^id` once, or is one with an item of this id."""
        rows = self._db.execute("SELECT names FROM known WHERE names != '[]'")
        return any(name in json.loads(names) for (names,) in rows)


def _as_recorded(item: Item, known: KnownItem) -> Sequence[Card] | None:
    """The cards of an item that is as the history last had it, else None."""
    latest = known.latest
    faces = [(face.key, face.gap) for face in item.faces]
    if len(known.versions) == 1 and not known.refused and not known.aliases and not known.gone:
        now = (item.content, item.path, item.explicit)
        if now == (latest.content, latest.path, latest.explicit) and faces == [
            (card.key, card.gap) for card in latest.cards
        ]:
            named = item._replace(id=known.id)
            return [
                Card(card.id, named, face, ordinal)
                for ordinal, (face, card) in enumerate(zip(item.faces, latest.cards, strict=True))
            ]
    from srs import identity  # noqa: PLC0415 - only for items with more of a history

    found = identity.match({known.id: known}, [item])
    unknown = any(card.item.id != known.id for card in found.cards)
    return None if unknown or found.pending or found.changes or found.problems else found.cards
