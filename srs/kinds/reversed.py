"""`left ::: right`: asked in both directions. Two cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds import basic
from srs.kinds.kind import Kind, empty
from srs.model import Ask, Draft, Face

if TYPE_CHECKING:
    from srs.model import Flaw


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("", ":::")


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    left, right = draft.parts[:2]
    faces = Face("fwd", left.text, right.text), Face("rev", right.text, left.text)
    return faces, empty(left, right)


REVERSED = Kind(
    name="reversed",
    ask=Ask.REVEAL,
    claims=claims,
    read=read,
    # The same note type, so that in Anki too a card that becomes two keeps its history.
    note_type=basic.BASIC.note_type,
    fields=basic.fields,
)
