"""Which cards a session asks: the recall gained per second decides. Pure.

There are no due dates to fall behind. Every card, seen or new, is ranked on one scale; the best
are taken until the minutes are spent.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from srs.memory import fsrs
from srs.model import LONGEST_ANSWER, Event, Grade, Review
from srs.plan.pace import Pace
from srs.studyday import elapsed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from srs.model import Card, CardId, ItemId, Memory, Note, Roadmap, Snapshot, State

HORIZON = 70.0
"""Days over which recall counts."""
LEAST_GAIN = 0.1
"""Recall-days per second below which a card is not worth asking."""

_PASSES = (Grade.HARD, Grade.GOOD, Grade.EASY)


@dataclass(frozen=True, slots=True)
class Planned:
    """A card that is worth asking. `seconds` it will take, `priority` in recall-days a second."""

    card: Card
    seconds: float
    priority: float
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """New cards that are not released yet; `start` is the day when they are."""

    topic: str
    phase: str | None
    cards: int
    start: date


@dataclass(frozen=True, slots=True)
class Plan:
    day: date
    minutes: float
    """What is left of the session's minutes."""
    cards: tuple[Planned, ...]
    left_out: int
    """Cards that are worth asking and do not fit."""
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for: minutes (None: what is left of today's), phase and topic."""

    minutes: float | None = None
    phase: str | None = None
    topic: str | None = None

    def names(self, card: Card) -> bool:
        """Whether the card is asked for by name."""
        return bool(self.phase or self.topic) and self.allows(card)

    def allows(self, card: Card) -> bool:
        topic = self.topic.casefold() if self.topic else None
        return (self.phase in (None, card.item.phase)) and (
            topic in (None, card.item.topic.casefold())
        )


def plan(snapshot: Snapshot, day: date, wish: Wish = Wish()) -> Plan:
    """The cards of a session on `day`, in the order in which they are asked."""
    pace = Pace.of(snapshot.state)
    memories = memories_of(snapshot)
    reviewed = {card.item.path for card in snapshot.cards if card.id in memories}
    asked = _asked_on(day, snapshot)
    fresh = _gain_of_new(pace)
    offered: list[Planned] = []
    waiting: dict[str, list[Card]] = defaultdict(list)
    starts: dict[str, date] = {}
    for card in snapshot.cards:
        if not wish.allows(card) or card.id in snapshot.state.suspended:
            continue
        if card.item.id in asked:
            continue
        memory = memories.get(card.id)
        if memory is None:
            start = _offered_from(card, snapshot.roadmap, wish, reviewed)
            if start > day:
                waiting[card.item.topic].append(card)
                starts[card.item.topic] = min(start, starts.get(card.item.topic, start))
                continue
        planned = _planned(card, _gain_of_seen(memory, day, pace) if memory else fresh, pace)
        if planned.priority >= LEAST_GAIN:
            offered.append(planned)
    minutes = minutes_left(snapshot, day) if wish.minutes is None else wish.minutes
    new = snapshot.roadmap.session.new_per_session
    if new is not None:
        new = max(0, new - _introduced_on(day, snapshot.state))
    rank = _roadmap_rank(snapshot.notes, snapshot.roadmap)
    chosen, left_out = _chosen(offered, minutes * 60, new, rank, memories)
    return Plan(
        day=day,
        minutes=minutes,
        cards=_interleaved(chosen, day),
        left_out=left_out,
        waiting=tuple(
            Waiting(topic, cards[0].item.phase, len(cards), starts[topic])
            for topic, cards in sorted(waiting.items(), key=lambda one: (starts[one[0]], one[0]))
        ),
    )


def minutes_left(snapshot: Snapshot, day: date) -> float:
    """Of the session's minutes, what the answers of this study day have left."""
    spent = sum(
        min(event.body.ms, LONGEST_ANSWER)
        for events in snapshot.state.reviews.values()
        for event in events
        if event.day == day and isinstance(event.body, Review)
    )
    return max(0.0, snapshot.roadmap.session.minutes - spent / 60_000)


def next_session(snapshot: Snapshot, day: date) -> date:
    """The first session weekday from `day` on."""
    return day + timedelta(days=(snapshot.roadmap.session.weekday - day.weekday()) % 7)


def next_day_with_cards(snapshot: Snapshot, day: date, wish: Wish = Wish()) -> date | None:
    """The first day after `day` with anything worth asking, within ten years."""
    pace = Pace.of(snapshot.state)
    memories = memories_of(snapshot)
    reviewed = {card.item.path for card in snapshot.cards if card.id in memories}
    tomorrow = day + timedelta(days=1)
    days: list[date] = []
    for card in snapshot.cards:
        if not wish.allows(card) or card.id in snapshot.state.suspended:
            continue
        memory = memories.get(card.id)
        if memory is None:
            if snapshot.roadmap.session.new_per_session != 0:
                start = _offered_from(card, snapshot.roadmap, wish, reviewed)
                days.append(max(start, tomorrow))
            continue
        # The longer a card is left alone, the more an answer gains.
        wait = bisect_left(
            range(1, 3651),
            LEAST_GAIN,
            key=lambda ahead: (
                _planned(
                    card, _gain_of_seen(memory, day + timedelta(days=ahead), pace), pace
                ).priority
            ),
        )
        if wait < 3650:
            days.append(day + timedelta(days=wait + 1))
    return min(days, default=None)


def memories_of(snapshot: Snapshot) -> Mapping[CardId, Memory]:
    """FSRS state of every card of the notes that has been answered."""
    memories = {}
    for card in snapshot.cards:
        memory = fsrs.replay(answers(snapshot.state.reviews.get(card.id, ())))
        if memory:
            memories[card.id] = memory
    return memories


def answers(events: Iterable[Event]) -> Iterable[tuple[date, Grade]]:
    """The answers that count for memory: practice does not."""
    for event in events:
        if isinstance(event.body, Review) and not event.body.practice:
            yield event.day, event.body.grade


def release(card: Card, roadmap: Roadmap) -> date:
    """The day from which a new card is offered by itself.

    That of its topic on the roadmap, else of its phase; at once where there is neither, and when
    the roadmap has ended.
    """
    topic = roadmap.topic(card.item.topic)
    phase = roadmap.phase(card.item.phase)
    start = topic[1].released if topic else phase.start if phase else date.min
    return min(start, roadmap.end + timedelta(days=1)) if roadmap.end else start


def _offered_from(card: Card, roadmap: Roadmap, wish: Wish, reviewed: Container[str]) -> date:
    """`release`, but at once when it is named, or a card of its note has been reviewed."""
    at_once = wish.names(card) or card.item.path in reviewed
    return date.min if at_once else release(card, roadmap)


def _asked_on(day: date, snapshot: Snapshot) -> set[ItemId]:
    """Items of which a card was answered that day: they and their siblings rest."""
    reviews = snapshot.state.reviews
    return {
        card.item.id
        for card in snapshot.cards
        if any(event.day == day for event in reviews.get(card.id, ()))
    }


def _introduced_on(day: date, state: State) -> int:
    """How many cards were answered for the first time that day."""
    firsts = (next(iter(events), None) for events in state.reviews.values())
    return sum(first is not None and first.day == day for first in firsts)


def in_roadmap_order(snapshot: Snapshot) -> list[Card]:
    """All cards, topics as on the roadmap, then as in their notes."""
    rank = _roadmap_rank(snapshot.notes, snapshot.roadmap)
    return sorted(
        snapshot.cards,
        key=lambda card: (rank[card.item.path], card.item.order, card.item.id, card.ordinal),
    )


# Gain per second --------------------------------------------------------------------------------


def _planned(card: Card, gained: tuple[float, float, str], pace: Pace) -> Planned:
    """The card with its gain: recall-days, seconds and the reason, of any card like it."""
    gain, seconds, reason = gained
    seconds *= pace.factors.get(card.id, 1.0)
    return Planned(
        card, seconds, gain / seconds, f"{reason}; +{gain:.1f} recall-days for {seconds:.0f} s"
    )


def _gain_of_new(pace: Pace) -> tuple[float, float, str]:
    """Recall-days gained, seconds, and why. What is not known yet is not held."""
    gain = seconds = 0.0
    for grade, share in pace.first_shares.items():
        memory = fsrs.after(None, grade, date.min)
        gain += share * fsrs.recall_days(memory, 0, HORIZON)
        seconds += share * pace.first_seconds[grade]
    return gain, seconds, "New"


def _gain_of_seen(memory: Memory, day: date, pace: Pace) -> tuple[float, float, str]:
    days = elapsed(memory.day, day)
    recall = fsrs.retrievability(memory, days)
    chances = {Grade.AGAIN: 1 - recall} | {
        grade: recall * pace.pass_shares[grade] for grade in _PASSES
    }
    hold = fsrs.recall_days(memory, days, days + HORIZON)
    gain, seconds, later = -hold, 0.0, 0.0
    for grade, chance in chances.items():
        then = fsrs.after(memory, grade, max(day, memory.day))
        gain += chance * fsrs.recall_days(then, 0, HORIZON)
        later += chance * fsrs.retrievability(then, HORIZON)
        seconds += chance * pace.seconds[grade]
    untouched = fsrs.retrievability(memory, days + HORIZON)
    weeks = round(HORIZON / 7)
    reason = (
        f"Recall today {recall:.0%}, in {weeks} weeks {untouched:.0%} if left alone, "
        f"{later:.0%} if asked now"
    )
    return gain, seconds, reason


# Choosing ---------------------------------------------------------------------------------------


def _chosen(
    offered: list[Planned],
    seconds: float,
    most_new: int | None,
    rank: Mapping[str, tuple[int, str]],
    memories: Container[CardId],
) -> tuple[list[Planned], int]:
    """The best cards that fit, one of an item, and how many others would be worth asking."""
    order = sorted(
        offered,
        key=lambda one: (
            -round(one.priority, 9),
            rank[one.card.item.path],
            one.card.item.order,
            one.card.ordinal,
        ),
    )
    chosen: list[Planned] = []
    items: set[str] = set()
    new = 0
    for one in order:
        is_new = one.card.id not in memories
        capped = is_new and most_new is not None and new >= most_new
        if seconds > 0 and one.card.item.id not in items and not capped:
            chosen.append(one)
            items.add(one.card.item.id)
            seconds -= one.seconds
            new += is_new
    return chosen, len(order) - len(chosen)


def _roadmap_rank(notes: Iterable[Note], roadmap: Roadmap) -> Mapping[str, tuple[int, str]]:
    """Path -> its place in the order of the roadmap; notes outside it come last, by path."""
    places = {
        topic.id: place
        for place, topic in enumerate(topic for phase in roadmap.phases for topic in phase.topics)
    }
    ranks = {}
    for note in notes:
        found = roadmap.topic(note.topic)
        ranks[note.path] = (places[found[1].id] if found else len(places), note.path)
    return ranks


def _interleaved(chosen: Sequence[Planned], day: date) -> tuple[Planned, ...]:
    """Shuffled, always alike on one day; items that are easily confused are not neighbours."""
    held = sorted(chosen, key=lambda one: one.card.id)
    random.Random(day.toordinal()).shuffle(held)
    apart: list[Planned] = []
    while held:
        counts = Counter(name for one in held for name in one.card.item.contrasts)
        # More than half of what is left: unless one of these comes now, two will meet later.
        urgent = {name for name, count in counts.items() if 2 * count > len(held)}
        near = {name for one in apart[-1:] for name in one.card.item.contrasts}
        fitting = [one for one in held if not near & {*one.card.item.contrasts}] or held
        best = next((one for one in fitting if urgent & {*one.card.item.contrasts}), fitting[0])
        apart.append(best)
        held.remove(best)
    return tuple(apart)
