"""The real program in a real (pseudo) terminal: keys, colours, and the terminal left as it was."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import TestVault

PATIENCE = 30.0
"""Seconds until an expected text must have come; a busy machine is slow."""

# The terminal becomes the controlling one, so that Ctrl-C interrupts the program; which is what it
# does, also where the tests themselves run in the background and ignore it.
_START = (
    "import fcntl, os, signal as s, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "s.signal(s.SIGINT, s.SIG_DFL); s.signal(s.SIGHUP, s.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, '-m', 'srs', *sys.argv[1:]])"
)
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


class Screen:
    """A program on a terminal of 80x24."""

    def __init__(self, main: int, terminal: int, program: subprocess.Popen[bytes]) -> None:
        self._main = main
        self._terminal = terminal
        self._program = program
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._seen = 0
        self.raw = ""

    @property
    def text(self) -> str:
        """Everything shown so far, without escape sequences."""
        return _SEQUENCE.sub("", self.raw).replace("\r\n", "\n")

    @property
    def settings(self) -> object:
        return termios.tcgetattr(self._terminal)

    def press(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def signal(self, number: signal.Signals) -> None:
        self._program.send_signal(number)

    def expect(self, wanted: str, patience: float = PATIENCE) -> str:
        """Wait until this text comes after what was expected before; gives what is up to it."""
        end = time.monotonic() + patience
        while (at := self.text.find(wanted, self._seen)) < 0:
            ended = self._program.poll() is not None
            if not self._read() and (ended or time.monotonic() > end):
                raise AssertionError(f"{wanted!r} did not come after:\n{self.text[self._seen :]}")
        shown = self.text[self._seen : at + len(wanted)]
        self._seen = at + len(wanted)
        return shown

    def ignores(self, key: str) -> None:
        """Press a key that means nothing, and wait until the program has read it."""
        self.press(key)
        for _ in range(int(PATIENCE)):
            # What follows an escape at once is taken for a part of its sequence.
            time.sleep(0.1)
            self.press("?")
            with suppress(AssertionError):
                self.expect("q quits", patience=1)
                return
        raise AssertionError(f"no help after {key!r}")

    def interrupt(self) -> None:
        """Press Ctrl-C, again if need be: Python loses one that comes just before it waits."""
        self.press("\x03")
        for _ in range(5):
            end = time.monotonic() + 2
            while self._program.poll() is None and time.monotonic() < end:
                self._read()
            if self._program.poll() is not None:
                return
            self.press("\x03")

    def end(self) -> int:
        """Wait for the program's end, and give its exit code."""
        end = time.monotonic() + PATIENCE
        while self._program.poll() is None and time.monotonic() < end:
            self._read()
        while self._read():
            pass
        return self._program.wait(1)

    def _read(self) -> bool:
        """Whether anything came within a moment."""
        if not select.select([self._main], [], [], 0.05)[0]:
            return False
        self.raw += self._decoder.decode(os.read(self._main, 65536))
        return True


