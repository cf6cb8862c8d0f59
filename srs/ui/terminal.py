"""Review on a terminal, with single keys. The door to rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text
from rich.theme import Theme

from srs.model import Grade
from srs.ui.review import Command
from srs.ui.text import breadcrumb, printable, short_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rich.console import RenderableType

    from srs.session import Session, Turn

WIDEST = 88
_THEME = Theme({"markdown.code": "cyan"})
"""Without a background of its own, code is readable on light terminals too."""
_REVEAL = (" ", "\r", "\n")
_HELP = "Space or Enter shows the answer, then means good. 1 again, 2 hard, 3 good, 4 easy; u takes back; q quits."  # noqa: E501


class Terminal:
    """A card a screen. `key` waits for a key and gives `` when there are no more."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key
        self._console = Console(highlight=False, theme=_THEME)
        self._notice = ""

    def question(self, turn: Turn, session: Session) -> Command | None:
        self._console.clear()
        number = len(session.done) + 1
        right = f"{number}/{number - 1 + session.remaining}   ≈ {_minutes(session)} min left"
        self._show(_spread(breadcrumb(turn.card), right, self._width), style="dim")
        if self._notice:
            self._show(Text(self._notice, "italic"))
            self._notice = ""
        if turn.cause:
            self._show(Text("Once more, for practice: this one failed today.", "italic"))
        self._show(Padding(_markdown(turn.card.face.prompt), (1, 0)))
        hint = turn.card.item.texts.get("Hint")
        if hint:
            self._show(Group(Text("Hint", "dim"), _markdown(hint), Text("")))
        self._show(Text("Space answer · u undo · q quit · ? help", "dim"))
        while True:
            choice = self._command()
            if choice in _REVEAL:
                return None
            if isinstance(choice, Command):
                return choice

    def answer(self, turn: Turn, dates: Mapping[Grade, date]) -> Grade | Command:
        self._show(Rule(style="dim"))
        self._show(Padding(_markdown(turn.card.face.answer), (0, 0, 1, 0)))
        why = turn.card.item.texts.get("Why")
        if why:
            self._show(Padding(Group(Text("Why", "dim"), _markdown(why)), (0, 0, 1, 0)))
        choices = Text()
        for grade in Grade:
            bold = "bold" if grade is Grade.GOOD else ""
            choices.append(f"{grade.value} {grade.name.lower()} ", bold)
            choices.append(f"{short_day(dates[grade])}   ", "dim")
        self._show(choices)
        while True:
            choice = self._command()
            if isinstance(choice, Command):
                return choice
            if choice in _REVEAL:
                return Grade.GOOD
            if choice in ("1", "2", "3", "4"):
                return Grade(int(choice))

    def graded(self, grade: Grade, until: date) -> None:
        self._notice = f"{grade.name.capitalize()}: until {short_day(until)}. u takes it back."

    def finished(self, summary: str) -> Command | None:
        self._console.clear()
        self.close()
        self._notice = ""
        self._show(Padding(Text(printable(summary)), (1, 0)))
        self._show(Text("u takes back the last answer, any other key ends", "dim"))
        choice = self._command()
        return choice if isinstance(choice, Command) else None

    def say(self, text: str) -> None:
        self._notice = text

    def close(self) -> None:
        """What was left to say, when no other card comes."""
        if self._notice:
            self._show(Text(self._notice, "italic"))

    def _command(self) -> str | Command:
        """A key, or what it commands. The end of input quits."""
        try:
            key = self._key()
        except KeyboardInterrupt:
            key = ""
        if key in ("q", ""):
            return Command.QUIT
        if key == "u":
            return Command.UNDO
        if key == "?":
            self._show(Text(_HELP, "dim"))
        return key

    @property
    def _width(self) -> int:
        return min(self._console.width, WIDEST)

    def _show(self, what: RenderableType, style: str | None = None) -> None:
        self._console.print(what, width=self._width, style=style)


def _markdown(text: str) -> Markdown:
    return Markdown(printable(text), code_theme="ansi_dark", hyperlinks=False)


def _minutes(session: Session) -> int:
    return max(1, round(session.seconds_to_go / 60))


def _spread(left: str, right: str, width: int) -> Text:
    """Both in one line, the left one shortened where it is too narrow."""
    start, end = Text(left), Text(right)
    start.truncate(max(1, width - end.cell_len - 2), overflow="ellipsis", pad=True)
    return start.append("  ").append(end)
