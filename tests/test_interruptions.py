"""What comes between a session and its end: a new start, a new day, another srs, a changed note."""

from __future__ import annotations

import io
import json
import os
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain import Plain, said
from running import review

from srs import plan as planning
from srs.model import LONGEST_ANSWER, Review
from srs.vault import Vault, files

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result, TestVault

    from srs.vault import Snapshot

QUESTIONS = 3


@pytest.fixture
def three(vault: TestVault) -> TestVault:
    """A card a note."""
    for number in range(QUESTIONS):
        vault.write(f"notes/{number}.md", f"Q: Question {number}?\nA: Answer {number}.\n")
    return vault


def asked(out: str) -> list[str]:
    """The questions in the order of asking."""
    lines = out.splitlines()
    return [lines[n + 1] for n, line in enumerate(lines) if line.startswith("Card ")]


class Lines(io.StringIO):
    """A standard input where something may happen before a line is typed."""

    def __init__(self, *steps: str | Callable[[], object]) -> None:
        super().__init__()
        self._steps = [*steps]

    # That of all streams is declared to give bytes.
    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # noqa: ARG002
        while self._steps:
            step = self._steps.pop(0)
            if isinstance(step, str):
                return f"{step}\n"
            step()
        return ""


def play(vault: TestVault, *steps: str | Callable[[], object]) -> Result:
    """A session with these lines, and with what is done before them."""
    return vault.srs("review", typed=Lines(*steps))


def reviews(vault: TestVault) -> list[dict[str, Any]]:
    return [line for line in vault.history() if line["event"] == "review"]


def in_order(vault: TestVault) -> list[dict[str, Any]]:
    """The cards in the order of asking."""
    cards: list[dict[str, Any]] = vault.srs("review", "--plan", "--json").data["cards"]
    return cards


# Starting again -----------------------------------------------------------------------------------


def test_a_failed_card_comes_back_in_the_next_start_of_the_day(three: TestVault) -> None:
    first = asked(three.srs("review", typed="\n1\nq\n").out)[0]
    again = three.srs("review", typed="\n3\n\n3\n\n3\n")
    assert asked(again.out)[-1] == first
    assert "Card 3 of 3 (again)." in again.out
    assert "2 cards and 1 card once more" in again.out
    *_, repeat = three.history()
    failed = next(line for line in three.history() if line.get("grade") == 1)
    assert (repeat["practice"], repeat["cause"]) == (True, failed["id"])
    assert "Nothing is worth asking today." in three.srs("review", typed="\n").out


def test_what_failed_yesterday_is_no_practice_today(three: TestVault) -> None:
    three.srs("review", typed="\n1\nq\n")
    three.at("2025-06-14T18:00:00")
    out = three.srs("review", typed="\n3\n\n3\n\n3\n").out
    assert "(again)" not in out
    assert all("cause" not in line for line in three.history())


@pytest.mark.parametrize("command", ["suspend", "undo", "bury"])
def test_what_is_not_to_be_asked_is_not_repeated(three: TestVault, command: str) -> None:
    three.srs("review", typed="\n1\n\n3\n\n3\nq\n")
    if command == "suspend":
        failed = next(line["card"] for line in three.history() if line.get("grade") == 1)
        three.srs("cards", "suspend", failed)
    else:
        three.srs("review", typed=":b\n" if command == "bury" else "u\nu\nu\nu\n")
    assert "once more" not in three.srs("review", "--plan").out


def test_the_plan_tells_what_is_to_be_repeated(three: TestVault) -> None:
    three.srs("review", typed="\n1\n\n3\n\n3\nq\n")
    out = three.srs("review", "--plan").out
    assert out.startswith("Friday 13 June 2025: 1 card once more, about 1 minute.\n")
    assert "It failed today; for practice" in out
    assert "(again)" in three.srs("review", "--minutes", "5", typed="\n3\n").out


# Another day --------------------------------------------------------------------------------------


def test_midnight_is_in_the_middle_of_a_study_day(three: TestVault) -> None:
    three.at("2025-06-13T23:50:00")
    result = play(three, "", "3", lambda: three.at("2025-06-14T00:10:00"), "", "3", "", "3")
    assert "new day" not in result.out
    assert [line["day"] for line in reviews(three)] == ["2025-06-13"] * 3


