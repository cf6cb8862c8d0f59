"""What a terminal, a shell and the system send in the middle of a session."""

from __future__ import annotations

import fcntl
import signal
import struct
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from test_terminal import ANSWER, QUESTION, Screen, grades, program, script

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import TestVault

WRITING = "Q: Spell it.\nT: rhythm\n"


@pytest.fixture
def two(vault: TestVault) -> TestVault:
    """Two cards; which comes first is the plan's matter."""
    for name in ("first", "second"):
        vault.write(f"notes/{name}.md", f"Q: What is {name}?\nA: It is the answer {name}.\n")
    return vault


_SHELL = """
import fcntl, os, signal as s, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
s.signal(s.SIGINT, s.SIG_DFL)
script = 'set -m; "$@"; stty -a; echo stopped; read -r; fg > /dev/null; echo "ended: $?"'
os.execvp("bash", ["bash", "-c", script, "bash", sys.executable, "-m", "srs", *sys.argv[1:]])
"""
"""srs in a shell with job control: what is stopped goes on after a line."""


def stopped(screen: Screen) -> str:
    """Press Ctrl-Z, again if need be: Python sees one that comes just before it reads a line only
    after it. Gives what the shell shows then.
    """
    for _ in range(5):
        screen.press("\x1a")
        with suppress(AssertionError):
            return screen.expect("stopped\n", patience=5)
    return screen.expect("stopped\n")


@pytest.mark.parametrize("at", ["question", "answer", "typing", "lines"])
def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(vault: TestVault, at: str) -> None:
    vault.write("notes/a.md", WRITING if at == "typing" else "Q: What is it?\nA: This.\n")
    asks = "What is it?" if at != "typing" else "Spell it."
    with program(vault, "review", *["--plain"] * (at == "lines"), start=_SHELL) as screen:
        before = screen.settings
        screen.expect(asks)
        screen.expect("Your answer" if at == "lines" else "quit")
        if at == "answer":
            screen.press(" ")
            screen.expect(ANSWER)
        if at == "typing":
            screen.press("rhy")
            screen.expect("> rhy")
        settings = stopped(screen).split()
        assert {"icanon", "echo"} <= {one.rstrip(";") for one in settings}
        time.sleep(2)
        screen.press("\n")
        if at == "lines":
            screen.press("\n")
            screen.expect("Grade")
            screen.press("3\n\n")
        else:
            # All is drawn again, what was typed too.
            screen.expect(asks)
            if at == "answer":
                screen.expect(ANSWER)
            if at == "typing":
                screen.expect("> rhy")
                screen.press("thm")
            if at != "answer":
                screen.press("\r")
                screen.expect("3 good")
            screen.press("3")
            screen.expect("any other key ends")
            screen.press("x")
        screen.expect("ended: 0")
        assert screen.end() == 0
        assert screen.settings == before
    (kept,) = [line for line in vault.history() if line["event"] == "review"]
    assert kept["grade"] == 3
    assert kept["ms"] < 2000, "the time in which it was stopped does not count"


