"""Answers that were given in Anki come home: the log of a collection as events of the history.

A row is known again by the GUID of its note, the ordinal of its card and its time, however often
and in whatever file it comes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from srs import plan as planning
from srs.anki import log as logs
from srs.model import Event, Reset, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from srs.anki.collection import Card, Collection, Entry
    from srs.anki.days import Days
    from srs.model import CardId, Memory


class Home(NamedTuple):
    """What came of a log. `here`: answers that the history had already."""

    events: tuple[Event, ...]
    here: int
    nowhere: int
    """Answers of cards that are no cards here."""
    incomplete: tuple[CardId, ...]
    """Cards whose log does not tell all: it begins in the middle, or there is none of it."""
    otherwise: tuple[CardId, ...]
    """Cards of which Anki has another memory than comes of their log by FSRS's own weights."""

    @property
    def answers(self) -> int:
        """How many are new."""
        return sum(isinstance(event.body, Review) for event in self.events)


def come_home(
    collection: Collection,
    cards: Mapping[str, Mapping[int, CardId]],
    said_of: Callable[[CardId], Iterable[Event]],
    days: Days,
) -> Home:
    """The events that the history does not have.

    `cards` gives, by GUID and ordinal, the card that was asked; `said_of` all events of a card that
    the history has, those that were taken back too.
    """
    guids = {note.id: note.guid for note in collection.notes}
    rows: dict[int, list[Entry]] = defaultdict(list)
    for row in collection.log:
        rows[row.card].append(row)
    events: list[Event] = []
    here = nowhere = 0
    incomplete: list[CardId] = []
    otherwise: list[CardId] = []
    for card in collection.cards:
        guid, log = guids[card.note], rows.get(card.id, [])
        ours = cards.get(guid, {}).get(card.ordinal)
        answers = sum(map(logs.is_answer, log))
        if ours is None:
            nowhere += answers
            continue
        before = [*said_of(ours)]
        known = {event.id for event in before}
        name = f"{guid}-{card.ordinal}"
        new = [
            event
            for event in logs.events(log, ours, name, _happened(before), days.of)
            if event.id not in known
        ]
        events += new
        here += answers - sum(isinstance(event.body, Review) for event in new)
        if _is_incomplete(card, log):
            incomplete.append(ours)
        elif not _agrees(card, log, ours, days):
            otherwise.append(ours)
    events.sort(key=lambda event: (event.at, event.id))
    return Home(tuple(events), here, nowhere, tuple(incomplete), tuple(otherwise))


_LATER = 100
"""Milliseconds, less one, by which an export may put off a row: two cannot have one time. So soon
after an answer nobody gives another of the same card.
"""


def _happened(events: Iterable[Event]) -> Callable[[int], bool]:
    """Whether a card was answered here, or made new, at a row's milliseconds; or in Anki, of which
    it may have heard under another GUID.
    """
    here: list[int] = []
    in_anki: set[int] = set()
    for event in events:
        if isinstance(event.body, Review | Reset):
            ms = logs.milliseconds(event.at)
            in_anki.add(ms) if event.in_anki else here.append(ms)
    return lambda ms: ms in in_anki or any(0 <= ms - time < _LATER for time in here)


def _is_incomplete(card: Card, log: Sequence[Entry]) -> bool:
    """Whether its memory cannot be what a log from the first answer on would give."""
    if any(map(logs.is_answer, log)):
        return logs.start(log).sm2 is not None
    return card.interval > 0


_CLOSE = 0.01
"""Share by which stabilities may differ: Anki rounds, and so do other versions of FSRS."""


def _agrees(card: Card, log: Sequence[Entry], ours: CardId, days: Days) -> bool:
    """Whether the memory that comes of a log is what Anki wrote on its card, if it wrote any."""
    stability = card.stability
    memory = _memory(log, ours, days) if stability is not None else None
    if memory is None or stability is None:
        return True
    return abs(memory.stability - stability) <= _CLOSE * stability


def _memory(log: Sequence[Entry], card: CardId, days: Days) -> Memory | None:
    """The memory that comes of a log alone."""
    memory: Memory | None = None
    for event in logs.events(log, card, "", lambda _: False, days.of):
        reset = isinstance(event.body, Reset)
        memory = None if reset else planning.memory([event], memory)
    return memory
