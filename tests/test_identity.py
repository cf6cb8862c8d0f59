"""Identity: what was learned stays with its item through every edit, and with no other item."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import kept
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import identity, notes
from srs.fold import fold
from srs.model import Event, EventId, ItemFixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from conftest import TestVault

    from srs.identity import Matching
    from srs.model import Body, ItemId, KnownItem

PHASES = (
    "Q: In which order does libuv run its phases?\nA: timers, pending callbacks, poll, check\n\n"
)
POOL = (
    "Q: How large is the libuv thread pool by default?\n"
    "A: four threads, unless UV_THREADPOOL_SIZE says otherwise\n\n"
)
GENERATOR = (
    "Q: What does a generator function return when called?\n"
    "A: an iterator object whose body has not started\n\n"
)
WORKERS = "Q: Which object shares memory between worker threads?\nA: SharedArrayBuffer\n\n"
WEAK = "WeakMap keys :: held weakly, so that they can be collected\n\n"
TTL = "TTL ::: time to live\n\n"
ORDERED = (
    "C: {{nextTick}} callbacks run before promise {{microtasks}}, and those before {{timers}}.\n\n"
)
ALL = (PHASES, POOL, GENERATOR, WORKERS, WEAK, TTL, ORDERED)

Files = dict[str, str]


class Past:
    """A history that knows the items of some notes, and matches others to it."""

    def __init__(self, *texts: str, **files: str) -> None:
        self.events: list[Event] = []
        self.learn(*texts, **files)

    @property
    def known(self) -> dict[ItemId, KnownItem]:
        return dict(fold(self.events).items)

    def match(self, *texts: str, **files: str) -> Matching:
        """Of notes/a.md with all these texts, or of notes/<name>.md."""
        files = files or {"a": "".join(texts)}
        items = [
            item
            for name in sorted(files)
            for item in notes.parse(f"notes/{name}.md", files[name])[0].items
        ]
        return identity.match(self.known, items)

    def learn(self, *texts: str, **files: str) -> Matching:
        """As a command that writes: what is sure is recorded, what is new is fixed."""
        found = self.match(*texts, **files)
        self.record(found.pending)
        for card in found.cards:
            if card.item.id not in self.known:
                own = [one for one in found.cards if one.item.id == card.item.id]
                self.record([identity.fixed(card.item, own, "first use")])
        return found

    def record(self, bodies: Iterable[Body]) -> None:
        for body in bodies:
            number = len(self.events)
            at = datetime(2025, 6, 13, tzinfo=UTC) + timedelta(seconds=number)
            self.events.append(Event(EventId(f"e{number:04}"), at, at.date(), "one", body))


def ids(found: Matching) -> list[str]:
    """The ids of the items, in the order of the notes."""
    return [*dict.fromkeys(card.item.id for card in found.cards)]


def by_answer(found: Matching) -> dict[str, tuple[str, int]]:
    """Answer -> (card id, ordinal)."""
    return {card.face.answer: (card.id, card.ordinal) for card in found.cards}


def said(found: Matching) -> list[str]:
    return sorted(change.what for change in found.changes)


# One edit ---------------------------------------------------------------------------------------

EDITS = {
    "typo in the question": (POOL.replace("thread pool", "tread pool"), "edited"),
    "typo in the answer": (POOL.replace("threads", "treads"), "edited"),
    "reflow": (POOL.replace("thread pool", "thread\npool"), ""),
    "case and marks": (POOL.replace("libuv", "**LIBUV**"), "edited"),
    "question edited": (POOL.replace("by default", "if nobody sets it"), "edited"),
    "question cut down": ("Q: libuv pool?\n" + POOL.partition("\n")[2], "edited"),
    "answer edited": (POOL.replace("four threads, unless", "4, if not"), "edited"),
    "answer replaced": (POOL.partition("A:")[0] + "A: 4\n\n", "edited"),
    "both edited": (
        POOL.replace("by default", "initially").replace("four threads", "4 threads"),
        "edited",
    ),
    "a reason added": (POOL.rstrip() + "\nWhy: DNS lookups and files share it.\n\n", "edited"),
    "a tag added": (POOL.replace("default?", "default? #libuv"), ""),
}


@pytest.mark.parametrize(("edited", "what"), EDITS.values(), ids=EDITS)
def test_an_edited_item_keeps_its_cards(edited: str, what: str) -> None:
    past = Past(PHASES, POOL, GENERATOR)
    before = past.match(PHASES, POOL, GENERATOR)
    after = past.learn(PHASES, edited, GENERATOR)
    assert [card.id for card in after.cards] == [card.id for card in before.cards]
    assert said(after) == ([what] if what else [])
    # Recorded once, and found again as it is.
    again = past.match(PHASES, edited, GENERATOR)
    assert (ids(again), again.pending, again.changes) == (ids(before), (), ())


@pytest.mark.parametrize("edited", [edited for edited, _ in EDITS.values()], ids=EDITS)
def test_an_edit_is_followed_by_the_next(edited: str) -> None:
    """Back to the first text, of which the history still knows."""
    past = Past(PHASES, POOL, GENERATOR)
    first = ids(past.match(PHASES, POOL, GENERATOR))
    past.learn(PHASES, edited, GENERATOR)
    assert ids(past.learn(PHASES, POOL, GENERATOR)) == first


def test_a_rewrite_is_new() -> None:
    past = Past(PHASES, POOL, GENERATOR)
    before = ids(past.match(PHASES, POOL, GENERATOR))
    after = past.match(PHASES, "Q: Which header forbids caching?\nA: no-store\n\n", GENERATOR)
    assert [one in before for one in ids(after)] == [True, False, True]
    assert said(after) == ["gone"]
    assert after.pending == ()


def test_what_is_doubtful_is_new_and_said() -> None:
    """Half of the question replaced in its place: the history is kept, and nobody guesses."""
    past = Past(PHASES, WORKERS, GENERATOR)
    other = "Q: Which object joins memory between two processes?\nA: an mmapped file\n\n"
    found = past.match(PHASES, other, GENERATOR)
    assert said(found) == ["gone", "unsure"]
    assert len({*ids(found)} - {*past.known}) == 1
    assert found.pending == ()


# Place ------------------------------------------------------------------------------------------

PLACES: dict[str, tuple[Files, Files]] = {
    "reordered": ({"a": "".join(ALL)}, {"a": "".join(reversed(ALL))}),
    "under other headings": ({"a": "# x\n\n" + "".join(ALL)}, {"a": "## y\n\n".join(ALL)}),
    "to another file": (
        {"a": "".join(ALL), "b": "# b\n"},
        {"a": "".join(ALL[3:]), "b": "".join(ALL[:3])},
    ),
    "file renamed": ({"a": "".join(ALL)}, {"z": "".join(ALL)}),
    "file split": ({"a": "".join(ALL)}, {f"f{n}": text for n, text in enumerate(ALL)}),
    "files swapped": (
        {"a": PHASES + POOL, "b": GENERATOR + WORKERS},
        {"b": PHASES + POOL, "a": GENERATOR + WORKERS},
    ),
    "all but one removed": ({"a": "".join(ALL)}, {"a": POOL}),
    "prose added": ({"a": "".join(ALL)}, {"a": "---\nSome prose.\n\n".join(ALL)}),
}


@pytest.mark.parametrize(("before", "after"), PLACES.values(), ids=PLACES)
def test_a_moved_item_keeps_its_cards(before: Files, after: Files) -> None:
    past = Past(**before)
    had = by_answer(past.match(**before))
    found = past.learn(**after)
    assert by_answer(found) == {answer: had[answer] for answer in by_answer(found)}
    assert past.match(**after).pending == ()


@pytest.mark.parametrize(
    "after",
    [
        {"a": PHASES + GENERATOR, "b": POOL.replace("large", "big")},
        {"b": PHASES + POOL.replace("large", "big") + GENERATOR},
        {"a": GENERATOR + POOL.replace("large", "big") + PHASES},
        {"a": WEAK + PHASES + WORKERS + POOL.replace("large", "big") + TTL + GENERATOR + ORDERED},
        {"a": POOL.replace("large", "big")},
        {"a": PHASES.replace("order", "ordr") + POOL.replace("large", "big") + GENERATOR},
    ],
    ids=["other file", "file renamed", "reordered", "more around", "less around", "both edited"],
)
def test_an_edited_and_moved_item_keeps_its_cards(after: Files) -> None:
    past = Past(PHASES, POOL, GENERATOR)
    had = by_answer(past.match(PHASES, POOL, GENERATOR))
    (answer,) = [answer for answer in had if answer.startswith("four")]
    assert by_answer(past.match(**after))[answer] == had[answer]


def test_neighbours_that_came_are_new_and_those_that_went_are_gone() -> None:
    past = Past(PHASES, POOL)
    found = past.match(GENERATOR, POOL, WORKERS)
    assert [one in past.known for one in ids(found)] == [False, True, False]
    assert said(found) == ["gone"]


def test_deleted_and_put_back() -> None:
    past = Past(*ALL)
    had = by_answer(past.match(*ALL))
    without = past.learn(*ALL[:1], *ALL[2:])
    assert said(without) == ["gone"]
    assert by_answer(past.learn(*ALL)) == had


def test_deleted_and_put_back_elsewhere_a_little_edited() -> None:
    past = Past(*ALL)
    old = ids(past.match(*ALL))[ALL.index(POOL)]
    past.learn(*ALL[:1], *ALL[2:])
    found = past.match(a="".join(ALL[:1] + ALL[2:]), z=POOL.replace("large", "big"))
    assert ids(found)[-1] == old


def test_every_text_that_an_item_ever_had_is_known() -> None:
    """Also one that looks nothing like what it is now."""
    past = Past(PHASES, named(POOL))
    past.learn(PHASES, named(WORKERS))
    assert ids(past.match(PHASES, POOL)) == [ids(past.match(PHASES))[0], "mine"]
    assert ids(past.match(PHASES, WORKERS))[1] == "mine"


def test_the_only_item_with_a_question_is_known_by_it_wherever_it_is() -> None:
    """Here the answers share nothing, and the words of the question are common ones."""
    short, other = (
        "Q: Which phases are there?\nA: six\n\n",
        "Q: Which threads are there?\nA: four\n\n",
    )
    past = Past(PHASES, short, other)
    _, item, _ = ids(past.match(PHASES, short, other))
    found = past.match(a=PHASES + other, z="Q: Which *phases* are there\nA: poll and check\n\n")
    assert ids(found)[2] == item
    assert [body.why for body in found.pending] == ["question"]


def swapped(text: str, place: int) -> str:
    """The text with two neighbouring letters of its question exchanged, as fingers do."""
    question, rest = text.split("\n", 1)
    spots = [n for n in range(4, len(question) - 1) if question[n : n + 2].isalpha()]
    at = spots[place % len(spots)]
    return f"{question[:at]}{question[at + 1]}{question[at]}{question[at + 2 :]}\n{rest}"


@settings(deadline=None)
@given(
    st.permutations(ALL[:4]),
    st.lists(st.sampled_from(("keep", "typo", "drop", "move")), min_size=4, max_size=4),
    st.lists(st.sampled_from(ALL[4:]), unique=True),
    st.integers(0, 1000),
)
def test_no_item_ever_gets_the_history_of_another(
    order: Sequence[str], fates: Sequence[str], others: Sequence[str], place: int
) -> None:
    """Reordered, mistyped, moved, dropped, with others between: its own or new, not another's."""
    past = Past(*ALL[:4])
    own = dict(zip(ALL[:4], ids(past.match(*ALL[:4])), strict=True))
    files = {"a": "", "b": ""}
    wanted: dict[str, dict[str, str]] = {"a": {}, "b": {}}
    for text, fate in zip(order, fates, strict=True):
        if fate != "drop":
            file = "b" if fate == "move" else "a"
            files[file] += swapped(text, place) if fate == "typo" else text
            wanted[file][text.split("\nA: ")[1].strip()] = own[text]
    files["a"] += "".join(others)
    kept = {answer: item for file in wanted.values() for answer, item in file.items()}
    for card in past.match(**files).cards:
        answer = card.face.answer
        assert card.item.id == kept.get(answer) or card.item.id not in past.known
        if fates.count("typo") == 0 and answer in kept:
            assert card.item.id == kept[answer]


