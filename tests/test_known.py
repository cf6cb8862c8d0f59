"""What the history knows of items: versions, heads, what is taken back, two that are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.fold import fold
from srs.identity.known import known
from srs.model import (
    ATTACHED,
    Apart,
    CardId,
    Event,
    EventId,
    FixedCard,
    Gone,
    Grade,
    ItemFixed,
    ItemId,
    Review,
    Same,
    Suspend,
    Undo,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from srs.model import Body, KnownItem, State

START = datetime(2025, 6, 13, 18, tzinfo=UTC)
A, B, C = ItemId("a"), ItemId("b"), ItemId("c")


class Log:
    """Events as they happen, one a second."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, body: Body) -> EventId:
        number = len(self.events)
        at = START + timedelta(seconds=number)
        id_ = EventId(f"e{number:03}")
        self.events.append(Event(id_, at, at.date(), "one", body))
        return id_

    def item(
        self, name: str, text: str, *prev: EventId, keys: str = "f", why: str = "text"
    ) -> EventId:
        cards = tuple(FixedCard(CardId(f"{name}-{key}"), key) for key in keys)
        return self.add(
            ItemFixed(
                item=ItemId(name),
                kind="basic",
                content=text,
                texts={"Q": text},
                path="notes/a.md",
                headings=(),
                order=0,
                cards=cards,
                prev=prev,
                why=why,
            )
        )

    def review(self, card: str) -> EventId:
        return self.add(Review(CardId(card), Grade.GOOD, 1000))

    @property
    def state(self) -> State:
        return fold(self.events)

    def known(self, name: str = "a") -> KnownItem:
        return known(self.events)[ItemId(name)]


@pytest.fixture
def log() -> Log:
    return Log()


def refused(item: KnownItem) -> set[str]:
    return set(item.refused)


def contents(item: KnownItem) -> list[str]:
    return [body.content for _, body in item.versions]


# Taking a decision back -------------------------------------------------------------------------


def test_a_decision_taken_back_brings_its_heads_back_and_is_refused(log: Log) -> None:
    birth = log.item("a", "first")
    wrong = log.item("a", "another", birth)
    log.add(Undo(wrong))
    item = log.known()
    assert (item.heads, item.latest.content) == ((birth,), "first")
    assert (contents(item), refused(item)) == (["first"], {"another"})


def test_of_several_heads_all_come_back(log: Log) -> None:
    birth = log.item("a", "first")
    heads = log.item("a", "ours", birth), log.item("a", "theirs", birth)
    log.add(Undo(log.item("a", "another", *heads)))
    assert log.known().heads == heads


def test_a_birth_is_not_taken_back(log: Log) -> None:
    birth = log.item("a", "first")
    before = known(log.events)
    log.add(Undo(birth))
    assert known(log.events) == before


def test_taking_back_the_taking_back_brings_the_decision_again(log: Log) -> None:
    birth = log.item("a", "first")
    log.item("a", "second", birth)
    before = known(log.events)
    undo = log.add(Undo(EventId("e001")))
    log.add(Undo(undo))
    assert known(log.events) == before


def test_what_rests_on_a_wrong_decision_falls_with_it(log: Log) -> None:
    """The other text was edited after it had been taken for this item's."""
    birth = log.item("a", "first")
    wrong = log.item("a", "another", birth)
    log.item("a", "another, edited", wrong)
    undo = log.add(Undo(wrong))
    item = log.known()
    assert (item.heads, refused(item)) == ((birth,), {"another", "another, edited"})
    log.add(Undo(undo))
    assert contents(log.known()) == ["first", "another", "another, edited"]


def test_a_text_that_was_right_before_is_not_refused_with_what_fell(log: Log) -> None:
    birth = log.item("a", "first")
    wrong = log.item("a", "another", birth)
    log.item("a", "first", wrong)
    log.add(Undo(wrong))
    item = log.known()
    assert (item.heads, refused(item)) == ((birth,), {"another"})


def test_what_rests_on_another_decision_too_stays(log: Log) -> None:
    birth = log.item("a", "first")
    wrong, right = log.item("a", "another", birth), log.item("a", "second", birth)
    both = log.item("a", "third", wrong, right)
    log.add(Undo(wrong))
    item = log.known()
    assert (item.heads, contents(item)) == ((both,), ["first", "second", "third"])


def test_the_same_decision_of_another_device_goes_too(log: Log) -> None:
    """Both clones saw the same edit, and the person sees one decision."""
    birth = log.item("a", "first")
    ours, _ = log.item("a", "another", birth), log.item("a", "another", birth)
    log.add(Undo(ours))
    assert (log.known().heads, refused(log.known())) == ((birth,), {"another"})


def test_attached_lifts_the_refusal_until_it_is_taken_back_too(log: Log) -> None:
    birth = log.item("a", "first")
    log.add(Undo(log.item("a", "another", birth)))
    attached = log.item("a", "another", birth, why=ATTACHED)
    later = log.item("a", "another, edited", attached)
    assert (log.known().heads, refused(log.known())) == ((later,), set())
    again = log.item("a", "another", later)
    assert log.known().heads == (again,)
    log.add(Undo(attached))
    assert (log.known().heads, refused(log.known())) == (
        (birth,),
        {"another", "another, edited"},
    )


