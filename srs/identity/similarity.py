"""How alike two texts are: shared words, weighted by how rare they are in this vault. Pure."""

from __future__ import annotations

import functools
import itertools
import math
import operator
import re
from collections import Counter
from difflib import SequenceMatcher
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from srs.model import ANSWERS, Item, ItemFixed

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, KeysView, Mapping, Sequence

T = TypeVar("T", Item, ItemFixed)

_WORD = re.compile(r"[^\W_]+")
_FENCE = re.compile(
    r"^[ ]*(?:`{3,}|~{3,})[^\n]*\n(.*?)(?:^[ ]*(?:`{3,}|~{3,})|\Z)", re.MULTILINE | re.DOTALL
)
_SIGN = re.compile(r"\w+|[^\w\s'\"`;,()]+")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_OPERATOR = re.compile(r"[-+*/%<>=!&|^~?]+")
_CJK = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"))
"""Ranges of characters that are words without spaces. A pattern of them takes long to compile."""


class Sides(NamedTuple):
    """What of an item is compared: Markdown."""

    question: str
    answer: str


def sides(texts: Mapping[str, str]) -> Sides:
    """The first part, and the one that answers: extra text is not compared."""
    answer = next((text for tag, text in texts.items() if tag in ANSWERS), "")
    return Sides(next(iter(texts.values()), ""), answer)


SAMPLE = 2000
"""So many items tell how rare a word is."""


def sample(items: Sequence[T]) -> Sequence[T]:
    """The items by which rarity is measured: all, or those with the least digests.

    The measures below are absolute nats, set on collections of 127 to 2,985 items; among many more
    items every word would tell more, and what was too little to go by would be enough. A draw by
    digest depends on nothing but the texts, and an edit exchanges one of its items at most.
    """
    if len(items) <= SAMPLE:
        return items
    return nsmallest(SAMPLE, items, key=lambda item: item.content)


def soft(text: str) -> str:
    """The text without case, punctuation and marks; code in fences as it is, white space apart."""
    if "```" not in text and "~~~" not in text:
        return " ".join(_WORD.findall(text.casefold()))
    return " ".join((*_WORD.findall(_FENCE.sub(" ", text).casefold()), *code(text)))


def code(text: str) -> list[str]:
    """The words of the code in fences, operators and all."""
    return " ".join(_FENCE.findall(text)).split()


def signs(text: str) -> list[str]:
    """The words and operators of the code in fences, without what a formatter may change."""
    return _SIGN.findall("\n".join(_FENCE.findall(text)))


def operators(text: str) -> list[str]:
    """The operators in spans of code: no words, but `a && b` is not `a || b`."""
    if "`" not in text:
        return []
    spans = _SPAN.findall(_FENCE.sub(" ", text))
    return [sign for _, span in spans for sign in _OPERATOR.findall(span)]


def ratio(a: Sequence[str], b: Sequence[str]) -> float:
    """How alike two texts are letter by letter, or two lists word by word, 0 to 1."""
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def words(text: str) -> Counter[str]:
    """Words without case and plural s; Chinese and Japanese as pairs of characters.

    Each is found as it stands in the text without case.
    """
    return Counter(_each_word(text))


def _each_word(text: str) -> Iterable[str]:
    found: Iterable[str] = _WORD.findall(text.casefold())
    if not text.isascii():
        found = itertools.chain.from_iterable(map(_parted, found))
    return map(_singular, found)


@functools.lru_cache(maxsize=1 << 16)
def _singular(word: str) -> str:
    plural = word[-1] == "s" and len(word) > 3 and word[-2] != "s"
    return word[:-1] if plural else word


def _parted(word: str) -> Iterable[str]:
    if len(word) == 1 or not _has_cjk(word):
        return (word,)
    return (a + b for a, b in itertools.pairwise(word))


def _has_cjk(word: str) -> bool:
    if word.isascii():
        return False
    return any(first <= sign <= last for sign in word for first, last in _CJK)


