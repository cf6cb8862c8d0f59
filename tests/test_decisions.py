"""Decisions about identity: attached, refused, forks, and what is one with another."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from test_identity import GENERATOR, PHASES, POOL, WORKERS, Past, by_answer, ids, said

from srs import identity
from srs.model import ATTACHED, Apart, Gone, Item, ItemId, KnownItem, Same, Undo

if TYPE_CHECKING:
    from srs.identity import Matching

EDITED = POOL.replace("by default", "if nobody sets it")
ALIKE = "Q: How big is that pool, if UV_THREADPOOL_SIZE is not set?\nA: 4 threads\n\n"
"""Alike enough to ask whether it is POOL."""


def item(found: Matching, begins: str) -> Item:
    (one,) = {card.item.id: card.item for card in found.cards
              if next(iter(card.item.texts.values())).startswith(begins)}.values()  # fmt: skip
    return one


def pool(past: Past) -> KnownItem:
    (one,) = (one for one in past.known.values() if "libuv thread pool" in str(one.latest.texts))
    return one


# Forks ------------------------------------------------------------------------------------------


def test_a_fork_has_an_id_of_its_text_and_history_wherever_it_stands() -> None:
    past = Past(PHASES, POOL)
    past.learn(PHASES, EDITED)
    found = [
        past.match(PHASES, EDITED, POOL),
        past.match(POOL, EDITED, PHASES),
        past.match(a=EDITED, b=POOL + PHASES),
        past.match(a=GENERATOR + POOL, b=EDITED),
    ]
    assert len({item(one, "How large is the libuv thread pool by d").id for one in found}) == 1
    # It is the same fork on a clone that fixes it, and after that.
    past.learn(POOL, EDITED)
    again = item(past.match(PHASES, EDITED, POOL), "How large is the libuv thread pool by d").id
    assert again == item(found[0], "How large is the libuv thread pool by d").id


def test_of_two_texts_of_one_item_one_keeps_the_id_on_every_clone() -> None:
    """Both were edited from one text, and a merge kept both."""
    past = Past(PHASES, POOL)
    ours, theirs = POOL.replace("large", "big"), POOL.replace("default", "itself")
    for decision in [past.match(PHASES, text).pending for text in (ours, theirs)]:
        past.record(decision)
    once, other = past.match(PHASES, ours, theirs), past.match(theirs, ours, PHASES)
    assert len({*ids(once)}) == 3
    assert {card.face.prompt: card.id for card in once.cards} == {
        card.face.prompt: card.id for card in other.cards
    }
    past.learn(PHASES, ours, theirs)
    assert ids(past.match(PHASES, ours, theirs)) == ids(once)
    assert past.match(theirs, PHASES, ours).pending == ()


@pytest.mark.parametrize(("one", "other"), [*combinations((PHASES, POOL, GENERATOR, WORKERS), 2)])
def test_an_id_that_is_another_name_of_an_item_is_not_given_away(one: str, other: str) -> None:
    """Both texts stand in the notes though they are one: the other's answers resolve to the one."""
    past = Past(one, other)
    names = ids(past.match(one, other))
    past.record([Same(*map(ItemId, names))])
    assert ids(past.match(one)) == ids(past.match(other)) == [min(names)]
    both = ids(past.match(one, other))
    assert {*names} & {*both} == {min(names)}
    past.learn(one, other)
    assert ids(past.match(one, other)) == both


# A person's word --------------------------------------------------------------------------------


def test_what_is_attached_has_the_cards_of_the_old_text() -> None:
    then = "C: {{npm ci}} installs exactly what {{package-lock.json}} says.\n\n"
    now = "C: What the {{package-lock.json}} says, and nothing else, comes with {{npm ci}}.\n\n"
    past = Past(PHASES, then)
    before = by_answer(past.match(then))
    (old,) = (one for one in past.known.values() if one.latest.kind == "cloze")
    body = identity.attached(past.match(now).cards[0].item, old)
    assert (body.item, body.prev, body.why) == (old.id, old.heads, ATTACHED)
    past.record([body])
    after = past.match(PHASES, now)
    assert {**by_answer(after), **before} == by_answer(after)
    assert after.pending == ()


