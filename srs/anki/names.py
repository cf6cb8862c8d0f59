"""Under which GUID and ordinal Anki knows what srs asks, and back.

A note's GUID is the id of its item. An item that was rewritten as a kind of another note type is
another note, since Anki refuses one that comes back with another note type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs import kinds
from srs.model import ItemId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srs.model import Card, CardId, ExportedItem, FixedCard, ItemFixed, KnownItem

_TEMPLATES = {"fwd": 0, "rev": 1}
"""Key of a face -> the template that asks it, where cards are not those of gaps."""


def guid(item: ItemId, kind: str, exported: Mapping[str, ExportedItem]) -> str:
    """The GUID of the note of an item. `exported` are those that Anki was given, by GUID."""
    first = exported.get(item)
    return item if not first or first.type in ("", _type(kind)) else f"{item}{_AS}{kind}"


_AS = ":"
"""Parts an item from the kind that it became. No id has it."""


def item_of(guid: str) -> ItemId:
    """The item of a GUID."""
    return ItemId(guid.partition(_AS)[0])


def last_of(guid: str, known: KnownItem, type_: str) -> ItemFixed | None:
    """The last text that an item had as the note of this GUID, whose note type is this; `` if that
    is not known.
    """
    item, _, kind = guid.partition(_AS)

    def is_it(body: ItemFixed) -> bool:
        if kind:
            return body.kind == kind
        return kinds.has(body.kind) and type_ in ("", _type(body.kind))

    own = [body for _, body in known.versions if body.item == item and is_it(body)]
    return known.latest if known.latest in own else own[-1] if own else None


def ordinal(card: Card) -> int:
    """The number of a card in its note."""
    return card.ordinal if _type(card.item.kind) in _CLOZE else _TEMPLATES.get(card.face.key, 0)


def known(
    items: Iterable[KnownItem], exported: Mapping[str, ExportedItem]
) -> Mapping[str, Mapping[int, CardId]]:
    """GUID -> ordinal -> card, of what the history knows, under every GUID that it may have had."""
    found: dict[str, Mapping[int, CardId]] = {}
    for one in items:
        for _, body in one.versions:
            fixed = one.cards if body.item == one.id else body.cards
            if kinds.has(body.kind):
                found[f"{body.item}{_AS}{body.kind}"] = _cards(_type(body.kind), fixed)
            before = exported.get(body.item)
            first = before.type if before else ""
            if first or kinds.has(body.kind):
                found[str(body.item)] = _cards(first or _type(body.kind), fixed)
    return found


def _type(kind: str) -> str:
    return kinds.named(kind).note_type.name


def _cards(type_: str, fixed: Sequence[FixedCard]) -> dict[int, CardId]:
    """Ordinal in Anki -> card, of all that an item ever had, as notes of this type."""
    if type_ in _CLOZE:
        return {number: card.id for number, card in enumerate(fixed)}
    return {_TEMPLATES[card.key]: card.id for card in fixed if card.key in _TEMPLATES}


_CLOZE = frozenset(kind.note_type.name for kind in kinds.KINDS if kind.note_type.cloze)
"""Note types whose cards are numbered by gaps."""
