"""The cards of the index as the plan looks at them: the best first, and no more than it takes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from srs.index import past, seen, shelf
from srs.model import LONGEST_ANSWER, Bury, Card, CardId, EventId, Grade, ItemId, Review
from srs.plan.deck import Fresh, Seen, Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from srs.index import Connection
    from srs.model import Roadmap
    from srs.plan.deck import Wish
    from srs.plan.pace import Pace


class Deck:
    """All of them. `roadmap` tells when new ones are asked; `bounded` are the days, from the first
    to the last, for which the index has bounds of their priorities."""

    def __init__(
        self,
        db: Connection,
        roadmap: Roadmap,
        pace: Pace,
        bounded: tuple[date, date] | None,
    ) -> None:
        self._db = db
        self._bounded = bounded
        self._days: dict[date, _Day] = {}
        self._fresh: dict[CardId, Card] = {}
        self.roadmap = roadmap
        self.pace = pace

    # A day --------------------------------------------------------------------------------------

    def _day(self, day: date) -> _Day:
        if day not in self._days:
            self._days[day] = _Day.of(self._db, day)
        return self._days[day]

    def rested(self, day: date) -> frozenset[ItemId]:
        """Items of which a card was answered that day."""
        return frozenset(self._day(day).rested)

    def buried(self, day: date) -> frozenset[ItemId]:
        """Those of them that were buried."""
        return self._day(day).buried

    def failed(self, day: date) -> list[tuple[CardId, EventId]]:
        """Cards that failed last that day, and the failure, in the order of failing."""
        return self._day(day).failed

    def spent(self, day: date) -> int:
        """Milliseconds that the answers of that day took."""
        return self._day(day).spent

    def introduced(self, day: date) -> int:
        """How many cards were answered for the first time that day."""
        return self._day(day).introduced

    # Cards to choose from -----------------------------------------------------------------------

    def seen(self, wish: Wish, day: date) -> Iterator[Seen]:
        """Answered cards, the greatest bound first; without bounds any may be the best."""
        bounded = self._bounded
        if bounded and bounded[0] <= day <= bounded[1]:
            bound, which = "bound", "bound IS NOT NULL AND {} ORDER BY bound DESC"
        else:
            bound = "9e999"
            which = "stability IS NOT NULL AND NOT suspended AND key IS NOT NULL AND {}"
        query = (
            "SELECT card, item, rank, path, key, ordinal, stability, difficulty, day, times, "
            f"{bound}, soon FROM seen JOIN shelf ON note = key / {shelf.ITEMS} "
            f"WHERE {which.format(_WISHED)}"
        )
        for row in self._db.execute(query, _values(wish)):
            card, item, rank, path, key, ordinal, *memory, times, most, soon = row
            yield Seen(
                CardId(card),
                ItemId(item),
                (rank, path, key % shelf.ITEMS, ordinal),
                seen.kept_memory(*memory),
                seen.kept_times(times),
                most,
                bool(soon),
            )

    def fresh(self, wish: Wish, day: date) -> Iterator[Fresh]:
        """New cards that are released, in the order of the roadmap."""
        notes = self._db.execute(
            f"SELECT note, rank, path FROM shelf WHERE {_RELEASED} AND {_WISHED} "
            "ORDER BY rank, path",
            (wish.names, day.toordinal(), *_values(wish)),
        )
        for note, rank, path in notes:
            new = sorted(self._new(note), key=lambda card: (card.item.order, card.ordinal))
            for card in new:
                self._fresh[card.id] = card
                yield Fresh(card.id, card.item.id, (rank, path, card.item.order, card.ordinal))

    def _new(self, note: int) -> Iterator[Card]:
        """The cards of a note that have no memory and are not suspended."""
        asked = self._db.execute(
            "SELECT card FROM seen "
            "WHERE key BETWEEN ? AND ? AND (stability IS NOT NULL OR suspended)",
            shelf.keys(note),
        )
        ids = {card for (card,) in asked}
        for _, item, known in shelf.items(self._db, note):
            yield from (card for card in shelf.cards(item, known) if card.id not in ids)

    def count_fresh(self, wish: Wish, day: date) -> int:
        """How many new cards are released, less those of items that rest."""
        query = f"SELECT coalesce(sum(fresh), 0) FROM shelf WHERE {_RELEASED} AND {_WISHED}"
        values = (wish.names, day.toordinal(), *_values(wish))
        total: int = self._db.execute(query, values).fetchone()[0]
        for item, key in self._day(day).rested.items():
            note = key // shelf.ITEMS
            if self._db.execute(f"{query} AND note = ?", (*values, note)).fetchone()[0]:
                total -= sum(card.item.id == item for card in self._new(note))
        return total

    def waiting(self, wish: Wish, day: date) -> list[Waiting]:
        """New cards that are not released yet, by topic, the first first."""
        if wish.names:
            return []
        rows = self._db.execute(
            "SELECT topic, min(phase), sum(fresh), min(start) FROM shelf WHERE fresh > 0 "
            f"AND NOT reviewed AND start > ? AND {_WISHED} GROUP BY topic ORDER BY 4, 1",
            (day.toordinal(), *_values(wish)),
        )
        return [
            Waiting(shelf.told(topic), shelf.told(phase) if phase else None, cards, _day(start))
            for topic, phase, cards, start in rows
        ]

    def cards(self, ids: Sequence[CardId]) -> dict[CardId, Card]:
        """These cards, whole."""
        old = [id_ for id_ in ids if id_ not in self._fresh]
        found = self._fresh | {card.id: card for card in shelf.seen_cards(self._db, old)}
        # A new one may be of an index that is no longer there.
        return {id_: found.get(id_) or self._new_card(id_) for id_ in ids}

    def _new_card(self, id_: CardId) -> Card:
        for item in past.Past(self._db).items_of_card(id_):
            key = shelf.where(self._db, item)
            for card in () if key is None else self._new(key // shelf.ITEMS):
                if card.id == id_:
                    return card
        raise LookupError(f"no card {id_}")


_day = date.fromordinal
_RELEASED = "fresh > 0 AND (? OR reviewed OR start <= ?)"
_WISHED = "(? IS NULL OR phase = ?) AND (? IS NULL OR folded = ?)"


def _values(wish: Wish) -> tuple[bytes | None, ...]:
    phase = shelf.kept(wish.phase) if wish.phase else None
    topic = shelf.kept(wish.topic.casefold()) if wish.topic else None
    return (phase, phase, topic, topic)


class _Day(NamedTuple):
    """What was done on a study day. `rested` are items that were asked or buried, and where they
    are; `failed` what is to be repeated.
    """

    rested: Mapping[ItemId, int]
    buried: frozenset[ItemId]
    failed: list[tuple[CardId, EventId]]
    spent: int
    introduced: int

    @classmethod
    def of(cls, db: Connection, day: date) -> _Day:
        whole = past.Past(db)
        last: dict[str, tuple[EventId, Review]] = {}
        reviews = []
        for event in past.reviews_of_day(db, day):
            if isinstance(event.body, Review) and whole.is_live(event):
                card = whole.aliases.get(event.body.card, event.body.card)
                last.pop(card, None)
                last[card] = (event.id, event.body)
                reviews.append(event.body)
        buried = [event.body for event in past.buried_on(db, day) if whole.is_live(event)]
        if not reviews and not buried:
            return cls({}, frozenset(), [], 0, 0)
        query = "SELECT item, key, suspended FROM seen WHERE card = ? AND key IS NOT NULL"
        here = {card: row for card in last for row in db.execute(query, (card,))}
        # A card that is buried may be new.
        resting = {
            item: key
            for body in buried
            if isinstance(body, Bury)
            for item in whole.items_of_card(body.card)
            for key in [shelf.where(db, item)]
            if key is not None
        }
        failed = [
            (CardId(card), event)
            for card, (event, review) in last.items()
            if review.grade is Grade.AGAIN and not review.practice
            if card in here and not here[card][2] and here[card][0] not in resting
        ]
        firsts = [next(iter(whole.card(CardId(card)).reviews), None) for card in last]
        return cls(
            {ItemId(item): key for item, key, _ in here.values()} | resting,
            frozenset(resting),
            failed,
            sum(min(review.ms, LONGEST_ANSWER) for review in reviews),
            sum(first is not None and first.day == day for first in firsts),
        )
