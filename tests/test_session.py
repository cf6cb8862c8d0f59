"""A session as a value: what is asked now, answers and undo; and how line mode drives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import identity, notes
from srs.model import Bury, CardId, Event, EventId, Grade, Review, Suspend
from srs.session import Session, Turn, grades, lapsed
from srs.ui.lines import Lines
from srs.ui.review import Desk, review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import TestVault

    from srs.model import Body, Card

FRIDAY = date(2025, 6, 13)
NOON = datetime(2025, 6, 13, 12, tzinfo=UTC)


def cards(count: int) -> tuple[Card, ...]:
    """Cards that ask q1, q2 ... and are answered a1, a2 ..."""
    text = "".join(f"q{number} :: a{number}\n" for number in range(1, count + 1))
    note, problems = notes.parse("notes/phase-1/queue.md", text)
    assert problems == ()
    return identity.match({}, note.items).cards


MANY = cards(6)


def opened(count: int, seconds: float = 1800.0) -> Session:
    return Session(tuple(Turn(card, 10.0) for card in MANY[:count]), seconds)


def event(number: int, body: Body) -> Event:
    return Event(EventId(f"e{number:03}"), NOON, FRIDAY, "here", body)


def answer(session: Session, grade: Grade, ms: int = 1000, number: int | None = None) -> Session:
    assert session.current is not None
    number = len(session.done) if number is None else number
    return session.answered(event(number, session.current.answer(grade, ms)))


def asks(session: Session) -> str:
    """`q1`, `q1 again`, or `` when the session is over."""
    turn = session.current
    return f"{turn.card.face.prompt}{' again' if turn.cause else ''}" if turn else ""


# Asking -------------------------------------------------------------------------------------------


def test_cards_are_asked_in_their_order_until_there_are_none() -> None:
    session = opened(3)
    asked = []
    while session.current:
        asked.append(asks(session))
        session = answer(session, Grade.GOOD)
    assert asked == ["q1", "q2", "q3"]
    assert session.seconds == 1797


def test_a_session_without_cards_is_over() -> None:
    assert opened(0).current is None


def test_a_failed_card_comes_back_once_after_all_others() -> None:
    session = answer(opened(3), Grade.AGAIN)
    asked = []
    while session.current:
        asked.append(asks(session))
        session = answer(session, Grade.AGAIN)
    assert asked == ["q2", "q3", "q1 again", "q2 again", "q3 again"]


@pytest.mark.parametrize("grade", [Grade.HARD, Grade.GOOD, Grade.EASY])
def test_a_card_that_was_known_does_not_come_back(grade: Grade) -> None:
    assert answer(opened(1), grade).current is None


def test_a_repeat_names_the_failure_that_it_repeats() -> None:
    session = answer(opened(1), Grade.AGAIN, number=7)
    assert session.current is not None
    assert session.current.cause == "e007"
    practice = session.current.answer(Grade.GOOD, 900)
    assert practice.practice
    assert practice == Review(MANY[0].id, Grade.GOOD, 900, "reveal", "e007")


def test_the_last_card_is_asked_while_any_time_is_left() -> None:
    session = answer(opened(3, seconds=2.0), Grade.GOOD, 1999)
    assert asks(session) == "q2"
    assert answer(session, Grade.GOOD, 60_000).current is None


def test_a_session_is_over_when_its_time_is_just_spent() -> None:
    session = answer(opened(3, seconds=2.0), Grade.GOOD, 2000)
    assert session.current is None
    assert session.remaining == 2


def test_practice_comes_only_while_time_is_left() -> None:
    failed = answer(opened(1, seconds=5.0), Grade.AGAIN, 4999)
    assert asks(failed) == "q1 again"
    late = answer(opened(1, seconds=5.0), Grade.AGAIN, 5000)
    assert late.current is None
    assert late.remaining == 1


def test_time_to_go_is_that_of_the_cards_or_what_is_left() -> None:
    assert opened(3).seconds_to_go == 30.0
    assert opened(3, seconds=12.0).seconds_to_go == 12.0
    assert answer(opened(3), Grade.AGAIN).seconds_to_go == 30.0
    assert answer(opened(3), Grade.GOOD).seconds_to_go == 20.0


def test_only_the_current_turn_can_be_answered() -> None:
    late = event(1, Review(MANY[0].id, Grade.GOOD, 1))
    with pytest.raises(ValueError, match="current turn"):
        opened(0).answered(late)


def test_grades_and_failures_are_counted_without_practice() -> None:
    session = opened(3)
    for grade in (Grade.AGAIN, Grade.GOOD, Grade.AGAIN, Grade.AGAIN, Grade.EASY):
        session = answer(session, grade)
    assert grades(session.done) == {Grade.AGAIN: 2, Grade.GOOD: 1}
    assert [card.face.prompt for card in lapsed(session.done)] == ["q1", "q3"]


# Any answers and undos ----------------------------------------------------------------------------

Step = tuple[Grade, int] | None
"""A grade and its milliseconds, or None to undo."""
steps = st.lists(st.none() | st.tuples(st.sampled_from(Grade), st.integers(0, 60_000)), max_size=30)
sizes = st.integers(0, 6)
budgets = st.integers(1, 200).map(float)


def played(session: Session, taken: Sequence[Step]) -> list[Session]:
    """The session after each step. An undo takes back the newest answer that stands."""
    states = [session]
    live: list[tuple[EventId, Turn]] = []
    for number, step in enumerate(taken):
        turn = session.current
        if step is None and live:
            session = session.undone(*live.pop())
        elif step is not None and turn:
            answered = event(number, turn.answer(*step))
            live.append((answered.id, turn))
            session = session.answered(answered)
        states.append(session)
    return states


def expected(count: int, budget: float, taken: Sequence[Step]) -> str:
    """What is asked after these steps, from the answers that stand alone."""
    live: list[tuple[Grade, int]] = []
    current = ""
    for step in (*taken, None):
        order = [f"q{n + 1}" for n in range(count)]
        failed = [order[n] for n, (grade, _) in enumerate(live[:count]) if grade is Grade.AGAIN]
        order += [f"{name} again" for name in failed] if len(live) >= count else []
        spent = sum(ms for _, ms in live)
        current = order[len(live)] if len(live) < len(order) and spent < budget * 1000 else ""
        if step is not None and current:
            live.append(step)
        elif step is None and live:
            live.pop()
    return current


@settings(deadline=None)
@given(sizes, budgets, steps)
def test_what_is_asked_follows_from_the_answers_that_stand(
    count: int, budget: float, taken: list[Step]
) -> None:
    states = played(opened(count, budget), taken)
    for number, session in enumerate(states):
        assert asks(session) == expected(count, budget, taken[:number])


@settings(deadline=None)
@given(sizes, budgets, steps)
def test_nothing_is_asked_twice_but_failures_once_more(
    count: int, budget: float, taken: list[Step]
) -> None:
    session = played(opened(count, budget), taken)[-1]
    first = [one.turn.card.id for one in session.done if not one.turn.cause]
    again = [one.turn.card.id for one in session.done if one.turn.cause]
    assert len(first) == len(set(first))
    assert len(again) == len(set(again))
    failed = {card.id for card in lapsed(session.done)}
    assert set(again) <= failed
    # What is still to be asked was not asked, and practice waits for every failure once.
    assert not {turn.card.id for turn in session.turns} & set(first)
    waiting = [turn.card.id for turn in session.practice]
    assert sorted([*waiting, *again]) == sorted(failed)


@settings(deadline=None)
@given(sizes, budgets, steps)
def test_practice_comes_after_all_others(count: int, budget: float, taken: list[Step]) -> None:
    session = played(opened(count, budget), taken)[-1]
    practice = [bool(one.turn.cause) for one in session.done]
    assert practice == sorted(practice)
    assert not (any(practice) and session.turns)


@settings(deadline=None)
@given(sizes, budgets, steps)
def test_time_is_spent_by_the_answers_that_stand(
    count: int, budget: float, taken: list[Step]
) -> None:
    for session in played(opened(count, budget), taken):
        spent = sum(one.review.ms for one in session.done) / 1000
        assert session.seconds == pytest.approx(budget - spent, abs=1e-6)
        assert (session.seconds <= 0 and session.remaining > 0) <= (session.current is None)
        # The time may be overrun by the last answer, never by one more.
        if session.done:
            assert spent - session.done[-1].review.ms / 1000 < budget


@settings(deadline=None)
@given(sizes, budgets, steps)
def test_undo_returns_to_the_session_before_the_answer(
    count: int, budget: float, taken: list[Step]
) -> None:
    for before, after in pairwise(played(opened(count, budget), taken)):
        if len(after.done) > len(before.done):
            newest = after.done[-1]
            back = after.undone(newest.event, newest.turn)
            assert back.seconds == pytest.approx(before.seconds, abs=1e-9)
            assert back._replace(seconds=before.seconds) == before


@settings(deadline=None)
@given(sizes, budgets, steps)
def test_undoing_everything_returns_to_the_start(
    count: int, budget: float, taken: list[Step]
) -> None:
    answers = [step for step in taken if step]
    session = played(opened(count, budget), [*answers, *[None] * len(answers)])[-1]
    assert session._replace(seconds=budget) == opened(count, budget)


def begun_again(count: int, budget: float, log: list[Event]) -> Session:
    """What a session is that begins with these live events of its day, as a plan would have it."""
    gone = {getattr(one.body, "card", "") for one in log}
    turns = tuple(turn for turn in opened(count).turns if turn.card.id not in gone)
    spent = sum(one.body.ms for one in log if isinstance(one.body, Review))
    last = {one.body.card: one for one in log if isinstance(one.body, Review)}
    left_out = {one.body.card for one in log if isinstance(one.body, Bury | Suspend)}
    failed = [
        one
        for one in sorted(last.values(), key=lambda one: one.id)
        if isinstance(one.body, Review) and one.body.grade is Grade.AGAIN
        if not one.body.practice and one.body.card not in left_out
    ]
    by_id = {card.id: card for card in MANY}
    practice = tuple(
        Turn(by_id[CardId(getattr(one.body, "card", ""))], 10.0, one.id) for one in failed
    )
    return Session(turns, budget - spent / 1000, practice)


doings = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(Grade), st.integers(0, 90_000)),
        st.sampled_from(["undo", "bury", "suspend", "crash"]),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=300)
@given(sizes, budgets, doings)
def test_a_session_that_is_begun_again_goes_on_where_it_was(
    count: int, budget: float, doings: list[tuple[Grade, int] | str]
) -> None:
    """After anything that was done, and any crash: the same turns in the same order, and time."""
    session, log = opened(count, budget), list[Event]()
    for number, doing in enumerate(doings):
        turn = session.current
        if doing == "crash":
            session = begun_again(count, budget, log)
        elif doing == "undo":
            if log:
                taken = log.pop()
                card = next(one for one in MANY if one.id == getattr(taken.body, "card", ""))
                earlier = [one.id for one in log if getattr(one.body, "card", "") == card.id]
                cause = earlier[-1] if earlier else ""
                known = taken.id in [one.event for one in session.done]
                session = session.undone(taken.id, Turn(card, 10.0, cause))
                # Of an earlier start only the history knows how long it took.
                ms = 0 if known else getattr(taken.body, "ms", 0)
                session = session._replace(seconds=session.seconds + ms / 1000)
        elif turn and isinstance(doing, tuple):
            log.append(event(number, turn.answer(*doing)))
            session = session.answered(log[-1])
        elif turn:
            body = Bury if doing == "bury" else Suspend
            log.append(event(number, body(turn.card.id)))
            session = session.without(log[-1])
        again = begun_again(count, budget, log)
        assert again._replace(seconds=0.0) == session._replace(seconds=0.0, done=(), dropped=())
        assert again.seconds == pytest.approx(session.seconds, abs=1e-6)
        asked = [one.turn.card.id for one in session.done if not one.turn.cause]
        assert len(asked) == len(set(asked)), "no card twice on a day, but for practice"


def test_undo_takes_a_failed_card_out_of_practice() -> None:
    session = answer(answer(opened(2), Grade.AGAIN), Grade.GOOD)
    session = session.undone(session.done[1].event, session.done[1].turn)
    session = session.undone(session.done[0].event, session.done[0].turn)
    assert session == opened(2)


def test_an_answer_of_an_earlier_session_that_is_taken_back_is_asked_next() -> None:
    session = answer(opened(2), Grade.GOOD)
    back = session.undone(EventId("earlier"), Turn(MANY[4], 8.0))
    assert asks(back) == "q5"
    assert back.remaining == 2
    assert back.seconds == session.seconds
    assert asks(answer(back, Grade.GOOD, number=9)) == "q2"


def test_a_card_of_the_queue_that_is_taken_back_is_asked_once() -> None:
    back = opened(3).undone(EventId("earlier"), Turn(MANY[1], 8.0))
    assert [turn.card.face.prompt for turn in back.turns] == ["q2", "q1", "q3"]


# Line by line -------------------------------------------------------------------------------------


@dataclass
class Sitting:
    """A session driven by lines, with a history in memory and a clock that goes 3 s a look."""

    lines: list[str]
    log: list[str] = field(default_factory=list)
    """Everything said, and `keep q1 3` or `undo q1` when the history was written."""
    history: list[Event] = field(default_factory=list)
    reads: int = 0
    now: float = 100.0
    pace: float = 3.0

    def read(self) -> str | None:
        self.reads += 1
        return self.lines[self.reads - 1] if self.reads <= len(self.lines) else None

    def clock(self) -> float:
        self.now += self.pace
        return self.now

    def keep(self, body: Body) -> Event:
        assert isinstance(body, Review)
        kept = event(len(self.log), body)
        self.history.append(kept)
        self.log.append(f"keep {self._name(body)} {int(body.grade)}")
        return kept

    def take_back(self) -> tuple[Event, Turn | None] | None:
        if not self.history:
            return None
        taken = self.history.pop()
        assert isinstance(taken.body, Review)
        self.log.append(f"undo {self._name(taken.body)}")
        card = next(card for card in MANY if card.id == taken.body.card)
        return taken, Turn(card, 0.0, taken.body.cause)

    def _name(self, body: Review) -> str:
        return next(card.face.prompt for card in MANY if card.id == body.card)

    def run(self, session: Session) -> Session:
        face = Lines(self.read, self.log.append)
        dates = {grade: FRIDAY + timedelta(days=7 * grade) for grade in Grade}
        desk = Desk(
            keep=self.keep,
            summary=lambda session: f"{len(session.done)} answers stand.",
            rewrite=lambda _: "",
            can_take_back=lambda: bool(self.history),
            take_back=self.take_back,
            edit=lambda session: (session, "Edited."),
            meet=lambda session: (session, ""),
            look=lambda command, _: f"Looked: {command.name}.",
            dates=lambda _: dates,
            clock=self.clock,
        )
        return review(session, face, desk)

    @property
    def said(self) -> str:
        return "\n".join(self.log)

    @property
    def written(self) -> list[str]:
        return [line for line in self.log if line.startswith(("keep ", "undo "))]


def sit(*lines: str, count: int = 2, seconds: float = 1800.0) -> tuple[Sitting, Session]:
    sitting = Sitting([*lines])
    return sitting, sitting.run(opened(count, seconds))


def test_two_empty_lines_are_an_answer_and_good() -> None:
    sitting, session = sit("", "", count=1)
    assert sitting.written == ["keep q1 3"]
    assert session.current is None


@pytest.mark.parametrize("grade", Grade)
def test_a_digit_is_the_grade(grade: Grade) -> None:
    sitting, _ = sit("", str(int(grade)), "q", count=1)
    assert sitting.written == [f"keep q1 {int(grade)}"]


@pytest.mark.parametrize(
    "written", ["a1", "I do not know", "1", "4", "  ", "quit", "U", "undo", "?"]
)
def test_any_line_is_an_answer_but_commands(written: str) -> None:
    sitting, _ = sit(written, "4", count=1)
    assert sitting.written == ["keep q1 4"]


def test_spaces_around_grades_and_commands_do_not_matter() -> None:
    assert sit("", " 2 ", " u ", "\t", "4\r", "q")[0].written == [
        "keep q1 2",
        "undo q1",
        "keep q1 4",
    ]


@pytest.mark.parametrize("wrong", ["0", "5", "33", "good", "x", "-1", "1.0", "²", "３", "Q", "?"])
def test_a_wrong_grade_is_said_and_asked_again(wrong: str) -> None:
    sitting, _ = sit("", wrong, wrong, "2", count=1)
    assert sitting.written == ["keep q1 2"]
    said = f"`{wrong}` is no grade: 1, 2, 3 or 4, or u, e, q."
    assert sitting.log.count(said) == 2


def test_after_a_wrong_grade_u_and_q_still_command() -> None:
    assert sit("", "3", "", "9", "u", "q")[0].written == ["keep q1 3", "undo q1"]
    assert sit("", "9", "q", "", "3")[0].written == []


def test_u_before_the_reveal_takes_the_last_answer_back() -> None:
    sitting, session = sit("", "1", "u", "", "4", "", "3")
    assert sitting.written == ["keep q1 1", "undo q1", "keep q1 4", "keep q2 3"]
    assert "Taken back: “again” of Fri 13 Jun." in sitting.log
    assert session.current is None


def test_u_after_the_reveal_takes_the_last_answer_back() -> None:
    sitting, session = sit("", "1", "", "u", "", "4", "", "3")
    assert sitting.written == ["keep q1 1", "undo q1", "keep q1 4", "keep q2 3"]
    assert session.current is None


def test_u_takes_back_one_answer_after_the_other() -> None:
    sitting, session = sit("", "1", "", "2", "", "4", "u", "u", "u", "q", count=4)
    assert sitting.written[3:] == ["undo q3", "undo q2", "undo q1"]
    assert session._replace(seconds=1800.0) == opened(4)


def test_u_takes_back_practice() -> None:
    sitting, session = sit("", "1", "", "1", "", "3", "u", "", "4", "", "3")
    assert sitting.written == [
        *("keep q1 1", "keep q2 1", "keep q1 3", "undo q1", "keep q1 4", "keep q2 3"),
    ]
    assert session.current is None


@pytest.mark.parametrize("before", [[], [""]], ids=["before the reveal", "after it"])
def test_u_with_nothing_to_take_back_says_so_and_asks_the_same_card(before: list[str]) -> None:
    sitting, _ = sit(*before, "u", "", "3", count=1)
    assert sitting.log.count("There is nothing to take back.") == 1
    assert sitting.log.count("q1") == 2
    assert sitting.written == ["keep q1 3"]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["q"], []),
        (["", "q"], []),
        (["", "3", "q"], ["keep q1 3"]),
        (["", "3", "", "q"], ["keep q1 3"]),
        (["u", "q"], []),
        (["", "3", "u", "q"], ["keep q1 3", "undo q1"]),
    ],
)
def test_q_ends_anywhere(lines: list[str], kept: list[str]) -> None:
    sitting, _ = sit(*lines, "", "4", "", "4")
    assert sitting.written == kept
    assert sitting.reads == len(lines)


@pytest.mark.parametrize("length", range(8))
def test_the_end_of_input_ends_anywhere(length: int) -> None:
    lines = ["", "3", "u", "", "1", "a2", "2", ""][:length]
    kept = {2: "keep q1 3", 3: "undo q1", 5: "keep q1 1", 7: "keep q2 2"}
    sitting, _ = sit(*lines)
    assert sitting.written == [line for at, line in kept.items() if at <= length]
    assert sitting.reads == length + 1


def test_after_the_last_card_one_line_ends_or_takes_back() -> None:
    sitting, _ = sit("", "3", "", "3", "", "", "3")
    assert sitting.reads == 5
    assert sitting.written == ["keep q1 3", "keep q2 3"]
    assert "2 answers stand." in sitting.log[-1]
    sitting, session = sit("", "3", "", "3", "u", "", "1", "u", "u", "", "4", "q")
    assert sitting.written[2:] == ["undo q2", "keep q2 1", "undo q2", "undo q1", "keep q1 4"]
    assert [one.turn.card.face.prompt for one in session.done] == ["q1"]


def test_when_there_was_nothing_to_ask_no_line_is_read() -> None:
    sitting, session = sit("", "3", count=0)
    assert (sitting.reads, sitting.log) == (0, [])
    assert session == opened(0)


def test_when_the_minutes_are_spent_the_last_answer_can_be_taken_back() -> None:
    sitting, session = sit("", "3", "", "3", "", "3", "u", "q", count=6, seconds=7.0)
    assert sitting.written == ["keep q1 3", "keep q2 3", "keep q3 3", "undo q3"]
    assert asks(session) == "q3"


def test_an_answer_is_kept_before_the_next_card_is_shown() -> None:
    sitting, _ = sit("", "3", "", "1", "", "2")
    own = [line for line in sitting.log if line in ("q1", "q2") or line in sitting.written]
    assert own == ["q1", "keep q1 3", "q2", "keep q2 1", "q2", "keep q2 2"]


def test_the_answer_is_shown_only_after_the_first_line() -> None:
    sitting = Sitting([])
    sitting.run(opened(1))
    assert "a1" not in sitting.said
    assert "Answer: a1" in sit("")[0].log


def test_a_card_says_its_number_and_where_it_stands() -> None:
    sitting, _ = sit("", "1", "", "3", "", "3")
    numbers = [line.strip() for line in sitting.log if "Card " in line]
    assert numbers == [
        "Card 1 of 2. Phase 1, queue.",
        "Card 2 of 3. Phase 1, queue.",
        "Card 3 of 3 (again). Phase 1, queue.",
    ]


def test_every_grade_shows_its_date() -> None:
    sitting, _ = sit("", "4", count=1)
    assert (
        "Grade: 1 again (Fri 20 Jun), 2 hard (Fri 27 Jun), 3 good (Fri 4 Jul), "
        "4 easy (Fri 11 Jul); empty is good."
    ) in sitting.log
    assert "Kept: easy. Recall stays good until Fri 11 Jul." in sitting.log


def alone(_: object) -> None:
    """No command is done aside."""


def test_hints_come_before_the_answer_and_reasons_after_it() -> None:
    note, _ = notes.parse("notes/a.md", "Q: q\nA: a\nHint: h\nWhy: w\n")
    turn = Turn(identity.match({}, note.items).cards[0])
    log: list[str] = []
    lines = iter(["", "q"])
    face = Lines(lambda: next(lines), log.append)
    face.question(turn, Session((turn,), 60), alone)
    assert log[1:3] == ["q", "Hint: h"]
    log.clear()
    face.answer(turn, (), turn.judge(()), dict.fromkeys(Grade, FRIDAY), alone)
    assert log[:2] == ["Answer: a", "Why: w"]


def test_no_control_character_reaches_the_terminal() -> None:
    note, _ = notes.parse(
        "notes/a.md", "# T\x1b[2J\n\nQ: q\x1b[31m\nA: a\x07\nHint: h\x9b\nWhy: w\x08\n"
    )
    turn = Turn(identity.match({}, note.items).cards[0])
    log: list[str] = []
    lines = iter(["", "\x1b[A", "q"])
    face = Lines(lambda: next(lines), log.append)
    face.question(turn, Session((turn,), 60), alone)
    face.answer(turn, (), turn.judge(()), dict.fromkeys(Grade, FRIDAY), alone)
    assert not {"\x1b", "\x07", "\x9b", "\x08"} & {*"".join(log)}
    assert any("is no grade" in line for line in log)


@pytest.mark.parametrize(
    ("pace", "ms"),
    [(3.0, 3000), (0.0, 0), (0.0004, 0), (59.9999, 60_000), (3600.0, 60_000), (-5.0, 0)],
)
def test_an_answer_takes_its_time_up_to_a_minute(pace: float, ms: int) -> None:
    sitting = Sitting(["", "3"], pace=pace)
    sitting.run(opened(1))
    (kept,) = sitting.history
    assert isinstance(kept.body, Review)
    assert kept.body.ms == ms


def test_a_session_ends_when_the_minutes_are_spent() -> None:
    sitting, session = sit(*[""] * 20, count=6, seconds=7.0)
    assert sitting.written == ["keep q1 3", "keep q2 3", "keep q3 3"]
    assert session.remaining == 3


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["", "1", "3", "4", "u", "q", "x", "9"]), max_size=40),
    st.integers(0, 6),
)
def test_any_lines_leave_the_session_and_the_history_agreeing(lines: list[str], count: int) -> None:
    sitting, session = sit(*lines, count=count)
    assert [one.event for one in session.done] == [one.id for one in sitting.history]
    assert [one.review for one in session.done] == [one.body for one in sitting.history]
    assert sitting.reads <= len(lines) + 1
    # It ends only when there is nothing to ask or the person or the input has ended it.
    assert (
        session.current is None
        or sitting.reads == len(lines) + 1
        or lines[sitting.reads - 1] == "q"
    )
    first = [one.turn.card.id for one in session.done if not one.turn.cause]
    assert len(first) == len(set(first))


# Across sessions ----------------------------------------------------------------------------------


def test_practice_shows_the_date_that_the_failure_has_left(vault: TestVault) -> None:
    vault.write("notes/a.md", "one :: 1\n")
    said = vault.srs("review", typed="\n1\n\n4\n").out
    dates = [line for line in said.splitlines() if line.startswith("Kept: ")]
    assert dates[1].endswith(dates[0].partition(" until ")[2])


def test_after_an_undo_dates_are_those_of_the_memory_before(vault: TestVault) -> None:
    vault.write("notes/a.md", "one :: 1\n")

    def dates() -> list[str]:
        said = vault.srs("review", typed="u\n\nq\n").out
        return [line for line in said.splitlines() if line.startswith("Grade: ")]

    vault.at("2025-06-20T18:00")
    (as_new,) = dates()
    vault.at("2025-06-13T18:00")
    vault.srs("review", typed="\n4\n")
    vault.at("2025-06-20T18:00")
    assert dates() == [as_new]


def test_practice_of_last_week_taken_back_costs_the_card_no_review(vault: TestVault) -> None:
    vault.write("notes/a.md", "one :: 1\n")
    vault.srs("review", typed="\n1\n\n4\n")
    vault.at("2025-06-20T18:00")
    vault.srs("review", typed="u\n\n4\n\n4\n")
    assert vault.card("one")["last_day"] == "2025-06-20"


# Notes that are edited in the middle -------------------------------------------------------------


def test_an_edited_card_is_asked_as_it_is_now_and_one_that_went_is_not() -> None:
    session = opened(4)
    first, second, third, _ = (turn.card for turn in session.turns)
    changed = first._replace(face=first.face._replace(prompt="Another question?"))
    after = session.edited({first.id: changed, second.id: None, third.id: third})
    assert [turn.card.face.prompt for turn in after.turns] == [
        "Another question?",
        *(turn.card.face.prompt for turn in session.turns[2:]),
    ]
    assert after._replace(turns=session.turns) == session
