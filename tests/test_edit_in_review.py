"""`e` in a review: the note is edited, and the same rules say what the card is afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import TestVault

POOL = "Q: How many threads has libuv's pool?\nA: four"
TICK = "Q: What does nextTick run before?\nA: I/O"


@pytest.fixture
def learned(vault: TestVault) -> dict[str, str]:
    """Question -> card id, in a vault where both cards were answered a week ago."""
    vault.write("notes/a.md", f"{POOL}\n\n{TICK}\n")
    vault.srs("review", typed="\n3\n\n3\n")
    vault.at("2025-06-20T18:00:00")
    return {card["prompt"]: card["id"] for card in vault.cards()}


def asked(out: str) -> list[str]:
    """The questions in the order of asking."""
    lines = out.splitlines()
    return [lines[n + 1] for n, line in enumerate(lines) if line.startswith("Card ")]


def test_an_edited_card_keeps_its_answers(
    vault: TestVault, learned: dict[str, str], editor: Callable[[str, str], None]
) -> None:
    editor("libuv's pool", "the pool of libuv")
    result = vault.srs("review", typed="e\n\n3\n\n3\n")
    assert result.code == 0
    edited = vault.card("How many threads has the pool of libuv?")
    assert edited["id"] == learned["How many threads has libuv's pool?"]
    assert [card["reviews"] for card in vault.cards()] == [2, 2]
    assert "How many threads has the pool of libuv?" in asked(result.out)
    assert "How many threads has libuv's pool?" not in asked(result.out)[1:]
    # The decision is in the history, before the answer that came after it.
    events = [line["event"] for line in vault.history()]
    assert events == ["item", "review", "item", "review", "item", "review", "review"]


def test_it_says_what_became_of_the_card(
    vault: TestVault, learned: dict[str, str], editor: Callable[[str, str], None]
) -> None:
    assert len(learned) == 2
    editor("nothing like this", "")
    assert (
        "Nothing that it says has changed; what you save later is seen"
        in vault.srs("review", typed="e\nq\n").out
    )
    first = asked(vault.srs("review", typed="q\n").out)[0]
    editor(first, first.replace("?", ", in fact?"))
    assert "Edited; your answers stay with it." in vault.srs("review", typed="e\nq\n").out


def test_a_rewritten_card_is_left_out_and_takes_no_answers(
    vault: TestVault, learned: dict[str, str], editor: Callable[[str, str], None]
) -> None:
    first = asked(vault.srs("review", typed="q\n").out)[0]
    old = POOL if first.startswith("How many") else TICK
    editor(old, "Q: Which header forbids caching?\nA: no-store")
    result = vault.srs("review", typed="e\n\n3\n")
    assert "is no card any more, or a new one" in result.out
    (kept,) = [prompt for prompt in learned if prompt != first]
    assert asked(result.out) == [first, kept]
    assert vault.card("Which header")["reviews"] == 0
    # It comes back with its text.
    editor("Q: Which header forbids caching?\nA: no-store", old)
    vault.srs("review", "--minutes", "5", typed="e\n")
    assert vault.card(first)["id"] == learned[first]


def test_a_new_card_is_asked_as_it_reads_after_the_edit(
    vault: TestVault, editor: Callable[[str, str], None]
) -> None:
    """Without a history another text makes another card; it takes the turn of that in its place."""
    vault.write("notes/a.md", f"{POOL}\n\n{TICK}\n")
    first = asked(vault.srs("review", typed="q\n").out)[0]
    editor(first, f"{first[:-1]}, by default?")
    result = vault.srs("review", typed="e\n\n3\n\n3\n")
    assert "Edited; it had no answers yet." in result.out
    assert asked(result.out)[:2] == [first, f"{first[:-1]}, by default?"]
    assert [card["reviews"] for card in vault.cards()] == [1, 1]


def test_a_new_card_that_became_another_of_the_session_is_asked_once(
    vault: TestVault, editor: Callable[[str, str], None]
) -> None:
    vault.write("notes/a.md", f"{POOL}\n\n{TICK}\n")
    first, second = asked(vault.srs("review", typed="n\n:n\n").out)[:2]
    gone = POOL if first.startswith("How many") else TICK
    editor(f"{gone}\n", "\n")
    result = vault.srs("review", typed="e\n\n3\n")
    assert asked(result.out) == [first, second]
    assert [card["reviews"] for card in vault.cards()] == [1]


def test_undo_after_an_edit_takes_back_the_answer_before_it(
    vault: TestVault, learned: dict[str, str], editor: Callable[[str, str], None]
) -> None:
    assert len(learned) == 2
    editor("?", "??")
    result = vault.srs("review", typed="\n2\ne\nu\n\n3\n\n3\n")
    assert "Taken back: “hard” of Fri 20 Jun." in result.out
    assert [card["reviews"] for card in vault.cards()] == [2, 2]


def test_without_an_editor_or_a_terminal_the_place_is_named(
    vault: TestVault, learned: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(learned) == 2
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    out = vault.srs("review", typed="e\n").out
    assert "There is no terminal to edit notes/a.md:" in out


def test_an_editor_that_fails_loses_nothing(
    vault: TestVault, learned: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(learned) == 2
    monkeypatch.setenv("VISUAL", "false")
    result = vault.srs("review", typed="e\n\n3\n\n3\n")
    assert "`false` ended with code 1. The card is at notes/a.md:" in result.out
    assert [card["reviews"] for card in vault.cards()] == [2, 2]
