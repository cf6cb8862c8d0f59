"""Which item of the history is which item of the notes, and which cards they have. Pure.

What an item asks may be edited, moved and reordered; its identity stays with what was learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from srs.identity.matcher import Matcher, by_name
from srs.identity.similarity import measure
from srs.identity.slots import Company, Match
from srs.model import (
    ATTACHED,
    Card,
    CardId,
    Change,
    FixedCard,
    Gone,
    ItemFixed,
    ItemId,
    Problem,
    Severity,
    digest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from srs.identity.similarity import Similarity
    from srs.identity.slots import Around
    from srs.model import Face, Item, KnownItem


@dataclass(frozen=True, slots=True)
class Matching:
    """Items with their lasting ids, their cards, and what the history does not yet know of them."""

    cards: tuple[Card, ...]
    pending: tuple[ItemFixed, ...]
    """Decisions that the history does not have."""
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    gone: tuple[Gone, ...]
    """At most one: the items whose absence is to be told."""
    certain: frozenset[ItemId]
    """Items that were found whatever stands in other files."""
    alone: frozenset[ItemId]
    """Items that were not found, and that none of these may be."""


def match(
    known: Mapping[ItemId, KnownItem],
    items: Sequence[Item],
    company: Around | None = None,
    measured: Callable[[], Similarity] | None = None,
) -> Matching:
    """Match the items of the notes, in the order of paths and lines, to those of the history.

    Where these are the ones of some files only, and all others are certain, `company` tells what
    stands around a place in the whole vault, and `measured` what is rare in it.
    """
    company = company or Company(items)
    if measured is None:
        # Copied names count here too, since what is rare is a matter of all that is written.
        measured = partial(measure, [one.latest for one in known.values()], items)
    items, contested, problems = _without_copied_names(items, known)
    matcher = Matcher(known, items, contested, company, measured)
    matcher.run()
    cards: list[Card] = []
    pending: list[ItemFixed] = []
    matches = matcher.matches
    changes: list[Change] = list(matcher.doubts)
    taken = _aliases(known)
    for index, written in enumerate(items):
        found = matches.get(index)
        if found is None:
            item = _as_new(written, known, taken)
            cards += _new_cards(item)
            taken.add(item.id)
            continue
        id_ = found.known.id
        item = written if written.id == id_ else written._replace(id=id_)
        own, fixed_cards = _known_cards(item, found.known)
        cards += own
        decision = _decision(item, fixed_cards, found)
        if decision and item.explicit not in contested:
            pending.append(decision)
            changes += _changes(item, found)
    problems += _duplicates(items)
    here = {found.known.id for found in matches.values()}
    gone = [known[one] for one in sorted(known) if one not in here]
    changes += [Change("gone", one.id, one.latest.path, 0) for one in gone]
    untold = newly_gone(changes, known)
    told = (Gone({one: known[one].heads for one in untold}),) if untold else ()
    return Matching(
        tuple(cards),
        tuple(pending),
        tuple(changes),
        tuple(problems),
        told,
        frozenset(matcher.certain),
        frozenset(known.keys() - here - matcher.related),
    )


def fixed(item: Item, cards: Iterable[Card], why: str) -> ItemFixed:
    """The event that fixes a new item's identity, with all of its cards."""
    return ItemFixed(
        item=item.id,
        kind=item.kind,
        content=item.content,
        texts=item.texts,
        path=item.path,
        headings=item.headings,
        order=item.order,
        cards=tuple(FixedCard(card.id, card.face.key, card.face.gap) for card in cards),
        explicit=item.explicit,
        why=why,
    )


def attached(item: Item, known: KnownItem) -> ItemFixed:
    """The event by which a person says that this item of the notes is that one of the history."""
    _, fixed_cards = _known_cards(item, known)
    return fixed(item._replace(id=known.id), (), ATTACHED)._replace(
        cards=fixed_cards,
        explicit=item.explicit or known.latest.explicit,
        prev=known.heads,
    )


def newly_gone(changes: Iterable[Change], known: Mapping[ItemId, KnownItem]) -> list[ItemId]:
    """The items that are gone, in no doubt, and not yet told to be."""
    changes = tuple(changes)
    doubtful = {change.item for change in changes if change.what == "unsure"}
    return [
        change.item
        for change in changes
        if change.what == "gone" and change.item not in doubtful and not known[change.item].gone
    ]


# New items --------------------------------------------------------------------------------------


def _without_copied_names(
    items: Sequence[Item], known: Mapping[ItemId, KnownItem]
) -> tuple[list[Item], set[str], list[Problem]]:
    """The items less those whose `^id` is another's: of the one that is known, or the first.

    The copied names are contested: nothing is decided by them, and nothing written.
    """
    named: dict[str, list[Item]] = {}
    for item in items:
        if item.explicit:
            named.setdefault(item.explicit, []).append(item)
    contested = {name for name, group in named.items() if len(group) > 1}
    before = by_name(known) if contested else {}
    owners = {name: min(named[name], key=_strangeness(before.get(name))) for name in contested}
    kept, problems = [], []
    for item in items:
        owner = owners.get(item.explicit, item)
        if owner is item:
            kept.append(item)
            continue
        message = f"`^{item.explicit}` stands at {owner.path}:{owner.line} already."
        problems.append(
            Problem(
                item.path,
                *(item.named_at or (item.line, item.column)),
                Severity.ERROR,
                "id-copied",
                message,
                "Give one of them another `^id`.",
            )
        )
    return kept, contested, problems


