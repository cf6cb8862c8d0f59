"""The learner's own pace: how answers are graded, and how long they take. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from srs.model import LONGEST_ANSWER, Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srs.model import Review

_FIRST_SHARES = {Grade.AGAIN: 0.24, Grade.HARD: 0.094, Grade.GOOD: 0.495, Grade.EASY: 0.171}
_PASS_SHARES = {Grade.HARD: 0.224, Grade.GOOD: 0.631, Grade.EASY: 0.145}
_FIRST_SECONDS = {Grade.AGAIN: 33.79, Grade.HARD: 24.3, Grade.GOOD: 13.68, Grade.EASY: 6.5}
_SECONDS = {Grade.AGAIN: 23.0, Grade.HARD: 11.68, Grade.GOOD: 7.33, Grade.EASY: 5.6}
_PSEUDO_ANSWERS = 30
"""How many answers the published shares and times weigh against the learner's own."""


class _Near(NamedTuple):
    """How far two paces that are near each other are apart at most."""

    shares: float
    """Of the answers that pass, graded otherwise."""
    times: float
    """By what share of itself each typical time differs."""


NEAR = _Near(shares=0.004, times=0.02)

Tally = dict[tuple[int, int, int], int]
"""(1 if it was the card's first answer, grade, tenths of a second or 0) -> how many answers."""


class Times(NamedTuple):
    """How long a card's answers took: what is needed to set them against any typical times.

    `logs` is the sum of the logarithms of the seconds of its timed answers; `first` the grade of
    the first of all its answers, or 0 if it was not timed; `later` counts the others by grade.
    """

    logs: float = 0.0
    first: int = 0
    later: tuple[int, int, int, int] = (0, 0, 0, 0)

    @classmethod
    def of(cls, answers: Sequence[Review]) -> Times:
        """Those of a card's answers, oldest first, practice left out."""
        later = [0, 0, 0, 0]
        first, logs = 0, 0.0
        for number, answer in enumerate(answers):
            if answer.ms:
                logs += math.log(_seconds(answer.ms))
                if number:
                    later[answer.grade - 1] += 1
                else:
                    first = int(answer.grade)
        return cls(logs, first, (later[0], later[1], later[2], later[3]))


def tallied(answers: Sequence[Review]) -> Iterable[tuple[int, int, int]]:
    """What a card's answers, practice left out, add to the tally."""
    for number, answer in enumerate(answers):
        yield (
            int(not number),
            int(answer.grade),
            round(10 * _seconds(answer.ms)) if answer.ms else 0,
        )


class Pace(NamedTuple):
    """How this learner answers: shares of grades, and seconds by grade, first answers apart."""

    first_shares: Mapping[Grade, float]
    pass_shares: Mapping[Grade, float]
    first_seconds: Mapping[Grade, float]
    seconds: Mapping[Grade, float]

    @classmethod
    def of(cls, tally: Tally) -> Pace:
        """The published shares and times, drawn towards the learner's own with their number."""
        counts = {True: dict.fromkeys(Grade, 0), False: dict.fromkeys(Grade, 0)}
        times: dict[tuple[bool, Grade], list[tuple[int, int]]] = {}
        for (first, grade, tenths), count in sorted(tally.items()):
            counts[bool(first)][Grade(grade)] += count
            if tenths:
                times.setdefault((bool(first), Grade(grade)), []).append((tenths, count))
        return cls(
            _shares(counts[True], _FIRST_SHARES),
            _shares(counts[False], _PASS_SHARES),
            {g: _typical(times.get((True, g), []), _FIRST_SECONDS[g]) for g in Grade},
            {g: _typical(times.get((False, g), []), _SECONDS[g]) for g in Grade},
        )

    def is_near(self, other: Pace) -> bool:
        """Whether what holds at any pace near this holds at the other."""
        moved = sum(abs(other.pass_shares[g] - share) for g, share in self.pass_shares.items()) / 2
        return moved <= NEAR.shares and all(
            abs(now[grade] - then) <= NEAR.times * then
            for was, now in zip(self[2:], other[2:], strict=True)
            for grade, then in was.items()
        )

    def factor(self, times: Times) -> float:
        """A card's own time relative to others' answers with the same grade."""
        count = bool(times.first) + sum(times.later)
        if not count:
            return 1.0
        logs = times.logs
        if times.first:
            logs -= math.log(self.first_seconds[Grade(times.first)])
        for grade, number in zip(Grade, times.later, strict=True):
            if number:
                logs -= number * math.log(self.seconds[grade])
        return math.exp(logs / (count + 0.6))


def _shares(counts: Mapping[Grade, int], typical: Mapping[Grade, float]) -> dict[Grade, float]:
    total = sum(counts[grade] for grade in typical) + _PSEUDO_ANSWERS
    return {
        grade: (counts[grade] + _PSEUDO_ANSWERS * share) / total for grade, share in typical.items()
    }


def _typical(times: Sequence[tuple[int, int]], published: float) -> float:
    """The learner's median seconds, drawn towards the published ones where there are few.

    `times` are (tenths of a second, how many), in their order.
    """
    count = sum(number for _, number in times)
    if not count:
        return published
    median = (_at(times, (count - 1) // 2) + _at(times, count // 2)) / 20
    weight = count / (count + _PSEUDO_ANSWERS)
    return math.exp(weight * math.log(median) + (1 - weight) * math.log(published))


def _at(times: Sequence[tuple[int, int]], rank: int) -> int:
    for tenths, number in times:
        if rank < number:
            return tenths
        rank -= number
    raise IndexError("beyond the last answer")


def _seconds(ms: int) -> float:
    return max(min(ms, LONGEST_ANSWER) / 1000, 0.5)
