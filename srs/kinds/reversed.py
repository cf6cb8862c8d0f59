"""`left ::: right`: asked in both directions. Two cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds import basic
from srs.kinds.kind import Kind
from srs.kinds.note_type import note_type
from srs.model import Ask, Card, Draft, Face

if TYPE_CHECKING:
    from srs.model import Part


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("", ":::")


def faces(draft: Draft) -> tuple[Face, ...]:
    left, right = basic.sides(draft)
    return (_face("fwd", left, right), _face("rev", right, left))


def _face(key: str, prompt: Part, answer: Part) -> Face:
    return Face(key, prompt.text, answer.text)


def fields(_draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    forward = next(card.face for card in cards if card.face.key == "fwd")
    return (forward.prompt, forward.answer)


REVERSED = Kind(
    name="reversed",
    ask=Ask.REVEAL,
    claims=claims,
    flaws=basic.empty_sides,
    faces=faces,
    note_type=note_type(
        1763812800200000,
        "srs Reversed",
        ("Front", "Back"),
        (("Forward", "{{Front}}", "{{Back}}"), ("Reverse", "{{Back}}", "{{Front}}")),
    ),
    fields=fields,
)
