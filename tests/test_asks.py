"""Every way to be asked: picking, typing and ticking, line by line and with keys."""

from __future__ import annotations

import os
import re
import select
import signal
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import identity, notes
from srs.kinds.kind import MOST_ROWS, Difference
from srs.model import Accepted, Ask, Bury, Event, EventId, Face, Grade, Mark, Review, Suspend
from srs.session import Session, Turn
from srs.ui import asks
from srs.ui.editor import LONGEST, edited, pasted, wrapped
from srs.ui.keys import PASTE, REDRAW, _key, _signals
from srs.ui.lines import Lines
from srs.ui.review import Aside, Command, Desk, review
from srs.ui.screen import Screen
from srs.ui.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srs.kinds.kind import Given, Verdict
    from srs.model import Body
    from srs.ui import review as reviewing

FRIDAY = date(2025, 6, 13)
NOON = datetime(2025, 6, 13, 12, tzinfo=UTC)
DATES = dict.fromkeys(Grade, FRIDAY)

ONE = """\
Q: Which blocks the event loop?
- [ ] reading a file
  It waits elsewhere.
- [x] parsing JSON
  It runs on the main thread.
- [ ] a timer

Why: There is one thread.
"""
SEVERAL = "Q: Which are prime?\n- [x] two\n- [x] three\n- [ ] four\n"
TYPED = "Q: Spell it.\nT: receive | get it\n"
EXACT = "Q: How does one leave vim?\nT: `:q`\n"
PRINTS = "Q: Prints?\n```js run\nx\n```\nA: this\n```output\n1\n  2\n```\n"
SPACED = "Q: Prints?\n```js run\nx\n```\nA: this\n```output\n1\n\n2\n```\n"
SILENT = "Q: Prints?\n```js run\nx\n```\nA: nothing\n```output\n```\n"
POINTS = "Q: Name them.\nPoints:\n- first\n- second\n- third\n- fourth\n"
PLAIN = "Q: plain?\nA: yes\n"


def turns(*items: str) -> tuple[Turn, ...]:
    note, problems = notes.parse("notes/a.md", "\n".join(items))
    assert not [one for one in problems if one.severity == "error"]
    cards = identity.match({}, note.items).cards
    return tuple(Turn(card, 10.0, seed="2025-06-13") for card in cards)


def turn(item: str) -> Turn:
    (one,) = turns(item)
    return one


def number(item: str, text: str) -> str:
    """The number, or the key, under which the option with this text is shown."""
    texts = [option.text for option in turn(item).options]
    return str(texts.index(text) + 1)


@dataclass
class Sitting:
    """A session with a history in memory."""

    log: list[str] = field(default_factory=list)
    """What was kept and undone: `keep 3`, `undo 3`, `keep Bury`."""
    live: list[tuple[Event, Turn]] = field(default_factory=list)
    session: Session | None = None

    def keep(self, body: Body) -> Event:
        assert isinstance(body, Review | Suspend | Bury | Mark)
        assert self.session is not None
        event = Event(EventId(f"e{len(self.log)}"), NOON, FRIDAY, "here", body)
        cards = {turn.card.id: turn.card for turn in self.session.turns}
        cause = getattr(body, "cause", "")
        self.live.append((event, Turn(cards[body.card], 10.0, cause, "2025-06-13")))
        self.log.append(f"keep {named(body)}")
        return event

    def take_back(self) -> tuple[Event, Turn | None] | None:
        if not self.live:
            return None
        event, turn = self.live.pop()
        self.log.append(f"undo {named(event.body)}")
        return event, None if isinstance(event.body, Mark) else turn

    def run(self, asked: Sequence[Turn], face: reviewing.Face) -> Session:
        self.session = Session(tuple(asked), 1800.0)
        desk = Desk(
            keep=self.keep,
            summary=lambda session: f"{len(session.done)} answers stand.",
            rewrite=lambda _: "",
            can_take_back=lambda: bool(self.live),
            take_back=self.take_back,
            edit=lambda session: (session, "Edited."),
            meet=lambda session: (session, ""),
            look=lambda command, _: f"Looked: {command.name}.",
            dates=lambda _: DATES,
            clock=lambda: 0.0,
        )
        ended = review(self.session, face, desk)
        # What the session counts is what the history holds.
        answers = [event.id for event, _ in self.live if isinstance(event.body, Review)]
        assert [one.event for one in ended.done] == answers
        return ended


def named(body: Body) -> str:
    """The grade of an answer, or what else it is."""
    return str(int(body.grade)) if isinstance(body, Review) else type(body).__name__


def lines(item: str, *typed: str) -> tuple[list[str], list[str]]:
    """What is kept when these lines answer, and all that is said."""
    said: list[str] = []
    waiting = iter(typed)
    sitting = Sitting()
    sitting.run(turns(item), Lines(lambda: next(waiting, None), said.append))
    return sitting.log, said


# The session ------------------------------------------------------------------------------------


