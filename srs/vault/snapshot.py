"""Everything a command needs to know of a vault, as it was at one moment; read when it is asked."""

from __future__ import annotations

import os
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from srs.index import codec, past, seen, shelf, solving
from srs.index.meta import get
from srs.model import ItemId, Review, Severity, sorted_problems
from srs.vault.reading import SafeDeck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from srs.index import Connection
    from srs.model import (
        Card,
        CardId,
        Change,
        Event,
        Exported,
        Gone,
        Imported,
        Item,
        ItemFixed,
        KnownItem,
        Memory,
        Note,
        Problem,
        Roadmap,
        Standing,
        State,
    )
    from srs.vault.looks import Looks
    from srs.vault.reading import Reader

    Links = Callable[[tuple[Note, ...]], Iterator[Problem]]

T = TypeVar("T")


class Snapshot:
    """A vault as the index has it. `looks` tell how its files looked before they were read, `links`
    gives what is wrong between its notes."""

    def __init__(self, reader: Reader, looks: Looks, links: Links) -> None:
        self._reader = reader
        self.looks = looks
        self._folders = tuple(looks.problems)
        self._links = links

    def close(self) -> None:
        """Nothing is read any more."""
        self._reader.index.close()

    # What is studied ----------------------------------------------------------------------------

    @cached_property
    def roadmap(self) -> Roadmap:
        return self._reader.ask(lambda db: codec.roadmap(get(db, "roadmap")))

    @cached_property
    def deck(self) -> SafeDeck:
        """The cards as the plan looks at them."""
        return SafeDeck(self._reader)

    @cached_property
    def _read(self) -> tuple[tuple[Note, tuple[Card, ...]], ...]:
        return self._reader.ask(self._all)

    def _all(self, db: Connection) -> tuple[tuple[Note, tuple[Card, ...]], ...]:
        found = []
        for number, note in shelf.notes(db):
            items = [(item, known) for _, item, known in shelf.items(db, number)]
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
        return self._reader.ask(lambda db: self._cards_of(db, item))

    def _cards_of(self, db: Connection, item: ItemId) -> tuple[Card, ...]:
        key = shelf.where(db, item)
        return () if key is None else tuple(shelf.cards_of(db, key))

    def card(self, id_: CardId) -> Card | None:
        """The card of that id, if it is in a note."""
        items = self._reader.ask(lambda _: self._reader.past.items_of_card(id_))
        cards = (card for item in items for card in self.cards_of(item))
        return next((card for card in cards if card.id == id_), None)

    def cards_on(self, topic: str) -> tuple[Card, ...]:
        """The cards of all notes on a topic, in the order of paths and lines."""
        return self._reader.ask(lambda db: tuple(shelf.cards_on(db, topic)))

    def each_made(
        self,
        make: Callable[[list[Card]], T],
        text_of: Callable[[list[T]], str],
        made_of: Callable[[str], list[T]],
    ) -> Iterator[T]:
        """What `make` makes of the cards of item after item, topics as on the roadmap.

        The index keeps the text of a note's, unless it is empty, until anything of them changes.
        """
        from srs.index import made  # noqa: PLC0415 - for who asks for all that there is

        anew = False
        for path in self._reader.ask(shelf.in_order):
            found = self._reader.ask(partial(made.at, path=path))
            if found is None:
                continue
            if found.text:
                yield from made_of(found.text)
                continue
            cards = self._reader.ask(partial(shelf.cards_at, note=found.note))
            own = [make(one) for one in cards]
            if text := text_of(own):
                self._reader.ask(partial(made.put_by, made=found._replace(text=text)))
                anew = True
            yield from own
        if anew:
            self._reader.keep(made.keep)

    @cached_property
    def faulty(self) -> frozenset[str]:
        """Paths of notes with errors, and of folders that could not be read."""
        folders = (problem.path for problem in self._folders)
        return frozenset((*folders, *self._reader.ask(lambda db: [*shelf.faulty(db)])))

    def item_at(self, path: str, line: int) -> Item | None:
        """The item of the notes that begins there."""
        return self._reader.ask(lambda db: self._item_at(db, path, line))

    def _item_at(self, db: Connection, path: str, line: int) -> Item | None:
        found = shelf.number(db, os.fsencode(path))
        if found is None:
            return None
        number = found[0]
        items = shelf.items(db, number)
        return next((item for _, item, _ in items if item.line == line), None)

    def counts(self) -> Counts:
        """How many notes, items and cards there are, and how many cards were ever answered."""
        return Counts(*self._reader.ask(shelf.counts))

    @cached_property
    def _places(self) -> tuple[tuple[str, str | None], ...]:
        return self._reader.ask(lambda db: tuple(shelf.places(db)))

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(topic for topic, _ in self._places)

    @property
    def phases(self) -> frozenset[str]:
        return frozenset(phase for _, phase in self._places if phase)

    # What happened ------------------------------------------------------------------------------

    @cached_property
    def state(self) -> State:
        """All of the history, folded."""
        from srs import fold  # noqa: PLC0415 - a session needs the cards it asks only

        return fold.fold(self._reader.ask(past.all_events))

    @cached_property
    def devices(self) -> frozenset[str]:
        """Whose history this is."""
        return self._reader.ask(lambda db: frozenset(past.devices(db)))

    def sizes(self) -> dict[str, int]:
        """How many bytes of each file of the history were read."""
        return dict(self._reader.ask(lambda db: [*db.execute("SELECT path, size FROM files")]))

    def knows(self, item: ItemId) -> bool:
        """Whether the history has fixed this item's identity."""
        return self.known(item) is not None

    def known(self, item: ItemId) -> KnownItem | None:
        return self._reader.ask(lambda _: self._reader.past.item(item))

    def became(self, item: ItemId) -> KnownItem | None:
        """The item that has this id, or with which that was made one."""
        return self._reader.ask(lambda _: self._reader.past.became(item))

    @cached_property
    def exported(self) -> Exported:
        """What Anki was told last of each note and note type."""
        return self._reader.ask(lambda _: self._reader.past.exported())

    @cached_property
    def imported(self) -> tuple[Imported, ...]:
        """What came from Anki, the oldest first."""
        return self._reader.ask(lambda _: tuple(self._reader.past.imported()))

    @cached_property
    def tags_in_anki(self) -> Mapping[str, tuple[str, ...]]:
        """GUID -> the tags that a note of this vault was given there."""
        return {guid: tags for one in self.imported for guid, tags in one.tags.items()}

    def exported_tags(self) -> Mapping[str, frozenset[str]]:
        """GUID -> all tags that Anki was ever given for a note."""
        return self._reader.ask(lambda _: self._reader.past.exported_tags())

    def known_items(self) -> list[KnownItem]:
        """All that the history knows; those that are one with another under each of their ids."""
        return self._reader.ask(lambda _: [*self._reader.past.all_items()])

    def said_of(self, card: CardId) -> list[Event]:
        """All events of a card and its aliases, those that were taken back too."""
        return self._reader.ask(lambda _: self._reader.past.said_of(card))

    def standing(self, card: CardId) -> Standing:
        """What the events of a card come to."""
        return self._reader.ask(lambda _: self._reader.past.card(card))

    @cached_property
    def suspended(self) -> frozenset[CardId]:
        return self._reader.ask(lambda db: frozenset(seen.suspended(db)))

    def last_answer(self, card: CardId, day: date) -> str:
        """The live answer of a card, practice included, that is the last of a day; `` if none."""
        reviews = self.standing(card).reviews
        return next((event.id for event in reversed(reviews) if event.day == day), "")

    def rests(self, card: CardId, day: date) -> bool:
        """Whether it is not to be asked on a day, as it is suspended or buried."""
        standing = self.standing(card)
        return standing.suspended or day in standing.buried

    def answers(self, card: CardId) -> list[tuple[date, Review]]:
        """The live answers of a card with their study days, practice included, oldest first."""
        events = self.standing(card).reviews
        return [(event.day, event.body) for event in events if isinstance(event.body, Review)]

    def newest_quiz(self) -> tuple[Event, ...]:
        """The event of the newest quiz, then what was answered in it; none if there is none."""
        return self._reader.ask(lambda _: self._reader.past.newest_quiz())

    def marks(self) -> list[tuple[Card, str]]:
        """What is to be mended: the text of each mark, with its card as it still reads."""
        marks = self._reader.ask(lambda _: [*self._reader.past.marks()])
        found = ((self.card(mark.card), mark) for mark in marks)
        return [
            (card, mark.text) for card, mark in found if card and card.item.content == mark.content
        ]

    def count_answers(self, card: CardId) -> int:
        """How many live answers a card has, practice included."""
        return len(self.answers(card))

    def memory(self, card: CardId) -> Memory | None:
        """The memory of a card; None where there is none."""
        return self._reader.ask(lambda db: seen.memory(db, card))

    @cached_property
    def memories(self) -> Mapping[CardId, Memory]:
        """The memory of every card of the notes that was answered."""
        return self._reader.ask(seen.memories)

    def undoable(self, device: str) -> Iterator[Event]:
        """The live events of a device that `u` can take back, the newest first."""
        return self._reader.each(lambda _: self._reader.past.undoable(device))

    # What is to be told -------------------------------------------------------------------------

    @property
    def errors(self) -> int:
        """How many errors there are; links are never more than warnings."""
        found = (*self._folders, *self._of_files, *self._reader.ask(solving.problems))
        return self._reader.ask(shelf.errors) + sum(one.severity is Severity.ERROR for one in found)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        found = (*self._folders, *self._of_files, *self._reader.ask(solving.problems))
        of_notes = self._reader.ask(lambda db: tuple(shelf.problems(db)))
        return sorted_problems((*found, *of_notes, *self._links(self.notes)))

    @cached_property
    def _of_files(self) -> tuple[Problem, ...]:
        return self._reader.ask(
            lambda db: (*codec.problems(get(db, "roadmap problems")), *past.problems(db))
        )

    @cached_property
    def pending(self) -> tuple[ItemFixed | Gone, ...]:
        """What the next writing command records of identities: decisions, and who is gone."""
        return self._reader.ask(solving.pending)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return self._reader.ask(solving.changes)


class Counts(NamedTuple):
    notes: int
    items: int
    cards: int
    answered: int
