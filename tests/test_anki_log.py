"""Anki's review log, read by srs: what memory comes of it is what the engine computes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from anki.collection import Collection
from anki.decks import DeckId
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs import fold
from srs import plan as planning
from srs.anki import log as logs
from srs.anki.collection import Entry
from srs.anki.days import Days
from srs.model import CardId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from srs.model import Event, Memory

CARD = CardId("card")
START = 1_700_000_000_000
DAY = 86_400_000


class Engine:
    """A collection with one card, whose log is written by hand."""

    def __init__(self, folder: Path) -> None:
        self.col = Collection(str(folder / "collection.anki2"))
        self.col.set_config("fsrs", True)
        basic = self.col.models.by_name("Basic")
        assert basic
        note = self.col.new_note(basic)
        note["Front"] = "one"
        self.col.add_note(note, DeckId(1))
        (self.card,) = note.card_ids()

    def reopen(self) -> None:
        self.col.close()
        self.col.reopen()

    def memory(self, log: Sequence[Entry]) -> tuple[float, float] | None:
        assert self.col.db
        self.col.db.execute("delete from revlog")
        for row in log:
            self.col.db.execute(
                "insert into revlog values (?, ?, -1, ?, ?, ?, ?, ?, ?)",
                *(row.at, self.card, row.ease, row.interval),
                *(row.last_interval, row.factor, row.taken, row.type),
            )
        found = self.col.compute_memory_state(self.card)
        return None if found.stability is None else (found.stability, found.difficulty or 0)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("anki"))
    yield made
    made.col.close()


def home(log: Sequence[Entry], now: datetime, here: Sequence[Event] = ()) -> list[Event]:
    """What comes home of a log, after what is here."""
    days = Days.at(now, 4)
    times = {logs.milliseconds(event.at) for event in here}
    ids = {event.id for event in here}
    read = logs.events(log, CARD, "g-0", times.__contains__, days.of)
    found = [event for event in read if event.id not in ids]
    return sorted([*here, *found], key=lambda event: (event.at, event.id))


def memory(events: Sequence[Event]) -> Memory | None:
    return planning.memory(fold.remembered(fold.fold(events), CARD))


def assert_equal(found: Memory | None, expected: tuple[float, float] | None) -> None:
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert tuple(found[:2]) == pytest.approx(expected, rel=1e-3)


def row(at: int, ease: int, type_: int, interval: int = 3, factor: int = 2500) -> Entry:
    return Entry(START + at, 1, ease, interval, 1, factor, 5000, type_)


# What people do -----------------------------------------------------------------------------------

LEARNED = (row(0, 3, 0, -600, 0), row(600_000, 3, 0, 1, 0))
LOGS = {
    "learning, then reviews": (*LEARNED, row(2 * DAY, 3, 1), row(9 * DAY, 1, 1, -600)),
    "three answers on a day": (*LEARNED, row(2 * DAY, 1, 1, -600), row(2 * DAY + 9, 3, 2, 1)),
    "a day set by hand": (*LEARNED, row(2 * DAY, 0, 4, 100), row(9 * DAY, 3, 1)),
    "rescheduled": (*LEARNED, row(2 * DAY, 0, 5, 9), row(9 * DAY, 2, 1)),
    "crammed": (*LEARNED, row(2 * DAY, 1, 3, 1, 0), row(9 * DAY, 3, 1)),
    "in a filtered deck that counts": (*LEARNED, row(2 * DAY, 3, 3, 4), row(9 * DAY, 3, 1)),
    "made new": (*LEARNED, row(2 * DAY, 3, 1), row(3 * DAY, 0, 4, 0, 0)),
    "made new, then learned": (*LEARNED, row(3 * DAY, 0, 4, 0, 0), row(9 * DAY, 2, 0, 1)),
    "made new, then reviewed": (*LEARNED, row(3 * DAY, 0, 4, 0, 0), row(9 * DAY, 2, 1, 5)),
    "learned again without a word": (*LEARNED, row(2 * DAY, 3, 1), row(9 * DAY, 2, 0, 1)),
    "begun in the middle": (row(0, 3, 1, 20), row(25 * DAY, 3, 1, 40), row(60 * DAY, 1, 1, -600)),
    "begun in the middle by FSRS": (row(0, 3, 1, 20, 637), row(25 * DAY, 3, 1, 40, 612)),
    "begun in the middle, too hard": (row(0, 3, 1, 20, 1300), row(25 * DAY, 3, 1, 40)),
    "begun in the middle within a day": (
        row(0, 1, 2, -600),
        row(9000, 3, 2, 4),
        row(DAY * 5, 3, 1),
    ),
    "never for a day": (row(0, 1, 1, -600), row(9000, 2, 2, -600)),
    "an interval in seconds of two days": (row(0, 3, 1, -172_800), row(5 * DAY, 3, 1)),
    "nothing": (),
}


@pytest.mark.parametrize("name", LOGS)
def test_memory_is_that_of_the_engine(name: str, engine: Engine) -> None:
    log = LOGS[name]
    assert_equal(memory(home(log, datetime.now(UTC))), engine.memory(log))


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_comes_in_two_parts_is_what_it_is_at_once(name: str) -> None:
    log, now = LOGS[name], datetime.now(UTC)
    for cut in range(len(log)):
        parts = home(log, now, home(log[:cut], now))
        assert memory(parts) == memory(home(log, now))
        assert home(log, now, parts) == parts


rows = st.lists(
    st.tuples(
        st.integers(0, 40 * DAY) | st.integers(0, 100_000),
        st.integers(0, 4),
        st.integers(0, 5),
        st.sampled_from((-600, -86_400, 0, 1, 5, 100)),
        st.sampled_from((0, 0, 350, 1100, 1300, 2500)),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=150)
@given(drawn=rows)
@example(drawn=[(0, 3, 0, 1, 0), (DAY, 0, 4, 1, 0), (DAY, 3, 3, 1, 0), (DAY, 3, 1, 5, 2500)])
def test_memory_of_any_log_is_that_of_the_engine(
    drawn: list[tuple[int, int, int, int, int]], engine: Engine
) -> None:
    at, log = 0, []
    for gap, ease, type_, *what in drawn:
        at += gap + 1
        # Nobody grades what is set by hand or rescheduled.
        log.append(row(at, ease if type_ < logs.MANUAL else 0, type_, *what))
    assert_equal(memory(home(log, datetime.now(UTC))), engine.memory(log))


# Days ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("zone")
def test_days_are_those_of_the_engine_around_a_change_to_summer_time(tmp_path: Path) -> None:
    """Answers an hour before and after the rollover, once a month for two years."""
    engine, now = Engine(tmp_path), datetime.now(UTC)
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    for hour in (2, 3, 4, 5):
        log = []
        for month in reversed(range(24)):
            then = midnight - timedelta(days=31 * month + 1) + timedelta(hours=hour, minutes=7)
            ms = logs.milliseconds(then.replace(tzinfo=None).astimezone(UTC))
            log += [row(ms - START, 3, 1, 5), row(ms - START + 3_600_000, 2, 1, 5)]
        assert_equal(memory(home(log, now)), engine.memory(log))
    engine.col.close()


@pytest.mark.parametrize("rollover", [0, 4, 23])
def test_a_day_ends_at_the_hour_of_the_collection(rollover: int, tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.col.set_config("rollover", rollover)
    engine.reopen()
    log = [row(0, 3, 0, 1), *(row(DAY * 9 * n + 3_600_000 * n, 3, 1) for n in range(1, 40))]
    days = Days.at(datetime.now(UTC), rollover)
    found = logs.events(log, CARD, "g-0", lambda _: False, days.of)
    assert_equal(memory([*found]), engine.memory(log))
    engine.col.close()
