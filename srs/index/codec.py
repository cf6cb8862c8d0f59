"""Notes, items, problems and the roadmap to and from the text that the index keeps of them.

JSON, since an index that somebody else has written must not be able to do more than lie.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from srs.model import (
    WRITTEN_OUT,
    Accepted,
    Allowance,
    Ask,
    Draft,
    Face,
    Fence,
    Item,
    ItemId,
    Mention,
    Note,
    Option,
    Part,
    Phase,
    Problem,
    Repository,
    Roadmap,
    Row,
    SessionSettings,
    Severity,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_decode = json.loads

_SAME = 0
"""Stands for a text that is the one before it: `said` for `text`."""


def item_text(item: Item) -> str:
    """An item without what its note says of it: path, topic, phase."""
    parts = item.draft.parts
    texts = [part.text for part in parts]
    faces = [
        (
            face.key,
            _known(face.prompt, texts),
            _known(face.answer, texts),
            face.gap,
            face.options,
            face.accepted,
        )
        for face in item.faces
    ]
    return _encode(
        (
            item.id,
            item.kind,
            item.ask.value,
            [_part(part) for part in parts],
            item.draft.tags,
            faces,
            item.content,
            item.line,
            item.column,
            item.order,
            item.headings,
            item.tags,
            item.contrasts,
            item.explicit,
            item.named_at,
            item.allowances,
        )
    )


def item_texts(text: str) -> dict[str, str]:
    """What an item says, tag by tag, without the rest of it."""
    parts = _decode(text)[3]
    return {WRITTEN_OUT.get(part[0], part[0]): part[1] for part in parts}


def _known(text: str, texts: list[str]) -> str | int:
    """A side of a face is mostly one of the parts as it is written."""
    return texts.index(text) if text in texts else text


def _part(part: Part) -> tuple[Any, ...]:
    tag, text, said, origin, opaque, rows, fences, accepted = part
    (line, column), lines = origin[0], len(origin)
    # Most parts have one line, or go on at the first column of the next one.
    plain = lines == 1 or origin[1:] == tuple([(line + far, 1) for far in range(1, lines)])
    return (
        tag,
        text,
        _SAME if said == text else said,
        (line, column, lines) if plain else origin,
        opaque,
        rows,
        fences,
        accepted,
    )


class Home(NamedTuple):
    """What an item has of its note."""

    path: str
    topic: str
    phase: str | None


def item(text: str, home: Home) -> Item:
    """The item of that text. Raises ValueError, TypeError, IndexError for others."""
    (
        id_,
        kind,
        ask,
        parts,
        draft_tags,
        faces,
        content,
        line,
        column,
        order,
        headings,
        tags,
        contrasts,
        explicit,
        named_at,
        allowances,
    ) = _decode(text)
    read = tuple([_read_part(part) for part in parts])
    return Item(
        ItemId(id_),
        kind,
        Ask(ask),
        Draft(read, tuple(draft_tags)),
        tuple([_read_face(face, read) for face in faces]),
        content,
        home.path,
        line,
        column,
        order,
        tuple(headings),
        tuple(tags),
        tuple(contrasts),
        explicit,
        home.topic,
        home.phase,
        tuple(named_at) if named_at else None,
        tuple([Allowance(*one) for one in allowances]),
    )


def _read_part(part: Sequence[Any]) -> Part:
    tag, text, said, origin, opaque, rows, fences, accepted = part
    if origin and isinstance(origin[0], int):
        line, column, lines = origin
        places = ((line, column), *((line + far, 1) for far in range(1, lines)))
    else:
        places = tuple([(line, column) for line, column in origin])
    return Part(
        tag,
        text,
        text if said == _SAME else said,
        places,
        tuple([(start, end) for start, end in opaque]),
        tuple([Row(*row) for row in rows]),
        tuple([Fence(tuple(words), code) for words, code in fences]),
        tuple([Accepted(*one) for one in accepted]),
    )


def _read_face(face: Sequence[Any], parts: Sequence[Part]) -> Face:
    key, prompt, answer, gap, options, accepted = face
    return Face(
        key,
        parts[prompt].text if isinstance(prompt, int) else prompt,
        parts[answer].text if isinstance(answer, int) else answer,
        gap,
        tuple([Option(*option) for option in options]),
        tuple([Accepted(*one) for one in accepted]),
    )


def note_text(note: Note) -> str:
    """A note without its items."""
    return _encode(note._replace(items=()))


def note(text: str) -> Note:
    path, title, topic, phase, tags, _, headings, mentions, topic_at, phase_at = _decode(text)
    return Note(
        path,
        title,
        topic,
        phase,
        tuple(tags),
        (),
        tuple(headings),
        tuple([Mention(*one) for one in mentions]),
        tuple(topic_at) if topic_at else None,
        tuple(phase_at) if phase_at else None,
    )


def problems_text(problems: Iterable[Problem]) -> str:
    return _encode([*problems])


def problems(text: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(path, line, column, Severity(severity), code, message, hint)
        for path, line, column, severity, code, message, hint in _decode(text)
    )


# The roadmap --------------------------------------------------------------------------------------


def roadmap_text(roadmap: Roadmap) -> str:
    return json.dumps(roadmap._replace(routine=[*roadmap.routine.items()]), default=_day_text)  # type: ignore[arg-type]


def _day_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a roadmap")


def roadmap(text: str) -> Roadmap:
    values = _decode(text)
    title, about, start, end, minutes, routine, session, phases, repositories, language = values
    return Roadmap(
        title,
        about,
        _day(start),
        _day(end),
        minutes,
        dict(routine),
        SessionSettings(*session),
        tuple([_read_phase(phase) for phase in phases]),
        tuple([Repository(*one) for one in repositories]),
        language,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_phase(phase: Sequence[Any]) -> Phase:
    id_, title, focus, start, end, goal, why, topics, *rest = phase
    return Phase(
        id_,
        title,
        focus,
        date.fromisoformat(start),
        date.fromisoformat(end),
        goal,
        why,
        tuple([_read_topic(topic) for topic in topics]),
        *rest,
    )


def _read_topic(topic: Sequence[Any]) -> Topic:
    id_, title, details, released, subjects, (line, column) = topic
    day = date.fromisoformat(released)
    return Topic(id_, title, tuple(details), day, tuple(subjects), (line, column))
