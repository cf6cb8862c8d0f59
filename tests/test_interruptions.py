"""What comes between a session and its end: a new start, a new day, another srs, a changed note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import TestVault

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