@pytest.mark.parametrize("text", [EDITED, ALIKE])
def test_what_was_said_to_be_another_is_new_and_not_asked_about(text: str) -> None:
    past = Past(PHASES, POOL)
    content = past.match(text).cards[0].item.content
    old = pool(past).id
    past.record([Apart(old, content)])
    found = past.match(PHASES, text)
    assert old not in ids(found)
    assert (said(found), found.pending) == (["gone"], ())
    assert found.gone == (Gone({old: past.known[old].heads}),)


def test_a_decision_that_was_taken_back_is_not_made_again() -> None:
    past = Past(PHASES, POOL)
    old = pool(past)
    past.learn(PHASES, EDITED)
    past.record([Undo(past.events[-1].id)])
    assert past.known[old.id] == old._replace(refused=past.known[old.id].refused)
    assert old.id not in ids(past.match(PHASES, EDITED))
    assert old.id in ids(past.match(PHASES, EDITED, POOL))


def test_what_is_unsure_is_not_yet_told_to_be_gone() -> None:
    past = Past(PHASES, POOL)
    found = past.match(PHASES, ALIKE)
    assert (said(found), found.gone) == (["gone", "unsure"], ())


# Texts that come back ---------------------------------------------------------------------------


def test_a_text_that_comes_back_has_the_cards_that_it_had() -> None:
    """Meanwhile the first gap was reworded, and its old word hidden at another place."""
    first = "C: {{alpha}} rays stop at paper, and {{gamma}} rays pass through a wall.\n\n"
    reworded = first.replace("{{alpha}}", "{{alpha, helium}}")
    moved = reworded.replace("at paper", "at paper (they are called {{alpha}})")
    past = Past(PHASES, first)
    before = by_answer(past.match(first))
    past.learn(PHASES, reworded)
    later = by_answer(past.learn(PHASES, moved))
    assert later["alpha, helium"] == before["alpha"] != later["alpha"]
    back = past.learn(PHASES, first)
    assert {**by_answer(back), **before} == by_answer(back)
    assert by_answer(past.learn(PHASES, moved)) == later


def test_gaps_added_on_two_devices_keep_their_cards() -> None:
    text = "C: {{alpha}} rays stop at paper, and gamma rays pass through a wall.\n\n"
    ours, theirs = text.replace("gamma", "{{gamma}}"), text.replace("paper", "{{paper}}")
    past = Past(PHASES, text)
    found = [past.match(PHASES, one) for one in (ours, theirs)]
    for one in found:
        past.record(one.pending)
    for one in found:
        now = past.match(PHASES, ours if one is found[0] else theirs)
        assert {answer: id_ for answer, (id_, _) in by_answer(now).items()} == {
            answer: id_ for answer, (id_, _) in by_answer(one).items()
        }
    both = past.learn(PHASES, ours.replace("paper", "{{paper}}"))
    assert past.match(PHASES, ours.replace("paper", "{{paper}}")).pending == ()
    assert {card.id for card in both.cards} == {c.id for one in found for c in one.cards}
    assert len({card.ordinal for card in both.cards if card.item.kind == "cloze"}) == 3


def test_a_gap_that_only_the_older_head_has_keeps_its_card() -> None:
    """It was reworded there, so that its id tells no longer what it hides."""
    text = "C: {{alpha}} rays stop at paper, and gamma rays pass through a wall.\n\n"
    past = Past(PHASES, text)
    ours = past.match(PHASES, text.replace("gamma", "{{gamma}}"))
    theirs = past.match(PHASES, text.replace("paper", "{{paper}}"))
    past.record(ours.pending)
    reworded = text.replace("gamma rays", "{{gamma rays}}")
    later = past.match(PHASES, reworded)
    past.record(later.pending)
    past.record(theirs.pending)
    assert by_answer(later)["gamma rays"][0] == by_answer(ours)["gamma"][0]
    assert by_answer(past.match(PHASES, reworded)) == {
        **by_answer(later),
        "gamma rays": (by_answer(ours)["gamma"][0], 2),
    }
