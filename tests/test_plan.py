"""Which cards a session asks and why: gain per second, release, minutes, siblings, waiting."""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import fsrs as library
import pytest
from conftest import kept
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import plan as planning
from srs.plan import Wish
from srs.vault import Vault

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from conftest import TestVault

    from srs.plan import Plan
    from srs.vault import Snapshot

FRIDAY = date(2025, 6, 13)
LONG = Wish(minutes=1000)
FREELY = Wish()
ROADMAP = """\
start: 2025-06-02
end: 2025-08-31
session: {weekday: friday, minutes: 30}
phases:
  - id: phase-1
    title: One
    start: 2025-06-02
    end: 2025-06-29
    topics: [{id: alpha, title: The Alpha}, {id: beta, title: The Beta}]
  - id: phase-2
    title: Two
    start: 2025-06-30
    end: 2025-07-27
    topics: [{id: gamma, title: The Gamma}, {id: delta, title: The Delta}]
"""
"""Alpha begins on 2 June, Beta on 16 June, Gamma on 30 June, Delta on 14 July."""


unhurried = settings(deadline=None, max_examples=50)


class Answer(NamedTuple):
    card: str
    day: date
    grade: int = 3
    ms: int = 8000
    cause: str = ""


def new(*names: str) -> str:
    """A note with a card `NAME-fwd` for each name."""
    return "".join(f"{name} :: an answer ^{name}\n" for name in names)


def numbered(count: int) -> str:
    return new(*(f"c{number:03}" for number in range(count)))


def lines(answers: Iterable[Answer]) -> str:
    records = [
        {
            "v": 1,
            "id": f"e{number:05}",
            "at": f"{one.day}T12:00:00.000Z",
            "day": one.day.isoformat(),
            "event": "review",
            "card": f"{one.card}-fwd" if "-" not in one.card else one.card,
            "grade": one.grade,
            "ms": one.ms,
            **({"practice": True, "cause": one.cause} if one.cause else {}),
        }
        for number, one in enumerate(answers)
    ]
    return "".join(json.dumps(record) + "\n" for record in records)


def fill(
    root: Path, notes: Mapping[str, str], answers: Iterable[Answer] = (), roadmap: str = ""
) -> Snapshot:
    """Write a vault and read it."""
    write(root, notes, answers, roadmap)
    return Vault(root).scan()


def write(
    root: Path, notes: Mapping[str, str], answers: Iterable[Answer] = (), roadmap: str = ""
) -> None:
    files = {f"notes/{path}.md": text for path, text in notes.items()}
    files["decks/roadmap.yaml"] = roadmap
    files["decks/history/mine.jsonl"] = lines(answers)
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def read(notes: Mapping[str, str], answers: Iterable[Answer] = (), roadmap: str = "") -> Snapshot:
    """The same without leaving anything behind."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = fill(Path(folder), notes, answers, roadmap)
    assert snapshot.problems == ()
    return snapshot


def whole(plan: Plan) -> tuple[object, ...]:
    """All that a plan says."""
    return (plan.day, plan.minutes, plan.cards, plan.left_out, plan.waiting)


def names(plan: Plan) -> list[str]:
    return [one.card.id.removesuffix("-fwd") for one in plan.cards]


def asked(snapshot: Snapshot, day: date = FRIDAY, wish: Wish = LONG) -> set[str]:
    """Everything worth asking, by default without a limit of time."""
    return {*names(planning.plan(snapshot.deck, day, wish))}


def waits(plan: Plan) -> list[tuple[str, int, date]]:
    return [(one.topic, one.cards, one.start) for one in plan.waiting]


# The formula, written a second time from the design ----------------------------------------------

DECAY = 0.1542
FACTOR = 0.9 ** (-1 / DECAY) - 1
FIRST_SHARES = {1: 0.24, 2: 0.094, 3: 0.495, 4: 0.171}
PASS_SHARES = {2: 0.224, 3: 0.631, 4: 0.145}
FIRST_SECONDS = {1: 33.79, 2: 24.3, 3: 13.68, 4: 6.5}
SECONDS = {1: 23.0, 2: 11.68, 3: 7.33, 4: 5.6}
SCHEDULER = library.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def recall(stability: float, after: float) -> float:
    return float((1 + FACTOR * after / stability) ** -DECAY)


def area(stability: float, start: float, end: float) -> float:
    left = (1 + FACTOR * start / stability) ** (1 - DECAY)
    right = (1 + FACTOR * end / stability) ** (1 - DECAY)
    return float(stability / (FACTOR * (1 - DECAY)) * (right - left))


def reviewed(card: library.Card, grade: int, day: date) -> library.Card:
    noon = datetime.combine(day, time(12), UTC)
    return SCHEDULER.review_card(card, library.Rating(grade), noon)[0]


def stability_of(card: library.Card) -> float:
    assert card.stability is not None
    return card.stability


class Learner:
    """A learner's shares and times: medians and counts with 30 published answers beside them."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.own: dict[str, list[Answer]] = defaultdict(list)
        for one in answers:
            if not one.cause:
                self.own[one.card].append(one)
        first = [own[0] for own in self.own.values()]
        later = [one for own in self.own.values() for one in own[1:]]
        self.first_shares = self._shares(first, FIRST_SHARES)
        self.pass_shares = self._shares([one for one in later if one.grade > 1], PASS_SHARES)
        self.first_seconds = self._times(first, FIRST_SECONDS)
        self.seconds = self._times(later, SECONDS)

    @staticmethod
    def _shares(answers: Sequence[Answer], usual: Mapping[int, float]) -> dict[int, float]:
        counts = {grade: sum(one.grade == grade for one in answers) for grade in usual}
        return {
            grade: (counts[grade] + 30 * share) / (len(answers) + 30)
            for grade, share in usual.items()
        }

    @staticmethod
    def _times(answers: Sequence[Answer], usual: Mapping[int, float]) -> dict[int, float]:
        times = {}
        for grade, seconds in usual.items():
            own = [
                round(min(one.ms, 60_000) / 100) / 10
                for one in answers
                if one.ms and one.grade == grade
            ]
            middle = median(own) if own else 1.0
            # A geometric mean of the own median and 30 published times.
            times[grade] = (middle ** len(own) * seconds**30) ** (1 / (len(own) + 30))
        return times

    def card_factor(self, name: str) -> float:
        ratios = [
            min(one.ms, 60_000) / 1000 / (self.seconds if rank else self.first_seconds)[one.grade]
            for rank, one in enumerate(self.own.get(name, []))
            if one.ms
        ]
        return math.exp(sum(math.log(ratio) for ratio in ratios) / (len(ratios) + 0.6))

    def gain_and_seconds(self, name: str, day: date) -> tuple[float, float]:
        if name not in self.own:
            first = {g: reviewed(library.Card(card_id=1), g, day) for g in FIRST_SHARES}
            gain = sum(
                share * area(stability_of(first[grade]), 0, 70)
                for grade, share in self.first_shares.items()
            )
            seconds = sum(
                share * self.first_seconds[grade] for grade, share in self.first_shares.items()
            )
            return gain, seconds
        card = library.Card(card_id=1)
        for one in self.own[name]:
            card = reviewed(card, one.grade, one.day)
        days = (day - self.own[name][-1].day).days
        known = recall(stability_of(card), days)
        hold = area(stability_of(card), days, days + 70)
        chances = {1: 1 - known} | {g: known * share for g, share in self.pass_shares.items()}
        now = sum(
            chance * area(stability_of(reviewed(card, grade, day)), 0, 70)
            for grade, chance in chances.items()
        )
        seconds = sum(chance * self.seconds[grade] for grade, chance in chances.items())
        return now - hold, seconds * self.card_factor(name)


