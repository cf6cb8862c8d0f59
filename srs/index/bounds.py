"""Bounds of the priorities of answered cards, so that a plan looks at the best ones only."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from srs.index import past
from srs.index.meta import get, put
from srs.model import Grade
from srs.plan import gain
from srs.plan.pace import Pace

if TYPE_CHECKING:
    from datetime import date

    from srs.index import Connection
    from srs.model import Memory

_AHEAD = 10
"""Days for which bounds are made at once: until the next session, and some more."""


def hold(db: Connection, day: date) -> bool:
    """Whether there are bounds for that day."""
    span = get(db, "bounds")
    return span is not None and span[0] <= day.toordinal() <= span[1]


def make(db: Connection, day: date | None, *, changed: bool) -> None:
    """Make the bounds that are missing for that day, or all of them for another stretch or pace.

    Without a day there are none afterwards, if anything has `changed`.
    """
    pace = past.pace(db) if changed or get(db, "pace") is None else None
    if pace and get(db, "pace") != _pace_fields(pace):
        put(db, "pace", _pace_fields(pace))
        put(db, "bounds", None)
    if day is None:
        if changed:
            put(db, "bounds", None)
        return
    if not hold(db, day):
        put(db, "bounds", (day.toordinal(), day.toordinal() + _AHEAD))
        db.execute("UPDATE seen SET bound = NULL")
    first, last = get(db, "bounds")
    pace = kept_pace(db)
    rows = db.execute(
        "SELECT card, stability, difficulty, day, times, soon FROM seen WHERE bound IS NULL "
        "AND key IS NOT NULL AND stability IS NOT NULL AND NOT suspended"
    ).fetchall()
    db.executemany(
        "UPDATE seen SET bound = ? WHERE card = ?",
        (
            (inf if soon else _bound(past.kept_memory(*memory), times, pace, first, last), card)
            for card, *memory, times, soon in rows
        ),
    )


def _pace_fields(pace: Pace) -> list[list[list[float]]]:
    return [[[int(grade), value] for grade, value in one.items()] for one in pace]


def kept_pace(db: Connection) -> Pace:
    """The learner's pace, as it was when the history was read."""
    return Pace(*({Grade(grade): value for grade, value in one} for one in get(db, "pace")))


def _bound(memory: Memory, times: str, pace: Pace, first: int, last: int) -> float:
    at = memory.day.toordinal()
    days = range(max(0, first - at), max(0, last - at) + 1)
    return gain.most(memory, past.kept_times(times), pace, days)
