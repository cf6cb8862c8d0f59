"""One sitting: which card is asked now, and what an answer or an undo does to the rest.

Pure: no screen, no clock, no files. An answer becomes part of a session only as an event, which
exists only when it is on disk.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Ask, Bury, Grade, Review, digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from srs.kinds.kind import Given, Verdict
    from srs.model import Card, CardId, Event, EventId, Option


class Turn(NamedTuple):
    """A card's turn. `cause` is the failed review that a practice turn repeats, or ``."""

    card: Card
    seconds: float = 0.0
    """How long it will take, from the plan."""
    cause: str = ""
    seed: str = ""
    """Shuffles its options, with the card and the cause; the study day, so that each has its own
    order and an answer that is taken back on that day is asked in the same one."""
    recall: float | None = None
    """How likely it is to be known, by the memory; None of a new card."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What can be picked, shuffled; or what can be ticked, in the order of writing."""
        options = self.card.face.options
        if self.card.item.ask is not Ask.PICK:
            return options
        return tuple(
            sorted(options, key=lambda one: digest(self.card.id, self.seed, self.cause, one.key))
        )

    def judge(self, given: Given) -> Verdict:
        """What the machine makes of an answer; its grade is a proposal."""
        from srs import kinds  # noqa: PLC0415 - not before the first answer

        return kinds.named(self.card.item.kind).judge(self.card.face, given)

    def answer(
        self, grade: Grade, ms: int, best: Grade = Grade.EASY, *, sure: bool = False
    ) -> Review:
        """The review to keep; `best` is the highest grade that the answer can prove."""
        ask = self.card.item.ask.value
        return Review(self.card.id, min(grade, best), ms, ask, self.cause, sure)


class Answered(NamedTuple):
    turn: Turn
    event: EventId
    review: Review


class Dropped(NamedTuple):
    """A turn that was left out, and the event that says so."""

    turn: Turn
    event: EventId


class Session(NamedTuple):
    """What is still to be asked, what was answered, and the seconds that are left."""

    turns: tuple[Turn, ...]
    seconds: float
    practice: tuple[Turn, ...] = ()
    """Failed cards; each comes back once, after all others, while there is time."""
    done: tuple[Answered, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def current(self) -> Turn | None:
        """The turn now; None when all are done or the time is spent."""
        if self.seconds <= 0:
            return None
        return next(iter(self.turns or self.practice), None)

    @property
    def remaining(self) -> int:
        return len(self.turns) + len(self.practice)

    @property
    def seconds_to_go(self) -> float:
        """How long what remains will take, within the time that is left."""
        return min(self.seconds, sum(turn.seconds for turn in (*self.turns, *self.practice)))

    def answered(self, event: Event) -> Session:
        """The session after the current turn was answered by this event."""
        turn, review = self.current, event.body
        if turn is None or not isinstance(review, Review):
            raise ValueError("only the current turn can be answered")
        turns, practice = (self.turns[1:], self.practice) if self.turns else ((), self.practice[1:])
        if review.grade is Grade.AGAIN and not turn.cause:
            practice = (*practice, turn._replace(cause=event.id))
        return self._replace(
            turns=turns,
            practice=practice,
            seconds=self.seconds - review.ms / 1000,
            done=(*self.done, Answered(turn, event.id, review)),
        )

    def without(self, event: Event) -> Session:
        """The session after its card was suspended, or its item buried: no turn of that is left."""
        turn = self.current
        if turn is None:
            raise ValueError("only the current turn can be left out")
        item = turn.card.item.id if isinstance(event.body, Bury) else None

        def kept(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
            cards = _without(turn.card, turns)
            return tuple(one for one in cards if one.card.item.id != item)

        return self._replace(
            turns=kept(self.turns),
            practice=kept(self.practice),
            dropped=(*self.dropped, Dropped(turn, event.id)),
        )

    @property
    def can_wait(self) -> bool:
        """Whether another card can be asked before the current one."""
        return len(self.turns or self.practice) > 1

    def later(self) -> Session:
        """The session with the current turn after all others of its sort."""
        if self.turns:
            return self._replace(turns=(*self.turns[1:], self.turns[0]))
        return self._replace(practice=(*self.practice[1:], *self.practice[:1]))

    def edited(self, cards: Mapping[CardId, Card | None]) -> Session:
        """The session after notes were edited: these cards as they are now, None where they went.

        A turn whose card is gone, or has become one that has a turn, is left out.
        """
        return self._replace(turns=_with(cards, self.turns), practice=_with(cards, self.practice))

    def shared(self, elsewhere: Collection[Turn], seconds: float) -> Session:
        """The session when others have dealt with these turns meanwhile, and left that time."""
        return self._replace(
            turns=tuple(turn for turn in self.turns if turn not in elsewhere),
            practice=tuple(turn for turn in self.practice if turn not in elsewhere),
            seconds=seconds,
        )

    def next_day(self) -> Session:
        """The session when another study day has begun: what failed before is no practice then."""
        due = tuple(turn._replace(cause="") for turn in self.practice)
        return self._replace(turns=(*self.turns, *due), practice=())

    def undone(self, event: EventId, turn: Turn) -> Session:
        """The session after that event was taken back; its card is asked next.

        `turn` is used for an event of an earlier session.
        """
        taken = next((one for one in self.done if one.event == event), None)
        dropped = next((one for one in self.dropped if one.event == event), None)
        back = taken.turn if taken else dropped.turn if dropped else turn
        practice = tuple(one for one in self.practice if one.cause != event)
        in_practice = bool(back.cause) and not self.turns
        return self._replace(
            turns=self.turns if in_practice else (back, *_without(back.card, self.turns)),
            practice=(back, *practice) if in_practice else practice,
            seconds=self.seconds + (taken.review.ms / 1000 if taken else 0.0),
            done=tuple(one for one in self.done if one is not taken),
            dropped=tuple(one for one in self.dropped if one is not dropped),
        )


def _with(cards: Mapping[CardId, Card | None], turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    now = [(turn, cards.get(turn.card.id, turn.card)) for turn in turns]
    found = {card.id: turn._replace(card=card) for turn, card in reversed(now) if card}
    return tuple(reversed(found.values()))


def _without(card: Card, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns less those of a card, which may wait there for an answer of an earlier day."""
    return tuple(turn for turn in turns if turn.card.id != card.id)


LEECH = 3
"""Lapses that make a card one that is to be rewritten."""


def lapses(reviews: Iterable[Review]) -> int:
    """How often a card failed after its first answer, practice apart; the oldest review first."""
    counting = [review for review in reviews if not review.practice]
    return sum(review.grade is Grade.AGAIN for review in counting[1:])


def grades(done: Sequence[Answered]) -> Counter[Grade]:
    """How often each grade was given, practice apart."""
    return Counter(one.review.grade for one in done if not one.turn.cause)


def lapsed(done: Sequence[Answered]) -> tuple[Card, ...]:
    """Cards that failed, in the order of asking."""
    return tuple(
        one.turn.card for one in done if one.review.grade is Grade.AGAIN and not one.turn.cause
    )
