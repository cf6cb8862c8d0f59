"""The review loop that every front end shares: ask, reveal, grade, on disk, next."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from srs.model import LONGEST_ANSWER, Grade, Reset, Soon, Suspend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from srs.kinds.kind import Given, Verdict
    from srs.model import Event, Review
    from srs.session import Session, Turn


class Command(Enum):
    """What a person may want instead of answering."""

    UNDO = "u"
    EDIT = "e"
    QUIT = "q"


class Face(Protocol):
    """A way to show a session."""

    def question(self, turn: Turn, session: Session) -> Given | Command:
        """Show the question and wait until the answer is wanted; gives what was answered."""

    def answer(
        self, turn: Turn, given: Given, verdict: Verdict, dates: Mapping[Grade, date]
    ) -> Grade | Command:
        """Show the answer beside what was given, and take a grade, at most the verdict's best.

        `dates`: when recall will have fallen after each grade.
        """

    def graded(self, grade: Grade, until: date) -> None:
        """The grade is on disk."""

    def finished(self, summary: str) -> Command | None:
        """All is asked: show the summary and wait whether the last answer is taken back."""

    def say(self, text: str) -> None:
        """Tell something in a line."""


class Desk(NamedTuple):
    """What a review may do to the world, and what it must be told. Given by the command line."""

    keep: Callable[[Review], Event]
    """Puts an answer on disk and returns its event."""
    summary: Callable[[Session], str]
    can_take_back: Callable[[], bool]
    take_back: Callable[[], tuple[Event, Turn | None] | None]
    """Undoes the newest event that can be; the turn is None when its card is in no note."""
    edit: Callable[[Session], tuple[Session, str]]
    """Opens the current card's note; gives the session with what came back, and what to say."""
    dates: Callable[[Turn], Mapping[Grade, date]]
    """Until when recall stays good after each grade."""
    clock: Callable[[], float]
    """Seconds, monotonic."""


def review(session: Session, face: Face, desk: Desk) -> Session:
    """Ask until the session is over or the person quits. Returns where it stands then."""
    while True:
        started = desk.clock()
        turn = session.current
        dates = desk.dates(turn) if turn else {}
        try:
            choice = _choice(turn, session, face, desk, dates)
        except KeyboardInterrupt:
            return session
        if choice is Command.UNDO:
            session = _undo(session, face, desk)
        elif choice is Command.EDIT and turn:
            session, said = desk.edit(session)
            face.say(said)
        elif turn is None or not isinstance(choice, _Graded):
            return session
        else:
            ms = min(LONGEST_ANSWER, max(0, round((desk.clock() - started) * 1000)))
            kept = turn.answer(choice.grade, ms, choice.best)
            session = session.answered(desk.keep(kept))
            face.graded(kept.grade, dates[kept.grade])


class _Graded(NamedTuple):
    """The learner's grade, and the best that the answer can prove."""

    grade: Grade
    best: Grade


def _choice(
    turn: Turn | None, session: Session, face: Face, desk: Desk, dates: Mapping[Grade, date]
) -> _Graded | Command | None:
    if turn is None:
        return face.finished(desk.summary(session)) if desk.can_take_back() else None
    given = face.question(turn, session)
    if isinstance(given, Command):
        return given
    verdict = turn.judge(given)
    grade = face.answer(turn, given, verdict, dates)
    return grade if isinstance(grade, Command) else _Graded(grade, verdict.best)


def _undo(session: Session, face: Face, desk: Desk) -> Session:
    undone = desk.take_back()
    if undone is None:
        face.say("There is nothing to take back.")
        return session
    event, turn = undone
    face.say(f"Taken back: {_named(event)}.")
    return session.undone(event.id, turn) if turn else session


def _named(event: Event) -> str:
    grade = getattr(event.body, "grade", None)
    what = f"“{grade.name.lower()}”" if isinstance(grade, Grade) else _TAKEN[type(event.body)]
    return f"{what} of {event.day:%a} {event.day.day} {event.day:%b}"


_TAKEN: dict[type, str] = {
    Suspend: "the suspension",
    Soon: "the wish to see it soon",
    Reset: "the reset",
}
