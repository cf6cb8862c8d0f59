"""`left ::: right`: asked in both directions. Two cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds import basic
from srs.kinds.kind import Kind
from srs.model import Ask, Draft, Face

if TYPE_CHECKING:
    from srs.model import Part


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("", ":::")


def faces(draft: Draft) -> tuple[Face, ...]:
    left, right = basic.sides(draft)
    return (_face("fwd", left, right), _face("rev", right, left))


def _face(key: str, prompt: Part, answer: Part) -> Face:
    return Face(key, prompt.text, answer.text)


REVERSED = Kind(
    name="reversed",
    ask=Ask.REVEAL,
    claims=claims,
    flaws=basic.empty_sides,
    faces=faces,
    # The same note type, so that in Anki too a card that becomes two keeps its history.
    note_type=basic.BASIC.note_type,
    fields=basic.fields,
)
