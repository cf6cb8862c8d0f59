"""What the whole says now."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from srs.model.history import Exported

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from srs.model.history import Event, FixedCard, ItemFixed, Mark
    from srs.model.text import CardId, EventId, ItemId


class Memory(NamedTuple):
    """FSRS state of a card after its last review on study day `day`.

    `stability` in days (recall falls to 0.9 after that long), `difficulty` from 1 to 10.
    """

    stability: float
    difficulty: float
    day: date


class KnownItem(NamedTuple):
    """An item as the history knows it: every text it ever had, and its cards by ordinal."""

    id: ItemId
    versions: tuple[tuple[EventId, ItemFixed], ...]
    """Those that count, oldest first; their `item` is another where a person said they are one."""
    heads: tuple[EventId, ...]
    """Versions that no other replaces; more than one after edits on two devices."""
    gone: bool = False
    """Whether it was told already that these heads are in no note."""
    aliases: Mapping[CardId, CardId] = MappingProxyType({})
    """Cards of the items that are one with it -> its own cards."""
    refused: frozenset[str] = frozenset()
    """Contents of which a person said that they are another item."""

    @property
    def latest(self) -> ItemFixed:
        event, newest = self.versions[-1]
        if event in self.heads:
            return newest
        return next(body for event, body in reversed(self.versions) if event in self.heads)

    @property
    def cards(self) -> tuple[FixedCard, ...]:
        """By ordinal: those of the latest version, then what only others had."""
        if len(self.versions) == 1:
            return self.latest.cards
        cards = {card.id: card for card in self.latest.cards}
        for _, body in self.versions:
            for card in body.cards:
                cards.setdefault(card.id, card)
        return tuple(cards.values())


class Standing(NamedTuple):
    """A card's live reviews, practice included, and those that count for its memory, oldest first;
    and what else was said of it.
    """

    reviews: tuple[Event, ...] = ()
    remembered: tuple[Event, ...] = ()
    suspended: bool = False
    soon: bool = False
    buried: frozenset[date] = frozenset()
    reset: tuple[datetime, EventId] | None = None
    """When its reviews last ceased to count, and the event that says so."""


class State(NamedTuple):
    """What is true after the whole history: the fold of its events."""

    items: Mapping[ItemId, KnownItem] = MappingProxyType({})
    reviews: Mapping[CardId, tuple[Event, ...]] = MappingProxyType({})
    """Live reviews, practice included, oldest first."""
    suspended: frozenset[CardId] = frozenset()
    soon: frozenset[CardId] = frozenset()
    """Wanted in the next session, and not reviewed since."""
    buried: Mapping[CardId, frozenset[date]] = MappingProxyType({})
    """Study days on which an item of the card is not asked any more."""
    marks: Mapping[CardId, tuple[Mark, ...]] = MappingProxyType({})
    """What is to be mended, oldest first; those of other contents than the item's are done."""
    resets: Mapping[CardId, tuple[datetime, EventId]] = MappingProxyType({})
    """The last reset of a card: reviews that are not later, by (at, id), are no memory."""
    exported: Exported = Exported({})
    quizzes: Mapping[EventId, tuple[Event, ...]] = MappingProxyType({})
    """Live quizzes, oldest first: of each its event, then what was answered in it."""
    undoable: tuple[Event, ...] = ()
    """Live events that `u` can take back, oldest first."""


class Change(NamedTuple):
    """What became of an item that the history knows.

    `edited`, `moved`, `gone`; `unsure`: what stands at path and line may be it; `split`: a second
    half of it seems to stand there, beside the first, which has its history or is unsure.
    """

    what: str
    item: ItemId
    path: str
    line: int
    score: float | None = None
    content: str = ""
    """Of the parsed item, where it is not known as this one: `unsure` and `split`."""
