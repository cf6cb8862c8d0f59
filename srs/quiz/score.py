"""How a quiz went, and what so few answers can tell. Pure."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Grade
from srs.session import recalled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.session import Answered

_Z = 1.959964
"""Of a normal distribution 95 % lie so many deviations around its middle."""


class Tally(NamedTuple):
    """So many were right, of so many."""

    right: int
    asked: int

    @property
    def between(self) -> tuple[float, float]:
        """The shares that may be behind it, 0 to 1: the interval of Wilson (1927) for 95 %."""
        right, asked = self
        if not asked:
            return 0.0, 1.0
        share, z = right / asked, _Z**2 / asked
        middle = share + z / 2
        spread = _Z * sqrt(share * (1 - share) / asked + z / (4 * asked))
        low, high = (middle - spread) / (1 + z), (middle + spread) / (1 + z)
        # Rounding must not leave the share itself outside.
        return max(0.0, min(low, share)), min(1.0, max(high, share))


class Score(NamedTuple):
    """What is marked, by topic in the order of asking; `known` are those answered before.

    `expected`: how many of the known ones memory expected to be right.
    """

    whole: Tally
    topics: dict[str, Tally]
    known: Tally
    expected: float
    wrong: tuple[Answered, ...]


def score(done: Sequence[Answered]) -> Score:
    by_topic: dict[str, list[Answered]] = {}
    for one in done:
        by_topic.setdefault(one.turn.card.item.topic, []).append(one)
    right, known, expected = recalled(done)
    return Score(
        _tally(done),
        {topic: _tally(own) for topic, own in by_topic.items()},
        Tally(right, known),
        expected,
        tuple(one for one in done if not _is_right(one)),
    )


def _tally(answers: Sequence[Answered]) -> Tally:
    return Tally(sum(map(_is_right, answers)), len(answers))


def _is_right(one: Answered) -> bool:
    return one.review.grade > Grade.AGAIN