@pytest.mark.parametrize("at", ["question", "answer", "typing"])
def test_in_another_size_all_is_drawn_again(vault: TestVault, at: str) -> None:
    words = "so many words that they take more than a line of a narrow screen"
    kind = "T: words\n" if at == "typing" else "A: This.\n"
    vault.write(
        "notes/phase-1/a.md", f"# A topic with a long name\n\nQ: Are these {words}?\n{kind}"
    )
    with program(vault, "review") as screen:
        screen.expect("screen?")
        screen.expect("quit")
        if at == "answer":
            screen.press(" ")
            screen.expect(ANSWER)
            screen.expect("help")
        if at == "typing":
            screen.press("some")
            screen.expect("> some")
        seen = len(screen.text)
        fcntl.ioctl(screen._main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
        screen.signal(signal.SIGWINCH)
        screen.expect("screen?")
        screen.expect({"question": "help", "answer": "help", "typing": "> some"}[at])
        # The terminal tells of its size by itself too, so that it may be drawn twice.
        drawn = screen.text[seen:]
        rows = drawn[drawn.rindex("A topic with") :].splitlines()
        assert max(len(row) for row in rows) <= 40, rows
        assert any("…  1/1" in row for row in rows), rows
        screen.press("\x03")
        assert screen.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize("at", ["typing", "mark", "summary", "plain"])
def test_a_signal_to_end_anywhere(vault: TestVault, number: signal.Signals, at: str) -> None:
    vault.write("notes/a.md", WRITING if at == "typing" else "Q: What is it?\nA: This.\n")
    with program(vault, "review", *["--plain"] * (at == "plain")) as screen:
        before = screen.settings
        screen.expect("Your answer" if at == "plain" else "quit")
        if at == "typing":
            screen.press("rhy")
            screen.expect("> rhy")
        elif at == "mark":
            screen.press("m")
            screen.expect("> ")
            screen.press("half a")
            screen.expect("> half a")
        elif at == "summary":
            screen.press(" ")
            screen.expect(ANSWER)
            screen.press("3")
            screen.expect("any other key ends")
        screen.signal(number)
        assert screen.end() == 128 + number
        assert screen.settings == before
        assert ("Ended by a signal. What was answered is on disk" in screen.text) == (
            number is not signal.SIGHUP
        )
        assert "Traceback" not in screen.text
    kinds = [line["event"] for line in vault.history()]
    assert kinds == (["item", "review"] if at == "summary" else [])


@pytest.mark.parametrize("key", ["\x03", "\x1b"])
def test_a_mark_that_is_broken_off_is_none(two: TestVault, key: str) -> None:
    with program(two, "review") as screen:
        screen.expect(QUESTION)
        screen.press("m")
        screen.expect("> ")
        screen.press("half")
        screen.expect("> half")
        if key == "\x03":
            screen.interrupt()
        else:
            screen.press(key)
            screen.expect("Not marked.")
            screen.press("q")
        assert screen.end() == 0
    assert two.history() == []


# Other programs -----------------------------------------------------------------------------------


def test_ctrl_c_in_an_editor_is_for_the_editor(two: TestVault, tmp_path: Path) -> None:
    editor = script(
        tmp_path / "ed", "trap 'echo caught; exit 0' INT; echo editing; sleep 30 & wait"
    )
    with program(two, "review", EDITOR=editor) as screen:
        screen.expect(QUESTION)
        screen.press("e")
        screen.expect("editing")
        screen.press("\x03")
        screen.expect("caught")
        screen.expect("Nothing that it says has changed")
        screen.expect(QUESTION)
        screen.press("q")
        assert screen.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_an_editor_is_open_lets_it_put_its_text_away(
    two: TestVault, tmp_path: Path, number: signal.Signals
) -> None:
    saved = tmp_path / "saved"
    trap = f"trap 'echo x > \"{saved}\"; exit 1' TERM; stty -echo; sleep 1"
    body = f"{trap}; echo editing; sleep 30 & wait"
    with program(two, "review", EDITOR=script(tmp_path / "ed", body)) as screen:
        before = screen.settings
        screen.expect(QUESTION)
        screen.press("e")
        screen.expect("editing")
        screen.signal(number)
        assert screen.end() == 128 + number
        assert screen.settings == before
    assert saved.exists()


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("/no/such/editor", "`/no/such/editor` cannot be started: No such file or directory."),
        ("false", "`false` ended with code 1."),
        ("sh -c 'kill -9 $$'", "`sh` was ended by signal 9."),
    ],
)
def test_an_editor_that_fails_is_told_above_the_same_card(
    two: TestVault, editor: str, said: str
) -> None:
    with program(two, "review", EDITOR=editor) as screen:
        screen.expect(QUESTION)
        screen.press("e")
        screen.expect(said)
        # In the words of a line that may be broken anywhere.
        assert "The card is at notes/" in " ".join(screen.expect(".md:1.").split())
        screen.expect(QUESTION)
        screen.press(" ")
        screen.expect(ANSWER)
        screen.press("3")
        screen.expect(QUESTION)
        screen.press("q")
        assert screen.end() == 0
    assert grades(two) == [3]


@pytest.mark.parametrize("pager", ["/no/such/pager", "false"])
def test_without_a_pager_that_works_the_note_is_told(two: TestVault, pager: str) -> None:
    with program(two, "review", PAGER=pager) as screen:
        screen.expect(QUESTION)
        screen.press("o")
        screen.expect(f"`{pager}` ")
        screen.expect("A: It is the answer")
        screen.press("q")
        assert screen.end() == 0


@pytest.mark.parametrize(
    ("body", "said"), [("exit 3", "`xdg-open` ended with code 3."), (None, "cannot be started")]
)
def test_what_opens_pictures_may_fail(
    vault: TestVault, tmp_path: Path, body: str | None, said: str
) -> None:
    vault.write("notes/a.png", "no picture")
    vault.write("notes/a.md", "Q: What is ![it](a.png)?\nA: This.\n")
    (tmp_path / "bin").mkdir()
    if body:
        script(tmp_path / "bin/xdg-open", body)
    with program(vault, "review", PATH=f"{tmp_path}/bin:/nowhere") as screen:
        screen.expect(QUESTION)
        screen.press("v")
        screen.expect(said)
        screen.press("q")
        assert screen.end() == 0