def test_options_are_shuffled_and_stay_so_for_the_day() -> None:
    orders = set()
    (card,) = (one.card for one in turns(ONE))
    for day in range(30):
        seed = f"2025-06-{day}"
        options = Turn(card, seed=seed).options
        assert options == Turn(card, 5.0, seed=seed).options
        assert sorted(options, key=str) == sorted(card.face.options, key=str)
        orders.add(options)
    assert len(orders) == 6, "three options have six orders"


def test_practice_shuffles_anew() -> None:
    (card,) = (one.card for one in turns(ONE))
    orders = {Turn(card, cause=f"e{number}", seed="day").options for number in range(30)}
    assert len(orders) == 6


def test_points_keep_their_order() -> None:
    texts = [point.text for point in turn(POINTS).options]
    assert texts == ["first", "second", "third", "fourth"]


@pytest.mark.parametrize(
    ("accepted", "given", "grade"),
    [
        ("idempotent", "idempotnet", Grade.HARD),
        ("Idempotent", "idempotents", Grade.HARD),
        ("quorum", "qourum", Grade.HARD),
        ("IPv6 header", "ipv6 haeder", Grade.HARD),
        ("deductive", "inductive", Grade.AGAIN),
        ("symmetric", "asymmetric", Grade.AGAIN),
        ("HTTP 403", "HTTP 404", Grade.AGAIN),
        ("10,000", "1,000", Grade.AGAIN),
        ("`rm -r`", "rm -f", Grade.AGAIN),
        ("`chmod 755`", "chmod 775", Grade.AGAIN),
        ("`Array.from`", "array.from", Grade.AGAIN),
    ],
)
def test_a_slip_is_proposed_as_hard_but_not_where_one_letter_matters(
    accepted: str, given: str, grade: Grade
) -> None:
    assert turn(f"Q: Type it.\nT: {accepted}\n").judge((given,)).grade is grade


@pytest.mark.parametrize("ending", [(), ("",)], ids=["in one line", "in lines"])
def test_a_paste_by_mistake_does_not_reach_the_history_line_by_line(
    ending: tuple[str, ...],
) -> None:
    item = PRINTS if ending else TYPED
    waiting = iter(("x" * 2_000_000, *ending))
    asked = turn(item)
    given = Lines(lambda: next(waiting), lambda _: None).question(
        asked, Session((asked,), 60.0), lambda _: None
    )
    assert given == ("x" * LONGEST,)


def test_an_answer_counts_at_most_what_it_can_prove() -> None:
    asked = turn(ONE)
    right = tuple(option.key for option in asked.options if option.right)
    verdict = asked.judge(right)
    assert (verdict.grade, verdict.best) == (Grade.GOOD, Grade.GOOD)
    assert asked.answer(Grade.EASY, 5, verdict.best) == Review(
        asked.card.id, Grade.GOOD, 5, "pick", ""
    )
    assert asked.answer(Grade.HARD, 5, verdict.best).grade is Grade.HARD
    assert asked.answer(Grade.EASY, 5).grade is Grade.EASY


def test_whatever_a_front_end_says_no_more_is_kept_than_is_proved() -> None:
    class Generous(Lines):
        def answer(
            self,
            turn: Turn,
            given: Given,
            verdict: Verdict,
            dates: Mapping[Grade, date],
            aside: Aside,
        ) -> Grade | Command:
            super().answer(turn, given, verdict, dates, aside)
            return Grade.EASY

    sitting, said = Sitting(), list[str]()
    sitting.run(turns(ONE, PLAIN), Generous(lambda: "", said.append))
    assert sitting.log == ["keep 3", "keep 4"]
    assert any(line.startswith("Kept: good.") for line in said)


def test_an_order_is_the_same_after_undo() -> None:
    session = Session(turns(SEVERAL, PLAIN), 100.0)
    assert session.current is not None
    before = session.current.options
    event = Event(EventId("e"), NOON, FRIDAY, "here", session.current.answer(Grade.AGAIN, 1))
    back = session.answered(event).undone(event.id, session.current)
    assert back.current is not None
    assert back.current.options == before


# What front ends share --------------------------------------------------------------------------


def test_labels_are_no_commands() -> None:
    """Those of DESIGN.md section 10 and of the key table: reserved before they exist."""
    reserved = {*"uqesbmnoiv?!"} | {command.value for command in Command}
    many = [*islice(asks.letters(), 200)]
    assert not {*asks.keys(), *many} & reserved
    assert len({*many}) == 200
    assert len({*asks.keys()}) == len([*asks.keys()]) > 40


def test_rows_of_a_text_are_both_sides() -> None:
    found = (Difference("=", "rec"), Difference("-", "ei"), Difference("+", "ie"))
    assert asks.rows(found) == [("-", [*found[:2]]), ("+", [found[0], found[2]])]


def test_rows_of_lines_are_lines() -> None:
    found = (Difference("=", "a\n"), Difference("-", "b\n"), Difference("+", "c\n"))
    assert asks.rows(found) == [("=", [found[0]]), ("-", [found[1]]), ("+", [found[2]])]


