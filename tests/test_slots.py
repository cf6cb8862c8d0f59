"""Where an item stands between recognised neighbours, as the matcher sees it."""

from __future__ import annotations

import pytest

from srs.identity.slots import slot


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
