"""Which of the left-overs are likely one: pairs, best first, each sure, to be asked, or neither.

Thresholds are measured on 11,600 edits of public question collections. Pure.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from srs.identity.similarity import code, operators, ratio, signs, soft, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srs.identity.similarity import Sides, Similarity
    from srs.identity.slots import Slots
    from srs.identity.versions import Texts
    from srs.model import ItemId

_LEAST = 0.15
"""Less likeness is chance."""
_TELLING = 1.5
"""Nats of rarity that make a word one of the subject's."""
_CODE_KEPT = 0.8
"""Share of words and operators of a question's code that an edit leaves as they are."""
_REPLACED, _CHANGED = 0.17, 0.13
"""Share of an answer's information that is gone, and that has come, where another answer stands in
its place; and how unlike questions are that are no longer the same."""
_REASKED, _REWORDED = 0.30, 0.10
"""The same of a question, and how unlike answers are."""
_BONUS = {"one": 0.20, "eq": 0.08, "gap": 0.04, "": 0.0}


class _Bar(NamedTuple):
    """How alike two must be for the one to be taken for the other, by how much more than any
    rival, and for the person to be asked.
    """

    sure: float
    clear: float
    ask: float


_HERE = _Bar(0.60, 0.05, 0.20)
_ELSEWHERE = _Bar(0.75, 0.10, 0.45)


def _bar(slot: str) -> _Bar:
    return _HERE if slot in ("one", "eq") else _ELSEWHERE


class Likeness(NamedTuple):
    score: float
    """0 to 1."""
    old: Sides
    new: Sides


class Pair(NamedTuple):
    """An old and a new item that may be one.

    `now` is what the old one's heads say for it, `ever` what its likest text says.
    """

    old: ItemId
    new: int
    now: Likeness
    ever: Likeness
    slot: str

    @property
    def rank(self) -> float:
        """What pairs are ordered by: likeness, and a little for the place."""
        return self.ever.score + _BONUS[self.slot]

    @property
    def rank_now(self) -> float:
        return self.now.score + _BONUS[self.slot]

    @property
    def by_earlier(self) -> bool:
        """Whether an earlier text says more than any head."""
        return self.ever.score > self.now.score


Doubts = Mapping["ItemId | int", Collection[Pair]]
"""The pairs that a head makes doubtful, by each of their two items."""


class Verdicts(NamedTuple):
    sure: list[Pair]
    doubtful: list[Pair]


def pair(
    old: tuple[ItemId, Texts], new: tuple[int, Sides], slots: Slots, similarity: Similarity
) -> Pair | None:
    """Two items beside each other, unless they have nothing in common."""
    (id_, was), (index, is_) = old, new
    now = max((Likeness(similarity.score(one, is_), one, is_) for one in was.now), key=_score)
    ever = now
    for one in was.before:
        likeness = Likeness(similarity.score(one, is_), one, is_)
        if likeness.score > ever.score:
            ever = likeness
    return Pair(id_, index, now, ever, slots.of(id_, index)) if ever.score >= _LEAST else None


def _score(likeness: Likeness) -> float:
    return likeness.score


def is_worth_asking(one: Pair) -> bool:
    """Whether the two may be one, by whatever text."""
    return one.ever.score >= _bar(one.slot).ask


def outdoes_all(
    one: Pair, stands_out: Callable[[Pair, float], bool], similarity: Similarity
) -> bool:
    """Whether a pair that is in its place would be sure beside any rival elsewhere."""
    sure, clear, _ = _bar(one.slot)
    likeness = one.now
    return (
        likeness.score >= sure
        and one.rank_now - 1.0 >= clear
        and not _asks_of_another(likeness, similarity)
        and stands_out(one, clear)
    )


def judged(
    pairs: Sequence[Pair], stands_out: Callable[[Pair, float], bool], similarity: Similarity
) -> Verdicts:
    """By what the heads say: one to one, the best first.

    A pair is sure only if it is clearly better than its rivals, whatever text speaks for those,
    and if it `stands_out` by a margin among the items around it.
    """
    likenesses = [(one.now, one.rank_now, one) for one in pairs]
    return _judged(pairs, likenesses, {}, stands_out, similarity)


def judged_by_earlier(
    pairs: Sequence[Pair],
    doubts: Doubts,
    stands_out: Callable[[Pair, float], bool],
    similarity: Similarity,
) -> Verdicts:
    """The pairs for which an earlier text says more than any head, where heads leave no doubt."""
    likenesses = [(one.ever, one.rank, one) for one in pairs if one.by_earlier]
    return _judged(pairs, likenesses, doubts, stands_out, similarity)


def in_doubt(old: ItemId, new: int, doubts: Doubts) -> bool:
    """Whether a head says that one of the two may be another."""
    rivals = (*doubts.get(old, ()), *doubts.get(new, ()))
    return any((one.old, one.new) != (old, new) for one in rivals)


def by_item(pairs: Iterable[Pair]) -> dict[ItemId | int, list[Pair]]:
    """The pairs of each old and each new item."""
    found: dict[ItemId | int, list[Pair]] = defaultdict(list)
    for one in pairs:
        found[one.old].append(one)
        found[one.new].append(one)
    return found


