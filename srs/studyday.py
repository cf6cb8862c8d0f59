"""The study day: the local calendar day, which begins at 04:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta

ROLLOVER = timedelta(hours=4)


def study_day(now: datetime) -> date:
    """The study day of a moment, which knows its zone, on this machine's clock."""
    # Subtracted from the wall clock, so that a change to summer time does not move the rollover.
    return (now.astimezone().replace(tzinfo=None) - ROLLOVER).date()


def elapsed(since: date, day: date) -> int:
    """Study days from `since` to `day`; 0 where clocks disagree."""
    return max(0, (day - since).days)