def test_an_answer_belongs_to_the_study_day_on_which_it_is_given(three: TestVault) -> None:
    """As when the lid was closed for a week."""
    result = play(three, "", "3", lambda: three.at("2025-06-20T18:00:00"), "", "3", "", "3")
    assert result.out.count("A new day has begun, Fri 20 Jun: answers belong to it") == 1
    assert [line["day"] for line in reviews(three)] == ["2025-06-13", "2025-06-20", "2025-06-20"]
    # What is on the screen is told dates of the day on which it was shown, all others of their own.
    dates = [line for line in result.out.splitlines() if line.startswith("Grade: ")]
    assert "again (Sat 14 Jun)" in dates[1]
    assert "again (Sat 21 Jun)" in dates[2]
    assert "Next session: Friday 27 June 2025" in result.out


def test_what_failed_before_the_new_day_is_no_practice_on_it(three: TestVault) -> None:
    three.at("2025-06-14T03:59:00")
    four = lambda: three.at("2025-06-14T04:01:00")  # noqa: E731
    result = play(three, "", "1", four, "", "3", "", "3", "", "3")
    assert "(again)" not in result.out
    assert [line["grade"] for line in reviews(three)] == [1, 3, 3, 3]
    assert all("practice" not in line for line in reviews(three))
    assert three.srs("check", "--strict").code == 0


def test_a_clock_that_goes_back_loses_nothing_and_is_told(three: TestVault) -> None:
    three.at("2025-06-20T18:00:00")
    result = play(three, "", "3", "", lambda: three.at("2025-06-13T18:00:00"), "3", "", "3")
    assert "The clock has gone back to Fri 13 Jun: answers belong to that day." in result.out
    kept = reviews(three)
    assert [line["day"] for line in kept] == ["2025-06-20", "2025-06-13", "2025-06-13"]
    assert [line["at"] for line in kept] == sorted(line["at"] for line in kept)
    assert [card["reviews"] for card in three.cards()] == [1, 1, 1]
    out = play(three, "u", "q").out
    assert "Taken back: “good” of Fri 13 Jun." in out


# Another srs --------------------------------------------------------------------------------------


def test_two_sessions_at_once_share_the_plan_of_the_day(three: TestVault) -> None:
    """In two windows, both of which show the same card at first."""
    with review(three, SRS_DEVICE="mine") as one, review(three, SRS_DEVICE="mine") as other:
        one.until("Your answer")
        other.answer()
        one.type("\n3\n")
        one.until("Your answer")
        other.answer()
        other.until("Your answer")
        one.type(":n\n")
        one.until("Your answer")
        assert "Done elsewhere meanwhile: 1 card, not asked here.\n" in one.said
        one.type("\n3\n")
        one.until("Answered")
        other.type(":n\n")
        other.until("There is no other card left.")
        other.until("Answered")
        one.type("\n")
        other.type("\n")
        assert (one.end(), other.end()) == (0, 0)
    first, second, *others = reviews(three)
    # What was on both screens counts once; the second answer is practice of the first.
    assert (second["card"], second["cause"]) == (first["card"], first["id"])
    assert [line.get("practice") for line in others] == [None, None]
    assert len({line["card"] for line in (first, *others)}) == QUESTIONS
    assert len(list((three.root / "decks/history").iterdir())) == 1


def test_u_takes_back_what_was_answered_here_and_then_elsewhere(three: TestVault) -> None:
    with review(three, SRS_DEVICE="mine") as one:
        one.answer()
        with review(three, SRS_DEVICE="mine") as other:
            other.answer()
            one.type("u\nu\n")
            one.until("Taken back")
            one.until("Taken back")
    here, there = reviews(three)
    undos = [line["of"] for line in three.history() if line["event"] == "undo"]
    assert undos == [here["id"], there["id"]]


def test_what_was_on_both_screens_counts_once_also_after_an_undo(three: TestVault) -> None:
    first = in_order(three)[0]["id"]
    play(three, "", lambda: pulled(three, first), "3", "u", "", "4", "q")
    assert three.card(in_order(three)[0]["prompt"])["reviews"] == 0
    (card,) = [one for one in three.cards() if one["id"] == first]
    assert card["reviews"] == 1
    assert [line["cause"] for line in reviews(three) if "cause" in line] == [f"other-{first}"] * 2


