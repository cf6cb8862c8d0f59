"""`Q:` with `Points:` and a list: what is known of it is ticked, point by point. One card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.fragments import without_comments
from srs.kinds.kind import (
    Given,
    Kind,
    Verdict,
    crowded,
    empty,
    error,
    key,
    plain,
    warning,
)
from srs.kinds.note_type import Side, note_type
from srs.model import Ask, Face, Grade, Option

if TYPE_CHECKING:
    from srs.model import Card, Draft, Flaw, Part

_EMPTY_ROW = re.compile(r"(?:[-+*]|\d+[.)])[ \t]*(?:\n|\Z)")
_DEFINITION = re.compile(r"\A\[(?=[^\[\]\n]+\]:)")
_DEFINITION_ROW = re.compile(
    r"^([ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+)\[(?=[^\[\]\n]+\]:)", re.MULTILINE
)
_ENOUGH = 0.5
"""From this share of the points on an answer is hard; below, it is forgotten."""


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("Q", "Points")


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    question, listed = draft.parts[:2]
    flaws = empty(question, listed)
    if not flaws and not listed.rows:
        message = "These `Points:` are no list."
        flaws = (error(listed, 0, "points-list", message, "Write each point as `- text`."),)
    blank = [row.offset for row in listed.rows if not without_comments(row.text + row.more).strip()]
    # An empty row right under the tag begins no list.
    blank += [0] if _EMPTY_ROW.match(listed.text) else []
    message, hint = "This point is empty.", "Write its text, or remove it."
    flaws += tuple(error(listed, at, "point-empty", message, hint) for at in blank)
    face = Face("fwd", question.text, _spared(listed.text), options=_points(listed))
    return (face,), flaws + crowded(listed) + _twins(listed)


def _twins(listed: Part) -> tuple[Flaw, ...]:
    texts: dict[str, int] = {}
    first = [texts.setdefault(plain(row.text + row.more), row.offset) for row in listed.rows]
    return tuple(
        warning(listed, row.offset, "point-twice", "This point is listed twice.", "Remove one.")
        for row, offset in zip(listed.rows, first, strict=True)
        if row.offset != offset
    )


def _points(listed: Part) -> tuple[Option, ...]:
    seen: dict[str, int] = {}
    texts = [_DEFINITION.sub(r"\\[", f"{row.text}\n{row.more}".strip()) for row in listed.rows]
    return tuple(
        Option(key(plain(row.text), seen), text)
        for row, text in zip(listed.rows, texts, strict=True)
    )


def _spared(text: str) -> str:
    """The text with points that look like definitions of links, and so would not be seen."""
    return _DEFINITION_ROW.sub(r"\1\\[", text)


def judge(face: Face, given: Given) -> Verdict:
    """All points are good, half of them hard."""
    share = len(set(given) & {point.key for point in face.options}) / len(face.options)
    grade = Grade.GOOD if share == 1 else Grade.HARD if share >= _ENOUGH else Grade.AGAIN
    return Verdict(grade)


def fields(draft: Draft, _cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The question and the list."""
    return (draft.parts[0].text, _spared(draft.parts[1].text))


POINTS = Kind(
    name="points",
    ask=Ask.TICK,
    claims=claims,
    read=read,
    judge=judge,
    note_type=note_type(
        1763812800700000,
        "srs Points",
        ("Front", "Points"),
        (Side("Points", "{{Front}}", "{{Points}}"),),
    ),
    fields=fields,
)
