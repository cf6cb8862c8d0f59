"""Review line by line: for pipes, dumb terminals and screen readers. No cursor, no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import Grade
from srs.ui.review import Command
from srs.ui.text import breadcrumb, printable, short_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from srs.session import Session, Turn

_COMMANDS = {"u": Command.UNDO, "q": Command.QUIT}


class Lines:
    """One line is the answer (it may be empty), one line the grade (empty: good), or a command.

    `read` gives the next line without its end, or None when there are no more; then it ends.
    """

    def __init__(self, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
        self._read = read
        self._write = write

    def question(self, turn: Turn, session: Session) -> Command | None:
        number = len(session.done) + 1
        again = " (again)" if turn.cause else ""
        self.say(
            f"\nCard {number} of {number - 1 + session.remaining}{again}. {breadcrumb(turn.card)}."
        )
        self.say(printable(turn.card.face.prompt))
        hint = turn.card.item.texts.get("Hint")
        if hint:
            self.say(f"Hint: {printable(hint)}")
        self.say("Your answer, or an empty line; u takes back, q ends.")
        line = self._line()
        return line if isinstance(line, Command) else None

    def answer(self, turn: Turn, dates: Mapping[Grade, date]) -> Grade | Command:
        self.say(f"Answer: {printable(turn.card.face.answer)}")
        why = turn.card.item.texts.get("Why")
        if why:
            self.say(f"Why: {printable(why)}")
        choices = ", ".join(
            f"{grade.value} {grade.name.lower()} ({short_day(dates[grade])})" for grade in Grade
        )
        self.say(f"Grade: {choices}; empty is good.")
        while True:
            line = self._line()
            if isinstance(line, Command):
                return line
            if line in ("", "1", "2", "3", "4"):
                return Grade(int(line or 3))
            self.say(f"`{printable(line)}` is no grade: 1, 2, 3 or 4, or u, q.")

    def graded(self, grade: Grade, until: date) -> None:
        self.say(f"Kept: {grade.name.lower()}. Recall stays good until {short_day(until)}.")

    def finished(self, summary: str) -> Command | None:
        self.say(f"\n{summary}\n\nu takes back the last answer, an empty line ends.")
        line = self._line()
        return line if isinstance(line, Command) else None

    def say(self, text: str) -> None:
        self._write(text)

    def _line(self) -> str | Command:
        line = self._read()
        if line is None:
            return Command.QUIT
        return _COMMANDS.get(line.strip(), line.strip())