def test_rows_of_a_text_of_several_lines() -> None:
    found = (Difference("=", "a\nb"), Difference("-", "1\nc"), Difference("+", "2"))
    shown = [(side, "".join(one.text for one in row)) for side, row in asks.rows(found)]
    assert shown == [("-", "a"), ("-", "b1"), ("-", "c"), ("+", "a"), ("+", "b2")]


@pytest.mark.parametrize(
    ("text", "several", "empty"),
    [("a", False, False), ("a\nb", True, False), ("a\n\nb", True, True)],
)
def test_what_is_expected_says_how_typing_ends(text: str, *, several: bool, empty: bool) -> None:
    face = Face("fwd", "q", "a", accepted=(Accepted("x", False), Accepted(text, True)))
    assert (asks.several_lines(face), asks.empty_lines(face)) == (several, empty)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["a", "b"], "ab"),
        (["a", "\x7f", "\x7f", "b"], "b"),
        (["a", "語", "\x08"], "a"),
        (["e\u0301", "\x7f"], ""),
        (["x", "❤\ufe0f", "\x7f"], "x"),
        (["npm  install", "\x17"], "npm  "),
        (["npm  install ", "\x17", "\x17", "\x17"], ""),
        (["a b", "\n", "c d", "\x17"], "a b\nc "),
        (["a b", "\n", "c d", "\x15"], "a b\n"),
        (["a", "\x15", "\x15"], ""),
        (["a", "\x1b", "\x01", "\x9b", "\x00"], "a"),
    ],
)
def test_keys_edit_a_text(keys: list[str], text: str) -> None:
    typed = ""
    for key in keys:
        typed = edited(typed, key)
    assert typed == text


def test_what_is_pasted_loses_its_control_characters() -> None:
    assert pasted("x", "a\x1b[31m\tb\x7f\x9b\nc👩\u200d🚀") == "xa[31m\tb\nc👩\u200d🚀"


def test_what_is_pasted_by_mistake_is_cut() -> None:
    assert pasted("x", "y" * 1_000_000) == "x" + "y" * (LONGEST - 1)
    assert edited("x" * LONGEST, "y") == "x" * LONGEST


@given(st.lists(st.sampled_from([b"\x1b[200~", b"\x1b[201~", b"\x1b[3~", b"a"]) | st.binary()))
def test_any_bytes_are_keys_up_to_their_end(pieces: list[bytes]) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"".join(pieces))
    os.close(writing)
    with _signals() as woken:
        found = [*iter(lambda: _key(reading, woken), "")]
    os.close(reading)
    assert all(len(key) == 1 or key.startswith(PASTE) for key in found)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (b"a\xc3\xa4\xe8\xaa\x9e\xf0\x9f\x93\x9a", ["a", "ä", "語", "📚"]),
        (b"\x1b[A\x1bOB\x1b[1;5C\x1b[3~x", ["\x1b", "\x1b", "\x1b", "\x1b", "x"]),
        (b"\x1b[200~a\r\nb\rc\x1b[A\x1b[201~4", [PASTE + "a\nb\nc\x1b[A", "4"]),
        (b"\x1b[200~\x1b[201~", [PASTE]),
        (b"1\x1b[200~never ends", ["1"]),
        (b"\x04\x03\n", ["\x04", "\x03", "\n"]),
    ],
)
def test_bytes_are_keys(sent: bytes, found: list[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, sent)
    os.close(writing)
    with _signals() as woken:
        assert [*iter(lambda: _key(reading, woken), "")] == found
    os.close(reading)


def test_a_signal_that_came_before_a_key_is_waited_for_is_seen_at_once() -> None:
    """The byte that tells of it is there; Python does the rest when it is read."""
    reading, writing = os.pipe()
    before = signal.signal(signal.SIGUSR1, lambda *_: os.write(writing, b"x"))
    try:
        with _signals() as woken:
            os.kill(os.getpid(), signal.SIGUSR1)
            assert select.select([woken], [], [], 0)[0] == [woken]
            assert _key(reading, woken) == "x"
    finally:
        signal.signal(signal.SIGUSR1, before)
        os.close(reading)
        os.close(writing)


def cells(text: str) -> int:
    return sum(2 if one in "語日" else 1 for one in text)


@given(st.text("ab 語日\n\t", max_size=80), st.integers(8, 20))
def test_a_text_is_wrapped_whole_and_nowhere_too_wide(text: str, width: int) -> None:
    rows = wrapped(text, width, cells)
    assert rows[0].startswith("> ")
    assert all(cells(row) <= width for row in rows)
    assert "".join(row[2:] for row in rows) == text.expandtabs(4).replace("\n", "")


# Picking, line by line --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picked", "grade", "kept"),
    [
        (["parsing JSON"], "", 3),
        (["parsing JSON"], "2", 2),
        (["a timer"], "", 1),
        (["a timer"], "3", 3),
        ([], "", 1),
    ],
)
def test_one_number_picks_and_an_empty_line_takes_what_is_proposed(
    picked: list[str], grade: str, kept: int
) -> None:
    line = " ".join(number(ONE, text) for text in picked)
    assert lines(ONE, line, grade, "q")[0] == [f"keep {kept}"]


