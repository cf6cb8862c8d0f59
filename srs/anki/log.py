"""Anki's review log of a card as events of the history.

What of a log counts for memory is decided as the engine does (rslib, scheduler/fsrs/params.rs): it
looks back from the newest row for the first one of the last group of learning, or for a reset. What
is before that stays in the history and counts no more. Where a log has no learning, memory starts
from the interval and ease of its first answer that led to a day or more.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from srs.model import ANKI_ID, IN_ANKI, CardId, Event, EventId, Grade, Reset, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from srs.anki.collection import Entry

LEARNING, REVIEW, RELEARNING, FILTERED, MANUAL, RESCHEDULED = range(6)
"""Types of rows."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_SECONDS = 86_400
_EASE = 2500
"""That of a row which has none."""


class Start(NamedTuple):
    """The place of the row from which on a log counts: its length, where nothing of it does.

    `sm2`: memory starts from that row's interval and ease.
    """

    place: int
    sm2: tuple[int, int] | None = None


def moment(ms: int) -> datetime:
    """Of milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def is_answer(row: Entry) -> bool:
    """Whether somebody graded the card."""
    return 1 <= row.ease <= 4 and not is_reset(row)


def is_practice(row: Entry) -> bool:
    """Whether it was an answer in a filtered deck that did not move the card."""
    return row.type == FILTERED and row.factor == 0


def is_reset(row: Entry) -> bool:
    """Whether the card was made new again."""
    return row.type == MANUAL and row.factor == 0


def start(log: Sequence[Entry]) -> Start:
    """Where the log of a card, oldest first, begins to count."""
    learning = graded = None
    for index in reversed(range(len(log))):
        row = log[index]
        if is_practice(row):
            continue
        if is_answer(row) and (row.interval > 0 or row.interval <= -_DAY_SECONDS):
            graded = index
        if is_answer(row) and row.type == LEARNING:
            learning = index
        elif is_reset(row):
            if learning is None and graded is None:
                return Start(len(log))
            break
        elif learning is not None:
            # Once no row was written when a card was made new again.
            break
    if learning is not None:
        return Start(learning)
    if graded is not None:
        return Start(graded, (max(1, log[graded].interval), log[graded].factor or _EASE))
    return Start(len(log))


def events(
    log: Sequence[Entry],
    card: CardId,
    name: str,
    is_here: Callable[[int], bool],
    day: Callable[[datetime], date],
) -> Iterator[Event]:
    """The events of a card's log, oldest first, that the history does not have.

    `name` is `<GUID>-<ordinal>`; `is_here` says whether the history has what happened to the card
    at these milliseconds; `day` gives the study day of a moment.
    """

    def event(ms: int, body: Review | Reset, about: str = "") -> Event:
        at = moment(ms)
        return Event(EventId(f"{ANKI_ID}{name}-{ms}{about}"), at, day(at), "", body)

    begin = start(log)
    unsaid = _ends_unsaid(log[: begin.place])
    for place, row in enumerate(log):
        if unsaid and place == begin.place:
            yield event(row.at - 1, Reset(card), "-start")
        if is_here(row.at):
            continue
        if is_reset(row):
            yield event(row.at, Reset(card))
        elif is_answer(row):
            sm2 = begin.sm2 if place == begin.place else None
            cause = IN_ANKI if is_practice(row) else ""
            took = max(0, row.taken)
            yield event(row.at, Review(card, Grade(row.ease), took, IN_ANKI, cause, sm2=sm2))
    if unsaid and begin.place == len(log):
        yield event(log[-1].at + 1, Reset(card), "-start")


def _ends_unsaid(log: Sequence[Entry]) -> bool:
    """Whether a card was made new again after these rows, and none of them says so."""
    for row in reversed(log):
        if is_reset(row):
            return False
        if is_answer(row) and not is_practice(row):
            return True
    return False
