"""How alike two texts are: shared words, weighted by how rare they are in this vault. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_FENCE = re.compile(
    r"^[ ]*(?:`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ ]*(?:`{3,}|~{3,})|\Z)", re.MULTILINE | re.DOTALL
)
_CJK = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"))
"""Ranges of characters that are words without spaces. A pattern of them takes long to compile."""


def soft(text: str) -> str:
    """The text without case, punctuation and marks; code in fences as it is, white space apart."""
    return " ".join((*_WORD.findall(_FENCE.sub(" ", text).casefold()), *code(text)))


def code(text: str) -> list[str]:
    """The words of the code in fences, operators and all."""
    return " ".join(_FENCE.findall(text)).split()


def words(text: str) -> Counter[str]:
    """Words without case and plural s; Chinese and Japanese as pairs of characters."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(text.casefold()):
        if len(word) > 1 and _has_cjk(word):
            found.update(a + b for a, b in pairwise(word))
        else:
            plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
            found[word[:-1] if plural else word] += 1
    return found


def _has_cjk(word: str) -> bool:
    if word.isascii():
        return False
    return any(first <= sign <= last for sign in word for first, last in _CJK)


class Similarity:
    """Likeness by words weighted with their rarity (idf, in nats) among (question, answer) pairs.

    The measures and constants are those that told edits from other questions best on hand-read
    pairs of public collections: both sides count as alternatives, because real edits often keep
    only one, and little shared information counts for little.
    """

    def __init__(self, *sides: Sequence[tuple[str, str]]) -> None:
        """`sides` are the same vault at two times, so a word counts as often as on either."""
        self._count = max(len(items) for items in sides)
        self._frequency: Counter[str] = Counter()
        self._words: dict[str, Counter[str]] = {}
        for items in sides:
            here: Counter[str] = Counter()
            for question, answer in items:
                here.update({*self._of(question), *self._of(answer)})
            self._frequency |= here

    def _of(self, text: str) -> Counter[str]:
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = words(text)
        return found

    def _weigh(self, bag: Counter[str]) -> float:
        return sum(count * self._rarity(word) for word, count in bag.items())

    def _rarity(self, word: str) -> float:
        return max(0.0, math.log((self._count + 1) / (self._frequency[word] + 0.5)))

    def mass(self, text: str) -> float:
        """How much a text tells, in nats."""
        return self._weigh(self._of(text))

    def _shared(self, a: str, b: str) -> float:
        return self._weigh(self._of(a) & self._of(b))

    def dice(self, a: str, b: str) -> float:
        """Shared over mean mass, 0 to 1."""
        total = self.mass(a) + self.mass(b)
        return 2 * self._shared(a, b) / total if total else float(soft(a) == soft(b))

    def score(self, old: tuple[str, str], new: tuple[str, str]) -> float:
        """How likely two (question, answer) pairs are one item, 0 to 1."""
        question, answer = (
            self.dice(a, b) * shared / (shared + doubt)
            for a, b, doubt in ((old[0], new[0], 0.5), (old[1], new[1], 3.0))
            for shared in [self._shared(a, b)]
        )
        return 1 - (1 - question) * (1 - 0.7 * answer)
