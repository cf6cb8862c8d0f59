"""The fold: what is true after the history, whatever order its files came in."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import history
from srs.fold import fold, newest_undoable, remembered
from srs.model import (
    UNDOABLE,
    Answer,
    Body,
    Bury,
    CardId,
    Event,
    EventId,
    Exported,
    ExportedItem,
    FixedCard,
    Grade,
    ItemFixed,
    ItemId,
    Mark,
    Question,
    Quiz,
    Reset,
    Resume,
    Review,
    Soon,
    Suspend,
    Undo,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from srs.model import State

DEVICES = ("one", "two", "three")
CARDS = ("a-fwd", "b-fwd", "c-rev")
START = datetime(2025, 6, 13, 18, tzinfo=UTC)
ONE, OTHER = CardId("a-fwd"), CardId("b-fwd")


class Log:
    """Events as they happen, one a second."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, body: Body, device: str = "one") -> Event:
        number = len(self.events)
        at = START + timedelta(seconds=number)
        event = Event(EventId(f"e{number:03}"), at, at.date(), device, body)
        self.events.append(event)
        return event

    def review(self, card: str = ONE, device: str = "one", grade: Grade = Grade.GOOD) -> Event:
        return self.add(Review(CardId(card), grade, 1000), device)

    def undo(self, device: str = "one") -> Event | None:
        """What `u` does on that device."""
        newest = newest_undoable(self.state.undoable, device)
        return self.add(Undo(newest.id), device) if newest else None

    @property
    def state(self) -> State:
        return fold(self.events)


@pytest.fixture
def log() -> Log:
    return Log()


def live(state: State, card: CardId = ONE) -> list[str]:
    return [event.id for event in state.reviews.get(card, ())]


def item(name: str, text: str, *prev: Event) -> ItemFixed:
    card = FixedCard(CardId(f"{name}-fwd"), "fwd")
    body = ItemFixed(ItemId(name), "basic", text, {"Q": text}, "notes/a.md", (), 0, (card,))
    return body._replace(prev=tuple(event.id for event in prev))


# Random histories -------------------------------------------------------------------------------

actions = st.lists(
    st.tuples(
        st.sampled_from(
            (
                *("review", "sure", "practice", "suspend", "resume", "soon", "bury", "mark"),
                *("reset", "item", "export", "quiz", "answer", "in quiz", "u", "?"),
            )
        ),
        st.sampled_from(DEVICES),
        st.sampled_from(CARDS),
        st.sampled_from(Grade),
    ),
    max_size=25,
)


def played(actions: Iterable[tuple[str, str, str, Grade]]) -> Log:
    """A log of these actions, each as srs would write it."""
    log = Log()
    for what, device, card, grade in actions:
        act(log, what, device, CardId(card), grade)
    return log


def act(log: Log, what: str, device: str, card: CardId, grade: Grade) -> Event | None:
    if what == "u":
        return log.undo(device)
    if what == "practice":
        causes = [
            event.id
            for event in log.state.reviews.get(card, ())
            if isinstance(event.body, Review) and not event.body.cause
        ]
        return log.add(Review(card, grade, 1, cause=causes[-1]), device) if causes else None
    quizzes = [event.id for event in log.events if isinstance(event.body, Quiz)]
    written: dict[str, Body] = {
        "quiz": Quiz(1, 1, 15.0, (Question(card, "reveal"),)),
        "answer": Answer(card, ["none", *quizzes][-1], ("text",), 1),
        "in quiz": Review(card, grade, 1, quiz=["none", *quizzes][-1]),
        "review": Review(card, grade, 1),
        "sure": Review(card, grade, 1, sure=True),
        "suspend": Suspend(card),
        "bury": Bury(card),
        "mark": Mark(card, "a typo", str(len(log.events))),
        "resume": Resume(card),
        "soon": Soon(card),
        "reset": Reset(card),
        "item": item(card[0], str(len(log.events))),
        "export": Exported({ItemId(card[0]): ExportedItem(str(len(log.events)), 1, "", ())}),
        "?": Unknown("dream"),
    }
    return log.add(written[what], device)