# Families that share most of their words --------------------------------------------------------

PRINTS = {
    "console.log(typeof null)": "object",
    "console.log(typeof NaN)": "number",
    "console.log([] + {})": "[object Object]",
    "console.log([1, 2, 3].map(parseInt))": "[1, NaN, NaN]",
    "setTimeout(print); Promise.resolve().then(print)": "promise, then timer",
    "let total = 0; for (const x of [1, 2]) total += x": "3",
    "console.log(0.1 + 0.2 === 0.3)": "false",
}


def prints(code: str, output: str) -> str:
    return f"Q: What does this print?\n```js\n{code}\n```\nA: {output}\n\n"


FAMILY = {output: prints(code, output) for code, output in PRINTS.items()}


members = st.lists(st.sampled_from([*FAMILY]), unique=True)


@settings(deadline=None)
@given(members, members)
def test_members_of_a_family_that_stay_keep_their_own(before: list[str], after: list[str]) -> None:
    """Only the code differs; members come, go and change places."""
    past = Past(*(FAMILY[one] for one in before))
    had = by_answer(past.match(*(FAMILY[one] for one in before)))
    found = by_answer(past.match(*(FAMILY[one] for one in after)))
    kept = {*before} & {*after}
    assert {one: found[one] for one in kept} == {one: had[one] for one in kept}