def test_the_priority_of_a_new_card() -> None:
    (card,) = planning.plan(read({"a": new("one")}).deck, FRIDAY).cards
    # .24 x 33.79 + .094 x 24.3 + .495 x 13.68 + .171 x 6.5
    assert card.seconds == pytest.approx(18.2769, abs=1e-4)
    gain = sum(
        share * area(stability, 0, 70)
        for share, stability in ((0.24, 0.212), (0.094, 1.2931), (0.495, 2.3065), (0.171, 8.2956))
    )
    assert card.priority == pytest.approx(gain / 18.2769, rel=1e-5)


def test_the_priority_of_a_seen_card() -> None:
    answers = [
        Answer("one", date(2025, 5, 30), 3, 10_000),
        Answer("one", date(2025, 6, 6), 2, 9000),
    ]
    (card,) = planning.plan(read({"a": new("one")}, answers).deck, FRIDAY).cards
    memory = library.Card(card_id=1)
    for _, day, grade, *_ in answers:
        memory = reviewed(memory, grade, day)
    known = recall(stability_of(memory), 7)

    shares = {2: (1 + 30 * 0.224) / 31, 3: 30 * 0.631 / 31, 4: 30 * 0.145 / 31}
    hard_seconds = math.exp(math.log(9) / 31 + math.log(11.68) * 30 / 31)
    first_good_seconds = math.exp(math.log(10) / 31 + math.log(13.68) * 30 / 31)
    ratios = math.log(10 / first_good_seconds) + math.log(9 / hard_seconds)
    times = {1: 23.0, 2: hard_seconds, 3: 7.33, 4: 5.6}
    seconds = math.exp(ratios / 2.6) * (
        known * sum(share * times[grade] for grade, share in shares.items()) + (1 - known) * 23.0
    )
    then = {grade: stability_of(reviewed(memory, grade, FRIDAY)) for grade in times}
    now = (1 - known) * area(then[1], 0, 70) + known * sum(
        share * area(then[grade], 0, 70) for grade, share in shares.items()
    )
    hold = area(stability_of(memory), 7, 77)
    assert card.seconds == pytest.approx(seconds, rel=1e-9)
    assert card.priority == pytest.approx((now - hold) / seconds, rel=1e-9)


CARDS = ("one", "two", "three", "four", "five")


@st.composite
def histories(draw: st.DrawFn, most: int = 12) -> list[Answer]:
    """Answers in the order of their days, none on the Friday itself."""
    answer = st.builds(
        Answer,
        card=st.sampled_from(CARDS),
        day=st.dates(date(2025, 1, 1), FRIDAY - timedelta(days=1)),
        grade=st.integers(1, 4),
        ms=st.just(0) | st.integers(1000, 90_000),
        cause=st.sampled_from(["", "", "", "other"]),
    )
    return sorted(draw(st.lists(answer, max_size=most)), key=lambda one: one.day)


@unhurried
@given(histories(), st.integers(0, 400))
def test_every_card_is_planned_by_the_formula(answers: list[Answer], later: int) -> None:
    day = FRIDAY + timedelta(days=later)
    plan = planning.plan(read({"a": new(*CARDS)}, answers).deck, day, LONG)
    learner = Learner(answers)
    expected = {name: learner.gain_and_seconds(name, day) for name in CARDS}
    worth = {name for name, (gain, seconds) in expected.items() if gain / seconds >= 0.1}
    assert {*names(plan)} == worth
    for one in plan.cards:
        gain, seconds = expected[one.card.id.removesuffix("-fwd")]
        assert one.seconds == pytest.approx(seconds, rel=1e-9)
        assert one.priority == pytest.approx(gain / seconds, rel=1e-7)


