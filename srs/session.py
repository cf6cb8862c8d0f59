"""One sitting: which card is asked now, and what an answer or an undo does to the rest.

Pure: no screen, no clock, no files. An answer becomes part of a session only as an event, which
exists only when it is on disk.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Answer, Ask, Bury, Grade, Review, digest

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
    exam: bool = False
    """Its answer is kept as it is given, and marked after all others."""
    written: Event | None = None
    """That answer, when it is to be marked."""
    doubted: bool = False
    """Its mark was taken back: now it is the person's."""

    @property
    def ask(self) -> Ask:
        """How it is answered. In an exam, what only the person can judge is written down."""
        ask = self.card.item.ask
        return Ask.TYPE if self.exam and ask in (Ask.REVEAL, Ask.TICK) else ask

    @property
    def is_proven(self) -> bool:
        """Whether what was written needs no word of the person's: a machine sees that it is right.

        Unless the mark was taken back: then it is the person's.
        """
        judged = self.written and not self.doubted and self.card.item.ask in (Ask.PICK, Ask.TYPE)
        return bool(judged) and self.judge(self.given).grade >= Grade.GOOD

    @property
    def given(self) -> Given:
        """What was answered in the exam; the keys of options, or one text."""
        body = self.written.body if self.written else None
        return body.given if isinstance(body, Answer) else ()

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

        verdict = kinds.named(self.card.item.kind).judge(self.card.face, given)
        if self.written and not self.given:
            return verdict._replace(grade=Grade.AGAIN)
        return verdict

    def answer(
        self, grade: Grade, ms: int, best: Grade = Grade.EASY, *, sure: bool = False
    ) -> Review:
        """The review to keep; `best` is the highest grade that the answer can prove."""
        ask = self.card.item.ask.value
        return Review(self.card.id, min(grade, best), ms, ask, self.cause, sure)

    def marked(self, grade: Grade) -> Review:
        """The review of what was written in an exam."""
        body = self.written.body if self.written else None
        if not isinstance(body, Answer):
            raise TypeError("only what was written can be marked")
        return self.answer(grade, body.ms, sure=body.sure)


