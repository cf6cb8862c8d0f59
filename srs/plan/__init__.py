"""Which cards a session asks: the recall gained per second decides. Pure.

There are no due dates to fall behind. Every card, seen or new, is ranked on one scale; the best
are taken until the minutes are spent.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import date, timedelta
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from srs.memory import fsrs
from srs.model import Event, Grade, Memory, Review
from srs.plan import gain
from srs.plan.deck import Waiting, Wish
from srs.studyday import elapsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.model import Card, CardId, EventId, ItemId, Roadmap
    from srs.plan.deck import Deck, Place, Seen
    from srs.plan.pace import Pace

__all__ = ["Plan", "Planned", "Repeat", "Waiting", "Wish", "plan"]

_ANY = Wish()
LEAST_GAIN = 0.1
"""Recall-days per second below which a card is not worth asking."""
MOST_LEFT_OUT = 1000
"""Up to how many cards that do not fit are counted."""


class Planned(NamedTuple):
    """A card that is worth asking: it will take `seconds`, and gain so many recall-days.

    `days` have passed since its last answer; a new card has no memory.
    """

    card: Card
    seconds: float
    gain: float
    memory: Memory | None
    days: int
    pace: Pace

    @property
    def priority(self) -> float:
        """Recall-days a second."""
        return self.gain / self.seconds

    @property
    def recall(self) -> float | None:
        """How likely it is to be known that day; None of a new card."""
        return fsrs.retrievability(self.memory, self.days) if self.memory else None

    @property
    def reason(self) -> str:
        why = gain.reason(self.memory, self.days, self.pace) if self.memory else "New"
        return f"{why}; +{self.gain:.1f} recall-days for {self.seconds:.0f} seconds"


class Repeat(NamedTuple):
    """A card that failed earlier that day and is to come back, for practice of that `cause`."""

    card: Card
    seconds: float
    cause: EventId


class Plan:
    """The cards of a session on `day`; `minutes` are what is left of the session's minutes."""

    def __init__(
        self, day: date, minutes: float, cards: tuple[Planned, ...], deck: Deck, wish: Wish
    ) -> None:
        self.day = day
        self.minutes = minutes
        self.cards = cards
        self._deck = deck
        self._wish = wish

    @cached_property
    def left_out(self) -> int:
        """Cards that are worth asking and do not fit, up to MOST_LEFT_OUT."""
        return _left_out(self._deck, self.day, self._wish, len(self.cards))

    @cached_property
    def repeats(self) -> tuple[Repeat, ...]:
        """What earlier sessions of the day have left to repeat: it comes after all others."""
        if self.minutes <= 0:
            return ()
        failed = self._deck.failed(self.day)
        cards = self._deck.cards([card for card, _ in failed])
        _, seconds = gain.of_new(self._deck.pace)
        return tuple(
            Repeat(cards[card], seconds, cause)
            for card, cause in failed
            if self._wish.allows(cards[card])
        )

    @cached_property
    def waiting(self) -> tuple[Waiting, ...]:
        return tuple(self._deck.waiting(self._wish, self.day))


class _Candidate(NamedTuple):
    """A card that may be chosen, by its place in the order of choosing. `days` since its answer."""

    order: tuple[float, Place]
    card: CardId
    item: ItemId
    seconds: float
    gain: float
    memory: Memory | None = None
    days: int = 0


def plan(deck: Deck, day: date, wish: Wish = _ANY) -> Plan:
    """The cards of a session on `day`, in the order in which they are asked."""
    minutes = minutes_left(deck, day) if wish.minutes is None else wish.minutes
    chosen = _chosen(deck, day, wish, minutes * 60)
    cards = deck.cards([one.card for one in chosen])
    planned = {
        one.card: Planned(cards[one.card], one.seconds, one.gain, one.memory, one.days, deck.pace)
        for one in chosen
    }
    order = interleaved([one.card for one in planned.values()], str(day))
    return Plan(day, minutes, tuple(planned[card.id] for card in order), deck, wish)


def minutes_left(deck: Deck, day: date) -> float:
    """Of the session's minutes, what the answers of this study day have left."""
    return max(0.0, deck.roadmap.session.minutes - deck.spent(day) / 60_000)


def next_session(roadmap: Roadmap, day: date) -> date:
    """The first session weekday from `day` on."""
    return day + timedelta(days=(roadmap.session.weekday - day.weekday()) % 7)


def next_day_with_cards(deck: Deck, day: date, wish: Wish = _ANY) -> date | None:
    """The first day after `day` with anything worth asking, within ten years."""
    tomorrow = day + timedelta(days=1)
    best: date | None = None
    if deck.roadmap.session.new_per_session != 0:
        if next(deck.fresh(wish, tomorrow), None):
            return tomorrow
        best = min((one.start for one in deck.waiting(wish, tomorrow)), default=None)
    last = (best - day).days if best else 3651
    for seen in deck.seen(wish, tomorrow):
        # The longer a card is left alone, the more an answer gains.
        if last > 1 and _worth(seen, day + timedelta(days=last - 1), deck.pace):
            last = 1 + bisect_left(
                range(1, last),
                True,
                key=lambda ahead: _worth(seen, day + timedelta(days=ahead), deck.pace),
            )
    return day + timedelta(days=last) if last < 3651 else best


def _worth(seen: Seen, day: date, pace: Pace) -> bool:
    days = elapsed(seen.memory.day, day)
    return gain.priority(seen.memory, days, seen.times, pace) >= LEAST_GAIN


def answers(events: Iterable[Event]) -> Iterable[tuple[date, Grade]]:
    """The answers that count for memory: practice does not."""
    for event in events:
        if isinstance(event.body, Review) and not event.body.practice:
            yield event.day, event.body.grade


