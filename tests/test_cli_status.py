"""`srs status`: where today stands on the roadmap, and what the next session holds."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import kept

if TYPE_CHECKING:
    from conftest import TestVault

# Phase 1 ends on a Sunday, phase 2 begins a week later, and the roadmap ends a week after it.
ROADMAP = """\
title: Test
start: 2025-06-12
end: 2025-08-31
routine:
  minutes: 30
  monday: Theory
  tuesday: Code-along
  wednesday: Deep-dive
  thursday: Katas
  friday: Flash-cards
  saturday: Hands-on
  sunday: Rest day
session: {weekday: friday, minutes: 30}
phases:
  - id: phase-1
    title: Runtime
    start: 2025-06-16
    end: 2025-06-29
    topics: [{id: event-loop, title: The event loop}, {id: streams, title: Streams}]
  - id: phase-2
    title: Data
    start: 2025-07-07
    end: 2025-08-24
    topics: [{id: indexes, title: Indexes}]
"""

SLOTS = ["Theory", "Code-along", "Deep-dive", "Katas", "Flash-cards", "Hands-on", "Rest day"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@pytest.fixture
def study(vault: TestVault) -> TestVault:
    vault.write("decks/roadmap.yaml", ROADMAP)
    return vault


def status(vault: TestVault, day: str = "2025-06-13") -> dict[str, Any]:
    vault.at(f"{day}T18:00+00:00")
    data: dict[str, Any] = vault.srs("status", "--json").data
    return data


def answered(vault: TestVault, minutes: int, day: str) -> None:
    """As many answers, a minute each, on cards that are in no note."""
    lines = [
        f'{{"v":1,"id":"{number:04}","at":"{day}T12:00:00.000Z","day":"{day}","event":"review",'
        f'"card":"gone-{number}","grade":3,"ms":60000}}\n'
        for number in range(minutes)
    ]
    vault.write("decks/history/mine.jsonl", "".join(lines))


def test_the_json_has_exactly_these_keys(study: TestVault) -> None:
    data = status(study)
    assert list(data) == [
        "day",
        "weekday",
        "slot",
        "roadmap",
        "phase",
        "next_session",
        "notes",
        "cards",
        "seen",
        "problems",
    ]
    assert list(data["next_session"]) == ["day", "minutes", "cards"]


def test_without_roadmap_and_notes(vault: TestVault) -> None:
    data = status(vault)
    assert data.pop("roadmap") in ("before", "active", "after")
    assert data == {
        "day": "2025-06-13",
        "weekday": "friday",
        "slot": None,
        "phase": None,
        "next_session": {"day": "2025-06-13", "minutes": 30, "cards": 0},
        "notes": 0,
        "cards": 0,
        "seen": 0,
        "problems": 0,
    }


@pytest.mark.parametrize(
    ("day", "stage", "phase"),
    [
        ("2024-02-29", "before", None),
        ("2025-06-11", "before", None),
        ("2025-06-12", "active", None),
        ("2025-06-15", "active", None),
        ("2025-06-16", "active", "phase-1"),
        ("2025-06-29", "active", "phase-1"),
        ("2025-06-30", "active", None),
        ("2025-07-06", "active", None),
        ("2025-07-07", "active", "phase-2"),
        ("2025-08-24", "active", "phase-2"),
        ("2025-08-25", "active", None),
        ("2025-08-31", "active", None),
        ("2025-09-01", "after", None),
        ("2031-01-01", "after", None),
    ],
)
def test_before_in_between_and_after(
    study: TestVault, day: str, stage: str, phase: str | None
) -> None:
    data = status(study, day)
    assert (data["day"], data["roadmap"], data["phase"]) == (day, stage, phase)


@pytest.mark.parametrize("number", range(7))
def test_each_weekday_has_its_slot(study: TestVault, number: int) -> None:
    day = date(2025, 6, 16) + timedelta(days=number)
    data = status(study, str(day))
    assert (data["weekday"], data["slot"]) == (WEEKDAYS[number], SLOTS[number])
    assert f"{day:%A} {day.day} June 2025: {SLOTS[number]}" in study.srs("status").out


def test_a_weekday_without_slot(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP.replace("  friday: Flash-cards\n", ""))
    assert status(vault)["slot"] is None
    assert vault.srs("status").out.splitlines()[0] == "Friday 13 June 2025"


def test_the_day_begins_at_four(study: TestVault) -> None:
    study.at("2025-06-16T03:59+00:00")
    data = study.srs("status", "--json").data
    assert (data["day"], data["weekday"], data["phase"]) == ("2025-06-15", "sunday", None)
    study.at("2025-06-16T04:00+00:00")
    data = study.srs("status", "--json").data
    assert (data["day"], data["weekday"], data["phase"]) == ("2025-06-16", "monday", "phase-1")


# The next session -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2025-06-13", "2025-06-13"),
        ("2025-06-14", "2025-06-20"),
        ("2025-06-15", "2025-06-20"),
        ("2025-06-16", "2025-06-20"),
        ("2025-06-19", "2025-06-20"),
        ("2025-06-20", "2025-06-20"),
        ("2025-12-27", "2026-01-02"),
    ],
)
def test_the_next_session_is_today_on_a_friday_else_the_next(
    study: TestVault, day: str, following: str
) -> None:
    assert status(study, day)["next_session"] == {"day": following, "minutes": 30, "cards": 0}


def test_the_weekday_and_minutes_are_the_roadmaps(vault: TestVault) -> None:
    text = ROADMAP.replace("weekday: friday, minutes: 30", "weekday: Sunday, minutes: 45")
    vault.write("decks/roadmap.yaml", text)
    assert status(vault)["next_session"] == {"day": "2025-06-15", "minutes": 45, "cards": 0}


@pytest.mark.parametrize(("spent", "left"), [(0, 30), (10, 20), (29, 1)])
def test_minutes_of_today_are_what_is_left(study: TestVault, spent: int, left: int) -> None:
    answered(study, spent, "2025-06-13")
    assert status(study)["next_session"] == {"day": "2025-06-13", "minutes": left, "cards": 0}


@pytest.mark.parametrize("spent", [30, 31])
def test_when_todays_minutes_are_spent_it_is_next_friday(study: TestVault, spent: int) -> None:
    answered(study, spent, "2025-06-13")
    assert status(study)["next_session"] == {"day": "2025-06-20", "minutes": 30, "cards": 0}


def test_minutes_of_another_day_do_not_count(study: TestVault) -> None:
    answered(study, 30, "2025-06-12")
    assert status(study)["next_session"]["minutes"] == 30


def test_cards_are_those_of_that_days_plan(study: TestVault) -> None:
    study.write("notes/free.md", "Q: free?\nA: 1\n")
    study.write("notes/event-loop.md", "Q: loop?\nA: 1\n\nQ: poll?\nA: 1\n")
    study.write("notes/streams.md", "Q: stream?\nA: 1\n")
    # Released: phase 1 from the 16th, its second topic from the 23rd.
    for day, cards in (
        ("2025-06-13", 1),
        ("2025-06-14", 3),
        ("2025-06-20", 3),
        ("2025-06-21", 4),
    ):
        data = status(study, day)
        assert data["next_session"]["cards"] == cards
        study.at(data["next_session"]["day"] + "T18:00+00:00")
        assert len(study.srs("review", "--plan", "--json").data["cards"]) == cards


def test_after_a_session_the_rest_of_today(study: TestVault) -> None:
    study.write("notes/free.md", "Q: one?\nA: 1\n\nQ: two?\nA: 2\n")
    study.srs("review", typed="\n3\nq\n")
    session = status(study)["next_session"]
    assert (session["day"], session["cards"]) == ("2025-06-13", 1)


# Counts -----------------------------------------------------------------------------------------


def test_counts(study: TestVault) -> None:
    study.write("notes/a.md", "Q: one?\nA: 1\n\ntwo ::: 2\n")
    study.write("notes/b.md", "Q: no answer?\n\nQ : spaced?\n")
    data = status(study)
    assert (data["notes"], data["cards"], data["seen"], data["problems"]) == (2, 3, 0, 2)
    assert data["problems"] == len(study.srs("check", "--json").data["problems"])
    study.srs("review", typed="\n3\nq\n")
    study.srs("cards", "suspend", "notes/a.md:1")
    data = status(study)
    assert (data["cards"], data["seen"]) == (3, 1)


def test_an_answer_taken_back_was_not_seen(study: TestVault) -> None:
    study.write("notes/a.md", "Q: one?\nA: 1\n\nQ: two?\nA: 2\n")
    study.srs("review", typed="\n3\nu\nq\n")
    assert status(study)["seen"] == 0


# For people -------------------------------------------------------------------------------------


def test_a_screenful(study: TestVault) -> None:
    study.write("notes/free.md", "Q: free?\nA: 1\n\nQ : spaced?\n")
    study.write("notes/indexes.md", "Q: index?\nA: 1\n")
    study.at("2025-06-17T18:00+00:00")
    today, phase, session, *others = study.srs("status").out.splitlines()
    assert today == "Tuesday 17 June 2025: Code-along"
    assert phase == "Phase 1, Runtime, until Sun 29 Jun"
    assert re.fullmatch(
        r"Next session: Friday 20 June 2025, 1 card, about \d minutes? of 30", session
    )
    assert others == [
        "Waiting: 1 new card on Indexes, from Mon 7 Jul 2025",
        "2 notes, 2 cards, 0 of them seen",
        "1 problem; see `srs check`",
    ]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-06-11", "The roadmap starts on Thursday 12 June 2025."),
        ("2025-07-01", "Between two phases."),
        ("2025-09-01", "The roadmap ended on Sunday 31 August 2025."),
    ],
)
def test_outside_the_phases_it_says_so(study: TestVault, day: str, said: str) -> None:
    status(study, day)
    assert said in study.srs("status").out


@pytest.mark.parametrize("day", ["2025-06-13", "2025-08-26"])
def test_between_is_between(study: TestVault, day: str) -> None:
    status(study, day)
    assert "Between two phases" not in study.srs("status").out


def test_what_is_gone_is_told(study: TestVault) -> None:
    study.write("notes/a.md", "Q: one?\nA: 1\n")
    study.srs("review", typed="\n3\n")
    study.write("notes/a.md", "Only prose.\n")
    assert "1 item of the history in no note" in study.srs("status").out


def test_notices_are_on_stderr(study: TestVault) -> None:
    study.write("notes/a.md", "Q: What is the answer to it all?\nA: 42\n")
    study.srs("review", typed="\n3\n")
    study.write("notes/a.md", "Q: What is the answer to it all?\nA: 43\n")
    result = study.srs("status")
    assert "1 edited" in result.err
    assert "edited" not in result.out
    assert json.loads(study.srs("status", "--json").out)["cards"] == 1


def test_problems_do_not_fail_it_and_nothing_is_written(study: TestVault) -> None:
    study.write("notes/a.md", "Q: no answer?\n")
    before = kept(study.root)
    for options in ((), ("--json",)):
        assert study.srs("status", *options).code == 0
    assert kept(study.root) == before


@pytest.mark.parametrize("now", ["2025-06-13", "2025-06-13T18:00", "20250613T180000Z"])
def test_the_clock_may_be_any_iso_time(study: TestVault, now: str) -> None:
    study.at(now)
    day = study.srs("status", "--json").data["day"]
    # Midnight is before four.
    assert day == ("2025-06-12" if "T" not in now else "2025-06-13")


def test_the_first_of_all_days(vault: TestVault) -> None:
    vault.at("0001-01-01T01:00+00:00")
    result = vault.srs("status")
    assert result.code in (0, 2)


def test_the_real_roadmap_on_its_days(vault: TestVault) -> None:
    """As the template has it, which is this repository's roadmap."""
    there = vault.root.parent / "real"
    vault.srs("init", str(there), "--start", "2025-06-12")
    text = (there / "decks/roadmap.yaml").read_text("utf-8")
    vault.write("decks/roadmap.yaml", text)
    for day, stage, phase in (
        ("2025-06-11", "before", None),
        ("2025-06-12", "active", "phase-1"),
        ("2025-07-09", "active", "phase-1"),
        ("2025-07-10", "active", "phase-2"),
        ("2025-12-24", "active", "phase-8"),
        ("2025-12-25", "active", None),
        ("2025-12-31", "active", None),
        ("2026-01-01", "after", None),
    ):
        data = status(vault, day)
        assert (data["roadmap"], data["phase"]) == (stage, phase)
    assert re.match("Flash-cards", status(vault)["slot"])


