"""Days as Anki counts them: back from the next rollover, in steps of 24 hours.

Around a change to summer time that is not the local calendar's day; memory that Anki computes from
a log goes by these days (rslib, scheduler/fsrs/params.rs).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)


class Days(NamedTuple):
    """`end` is the next rollover, `today` the day that it ends."""

    end: datetime
    today: date

    @classmethod
    def at(cls, now: datetime, rollover: int) -> Days:
        """As Anki counts at a moment on this machine's clock. `rollover` is an hour, 0 to 23."""
        # Of the zone only the offset of this moment counts.
        here = now.astimezone()
        end = here.replace(hour=rollover, minute=0, second=0, microsecond=0)
        if end <= here:
            end += _DAY
        return cls(end, end.date() - _DAY)

    @property
    def start(self) -> datetime:
        """The rollover with which today began."""
        return self.end - _DAY

    def of(self, moment: datetime) -> date:
        """The day of a moment in the past, whose time of day below a second does not count."""
        ago = (self.end - moment.replace(microsecond=0)) // _DAY
        return self.today - ago * _DAY
