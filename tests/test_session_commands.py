"""What a person may want in a session instead of answering, line by line."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_session import MANY, answer, asks, event, opened

from srs.model import Bury, Grade, Review, Suspend
from srs.session import Session, lapses

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from conftest import TestVault

FRIDAYS = [f"2025-06-{day}T18:00:00+00:00" for day in (13, 20, 27)]


@pytest.fixture
def three(vault: TestVault) -> TestVault:
    vault.write("notes/a.md", "Q: one?\nA: 1\n\nQ: two?\nA: 2\n\nQ: three?\nA: 3\n")
    return vault


def asked(out: str) -> list[str]:
    return [line for line in out.splitlines() if line in ("one?", "two?", "three?")]


def kept(vault: TestVault, *names: str) -> list[dict[str, Any]]:
    return [event for event in vault.history() if event["event"] in names]


# The session ------------------------------------------------------------------------------------


def suspended(session: Session, number: int) -> Session:
    assert session.current
    return session.without(event(number, Suspend(session.current.card.id)))


def buried(session: Session, number: int) -> Session:
    assert session.current
    return session.without(event(number, Bury(session.current.card.id)))


ACTS: dict[str, Callable[[Session, int], Session]] = {
    "good": lambda session, number: answer(session, Grade.GOOD, number=number),
    "again": lambda session, number: answer(session, Grade.AGAIN, number=number),
    "suspend": suspended,
    "bury": buried,
}


@settings(deadline=None)
@given(
    st.integers(1, 6),
    st.lists(st.sampled_from((*ACTS, "later", "later")), max_size=20),
)
def test_undo_goes_back_through_all_that_was_kept(count: int, acts: list[str]) -> None:
    """What was asked then is asked again, whatever waited meanwhile."""
    session = opened(count)
    before: list[tuple[int, Session]] = []
    for number, act in enumerate(acts):
        if session.current is None:
            break
        if act == "later":
            session = session.later()
            continue
        before.append((number, session))
        session = ACTS[act](session, number)
    for number, then in reversed(before):
        assert then.current
        session = session.undone(event(number, Suspend(MANY[0].id)).id, then.current)
        assert asks(session) == asks(then)
        assert len(session.done) == len(then.done)
        assert session.remaining == then.remaining
        assert session.seconds == then.seconds


def test_what_waits_comes_after_all_others() -> None:
    session = opened(3).later()
    assert (asks(session), session.remaining) == ("q2", 3)
    session = answer(answer(session, Grade.GOOD), Grade.AGAIN)
    assert asks(session) == "q1"
    assert not session.can_wait
    assert asks(session.later()) == "q1"


def test_what_failed_and_is_suspended_then_is_not_practised() -> None:
    session = answer(opened(1), Grade.AGAIN)
    assert asks(session) == "q1 again"
    assert suspended(session, 7).current is None


def test_lapses_are_failures_after_the_first_answer() -> None:
    card = MANY[0].id
    reviews = [Review(card, Grade(grade), 1) for grade in (1, 1, 3, 1)]
    practice = Review(card, Grade.AGAIN, 1, cause="e1")
    assert lapses(reviews) == 2
    assert lapses([*reviews, practice]) == 2
    assert lapses(reviews[:1]) == 0


# Line by line -----------------------------------------------------------------------------------


def test_s_suspends_and_u_takes_it_back(three: TestVault) -> None:
    result = three.srs("review", typed=":s\nu\n:s\nq\n")
    first = asked(result.out)
    assert first[0] == first[2] != first[1] == first[3]
    assert "Taken back: the suspension" in result.out
    (one, two) = kept(three, "suspend")
    assert one["card"] == two["card"]
    assert first[0] not in asked(three.srs("review", "--minutes", "9", typed="\n\n" * 3).out)


def test_practice_that_was_put_off_until_tomorrow_comes_back_as_practice(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n")
    vault.srs("review", typed="\n1\n:b\n")
    (failed, _) = kept(vault, "review", "bury")
    out = vault.srs("review", typed="u\n\n3\n").out
    assert "(again)" in out
    (_, repeated) = kept(vault, "review")
    assert repeated["cause"] == failed["id"]


def test_b_leaves_the_item_out_for_the_day(three: TestVault) -> None:
    first = asked(three.srs("review", typed=":b\nq\n").out)
    again = asked(three.srs("review", "--minutes", "9", typed="\n\n\n\n\n\n").out)
    assert first[0] not in again
    assert len(again) == 2
    three.at(FRIDAYS[1])
    assert first[0] in asked(three.srs("review", typed="\n\n\n\n\n\n").out)


def test_n_asks_it_after_all_others(three: TestVault) -> None:
    result = three.srs("review", typed=":n\n\n\n\n\n\n\n")
    order = asked(result.out)
    assert order[-1] == order[0]
    assert len(order) == 4
    assert len(kept(three, "review")) == 3


def test_n_at_the_last_card_says_so(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n")
    assert "There is no other card left." in vault.srs("review", typed=":n\nq\n").out


def test_a_mark_is_told_until_the_card_is_edited(three: TestVault) -> None:
    result = three.srs("review", typed=":m\nThe answer is too long\n\n\nq\n")
    first = asked(result.out)[0]
    assert f"Marked: notes/a.md:{1 + 3 * ('one?', 'two?', 'three?').index(first)}: {first}" in (
        result.out
    )
    (mark,) = kept(three, "mark")
    assert mark["text"] == "The answer is too long"
    three.write("notes/a.md", (three.root / "notes/a.md").read_text().replace(first, f"x {first}"))
    assert "Marked" not in three.srs("review", "--minutes", "9", typed="\n\nq\n").out


def test_an_empty_mark_is_none(three: TestVault) -> None:
    assert "Not marked." in three.srs("review", typed=":m\n\nq\n").out
    assert not kept(three, "mark")


def test_u_takes_a_mark_back(three: TestVault) -> None:
    result = three.srs("review", typed=":m\na typo\nu\n\n\nq\n")
    assert "Taken back: the mark" in result.out
    assert "Marked: notes" not in result.out


def test_i_tells_why_and_what_was_answered(three: TestVault) -> None:
    new = three.srs("review", typed=":i\n\n1\nq\n").out
    assert "It was never answered." in new
    assert "recall-days" in new
    three.at(FRIDAYS[1])
    seen = three.srs("review", typed=":i\n:n\n:i\n:n\n:i\nq\n").out
    assert "Fri 13 Jun 2025: again" in seen
    assert "Recall falls to 90 % in 1 day after the last answer." in seen


def test_o_shows_the_note_at_the_card(three: TestVault) -> None:
    out = three.srs("review", typed=":o\nq\n").out
    first = asked(out)[0]
    assert f"Q: {first}" in out


def test_v_says_what_is_not_there(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\n\n![a](none.png)\n\nA: 1\n")
    assert "none.png is not in this vault." in vault.srs("review", typed=":v\nq\n").out
    vault.write("notes/a.md", "Q: one?\nA: 1\n")
    assert "It has no pictures or sounds." in vault.srs("review", typed=":v\nq\n").out


def test_sure_and_wrong_is_told_and_asked_again_next_time(three: TestVault) -> None:
    out = three.srs("review", typed=":!\n\n1\n\n4\n\n4\n\n4\n\n").out
    first = asked(out)[0]
    assert "You are sure." in out
    assert f": {first}" in out.partition("Sure, and wrong; asked again next time: ")[2]
    assert [event.get("sure") for event in kept(three, "review")][:2] == [True, None]
    # Practice of that day does not count for it.
    assert kept(three, "review")[-1]["practice"]
    three.at("2025-06-14T18:00:00+00:00")
    assert asked(three.srs("review", typed="q\n").out) == [first]


def test_sure_is_said_before_the_answer_only(three: TestVault) -> None:
    out = three.srs("review", typed="\n:!\n1\nq\n").out
    assert "Sure is only who says so before the answer." in out
    assert "sure" not in kept(three, "review")[0]


def test_time_aside_is_not_that_of_the_answer(three: TestVault) -> None:
    assert kept(three, "review") == []
    three.srs("review", typed=":i\n:o\n\n\nq\n")
    assert kept(three, "review")[0]["ms"] < 1000


def test_help_tells_the_commands(three: TestVault) -> None:
    out = three.srs("review", typed=":?\nq\n").out
    for command in (":!", ":u", ":e", ":o", ":i", ":v", ":m", ":n", ":b", ":s", ":q"):
        assert f"{command} " in out


# The summary ------------------------------------------------------------------------------------


def test_what_failed_three_times_is_to_be_rewritten(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n")
    for friday in (*FRIDAYS, "2025-07-04T18:00:00+00:00"):
        vault.at(friday)
        out = vault.srs("review", typed="\n1\nq\n").out
    assert "To rewrite, it failed 3 times: notes/a.md:1: one?" in out


def test_e_after_the_summary_rewrites_one_after_the_other(
    vault: TestVault, editor: Callable[[str, str], None]
) -> None:
    vault.write("notes/a.md", "Q: Who wrote the first one?\nA: 1\n\nQ: And the other?\nA: 2\n")
    failing = "\n1\n" * 2 + "\n\n" * 2
    for friday in FRIDAYS:
        vault.at(friday)
        vault.srs("review", typed=failing)
    vault.at("2025-07-04T18:00:00+00:00")
    editor("A: 1\n", "A: one\n")
    out = vault.srs("review", typed=f"{failing}e\n\n").out
    first, _, after = out.partition("Edited; your answers stay with it.")
    assert first.count("To rewrite, it failed 3 times: ") == 2
    assert "e rewrites notes/a.md:1," in first
    assert after.count("To rewrite, it failed 3 times: ") == 1
    assert "e rewrites notes/a.md:4," in after


def test_recall_is_told_beside_what_was_expected(three: TestVault) -> None:
    assert "Recalled" not in three.srs("review", typed="\n3\n" * 3 + "\n").out
    three.at(FRIDAYS[2])
    out = three.srs("review", typed="\n3\n\n3\n\n1\nq\n").out
    assert "Recalled 2 of 3 cards that you had answered before; expected: 2." in out


def test_practice_alone_is_not_told_as_nothing(three: TestVault) -> None:
    three.srs("review", typed="\n1\n" + "\n3\n" * 2)
    out = three.srs("review", typed="\n3\n").out
    assert "Asked once more, for practice: 1 card.\n" in out
    assert "Nothing answered." not in out
    assert "Next session: " in out


def test_what_is_not_in_git_yet_is_reminded_of(three: TestVault) -> None:
    said = "Not committed yet: `git add notes decks && git commit`."
    assert said not in three.srs("review", typed="\n\nq\n").out
    subprocess.run(["git", "init", "-q", str(three.root)], check=True)
    assert said in three.srs("review", "--minutes", "9", typed="\n\nq\n").out
