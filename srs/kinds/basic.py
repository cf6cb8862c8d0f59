"""A question and its answer: `Q:` with `A:`, or `left :: right` in one line. One card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds.kind import Kind, empty
from srs.kinds.note_type import Side, note_type
from srs.model import Ask, Card, Draft, Face

if TYPE_CHECKING:
    from srs.model import Flaw


def claims(draft: Draft) -> bool:
    return draft.tags[:2] in (("Q", "A"), ("", "::"))


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    front, back = draft.parts[:2]
    return (Face("fwd", front.text, back.text),), empty(front, back)


def fields(_draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """Front, back, and whether the back is asked too."""
    forward = next(card.face for card in cards if card.face.key == "fwd")
    both = any(card.face.key == "rev" for card in cards)
    return (forward.prompt, forward.answer, "yes" if both else "")


BASIC = Kind(
    name="basic",
    ask=Ask.REVEAL,
    claims=claims,
    read=read,
    note_type=note_type(
        1763812800100000,
        "srs Basic",
        ("Front", "Back", "Both ways"),
        (
            Side("Forward", "{{Front}}", "{{Back}}"),
            Side("Reverse", "{{Back}}", "{{Front}}"),
        ),
        only_if={"Reverse": "Both ways"},
    ),
    fields=fields,
)
