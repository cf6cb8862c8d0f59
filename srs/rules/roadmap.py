"""What is to be said of notes beside the roadmap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import nearest
from srs.rules.rule import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from srs.model import Note, Problem, Roadmap


def unknown_phases(notes: Iterable[Note], roadmap: Roadmap) -> Iterator[Problem]:
    """A warning for each note in a phase that the roadmap does not have."""
    known = [phase.id for phase in roadmap.phases]
    for note in notes:
        if known and note.phase and note.phase not in known:
            place = (note.path, *(note.phase_at or (1, 1)))
            message = f"The roadmap has no phase `{note.phase}`, so its cards wait for none."
            yield told(place, "phase-unknown", message, _or_add(note.phase, known))


def unknown_topics(notes: Iterable[Note], roadmap: Roadmap) -> Iterator[Problem]:
    """A warning for each note of a phase whose front matter names a topic that is not there."""
    titles = [topic.title for phase in roadmap.phases for topic in phase.topics]
    for note in notes:
        named = note.topic_at is not None and roadmap.phase(note.phase) is not None
        if titles and named and note.topic_at and roadmap.topic(note.topic) is None:
            place = (note.path, *note.topic_at)
            message = f"The roadmap has no topic “{note.topic}”, so its cards come with the phase."
            yield told(place, "topic-unknown", message, _or_add(note.topic, titles))


def empty_topics(
    notes: Sequence[Note], roadmap: Roadmap, path: str, day: date
) -> Iterator[Problem]:
    """A warning for each topic whose time has come and on which no note has a card.

    Nothing is said of a roadmap that nobody has begun.
    """
    titles = {topic.title for phase in roadmap.phases for topic in phase.topics}
    written = titles & {note.topic for note in notes if note.items}
    if not written:
        return
    for phase in roadmap.phases:
        for topic in phase.topics:
            if topic.released <= day and topic.title not in written:
                message = f"No card is about “{topic.title}”, whose time began on {topic.released}."
                hint = f"Begin its note: `srs new {topic.id}`."
                yield told((path, *topic.at), "topic-empty", message, hint)


def _or_add(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known, cutoff=0.5)
    return f"Did you mean “{near}”?" if near else "Mend it, or add it to decks/roadmap.yaml."