@settings(deadline=None)
@given(members, st.data())
def test_members_that_only_join_or_leave_are_not_mixed_up(
    all_: list[str], data: st.DataObject
) -> None:
    some = [one for one in data.draw(st.permutations(all_)) if data.draw(st.booleans())]
    for before, after in ((some, all_), (all_, some)):
        past = Past(*(FAMILY[one] for one in before))
        found = past.match(*(FAMILY[one] for one in after))
        known = {card.face.answer for card in found.cards if card.item.id in past.known}
        assert known == {*before} & {*after}
        assert found.pending == ()


NULL, NAN = FAMILY["object"], FAMILY["number"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": PHASES + NULL + POOL}, {"a": PHASES + NAN + POOL}),
        ({"a": NULL}, {"a": NAN}),
        ({"a": NULL + PHASES + POOL}, {"a": PHASES + POOL, "b": NAN}),
    ],
    ids=["in its place", "alone", "in another file"],
)
def test_a_member_in_place_of_another_is_not_silently_it(before: Files, after: Files) -> None:
    """To be asked at most: `typeof null` is another question than `typeof NaN`."""
    past = Past(**before)
    assert past.match(**after).pending == ()


@pytest.mark.parametrize("edited", [*FAMILY])
def test_a_member_of_a_family_may_be_edited(edited: str) -> None:
    past = Past(*FAMILY.values())
    before = ids(past.match(*FAMILY.values()))
    code = next(code for code, output in PRINTS.items() if output == edited)
    changed = {**FAMILY, edited: prints(f"{code};", edited)}
    assert ids(past.match(*changed.values())) == before


