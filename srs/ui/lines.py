"""Review line by line: for pipes, dumb terminals and screen readers. No cursor, no colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.fragments import as_written
from srs.model import Ask, Grade
from srs.ui.asks import (
    LINE_COMMANDS,
    TYPED_COMMANDS,
    Listening,
    empty_lines,
    labelled,
    letters,
    one_is_right,
    rows,
    several_lines,
)
from srs.ui.editor import LONGEST
from srs.ui.review import Command
from srs.ui.text import breadcrumb, listed, printable, short_day, source, titled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from srs.kinds.kind import Given, Verdict
    from srs.model import Option
    from srs.session import Session, Turn

_REST = "u takes back, e edits, q ends, :? tells more."
_TYPED_REST = "`:u` takes back, `:e` edits, `:q` ends, `:?` tells more."
_HELP = (
    ":! says that you are sure, before the answer. :u takes the last answer back, :e edits the "
    "note, :o shows it, :i tells why this card is asked and its history, :v opens its pictures "
    "and sounds, :m marks it for mending, :n asks it after all others, :b not any more today, "
    ":s never until `srs cards resume`, :q ends."
)
_END = ":."
"""The line after an answer that may itself have empty lines."""
_SIDES = {"=": "Same", "-": "Expected", "+": "Typed"}
_LINE_END = re.compile(r"\n(?=[^\n])")
"""Before a line that holds something."""
_FEW = 5
"""So many stretches of a text can be followed when they are told one after the other."""


class Lines(Listening):
    """One line is the answer (it may be empty), one line the grade (empty: the proposed one).

    Instead of either there may be a command. Only an answer of several lines has several, up to
    an empty one. `read` gives the next line without its end, or None when there are no more; then
    it ends.
    """

    def __init__(self, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
        self._read = read
        self._write = write

    def _question(self, turn: Turn, session: Session) -> Given | Command:
        again = " (again)" if turn.cause else ""
        self.say(f"\nCard {session.number} of {session.last}{again}. {_place(turn)}.")
        self.say(source(as_written(turn.card.face.prompt)))
        ask = turn.ask
        if ask is Ask.PICK:
            for label, option in _numbered(turn).items():
                self.say(_row(f"{label}. ", option.text))
        hint = turn.card.item.texts.get("Hint")
        if hint:
            self.say(titled("Hint", hint))
        if ask is Ask.PICK:
            return self._picked(turn)
        if ask is Ask.TYPE:
            return self._typed(turn)
        self.say(f"Your answer, or an empty line; {_REST}")
        line = self._line()
        if isinstance(line, Command):
            return line
        # Until the grade is given, all points are taken as known: an empty line means so.
        return tuple(point.key for point in turn.options)

    def _written(self, turn: Turn, session: Session) -> Given | Command:
        self.say(f"\nMarking {session.number} of {session.last}. {_place(turn)}.")
        self.say(source(as_written(turn.card.face.prompt)))
        ask = turn.card.item.ask
        if ask in (Ask.REVEAL, Ask.TICK):
            self.say(f"You answered: {printable(''.join(turn.given)) or 'nothing'}")
        if ask is Ask.TICK and turn.given:
            return tuple(point.key for point in turn.options)
        return turn.given

    def _answer(
        self, turn: Turn, given: Given, verdict: Verdict, dates: Mapping[Grade, date]
    ) -> Grade | Command:
        ask = turn.card.item.ask
        if ask is Ask.PICK:
            self._tell_options(turn, given, verdict)
        elif ask is Ask.TYPE:
            self._tell_differences(verdict)
        points = labelled(letters(), turn.options) if ask is Ask.TICK else {}
        if points:
            self.say("Answer:")
        for letter, point in points.items():
            self.say(_row(f"{letter}. ", point.text))
        if ask in (Ask.REVEAL, Ask.TYPE):
            self.say(titled("Answer", turn.card.face.answer))
        why = turn.card.item.texts.get("Why")
        if why:
            self.say(titled("Why", why))
        grades = [grade for grade in Grade if grade <= verdict.best]
        choices = ", ".join(
            f"{grade.value} {grade.name.lower()} ({short_day(dates[grade])})" for grade in grades
        )
        if points:
            self.say("The letters of the points that you knew, like `a c`, grade by their share.")
        self.say(f"Grade: {choices}; empty is {verdict.grade.name.lower()}.")
        return self._grade(turn, points, verdict, grades)

    def graded(self, grade: Grade, until: date) -> None:
        self.say(f"Kept: {grade.name.lower()}. Recall stays good until {short_day(until)}.")

    def line(self, wanted: str) -> str:
        self.say(wanted)
        return (self._read() or "")[:LONGEST]

    def finished(self, summary: str, rewrite: str) -> Command | None:
        more = f", e rewrites {rewrite}" if rewrite else ""
        self.say(f"\n{summary}\n\nu takes back the last answer{more}, an empty line ends.")
        choice = LINE_COMMANDS.get((self._read() or "").strip())
        return choice if choice in (Command.UNDO, Command.EDIT) else None

    def say(self, text: str) -> None:
        self._write(text)

    # What is given ------------------------------------------------------------------------------

    def _picked(self, turn: Turn) -> Given | Command:
        """The options whose numbers a line has."""
        options = _numbered(turn)
        one = one_is_right(turn)
        wanted = "the number of the right one" if one else "the numbers of all right ones, like 1 3"
        self.say(f"Your answer: {wanted}, or an empty line; {_REST}")
        while True:
            line = self._line()
            if isinstance(line, Command):
                return line
            numbers = _words(line)
            wrong = next((number for number in numbers if number not in options), None)
            if wrong is not None:
                last = len(options)
                self.say(f"`{printable(wrong)}` is no number from 1 to {last}, and not u, e or q.")
            elif one and len(set(numbers)) > 1:
                self.say("Only one of them is right: one number, or an empty line.")
            else:
                return tuple(options[number].key for number in dict.fromkeys(numbers))

    def _typed(self, turn: Turn) -> Given | Command:
        """What is typed: a line, or the lines up to the end."""
        several, spaced = several_lines(turn.card.face), empty_lines(turn.card.face)
        end = f"a line `{_END}`" if spaced else "an empty one"
        how = f"as it is printed, in lines up to {end}" if several else "in one line"
        self.say(f"Your answer, {how}; an empty line is none; {_TYPED_REST}")
        lines: list[str] = []
        while True:
            read = self._commanded(TYPED_COMMANDS)
            if isinstance(read, Command):
                return read
            line = read.rstrip()
            if not lines and not line:
                return ()
            if several and line == (_END if spaced else ""):
                return ("\n".join(lines)[:LONGEST],)
            lines.append(line)
            if not several:
                return (line[:LONGEST],)

    def _grade(
        self, turn: Turn, points: Mapping[str, Option], verdict: Verdict, grades: list[Grade]
    ) -> Grade | Command:
        digits = {str(grade.value): grade for grade in grades}
        while True:
            line = self._line()
            if isinstance(line, Command):
                return line
            if not line:
                return verdict.grade
            if line in digits:
                return digits[line]
            known = dict.fromkeys(_words(line))
            if points and all(letter in points for letter in known):
                grade = turn.judge(tuple(points[letter].key for letter in known)).grade
                self.say(f"{len(known)} of {len(points)} points: {grade.name.lower()}.")
                return grade
            what = "no grade and no letters of points" if points else "no grade"
            numbers = listed([*digits], "or")
            self.say(f"`{printable(line)}` is {what}: {numbers}, or u, e, q.")

    # What is told -------------------------------------------------------------------------------

    def _tell_options(self, turn: Turn, given: Given, verdict: Verdict) -> None:
        wrong = "That is not right." if given else "Nothing is picked."
        self.say("That is right." if verdict.grade >= Grade.GOOD else wrong)
        for label, option in _numbered(turn).items():
            missed = ", not picked" if option.right else ""
            picked = ", picked" if option.key in given else missed
            self.say(
                _row(f"{label}. {'Right' if option.right else 'Wrong'}{picked}: ", option.text)
            )
            if option.why:
                self.say(_row("   ", option.why))

    def _tell_differences(self, verdict: Verdict) -> None:
        found = verdict.differences
        if not found:
            right = verdict.grade >= Grade.GOOD
            self.say("That is right." if right else "Nothing is typed.")
            return
        self.say("That is not what is expected.")
        lines = rows(found)
        for sign, stretches in lines:
            text = "".join(one.text for one in stretches).rstrip("\n")
            self.say(f"{_SIDES[sign]}: {printable(text)}")
        signs = {one.sign for one in found} - {"="}
        if len(signs) == 1 and len(lines) == len("-+") and len(found) <= _FEW:
            texts = (f"“{printable(one.text)}”" for one in found if one.sign != "=")
            self.say(f"{'Missing' if signs == {'-'} else 'Too much'}: {', '.join(texts)}.")

    def _line(self) -> str | Command:
        line = self._commanded(LINE_COMMANDS)
        return line if isinstance(line, Command) else line.strip()

    def _commanded(self, commands: Mapping[str, Command]) -> str | Command:
        """A line, or what it commands and is not done aside. The end of input quits."""
        while True:
            line = self._read()
            if line is None:
                return Command.QUIT
            if line.strip() == ":?":
                self.say(_HELP)
                continue
            command = commands.get(line.rstrip() if commands is TYPED_COMMANDS else line.strip())
            if command is None:
                return line
            said = self._said(command)
            if said is None:
                return command
            self.say(said)


def _place(turn: Turn) -> str:
    return ", ".join(breadcrumb(turn.card))


def _numbered(turn: Turn) -> dict[str, Option]:
    return labelled(map(str, range(1, len(turn.options) + 1)), turn.options)


def _words(line: str) -> list[str]:
    """1 3; 1,3; 1, 3"""
    return [word for word in re.split(r"[\s,]+", line) if word]


def _row(label: str, text: str) -> str:
    """A labelled row; the lines after its first are indented as far as a list's would be."""
    return source(label + _LINE_END.sub("\n   ", as_written(text)))
