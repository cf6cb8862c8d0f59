"""What an Anki collection holds, whatever container and schema it came in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Template(NamedTuple):
    """A card template: HTML with `{{fields}}`. `ordinal` numbers the cards of a note by it."""

    ordinal: int
    name: str
    front: str
    back: str


class NoteType(NamedTuple):
    """How notes are laid out. A cloze type has one template; its cards are numbered by gaps."""

    id: int
    name: str
    cloze: bool
    fields: tuple[str, ...]
    """Names, in the order of a note's fields."""
    templates: tuple[Template, ...]
    css: str = ""


class Note(NamedTuple):
    id: int
    guid: str
    type: int
    """Id of its note type."""
    modified: int
    """Seconds since 1970."""
    tags: tuple[str, ...]
    """As Anki writes them: no spaces, `::` for levels."""
    fields: tuple[str, ...]
    """HTML."""


class Card(NamedTuple):
    id: int
    note: int
    ordinal: int
    deck: str
    """Its name, `::` for levels; of a card in a filtered deck the one that it goes back to."""
    type: int
    """0 new, 1 learning, 2 review, 3 relearning."""
    queue: int
    """-1 suspended, -2 and -3 buried, else when it is asked."""
    due: int
    interval: int
    """Days, or seconds below 0."""
    factor: int
    """Ease in thousandths, 0 when there is none."""
    reps: int
    lapses: int
    flags: int = 0
    data: str = ""
    """JSON: `s` stability, `d` difficulty, `lrt` last review, of a card that FSRS scheduled."""

    @property
    def stability(self) -> float | None:
        """In days, of a card that FSRS scheduled."""
        try:
            found = json.loads(self.data or "{}").get("s")
        except (ValueError, AttributeError, RecursionError):
            return None
        return found if isinstance(found, float) and found > 0 else None


class Entry(NamedTuple):
    """A row of the review log."""

    at: int
    """Milliseconds since 1970; the row's id."""
    card: int
    ease: int
    """The grade, 1 to 4; 0 when nobody answered."""
    interval: int
    """Days, or seconds below 0."""
    last_interval: int
    factor: int
    taken: int
    """Milliseconds."""
    type: int
    """0 learning, 1 review, 2 relearning, 3 filtered deck, 4 set by hand, 5 rescheduled."""


class Collection(NamedTuple):
    """`rollover` is the hour at which a day begins; `created` when the first day of the collection
    began, in seconds since 1970.
    """

    created: int
    rollover: int
    types: Mapping[int, NoteType]
    notes: Sequence[Note]
    """Those that cards are there of, in the order of their ids."""
    cards: Sequence[Card]
    """In the order of (note, ordinal)."""
    log: Sequence[Entry]
    """Those of the cards, in the order of time."""
    left_out: Sequence[str] = ()
    """What was in the file and is not here, a sentence each: orphan rows, unreadable types."""