def test_members_that_differ_by_an_operator_only_are_not_mixed_up() -> None:
    plus, minus = prints("console.log(1 + 1)", "2"), prints("console.log(1 - 1)", "0")
    past = Past(plus, GENERATOR)
    found = past.match(GENERATOR, minus)
    assert [one in past.known for one in ids(found)] == [True, False]


# Duplicates, names, forks -----------------------------------------------------------------------


def test_exact_duplicates_are_said_and_kept_apart() -> None:
    found = Past().match(a=PHASES + POOL, b=PHASES)
    first, _, second = found.cards
    assert len({card.id for card in found.cards}) == 3
    (problem,) = found.problems
    assert (problem.code, problem.severity) == ("item-twice", "warning")
    assert (problem.path, problem.line) == (second.item.path, second.item.line)
    assert f"{first.item.path}:{first.item.line}" in problem.message


def test_the_other_duplicate_stays_when_one_goes() -> None:
    past = Past(a=PHASES, b=PHASES)
    first, second = ids(past.match(a=PHASES, b=PHASES))
    assert ids(past.match(a=PHASES, b=POOL))[0] == first
    assert ids(past.match(a=POOL, b=PHASES))[1] == second


@pytest.mark.parametrize("reviewed", [1, 2])
def test_duplicates_are_still_said_when_the_history_knows_them(reviewed: int) -> None:
    past = Past()
    found = past.match(a=PHASES, b=PHASES)
    for card in found.cards[:reviewed]:
        past.record([identity.fixed(card.item, [card], "first use")])
    assert [one.code for one in past.match(a=PHASES, b=PHASES).problems] == ["item-twice"]


