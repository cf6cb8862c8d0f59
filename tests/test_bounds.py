"""Bounds of priorities: the plan that looks at the best cards only is the plan of all of them."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import FRIDAY, Answer, fill, numbered, read, whole, write

from srs import plan as planning
from srs.model import Grade, Memory
from srs.plan import Wish, gain
from srs.plan.pace import NEAR, Pace, Times
from srs.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date


def test_a_bound_holds_in_the_middle_of_its_days_too() -> None:
    """Of somebody who fails slowly and knows at once: neither end is the best day to ask."""
    quick = {(0, grade, 600 if grade == 1 else 5): 500 for grade in (1, 2, 3, 4)}
    pace, memory = Pace.of(quick), Memory(20.0, 5.0, FRIDAY)
    priorities = [gain.priority(memory, days, Times(), pace) for days in range(11)]
    assert priorities.index(max(priorities)) == 5
    assert max(priorities) > 1.05 * max(priorities[0], priorities[1], priorities[-1])
    assert gain.bound(memory, Times(), pace, range(11)) >= max(priorities)


def shares(grades: Sequence[Grade]) -> st.SearchStrategy[dict[Grade, float]]:
    parts = st.lists(st.floats(0.01, 1.0), min_size=len(grades), max_size=len(grades))
    return parts.map(lambda found: dict(zip(grades, [x / sum(found) for x in found], strict=True)))


def by_grade(grades: Sequence[Grade]) -> st.SearchStrategy[dict[Grade, float]]:
    return st.fixed_dictionaries(dict.fromkeys(grades, st.floats(0.5, 60.0)))


@st.composite
def near_paces(draw: st.DrawFn) -> tuple[Pace, Pace]:
    """Two paces, as far from each other as near ones can be, or less far."""
    grades = [*Grade]
    base = Pace(
        draw(shares(grades)), draw(shares(grades[1:])), *(draw(by_grade(grades)) for _ in range(2))
    )
    other, moved = dict(base.pass_shares), draw(st.floats(0, NEAR.shares * 0.999))
    source, target = draw(st.permutations(grades[1:]))[:2]
    moved = min(moved, other[source])
    other[source] -= moved
    other[target] += moved
    off = st.floats(1 - NEAR.times * 0.999, 1 + NEAR.times * 0.999)
    times = [{grade: one * draw(off) for grade, one in by.items()} for by in base[2:]]
    return base, Pace(draw(shares(grades)), other, *times)


@given(
    near_paces(),
    st.builds(Memory, st.floats(0.01, 3000), st.floats(1, 10), st.just(FRIDAY)),
    st.builds(
        Times,
        st.floats(-10, 40),
        st.integers(0, 4),
        st.tuples(*(st.integers(0, 9) for _ in range(4))),
    ),
    st.tuples(st.integers(0, 900), st.integers(1, 300)),
)
def test_a_bound_holds_on_all_its_days_at_any_near_pace(
    paces: tuple[Pace, Pace], memory: Memory, times: Times, span: tuple[int, int]
) -> None:
    base, now = paces
    assert base.is_near(now)
    days = range(span[0], sum(span))
    bound = gain.bound(memory, times, base, days)
    assert bound >= max(gain.priority(memory, day, times, now) for day in days)


def test_a_session_leaves_the_bounds_of_others_as_they_are(tmp_path: Path) -> None:
    days = [FRIDAY - timedelta(days=7 * ago) for ago in range(60)]
    answers = [Answer(f"c{n:03}", day, 3, 5_000) for day in days for n in range(12)]
    before = kept_bounds(tmp_path, answers, FRIDAY)
    session = FRIDAY + timedelta(days=7)
    after = kept_bounds(tmp_path, [*answers, Answer("c003", session, 3, 5_000)], session)
    assert len(before) == len(after) == 12
    assert [card for card, bound in after.items() if bound != before[card]] == [
        card for card in after if card.startswith("c003")
    ]
    much_later = kept_bounds(tmp_path, answers, FRIDAY + timedelta(days=2000))
    assert not before.items() & much_later.items()


def kept_bounds(root: Path, answers: Iterable[Answer], day: date) -> dict[str, tuple[float, int]]:
    write(root, {"a": numbered(12)}, answers)
    Vault(root).scan(day).close()
    with closing(sqlite3.connect(root / "build" / "index.db")) as db:
        rows = db.execute("SELECT card, bound, until FROM seen WHERE bound IS NOT NULL")
        return {card: (bound, until) for card, bound, until in rows}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([f"c{number:03}" for number in range(12)]),
            st.integers(0, 9),
            st.sampled_from((1, 2, 3, 3, 4)),
            st.sampled_from((500, 4_000, 60_000)),
        ),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from((0.3, 1.0, 500.0)),
)
def test_looking_at_the_best_only_chooses_as_looking_at_all_does(
    given_: list[tuple[str, int, int, int]], minutes: float
) -> None:
    """On each day for which there are bounds, whatever the learner's times are."""
    answers = [
        Answer(name, FRIDAY - timedelta(days=ago), grade, ms)
        for name, ago, grade, ms in sorted(given_, key=lambda one: -one[1])
    ]
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), {"a": numbered(12)}, answers).close()
        bounded, free = Vault(Path(folder)).scan(FRIDAY), read({"a": numbered(12)}, answers)
        for ahead in range(11):
            day, wish = FRIDAY + timedelta(days=ahead), Wish(minutes=minutes)
            assert whole(planning.plan(bounded.deck, day, wish)) == whole(
                planning.plan(free.deck, day, wish)
            )
