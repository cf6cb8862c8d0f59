"""What happened: events.

NamedTuples, as all nouns that there are many of: made and defined several times faster than
dataclasses. Two bodies are one only if they are of one class too.
"""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from srs.model.note import Ask
from srs.model.text import item_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from srs.model.text import CardId, EventId, ItemId


class Grade(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


LONGEST_ANSWER = 60_000
"""Milliseconds of one answer that count; more is time away."""


IN_ANKI = "anki"
"""How a card was asked that was answered in Anki."""
ANKI_ID = "anki-"
"""How the id of an event begins that came from there: `anki-<GUID>-<ordinal>-<milliseconds>`."""


class Review(NamedTuple):
    """A graded answer. `ms` is the time it took, time away excluded.

    `cause` names the review of which this is a repeat in the same session; such a practice answer
    is kept but not replayed into memory. `sure`: the learner said so before seeing the answer.
    `quiz` names the quiz that asked. An answer of a card that was answered on that study day is
    practice too, and its `cause` is the last before it.

    `sm2`, of an answer that came from Anki: if there was none before, memory starts from the
    interval in days and the ease in thousandths that its scheduler before FSRS gave then.
    """

    card: CardId
    grade: Grade
    ms: int
    ask: str = Ask.REVEAL.value
    cause: str = ""
    sure: bool = False
    quiz: str = ""
    sm2: tuple[int, int] | None = None

    @property
    def practice(self) -> bool:
        return bool(self.cause)

    @property
    def sure_and_wrong(self) -> bool:
        """A confident error: it is wanted again in the next session."""
        return self.sure and self.grade is Grade.AGAIN and not self.practice


class Undo(NamedTuple):
    """Takes back one event, and with a review the practice that it caused. Of an undo: it counts
    no longer, and what it took back does again.
    """

    of: EventId


class Suspend(NamedTuple):
    card: CardId


class Resume(NamedTuple):
    card: CardId


class Soon(NamedTuple):
    """The card is wanted in the next session, until its next review."""

    card: CardId


class Bury(NamedTuple):
    """The card's item is not asked any more on the day of the event."""

    card: CardId


class Mark(NamedTuple):
    """Something is to be mended in the card, as long as its item has this content."""

    card: CardId
    text: str
    content: str


class Question(NamedTuple):
    """A card of a quiz, and how it is asked: `others` are cards whose answers stand beside its own.

    `recall`: how likely it was to be known when it was chosen; None of a new card.
    """

    card: CardId
    ask: str
    others: tuple[CardId, ...] = ()
    recall: float | None = None


class Quiz(NamedTuple):
    """A quiz was begun: what was wished for, and its questions in the order of asking.

    Chance comes from `seed`; `size` questions were wished for. In an exam nothing is said of an
    answer until all are given.
    """

    seed: int
    size: int
    minutes: float
    questions: tuple[Question, ...]
    exam: bool = False
    phase: str = ""
    topic: str = ""

    @property
    def cards(self) -> tuple[CardId, ...]:
        """Those that are asked."""
        return tuple(question.card for question in self.questions)

    @property
    def items(self) -> tuple[ItemId, ...]:
        """Those of its cards."""
        return tuple(map(item_of, self.cards))


class Answer(NamedTuple):
    """What was given in an exam, not graded yet: keys of options, or one text; none is empty.

    `ms` and `sure` are those of the review that will grade it.
    """

    card: CardId
    quiz: str
    given: tuple[str, ...]
    ms: int
    sure: bool = False


class Reset(NamedTuple):
    """The card's reviews up to here count no longer for its memory; they stay in the history."""

    card: CardId


class FixedCard(NamedTuple):
    """A face to which an item event has given a card id."""

    id: CardId
    key: str
    gap: str = ""


class ItemFixed(NamedTuple):
    """An item's identity is fixed, or follows an edit: `prev` are the heads that it replaces.

    `cards` are all faces the item ever had, in the order of their ordinals.
    """

    item: ItemId
    kind: str
    content: str
    texts: Mapping[str, str]
    path: str
    headings: tuple[str, ...]
    order: int
    cards: tuple[FixedCard, ...]
    explicit: str = ""
    prev: tuple[EventId, ...] = ()
    why: str = ""
    score: float | None = None


ATTACHED = "attached"
"""Why of an item event that is a person's word: nothing that a matcher decides outweighs it."""


class Same(NamedTuple):
    """A person says that two items of the history are one."""

    item: ItemId
    old: ItemId


class Apart(NamedTuple):
    """A person says that the text with this content is not this item."""

    item: ItemId
    content: str


class Gone(NamedTuple):
    """These items were in no note, and it was told: each with the heads that it had then."""

    items: Mapping[ItemId, tuple[EventId, ...]]


class ExportedItem(NamedTuple):
    """What an export said of a note: enough to know whether a later one says something else."""

    content: str
    """Digest of everything Anki shows or files the note under."""
    modified: int
    """Seconds since 1970 when that content was first exported."""
    deck: str
    tags: tuple[str, ...]
    type: str = ""
    """Name of its note type."""
    media: Mapping[str, str] = MappingProxyType({})
    """Images and sounds that it names -> their names in Anki."""


class ExportedType(NamedTuple):
    """The same of a note type, by its name."""

    content: str
    """Digest of its templates and its style."""
    modified: int


class Exported(NamedTuple):
    items: Mapping[str, ExportedItem]
    """By the GUIDs of their notes in Anki."""
    types: Mapping[str, ExportedType] = MappingProxyType({})

    def parts(self) -> Iterator[Exported]:
        """The same as several of a readable size; nothing if it says nothing."""
        items, types = iter(self.items.items()), self.types
        while (some := dict(islice(items, _AT_ONCE))) or types:
            yield Exported(some, types)
            types = {}


_AT_ONCE = 500
"""Items in a line of the history."""


class Imported(NamedTuple):
    """Notes of Anki became items: by GUID their cards, each with its ordinal there.

    `in_anki`: they are in the learner's Anki already, since they came with answers or beside notes
    of this vault. `tags`, by GUID, are those that notes of this vault were given there.
    """

    notes: Mapping[str, tuple[tuple[int, CardId], ...]]
    in_anki: bool = False
    tags: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @property
    def items(self) -> tuple[ItemId, ...]:
        """Those of their cards."""
        cards = (card for own in self.notes.values() for _, card in own)
        return tuple(dict.fromkeys(map(item_of, cards)))


class Unknown(NamedTuple):
    """An event of a newer version: kept, and ignored."""

    event: str


Body = (
    Review
    | Undo
    | Suspend
    | Resume
    | Soon
    | Bury
    | Mark
    | Quiz
    | Answer
    | Reset
    | ItemFixed
    | Same
    | Apart
    | Gone
    | Exported
    | Imported
    | Unknown
)


UNDOABLE = (Review, Answer, Suspend, Soon, Bury, Mark, Reset)
"""Bodies that `u` can take back, unless they came from Anki."""
OF_A_CARD = (Review, Suspend, Resume, Soon, Bury, Mark, Reset)
"""Bodies that name one card."""


class Event(NamedTuple):
    """One line of the history. `at` is UTC; `day` is the study day where it happened."""

    id: EventId
    at: datetime
    day: date
    device: str
    body: Body

    @property
    def in_anki(self) -> bool:
        """Whether it happened in Anki, and came from there."""
        return self.id.startswith(ANKI_ID)


def taken_back(events: Iterable[Event]) -> frozenset[EventId]:
    """The ids that an undo names which counts itself: no undo that counts names it."""
    undos = {event.id: event.body.of for event in events if isinstance(event.body, Undo)}
    if undos.keys().isdisjoint(undos.values()):
        return frozenset(undos.values())
    doubted = Counter(undos.values())
    taken: set[EventId] = set()
    counting = [undo for undo in undos if undo not in doubted]
    while counting:
        of = undos[counting.pop()]
        if of in taken:
            continue
        taken.add(of)
        freed = undos.get(of)
        if freed is not None:
            doubted[freed] -= 1
            if not doubted[freed] and freed in undos:
                counting.append(freed)
    # Undos that name each other in a circle are left; they name nothing else.
    return frozenset(taken)
