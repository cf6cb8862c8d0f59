"""The review loop that every front end shares: ask, reveal, grade, on disk, next."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from srs.model import LONGEST_ANSWER, Answer, Bury, Grade, Mark, Reset, Soon, Suspend

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from srs.kinds.kind import Given, Verdict
    from srs.model import Body, Event
    from srs.session import Session, Turn


class Command(Enum):
    """What a person may want instead of answering."""

    UNDO = "u"
    EDIT = "e"
    SUSPEND = "s"
    BURY = "b"
    LATER = "n"
    MARK = "m"
    OPEN = "o"
    WHY = "i"
    MEDIA = "v"
    SURE = "!"
    QUIT = "q"


Aside = Callable[[Command], "str | None"]
"""Does what does not end the turn, and gives what to say; None for all other commands."""


class Face(Protocol):
    """A way to show a session.

    Commands that come while it waits go to `aside` first: what that says is told below what is
    shown, and it goes on waiting.
    """

    def question(self, turn: Turn, session: Session, aside: Aside) -> Given | Command:
        """Show the question and wait until the answer is wanted; gives what was answered."""

    def answer(
        self,
        turn: Turn,
        given: Given,
        verdict: Verdict,
        dates: Mapping[Grade, date],
        aside: Aside,
    ) -> Grade | Command:
        """Show the answer beside what was given, and take a grade, at most the verdict's best.

        `dates`: when recall will have fallen after each grade.
        """

    def written(self, turn: Turn, session: Session, aside: Aside) -> Given | Command:
        """Show a question that was answered in an exam, and what was written.

        Gives that; of points, those that were there.
        """

    def line(self, wanted: str) -> str:
        """A line of text from the person; `` for none."""

    def graded(self, grade: Grade, until: date) -> None:
        """The grade is on disk."""

    def finished(self, summary: str, rewrite: str) -> Command | None:
        """All is asked: show the summary and wait whether the last answer is taken back.

        `rewrite` says what Command.EDIT opens then; ``: nothing.
        """

    def say(self, text: str) -> None:
        """Tell something in a line."""


class Desk(NamedTuple):
    """What a review may do to the world, and what it must be told. Given by the command line."""

    keep: Callable[[Body], Event]
    """Puts what was said of a card on disk and returns its event."""
    summary: Callable[[Session], str]
    rewrite: Callable[[Session], str]
    """Which card, of those that are to be rewritten, is opened by `edit` after the last one."""
    can_take_back: Callable[[], bool]
    take_back: Callable[[], tuple[Event, Turn | None] | None]
    """Undoes the newest event that can be; the turn is None when its card is in no note, or it
    does not change what is asked."""
    edit: Callable[[Session], tuple[Session, str]]
    """Opens the current card's note; gives the session with what came back, and what to say."""
    meet: Callable[[Session], tuple[Session, str]]
    """The session with what came between, before its next card is shown, and what to say of it."""
    look: Callable[[Command, Turn], str]
    """Opens the note or the media of a card, or tells why it is asked; gives what to say."""
    dates: Callable[[Turn], Mapping[Grade, date]]
    """Until when recall stays good after each grade."""
    clock: Callable[[], float]
    """Seconds, monotonic."""


def review(session: Session, face: Face, desk: Desk) -> Session:
    """Ask until the session is over or the person quits. Returns where it stands then."""
    while True:
        try:
            session, said = desk.meet(session)
            if said:
                face.say(said)
            turn = session.current
            after = _Asking(turn, face, desk).ask(session) if turn else _end(session, face, desk)
        except KeyboardInterrupt:
            return session
        if after is None:
            return session
        session = after


def _end(session: Session, face: Face, desk: Desk) -> Session | None:
    """The session after the summary, or None when it is over."""
    if not desk.can_take_back():
        return None
    choice = face.finished(desk.summary(session), desk.rewrite(session))
    if choice is Command.UNDO:
        return _undo(session, face, desk)
    if choice is Command.EDIT:
        session, said = desk.edit(session)
        face.say(said)
        return session
    return None


