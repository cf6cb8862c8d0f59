"""What is written in a note: parts, items, cards.

What a note has many of is a NamedTuple, which is made several times faster than a dataclass.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from srs.model.text import line_starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srs.model.problem import Severity
    from srs.model.text import CardId, ItemId, Span


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


WRITTEN_OUT = {"": "Q", "::": "A", ":::": "A"}
"""The tags that the sides of a one-line card would have."""
ANSWERS = ("A", "T", "Points", "Options")
"""The tags of the part that answers: an item has one of them."""


class Draft(NamedTuple):
    """An item before a kind has claimed it: its parts in the order of writing."""

    parts: tuple[Part, ...]
    tags: tuple[str, ...]

    @property
    def texts(self) -> Mapping[str, str]:
        """Tag -> Markdown. A one-line card has the tags that it would have written out."""
        return {WRITTEN_OUT.get(part.tag, part.tag): part.text for part in self.parts}

    @property
    def said(self) -> Iterable[str]:
        """Tags and what their parts say, in turn: what identifies an item."""
        return [
            text for part in self.parts for text in (WRITTEN_OUT.get(part.tag, part.tag), part.said)
        ]


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


class Allowance(NamedTuple):
    """A rule of quality that `<!-- srs: allow CODE -->` silences for the next item, and where."""

    code: str
    line: int
    column: int


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
    named_at: tuple[int, int] | None = None
    """The (line, column) of its `^id`."""
    allowances: tuple[Allowance, ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        return self.draft.texts

    def allows(self, code: str) -> bool:
        """Whether a rule of quality is silenced for it."""
        return any(one.code == code for one in self.allowances)


class Mention(NamedTuple):
    """A note or a medium that a note names: `[[target#fragment]]`, `![](target)`."""

    line: int
    column: int
    target: str
    fragment: str
    media: bool


class Note(NamedTuple):
    """A Markdown file: a wiki page on one topic."""

    path: str
    title: str
    topic: str
    phase: str | None
    tags: tuple[str, ...]
    items: tuple[Item, ...]
    headings: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    topic_at: tuple[int, int] | None = None
    """The (line, column) of its topic, if the front matter names one."""
    phase_at: tuple[int, int] | None = None


class Card(NamedTuple):
    """One thing that is asked, with the identity under which its answers are remembered.

    `ordinal` is the place among all faces the item ever had; it never changes (Anki needs that).
    """

    id: CardId
    item: Item
    face: Face
    ordinal: int


class Flaw(NamedTuple):
    """A problem as a kind sees it: an offset into one part's text instead of a place in a file."""

    part: Part
    offset: int
    severity: Severity
    code: str
    message: str
    hint: str = ""
