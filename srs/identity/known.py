"""Events -> the items that the history knows. A pure replay; identity is decided nowhere else.

The rules:

1. Order never matters: events are a set, equal ids count once. No clock decides identity;
   (at, id) only breaks ties, as which of two heads is called the latest.
2. An item is born with the event without `prev`. Its id is a hash of its text, so that births of
   one text on two devices are one item by themselves, and need no alias.
3. A version replaces those that its `prev` names. Heads are the versions that nothing replaces;
   several are normal after edits on two devices. Every version is there to be recognised.
4. `same` makes two items one, whatever way round and however long the chain: a class. Its
   smallest id names it. Cards of the others are those of the named item with the same key, else
   with the same ordinal; what is left is added. Answers are never rewritten, they resolve
   (`aliases`).
5. An undo takes a version back, unless it is a birth: answers hang on it. Its heads come back.
   With it goes what rests on it alone, and what another device's matcher decided alike; and its
   text is `refused`, so that it is not decided again. `apart` refuses a text before it was
   decided. A version that a person wrote (`attached`) is only ever taken back by name, and lifts
   a refusal.
6. When `same` is taken back, versions that replaced heads of both rested on it and go with it.
7. `gone` names heads that were in no note when it was told. It is about that notice only:
   matching never asks. It holds for these heads for ever, so that a clone that still has the note
   need not contradict it, and the two cannot take turns; a new head may be told again. The price:
   a note that came back unchanged and goes once more is not told twice.

Which events concern an item: the `item`, `same`, `apart` and `gone` events that name it or an
item to which any chain of `same` events connects it, those that were taken back too, and the
undos of all these and of such undos. All events that concern one connected group give the same
result for it as the whole history does.

One live text an item (two texts of it in the notes) is the matcher's part: one keeps the id, the
other is new, under the hash of its own text.
"""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from srs.model import (
    ATTACHED,
    Apart,
    FixedCard,
    Gone,
    ItemFixed,
    KnownItem,
    Same,
    Undo,
    taken_back,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from srs.model import CardId, Event, EventId, ItemId

    Versions = Sequence[tuple[EventId, ItemFixed]]

T = TypeVar("T")
_CONCERN = (ItemFixed, Same, Apart, Gone, Undo)


def known(events: Iterable[Event]) -> Mapping[ItemId, KnownItem]:
    """The items after these events, in any order."""
    found = {event.id: event for event in events if isinstance(event.body, _CONCERN)}
    ordered = sorted(found.values(), key=attrgetter("at", "id"))
    taken = taken_back(ordered)
    versions: dict[ItemId, list[tuple[EventId, ItemFixed]]] = defaultdict(list)
    apart: dict[ItemId, set[str]] = defaultdict(set)
    told: dict[ItemId, set[EventId]] = defaultdict(set)
    pairs: list[tuple[ItemId, ItemId]] = []
    ever: list[tuple[ItemId, ItemId]] = []
    for event in ordered:
        match event.body:
            case ItemFixed() as body:
                versions[body.item].append((event.id, body))
            case Same(item, old):
                ever.append((item, old))
                if event.id not in taken:
                    pairs.append((item, old))
            case Apart(item, content) if event.id not in taken:
                apart[item].add(content)
            case Gone(absent) if event.id not in taken:
                for item, heads in absent.items():
                    told[item].update(heads)
    groups = _groups(versions, pairs)
    foreign = _foreign(versions, groups, ever)
    items: dict[ItemId, KnownItem] = {}
    for members in groups:
        own = versions[members[0]]
        if len(members) > 1:
            own = [version for item in members for version in versions[item]]
            own.sort(key=lambda version: (found[version[0]].at, version[0]))
        counting, refused = _counting(own, taken, _of(members, apart), foreign)
        if counting:
            one = _known(members[0], counting)
            gone = _of(members, told).issuperset(one.heads)
            items[one.id] = one._replace(gone=gone, refused=refused) if gone or refused else one
    return items


def _of(members: Iterable[ItemId], said: Mapping[ItemId, set[T]]) -> set[T]:
    """What was said of any of them."""
    return {one for item in members if item in said for one in said[item]}


# Classes ----------------------------------------------------------------------------------------


def _groups(
    versions: Mapping[ItemId, Versions], pairs: Iterable[tuple[ItemId, ItemId]]
) -> list[tuple[ItemId, ...]]:
    """The items that are one, each group in the order of its ids."""
    root = _roots(pairs)
    groups: dict[ItemId, list[ItemId]] = defaultdict(list)
    for item in versions:
        groups[root.get(item, item)].append(item)
    return [tuple(sorted(group)) for group in groups.values()]


def _roots(pairs: Iterable[tuple[ItemId, ItemId]]) -> dict[ItemId, ItemId]:
    """Item -> one of its class that stands for all of it."""
    members: dict[ItemId, set[ItemId]] = {}
    for pair in pairs:
        joined = set().union(*(members.get(item, {item}) for item in pair))
        members.update(dict.fromkeys(joined, joined))
    return {item: min(joined) for item, joined in members.items()}


def _foreign(
    versions: Mapping[ItemId, Versions],
    groups: Iterable[tuple[ItemId, ...]],
    ever: Sequence[tuple[ItemId, ItemId]],
) -> frozenset[EventId]:
    """Versions that replace one of an item that once was, and is no longer, the same."""
    once = _roots(ever)
    if not once:
        return frozenset()
    now = {item: group[0] for group in groups for item in group if item in once}
    owners = {event: item for item in now for event, _ in versions[item]}
    return frozenset(
        event
        for item in now
        for event, body in versions[item]
        for prev in body.prev
        if prev in owners and once[owners[prev]] == once[item] and now[owners[prev]] != now[item]
    )


# Versions ---------------------------------------------------------------------------------------


def _counting(
    versions: Versions, taken: Container[EventId], apart: set[str], foreign: Container[EventId]
) -> tuple[Versions, frozenset[str]]:
    """The versions that count, and the contents that are refused."""
    undone = {event for event, body in versions if body.prev and event in taken}
    fallen = {event for event, body in versions if event in foreign and body.why != ATTACHED}
    if not (undone or fallen or apart):
        return versions, frozenset()
    beyond_doubt = {
        body.content
        for event, body in versions
        if not body.prev or (body.why == ATTACHED and event not in undone)
    }
    refused = apart | {body.content for event, body in versions if event in undone}
    refused -= beyond_doubt
    decided = [(event, body) for event, body in versions if body.prev and body.why != ATTACHED]
    fallen |= undone | {event for event, body in decided if body.content in refused}
    before = -1
    while before != len(fallen):
        before = len(fallen)
        fallen |= {event for event, body in decided if fallen.issuperset(body.prev)}
    counting = [(event, body) for event, body in versions if event not in fallen]
    refused |= {body.content for event, body in versions if event in fallen}
    return counting, frozenset(refused - {body.content for _, body in counting})


def _known(id_: ItemId, versions: Versions) -> KnownItem:
    """The item of a class whose smallest id this is."""
    if len(versions) == 1:
        return KnownItem(id_, tuple(versions), (versions[0][0],))
    aliases: dict[CardId, CardId] = {}
    if len({body.item for _, body in versions}) > 1:
        versions, aliases = _with_one_set_of_cards(versions)
    return KnownItem(id_, tuple(versions), _heads(versions), aliases=aliases)


def _heads(versions: Versions) -> tuple[EventId, ...]:
    replaced = {event for _, body in versions for event in body.prev}
    heads = tuple(event for event, _ in versions if event not in replaced)
    # Versions that replace each other in a circle can only be forged; the newest then counts.
    return heads or (versions[-1][0],)


# Cards of a class -------------------------------------------------------------------------------


def _with_one_set_of_cards(versions: Versions) -> tuple[Versions, dict[CardId, CardId]]:
    """All versions with the cards of the item with the smallest id, and whose cards those are."""
    joint = _joint(versions)
    by_item: dict[ItemId, list[tuple[EventId, ItemFixed]]] = defaultdict(list)
    # Cards are paired by what they asked before: later edits do not change whose they are. All
    # versions can be joint only if some are missing.
    for event, body in [one for one in versions if one[0] not in joint] or versions:
        by_item[body.item].append((event, body))
    first, *others = sorted(by_item)
    cards = {card.id: card for card in _cards(by_item[first])}
    aliases: dict[CardId, CardId] = {}
    keys = _keys(by_item[first])
    for item in others:
        found = _paired(cards, keys, by_item[item])
        aliases |= found
        for card in _cards(by_item[item]):
            cards.setdefault(found.get(card.id, card.id), card)
        for key, own in _keys(by_item[item]).items():
            keys.setdefault(key, found.get(own, own))
    for _, body in versions:
        for card in body.cards:
            cards.setdefault(aliases.get(card.id, card.id), card)
    return [
        (event, body._replace(cards=_resolved(body.cards, cards, aliases)))
        for event, body in versions
    ], aliases


def _joint(versions: Versions) -> set[EventId]:
    """The versions that replace, at however many removes, one of another item of the class."""
    owners = {event: body.item for event, body in versions}
    joint: set[EventId] = set()
    before = -1
    while before != len(joint):
        before = len(joint)
        joint |= {
            event
            for event, body in versions
            for prev in body.prev
            if prev in joint or owners.get(prev, body.item) != body.item
        }
    return joint


def _cards(versions: Versions) -> tuple[FixedCard, ...]:
    return KnownItem(versions[0][1].item, tuple(versions), _heads(versions)).cards


def _keys(versions: Versions) -> dict[str, CardId]:
    """Key of a face -> the card that had it first."""
    keys: dict[str, CardId] = {}
    for _, body in versions:
        for card in body.cards:
            keys.setdefault(card.key, card.id)
    return keys


def _paired(
    own: Mapping[CardId, FixedCard], keys: Mapping[str, CardId], others: Versions
) -> dict[CardId, CardId]:
    """Card of another item -> the own card that it is: with the same key, else the same ordinal."""
    pairs: dict[CardId, CardId] = {}
    cards = _cards(others)
    free = set(own) - {card.id for card in cards}
    for key, other in _keys(others).items():
        if other not in own and other not in pairs and keys.get(key) in free:
            pairs[other] = keys[key]
            free.discard(keys[key])
    for card, ordinal in zip(cards, own, strict=False):
        if card.id not in own and card.id not in pairs and ordinal in free:
            pairs[card.id] = ordinal
            free.discard(ordinal)
    return pairs


def _resolved(
    written: Iterable[FixedCard],
    cards: Mapping[CardId, FixedCard],
    aliases: Mapping[CardId, CardId],
) -> tuple[FixedCard, ...]:
    """The cards of the class, with the faces that this version gave them."""
    here = {aliases.get(card.id, card.id): card for card in written}
    return tuple(
        FixedCard(id_, here[id_].key, here[id_].gap) if id_ in here else card._replace(id=id_)
        for id_, card in cards.items()
    )
