"""A question and its answer: `Q:` with `A:`, or `left :: right` in one line. One card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds.kind import Kind
from srs.kinds.note_type import note_type
from srs.model import Ask, Card, Draft, Face, Flaw, Severity

if TYPE_CHECKING:
    from srs.model import Part

SIDES = {"Q": "question", "A": "answer", "": "left side", "::": "right side", ":::": "right side"}


def claims(draft: Draft) -> bool:
    return draft.tags[:2] in (("Q", "A"), ("", "::"))


def sides(draft: Draft) -> tuple[Part, Part]:
    return draft.parts[0], draft.parts[1]


def empty_sides(draft: Draft) -> tuple[Flaw, ...]:
    """An error for each side without text."""
    return tuple(
        Flaw(
            part,
            0,
            Severity.ERROR,
            "side-empty",
            f"The {SIDES[part.tag]} of this card is empty.",
            "Write it on the same line or the lines below.",
        )
        for part in sides(draft)
        if not part.text.strip()
    )


def faces(draft: Draft) -> tuple[Face, ...]:
    front, back = sides(draft)
    return (Face("fwd", front.text, back.text),)


def fields(_draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """Front, back, and whether the back is asked too."""
    forward = next(card.face for card in cards if card.face.key == "fwd")
    both = any(card.face.key == "rev" for card in cards)
    return (forward.prompt, forward.answer, "yes" if both else "")


BASIC = Kind(
    name="basic",
    ask=Ask.REVEAL,
    claims=claims,
    flaws=empty_sides,
    faces=faces,
    note_type=note_type(
        1763812800100000,
        "srs Basic",
        ("Front", "Back", "Both ways"),
        (
            ("Forward", "{{Front}}", "{{Back}}"),
            ("Reverse", "{{Back}}", "{{Front}}"),
        ),
        only_if={"Reverse": "Both ways"},
    ),
    fields=fields,
)
