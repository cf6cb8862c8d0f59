"""The learner's own pace: how answers are graded, and how long they take. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srs.model import LONGEST_ANSWER, Grade, Review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srs.model import CardId, State

_FIRST_SHARES = {Grade.AGAIN: 0.24, Grade.HARD: 0.094, Grade.GOOD: 0.495, Grade.EASY: 0.171}
_PASS_SHARES = {Grade.HARD: 0.224, Grade.GOOD: 0.631, Grade.EASY: 0.145}
_FIRST_SECONDS = {Grade.AGAIN: 33.79, Grade.HARD: 24.3, Grade.GOOD: 13.68, Grade.EASY: 6.5}
_SECONDS = {Grade.AGAIN: 23.0, Grade.HARD: 11.68, Grade.GOOD: 7.33, Grade.EASY: 5.6}
_PSEUDO_ANSWERS = 30
"""How many answers the published shares and times weigh against the learner's own."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How this learner answers: shares of grades, and seconds by grade, first answers apart."""

    first_shares: Mapping[Grade, float]
    pass_shares: Mapping[Grade, float]
    first_seconds: Mapping[Grade, float]
    seconds: Mapping[Grade, float]
    factors: Mapping[CardId, float]
    """Card -> its own time relative to others' answers with the same grade."""

    @classmethod
    def of(cls, state: State) -> Pace:
        """The published shares and times, drawn towards the learner's own with their number."""
        first: list[tuple[CardId, Review]] = []
        later: list[tuple[CardId, Review]] = []
        for card, events in state.reviews.items():
            own = [e.body for e in events if isinstance(e.body, Review) and not e.body.practice]
            first += [(card, review) for review in own[:1]]
            later += [(card, review) for review in own[1:]]
        first_seconds = _seconds(first, _FIRST_SECONDS)
        seconds = _seconds(later, _SECONDS)
        ratios: dict[CardId, list[float]] = defaultdict(list)
        for answered, typical in ((first, first_seconds), (later, seconds)):
            for card, review in answered:
                if review.ms:
                    ratios[card].append(_clipped(review) / typical[review.grade])
        return cls(
            first_shares=_shares(first, _FIRST_SHARES),
            pass_shares=_shares(later, _PASS_SHARES),
            first_seconds=first_seconds,
            seconds=seconds,
            factors={
                card: math.exp(sum(map(math.log, own)) / (len(own) + 0.6))
                for card, own in ratios.items()
            },
        )


def _shares(
    answered: Sequence[tuple[CardId, Review]], typical: Mapping[Grade, float]
) -> dict[Grade, float]:
    counts = Counter(review.grade for _, review in answered if review.grade in typical)
    total = counts.total() + _PSEUDO_ANSWERS
    return {
        grade: (counts[grade] + _PSEUDO_ANSWERS * share) / total for grade, share in typical.items()
    }


def _seconds(
    answered: Sequence[tuple[CardId, Review]], typical: Mapping[Grade, float]
) -> dict[Grade, float]:
    """The learner's median by grade, drawn towards the published time where there are few."""
    own: dict[Grade, list[float]] = defaultdict(list)
    for _, review in answered:
        if review.ms:
            own[review.grade].append(_clipped(review))
    result = dict(typical)
    for grade, times in own.items():
        weight = len(times) / (len(times) + _PSEUDO_ANSWERS)
        logs = math.log(_median(times)), math.log(typical[grade])
        result[grade] = math.exp(weight * logs[0] + (1 - weight) * logs[1])
    return result


def _median(times: list[float]) -> float:
    from statistics import median  # noqa: PLC0415 - slow to load, and needed only with answers

    return median(times)


def _clipped(review: Review) -> float:
    return max(min(review.ms, LONGEST_ANSWER) / 1000, 0.5)