class Answered(NamedTuple):
    turn: Turn
    event: EventId
    review: Review
    given: Given = ()
    """What was answered, if that is known."""


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
    marking: tuple[Turn, ...] = ()
    """Answers of an exam; each is marked after all questions, or when the time is spent."""
    done: tuple[Answered, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def current(self) -> Turn | None:
        """The turn now; None when all are done or the time is spent."""
        return next(iter(self._coming), None)

    @property
    def is_marking(self) -> bool:
        """Whether nothing is asked any more; answers of an exam may still be to be marked."""
        return self.seconds <= 0 or not (self.turns or self.practice)

    @property
    def _coming(self) -> tuple[Turn, ...]:
        """The turns of which the current one is the first."""
        return self.marking if self.is_marking else self.turns or self.practice

    def _going_on(self, coming: tuple[Turn, ...]) -> Session:
        """The session with others in their place."""
        if self.is_marking:
            return self._replace(marking=coming)
        return self._replace(turns=coming) if self.turns else self._replace(practice=coming)

    @property
    def left(self) -> tuple[Turn, ...]:
        """All turns that may still come."""
        return (*self.turns, *self.practice, *self.marking)

    @property
    def remaining(self) -> int:
        return len(self.turns) + len(self.practice)

    @property
    def number(self) -> int:
        """Which one the current turn is, from 1."""
        return 1 + len(self.done) + (0 if self.is_marking else len(self.marking))

    @property
    def last(self) -> int:
        """The number of the last one that comes now."""
        if self.is_marking:
            return len(self.done) + len(self.marking)
        return self.number - 1 + self.remaining

    @property
    def seconds_to_go(self) -> float:
        """How long what remains will take, within the time that is left."""
        return min(self.seconds, sum(turn.seconds for turn in (*self.turns, *self.practice)))

    def answered(self, event: Event, given: Given = ()) -> Session:
        """The session after the current turn was answered by this event.

        A quiz repeats nothing: what failed in it comes back in a session.
        """
        turn, body = self.current, event.body
        if turn is None or not isinstance(body, Review | Answer):
            raise ValueError("only the current turn can be answered")
        rest = self._going_on(self._coming[1:])
        spent = 0.0 if turn.written else body.ms / 1000
        rest = rest._replace(seconds=rest.seconds - spent)
        if isinstance(body, Answer):
            return rest._replace(marking=to_mark((*rest.marking, turn._replace(written=event))))
        if body.grade is Grade.AGAIN and not turn.cause and not body.quiz:
            rest = rest._replace(practice=(*rest.practice, turn._replace(cause=event.id)))
        return rest._replace(done=(*rest.done, Answered(turn, event.id, body, given)))

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
            marking=kept(self.marking),
            dropped=(*self.dropped, Dropped(turn, event.id)),
        )

    @property
    def can_wait(self) -> bool:
        """Whether another card can be asked before the current one."""
        return len(self._coming) > 1

    def later(self) -> Session:
        """The session with the current turn after all others of its sort."""
        return self._going_on((*self._coming[1:], *self._coming[:1]))

    def edited(self, cards: Mapping[CardId, Card | None]) -> Session:
        """The session after notes were edited: these cards as they are now, None where they went.

        A turn whose card is gone, or has become one that has a turn, is left out.
        """
        return self._replace(
            turns=_with(cards, self.turns),
            practice=_with(cards, self.practice),
            marking=_with(cards, self.marking),
        )

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
        written = next((one for one in self.marking if _id(one.written) == event), None)
        back = taken.turn if taken else dropped.turn if dropped else turn
        rest = self._replace(
            practice=tuple(one for one in self.practice if one.cause != event),
            marking=tuple(one for one in self.marking if one is not written),
            done=tuple(one for one in self.done if one is not taken),
            dropped=tuple(one for one in self.dropped if one is not dropped),
        )
        if written:
            back = written._replace(written=None, doubted=False)
            rest = rest._replace(seconds=rest.seconds + _ms(written.written) / 1000)
        elif taken and not back.written:
            rest = rest._replace(seconds=rest.seconds + taken.review.ms / 1000)
        if back.written:
            return rest._replace(marking=(back._replace(doubted=True), *rest.marking))
        if back.cause and not rest.turns:
            return rest._replace(practice=(back, *rest.practice))
        return rest._replace(turns=(back, *_without(back.card, rest.turns)))


def to_mark(written: Iterable[Turn]) -> tuple[Turn, ...]:
    """In the order of marking: what is proven first, so that `u` reaches a person's own marks."""
    return tuple(sorted(written, key=lambda turn: not turn.is_proven))


def _id(event: Event | None) -> str:
    return event.id if event else ""


def _ms(event: Event | None) -> int:
    return event.body.ms if event and isinstance(event.body, Answer) else 0


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


def recalled(done: Sequence[Answered]) -> tuple[int, int, float]:
    """Of the answers of cards that were answered before: how many recalled them, how many there
    are, and how many recalls memory expected.
    """
    known = [one for one in done if one.turn.recall is not None]
    right = sum(one.review.grade > Grade.AGAIN for one in known)
    return right, len(known), sum(one.turn.recall or 0.0 for one in known)


def sure_and_wrong(done: Sequence[Answered]) -> tuple[Card, ...]:
    """Cards of which the learner was sure, and failed."""
    return tuple(one.turn.card for one in done if one.review.sure_and_wrong)


def lapsed(done: Sequence[Answered]) -> tuple[Card, ...]:
    """Cards that failed, in the order of asking."""
    return tuple(
        one.turn.card for one in done if one.review.grade is Grade.AGAIN and not one.turn.cause
    )
