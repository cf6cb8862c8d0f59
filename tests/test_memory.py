"""FSRS-6 by study days: the same as the library at noon, and the curve that the plan integrates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

import fsrs as library
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs.memory import fsrs
from srs.model import Grade, Memory
from srs.studyday import study_day

FRIDAY = date(2025, 6, 13)
SCHEDULER = library.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)

unhurried = settings(deadline=None)

Answers = list[tuple[date, Grade]]

grades = st.sampled_from(Grade)
memories = st.builds(
    Memory,
    stability=st.floats(0.01, 3000),
    difficulty=st.floats(1, 10),
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
days = st.floats(0, 2000)


@st.composite
def histories(draw: st.DrawFn) -> Answers:
    """Answers up to 400 days apart, many of them on the same day."""
    first = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    steps = draw(
        st.lists(st.tuples(st.just(0) | st.integers(0, 400), grades), min_size=1, max_size=12)
    )
    ahead = accumulate(gap for gap, _ in steps)
    return [
        (first + timedelta(days=far), grade) for far, (_, grade) in zip(ahead, steps, strict=True)
    ]


def by_library(answers: Answers) -> library.Card:
    card = library.Card(card_id=1)
    for day, grade in answers:
        noon = datetime.combine(day, time(12), UTC)
        card, _ = SCHEDULER.review_card(card, library.Rating(int(grade)), noon)
    return card


def replayed(answers: Answers, memory: Memory | None = None) -> Memory:
    for day, grade in answers:
        memory = fsrs.after(memory, grade, day)
    assert memory is not None
    return memory


# Replay -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "stability", "difficulty"),
    [
        (Grade.AGAIN, 0.212, 6.41),
        (Grade.HARD, 1.293, 5.11),
        (Grade.GOOD, 2.307, 2.12),
        (Grade.EASY, 8.296, 1.00),
    ],
)
def test_a_first_answer_gives_the_published_memory(
    grade: Grade, stability: float, difficulty: float
) -> None:
    memory = fsrs.after(None, grade, FRIDAY)
    assert memory.stability == pytest.approx(stability, abs=6e-4)
    assert memory.difficulty == pytest.approx(difficulty, abs=6e-3)
    assert memory.day == FRIDAY


def test_answers_of_one_day_are_nearly_inert() -> None:
    again, good = (FRIDAY, Grade.AGAIN), (FRIDAY, Grade.GOOD)
    assert replayed([again, good]).stability == pytest.approx(0.247, abs=6e-4)
    assert replayed([again, good, good]).stability == pytest.approx(0.284, abs=6e-4)
    assert replayed([good, good]).stability == pytest.approx(2.307, abs=6e-4)


@unhurried
@given(histories())
@example([(FRIDAY, Grade.GOOD), (FRIDAY, Grade.AGAIN), (FRIDAY + timedelta(1), Grade.EASY)])
def test_a_replay_equals_the_library_at_noon(answers: Answers) -> None:
    memory, card = replayed(answers), by_library(answers)
    assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty)
    assert memory.day == answers[-1][0]


@unhurried
@given(histories(), days)
def test_recall_after_a_replay_is_that_of_the_library(answers: Answers, ahead: float) -> None:
    noon = datetime.combine(answers[-1][0], time(12), UTC) + timedelta(days=int(ahead))
    expected = SCHEDULER.get_card_retrievability(by_library(answers), noon)
    assert fsrs.retrievability(replayed(answers), int(ahead)) == pytest.approx(expected, rel=1e-12)


def test_a_week_less_ten_minutes_is_seven_days() -> None:
    evening = datetime(2025, 6, 13, 18, 0, tzinfo=UTC)
    ten_to_six = datetime(2025, 6, 20, 17, 50, tzinfo=UTC)
    first, second = study_day(evening), study_day(ten_to_six)
    assert replayed([(first, Grade.GOOD), (second, Grade.GOOD)]) == replayed(
        [(FRIDAY, Grade.GOOD), (FRIDAY + timedelta(days=7), Grade.GOOD)]
    )
    # The library alone sees six days.
    card, _ = SCHEDULER.review_card(library.Card(card_id=1), library.Rating.Good, evening)
    card, _ = SCHEDULER.review_card(card, library.Rating.Good, ten_to_six)
    assert card.stability != replayed([(first, Grade.GOOD), (second, Grade.GOOD)]).stability


@unhurried
@given(histories(), grades, st.integers(1, 3000))
def test_a_day_before_the_last_one_counts_as_the_same_day(
    answers: Answers, grade: Grade, back: int
) -> None:
    last = answers[-1][0]
    late = [*answers, (last - timedelta(days=back), grade)]
    assert replayed(late) == replayed([*answers, (last, grade)])


@unhurried
@given(histories(), st.integers(-3000, 3000))
def test_only_the_days_between_answers_matter(answers: Answers, shift: int) -> None:
    moved = replayed([(day + timedelta(days=shift), grade) for day, grade in answers])
    memory = replayed(answers)
    assert (moved.stability, moved.difficulty) == (memory.stability, memory.difficulty)


@unhurried
@given(memories, st.integers(0, 400))
def test_a_better_grade_never_leaves_a_weaker_memory(memory: Memory, ahead: int) -> None:
    then = [fsrs.after(memory, grade, memory.day + timedelta(days=ahead)) for grade in Grade]
    stabilities = [one.stability for one in then]
    difficulties = [one.difficulty for one in then]
    assert stabilities == sorted(stabilities)
    assert difficulties == sorted(difficulties, reverse=True)
    assert all(1 <= one <= 10 for one in difficulties)


def test_an_answer_leaves_the_memory_before_it_as_it_was() -> None:
    memory = fsrs.after(None, Grade.GOOD, FRIDAY)
    fsrs.after(memory, Grade.EASY, FRIDAY + timedelta(days=7))
    assert memory == fsrs.after(None, Grade.GOOD, FRIDAY)


# The forgetting curve -----------------------------------------------------------------------------


@unhurried
@given(memories)
def test_recall_is_certain_at_once_and_nine_in_ten_after_the_stability(memory: Memory) -> None:
    assert fsrs.retrievability(memory, 0) == 1.0
    assert fsrs.retrievability(memory, memory.stability) == pytest.approx(0.9, rel=1e-12)


@unhurried
@given(memories, days, st.floats(0.01, 500))
def test_recall_only_falls(memory: Memory, start: float, more: float) -> None:
    sooner = fsrs.retrievability(memory, start)
    later = fsrs.retrievability(memory, start + more)
    assert 0 < later < sooner <= 1


@unhurried
@given(memories, st.floats(1.01, 100), st.floats(0.01, 2000))
def test_a_stabler_memory_is_recalled_better(memory: Memory, times: float, after: float) -> None:
    stabler = Memory(memory.stability * times, memory.difficulty, memory.day)
    assert fsrs.retrievability(stabler, after) > fsrs.retrievability(memory, after)


@pytest.mark.parametrize(
    ("grade", "week", "twelve_weeks"),
    [
        (Grade.AGAIN, 0.582, 0.399),
        (Grade.HARD, 0.753, 0.526),
        (Grade.GOOD, 0.808, 0.574),
        (Grade.EASY, 0.911, 0.692),
    ],
)
def test_recall_after_a_first_answer_is_as_published(
    grade: Grade, week: float, twelve_weeks: float
) -> None:
    memory = fsrs.after(None, grade, FRIDAY)
    assert fsrs.retrievability(memory, 7) == pytest.approx(week, abs=6e-4)
    assert fsrs.retrievability(memory, 84) == pytest.approx(twelve_weeks, abs=6e-4)


def summed(memory: Memory, start: float, end: float) -> float:
    """The area under the curve by Simpson's rule, in steps that grow as the curve gets flat."""
    steps = 2000

    def at(share: float) -> float:
        # t = start + (end - start) share^4, dt = 4 (end - start) share^3 dshare
        weight = 4 * (end - start) * share**3
        return weight * fsrs.retrievability(memory, start + (end - start) * share**4)

    inner = sum((4 if step % 2 else 2) * at(step / steps) for step in range(1, steps))
    return (at(0) + inner + at(1)) / (3 * steps)


