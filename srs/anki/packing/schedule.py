"""What the history says of a card as Anki's schedule and review log: what a phone starts with.

The memory that is written is the one that the engine would compute from the log itself, by its own
days. Answers that count for nothing are in the log all the same, as it marks such.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from srs import plan as planning
from srs.anki.collection import Entry
from srs.anki.log import FILTERED, LEARNING, MANUAL, REVIEW, milliseconds
from srs.memory import fsrs
from srs.model import LONGEST_ANSWER, Grade, Review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from srs.anki.days import Days
    from srs.model import Event, Memory, Standing

SUSPENDED = -1
_NEW, _REVIEW = 0, 2
_EASE = 2500
"""The ease that Anki shows of a card whose schedule is FSRS's, and does not use."""


class Schedule(NamedTuple):
    """The columns of a card that Anki schedules by, but for `due`, which is a day here."""

    type: int = _NEW
    queue: int = _NEW
    due: date | None = None
    """None of a new card, which has a place instead."""
    interval: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    data: str = ""


NEW = Schedule()
NEW_SUSPENDED = Schedule(queue=SUSPENDED)


def schedule(standing: Standing, days: Days, retention: float) -> Schedule:
    """The schedule of a card, from what counts for its memory."""
    counting = [event for event in standing.remembered if not _review(event).practice]
    memory = planning.memory(event._replace(day=days.of(event.at)) for event in counting)
    shown = planning.memory(counting)
    if memory is None or shown is None:
        return NEW_SUSPENDED if standing.suspended else NEW
    # It is due on the day that srs shows, by the calendar.
    interval = fsrs.interval(shown, retention)
    grades = [_review(event).grade for event in counting]
    return Schedule(
        type=_REVIEW,
        queue=SUSPENDED if standing.suspended else _REVIEW,
        due=shown.day + timedelta(days=interval),
        interval=interval,
        factor=_EASE,
        reps=len(grades),
        lapses=grades[1:].count(Grade.AGAIN),
        data=_data(memory, retention, counting[-1].at),
    )


def _data(memory: Memory, retention: float, last: datetime) -> str:
    """What FSRS knows of a card, rounded as Anki does."""
    return json.dumps(
        {
            "s": round(memory.stability, 4),
            "d": round(memory.difficulty, 3),
            "dr": retention,
            "decay": fsrs.DECAY,
            # Of whole seconds: else the engine finds it wrong.
            "lrt": milliseconds(last) // 1000,
        }
    )


def log(
    standing: Standing, card: int, days: Days, retention: float, taken: set[int]
) -> Iterator[Entry]:
    """The rows of a card with this id in Anki, oldest first.

    `taken` are the times that rows have, in milliseconds: those of two rows differ.
    """
    memory: Memory | None = None
    interval = 0
    reset = standing.reset
    for event in standing.reviews:
        review = _review(event)
        if reset and (event.at, event.id) > reset:
            yield _made_new(reset[0], card, interval, taken)
            memory, interval, reset = None, 0, None
        at, ease, took = _free(event.at, taken), int(review.grade), min(review.ms, LONGEST_ANSWER)
        if review.practice:
            yield Entry(at, card, ease, interval, interval, 0, took, FILTERED)
            continue
        type_, factor, before = LEARNING if memory is None else REVIEW, _EASE, interval
        starts = review.sm2 if memory is None else None
        memory = planning.memory([event._replace(day=days.of(event.at))], memory)
        assert memory is not None
        interval = fsrs.interval(memory, retention)
        if starts:
            type_, (interval, factor) = REVIEW, starts
        yield Entry(at, card, ease, interval, before, factor, took, type_)
    if reset and standing.reviews:
        yield _made_new(reset[0], card, interval, taken)


def _made_new(at: datetime, card: int, interval: int, taken: set[int]) -> Entry:
    return Entry(_free(at, taken), card, 0, 0, interval, 0, 0, MANUAL)


def _free(at: datetime, taken: set[int]) -> int:
    """The milliseconds of a moment; the next ones that no row has, if it is taken."""
    ms = milliseconds(at)
    while ms in taken:
        ms += 1
    taken.add(ms)
    return ms


def _review(event: Event) -> Review:
    if not isinstance(event.body, Review):
        raise TypeError(f"{event.id} is no review")
    return event.body