def test_what_the_second_duplicate_learned_stays_with_it() -> None:
    past = Past()
    first, second = past.match(PHASES, "# below\n", PHASES).cards
    past.record([identity.fixed(second.item, [second], "first use")])
    assert [card.id for card in past.match(PHASES, "# below\n", PHASES).cards] == [
        first.id,
        second.id,
    ]


def named(text: str, name: str = "mine") -> str:
    return f"{text.rstrip()} ^{name}\n\n"


def test_a_copied_name_is_an_error_that_names_both_places() -> None:
    found = Past(named(PHASES)).match(a=named(PHASES), b=POOL + named(WORKERS))
    (problem,) = found.problems
    assert (problem.code, problem.severity) == ("id-copied", "error")
    assert (problem.path, problem.line) == ("notes/b.md", 5)
    assert "notes/a.md:1" in problem.message
    assert problem.hint
    assert [card.item.path for card in found.cards] == ["notes/a.md", "notes/b.md"]


def test_a_copied_name_never_takes_history_from_the_original() -> None:
    """The copy stands in an earlier file: "nothing is written" (DESIGN.md, section 6)."""
    past = Past(b=named(PHASES))
    found = past.match(a=named(WORKERS), b=named(PHASES))
    assert [problem.code for problem in found.problems] == ["id-copied"]
    assert found.pending == ()
    assert WORKERS not in {card.face.prompt for card in found.cards if card.item.id in past.known}


def test_a_copied_name_takes_no_history_either_when_the_original_was_edited() -> None:
    past = Past(a=named(PHASES))
    found = past.match(a=named(WORKERS) + named(PHASES.replace("order", "sequence")))
    assert [problem.code for problem in found.problems] == ["id-copied"]
    assert "worker" not in str([body.texts for body in found.pending])


def test_a_name_follows_its_item_through_a_rewrite() -> None:
    past = Past(PHASES, named(POOL))
    assert ids(past.learn(named(WORKERS), PHASES)) == ["mine", ids(past.match(PHASES))[0]]
    assert ids(past.learn(named(GENERATOR)))[0] == "mine"


def test_a_name_that_two_items_had_goes_to_the_same_whatever_their_order() -> None:
    past = Past("TTL :: time to live ^x\n\n", WEAK)
    bodies = [event.body for event in past.events if isinstance(event.body, ItemFixed)]
    past.record([bodies[1]._replace(explicit="x", prev=(past.events[1].id,))])
    items = notes.parse("notes/a.md", "Q: Something else?\nA: yes ^x\n")[0].items
    known = past.known
    there = identity.match(known, items)
    back = identity.match(dict(reversed(known.items())), items)
    assert len(known) == 2
    assert ids(there) == ids(back) == [min(known)]


