"""Review on a terminal, with single keys. A door to rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text
from rich.theme import Theme

from srs.model import Ask, Grade
from srs.ui import asks, drawing
from srs.ui.asking import Choice
from srs.ui.changes import by_words, in_full, marked
from srs.ui.editor import edited, pasted, wrapped
from srs.ui.keys import PASTE, REDRAW
from srs.ui.review import Command
from srs.ui.text import breadcrumb, counted, printable, short_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rich.console import RenderableType

    from srs.kinds.kind import Given, Verdict
    from srs.session import Session, Turn
    from srs.ui.changes import Changed

WIDEST = 88
_THEME = Theme({"markdown.code": "cyan"})
"""Without a background of its own, code is readable on light terminals too."""
_ENTER = ("\r", "\n")
_REVEAL = (" ", *_ENTER)
_ESCAPE = "\x1b"
_SIDES = {"=": "", "-": "strike red", "+": "underline green"}
_END = "\x04"
"""Ctrl-D: the end of what is typed, else of the session."""
_GRADES = "1 again, 2 hard, 3 good, 4 easy, Space or Enter what is proposed."
_HELP = (
    "! before the answer says that you are sure. u takes the last answer back, "
    "e edits the note, o shows it, i tells why this card is asked and its history, "
    "v opens its pictures and sounds, m marks it for mending, n asks it after all others, "
    "b not any more today, s never until `srs cards resume`, q quits."
)
_TYPED_HELP = (
    "Backspace, Ctrl-W and Ctrl-U delete a character, a word and the line. "
    "Commands have a colon; a space before it makes it text: "
    ":! says that you are sure, :u takes the last answer back, :e edits the note, :o shows it, "
    ":i tells why, :v opens pictures and sounds, :m marks, :n later, :b not today, :s never, "
    ":q quits."
)


class Terminal(asks.Listening):
    """A card a screen. `key` waits for a key and gives `` when there are no more."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key
        self._console = Console(highlight=False, theme=_THEME)
        self._notice = ""
        self._head: tuple[RenderableType, ...] = ()
        """What stands above the answer on this screen, from its top."""
        self._screen: list[RenderableType] = []
        """All that is on this screen, to draw it again."""
        self._typing: str | None = None
        """The text that is being typed below it, and the rows that this takes."""
        self._rows: list[str] = []

    def _question(self, turn: Turn, session: Session) -> Given | Command:
        self._head = self._heading(turn, session)
        ask = turn.ask
        if ask is Ask.PICK:
            one = asks.one_is_right(turn)
            return self._marked(turn, "Space answer", one=one)
        if ask is Ask.TYPE:
            return self._typed(turn)
        shows = "points" if ask is Ask.TICK else "answer"
        self._draw(*self._head, self._footer(f"Space {shows}"))
        while True:
            choice = self._command(f"Space or Enter shows the {shows}. {_HELP}")
            if isinstance(choice, Command):
                return choice
            if choice in _REVEAL:
                return self._marked(turn, "Space grade") if ask is Ask.TICK else ()

    def _written(self, turn: Turn, session: Session) -> Given | Command:
        said = printable(turn.given[0]) if turn.given else "nothing"
        ask = turn.card.item.ask
        told = Group(Text("You answered", "dim"), Text(said), Text(""))
        shown = (told,) if ask in (Ask.REVEAL, Ask.TICK) else ()
        self._head = (*self._heading(turn, session), *shown)
        self._draw(*self._head)
        return self._marked(turn, "Space grade") if ask is Ask.TICK else turn.given

    def _answer(
        self, turn: Turn, given: Given, verdict: Verdict, dates: Mapping[Grade, date]
    ) -> Grade | Command:
        ask = turn.card.item.ask
        if ask is Ask.PICK:
            self._draw(
                *self._head,
                drawing.options(turn, given, revealed=True),
                drawing.sentence(given, verdict),
            )
        elif ask is Ask.TICK:
            known = f"{len(given)} of {len(turn.options)} points"
            self._draw(*self._head, drawing.options(turn, given), Text(known, "bold"), Text(""))
        else:
            self._show(Rule(style="dim"))
            if ask is Ask.TYPE:
                self._show(Group(drawing.sentence(given, verdict), drawing.differences(verdict)))
            self._show(Padding(drawing.Fragment(turn.card.face.answer), (0, 0, 1, 0)))
        why = turn.card.item.texts.get("Why")
        if why:
            self._show(Padding(Group(Text("Why", "dim"), drawing.Fragment(why)), (0, 0, 1, 0)))
        return self._grade(verdict, dates)

    def graded(self, grade: Grade, until: date) -> None:
        self._notice = f"{grade.name.capitalize()}: until {short_day(until)}. u takes it back."

    def line(self, wanted: str) -> str:
        self._show(Group(Text(""), Text(f"{wanted} (Enter ends, Esc does not mark)", "dim")))
        text = self._typed_anew()
        while (key := self._press()) not in (_END, *_ENTER):
            if key in ("", _ESCAPE):
                text = ""
                break
            more = key.removeprefix(PASTE).replace("\n", " ")
            text = pasted(text, more) if key.startswith(PASTE) else edited(text, key)
            self._retype(text)
        self._end_typing()
        return text

    def finished(self, summary: str, rewrite: str) -> Command | None:
        notice, self._notice = self._notice, ""
        self._draw(*([Text(notice, "italic")] if notice else []))
        self._show(Padding(Text(printable(summary)), (1, 0)))
        keys = ["u takes back the last answer", *([f"e rewrites {rewrite}"] if rewrite else [])]
        self._show(Text(f"{', '.join(keys)}, any other key ends", "dim"))
        choice = asks.COMMANDS.get(self._press())
        return choice if choice in (Command.UNDO, Command.EDIT) else None

    def say(self, text: str) -> None:
        self._notice = f"{self._notice}\n{text}".strip()

    # Asking about identities --------------------------------------------------------------------

    def is_same(self, doubt: Changed, place: str) -> Choice:
        keys = {"y": Choice.SAME, "n": Choice.ANOTHER, "s": Choice.LATER, _ESCAPE: Choice.LATER}
        keys |= dict.fromkeys(_ENTER, Choice.SAME)
        footer = self._footer("Enter or y the same", "n another", "s later", rest="q quit")
        return self._chosen(doubt, place, "Is this still the same question?", keys, footer)

    def still_known(self, reworded: Changed, place: str) -> Choice:
        keys = {"k": Choice.KEEP, "s": Choice.SOON, "r": Choice.RESET, _ESCAPE: Choice.LATER}
        keys |= dict.fromkeys(_ENTER, Choice.KEEP)
        footer = self._footer("Enter keep", "s see it soon", "r reset", "Esc later", rest="q quit")
        asked = "Its answer is another now. Do your answers still count?"
        return self._chosen(reworded, place, asked, keys, footer)

    def _chosen(
        self,
        one: Changed,
        place: str,
        asked: str,
        keys: Mapping[str, Choice],
        footer: RenderableType,
    ) -> Choice:
        """What a key says about two texts of an item, which are shown with their differences."""
        item, old = one.item, one.known.latest
        here = f"{item.path}:{item.line}" if item else ""
        before = "" if old.path == here.rpartition(":")[0] else f", before in {old.path}"
        about = f"{here}{before}. {counted(one.answers, 'answer')}."
        found = by_words(in_full(old.texts), in_full(item.texts) if item else "")
        self._draw(
            drawing.Spread(about, place),
            Padding(Text(asked, "bold"), (1, 0)),
            Text.assemble(*((printable(text), _SIDES[sign]) for sign, text in marked(found))),
            Text(""),
            footer,
        )
        while True:
            key = self._press()
            if key in ("", _END, Command.QUIT.value):
                return Choice.QUIT
            if key in keys:
                return keys[key]

    def close(self) -> None:
        """What was left to say, when no other card comes."""
        if self._notice:
            self._show(Text(self._notice, "italic"))

    # What is given ------------------------------------------------------------------------------

    def _marked(self, turn: Turn, then: str, *, one: bool = False) -> Given | Command:
        """The options that are picked, or the points that are ticked; `one`: not more than one."""
        labels = asks.labelled(asks.keys(), turn.options)
        first, last = next(iter(labels)), [*labels][-1]
        does = "pick" if turn.card.item.ask is Ask.PICK else "tick"
        which = " one" if one else " all right ones" if does == "pick" else ""
        keys = first if first == last else f"{first}-{last}"
        footer = self._footer(f"{keys} {does}{which}", then)
        marked: tuple[str, ...] = ()
        while True:
            self._draw(*self._head, drawing.options(turn, marked), footer)
            choice = ""
            while choice not in labels:
                said = self._command(f"The key before a row {does}s it, or not. {_HELP}")
                if isinstance(said, Command):
                    return said
                if said in _REVEAL:
                    return marked
                choice = said
            key = labels[choice].key
            others = () if one else tuple(other for other in marked if other != key)
            marked = others if key in marked else (*others, key)

    def _typed(self, turn: Turn) -> Given | Command:
        """What is typed, after the footer that says how."""
        several, spaced = asks.several_lines(turn.card.face), asks.empty_lines(turn.card.face)
        ends = "Ctrl-D answer" if spaced else "empty line or Ctrl-D answer"
        how = ("Enter new line", ends) if several else ("Enter answer",)
        rest = ":u undo · :e edit · :q quit · :? help"
        self._draw(*self._head, self._footer(*how, rest=rest))
        text = self._typed_anew()
        while True:
            key = self._press()
            if key in _ENTER and text == ":?":
                self._end_typing()
                self._show(Text(f"{', '.join(how)}. {_TYPED_HELP}", "dim"))
                text = self._typed_anew()
                continue
            if key == "" or (key == _END and not text):
                self._typing = None
                return Command.QUIT
            if key in _ENTER and text in asks.TYPED_COMMANDS:
                self._end_typing()
                command = asks.TYPED_COMMANDS[text]
                said = self._said(command)
                if said is None:
                    return command
                self._tell(said)
                text = self._typed_anew()
                continue
            line_is_empty = not text or not (spaced or text.rpartition("\n")[2].strip())
            if key == _END or (key in _ENTER and (not several or line_is_empty)):
                break
            if key.startswith(PASTE):
                more = key.removeprefix(PASTE)
                text = pasted(text, more if several else more.replace("\n", " "))
            else:
                text = edited(text, "\n" if key in _ENTER else key)
            self._retype(text)
        self._end_typing()
        return (text.rstrip("\n"),) if text.strip() else ()

    def _typed_anew(self) -> str:
        """Show that a text can be typed; gives the empty one that it begins with."""
        self._rows = []
        self._retype("")
        return ""

    def _retype(self, text: str) -> None:
        """Show the text that is typed, instead of what was shown of it before."""
        height = max(1, self._console.height - 1)
        rows = wrapped(printable(text), max(8, self._width), cell_len)[-height:]
        back = f"\x1b[{len(self._rows) - 1}A" if len(self._rows) > 1 else ""
        self._write(f"\r{back}\x1b[J" if self._rows else "", "\r\n".join(rows))
        self._typing, self._rows = text, rows

    def _end_typing(self) -> None:
        """What was typed is a part of the screen, and the next line begins."""
        self._typing = None
        self._screen.append(Text("\n".join(self._rows)))
        self._console.print()

    def _grade(self, verdict: Verdict, dates: Mapping[Grade, date]) -> Grade | Command:
        grades = {str(grade.value): grade for grade in Grade if grade <= verdict.best}
        offered = []
        for digit, grade in grades.items():
            proposed = grade is verdict.grade
            name = f"{digit} {grade.name.lower()}"
            shown = (f"[{name}]", "bold") if proposed else (name, "")
            offered.append(Text.assemble(shown, (f" {short_day(dates[grade])}", "dim")))
        self._show(drawing.Flow(offered, "   "))
        self._show(self._footer(f"Space {verdict.grade.name.lower()}"))
        while True:
            choice = self._command(f"{_GRADES} {_HELP}")
            if isinstance(choice, Command):
                return choice
            if choice in _REVEAL:
                return verdict.grade
            if choice in grades:
                return grades[choice]

    # Keys and the screen ------------------------------------------------------------------------

    def _press(self) -> str:
        """A key; `` when there are no more, or Ctrl-C was pressed."""
        try:
            while (key := self._key()) == REDRAW:
                self._draw_again()
        except KeyboardInterrupt:
            return ""
        return key

    def _command(self, help_: str) -> str | Command:
        """A key, or what it commands and is not done aside. The end of input quits."""
        while True:
            key = self._press()
            if key in ("", _END):
                return Command.QUIT
            if key == "?":
                self._show(Text(help_, "dim"))
            command = asks.COMMANDS.get(key)
            if command is None:
                return key
            said = self._said(command)
            if said is None:
                return command
            self._tell(said)

    def _tell(self, text: str) -> None:
        """Below what is shown."""
        self._show(Text(printable(text), "italic"))

    @property
    def _width(self) -> int:
        return min(self._console.width, WIDEST)

    def _heading(self, turn: Turn, session: Session) -> tuple[RenderableType, ...]:
        """Where it stands, what is to be said, and the question."""
        right = f"{session.number}/{session.last}"
        right = f"mark {right}" if turn.written else f"{right}   ≈ {_minutes(session)} min left"
        head: list[RenderableType] = [drawing.Spread(breadcrumb(turn.card), right)]
        if self._notice:
            head.append(Text(self._notice, "italic"))
            self._notice = ""
        if turn.cause:
            head.append(Text("Once more, for practice: this one failed today.", "italic"))
        head.append(Padding(drawing.Fragment(turn.card.face.prompt), (1, 0)))
        hint = turn.card.item.texts.get("Hint")
        if hint:
            head.append(Group(Text("Hint", "dim"), drawing.Fragment(hint), Text("")))
        return tuple(head)

    def _draw(self, *parts: RenderableType) -> None:
        """A screen of its own."""
        self._screen = [*parts]
        self._draw_again()

    def _draw_again(self) -> None:
        """The same screen, as wide as the terminal is now."""
        self._console.clear()
        for part in self._screen:
            self._print(part)
        if self._typing is not None:
            self._rows = []
            self._retype(self._typing)

    def _footer(
        self, *keys: str, rest: str = "u undo · e edit · q quit · ? help"
    ) -> RenderableType:
        """What keys do, as far as it matters now."""
        pieces = (Text(one, "dim") for one in (*keys, *rest.split(" · ")))
        return drawing.Flow(pieces, " · ")

    def _show(self, what: RenderableType) -> None:
        """Below what is shown."""
        self._screen.append(what)
        self._print(what)

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, width=self._width)

    def _write(self, *texts: str) -> None:
        """Past rich, which would wrap it."""
        self._console.file.write("".join(texts))
        self._console.file.flush()


def _minutes(session: Session) -> int:
    return max(1, round(session.seconds_to_go / 60))