def _judged(
    pairs: Sequence[Pair],
    likenesses: Iterable[tuple[Likeness, float, Pair]],
    doubts: Doubts,
    stands_out: Callable[[Pair, float], bool],
    similarity: Similarity,
) -> Verdicts:
    rivals = by_item(pairs)
    taken: set[ItemId | int] = set()
    verdicts = Verdicts([], [])
    for likeness, rank, one in sorted(
        likenesses, key=lambda judged: (-judged[1], judged[2].old, judged[2].new)
    ):
        sure, clear, ask = _bar(one.slot)
        if likeness.score < ask or one.old in taken or one.new in taken:
            continue
        best = max(
            (
                other.rank
                for other in (*rivals[one.old], *rivals[one.new])
                if other is not one and other.old not in taken and other.new not in taken
            ),
            default=0.0,
        )
        if (
            likeness.score >= sure
            and rank - best >= clear
            and not _asks_of_another(likeness, similarity)
            and not in_doubt(one.old, one.new, doubts)
            and stands_out(one, clear)
        ):
            verdicts.sure.append(one)
            taken |= {one.old, one.new}
        else:
            verdicts.doubtful.append(one)
    return verdicts


def other_code(was: Sides, is_: Sides) -> bool:
    """`typeof null` in place of `typeof NaN` shares all its words and is another question.

    Edited code with the answer it had is the same one; rewritten code may be anything.
    """
    other_answer = soft(was.answer) != soft(is_.answer)
    if _plain(was.question) == _plain(is_.question):
        return other_answer and operators(was.question) != operators(is_.question)
    return other_answer or ratio(signs(was.question), signs(is_.question)) < _CODE_KEPT


def _plain(text: str) -> list[str]:
    """The words of the code in fences, whatever quotes, commas and semicolons a formatter gave it.

    That there are quotes counts: `1 + "2"` is not `1 + 2`.
    """
    return [word for one in code(text) if (word := one.replace("'", '"').rstrip(",;"))]


def _asks_of_another(likeness: Likeness, similarity: Similarity) -> bool:
    return (
        other_code(likeness.old, likeness.new)
        or _other_subject(likeness, similarity)
        or _other_side(likeness, similarity)
    )


def _other_side(likeness: Likeness, similarity: Similarity) -> bool:
    """A part of the answer is gone, another has come, and the question is not what it was; or a
    greater part of the question, and the answer is not.

    Edits add to a side, or shorten it; who rewrites one leaves the other nearly as it is.
    """
    (question, answer), (asked, answered) = likeness.old, likeness.new
    other_question = similarity.dice(question, asked) <= 1 - _CHANGED
    if other_question and _is_replaced(answer, answered, _REPLACED, similarity):
        return True
    other_answer = similarity.dice(answer, answered) <= 1 - _REWORDED
    return other_answer and _is_replaced(question, asked, _REASKED, similarity)


def _is_replaced(was: str, is_: str, part: float, similarity: Similarity) -> bool:
    """Whether such a part of what a text says is gone, and such a part of it has come."""
    least = min(similarity.mass(was), similarity.mass(is_))
    return similarity.shared(was, is_) < (1 - part) * least


def _other_subject(likeness: Likeness, similarity: Similarity) -> bool:
    """`list pods` in place of `list nodes`: a word is gone from the question and from the answer,
    and another has come in both; or others in each, if that word tells something.

    Or a number for another in each. Of true edits that are found by likeness a few of a hundred
    look like that, too, and are asked about.
    """
    swapped = [*map(_swapped, likeness.old, likeness.new)]
    gone, come = zip(*swapped, strict=True)
    both = gone[0] & gone[1]
    if both and come[0] & come[1]:
        return True
    if come[0] and come[1] and any(similarity.rarity[word] >= _TELLING for word in both):
        return True
    return all(itertools.starmap(_another_number, swapped))


def _swapped(was: str, is_: str) -> tuple[set[str], set[str]]:
    """The words that are gone, and those that have come."""
    before, after = words(was), words(is_)
    return before.keys() - after.keys(), after.keys() - before.keys()


def _another_number(gone: Iterable[str], come: Iterable[str]) -> bool:
    return any(map(str.isdigit, gone)) and any(map(str.isdigit, come))


def is_one_of_many(
    likeness: Likeness, others: Iterable[Sides], margin: float, similarity: Similarity
) -> bool:
    """Whether a parsed item is as like to one of the others as it is to the known item.

    Then they are a family of which it may be a new member. Where all of them have code, that is
    what tells them apart.
    """
    was, is_ = likeness.old, likeness.new
    shown = signs(is_.question)
    kept = ratio(signs(was.question), shown)
    other_number = _another_number(*_swapped(was.answer, is_.answer))
    same = [bool(there) and soft(there) == soft(here) for there, here in zip(was, is_, strict=True)]
    for other in others:
        if shown and kept < 1 and ratio(signs(other.question), shown) >= kept:
            return True
        # A side that all three share tells nothing, and would hide what the other one tells.
        if same[0] and soft(other.question) == soft(is_.question):
            # Only the answers tell them apart: another number there is another thing.
            if other_number:
                return True
            like, unlike = (similarity.dice(one.answer, is_.answer) for one in (was, other))
        elif same[1] and soft(other.answer) == soft(is_.answer):
            like, unlike = (similarity.dice(one.question, is_.question) for one in (was, other))
        else:
            like, unlike = likeness.score, similarity.score(other, is_)
        if like - unlike < margin:
            return True
    return False