def test_adding_a_name_to_a_known_item_keeps_its_history() -> None:
    past = Past(PHASES, POOL)
    before = by_answer(past.match(PHASES, POOL))
    after = past.learn(named(PHASES), POOL)
    assert by_answer(after) == before
    assert said(after) == []
    # From now on the name holds, whatever is written; without it, the text does.
    assert ids(past.match(named(WORKERS), POOL)) == ids(after)
    assert ids(past.match(PHASES, POOL)) == ids(after)


def test_a_fork_gets_an_id_of_its_own_and_keeps_it() -> None:
    """The old text is written again beside the item that was made of it."""
    edited = POOL.replace("by default", "if nobody sets it")
    past = Past(PHASES, POOL)
    old = ids(past.match(POOL))[0]
    past.learn(PHASES, edited)
    for files in ((PHASES, edited, POOL), (POOL, PHASES, edited)):
        found = past.match(*files)
        own = {card.face.prompt: card.item.id for card in found.cards}
        assert own["How large is the libuv thread pool if nobody sets it?"] == old
        fork = own["How large is the libuv thread pool by default?"]
        assert fork not in past.known
    past.learn(PHASES, edited, POOL)
    assert ids(past.match(POOL, edited))[:2] == [fork, old]
    assert past.match(POOL, edited, PHASES).pending == ()


def test_edits_on_two_devices_are_one_item() -> None:
    """Both made something else of it; the merge left one of the texts."""
    past = Past(PHASES, POOL)
    before = ids(past.match(PHASES, POOL))
    ours, theirs = POOL.replace("large", "big"), POOL.replace("default", "itself")
    decisions = [past.match(PHASES, text).pending for text in (ours, theirs)]
    for decision in decisions:
        past.record(decision)
    assert len(past.known[past.match(POOL).cards[0].item.id].heads) == 2
    for text in (ours, theirs, POOL):
        assert ids(past.match(PHASES, text)) == before
    past.learn(PHASES, ours)
    assert past.match(PHASES, ours).pending == ()


# Gaps -------------------------------------------------------------------------------------------

GAPS = {
    "reordered": "C: Promise {{microtasks}} run after {{nextTick}} callbacks, not {{timers}}.\n\n",
    "one removed": ORDERED.replace("{{microtasks}}", "microtasks"),
    "one deleted": ORDERED.replace("promise {{microtasks}}", "promises"),
    "one added": ORDERED.replace("callbacks", "{{callbacks}}"),
    "one edited": ORDERED.replace("microtasks", "micro-tasks"),
    "hints": ORDERED.replace("nextTick", "nextTick::first").replace("{{timers}}", "==timers=="),
    "numbers": ORDERED.replace("nextTick", "c9::nextTick").replace("micro", "c2::micro"),
}
"""Of `ORDERED`; only `one added` and `one edited` hide something that was not hidden before."""


@pytest.mark.parametrize("after", GAPS.values(), ids=GAPS)
def test_the_other_gaps_keep_their_cards_and_ordinals(after: str) -> None:
    past = Past(*ALL)
    had = by_answer(past.match(*ALL))
    found = by_answer(past.learn(*ALL[:-1], after))
    new = {*found} - {*had}
    assert {answer: found[answer] for answer in found if answer in had} == {
        answer: had[answer] for answer in had if answer in found
    }
    assert new in (set(), {"callbacks"}, {"micro-tasks"})
    if "micro-tasks" in new:
        assert found["micro-tasks"] == had["microtasks"], "a corrected gap is the same gap"
    if "callbacks" in new:
        assert found["callbacks"] not in had.values()
        assert found["callbacks"][1] == 3
    # Put back, each has its card again, and still its ordinal.
    assert by_answer(past.learn(*ALL)) == had


def test_ordinals_only_ever_grow() -> None:
    past = Past(*ALL)
    seen: dict[str, int] = {}
    for text in (*GAPS.values(), ORDERED, *reversed(GAPS.values())):
        for card in past.learn(*ALL[:-1], text).cards:
            if card.item.kind == "cloze":
                assert seen.setdefault(card.id, card.ordinal) == card.ordinal
    assert sorted(seen.values()) == [0, 1, 2, 3]