def _strangeness(known: KnownItem | None) -> Callable[[Item], tuple[bool, bool]]:
    """How little an item looks like the one that the history knows by its `^id`."""

    def of(item: Item) -> tuple[bool, bool]:
        if known is None:
            return (False, False)
        return (item.content != known.latest.content, item.path != known.latest.path)

    return of


def _aliases(known: Mapping[ItemId, KnownItem]) -> set[ItemId]:
    """Ids of items that are one with another, which has a smaller id."""
    return {body.item for one in known.values() if one.aliases for _, body in one.versions}


def _as_new(item: Item, known: Mapping[ItemId, KnownItem], taken: Container[ItemId]) -> Item:
    """The item under an id that no other has: salted where its text is or was another's.

    The salt counts the items that the history has of this text: history and text decide alone,
    so that all clones agree. Only where one text stands twice and neither is known, the first in
    the order of notes goes unsalted.
    """
    copies, id_ = 1, item.id
    while id_ in known or id_ in taken:
        copies += 1
        id_ = ItemId(digest(item.content, str(copies)))
    return item if id_ == item.id else item._replace(id=id_)


def _duplicates(items: Sequence[Item]) -> list[Problem]:
    first: dict[str, Item] = {}
    problems = []
    for item in items:
        twin = first.setdefault(item.content, item)
        if twin is not item:
            message = f"The same card stands at {twin.path}:{twin.line} already."
            hint = "Remove one of them; each is asked and remembered for itself."
            problems.append(_problem(item, Severity.WARNING, "item-twice", message, hint))
    return problems


def _new_cards(item: Item) -> list[Card]:
    return [
        Card(CardId(f"{item.id}-{face.key}"), item, face, ordinal)
        for ordinal, face in enumerate(item.faces)
    ]


def _problem(item: Item, severity: Severity, code: str, message: str, hint: str) -> Problem:
    return Problem(item.path, item.line, item.column, severity, code, message, hint)


# Known items ------------------------------------------------------------------------------------


def _known_cards(item: Item, known: KnownItem) -> tuple[list[Card], tuple[FixedCard, ...]]:
    """The item's cards under the ids they had, and all faces it ever had, by ordinal.

    A face that is new gets a new ordinal. A text that was there before has the cards it had then.
    """
    like = known.latest
    if like.content == item.content and _have_these(known.cards, item.faces):
        cards = [
            Card(card.id, item, face, ordinal)
            for ordinal, (face, card) in enumerate(zip(item.faces, known.cards, strict=True))
        ]
        return cards, known.cards
    if like.content != item.content:
        before = (body for _, body in reversed(known.versions) if body.content == item.content)
        like = next(before, like)
    ordinals = _ordinals(item, like, known.cards)
    fixed_cards = list(known.cards)
    cards = []
    for index, face in enumerate(item.faces):
        ordinal = ordinals.get(index, len(fixed_cards))
        if index in ordinals:
            id_ = fixed_cards[ordinal].id
            fixed_cards[ordinal] = FixedCard(id_, face.key, face.gap)
        else:
            taken = {card.id for card in fixed_cards}
            id_, copies = CardId(f"{known.id}-{face.key}"), 1
            while id_ in taken:
                copies += 1
                id_ = CardId(f"{known.id}-{digest(face.key, str(copies), size=6)}")
            fixed_cards.append(FixedCard(id_, face.key, face.gap))
        cards.append(Card(id_, item, face, ordinal))
    return cards, tuple(fixed_cards)


def _have_these(cards: Sequence[FixedCard], faces: Sequence[Face]) -> bool:
    """Whether the cards are of just these faces: nearly all items are as they were."""
    return [(card.key, card.gap) for card in cards] == [(face.key, face.gap) for face in faces]


def _ordinals(item: Item, like: ItemFixed, cards: Sequence[FixedCard]) -> dict[int, int]:
    """Index of a face -> the ordinal under which it is known. `like`: the version to compare with;
    `cards`: all that there are, by ordinal.
    """
    result: dict[int, int] = {}
    free = dict(enumerate(cards))
    if like.cards is not cards:
        then = {card.id: card for card in like.cards}
        free = {ordinal: then.get(card.id, card) for ordinal, card in free.items()}
    for index, face in enumerate(item.faces):
        for ordinal, card in free.items():
            if (card.key, card.gap) == (face.key, face.gap):
                result[index] = ordinal
                del free[ordinal]
                break
    left = [index for index, face in enumerate(item.faces) if index not in result and face.gap]
    old = {ordinal: card.gap for ordinal, card in free.items() if card.gap}
    if left and old:
        from srs.identity import gaps  # noqa: PLC0415 - only for edited gaps

        texts = like.texts.get("C", ""), item.texts.get("C", "")
        found = gaps.matched(old, texts[0], [item.faces[index].gap for index in left], texts[1])
        result |= {left[place]: ordinal for place, ordinal in found.items()}
    return result


def _decision(item: Item, fixed_cards: tuple[FixedCard, ...], found: Match) -> ItemFixed | None:
    """The event that says what is new about a known item, if anything is."""
    latest = found.known.latest
    explicit = item.explicit or latest.explicit
    now = (item.content, item.path, explicit, fixed_cards)
    if now == (latest.content, latest.path, latest.explicit, latest.cards):
        return None
    return fixed(item, (), found.why)._replace(
        cards=fixed_cards,
        explicit=explicit,
        prev=found.known.heads,
        score=found.score,
    )


def _changes(item: Item, found: Match) -> list[Change]:
    latest = found.known.latest
    what = []
    if latest.content != item.content:
        what.append("edited")
    if latest.path != item.path:
        what.append("moved")
    return [Change(one, item.id, item.path, item.line, found.score) for one in what]
