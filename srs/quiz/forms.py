"""How a card is asked in a quiz: picked among answers that are alike, typed, or as it is written.

A card that shows its answer becomes one to pick where its topic has three other answers that may
be mistaken for it, and one to type where its answer is short and exact. When in doubt it stays
what it is: an option that nobody would take teaches nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import Accepted, Ask, Option, Question, digest
from srs.quiz.likeness import Looks, looks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srs.model import Card, CardId

OTHERS = 3
"""So many wrong options stand beside the right one."""


def question(card: Card, company: Iterable[Card], recall: float | None, seed: int) -> Question:
    """The card as it is asked in a quiz; `company` are the cards of its topic."""
    if card.item.ask is Ask.REVEAL:
        own = looks(card)
        others = _others(card, own, company, seed)
        if others:
            return Question(card.id, Ask.PICK.value, tuple(one.id for one in others), recall)
        if own.typed:
            return Question(card.id, Ask.TYPE.value, (), recall)
    return Question(card.id, card.item.ask.value, (), recall)


def asked(one: Question, find: Callable[[CardId], Card | None]) -> Card | None:
    """The card in the form in which it is asked; None if it is in no note any more.

    Where it, or one of its options, is no longer what it was, it is asked as it is written.
    """
    card = find(one.card)
    if card is None or card.item.ask is not Ask.REVEAL:
        return card
    if one.ask == Ask.PICK.value:
        others = [other for other in map(find, one.others) if other]
        return _to_pick(card, others) if len(others) == OTHERS else card
    typed = looks(card).typed if one.ask == Ask.TYPE.value else ()
    return _to_type(card, typed) if typed else card


def _to_pick(card: Card, others: Sequence[Card]) -> Card:
    wrong = (Option(one.id, _bare(one), right=False, why=_of(one)) for one in others)
    face = card.face._replace(options=(Option(card.id, _bare(card)), *wrong))
    return card._replace(item=card.item._replace(kind="choice", ask=Ask.PICK), face=face)


def _to_type(card: Card, accepted: tuple[Accepted, ...]) -> Card:
    face = card.face._replace(accepted=accepted)
    return card._replace(item=card.item._replace(kind="typed", ask=Ask.TYPE), face=face)


def _bare(card: Card) -> str:
    """An answer as an option: whether it ends in a full stop tells nothing."""
    return card.face.answer.strip().removesuffix(".")


def _of(card: Card) -> str:
    """What a wrong option is right for."""
    return f"That answers: {card.face.prompt.strip()}"


def _others(card: Card, own: Looks, company: Iterable[Card], seed: int) -> list[Card]:
    """Three cards whose answers may be mistaken for this one's; none where there are not three.

    The nearest first: of a group that is confused, below the same heading, in the same note,
    written alike.
    """

    def far(other: Card, its: Looks) -> tuple[object, ...]:
        here = (other.item.path, other.item.headings) == (card.item.path, card.item.headings)
        return (
            not {*other.item.contrasts} & {*card.item.contrasts},
            not here,
            other.item.path != card.item.path,
            *own.unlike(its),
            digest(str(seed), card.id, other.id),
        )

    strangers = (one for one in company if one.item.id != card.item.id)
    revealed = ((one, looks(one)) for one in strangers if one.item.ask is Ask.REVEAL)
    alike = [(other, its) for other, its in revealed if own.may_be_taken_for(its)]
    chosen: list[tuple[Card, Looks]] = []
    for other, its in sorted(alike, key=lambda pair: far(*pair)):
        if all(its.is_apart_from(one) for _, one in chosen):
            chosen.append((other, its))
        if len(chosen) == OTHERS:
            break
    if len(chosen) < OTHERS or own.stands_out_of([its for _, its in chosen]):
        return []
    return [other for other, _ in chosen]
