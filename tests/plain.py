"""A vault read by the plain functions, all of it each time: what the index has to say too."""

from __future__ import annotations

import os
from collections import Counter
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from srs import events, fold, history, identity, links, notes, roadmap
from srs import plan as planning
from srs.model import LONGEST_ANSWER, Grade, Review, Severity, sorted_problems
from srs.plan.deck import Fresh, Seen, Waiting
from srs.plan.pace import Pace, Times, tallied
from srs.vault import HISTORY, ROADMAP, Snapshot, Vault, files
from srs.vault.refresh import on_roadmap
from srs.vault.snapshot import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from srs.identity import Matching
    from srs.model import (
        Body,
        Card,
        CardId,
        Change,
        Event,
        EventId,
        Item,
        ItemId,
        Memory,
        Note,
        Problem,
        Roadmap,
        State,
    )
    from srs.plan import Plan
    from srs.plan.deck import Deck, Place, Wish


def said(snapshot: Snapshot | Plain, devices: Sequence[str]) -> dict[str, object]:
    """All that a snapshot says, but for plans."""
    return {
        "cards": snapshot.cards,
        "notes": snapshot.notes,
        "problems": snapshot.problems,
        "errors": snapshot.errors,
        "pending": snapshot.pending,
        "changes": snapshot.changes,
        "state": snapshot.state,
        "devices": snapshot.devices,
        "counts": snapshot.counts(),
        "memories": snapshot.memories,
        "undoable": {device: [*snapshot.undoable(device)] for device in devices},
        "topics": snapshot.topics,
        "phases": snapshot.phases,
        "roadmap": snapshot.roadmap,
        "by card": [snapshot.card(card.id) for card in snapshot.cards],
        "of items": {card.item.id: snapshot.cards_of(card.item.id) for card in snapshot.cards},
        "on topics": {topic: snapshot.cards_on(topic) for topic in sorted(snapshot.topics)},
        "memory": {card: snapshot.memory(card) for card in snapshot.state.reviews},
        "answers": {card: snapshot.count_answers(card) for card in snapshot.state.reviews},
        "quiz": snapshot.newest_quiz(),
        "known": {item: snapshot.known(item) for item in snapshot.state.items},
    }


def planned(deck: Deck, day: date, wish: Wish) -> tuple[object, ...]:
    """All that a plan says."""
    plan: Plan = planning.plan(deck, day, wish)
    return (
        deck.buried(day),
        plan.day,
        plan.minutes,
        plan.cards,
        plan.repeats,
        plan.left_out,
        plan.waiting,
    )


