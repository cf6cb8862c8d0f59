"""Gaps of an edited text: each is found again by its text and surroundings, or is new."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

import pytest
from vaults import Past, read, real_notes

from srs.kinds.kind import plain

if TYPE_CHECKING:
    from collections.abc import Callable

GAP = re.compile(r"\{\{(?:c\d+::)?([^{}]*?)(?:::[^{}]*)?\}\}")


def texts() -> list[str]:
    """The `C:` items of the notes, with two more long words of each made gaps."""
    found = []
    for item in read(real_notes()):
        text = " ".join(item.texts.get("C", "").split())
        if not text or {"`", "$"} & {*text}:
            continue
        shown = GAP.sub(lambda match: " " * len(match[0]), text)
        words = [
            match for match in re.finditer(r"\b[a-z]{6,}\b", shown) if text.count(match[0]) == 1
        ]
        chosen = Random(text).sample(words, min(2, len(words)))
        for word in chosen:
            text = text.replace(word[0], f"{{{{{word[0]}}}}}")
        if chosen:
            found.append(text)
    return found


TEXTS = texts()

Named = list[tuple[str, str]]
"""A text in pieces: (name of a gap or ``, text)."""


def named(text: str) -> Named:
    """`""` and prose, a name and a gap's text, in turn."""
    pieces, at = [], 0
    for number, match in enumerate(GAP.finditer(text)):
        pieces += [("", text[at : match.start()]), (str(number), match[1])]
        at = match.end()
    return [*pieces, ("", text[at:])]


def gap_at(pieces: Named, random: Random) -> int:
    return random.choice([at for at, (name, _) in enumerate(pieces) if name])


def unwrapped(pieces: Named, random: Random) -> None:
    at = gap_at(pieces, random)
    pieces[at] = ("", pieces[at][1])


def deleted(pieces: Named, random: Random) -> None:
    del pieces[gap_at(pieces, random)]


def added(pieces: Named, random: Random) -> None:
    """A word of the prose is hidden, too."""
    words = [
        (at, word)
        for at, (name, text) in enumerate(pieces)
        if not name
        for word in re.finditer(r"\b[a-z]{5,}\b", text)
    ]
    if words:
        at, word = random.choice(words)
        text = pieces[at][1]
        pieces[at : at + 1] = [
            ("", text[: word.start()]),
            ("added", word[0]),
            ("", text[word.end() :]),
        ]


def edited(pieces: Named, random: Random) -> None:
    """One letter of a gap is another."""
    at = gap_at(pieces, random)
    name, text = pieces[at]
    place = random.randrange(len(text))
    pieces[at] = (name, f"{text[:place]}{random.choice('aeiou')}{text[place + 1 :]}")


def grown(pieces: Named, random: Random) -> None:
    at = gap_at(pieces, random)
    name, text = pieces[at]
    pieces[at] = (name, f"{text} {random.choice(('again', 'at once', 'first'))}")


def reordered(pieces: Named, random: Random) -> None:
    """The halves of the sentence change places."""
    half = random.randrange(1, len(pieces))
    pieces[:] = [*pieces[half:], ("", " "), *pieces[:half]]


def swapped(pieces: Named, random: Random) -> None:
    gaps = [at for at, (name, _) in enumerate(pieces) if name]
    a, b = random.sample(gaps, 2)
    pieces[a], pieces[b] = pieces[b], pieces[a]


def prose_edited(pieces: Named, random: Random) -> None:
    at = random.choice([at for at, (name, _) in enumerate(pieces) if not name])
    words = pieces[at][1].split(" ")
    words[random.randrange(len(words))] = "instead"
    pieces[at] = ("", " ".join(words))


KEEPING: dict[str, tuple[Callable[[Named, Random], None], ...]] = {
    "unwrapped": (unwrapped,),
    "deleted": (deleted,),
    "added": (added,),
    "reordered": (reordered,),
    "swapped": (swapped,),
    "the words around edited": (prose_edited,),
    "deleted and added": (deleted, added),
    "unwrapped and reordered": (unwrapped, reordered),
}
"""Every gap that is left says what it said, and is the same."""

CHANGING: dict[str, tuple[Callable[[Named, Random], None], ...]] = {
    "edited": (edited,),
    "grown": (grown,),
    "edited and reordered": (edited, reordered),
    "grown and the words around edited": (grown, prose_edited),
    "edited, one deleted": (deleted, edited),
    "all at once": (deleted, added, edited, prose_edited, reordered),
}
"""One gap says something else: it is the same, or new, and no other."""


def written(pieces: Named) -> str:
    text = "".join(f"{{{{{text}}}}}" if name else text for name, text in pieces)
    return f"C: {text.strip()} ^it\n"


def cards(past: Past, pieces: Named) -> dict[str, str]:
    """Name of a gap -> its card. The item has a `^id`, so that only its gaps are in question."""
    found = past.match({"notes/a.md": written(pieces)}).cards
    by_gap = {card.face.gap: card.id for card in found}
    return {name: by_gap[plain(text)] for name, text in pieces if name}


def tried(
    edits: tuple[Callable[[Named, Random], None], ...], text: str, seed: int
) -> tuple[dict[str, str], dict[str, str]]:
    """The cards before and after the edits."""
    random, pieces = Random(seed), named(text)
    past = Past({"notes/a.md": written(pieces)})
    before = cards(past, pieces)
    for edit in edits:
        edit(pieces, random)
    shown = [plain(text) for name, text in pieces if name]
    return before, cards(past, pieces) if shown and len(shown) == len({*shown}) else {}


@pytest.mark.parametrize("edits", KEEPING.values(), ids=KEEPING)
def test_gaps_that_say_the_same_keep_their_cards(
    edits: tuple[Callable[[Named, Random], None], ...],
) -> None:
    for seed, text in enumerate(TEXTS):
        before, after = tried(edits, text, seed)
        for name, card in after.items():
            if name in before:
                assert card == before[name], text
            else:
                assert card not in before.values(), text


@pytest.mark.parametrize("edits", CHANGING.values(), ids=CHANGING)
def test_gaps_that_say_something_else_never_get_the_cards_of_others(
    edits: tuple[Callable[[Named, Random], None], ...],
) -> None:
    kept = all_ = 0
    for seed, text in enumerate(TEXTS):
        before, after = tried(edits, text, seed)
        for name, card in after.items():
            assert card == before.get(name) or card not in before.values(), text
            all_ += name in before
            kept += card == before.get(name)
    assert kept >= 0.95 * all_
