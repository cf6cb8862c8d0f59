"""Whether an item that is still the same asks for another answer than it did. Pure.

Of 1,296 edited quiz questions whose question stayed word for word, 154 had another option right:
identity is right to stay then, what was remembered is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs import notes
from srs.identity import gaps
from srs.identity.similarity import operators, ratio, sides, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srs.model import Face, Item, ItemFixed, Part

_KEPT, _KEPT_SHORT = 0.5, 0.6
"""Likeness below which an answer is another one; in few words each counts for more."""
_SHORT = 8
"""Words up to which each number and each operator is what is to be remembered."""
_TYPO = 0.8
"""Likeness of letters from which a word is another one mistyped."""
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:[.,]\d+)*")


def answer_changed(old: ItemFixed, item: Item) -> bool:
    """Whether what is right now differs from what `old`, an earlier text of the item, said.

    A slip of the fingers, other formatting, and more of the same are no change. What is typed has
    changed when its best alternative is no longer accepted; options, when others are right or a
    right one says something else; printed output, when a line differs; a gap, when it hides
    something else in the same place.
    """
    if "C" in old.texts and "C" in item.texts:
        return _other_gaps(old, item)
    was, is_ = sides(old.texts).answer, sides(item.texts).answer
    if " ".join(was.split()) == " ".join(is_.split()):
        # Only the tags may differ: what was told may now be to type.
        return False
    if "Options" in old.texts and "Options" in item.texts:
        return _other_options(_face("", was), _face("", is_))
    if "T" in old.texts and "T" in item.texts:
        return _other_to_type(_face("T:", was), _face("T:", is_))
    printed, prints = _printed(was), _printed(is_)
    if printed and prints:
        return printed != prints
    return _says_another(was, is_)


# What is compared exactly -----------------------------------------------------------------------


def _part(tag: str, text: str) -> tuple[Face, Part] | None:
    """The text as the answer of a question, read as a note is; None if it is none."""
    note, _ = notes.parse("notes/answer.md", f"Q: ?\n{tag}\n{text}\n")
    return (note.items[0].faces[0], note.items[0].draft.parts[1]) if note.items else None


def _face(tag: str, text: str) -> Face | None:
    found = _part(tag, text)
    return found[0] if found else None


def _other_options(old: Face | None, new: Face | None) -> bool:
    """By equal text, then the one that is left on each side."""
    if old is None or new is None:
        return True
    were, are = ({option.key: option for option in face.options} for face in (old, new))
    if any(were[key].right != are[key].right for key in were.keys() & are.keys()):
        return True
    gone = [option for key, option in were.items() if key not in are]
    come = [option for key, option in are.items() if key not in were]
    if len(gone) == len(come) == 1:
        (was,), (is_,) = gone, come
        return was.right != is_.right or (was.right and _says_another(was.text, is_.text))
    return any(option.right for option in (*gone, *come))


def _other_to_type(old: Face | None, new: Face | None) -> bool:
    if old is None or new is None:
        return True
    best = old.accepted[0].text
    return _folded(best) not in {_folded(one.text) for one in new.accepted}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _other_gaps(old: ItemFixed, item: Item) -> bool:
    were = {number: card.gap for number, card in enumerate(old.cards) if card.gap}
    are = [face.gap for face in item.faces]
    found = gaps.matched(were, old.texts["C"], are, item.texts["C"])
    return any(_says_another(were[number], are[index]) for index, number in found.items())


def _printed(text: str) -> list[str]:
    """The lines of its blocks of output."""
    found = _part("A:", text)
    fences = found[1].fences if found else ()
    outputs = [fence.code for fence in fences if "output" in fence.words]
    return [line.rstrip() for output in outputs for line in output.rstrip().split("\n")]


# What is told -----------------------------------------------------------------------------------


def _says_another(was: str, is_: str) -> bool:
    """Whether two answers in words differ in what they say.

    How much information they share, which weighs in where an item is looked for, says nothing
    here: a short answer that stayed tells little, and did not change.
    """
    old, new = words(was), words(is_)
    short = max(old.total(), new.total()) <= _SHORT
    if short and (
        _replaced(_NUMBER.findall(was), _NUMBER.findall(is_))
        or _replaced(operators(was), operators(is_))
    ):
        return True
    shared = old & new
    gone, come = [*(old - shared)], [*(new - shared)]
    total = _weight(old) + _weight(new)
    if not total:
        return was.split() != is_.split()
    same = 2 * _weight(shared)
    for word in gone:
        meant = next((other for other in come if _mistyped(word, other)), None)
        if meant is not None:
            come.remove(meant)
            same += _weight({word: 1}) + _weight({meant: 1})
    return same / total < (_KEPT_SHORT if short else _KEPT)


def _weight(counts: Mapping[str, int]) -> int:
    """Without a vault to measure rarity: long words tell more than short ones, numbers much."""
    return sum(count * _tells(word) for word, count in counts.items())


def _tells(word: str) -> int:
    if word.isdigit():
        return 6
    return 1 if len(word) <= 3 else min(len(word), 9)


def _mistyped(word: str, other: str) -> bool:
    """Nearly the same letters. `mutable` is no slip for `immutable`: few slips are at the start."""
    if word[0] != other[0] or any(sign.isdigit() for sign in word + other):
        return False
    return ratio(word, other) >= _TYPO


def _replaced(old: list[str], new: list[str]) -> bool:
    """Whether some are gone and others have come."""
    return not ({*old} <= {*new} or {*new} <= {*old})