@unhurried
@given(histories(), st.floats(0.01, 3))
def test_what_is_left_out_is_worth_less_than_what_is_taken(
    answers: list[Answer], minutes: float
) -> None:
    snapshot = read({"a": new(*CARDS)}, answers)
    whole = planning.plan(snapshot.deck, FRIDAY, LONG)
    plan = planning.plan(snapshot.deck, FRIDAY, Wish(minutes=minutes))
    priorities = {one.card.id: one.priority for one in whole.cards}
    taken = {one.card.id for one in plan.cards}
    left = priorities.keys() - taken
    assert plan.left_out == len(left)
    assert all(priorities[one] >= priorities[other] - 1e-8 for one in taken for other in left)


# Minutes -----------------------------------------------------------------------------------------


def test_cards_are_taken_until_the_minutes_are_spent() -> None:
    # A new card takes 18.28 seconds: three are less than a minute, four more.
    plan = planning.plan(read({"a": numbered(40)}).deck, FRIDAY, Wish(minutes=1))
    assert len(plan.cards) == 4
    assert plan.left_out == 36
    assert plan.minutes == 1


def test_a_moment_is_enough_for_a_card() -> None:
    plan = planning.plan(read({"a": numbered(2)}).deck, FRIDAY, Wish(minutes=0.01))
    assert (len(plan.cards), plan.left_out) == (1, 1)


def test_a_small_vault_is_asked_whole_and_leaves_nothing_out() -> None:
    plan = planning.plan(read({"a": numbered(5)}).deck, FRIDAY)
    assert (len(plan.cards), plan.left_out, plan.minutes) == (5, 0, 30)


@unhurried
@given(histories(), st.floats(0.01, 5))
def test_the_minutes_are_overrun_by_one_card_at_most(answers: list[Answer], minutes: float) -> None:
    plan = planning.plan(read({"a": new(*CARDS)}, answers).deck, FRIDAY, Wish(minutes=minutes))
    # The last card taken is the one worth least.
    taken = sorted(plan.cards, key=lambda one: one.priority)
    assert sum(one.seconds for one in taken[1:]) < minutes * 60 + 60
    longest = max((one.seconds for one in taken), default=0)
    assert sum(one.seconds for one in taken) - longest < minutes * 60
    if plan.left_out:
        assert sum(one.seconds for one in taken) >= minutes * 60


@unhurried
@given(histories(), st.floats(0.01, 5), st.floats(0, 5))
def test_more_minutes_never_give_fewer_cards(
    answers: list[Answer], minutes: float, more: float
) -> None:
    notes = {"a": new(*CARDS), "b": "x ::: y ^x\nv ::: w ^v\n"}
    snapshot = read(notes, answers)
    fewer = planning.plan(snapshot.deck, FRIDAY, Wish(minutes=minutes))
    greater = planning.plan(snapshot.deck, FRIDAY, Wish(minutes=minutes + more))
    assert {*names(fewer)} <= {*names(greater)}


def test_a_second_start_has_what_is_left_of_the_minutes(vault: TestVault) -> None:
    answers = [Answer("one", FRIDAY, ms=30_000), Answer("two", FRIDAY, ms=15_000)]
    snapshot = fill(vault.root, {"a": new("one", "two"), "b": numbered(200)}, answers)
    assert planning.plan(snapshot.deck, FRIDAY).minutes == 29.25
    assert vault.srs("review", "--plan", "--json").data["minutes"] == 29.25


def test_minutes_that_are_asked_for_start_afresh(vault: TestVault) -> None:
    answers = [Answer(f"gone{number}", FRIDAY, ms=60_000) for number in range(30)]
    snapshot = fill(vault.root, {"b": numbered(200)}, answers)
    assert planning.plan(snapshot.deck, FRIDAY).cards == ()
    assert vault.srs("review", "--plan", "--json").data["cards"] == []
    again = vault.srs("review", "--plan", "--minutes", "10", "--json").data
    assert again["minutes"] == 10
    assert len(again["cards"]) > 20


def test_minutes_are_spent_by_answers_of_the_day_alone_practice_too() -> None:
    answers = [
        Answer("one", FRIDAY - timedelta(days=1), ms=60_000),
        Answer("one", FRIDAY, 1, ms=12_000),
        Answer("one", FRIDAY, 3, ms=6000, cause="e00001"),
    ]
    assert planning.minutes_left(read({"a": new("one")}, answers).deck, FRIDAY) == 29.7


def test_an_answer_over_a_minute_spends_a_minute() -> None:
    long = read({"a": new("one")}, [Answer("one", FRIDAY, ms=3_600_000)])
    assert planning.minutes_left(long.deck, FRIDAY) == 29
    just = read({"a": new("one")}, [Answer("one", FRIDAY, ms=60_001)])
    assert planning.minutes_left(just.deck, FRIDAY) == 29


def test_more_than_all_minutes_leave_none() -> None:
    answers = [Answer(f"gone{number}", FRIDAY, ms=60_000) for number in range(31)]
    assert planning.minutes_left(read({}, answers).deck, FRIDAY) == 0


