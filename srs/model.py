"""The nouns of srs: the values that pass between its parts. Nothing here acts on the world.

What a note has many of is a NamedTuple, which is made several times faster than a dataclass.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

ItemId = NewType("ItemId", str)
CardId = NewType("CardId", str)
EventId = NewType("EventId", str)
Span = tuple[int, int]
"""Offsets `[start, end)` into a text."""


_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = tuple(low + high for high in _DIGITS for low in _DIGITS)


def digest(*texts: str, size: int = 16) -> str:
    """`size` (an even number of) characters of 0-9a-v that stand for these texts, in this order."""
    packed = "\0".join(texts).encode("utf-8", "surrogatepass")
    number = int.from_bytes(blake2b(packed, digest_size=16).digest(), "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(0, 5 * size, 10)])


class Trouble(Exception):  # noqa: N818 - it is said to a person
    """What keeps a command from doing its work: a sentence, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def covers(spans: Sequence[Span], offset: int) -> bool:
    """Whether one of the spans, sorted and apart from each other, holds this offset."""
    before = bisect_right(spans, (offset, sys.maxsize)) - 1
    return before >= 0 and offset < spans[before][1]


@lru_cache(maxsize=4)
def line_starts(text: str) -> tuple[int, ...]:
    """The offsets at which the lines of a text begin, and that of its end if one would follow."""
    return (0, *accumulate(len(line) + 1 for line in text.split("\n")))


# Problems ---------------------------------------------------------------------------------------


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a file. `line` and `column` count from 1; `path` is the vault's."""

    path: str
    line: int
    column: int
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column}"
        return f"{where}: {self.severity}[{self.code}] {self.message}"


class Flaw(NamedTuple):
    """A problem as a kind sees it: an offset into one part's text instead of a place in a file."""

    part: Part
    offset: int
    severity: Severity
    code: str
    message: str
    hint: str = ""


# What is written in a note ----------------------------------------------------------------------


class Ask(StrEnum):
    """How a card is answered. Front ends know asks, never kinds."""

    REVEAL = "reveal"
    PICK = "pick"
    TYPE = "type"
    TICK = "tick"


class Row(NamedTuple):
    """A row of a list. `box` is `x`, a space, or `` where the row has none.

    `text` and `more` are Markdown fragments: the first line, and all that is written below it.
    `offset` is where the row's text begins in its part.
    """

    box: str
    text: str
    more: str
    offset: int


class Fence(NamedTuple):
    """A block of code: the words after its opening marks, and its lines."""

    words: tuple[str, ...]
    code: str


class Accepted(NamedTuple):
    """Plain text that is right when it is typed: `exact`, or in any case and spacing.

    `offset` is where it is written in its part.
    """

    text: str
    exact: bool
    offset: int = 0


