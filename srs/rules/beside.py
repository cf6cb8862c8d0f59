"""What is to be said of items beside each other: one question asked twice, or nearly."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from srs.identity.similarity import Sides, Similarity, words
from srs.rules.rule import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from srs.model import Face, Item, Problem

TWICE, NEAR = "question-twice", "question-near"
_NEAR = 0.85
"""Likeness (dice of words weighted by rarity) from which on two questions are taken for one."""
_ENOUGH = 6.0
"""Nats that a question has to tell: below, likeness is chance."""
_UNSHARED = 1 - _NEAR / (2 - _NEAR)
"""The most of a question's mass that can be unshared at that likeness: near questions share one of
those of their rarest words that make up more than that, so only these are looked up."""


def same_questions(items: Iterable[Item]) -> Iterator[Problem]:
    """A warning for each item that asks what an earlier one asks, in the same case."""
    first: dict[str, tuple[Item, Face]] = {}
    for item in items:
        for face in item.faces:
            twin, other = first.setdefault(" ".join(face.prompt.split()), (item, face))
            if twin.content == item.content or item.allows(TWICE) or _ask_of_others(face, other):
                continue
            same = face.answer == other.answer
            also = "" if same else ", with another answer"
            message = f"This is asked at {twin.path}:{twin.line} already{also}."
            hint = "Remove one." if same else "Say in the question which is meant, or join them."
            yield told((item.path, item.line, item.column), TWICE, message, hint)
            break


def _ask_of_others(face: Face, other: Face) -> bool:
    """Whether two faces let pick from options of which they share none."""
    texts, others = ({option.text for option in one.options} for one in (face, other))
    return bool(texts and others) and texts.isdisjoint(others)


def near_questions(items: Sequence[Item]) -> Iterator[Problem]:
    """A warning for each item whose question is nearly one of another note."""
    sides = [Sides(item.faces[0].prompt, item.faces[0].answer) for item in items]
    similarity = Similarity.of([(one, one) for one in sides])
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, (item, (question, _)) in enumerate(zip(items, sides, strict=True)):
        if similarity.mass(question) < _ENOUGH:
            continue
        rarest = _rarest(question, similarity)
        near: dict[int, float] = {}
        for other in {other for word in rarest for other in by_word[word]}:
            if not _are_apart(item, items[other]) and sides[other][0] != question:
                near[other] = similarity.dice(question, sides[other][0])
        for word in rarest:
            by_word[word].append(place)
        closest = max(near, key=lambda other: (near[other], -other), default=None)
        if closest is not None and near[closest] >= _NEAR and not item.allows(NEAR):
            twin = items[closest]
            message = f"This asks nearly what {twin.path}:{twin.line} asks."
            if sides[closest][1] == sides[place][1]:
                hint = "The answer is the same: remove one."
            else:
                message += " Answers to like questions are mixed up."
                hint = "Say what sets them apart, or mark both `#contrast/name`."
            yield told((item.path, item.line, item.column), NEAR, message, hint)


def _rarest(question: str, similarity: Similarity) -> list[str]:
    """The rarest words of a question, as many as a near one must share at least one of."""
    left = _UNSHARED * similarity.mass(question)
    found: list[str] = []
    counted = words(question)
    for word in sorted(counted, key=lambda word: (-similarity.mass(word), word)):
        found.append(word)
        left -= counted[word] * similarity.mass(word)
        if left < 0:
            break
    return found


def _are_apart(a: Item, b: Item) -> bool:
    """Whether two items are of one note, or are known to be like each other."""
    return a.path == b.path or not set(a.contrasts).isdisjoint(b.contrasts)