def test_an_undone_answer_gives_its_minutes_back(vault: TestVault) -> None:
    fill(vault.root, {"a": new("one", "two")}, [Answer("one", FRIDAY, ms=60_000)])
    vault.device("mine")
    assert vault.srs("review", "--plan", "--json").data["minutes"] == 29
    vault.srs("review", typed="u\nq\n")
    assert vault.srs("review", "--plan", "--json").data["minutes"] == 30


def test_minutes_are_the_roadmap_s() -> None:
    snapshot = read({"a": numbered(9)}, roadmap="session: {minutes: 1}\n")
    assert len(planning.plan(snapshot.deck, FRIDAY).cards) == 4


# What is not offered -----------------------------------------------------------------------------


def test_a_card_is_offered_from_a_tenth_of_a_recall_day_a_second() -> None:
    answers = [
        *(Answer("well", FRIDAY - timedelta(days=ago), 4) for ago in (200, 150, 100, 1)),
        *(Answer("badly", FRIDAY - timedelta(days=ago), 1) for ago in (20, 10)),
    ]
    snapshot = read({"a": new("well", "badly")}, answers)
    gain, seconds = Learner(answers).gain_and_seconds("well", FRIDAY)
    assert gain / seconds < 0.1
    assert asked(snapshot) == {"badly"}
    plan = planning.plan(snapshot.deck, FRIDAY)
    assert all(one.priority >= 0.1 for one in plan.cards)
    assert plan.left_out == 0


def test_a_card_answered_today_is_not_offered_again() -> None:
    snapshot = read({"a": new("one", "two")}, [Answer("one", FRIDAY, 1)])
    assert asked(snapshot) == {"two"}
    assert asked(snapshot, FRIDAY + timedelta(days=1)) == {"one", "two"}


def test_a_card_practised_today_is_not_offered_again() -> None:
    earlier = Answer("one", FRIDAY - timedelta(days=1), 1)
    practised = Answer("one", FRIDAY, 3, cause="e00000")
    assert asked(read({"a": new("one", "two")}, [earlier, practised])) == {"two"}


def test_suspended_cards_are_not_offered(vault: TestVault) -> None:
    fill(vault.root, {"a": new("one", "two")})
    vault.srs("cards", "suspend", "one-fwd")
    assert asked(Vault(vault.root).scan()) == {"two"}
    vault.srs("cards", "resume", "one-fwd")
    assert asked(Vault(vault.root).scan()) == {"one", "two"}


def test_one_sibling_a_session() -> None:
    note = "there ::: back ^both\n\nC: {{a}} {{b}} {{c}} ^gaps\n"
    snapshot = read({"a": note})
    plan = planning.plan(snapshot.deck, FRIDAY)
    assert len(snapshot.cards) == 5
    assert sorted(one.card.item.id for one in plan.cards) == ["both", "gaps"]
    assert plan.left_out == 3


@pytest.mark.parametrize(("better", "worse"), [("both-fwd", "both-rev"), ("both-rev", "both-fwd")])
def test_it_is_the_better_sibling(better: str, worse: str) -> None:
    before = FRIDAY - timedelta(days=7)
    answers = [Answer(better, before, 3), Answer(worse, before, 4)]
    snapshot = read({"a": "there ::: back ^both\n"}, answers)
    learner = Learner(answers)
    gains = {name: learner.gain_and_seconds(name, FRIDAY) for name in (better, worse)}
    rates = {name: gain / seconds for name, (gain, seconds) in gains.items()}
    assert rates[better] > rates[worse] > 0.1
    plan = planning.plan(snapshot.deck, FRIDAY)
    assert [one.card.id for one in plan.cards] == [better]
    assert plan.left_out == 1


def test_when_the_better_sibling_is_suspended_the_other_comes(vault: TestVault) -> None:
    snapshot = fill(vault.root, {"a": "C: {{a}} {{b}} ^gaps\n"})
    (first,) = planning.plan(snapshot.deck, FRIDAY).cards
    vault.srs("cards", "suspend", first.card.id)
    (second,) = planning.plan(Vault(vault.root).scan().deck, FRIDAY).cards
    assert second.card.id != first.card.id


# New cards ---------------------------------------------------------------------------------------

IN_ORDER = {
    "phase-1/z": "---\ntopic: The Alpha\n---\n" + new("a1", "a2"),
    "phase-1/beta": new("b1", "b2"),
    "phase-2/y": "---\ntopic: gamma\n---\n" + new("g1", "g2"),
    "phase-2/delta": new("d1", "d2"),
    "aside": new("x1", "x2"),
}


@pytest.mark.parametrize("count", range(1, 11))
def test_new_cards_come_in_the_order_of_the_roadmap(count: int) -> None:
    snapshot = read(IN_ORDER, roadmap=ROADMAP)
    plan = planning.plan(
        snapshot.deck, date(2025, 7, 25), Wish(minutes=(count - 0.5) * 18.2769 / 60)
    )
    order = ["a1", "a2", "b1", "b2", "g1", "g2", "d1", "d2", "x1", "x2"]
    assert {*names(plan)} == {*order[:count]}
    assert plan.left_out == 10 - count


@pytest.mark.parametrize(
    ("topic", "start"),
    [
        ("phase-1/alpha", date(2025, 6, 2)),
        ("phase-1/beta", date(2025, 6, 16)),
        ("phase-2/gamma", date(2025, 6, 30)),
        ("phase-2/delta", date(2025, 7, 14)),
    ],
)
def test_a_new_card_is_released_when_its_topic_s_week_begins(topic: str, start: date) -> None:
    snapshot = read({topic: new("one")}, roadmap=ROADMAP)
    before = planning.plan(snapshot.deck, start - timedelta(days=1))
    assert names(before) == []
    title = f"The {topic.rpartition('/')[2].capitalize()}"
    assert waits(before) == [(title, 1, start)]
    on_the_day = planning.plan(snapshot.deck, start)
    assert names(on_the_day) == ["one"]
    assert on_the_day.waiting == ()


