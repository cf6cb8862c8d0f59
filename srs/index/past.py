"""The history in the index: all events, and of each card that has any what they come to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from srs import events
from srs.index import codec, schema
from srs.model import (
    OF_A_CARD,
    UNDOABLE,
    Answer,
    Apart,
    CardId,
    Event,
    EventId,
    Gone,
    Grade,
    Imported,
    ItemFixed,
    ItemId,
    Mark,
    Quiz,
    Review,
    Same,
    Standing,
    Undo,
    Unknown,
    item_of,
    taken_back,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srs.index import Connection
    from srs.model import Body, Exported, KnownItem, Problem

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COLUMNS = "id, at, day, device, event, subject, body"
_MARKS = "(?, ?, ?, ?, ?, ?, ?)"
_FEW = 1000
"""Items that are asked for again and again while some notes are looked at."""
_text = json.JSONEncoder(separators=(",", ":")).encode


def add(db: Connection, found: Iterable[Event]) -> Iterator[Event]:
    """Keep these events, and give each that is new, or is no more.

    Equal ids count once: as in the file whose name comes first, whatever is read first.
    """
    for event in found:
        row = _row(event)
        if not db.execute(f"INSERT OR IGNORE INTO events VALUES {_MARKS}", row).rowcount:
            query = f"SELECT {_COLUMNS} FROM events WHERE id = ?"
            before = _event(*db.execute(query, (event.id,)).fetchone())
            if f"{before.device}.jsonl" <= f"{event.device}.jsonl":
                continue
            db.execute(f"REPLACE INTO events VALUES {_MARKS}", row)
            yield before
        yield event


def _row(event: Event) -> tuple[object, ...]:
    at = (event.at - _EPOCH) // _MICROSECOND
    return (event.id, at, event.day.toordinal(), event.device, *_kept(event.body))


def _kept(body: Body) -> tuple[str, str, str]:
    """The name of an event, whom it concerns, and its text. Of reviews there are many."""
    if isinstance(body, Review):
        rare: tuple[object, ...] = (body.sure, body.quiz, body.sm2)
        while rare and not rare[-1]:
            rare = rare[:-1]
        return "review", body.card, _text((int(body.grade), body.ms, body.ask, body.cause, *rare))
    # One of a newer version hides others of its id, here as in the files.
    fields = {"event": body.event} if isinstance(body, Unknown) else events.encode(body)
    subject = next((fields[key] for key in ("card", "item", "of") if key in fields), "")
    return fields["event"], subject, _text(fields)


def _read(name: str, subject: str, text: str) -> Body:
    """What was kept."""
    if name == "review":
        grade, *others = json.loads(text)
        found = Review(CardId(subject), Grade(grade), *others)
        return found._replace(sm2=(found.sm2[0], found.sm2[1])) if found.sm2 else found
    return events.decode(json.loads(text))


def all_events(db: Connection) -> tuple[Event, ...]:
    """Every event, in the order of the fold."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM events ORDER BY at, id")
    return tuple(_event(*row) for row in rows)


def reviews_of_day(db: Connection, day: date) -> list[Event]:
    """The reviews of a study day, those that were taken back too."""
    query = f"SELECT {_COLUMNS} FROM events WHERE event = 'review' AND day = ? ORDER BY at, id"
    return [_event(*row) for row in db.execute(query, (day.toordinal(),))]


def buried_on(db: Connection, day: date) -> list[Event]:
    """What was buried on a study day, what was taken back too."""
    query = f"SELECT {_COLUMNS} FROM events WHERE event = 'bury' AND event != 'review' AND day = ?"
    return [_event(*row) for row in db.execute(query, (day.toordinal(),))]


def _event(id_: str, at: int, day: int, device: str, name: str, subject: str, body: str) -> Event:
    moment = _EPOCH + timedelta(microseconds=at)
    return Event(EventId(id_), moment, date.fromordinal(day), device, _read(name, subject, body))