@contextmanager
def program(
    vault: TestVault, *arguments: str, start: str = _START, **environment: str
) -> Iterator[Screen]:
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    known = {"TERM": "xterm-256color", "SRS_VAULT": str(vault.root), "SRS_DEVICE": "mine"}
    # Tests in parallel have a width of their own.
    others = ("COLORTERM", "CI", "COLUMNS", "LINES")
    inherited = {key: value for key, value in os.environ.items() if key not in others}
    with subprocess.Popen(
        [sys.executable, "-c", start, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=inherited | known | environment,
        start_new_session=True,
    ) as started:
        try:
            yield Screen(main, terminal, started)
        finally:
            if started.poll() is None:
                started.kill()
            os.close(main)
            os.close(terminal)


def grades(vault: TestVault) -> list[int]:
    """The grades of live and taken back reviews, in the order of the history."""
    return [line["grade"] for line in vault.history() if line["event"] == "review"]


@pytest.fixture
def two(vault: TestVault) -> TestVault:
    """Two cards; which comes first is the plan's matter."""
    for name in ("first", "second"):
        vault.write(f"notes/{name}.md", f"Q: What is {name}?\nA: It is the answer {name}.\n")
    return vault


QUESTION, ANSWER = "Space answer", "4 easy"
"""What stands at the end of a question and of an answer."""


def test_keys_reveal_grade_take_back_and_quit(two: TestVault) -> None:
    with program(two, "review") as screen:
        asked = screen.expect(QUESTION)
        assert "What is " in asked
        assert "It is the answer" not in asked
        screen.press(" ")
        assert "It is the answer" in screen.expect(ANSWER)
        screen.press("1")
        assert "Again: until" in screen.expect(QUESTION)
        assert grades(two) == [1]
        screen.press("u")
        assert "Taken back" in screen.expect(QUESTION)
        screen.press("\r")
        screen.expect(ANSWER)
        screen.press("4")
        assert "Easy: until" in screen.expect(QUESTION)
        screen.press("q")
        screen.expect("Answered 1 card")
        screen.expect("Next session: Friday 20 June 2025: ")
        assert screen.end() == 0
    assert grades(two) == [1, 4]
    assert sorted(card["reviews"] for card in two.cards()) == [0, 1]


def test_space_and_enter_mean_good_after_the_answer(two: TestVault) -> None:
    with program(two, "review") as screen:
        for key in (" ", "\r"):
            screen.expect(QUESTION)
            screen.press(key)
            screen.expect(ANSWER)
            screen.press(key)
        screen.expect("Answered 2 cards")
        screen.expect("any other key ends")
        screen.press(" ")
        assert screen.end() == 0
    assert grades(two) == [3, 3]


def test_a_failed_card_comes_back_as_practice(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: What is it?\nA: This.\n")
    with program(vault, "review") as screen:
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("1")
        assert "Once more" in screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("3")
        screen.expect("Failed: notes/a.md:1: What is it?")
        screen.expect("any other key ends")
        screen.press(" ")
        assert screen.end() == 0
    assert grades(vault) == [1, 3]
    assert vault.card("What")["reviews"] == 1


def test_u_takes_back_the_last_answer_after_all_is_asked(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: What is it?\nA: This.\n")
    with program(vault, "review") as screen:
        for key in ("4", "3"):
            screen.expect(QUESTION)
            screen.press(" ")
            screen.expect(ANSWER)
            screen.press(key)
            screen.expect("Answered 1 card")
            screen.expect("any other key ends")
            screen.press("u" if key == "4" else "q")
        assert screen.end() == 0
        assert screen.text.count("Answered 1 card") == 2
    assert grades(vault) == [4, 3]
    assert vault.card("What")["reviews"] == 1


def test_help_and_keys_that_mean_nothing(two: TestVault) -> None:
    # Arrows, Home, Page Down, F5, Escape, Delete, Tab, letters and others.
    arrows = ("\x1b[A", "\x1b[B", "\x1bOC", "\x1b[D")
    with program(two, "review") as screen:
        screen.expect(QUESTION)
        for key in (*arrows, "\x1b[H", "\x1b[6~", "\x1b[15~", "\x1b", "\x7f\t53xß📚Q"):
            screen.ignores(key)
        assert "It is the answer" not in screen.text
        screen.press(" ")
        screen.expect(ANSWER)
        # Insert, Delete and Ctrl-Right send digits that would be grades.
        for key in (*arrows, "\x1b", "\x1b[2~", "\x1b[3~", "\x1b[1;5C", "\x7f\t50xß📚Q"):
            screen.ignores(key)
        assert grades(two) == []
        screen.press("2")
        screen.expect(QUESTION)
        screen.press("q")
        screen.expect("Answered 1 card")
        assert screen.end() == 0
    assert grades(two) == [2]


def test_what_is_typed_ahead_is_not_lost(two: TestVault) -> None:
    with program(two, "review") as screen:
        screen.expect(QUESTION)
        screen.press(" 4 2")
        screen.expect("Answered 2 cards")
        screen.expect("any other key ends")
        screen.press(" ")
        assert screen.end() == 0
    assert grades(two) == [4, 2]


@pytest.mark.parametrize(
    ("key", "revealed"),
    [
        pytest.param("\x03", False, id="Ctrl-C"),
        pytest.param("\x03", True, id="Ctrl-C at the answer"),
        pytest.param("\x04", False, id="Ctrl-D"),
        pytest.param("q", True, id="q at the answer"),
    ],
)
def test_leaving_keeps_what_was_graded_and_the_terminal_as_it_was(
    two: TestVault, key: str, *, revealed: bool
) -> None:
    with program(two, "review") as screen:
        before = screen.settings
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        assert screen.settings != before
        screen.press("3")
        screen.expect(QUESTION)
        if revealed:
            screen.press(" ")
            screen.expect(ANSWER)
        if key == "\x03":
            screen.interrupt()
        else:
            screen.press(key)
        code = screen.end()
        assert screen.settings == before
        assert "Traceback" not in screen.text
        # Ctrl-C that comes while something is drawn ends at once, without the summary.
        assert code in ((0, 1, 130) if key == "\x03" else (0,))
        assert ("Answered 1 card" in screen.text) == (code == 0)
    assert grades(two) == [3]
    assert sorted(card["reviews"] for card in two.cards()) == [0, 1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_leaves_the_terminal_as_it_was(
    two: TestVault, number: signal.Signals
) -> None:
    with program(two, "review") as screen:
        before = screen.settings
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("3")
        screen.expect(QUESTION)
        screen.signal(number)
        assert screen.end() in (128 + number, -number)
        assert screen.settings == before
        assert "Traceback" not in screen.text
    assert grades(two) == [3]


def test_killed_in_the_middle_it_has_kept_what_was_graded(two: TestVault) -> None:
    with program(two, "review") as screen:
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("3")
        screen.expect(QUESTION)
        screen.signal(signal.SIGKILL)
        assert screen.end() == -signal.SIGKILL
    assert grades(two) == [3]
    assert two.srs("check", "--strict").code == 0


CODE = "Q: What does it print?\n```js\nconst x = 'text'; // a comment\n```\nA: `text`, **x**\n"


def test_code_is_coloured_and_without_colour_it_is_not(vault: TestVault) -> None:
    vault.write("notes/a.md", CODE)
    shown = []
    for environment in ({}, {"NO_COLOR": "1"}):
        with program(vault, "review", **environment) as screen:
            screen.expect(QUESTION)
            screen.press(" ")
            screen.expect(ANSWER)
            screen.press("q")
            assert screen.end() == 0
            assert "const x = 'text'; // a comment" in screen.text
            shown.append(screen.raw)
    coloured, plain = shown
    assert _COLOUR.search(coloured)
    assert not _COLOUR.search(plain)


@pytest.mark.parametrize("how", ["dumb", "plain"])
def test_a_dumb_terminal_or_plain_is_line_by_line(two: TestVault, how: str) -> None:
    options = ("--plain",) if how == "plain" else ()
    term = "dumb" if how == "dumb" else "xterm-256color"
    with program(two, "review", *options, TERM=term) as screen:
        before = screen.settings
        screen.expect(
            "Your answer, or an empty line; u takes back, e edits, q ends, :? tells more."
        )
        assert screen.settings == before
        screen.press("my answer\n")
        screen.expect("Grade: 1 again (")
        screen.expect("empty is good.")
        screen.press("1\n")
        screen.expect("Kept: again.")
        screen.expect("Your answer")
        screen.press("\x04")
        screen.expect("Answered 1 card")
        assert screen.end() == 0
        assert "\x1b" not in screen.raw
    assert grades(two) == [1]


def test_ctrl_c_between_lines_keeps_what_was_graded(two: TestVault) -> None:
    with program(two, "review", "--plain") as screen:
        screen.expect("Your answer")
        screen.press("\n4\n")
        screen.expect("Kept: easy.")
        screen.expect("Your answer")
        screen.interrupt()
        assert screen.end() in (0, 1, 130)
        assert "Traceback" not in screen.text
    assert grades(two) == [4]


KINDS = {
    "pick": "Q: Which one?\n- [x] this one\n  It is explained.\n",
    "type": "Q: Spell it.\nT: größe 語\n",
    "lines": "Q: Prints?\n```js run\nx\n```\nA: this\n```output\n1\n2\n```\n",
    "tick": "Q: Name them.\nPoints:\n- first\n- second\n",
}


def done(screen: Screen) -> None:
    screen.expect("any other key ends")
    screen.press(" ")
    assert screen.end() == 0


def test_an_option_is_picked(vault: TestVault) -> None:
    vault.write("notes/a.md", KINDS["pick"])
    with program(vault, "review") as screen:
        assert "( ) 1) this one" in screen.expect("Space answer")
        screen.press("1")
        assert "(x) 1) this one" in screen.expect("Space answer")
        screen.press(" ")
        assert "(x) 1) ✓ this one" in screen.expect("It is explained.")
        screen.expect("[3 good]")
        screen.press(" ")
        done(screen)
    (review,) = [line for line in vault.history() if line["event"] == "review"]
    assert (review["grade"], review["ask"]) == (3, "pick")


@pytest.mark.parametrize(
    ("typed", "grade"),
    [
        ("größe 語\n", 3),
        ("Größe 日\x7f語\r", 3),
        ("\x1b[200~größe\n語\x1b[201~\n", 3),
        ("x\x15größe\x1b[D\x1b[3~ 語\n", 3),
        ("grüße 語\n", 2),
        ("\n", 1),
    ],
)
def test_text_is_typed_or_pasted(vault: TestVault, typed: str, grade: int) -> None:
    vault.write("notes/a.md", KINDS["type"])
    with program(vault, "review") as screen:
        screen.expect(":? help")
        screen.press(typed)
        screen.expect(f"[{grade} ")
        screen.press(f"{grade}:q\n")
        assert screen.end() == 0
    assert grades(vault) == [grade]


def test_a_paste_is_no_answer_to_what_comes_next(vault: TestVault) -> None:
    """What is pasted ends no line and gives no grade."""
    vault.write("notes/a.md", KINDS["type"])
    with program(vault, "review") as screen:
        screen.expect(":? help")
        screen.press("\x1b[200~größe 語\n4\n4\nq\x1b[201~")
        screen.expect("4 4 q")
        screen.press("\x15größe 語\n")
        screen.expect("4 easy")
        screen.press("\x1b[200~2\x1b[201~ ")
        done(screen)
    assert grades(vault) == [3]


def test_lines_are_typed_and_ctrl_d_ends_them(vault: TestVault) -> None:
    vault.write("notes/a.md", KINDS["lines"])
    with program(vault, "review") as screen:
        screen.expect(":? help")
        screen.press("1\n3\x04")
        assert "  1\n- 2\n+ 3\n" in screen.expect("[1 again]")
        screen.press("u")
        screen.expect("nothing to take back")
        screen.expect(":? help")
        screen.press("1\n2\n\n")
        assert "✓ Right." in screen.expect("[3 good]")
        screen.press("\n")
        done(screen)
    assert grades(vault) == [3]


def test_an_exam_is_written_and_then_marked(vault: TestVault) -> None:
    """Points are recalled in words, and ticked when they are shown beside these."""
    vault.write("notes/a.md", KINDS["tick"])
    with program(vault, "quiz", "--exam", "--seed", "1") as screen:
        assert "first" not in screen.expect("Enter answer")
        screen.press("the second one\n")
        shown = screen.expect("tick")
        assert "mark 1/1" in shown
        assert "the second one" in shown
        screen.press("2")
        assert "[x] 2) second" in screen.expect("[x] 2) second")
        screen.press(" ")
        screen.expect("[2 hard]")
        screen.press(" ")
        assert "Right: 1 of 1." in screen.expect("Right: 1 of 1.")
        done(screen)
    answered, review = vault.history()[-2:]
    assert (answered["event"], answered["given"]) == ("answer", ["the second one"])
    assert (review["event"], review["grade"], review["quiz"]) == ("review", 2, answered["quiz"])


def test_points_are_ticked(vault: TestVault) -> None:
    vault.write("notes/a.md", KINDS["tick"])
    with program(vault, "review") as screen:
        assert "first" not in screen.expect("Space points")
        screen.press(" 2")
        assert "[x] 2) second" in screen.expect("[x] 2) second")
        screen.press("\n")
        screen.expect("1 of 2 points")
        screen.expect("[2 hard]")
        screen.press("\n")
        done(screen)
    assert grades(vault) == [2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["\x03", "\x04", "q"])
def test_leaving_in_the_middle_of_an_answer(vault: TestVault, kind: str, key: str) -> None:
    vault.write("notes/a.md", KINDS[kind])
    typed = kind in ("type", "lines")
    # Ctrl-D ends what is typed, and then the session.
    again = key == "\x04" and typed
    with program(vault, "review") as screen:
        before = screen.settings
        screen.expect("? help")
        screen.press("1" if typed else " " if kind == "tick" else "1")
        screen.expect("> 1" if typed else "Space ")
        if key == "\x03":
            screen.interrupt()
        else:
            screen.press("\x15:q\n" if key == "q" and typed else key)
        if again:
            screen.expect("[1 again]")
            screen.press(key)
        assert screen.end() in ((0, 1, 130) if key == "\x03" else (0,))
        assert screen.settings == before
        assert "Traceback" not in screen.text
        assert screen.raw.count("\x1b[?2004h") == screen.raw.count("\x1b[?2004l") == 1
    assert grades(vault) == []


def test_a_long_text_wraps_and_can_be_taken_back(vault: TestVault) -> None:
    vault.write("notes/a.md", KINDS["type"])
    with program(vault, "review") as screen:
        screen.expect(":? help")
        screen.press("x" * 100 + "語" * 50 + "end")
        screen.expect("語end")
        screen.press("\x7f" * 400 + "größe 語\n")
        assert "✓ Right." in screen.expect("[3 good]")
        screen.press(" ")
        done(screen)
    assert grades(vault) == [3]


EVIL = "\x1b]0;title\x07\x1b[2J\x1b[35m\x9b35m\x08\x7f"


def test_a_note_cannot_drive_the_terminal(vault: TestVault) -> None:
    vault.write(
        "notes/a.md",
        f"# t{EVIL}t\n\nQ: evil{EVIL}?\n```\ncode{EVIL}\n```\n"
        f"A: yes{EVIL}\nWhy: why{EVIL}\nHint: h{EVIL}\n",
    )
    with program(vault, "review") as screen:
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("1")
        screen.expect(QUESTION)
        screen.press("q")
        screen.expect("Failed: ")
        assert screen.end() == 0
        for sequence in ("\x1b]", "\x07", "\x1b[35m", "\x9b", "\x08", "\x7f"):
            assert sequence not in screen.raw
        # Each screen is cleared once, by srs itself: two questions and an answer.
        assert screen.raw.count("\x1b[2J") == 3


ENTITIES = "&#27;]0;title&#7;&#13;&#12;&#155;35m"


@pytest.mark.parametrize("evil", [EVIL, ENTITIES], ids=["characters", "entities"])
def test_nor_can_options_points_and_what_is_typed(vault: TestVault, evil: str) -> None:
    vault.write(
        "notes/a.md",
        f"Q: Pick {evil}?\n- [x] right{evil}\n  why{evil}\n- [ ] wrong{evil}\n\n"
        f"Q: Type {evil}?\nT: typed{evil}\n\nQ: Tick {evil}?\nPoints:\n- point{evil}\n\n"
        f'Q: [l](<http://{evil}> "{evil}") ![i{evil}](x{evil})\nA: <b{evil}> `{evil}` ${evil}$\n',
    )
    answers = {"1-2 pick": "1 1", ":? help": "typ\n1", "Space points": " 1 1", "Space answer": " 1"}
    with program(vault, "review") as screen:
        for number in range(1, 5):
            screen.expect(f"{number}/")
            end = screen.expect("? help")
            screen.press(next(keys for said, keys in answers.items() if said in end))
        screen.expect("5/8")
        screen.press("q\x15:q\n")
        assert screen.end() == 0
        for sequence in ("\x1b]", "\x07", "\x1b[35m", "\x9b", "\x08", "\x7f", "\x0c"):
            assert sequence not in screen.raw
        assert not re.search(r"\r(?!\n|\x1b\[|> )", screen.raw)
    assert grades(vault) == [1] * 4


def test_an_answer_longer_than_the_screen(vault: TestVault) -> None:
    lines = "\n".join(f"- line {number}" for number in range(300))
    vault.write("notes/a.md", f"Q: long?\nA:\n{lines}\n")
    with program(vault, "review") as screen:
        screen.expect(QUESTION)
        screen.press(" ")
        first = screen.expect("Space more")
        assert "long?" in first, "the question is not pushed away by its answer"
        assert "line 0\n" in first
        screen.press(" " * 20)
        shown = first + screen.expect(ANSWER)
        assert all(f"line {number}\n" in shown for number in range(300))
        screen.press("3")
        screen.expect("Answered 1 card")
        screen.expect("any other key ends")
        screen.press(" ")
        assert screen.end() == 0


def test_a_question_longer_than_the_screen(vault: TestVault) -> None:
    lines = "\n".join(f"- line {number}" for number in range(60))
    vault.write("notes/a.md", f"Q: long?\n\n{lines}\nA: yes\n")
    with program(vault, "review") as screen:
        first = screen.expect("Space more")
        assert "long?" in first
        assert "line 0\n" in first
        screen.press("?")
        screen.expect("Space or Enter shows the answer.")
        screen.press(" " * 10)
        shown = first + screen.expect(QUESTION)
        assert all(f"line {number}\n" in shown for number in range(60))
        screen.press(" " * 10)
        screen.expect("Answered 1 card")
        screen.press("q")
        assert screen.end() == 0


# Whose history ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "reviews"), [("", 1), ("n", 0)])
def test_in_a_clone_it_asks_once_whose_answers_these_are(
    two: TestVault, said: str, reviews: int
) -> None:
    two.device("theirs")
    two.srs("review", "--topic", "first", typed="\n3\n")
    with program(two, "review", "--topic", "second") as screen:
        screen.expect("Are they yours?")
        screen.press(f"{said}\n")
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("3")
        screen.expect("Answered 1 card")
        screen.expect("any other key ends")
        screen.press(" ")
        assert screen.end() == 0
    assert two.card("What is first?")["reviews"] == reviews
    aside = two.root / "decks/history/aside/theirs.jsonl"
    assert aside.exists() == (said == "n")
    two.write("notes/third.md", "Q: What is third?\nA: This.\n")
    with program(two, "review", "--topic", "third") as screen:
        assert "yours" not in screen.expect(QUESTION)
        screen.press("q")
        assert screen.end() == 0


def test_answers_set_aside_do_not_plan_the_session(two: TestVault) -> None:
    two.device("theirs")
    two.srs("review", typed="\n3\n\n3\n")
    with program(two, "review") as screen:
        screen.expect("Are they yours?")
        screen.press("n\n")
        assert "1/2" in screen.expect(QUESTION), "both are new to me"
        screen.press("q")
        assert screen.end() == 0


# The editor -------------------------------------------------------------------------------------


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"'{path}'"


def test_new_opens_the_editor_on_the_terminal(vault: TestVault, tmp_path: Path) -> None:
    """VISUAL comes before EDITOR, may have arguments, and has the terminal."""
    visual = script(
        tmp_path / "my editor",
        f'printf "%s\\n" "$@" > "{tmp_path}/arguments"; test -t 0 && test -t 1 && echo "editing"',
    )
    with program(
        vault, "new", "Some topic", VISUAL=f"{visual} --wait 'a b'", EDITOR="false"
    ) as screen:
        screen.expect("notes/some-topic.md")
        screen.expect("editing")
        assert screen.end() == 0
    note = vault.root / "notes/some-topic.md"
    *options, place, path = (tmp_path / "arguments").read_text().splitlines()
    assert (options, path) == (["--wait", "a b"], str(note))
    assert note.read_text("utf-8").splitlines()[int(place[1:]) - 1].startswith("## ")


@pytest.mark.parametrize(
    ("editor", "said"), [("/no/such/editor", "cannot be started"), ("false", "ended with code 1")]
)
def test_an_editor_that_fails_leaves_the_note_and_says_so(
    vault: TestVault, editor: str, said: str
) -> None:
    with program(vault, "new", "Some topic", EDITOR=editor) as screen:
        screen.expect(said)
        assert screen.end() in (0, 1)
        assert "Traceback" not in screen.text
    assert (vault.root / "notes/some-topic.md").exists()
