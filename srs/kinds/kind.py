"""What describes a kind: how its items are written, what they ask, and what Anki makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from srs.fragments import without_comments
from srs.model import Ask, Flaw, Grade, Severity, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srs.model import Card, Draft, Face, Part

GAP_START, GAP_TEXT, GAP_HINT, GAP_END = ".\ufdd0", "\ufdd1.", ".\ufdd2", ".\ufdd3."
"""`start number text content [hint hint] end`. The noncharacters are in no note; the full stops let
emphasis begin and end at a gap's edges, as at braces."""

S = TypeVar("S", str, list[str])
Given = tuple[str, ...]
"""What was answered: the keys of the options picked or ticked, or one typed text."""


class Difference(NamedTuple):
    """A stretch of a typed answer beside the expected one: `=` in both, `-` missing, `+` wrong."""

    sign: str
    text: str


class Verdict(NamedTuple):
    """What the machine makes of an answer; the learner decides.

    `grade` is proposed, `best` the highest that the answer can prove. `differences` are there
    where something was typed that is not right: from the nearest accepted text.
    """

    grade: Grade
    best: Grade = Grade.EASY
    differences: tuple[Difference, ...] = ()


def take_their_word(_face: Face, _given: Given) -> Verdict:
    """For what only the learner can judge."""
    return Verdict(Grade.GOOD)


class Template(NamedTuple):
    """A card template of an Anki note type: its stable id and the HTML of both sides."""

    id: int
    name: str
    front: str
    back: str


class NoteType(NamedTuple):
    """A note type in Anki. Ids, fields and templates are frozen: see anki/export.py."""

    id: int
    name: str
    fields: tuple[tuple[int, str], ...]
    templates: tuple[Template, ...]
    cloze: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to write an item. Everything that is particular to it is in its own file.

    `claims` says whether a draft is of this kind; `read` gives what one that it claims asks, and
    what is wrong with it (with an error, nothing is asked). `judge` weighs an answer. `fields`
    gives the Markdown of the note type's own leading fields for a draft and its cards (plain text
    for a field that is typed); gaps in it are marked with the GAP characters.
    """

    name: str
    ask: Ask
    claims: Callable[[Draft], bool]
    read: Callable[[Draft], tuple[tuple[Face, ...], tuple[Flaw, ...]]]
    note_type: NoteType
    fields: Callable[[Draft, tuple[Card, ...]], tuple[str, ...]]
    judge: Callable[[Face, Given], Verdict] = take_their_word


# What several kinds say and do ------------------------------------------------------------------

_EMPHASIS = re.compile(r"[*_`\\]")
"""Marks that a formatter may change; a gap or an option is the same without them."""


def plain(text: str) -> str:
    """The text without marks of emphasis and with single spaces: what tells gaps apart."""
    return " ".join(_EMPHASIS.sub("", without_comments(text)).split())


def key(text: str, seen: dict[str, int]) -> str:
    """A key for the text among its siblings; `seen` counts equal texts."""
    again = seen[text] = seen.get(text, 0) + 1
    return digest(text, str(again) if again > 1 else "", size=6)


def stretches(
    expected: S, given: S, same: Callable[[str], str] = lambda one: one
) -> Iterator[tuple[str, S]]:
    """Where two texts, or lists of lines, agree and differ: (sign of a Difference, stretch).

    `same` gives what is compared of a character or line.
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 - only for what is not right

    left, right = ([same(one) for one in side] for side in (expected, given))
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            yield "=", expected[a:b]
            continue
        if a < b:
            yield "-", expected[a:b]
        if c < d:
            yield "+", given[c:d]


def error(part: Part, offset: int, code: str, message: str, hint: str) -> Flaw:
    return Flaw(part, offset, Severity.ERROR, code, message, hint)


def warning(part: Part, offset: int, code: str, message: str, hint: str) -> Flaw:
    return Flaw(part, offset, Severity.WARNING, code, message, hint)


_SIDES = {
    "Q": "question",
    "A": "answer",
    "T": "answer",
    "Points": "list of points",
    "": "left side",
    "::": "right side",
    ":::": "right side",
}


_NOTHING = re.compile(r"(?:\s|</?(?:br|div)\b[^>]*>)*", re.IGNORECASE)
"""What shows nothing. A question of it would be a card that Anki deletes as empty."""


def empty(*parts: Part) -> tuple[Flaw, ...]:
    """An error for each of these parts without text."""
    return tuple(
        error(
            part,
            0,
            "side-empty",
            f"The {_SIDES[part.tag]} of this card is empty.",
            "Write it on the same line or the lines below.",
        )
        for part in parts
        if not part.fences and part.said[:1] in ("", "<") and _NOTHING.fullmatch(part.said)
    )


MOST_ROWS = 40
"""So many options or points have a key of their own on a terminal."""


def crowded(part: Part) -> tuple[Flaw, ...]:
    """An error for a list with more rows than can be picked or ticked."""
    if len(part.rows) <= MOST_ROWS:
        return ()
    message = f"This list has {len(part.rows)} rows; up to {MOST_ROWS} can be picked or ticked."
    return (
        error(part, 0, "rows-flood", message, "Nobody learns that at once: write several items."),
    )
