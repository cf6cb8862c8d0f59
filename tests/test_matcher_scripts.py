"""Long scripts of edits on the notes that come with srs, and vaults of random words."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaults import Past, Piece, Vault, owners, read, real_notes

from srs.identity import matcher, similarity

if TYPE_CHECKING:
    from vaults import Files

    from srs.identity import Matching

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "drop",
                "move",
                "swap",
                "copy",
                "typo",
                "shorten",
                "lengthen",
                "rename",
                "merge",
                "new",
            )
        ),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=25,
)
WORDS = ("cache", "loop", "thread", "index", "query", "lock", "shard", "pod", "token", "vector")


def apply(vault: Vault, step: str, here: int, there: int, edited: set[str]) -> None:
    """One step; the names of pieces whose text is another now go into `edited`."""
    paths = sorted(vault.notes)
    path, other = paths[here % len(paths)], paths[there % len(paths)]
    note, target = vault.notes[path], vault.notes[other]
    place, at = here % len(note), there % len(target)
    name, text = note[place]
    if step == "rename":
        vault.notes[f"{path[:-3]}-{there % 9}.md"] = vault.notes.pop(path)
    elif step == "merge" and path != other:
        target += vault.notes.pop(path)[1:]
    elif place == 0 or at == 0 or not text.startswith(("Q: ", "C: ")):
        return
    elif step == "drop":
        note.pop(place)
    elif step == "move":
        note.pop(place)
        target.insert(min(at, len(target)), Piece(name, text))
    elif step == "swap":
        note[place], target[at] = target[at], note[place]
    elif step in ("copy", "new"):
        extra = (
            text
            if step == "copy"
            else f"Q: What is a {WORDS[there % 10]} of {there}?\nA: {here}\n\n"
        )
        target.insert(at, vault.new(extra))
    else:
        edited.add(name)
        words = text.split(" ")
        spot = 1 + there % (len(words) - 1)
        if step == "typo":
            words[spot] = words[spot][::-1] if words[spot].isalpha() else words[spot]
        elif step == "shorten":
            del words[spot : spot + 3]
        else:
            words.insert(spot, WORDS[here % 10])
        note[place] = Piece(name, " ".join(words).rstrip() + "\n\n")


FEW_NOTES = {
    path: text for path, text in real_notes().items() if "phase-1" in path or "phase-6" in path
}


@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_what_is_not_edited_stays_what_it_is(steps: list[tuple[str, int, int]]) -> None:
    """And no two items share an id, and each look at the same notes says the same."""
    past, vault = Past(FEW_NOTES), Vault(FEW_NOTES)
    before = owners(past.match(vault.files), vault)
    edited: set[str] = set()
    for step, here, there in steps:
        apply(vault, step, here, there, edited)
    items = read(vault.files)
    found = past.match(vault.files)
    after = owners(found, vault)
    ids = [item for item, _ in after.values()]
    assert len(ids) == len({*ids}) == len(items)
    assert len({card.id for card in found.cards}) == len(found.cards)
    texts = {item.content: 0 for item in items}
    for item in items:
        texts[item.content] += 1
    contents = {vault.names()[item.path, item.order]: item.content for item in items}
    for name, own in after.items():
        # Of equal texts any may be the one: they are told apart by their places.
        if name in before and name not in edited and texts[contents[name]] == 1:
            assert own == before[name], name
    past.learn(vault.files)
    again = past.match(vault.files)
    assert again.pending == ()
    assert {change.what for change in again.changes} <= {"gone"}
    assert owners(again, vault) == after


# Candidates ---------------------------------------------------------------------------------------

VOCABULARY = [
    "".join(syllables)
    for syllables in product(
        ("ka", "lo", "mi", "nu", "pe"), ("sta", "ro", "ti", "vu", "xe", "zo"), ("d", "g", "n", "th")
    )
]


def random_vault(random: Random, size: int) -> list[tuple[str, str]]:
    """Questions and answers of words of which some are common and most are rare."""

    def text(least: int, most: int) -> str:
        count = random.randint(least, most)
        return " ".join(
            VOCABULARY[int(random.paretovariate(0.4)) % len(VOCABULARY)] for _ in range(count)
        )

    return [(text(4, 9), text(4, 25)) for _ in range(size)]


def edit_of(random: Random, side: str) -> str:
    words = side.split()
    for _ in range(random.randint(0, 1 + len(words) // 4)):
        words[random.randrange(len(words))] = random.choice(VOCABULARY)
    return " ".join(words)


def written(items: list[tuple[str, str]]) -> Files:
    """In files of twenty."""
    texts = [f"Q: {question}?\nA: {answer}.\n\n" for question, answer in items]
    return {f"notes/{at:03}.md": "".join(texts[at : at + 20]) for at in range(0, len(texts), 20)}


def decisions(past: Past, files: Files, pairs: int, monkeypatch: pytest.MonkeyPatch) -> Matching:
    """With so many pairs that are all compared."""
    monkeypatch.setattr(matcher, "MOST_PAIRS", pairs)
    return past.match(files)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    ("before", "edits", "moves", "new"),
    [(60, 50, 0, 10), (60, 50, 25, 20), (40, 3, 1, 60), (90, 60, 60, 0), (12, 12, 6, 100)],
    ids=["edited", "some moved", "few among many new", "all moved", "few known"],
)
def test_candidates_are_enough(
    seed: int, before: int, edits: int, moves: int, new: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same is decided and asked as when everything is compared with everything."""
    random = Random(seed)
    items = random_vault(random, before)
    past = Past(written(items))
    for place in random.sample(range(before), edits):
        question, answer = items[place]
        items[place] = (edit_of(random, question), edit_of(random, answer))
    for _ in range(moves):
        items.insert(random.randrange(len(items)), items.pop(random.randrange(len(items))))
    for one in random_vault(random, new):
        items.insert(random.randrange(len(items)), one)
    files = written(items)
    all_ = decisions(past, files, 10**9, monkeypatch)
    assert decisions(past, files, 0, monkeypatch) == all_
    assert {change.what for change in all_.changes} & {"edited", "unsure"}


@pytest.mark.parametrize("seed", range(6))
def test_a_sample_is_enough_to_measure_rarity(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sure stays so when words are counted in a quarter of the notes that come with srs."""
    random = Random(seed)
    past, vault = Past(real_notes()), Vault(real_notes())
    for note in vault.notes.values():
        for place in random.sample(range(1, len(note)), 4):
            name, text = note[place]
            note[place] = Piece(name, edit_of_text(random, text))
    full = past.match(vault.files)
    monkeypatch.setattr(similarity, "SAMPLE", len(read(vault.files)) // 4)
    sampled = past.match(vault.files)
    assert [card.id for card in sampled.cards] == [card.id for card in full.cards]
    assert len([one for one in full.changes if one.what == "edited"]) > 30


def edit_of_text(random: Random, text: str) -> str:
    """Two words exchanged, one left out."""
    words = text.split(" ")
    if len(words) > 6:
        a, b = random.sample(range(2, len(words)), 2)
        words[a], words[b] = words[b], words[a]
        del words[random.randrange(2, len(words))]
    return " ".join(words)