class Past:
    """The history as it is in the index, item by item and card by card."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.items = lru_cache(_FEW)(self._items)

    @cached_property
    def dead(self) -> frozenset[EventId]:
        """The events that were taken back."""
        return taken_back(self._of_kind("undo"))

    def is_live(self, event: Event) -> bool:
        """Whether neither it, nor the answer that caused it, was taken back."""
        return not {event.id, getattr(event.body, "cause", "")} & self.dead

    def _of_kind(self, *kinds: str) -> list[Event]:
        return [*self._each_of_kind(*kinds)]

    def _each_of_kind(self, *kinds: str) -> Iterator[Event]:
        marks = ", ".join("?" for _ in kinds)
        query = (
            f"SELECT {_COLUMNS} FROM events "
            f"WHERE event IN ({marks}) AND event != 'review' ORDER BY at, id"
        )
        return (_event(*row) for row in self._db.execute(query, kinds))

    @cached_property
    def _said(self) -> list[Event]:
        """What was said of items, other than how they read, and what of it was taken back."""
        said = self._of_kind("same", "apart", "gone")
        of_items = (ItemFixed, Same, Apart, Gone)
        undos = self._of_kind("undo")
        return said + [
            undo for undo in undos if any(isinstance(b, of_items) for b in self.targets(undo.id))
        ]

    def targets(self, event: str) -> Iterator[Body]:
        """The body of the event with this id; if it is an undo, of what that names, and so on."""
        seen: set[str] = set()
        while event not in seen:
            seen.add(event)
            query = "SELECT event, subject, body FROM events WHERE id = ?"
            row = self._db.execute(query, (event,)).fetchone()
            if row is None:
                return
            body = _read(*row)
            if not isinstance(body, Undo):
                yield body
                return
            event = body.of

    @cached_property
    def _classes(self) -> dict[str, frozenset[str]]:
        """Item -> all that any word of a person ever made one with it."""
        classes: dict[str, frozenset[str]] = {}
        for event in self._said:
            if isinstance(event.body, Same):
                pair = (event.body.item, event.body.old)
                joined = frozenset[str]().union(*(classes.get(one, {one}) for one in pair))
                classes.update(dict.fromkeys(joined, joined))
        return classes

    def _items(self, item: str) -> tuple[KnownItem, ...]:
        """What the history knows of an item and of those that were ever one with it."""
        from srs.identity.known import known  # noqa: PLC0415 - only where something has changed

        own = [
            event
            for one in self._classes.get(item, (item,))
            for event in _of_subject(self._db, one, "item")
        ]
        return tuple(known((*own, *self._said)).values()) if own else ()

    def all_items(self) -> Iterator[KnownItem]:
        """Every one that the history knows; those that are one with another more than once."""
        query = "SELECT DISTINCT subject FROM events WHERE event = 'item' AND event != 'review'"
        for (item,) in self._db.execute(query):
            yield from self.items(item)

    def item(self, item: str) -> KnownItem | None:
        """The item of this very id."""
        return next((one for one in self.items(item) if one.id == item), None)

    def became(self, item: str) -> KnownItem | None:
        """The item that has this id, or with which that was made one."""
        for one in self.items(item):
            if one.id == item or any(body.item == item for _, body in one.versions):
                return one
        return None

    def classmates(self, item: str) -> frozenset[str]:
        return self._classes.get(item, frozenset((item,)))

    def items_of_card(self, card: CardId) -> list[ItemId]:
        """The items that may have this card: its own, and those that were made one with it."""
        item = item_of(CardId(self.aliases.get(card, card)))
        return [ItemId(one) for one in sorted(self.classmates(item))]

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Cards of items that are one with another -> the cards of that."""
        firsts = {min(joined) for joined in self._classes.values()}
        return {
            card: own
            for first in sorted(firsts)
            for item in self.items(first)
            for card, own in item.aliases.items()
        }

    def card(self, card: CardId) -> Standing:
        """What the events of a card come to, those of its aliases included."""
        from srs import fold  # noqa: PLC0415 - only for cards with a history

        own = [
            _under(card, event) for one in self._names(card) for event in _of_subject(self._db, one)
        ]
        own.sort(key=lambda event: (event.at, event.id))
        echoes = fold.echoes(own)
        state = fold.fold(one for one in own if self.is_live(one) and one.id not in echoes)
        return Standing(
            state.reviews.get(card, ()),
            fold.remembered(state, card),
            card in state.suspended,
            card in state.soon,
            state.buried.get(card, frozenset()),
            state.resets.get(card),
        )

    def _names(self, card: CardId) -> list[str]:
        """The id of a card, and those of its aliases."""
        return [card, *(other for other, own in self.aliases.items() if own == card)]

    def exported(self) -> Exported:
        """What Anki was told last."""
        from srs import fold  # noqa: PLC0415 - only for an export

        return fold.exported(self._each_of_kind("export"))

    def exported_tags(self) -> dict[str, frozenset[str]]:
        """GUID -> all tags that Anki was ever given for a note."""
        from srs import fold  # noqa: PLC0415 - only for an import

        return fold.exported_tags(self._each_of_kind("export"))

    def imported(self) -> list[Imported]:
        """What came from Anki, the oldest first."""
        found = (event.body for event in self._of_kind("import"))
        return [body for body in found if isinstance(body, Imported)]

    def said_of(self, card: CardId) -> list[Event]:
        """All events of a card and its aliases, those that were taken back too."""
        return [
            event
            for one in self._names(CardId(self.aliases.get(card, card)))
            for event in _of_subject(self._db, one)
        ]

    def marks(self) -> Iterator[Mark]:
        """What is to be mended, or was, oldest first."""
        for event in self._of_kind("mark"):
            if isinstance(event.body, Mark) and self.is_live(event):
                yield event.body

    def newest_quiz(self) -> tuple[Event, ...]:
        """The event of the newest live quiz, then what was answered in it; none if there is none.

        Its answers are found at its cards, under the ids that these had then.
        """
        live = (event for event in reversed(self._of_kind("quiz")) if event.id not in self.dead)
        quiz = next(live, None)
        if quiz is None or not isinstance(quiz.body, Quiz):
            return ()
        answers = [
            event
            for card in dict.fromkeys(quiz.body.cards)
            for event in _of_subject(self._db, card)
            if isinstance(event.body, Review | Answer)
            and event.body.quiz == quiz.id
            and self.is_live(event)
        ]
        return (quiz, *sorted(answers, key=lambda event: (event.at, event.id)))

    def undoable(self, device: str) -> Iterator[Event]:
        """The live events of a device that `u` can take back, the newest first."""
        query = f"SELECT {_COLUMNS} FROM events WHERE device = ? ORDER BY at DESC, id DESC"
        for row in self._db.execute(query, (device,)):
            event = _event(*row)
            if isinstance(event.body, UNDOABLE) and not event.in_anki and self.is_live(event):
                yield event


NOTHING = Standing()


def _under(card: CardId, event: Event) -> Event:
    """The event as one of this card."""
    body = event.body
    if isinstance(body, OF_A_CARD) and body.card != card:
        return event._replace(body=body._replace(card=card))
    return event


def _of_subject(db: Connection, subject: str, event: str | None = None) -> Iterator[Event]:
    query = f"SELECT {_COLUMNS} FROM events WHERE subject = ? AND event = coalesce(?, event)"
    return (_event(*row) for row in db.execute(query, (subject, event)))


def forget(db: Connection) -> None:
    """Forget all of the history, to read it anew."""
    schema.unindex(db, "events")
    for table in ("files", "events", "known", "seen", "tally"):
        db.execute(f"DELETE FROM {table}")


def problems(db: Connection) -> Iterator[Problem]:
    """What is wrong in the files."""
    for (text,) in db.execute("SELECT problems FROM files WHERE problems != '[]'"):
        yield from codec.problems(text)


def devices(db: Connection) -> Iterator[str]:
    """Those that have any event."""
    for (name,) in db.execute("SELECT path FROM files WHERE events > 0"):
        yield name.removesuffix(".jsonl")