@pytest.mark.parametrize("between", [" ", ",", ", ", "  ", "\t"])
def test_several_numbers_pick_several(between: str) -> None:
    right = between.join(number(SEVERAL, text) for text in ("three", "two"))
    assert lines(SEVERAL, right, "")[0] == ["keep 3"]
    all_three = between.join("123")
    assert lines(SEVERAL, all_three, "", "q")[0] == ["keep 1"]
    assert lines(SEVERAL, number(SEVERAL, "two"), "", "q")[0] == ["keep 1"]


def test_a_number_twice_is_once() -> None:
    right = number(ONE, "parsing JSON")
    assert lines(ONE, f"{right} {right}", "")[0] == ["keep 3"]


@pytest.mark.parametrize("wrong", ["0", "4", "x", "-1", "²", "1.5", "1;2", "99999999999999999999"])
def test_wrong_numbers_are_told_and_asked_again(wrong: str) -> None:
    kept, said = lines(ONE, wrong, f"1 {wrong}", number(ONE, "parsing JSON"), "")
    assert kept == ["keep 3"]
    assert said.count(f"`{wrong}` is no number from 1 to 3, and not u, e or q.") == 2


def test_two_numbers_are_too_many_where_one_is_right() -> None:
    kept, said = lines(ONE, "1 2", number(ONE, "parsing JSON"), "")
    assert kept == ["keep 3"]
    assert "Only one of them is right: one number, or an empty line." in said


def test_the_question_shows_the_options_without_telling() -> None:
    _, said = lines(ONE)
    shown = [line for line in said if line[:2] in ("1.", "2.", "3.")]
    assert sorted(line[3:] for line in shown) == ["a timer", "parsing JSON", "reading a file"]
    assert not any("main thread" in line or "Right" in line for line in said)


def test_after_picking_every_option_is_explained() -> None:
    picked = number(ONE, "a timer")
    _, said = lines(ONE, picked)
    assert "That is not right." in said
    assert f"{picked}. Wrong, picked: a timer" in said
    right = said.index(f"{number(ONE, 'parsing JSON')}. Right, not picked: parsing JSON")
    assert said[right + 1] == "   It runs on the main thread."
    wrong = said.index(f"{number(ONE, 'reading a file')}. Wrong: reading a file")
    assert said[wrong + 1] == "   It waits elsewhere."
    assert "Why: There is one thread." in said
    assert said[-1].endswith("; empty is again.")


def test_easy_is_not_offered_for_what_was_recognised() -> None:
    kept, said = lines(ONE, number(ONE, "parsing JSON"), "4", "3")
    assert kept == ["keep 3"]
    assert "`4` is no grade: 1, 2 or 3, or u, e, q." in said
    (grades,) = [line for line in said if line.startswith("Grade: ")]
    assert "easy" not in grades
    assert grades.endswith("; empty is good.")


# Typing, line by line ---------------------------------------------------------------------------


def test_an_explanation_of_several_blocks_has_no_rows_of_blanks() -> None:
    item = "Q: Which?\n\n- [x] this\n  Because:\n\n  ```js\n  f()\n  ```\n- [ ] that\n"
    _, said = lines(item, "")
    assert "   Because:\n\n   ```js\n   f()\n   ```" in "\n".join(said)


@pytest.mark.parametrize(
    ("typed", "kept", "told"),
    [
        ("receive", 3, "That is right."),
        ("  RECEIVE ", 3, "That is right."),
        ("Get  it", 3, "That is right."),
        ("recieve", 2, "Typed: recieve"),
        ("receiv", 2, "Missing: “e”."),
        ("receives", 2, "Too much: “s”."),
        ("RECEIV", 2, "Missing: “e”."),
        ("GET  i", 2, "Missing: “t”."),
        ("something else", 1, "Typed: something else"),
        ("", 1, "Nothing is typed."),
        ("u", 1, "Typed: u"),
        ("q", 1, "Typed: q"),
        (" :q", 1, "Typed: :q"),
        (" :u", 1, "Typed: :u"),
    ],
)
def test_a_line_is_typed_and_judged(typed: str, kept: int, told: str) -> None:
    log, said = lines(TYPED, typed, "", "q", ":q")
    assert log == [f"keep {kept}"]
    assert told in said
    assert "Answer: receive | get it" in said


def test_the_escape_of_a_fragment_is_not_shown_where_its_source_is_read() -> None:
    _, said = lines("Q: 1986. What?\nA: - or +\n", "", "")
    assert "1986. What?" in said
    assert "Answer: - or +" in said
    _, said = lines("C: {{HTTP}}: protocol\n", "", "")
    assert "[...]: protocol" in said
    _, said = lines("Q: which?\n- [x] > 5\n- [ ] 1. c\n", "1", "")
    assert {"1. > 5", "2. > 5"} & set(said)


def test_many_differences_are_not_told_one_by_one() -> None:
    _, said = lines("Q: Spell it.\nT: abcdefghijkl\n", "a-b-c-d-e-fghijkl")
    assert "Typed: a-b-c-d-e-fghijkl" in said
    assert not any(line.startswith("Too much") for line in said)