@settings(deadline=None)
@given(actions)
def test_a_replay_by_hand_says_the_same(actions: list[tuple[str, str, str, Grade]]) -> None:
    """The oracle goes event by event and takes things back as a person would: out of the pile."""
    log = played(actions)
    pile: list[Event] = []
    for event in log.events:
        match event.body:
            case Undo(of):
                pile = [e for e in pile if of not in (e.id, getattr(e.body, "cause", ""))]
            case _:
                pile.append(event)
    asked = {card: [e.id for e in pile if isinstance(e.body, Review) and e.body.card == card]
             for card in CARDS}  # fmt: skip
    switches = {e.body.card: isinstance(e.body, Suspend) for e in pile
                if isinstance(e.body, Suspend | Resume)}  # fmt: skip
    state = log.state
    assert {card: live(state, CardId(card)) for card in CARDS} == asked
    assert state.suspended == {card for card, off in switches.items() if off}
    assert [e.id for e in state.undoable] == [e.id for e in pile if isinstance(e.body, UNDOABLE)]
    for quiz in pile:
        if isinstance(quiz.body, Quiz):
            of_quiz = [e for e in pile if getattr(e.body, "quiz", "") == quiz.id]
            about = [e for e in of_quiz if getattr(e.body, "card", "") in quiz.body.cards]
            assert state.quizzes[quiz.id] == (quiz, *about)
    for card in CARDS:
        about = [e for e in pile if getattr(e.body, "card", "") == card]
        last_reset = max((n for n, e in enumerate(about) if isinstance(e.body, Reset)), default=-1)
        assert [e.id for e in remembered(state, CardId(card))] == [
            e.id for e in about[last_reset + 1 :] if isinstance(e.body, Review)
        ]
        told = [e.body for e in about if isinstance(e.body, Soon | Review)]
        last = [body for body in told if not getattr(body, "practice", False)][-1:]
        assert (card in state.soon) == any(
            isinstance(body, Soon) or body.sure_and_wrong for body in last
        )
        buried = {e.day for e in about if isinstance(e.body, Bury)}
        assert state.buried.get(CardId(card), frozenset()) == buried
        marks = [e.body for e in about if isinstance(e.body, Mark)]
        assert [*state.marks.get(CardId(card), ())] == marks


@settings(deadline=None)
@given(
    actions,
    st.sampled_from(
        (
            *("review", "sure", "practice", "suspend", "soon", "bury", "mark", "reset"),
            *("answer", "in quiz"),
        )
    ),
    st.sampled_from(DEVICES),
    st.sampled_from(CARDS),
    st.sampled_from(Grade),
)
def test_undo_after_any_action_gives_the_state_before_it(
    actions: list[tuple[str, str, str, Grade]], what: str, device: str, card: str, grade: Grade
) -> None:
    log = played(actions)
    before = log.state
    done = act(log, what, device, CardId(card), grade)
    if done:
        undo = log.undo(device)
        assert undo is not None
        assert undo.body == Undo(done.id)
    assert log.state == before


@settings(deadline=None)
@given(actions)
def test_undo_to_the_end_leaves_no_answer(actions: list[tuple[str, str, str, Grade]]) -> None:
    log = played(actions)
    for device in DEVICES:
        while log.undo(device):
            pass
    assert log.state.reviews == {}
    assert log.state.suspended == frozenset()
    assert log.state.undoable == ()