class _Asking:
    """One turn, from the question to the grade or to what is done instead."""

    def __init__(self, turn: Turn, face: Face, desk: Desk) -> None:
        self._turn = turn
        self._face = face
        self._desk = desk
        self._started = desk.clock()
        self._away = 0.0
        """Seconds that went to something else than the answer."""
        self._sure = False
        self._revealed = turn.written is not None

    def ask(self, session: Session) -> Session | None:
        turn, face, desk = self._turn, self._face, self._desk
        if turn.is_proven:
            return session.answered(desk.keep(turn.marked(Grade.GOOD)), turn.given)
        dates = desk.dates(turn)
        show = face.written if turn.written else face.question
        given = show(turn, session, self._aside)
        if isinstance(given, Command):
            return self._instead(given, session)
        if self._is_secret:
            kept = desk.keep(Answer(turn.card.id, "", given, self._ms(), self._sure))
            face.say("Kept.")
            return session.answered(kept)
        self._revealed = True
        verdict = turn.judge(given)
        grade = face.answer(turn, given, verdict, dates, self._aside)
        if isinstance(grade, Command):
            return self._instead(grade, session)
        review = (
            turn.marked(min(grade, verdict.best))
            if turn.written
            else turn.answer(grade, self._ms(), verdict.best, sure=self._sure)
        )
        session = session.answered(desk.keep(review), turn.given or given)
        face.graded(review.grade, dates[review.grade])
        return session

    @property
    def _is_secret(self) -> bool:
        """Whether the note must not be seen: it has the answer."""
        return self._turn.exam and not self._turn.written

    def _ms(self) -> int:
        passed = self._desk.clock() - self._started - self._away
        return min(LONGEST_ANSWER, max(0, round(passed * 1000)))

    def _instead(self, command: Command, session: Session) -> Session | None:
        """The session after what ends the turn without an answer; None when all is to end."""
        turn, face, desk = self._turn, self._face, self._desk
        match command:
            case Command.UNDO:
                return _undo(session, face, desk)
            case Command.EDIT if self._is_secret:
                face.say(_SECRET)
            case Command.EDIT:
                session, said = desk.edit(session)
                face.say(said)
            case Command.SUSPEND:
                session = session.without(desk.keep(Suspend(turn.card.id)))
                face.say("Suspended: it is not asked until `srs cards resume`. u takes it back.")
            case Command.BURY:
                session = session.without(desk.keep(Bury(turn.card.id)))
                face.say("Not asked any more today. u takes it back.")
            case Command.LATER:
                waits = session.can_wait
                session = session.later()
                face.say("It comes after all others." if waits else "There is no other card left.")
            case _:
                return None
        return session

    def _aside(self, command: Command) -> str | None:
        started = self._desk.clock()
        try:
            return self._said(command)
        finally:
            self._away += self._desk.clock() - started

    def _said(self, command: Command) -> str | None:
        turn = self._turn
        match command:
            case Command.SURE if self._revealed:
                return "Sure is only who says so before the answer."
            case Command.SURE:
                self._sure = not self._sure
                return "You are sure." if self._sure else "You are not sure."
            case Command.MARK:
                return self._noted()
            case Command.OPEN if self._is_secret:
                return _SECRET
            case Command.OPEN | Command.WHY | Command.MEDIA:
                return self._desk.look(command, turn)
        return None

    def _noted(self) -> str:
        text = self._face.line("What is to be mended?").strip()
        if not text:
            return "Not marked."
        card = self._turn.card
        self._desk.keep(Mark(card.id, text, card.item.content))
        return "Marked: it is told at the end."


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


_SECRET = "Not in an exam: the note has the answer."
_TAKEN: dict[type, str] = {
    Suspend: "the suspension",
    Bury: "“not today”",
    Answer: "the answer",
    Mark: "the mark",
    Soon: "the wish to see it soon",
    Reset: "the reset",
}