def test_gaps_with_the_same_text_are_told_apart_by_their_order() -> None:
    past = Past(*ALL, "C: {{one}} and {{one}} make {{two}}.\n")
    found = past.match(*ALL, "C: Together {{one}} and {{one}} make {{two}}.\n").cards[-3:]
    assert {card.item.id for card in found} <= {*past.known}
    assert [card.ordinal for card in found] == [0, 1, 2]
    assert len({card.id for card in found}) == 3


def test_a_reversed_card_keeps_both_directions() -> None:
    past = Past(*ALL)
    before = past.match(*ALL).cards
    after = past.match("".join(ALL).replace("time to live", "time to live, in seconds")).cards
    assert [(c.id, c.ordinal) for c in after] == [(c.id, c.ordinal) for c in before]


# Through the command line -----------------------------------------------------------------------


def known(vault: TestVault, path: str = "notes/a.md", text: str = "".join(ALL[:3])) -> list[str]:
    """The ids of cards that were all answered once."""
    vault.write(path, text)
    vault.device("one")
    vault.srs("review", typed="\n3\n" * 20)
    cards = vault.cards()
    assert {card["reviews"] for card in cards} == {1}
    return [card["id"] for card in cards]


def test_an_edit_is_told_and_recorded_with_the_next_answer(vault: TestVault) -> None:
    before = known(vault)
    events = len(vault.history())
    vault.write("notes/a.md", PHASES + GENERATOR)
    vault.write("notes/b.md", POOL.replace("large", "big"))
    assert [card["id"] for card in vault.cards()] == [before[0], before[2], before[1]]
    assert len(vault.history()) == events
    vault.at("2025-07-11T18:00:00")
    result = vault.srs("review", typed="\n3\nq\n")
    assert "1 edited, 1 moved" in result.err
    new = vault.history()[events:]
    assert [event["event"] for event in new] == ["item", "review"]
    (first,) = [event for event in vault.history() if event["id"] in new[0]["prev"]]
    assert (first["item"], new[0]["item"]) == (before[1].removesuffix("-fwd"),) * 2
    assert new[0]["place"]["path"] == "notes/b.md"
    assert "edited" not in vault.srs("review", typed="q\n").err


def test_an_edited_card_keeps_its_memory(vault: TestVault) -> None:
    known(vault)
    before = vault.card("How large")
    vault.write("notes/a.md", PHASES + POOL.replace("large", "big") + GENERATOR)
    after = vault.card("How big")
    for key in ("id", "state", "stability", "difficulty", "reviews", "last_day"):
        assert after[key] == before[key]


def test_a_copied_name_is_an_error_of_check(vault: TestVault) -> None:
    vault.write("notes/a.md", named(PHASES))
    vault.write("notes/b.md", named(POOL) + WORKERS)
    checked = vault.srs("check")
    assert checked.code == 1
    assert "notes/b.md:2:59: error[id-copied]" in checked.out
    assert "notes/a.md:1" in checked.out
    vault.srs("review", typed="\n3\n" * 9)
    assert {event["item"] for event in vault.history() if event["event"] == "item"} >= {"mine"}
    assert "libuv thread pool" not in str(vault.history())


def clone(vault: TestVault, device: str) -> TestVault:
    """A copy of the vault, where another device studies."""
    other = replace(vault, root=vault.root.with_name(device))
    shutil.copytree(vault.root, other.root)
    return other


def merge(*vaults: TestVault) -> None:
    """Everybody gets everybody's history files."""
    for source in vaults:
        for file in (source.root / "decks/history").glob("*.jsonl"):
            for target in vaults:
                (target.root / "decks/history").mkdir(exist_ok=True)
                if target is not source:
                    shutil.copy(file, target.root / "decks/history" / file.name)


