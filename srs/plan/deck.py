"""What the plan asks of a vault. It looks at a part of the cards only, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from srs.model import Card, CardId, EventId, ItemId, Memory, Roadmap
    from srs.plan.pace import Pace, Times

Place = tuple[int, bytes, int, int]
"""Where a card comes in the order of the roadmap: its topic, its note, its item, its ordinal."""


class Wish(NamedTuple):
    """What the person asked for: minutes (None: what is left of today's), phase and topic."""

    minutes: float | None = None
    phase: str | None = None
    topic: str | None = None

    @property
    def names(self) -> bool:
        """Whether cards are asked for by name."""
        return bool(self.phase or self.topic)

    def allows(self, card: Card) -> bool:
        """Whether it was asked for. The case of a topic does not matter."""
        topic = (self.topic or card.item.topic).casefold()
        return self.phase in (None, card.item.phase) and card.item.topic.casefold() == topic


class Seen(NamedTuple):
    """A card that was answered; `most` is a bound on its priority on the day asked for.

    A card that is wanted `soon` comes before all others.
    """

    card: CardId
    item: ItemId
    place: Place
    memory: Memory
    times: Times
    most: float
    soon: bool


class Fresh(NamedTuple):
    """A card that was never answered."""

    card: CardId
    item: ItemId
    place: Place


class Waiting(NamedTuple):
    """New cards that are not released yet; `start` is the day when they are."""

    topic: str
    phase: str | None
    cards: int
    start: date


class Deck(Protocol):
    """The cards of a vault, suspended ones left out, as far as a wish allows them."""

    @property
    def roadmap(self) -> Roadmap: ...

    @property
    def pace(self) -> Pace: ...

    def rested(self, day: date) -> frozenset[ItemId]:
        """Items of which a card was answered or buried that day: all their cards rest."""

    def buried(self, day: date) -> frozenset[ItemId]:
        """Those of them that were buried."""

    def failed(self, day: date) -> Sequence[tuple[CardId, EventId]]:
        """Cards whose last answer of that day is a failure, which nothing has repeated yet, in the
        order of failing; not those that are suspended or buried."""

    def spent(self, day: date) -> int:
        """Milliseconds that the answers of that day took."""

    def introduced(self, day: date) -> int:
        """How many cards were answered for the first time that day."""

    def seen(self, wish: Wish, day: date) -> Iterator[Seen]:
        """Cards with a memory, the greatest `most` first."""

    def fresh(self, wish: Wish, day: date) -> Iterator[Fresh]:
        """New cards that are released on that day, in the order of the roadmap."""

    def count_fresh(self, wish: Wish, day: date) -> int:
        """How many these are, less those of rested items."""

    def waiting(self, wish: Wish, day: date) -> Iterable[Waiting]:
        """New cards that are not released on that day, by topic, the first first."""

    def cards(self, ids: Sequence[CardId]) -> Mapping[CardId, Card]:
        """These cards, whole."""
