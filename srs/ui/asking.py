"""Asking what a matcher must not decide: is it the same item, and is a changed answer still known?

Pure but for the front end and `keep`: what is answered becomes events, on disk before the next
question.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from srs import identity
from srs.identity.answers import answer_changed
from srs.model import Apart, Reset, Soon
from srs.ui.changes import changed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srs.model import Body, ItemId
    from srs.ui.changes import Changed
    from srs.vault import Snapshot


class Choice(Enum):
    """What a person says. LATER records nothing; QUIT ends asking, and the session with it."""

    SAME = "same"
    ANOTHER = "another"
    KEEP = "keep"
    SOON = "soon"
    RESET = "reset"
    LATER = "later"
    QUIT = "quit"


class Asker(Protocol):
    """A way to ask. `place` is like `1 of 3`."""

    def is_same(self, doubt: Changed, place: str) -> Choice:
        """Whether the item of the notes is that of the history: SAME, ANOTHER, LATER or QUIT."""

    def still_known(self, reworded: Changed, place: str) -> Choice:
        """What the answers to an item are worth now: KEEP, SOON, RESET, LATER or QUIT."""


class Open(NamedTuple):
    """What there is to ask about items that have answers.

    `doubts` are unsure; the `reworded` are surely the same, but their answer is another now.
    """

    doubts: tuple[Changed, ...]
    reworded: tuple[Changed, ...]


def to_ask(snapshot: Snapshot, only: ItemId | None = None) -> Open:
    """Everything, or what concerns one item `only`."""
    if not any(change.what in ("unsure", "edited") for change in snapshot.changes):
        return Open((), ())
    matter = [
        one
        for one in changed(snapshot)
        if one.item is not None and one.answers > 0 and only in (None, one.known.id)
    ]
    return Open(
        tuple(one for one in matter if one.what == "unsure"),
        tuple(one for one in matter if one.what == "edited" and _another_answer(one)),
    )


def _another_answer(one: Changed) -> bool:
    return one.item is not None and answer_changed(one.known.latest, one.item)


def settle(asked: Open, asker: Asker, keep: Callable[[Sequence[Body]], object]) -> bool:
    """Ask all of it. Whether the person goes on, and did not quit.

    `keep` puts events on disk, and before them what is known of identities; with no events, that
    alone. An answer that changed is asked about once: what the next command records is no change.
    """
    for number, doubt in enumerate(asked.doubts, 1):
        place = f"{number} of {len(asked.doubts)}"
        choice = asker.is_same(doubt, place)
        if choice is Choice.QUIT:
            return False
        bodies = said(choice, doubt)
        then = Choice.KEEP
        if choice is Choice.SAME and _another_answer(doubt):
            then = asker.still_known(doubt, place)
            bodies += said(then, doubt)
        if bodies:
            keep(bodies)
        if then is Choice.QUIT:
            return False
    for number, one in enumerate(asked.reworded, 1):
        choice = asker.still_known(one, f"{number} of {len(asked.reworded)}")
        if choice is Choice.QUIT:
            return False
        if choice is not Choice.LATER:
            keep(said(choice, one))
    return True


def said(choice: Choice, one: Changed) -> list[Body]:
    """The events of a choice; a wish about memory is one about every card that was answered."""
    if one.item is None:
        return []
    match choice:
        case Choice.SAME:
            return [identity.attached(one.item, one.known)]
        case Choice.ANOTHER:
            return [Apart(one.known.id, one.item.content)]
        case Choice.SOON:
            return [Soon(card) for card in one.answered]
        case Choice.RESET:
            return [Reset(card) for card in one.answered]
        case _:
            return []
