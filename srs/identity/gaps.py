"""Which gap of an edited text is which of the text before. Pure.

By equal text, else by text and surroundings together: a number would give a gap's history to its
neighbour. What was shown before, or is shown now, is another gap. Measured on edits of 5,903 real
sentences with two to five gaps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.identity.similarity import ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MARKS = re.compile(r"\{\{(?:c\d+::)?|\}\}|==|[*_`\\]")
_ACCEPTED = 0.55
_TEXT_VOUCHES = 0.5
_PLACE_VOUCHES = 0.75


def matched(
    old: Mapping[int, str], old_text: str, new: Sequence[str], new_text: str
) -> dict[int, int]:
    """Index of a new gap -> key of the old gap that it is. `old` and `new` are the gaps' texts."""
    before, now = _plain(old_text), _plain(new_text)
    pairs = []
    for key, was in old.items():
        if _place(before, was) < 0:
            continue
        for index, is_ in enumerate(new):
            if _stands_beside(is_, before, was) or _stands_beside(was, now, is_):
                continue
            likeness = ratio(was, is_)
            place = _context(before, was, now, is_)
            score = 0.6 * likeness + 0.4 * place
            vouched = likeness >= _TEXT_VOUCHES or place >= _PLACE_VOUCHES
            if score >= _ACCEPTED and vouched:
                pairs.append((-score, key, index))
    result: dict[int, int] = {}
    for _, key, index in sorted(pairs):
        if key not in result.values() and index not in result:
            result[index] = key
    return result


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())


def _place(text: str, gap: str) -> int:
    """Where a gap stands; of gaps that are asked together, the first."""
    return text.find(gap) if gap in text else text.find(gap.split(", ", maxsplit=1)[0])


def _stands_beside(gap: str, text: str, hidden: str) -> bool:
    """Whether a gap's words are in the other text, too, outside the gap that it may have been.

    A word that was shown before and is hidden now is another gap than the one that went, and what
    is shown now was not edited.
    """
    at = _place(text, hidden)
    rest = f"{text[:at]}\n{text[at + len(hidden) :]}" if at >= 0 else text
    return re.search(rf"(?<!\w){re.escape(gap)}(?!\w)", rest) is not None


def _context(before: str, was: str, now: str, is_: str) -> float:
    """How alike the surroundings are: mostly the better side close by, partly both further out."""
    a, b = _place(before, was), _place(now, is_)
    ends = a + len(was), b + len(is_)

    def left(width: int) -> float:
        return ratio(before[max(0, a - width) : a], now[max(0, b - width) : b])

    def right(width: int) -> float:
        return ratio(before[ends[0] : ends[0] + width], now[ends[1] : ends[1] + width])

    return 0.6 * max(left(20), right(20)) + 0.4 * (left(40) + right(40)) / 2
