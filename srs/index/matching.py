"""Which item of the history is which item of the notes, in the index.

The rule is that of srs.identity; here is decided on which items it has to be tried again. An item
is certain while it is the only one with its text, in the notes and in the history, and is as it was
recorded. What is not, is matched together whenever something of it may have changed.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from srs import events
from srs.index import codec, past, shelf
from srs.index.meta import get, put
from srs.model import Card, Change, Gone, ItemFixed, ItemId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srs.identity import Matching
    from srs.identity.similarity import Similarity
    from srs.index import Connection
    from srs.model import Item, KnownItem, Note, Problem

_ITEMS = shelf.ITEMS


def rematch(db: Connection, notes: set[int], items: Iterable[str]) -> set[int]:
    """Bring identities up to notes and items of the history that changed.

    Gives the notes whose cards may have other identities now than by their own texts.
    """
    work = _Work(db)
    notes |= work.open_notes
    for item in sorted(items):
        notes |= work.learn(item)
    work.survey(len(notes))
    notes |= work.touched_by(notes)
    for note in notes:
        work.loosen(note)
    special = [key for note in sorted(notes) for key in work.settle(note)]
    lost = [ItemId(item) for (item,) in db.execute("SELECT item FROM known WHERE key IS NULL")]
    solved = work.solve(lost, special)
    return solved if work.all_new else notes | solved


class _Work:
    def __init__(self, db: Connection) -> None:
        self._db = db
        self._past = past.Past(db)
        self._heads: dict[int, Note] = {}
        self.all_new = False
        self._twice: set[str] = set()
        """Texts and names that several items have, where all are new."""
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
        if self.all_new:
            for text in self._twice:
                query = "SELECT key FROM items WHERE content = ? OR name = ?"
                found |= self._notes(query, text, text)
            return found
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

    def survey(self, notes: int) -> None:
        """Where all items are new, ask once which texts and names are there twice."""
        history = "SELECT 1 FROM known UNION ALL SELECT 1 FROM seen"
        if notes < _VERY_MANY or self._db.execute(history).fetchone():
            return
        self.all_new = True
        query = "SELECT {0} FROM items WHERE {0} IS NOT NULL GROUP BY {0} HAVING count(*) > 1"
        self._twice = {
            value
            for column in ("content", "name")
            for (value,) in self._db.execute(query.format(column))
        }

    def loosen(self, note: int) -> None:
        """Take their places from the items and cards of a note."""
        keys = _keys(note)
        query = "UPDATE items SET id = NULL, cards = NULL WHERE key BETWEEN ? AND ? AND id NOT NULL"
        self._db.execute(query, keys)
        if self.all_new:
            return
        self._db.execute("UPDATE known SET key = NULL WHERE key BETWEEN ? AND ?", keys)
        self._db.execute(
            "UPDATE seen SET item = NULL, key = NULL, bound = NULL WHERE key BETWEEN ? AND ?", keys
        )

    def settle(self, note: int) -> list[int]:
        """Place what is certain in a note; gives what is neither certain nor simply new."""
        query = "SELECT key, content, name FROM items WHERE key BETWEEN ? AND ?"
        rows = self._db.execute(query, _keys(note)).fetchall()
        if self.all_new:
            return [key for key, *texts in rows if not self._twice.isdisjoint(texts)]
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
        for name in ("open notes", "pending", "changes", "matching problems"):
            put(self._db, name, [])
        if not lost and not special:
            return set()
        missing = {item: one for item in lost if (one := self._past.item(item))}
        near = {*special, *self._holding_a_text_of(missing)}
        solved = self._match(missing, near)
        if left := solved.in_doubt(missing):
            # Any item that nobody has learned yet may be one of them.
            solved = self._match(missing, near | self._unlearned(left))
        self._record(solved, {*special})
        return {key // _ITEMS for key in solved.items}

    def _match(self, lost: Mapping[ItemId, KnownItem], open_: set[int]) -> _Solved:
        """Match these, with all that stands in the same files, since neighbours count."""
        paths = {body.path for one in lost.values() for _, body in one.versions}
        notes = {key // _ITEMS for key in open_}
        notes |= {found[0] for path in paths if (found := self._number(path))}
        beside = self._beside(open_)
        notes |= {key // _ITEMS for key in beside.values() if key is not None}
        items: dict[int, Item] = {}
        for note in notes:
            query = "SELECT item, key FROM known WHERE key BETWEEN ? AND ?"
            beside |= self._db.execute(query, _keys(note)).fetchall()
            items |= shelf.all_written(self._db, note)
        for path in paths | {item.path for item in items.values()}:
            query = "SELECT item, key FROM known WHERE path = ?"
            beside |= self._db.execute(query, (os.fsencode(path),)).fetchall()
        elsewhere = {key for key in beside.values() if key is not None} - items.keys()
        items |= {key: shelf.written(self._db, key, self._head(key // _ITEMS)) for key in elsewhere}
        known = {item: one for item in beside if (one := self._past.item(item))} | {**lost}
        from srs import identity  # noqa: PLC0415 - only for what is not certain

        in_order = sorted(items.items(), key=lambda one: (one[1].path, one[1].order))
        found_ = identity.match(known, [item for _, item in in_order], self._measured)
        return _Solved(found_, items, known)

    def _number(self, path: str) -> tuple[int, bytes] | None:
        return shelf.number(self._db, os.fsencode(path))

    def _holding_a_text_of(self, lost: Mapping[ItemId, KnownItem]) -> set[int]:
        """Keys of items that read as a lost one did at any time."""
        contents = {body.content for one in lost.values() for _, body in one.versions}
        query = "SELECT key FROM items WHERE content = ?"
        return {key for content in contents for (key,) in self._db.execute(query, (content,))}

    def _unlearned(self, lost: Mapping[ItemId, KnownItem]) -> set[int]:
        """Keys of items that nobody has learned yet and that may be one of the lost ones.

        Where few are lost among very many, only the likeliest by their rare words.
        """
        learned = "SELECT key FROM known WHERE key IS NOT NULL"
        of_new = f"FROM items WHERE key NOT IN ({learned})"
        count = self._db.execute(f"SELECT count(*) {of_new}").fetchone()[0]
        from srs.identity import candidates  # noqa: PLC0415 - only where some are lost
        from srs.identity.similarity import sides  # noqa: PLC0415
        from srs.identity.versions import texts_of  # noqa: PLC0415

        if len(lost) > candidates.FEW or count * len(lost) <= candidates.MOST_PAIRS:
            return {key for (key,) in self._db.execute(f"SELECT key {of_new}")}
        similarity = self._measured()
        asked = [text for one in lost.values() for texts in texts_of(one) for text in texts]
        words = candidates.asked_for(asked, similarity)
        # What the index keeps is JSON in ASCII: other words are looked for in the text itself.
        in_ascii = all(word.isascii() for word in words)
        rows = [
            (key, data)
            for key, data in self._db.execute(f"SELECT key, data {of_new}")
            if not in_ascii or _holds(data.lower(), words)
        ]
        texts = [codec.item_texts(data) for _, data in rows]
        held = candidates.holding(asked, ["\n".join(one.values()) for one in texts], similarity)
        if len(held) > _FEW_ENOUGH:
            both = [sides(texts[place]) for place in held]
            best = candidates.nearest(asked, both, similarity)
            held = sorted({held[place] for _, place, _ in best})
        return {rows[place][0] for place in held}

    def _measured(self) -> Similarity:
        """What is rare in the whole vault; kept as long as the items by which it is told."""
        from srs.identity.similarity import SAMPLE, Similarity, sides  # noqa: PLC0415 - see above

        query = "SELECT content FROM {} WHERE content IS NOT NULL ORDER BY content LIMIT ?"
        drawn = [
            [content for (content,) in self._db.execute(query.format(table), (SAMPLE,))]
            for table in ("known", "items")
        ]
        if get(self._db, "drawn") == drawn:
            return Similarity(*get(self._db, "rarity"))
        texts = {content: sides(self._text_of(content)) for content in {*drawn[0], *drawn[1]}}
        similarity = Similarity.of(*([texts[content] for content in one] for one in drawn))
        put(self._db, "drawn", drawn)
        put(self._db, "rarity", (dict(similarity.frequency), similarity.count))
        return similarity

    def _text_of(self, content: str) -> Mapping[str, str]:
        """Some text with this content: as it is written, else as it was recorded."""
        query = "SELECT data FROM items WHERE content = ?"
        written = self._db.execute(query, (content,)).fetchone()
        if written:
            return codec.item_texts(written[0])
        query = "SELECT item FROM known WHERE content = ?"
        (item,) = self._db.execute(query, (content,)).fetchone()
        one = self._past.item(item)
        return one.latest.texts if one else {}

    def _beside(self, special: Iterable[int]) -> dict[ItemId, int | None]:
        """Items of the history that share an id, a name or a text with these."""
        query = "SELECT item, key FROM known WHERE names != '[]'"
        found: dict[ItemId, int | None] = dict(self._db.execute(query).fetchall())
        for key in special:
            found |= self._db.execute(
                "SELECT item, known.key FROM items JOIN known "
                "ON item IN (name, items.content) OR known.content = items.content "
                "WHERE items.key = ?",
                (key,),
            ).fetchall()
        return found

    def _record(self, solved: _Solved, special: set[int]) -> None:
        found, items, known = solved
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
            else:
                shelf.identify(self._db, key, id_, cards)
            shelf.place(self._db, key, cards)
            if id_ in known:
                self._db.execute("UPDATE known SET key = ? WHERE item = ?", (key, id_))
            if key in special or id_ != item.id or (item.path, item.line) in doubtful:
                unsettled.add(key // _ITEMS)
        put(self._db, "open notes", sorted(unsettled))
        pending: tuple[ItemFixed | Gone, ...] = (*found.pending, *found.gone)
        put(self._db, "pending", [events.encode(one) for one in pending])
        put(self._db, "changes", [[*change] for change in found.changes])
        problems = codec.problems_text(found.problems)
        put(self._db, "matching problems", json.loads(problems))


_VERY_MANY = 200
"""Notes that changed at once."""
_FEW_ENOUGH = 100
"""Items that may be a lost one: so many are all matched."""
_WHATEVER_ELSE = ("id", "exact", "question", "answer")
"""Why a match is one, in its own file, whatever other files hold."""


class _Solved(NamedTuple):
    """What was matched, by key the items of the notes, and the items of the history."""

    found: Matching
    items: Mapping[int, Item]
    known: Mapping[ItemId, KnownItem]

    def in_doubt(self, lost: Mapping[ItemId, KnownItem]) -> dict[ItemId, KnownItem]:
        """The lost items that items of other files may be, or that those may contest."""
        here = {card.item.id for card in self.found.cards}
        decided = {body.item: body for body in self.found.pending}
        return {
            item: one
            for item, one in lost.items()
            if item not in here
            or (
                item in decided
                and (
                    decided[item].why not in _WHATEVER_ELSE
                    or (
                        decided[item].why in ("question", "answer")
                        and decided[item].path != one.latest.path
                    )
                )
            )
        }


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


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _keys(note: int) -> tuple[int, int]:
    """The first and the last key that an item of a note can have."""
    return note * _ITEMS, note * _ITEMS + _ITEMS - 1