def test_a_persons_word_outlives_the_decision_that_it_followed(log: Log) -> None:
    birth = log.item("a", "first")
    wrong = log.item("a", "another", birth)
    word = log.item("a", "second", wrong, why=ATTACHED)
    log.add(Undo(wrong))
    assert (log.known().heads, refused(log.known())) == ((birth, word), {"another"})


def test_apart_refuses_a_text_and_can_be_taken_back(log: Log) -> None:
    log.item("a", "first")
    before = known(log.events)
    apart = log.add(Apart(A, "another"))
    assert log.known() == before[A]._replace(refused=frozenset({"another"}))
    log.add(Undo(apart))
    assert known(log.events) == before


def test_apart_outweighs_what_the_matcher_of_another_device_decides(log: Log) -> None:
    birth = log.item("a", "first")
    log.add(Apart(A, "another"))
    log.item("a", "another", birth)
    assert (log.known().heads, refused(log.known())) == ((birth,), {"another"})
    word = log.item("a", "another", birth, why=ATTACHED)
    assert (word in log.known().heads, refused(log.known())) == (True, set())


def test_an_item_of_which_only_an_undone_version_is_there_is_not_known(log: Log) -> None:
    """The file with its birth is not merged yet."""
    log.add(Undo(log.item("a", "second", EventId("elsewhere"))))
    log.add(Apart(B, "text"))
    log.add(Gone({C: (EventId("elsewhere"),)}))
    assert known(log.events) == {}


# Gone -------------------------------------------------------------------------------------------


def test_gone_is_told_of_these_heads_only(log: Log) -> None:
    birth = log.item("a", "first")
    assert not log.known().gone
    gone = log.add(Gone({A: (birth,)}))
    assert log.known().gone
    edited = log.item("a", "second", birth)
    assert not log.known().gone
    log.add(Undo(edited))
    assert log.known().gone
    log.add(Undo(gone))
    assert not log.known().gone


def test_gone_changes_nothing_else(log: Log) -> None:
    birth = log.item("a", "first")
    before = log.known()
    log.add(Gone({A: (birth,)}))
    assert log.known()._replace(gone=False) == before


# Two that are one -------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", [(A, B), (B, A)])
def test_two_items_are_one_whichever_way_it_is_said(log: Log, pair: tuple[ItemId, ItemId]) -> None:
    heads = log.item("b", "old"), log.item("a", "new")
    log.review("b-f")
    log.review("a-f")
    log.review("b-f")
    log.add(Suspend(CardId("b-f")))
    log.add(Same(*pair))
    state = log.state
    assert [*state.items] == [A]
    assert (state.items[A].heads, contents(state.items[A])) == (heads, ["old", "new"])
    assert {card: [event.id for event in found] for card, found in state.reviews.items()} == {
        "a-f": ["e002", "e003", "e004"]
    }
    assert state.suspended == {CardId("a-f")}


def test_the_cards_of_one_are_those_of_the_other_by_key_then_by_ordinal(log: Log) -> None:
    log.item("a", "text", keys="xyz")
    log.item("b", "text then", keys="zqwv")
    log.add(Same(A, B))
    item = log.known()
    # z is z; q at 1 is y; w would be the third, which is taken by z; v is a fourth.
    assert item.aliases == {"b-z": "a-z", "b-q": "a-y"}
    assert [card.id for card in item.cards] == ["a-x", "a-y", "a-z", "b-w", "b-v"]
    (old,) = (body for _, body in item.versions if body.item == "b")
    assert [(card.id, card.key) for card in old.cards] == [
        ("a-x", "x"), ("a-y", "q"), ("a-z", "z"), ("b-w", "w"), ("b-v", "v"),
    ]  # fmt: skip


def test_which_card_is_which_stays_so_when_the_item_is_edited(log: Log) -> None:
    heads = log.item("a", "text", keys="xy"), log.item("b", "text then", keys="pq")
    log.add(Same(A, B))
    before = log.known()
    event = log.item("a", "edited", *heads)
    written = log.events[-1]
    # The faces moved on: what was x asks q now, and what was y asks r.
    cards = tuple(FixedCard(card.id, key) for card, key in zip(before.cards, "qr", strict=True))
    body = written.body
    assert isinstance(body, ItemFixed)
    log.events[-1] = written._replace(body=body._replace(cards=cards))
    after = log.known()
    assert after.heads == (event,)
    assert after.aliases == before.aliases
    assert after.cards == cards


def test_a_chain_and_a_circle_are_one_item(log: Log) -> None:
    for name in "cab":
        log.item(name, name)
        log.review(f"{name}-f")
    log.add(Same(B, C))
    log.add(Same(A, B))
    once = log.state
    assert [*once.items] == [A]
    assert {card: len(found) for card, found in once.reviews.items()} == {"a-f": 3}
    log.add(Same(C, A))
    log.add(Same(A, A))
    assert log.known() == once.items[A]