# Topics -----------------------------------------------------------------------------------------

TOPICS = """\
phases:
  - id: phase-1
    title: One
    start: 2025-06-01
    end: 2025-06-30
    topics:
      - {id: loops, title: Event loops, subjects: [event loop, timers & ticks, libuv's pool]}
      - {id: streams, title: Streams, subjects: [back-pressure]}
"""
LOOPS = """\
---
topic: Event loops
---

# Event loops

Four words of prose.

- a list
- of words

## Cards

### The event loop

Q: Why a loop?
A: Because.

TTL ::: time to live

### Other things

Q: And a tick? #timers-ticks
A: Now.
"""


def test_topics_tell_what_notes_hold_and_what_nobody_asks(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", TOPICS)
    vault.write("notes/phase-1/loops.md", LOOPS)
    assert vault.srs("status", "--topics").out.splitlines() == [
        "Phase 1",
        "  loops      4 cards,    4 words; not asked yet: libuv's pool",
        "  streams    no note; `srs new streams`",
        "4 cards on 2 topics, 0 of them with every subject asked",
    ]
    data = vault.srs("status", "--topics", "--json").data
    assert data[0] == {
        "phase": "phase-1",
        "id": "loops",
        "topic": "Event loops",
        "notes": ["notes/phase-1/loops.md"],
        "items": 3,
        "cards": 4,
        "words": 4,
        "subjects": ["event loop", "timers & ticks", "libuv's pool"],
        "missing": ["libuv's pool"],
    }
    assert data[1]["missing"] == ["back-pressure"]


def test_the_title_of_a_note_is_no_subject_of_its_cards(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", TOPICS)
    vault.write("notes/phase-1/loops.md", LOOPS.replace("### The event loop", "### Things"))
    (loops, _) = vault.srs("status", "--topics", "--json").data
    assert loops["missing"] == ["event loop", "libuv's pool"]


def test_a_roadmap_without_topics_says_so(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: a?\nA: b\n")
    assert "no topics" in vault.srs("status", "--topics").out