def test_a_note_that_is_no_topic_is_released_with_its_phase() -> None:
    snapshot = read({"phase-2/extra": new("one")}, roadmap=ROADMAP)
    assert waits(planning.plan(snapshot.deck, date(2025, 6, 29))) == [
        ("extra", 1, date(2025, 6, 30))
    ]
    assert asked(snapshot, date(2025, 6, 30)) == {"one"}


def test_a_note_outside_the_roadmap_is_released_at_once() -> None:
    snapshot = read({"free": new("one"), "phase-9/far": new("two")}, roadmap=ROADMAP)
    assert asked(snapshot, date(2020, 1, 1)) == {"one", "two"}


def test_without_a_roadmap_everything_is_released() -> None:
    assert asked(read({"phase-2/gamma": new("one")})) == {"one"}


def test_when_the_roadmap_has_ended_everything_is_released() -> None:
    short = ROADMAP.replace("end: 2025-08-31", "end: 2025-06-20")
    snapshot = read({"phase-2/delta": new("one")}, roadmap=short)
    assert waits(planning.plan(snapshot.deck, date(2025, 6, 20))) == [
        ("The Delta", 1, date(2025, 6, 21))
    ]
    assert asked(snapshot, date(2025, 6, 21)) == {"one"}
    assert asked(snapshot, date(2030, 1, 1)) == {"one"}


def test_one_reviewed_card_releases_its_whole_note_and_no_other() -> None:
    notes = {
        "phase-2/gamma": new("one", "two"),
        "phase-2/other": "---\ntopic: gamma\n---\n\nx :: y\n",
    }
    snapshot = read(notes, [Answer("one", FRIDAY - timedelta(days=7))], ROADMAP)
    assert asked(snapshot) == {"one", "two"}
    assert waits(planning.plan(snapshot.deck, FRIDAY)) == [("The Gamma", 1, date(2025, 6, 30))]


def test_a_card_reviewed_today_releases_its_note_too() -> None:
    snapshot = read({"phase-2/gamma": new("one", "two")}, [Answer("one", FRIDAY)], ROADMAP)
    assert asked(snapshot) == {"two"}


def test_a_suspended_reviewed_card_releases_its_note(vault: TestVault) -> None:
    notes, answers = {"phase-2/gamma": new("one", "two")}, [Answer("one", date(2025, 6, 6))]
    fill(vault.root, notes, answers, ROADMAP)
    vault.srs("cards", "suspend", "one-fwd")
    assert asked(Vault(vault.root).scan()) == {"two"}


@pytest.mark.parametrize(
    "options",
    [["--phase", "phase-2"], ["--phase", "2"], ["--topic", "gamma"], ["--topic", "the GAMMA"]],
)
def test_naming_a_phase_or_topic_releases_it(vault: TestVault, options: list[str]) -> None:
    notes = {
        "phase-1/alpha": new("a1"),
        "phase-1/beta": new("b1"),
        "phase-2/gamma": new("g1", "g2"),
    }
    fill(vault.root, notes, roadmap=ROADMAP)
    plan = vault.srs("review", "--plan", "--json", *options).data
    assert sorted(card["prompt"] for card in plan["cards"]) == ["g1", "g2"]
    assert plan["waiting"] == []
    assert plan["left_out"] == 0


def test_naming_a_phase_asks_its_seen_cards_and_no_others() -> None:
    notes = {"phase-1/alpha": new("a1", "a2"), "phase-2/gamma": new("g1")}
    answers = [Answer("a1", date(2025, 6, 6), 1), Answer("g1", date(2025, 6, 6), 1)]
    snapshot = read(notes, answers, ROADMAP)
    assert asked(snapshot, wish=Wish(1000, phase="phase-1")) == {"a1", "a2"}
    assert asked(snapshot, wish=Wish(1000, topic="The Gamma")) == {"g1"}
    assert asked(snapshot, wish=Wish(1000, "phase-1", "The Gamma")) == set()


def test_waiting_names_each_topic_its_cards_and_its_date(vault: TestVault) -> None:
    notes = {
        "phase-1/alpha": new("a1"),
        "phase-1/beta": new("b1") + "\nthere ::: back\n",
        "phase-2/gamma": new("g1"),
        "phase-2/more": "---\ntopic: gamma\n---\n" + new("g2", "g3"),
        "phase-2/extra": new("e1"),
        "phase-2/delta": new("d1", "d2"),
    }
    fill(vault.root, notes, roadmap=ROADMAP)
    vault.srs("cards", "suspend", "d2-fwd")
    assert vault.srs("review", "--plan", "--json").data["waiting"] == [
        {"topic": "The Beta", "cards": 3, "from": "2025-06-16"},
        {"topic": "The Gamma", "cards": 3, "from": "2025-06-30"},
        {"topic": "extra", "cards": 1, "from": "2025-06-30"},
        {"topic": "The Delta", "cards": 1, "from": "2025-07-14"},
    ]


