"""What an answer today is worth: recall-days gained, and the seconds that it takes. Pure."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

from srs.memory import fsrs
from srs.model import Grade
from srs.plan.pace import NEAR

if TYPE_CHECKING:
    from srs.model import Memory
    from srs.plan.pace import Pace, Times

HORIZON = 70.0
"""Days over which recall counts."""
_PIECES = 11
"""In so many pieces are the days of a bound looked at."""


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


def bound(memory: Memory, times: Times, pace: Pace, days: range) -> float:
    """No priority on any of these days after the last answer is greater, at any pace near this.

    The days are looked at in pieces: over a week a priority may fall, rise, or have its top in the
    middle, as the learner's times have it.
    """
    step = -(-len(days) // _PIECES)
    pieces = [days[start : start + step] for start in range(0, len(days), step)]
    return max(_bound(memory, times, pace, piece[0], piece[-1]) for piece in pieces)


def _bound(memory: Memory, times: Times, pace: Pace, first: int, last: int) -> float:
    """Of one piece: recall falls from its first day to its last, and all that an answer would lead
    to rises, except from the day of the last answer to the next one.
    """
    if first == 0 < last:
        on_the_day = _bound(memory, times, pace, 0, 0)
        return max(on_the_day, _bound(memory, times, pace, 1, last))
    most, least = fsrs.retrievability(memory, first), fsrs.retrievability(memory, last)
    again, *passed = fsrs.stabilities(memory, last)
    held = [fsrs.recall_days(stability, 0, HORIZON) for stability in passed]
    shares, seconds = [*pace.pass_shares.values()], [pace.seconds[g] for g in pace.pass_shares]
    kept = sum(map(mul, shares, held)) + NEAR.shares * (max(held) - min(held))
    gain = (1 - most) * fsrs.recall_days(again, 0, HORIZON) + most * kept
    gain -= fsrs.recall_days(memory.stability, last, last + HORIZON)
    passing = sum(map(mul, shares, seconds)) - NEAR.shares * (max(seconds) - min(seconds))
    failing = pace.seconds[Grade.AGAIN]
    lasts = min((1 - recall) * failing + recall * passing for recall in (most, least))
    looser = (1 + NEAR.times) / (1 - NEAR.times)
    return float(max(gain, 0.0) * looser / (lasts * pace.factor(times)))


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
