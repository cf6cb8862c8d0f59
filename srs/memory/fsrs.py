"""FSRS-6 with its default weights. The door to `fsrs`.

No learning steps and no fuzz: srs plans sessions itself. Days are study days; the library floors
24-hour periods, so every answer is put at noon of its study day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING

from fsrs import Card, Rating, Scheduler, State

from srs.model import Grade, Memory

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
_DECAY = _SCHEDULER.parameters[20]
_FACTOR = 0.9 ** (-1 / _DECAY) - 1


def replay(answers: Iterable[tuple[date, Grade]]) -> Memory | None:
    """The memory after these answers, oldest first; None when there are none.

    A day before the one of the answer before it counts as the same day.
    """
    memory: Memory | None = None
    for day, grade in answers:
        memory = after(memory, grade, day)
    return memory


def after(memory: Memory | None, grade: Grade, day: date) -> Memory:
    """The memory after one more answer on study day `day`."""
    if memory is None:
        stability, difficulty = _first(grade)
        return Memory(stability, difficulty, day)
    day = max(day, memory.day)
    # card_id: without one the library reads the clock and sleeps.
    card = Card(
        card_id=1,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review=_noon(memory.day),
        due=_noon(memory.day),
    )
    return _memory(_SCHEDULER.review_card(card, Rating(grade), _noon(day))[0], day)


@cache
def _first(grade: Grade) -> tuple[float, float]:
    day = date(2000, 1, 1)
    card, _ = _SCHEDULER.review_card(Card(card_id=1), Rating(grade), _noon(day))
    memory = _memory(card, day)
    return memory.stability, memory.difficulty


def _memory(card: Card, day: date) -> Memory:
    if card.stability is None or card.difficulty is None:
        raise TypeError("FSRS gave a reviewed card no memory")
    return Memory(card.stability, card.difficulty, day)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def retrievability(memory: Memory, days: float) -> float:
    """Probability of recall `days` study days after the last review, 0 to 1 (FSRS-6 curve)."""
    return float((1 + _FACTOR * days / memory.stability) ** -_DECAY)


def recall_days(memory: Memory, start: float, end: float) -> float:
    """Expected days of recall between `start` and `end` days after the last review.

    The integral of the forgetting curve: S/(F (1-d)) [(1 + F b/S)^(1-d) - (1 + F a/S)^(1-d)].
    """
    rate, power = _FACTOR / memory.stability, 1 - _DECAY
    return float(((1 + rate * end) ** power - (1 + rate * start) ** power) / (rate * power))


def days_until(memory: Memory, retention: float) -> float:
    """Study days after the last review until recall has fallen to `retention`."""
    return float(memory.stability / _FACTOR * (retention ** (-1 / _DECAY) - 1))
