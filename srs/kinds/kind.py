"""What describes a kind: how its items are written, what they ask, and what Anki makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from srs.model import Ask, Card, Draft, Face, Flaw

GAP_START, GAP_TEXT, GAP_HINT, GAP_END = ".\ufdd0", "\ufdd1.", ".\ufdd2", ".\ufdd3."
"""`start number text content [hint hint] end`. The noncharacters are in no note; the full stops let
emphasis begin and end at a gap's edges, as at braces."""


@dataclass(frozen=True, slots=True)
class Template:
    """A card template of an Anki note type: its stable id and the HTML of both sides."""

    id: int
    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type in Anki. Ids, fields and templates are frozen: see anki/export.py."""

    id: int
    name: str
    fields: tuple[tuple[int, str], ...]
    templates: tuple[Template, ...]
    cloze: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to write an item. Everything that is particular to it is in its own file.

    `claims` says whether a draft is of this kind, `flaws` what is wrong with one it claims,
    `faces` what it asks. `fields` gives the Markdown of the note type's own leading fields for a
    draft and its cards; gaps in it are marked with the GAP characters.
    """

    name: str
    ask: Ask
    claims: Callable[[Draft], bool]
    flaws: Callable[[Draft], tuple[Flaw, ...]]
    faces: Callable[[Draft], tuple[Face, ...]]
    note_type: NoteType
    fields: Callable[[Draft, tuple[Card, ...]], tuple[str, ...]]
