"""A phone that starts where the terminal stopped: what it is given, judged by the engine."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from anki_engine import NOTE, Anki
from test_anki import export

from srs.anki.log import milliseconds
from srs.memory import fsrs
from srs.studyday import study_day
from srs.vault import Vault

pytestmark = pytest.mark.usefixtures("temporary")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import TestVault

Answers = list[tuple[str, datetime, int, dict[str, object]]]
"""Card, when, grade, and what else its event has."""


def answered(vault: TestVault, answers: Answers) -> None:
    """Answers as a terminal would have written them."""
    lines = []
    for number, (card, at, grade, more) in enumerate(answers):
        event = {
            "v": 1,
            "id": f"E{number:06}",
            "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "day": study_day(at).isoformat(),
            "event": "review",
            "card": card,
            "grade": grade,
            "ms": 4000,
            "ask": "reveal",
            **more,
        }
        lines.append(json.dumps(event))
    file = vault.root / "decks/history/other.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines))


def many(vault: TestVault, count: int = 40) -> list[str]:
    """Cards of a vault that has so many."""
    vault.write(NOTE, "".join(f"Q: question {n}?\nA: answer {n}\n\n" for n in range(count)))
    return [card["id"] for card in vault.cards()]


def years_of_fridays(cards: Sequence[str], now: datetime, seed: int) -> Answers:
    """Answers of two years at any time of day, some of them on one day and some as practice."""
    chance = random.Random(seed)
    answers: Answers = []
    for card in cards:
        at = now - timedelta(days=chance.uniform(300, 700))
        while at < now - timedelta(days=1):
            answers.append((card, at, chance.choice((1, 2, 3, 3, 3, 4)), {}))
            if chance.random() < 0.3:
                again = {"practice": True, "cause": "x"}
                answers.append((card, at + timedelta(minutes=5), 3, again))
            days = chance.choice((0.01, 0.2, 1, 2, 7, 14, 60, 180))
            at += timedelta(days=days * chance.uniform(0.9, 1.1))
    return sorted(answers, key=lambda one: one[1])


def send_with_history(vault: TestVault, anki: Anki) -> None:
    anki.take(export(vault, "--with-history"), progress=True)


@pytest.mark.usefixtures("zone")
def test_the_engine_computes_the_memory_that_was_written(vault: TestVault, anki: Anki) -> None:
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    answered(vault, years_of_fridays(many(vault), now, 7))
    send_with_history(vault, anki)
    assert len(anki.cards()) == 40
    for card in anki.cards():
        found = anki.col.compute_memory_state(card.id)
        assert card.memory_state
        written = card.memory_state.stability, card.memory_state.difficulty
        assert written == pytest.approx((found.stability, found.difficulty), rel=1e-3)
    assert anki.unsound() == []


@pytest.mark.usefixtures("zone")
def test_a_card_is_due_on_the_day_that_srs_shows(vault: TestVault, anki: Anki) -> None:
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    answered(vault, years_of_fridays(many(vault), now, 8))
    send_with_history(vault, anki)
    today = study_day(now)
    by_front = {card.note().fields[0]: card for card in anki.cards()}
    snapshot = Vault(vault.root).scan(today)
    for ours in snapshot.cards:
        memory = snapshot.memory(ours.id)
        assert memory
        shown = memory.day + timedelta(days=fsrs.interval(memory, 0.9))
        card = by_front[ours.face.prompt]
        assert card.due - anki.col.sched.today == (shown - today).days
    snapshot.close()


def test_each_answer_is_in_the_log_once(vault: TestVault, anki: Anki) -> None:
    cards = many(vault, 3)
    now = datetime(2025, 6, 13, 18, tzinfo=UTC)
    times = [now - timedelta(days=days) for days in (30, 20, 10)]
    answered(
        vault,
        [
            (cards[0], times[0], 3, {}),
            (cards[1], times[0], 2, {}),
            (cards[0], times[1], 1, {}),
            (cards[0], times[1] + timedelta(minutes=3), 3, {"practice": True, "cause": "E000002"}),
            (cards[0], times[2], 3, {"ms": 999_999}),
        ],
    )
    send_with_history(vault, anki)
    assert anki.col.db
    rows = anki.col.db.all(
        "select id, ease, ivl, lastIvl, factor, time, type from revlog order by id"
    )
    ms = [milliseconds(at) for at in times]
    assert [(row[0], row[1], row[5], row[6], row[4] > 0) for row in rows] == [
        (ms[0], 3, 4000, 0, True),
        # Two rows cannot have one time.
        (ms[0] + 1, 2, 4000, 0, True),
        (ms[1], 1, 4000, 1, True),
        (ms[1] + 180_000, 3, 4000, 3, False),
        (ms[2], 3, 60_000, 1, True),
    ]
    assert sorted(card.reps for card in anki.cards()) == [0, 1, 3]
    assert anki.unsound() == []


def test_what_was_reset_or_taken_back_counts_no_more(vault: TestVault, anki: Anki) -> None:
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    first, second, third = many(vault, 3)
    times = [now - timedelta(days=days) for days in (90, 60, 30, 3)]
    answered(
        vault,
        [(card, at, 3, {}) for at in times[:2] for card in (first, second, third)]
        + [
            (first, times[2], 3, {"event": "reset"}),
            (second, times[2], 3, {"event": "reset"}),
            (third, times[2], 3, {"event": "undo", "of": "E000005"}),
            (second, times[3], 2, {}),
        ],
    )
    send_with_history(vault, anki)
    by_front = {card.note().fields[0]: card for card in anki.cards()}
    one, two, three = (by_front[f"question {n}?"] for n in range(3))
    assert (one.type, one.reps, one.memory_state) == (0, 0, None)
    assert (two.type, two.reps, three.reps) == (2, 1, 1)
    for card in (one, two, three):
        found = anki.col.compute_memory_state(card.id).stability
        written = card.memory_state and card.memory_state.stability
        assert written == (found and pytest.approx(found, rel=1e-3))
    assert anki.unsound() == []


def test_a_memory_starts_in_the_middle_only_where_nothing_is_known_before(
    vault: TestVault, anki: Anki
) -> None:
    """A phone on which a new card was given a day has a log without a beginning."""
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    known, unknown, reset, hard = many(vault, 4)
    times = [now - timedelta(days=days) for days in (90, 60, 30, 3)]
    from_anki: dict[str, object] = {"ask": "anki", "sm2": [2, 557]}
    given: Answers = [(card, times[0], 3, {}) for card in (known, reset)]
    given += [(reset, times[1], 3, {"event": "reset"}), (hard, times[1], 3, {"sm2": [20, 2500]})]
    given += [(card, times[2], 3, from_anki) for card in (known, unknown, reset, hard)]
    answered(vault, given + [(card, times[3], 3, {}) for card in (known, unknown, reset, hard)])
    send_with_history(vault, anki)
    memory = {card.note().fields[0]: card.memory_state for card in anki.cards()}
    for card in anki.cards():
        found = anki.col.compute_memory_state(card.id)
        assert card.memory_state
        written = card.memory_state.stability, card.memory_state.difficulty
        assert written == pytest.approx((found.stability, found.difficulty), rel=1e-3)
    starting = memory["question 1?"]
    assert starting
    assert starting == memory["question 2?"]
    whole, long = memory["question 0?"], memory["question 3?"]
    assert whole
    assert long
    assert whole.stability > 2 * starting.stability
    assert long.stability > 2 * starting.stability


def test_a_suspended_card_keeps_its_memory_and_rests(vault: TestVault, anki: Anki) -> None:
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    cards = many(vault, 2)
    answered(vault, years_of_fridays(cards, now, 3))
    assert vault.srs("cards", "suspend", cards[0]).code == 0
    send_with_history(vault, anki)
    assert sorted(card.queue for card in anki.cards()) == [-1, 2]
    assert all(card.memory_state for card in anki.cards())


def test_the_phone_goes_on_from_there(vault: TestVault, anki: Anki) -> None:
    """What it gives a card that it knows is a longer interval than of one that it does not."""
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    answered(vault, years_of_fridays(many(vault, 5), now, 4))
    anki.col.set_config("fsrs", True)
    send_with_history(vault, anki)
    before = {card.id: card.ivl for card in anki.cards()}
    for card in anki.cards():
        card.due = 0
        anki.col.update_card(card)
    anki.study(anki.cards())
    assert all(card.ivl > before[card.id] for card in anki.cards())


def test_a_card_that_is_there_is_not_rescheduled(vault: TestVault, anki: Anki) -> None:
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    cards = many(vault, 2)
    anki.take(export(vault))
    log = anki.study()
    answered(vault, years_of_fridays(cards, now, 5))
    send_with_history(vault, anki)
    assert anki.log() == log


def test_without_the_option_nothing_of_the_history_leaves(vault: TestVault, anki: Anki) -> None:
    now = datetime.now(UTC)
    vault.at(now.isoformat())
    answered(vault, years_of_fridays(many(vault, 2), now, 5))
    anki.take(export(vault), progress=True)
    assert anki.log() == []
    assert all((card.type, card.reps, card.memory_state) == (0, 0, None) for card in anki.cards())
