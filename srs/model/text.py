"""Ids, offsets into texts, and what a person is told when work cannot be done."""

from __future__ import annotations

import sys
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from hashlib import blake2b


ItemId = NewType("ItemId", str)
CardId = NewType("CardId", str)
EventId = NewType("EventId", str)
Span = tuple[int, int]
"""Offsets `[start, end)` into a text."""


def item_of(card: CardId) -> ItemId:
    """The item under whose id a card got its own: the card's begins with it."""
    return ItemId(card.rpartition("-")[0])


_CHARACTERS = b"0123456789abcdefghijklmnopqrstuv" * 8
"""One for each byte: five of its bits count."""


def digest(*texts: str, size: int = 16) -> str:
    """`size` characters of 0-9a-v that stand for these texts, in this order."""
    packed = "\0".join(texts).encode("utf-8", "surrogatepass")
    return _blake2b()(packed, digest_size=size).digest().translate(_CHARACTERS).decode("ascii")


@cache
def _blake2b() -> Callable[..., blake2b]:
    from hashlib import blake2b  # noqa: PLC0415 - with all of OpenSSL, and often for nothing

    return blake2b


class Trouble(Exception):  # noqa: N818 - it is said to a person
    """What keeps a command from doing its work: a sentence, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def covers(spans: Sequence[Span], offset: int) -> bool:
    """Whether one of the spans, sorted and apart from each other, holds this offset."""
    before = bisect_right(spans, (offset, sys.maxsize)) - 1
    return before >= 0 and offset < spans[before][1]


@lru_cache(maxsize=4)
def line_starts(text: str) -> tuple[int, ...]:
    """The offsets at which the lines of a text begin, and that of its end if one would follow."""
    return (0, *accumulate(len(line) + 1 for line in text.split("\n")))


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """What was probably meant by a name that is not known, in any case; or ``."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for mistakes

    folded = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""
