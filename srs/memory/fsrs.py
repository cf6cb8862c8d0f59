"""FSRS-6 with its default weights, in plain floats.

No learning steps and no fuzz: srs plans sessions itself. Days are study days. A step takes a tenth
of the time that the library takes, and needs no import; it is written in the library's order of
operations, and tests hold it equal to the last bit.
"""

from __future__ import annotations

from functools import cache
from math import e
from typing import TYPE_CHECKING

from srs.model import Grade, Memory

if TYPE_CHECKING:
    from datetime import date

WEIGHTS = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796),
    *(1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)
"""w0 to w20 of FSRS-6, as published with its library."""
_W = WEIGHTS
DECAY = _W[20]
_FACTOR = 0.9 ** (-1 / DECAY) - 1
_LEAST_STABILITY = 0.001
_LONGEST = 36_500
"""Days that a card is put off at most, as in Anki."""
_GROWTH = e ** _W[8]
_SAME_DAY_FALL = e ** (_W[17] * _W[18])
_BONUS = {Grade.HARD: _W[15], Grade.GOOD: 1.0, Grade.EASY: _W[16]}
_EASIEST = _W[4] - e ** (_W[5] * 3) + 1
"""The difficulty to which all others revert a little, before it is held to its bounds."""


def after(memory: Memory | None, grade: Grade, day: date) -> Memory:
    """The memory after one more answer on study day `day`; None before the first.

    A day before the one of the answer before it counts as the same day.
    """
    if memory is None:
        return Memory(*first(grade), day)
    day = max(day, memory.day)
    days = (day - memory.day).days
    stability, difficulty, _ = memory
    if not days:
        then = _same_day(stability, grade)
    elif grade is Grade.AGAIN:
        then = _forgotten(stability, difficulty, retrievability(memory, days))
    else:
        growth = _recall_growth(stability, difficulty, retrievability(memory, days))
        then = stability * (1 + growth * _BONUS[grade])
    return Memory(max(then, _LEAST_STABILITY), _next_difficulty(difficulty, grade), day)


def from_sm2(interval: int, ease: int, day: date) -> Memory:
    """The memory that an SM-2 scheduler had: its interval in days, its ease in thousandths.

    At a retention of 0.9, as Anki takes it when a log begins in the middle. An ease of up to 1100
    is Anki's way of writing down a difficulty of FSRS.
    """
    stability = max(float(interval), _LEAST_STABILITY)
    if ease <= 1100:
        difficulty = (ease / 1000 - 0.1) * 9 + 1
    else:
        recalled = _GROWTH * stability ** -_W[9] * (e ** ((1 - 0.9) * _W[10]) - 1)
        difficulty = 11 - (ease / 1000 - 1) / recalled
    return Memory(stability, min(max(difficulty, 1.0), 10.0), day)


def stabilities(memory: Memory, days: int) -> tuple[float, float, float, float]:
    """The stability after each of the four grades, `days` study days after the last review."""
    stability, difficulty, _ = memory
    if not days:
        again, hard, good, easy = (_same_day(stability, grade) for grade in Grade)
    else:
        recall = retrievability(memory, days)
        growth = _recall_growth(stability, difficulty, recall)
        again = _forgotten(stability, difficulty, recall)
        hard = stability * (1 + growth * _W[15])
        good = stability * (1 + growth)
        easy = stability * (1 + growth * _W[16])
    least = _LEAST_STABILITY
    return max(again, least), max(hard, least), max(good, least), max(easy, least)


@cache
def first(grade: Grade) -> tuple[float, float]:
    """Stability and difficulty after a first answer."""
    difficulty = _W[4] - e ** (_W[5] * (grade - 1)) + 1
    return _W[grade - 1], min(max(difficulty, 1.0), 10.0)


def _next_difficulty(difficulty: float, grade: Grade) -> float:
    moved = difficulty + (10.0 - difficulty) * -(_W[6] * (grade - 3)) / 9.0
    return float(min(max(_W[7] * _EASIEST + (1 - _W[7]) * moved, 1.0), 10.0))


def _same_day(stability: float, grade: Grade) -> float:
    growth = e ** (_W[17] * (grade - 3 + _W[18])) * stability ** -_W[19]
    return stability * float(growth if grade is Grade.AGAIN else max(growth, 1.0))


def _forgotten(stability: float, difficulty: float, recall: float) -> float:
    """The stability after a lapse."""
    lasting = (
        _W[11]
        * difficulty ** -_W[12]
        * ((stability + 1) ** _W[13] - 1)
        * e ** ((1 - recall) * _W[14])
    )
    return float(min(lasting, stability / _SAME_DAY_FALL))


def _recall_growth(stability: float, difficulty: float, recall: float) -> float:
    """By what share of itself stability grows when the card is recalled and graded good."""
    room = _GROWTH * (11 - difficulty) * stability ** -_W[9]
    return float(room * (e ** ((1 - recall) * _W[10]) - 1))


def retrievability(memory: Memory, days: float) -> float:
    """Probability of recall `days` study days after the last review, 0 to 1 (FSRS-6 curve)."""
    return curve(memory.stability, days)


def curve(stability: float, days: float) -> float:
    """Probability of recall `days` after the review that led to this stability."""
    return float((1 + _FACTOR * days / stability) ** -DECAY)


def recall_days(stability: float, start: float, end: float) -> float:
    """Expected days of recall between `start` and `end` days after the last review.

    The integral of the forgetting curve: S/(F (1-d)) [(1 + F b/S)^(1-d) - (1 + F a/S)^(1-d)].
    """
    rate, power = _FACTOR / stability, 1 - DECAY
    return float(((1 + rate * end) ** power - (1 + rate * start) ** power) / (rate * power))


def interval(memory: Memory, retention: float) -> int:
    """Whole study days after the last review at which recall is nearest to `retention`."""
    return min(max(1, round(days_until(memory, retention))), _LONGEST)


def days_until(memory: Memory, retention: float) -> float:
    """Study days after the last review until recall has fallen to `retention`."""
    return float(memory.stability / _FACTOR * (retention ** (-1 / DECAY) - 1))
