"""Reading what the index says while anything may happen to it: the vault can be read anew."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from srs.index import UNUSABLE, bounds, codec, past
from srs.index.deck import Deck
from srs.index.meta import get

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from srs.index import Connection, Index
    from srs.model import Card, CardId, EventId, ItemId, Roadmap
    from srs.plan.deck import Fresh, Seen, Waiting, Wish
    from srs.plan.pace import Pace

    Anew = Callable[[Index, Exception], Index]
    """Gives an index in memory that says what the files say, for one that raised this."""

T = TypeVar("T")
_AT_ONCE = 16
"""So many answers are read before it is asked whether the file is still what it was."""


class Reader:
    """Puts questions to the index; from the first one that it cannot answer on, to another that
    `anew` makes. That one is asked once more: what it raises is no fault of the index.
    """

    def __init__(self, index: Index, anew: Anew) -> None:
        self.index = index
        self.past = past.Past(index.db)
        self._anew = anew
        self._deck: Deck | None = None

    def ask(self, question: Callable[[Connection], T]) -> T:
        index = self.index
        try:
            answer = question(index.db)
            index.check()
        except UNUSABLE as error:
            self._replace(index, error)
            return question(self.index.db)
        return answer

    def each(self, question: Callable[[Connection], Iterable[T]]) -> Iterator[T]:
        """The answers one by one, as they are wanted; none twice."""
        index = self.index
        given: list[T] = []
        try:
            found = iter(question(index.db))
            while some := list(islice(found, _AT_ONCE)):
                # Nothing is believed before it is clear that the file was whole all the time.
                index.check()
                given += some
                yield from some
            index.check()
        except UNUSABLE as error:
            self._replace(index, error)
            before = {*given}
            yield from (one for one in question(self.index.db) if one not in before)

    def keep(self, write: Callable[[Connection], None]) -> None:
        """Let the index keep something for the next run, if it can be written."""
        try:
            self.index.keep(write)
        except UNUSABLE as error:
            # What is asked from now on is asked of another.
            self._replace(self.index, error)

    def deck(self) -> Deck:
        """The cards of the index that is read now."""
        if self._deck is None:
            db = self.index.db
            roadmap = codec.roadmap(get(db, "roadmap"))
            self._deck = Deck(db, roadmap, bounds.kept_pace(db), bounds.days(db))
        return self._deck

    def _replace(self, index: Index, error: Exception) -> None:
        if index.is_in_memory:
            raise error
        if index is not self.index:
            # Another question has met it before.
            return
        self.index = self._anew(self.index, error)
        self.past = past.Past(self.index.db)
        self._deck = None


class SafeDeck:
    """The cards as the plan looks at them, whatever becomes of the index meanwhile."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def _ask(self, question: Callable[[Deck], T]) -> T:
        return self._reader.ask(lambda _: question(self._reader.deck()))

    @cached_property
    def roadmap(self) -> Roadmap:
        return self._ask(lambda deck: deck.roadmap)

    @cached_property
    def pace(self) -> Pace:
        return self._ask(lambda deck: deck.pace)

    def rested(self, day: date) -> frozenset[ItemId]:
        return self._ask(lambda deck: deck.rested(day))

    def buried(self, day: date) -> frozenset[ItemId]:
        return self._ask(lambda deck: deck.buried(day))

    def failed(self, day: date) -> list[tuple[CardId, EventId]]:
        return self._ask(lambda deck: deck.failed(day))

    def spent(self, day: date) -> int:
        return self._ask(lambda deck: deck.spent(day))

    def introduced(self, day: date) -> int:
        return self._ask(lambda deck: deck.introduced(day))

    def seen(self, wish: Wish, day: date) -> Iterator[Seen]:
        return self._reader.each(lambda _: self._reader.deck().seen(wish, day))

    def fresh(self, wish: Wish, day: date) -> Iterator[Fresh]:
        return self._reader.each(lambda _: self._reader.deck().fresh(wish, day))

    def count_fresh(self, wish: Wish, day: date) -> int:
        return self._ask(lambda deck: deck.count_fresh(wish, day))

    def waiting(self, wish: Wish, day: date) -> list[Waiting]:
        return self._ask(lambda deck: deck.waiting(wish, day))

    def cards(self, ids: Sequence[CardId]) -> Mapping[CardId, Card]:
        return self._ask(lambda deck: deck.cards(ids))