@pytest.mark.parametrize(("most", "offered"), [(None, 9), (0, 0), (3, 3), (9, 9), (20, 9)])
def test_new_cards_can_be_capped(most: int | None, offered: int) -> None:
    setting = "" if most is None else f"session: {{new_per_session: {most}}}\n"
    notes = {"a": numbered(9), "b": new("seen")}
    snapshot = read(notes, [Answer("seen", date(2025, 6, 1), 1)], setting)
    plan = planning.plan(snapshot.deck, FRIDAY)
    assert len(plan.cards) == offered + 1
    assert "seen" in names(plan)
    assert {*names(plan)} - {"seen"} == {f"c{number:03}" for number in range(offered)}


def test_a_cap_leaves_the_time_to_seen_cards() -> None:
    answers = [Answer(f"s{number}", date(2025, 6, 1), 4) for number in range(9)]
    notes = {"a": numbered(9), "b": new(*(f"s{number}" for number in range(9)))}
    free = planning.plan(read(notes, answers).deck, FRIDAY, Wish(minutes=1))
    capped = planning.plan(
        read(notes, answers, "session: {new_per_session: 1}\n").deck, FRIDAY, Wish(minutes=1)
    )
    assert all(name.startswith("c") for name in names(free))
    assert sum(name.startswith("c") for name in names(capped)) == 1
    assert sum(name.startswith("s") for name in names(capped)) > 1


# Always alike, and mixed -------------------------------------------------------------------------


@unhurried
@given(histories(), st.randoms(use_true_random=False), st.floats(0.1, 3))
def test_a_plan_is_always_alike_whatever_the_order_of_files(
    answers: list[Answer], chance: random.Random, minutes: float
) -> None:
    notes = {
        **IN_ORDER,
        "phase-2/more": new(*CARDS),
        "c": "x ::: y #contrast/z\nq :: r #contrast/z\n",
    }
    snapshot = read(notes, answers, ROADMAP)
    plan = whole(planning.plan(snapshot.deck, FRIDAY, Wish(minutes=minutes)))
    assert whole(planning.plan(snapshot.deck, FRIDAY, Wish(minutes=minutes))) == plan
    order = [*notes.items()]
    chance.shuffle(order)
    again = read(dict(order), answers, ROADMAP)
    assert whole(planning.plan(again.deck, FRIDAY, Wish(minutes=minutes))) == plan


def test_a_plan_does_not_depend_on_which_device_answered(vault: TestVault) -> None:
    answers = [Answer(name, date(2025, 6, day), day % 4 + 1) for day, name in enumerate(CARDS, 1)]
    one = planning.plan(fill(vault.root, {"a": new(*CARDS)}, answers).deck, FRIDAY)
    written = lines(answers).splitlines(keepends=True)
    vault.write("decks/history/mine.jsonl", "".join(written[3:]))
    vault.write("decks/history/a-laptop.jsonl", "".join(written[2::-1]))
    assert whole(planning.plan(Vault(vault.root).scan().deck, FRIDAY)) == whole(one)


def test_cards_are_mixed_and_otherwise_on_another_day() -> None:
    snapshot = read({"a": numbered(20)})
    today = names(planning.plan(snapshot.deck, FRIDAY))
    tomorrow = names(planning.plan(snapshot.deck, FRIDAY + timedelta(days=1)))
    assert sorted(today) == sorted(tomorrow)
    assert len({tuple(today), tuple(tomorrow), tuple(sorted(today))}) == 3


def touching(contrasts: int, others: int, days: int) -> list[date]:
    """The days, of so many, when two items of one contrast group stand side by side."""
    alike = "".join(f"k{number} :: same #contrast/x\n" for number in range(contrasts))
    snapshot = read({"a": alike + numbered(others)})
    found = []
    for day in (FRIDAY + timedelta(days=ahead) for ahead in range(days)):
        plan = planning.plan(snapshot.deck, day)
        assert len(plan.cards) == contrasts + others
        groups = [one.card.item.contrasts for one in plan.cards]
        if any(before and before == after for before, after in pairwise(groups)):
            found.append(day)
    return found


def test_items_that_are_confused_stand_apart_on_most_days() -> None:
    assert len(touching(3, 20, days=40)) <= 4


def test_items_of_different_contrasts_may_be_neighbours() -> None:
    plan = planning.plan(read({"a": "a :: 1 #contrast/x\nb :: 2 #contrast/y\n"}).deck, FRIDAY)
    assert len(plan.cards) == 2


@pytest.mark.parametrize(("contrasts", "others"), [(2, 1), (3, 2), (5, 5), (5, 20)])
def test_items_that_are_confused_stand_apart_whenever_they_can(contrasts: int, others: int) -> None:
    assert touching(contrasts, others, days=60) == []


# The learner's own pace --------------------------------------------------------------------------


def experienced(seconds: int, first: int = 3, later: int = 3) -> list[Answer]:
    """A hundred answers, each so long and so graded, on fifty cards that are in no note."""
    ms = seconds * 1000
    return [
        Answer(f"gone{number}", date(2025, 5, 1 + 7 * turn), grade, ms)
        for turn, grade in enumerate((first, later))
        for number in range(50)
    ]


def test_a_fast_learner_gets_more_cards() -> None:
    counts = [
        len(planning.plan(read({"a": numbered(200)}, experienced(seconds)).deck, FRIDAY).cards)
        for seconds in (3, 10, 30)
    ]
    assert counts[0] > counts[1] > counts[2] > 0


def test_a_learner_whose_first_answers_fail_gets_fewer_new_cards() -> None:
    knows, fails = (
        len(planning.plan(read({"a": numbered(200)}, experienced(10, first)).deck, FRIDAY).cards)
        for first in (4, 1)
    )
    assert knows > fails > 0


