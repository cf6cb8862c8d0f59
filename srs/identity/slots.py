"""Where items stand between neighbours that were recognised already. Pure."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from srs.identity.similarity import sides

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from srs.identity.similarity import Sides
    from srs.model import Item, ItemFixed, ItemId, KnownItem

    Spot = tuple[str, int]
    """A path, and the order of an item in it."""
    Around = Callable[[str, int], Iterable[tuple[Spot, Sides]]]
    """Asked by path and order: the items `AROUND` that place, in the order of the vault."""

T = TypeVar("T")
AROUND = 20
"""Items on either side that are company."""
Between = tuple[str, "ItemId | None", "ItemId | None"]
"""A path, and the recognised neighbours above and below; None at the ends of the file."""


class Match(NamedTuple):
    """An item of the history that was recognised, by what, and how alike the two are."""

    known: KnownItem
    why: str
    score: float | None = None


class Place(NamedTuple):
    """The `rank`-th of `run` unrecognised items between two recognised ones."""

    between: Between
    rank: int
    run: int


class Slots(NamedTuple):
    """The places of what is left over: of the history's items, and of the parsed ones by index."""

    old: Mapping[ItemId, Place]
    new: Mapping[int, Place]

    def of(self, old: ItemId, new: int) -> str:
        """What two items are to each other by their places: `one`, `eq`, `gap`, or `` for none."""
        was, is_ = self.old.get(old), self.new.get(new)
        if was is None or is_ is None or was.between != is_.between:
            return ""
        return slot(was.run, is_.run, was.rank, is_.rank)

    def are_beside(self, new: int, other: int) -> bool:
        """Whether two parsed items are of one slot."""
        here, there = self.new.get(new), self.new.get(other)
        return here is not None and there is not None and here.between == there.between

    def opposite(self) -> Iterable[tuple[ItemId, int]]:
        """The pairs that are `one` or `eq`."""
        at = {(place.between, place.rank): new for new, place in self.new.items()}
        for old, place in self.old.items():
            new = at.get((place.between, place.rank))
            if new is not None and self.new[new].run == place.run:
                yield old, new


class Company:
    """The items around a place, in its file and the next: where families of questions mostly are.

    The whole vault would tell more, and take longer than all the rest.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    @cached_property
    def _starts(self) -> Mapping[str, int]:
        """Path -> index of its first item."""
        found: dict[str, int] = {}
        for index, item in enumerate(self._items):
            found.setdefault(item.path, index)
        return found

    def __call__(self, path: str, order: int) -> Iterator[tuple[Spot, Sides]]:
        if path in self._starts:
            place = self._starts[path] + order
            for item in self._items[max(0, place - AROUND) : place + AROUND + 1]:
                yield (item.path, item.order), sides(item.texts)


def around(company: Around, old: ItemFixed, new: Item) -> list[Sides]:
    """What stands around the new item, and where the old one stood."""
    spots = {(old.path, old.order), (new.path, new.order)}
    found = {spot: text for place in spots for spot, text in company(*place)}
    found.pop((new.path, new.order), None)
    return [found[spot] for spot in sorted(found)]


def slot(old: int, new: int, rank: int, place: int) -> str:
    """What the `rank`-th of `old` items and the `place`-th of `new` ones are to each other.

    All of them stand between the same two neighbours.
    """
    if old == new == 1:
        return "one"
    return "eq" if old == new and rank == place else "gap"


def slots(
    latest: Mapping[ItemId, ItemFixed],
    old: Collection[ItemId],
    items: Sequence[Item],
    found: Mapping[int, Match],
) -> Slots:
    """The places of the `old` items, and of all parsed ones that are not `found` (by index).

    A recognised neighbour counts on either side only where it still is in its file.
    """
    paths = {latest[id_].path for id_ in old}
    now: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        if item.path in paths:
            now[item.path].append(index)
    stayed = {
        found[index].known.id: path
        for path, indexes in now.items()
        for index in indexes
        if index in found
    }
    were: dict[str, list[tuple[int, ItemId]]] = defaultdict(list)
    for id_, one in latest.items():
        if one.path in paths and (id_ in old or stayed.get(id_) == one.path):
            were[one.path].append((one.order, id_))
    old_places: dict[ItemId, Place] = {}
    new_places: dict[int, Place] = {}
    for path, indexes in now.items():
        row = [id_ for _, id_ in sorted(were[path])]
        for (before, after), run in _between(row, lambda one: one in old):
            for rank, id_ in enumerate(run):
                old_places[id_] = Place((path, before, after), rank, len(run))
        for ends, free in _between(indexes, lambda one: one not in found):
            above, below = (None if end is None else found[end].known.id for end in ends)
            for rank, index in enumerate(free):
                new_places[index] = Place((path, above, below), rank, len(free))
    return Slots(old_places, new_places)


def _between(
    row: Sequence[T], is_free: Callable[[T], bool]
) -> Iterable[tuple[tuple[T | None, T | None], list[T]]]:
    """The runs of free elements, with the elements before and after; None at the ends."""
    before: T | None = None
    run: list[T] = []
    for element in row:
        if is_free(element):
            run.append(element)
            continue
        if run:
            yield (before, element), run
        before, run = element, []
    if run:
        yield (before, None), run
