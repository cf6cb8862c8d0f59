"""Items that are in doubt, in the index: the lost ones of the history, and who they may be.

They are matched with all that stands in the same files. Only where that does not decide, items of
other files are looked at. A lost item that nothing in the vault may be is alone from then on: it is
only tried again with what changes, as long as words are as rare as they were.
"""

from __future__ import annotations

import json
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from srs import events
from srs.index import codec, shelf
from srs.index.meta import get, put
from srs.model import Card, Change, EventId, Gone, ItemFixed, ItemId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srs.identity import Matching
    from srs.identity.similarity import Similarity
    from srs.index import Connection
    from srs.index.past import Past
    from srs.model import Item, KnownItem, Problem

_ITEMS = shelf.ITEMS


class Solver:
    def __init__(self, db: Connection, past: Past) -> None:
        self._db = db
        self._past = past

    def solve(self, changed: set[int], special: Sequence[int]) -> set[int]:
        """Match the lost items of the history, and these of the notes; gives the keys of all.

        `changed` are the keys of items of which anything may be otherwise than before.
        """
        for name in ("open keys", "pending", "changes"):
            put(self._db, name, [])
        put(self._db, "matching problems", "[]")
        alone = self._alone(changed)
        query = "SELECT item FROM known WHERE key IS NULL"
        lost = [item for (item,) in self._db.execute(query) if item not in alone]
        if not lost and not special and not alone:
            return set()
        missing = {ItemId(item): one for item in lost if (one := self._past.item(item))}
        near = {*special, *self._holding_a_text_of(missing)}
        solved = self._match(missing, near)
        if left := {one: missing[one] for one in missing.keys() - solved.found.certain}:
            # Any item that nobody has learned yet may be one of them.
            solved = self._match(missing, near | self._unlearned(left))
            for item in left.keys() & solved.found.alone:
                self._leave_alone(left[item])
        self._record(solved, {*special}, alone)
        return {*solved.items}

    # Who is alone -------------------------------------------------------------------------------

    def _alone(self, changed: set[int]) -> dict[ItemId, _Alone]:
        """The lost items that nothing in the vault may be, still."""
        query = "SELECT item, alone FROM known WHERE key IS NULL AND alone NOT NULL"
        rows = self._db.execute(query).fetchall()
        if not rows:
            return {}
        from srs.index import rarity  # noqa: PLC0415 - only where some are lost

        if rarity.renew(self._db, self._text_of) or len(changed) > _MANY:
            self._db.execute("UPDATE known SET alone = NULL WHERE alone NOT NULL")
            return {}
        text = "\n".join(
            part
            for run in shelf.runs(changed)
            for (data,) in self._db.execute("SELECT data FROM items WHERE key BETWEEN ? AND ?", run)
            for part in codec.item_texts(data).values()
        ).casefold()
        kept = {}
        for item, about in rows:
            one = _Alone(*json.loads(about))
            if any(word in text for word in one.words):
                self._wake(item)
            else:
                kept[ItemId(item)] = one
        return kept

    def _wake(self, item: str) -> None:
        self._db.execute("UPDATE known SET alone = NULL WHERE item = ?", (item,))

    def _leave_alone(self, one: KnownItem) -> None:
        from srs.identity import candidates, versions  # noqa: PLC0415 - only where some are lost

        texts = [text for some in versions.texts_of(one) for text in some]
        words = sorted(candidates.asked_for(texts, self._measured))
        alone = _Alone(one.latest.path, one.heads, told=one.gone, words=words)
        query = "UPDATE known SET alone = ? WHERE item = ?"
        self._db.execute(query, (json.dumps(alone), one.id))

    # Matching -----------------------------------------------------------------------------------

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
        from srs.index.company import company  # noqa: PLC0415

        in_order = sorted(items.items(), key=lambda one: (one[1].path, one[1].order))
        written = [item for _, item in in_order]
        found_ = identity.match(
            known, written, lambda *place: company(self._db, *place), lambda: self._measured
        )
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
        from srs.identity import candidates  # noqa: PLC0415 - only where some are lost
        from srs.identity.similarity import sides  # noqa: PLC0415
        from srs.identity.versions import texts_of  # noqa: PLC0415

        learned = "SELECT key FROM known WHERE key IS NOT NULL"
        of_new = f"FROM items WHERE key NOT IN ({learned})"
        count = self._db.execute(
            "SELECT (SELECT count(*) FROM items) - (SELECT count(key) FROM known)"
        ).fetchone()[0]
        if len(lost) > candidates.FEW or count * len(lost) <= candidates.MOST_PAIRS:
            return {key for (key,) in self._db.execute(f"SELECT key {of_new}")}
        asked = [text for one in lost.values() for texts in texts_of(one) for text in texts]
        words = sorted(candidates.asked_for(asked, self._measured))
        # What the index keeps is JSON in ASCII: other words are looked for in the text itself.
        if words and all(_PLAIN.match(word) for word in words):
            of_new += f" AND ({' OR '.join('data LIKE ?' for _ in words)})"
        else:
            words = []
        marks = [f"%{word}%" for word in words]
        rows = self._db.execute(f"SELECT key, data {of_new}", marks).fetchall()
        texts = [codec.item_texts(data) for _, data in rows]
        written = ["\n".join(one.values()) for one in texts]
        held = candidates.holding(asked, written, self._measured)
        if len(held) > _FEW_ENOUGH:
            both = [sides(texts[place]) for place in held]
            best = candidates.nearest(asked, both, self._measured)
            held = sorted({held[place] for _, place, _ in best})
        return {rows[place][0] for place in held}

    @cached_property
    def _measured(self) -> Similarity:
        """What is rare in the whole vault."""
        from srs.index import rarity  # noqa: PLC0415 - only where some are lost

        rarity.renew(self._db, self._text_of)
        return rarity.measured(self._db)

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

    def _record(self, solved: _Solved, special: set[int], alone: Mapping[ItemId, _Alone]) -> None:
        found, items, known = solved
        by_place: dict[tuple[str, int], list[Card]] = {}
        for card in found.cards:
            by_place.setdefault((card.item.path, card.item.order), []).append(card)
        doubtful = {(change.path, change.line) for change in found.changes}
        others: dict[int, tuple[ItemId | None, list[Card]]] = {}
        unsettled = set()
        for key, item in items.items():
            cards = by_place.get((item.path, item.order), [])
            id_ = cards[0].item.id if cards else None
            if key in special or id_ != item.id or (item.path, item.line) in doubtful:
                unsettled.add(key)
            if key in special or not self._is_settled(key, item, id_, cards):
                others[key] = id_, cards
        # Those that were certain are decided anew with the others.
        shelf.unplace(self._db, *((key, key) for key in others))
        for key, (id_, cards) in others.items():
            shelf.identify(self._db, key, items[key], id_, cards)
            shelf.place(self._db, key, cards)
            if id_ is not None and id_ in known:
                shelf.found(self._db, id_, key)
        put(self._db, "open keys", sorted(unsettled))
        self._record_changes(found, {id_: one for id_, one in alone.items() if id_ not in known})
        for lost in alone.keys() & known.keys() - found.alone:
            self._wake(lost)

    def _is_settled(self, key: int, item: Item, id_: ItemId | None, cards: Sequence[Card]) -> bool:
        """Whether the index has it so already."""
        query = "SELECT id, cards FROM items JOIN known USING (key) WHERE key = ? AND item = ?"
        row = self._db.execute(query, (key, id_)).fetchone()
        return row is not None and row == shelf.identity(item, id_, cards)

    def _record_changes(self, found: Matching, alone: Mapping[ItemId, _Alone]) -> None:
        """What was found, and that those are still gone that were not looked at."""
        gone = [change for change in found.changes if change.what == "gone"]
        others = [change for change in found.changes if change.what != "gone"]
        gone += [Change("gone", id_, one.path, 0) for id_, one in alone.items()]
        gone.sort(key=lambda change: change.item)
        untold = {id_: heads for told in found.gone for id_, heads in told.items.items()}
        untold |= {id_: tuple(one.heads) for id_, one in alone.items() if not one.told}
        told = (Gone(dict(sorted(untold.items()))),) if untold else ()
        pending: tuple[ItemFixed | Gone, ...] = (*found.pending, *told)
        put(self._db, "pending", [events.encode(one) for one in pending])
        put(self._db, "changes", [[*change] for change in (*others, *gone)])
        put(self._db, "matching problems", codec.problems_text(found.problems))


_MANY = 1000
"""Items that changed at once: then all lost ones are tried again."""
_PLAIN = re.compile(r"[a-z0-9]+$")
_FEW_ENOUGH = 100
"""Items that may be a lost one: so many are all matched."""


class _Alone(NamedTuple):
    """Of an item that nothing in the vault may be: what is to be recorded of it, and the words by
    which something would be found that it may be.
    """

    path: str
    heads: Sequence[EventId]
    told: bool
    words: Sequence[str]


class _Solved(NamedTuple):
    """What was matched, by key the items of the notes, and the items of the history."""

    found: Matching
    items: Mapping[int, Item]
    known: Mapping[ItemId, KnownItem]


# What came of it ----------------------------------------------------------------------------------


def pending(db: Connection) -> tuple[ItemFixed | Gone, ...]:
    """What the next writing command records of identities."""
    found = (events.decode(fields) for fields in get(db, "pending") or ())
    return tuple(one for one in found if isinstance(one, ItemFixed | Gone))


def changes(db: Connection) -> tuple[Change, ...]:
    return tuple(Change(*fields) for fields in get(db, "changes") or ())


def problems(db: Connection) -> tuple[Problem, ...]:
    return codec.problems(get(db, "matching problems") or "[]")
