"""Which pairs of items are looked at, where there are too many to look at all. Pure.

Two texts that are likely one share rare words, so these are looked up.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import nsmallest
from typing import TYPE_CHECKING

from srs.identity.similarity import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from srs.identity.similarity import Sides, Similarity

MOST_PAIRS = 3000
"""So many are all compared."""
BEST = 12
"""So many candidates has each item of the smaller side."""
FEW = 10
"""For so many items it is faster to search all texts for their rarest words than to take all texts
apart: a search takes a hundredth of that time, and each item needs some ten."""
_RAREST = 3
"""Words of a side that are searched for."""
_LOOKED_UP = 600
"""Items that are looked at for one, from its rarest words on; of the rarest always all."""


def nearest(
    few: Sequence[Sides], many: Sequence[Sides], similarity: Similarity
) -> Iterable[tuple[int, int]]:
    """Pairs of indexes: for each of `few`, the `BEST` of `many` by the rare words they share."""
    asked = [similarity.words(one) for one in few]
    wanted = {word for found in asked for word in found}
    holders: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(many):
        for word in similarity.words(one) & wanted:
            holders[word].append(index)
    for place, found in enumerate(asked):
        shared: dict[int, float] = defaultdict(float)
        looked_up = 0
        for count, word in sorted((len(holders[word]), word) for word in found if word in holders):
            looked_up += count
            if looked_up > _LOOKED_UP and shared:
                break
            for index in holders[word]:
                shared[index] += similarity.rarity[word]
        for _, index in nsmallest(BEST, ((-weight, index) for index, weight in shared.items())):
            yield place, index


def holding(few: Sequence[Sides], texts: Sequence[str], similarity: Similarity) -> list[int]:
    """Indexes of the texts in which the rarest words of one of `few` are found, as they stand.

    A text with the same question, or the same answer, is always among them.
    """
    folded = [text.casefold() for text in texts]
    found: set[int] = set()
    rare = [_rarest(side, similarity) for one in few for side in one]
    certain = {found[0] for found in rare if found}
    for word in certain.union(*rare):
        here = [index for index, text in enumerate(folded) if word in text]
        if word in certain or len(here) <= _LOOKED_UP:
            found.update(here)
    return sorted(found)


def _rarest(text: str, similarity: Similarity) -> list[str]:
    """The rarest words of a text; of equally rare ones the longest, which fewer texts hold.

    A text without words may still have code.
    """
    found = similarity.rarities(text) or dict.fromkeys(map(str.casefold, code(text)), 0.0)
    return nsmallest(_RAREST, found, key=lambda word: (-found[word], -len(word), word))
