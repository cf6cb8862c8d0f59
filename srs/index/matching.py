"""Which item of the history is which item of the notes, in the index.

The rule is that of srs.identity; here is decided on which items it has to be tried again. An item
is certain while it is the only one with its text, in the notes and in the history, and is as it was
recorded. What is not, is matched together whenever something of it may have changed.
"""

from __future__ import annotations

import json
import os
from itertools import islice
from typing import TYPE_CHECKING

from srs import events
from srs.index import codec, past, shelf
from srs.index.meta import get, put
from srs.model import Card, Change, Gone, ItemFixed, ItemId

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from srs.identity import Matching
    from srs.index import Connection
    from srs.model import Item, KnownItem, Note, Problem

_ITEMS = shelf.ITEMS


def rematch(db: Connection, notes: set[int], items: Iterable[str]) -> set[int]:
    """Bring identities up to notes and items of the history that changed.

    Gives the notes whose cards may have other identities now.
    """
    work = _Work(db)
    notes |= work.open_notes
    for item in sorted(items):
        notes |= work.learn(item)
    notes |= work.touched_by(notes)
    for note in notes:
        work.loosen(note)
    special = [key for note in sorted(notes) for key in work.settle(note)]
    lost = [ItemId(item) for (item,) in db.execute("SELECT item FROM known WHERE key IS NULL")]
    return notes | work.solve(lost, special)


