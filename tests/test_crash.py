"""Real processes that are killed: every answer that was confirmed is in the history afterwards."""

from __future__ import annotations

import json
import shutil
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
from running import PATIENCE, review

if TYPE_CHECKING:
    from conftest import TestVault

QUESTIONS = 6
NOTE = "".join(f"Q: Question {n}?\nA: answer {n}\n\n" for n in range(QUESTIONS))


@pytest.fixture
def desk(vault: TestVault) -> TestVault:
    """A vault with questions, read by processes of one device."""
    vault.write("notes/a.md", NOTE)
    vault.device("desk")
    return vault


def reviews(desk: TestVault) -> list[dict[str, Any]]:
    return [event for event in desk.history() if event["event"] == "review"]


def goes_on(desk: TestVault, answered: int) -> None:
    """The next run finds these answers, asks the rest, and nobody has anything to complain of."""
    assert sum(card["reviews"] for card in desk.cards()) == answered
    assert len(desk.srs("review", "--plan", "--json").data["cards"]) == QUESTIONS - answered
    typed = "\n3\n" * (QUESTIONS - answered)
    rest = desk.srs("review", typed=typed)
    assert (rest.code, rest.out.count("Kept")) == (0, QUESTIONS - answered)
    assert [card["reviews"] for card in desk.cards()] == [1] * QUESTIONS


# Killed where the test wants --------------------------------------------------------------------


@pytest.mark.parametrize("answered", [1, 2, 4])
def test_killed_right_after_an_answer_was_kept(desk: TestVault, answered: int) -> None:
    with review(desk) as running:
        for _ in range(answered):
            running.answer()
        assert running.stop() == -signal.SIGKILL
    assert len(reviews(desk)) == answered
    goes_on(desk, answered)


@pytest.mark.parametrize("answered", [0, 1])
@pytest.mark.parametrize("typed", ["", "\n"], ids=["at the question", "at the answer"])
def test_killed_before_an_answer_was_kept(desk: TestVault, answered: int, typed: str) -> None:
    with review(desk) as running:
        for _ in range(answered):
            running.answer()
        running.until("Your answer")
        if typed:
            running.type(typed)
            running.until("Grade")
        running.stop()
    assert len(reviews(desk)) == answered
    if not answered:
        assert not (desk.root / "decks/history").exists(), "a session without an answer"
    assert desk.srs("check", "--strict").code == 0
    goes_on(desk, answered)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("at", ["Your answer", "Grade"])
def test_other_signals_keep_what_was_kept(desk: TestVault, by: signal.Signals, at: str) -> None:
    with review(desk) as running:
        running.answer()
        running.answer()
        running.until("Your answer")
        if at == "Grade":
            running.type("\n")
            running.until("Grade")
        code = running.stop(by)
        assert not any("Traceback" in line for line in running.said)
        # Ctrl-C ends the session as `q` does where a line is waited for, and fails a step before.
        assert code in ((0, 1) if by is signal.SIGINT else (-by, 128 + by))
    assert len(reviews(desk)) == 2
    goes_on(desk, 2)


@pytest.mark.parametrize("typed", ["", "\n", "\n3"], ids=["question", "answer", "no line end"])
def test_a_closed_stdin_ends_the_session_well(desk: TestVault, typed: str) -> None:
    with review(desk) as running:
        running.answer()
        running.type(typed)
        assert running.process.stdin is not None
        running.process.stdin.close()
        assert running.end() == 0
        kept = running.kept
        assert kept == (2 if typed == "\n3" else 1)
        assert any(line.startswith(f"Answered {kept} card") for line in running.said)
    goes_on(desk, kept)


def test_a_reader_that_goes_away_loses_no_answer(desk: TestVault) -> None:
    """As `srs review | head`: the answer is on disk although nobody can be told."""
    with review(desk) as running:
        running.answer()
        running.until("Your answer")
        assert running.process.stdout is not None
        running.process.stdout.close()
        running.type("\n3\n")
        assert running.process.wait(PATIENCE) == 1
    # The answer could not be shown, so the second was never graded.
    goes_on(desk, 1)


def test_an_undo_that_was_confirmed_stays(desk: TestVault) -> None:
    with review(desk) as running:
        running.answer()
        running.answer()
        running.until("Your answer")
        running.type("u\n")
        running.until("Taken back")
        running.stop()
    assert [event["event"] for event in desk.history()][-1] == "undo"
    goes_on(desk, 1)


# Killed anywhere --------------------------------------------------------------------------------


@pytest.mark.parametrize("tenths", range(8))
def test_killed_at_any_moment(desk: TestVault, tenths: int) -> None:
    """All input lies ready; the process dies somewhere. One answer may be kept and not yet said."""
    with review(desk) as running:
        running.type("\n3\n" * QUESTIONS)
        running.until("Card 1")
        time.sleep(tenths * 0.003)
        running.stop()
    kept = len(reviews(desk)) if (desk.root / "decks/history").exists() else 0
    assert running.kept <= kept <= running.kept + 1
    goes_on(desk, kept)


