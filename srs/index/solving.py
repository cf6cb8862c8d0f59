"""Items that are in doubt, in the index: the lost ones of the history, and who they may be.

They are matched with all that stands in the same files. Only where that does not decide, items of
other files are looked at.
"""

from __future__ import annotations

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
    from srs.model import Item, KnownItem, Problem

_ITEMS = shelf.ITEMS


class Solver:
    def __init__(self, db: Connection) -> None:
        self._db = db
        self._past = past.Past(db)

    def solve(self, lost: Sequence[ItemId], special: Sequence[int]) -> set[int]:
        """Match the lost items of the history, and these of the notes; gives the notes of all."""
        for name in ("open notes", "pending", "changes"):
            put(self._db, name, [])
        put(self._db, "matching problems", "[]")
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
            beside |= self._db.execute(query, shelf.keys(note)).fetchall()
            items |= shelf.all_written(self._db, note)
        for path in paths | {item.path for item in items.values()}:
            query = "SELECT item, key FROM known WHERE path = ?"
            beside |= self._db.execute(query, (os.fsencode(path),)).fetchall()
        elsewhere = {key for key in beside.values() if key is not None} - items.keys()
        items |= {key: shelf.written(self._db, key) for key in elsewhere}
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
        # Those that were certain are decided anew with the others.
        for key in items:
            shelf.unplace(self._db, key, key)
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
        put(self._db, "matching problems", codec.problems_text(found.problems))


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


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


# What came of it ----------------------------------------------------------------------------------


def pending(db: Connection) -> tuple[ItemFixed | Gone, ...]:
    """What the next writing command records of identities."""
    found = (events.decode(fields) for fields in get(db, "pending") or ())
    return tuple(one for one in found if isinstance(one, ItemFixed | Gone))


def changes(db: Connection) -> tuple[Change, ...]:
    return tuple(Change(*fields) for fields in get(db, "changes") or ())


def problems(db: Connection) -> tuple[Problem, ...]:
    return codec.problems(get(db, "matching problems") or "[]")
