"""The rule by which items of the history are found again in the notes. Pure.

One to one, in stages from certain to likely:

    id          the name that is written, now or ever
    exact       equal text: of what items are now, then of what they ever were
    question    an equal question that is the only one left; or equal code in it, however formatted,
                and an equal answer
    answer      likewise an equal answer that tells something
    text        shared rare words, and the place between recognised neighbours

The last three are tried within each file first; then what stays in its place, and is so like what
stood there that nothing elsewhere could be more so, is certain too: where notes are edited, no more
of the vault has to be looked at. All else is tried in the whole vault: by what items are now, that
is by every head; then once more, for what is still left, by every text that items ever had. So a
head always goes before an earlier text, except where the whole text is equal: that is certain at
any age, and how a decision of another device, or of before an undone edit, is found again. Where a
head leaves a doubt, an earlier text decides nothing.

A question or an answer that others around have, too, tells nothing, nor does what is no more like
to the old item than to them: no member of a family is silently taken for another. An edit distance
is not among the measures: families of questions share most of their letters.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from srs.identity.candidates import FEW, MOST_PAIRS, holding, nearest_items
from srs.identity.likeness import (
    by_item,
    in_doubt,
    is_one_of_many,
    is_worth_asking,
    judged,
    judged_by_earlier,
    other_code,
    outdoes_all,
    pair,
)
from srs.identity.similarity import sides, signs, soft
from srs.identity.slots import Match, around, slots
from srs.identity.versions import ever, now, texts_of
from srs.model import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from srs.identity.likeness import Doubts, Pair
    from srs.identity.similarity import Sides, Similarity
    from srs.identity.slots import Around, Slots
    from srs.model import Item, ItemFixed, ItemId, KnownItem

    Bodies = Callable[[KnownItem], Sequence[ItemFixed]]
    """The versions of a known item that are looked at, the most telling first."""

_SHORTEST_QUESTION = 8
_INFORMATIVE = 25.0
"""Nats of shared rarity that make an answer tell something."""
_LIKE_QUESTION = 0.12
"""Likeness that the question of an equal answer must have."""
_HALF = 0.45
"""Likeness that each half of a split item has."""


class Matcher:
    """One to one, in stages from certain to likely.

    `matches` is by index of the item; `doubts` are the changes `unsure` and `split`. `certain` are
    those that were found whatever other files hold, `related` those for which there is anything.
    """

    def __init__(
        self,
        known: Mapping[ItemId, KnownItem],
        items: Sequence[Item],
        contested: Container[str],
        company: Around,
        measured: Callable[[], Similarity],
    ) -> None:
        """`contested` are `^ids` that several items have: they decide nothing. `company` and
        `measured` tell of the whole vault what stands around, and what is rare.
        """
        self._contested = contested
        self._measured = measured
        self._known = known
        self._items = items
        self._old: Iterable[KnownItem] = known.values()
        self._new: Iterable[int] = range(len(items))
        self._company = company
        self.matches: dict[int, Match] = {}
        self.taken: set[ItemId] = set()
        self.certain: set[ItemId] = set()
        self.related: set[ItemId] = set()
        self.doubts: list[Change] = []

    def run(self) -> None:
        self._by_name()
        self._by_content(now)
        if self._some_are_left():
            self._by_content(ever)
        self.certain |= self.taken
        if self._some_are_left():
            self._by_telling()

    def _some_are_left(self) -> bool:
        """What is left over, on either side, is from now on all that is looked at."""
        self._old = [one for one in self._old if one.id not in self.taken]
        self._new = [index for index in self._new if index not in self.matches]
        return bool(self._old and self._new)

    def _may_be(self, old: KnownItem, new: int) -> bool:
        """Whether both are free, and nobody said that they are two."""
        free = old.id not in self.taken and new not in self.matches
        return free and not self._refuses(old, new)

    def _refuses(self, old: KnownItem, new: int) -> bool:
        return bool(old.refused) and self._items[new].content in old.refused

    def _take(self, old: KnownItem, new: int, why: str, score: float | None = None) -> None:
        self.matches[new] = Match(old, why, score)
        self.taken.add(old.id)

    # What is certain ----------------------------------------------------------------------------

    def _by_name(self) -> None:
        named = [index for index, item in enumerate(self._items) if item.explicit]
        names = by_name(self._known) if named else {}
        for new in named:
            name = self._items[new].explicit
            old = names.get(name) if name not in self._contested else None
            if old and self._may_be(old, new):
                self._take(old, new, "id")

    def _by_content(self, bodies: Bodies) -> None:
        """Equal text; of several with the same, those that have come the least way."""
        written: dict[str, list[int]] = defaultdict(list)
        for index in self._new:
            if index not in self.matches:
                written[self._items[index].content].append(index)
        owners = self._owners(bodies, written)
        texts = Counter(one.id for known in owners.values() for one in known if one.versions[1:])
        rivals: list[tuple[tuple[bool, bool, int], int, ItemId, int]] = []
        for content, known in owners.items():
            new = written[content]
            if len(known) == len(new) == 1 and texts[known[0].id] <= 1:
                if self._may_be(known[0], new[0]):
                    self._take(known[0], new[0], "exact")
                continue
            for one in known:
                body = next(body for body in bodies(one) if body.content == content)
                order = body.order, one.id
                rivals += [(_distance(body, self._items[place]), *order, place) for place in new]
        for _, _, id_, index in sorted(rivals):
            if self._may_be(self._known[id_], index):
                self._take(self._known[id_], index, "exact")

    def _owners(self, bodies: Bodies, contents: Container[str]) -> dict[str, list[KnownItem]]:
        """The known items by those of the contents that they have."""
        owners: dict[str, list[KnownItem]] = {}
        for one in self._old:
            if one.id not in self.taken:
                for body in bodies(one):
                    if body.content in contents:
                        known = owners.setdefault(body.content, [])
                        if not known or known[-1] is not one:
                            known.append(one)
        return owners

    # What is likely -----------------------------------------------------------------------------

    def _by_telling(self) -> None:
        """By question, answer and likeness, of what is left over."""
        similarity = self._measured()
        self._leave_out_the_unlike(similarity)

        def stands_out(one: Pair, margin: float) -> bool:
            others = around(self._company, self._known[one.old].latest, self._items[one.new])
            return not is_one_of_many(one.ever, others, margin, similarity)

        self._by_side(similarity, now, {}, whole_vault=False)
        self._in_place(similarity, stands_out)
        self.certain |= self.taken
        self._by_side(similarity, now, {}, whole_vault=True)
        places = self._slots()
        pairs = list(self._pairs(places, similarity))
        self.related |= {one.old for one in pairs if is_worth_asking(one)}
        verdicts = judged(pairs, stands_out, similarity)
        self._take_likely(verdicts.sure)
        doubtful = verdicts.doubtful
        if any(len(one.versions) > 1 for one in self._old):
            doubts = by_item(one for one in doubtful if self._is_free(one))
            for whole_vault in (False, True):
                self._by_side(similarity, ever, doubts, whole_vault=whole_vault)
            left = [one for one in pairs if self._is_free(one)]
            verdicts = judged_by_earlier(left, doubts, stands_out, similarity)
            self._take_likely(verdicts.sure)
            doubtful += verdicts.doubtful
        asked = self._tell_unsure(doubtful)
        self._tell_split(asked, pairs, places, similarity)

    def _leave_out_the_unlike(self, similarity: Similarity) -> None:
        """Of very many beside few, keep those that may be one of the few."""
        old, new = [*self._old], [*self._new]
        if len(old) * len(new) <= MOST_PAIRS:
            return
        if len(old) <= FEW:
            asked = [text for one in old for texts in texts_of(one) for text in texts]
            written = ["\n".join(self._items[index].texts.values()) for index in new]
            self._new = [new[place] for place in holding(asked, written, similarity)]
        elif len(new) <= FEW:
            asked = [sides(self._items[index].texts) for index in new]
            were = [
                "\n".join([text for body in ever(one) for text in body.texts.values()])
                for one in old
            ]
            self._old = [old[place] for place in holding(asked, were, similarity)]

    def _by_side(
        self, similarity: Similarity, bodies: Bodies, doubts: Doubts, *, whole_vault: bool
    ) -> None:
        """By an equal question, then by its code with the answer, then by a telling answer."""

        def question(one: Sides) -> str:
            text = soft(one.question)
            return text if len(text) >= _SHORTEST_QUESTION else ""

        def answer(one: Sides) -> str:
            return soft(one.answer) if similarity.mass(one.answer) >= _INFORMATIVE else ""

        def alike(was: Sides, is_: Sides) -> bool:
            return similarity.dice(was.question, is_.question) >= _LIKE_QUESTION

        def shown(one: Sides) -> str:
            shown, answer = " ".join(signs(one.question)), soft(one.answer) or one.answer.strip()
            return f"{shown}\n{answer}" if shown and answer else ""

        for why, key in (("question", question), ("question", shown), ("answer", answer)):
            for old, new, was, is_ in self._unique(key, bodies, whole_vault=whole_vault):
                if (
                    self._may_be(old, new)
                    and not in_doubt(old.id, new, doubts)
                    and not (key is question and other_code(was, is_))
                    and not (key is answer and not alike(was, is_))
                    and not any(
                        key(one) == key(is_)
                        for one in around(self._company, old.latest, self._items[new])
                    )
                ):
                    self._take(old, new, why)

    def _unique(
        self, key: Callable[[Sides], str], bodies: Bodies, *, whole_vault: bool
    ) -> Iterator[tuple[KnownItem, int, Sides, Sides]]:
        """Pairs with equal keys that no other left-over has, of the file or of the vault."""
        self._some_are_left()
        old: dict[tuple[str, str], dict[ItemId, tuple[KnownItem, Sides]]] = defaultdict(dict)
        new: dict[tuple[str, str], list[tuple[int, Sides]]] = defaultdict(list)
        for one in self._old:
            for body in bodies(one):
                text = sides(body.texts)
                if found := key(text):
                    place = "" if whole_vault else body.path, found
                    old[place].setdefault(one.id, (one, text))
        for index in self._new:
            item = self._items[index]
            text = sides(item.texts)
            if found := key(text):
                new["" if whole_vault else item.path, found].append((index, text))
        for place, known in old.items():
            written = new.get(place, ())
            self.related |= known.keys() if written else {*()}
            if len(known) == len(written) == 1:
                ((one, was),) = known.values()
                ((index, is_),) = written
                yield one, index, was, is_

    def _in_place(self, similarity: Similarity, stands_out: Callable[[Pair, float], bool]) -> None:
        """What is where it was, and more like it than any item elsewhere could be."""
        if self._some_are_left():
            places = self._slots()
            opposite = [
                self._pair(self._known[id_], index, places, similarity)
                for id_, index in places.opposite()
                if self._may_be(self._known[id_], index)
            ]
            self._take_likely(
                one for one in opposite if one and outdoes_all(one, stands_out, similarity)
            )

    def _is_free(self, one: Pair) -> bool:
        return one.old not in self.taken and one.new not in self.matches

    def _take_likely(self, pairs: Iterable[Pair]) -> None:
        for one in pairs:
            self._take(self._known[one.old], one.new, "text", one.ever.score)

    def _slots(self) -> Slots:
        latest = {id_: one.latest for id_, one in self._known.items()}
        free = latest.keys() - self.taken
        return slots(latest, free, self._items, self.matches)

    def _pairs(self, places: Slots, similarity: Similarity) -> Iterator[Pair]:
        """The pairs that may be one: all of them, or those that share rare words or a place."""
        self._some_are_left()
        texts = {one.id: texts_of(one) for one in self._old}
        written = {index: sides(self._items[index].texts) for index in self._new}
        if len(texts) * len(written) <= MOST_PAIRS:
            chosen: Iterable[tuple[ItemId, int]] = itertools.product(texts, written)
        else:
            chosen = nearest_items(texts, written, similarity)
        for id_, index in dict.fromkeys((*chosen, *places.opposite())):
            old = self._known[id_]
            if self._may_be(old, index):
                was = texts.get(id_) or texts_of(old)
                is_ = written.get(index) or sides(self._items[index].texts)
                found = pair((id_, was), (index, is_), places, similarity)
                if found:
                    yield found

    def _pair(self, old: KnownItem, new: int, places: Slots, similarity: Similarity) -> Pair | None:
        is_ = sides(self._items[new].texts)
        return pair((old.id, texts_of(old)), (new, is_), places, similarity)

    # What is to be told -------------------------------------------------------------------------

    def _tell_unsure(self, doubtful: Iterable[Pair]) -> list[Pair]:
        """Each item is asked about once: the likest pair first, those by a head before others."""
        asked: set[ItemId | int] = set()
        told = []
        for one in doubtful:
            if self._is_free(one) and not {one.old, one.new} & asked:
                asked |= {one.old, one.new}
                told.append(one)
                self._tell("unsure", one)
        return told

    def _tell(self, what: str, one: Pair) -> None:
        item = self._items[one.new]
        place = (item.path, item.line, one.ever.score, item.content)
        self.doubts.append(Change(what, one.old, *place))

    def _tell_split(
        self, asked: Sequence[Pair], pairs: Sequence[Pair], places: Slots, similarity: Similarity
    ) -> None:
        """Beside the half that has an item's history, or is asked about, stands another half."""
        free = {*self._new} - {*self.matches} - {one.new for one in asked}
        halves = {
            match.known.id: index
            for index, match in self.matches.items()
            if match.why in ("question", "answer", "text")
        }
        halves |= {one.old: one.new for one in asked}
        likely = by_item(pairs)
        for id_, half in halves.items():
            old = self._known[id_]
            beside = {
                index
                for index in (half - 1, half + 1)
                if index in free and self._items[index].path == self._items[half].path
            }
            beside |= {
                one.new
                for one in likely.get(id_, ())
                if one.new in free and places.are_beside(half, one.new)
            }
            others = [
                found
                for index in sorted(beside)
                if not self._refuses(old, index)
                for found in [self._pair(old, index, places, similarity)]
                if found and found.ever.score >= _HALF
            ]
            first = self._pair(old, half, places, similarity) if others else None
            if first and first.ever.score >= _HALF:
                second = max(others, key=lambda one: one.ever.score)
                free.remove(second.new)
                self._tell("split", second)


def by_name(known: Mapping[ItemId, KnownItem]) -> Mapping[str, KnownItem]:
    """The items by their ids, and by every `^id` they ever had.

    Where a name was several items', it is of the one that has it now, else of the one that it is
    the id of; then of the one with the smallest id, in whatever order they come.
    """
    items = sorted(known.values(), key=lambda one: one.id, reverse=True)
    named = {body.explicit: one for one in items for _, body in one.versions}
    named |= {one.id: one for one in items}
    named |= {one.latest.explicit: one for one in items}
    named.pop("", None)
    return named


def _distance(old: ItemFixed, new: Item) -> tuple[bool, bool, int]:
    """How far an item has come: another file, another heading, places in the file."""
    moved = old.path != new.path, old.headings != new.headings
    return (*moved, abs(old.order - new.order))
