"""`srs review` line by line: ask, reveal, grade, undo, quit; the plan; and what it says."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from conftest import kept

from srs.cli import run
from srs.ui.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conftest import TestVault

    from srs.kinds.kind import Given, Verdict
    from srs.model import Grade
    from srs.session import Turn
    from srs.ui.review import Aside, Command

THREE = "Q: one?\nA: 1\n\nQ: two?\nA: 2\n\nQ: three?\nA: 3\n"

ROADMAP = """\
title: Test
start: 2025-06-01
end: 2025-12-31
session: {weekday: friday, minutes: 30}
phases:
  - id: phase-1
    title: One
    start: 2025-06-01
    end: 2025-06-30
    topics: [{id: event-loop, title: The event loop}]
  - id: phase-2
    title: Two
    start: 2025-07-01
    end: 2025-07-31
    topics: [{id: indexes, title: "Indexes: B-trees"}, {id: plans, title: Query plans}]
"""

DAY = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def one_card(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n")


def topics(vault: TestVault, *names: str) -> None:
    """A note with one card for each name, so that --topic says which is asked."""
    for name in names:
        vault.write(f"notes/{name}.md", f"Q: {name}?\nA: yes\n")


def answered(vault: TestVault, count: int, day: str, ms: int = 60_000) -> None:
    """Answers of this device, on cards that are in no note."""
    lines = [
        {
            "v": 1,
            "id": f"{day}-{number:04}",
            "at": f"{day}T12:00:00.000Z",
            "day": day,
            "event": "review",
            "card": f"gone-{number}",
            "grade": 3,
            "ms": ms,
        }
        for number in range(count)
    ]
    vault.write("decks/history/mine.jsonl", "".join(json.dumps(one) + "\n" for one in lines))


def bodies(vault: TestVault, event: str) -> list[dict[str, Any]]:
    return [line for line in vault.history() if line["event"] == event]


def plan(vault: TestVault, *options: str) -> dict[str, Any]:
    data: dict[str, Any] = vault.srs("review", "--plan", "--json", *options).data
    return data


# The plan ---------------------------------------------------------------------------------------


def test_of_many_topics_that_wait_the_next_are_named(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: now?\nA: now\n")
    topics = "\n".join(f"      - {{id: t{number}, title: T{number}}}" for number in range(6))
    vault.write(
        "decks/roadmap.yaml",
        "phases:\n  - id: phase-1\n    title: One\n    start: 2025-07-01\n    end: 2025-07-30\n"
        f"    topics:\n{topics}\n",
    )
    for number in range(6):
        vault.write(f"notes/phase-1/t{number}.md", f"# T{number}\n\nQ: {number}?\nA: {number}\n")
    said = vault.srs("review", typed="q\n").out.splitlines()
    waiting = [line for line in said if line.startswith("Waiting")]
    assert [line.split(";")[0] for line in waiting] == [
        "Waiting: 1 new card on T0, from Tue 1 Jul 2025",
        "Waiting: 1 new card on T1, from Sun 6 Jul 2025",
        "Waiting: 4 new cards on 4 later topics, the last from Sat 26 Jul 2025.",
    ]
    assert vault.srs("status").out.count("Waiting") == 3
    assert vault.srs("review", "--plan").out.count("Waiting") == 6


def test_the_plan_has_exactly_these_keys(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "free", "indexes")
    data = plan(vault)
    assert list(data) == ["day", "minutes", "cards", "left_out", "waiting"]
    (card,) = data["cards"]
    assert list(card) == ["id", "prompt", "path", "line", "seconds", "priority", "reason"]
    (waiting,) = data["waiting"]
    assert list(waiting) == ["topic", "cards", "from"]


def test_the_plan_names_cards_as_cards_does(vault: TestVault) -> None:
    vault.write("notes/phase-1/a.md", "\nC: {{one}} and {{two}}\n")
    (card,) = plan(vault)["cards"]
    (listed,) = [one for one in vault.cards() if one["id"] == card["id"]]
    for key in ("prompt", "path", "line"):
        assert card[key] == listed[key]
    assert card["seconds"] > 0
    assert card["priority"] > 0.1
    assert re.search(r"\bNew\b.*recall-days", card["reason"])


def test_the_reason_of_a_seen_card_has_its_figures(vault: TestVault) -> None:
    one_card(vault)
    vault.srs("review", typed="\n3\n")
    vault.at("2025-07-04T18:00+00:00")
    (card,) = plan(vault)["cards"]
    recall = vault.card("one?")["retrievability"]
    assert f"{recall:.0%}" in card["reason"]


def test_the_day_and_the_minutes_of_the_roadmap(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP.replace("minutes: 30", "minutes: 12"))
    data = plan(vault)
    assert (data["day"], data["minutes"]) == ("2025-06-13", 12)
    assert plan(vault, "--minutes", "2.5")["minutes"] == 2.5


def test_what_does_not_fit_is_counted(vault: TestVault) -> None:
    vault.write("notes/a.md", "".join(f"Q: q{n}?\nA: a\n\n" for n in range(20)))
    data = plan(vault, "--minutes", "1")
    assert 1 <= len(data["cards"]) < 20
    assert data["left_out"] == 20 - len(data["cards"])
    assert sum(one["seconds"] for one in data["cards"][:-1]) < 60
    assert plan(vault)["left_out"] == 0


def test_one_sibling_a_session(vault: TestVault) -> None:
    vault.write("notes/a.md", "a ::: b\n\nC: {{c}} {{d}} {{e}}\n")
    data = plan(vault)
    assert len(data["cards"]) == 2
    assert len({one["line"] for one in data["cards"]}) == 2


def test_what_waits_has_a_date(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    vault.write("notes/indexes.md", THREE)
    vault.write("notes/plans.md", "Q: plan?\nA: yes\n")
    vault.write("notes/phase-2/other.md", "Q: other?\nA: yes\n")
    data = plan(vault)
    assert data["cards"] == []
    assert data["waiting"] == [
        {"topic": "Indexes: B-trees", "cards": 3, "from": "2025-07-01"},
        {"topic": "other", "cards": 1, "from": "2025-07-01"},
        {"topic": "Query plans", "cards": 1, "from": "2025-07-16"},
    ]


@pytest.mark.parametrize(
    ("now", "waits"),
    [
        ("2025-06-30T18:00+00:00", True),
        ("2025-07-01T03:59+00:00", True),
        ("2025-07-01T04:00+00:00", False),
        ("2026-01-01T18:00+00:00", False),
        ("2031-03-04T18:00+00:00", False),
    ],
)
def test_cards_are_released_on_their_day_and_after_the_roadmap(
    vault: TestVault, now: str, *, waits: bool
) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "indexes")
    vault.at(now)
    data = plan(vault)
    assert (len(data["waiting"]), len(data["cards"])) == (waits, not waits)


def test_the_end_of_the_roadmap_releases_even_what_it_has_later(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP.replace("end: 2025-12-31", "end: 2025-06-20"))
    topics(vault, "indexes")
    vault.at("2025-06-20T18:00+00:00")
    assert plan(vault)["waiting"] == [
        {"topic": "Indexes: B-trees", "cards": 1, "from": "2025-06-21"}
    ]
    vault.at("2025-06-21T18:00+00:00")
    assert len(plan(vault)["cards"]) == 1


def test_a_card_of_a_note_releases_the_others(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    vault.write("notes/indexes.md", THREE)
    vault.srs("review", "--topic", "indexes", typed="\n3\nq\n")
    data = plan(vault)
    assert (len(data["cards"]), data["waiting"]) == (2, [])


def test_the_plan_for_people(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "free", "indexes")
    out = vault.srs("review", "--plan").out
    assert "Friday 13 June 2025: 1 card" in out
    assert re.search(r"^notes/free\.md:1: free\?\n +New;", out, re.MULTILINE)
    assert re.search(
        r"^Waiting: 1 new card on Indexes: B-trees, from Tue 1 Jul 2025", out, re.MULTILINE
    )
    assert "--topic" in out


def test_showing_the_plan_asks_and_writes_nothing(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    before = kept(vault.root)
    assert vault.srs("review", "--plan", typed="\n3\n").code == 0
    assert "Answer" not in vault.srs("review", "--plan", "--json", typed="\n3\n").out
    assert kept(vault.root) == before


def test_notices_never_mix_with_the_plans_data(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: What is the answer to it all?\nA: 42\n")
    vault.srs("review", typed="\n3\n")
    vault.write("notes/a.md", "Q: What is the answer to it all?\nA: 43\n\nQ: no answer?\n")
    vault.device("other")
    assert list(plan(vault)) == ["day", "minutes", "cards", "left_out", "waiting"]
    result = vault.srs("review", "--plan")
    assert "1 error" in result.err
    assert "1 edited" in result.err
    assert "error" not in result.out


# Used wrongly -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ("--json",),
        ("--minutes", "0"),
        ("--minutes", "-5"),
        ("--minutes", "x"),
        ("--minutes", "1e9"),
        ("--minutes", "inf"),
        pytest.param(
            ("--minutes", "nan"),
        ),
        ("--minutes",),
        ("--phase", "99"),
        ("--phase", ""),
        ("--topic", "nothing like it"),
        ("--topic", ""),
        ("--colour",),
        ("surplus",),
    ],
)
def test_wrong_use_is_code_2_and_asks_nothing(vault: TestVault, options: tuple[str, ...]) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "free", "indexes")
    result = vault.srs("review", *options, typed="\n3\n")
    assert (result.code, result.out) == (2, "")
    assert "Error: " in result.err
    assert vault.history() == []


@pytest.mark.parametrize(
    "wrong",
    [
        "indxes",
        "index",
        "Indexes B-trees",
        pytest.param("INDXES"),
    ],
)
def test_an_unknown_topic_gets_a_suggestion(vault: TestVault, wrong: str) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "indexes")
    result = vault.srs("review", "--topic", wrong)
    assert result.code == 2
    assert re.search(r"Did you mean .*`(indexes|Indexes: B-trees)`", result.err)


def test_an_unknown_phase_gets_a_suggestion(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    result = vault.srs("review", "--phase", "phase2")
    assert result.code == 2
    assert "`phase-2`" in result.err


@pytest.mark.parametrize("now", ["yesterday", "2025-13-01", "18:00", "2025-06-13T25:00"])
@pytest.mark.parametrize("command", [("review",), ("status",), ("cards",), ("review", "--plan")])
def test_a_clock_that_is_no_time_is_code_2(
    vault: TestVault, now: str, command: tuple[str, ...]
) -> None:
    one_card(vault)
    vault.at(now)
    result = vault.srs(*command, typed="\n3\n")
    assert (result.code, result.out) == (2, "")
    assert "SRS_NOW" in result.err
    assert now in result.err


# Line by line -----------------------------------------------------------------------------------


def test_two_answers_and_the_end(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    result = vault.srs("review", typed="\n3\n\n1\nq\n")
    assert result.code == 0
    assert [event["grade"] for event in bodies(vault, "review")] == [3, 1]
    states = [(card["state"], card["reviews"]) for card in vault.cards()]
    assert sorted(states) == [("new", 0), ("seen", 1), ("seen", 1)]
    assert "Answered 2 cards" in result.out
    assert "1 good, 1 again" in result.out


@pytest.mark.parametrize(
    "typed", ["", "q\n", "\n", "\nq\n", "my answer\n", "q", "\nq", " q \n", "q\r\n", "u\n"]
)
def test_quitting_before_a_grade_keeps_nothing(vault: TestVault, typed: str) -> None:
    one_card(vault)
    before = kept(vault.root)
    result = vault.srs("review", typed=typed)
    assert result.code == 0
    assert "one?" in result.out
    assert "Nothing answered." in result.out
    assert kept(vault.root) == before


def test_the_answer_comes_only_after_a_line(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\nA: the answer\nWhy: the reason\nHint: the hint\n")
    out = vault.srs("review", typed="").out
    assert "the hint" in out
    assert "the answer" not in out
    assert "the reason" not in out
    out = vault.srs("review", typed="\n").out
    assert out.index("one?") < out.index("the hint") < out.index("the answer")
    assert out.index("the answer") < out.index("the reason")


@pytest.mark.parametrize(
    ("line", "grade"),
    [("", 3), ("1", 1), ("2", 2), ("3", 3), ("4", 4), (" 2 ", 2), ("4\r", 4), ("\t", 3)],
)
def test_one_line_is_the_grade_and_empty_is_good(vault: TestVault, line: str, grade: int) -> None:
    one_card(vault)
    vault.srs("review", typed=f"what I think\n{line}\nq\n")
    (event,) = bodies(vault, "review")
    assert event["grade"] == grade


@pytest.mark.parametrize("line", ["5", "0", "good", "33", "-1", "½", "\x1b[A", "Q", "?"])
def test_what_is_no_grade_is_asked_again(vault: TestVault, line: str) -> None:
    one_card(vault)
    result = vault.srs("review", typed=f"\n{line}\n2\nq\n")
    (event,) = bodies(vault, "review")
    assert event["grade"] == 2
    assert "no grade" in result.out
    assert not CONTROL.search(result.out)


def test_each_grade_has_its_date_and_the_kept_one_is_said(vault: TestVault) -> None:
    one_card(vault)
    out = vault.srs("review", typed="\n4\n").out
    (grades,) = [line for line in out.splitlines() if line.startswith("Grade: ")]
    assert re.fullmatch(
        rf"Grade: 1 again \({DAY}\), 2 hard \({DAY}\), 3 good \({DAY}\), 4 easy \({DAY}\).*", grades
    )
    (easy,) = re.findall(r"4 easy \((.*?)\)", grades)
    assert re.search(rf"^Kept: easy\b.*\b{easy}\.$", out, re.MULTILINE)
    # The day when recall falls to 90 % is the stability, in days.
    until = date(2025, 6, 13) + timedelta(days=round(vault.card("one?")["stability"]))
    assert easy == f"{until:%a} {until.day} {until:%b}"


def test_a_review_is_one_line_of_history(vault: TestVault) -> None:
    one_card(vault)
    vault.device("laptop")
    vault.srs("review", typed="\n3\n")
    item, review = vault.history()
    assert (item["event"], item["item"]) == ("item", vault.card("one?")["item"])
    assert review | {"id": "", "ms": 0} == {
        "v": 1,
        "id": "",
        "at": "2025-06-13T18:00:00.001Z",
        "day": "2025-06-13",
        "event": "review",
        "card": vault.card("one?")["id"],
        "grade": 3,
        "ms": 0,
        "ask": "reveal",
    }
    assert re.fullmatch(r"[0-9A-Z]{26}", review["id"])
    assert (vault.root / "decks/history/laptop.jsonl").exists()


def test_an_answer_is_on_disk_before_the_next_card_is_shown(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/a.md", THREE)
    seen: list[int] = []

    class Watching(io.StringIO):
        def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
            seen.append(len(bodies(vault, "review")))
            return super().readline(size)

    monkeypatch.setattr(sys, "stdin", Watching("\n3\n\n3\n\n3\n"))
    assert run(["review", "--vault", str(vault.root)]) == 0
    assert seen == [0, 0, 1, 1, 2, 2, 3], "and after the last, to take it back"


def test_an_interrupt_ends_with_the_summary(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    vault.write("notes/a.md", THREE)

    class Interrupted(io.StringIO):
        def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
            line = super().readline(size)
            if not line:
                raise KeyboardInterrupt
            return line

    monkeypatch.setattr(sys, "stdin", Interrupted("\n3\n\n"))
    assert run(["review", "--vault", str(vault.root)]) == 0
    assert "Answered 1 card" in capsys.readouterr().out
    assert [event["grade"] for event in bodies(vault, "review")] == [3]


def test_an_interrupt_while_something_is_shown_does_too(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/a.md", THREE)
    shown = Lines.answer

    def answer(
        lines: Lines,
        turn: Turn,
        given: Given,
        verdict: Verdict,
        dates: Mapping[Grade, date],
        aside: Aside,
    ) -> Grade | Command:
        if bodies(vault, "review"):
            raise KeyboardInterrupt
        return shown(lines, turn, given, verdict, dates, aside)

    monkeypatch.setattr(Lines, "answer", answer)
    result = vault.srs("review", typed="\n3\n\n3\n")
    assert result.code == 0
    assert "Answered 1 card" in result.out
    assert len(bodies(vault, "review")) == 1


def test_plain_is_the_same_without_a_terminal(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    assert vault.srs("review").out == vault.srs("review", "--plain").out


def test_the_order_is_the_same_all_day(vault: TestVault) -> None:
    vault.write("notes/a.md", "".join(f"Q: q{n}?\nA: a\n\n" for n in range(12)))
    planned = [one["prompt"] for one in plan(vault)["cards"]]
    vault.at("2025-06-13T23:00+00:00")
    out = vault.srs("review", typed="\n3\n" * 12).out
    assert re.findall(r"^q\d+\?$", out, re.MULTILINE) == planned


def test_a_second_start_goes_on_with_what_is_left(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    first = vault.srs("review", typed="\n3\nq\n").out
    second = vault.srs("review", typed="\n3\n\n3\n").out
    asked = re.findall(r"^(?:one|two|three)\?$", first + second, re.MULTILINE)
    # The one that was shown when the first run ended comes again.
    assert {*asked} == {"one?", "two?", "three?"}
    assert [card["reviews"] for card in vault.cards()] == [1, 1, 1]


# Practice ---------------------------------------------------------------------------------------


def test_a_failed_card_comes_back_once_after_the_others(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    result = vault.srs("review", typed="\n1\n\n3\n\n3\n\n1\n\n1\n")
    failed, second, third, practice = bodies(vault, "review")
    assert practice["card"] == failed["card"] not in (second["card"], third["card"])
    assert (practice["practice"], practice["cause"]) == (True, failed["id"])
    assert "practice" not in failed
    assert "(again)" in result.out
    assert [card["reviews"] for card in vault.cards()] == [1, 1, 1]
    assert "Answered 3 cards" in result.out


def test_practice_does_not_change_what_is_remembered(vault: TestVault) -> None:
    one_card(vault)
    vault.srs("review", typed="\n1\nq\n")
    failed = vault.card("one?")
    for file in (vault.root / "decks/history").glob("*.jsonl"):
        file.unlink()
    vault.srs("review", typed="\n1\n\n4\n")
    assert vault.card("one?") == failed


def test_no_practice_when_the_minutes_are_spent(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_card(vault)
    ticks = iter(range(0, 10_000, 60))
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
    out = vault.srs("review", "--minutes", "1", typed="\n1\n\n3\n").out
    assert len(bodies(vault, "review")) == 1
    assert out.count("one?\n") == 2  # asked, and named as failed


def test_the_session_ends_when_the_minutes_are_spent(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/a.md", THREE)
    ticks = iter(range(0, 10_000, 45))
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
    out = vault.srs("review", "--minutes", "1", typed="\n3\n" * 3).out
    assert len(bodies(vault, "review")) == 2
    assert "Answered 2 cards in 1.5 minutes" in out
    assert "The minutes are spent; `srs review --minutes 10` goes on." in out


# Taking back ------------------------------------------------------------------------------------


def test_u_takes_back_the_last_answer_and_asks_it_again(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    result = vault.srs("review", typed="\n1\nu\n\n4\nq\n")
    wrong, right = bodies(vault, "review")
    (undo,) = bodies(vault, "undo")
    assert undo["of"] == wrong["id"]
    assert right["card"] == wrong["card"]
    assert "Taken back: “again” of Fri 13 Jun" in result.out
    assert sorted(card["reviews"] for card in vault.cards()) == [0, 0, 1]
    assert "Answered 1 card" in result.out
    assert "Failed" not in result.out


def test_u_works_where_the_grade_is_asked_too(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    vault.srs("review", typed="\n1\n\nu\nq\n")
    assert [card["state"] for card in vault.cards()] == ["new"] * 3


def test_u_again_and_again_takes_back_all(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    before = vault.cards()
    result = vault.srs("review", typed="\n3\n\n1\nu\nu\nu\nu\nq\n")
    assert vault.cards() == before
    assert result.out.count("Taken back") == 2
    assert result.out.count("nothing to take back") == 2
    assert len(bodies(vault, "undo")) == 2


def test_undo_adds_to_the_history_and_changes_none_of_it(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    vault.device("mine")
    vault.srs("review", typed="\n3\nq\n")
    file = vault.root / "decks/history/mine.jsonl"
    before = file.read_bytes()
    vault.srs("review", typed="u\nq\n")
    assert file.read_bytes().startswith(before)
    assert len(file.read_bytes().splitlines()) == len(before.splitlines()) + 1


@pytest.mark.parametrize("now", ["2025-06-13T19:00+00:00", "2025-06-20T18:00+00:00", "2026-01-01"])
def test_u_takes_back_an_answer_of_an_earlier_run_or_day(vault: TestVault, now: str) -> None:
    topics(vault, "first", "second")
    vault.srs("review", "--topic", "first", typed="\n4\n")
    vault.at(now)
    result = vault.srs("review", "--topic", "second", typed="u\nq\n")
    assert "Taken back: “easy” of Fri 13 Jun" in result.out
    assert (vault.card("first?")["state"], vault.card("first?")["reviews"]) == ("new", 0)


def test_what_was_taken_back_is_asked_next_and_kept_on_its_new_day(vault: TestVault) -> None:
    topics(vault, "first", "second")
    vault.srs("review", "--topic", "first", typed="\n4\n")
    vault.at("2025-06-14T18:00+00:00")
    out = vault.srs("review", "--topic", "second", typed="u\n\n2\nq\n").out
    assert out.index("second?") < out.index("Taken back") < out.index("first?")
    card = vault.card("first?")
    assert (card["reviews"], card["last_day"]) == (1, "2025-06-14")
    assert vault.card("second?")["reviews"] == 0


def test_what_was_taken_back_has_the_dates_of_what_is_left(vault: TestVault) -> None:
    topics(vault, "first", "second")
    vault.srs("review", "--topic", "first", typed="\n4\n")
    vault.at("2025-06-14T18:00+00:00")
    out = vault.srs("review", "--topic", "second", typed="u\n\n3\nq\n").out
    until = date(2025, 6, 14) + timedelta(days=round(vault.card("first?")["stability"]))
    assert f"Kept: good. Recall stays good until {until:%a} {until.day} {until:%b}." in out


def test_a_planned_card_that_is_taken_back_is_asked_once(vault: TestVault) -> None:
    one_card(vault)
    vault.srs("review", typed="\n3\n")
    vault.at("2025-07-18T18:00+00:00")
    out = vault.srs("review", typed="u\n\n3\n\n3\n").out
    assert vault.card("one?")["reviews"] == 1
    assert out.count("one?") == 2
    assert "Answered 1 card" in out


def test_the_practice_goes_with_its_review(vault: TestVault) -> None:
    topics(vault, "first", "second")
    vault.srs("review", "--topic", "first", typed="\n1\n\n3\n")
    assert len(bodies(vault, "review")) == 2
    # However many `u` it takes: once the review is gone, nothing of it may be left.
    vault.srs("review", "--topic", "second", typed="u\nu\nq\n")
    assert vault.card("first?")["state"] == "new"
    assert {one["prompt"] for one in plan(vault)["cards"]} == {"first?", "second?"}


def test_a_taken_back_review_takes_practice_of_another_device_with_it(vault: TestVault) -> None:
    """`u` goes by device, so here the practice is not itself the newest."""
    topics(vault, "first", "second")
    vault.device("mine")
    vault.srs("review", "--topic", "first", typed="\n1\nq\n")
    (failed,) = bodies(vault, "review")
    practice = failed | {"id": "Z", "at": "2025-06-13T19:00:00.000Z", "grade": 3}
    practice |= {"practice": True, "cause": failed["id"]}
    vault.write("decks/history/phone.jsonl", json.dumps(practice) + "\n")
    vault.srs("review", "--topic", "second", typed="u\nq\n")
    assert vault.card("first?")["state"] == "new"
    assert "first?" in [one["prompt"] for one in plan(vault)["cards"]]


def test_u_leaves_other_devices_alone(vault: TestVault) -> None:
    topics(vault, "first", "second")
    vault.device("phone")
    vault.srs("review", "--topic", "first", typed="\n3\n")
    vault.device("laptop")
    result = vault.srs("review", "--topic", "second", typed="u\nq\n")
    assert "nothing to take back" in result.out
    assert vault.card("first?")["reviews"] == 1


def test_a_minute_taken_back_is_given_back(vault: TestVault) -> None:
    topics(vault, "free")
    answered(vault, 10, "2025-06-13")
    vault.device("mine")
    assert plan(vault)["minutes"] == 20
    vault.srs("review", typed="u\nq\n")
    assert plan(vault)["minutes"] == 21


def test_u_takes_back_an_answer_on_a_card_that_is_in_no_note(vault: TestVault) -> None:
    one_card(vault)
    answered(vault, 1, "2025-06-12")
    vault.device("mine")
    out = vault.srs("review", typed="u\n\n3\n").out
    assert "Taken back: “good” of Thu 12 Jun" in out
    assert vault.card("one?")["reviews"] == 1


def test_the_last_answer_of_a_session_can_be_taken_back_in_the_next_run(vault: TestVault) -> None:
    one_card(vault)
    vault.srs("review", typed="\n1\n\n3\n")
    vault.srs("review", typed="u\nu\nq\n")
    assert vault.card("one?")["state"] == "new"


def test_the_last_answer_can_be_taken_back_when_all_is_asked(vault: TestVault) -> None:
    one_card(vault)
    result = vault.srs("review", typed="\n4\nu\n\n2\n\n")
    assert result.code == 0
    easy, hard = bodies(vault, "review")
    assert (easy["grade"], hard["grade"]) == (4, 2)
    assert vault.card("one?")["reviews"] == 1
    assert result.out.rstrip().endswith("an empty line ends.")
    assert "1 hard" in result.out.rpartition("Answered")[2]


def test_with_nothing_to_ask_and_to_take_back_no_line_is_awaited(vault: TestVault) -> None:
    vault.device("theirs")
    one_card(vault)
    vault.srs("review", typed="\n3\n")
    vault.device("mine")
    out = vault.srs("review", typed="u\n").out
    assert "takes back" not in out
    assert "Taken back" not in out
    assert vault.card("one?")["reviews"] == 1


# The summary ------------------------------------------------------------------------------------


def test_the_summary(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    out = vault.srs("review", typed="\n1\n\n2\n\n4\n\n3\n").out
    summary = out[out.rindex("Kept: ") :]
    assert re.search(
        r"^Answered 3 cards in \d+ seconds?: 1 easy, 1 hard, 1 again\.$", out, re.MULTILINE
    )
    failed = vault.srs("cards", "show", bodies(vault, "review")[0]["card"], "--json").data[0]
    assert f"Failed: notes/a.md:{failed['line']}: {failed['prompt']}" in summary
    assert "Next session: Friday 20 June 2025: " in summary


def test_the_summary_says_what_was_not_asked(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    out = vault.srs("review", typed="\n3\nq\n").out
    assert "Not asked today: 2 cards" in out


def test_the_opening_says_day_number_and_time(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    first = vault.srs("review").out.splitlines()[0]
    assert first == "Friday 13 June 2025: 3 cards, about 1 minute."


def test_a_question_says_where_it_stands(vault: TestVault) -> None:
    vault.write("notes/phase-2/a.md", "# Indexes\n\n## Order\n\nQ: one?\nA: 1\n")
    assert "Card 1 of 1. Phase 2, Indexes, Order." in vault.srs("review").out


@pytest.mark.parametrize("day", range(7))
def test_any_weekday_and_the_next_session_is_a_friday_after_it(vault: TestVault, day: int) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    one_card(vault)
    on = date(2027, 3, 1) + timedelta(days=day)
    vault.at(f"{on}T18:00+00:00")
    result = vault.srs("review", typed="\n3\n")
    assert result.code == 0
    assert result.out.startswith(f"{on:%A} {on.day} March 2027")
    following = date(2027, 3, 5) if day < 4 else date(2027, 3, 12)
    assert f"Next session: Friday {following.day} March 2027: 1 card" in result.out
    assert vault.card("one?")["last_day"] == str(on)


# Nothing to do ----------------------------------------------------------------------------------


def test_done_for_today_says_when_there_will_be_more(vault: TestVault) -> None:
    one_card(vault)
    vault.srs("review", typed="\n4\n")
    result = vault.srs("review", typed="\n3\n")
    assert result.code == 0
    assert "Nothing is worth asking today." in result.out
    said = re.search(r"There will be cards on (\w+) (\d+) (\w+) (\d{4})\.", result.out)
    assert said
    # And so it is: on that day, not on the day before.
    days = [date(2025, 6, 14) + timedelta(days=ahead) for ahead in range(1000)]
    for day in days:
        vault.at(f"{day}T18:00+00:00")
        if plan(vault)["cards"]:
            assert said.groups() == (f"{day:%A}", f"{day.day}", f"{day:%B}", f"{day.year}")
            return
    raise AssertionError("there never were")


def test_a_vault_without_cards_says_how_to_begin(vault: TestVault) -> None:
    result = vault.srs("review", typed="\n3\n")
    assert (result.code, result.err) == (0, "")
    assert "no cards yet" in result.out
    assert "srs new" in result.out


def test_where_all_cards_wait_it_says_for_what(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "indexes")
    result = vault.srs("review")
    assert result.code == 0
    assert "There will be cards on Tuesday 1 July 2025." in result.out
    assert "1 new card on Indexes: B-trees" in result.out
    override = re.search(r"`srs review (.*?)`", result.out)
    assert override
    assert "indexes?" in vault.srs("review", *shlex.split(override[1])).out


def test_spent_minutes_say_how_to_go_on(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    one_card(vault)
    answered(vault, 30, "2025-06-13")
    result = vault.srs("review")
    assert result.code == 0
    assert "minutes are spent" in result.out
    assert "--minutes 10" in result.out
    assert "one?" in vault.srs("review", "--minutes", "10").out


def test_one_long_answer_counts_at_most_a_minute(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    answered(vault, 1, "2025-06-13", ms=10_000_000)
    assert plan(vault)["minutes"] == 29


def test_yesterdays_minutes_do_not_count_today(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    answered(vault, 30, "2025-06-12")
    assert plan(vault)["minutes"] == 30


def test_everything_suspended_says_so_without_a_date(vault: TestVault) -> None:
    one_card(vault)
    vault.srs("cards", "suspend", "notes/a.md:1")
    result = vault.srs("review")
    assert result.code == 0
    assert "Nothing is worth asking today." in result.out
    assert "There will be cards" not in result.out


# --topic and --phase ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["indexes", "INDEXES", "Indexes: B-trees", "indexes: b-TREES", "plans"]
)
def test_a_topic_by_id_or_title_in_any_case(vault: TestVault, name: str) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "free", "indexes", "plans")
    out = vault.srs("review", "--topic", name).out
    asked = "plans?" if name == "plans" else "indexes?"
    assert "1 card" in out
    assert asked in out


@pytest.mark.parametrize("name", ["Große Fragen", "große fragen", "GROSSE FRAGEN"])
def test_any_notes_topic_can_be_named(vault: TestVault, name: str) -> None:
    topics(vault, "free")
    vault.write("notes/b.md", "---\ntopic: Große Fragen\n---\nQ: big?\nA: 1\n")
    out = vault.srs("review", "--topic", name).out
    assert "big?" in out
    assert "free?" not in out


@pytest.mark.parametrize("name", ["2", "phase-2", "Phase-2", "PHASE-2"])
def test_a_phase_by_number_or_id_releases_its_cards(vault: TestVault, name: str) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "free", "event-loop", "indexes", "plans")
    asked = [one["prompt"] for one in plan(vault, "--phase", name)["cards"]]
    assert sorted(asked) == ["indexes?", "plans?"]


def test_a_topic_without_notes_has_nothing_to_ask(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    topics(vault, "free")
    result = vault.srs("review", "--topic", "indexes")
    assert result.code == 0
    assert "free?" not in result.out


# What a note may hold ---------------------------------------------------------------------------


def test_five_thousand_lines_are_shown_whole(vault: TestVault) -> None:
    lines = [f"line {number}" for number in range(5000)]
    vault.write("notes/a.md", "Q: long?\nA: " + "\n".join(lines) + "\n")
    result = vault.srs("review", typed="\n3\n")
    assert "\n".join(lines) in result.out
    assert vault.card("long?")["reviews"] == 1


EVIL = "\x1b]0;title\x07\x1b[2J\x1b[31m\x9b31m\x7f\x00\x08"


def test_no_control_character_of_a_note_reaches_the_output(vault: TestVault) -> None:
    evil = EVIL + "\r\x0b\x0c\x85"
    vault.write(
        "notes/x.md",
        f"# t{EVIL}t\n\n## h{EVIL}h\n\n"
        f"Q: evil{evil}?\nA: yes{evil}\nWhy: why{EVIL}\nHint: h{EVIL}\n",
    )
    result = vault.srs("review", typed="\n1\nq\n")
    assert "evil" in result.out
    assert "Failed: notes/x.md" in result.out
    assert not CONTROL.search(result.out)
    assert not CONTROL.search(result.err)


@pytest.mark.parametrize("command", [("review",), ("review", "--plan"), ("status",)])
def test_nor_does_that_of_a_waiting_topics_name(vault: TestVault, command: tuple[str, ...]) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    vault.write("notes/phase-2/a.md", '---\ntopic: "evil\\e]0;x\\a\\x9b31m"\n---\nQ: a?\nA: b\n')
    result = vault.srs(*command)
    assert "evil" in result.out
    assert not CONTROL.search(result.out)


def test_the_readers_answer_is_not_kept_or_shown(vault: TestVault) -> None:
    one_card(vault)
    result = vault.srs("review", typed="\x1b[31m secret thought\n3\n")
    assert "secret" not in result.out
    assert "secret" not in json.dumps(vault.history())


# Whose history ----------------------------------------------------------------------------------


def test_in_a_co_workers_clone_it_goes_on_and_says_so(vault: TestVault) -> None:
    topics(vault, "first", "second")
    vault.device("theirs")
    vault.srs("review", "--topic", "first", typed="\n3\n")
    vault.device("mine")
    result = vault.srs("review", typed="\n3\n")
    assert result.code == 0
    assert "another device" in result.err
    assert "srs history aside" in result.err
    assert "another device" not in result.out
    assert len(bodies(vault, "review")) == 2
    # Said before the first answer, not again once this device has answered.
    vault.write("notes/c.md", "Q: third?\nA: 1\n")
    assert "another device" not in vault.srs("review").err


def test_ones_own_history_needs_no_word(vault: TestVault) -> None:
    vault.write("notes/a.md", THREE)
    assert vault.srs("review", typed="\n3\nq\n").err == ""
    assert vault.srs("review", typed="\n3\nq\n").err == ""


def test_edits_are_noticed_on_stderr(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: What is the answer to it all?\nA: 42\n")
    vault.write("notes/b.md", "Q: two?\nA: 2\n")
    vault.srs("review", "--topic", "a", typed="\n3\n")
    vault.write("notes/a.md", "Q: What is the answer to it all?\nA: 42, they say\n")
    result = vault.srs("review")
    assert "1 edited" in result.err
    assert "edited" not in result.out


def test_after_an_undo_at_the_end_the_summary_is_told_anew(vault: TestVault) -> None:
    one_card(vault)
    out = vault.srs("review", typed="\n3\nu\nq\n").out
    assert "Answered 1 card" in out
    assert out.rstrip().endswith(
        "Nothing answered.\nNot asked today: 1 card that would be worth it."
    )
    assert vault.card("one?")["state"] == "new"
