"""Everything a command needs to know of a vault, as it was at one moment; read when it is asked."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from srs.index import bounds, codec, past, shelf, solving
from srs.index.deck import Deck
from srs.index.meta import get
from srs.model import ItemId, Severity, sorted_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from srs.index import Index
    from srs.model import (
        Card,
        CardId,
        Change,
        Event,
        Gone,
        Item,
        ItemFixed,
        KnownItem,
        Memory,
        Note,
        Problem,
        Roadmap,
        State,
    )

    Links = Callable[[tuple[Note, ...]], Iterator[Problem]]


class Snapshot:
    """A vault as the index has it. `folders` are problems with its folders, `links` those between
    its notes."""

    def __init__(self, index: Index, folders: tuple[Problem, ...], links: Links) -> None:
        self.index = index
        self._db = index.db
        self._folders = folders
        self._links = links

    # What is studied ----------------------------------------------------------------------------

    @cached_property
    def roadmap(self) -> Roadmap:
        return codec.roadmap(get(self._db, "roadmap"))

    @cached_property
    def deck(self) -> Deck:
        """The cards as the plan looks at them."""
        span = get(self._db, "bounds")
        return Deck(self.index, self.roadmap, bounds.kept_pace(self._db), tuple(span or ()) or None)

    @cached_property
    def _read(self) -> tuple[tuple[Note, tuple[Card, ...]], ...]:
        found = []
        for number, head in shelf.heads(self._db):
            note = on_roadmap(head, self.roadmap)
            items = [(item, known) for _, item, known in shelf.items(self._db, number, note)]
            cards = tuple(card for item, known in items for card in shelf.cards(item, known))
            found.append((note._replace(items=tuple(item for item, _ in items)), cards))
        return tuple(found)

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(note for note, _ in self._read)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Under the ids by which the history knows them, in the order of paths and lines."""
        return tuple(card for _, cards in self._read for card in cards)

    def cards_of(self, item: ItemId) -> tuple[Card, ...]:
        """The cards of an item of the notes; none if it is not there."""
        key = shelf.where(self._db, item)
        if key is None:
            return ()
        number = key // shelf.ITEMS
        note = on_roadmap(shelf.head(self._db, number), self.roadmap)
        found = {key: (item, known) for key, item, known in shelf.items(self._db, number, note)}
        return tuple(shelf.cards(*found[key]))

    def card(self, id_: CardId) -> Card | None:
        """The card of that id, if it is in a note."""
        # Its id begins with that of its item.
        item = ItemId(self._past.aliases.get(id_, id_).rpartition("-")[0])
        return next((card for card in self.cards_of(item) if card.id == id_), None)

    def item_at(self, path: str, line: int) -> Item | None:
        """The item of the notes that begins there."""
        found = shelf.number(self._db, os.fsencode(path))
        if found is None:
            return None
        number = found[0]
        note = on_roadmap(shelf.head(self._db, number), self.roadmap)
        items = (item for _, item, _ in shelf.items(self._db, number, note))
        return next((item for item in items if item.line == line), None)

    def counts(self) -> Counts:
        """How many notes, items and cards there are, and how many cards were ever answered."""
        return Counts(*shelf.counts(self._db))

    @cached_property
    def topics(self) -> frozenset[str]:
        return frozenset(topic for topic, _ in shelf.places(self._db))

    @cached_property
    def phases(self) -> frozenset[str]:
        return frozenset(phase for _, phase in shelf.places(self._db) if phase)

    # What happened ------------------------------------------------------------------------------

    @cached_property
    def state(self) -> State:
        """All of the history, folded."""
        from srs import fold  # noqa: PLC0415 - a session needs the cards it asks only

        return fold.fold(past.all_events(self._db))

    @cached_property
    def devices(self) -> frozenset[str]:
        """Whose history this is."""
        return frozenset(past.devices(self._db))

    @cached_property
    def _past(self) -> past.Past:
        return past.Past(self._db)

    def knows(self, item: ItemId) -> bool:
        """Whether the history has fixed this item's identity."""
        return self._past.item(item) is not None

    def known(self, item: ItemId) -> KnownItem | None:
        return self._past.item(item)

    def count_answers(self, card: CardId) -> int:
        """How many live answers a card has, practice included."""
        return len(self._past.card(card).reviews)

    def memory(self, card: CardId) -> Memory | None:
        """The memory of a card; None where there is none."""
        return past.memory(self._db, card)

    @cached_property
    def memories(self) -> Mapping[CardId, Memory]:
        """The memory of every card of the notes that was answered."""
        return past.memories(self._db)

    def undoable(self, device: str) -> Iterator[Event]:
        """The live events of a device that `u` can take back, the newest first."""
        return self._past.undoable(device)

    # What is to be told -------------------------------------------------------------------------

    @property
    def errors(self) -> int:
        """How many errors there are; links are never more than warnings."""
        found = (*self._folders, *self._of_files, *solving.problems(self._db))
        return shelf.errors(self._db) + sum(one.severity is Severity.ERROR for one in found)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        found = (*self._folders, *self._of_files, *solving.problems(self._db))
        return sorted_problems((*found, *shelf.problems(self._db), *self._links(self.notes)))

    @cached_property
    def _of_files(self) -> tuple[Problem, ...]:
        return (*codec.problems(get(self._db, "roadmap problems")), *past.problems(self._db))

    @cached_property
    def pending(self) -> tuple[ItemFixed | Gone, ...]:
        """What the next writing command records of identities: decisions, and who is gone."""
        return solving.pending(self._db)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return solving.changes(self._db)


class Counts(NamedTuple):
    notes: int
    items: int
    cards: int
    answered: int


def on_roadmap(note: Note, map_: Roadmap) -> Note:
    """The note under the roadmap's own name of its topic, and in its phase."""
    stem = note.path.rpartition("/")[2].rpartition(".")[0]
    by_file = map_.topic(stem)
    if by_file and by_file[0].id != note.phase:
        by_file = None
    found = map_.topic(note.topic) or by_file
    if found is None:
        return note
    phase, topic = found
    return note._replace(topic=topic.title, phase=note.phase or phase.id)