class Part(NamedTuple):
    """One tagged stretch of an item, as written.

    `tag` is `Q`, `A`, `C`, ...; in a one-line card the left side is tagged `` and the right side
    `::` or `:::`; the task list of a question without an answer is `Options`. `text` is a Markdown
    fragment without the tag, `said` what it says however it is formatted. `origin` is the (line,
    column) where each of its lines begins in the file. `opaque` are the spans that are code, math,
    HTML or link targets, known where it has marks of gaps; `rows` are those of its lists, `fences`
    its blocks of code, `accepted` the alternatives of a `T:` part, none where it is no such answer.
    """

    tag: str
    text: str
    said: str
    origin: tuple[tuple[int, int], ...]
    opaque: tuple[Span, ...] = ()
    rows: tuple[Row, ...] = ()
    fences: tuple[Fence, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    def place(self, offset: int) -> tuple[int, int]:
        """The (line, column) in the file of an offset into `text`."""
        starts = line_starts(self.text)
        number = bisect_right(starts, offset) - 1
        line, column = self.origin[number]
        return line, column + offset - starts[number]


_WRITTEN_OUT = {"": "Q", "::": "A", ":::": "A"}
ANSWERS = ("A", "T", "Points", "Options")
"""The tags of the part that answers: an item has one of them."""


class Draft(NamedTuple):
    """An item before a kind has claimed it: its parts in the order of writing."""

    parts: tuple[Part, ...]
    tags: tuple[str, ...]

    @property
    def texts(self) -> Mapping[str, str]:
        """Tag -> Markdown. A one-line card has the tags that it would have written out."""
        return {_WRITTEN_OUT.get(part.tag, part.tag): part.text for part in self.parts}

    @property
    def said(self) -> Iterable[str]:
        """Tags and what their parts say, in turn: what identifies an item."""
        return [
            text
            for part in self.parts
            for text in (_WRITTEN_OUT.get(part.tag, part.tag), part.said)
        ]

    def part(self, tag: str) -> Part | None:
        return next((part for part in self.parts if part.tag == tag), None)


class Option(NamedTuple):
    """What can be picked, or a point that can be ticked. `key` stands for its text.

    `text` and `why` (its explanation) are Markdown fragments.
    """

    key: str
    text: str
    right: bool = True
    why: str = ""


class Face(NamedTuple):
    """One thing that an item asks. Prompt and answer are Markdown fragments.

    `key` tells the faces of an item apart: `fwd`, `rev`, or a digest of the hidden text.
    `gap` is that hidden text, by which a face is known again when the item around it changed.
    `options` are there to pick or tick, in the order of writing; `accepted` is what may be typed,
    the best first.
    """

    key: str
    prompt: str
    answer: str
    gap: str = ""
    options: tuple[Option, ...] = ()
    accepted: tuple[Accepted, ...] = ()


class Item(NamedTuple):
    """One question written in a note (what Anki calls a note)."""

    id: ItemId
    kind: str
    ask: Ask
    draft: Draft
    faces: tuple[Face, ...]
    content: str
    """Digest of the kind and the rendered text of all parts."""
    path: str
    line: int
    column: int
    order: int
    """Rank among the items of the note, from 0."""
    headings: tuple[str, ...]
    tags: tuple[str, ...]
    contrasts: tuple[str, ...]
    explicit: str
    """The id written as `^id`, or ``."""
    topic: str
    phase: str | None

    @property
    def texts(self) -> Mapping[str, str]:
        return self.draft.texts


class Mention(NamedTuple):
    """A note or a medium that a note names: `[[target#fragment]]`, `![](target)`."""

    line: int
    column: int
    target: str
    fragment: str
    media: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A Markdown file: a wiki page on one topic."""

    path: str
    title: str
    topic: str
    phase: str | None
    tags: tuple[str, ...]
    items: tuple[Item, ...]
    headings: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()


class Card(NamedTuple):
    """One thing that is asked, with the identity under which its answers are remembered.

    `ordinal` is the place among all faces the item ever had; it never changes (Anki needs that).
    """

    id: CardId
    item: Item
    face: Face
    ordinal: int


# What happened: the history ---------------------------------------------------------------------


class Grade(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


LONGEST_ANSWER = 60_000
"""Milliseconds of one answer that count; more is time away."""


@dataclass(frozen=True, slots=True)
class Review:
    """A graded answer. `ms` is the time it took, time away excluded.

    `cause` names the review of which this is a repeat in the same session; such a practice answer
    is kept but not replayed into memory.
    """

    card: CardId
    grade: Grade
    ms: int
    ask: str = Ask.REVEAL.value
    cause: str = ""

    @property
    def practice(self) -> bool:
        return bool(self.cause)


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes back one event, and with a review the practice that it caused."""

    of: EventId


@dataclass(frozen=True, slots=True)
class Suspend:
    card: CardId


@dataclass(frozen=True, slots=True)
class Resume:
    card: CardId


class FixedCard(NamedTuple):
    """A face to which an item event has given a card id."""

    id: CardId
    key: str
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ItemFixed:
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


@dataclass(frozen=True, slots=True)
class ExportedItem:
    """What an export said of an item: enough to know whether a later one says something else."""

    content: str
    """Digest of everything Anki shows or files the note under."""
    modified: int
    """Seconds since 1970 when that content was first exported."""
    deck: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    items: Mapping[ItemId, ExportedItem]


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a newer version: kept, and ignored."""

    event: str


Body = Review | Undo | Suspend | Resume | ItemFixed | Exported | Unknown


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `at` is UTC; `day` is the study day where it happened."""

    id: EventId
    at: datetime
    day: date
    device: str
    body: Body


# What the whole says now ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Memory:
    """FSRS state of a card after its last review on study day `day`.

    `stability` in days (recall falls to 0.9 after that long), `difficulty` from 1 to 10.
    """

    stability: float
    difficulty: float
    day: date


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item as the history knows it: every text it ever had, and its cards by ordinal."""

    id: ItemId
    versions: tuple[tuple[EventId, ItemFixed], ...]
    """Oldest first."""
    heads: tuple[EventId, ...]
    """Versions that no other replaces; more than one after edits on two devices."""

    @property
    def latest(self) -> ItemFixed:
        return next(body for event, body in reversed(self.versions) if event in self.heads)

    @property
    def cards(self) -> tuple[FixedCard, ...]:
        return self.latest.cards


@dataclass(frozen=True, slots=True)
class State:
    """What is true after the whole history: the fold of its events."""

    items: Mapping[ItemId, KnownItem] = field(default_factory=dict)
    reviews: Mapping[CardId, tuple[Event, ...]] = field(default_factory=dict)
    """Live reviews, practice included, oldest first."""
    suspended: frozenset[CardId] = frozenset()
    exported: Mapping[ItemId, ExportedItem] = field(default_factory=dict)
    undoable: tuple[Event, ...] = ()
    """Live events that `u` can take back, oldest first."""


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    title: str
    details: tuple[str, ...]
    released: date
    """First day of the topic's share of its phase."""


@dataclass(frozen=True, slots=True)
class Phase:
    id: str
    title: str
    focus: str
    start: date
    end: date
    goal: str
    why: str
    topics: tuple[Topic, ...]
    project: str
    task: str
    issue: str
    milestone: str


class Repository(NamedTuple):
    """Where a phase's solution lives; the address is None while it is not yet known."""

    number: int
    phase: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class SessionSettings:
    weekday: int = 4
    """0 is Monday."""
    minutes: int = 30
    retention: float = 0.9
    new_per_session: int | None = None


@dataclass(frozen=True, slots=True)
class Roadmap:
    title: str = ""
    about: str = ""
    start: date | None = None
    end: date | None = None
    daily_minutes: int | None = None
    routine: Mapping[int, str] = field(default_factory=dict)
    """Weekday (0 is Monday) -> what its slot is for."""
    session: SessionSettings = SessionSettings()
    phases: tuple[Phase, ...] = ()
    repositories: tuple[Repository, ...] = ()

    def phase(self, id: str | None) -> Phase | None:  # noqa: A002
        return next((phase for phase in self.phases if phase.id == id), None)

    def topic(self, name: str) -> tuple[Phase, Topic] | None:
        """The topic with this id or title, in any case."""
        wanted = name.casefold()
        return next(
            (
                (phase, topic)
                for phase in self.phases
                for topic in phase.topics
                if wanted in (topic.id.casefold(), topic.title.casefold())
            ),
            None,
        )


class Change(NamedTuple):
    """What became of an item that the history knows: `edited`, `moved`, `gone` or `unsure`."""

    what: str
    item: ItemId
    path: str
    line: int
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a command needs to know of a vault, read once."""

    roadmap: Roadmap
    notes: tuple[Note, ...]
    cards: tuple[Card, ...]
    state: State
    problems: tuple[Problem, ...]
    pending: tuple[ItemFixed, ...]
    """Decisions about identity that the next writing command records."""
    changes: tuple[Change, ...]
    devices: frozenset[str]
    """Whose history this is."""


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))