def test_two_clones_that_review_the_same_new_cards_agree(vault: TestVault) -> None:
    vault.write("notes/a.md", "".join(ALL))
    ours, theirs = clone(vault, "ours"), clone(vault, "theirs")
    for one, at, grade in ((ours, "2025-06-13", 3), (theirs, "2025-06-14", 1)):
        one.device(one.root.name)
        one.at(f"{at}T18:00:00")
        one.srs("review", typed=f"\n{grade}\n" * 7 + "q\n")
    merge(ours, theirs)
    ours.at("2025-06-20T18:00:00")
    assert ours.cards() == theirs.cards()
    asked_twice = [card for card in ours.cards() if card["reviews"] == 2]
    assert len(asked_twice) >= 5
    births = [event for event in ours.history() if event["event"] == "item"]
    assert len(births) == 2 * len({event["item"] for event in births})
    # The two births are one item: nothing is left to say of it.
    for one in (ours, theirs):
        before = len(one.history())
        assert one.srs("check", "--strict").code == 0
        one.srs("review", typed="\n3\nq\n")
        new = one.history()[before:]
        assert {event["event"] for event in new if event.get("item") in births} <= {"review"}


def test_clones_follow_each_others_edits(vault: TestVault) -> None:
    """One edits and reviews; the other gets notes and history, and decides nothing anew."""
    before = known(vault)
    ours, theirs = clone(vault, "ours"), clone(vault, "theirs")
    for root in (ours.root, theirs.root):
        replace(vault, root=root).write(
            "notes/a.md", GENERATOR + POOL.replace("by default", "if nobody sets it")
        )
    ours.device("ours")
    ours.at("2025-07-11T18:00:00")
    ours.srs("review", typed="\n3\nq\n")
    merge(ours, theirs)
    assert ours.cards() == theirs.cards()
    assert [card["id"] for card in theirs.cards()] == [before[2], before[1]]
    theirs.device("theirs")
    result = theirs.srs("review", typed="\n3\nq\n")
    assert "edited" not in result.err
    own = (theirs.root / "decks/history/theirs.jsonl").read_text()
    assert '"event":"item"' not in own


# What only looks, writes nothing ----------------------------------------------------------------

LOOKING = (
    ("check",),
    ("check", "--strict", "--json"),
    ("cards",),
    ("cards", "--json"),
    ("cards", "search", "libuv"),
    ("cards", "show", "notes/a.md:1"),
    ("status",),
    ("status", "--json"),
    ("review", "--plan"),
    ("review", "--plan", "--json"),
    ("history",),
    ("history", "--json"),
)


def contents(root: Path) -> dict[str, tuple[int, bytes]]:
    """Everything outside build/: names, times of change, bytes."""
    return {
        path.relative_to(root).as_posix(): (
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in kept(root)
    }


@pytest.mark.parametrize("whose", ["nobody's", "its own", "another's"])
def test_looking_writes_nothing(vault: TestVault, tmp_path: Path, whose: str) -> None:
    """In a clone without history, and with edits, moves and doubts that wait to be recorded."""
    if whose == "nobody's":
        vault.write("notes/a.md", "".join(ALL))
    else:
        known(vault)
        vault.write("notes/a.md", PHASES.replace("order", "ordr") + "Q: New?\nA: yes\n")
        vault.write("notes/b.md", POOL)
        if whose == "another's":
            vault.device("two")
    before = contents(vault.root)
    home = kept(tmp_path)
    for arguments in LOOKING:
        assert vault.srs(*arguments).code in (0, 1)
        assert contents(vault.root) == before, arguments
    assert kept(tmp_path) == home


@pytest.mark.parametrize("typed", ["", "q\n", "\n", "u\nq\n", "\nq\n"])
def test_a_session_without_an_answer_writes_nothing(vault: TestVault, typed: str) -> None:
    vault.write("notes/a.md", "".join(ALL))
    before = contents(vault.root)
    assert vault.srs("review", typed=typed).code == 0
    assert contents(vault.root) == before
