"""Which pairs of items are looked at, where there are too many to look at all. Pure.

Two texts that are likely one share rare words, so these are looked up.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import nsmallest
from typing import TYPE_CHECKING

from srs.identity.similarity import code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from srs.identity.similarity import Sides, Similarity
    from srs.identity.versions import Texts
    from srs.model import ItemId

MOST_PAIRS = 3000
"""So many are all compared."""
BEST = 12
"""So many candidates has each item of the smaller side."""
FEW = 10
"""For so many items it is faster to search all texts for their rarest words than to take all texts
apart: a search takes a hundredth of that time, and each item needs some ten."""
_RAREST = 3
"""Words of a side that are searched for."""
_LOOK_UPS = 1_500_000
"""Times that an item is found under a word of another, in all: a second's work."""
_FOUND = 600
"""A word that more texts hold finds nothing, unless it is the rarest there is."""


def nearest_items(
    old: Mapping[ItemId, Texts], new: Mapping[int, Sides], similarity: Similarity
) -> Iterator[tuple[ItemId, int]]:
    """For each item of the smaller side the likeliest of the other, by whatever text it had."""
    owners = [(id_, text) for id_, texts in old.items() for some in texts for text in some]
    were = [text for _, text in owners]
    indexes, are = [*new], [*new.values()]
    if len(old) > len(new):
        for place, other, _ in nearest(are, were, similarity):
            yield owners[other][0], indexes[place]
        return
    found: dict[ItemId, dict[int, float]] = defaultdict(dict)
    for place, other, like in nearest(were, are, similarity):
        likest = found[owners[place][0]]
        likest[other] = max(like, likest.get(other, 0.0))
    for id_, likest in found.items():
        for _, other in nsmallest(BEST, ((-like, other) for other, like in likest.items())):
            yield id_, indexes[other]


def nearest(
    few: Sequence[Sides], many: Sequence[Sides], similarity: Similarity
) -> Iterator[tuple[int, int, float]]:
    """Two indexes and a likeness: for each of `few`, the `BEST` of `many` by their rare words.

    Question with question and answer with answer, as likeness is measured; the commonest words are
    left out where there are very many texts.
    """
    sides = [
        _Side([one[side] for one in few], [one[side] for one in many], similarity)
        for side in (0, 1)
    ]
    for place in range(len(few)):
        questions, answers = (side.like(place) for side in sides)
        likeness = {
            index: 1 - (1 - questions.get(index, 0.0)) * (1 - 0.7 * answers.get(index, 0.0))
            for index in questions.keys() | answers.keys()
        }
        best = nsmallest(BEST, ((-like, index) for index, like in likeness.items()))
        yield from ((place, index, -unlike) for unlike, index in best)


class _Side:
    """The questions of all items, or their answers."""

    def __init__(self, few: Sequence[str], many: Sequence[str], similarity: Similarity) -> None:
        self._rarity = similarity.rarity
        self._asked = [similarity.words(one) for one in few]
        words = {word for found in self._asked for word in found}
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._masses: list[float] = []
        for index, one in enumerate(many):
            self._masses.append(similarity.mass(one))
            for word in similarity.words(one) & words:
                self._holders[word].append(index)
        self._mass = [similarity.mass(one) for one in few]
        self._look_ups = _LOOK_UPS // (2 * len(few))

    def like(self, place: int) -> Mapping[int, float]:
        """Index of one of `many` -> how alike it is to the one of `few`: shared over mean mass."""
        shared: dict[int, float] = defaultdict(float)
        left = self._look_ups
        holders = self._holders
        counted = [(len(holders[word]), word) for word in self._asked[place] if word in holders]
        for count, word in sorted(counted):
            left -= count
            if left < 0 and shared:
                break
            rarity = self._rarity[word]
            for index in holders[word]:
                shared[index] += rarity
        mass, masses = self._mass[place], self._masses
        return {
            index: 2 * weight / (mass + masses[index]) for index, weight in shared.items() if weight
        }


def holding(few: Sequence[Sides], texts: Sequence[str], similarity: Similarity) -> list[int]:
    """Indexes of the texts in which the rarest words of one of `few` are found, as they stand.

    A text with the same question, or the same answer, is always among them.
    """
    folded = [text.casefold() for text in texts]
    found: set[int] = set()
    rare = _rare(few, similarity)
    certain = {found[0] for found in rare if found}
    for word in certain.union(*rare):
        here = [index for index, text in enumerate(folded) if word in text]
        if word in certain or len(here) <= _FOUND:
            found.update(here)
    return sorted(found)


def asked_for(few: Sequence[Sides], similarity: Similarity) -> set[str]:
    """The words by which `holding` finds texts."""
    return {word for words in _rare(few, similarity) for word in words}


def _rare(few: Sequence[Sides], similarity: Similarity) -> list[list[str]]:
    return [_rarest(side, similarity) for one in few for side in one]


def _rarest(text: str, similarity: Similarity) -> list[str]:
    """The rarest words of a text; of equally rare ones the longest, which fewer texts hold.

    A text without words may still have code.
    """
    found = similarity.rarities(text) or dict.fromkeys(map(str.casefold, code(text)), 0.0)
    return nsmallest(_RAREST, found, key=lambda word: (-found[word], -len(word), word))
