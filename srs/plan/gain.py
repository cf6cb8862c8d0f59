"""What an answer today is worth: recall-days gained, and the seconds that it takes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.memory import fsrs
from srs.model import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srs.model import Memory
    from srs.plan.pace import Pace, Times

HORIZON = 70.0
"""Days over which recall counts."""


def of_new(pace: Pace) -> tuple[float, float]:
    """Recall-days gained and seconds of any card that was never answered. Nothing is held yet."""
    gain = seconds = 0.0
    for grade, share in pace.first_shares.items():
        gain += share * fsrs.recall_days(fsrs.first(grade)[0], 0, HORIZON)
        seconds += share * pace.first_seconds[grade]
    return gain, seconds


def of_seen(memory: Memory, days: int, pace: Pace) -> tuple[float, float]:
    """Recall-days gained and seconds of a card last answered `days` study days ago.

    The seconds are those of any card with this memory; `Pace.factor` is the card's own share.
    """
    recall = fsrs.retrievability(memory, days)
    again, *passed = fsrs.stabilities(memory, days)
    gain = (1 - recall) * fsrs.recall_days(again, 0, HORIZON)
    gain -= fsrs.recall_days(memory.stability, days, days + HORIZON)
    seconds = (1 - recall) * pace.seconds[Grade.AGAIN]
    for (grade, share), stability in zip(pace.pass_shares.items(), passed, strict=True):
        gain += recall * share * fsrs.recall_days(stability, 0, HORIZON)
        seconds += recall * share * pace.seconds[grade]
    return gain, seconds


def priority(memory: Memory, days: int, times: Times, pace: Pace) -> float:
    """Recall-days gained a second."""
    gain, seconds = of_seen(memory, days, pace)
    return gain / (seconds * pace.factor(times))


def most(memory: Memory, times: Times, pace: Pace, days: Iterable[int]) -> float:
    """The greatest priority on any of these days after the last answer.

    Each is looked at: over a week it may fall, rise, or have its top in the middle, as the
    learner's times have it.
    """
    return max(priority(memory, after, times, pace) for after in days)


def reason(memory: Memory, days: int, pace: Pace) -> str:
    """Recall today, later if left alone, and later if asked now."""
    recall = fsrs.retrievability(memory, days)
    again, *passed = fsrs.stabilities(memory, days)
    later = (1 - recall) * fsrs.curve(again, HORIZON)
    for share, stability in zip(pace.pass_shares.values(), passed, strict=True):
        later += recall * share * fsrs.curve(stability, HORIZON)
    untouched = fsrs.retrievability(memory, days + HORIZON)
    weeks = round(HORIZON / 7)
    return (
        f"Recall today {recall:.0%}, in {weeks} weeks {untouched:.0%} if left alone, "
        f"{later:.0%} if asked now"
    )
