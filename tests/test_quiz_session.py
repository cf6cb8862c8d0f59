"""A quiz as a session: any answers, undos and restarts; and what the command line makes of it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import identity, notes
from srs import quiz as quizzes
from srs.model import Answer, Event, EventId, Grade, Quiz, Review
from srs.quiz import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conftest import TestVault

    from srs.model import Body
    from srs.session import Session, Turn

NOON = datetime(2025, 6, 13, 12, tzinfo=UTC)
FRIDAY = date(2025, 6, 13)
NOTE = """
Q: Which command lists files?
A: `ls -a`

Q: Which?
T: typed

Q: Which one?
- [ ] wrong
- [x] right

Q: Name two.
Points:
- one
- two

Q: Why so?
A: Because nobody asked, and so nobody knew of it.
"""
CARDS = identity.match({}, notes.parse("notes/a.md", NOTE)[0].items).cards
RIGHT: dict[str, tuple[str, ...]] = {
    CARDS[0].id: ("ls -a",),
    CARDS[1].id: ("typed",),
    CARDS[2].id: tuple(option.key for option in CARDS[2].face.options if option.right),
}


# The session ------------------------------------------------------------------------------------


class Table:
    """A quiz, the events that stand, and the session as it goes on from one to the next."""

    def __init__(self, *, exam: bool, minutes: float = 15.0) -> None:
        questions = tuple(forms.question(card, CARDS, 0.5, 1) for card in CARDS)
        self.quiz = Quiz(1, len(CARDS), minutes, questions, exam)
        self.live: list[Event] = []
        self.session = self.restarted()
        self._count = 0

    def restarted(self) -> Session:
        """The session as another run would find it."""
        find = {card.id: card for card in CARDS}.get
        return quizzes.session(self.quiz, self.live, find, lambda _: False, 10.0)

    def keep(self, body: Body) -> Event:
        self._count += 1
        at = NOON + timedelta(seconds=self._count)
        self.live.append(Event(EventId(f"e{self._count:03}"), at, FRIDAY, "here", body))
        return self.live[-1]

    def answer(self, *, right: bool, ms: int) -> None:
        """Give an answer, or mark one."""
        turn = self.session.current
        assert turn
        if turn.written:
            grade = Grade.GOOD if turn.is_proven or right else Grade.AGAIN
            body: Body = turn.marked(grade)._replace(quiz="q")
        elif turn.exam:
            body = Answer(
                turn.card.id, "q", RIGHT.get(turn.card.id, ("text",)) if right else (), ms
            )
        else:
            body = turn.answer(Grade.GOOD if right else Grade.AGAIN, ms)._replace(quiz="q")
        self.session = self.session.answered(self.keep(body))

    def undo(self) -> None:
        if self.live:
            taken = self.live.pop()
            card = taken.body.card if isinstance(taken.body, Answer | Review) else CARDS[0].id
            question = next(one for one in self.quiz.questions if one.card == card)
            find = {card.id: card for card in CARDS}.get
            again = quizzes.turn(self.quiz, question, find, 10.0)
            assert again
            self.session = self.session.undone(taken.id, again)


def plain(session: Session) -> Session:
    """Less what a restart need not know: which marks the person wanted, and the order of turns."""

    def sorted_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
        return tuple(
            sorted((one._replace(doubted=False) for one in turns), key=lambda t: t.card.id)
        )

    return session._replace(
        turns=sorted_turns(session.turns),
        marking=sorted_turns(session.marking),
        done=tuple(
            one._replace(turn=one.turn._replace(doubted=False), given=()) for one in session.done
        ),
        seconds=round(session.seconds, 3),
    )


acts = st.lists(
    st.tuples(st.sampled_from(("answer", "answer", "undo", "later")), st.booleans(),
              st.integers(0, 60_000)),
    max_size=30,
)  # fmt: skip


@settings(deadline=None)
@given(st.booleans(), st.sampled_from((0.5, 15.0)), acts)
def test_a_restart_at_any_point_finds_what_was_left(
    exam: bool, minutes: float, taken: list[tuple[str, bool, int]]
) -> None:
    table = Table(exam=exam, minutes=minutes)
    for what, right, ms in taken:
        if what == "undo":
            table.undo()
        elif what == "later":
            table.session = table.session.later()
        elif table.session.current:
            table.answer(right=right, ms=ms)
        assert plain(table.session) == plain(table.restarted())


@settings(deadline=None)
@given(st.booleans(), acts)
def test_every_card_is_asked_once_and_an_exam_marks_after_all_are_given(
    exam: bool, taken: list[tuple[str, bool, int]]
) -> None:
    table = Table(exam=exam, minutes=1000)
    for what, right, ms in taken:
        if what == "undo":
            table.undo()
        elif table.session.current:
            table.answer(right=right, ms=ms)
        bodies = [event.body for event in table.live]
        answers = [body.card for body in bodies if isinstance(body, Answer)]
        reviews = [body.card for body in bodies if isinstance(body, Review)]
        assert len(set(answers)) == len(answers)
        assert len(set(reviews)) == len(reviews)
        if exam:
            assert len(answers) == len(CARDS) or not reviews
            assert set(reviews) <= set(answers)


@settings(deadline=None)
@given(acts)
def test_undoing_everything_returns_to_the_start(taken: list[tuple[str, bool, int]]) -> None:
    table = Table(exam=True)
    start = table.session
    for _, right, ms in taken:
        if table.session.current:
            table.answer(right=right, ms=ms)
    while table.live:
        table.undo()
    assert plain(table.session) == plain(start)


def test_what_fails_in_a_quiz_is_not_practised() -> None:
    table = Table(exam=False)
    table.answer(right=False, ms=1)
    assert table.session.practice == ()
    assert (table.session.number, table.session.last) == (2, 5)


def test_when_the_time_is_spent_what_was_written_is_marked() -> None:
    table = Table(exam=True, minutes=0.5)
    table.answer(right=True, ms=29_000)
    assert not table.session.is_marking
    table.answer(right=True, ms=1000)
    assert table.session.is_marking
    assert (table.session.number, table.session.last) == (1, 2)
    table.answer(right=True, ms=0)
    table.answer(right=True, ms=0)
    assert table.session.current is None
    assert len(table.session.turns) == 3


def test_only_what_a_machine_can_judge_is_marked_without_a_word() -> None:
    table = Table(exam=True)
    for _ in CARDS:
        table.answer(right=True, ms=1)
    proven = {turn.card.id: turn.is_proven for turn in table.session.marking}
    assert proven == {card.id: card.id in RIGHT for card in CARDS}
    assert table.session.current
    table.answer(right=True, ms=0)
    table.undo()
    assert table.session.current
    assert not table.session.current.is_proven, "A mark that was taken back is the person's."


def test_what_was_not_answered_is_marked_as_forgotten() -> None:
    table = Table(exam=True)
    for _ in CARDS:
        table.answer(right=False, ms=1)
    assert {turn.judge(turn.given).grade for turn in table.session.marking} == {Grade.AGAIN}


def test_only_what_was_written_can_be_marked() -> None:
    turn = Table(exam=True).session.current
    assert turn
    with pytest.raises(TypeError, match="written"):
        turn.marked(Grade.GOOD)


# The command line -------------------------------------------------------------------------------


@pytest.fixture
def shelf(vault: TestVault) -> TestVault:
    """One question of each sort, on two topics."""
    vault.write("notes/a.md", f"---\ntopic: Shells\n---\n{NOTE}")
    vault.write(
        "notes/b.md", "---\ntopic: Reasons\n---\n\nQ: What for?\nA: For no reason, just so.\n"
    )
    return vault


def events(vault: TestVault, *names: str) -> list[dict[str, Any]]:
    return [event for event in vault.history() if event["event"] in names]


def quiz(vault: TestVault, *options: str, typed: str = "") -> str:
    result = vault.srs("quiz", "--seed", "1", *options, typed=typed)
    assert result.code == 0, result.err
    return result.out


def goes_on(vault: TestVault, typed: str = "") -> str:
    result = vault.srs("quiz", typed=typed)
    assert result.code == 0, result.err
    return result.out


def test_without_an_answer_nothing_is_written(shelf: TestVault) -> None:
    out = quiz(shelf, typed=":!\n")
    assert "Quiz: 6 questions on 2 topics, up to 15 minutes; seed 1." in out
    assert out.endswith("\n\nNothing answered.\n")
    assert shelf.history() == []


def test_a_quiz_is_kept_with_its_questions_before_its_first_answer(shelf: TestVault) -> None:
    quiz(shelf, "--count", "3", "--minutes", "5", typed="\n1\n")
    names = [event["event"] for event in shelf.history()]
    assert names == ["item"] * 3 + ["quiz", "review"]
    (begun,), (review,) = events(shelf, "quiz"), events(shelf, "review")
    assert {key: begun[key] for key in ("seed", "count", "minutes")} == {
        "seed": 1,
        "count": 3,
        "minutes": 5.0,
    }
    assert review["quiz"] == begun["id"]
    assert review["card"] == begun["questions"][0]["card"]
    assert "practice" not in review


def test_it_goes_on_where_it_was_left(shelf: TestVault) -> None:
    quiz(shelf, typed="\n1\n\n1\n")
    shelf.at("2025-06-14T09:00")
    out = goes_on(shelf, "\n1\n" * 4)
    assert "Going on with the quiz of Fri 13 Jun, 18:00: 2 of 6 answered" in out
    assert "Card 3 of 6." in out
    assert "Right: 0 of 6." in out
    (begun,) = events(shelf, "quiz")
    asked = [event["card"] for event in events(shelf, "review")]
    assert asked == [question["card"] for question in begun["questions"]]
    assert "Quiz: 6 questions" in goes_on(shelf), "It is finished: another is offered."


def test_what_is_wished_for_otherwise_is_not_what_goes_on(shelf: TestVault) -> None:
    quiz(shelf, "--count", "4", typed="\n1\n")
    result = shelf.srs("quiz", "--exam")
    assert (result.code, result.out) == (2, "")
    assert "1 of 4 answered; `srs quiz` goes on with it" in result.err
    assert "Going on" in quiz(shelf, "--count", "4", "--minutes", "15")
    assert "Exam: 6 questions" in quiz(shelf, "--exam", "--new")


def test_options_that_make_no_sense_are_refused(shelf: TestVault) -> None:
    for options in (["--count", "0"], ["--minutes", "0"], ["--minutes", "nan"], ["--json"]):
        assert shelf.srs("quiz", *options).code == 2
    assert shelf.srs("quiz", "--topic", "nothing").code == 2


def test_an_answer_is_a_review_or_practice_if_the_card_was_answered_that_day(
    shelf: TestVault,
) -> None:
    shelf.srs("review", "--topic", "Reasons", typed="\n3\n")
    (first,) = events(shelf, "review")
    before = shelf.card("What for?")["stability"]
    quiz(shelf, "--topic", "Reasons", typed="\n1\n")
    _, second = events(shelf, "review")
    assert (second["practice"], second["cause"]) == (True, first["id"])
    assert shelf.card("What for?")["stability"] == before
    shelf.at("2025-06-20T18:00")
    quiz(shelf, "--topic", "Reasons", "--new", typed="\n1\n")
    assert "practice" not in events(shelf, "review")[-1]
    assert shelf.card("What for?")["stability"] < before


def test_picking_counts_at_most_good(vault: TestVault) -> None:
    text = "".join(
        f"Q: Which git command {does}?\nA: `git {name}`\n\n"
        for name, does in {
            "revert": "makes a commit that takes an old one back",
            "reset": "moves a branch",
            "stash": "puts changes aside",
            "rebase": "replays work on top of others",
        }.items()
    )
    vault.write("notes/git.md", text)
    out = quiz(vault, typed="\n4\n3\n" + "1\n\n2\n\n3\n\n")
    assert "`4` is no grade: 1, 2 or 3" in out
    assert {event["ask"] for event in events(vault, "review")} == {"pick"}
    assert {event["grade"] for event in events(vault, "review")} <= {1, 3}
    (begun,) = events(vault, "quiz")
    assert all(len(question["others"]) == 3 for question in begun["questions"])


def test_u_takes_back_and_asks_again(shelf: TestVault) -> None:
    out = quiz(shelf, typed="\n1\n:u\n\n3\n")
    assert out.count("Card 1 of 6.") == 2
    assert len(events(shelf, "undo")) == 1
    assert "Going on with the quiz of 18:00: 1 of 6 answered" in goes_on(shelf)
    assert "Card 1 of 6" in goes_on(shelf, ":u\n")


def test_u_does_not_reach_behind_the_quiz(shelf: TestVault) -> None:
    shelf.srs("review", "--topic", "Reasons", typed="\n3\n")
    assert "There is nothing to take back." in quiz(shelf, typed=":u\n")
    assert events(shelf, "undo") == []


def test_what_a_review_takes_back_is_asked_again_in_the_quiz(shelf: TestVault) -> None:
    quiz(shelf, typed="\n1\n\n1\n")
    shelf.srs("review", typed=":u\n")
    assert "1 of 6 answered" in goes_on(shelf)


def test_suspended_questions_are_left_out_and_come_back_with_u(shelf: TestVault) -> None:
    out = quiz(shelf, typed=":s\n:u\n:s\n\n1\n")
    assert out.count("Card 1 of 6.") == 2
    assert "1 of 5 answered" in goes_on(shelf)


def test_notes_that_change_meanwhile_are_asked_as_they_are(shelf: TestVault) -> None:
    quiz(shelf, "--count", "6", typed="\n1\n")
    text = (shelf.root / "notes/a.md").read_text()
    shelf.write("notes/c.md", text.replace("Why so?", "Why is it so?"))
    (shelf.root / "notes/a.md").unlink()
    (shelf.root / "notes/b.md").unlink()
    out = goes_on(shelf, "\n1\n" * 6)
    assert "of 5 answered" in out
    assert "Right: 0 of 5." in out
    assert "Why is it so?" in out


def test_an_edit_in_a_quiz_keeps_the_form(
    vault: TestVault, editor: Callable[[str, str], None]
) -> None:
    editor("`ls -a`", "`ls -la`")
    vault.write("notes/a.md", "Q: Which command lists files with their sizes?\nA: `ls -a`\n")
    vault.srs("review", typed="\n3\n")
    vault.at("2025-06-20T18:00")
    out = quiz(vault, typed=":e\nls -la\n\n")
    assert "Edited; your answers stay with it." in out
    assert "That is right." in out
    assert "Right: 1 of 1." in out


# The exam ---------------------------------------------------------------------------------------

GIVEN = {
    "Which command lists files?": "ls -a",
    "Which?": "typo",
    "Which one?": "1",
    "Name two.": "one and three",
    "Why so?": "",
    "What for?": "for nothing",
}


def prompts(vault: TestVault) -> list[str]:
    """Those of the newest quiz, in their order."""
    of = {card["id"]: card["prompt"] for card in vault.cards()}
    return [of[question["card"]] for question in events(vault, "quiz")[-1]["questions"]]


@pytest.fixture
def sat(shelf: TestVault) -> TestVault:
    """An exam of which all is answered, and nothing marked."""
    quiz(shelf, "--exam", typed="\n:u\n")
    for prompt in prompts(shelf):
        goes_on(shelf, f"{GIVEN[prompt]}\n")
    return shelf


def test_an_exam_tells_nothing_before_its_end(shelf: TestVault) -> None:
    out = quiz(shelf, "--exam", typed="\n" * 5)
    assert "Exam: 6 questions" in out
    assert out.count("Kept.") == 5
    for told in ("Right", "Grade", "Answer:", "because", "Because"):
        assert told not in out
    assert "5 of 6 answered. `srs quiz` goes on with it." in out
    assert events(shelf, "review") == []
    assert "Right" not in shelf.srs("quiz", "--score").out


def test_the_note_is_not_shown_in_an_exam(
    shelf: TestVault, editor: Callable[[str, str], None]
) -> None:
    editor("files", "folders")
    out = quiz(shelf, "--exam", typed=":o\n:e\n")
    assert out.count("Not in an exam: the note has the answer.") == 2
    assert "folders" not in (shelf.root / "notes/a.md").read_text()


def test_answers_of_an_exam_are_kept_as_they_were_given(sat: TestVault) -> None:
    given = {event["card"]: event["given"] for event in events(sat, "answer")[1:]}
    of = {card["prompt"]: card["id"] for card in sat.cards()}
    assert given[of["Which?"]] == ["typo"]
    assert given[of["Why so?"]] == []
    assert given[of["Name two."]] == ["one and three"]
    assert len(given[of["Which one?"]]) == 1


def test_marking_asks_only_of_what_is_not_plainly_right(sat: TestVault) -> None:
    out = goes_on(sat)
    reviews = events(sat, "review")
    assert "Marking" in out
    assert "That is right." not in out
    assert {event["grade"] for event in reviews} <= {3}


def test_an_exam_ends_with_its_score(sat: TestVault) -> None:
    marks = {"Which?": "3", "Name two.": "a", "Why so?": "", "What for?": "2"}
    out = ""
    for _ in range(8):
        last = sat.srs("quiz", typed="").out
        asked = next((one for one in marks if f"\n{one}\n" in last), None)
        if asked is None:
            break
        out += goes_on(sat, f"{marks[asked]}\n")
    of = {card["id"]: card["prompt"] for card in sat.cards()}
    grades = {of[event["card"]]: event["grade"] for event in events(sat, "review")}
    assert grades["Which command lists files?"] == 3
    assert grades["Which?"] == 3
    assert grades["Name two."] == 2
    assert grades["Why so?"] == 1
    assert grades["What for?"] == 2
    assert "You answered: for nothing" in out
    assert "You answered: nothing" in out
    assert "Typed: typo" in out
    told = sat.srs("quiz", "--score").out
    assert "Wrong: notes/a.md:20: Why so?" in told
    assert "  Right: Because nobody asked, and so nobody knew of it." in told
    data = sat.srs("quiz", "--score", "--json").data
    assert (data["exam"], data["finished"], data["asked"]) == (True, True, 6)
    assert data["right"] == sum(grade > 1 for grade in grades.values())
    assert {one["prompt"] for one in data["wrong"]} == {p for p, g in grades.items() if g == 1}
    assert [one["topic"] for one in data["topics"] if one["asked"] == 5] == ["Shells"]


def test_a_mark_can_be_taken_back_and_given_by_hand(sat: TestVault) -> None:
    out = goes_on(sat, "1\n:u\n2\n")
    assert "Taken back: “again” of Fri 13 Jun." in out
    marked = [line for line in out.splitlines() if line.startswith("Marking")]
    assert marked[0] == marked[2] != marked[1]
    # One that was marked by itself is shown when its mark is taken back.
    out = goes_on(sat, ":u\n" * 3 + "2\n")
    assert out.count("That is right.") >= 1
    assert events(sat, "review")[-1]["grade"] == 2


def test_after_the_score_the_last_mark_can_be_taken_back(shelf: TestVault) -> None:
    out = quiz(shelf, "--exam", "--topic", "Reasons", typed="for nothing\n1\nu\n3\n")
    assert "Right: 0 of 1." in out
    assert out.count("Marking 1 of 1.") == 2
    assert "Right: 1 of 1." in out.rpartition("Taken back")[2]
    assert "quiz     1 question, exam" in shelf.srs("history").out


def test_times_and_sureness_are_those_of_the_answer(shelf: TestVault) -> None:
    quiz(shelf, "--exam", "--topic", "Reasons", typed=":!\nfor nothing\n1\n")
    (answer,), (review,) = events(shelf, "answer"), events(shelf, "review")
    assert answer["sure"]
    assert review["sure"]
    assert (review["ms"], review["grade"]) == (answer["ms"], 1)
    told = shelf.srs("quiz", "--score").out
    assert "Sure, and wrong; asked again next time: notes/b.md:5" in told
    assert "  You: for nothing" in told


# The score --------------------------------------------------------------------------------------


def test_before_the_first_quiz_there_is_no_score(shelf: TestVault) -> None:
    assert shelf.srs("quiz", "--score").out == "There was no quiz yet.\n"
    assert shelf.srs("quiz", "--score", "--json").data is None


def test_nothing_to_ask_says_what_to_do(vault: TestVault) -> None:
    assert "There are no cards yet." in vault.srs("quiz").out
    vault.write("notes/a.md", "Q: one?\nA: 1\n")
    card = vault.card("one?")["id"]
    vault.srs("cards", "suspend", card)
    assert "`srs quiz --topic TOPIC`" in vault.srs("quiz").out
    assert "no card to ask" in vault.srs("quiz", "--topic", "a").out


def test_what_memory_expected_stands_beside_the_score(shelf: TestVault) -> None:
    shelf.srs("review", typed="\n3\n" * 6)
    shelf.at("2025-06-27T18:00")
    out = quiz(shelf, "--minutes", "90", typed="\n3\n" * 6)
    answered = len({event["card"] for event in events(shelf, "review")[:6]})
    assert answered >= 4
    assert "that you had answered before" in out
    assert "expected: " in out


def test_of_one_card_the_score_tells_in_the_singular(shelf: TestVault) -> None:
    shelf.srs("review", "--topic", "Reasons", typed="\n3\n")
    shelf.at("2025-06-27T18:00")
    out = quiz(shelf, "--topic", "Reasons", typed="\n3\n")
    assert "Of 1 card that you had answered before, 1 was right; expected: 1." in out


def test_the_time_can_be_over(shelf: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 20))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    out = quiz(shelf, "--minutes", "1", typed="\n1\n" * 6)
    assert "The time is over: 3 questions were not asked." in out
    assert "up to 1 minute;" in out


def test_a_quiz_that_is_taken_back_is_not_gone_on_with(shelf: TestVault) -> None:
    quiz(shelf, typed="\n1\n")
    (begun,) = events(shelf, "quiz")
    assert shelf.srs("history", "undo", begun["id"]).code == 0
    assert "Going on" not in goes_on(shelf)
