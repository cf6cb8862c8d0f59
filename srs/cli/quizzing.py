"""A quiz on a terminal or line by line: one is begun, or goes on where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from srs import quiz as quizzes
from srs.cli import scores, summary
from srs.cli.common import Misuse, notice_changes, now, tell, today, warn_of_problems
from srs.cli.desk import Sitting, is_terminal, settled
from srs.model import Answer, Quiz, Review
from srs.plan import Wish
from srs.quiz import forms
from srs.ui.text import counted, short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from srs.cli.common import Workplace
    from srs.model import Body, Card, Event, Grade
    from srs.session import Session, Turn
    from srs.vault import Snapshot

SIZE = 20
"""Questions of a quiz."""
MINUTES = 15.0


class Wanted(NamedTuple):
    """What the person asked for; None where nothing was said."""

    phase: str | None = None
    topic: str | None = None
    size: int | None = None
    minutes: float | None = None
    seed: int | None = None
    exam: bool | None = None

    def differs_from(self, quiz: Quiz) -> bool:
        """Whether anything of it is not as in that quiz."""
        its = (quiz.phase, quiz.topic, quiz.size, quiz.minutes, quiz.seed, quiz.exam)
        return any(one not in (None, other) for one, other in zip(self, its, strict=True))


def sit(place: Workplace, wanted: Wanted, *, anew: bool, plain: bool) -> None:
    """Go on with the newest quiz if it is not finished, else begin one as it is wanted."""
    place.confirm_owner()
    notice_changes(place.snapshot)
    warn_of_problems(place.snapshot)
    if not plain and is_terminal() and not settled(place):
        return
    begun, session = (None, None) if anew else newest(place.snapshot)
    if begun and session and session.current:
        quiz = body(begun)
        if wanted.differs_from(quiz):
            hint = "`srs quiz` goes on with it, `--new` begins another."
            raise Misuse(f"Not finished is {_where(begun, session)}; {hint}")
        opening = f"Going on with {_where(begun, session)}; `srs quiz --new` begins another."
    else:
        begun, quiz = None, _made(place.snapshot, wanted)
        if not quiz.questions:
            tell("\n".join(_nothing_to_ask(place.snapshot, wanted)))
            return
        session = _session(place.snapshot, quiz, ())
        opening = _opening(quiz, session)
    _Quiz(place, quiz, begun).hold(session, opening, plain=plain)
    place.leave()


def newest(snapshot: Snapshot) -> tuple[Event | None, Session | None]:
    """The event of the newest quiz, and how that stands; None if there is none."""
    begun, *said = snapshot.newest_quiz() or (None,)
    return (begun, _session(snapshot, body(begun), said)) if begun else (None, None)


def body(event: Event) -> Quiz:
    """What was wished for, and the questions."""
    if not isinstance(event.body, Quiz):
        raise TypeError("a quiz is expected")
    return event.body


def _made(snapshot: Snapshot, wanted: Wanted) -> Quiz:
    """A quiz as it is wanted; without questions if there is nothing to ask."""
    size = SIZE if wanted.size is None else wanted.size
    minutes = MINUTES if wanted.minutes is None else wanted.minutes
    seed = int(now().timestamp()) % 1_000_000 if wanted.seed is None else wanted.seed
    wish = Wish(minutes, wanted.phase, wanted.topic)
    asked = quizzes.questions(snapshot.deck, today(), wish, size, seed, snapshot.cards_on)
    names = (wanted.phase or "", wanted.topic or "")
    return Quiz(seed, size, minutes, asked, bool(wanted.exam), *names)


def _session(snapshot: Snapshot, quiz: Quiz, said: Sequence[Event]) -> Session:
    day = today()

    def rests(card: Card) -> bool:
        return snapshot.rests(card.id, day)

    seconds = quizzes.seconds_each(snapshot.deck)
    return quizzes.session(quiz, said, snapshot.card, rests, seconds)


class _Quiz(Sitting):
    """The questions of a quiz. `begun` is its event, None before the first answer."""

    def __init__(self, place: Workplace, quiz: Quiz, begun: Event | None) -> None:
        super().__init__(place, today())
        self._quiz = quiz
        self._begun = begun
        self._questions = {one.card: one for one in quiz.questions}
        self._first = begun
        """What `u` goes back to."""

    def _keep(self, body: Body) -> Event:
        """The body on disk, as one of this quiz; which begins with its first answer."""
        if isinstance(body, Answer | Review):
            if self._begun is None:
                (self._begun,) = self._place.write([self._quiz])
                self._first = self._first or self._begun
            body = body._replace(quiz=self._begun.id)
        event = super()._keep(body)
        self._first = self._first or event
        return event

    def _dates(self, turn: Turn) -> Mapping[Grade, date]:
        practice = self._place.snapshot.last_answer(turn.card.id, self._day)
        return super()._dates(turn._replace(cause=practice))

    def _newest(self) -> Event | None:
        """Nothing from before the quiz: what that asked is not asked here."""
        event, first = super()._newest(), self._first
        if event and first and (event.at, event.id) >= (first.at, first.id):
            return event
        return None

    def _again(self, card: Card, event: Event) -> Turn | None:
        question = self._questions.get(getattr(event.body, "card", card.id))
        seconds = quizzes.seconds_each(self._place.snapshot.deck)
        return question and quizzes.turn(self._quiz, question, self._place.snapshot.card, seconds)

    def _as_asked(self, before: Card, now: Card) -> Card:
        question = self._questions.get(before.id)
        if question is None:
            return now
        # Of one that had no history a new text makes another card.
        question = self._questions[now.id] = question._replace(card=now.id)
        return forms.asked(question, self._place.snapshot.card) or now

    def _shared(self, session: Session) -> tuple[Session, str]:
        """The quiz as the history has it now, whoever answered."""
        snapshot = self._place.snapshot
        begun, *said = snapshot.newest_quiz() or (None,)
        if self._begun is None or begun is None or begun.id != self._begun.id:
            return session, ""
        now = _session(snapshot, self._quiz, said)._replace(dropped=session.dropped)
        more = len(now.done) + len(now.marking) - len(session.done) - len(session.marking)
        told = f"Answered elsewhere meanwhile: {counted(more, 'question')}."
        return now, told if more > 0 else ""

    def _reason(self, card: Card) -> str:
        question = self._questions.get(card.id)
        if question is None or question.recall is None:
            return "You never answered it before this quiz."
        return f"A quiz asks rather what may be forgotten: recall was {question.recall:.0%}."

    def _summary(self, session: Session) -> str:
        return "\n".join(
            [*scores.told(self._quiz, session), *summary.to_commit(self._place.vault.root)]
        )


def _opening(quiz: Quiz, session: Session) -> str:
    topics = counted(len({turn.card.item.topic for turn in session.turns}), "topic")
    count = counted(len(session.turns), "question")
    minutes = f"up to {quiz.minutes:g} minute{'' if quiz.minutes == 1 else 's'}"
    later = " Nothing is said of an answer until the end." if quiz.exam else ""
    name = "Exam" if quiz.exam else "Quiz"
    return f"{name}: {count} on {topics}, {minutes}; seed {quiz.seed}.{later}"


def _where(begun: Event, session: Session) -> str:
    """the quiz of Fri 13 Jun, 18:05: 7 of 20 answered"""
    at = begun.at.astimezone()
    day = "" if begun.day == today() else f"{short_day(begun.day)}, "
    name = "exam" if body(begun).exam else "quiz"
    return f"the {name} of {day}{at:%H:%M}: {scores.progress(session)}"


def _nothing_to_ask(snapshot: Snapshot, wanted: Wanted) -> list[str]:
    if not snapshot.counts().cards:
        return ["There are no cards yet. `srs new TOPIC` begins a note."]
    if wanted.phase or wanted.topic:
        return ["There is no card to ask; those that are suspended or buried today are not."]
    return [
        "Nothing was answered yet, and no topic's week has begun.",
        "`srs quiz --topic TOPIC` or `--phase N` asks new cards too.",
    ]
