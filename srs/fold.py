"""Events -> what is true now. A pure replay: nothing here is stored, and order is (at, id)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import (
    Exported,
    ExportedItem,
    ItemFixed,
    ItemId,
    KnownItem,
    Resume,
    Review,
    State,
    Suspend,
    Undo,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srs.model import CardId, Event, EventId


def fold(events: Iterable[Event]) -> State:
    """The state after these events, given in the order of (at, id)."""
    events = tuple(events)
    dead = _undone(events)
    reviews: dict[CardId, list[Event]] = {}
    suspended: dict[CardId, bool] = {}
    exported: dict[ItemId, ExportedItem] = {}
    versions: dict[ItemId, list[tuple[EventId, ItemFixed]]] = {}
    undoable: list[Event] = []
    for event in events:
        # Identity is never taken back by undo: reviews hang on it.
        if event.id in dead and not isinstance(event.body, ItemFixed | Exported):
            continue
        match event.body:
            case Review() as review:
                reviews.setdefault(review.card, []).append(event)
                undoable.append(event)
            case Suspend(card):
                suspended[card] = True
                undoable.append(event)
            case Resume(card):
                suspended[card] = False
            case ItemFixed() as fixed:
                versions.setdefault(fixed.item, []).append((event.id, fixed))
            case Exported(items):
                exported.update(items)
    return State(
        items={item: _known(item, bodies) for item, bodies in versions.items()},
        reviews={card: tuple(found) for card, found in reviews.items()},
        suspended=frozenset(card for card, yes in suspended.items() if yes),
        exported=exported,
        undoable=tuple(undoable),
    )


def _undone(events: tuple[Event, ...]) -> frozenset[str]:
    """Ids of events taken back, and of the practice that an undone review caused."""
    undone = {event.body.of for event in events if isinstance(event.body, Undo)}
    caused = {
        event.id
        for event in events
        if isinstance(event.body, Review) and event.body.cause in undone
    }
    return frozenset(undone | caused)


def _known(item: ItemId, versions: list[tuple[EventId, ItemFixed]]) -> KnownItem:
    replaced = {event for _, body in versions for event in body.prev}
    heads = tuple(event for event, _ in versions if event not in replaced)
    # Versions that replace each other in a circle can only be forged; the newest then counts.
    return KnownItem(item, tuple(versions), heads or (versions[-1][0],))


def newest_undoable(undoable: Iterable[Event], device: str) -> Event | None:
    """What `u` takes back: this device's newest live review, practice or suspension."""
    return next((event for event in reversed([*undoable]) if event.device == device), None)