def memory(events: Iterable[Event], before: Memory | None = None) -> Memory | None:
    """The memory after these events of a card, oldest first; `before` them it was that."""
    for event in events:
        review = event.body
        if not isinstance(review, Review) or review.practice:
            continue
        if review.sm2 and before is None:
            before = fsrs.from_sm2(*review.sm2, event.day)
        else:
            before = fsrs.after(before, review.grade, event.day)
    return before


def release(topic: str, phase: str | None, roadmap: Roadmap) -> date:
    """The day from which a new card of this topic and phase is offered by itself.

    That of its topic on the roadmap, else of its phase; at once where there is neither, and when
    the roadmap has ended.
    """
    on_map, in_phase = roadmap.topic(topic), roadmap.phase(phase)
    start = on_map[1].released if on_map else in_phase.start if in_phase else date.min
    return min(start, roadmap.end + timedelta(days=1)) if roadmap.end else start


def rank(topic: str, roadmap: Roadmap) -> int:
    """The place of a topic in the order of the roadmap; all others come after it."""
    topics = [one.id for phase in roadmap.phases for one in phase.topics]
    found = roadmap.topic(topic)
    return topics.index(found[1].id) if found else len(topics)


# Gain per second ----------------------------------------------------------------------------------


def _seen_candidates(deck: Deck, day: date, wish: Wish) -> Iterator[_Candidate]:
    """Cards with a memory that are worth asking, the best first.

    They come by a bound on their priority; one is the best of all when it exceeds the next bound.
    """
    from heapq import heappop, heappush  # noqa: PLC0415 - only with answers

    rested, pace = deck.rested(day), deck.pace
    held: list[_Candidate] = []
    for seen in deck.seen(wish, day):
        if seen.most < LEAST_GAIN:
            break
        while held and -held[0].order[0] > round(seen.most, 9):
            yield heappop(held)
        if seen.item in rested:
            continue
        days = elapsed(seen.memory.day, day)
        gained, seconds = gain.of_seen(seen.memory, days, pace)
        seconds *= pace.factor(seen.times)
        if seen.soon or gained / seconds >= LEAST_GAIN:
            order = (-inf if seen.soon else -round(gained / seconds, 9), seen.place)
            heappush(
                held, _Candidate(order, seen.card, seen.item, seconds, gained, seen.memory, days)
            )
    while held:
        yield heappop(held)


def _fresh_candidates(deck: Deck, day: date, wish: Wish) -> Iterator[_Candidate]:
    """New cards, if they are worth asking. They all gain the same and keep their order."""
    gained, seconds = gain.of_new(deck.pace)
    if gained / seconds < LEAST_GAIN:
        return
    rested = deck.rested(day)
    for fresh in deck.fresh(wish, day):
        if fresh.item not in rested:
            order = (-round(gained / seconds, 9), fresh.place)
            yield _Candidate(order, fresh.card, fresh.item, seconds, gained)


# Choosing -----------------------------------------------------------------------------------------


def _chosen(deck: Deck, day: date, wish: Wish, seconds: float) -> list[_Candidate]:
    """The best cards that fit, one of an item."""
    room = deck.roadmap.session.new_per_session
    if room is not None:
        room = max(0, room - deck.introduced(day))
    chosen: list[_Candidate] = []
    items: set[ItemId] = set()
    if seconds <= 0:
        return chosen
    seen, fresh = _seen_candidates(deck, day, wish), _fresh_candidates(deck, day, wish)
    old, new = next(seen, None), next(fresh, None)
    while seconds > 0:
        if room is not None and room <= 0:
            new = None
        if new and (old is None or new.order < old.order):
            best, new = new, next(fresh, None)
        elif old:
            best, old = old, next(seen, None)
        else:
            break
        if best.item not in items:
            chosen.append(best)
            items.add(best.item)
            seconds -= best.seconds
            if room is not None and best.memory is None:
                room -= 1
    return chosen


def _left_out(deck: Deck, day: date, wish: Wish, chosen: int) -> int:
    """How many others would be worth asking."""
    gained, seconds = gain.of_new(deck.pace)
    new = deck.count_fresh(wish, day) if gained / seconds >= LEAST_GAIN else 0
    offered = new
    for _ in _seen_candidates(deck, day, wish):
        if offered - chosen >= MOST_LEFT_OUT:
            break
        offered += 1
    return min(offered - chosen, MOST_LEFT_OUT)


def in_roadmap_order(cards: Iterable[Card], roadmap: Roadmap) -> list[Card]:
    """The cards, topics as on the roadmap, then as in their notes."""
    ranks: dict[str, int] = {}
    for card in cards:
        if card.item.topic not in ranks:
            ranks[card.item.topic] = rank(card.item.topic, roadmap)
    return sorted(
        cards,
        key=lambda card: (
            ranks[card.item.topic],
            card.item.path,
            card.item.order,
            card.item.id,
            card.ordinal,
        ),
    )


def interleaved(chosen: Sequence[Card], salt: str) -> tuple[Card, ...]:
    """Shuffled, always alike with one salt; items that are easily confused are not neighbours."""
    held = sorted(chosen, key=lambda card: crc32(f"{salt}/{card.id}".encode()))
    if not any(card.item.contrasts for card in held):
        return tuple(held)
    apart: list[Card] = []
    while held:
        counts = Counter(name for card in held for name in card.item.contrasts)
        # More than half of what is left: unless one of these comes now, two will meet later.
        urgent = {name for name, count in counts.items() if 2 * count > len(held)}
        near = {name for card in apart[-1:] for name in card.item.contrasts}
        fitting = [card for card in held if not near & {*card.item.contrasts}] or held
        best = next((card for card in fitting if urgent & {*card.item.contrasts}), fitting[0])
        apart.append(best)
        held.remove(best)
    return tuple(apart)
