"""Asking about identities: what is asked, what is recorded of it, and that it is asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from test_terminal import program

from srs.cli.common import Workplace
from srs.ui.asking import Choice, settle, to_ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import TestVault

    from srs.model import Body
    from srs.ui.changes import Changed

POOL = (
    "Q: How large is the libuv thread pool by default?\n"
    "A: four threads, unless UV_THREADPOOL_SIZE says otherwise\n\n"
)
PHASES = (
    "Q: In which order does libuv run its phases?\nA: timers, pending callbacks, poll, check\n\n"
)
ALIKE = "Q: How big is that pool, if UV_THREADPOOL_SIZE is not set?\nA: 4 threads\n\n"
"""Alike enough to ask whether it is POOL."""
CHANGED = POOL.replace("four threads, unless UV_THREADPOOL_SIZE says otherwise", "1024")


@pytest.fixture
def studied(vault: TestVault) -> TestVault:
    """Two items, both answered a month ago."""
    vault.device("mine")
    vault.write("notes/a.md", PHASES + POOL)
    assert vault.srs("review", typed="\n3\n\n3\n").code == 0
    vault.at("2025-07-11T18:00+00:00")
    return vault


class Says:
    """Says these things in turn, and remembers what it was asked."""

    def __init__(self, *choices: Choice) -> None:
        self._choices = [*choices]
        self.asked: list[str] = []

    def is_same(self, doubt: Changed, place: str) -> Choice:
        self.asked.append(f"same {place}: {doubt.known.latest.texts['Q'][:9]}")
        return self._choices.pop(0)

    def still_known(self, reworded: Changed, place: str) -> Choice:
        self.asked.append(f"known {place}: {reworded.known.latest.texts['Q'][:9]}")
        return self._choices.pop(0)


def settled(vault: TestVault, *choices: Choice) -> tuple[bool, list[str], list[dict[str, Any]]]:
    """Whether it goes on, what was asked, and the new events; all that is said is needed."""
    before = vault.history()
    place = Workplace.open(vault.root)
    says = Says(*choices)

    def keep(bodies: Sequence[Body]) -> None:
        if bodies or place.snapshot.pending:
            place.write(bodies)

    goes_on = settle(to_ask(place.snapshot), says, keep)
    assert says._choices == []
    return goes_on, says.asked, vault.history()[len(before) :]


# What is asked ----------------------------------------------------------------------------------


def test_unsure_and_the_same_attaches_it(studied: TestVault) -> None:
    before = studied.card("How large")
    studied.write("notes/a.md", PHASES + ALIKE)
    goes_on, asked, events = settled(studied, Choice.SAME, Choice.KEEP)
    assert goes_on
    assert asked == ["same 1 of 1: How large", "known 1 of 1: How large"]
    (event,) = events
    assert (event["event"], event["item"], event["why"]) == ("item", before["item"], "attached")
    after = studied.card("How big")
    assert (after["id"], after["reviews"]) == (before["id"], 1)
    assert settled(studied) == (True, [], [])


def test_unsure_and_another_is_never_asked_again(studied: TestVault) -> None:
    old = studied.card("How large")["item"]
    studied.write("notes/a.md", PHASES + ALIKE)
    _, _, (event,) = settled(studied, Choice.ANOTHER)
    new = studied.card("How big")
    assert (event["event"], event["item"], event["content"]) == ("apart", old, new["item"])
    assert new["reviews"] == 0
    assert settled(studied) == (True, [], [])
    # A person may think otherwise later.
    assert studied.srs("history", "undo", event["id"]).code == 0
    assert settled(studied, Choice.LATER)[1] == ["same 1 of 1: How large"]


def test_later_and_quit_record_nothing(studied: TestVault) -> None:
    studied.write("notes/a.md", PHASES + ALIKE)
    assert settled(studied, Choice.LATER)[::2] == (True, [])
    assert settled(studied, Choice.QUIT)[::2] == (False, [])
    assert settled(studied, Choice.SAME, Choice.LATER)[2][0]["why"] == "attached"


def test_what_was_said_before_quitting_is_kept(studied: TestVault) -> None:
    studied.write("notes/a.md", PHASES + ALIKE)
    goes_on, _, (event,) = settled(studied, Choice.SAME, Choice.QUIT)
    assert (goes_on, event["why"]) == (False, "attached")


def test_without_answers_there_is_nothing_to_ask(studied: TestVault) -> None:
    for event in studied.history():
        if event["event"] == "review":
            studied.srs("history", "undo", event["id"])
    studied.write("notes/a.md", CHANGED)
    assert settled(studied) == (True, [], [])
    studied.write("notes/a.md", PHASES + ALIKE)
    assert settled(studied) == (True, [], [])


@pytest.mark.parametrize(
    ("choice", "wish"), [(Choice.KEEP, []), (Choice.SOON, ["soon"]), (Choice.RESET, ["reset"])]
)
def test_an_answer_that_changed_is_asked_about_once(
    studied: TestVault, choice: Choice, wish: list[str]
) -> None:
    studied.write("notes/a.md", PHASES + CHANGED)
    card = studied.card("How large")["id"]
    goes_on, asked, events = settled(studied, choice)
    assert (goes_on, asked) == (True, ["known 1 of 1: How large"])
    assert [event["event"] for event in events] == ["item", *wish]
    assert {event["card"] for event in events[1:]} <= {card}
    state = Workplace.open(studied.root).snapshot.state
    assert state.soon == ({card} if choice is Choice.SOON else set())
    assert set(state.resets) == ({card} if choice is Choice.RESET else set())
    assert settled(studied) == (True, [], [])


@pytest.mark.parametrize(
    ("choice", "named"),
    [(Choice.SOON, "the wish to see it soon"), (Choice.RESET, "the reset")],
)
def test_u_in_the_session_takes_the_wish_back(
    studied: TestVault, choice: Choice, named: str
) -> None:
    studied.write("notes/a.md", PHASES + CHANGED)
    _, _, (*_, wish) = settled(studied, choice)
    result = studied.srs("review", typed="u\nq\n")
    assert f"Taken back: {named} of Fri 11 Jul." in result.out
    assert studied.history()[-1]["of"] == wish["id"]
    state = Workplace.open(studied.root).snapshot.state
    assert (state.soon, dict(state.resets)) == (frozenset(), {})


def test_of_a_changed_answer_later_and_quit_record_nothing(studied: TestVault) -> None:
    studied.write("notes/a.md", PHASES + CHANGED)
    assert settled(studied, Choice.LATER)[::2] == (True, [])
    assert settled(studied, Choice.QUIT)[::2] == (False, [])


@pytest.mark.parametrize(
    ("old", "new", "asked"),
    [
        ("four threads", "four treads", False),
        ("otherwise", "otherwise, and DNS lookups share them", False),
        ("large", "big", False),
        ("four threads, unless UV_THREADPOOL_SIZE says otherwise", "none at all", True),
    ],
)
def test_a_typo_or_an_addition_is_no_other_answer(
    studied: TestVault, old: str, new: str, asked: bool
) -> None:
    studied.write("notes/a.md", PHASES + POOL.replace(old, new))
    snapshot = Workplace.open(studied.root).snapshot
    found = to_ask(snapshot)
    assert (len(found.doubts), len(found.reworded)) == (0, asked)


def test_another_right_option_is_another_answer(vault: TestVault) -> None:
    options = "Q: Which of these blocks the event loop?\n- [ ] readFile\n- [x] parse\n"
    vault.write("notes/a.md", options)
    vault.srs("review", typed="1\n3\n")
    vault.write(
        "notes/a.md", "Q: Which of these blocks the event loop?\n- [x] readFile\n- [ ] parse\n"
    )
    assert len(to_ask(Workplace.open(vault.root).snapshot).reworded) == 1
    vault.write("notes/a.md", options.replace("readFile", "writeFile"))
    assert to_ask(Workplace.open(vault.root).snapshot).reworded == ()


# Where it is asked ------------------------------------------------------------------------------


def test_line_by_line_nothing_is_asked_and_the_notice_says_where_to_look(
    studied: TestVault,
) -> None:
    studied.write("notes/a.md", PHASES + ALIKE)
    for options in ((), ("--plain",), ("--plan",)):
        result = studied.srs("review", *options, typed="q\n")
        assert "Notes changed: 1 unsure. See `srs history --pending`." in result.err
    assert len(studied.history()) == 4


@pytest.mark.parametrize("key", ["y", "\n", "\r"])
def test_on_a_terminal_a_key_says_the_same(studied: TestVault, key: str) -> None:
    before = studied.card("How large")["id"]
    studied.write("notes/a.md", PHASES + ALIKE)
    with program(studied, "review") as screen:
        screen.expect("How [-large-] {+big+} is")
        # Below the texts: they may be longer than the screen.
        screen.expect("Is this still the same question?")
        screen.expect("q quit")
        screen.press(key)
        screen.expect("Do your answers still count?")
        screen.expect("q quit")
        screen.press("s")
        screen.expect("Space answer")
        screen.press("q")
        screen.end()
    assert studied.card("How big")["id"] == before
    assert [event["event"] for event in studied.history()[4:]] == ["item", "soon"]


def test_on_a_terminal_another_later_and_quit(studied: TestVault) -> None:
    studied.write("notes/a.md", PHASES + ALIKE)
    for key, then in (("q", ""), ("s", "Space answer"), ("n", "Space answer")):
        with program(studied, "review") as screen:
            screen.expect("Is this still the same question?")
            screen.press("x")
            screen.press(key)
            if then:
                screen.expect(then)
                screen.press("q")
            assert screen.end() == 0
    assert [event["event"] for event in studied.history()[4:]] == ["apart"]
