"""Which of a topic's subjects its cards are about: by the headings above them, or by tag. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.model import Item, Note, Roadmap, Topic

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(("and", "or", "the", "a", "an", "of", "in", "with", "for", "to", "vs"))


class Coverage(NamedTuple):
    """A topic of the roadmap with what its notes hold. `missing`: subjects without a card."""

    phase: str
    topic: Topic
    notes: tuple[Note, ...]
    cards: int
    missing: tuple[str, ...]


def coverage(roadmap: Roadmap, notes: Sequence[Note]) -> tuple[Coverage, ...]:
    """Every topic of the roadmap, in its order."""
    found = []
    for phase in roadmap.phases:
        for topic in phase.topics:
            here = tuple(note for note in notes if note.topic == topic.title)
            items = [(note, item) for note in here for item in note.items]
            missing = tuple(
                subject
                for subject in topic.subjects
                if not any(is_about(item, subject, note.title) for note, item in items)
            )
            cards = sum(len(item.faces) for _, item in items)
            found.append(Coverage(phase.id, topic, here, cards, missing))
    return tuple(found)


def is_about(item: Item, subject: str, title: str = "") -> bool:
    """Whether a heading above an item, other than its note's title, or a tag has these words."""
    wanted = _words(subject)
    names = [heading for heading in item.headings if heading != title]
    return any(wanted <= _words(name) for name in (*names, *item.tags))


def _words(name: str) -> frozenset[str]:
    """The words of a name without case, plural s and small words."""
    found = (word.removesuffix("s") for word in _WORD.findall(name.casefold()))
    return frozenset(word for word in found if word not in _SMALL)