def test_same_taken_back_parts_them_again(log: Log) -> None:
    old, new = log.item("b", "old"), log.item("a", "new")
    log.review("b-f")
    before = log.state
    same = log.add(Same(A, B))
    later = log.item("a", "old", old, new)
    log.item("a", "old, edited", later)
    log.add(Undo(same))
    state = log.state
    assert state.reviews == before.reviews
    assert state.items[B] == before.items[B]
    # What was decided of both rested on it. The text that is the other's is not to be taken again.
    assert state.items[A] == before.items[A]._replace(refused=frozenset({"old", "old, edited"}))


def test_same_with_an_item_that_nobody_knows_changes_nothing(log: Log) -> None:
    log.item("a", "text")
    before = known(log.events)
    log.add(Same(B, A))
    assert known(log.events) == before


def test_versions_that_replace_each_others_items_do_not_hang(log: Log) -> None:
    log.item("a", "one", EventId("e001"))
    log.item("b", "other", EventId("e000"), keys="g")
    log.add(Same(A, B))
    assert set(contents(log.known())) == {"one", "other"}


# Order and locality -----------------------------------------------------------------------------

names = st.sampled_from("abcd")
steps = st.lists(
    st.tuples(
        st.sampled_from(("birth", "edit", "edit", "attach", "same", "apart", "gone", "undo")),
        names,
        names,
        st.integers(0, 30),
    ),
    max_size=25,
)


def written(steps: list[tuple[str, str, str, int]]) -> Log:
    """A log of such steps; ids of events are not in the order of time."""
    log = Log()
    for what, one, other, number in steps:
        versions = [
            e.id for e in log.events if isinstance(e.body, ItemFixed) and e.body.item == one
        ]
        prev = tuple({versions[number % len(versions)], versions[-1]}) if versions else ()
        theirs = [
            e.id for e in log.events if isinstance(e.body, ItemFixed) and e.body.item == other
        ]
        prev += tuple(theirs[-1:]) if number % 3 == 0 else ()
        add: dict[str, Callable[[], object]] = {
            "birth": lambda: log.item(one, f"{one}0"),  # noqa: B023
            "edit": lambda: log.item(one, f"t{number % 5}", *prev),  # noqa: B023
            "attach": lambda: log.item(one, f"t{number % 5}", *prev, why=ATTACHED),  # noqa: B023
            "same": lambda: log.add(Same(ItemId(one), ItemId(other))),  # noqa: B023
            "apart": lambda: log.add(Apart(ItemId(one), f"t{number % 5}")),  # noqa: B023
            "gone": lambda: log.add(Gone({ItemId(one): prev})),  # noqa: B023
            "undo": lambda: log.add(Undo(EventId(f"e{number:03}"))),  # noqa: B023
        }
        add[what]()
    return log


@settings(deadline=None)
@given(steps, st.randoms(use_true_random=False))
def test_the_order_of_events_never_matters(
    steps: list[tuple[str, str, str, int]], random: Any
) -> None:
    log = written(steps)
    shuffled = log.events * 2
    random.shuffle(shuffled)
    assert known(shuffled) == known(log.events)


@settings(deadline=None)
@given(steps, st.randoms(use_true_random=False))
def test_clocks_decide_only_which_head_is_the_latest(
    steps: list[tuple[str, str, str, int]], random: Any
) -> None:
    log = written(steps)
    skewed = [
        event._replace(at=event.at + timedelta(hours=random.randrange(-9, 9)))
        for event in log.events
    ]

    def timeless(items: Any) -> Any:
        return {
            id_: (set(dict(item.versions)), item.refused, item.gone, set(item.aliases))
            for id_, item in items.items()
        }

    assert timeless(known(skewed)) == timeless(known(log.events))


@settings(deadline=None)
@given(steps)
def test_the_events_that_concern_a_group_give_what_the_whole_history_gives(
    steps: list[tuple[str, str, str, int]],
) -> None:
    log = written(steps)
    whole = known(log.events)
    group = {A}
    for _ in range(4):
        for event in log.events:
            if isinstance(event.body, Same) and group & {event.body.item, event.body.old}:
                group |= {event.body.item, event.body.old}
    concern = {
        event.id
        for event in log.events
        if group & {getattr(event.body, "item", None), *getattr(event.body, "items", ())}
    }
    for _ in range(30):
        concern |= {e.id for e in log.events if isinstance(e.body, Undo) and e.body.of in concern}
    found = known(event for event in log.events if event.id in concern)
    assert {id_: one for id_, one in found.items() if id_ in group} == {
        id_: one for id_, one in whole.items() if id_ in group
    }


@settings(deadline=None)
@given(steps)
def test_an_item_always_has_a_head_that_counts_and_refuses_none_of_its_texts(
    steps: list[tuple[str, str, str, int]],
) -> None:
    for id_, item in known(written(steps).events).items():
        events = [event for event, _ in item.versions]
        assert item.heads
        assert set(item.heads) <= set(events)
        assert item.latest.content not in item.refused
        assert not item.refused & set(contents(item))
        assert id_ == item.id
        assert not item.aliases.keys() & {card.id for card in item.cards}
        assert set(item.aliases.values()) <= {card.id for card in item.cards}