@unhurried
@given(memories, st.floats(0, 1000), st.floats(0.01, 200))
@example(Memory(0.01, 10, FRIDAY), 0, 70)
@example(Memory(3000, 1, FRIDAY), 0, 70)
def test_recall_days_are_the_area_under_the_curve(
    memory: Memory, start: float, length: float
) -> None:
    area = fsrs.recall_days(memory.stability, start, start + length)
    assert area == pytest.approx(summed(memory, start, start + length), rel=1e-4)


@unhurried
@given(memories, st.floats(0, 1000), st.floats(0, 200))
def test_recall_days_are_between_the_best_and_the_worst_recall(
    memory: Memory, start: float, length: float
) -> None:
    area = fsrs.recall_days(memory.stability, start, start + length)
    highest = length * fsrs.retrievability(memory, start)
    lowest = length * fsrs.retrievability(memory, start + length)
    slack = 1e-9 * (1 + start + length)
    assert lowest - slack <= area <= highest + slack


@unhurried
@given(memories, st.floats(0, 500), st.floats(0, 200), st.floats(0, 200))
def test_recall_days_of_two_stretches_add_up(
    memory: Memory, start: float, one: float, other: float
) -> None:
    middle, end = start + one, start + one + other
    both = fsrs.recall_days(memory.stability, start, middle) + fsrs.recall_days(
        memory.stability, middle, end
    )
    assert both == pytest.approx(fsrs.recall_days(memory.stability, start, end), rel=1e-7, abs=1e-7)


@unhurried
@given(memories, st.floats(0.7, 0.99))
def test_recall_has_fallen_to_the_retention_when_days_until_says(
    memory: Memory, retention: float
) -> None:
    until = fsrs.days_until(memory, retention)
    assert fsrs.retrievability(memory, until) == pytest.approx(retention, rel=1e-9)


@unhurried
@given(memories, st.floats(0.01, 2000))
def test_days_until_is_the_inverse_of_recall(memory: Memory, after: float) -> None:
    recall = fsrs.retrievability(memory, after)
    assert fsrs.days_until(memory, recall) == pytest.approx(after, rel=1e-6)


@unhurried
@given(memories)
def test_the_stability_is_the_days_until_nine_in_ten(memory: Memory) -> None:
    assert fsrs.days_until(memory, 0.9) == pytest.approx(memory.stability, rel=1e-9)
