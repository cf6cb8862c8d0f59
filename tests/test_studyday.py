"""The study day on this machine's clock: it begins at 04:00, in winter and in summer."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.studyday import elapsed, study_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import TestVault

# Written out, so that they need no zone files.
ZONES = {
    "UTC": "UTC0",
    "Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "New York": "EST5EDT,M3.2.0,M11.1.0",
    "Kolkata": "IST-5:30",
    "Kathmandu": "<+0545>-5:45",
    "Kiritimati": "<+14>-14",
    "Niue": "<-11>11",
    "Auckland": "NZST-12NZDT,M9.5.0,M4.1.0/3",
}
MINUTE = timedelta(minutes=1)
zones = st.sampled_from([*ZONES])
moments = st.datetimes(datetime(2001, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added


@contextmanager
def clock_in(zone: str) -> Iterator[None]:
    """This machine's clock in that zone, and as before at the end."""
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = ZONES[zone]
        time.tzset()
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "four_o_clock"),
    [
        ("UTC", "2025-06-13 04:00"),
        ("Berlin", "2025-06-13 02:00"),
        ("New York", "2025-06-13 08:00"),
        ("Kolkata", "2025-06-12 22:30"),
        ("Kathmandu", "2025-06-12 22:15"),
        ("Kiritimati", "2025-06-12 14:00"),
        ("Niue", "2025-06-13 15:00"),
        ("Auckland", "2025-06-12 16:00"),
    ],
)
def test_the_day_begins_at_four_on_the_clock(zone: str, four_o_clock: str) -> None:
    moment = utc(four_o_clock)
    with clock_in(zone):
        assert moment.astimezone().strftime("%H:%M") == "04:00"
        assert study_day(moment - MINUTE) == date(2025, 6, 12)
        assert study_day(moment - timedelta(microseconds=1)) == date(2025, 6, 12)
        assert study_day(moment) == date(2025, 6, 13)


def test_midnight_and_the_evening_belong_to_one_day() -> None:
    with clock_in("UTC"):
        assert study_day(utc("2025-06-13 18:00")) == date(2025, 6, 13)
        assert study_day(utc("2025-06-13 23:59:59")) == date(2025, 6, 13)
        assert study_day(utc("2025-06-14 00:00")) == date(2025, 6, 13)


def test_new_year_s_night_belongs_to_the_old_year() -> None:
    with clock_in("UTC"):
        assert study_day(utc("2026-01-01 03:59")) == date(2025, 12, 31)
        assert study_day(utc("2026-01-01 04:00")) == date(2026, 1, 1)


def test_the_zone_of_the_moment_does_not_matter_but_that_of_the_machine() -> None:
    elsewhere = timezone(timedelta(hours=9))
    with clock_in("Berlin"):
        assert study_day(datetime(2025, 6, 13, 10, 59, tzinfo=elsewhere)) == date(2025, 6, 12)
        assert study_day(datetime(2025, 6, 13, 11, 0, tzinfo=elsewhere)) == date(2025, 6, 13)


# Local clock 03:59 and 04:00 on the days when clocks change: forward at 2, back at 3 or 2.
@pytest.mark.parametrize(
    ("zone", "before", "day"),
    [
        ("Berlin", "2025-03-30 01:59", date(2025, 3, 30)),
        ("Berlin", "2025-10-26 02:59", date(2025, 10, 26)),
        ("New York", "2025-03-09 07:59", date(2025, 3, 9)),
        ("New York", "2025-11-02 08:59", date(2025, 11, 2)),
        ("Auckland", "2025-09-27 14:59", date(2025, 9, 28)),
        ("Auckland", "2025-04-05 15:59", date(2025, 4, 6)),
    ],
)
def test_the_day_begins_at_four_when_clocks_change(zone: str, before: str, day: date) -> None:
    moment = utc(before)
    with clock_in(zone):
        assert moment.astimezone().strftime("%H:%M") == "03:59"
        assert study_day(moment) == day - timedelta(days=1)
        assert study_day(moment + MINUTE) == day
        # The hour that is skipped or comes twice is still night.
        assert study_day(moment - timedelta(hours=2)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Berlin", date(2025, 3, 29), 23),
        ("Berlin", date(2025, 3, 30), 24),
        ("Berlin", date(2025, 10, 25), 25),
        ("New York", date(2025, 3, 8), 23),
        ("New York", date(2025, 11, 1), 25),
        ("UTC", date(2025, 3, 29), 24),
    ],
)
def test_the_day_before_a_change_is_shorter_or_longer(zone: str, day: date, hours: int) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    with clock_in(zone):
        quarters = [study_day(midnight + n * 15 * MINUTE) for n in range(4 * 24 * 4)]
    assert quarters.count(day) == hours * 4


@settings(deadline=None)
@given(zones, moments)
def test_it_is_the_calendar_s_day_of_four_hours_ago_by_the_clock(zone: str, now: datetime) -> None:
    with clock_in(zone):
        clock = now.astimezone()
        night = clock.hour < 4
        assert study_day(now) == clock.date() - timedelta(days=1 if night else 0)


@settings(deadline=None)
@given(zones, moments, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_days_never_go_back(zone: str, now: datetime, more: timedelta) -> None:
    with clock_in(zone):
        first, second = study_day(now), study_day(now + more)
    assert 0 <= (second - first).days <= 4


@given(st.dates(), st.dates())
def test_elapsed_days_are_never_negative(since: date, day: date) -> None:
    assert elapsed(since, day) == max(0, day.toordinal() - since.toordinal())


def test_elapsed_days_count_days_and_not_hours() -> None:
    assert elapsed(date(2025, 6, 13), date(2025, 6, 20)) == 7
    assert elapsed(date(2025, 6, 13), date(2025, 6, 13)) == 0
    assert elapsed(date(2025, 6, 13), date(2025, 6, 12)) == 0
    assert elapsed(date(2024, 2, 28), date(2024, 3, 1)) == 2


def test_an_answer_before_four_in_the_night_is_one_of_the_day_before(vault: TestVault) -> None:
    vault.write("notes/a.md", "one :: 1\n")
    with clock_in("Berlin"):
        vault.at("2025-06-14T03:59+02:00")
        vault.srs("review", typed="\n3\n")
        assert vault.card("one")["last_day"] == "2025-06-13"
        assert vault.srs("review", "--plan", "--json").data["day"] == "2025-06-13"
        vault.at("2025-06-14T04:00+02:00")
        assert vault.srs("review", "--plan", "--json").data["day"] == "2025-06-14"
