"""Events -> what is true now. A pure replay: nothing here is stored, and order is (at, id)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.identity.known import known
from srs.model import (
    Answer,
    Bury,
    Exported,
    ExportedItem,
    ItemId,
    Mark,
    Quiz,
    Reset,
    Resume,
    Review,
    Soon,
    State,
    Suspend,
    taken_back,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from srs.model import CardId, Event, EventId


def fold(events: Iterable[Event]) -> State:
    """The state after these events, given in the order of (at, id)."""
    events = tuple(events)
    items = known(events)
    alias = {
        card: own for item in items.values() if item.aliases for card, own in item.aliases.items()
    }
    dead = _undone(events)
    reviews: dict[CardId, list[Event]] = {}
    suspended: dict[CardId, bool] = {}
    soon: set[CardId] = set()
    buried: dict[CardId, set[date]] = {}
    marks: dict[CardId, list[Mark]] = {}
    resets: dict[CardId, tuple[datetime, EventId]] = {}
    exported: dict[ItemId, ExportedItem] = {}
    undoable: list[Event] = []
    begun: list[Event] = []
    in_quiz: dict[str, list[Event]] = {}
    for event in events:
        # What an export told Anki is there, whatever is said of it later.
        if event.id in dead and not isinstance(event.body, Exported):
            continue
        match event.body:
            case Review() as review:
                card = alias.get(review.card, review.card)
                reviews.setdefault(card, []).append(event)
                if review.sure_and_wrong:
                    soon.add(card)
                elif not review.practice:
                    soon.discard(card)
                undoable.append(event)
                if review.quiz:
                    in_quiz.setdefault(review.quiz, []).append(event)
            case Answer() as answer:
                undoable.append(event)
                in_quiz.setdefault(answer.quiz, []).append(event)
            case Quiz():
                begun.append(event)
            case Suspend(card):
                suspended[alias.get(card, card)] = True
                undoable.append(event)
            case Resume(card):
                suspended[alias.get(card, card)] = False
            case Soon(card):
                soon.add(alias.get(card, card))
                undoable.append(event)
            case Bury(card):
                buried.setdefault(alias.get(card, card), set()).add(event.day)
                undoable.append(event)
            case Mark(card) as mark:
                marks.setdefault(alias.get(card, card), []).append(mark)
                undoable.append(event)
            case Reset(card):
                resets[alias.get(card, card)] = (event.at, event.id)
                undoable.append(event)
            case Exported(said):
                exported.update(said)
    return State(
        items=items,
        reviews={card: tuple(found) for card, found in reviews.items()},
        suspended=frozenset(card for card, yes in suspended.items() if yes),
        soon=frozenset(soon),
        buried={card: frozenset(days) for card, days in buried.items()},
        marks={card: tuple(found) for card, found in marks.items()},
        resets=resets,
        exported=exported,
        quizzes={quiz.id: (quiz, *_answers(quiz, in_quiz.get(quiz.id, ()))) for quiz in begun},
        undoable=tuple(undoable),
    )


def _answers(quiz: Event, said: Iterable[Event]) -> Iterable[Event]:
    """What of it was said of the questions of a quiz."""
    cards = {one.card for one in quiz.body.questions} if isinstance(quiz.body, Quiz) else ()
    return (event for event in said if getattr(event.body, "card", "") in cards)


def _undone(events: tuple[Event, ...]) -> frozenset[str]:
    """Ids of events taken back, and of the practice that an undone review caused."""
    undone = taken_back(events)
    caused = {
        event.id
        for event in events
        if isinstance(event.body, Review) and event.body.cause in undone
    }
    return frozenset(undone | caused)


def remembered(state: State, card: CardId) -> tuple[Event, ...]:
    """The card's live reviews that count for its memory: those after its last reset."""
    reviews = state.reviews.get(card, ())
    since = state.resets.get(card)
    return tuple(event for event in reviews if (event.at, event.id) > since) if since else reviews


def newest_undoable(undoable: Iterable[Event], device: str) -> Event | None:
    """What `u` takes back: this device's newest live review, practice, answer in an exam,
    suspension, reset or wish to see a card soon.
    """
    return next((event for event in reversed([*undoable]) if event.device == device), None)