class _Work:
    def __init__(self, db: Connection) -> None:
        self._db = db
        self._past = past.Past(db)
        self._heads: dict[int, Note] = {}
        self.open_notes: set[int] = set(get(db, "open notes") or ())

    def _head(self, note: int) -> Note:
        if note not in self._heads:
            self._heads[note] = shelf.head(self._db, note)
        return self._heads[note]

    def _notes(self, query: str, *values: object) -> set[int]:
        """The notes of the keys that a query gives."""
        return {key // _ITEMS for (key,) in self._db.execute(query, values) if key is not None}

    # What changed -------------------------------------------------------------------------------

    def learn(self, item: str) -> set[int]:
        """Keep what the history says of an item now; gives the notes that this may concern."""
        concerned: set[int] = set()
        for one in self._past.classmates(item):
            concerned |= self._notes("SELECT key FROM known WHERE item = ?", one)
            # Before an event has fixed it, it goes by its own text or name.
            concerned |= self._notes("SELECT key FROM items WHERE content = ?", one)
            concerned |= self._notes("SELECT key FROM items WHERE name = ?", one)
            concerned |= self._notes("SELECT key FROM items WHERE id = ?", one)
            self._db.execute("DELETE FROM known WHERE item = ?", (one,))
        for known in self._past.items(item):
            concerned |= self._put(known)
        return concerned

    def _put(self, known: KnownItem) -> set[int]:
        content, path = known.latest.content, os.fsencode(known.latest.path)
        names = {body.explicit for _, body in known.versions}
        names |= {body.item for _, body in known.versions}
        self._db.execute(
            "INSERT OR REPLACE INTO known (item, content, path, names) VALUES (?, ?, ?, ?)",
            (known.id, content, path, json.dumps(sorted(names - {known.id, ""}))),
        )
        concerned = self._notes("SELECT key FROM known WHERE content = ?", content)
        return concerned | self._notes("SELECT key FROM items WHERE content = ?", content)

    def touched_by(self, notes: Iterable[int]) -> set[int]:
        """Notes with an item that has the text or the name of one of these notes'."""
        found: set[int] = set()
        for note in notes:
            found |= self._notes(
                "SELECT other.key FROM items JOIN items AS other USING (content) "
                "WHERE items.key BETWEEN ? AND ?",
                *_keys(note),
            )
            found |= self._notes(
                "SELECT known.key FROM items JOIN known ON item = coalesce(name, items.content) "
                "WHERE items.key BETWEEN ? AND ?",
                *_keys(note),
            )
            found |= self._notes(
                "SELECT other.key FROM items JOIN items AS other USING (name) "
                "WHERE items.key BETWEEN ? AND ? AND name IS NOT NULL",
                *_keys(note),
            )
        return found

    # What is certain ----------------------------------------------------------------------------

    def loosen(self, note: int) -> None:
        """Take their places from the items and cards of a note."""
        keys = _keys(note)
        self._db.execute("UPDATE known SET key = NULL WHERE key BETWEEN ? AND ?", keys)
        self._db.execute("UPDATE items SET id = NULL, cards = NULL WHERE key BETWEEN ? AND ?", keys)
        self._db.execute(
            "UPDATE seen SET item = NULL, key = NULL, bound = NULL WHERE key BETWEEN ? AND ?", keys
        )

    def settle(self, note: int) -> list[int]:
        """Place what is certain in a note; gives what is neither certain nor simply new."""
        query = "SELECT key, content, name FROM items WHERE key BETWEEN ? AND ?"
        rows = self._db.execute(query, _keys(note)).fetchall()
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
        known = self._past.item(item)
        if known is None:
            return False
        cards = _as_recorded(shelf.written(self._db, key, self._head(key // _ITEMS)), known)
        if cards is None:
            return False
        shelf.identify(self._db, key, known.id, cards)
        shelf.place(self._db, key, cards)
        self._db.execute("UPDATE known SET key = ? WHERE item = ?", (key, known.id))
        return True

    def _settle_new(self, key: int, content: str, name: str | None) -> bool:
        id_ = name or content
        if self._db.execute("SELECT 1 FROM known WHERE item = ?", (id_,)).fetchone():
            return False
        if self._was_named(id_) or (name and self._is_named(name, key)):
            return False
        # Answers count by the item's own text too, before an event has fixed it.
        if self._db.execute("SELECT 1 FROM seen WHERE key IS NULL").fetchone():
            item = shelf.written(self._db, key, self._head(key // _ITEMS))
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

    # What is not --------------------------------------------------------------------------------

    def solve(self, lost: Sequence[ItemId], special: Sequence[int]) -> set[int]:
        """Match the lost items of the history, and these of the notes; gives the notes of all."""
        beside = self._beside(lost, special)
        known = {item: one for item in (*lost, *beside) if (one := self._past.item(item))}
        keys = {*special, *(key for key in beside.values() if key is not None)}
        if lost:
            # Any item that nobody has learned yet may be one of them.
            query = "SELECT key FROM known WHERE key IS NOT NULL"
            rows = self._db.execute(f"SELECT key FROM items WHERE key NOT IN ({query})")
            keys |= {key for (key,) in rows}
        items = {
            key: shelf.written(self._db, key, self._head(key // _ITEMS)) for key in sorted(keys)
        }
        for name in ("open notes", "pending", "changes", "matching problems"):
            put(self._db, name, [])
        if items or known:
            from srs import identity  # noqa: PLC0415 - only for what is not certain

            in_order = sorted(items.items(), key=lambda one: (one[1].path, one[1].order))
            found = identity.match(
                known, [item for _, item in in_order], lambda: self._others(items, known)
            )
            self._record(found, items, known, {*special})
        return {key // _ITEMS for key in items}

    def _others(
        self, items: Container[int], known: Container[ItemId]
    ) -> tuple[list[ItemFixed], list[Item]]:
        """What is not matched, as far as it tells how rare words are in the whole vault."""
        from srs.identity.similarity import SAMPLE  # noqa: PLC0415 - only where likeness decides

        rows = self._db.execute("SELECT item FROM known ORDER BY content, item")
        beyond = (ItemId(item) for (item,) in rows if item not in known)
        were = [one.latest for item in islice(beyond, SAMPLE) if (one := self._past.item(item))]
        keys = [key for (key,) in self._db.execute("SELECT key FROM items ORDER BY content, key")]
        settled = (key for key in keys if key not in items)
        return were, [
            shelf.written(self._db, key, self._head(key // _ITEMS))
            for key in islice(settled, SAMPLE)
        ]

    def _beside(self, lost: Sequence[ItemId], special: Sequence[int]) -> dict[ItemId, int | None]:
        """Certain items that stand in the files of the lost ones, or share an id or a name."""
        found: dict[ItemId, int | None] = {}
        paths = {one.latest.path for item in lost if (one := self._past.item(item))}
        for path in sorted(paths):
            found |= self._db.execute(
                "SELECT item, key FROM known WHERE path = ? AND key IS NOT NULL",
                (os.fsencode(path),),
            ).fetchall()
        if lost or special:
            found |= self._db.execute(
                "SELECT item, key FROM known WHERE key IS NOT NULL AND names != '[]'"
            ).fetchall()
        for key in special:
            found |= self._db.execute(
                "SELECT item, known.key FROM items JOIN known "
                "ON item IN (name, items.content) OR known.content = items.content "
                "WHERE items.key = ?",
                (key,),
            ).fetchall()
        return found

    def _record(
        self,
        found: Matching,
        items: Mapping[int, Item],
        known: Mapping[ItemId, KnownItem],
        special: set[int],
    ) -> None:
        # Those that were certain are decided anew with the others.
        query = "UPDATE known SET key = NULL WHERE item = ?"
        self._db.executemany(query, [(item,) for item in known])
        rows = self._db.execute("SELECT DISTINCT key FROM seen WHERE key IS NOT NULL").fetchall()
        query = "UPDATE seen SET item = NULL, key = NULL, bound = NULL WHERE key = ?"
        self._db.executemany(query, [row for row in rows if row[0] in items])
        by_place: dict[tuple[str, int], list[Card]] = {}
        for card in found.cards:
            by_place.setdefault((card.item.path, card.item.order), []).append(card)
        doubtful = {(change.path, change.line) for change in found.changes}
        unsettled = set()
        for key, item in items.items():
            cards = by_place.get((item.path, item.order), [])
            id_ = cards[0].item.id if cards else None
            if id_ == item.id and id_ not in known:
                self._db.execute("UPDATE items SET id = NULL, cards = NULL WHERE key = ?", (key,))
                shelf.place(self._db, key, cards)
            else:
                shelf.identify(self._db, key, id_, cards)
                shelf.place(self._db, key, cards)
                if id_ in known:
                    query = "UPDATE known SET key = ? WHERE item = ?"
                    self._db.execute(query, (key, id_))
            if key in special or id_ != item.id or (item.path, item.line) in doubtful:
                unsettled.add(key // _ITEMS)
        put(self._db, "open notes", sorted(unsettled))
        pending: tuple[ItemFixed | Gone, ...] = (*found.pending, *found.gone)
        put(self._db, "pending", [events.encode(one) for one in pending])
        put(self._db, "changes", [[*change] for change in found.changes])
        problems = codec.problems_text(found.problems)
        put(self._db, "matching problems", json.loads(problems))


def pending(db: Connection) -> tuple[ItemFixed | Gone, ...]:
    """What the next writing command records of identities."""
    found = (events.decode(fields) for fields in get(db, "pending") or ())
    return tuple(one for one in found if isinstance(one, ItemFixed | Gone))


def changes(db: Connection) -> tuple[Change, ...]:
    return tuple(Change(*fields) for fields in get(db, "changes") or ())


def problems(db: Connection) -> tuple[Problem, ...]:
    return codec.problems(json.dumps(get(db, "matching problems") or ()))


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


def _keys(note: int) -> tuple[int, int]:
    """The first and the last key that an item of a note can have."""
    return note * _ITEMS, note * _ITEMS + _ITEMS - 1
