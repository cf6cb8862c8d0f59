"""What every front end needs to ask: labels for options, lines that are typed, what differs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from itertools import chain, product
from typing import TYPE_CHECKING

from srs.ui.review import Command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from srs.kinds.kind import Difference, Given, Verdict
    from srs.model import Face, Grade, Option
    from srs.session import Session, Turn
    from srs.ui.review import Aside

COMMANDS = {command.value: command for command in Command}
"""Where single keys act."""
TYPED_COMMANDS = {f":{command.value}": command for command in Command}
"""Where anything may be typed. A space before one of these makes it text."""
_SHORT = (Command.UNDO, Command.EDIT, Command.QUIT)
LINE_COMMANDS = TYPED_COMMANDS | {command.value: command for command in _SHORT}
"""Where a line is an answer that nobody reads: a letter must not suspend a card by chance."""

_LETTERS = "acdfghjklprtwxyz"
"""Letters that are no commands, nor may become any (DESIGN.md section 10)."""


class Listening(ABC):
    """A front end that does what a command wants aside, while it waits for an answer."""

    _aside: Aside | None = None

    def question(self, turn: Turn, session: Session, aside: Aside) -> Given | Command:
        with self._listening(aside):
            return self._question(turn, session)

    @abstractmethod
    def _question(self, turn: Turn, session: Session) -> Given | Command: ...

    def written(self, turn: Turn, session: Session, aside: Aside) -> Given | Command:
        with self._listening(aside):
            return self._written(turn, session)

    @abstractmethod
    def _written(self, turn: Turn, session: Session) -> Given | Command: ...

    def answer(
        self,
        turn: Turn,
        given: Given,
        verdict: Verdict,
        dates: Mapping[Grade, date],
        aside: Aside,
    ) -> Grade | Command:
        with self._listening(aside):
            return self._answer(turn, given, verdict, dates)

    @abstractmethod
    def _answer(
        self, turn: Turn, given: Given, verdict: Verdict, dates: Mapping[Grade, date]
    ) -> Grade | Command: ...

    @contextmanager
    def _listening(self, aside: Aside) -> Iterator[None]:
        self._aside = aside
        try:
            yield
        finally:
            self._aside = None

    def _said(self, command: Command) -> str | None:
        """What came of a command that does not end the turn; None of all others."""
        return self._aside(command) if self._aside else None


def letters() -> Iterator[str]:
    """Labels for points in a line: a c d ... z aa ac ..."""
    return chain(_LETTERS, map("".join, product(_LETTERS, repeat=2)))


def keys() -> Iterator[str]:
    """Labels that are single keys: the digits, then letters that are no commands."""
    return chain("123456789", _LETTERS, _LETTERS.upper())


def labelled(labels: Iterable[str], options: Sequence[Option]) -> dict[str, Option]:
    """Label -> option, as far as there are labels."""
    return dict(zip(labels, options, strict=False))


def one_is_right(turn: Turn) -> bool:
    """Whether one option is to be picked. It is said with the question."""
    return sum(option.right for option in turn.options) == 1


def several_lines(face: Face) -> bool:
    """Whether what may be typed has several lines."""
    return any("\n" in one.text for one in face.accepted)


def empty_lines(face: Face) -> bool:
    """Whether what may be typed has empty lines, so that one cannot mean its end."""
    return any("\n\n" in one.text for one in face.accepted)


def rows(differences: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """Differences by lines: `-` what is expected, `+` what was typed, `=` a line of both."""
    if all(one.text.endswith("\n") for one in differences):
        return [(one.sign, [one]) for one in differences]
    return [
        (side, row)
        for side in "-+"
        for row in _lines(one for one in differences if one.sign in ("=", side))
    ]


def _lines(side: Iterable[Difference]) -> list[list[Difference]]:
    """The stretches of one side, line by line."""
    found: list[list[Difference]] = [[]]
    for one in side:
        first, *others = one.text.split("\n")
        found[-1].append(type(one)(one.sign, first))
        found += [[type(one)(one.sign, text)] for text in others]
    return found