class _Rarity(dict[str, float]):
    """Word -> nats, of the words that were asked for."""

    def __init__(self, frequency: Callable[[str], int], count: int) -> None:
        super().__init__()
        self._frequency, self._count = frequency, count

    def __missing__(self, word: str) -> float:
        odds = (self._count + 1) / (self._frequency(word) + 0.5)
        rarity = self[word] = max(0.0, math.log(odds))
        return rarity


class _Bag(NamedTuple):
    """The words of a text, and what they tell together, in nats."""

    words: Counter[str]
    mass: float


class Similarity:
    """Likeness by words weighted with their rarity (idf, in nats) among (question, answer) pairs.

    The measures and constants are those that told edits from other questions best on hand-read
    pairs of public collections: both sides count as alternatives, because real edits often keep
    only one, and little shared information counts for little.
    """

    def __init__(self, frequency: Callable[[str], int], count: int) -> None:
        """`frequency` tells in how many of `count` items a word is."""
        self._bags: dict[str, _Bag] = {}
        self.rarity: Mapping[str, float] = _Rarity(frequency, count)

    @classmethod
    def of(cls, *times: Sequence[tuple[Hashable, Sides]]) -> Similarity:
        """`times` are the same vault at two times, so a word counts as often as on either; names
        of texts, and the texts.
        """
        texts = {name: text for one in times for name, text in one}
        found = {name: {*_each_word("\n".join(text))} for name, text in texts.items()}

        def counted(names: Counter[Hashable]) -> Counter[str]:
            return Counter(itertools.chain.from_iterable(map(found.__getitem__, names.elements())))

        # What was and still is there is counted once: that is nearly everything.
        vaults = [Counter(name for name, _ in one) for one in times]
        shared = functools.reduce(operator.and_, vaults)
        frequency = functools.reduce(operator.or_, [counted(one - shared) for one in vaults])
        frequency.update(counted(shared))
        return cls(frequency.__getitem__, max(map(len, times)))

    def _bag(self, text: str) -> _Bag:
        bag = self._bags.get(text)
        if bag is None:
            found = words(text)
            mass = sum([count * self.rarity[word] for word, count in found.items()])
            bag = self._bags[text] = _Bag(found, mass)
        return bag

    def mass(self, text: str) -> float:
        """How much a text tells, in nats."""
        return self._bag(text).mass

    def rarities(self, text: str) -> Mapping[str, float]:
        """The words of a text, and what each tells, in nats."""
        return {word: self.rarity[word] for word in self._bag(text).words}

    def words(self, text: str) -> KeysView[str]:
        return self._bag(text).words.keys()

    def dice(self, a: str, b: str) -> float:
        """Shared over mean mass, 0 to 1."""
        return self._shared(a, b)[0]

    def shared(self, a: str, b: str) -> float:
        """What two texts tell alike, in nats."""
        return self._shared(a, b)[1]

    def _shared(self, a: str, b: str) -> tuple[float, float]:
        """Shared over mean mass, 0 to 1; and the shared mass."""
        left, right = self._bag(a), self._bag(b)
        total = left.mass + right.mass
        if not total:
            return float(soft(a) == soft(b)), 0.0
        few, many = (
            (left.words, right.words)
            if len(left.words) <= len(right.words)
            else (right.words, left.words)
        )
        # In the order of the text: a set's would differ between two runs in the last digit.
        shared = sum(
            [
                self.rarity[word] * min(count, many[word])
                for word, count in few.items()
                if word in many
            ]
        )
        return 2 * shared / total, shared

    def score(self, old: Sides, new: Sides) -> float:
        """How likely two items are one, 0 to 1."""
        question, mass = self._shared(old.question, new.question)
        question *= mass / (mass + 0.5)
        answer, mass = self._shared(old.answer, new.answer)
        answer *= mass / (mass + 3.0)
        return 1 - (1 - question) * (1 - 0.7 * answer)


def measure(were: Sequence[ItemFixed], are: Sequence[Item]) -> Similarity:
    """By what the history knows, and by all that the notes hold now."""
    return Similarity.of(
        [(one.content, sides(one.texts)) for one in sample(were)],
        [(one.content, sides(one.texts)) for one in sample(are)],
    )