def test_what_is_a_command_can_be_typed_after_a_space() -> None:
    assert lines(EXACT, " :q", "")[0] == ["keep 3"]
    assert lines(EXACT, ":q", "")[0] == []


def test_commands_on_typed_cards_have_a_colon_first() -> None:
    kept, _ = lines(TYPED + "\n" + EXACT, "receive", "4", ":u", "receive", "1", ":q")
    assert kept == ["keep 4", "undo 4", "keep 1"]
    # At the grade both forms command.
    assert lines(TYPED, "receive", ":q", "3")[0] == []
    assert lines(TYPED, "receive", "q", "3")[0] == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["1", "  2", ""], 3),
        (["1  ", "  2\t", ""], 3),
        (["1", "2", ""], 1),
        (["1", ""], 1),
        ([""], 1),
    ],
)
def test_several_lines_are_typed_up_to_an_empty_one(typed: list[str], kept: int) -> None:
    assert lines(PRINTS, *typed, "", "q", ":q")[0] == [f"keep {kept}"]


def test_what_differs_is_told_line_by_line() -> None:
    _, said = lines(PRINTS, "1", "3", "", "q")
    found = [line for line in said if line.startswith(("Same", "Expected", "Typed"))]
    assert found == ["Same: 1", "Expected:   2", "Typed: 3"]


def test_empty_lines_can_be_typed_where_they_are_printed() -> None:
    kept, said = lines(SPACED, "1", "", "2", ":.", "")
    assert kept == ["keep 3"]
    assert any("up to a line `:.`" in line for line in said)
    assert lines(SPACED, "", "", "q", ":q")[0] == ["keep 1"], "an empty first line is no answer"


def test_to_type_nothing_is_right_where_nothing_is_printed() -> None:
    kept, said = lines(SILENT, "", "")
    assert kept == ["keep 3"]
    assert "That is right." in said


@pytest.mark.parametrize("command", [":u", ":q"])
def test_commands_in_the_middle_of_several_lines(command: str) -> None:
    kept, said = lines(PRINTS, "1", command, "1", "  2", "", "")
    assert kept == (["keep 3"] if command == ":u" else [])
    assert ("There is nothing to take back." in said) == (command == ":u")


# Ticking, line by line --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("", 3),
        ("a c d f", 3),
        ("f,d, c a", 3),
        ("a c", 2),
        ("a a c", 2),
        ("a", 1),
        ("1", 1),
        ("2", 2),
        ("3", 3),
        ("4", 4),
    ],
)
def test_letters_tick_and_grade_at_once(line: str, kept: int) -> None:
    log, said = lines(POINTS, "", line, "q", "q")
    assert log == [f"keep {kept}"]
    assert [row for row in said if row[1:3] == ". "] == [
        *("a. first", "c. second", "d. third", "f. fourth")
    ]


@pytest.mark.parametrize("wrong", ["b", "a b", "5", "a 1", "first", "A"])
def test_wrong_letters_are_told_and_asked_again(wrong: str) -> None:
    kept, said = lines(POINTS, "", wrong, "a c", "q")
    assert kept == ["keep 2"]
    assert f"`{wrong}` is no grade and no letters of points: 1, 2, 3 or 4, or u, e, q." in said
    assert "2 of 4 points: hard." in said


def test_points_are_shown_only_after_a_line() -> None:
    assert not any("first" in line for line in lines(POINTS)[1])
    assert any("first" in line for line in lines(POINTS, "whatever I think")[1])


# The end in the middle --------------------------------------------------------------------------

EVERY = (ONE, SEVERAL, TYPED, PRINTS, SPACED, POINTS, PLAIN)


@pytest.mark.parametrize("item", EVERY)
def test_the_end_of_input_in_the_middle_of_an_answer_keeps_nothing(item: str) -> None:
    assert lines(item)[0] == []
    assert lines(item, "1")[0] == []


def test_u_goes_back_across_all_asks() -> None:
    typed = [number(ONE, "parsing JSON"), "", number(SEVERAL, "two"), "", "receive", "", "", "a c"]
    waiting = iter([*typed, "u", "u", ":u", "u", "q"])
    sitting = Sitting()
    asked = turns(ONE, SEVERAL, TYPED, POINTS, PLAIN)
    ended = sitting.run(asked, Lines(lambda: next(waiting, None), lambda _: None))
    assert sitting.log == [
        *("keep 3", "keep 1", "keep 3", "keep 2"),
        *("undo 2", "undo 3", "undo 1", "undo 3"),
    ]
    assert ended.turns == asked
    assert ended.practice == ()


# With keys --------------------------------------------------------------------------------------


def keys(items: Sequence[str], *pressed: str) -> tuple[Sitting, str]:
    """What is kept when these keys are pressed, and all that is shown.

    Several characters at once are pasted; `^C` interrupts.
    """
    waiting = iter(pressed)
    sitting = Sitting()

    def key() -> str:
        pressed = next(waiting, "")
        if pressed == "^C":
            raise KeyboardInterrupt
        return PASTE + pressed if len(pressed) > 1 else pressed

    with redirect_stdout(StringIO()) as shown:
        sitting.run(turns(*items), Terminal(Screen(key)))
    return sitting, _STYLES.sub("", shown.getvalue())