DIES_WRITING = """
import os, signal, sys
write, answers, share = os.write, 0, float(sys.argv.pop(1))
def dying(handle, data):
    global answers
    answers += b'"event":"review"' in data
    if answers == 3:
        write(handle, data[:int(len(data) * share)])
        os.kill(os.getpid(), signal.SIGKILL)
    return write(handle, data)
os.write = dying
from srs.__main__ import main
main()
"""


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.8, 0.99, 1.0])
def test_killed_in_the_middle_of_writing(desk: TestVault, share: float) -> None:
    """What stands of the third answer does not count unless it is whole, and hinders nothing."""
    with review(desk, "-c", DIES_WRITING, str(share)) as running:
        running.type("\n3\n" * QUESTIONS)
        assert running.end() == -signal.SIGKILL
    assert running.kept == 2
    file = desk.root / "decks/history/desk.jsonl"
    data = file.read_bytes()
    kept = 3 if share == 1.0 else 2
    torn = [problem["code"] for problem in desk.srs("check", "--json").data["problems"]]
    assert torn == ([] if data.endswith((b"\n", b"}")) else ["history-torn"])
    started = time.monotonic()
    assert sum(card["reviews"] for card in desk.cards()) == kept
    rest = desk.srs("review", typed="\n3\n" * QUESTIONS)
    assert time.monotonic() - started < 5, "a lock of the dead holds nobody up"
    assert rest.out.count("Kept") == QUESTIONS - kept
    assert [card["reviews"] for card in desk.cards()] == [1] * QUESTIONS
    assert file.read_bytes().startswith(data)


# A quiz -----------------------------------------------------------------------------------------

EXAM = ("quiz", "--exam", "--seed", "1")


@pytest.mark.parametrize("tenths", range(0, 16, 2))
def test_a_quiz_that_is_killed_goes_on(desk: TestVault, tenths: int) -> None:
    with review(desk, command=("quiz", "--seed", "1")) as running:
        running.type("\n1\n" * QUESTIONS)
        running.until("Card 1")
        time.sleep(tenths * 0.003)
        running.stop()
    kept = len(reviews(desk)) if (desk.root / "decks/history").exists() else 0
    assert running.kept <= kept <= running.kept + 1
    rest = desk.srs("quiz", "--seed", "1", typed="\n1\n" * (QUESTIONS - kept))
    assert rest.out.count("Kept") == QUESTIONS - kept
    assert desk.srs("quiz", "--score", "--json").data["asked"] == QUESTIONS
    assert [card["reviews"] for card in desk.cards()] == [1] * QUESTIONS


def test_a_quiz_that_goes_on_elsewhere_is_shared(desk: TestVault) -> None:
    with review(desk, command=("quiz", "--seed", "1")) as running:
        running.type("\n1\n")
        running.until("Card 2 of 6")
        # The second question is on both screens, the third on the other only.
        assert desk.srs("quiz", typed="\n1\n\n1\n").out.count("Kept") == 2
        running.type("\n1\n")
        running.until("Answered elsewhere meanwhile: 1 question.")
        running.until("Card 4 of 6")
        running.type("\n1\n" * 3 + "\n")
        assert running.end() == 0
    assert sum("Right: 0 of 6." in line for line in running.said) == 1
    practice = [event for event in reviews(desk) if event.get("practice")]
    assert len(reviews(desk)) == QUESTIONS + 1
    assert len(practice) == 1


@pytest.mark.parametrize("lines", range(1, 2 * QUESTIONS, 3))
def test_an_exam_that_is_killed_goes_on_while_it_is_written_and_marked(
    desk: TestVault, lines: int
) -> None:
    typed = ["so it is\n"] * QUESTIONS + ["2\n"] * QUESTIONS
    with review(desk, command=EXAM) as running:
        for line in typed[:lines]:
            running.type(line)
            running.until("Kept")
        running.stop()
    events = [event["event"] for event in desk.history()]
    assert events.count("answer") == min(lines, QUESTIONS)
    assert events.count("review") == max(0, lines - QUESTIONS)
    rest = desk.srs("quiz", typed="".join(typed[lines:]))
    assert "Going on with the exam" in rest.out
    assert f"Right: {QUESTIONS} of {QUESTIONS}." in rest.out
    assert [event["grade"] for event in reviews(desk)] == [2] * QUESTIONS


# The cache may go -------------------------------------------------------------------------------

SHOWN = (
    ("cards", "--json"),
    ("status", "--json"),
    ("check", "--json"),
    ("review", "--plan", "--json"),
    ("history", "--json"),
)


def test_without_build_everything_says_the_same(desk: TestVault) -> None:
    """Now, with what export has left there, and when the cache comes."""
    desk.srs("review", typed="\n3\n\n1\nq\n")
    assert desk.srs("export").code == 0
    desk.write("notes/a.md", NOTE.replace("Question 2", "Question number 2"))
    desk.at("2025-06-27T18:00:00")
    build = desk.root / "build"
    assert [*build.iterdir()] != []
    with_build = [desk.srs(*arguments).out for arguments in SHOWN]
    shutil.rmtree(build)
    assert [desk.srs(*arguments).out for arguments in SHOWN] == with_build
    (build / "index.db").write_bytes(b"garbage")
    assert [desk.srs(*arguments).out for arguments in SHOWN] == with_build
    assert all(json.loads(out) for out in with_build)


def test_a_build_that_cannot_be_written_is_not_needed(desk: TestVault) -> None:
    """A file in its place: root is stopped too."""
    desk.write("build", "")
    for arguments in SHOWN:
        assert desk.srs(*arguments).code == 0
    assert desk.srs("review", typed="\n3\nq\n").code == 0
    assert sum(card["reviews"] for card in desk.cards()) == 1
