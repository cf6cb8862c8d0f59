"""Review on a terminal, with single keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srs.model import Ask, Grade
from srs.ui import asks, drawing
from srs.ui.review import Command
from srs.ui.screen import END, ENTER, ESCAPE, REST, Part, Screen, blank, footer, said
from srs.ui.styled import flow, grid, spread, styled
from srs.ui.text import breadcrumb, short_day

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from datetime import date

    from srs.kinds.kind import Given, Verdict
    from srs.session import Session, Turn

_REVEAL = (" ", *ENTER)
_GRADES = "Space or Enter takes the grade that is proposed, 1 to 4 another."
_HELP = {
    "!": "before the answer: you are sure",
    "u": "takes back the last answer",
    "e": "edits the note",
    "o": "shows the note",
    "i": "tells why it is asked",
    "v": "opens pictures and sounds",
    "m": "marks it for mending",
    "n": "asks it after all others",
    "b": "asks it no more today",
    "s": "never, until `srs cards resume`",
    "q": "quits",
}
_TYPED = (
    "Backspace, Ctrl-W and Ctrl-U delete a character, a word and the line. "
    "A space before a command makes it text."
)


class Terminal(asks.Listening):
    """A card a screen."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._notice = ""
        self._news: tuple[Part, ...] = ()
        """What was to be said before this card is answered."""
        self._head: tuple[Part, ...] = ()
        """The question, and where it stands."""
        self._typing: tuple[Part, ...] = ()
        """What was typed on this screen."""
        self._links: list[str] = []
        """The links that have numbers on this screen."""

    def _question(self, turn: Turn, session: Session) -> Given | Command:
        self._begin(turn, session)
        ask = turn.ask
        if ask is Ask.PICK:
            one = asks.one_is_right(turn)
            return self._marked(turn, self._asked, "Space answer", one=one)
        if ask is Ask.TYPE:
            return self._typed(turn)
        shows = "points" if ask is Ask.TICK else "answer"
        parts = *self._asked, footer(f"Space {shows}")
        choice = self._unrolled(parts, f"Space or Enter shows the {shows}.", _REVEAL)
        if isinstance(choice, Command):
            return choice
        return self._ticked(turn, self._head) if ask is Ask.TICK else ()

    def _written(self, turn: Turn, session: Session) -> Given | Command:
        self._begin(turn, session)
        # There is no other screen on which it could be said.
        self._head = self._asked
        ask = turn.card.item.ask
        if ask in (Ask.REVEAL, Ask.TICK):
            answer = turn.given[0] if turn.given else "nothing"
            self._head += (said("You answered", "dim"), said(answer), blank)
        return self._ticked(turn, self._head) if ask is Ask.TICK else turn.given

    def _answer(
        self, turn: Turn, given: Given, verdict: Verdict, dates: Mapping[Grade, date]
    ) -> Grade | Command:
        ask = turn.card.item.ask
        shown: list[Part] = [*self._head]
        if ask is Ask.PICK:
            shown += [*self._options(turn, given, revealed=True), _sentence(given, verdict), blank]
        elif ask is Ask.TICK:
            known = f"{len(given)} of {len(turn.options)} points"
            shown += [*self._options(turn, given), said(known, "bold"), blank]
        else:
            shown += [*self._typing, drawing.rule]
            if ask is Ask.TYPE:
                shown.append(_sentence(given, verdict))
                if verdict.differences:
                    shown.append(partial(drawing.differences, verdict))
                shown.append(blank)
            shown += [self._fragment(turn.card.face.answer), blank]
        why = turn.card.item.texts.get("Why")
        if why:
            shown += [said("Why", "dim"), self._fragment(why), blank]
        return self._grade(shown, verdict, dates)

    def graded(self, grade: Grade, until: date) -> None:
        self._notice = f"{grade.name.capitalize()}: until {short_day(until)}; u undoes it."

    def line(self, wanted: str) -> str:
        self.screen.show(blank, said(f"{wanted} (Enter ends, Esc does not mark)", "dim"))
        text = self.screen.begin_typing()
        while (key := self.screen.press()) not in (END, *ENTER):
            if key in ("", ESCAPE):
                text = ""
                break
            text = self.screen.typed(text, key)
        self.screen.end_typing()
        return text

    def finished(self, summary: str, rewrite: str) -> Command | None:
        notice, self._notice = self._notice, ""
        keys = ["u takes back the last answer", *([f"e rewrites {rewrite}"] if rewrite else [])]
        self.screen.draw(
            *([said(notice, "italic")] if notice else []),
            blank,
            said(summary),
            blank,
            said(f"{', '.join(keys)}, any other key ends", "dim"),
        )
        choice = asks.COMMANDS.get(self.screen.press())
        return choice if choice in (Command.UNDO, Command.EDIT) else None

    def say(self, text: str) -> None:
        self._notice = f"{self._notice}\n{text}".strip()

    def close(self) -> None:
        """What was left to say, when no other card comes."""
        if self._notice:
            self.screen.show(said(self._notice, "italic"))

    # What is given ------------------------------------------------------------------------------

    def _ticked(self, turn: Turn, head: Sequence[Part]) -> Given | Command:
        return self._marked(turn, head, "Space grade")

    def _marked(
        self, turn: Turn, head: Sequence[Part], then: str, *, one: bool = False
    ) -> Given | Command:
        """The options that are picked, or the points that are ticked, below the head of a screen;
        `one`: not more than one.
        """
        labels = asks.labelled(asks.keys(), turn.options)
        first, last = next(iter(labels)), [*labels][-1]
        does = "pick" if turn.card.item.ask is Ask.PICK else "tick"
        which = " one" if one else " all right ones" if does == "pick" else ""
        keys = first if first == last else f"{first}-{last}"
        marked: tuple[str, ...] = ()
        while True:
            options = self._options(turn, marked)
            self.screen.draw(*head, *options, footer(f"{keys} {does}{which}", then))
            choice = ""
            while choice not in labels:
                told = self._command(f"The key before a row {does}s it, or not.")
                if isinstance(told, Command):
                    return told
                if told in _REVEAL:
                    return marked
                choice = told
            key = labels[choice].key
            others = () if one else tuple(other for other in marked if other != key)
            marked = others if key in marked else (*others, key)

    def _typed(self, turn: Turn) -> Given | Command:
        """What is typed, after the footer that says how."""
        screen = self.screen
        several, spaced = asks.several_lines(turn.card.face), asks.empty_lines(turn.card.face)
        ends = "Ctrl-D answer" if spaced else "empty line or Ctrl-D answer"
        how = ("Enter new line", ends) if several else ("Enter answer",)
        screen.draw(*self._asked, footer(*how, rest=[f":{one}" for one in REST], told=":? help"))
        text = screen.begin_typing()
        while True:
            key = screen.press()
            if key in ENTER and text == ":?":
                screen.end_typing()
                screen.show(*_help(f"{', '.join(how)}. {_TYPED}", ":"))
                text = screen.begin_typing()
                continue
            if key == "" or (key == END and not text):
                screen.end_typing()
                return Command.QUIT
            if key in ENTER and text in asks.TYPED_COMMANDS:
                screen.end_typing()
                command = asks.TYPED_COMMANDS[text]
                told = self._said(command)
                if told is None:
                    return command
                screen.show(said(told, "italic"))
                text = screen.begin_typing()
                continue
            line_is_empty = not text or not (spaced or text.rpartition("\n")[2].strip())
            if key == END or (key in ENTER and (not several or line_is_empty)):
                break
            text = screen.typed(text, key, several=several)
        self._typing = (screen.end_typing(),)
        return (text.rstrip("\n"),) if text.strip() else ()

    def _grade(
        self, shown: Sequence[Part], verdict: Verdict, dates: Mapping[Grade, date]
    ) -> Grade | Command:
        """The grade of an answer that is shown, as much of it at once as there is room for."""
        grades = {str(grade.value): grade for grade in Grade if grade <= verdict.best}
        offered = []
        for digit, grade in grades.items():
            name = f"{digit} {grade.name.lower()}"
            label = styled(f"[{name}]", "bold") if grade is verdict.grade else name
            offered.append(f"{label} {styled(short_day(dates[grade]), 'dim')}")
        space = f"Space {verdict.grade.name.lower()}"
        parts: Sequence[Part] = (*shown, partial(flow, offered, "  "), footer(space))
        choice = self._unrolled(parts, _GRADES, (*grades, *_REVEAL))
        if isinstance(choice, Command):
            return choice
        return grades.get(choice, verdict.grade)

    def _unrolled(self, parts: Sequence[Part], help_: str, ends: Container[str]) -> str | Command:
        """The key among `ends` that is pressed at a screen, or a command; as much of it is shown at
        once as there is room for, and Space goes on to what is below.
        """
        pages = self.screen.unroll(*parts, more=footer("Space more", rest=()))
        more = next(pages, False)
        while True:
            choice = self._command(help_)
            if isinstance(choice, Command):
                return choice
            if more and choice in _REVEAL:
                more = next(pages, False)
            elif choice in ends:
                return choice

    def _command(self, help_: str) -> str | Command:
        """A key, or what it commands and is not done aside. The end of input quits."""
        while True:
            key = self.screen.press()
            if key in ("", END):
                return Command.QUIT
            if key == "?":
                self.screen.show(*_help(help_))
            command = asks.COMMANDS.get(key)
            if command is None:
                return key
            told = self._said(command)
            if told is None:
                return command
            self.screen.show(said(told, "italic"))

    # What is shown ------------------------------------------------------------------------------

    def _begin(self, turn: Turn, session: Session) -> None:
        """Another card: its question, where it stands, and what is to be said first."""
        self._links, self._typing = [], ()
        right = f"{session.number}/{session.last}"
        right = f"mark {right}" if turn.written else f"{right}   ≈ {_minutes(session)} min left"
        news = [said(self._notice, "italic")] if self._notice else []
        self._notice = ""
        if turn.cause:
            news.append(said("Once more, for practice: this one failed today.", "italic"))
        self._news = tuple(news)
        head: list[Part] = [partial(spread, breadcrumb(turn.card), right), blank]
        head += [self._fragment(turn.card.face.prompt), blank]
        hint = turn.card.item.texts.get("Hint")
        if hint:
            head += [said("Hint", "dim"), self._fragment(hint), blank]
        self._head = tuple(head)

    @property
    def _asked(self) -> tuple[Part, ...]:
        """The question as it is first shown; with its answer, what was to be said is gone."""
        return (self._head[0], *self._news, *self._head[1:])

    def _fragment(self, text: str) -> Part:
        links = self._links
        return lambda width: drawing.fragment(text, width, links)

    def _options(self, turn: Turn, marked: Given, *, revealed: bool = False) -> tuple[Part, Part]:
        links = self._links
        return (
            lambda width: drawing.options(turn, marked, width, links, revealed=revealed),
            blank,
        )


def _help(now: str, before: str = "") -> tuple[Part, ...]:
    """What can be done now, and the keys that mean the same at all times."""
    keys = [f"{styled(before + key, 'bold')} {does}" for key, does in _HELP.items()]
    return blank, said(now), partial(grid, keys)


def _sentence(given: Given, verdict: Verdict) -> Part:
    return lambda _: drawing.sentence(given, verdict)


def _minutes(session: Session) -> int:
    return max(1, round(session.seconds_to_go / 60))
