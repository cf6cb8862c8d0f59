"""Events -> what is true now. A pure replay: nothing here is stored, and order is (at, id)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from srs.identity.known import known
from srs.model import (
    UNDOABLE,
    Answer,
    Bury,
    EventId,
    Exported,
    ExportedItem,
    ExportedType,
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
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from srs.model import CardId, Event


def fold(events: Iterable[Event]) -> State:
    """The state after these events, given in the order of (at, id)."""
    events = tuple(events)
    items = known(events)
    alias = {
        card: own for item in items.values() if item.aliases for card, own in item.aliases.items()
    }
    dead = _undone(events) | echoes(events, alias)
    reviews: dict[CardId, list[Event]] = {}
    suspended: dict[CardId, bool] = {}
    soon: set[CardId] = set()
    buried: dict[CardId, set[date]] = {}
    marks: dict[CardId, list[Mark]] = {}
    resets: dict[CardId, tuple[datetime, EventId]] = {}
    live = [one for one in events if one.id not in dead]
    for event in live:
        match event.body:
            case Review() as review:
                card = alias.get(review.card, review.card)
                reviews.setdefault(card, []).append(event)
                if review.sure_and_wrong:
                    soon.add(card)
                elif not review.practice:
                    soon.discard(card)
            case Suspend(card):
                suspended[alias.get(card, card)] = True
            case Resume(card):
                suspended[alias.get(card, card)] = False
            case Soon(card):
                soon.add(alias.get(card, card))
            case Bury(card):
                buried.setdefault(alias.get(card, card), set()).add(event.day)
            case Mark(card) as mark:
                marks.setdefault(alias.get(card, card), []).append(mark)
            case Reset(card):
                resets[alias.get(card, card)] = (event.at, event.id)
    return State(
        items=items,
        reviews={card: tuple(found) for card, found in reviews.items()},
        suspended=frozenset(card for card, yes in suspended.items() if yes),
        soon=frozenset(soon),
        buried={card: frozenset(days) for card, days in buried.items()},
        marks={card: tuple(found) for card, found in marks.items()},
        resets=resets,
        exported=exported(events),
        quizzes=_quizzes(live),
        undoable=tuple(
            event for event in live if isinstance(event.body, UNDOABLE) and not event.in_anki
        ),
    )


def exported(events: Iterable[Event]) -> Exported:
    """What Anki was told last of each note and note type: it is there, whatever is said since."""
    items: dict[str, ExportedItem] = {}
    types: dict[str, ExportedType] = {}
    for event in events:
        if isinstance(event.body, Exported):
            items.update(event.body.items)
            types.update(event.body.types)
    return Exported(items, types)


def _quizzes(live: Sequence[Event]) -> dict[EventId, tuple[Event, ...]]:
    """Quiz -> its event, and what was said of its questions in it."""
    begun = {one.id: [one] for one in live if isinstance(one.body, Quiz)}
    cards = {one.id: {*one.body.cards} for one in live if isinstance(one.body, Quiz)}
    for event in live:
        if isinstance(event.body, Answer | Review):
            quiz = EventId(event.body.quiz)
            if event.body.card in cards.get(quiz, ()):
                begun[quiz].append(event)
    return {id_: tuple(events) for id_, events in begun.items()}


def _undone(events: tuple[Event, ...]) -> frozenset[str]:
    """Ids of events taken back, and of the practice that an undone review caused."""
    undone = taken_back(events)
    caused = {
        event.id
        for event in events
        if isinstance(event.body, Review) and event.body.cause in undone
    }
    return frozenset(undone | caused)


def exported_tags(events: Iterable[Event]) -> dict[str, frozenset[str]]:
    """GUID -> all tags that Anki was ever given for a note."""
    found: dict[str, frozenset[str]] = {}
    for event in events:
        if isinstance(event.body, Exported):
            for guid, one in event.body.items.items():
                found[guid] = found.get(guid, frozenset()).union(one.tags)
    return found


def echoes(
    events: Sequence[Event], alias: Mapping[CardId, CardId] = MappingProxyType({})
) -> frozenset[EventId]:
    """Answers that were given here, left for Anki, and came home where nobody knew of them yet.

    Each has the card and the moment of another. They do not count, even if that was taken back.
    """
    if not any(event.in_anki for event in events):
        return frozenset()
    first: dict[tuple[CardId, datetime], EventId] = {}
    found = set()
    for event in events:
        if isinstance(event.body, Review):
            card = alias.get(event.body.card, event.body.card)
            if first.setdefault((card, event.at), event.id) != event.id and event.in_anki:
                found.add(event.id)
    return frozenset(found)


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