@settings(deadline=None)
@given(actions, st.permutations(DEVICES), st.randoms(use_true_random=False))
def test_the_order_of_files_and_of_their_lines_never_matters(
    actions: list[tuple[str, str, str, Grade]], names: list[str], random: Any
) -> None:
    log = played(event for event in actions if event[0] != "?")
    # Devices under other names: their files are read in another order.
    renamed = dict(zip(DEVICES, names, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        for device in DEVICES:
            own = [history.encode(event) for event in log.events if event.device == device]
            random.shuffle(own)
            text = "".join(line + "\n" for line in own)
            (Path(folder) / f"{renamed[device]}.jsonl").write_text(text, "utf-8")
        found = history.read(Path(folder), "decks/history")
    assert found.events == tuple(
        event._replace(device=renamed[event.device]) for event in log.events
    )
    read, told = fold(found.events), log.state
    assert (read.items, read.suspended, read.exported) == (
        told.items,
        told.suspended,
        told.exported,
    )
    assert {card: live(read, CardId(card)) for card in CARDS} == {
        card: live(told, CardId(card)) for card in CARDS
    }


# Undo -------------------------------------------------------------------------------------------


def test_undo_takes_back_one_review_and_the_practice_it_caused(log: Log) -> None:
    kept, failed = log.review(), log.review(grade=Grade.AGAIN)
    other = log.review(OTHER)
    log.add(Review(ONE, Grade.GOOD, 1, cause=failed.id))
    log.add(Undo(failed.id))
    assert live(log.state) == [kept.id]
    assert live(log.state, OTHER) == [other.id]


def test_undo_of_practice_leaves_the_review_that_caused_it(log: Log) -> None:
    failed = log.review(grade=Grade.AGAIN)
    log.add(Review(ONE, Grade.GOOD, 1, cause=failed.id))
    log.undo()
    assert live(log.state) == [failed.id]


def test_practice_of_another_device_goes_with_the_review_that_caused_it(log: Log) -> None:
    failed = log.review(grade=Grade.AGAIN)
    log.add(Review(ONE, Grade.GOOD, 1, cause=failed.id), "two")
    log.undo("one")
    assert live(log.state) == []


def test_undo_twice_takes_back_two(log: Log) -> None:
    first, _, _ = log.review(), log.review(), log.review()
    log.undo()
    log.undo()
    assert live(log.state) == [first.id]


def test_undo_of_an_undone_changes_nothing(log: Log) -> None:
    """Two clones take back the same answer."""
    kept, wrong = log.review(), log.review()
    log.add(Undo(wrong.id), "one")
    before = log.state
    log.add(Undo(wrong.id), "two")
    assert log.state == before
    assert live(log.state) == [kept.id]


def test_undo_of_an_undo_brings_back_what_it_took(log: Log) -> None:
    review = log.review()
    undo = log.undo()
    assert undo is not None
    again = log.add(Undo(undo.id))
    assert live(log.state) == [review.id]
    log.add(Undo(again.id))
    assert live(log.state) == []


def test_what_two_undos_took_back_needs_both_taken_back(log: Log) -> None:
    review = log.review()
    first, second = log.add(Undo(review.id)), log.add(Undo(review.id), "two")
    log.add(Undo(first.id))
    assert live(log.state) == []
    log.add(Undo(second.id))
    assert live(log.state) == [review.id]


def test_undos_that_name_each_other_do_not_hang(log: Log) -> None:
    review = log.review()
    log.add(Undo(EventId("e002")))
    log.add(Undo(EventId("e001")))
    log.add(Undo(EventId("e003")))
    assert live(log.state) == [review.id]


def test_a_chain_of_undos_of_any_length_is_followed(log: Log) -> None:
    review = log.review()
    for number in range(2000):
        log.add(Undo(EventId(f"e{number:03}")))
    assert live(log.state) == [review.id]
    log.add(Undo(EventId("e2000")))
    assert live(log.state) == []


def test_undo_takes_only_what_this_device_did(log: Log) -> None:
    mine, theirs = log.review(device="one"), log.review(device="two")
    log.undo("one")
    assert live(log.state) == [theirs.id]
    assert log.undo("one") is None
    assert log.undo("three") is None
    assert mine.id not in {event.id for event in log.state.undoable}


def test_undo_counts_though_a_clock_put_it_before_the_answer(log: Log) -> None:
    log.add(Undo(EventId("e001")), "two")
    log.review()
    assert live(log.state) == []


def test_undo_of_what_is_nowhere_changes_nothing(log: Log) -> None:
    review = log.review()
    log.add(Undo(EventId("elsewhere")))
    assert live(log.state) == [review.id]


def test_undo_never_takes_back_identity_or_an_export(log: Log) -> None:
    fixed = log.add(item("a", "text"))
    export = log.add(Exported({ItemId("a"): ExportedItem("c", 1, "deck", ())}))
    before = log.state
    log.add(Undo(fixed.id))
    log.add(Undo(export.id))
    assert (log.state.items, log.state.exported) == (before.items, before.exported)
    assert log.undo() is None


# Suspended --------------------------------------------------------------------------------------


def suspend(log: Log) -> None:
    log.add(Suspend(ONE))


def resume(log: Log) -> None:
    log.add(Resume(ONE))


def undo(log: Log) -> None:
    log.undo()


@pytest.mark.parametrize(
    ("done", "off"),
    [
        ((), False),
        ((suspend,), True),
        ((suspend, resume), False),
        ((suspend, resume, suspend), True),
        ((suspend, suspend, resume), False),
        ((resume,), False),
        ((suspend, undo), False),
        ((suspend, suspend, undo), True),
        ((suspend, suspend, undo, undo), False),
        ((suspend, resume, undo), False),
        ((suspend, resume, suspend, undo), False),
    ],
)
def test_the_last_word_on_a_card_counts(
    log: Log, done: tuple[Callable[[Log], None], ...], off: bool
) -> None:
    log.review(OTHER, "two")
    for one in done:
        one(log)
    assert log.state.suspended == ({ONE} if off else set())


def test_a_suspended_card_keeps_its_answers(log: Log) -> None:
    review = log.review()
    suspend(log)
    assert live(log.state) == [review.id]


# Soon and reset ---------------------------------------------------------------------------------


def test_what_is_wanted_soon_is_so_until_its_next_review(log: Log) -> None:
    log.review()
    log.add(Soon(ONE))
    log.review(OTHER)
    assert log.state.soon == {ONE}
    log.review()
    assert log.state.soon == frozenset()
    log.undo()
    assert log.state.soon == {ONE}


def test_a_reset_forgets_what_was_before_it_and_keeps_it_in_the_history(log: Log) -> None:
    before = log.review()
    log.review(OTHER)
    reset = log.add(Reset(ONE))
    assert remembered(log.state, ONE) == ()
    after = log.review()
    assert live(log.state) == [before.id, after.id]
    assert log.state.resets == {ONE: (reset.at, reset.id)}
    assert [event.id for event in remembered(log.state, ONE)] == [after.id]
    assert len(remembered(log.state, OTHER)) == 1
    assert remembered(log.state, CardId("unknown")) == ()


def test_of_two_resets_the_last_counts(log: Log) -> None:
    log.add(Reset(ONE))
    between = log.review()
    log.add(Reset(ONE))
    assert remembered(log.state, ONE) == ()
    log.undo()
    assert [event.id for event in remembered(log.state, ONE)] == [between.id]


@pytest.mark.parametrize("body", [Soon(ONE), Reset(ONE)])
def test_u_takes_back_a_wish_and_a_reset_of_this_device(log: Log, body: Body) -> None:
    log.review()
    before = log.state
    log.add(body)
    assert log.undo("two") is None
    assert log.undo() is not None
    assert log.state == before


# Items ------------------------------------------------------------------------------------------


def test_the_heads_are_what_nothing_replaces(log: Log) -> None:
    first = log.add(item("a", "first"))
    ours = log.add(item("a", "ours", first), "one")
    theirs = log.add(item("a", "theirs", first), "two")
    known = log.state.items[ItemId("a")]
    assert known.heads == (ours.id, theirs.id)
    assert known.latest.content == "theirs"
    assert [body.content for _, body in known.versions] == ["first", "ours", "theirs"]
    settled = log.add(item("a", "settled", ours, theirs))
    assert log.state.items[ItemId("a")].heads == (settled.id,)


def test_no_clock_decides_what_replaces_what(log: Log) -> None:
    """The newer text stands earlier in time: `prev` says that it is the newer."""
    newer = log.add(item("a", "newer"))
    older = log.add(item("a", "older"))
    log.events[0] = newer._replace(body=item("a", "newer", older))
    known = log.state.items[ItemId("a")]
    assert (known.heads, known.latest.content) == ((newer.id,), "newer")


def test_two_births_of_one_item_are_one_item(log: Log) -> None:
    births = [log.add(item("a", "text"), device) for device in ("one", "two")]
    assert [*log.state.items] == ["a"]
    assert log.state.items[ItemId("a")].heads == tuple(event.id for event in births)


def test_versions_that_replace_each_other_do_not_hang(log: Log) -> None:
    first = log.add(item("a", "first"))
    second = log.add(item("a", "second", first))
    log.events[0] = first._replace(body=item("a", "first", second))
    assert log.state.items[ItemId("a")].latest.content == "second"


def test_nothing_happened() -> None:
    state = fold(())
    assert (state.items, state.reviews, state.suspended, state.undoable) == (
        {},
        {},
        frozenset(),
        (),
    )


def test_what_is_unknown_changes_nothing(log: Log) -> None:
    log.review()
    before = log.state
    log.add(Unknown("dream"))
    assert log.state == before


def test_days_are_those_of_the_place_where_it_happened(log: Log) -> None:
    review = log.review()
    log.events[0] = review._replace(day=date(2025, 6, 12))
    assert [event.day for event in log.state.reviews[ONE]] == [date(2025, 6, 12)]
