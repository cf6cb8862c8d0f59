"""The rule by which items of the history are found again in the notes. Pure.

One to one, in stages from certain to likely. Stages and thresholds are measured on 11,600 edits of
public question collections; an edit distance is not among them, because families of questions
share most of their letters.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from srs.identity.similarity import Similarity, code, soft
from srs.model import ANSWERS, Change

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence

    from srs.model import Item, ItemId, KnownItem

T = TypeVar("T")
MOST_PAIRS = 3000
_SHORTEST_QUESTION = 8
_INFORMATIVE = 25.0
"""Nats of shared rarity that make an answer tell something."""


@dataclass(frozen=True, slots=True)
class Match:
    known: KnownItem
    why: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """An old and a new item that may be one. `rank` orders pairs; `slot` is one, eq, gap or ``.

    `other_code`: the code in the question and the answer differ both.
    """

    old: ItemId
    new: int
    score: float
    rank: float
    slot: str
    other_code: bool


class Matcher:
    """One to one, in stages from certain to likely. `matches` is by index of the item."""

    def __init__(
        self, known: Mapping[ItemId, KnownItem], items: Sequence[Item], contested: Container[str]
    ) -> None:
        """`contested` are `^ids` that several items have: they decide nothing."""
        self._contested = contested
        self._known = known
        self._items = items
        self.matches: dict[int, Match] = {}
        self.taken: set[ItemId] = set()
        self.unsure: list[Change] = []

    def run(self) -> None:
        self._by_name()
        self._by_content()
        if self._old() and self._new():
            similarity = Similarity(
                [_texts(one.latest.texts) for one in self._known.values()],
                [_texts(item.texts) for item in self._items],
            )
            self._by_question()
            self._by_answer(similarity)
            self._by_likeness(similarity)

    def _old(self) -> list[KnownItem]:
        return [one for one in self._known.values() if one.id not in self.taken]

    def _new(self) -> list[int]:
        return [index for index in range(len(self._items)) if index not in self.matches]

    def _take(self, old: KnownItem, new: int, why: str, score: float | None = None) -> None:
        self.matches[new] = Match(old, why, score)
        self.taken.add(old.id)

    def _by_name(self) -> None:
        names = by_name(self._known)
        for new in self._new():
            name = self._items[new].explicit
            old = names.get(name) if name not in self._contested else None
            if old and old.id not in self.taken:
                self._take(old, new, "id")

    def _by_content(self) -> None:
        """Equal text: first what items are now, then what they ever were."""
        for now in (True, False):
            old = defaultdict(list)
            for one in self._old():
                contents = {one.latest.content} if now else {b.content for _, b in one.versions}
                for content in contents:
                    old[content].append(one)
            pairs = [
                (_distance(one, self._items[new]), one.latest.order, one.id, new)
                for new in self._new()
                for one in old[self._items[new].content]
            ]
            for _, _, id_, new in sorted(pairs):
                if id_ not in self.taken and new not in self.matches:
                    self._take(self._known[id_], new, "exact")

    def _by_question(self) -> None:
        def question(texts: Mapping[str, str]) -> str:
            text = soft(_texts(texts)[0])
            return text if len(text) >= _SHORTEST_QUESTION else ""

        self._by_unique(question, "question", lambda _old, _new: True)

    def _by_answer(self, similarity: Similarity) -> None:
        def answer(texts: Mapping[str, str]) -> str:
            text = _texts(texts)[1]
            return soft(text) if similarity.mass(text) >= _INFORMATIVE else ""

        def alike(old: KnownItem, new: Item) -> bool:
            questions = _texts(old.latest.texts)[0], _texts(new.texts)[0]
            return similarity.dice(*questions) >= 0.12

        self._by_unique(answer, "answer", alike)

    def _by_unique(
        self,
        key: Callable[[Mapping[str, str]], str],
        why: str,
        agrees: Callable[[KnownItem, Item], bool],
    ) -> None:
        """Equal keys that are the only ones left on both sides: of the file, then of the vault."""
        for whole_vault in (False, True):
            old: dict[tuple[str, str], list[KnownItem]] = defaultdict(list)
            new: dict[tuple[str, str], list[int]] = defaultdict(list)
            for one in self._old():
                old["" if whole_vault else one.latest.path, key(one.latest.texts)].append(one)
            for index in self._new():
                item = self._items[index]
                new["" if whole_vault else item.path, key(item.texts)].append(index)
            for place, indexes in new.items():
                known = old.get(place, [])
                alone = bool(place[1]) and len(indexes) == len(known) == 1
                if alone and agrees(known[0], self._items[indexes[0]]):
                    self._take(known[0], indexes[0], why)

    # Likeness -----------------------------------------------------------------------------------

    def _by_likeness(self, similarity: Similarity) -> None:
        pairs = sorted(self._pairs(similarity), key=lambda pair: (-pair.rank, pair.old, pair.new))
        rivals: dict[object, list[_Pair]] = defaultdict(list)
        for pair in pairs:
            rivals[pair.old].append(pair)
            rivals[pair.new].append(pair)
        doubtful = []
        for pair in pairs:
            if pair.old in self.taken or pair.new in self.matches:
                continue
            best = max(
                (
                    other.rank
                    for other in (*rivals[pair.old], *rivals[pair.new])
                    if other is not pair
                    and other.old not in self.taken
                    and other.new not in self.matches
                ),
                default=0.0,
            )
            margin = pair.rank - best
            verdict = _verdict(pair, margin)
            if verdict == "sure":
                self._take(self._known[pair.old], pair.new, "text", pair.score)
            elif verdict == "ask":
                doubtful.append(pair)
        asked: set[object] = set()
        for pair in doubtful:
            free = pair.old not in self.taken and pair.new not in self.matches
            if free and not {pair.old, pair.new} & asked:
                asked |= {pair.old, pair.new}
                item = self._items[pair.new]
                self.unsure.append(Change("unsure", pair.old, item.path, item.line, pair.score))

    def _pairs(self, similarity: Similarity) -> Iterable[_Pair]:
        old, new = self._old(), self._new()
        everywhere = len(old) * len(new) <= MOST_PAIRS
        slots = self._slots(old, new)
        written = {index: _texts(self._items[index].texts) for index in new}
        for one in old:
            was = _texts(one.latest.texts)
            for index, now in written.items():
                if not everywhere and one.latest.path != self._items[index].path:
                    continue
                score = similarity.score(was, now)
                if score >= 0.15:
                    where = slots.get((one.id, index), "")
                    bonus = {"one": 0.20, "eq": 0.08, "gap": 0.04}.get(where, 0.0)
                    other = code(was[0]) != code(now[0]) and soft(was[1]) != soft(now[1])
                    yield _Pair(one.id, index, score, score + bonus, where, other)

    def _slots(self, old: list[KnownItem], new: list[int]) -> dict[tuple[ItemId, int], str]:
        """Pairs that stand between the same two recognised neighbours of a file."""
        places = {match.known.id: index for index, match in self.matches.items()}
        old_slots: dict[Hashable, list[ItemId]] = defaultdict(list)
        free = {one.id for one in old}
        by_path: dict[str, list[KnownItem]] = defaultdict(list)
        for one in self._known.values():
            by_path[one.latest.path].append(one)
        for path, ones in by_path.items():
            ones.sort(key=lambda one: (one.latest.order, one.id))
            here = [
                one.id
                for one in ones
                if one.id in free or (one.id in places and self._items[places[one.id]].path == path)
            ]
            for ends, ids in _between(here, lambda one: one in free):
                old_slots[path, *ends] += ids
        new_slots: dict[Hashable, list[int]] = defaultdict(list)
        unmatched = set(new)
        paths: dict[str, list[int]] = defaultdict(list)
        for index, item in enumerate(self._items):
            paths[item.path].append(index)
        for path, indexes in paths.items():
            for (before, after), run in _between(indexes, lambda one: one in unmatched):
                names = [
                    self.matches[end].known.id if end is not None else None
                    for end in (before, after)
                ]
                new_slots[path, *names] += run
        return {
            (one, index): slot(len(ones), len(indexes), rank, place)
            for between, ones in old_slots.items()
            for indexes in [new_slots.get(between, [])]
            for rank, one in enumerate(ones)
            for place, index in enumerate(indexes)
        }


def by_name(known: Mapping[ItemId, KnownItem]) -> Mapping[str, KnownItem]:
    """The items by their ids, and by every `^id` they ever had."""
    return {
        name: one
        for one in known.values()
        for name in (one.id, *(body.explicit for _, body in one.versions))
        if name
    }


def slot(old: int, new: int, rank: int, place: int) -> str:
    """What the `rank`-th of `old` items and the `place`-th of `new` ones are to each other.

    All of them stand between the same two neighbours.
    """
    if old == new == 1:
        return "one"
    return "eq" if old == new and rank == place else "gap"


def _between(
    row: Sequence[T], is_free: Callable[[T], bool]
) -> Iterable[tuple[tuple[T | None, T | None], list[T]]]:
    """The runs of free elements, with the elements before and after; None at the ends."""
    before: T | None = None
    run: list[T] = []
    for element in row:
        if is_free(element):
            run.append(element)
            continue
        if run:
            yield (before, element), run
        before, run = element, []
    if run:
        yield (before, None), run


def _distance(old: KnownItem, new: Item) -> tuple[bool, bool, int]:
    """How far an item has come: another file, another heading, places in the file."""
    latest = old.latest
    moved = latest.path != new.path, latest.headings != new.headings
    return (*moved, abs(latest.order - new.order))


def _verdict(pair: _Pair, margin: float) -> str:
    in_slot = pair.slot in ("one", "eq")
    sure, clear, ask = (0.60, 0.05, 0.20) if in_slot else (0.75, 0.10, 0.45)
    # `typeof null` in place of `typeof NaN` shares all its words and is another question.
    if pair.score >= sure and margin >= clear and not pair.other_code:
        return "sure"
    return "ask" if pair.score >= ask else "new"


def _texts(texts: Mapping[str, str]) -> tuple[str, str]:
    """The question and the answer: the first part, and the second unless it is only extra."""
    question = next(iter(texts.values()), "")
    answer = next((text for tag, text in texts.items() if tag in ANSWERS), "")
    return question, answer