def test_own_shares_of_passes_move_the_estimate_of_seen_cards() -> None:
    seen = Answer("one", date(2025, 5, 20), 3)
    easy, hard = (
        planning.plan(
            read({"a": new("one")}, [*experienced(8, 3, grade), seen]).deck,
            FRIDAY,
            Wish(minutes=30),
        ).cards[0]
        for grade in (4, 2)
    )
    # Easy answers are remembered longer and take less time.
    assert easy.priority > hard.priority
    assert easy.seconds < hard.seconds


def test_a_card_that_takes_long_is_expected_to_take_long() -> None:
    answers = [
        *(Answer("slow", date(2025, 5, day), 2, 40_000) for day in (1, 5, 9)),
        *(Answer("fast", date(2025, 5, day), 2, 4000) for day in (1, 5, 9)),
    ]
    plan = planning.plan(read({"a": new("slow", "fast")}, answers).deck, FRIDAY)
    fast, slow = sorted(plan.cards, key=lambda one: one.card.id)
    assert slow.seconds > 3 * fast.seconds
    assert slow.priority < fast.priority


def test_an_answer_over_a_minute_counts_a_minute() -> None:
    def at(ms: int) -> tuple[object, ...]:
        answers = [one._replace(ms=ms) for one in experienced(1)]
        seen = Answer("c000", date(2025, 5, 20), 3, ms)
        return whole(planning.plan(read({"a": numbered(20)}, [*answers, seen]).deck, FRIDAY))

    assert at(60_000) == at(60_001) == at(86_400_000)
    assert at(60_000) != at(59_000)


def test_practice_teaches_nothing_of_pace() -> None:
    notes, seen = {"a": numbered(20)}, Answer("c000", date(2025, 5, 20), 3)
    practice = [Answer("gone", date(2025, 5, 1), 4, 1000, cause="unknown") for _ in range(50)]
    plain = planning.plan(read(notes, [seen]).deck, FRIDAY)
    other = planning.plan(read(notes, [*practice, seen]).deck, FRIDAY)
    assert whole(other) == whole(plain)


def test_an_answer_without_a_time_teaches_no_time() -> None:
    seen = Answer("one", date(2025, 6, 6), 3, 0)
    plan = planning.plan(read({"a": new("one", "two")}, [*experienced(0), seen]).deck, FRIDAY)
    old, fresh = sorted(plan.cards, key=lambda one: one.card.id)
    # Fifty-one good first answers and fifty good later ones beside thirty published.
    first = {grade: (51 * (grade == 3) + 30 * share) / 81 for grade, share in FIRST_SHARES.items()}
    passes = {grade: (50 * (grade == 3) + 30 * share) / 80 for grade, share in PASS_SHARES.items()}
    known = recall(2.3065, 7)
    assert fresh.seconds == pytest.approx(sum(first[g] * FIRST_SECONDS[g] for g in first))
    assert old.seconds == pytest.approx(
        known * sum(passes[g] * SECONDS[g] for g in passes) + (1 - known) * SECONDS[1], rel=1e-5
    )


# Reasons -----------------------------------------------------------------------------------------


def test_the_reason_of_a_new_card_is_text_with_gain_and_seconds() -> None:
    (card,) = planning.plan(read({"a": new("one")}).deck, FRIDAY).cards
    gain = card.priority * card.seconds
    assert card.reason == f"New; +{gain:.1f} recall-days for 18 seconds"


def test_the_reason_of_a_seen_card_is_text_with_recall_gain_and_seconds(vault: TestVault) -> None:
    fill(vault.root, {"a": new("one")}, [Answer("one", FRIDAY - timedelta(days=7), 3)])
    (card,) = vault.srs("review", "--plan", "--json").data["cards"]
    said = re.fullmatch(
        r"Recall today (\d+)%, in 10 weeks (\d+)% if left alone, (\d+)% if asked now; "
        r"\+(\d+\.\d) recall-days for (\d+) seconds",
        card["reason"],
    )
    assert said
    today, alone, now, gain, seconds = map(float, said.groups())
    assert today == 81  # after a week, of a first answer that was good
    assert alone < now
    assert gain == pytest.approx(card["priority"] * card["seconds"], abs=0.1)
    assert seconds == pytest.approx(card["seconds"], abs=0.6)
    assert card["reason"] in vault.srs("review", "--plan").out


@unhurried
@given(histories())
def test_every_reason_is_readable(answers: list[Answer]) -> None:
    for one in planning.plan(read({"a": new(*CARDS)}, answers).deck, FRIDAY).cards:
        assert re.fullmatch(
            r"(New|Recall today .*); \+\d+\.\d recall-days for \d+ seconds", one.reason
        )


# The plan as data --------------------------------------------------------------------------------


def test_the_json_of_a_plan(vault: TestVault) -> None:
    fill(vault.root, {"a": new("one")})
    plan = vault.srs("review", "--plan", "--json").data
    assert list(plan) == ["day", "minutes", "cards", "left_out", "waiting"]
    assert (plan["day"], plan["minutes"], plan["left_out"]) == ("2025-06-13", 30, 0)
    (card,) = plan["cards"]
    assert list(card) == ["id", "prompt", "path", "line", "seconds", "priority", "reason"]
    assert (card["id"], card["prompt"]) == ("one-fwd", "one")
    assert (card["path"], card["line"]) == ("notes/a.md", 1)
    assert (card["seconds"], card["priority"] > 1) == (18.3, True)


def test_a_plan_writes_nothing(vault: TestVault) -> None:
    fill(vault.root, IN_ORDER, [Answer("a1", date(2025, 6, 6))], ROADMAP)
    before = {file: file.read_bytes() for file in kept(vault.root) if file.is_file()}
    vault.srs("review", "--plan", "--json")
    assert {file: file.read_bytes() for file in kept(vault.root) if file.is_file()} == before