def pulled(vault: TestVault, card: str, **more: object) -> None:
    """As a pull leaves it: another device's answer to a card, of today."""
    fields = {"at": "2025-06-13T17:00:00.000Z", "day": "2025-06-13", "event": "review", "ms": 1000}
    line = {"v": 1, "id": f"other-{card}", **fields, "card": card, "grade": 3, **more}
    file = vault.root / "decks/history/other.jsonl"
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as stream:
        stream.write(json.dumps(line) + "\n")


def test_what_a_pull_brings_is_not_asked_again(three: TestVault) -> None:
    order = in_order(three)
    result = play(three, "", lambda: pulled(three, order[1]["id"]), "3", "", "3", "")
    assert "Done elsewhere meanwhile: 1 card, not asked here." in result.out
    assert asked(result.out) == [order[0]["prompt"], order[2]["prompt"]]
    assert [card["reviews"] for card in three.cards()] == [1, 1, 1]


def test_a_failure_that_was_repeated_elsewhere_is_not_repeated_here(three: TestVault) -> None:
    def pull() -> None:
        (failed,) = [line for line in reviews(three) if line["grade"] == 1]
        at = "2025-06-13T19:00:00.000Z"
        pulled(three, failed["card"], at=at, practice=True, cause=failed["id"])

    result = play(three, "", "1", "", "3", pull, "", "3", "")
    assert "(again)" not in result.out
    assert "Done elsewhere meanwhile: 1 card" in result.out


def test_minutes_spent_elsewhere_are_spent_here(three: TestVault) -> None:
    three.write("decks/roadmap.yaml", "session: {weekday: friday, minutes: 1}\n")
    first, second, _ = in_order(three)
    spent = lambda: pulled(three, second["id"], ms=60_000)  # noqa: E731
    result = play(three, "", spent, "3", "")
    assert asked(result.out) == [first["prompt"]]
    assert "The minutes are spent" in result.out
    # Minutes that were asked for are one's own.
    more = Lines(lambda: pulled(three, first["id"], id="more", ms=60_000), "", "3", "")
    assert three.srs("review", "--minutes", "1", typed=more).out.count("Kept") == 1


def test_what_is_suspended_elsewhere_is_not_asked(three: TestVault) -> None:
    first, second, third = in_order(three)
    with review(three, SRS_DEVICE="mine") as one:
        one.until(first["prompt"])
        three.srs("cards", "suspend", second["id"])
        one.type("\n3\n")
        one.until("Done elsewhere meanwhile: 1 card")
        one.until(third["prompt"])


# Changed notes ------------------------------------------------------------------------------------


def test_a_note_that_is_saved_elsewhere_is_asked_as_it_is_now(three: TestVault) -> None:
    path = in_order(three)[1]["path"]
    text = (three.root / path).read_text()
    save = lambda: three.write(path, text.replace("Question", "Which question was"))  # noqa: E731
    result = play(three, "", save, "3", "", "3", "", "3", "")
    assert asked(result.out)[1].startswith("Which question was")
    assert "Notes changed" not in result.out
    assert [card["reviews"] for card in three.cards()] == [1, 1, 1]


def test_an_edit_keeps_the_answers_and_is_told(three: TestVault) -> None:
    play(three, "", "3", "", "3", "", "3", "")
    three.at("2025-06-20T18:00:00")
    path = in_order(three)[1]["path"]
    text = (three.root / path).read_text()
    save = lambda: three.write(path, text.replace("Answer", "The answer"))  # noqa: E731
    result = play(three, "", save, "3", "", "3", "", "3", "")
    told = f"{path} has changed meanwhile. Edited; your answers stay with it."
    assert told in result.out
    assert [card["reviews"] for card in three.cards()] == [2, 2, 2]