_STYLES = re.compile(r"\x1b\[[0-9;]*m")


def test_what_was_typed_is_wrapped_anew_with_its_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    size = [60, 24]
    monkeypatch.setattr(Screen, "_size", lambda _: size)
    waiting = iter([PASTE + "one two three four five six seven", "\r"])

    def key() -> str:
        pressed = next(waiting, "")
        if not pressed and size[0] == 60:
            size[0] = 20
            return REDRAW
        return pressed

    with redirect_stdout(StringIO()) as shown:
        Sitting().run(turns(TYPED), Terminal(Screen(key)))
    last = _STYLES.sub("", shown.getvalue().rpartition("\x1b[2J")[2])
    assert "> one two three four\n   five six seven\n" in last


LONG = "Q: Which steps?\nA: First\n\n" + "\n\n".join(f"step {one}" for one in range(30)) + "\n"


def test_a_long_answer_comes_in_pages_below_its_question() -> None:
    sitting, shown = keys([LONG], " ")
    first, _, rest = shown.rpartition("\x1b[2J")[2].partition("Space more")
    assert "Which steps?" in first
    assert "step 0\n" in first
    assert "step 29" not in first + rest
    sitting, shown = keys([LONG], " ", *"   ", " ")
    assert sitting.log == ["keep 3"]
    assert all(f"step {one}\n" in shown for one in range(30))


def test_a_long_answer_is_graded_before_its_end_by_who_knows_enough() -> None:
    sitting, shown = keys([LONG], " ", "?", "x", "1")
    assert sitting.log == ["keep 1"]
    assert "step 29" not in shown


def test_with_its_answer_a_question_stands_alone() -> None:
    _, shown = keys(["Q: One?\nA: Two\n"], " ", "1", " ")
    answer = shown.split("\x1b[2J\x1b[H")[4]
    assert "Once more" not in answer
    assert "Space answer" not in answer
    assert "One?" in answer


@pytest.mark.parametrize("end", [" ", "\r", "\n"])
def test_a_digit_picks_and_space_or_enter_take_what_is_proposed(end: str) -> None:
    right, wrong = number(ONE, "parsing JSON"), number(ONE, "a timer")
    assert keys([ONE], right, end, end)[0].log == ["keep 3"]
    assert keys([ONE], wrong, end, end)[0].log == ["keep 1"]
    # Another digit picks instead, the same one takes back.
    assert keys([ONE], wrong, right, end, end)[0].log == ["keep 3"]
    assert keys([ONE], right, right, end, end)[0].log == ["keep 1"]


def test_digits_toggle_where_several_are_right() -> None:
    two, three, four = (number(SEVERAL, text) for text in ("two", "three", "four"))
    assert keys([SEVERAL], three, two, " ", " ")[0].log == ["keep 3"]
    assert keys([SEVERAL], two, four, three, four, " ", " ")[0].log == ["keep 3"]
    assert keys([SEVERAL], two, " ", " ")[0].log == ["keep 1"]


def test_picking_shows_what_is_marked_and_then_what_is_right() -> None:
    picked, right = number(ONE, "a timer"), number(ONE, "parsing JSON")
    _, before = keys([ONE], picked)
    assert f"(x) {picked}) a timer" in before
    assert f"( ) {right}) parsing JSON" in before
    assert "✓" not in before
    assert "main thread" not in before
    _, shown = keys([ONE], picked, " ")
    after = shown.removeprefix(before)
    assert f"(x) {picked}) ✗ a timer" in after
    assert f"( ) {right}) ✓ parsing JSON" in after
    assert "It runs on the main thread." in after
    assert "✗ Not right." in after
    assert "[1 again]" in after
    assert "Space again" in after


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ("C: {{HTTP}}: protocol\n", "[...]: protocol"),
        ("C: The operator {{-}} subtracts\n", "\n -\n"),
        ("C: [{{text}}](http://u.v) link\n", "[...]"),
        ("Q: which?\n- [ ] > 5\n- [x] [a]: b\n", "[a]: b"),
        ("Q: which?\n- [ ] > 5\n- [x] [a]: b\n", "> 5"),
        ("Q: name\nPoints:\n- [a]: b\n- c\n", "[a]: b"),
    ],
)
def test_what_looks_like_another_block_is_seen(item: str, seen: str) -> None:
    _, shown = keys([item], " ", " ", "3")
    assert seen in re.sub("\n *", "\n ", shown)


def test_easy_is_not_offered_with_keys_either() -> None:
    sitting, shown = keys([ONE], number(ONE, "parsing JSON"), " ", "4", "3")
    assert sitting.log == ["keep 3"]
    assert "[3 good]" in shown
    assert "easy" not in shown