class Plain:
    """The same as a Snapshot, from nothing but the files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        text, problem = files.text(root / ROADMAP, ROADMAP)
        self.roadmap, problems = roadmap.parse(ROADMAP, text)
        self._problems = [problem] if problem else [*problems]
        folders, found = files.tree(root)
        self._problems += found
        parsed = []
        for path in sorted(path for folder in folders for path in folder.files()):
            name = os.fsdecode(path)
            text, problem = files.text(root / name, name)
            if problem:
                self._problems.append(problem)
                continue
            note, problems = notes.parse(name, text)
            self._problems += problems
            parsed.append(_placed(note, self.roadmap))
        self._parsed = parsed
        self._history = history.read(root / HISTORY, HISTORY)
        self._problems += self._history.problems

    @cached_property
    def state(self) -> State:
        return fold.fold(self._history.events)

    @cached_property
    def _matching(self) -> Matching:
        return identity.match(
            self.state.items, [item for one in self._parsed for item in one.items]
        )

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return self._matching.cards

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        named = {(card.item.path, card.item.order): card.item for card in self.cards}
        return tuple(
            note._replace(
                items=tuple(named.get((item.path, item.order), item) for item in note.items)
            )
            for note in self._parsed
        )

    @property
    def _found(self) -> list[Problem]:
        return [*self._problems, *self._matching.problems]

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self._found)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        broken = links.broken(self.notes, Vault(self.root)._medium)
        return sorted_problems((*self._found, *broken))

    @property
    def pending(self) -> tuple[Body, ...]:
        """As a line of the history keeps it, which rounds scores."""
        found: tuple[Body, ...] = (*self._matching.pending, *self._matching.gone)
        return tuple(events.decode(events.encode(one)) for one in found)

    @property
    def changes(self) -> tuple[Change, ...]:
        return self._matching.changes

    @cached_property
    def devices(self) -> frozenset[str]:
        paths, _ = history.files(self.root / HISTORY, HISTORY)
        return frozenset(file.stem for file in paths if [*history.Source(file, file.name).events()])

    def counts(self) -> Counts:
        items = {(card.item.path, card.item.order) for card in self.cards}
        return Counts(len(self.notes), len(items), len(self.cards), len(self.memories))

    @cached_property
    def memories(self) -> Mapping[CardId, Memory]:
        found = {card.id: self.memory(card.id) for card in self.cards}
        return {id_: memory for id_, memory in found.items() if memory}

    def memory(self, card: CardId) -> Memory | None:
        return planning.memory(fold.remembered(self.state, card))

    def newest_quiz(self) -> tuple[Event, ...]:
        return next(reversed([*self.state.quizzes.values()]), ())

    def undoable(self, device: str) -> Iterator[Event]:
        return (event for event in reversed(self.state.undoable) if event.device == device)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(note.topic for note in self.notes)

    @property
    def phases(self) -> frozenset[str]:
        return frozenset(note.phase for note in self.notes if note.phase)

    def card(self, id_: CardId) -> Card | None:
        return next((card for card in self.cards if card.id == id_), None)

    def cards_of(self, item: ItemId) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.item.id == item)

    def cards_on(self, topic: str) -> tuple[Card, ...]:
        folded = topic.casefold()
        found = [card for card in self.cards if card.item.topic.casefold() == folded]
        return tuple(sorted(found, key=lambda card: os.fsencode(card.item.path)))

    def count_answers(self, card: CardId) -> int:
        return len(self.state.reviews[card])

    def known(self, item: ItemId) -> object:
        return self.state.items[item]

    @cached_property
    def deck(self) -> PlainDeck:
        return PlainDeck(self)


def _placed(note: Note, map_: Roadmap) -> Note:
    note = on_roadmap(note, map_)
    items = tuple(item._replace(topic=note.topic, phase=note.phase) for item in note.items)
    return note._replace(items=items)


class PlainDeck:
    """All cards, each looked at: any may be the best."""

    def __init__(self, plain: Plain) -> None:
        self._state = plain.state
        self._memories = plain.memories
        self._cards = {card.id: card for card in plain.cards}
        self._reviewed = {self._cards[card].item.path for card in plain.memories}
        self.roadmap = plain.roadmap
        tally = Counter(
            one for card in self._state.reviews for one in tallied(self._counting(card))
        )
        self.pace = Pace.of(tally)

    def _counting(self, card: CardId) -> list[Review]:
        bodies = [event.body for event in self._state.reviews.get(card, ())]
        return [body for body in bodies if isinstance(body, Review) and not body.practice]

    def _of_day(self, day: date) -> dict[CardId, list[Event]]:
        return {
            card: [event for event in reviews if event.day == day]
            for card, reviews in self._state.reviews.items()
            if any(event.day == day for event in reviews)
        }

    def rested(self, day: date) -> frozenset[ItemId]:
        here = self._of_day(day).keys() & self._cards.keys()
        return frozenset(self._cards[card].item.id for card in here) | self.buried(day)

    def buried(self, day: date) -> frozenset[ItemId]:
        buried = {card for card, days in self._state.buried.items() if day in days}
        return frozenset(self._cards[card].item.id for card in buried & self._cards.keys())

    def failed(self, day: date) -> list[tuple[CardId, EventId]]:
        last = [(card, found[-1]) for card, found in self._of_day(day).items()]
        return [
            (card, event.id)
            for card, event in sorted(last, key=lambda one: (one[1].at, one[1].id))
            if self._is_asked(card, day)
            and isinstance(event.body, Review)
            and event.body.grade is Grade.AGAIN
            and not event.body.practice
        ]

    def _is_asked(self, card: CardId, day: date) -> bool:
        """Whether it is in a note, and neither suspended nor rests with its item."""
        if card not in self._cards or card in self._state.suspended:
            return False
        buried = [one for one, days in self._state.buried.items() if day in days]
        items = {self._cards[one].item.id for one in buried if one in self._cards}
        return self._cards[card].item.id not in items

    def spent(self, day: date) -> int:
        bodies = [event.body for found in self._of_day(day).values() for event in found]
        return sum(min(body.ms, LONGEST_ANSWER) for body in bodies if isinstance(body, Review))

    def introduced(self, day: date) -> int:
        return sum(self._state.reviews[card][0].day == day for card in self._of_day(day))

    def _place(self, card: Card) -> Place:
        item = card.item
        rank = planning.rank(item.topic, self.roadmap)
        return (rank, os.fsencode(item.path), item.order, card.ordinal)

    def _offered(self, wish: Wish) -> Iterator[Card]:
        for card in self._cards.values():
            topic = card.item.topic.casefold() == (wish.topic or card.item.topic).casefold()
            phase = card.item.phase == (wish.phase or card.item.phase)
            if card.id not in self._state.suspended and topic and phase:
                yield card

    def seen(self, wish: Wish, day: date) -> Iterator[Seen]:  # noqa: ARG002
        for card in self._offered(wish):
            memory = self._memories.get(card.id)
            if memory:
                times = Times.of(self._counting(card.id))
                place, soon = self._place(card), card.id in self._state.soon
                yield Seen(card.id, card.item.id, place, memory, times, inf, soon)

    def _new(self, wish: Wish) -> list[Card]:
        new = [card for card in self._offered(wish) if card.id not in self._memories]
        return sorted(new, key=self._place)

    def _released(self, item: Item, wish: Wish, day: date) -> bool:
        start = planning.release(item.topic, item.phase, self.roadmap)
        return wish.names or item.path in self._reviewed or start <= day

    def fresh(self, wish: Wish, day: date) -> Iterator[Fresh]:
        for card in self._new(wish):
            if self._released(card.item, wish, day):
                yield Fresh(card.id, card.item.id, self._place(card))

    def count_fresh(self, wish: Wish, day: date) -> int:
        rested = self.rested(day)
        return sum(one.item not in rested for one in self.fresh(wish, day))

    def waiting(self, wish: Wish, day: date) -> list[Waiting]:
        by_topic: dict[str, list[Item]] = {}
        for card in self._new(wish):
            if not self._released(card.item, wish, day):
                by_topic.setdefault(card.item.topic, []).append(card.item)
        found = []
        for topic, items in by_topic.items():
            phase = min((item.phase for item in items if item.phase), default=None)
            start = min(planning.release(topic, item.phase, self.roadmap) for item in items)
            found.append(Waiting(topic, phase, len(items), start))
        return sorted(found, key=lambda one: (one.start, one.topic))

    def cards(self, ids: Sequence[CardId]) -> dict[CardId, Card]:
        return {id_: self._cards[id_] for id_ in ids}
