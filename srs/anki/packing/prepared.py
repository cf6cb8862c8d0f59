"""An item as Anki shows it, whenever it is exported: fields, tags, cards, media.

All of it follows from the item's text and its place in the notes, so that it can be kept until one
of these changes.
"""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from srs.model import CardId, ItemId


class Prepared(NamedTuple):
    """An item as a note of Anki. `cards` are the ids of its cards and their ordinals in Anki."""

    item: ItemId
    content: str
    """The digest of its text."""
    kind: str
    path: str
    topic: str
    phase: str | None
    fields: str
    """As Anki keeps them: HTML, parted by U+001F."""
    shown: str
    """The digest of these."""
    tags: tuple[str, ...]
    """Its own, as Anki writes them."""
    cards: tuple[tuple[CardId, int], ...]
    media: Mapping[str, str] = MappingProxyType({})
    """Images and sounds that it names -> their names in Anki."""
    files: Mapping[str, Path] = MappingProxyType({})
    """Name in Anki -> file."""
    missing: tuple[str, ...] = ()
    """Media that are named and are no image or sound files: `path: source`."""


def text_of(made: Sequence[Prepared]) -> str:
    """What can be kept of a note's items; nothing where files count that may change.

    A line of JSON, then the fields as they are: that is most of it, and read soonest so.
    """
    if not made or any(one.files or one.missing or one.media or _END in one.fields for one in made):
        return ""
    about = [(*one[:_FIELDS], one.shown, one.tags, one.cards) for one in made]
    return f"{json.dumps(about, separators=(',', ':'))}\n{_END.join(one.fields for one in made)}"


_END = "\x1e"
_FIELDS = Prepared._fields.index("fields")


def of_text(text: str) -> list[Prepared]:
    about, _, fields = text.partition("\n")
    return [
        Prepared(
            *(item, content, kind, path, topic, phase),
            own,
            shown,
            tuple(tags),
            tuple([(card, ordinal) for card, ordinal in cards]),
        )
        for (item, content, kind, path, topic, phase, shown, tags, cards), own in zip(
            json.loads(about), fields.split(_END), strict=True
        )
    ]


def as_tags(names: Sequence[str]) -> tuple[str, ...]:
    """As Anki writes tags: no spaces, `::` for levels."""
    clean = (re.sub(r"\s+", "-", name.strip()).replace("/", "::") for name in names)
    return tuple(dict.fromkeys(tag for tag in clean if tag))


def storable(text: str) -> str:
    """Anki parts fields by U+001F; a file name may hold bytes that are no text."""
    return text.replace("\x1f", "\ufffd").encode("utf-8", "replace").decode()