def test_more_options_than_digits_have_letters() -> None:
    many = "Q: Many?\n" + "".join(
        f"- [{'x' if number == 1 else ' '}] option {number}\n" for number in range(MOST_ROWS)
    )
    labels = asks.labelled(asks.keys(), turn(many).options)
    (right,) = [label for label, option in labels.items() if option.right]
    # What is right comes in pages.
    sitting, shown = keys([many], right, " ", " ", " ", " ")
    assert sitting.log == ["keep 3"]
    assert f"option {MOST_ROWS - 1}" in shown
    assert len(labels) == MOST_ROWS


@pytest.mark.parametrize(
    ("pressed", "kept"),
    [
        (["receive", "\r", " "], ["keep 3"]),
        ([*"receive", "\n", "\r"], ["keep 3"]),
        ([*"recieve", "\n", " "], ["keep 2"]),
        ([*"recieve", "\n", "1"], ["keep 1"]),
        ([*"recieve", *"\x7f" * 4, *"eive", "\n", " "], ["keep 3"]),
        ([*"wrong", "\x15", *"receive", "\n", " "], ["keep 3"]),
        ([*"get", " ", *"it", "\x04", " "], ["keep 3"]),
        (["\n", " "], ["keep 1"]),
        (["  ", "\n", " "], ["keep 1"]),
        ([*"1234?uq", "\n", " "], ["keep 1"]),
        (["receive\n", "\n", " "], ["keep 3"]),
        ([*":?", "\n", *"receive", "\n", " "], ["keep 3"]),
        ([*" :q", "\n", " "], ["keep 1"]),
        ([*":q", "\n", " "], []),
        ([*":u", "\n", *"receive", "\n", " "], ["keep 3"]),
        ([*"receive", "^C"], []),
        (["\x04"], []),
        (["receive"], []),
    ],
)
def test_text_is_typed(pressed: list[str], kept: list[str]) -> None:
    assert keys([TYPED], *pressed, *(["q"] if kept == ["keep 1"] else []))[0].log[:1] == kept


def test_what_is_pasted_never_grades() -> None:
    sitting, _ = keys([TYPED], "receive\n\n4\n")
    assert sitting.log == []
    assert keys([PLAIN], " ", "4 u q", PASTE + "4", "2")[0].log == ["keep 2"]
    assert keys([TYPED], *"receive", PASTE + "\n", PASTE + "\x7f", "\n", "4")[0].log == ["keep 4"]


@pytest.mark.parametrize(
    ("item", "pressed", "kept"),
    [
        (PRINTS, ["1", "\n", *"  2", "\n", "\n", " "], 3),
        (PRINTS, ["1\n  2", "\x04", " "], 3),
        (PRINTS, ["1\n  2\n", "\n", " "], 3),
        (PRINTS, ["\n", " "], 1),
        (PRINTS, ["1", "\n", "\n", " "], 1),
        (SPACED, ["1", "\n", "\n", "2", "\x04", " "], 3),
        (SILENT, ["\n", " "], 3),
    ],
)
def test_several_lines_are_typed(item: str, pressed: list[str], kept: int) -> None:
    assert keys([item], *pressed)[0].log == [f"keep {kept}"]


def test_a_text_longer_than_the_screen_is_shown_from_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Screen, "_size", lambda _: (79, 5))
    sitting, shown = keys([PRINTS], "1\n2\n3\n4\n5\n6\n7", "\x7f", "8", "\x7f", "\x04")
    *_, last = shown.partition("> \r")[2].split("\x1b[J")
    assert last.startswith("  4\r\n  5\r\n  6\r\n")
    assert {*re.findall(r"\x1b\[(\d+)A", shown)} == {"3"}
    assert sitting.log == []


def test_what_differs_has_signs() -> None:
    _, shown = keys([TYPED], *"recieve", "\n")
    assert "- receive\n+ recieve\n" in shown
    _, shown = keys([PRINTS], "1\n3", "\x04")
    assert "  1\n-   2\n+ 3\n" in shown


@pytest.mark.parametrize(
    ("ticked", "kept"), [("1234", 3), ("12", 2), ("1", 1), ("", 1), ("11", 1), ("123441", 2)]
)
def test_points_are_ticked(ticked: str, kept: int) -> None:
    sitting, shown = keys([POINTS], " ", *ticked, " ", " ")
    assert sitting.log == [f"keep {kept}"]
    assert shown.index("Space points") < shown.index("first")


def test_after_ticking_any_grade_can_be_given() -> None:
    assert keys([POINTS], " ", " ", "4")[0].log == ["keep 4"]


def test_undo_across_asks_with_keys() -> None:
    pick = (number(ONE, "a timer"), " ", "3")
    type_ = (*"receive", "\n", " ")
    tick = (" ", "1", " ", " ")
    back = ("u", "u", *":u", "\n", "u")
    sitting, _ = keys([ONE, TYPED, POINTS, PLAIN], *pick, *type_, *tick, *back)
    assert sitting.log == ["keep 3", "keep 3", "keep 1", "undo 1", "undo 3", "undo 3"]


