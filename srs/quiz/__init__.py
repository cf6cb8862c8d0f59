"""A quiz: which cards it asks, and the session that it is. Pure.

It is spread over topics, and within each it asks rather what is probably forgotten. Chance comes
from a seed and a card's id alone, so the same vault, day and seed give the same quiz.
"""

from __future__ import annotations

from itertools import islice
from math import log
from typing import TYPE_CHECKING, NamedTuple

from srs import plan as planning
from srs.memory import fsrs
from srs.model import Answer, Grade, Question, Quiz, Review, digest
from srs.plan import gain
from srs.quiz import forms
from srs.session import Answered, Session, Turn, to_mark
from srs.studyday import elapsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from srs.model import Card, CardId, Event, ItemId
    from srs.plan.deck import Deck, Place, Wish

_LEAST = 0.05
"""What is surely known is asked too, now and then: this weighs it against what is forgotten."""

_MOST_NEW = 5000
"""So many new cards, in the order of the roadmap, are there to choose from: each has to be read."""


class _Candidate(NamedTuple):
    """A card that may be asked: those of a topic come by `key`, the smallest first."""

    key: float
    topic: tuple[int, bytes]
    card: CardId
    item: ItemId
    recall: float | None


def questions(
    deck: Deck,
    day: date,
    wish: Wish,
    size: int,
    seed: int,
    company: Callable[[str], Sequence[Card]],
) -> tuple[Question, ...]:
    """Up to `size` questions in the order of asking; `company` gives the cards of a topic.

    Every topic has as many as any other, as far as it has cards; of an item one card is asked.
    """
    chosen = _chosen(deck, day, wish, size, seed)
    cards = deck.cards([one.card for one in chosen])
    recalls = {one.card: one.recall for one in chosen}
    return tuple(
        forms.question(card, company(card.item.topic), recalls[card.id], seed)
        for card in planning.interleaved([cards[one.card] for one in chosen], str(seed))
    )


def _chosen(deck: Deck, day: date, wish: Wish, size: int, seed: int) -> list[_Candidate]:
    """What was never answered is asked like all else where it is named, else to fill the quiz."""
    seen, fresh = _seen(deck, day, wish, seed), _fresh(deck, day, wish, seed)
    if wish.names:
        return _spread([*seen, *fresh])[:size]
    chosen = _spread(seen)[:size]
    if len(chosen) < size:
        items = {one.item for one in chosen}
        chosen += [one for one in _spread(fresh) if one.item not in items]
    return chosen[:size]


def _seen(deck: Deck, day: date, wish: Wish, seed: int) -> Iterator[_Candidate]:
    """Cards that were answered before, but those of items that are buried."""
    buried, topics = deck.buried(day), _topics(deck)
    for one in deck.seen(wish, day):
        if one.item not in buried:
            recall = fsrs.retrievability(one.memory, elapsed(one.memory.day, day))
            key = _key(one.card, seed, 1.0 if one.soon else 1 - recall)
            yield _Candidate(key, _topic(one.place, topics), one.card, one.item, recall)


def _fresh(deck: Deck, day: date, wish: Wish, seed: int) -> Iterator[_Candidate]:
    """New cards that a session would offer, as often forgotten as this learner's first answers."""
    buried, topics = deck.buried(day), _topics(deck)
    forgotten = deck.pace.first_shares[Grade.AGAIN]
    for one in islice(deck.fresh(wish, day), _MOST_NEW):
        if one.item not in buried:
            key = _key(one.card, seed, forgotten)
            yield _Candidate(key, _topic(one.place, topics), one.card, one.item, None)


def _topics(deck: Deck) -> int:
    """How many are on the roadmap."""
    return sum(len(phase.topics) for phase in deck.roadmap.phases)


def _topic(place: Place, on_roadmap: int) -> tuple[int, bytes]:
    """A topic by its rank; beside the roadmap each note is one."""
    rank, path, *_ = place
    return rank, b"" if rank < on_roadmap else path


def _key(card: CardId, seed: int, forgotten: float) -> float:
    """Small for cards that are probably forgotten, but by chance: the smallest keys are a sample
    with these weights, drawn without putting back (Efraimidis and Spirakis 2006).
    """
    chance = (int(digest(str(seed), card, size=8), 32) + 1) / (32**8 + 1)
    return -log(chance) / (forgotten + _LEAST)


def _spread(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Topic by topic, round after round; the card of an item that has the smallest key."""
    items: set[ItemId] = set()
    rounds: dict[tuple[int, bytes], int] = {}
    spread: list[tuple[int, _Candidate]] = []
    for one in sorted(candidates, key=lambda one: (one.key, one.card)):
        if one.item not in items:
            items.add(one.item)
            rounds[one.topic] = rounds.get(one.topic, 0) + 1
            spread.append((rounds[one.topic], one))
    # Stable: within a round by key.
    return [one for _, one in sorted(spread, key=lambda pair: pair[0])]


def session(
    quiz: Quiz,
    said: Iterable[Event],
    find: Callable[[CardId], Card | None],
    rests: Callable[[Card], bool],
    seconds: float,
) -> Session:
    """The quiz as it stands after what was said in it: its answers and reviews, oldest first.

    A card that is in no note any more is left out, and one that rests is not asked; `seconds` is
    how long a question takes.
    """
    found = ((one.card, turn(quiz, one, find, seconds)) for one in quiz.questions)
    turns = {card: turn for card, turn in found if turn}
    written: dict[CardId, Turn] = {}
    done: dict[CardId, Answered] = {}
    spent = 0
    for event in said:
        body = event.body
        if isinstance(body, Answer):
            spent += body.ms
            if body.card in turns:
                written[body.card] = turns[body.card]._replace(written=event)
        elif isinstance(body, Review):
            marked = written.get(body.card)
            spent += 0 if marked else body.ms
            if body.card in turns:
                at = marked or turns[body.card]
                done[body.card] = Answered(at, event.id, body, at.given)
    return Session(
        tuple(
            one
            for card, one in turns.items()
            if card not in written and card not in done and not rests(one.card)
        ),
        quiz.minutes * 60 - spent / 1000,
        marking=to_mark(
            one for card, one in written.items() if card not in done and not rests(one.card)
        ),
        done=tuple(done.values()),
    )


def turn(
    quiz: Quiz, one: Question, find: Callable[[CardId], Card | None], seconds: float
) -> Turn | None:
    """The turn of a question; None if its card is in no note any more."""
    card = forms.asked(one, find)
    return card and Turn(card, seconds, "", str(quiz.seed), one.recall, exam=quiz.exam)


def seconds_each(deck: Deck) -> float:
    """How long a question takes: as long as a new card, for it is asked in another form."""
    return gain.of_new(deck.pace)[1]
