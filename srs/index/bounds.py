"""Bounds of the priorities of answered cards, so that a plan looks at the best ones only.

Each holds for some days, the longer the slower its memory fades, and at any pace near the one for
which it was made. So after a session only few are made anew.
"""

from __future__ import annotations

from datetime import date
from math import inf
from typing import TYPE_CHECKING

from srs.index import seen
from srs.index.meta import get, put
from srs.model import Grade
from srs.plan import gain
from srs.plan.pace import Pace

if TYPE_CHECKING:
    from srs.index import Connection
    from srs.model import Memory

_AHEAD = 10
"""Days for which there are bounds at least: until the next session, and some more."""
_FADING = 4
"""A bound holds for this part of a stability: over so long priorities change by little."""
_LONGEST = 1000
"""Days for which a bound holds at most."""


def days(db: Connection) -> tuple[date, date] | None:
    """The first and the last day for which there are bounds of all cards."""
    since = get(db, "bounds since")
    if since is None:
        return None
    until = db.execute("SELECT min(until) FROM seen WHERE bound IS NOT NULL").fetchone()[0]
    last = date.max if until is None else date.fromordinal(until)
    return date.fromordinal(since), last


def hold(db: Connection, day: date) -> bool:
    """Whether there are bounds for that day."""
    span = days(db)
    return span is not None and span[0] <= day <= span[1]


def make(db: Connection, day: date | None, *, changed: bool, paced: bool) -> None:
    """Make the bounds that are missing for that day and those after it.

    Without a day there are none afterwards, if anything has `changed`. `paced`: the pace may have.
    """
    if paced or get(db, "pace") is None:
        pace = seen.pace(db)
        put(db, "pace", _fields(pace))
        based = get(db, "bounds pace")
        if based is None or not _pace(based).is_near(pace):
            put(db, "bounds pace", _fields(pace))
            put(db, "bounds since", None)
    if day is None:
        if changed:
            put(db, "bounds since", None)
        return
    since = get(db, "bounds since")
    if since is None or day.toordinal() < since:
        db.execute("UPDATE seen SET bound = NULL WHERE bound IS NOT NULL")
    put(db, "bounds since", day.toordinal())
    soonest = day.toordinal() + _AHEAD
    db.execute("UPDATE seen SET bound = NULL WHERE bound IS NOT NULL AND until < ?", (soonest,))
    pace = _pace(get(db, "bounds pace"))
    while rows := db.execute(_UNBOUND, (_ROWS,)).fetchall():
        db.executemany(
            "UPDATE seen SET bound = ?, until = ? WHERE card = ?",
            (
                (*_bound(seen.kept_memory(*memory), times, pace, day, soon=soon), card)
                for card, *memory, times, soon in rows
            ),
        )


_ROWS = 1000
"""So many cards are held in memory at once."""
_UNBOUND = """
SELECT card, stability, difficulty, day, times, soon FROM seen INDEXED BY seen_unbound
WHERE bound IS NULL AND key IS NOT NULL AND stability IS NOT NULL AND NOT suspended LIMIT ?
"""
"""Of all these conditions SQLite would go by the one that most cards fulfil."""


def _fields(pace: Pace) -> list[list[list[float]]]:
    return [[[int(grade), value] for grade, value in one.items()] for one in pace]


def _pace(fields: list[list[list[float]]]) -> Pace:
    return Pace(*({Grade(int(grade)): value for grade, value in one} for one in fields))


def kept_pace(db: Connection) -> Pace:
    """The learner's pace, as it was when the history was read."""
    return _pace(get(db, "pace"))


def _bound(memory: Memory, times: str, pace: Pace, day: date, *, soon: bool) -> tuple[float, int]:
    """A bound, and the last day on which it holds."""
    length = min(max(_AHEAD, int(memory.stability / _FADING)), _LONGEST)
    last = day.toordinal() + length
    if soon:
        return inf, last
    at = memory.day.toordinal()
    span = range(max(0, day.toordinal() - at), max(0, last - at) + 1)
    return gain.bound(memory, seen.kept_times(times), pace, span), last