# The next day with cards -------------------------------------------------------------------------


def first_day_with_cards(
    snapshot: Snapshot, day: date, wish: Wish = FREELY, within: int = 800
) -> date | None:
    """By trying one day after the other."""
    ahead = (day + timedelta(days=days) for days in range(1, within + 1))
    return next((one for one in ahead if planning.plan(snapshot.deck, one, wish).cards), None)


@unhurried
@given(histories(4), st.sets(st.sampled_from(CARDS), min_size=1))
def test_the_next_day_with_cards_is_the_first_that_has_some(
    answers: list[Answer], written: set[str]
) -> None:
    snapshot = read({"a": new(*sorted(written))}, answers)
    found = planning.next_day_with_cards(snapshot.deck, FRIDAY)
    assert found is not None
    assert found == first_day_with_cards(snapshot, FRIDAY)


@unhurried
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(3, 4)), min_size=1, max_size=6))
def test_it_is_the_first_for_a_card_known_well(steps: list[tuple[int, int]]) -> None:
    day, answers = date(2025, 1, 1), []
    for gap, grade in steps:
        day += timedelta(days=gap)
        answers.append(Answer("one", day, grade))
    snapshot = read({"a": new("one")}, answers)
    assert planning.next_day_with_cards(snapshot.deck, day) == first_day_with_cards(snapshot, day)


@pytest.mark.parametrize("day", [date(2025, 6, 1), date(2025, 6, 13), date(2025, 6, 29)])
def test_a_waiting_card_comes_on_the_day_of_its_release(day: date) -> None:
    snapshot = read({"phase-2/gamma": new("one")}, roadmap=ROADMAP)
    assert planning.next_day_with_cards(snapshot.deck, day) == date(2025, 6, 30)
    assert planning.next_day_with_cards(snapshot.deck, date(2025, 6, 30)) == date(2025, 7, 1)


def test_the_next_day_is_that_of_the_cards_that_are_wished_for() -> None:
    notes = {"phase-1/alpha": new("one"), "phase-1/beta": new("two")}
    answers = [Answer("one", FRIDAY), Answer("two", FRIDAY, 4)]
    snapshot = read(notes, answers, ROADMAP)
    wish = Wish(topic="The Beta")
    found = planning.next_day_with_cards(snapshot.deck, FRIDAY, wish)
    assert found == first_day_with_cards(snapshot, FRIDAY, wish)
    either = planning.next_day_with_cards(snapshot.deck, FRIDAY)
    assert either == first_day_with_cards(snapshot, FRIDAY)


def test_no_day_has_cards_when_all_are_suspended(vault: TestVault) -> None:
    fill(vault.root, {"a": new("one", "two")}, [Answer("one", date(2025, 6, 1))])
    vault.srs("cards", "suspend", "one-fwd", "two-fwd")
    snapshot = Vault(vault.root).scan()
    assert planning.next_day_with_cards(snapshot.deck, FRIDAY) is None
    assert planning.plan(snapshot.deck, FRIDAY).cards == ()


def test_no_day_has_cards_when_there_are_none() -> None:
    assert planning.next_day_with_cards(read({}).deck, FRIDAY) is None


def test_next_session_is_the_next_friday_or_today() -> None:
    snapshot = read({})
    assert planning.next_session(snapshot.roadmap, FRIDAY) == FRIDAY
    assert planning.next_session(snapshot.roadmap, FRIDAY + timedelta(days=1)) == date(2025, 6, 20)
    assert planning.next_session(snapshot.roadmap, date(2025, 6, 19)) == date(2025, 6, 20)
    mondays = read({}, roadmap="session: {weekday: monday}\n")
    assert planning.next_session(mondays.roadmap, FRIDAY) == date(2025, 6, 16)
    assert planning.next_session(mondays.roadmap, date(2025, 6, 16)) == date(2025, 6, 16)


# Not yet so --------------------------------------------------------------------------------------


def test_the_next_day_knows_that_a_reviewed_note_is_released() -> None:
    well = [Answer("one", FRIDAY - timedelta(days=ago), 4) for ago in (200, 150, 100, 0)]
    snapshot = read({"phase-2/delta": new("one", "two")}, well, ROADMAP)
    found = planning.next_day_with_cards(snapshot.deck, FRIDAY)
    assert found == first_day_with_cards(snapshot, FRIDAY) == FRIDAY + timedelta(days=1)


def test_the_next_day_knows_that_a_named_topic_is_released() -> None:
    snapshot = read({"phase-2/delta": new("one")}, roadmap=ROADMAP)
    wish = Wish(topic="The Delta")
    found = planning.next_day_with_cards(snapshot.deck, FRIDAY, wish)
    assert found == first_day_with_cards(snapshot, FRIDAY, wish) == FRIDAY + timedelta(days=1)


def test_the_next_day_knows_that_no_new_cards_are_wanted() -> None:
    snapshot = read({"a": new("one")}, roadmap="session: {new_per_session: 0}\n")
    assert planning.next_day_with_cards(snapshot.deck, FRIDAY) is None


def test_waiting_says_when_the_first_cards_of_a_topic_come() -> None:
    notes = {f"phase-{n}/words": f"w{n} :: x\n" for n in (1, 2)}
    plan = planning.plan(read(notes, roadmap=ROADMAP).deck, date(2025, 6, 1))
    assert plan.waiting[0].start == date(2025, 6, 2)