@pytest.mark.parametrize("gone", [1, 2])
def test_cards_that_went_are_left_out_and_come_back_another_time(
    three: TestVault, gone: int
) -> None:
    """As after the checkout of a branch that does not have them."""
    paths = [card["path"] for card in in_order(three)]
    texts = {path: (three.root / path).read_text() for path in paths[1 : 1 + gone]}
    remove = lambda: [(three.root / path).unlink() for path in texts]  # noqa: E731
    result = play(three, "", remove, "3", *["", "3"] * (2 - gone), "")
    assert f"What stood at {paths[1]}:1 is no card any more" in result.out
    more = "In no note any more, and left out today: 1 more card."
    assert (more in result.out) == (gone == 2)
    assert len(asked(result.out)) == QUESTIONS - gone
    for path, text in texts.items():
        three.write(path, text)
    assert [card["path"] for card in in_order(three)] == [*texts]


def test_what_moved_to_another_note_is_still_asked(three: TestVault) -> None:
    play(three, "", "3", "", "3", "", "3", "")
    three.at("2025-06-20T18:00:00")
    path = in_order(three)[1]["path"]
    move = lambda: (three.root / path).rename(three.root / "notes/moved.md")  # noqa: E731
    result = play(three, "", move, "3", "", "3", "", "3", "")
    assert len(asked(result.out)) == QUESTIONS
    assert [card["reviews"] for card in three.cards()] == [2, 2, 2]


def test_what_is_asked_now_costs_no_new_look_at_unchanged_notes(
    three: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two cards nothing is read where nothing has changed."""
    monkeypatch.setattr(files, "_TICK", 0)
    monkeypatch.setattr(files, "_COARSE_TICK", 0)
    scans: list[Path] = []
    scan = Vault.scan

    def counted(place: Vault, *arguments: Any) -> Snapshot:
        scans.append(place.root)
        return scan(place, *arguments)

    monkeypatch.setattr(Vault, "scan", counted)
    play(three, "", "3", "", "3", lambda: scans.append(Path("here")), "", "q")
    assert scans[:2] == [three.root, Path("here")]


# Anything, in any order ---------------------------------------------------------------------------

KEYS = {
    **{f"grade {grade}": ["", str(grade)] for grade in (1, 2, 3, 4)},
    "later": [":n"],
    "bury": [":b"],
    "suspend": [":s"],
    "mark": [":m", "odd"],
    "sure, and wrong": [":!", "", "1"],
    "undo": ["u"],
    "undo at the answer": ["", "u"],
}
"""What a person may do, as lines."""
doings = st.lists(st.sampled_from([*KEYS, "start again", "another day"]), max_size=20)


@settings(
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "15")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(doings)
def test_whatever_is_done_the_history_stays_whole(vault: TestVault, doings: list[str]) -> None:
    """Sittings on several days, broken off anywhere: nothing is lost, or cannot be undone."""
    day, lines = date(2025, 6, 13), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        own = replace(vault, root=Path(folder))
        own.device("mine")
        for number in range(3):
            own.write(f"notes/{number}.md", f"Q: Question {number}?\nA: Answer {number}.\n")
        own.write("decks/roadmap.yaml", "session: {weekday: friday, minutes: 30}\n")
        own.write("notes/both.md", "left ::: right\n")
        for doing in [*doings, "start again"]:
            if doing in KEYS:
                lines += KEYS[doing]
                continue
            own.at(f"{day}T18:00:00")
            assert own.srs("review", typed="".join(f"{line}\n" for line in lines)).code == 0
            lines = []
            whole(own.root, day)
            if doing == "another day":
                day += timedelta(days=7)
        own.srs("review", typed="u\n" * 100)
        assert not any(Plain(own.root).undoable("mine"))
        assert all(card["state"] == "new" for card in own.cards())


def whole(root: Path, day: date) -> None:
    """The index says what the files say, and of each card one answer a day counts."""
    plain = Plain(root)
    devices = ["mine"]
    assert said(Vault(root).scan(day), devices) == said(plain, devices)
    for found in plain.state.reviews.values():
        answers = [(one.day, one.body) for one in found if isinstance(one.body, Review)]
        days = [day for day, review in answers if not review.practice]
        assert len(days) == len(set(days))
        assert all(0 <= review.ms <= LONGEST_ANSWER for _, review in answers)
    rested = plain.deck.rested(day)
    plan = planning.plan(plain.deck, day)
    assert not any(one.card.item.id in rested for one in plan.cards)
    asked = {one.card.id for one in plan.cards} | {one.card.id for one in plan.repeats}
    assert not asked & plain.state.suspended