def test_what_is_taken_back_has_its_options_in_the_same_order() -> None:
    _, shown = keys([ONE, PLAIN], "1", " ", "3", "u")
    first, _, last = shown.partition("plain?")
    for item in range(1, 4):
        text = turn(ONE).options[item - 1].text
        assert f"{item}) {text}" in first
        assert f"{item}) {text}" in last


@pytest.mark.parametrize(
    ("item", "pressed", "said"),
    [
        (PLAIN, [], "Space answer · u undo · e edit · q quit · ? help"),
        (ONE, [], "1-3 pick one · Space answer · u undo · e edit · q quit · ? help"),
        (SEVERAL, [], "1-3 pick all right ones · Space answer"),
        (TYPED, [], "Enter answer · :u undo · :e edit · :q quit · :? help"),
        (PRINTS, [], "Enter new line · empty line or Ctrl-D answer · :u undo"),
        (SPACED, [], "Enter new line · Ctrl-D answer · :u undo"),
        (POINTS, [], "Space points · u undo"),
        (POINTS, [" "], "1-4 tick · Space grade · u undo"),
        (PLAIN, ["?"], "Space or Enter shows the answer."),
        (ONE, ["?"], "The key before a row picks it, or not."),
        (POINTS, [" ", "?"], "The key before a row ticks it, or not."),
        (TYPED, [*":?", "\n"], "A space before a command"),
        (PLAIN, [" ", "?"], "1 to 4 another."),
    ],
)
def test_footer_and_help_name_the_keys(item: str, pressed: list[str], said: str) -> None:
    assert said in " ".join(keys([item], *pressed)[1].split())


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("see ![the plan](a.png) below", "see [image: the plan] below"),
        ("![](a.png) and ![](b.mp3)", "[image: a.png] and [sound: b.mp3]"),
        ("[[note#part|a text]] and [[note]]", "a text and note"),
        ("$x^2$ is `y`", "x^2 is y"),
        ("a <b>bold</b> vector<int>", "a <b>bold</b> vector<int>"),
        ("a <!-- secret --> b", "a  b"),
        ("x\n\n<div>block</div>\n\ny", "x\n\n<div>block</div>\n\ny"),
        ("x\n\n$$\n\\frac12\n$$", "x\n\n \\frac12"),
        ("x\n```js\nconst a = 1;\n```", "x\n\n const a = 1;"),
        ("x\n\n````\n```js\nb\n```\n````", "x\n\n ```js\n b\n ```"),
        ("x\n\n- a\n  - b\n    1. c", "x\n\n • a\n    • b\n       1. c"),
        ("x\n\n<!-- srs: allow\nall -->\n\ny", "x\n\ny"),
        ("[text](http://a.b/c)", "text [1]\n[1] http://a.b/c"),
    ],
)
def test_what_a_terminal_can_draw(answer: str, shown: str) -> None:
    _, screen = keys([f"Q: q?\nA: {answer}\n"], " ")
    below = screen.partition("─\n")[2].partition("1 again")[0]
    assert "\n".join(line.rstrip() for line in below.splitlines()).strip("\n") == shown


def test_options_that_are_code_or_lists() -> None:
    item = "Q: q?\n- [ ]\n  ```js\n  let a;\n  ```\n- [x] b\n\n  | t |\n  |---|\n  | u |\n"
    _, screen = keys([item], " ")
    before, _, after = screen.partition("✓")
    assert re.search(r"\) +let a;", before)
    assert re.search(r"^ +t *$", after, re.MULTILINE)


# Anything at all --------------------------------------------------------------------------------

ITEMS = st.lists(st.sampled_from([*EVERY, SILENT, EXACT]), min_size=1, max_size=4, unique=True)
LINES = st.sampled_from(["", "1", "2", "3", "4", "1 3", "a c", "receive", "u", "q", ":u", ":q"])
ANY_LINE = LINES | st.text(max_size=5).filter(lambda line: "\n" not in line)
KEYS = st.sampled_from([*" \n\r123456uq?:acx語\x7f\x15\x17\x1b\x04", "1\n2", "receive", "^C"])


def proved(sitting: Sitting) -> None:
    """What stands is what was kept less what was taken back, and is at most what it proves."""
    kept = sum(line.startswith("keep") for line in sitting.log)
    assert kept - sum(line.startswith("undo") for line in sitting.log) == len(sitting.live)
    for event, asked in sitting.live:
        if not isinstance(event.body, Review):
            continue
        assert event.body.ask == asked.card.item.ask
        assert event.body.grade < Grade.EASY or asked.card.item.ask is not Ask.PICK


@settings(deadline=None)
@given(ITEMS, st.lists(ANY_LINE, max_size=30))
def test_no_lines_lose_what_was_kept(items: list[str], typed: list[str]) -> None:
    waiting = iter(typed)
    sitting = Sitting()
    sitting.run(turns(*items), Lines(lambda: next(waiting, None), lambda _: None))
    proved(sitting)


@settings(deadline=None, max_examples=50)
@given(ITEMS, st.lists(KEYS | st.text(max_size=2), max_size=25))
def test_no_keys_lose_what_was_kept(items: list[str], pressed: list[str]) -> None:
    proved(keys(items, *pressed)[0])
