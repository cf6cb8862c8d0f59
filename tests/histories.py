"""Deterministic histories for `make bench`: weekly sessions over years, on two devices.

Written as the program writes them: an item's identity is fixed before its first answer, ids and
times rise within a file, and each device has a file of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING

from srs import history, identity
from srs.model import Event, EventId, Grade, Review

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from srs.model import Body, Card, CardId

FIRST = datetime(2021, 1, 8, 18, tzinfo=UTC)
WEEKS = 250
"""The last session is in October 2025."""
AFTER = "2026-01-09T18:00:00Z"
"""A Friday after all of them, when much is due."""
_DEVICES = ("desk", "laptop")
_GRADES = (1, 1, 2, 3, 3, 3, 3, 3, 3, 4)
_LONGEST = 26
"""Weeks after which a card that is known is asked again."""
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def write(folder: Path, cards: Sequence[Card], reviews: int) -> None:
    """Write so many reviews of these cards, each asked at growing intervals, to the folder.

    With few reviews only the first of the cards are ever asked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(reviews)
    of_item = {id_: [*group] for id_, group in groupby(cards, key=lambda card: card.item.id)}
    # A card comes to about five reviews in all, and to more where there are not enough cards.
    asked = min(len(cards), max(1, reviews // 5))
    waiting = [(number * WEEKS * 3 // 4 // asked, number) for number in range(asked)]
    heapify(waiting)
    rungs = [1] * asked
    fixed: set[str] = set()
    lines: dict[str, list[str]] = {name: [] for name in _DEVICES}
    for week in range(WEEKS):
        device = _DEVICES[week % len(_DEVICES)]
        stamps = _stamps(FIRST + timedelta(weeks=week))
        count = reviews * (week + 1) // WEEKS - reviews * week // WEEKS
        # Where nothing is due any more, what comes next is asked ahead.
        for _ in range(count):
            _, number = heappop(waiting)
            card = cards[number]
            if card.item.id not in fixed:
                fixed.add(card.item.id)
                body = identity.fixed(card.item, of_item[card.item.id], "first use")
                lines[device].append(_line(device, next(stamps), body))
            grade = random.choice(_GRADES)
            review = Review(card.id, Grade(grade), random.randrange(2_000, 40_000))
            lines[device].append(_review(device, next(stamps), review))
            rungs[number] = 1 if grade == 1 else min(_LONGEST, rungs[number] * 2)
            heappush(waiting, (week + rungs[number], number))
    for name, own in lines.items():
        (folder / f"{name}.jsonl").write_text("".join(own), "utf-8")


def more(folder: Path, cards: Sequence[CardId], session: int) -> None:
    """Append a session's reviews, one of each of these cards, on another day each time."""
    stamps = _stamps(FIRST + timedelta(weeks=WEEKS + 1, days=session))
    device = _DEVICES[0]
    lines = [_review(device, next(stamps), Review(card, Grade.GOOD, 9_000)) for card in cards]
    with (folder / f"{device}.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(lines)


def _stamps(start: datetime) -> Iterator[tuple[EventId, datetime]]:
    """Ids and times of a session, a millisecond or some seconds apart: as many as are wanted."""
    at = start
    while True:
        milliseconds = int(at.timestamp() * 1000)
        yield EventId(_ulid(milliseconds)), at
        at += timedelta(milliseconds=1 + milliseconds * 7919 % 11)


def _ulid(milliseconds: int) -> str:
    """A time as the first ten digits of an id, and sixteen that look random."""
    value = milliseconds << 80 | (milliseconds * 0x9E3779B97F4A7C15F39CC0605CEDC835 & (1 << 80) - 1)
    return "".join(_DIGITS[value >> shift & 31] for shift in range(125, -1, -5))


def _line(device: str, stamp: tuple[EventId, datetime], body: Body) -> str:
    id_, at = stamp
    return history.encode(Event(id_, at, at.date(), device, body)) + "\n"


def _review(device: str, stamp: tuple[EventId, datetime], review: Review) -> str:
    """The line of a review, written out: a million of them are to be made in seconds."""
    id_, at = stamp
    time = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
    text = (
        f'{{"v":1,"id":"{id_}","at":"{time}","day":"{at:%Y-%m-%d}","event":"review",'
        f'"card":"{review.card}","grade":{int(review.grade)},"ms":{review.ms},"ask":"{review.ask}"}}\n'
    )
    if at.minute == at.second == 0 and text != _line(device, stamp, review):
        raise ValueError(f"The program writes this review in another way: {text}")
    return text
