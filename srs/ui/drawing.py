"""What the parts of a card look like on a terminal. A door to rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.markdown import CodeBlock, Markdown, Paragraph
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from srs.markdown.render import screen_tokens
from srs.media import is_sound
from srs.model import Ask, Grade
from srs.ui import asks
from srs.ui.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from srs.kinds.kind import Given, Verdict
    from srs.session import Turn


class _Code(CodeBlock):
    """A block of code without empty lines of its own: a screen has few."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip()
        yield Syntax(code, self.lexer_name, theme=self.theme, word_wrap=True, padding=(0, 1))


class Fragment(Markdown):
    """A Markdown fragment as our own parser reads it, without anything a terminal would obey."""

    elements = Markdown.elements | {"html_block": Paragraph, "fence": _Code, "code_block": _Code}

    def __init__(self, text: str) -> None:
        super().__init__("", code_theme="ansi_dark", hyperlinks=False)
        self.parsed = screen_tokens(printable(text))
        for token in self.parsed:
            for child in token.children or ():
                if child.type == "image":
                    source = str(child.attrs["src"])
                    what = "sound" if is_sound(source) else "image"
                    # As text it stays in its place; rich would draw it before the paragraph.
                    child.type, child.tag, child.children = "text", "", None
                    # A number there is a width.
                    said = "" if child.content.isdecimal() else child.content
                    child.content = f"[{what}: {said or source}]"
        self.parsed = [one for one in self.parsed if one.type != "html_block" or one.content]


def options(turn: Turn, marked: Given, *, revealed: bool = False) -> RenderableType:
    """The options with their labels and boxes; revealed, with signs and explanations."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    labels = {option.key: key for key, option in asks.labelled(asks.keys(), turn.options).items()}
    one = turn.card.item.ask is Ask.PICK and asks.one_is_right(turn)
    box = ("( )", "(x)") if one else ("[ ]", "[x]")
    for option in turn.options:
        sign = Text("✓", "bold green") if option.right else Text("✗", "bold red")
        row: list[RenderableType] = [
            Text(box[option.key in marked]),
            Text(f"{labels[option.key]})" if option.key in labels else "", "bold"),
        ]
        shown: list[RenderableType] = [Fragment(option.text)]
        if revealed and option.why:
            shown.append(Padding(Fragment(option.why), (0, 0, 0, 2)))
        grid.add_row(*row, *([sign] if revealed else []), Group(*shown))
    return Padding(grid, (0, 0, 1, 0))


def sentence(given: Given, verdict: Verdict) -> Text:
    """Whether the answer is right."""
    if verdict.grade >= Grade.GOOD:
        return Text("✓ Right.\n", "bold green")
    if not given:
        return Text("✗ No answer.\n", "bold red")
    if verdict.grade is Grade.HARD:
        return Text("✗ Almost.\n", "bold yellow")
    return Text("✗ Not right.\n", "bold red")


def differences(verdict: Verdict) -> RenderableType:
    """Rows that begin with - (expected) or + (typed); what differs in them is underlined."""
    if not verdict.differences:
        return Group()
    lines = [Text("- expected, + typed", "dim")]
    for side, stretches in asks.rows(verdict.differences):
        row = Text(" " if side == "=" else side).append(" ")
        for one in stretches:
            style = {"=": "", "-": "bold green underline", "+": "bold red underline"}[one.sign]
            row.append(printable(one.text.rstrip("\n")), style)
        lines.append(row)
    return Group(*lines, Text(""))


class Flow:
    """The pieces in as few lines as they need, none of them broken in two."""

    def __init__(self, pieces: Iterable[Text], gap: str) -> None:
        self._pieces = tuple(pieces)
        self._gap = gap

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Text()
        for piece in self._pieces:
            if line and line.cell_len + len(self._gap) + piece.cell_len > options.max_width:
                yield line
                line = Text()
            line.append_text(Text(self._gap if line else "", "dim")).append_text(piece)
        yield line


class Spread:
    """Both in one line, the left one shortened where it is too narrow."""

    def __init__(self, left: str, right: str) -> None:
        self._left, self._right = left, right

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        start, end = Text(self._left, "dim"), Text(self._right, "dim")
        width = max(1, options.max_width - end.cell_len - 2)
        start.truncate(width, overflow="ellipsis", pad=True)
        yield start.append("  ").append(end)
