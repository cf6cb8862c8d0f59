"""Where an item stands between recognised neighbours, as the matcher sees it."""

from __future__ import annotations

import pytest

from srs import identity, notes
from srs.identity.slots import Company, Match, Slots, around, slot, slots
from srs.model import Item, ItemId, KnownItem


@pytest.mark.parametrize(
    ("old", "new", "rank", "place", "expected"),
    [
        (1, 1, 0, 0, "one"),
        (2, 2, 0, 0, "eq"),
        (2, 2, 1, 1, "eq"),
        (2, 2, 0, 1, "gap"),
        (1, 2, 0, 0, "gap"),
        (2, 1, 0, 0, "gap"),
    ],
)
def test_one_in_the_place_of_one_is_not_any_of_as_many(
    old: int, new: int, rank: int, place: int, expected: str
) -> None:
    assert slot(old, new, rank, place) == expected


def note(*questions: str) -> list[Item]:
    text = "".join(f"Q: {question}\nA: yes\n\n" for question in questions)
    return [*notes.parse("notes/a.md", text)[0].items]


def placed(old: str, new: str, known: str) -> Slots:
    """The slots of two notes with an item for each letter; those of `known` are recognised."""
    olds, items = note(*old), note(*new)
    latest = {
        ItemId(letter): identity.fixed(item, (), "") for letter, item in zip(old, olds, strict=True)
    }
    found = {
        new.index(letter): Match(KnownItem(ItemId(letter), (), ()), "exact") for letter in known
    }
    return slots(latest, {ItemId(letter) for letter in old if letter not in known}, items, found)


@pytest.mark.parametrize(
    ("old", "new", "known", "pairs"),
    [
        ("axb", "ayb", "ab", {"x": "y"}),
        ("axyb", "avwb", "ab", {"x": "v", "y": "w"}),
        ("axyb", "avb", "ab", {}),
        ("axb", "avwb", "ab", {}),
        ("xa", "va", "a", {"x": "v"}),
        ("ax", "av", "a", {"x": "v"}),
        ("axb", "bav", "ab", {}),
        ("axbyc", "avbwc", "abc", {"x": "v", "y": "w"}),
        ("axc", "avbwc", "ac", {}),
    ],
)
def test_items_are_opposite_between_the_same_neighbours(
    old: str, new: str, known: str, pairs: dict[str, str]
) -> None:
    places = placed(old, new, known)
    assert {one: new[index] for one, index in places.opposite()} == pairs
    for one in old:
        for index, other in enumerate(new):
            if one not in known and other not in known:
                opposite = places.of(ItemId(one), index) in ("one", "eq")
                assert opposite == (pairs.get(one) == other)


def test_a_neighbour_that_went_to_another_file_is_none() -> None:
    """`b` is recognised, but elsewhere: what stood on its two sides is of one slot now."""
    olds, items = note(*"axbyc"), note(*"avwc")
    latest = {
        ItemId(letter): identity.fixed(item, (), "")
        for letter, item in zip("axbyc", olds, strict=True)
    }
    items.append(note("b")[0]._replace(path="notes/b.md"))
    found = {
        index: Match(KnownItem(ItemId(letter), (), ()), "exact")
        for index, letter in ((0, "a"), (3, "c"), (4, "b"))
    }
    places = slots(latest, {ItemId("x"), ItemId("y")}, items, found)
    assert dict(places.opposite()) == {"x": 1, "y": 2}
    assert places.are_beside(1, 2)
    assert not places.are_beside(1, 3)


def test_company_is_what_stands_around_both_places() -> None:
    items = note(*(f"question {number}" for number in range(100)))
    old = identity.fixed(items[80], (), "")
    found = [text.question for text in around(Company(items), old, items[10])]
    near = {*range(31), *range(60, 100)} - {10}
    assert found == [f"question {number}" for number in sorted(near)]
    gone = old._replace(path="notes/gone.md")
    assert len(around(Company(items), gone, items[0])) == 20
