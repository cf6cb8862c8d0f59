"""Markdown as a terminal draws it. A door to rich."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.constrain import Constrain
from rich.markdown import CodeBlock, ListItem, Markdown, Paragraph, TableElement
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from srs.markdown.screen import number, screen_tokens
from srs.ui import code
from srs.ui.styled import WIDEST, styled, without_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import ConsoleOptions, RenderResult

_BLANK_ROWS = re.compile(r"\A(?:(?:\x1b\[[0-9;]*m|[ ])*\n)+|(?:\n(?:\x1b\[[0-9;]*m|[ ])*)+\Z")
"""Those at the beginning and at the end: a screen has few."""


_BETWEEN = 2
"""So many cells a table takes for each of its columns."""


class _Code(CodeBlock):
    """A block of code, drawn as where there is nothing else."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text.from_ansi(code.drawn(str(self.text), self.lexer_name, options.max_width))


class _Paragraph(Paragraph):
    """A paragraph that is not too wide to read."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Constrain(self.text, WIDEST)


class _Table(TableElement):
    """A table whose words are whole. Where they have no room beside each other, the cells of a row
    stand below its first one, each with the name of its column.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = self._columns()
        sizes = [[Measurement.get(console, options, cell) for cell in one] for one in columns]
        least = [max(size.minimum for size in column) for column in sizes]
        wanted = [max(size.maximum for size in column) for column in sizes]
        room = options.max_width - _BETWEEN * len(columns)
        if sum(least) > room:
            yield from _told(columns)
            return
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table) and sum(wanted) > room:
                spare, missing = room - sum(least), sum(wanted) - sum(least)
                for column, narrow, wide in zip(table.columns, least, wanted, strict=True):
                    share = spare * (wide - narrow) // max(1, missing)
                    column.width = narrow + share
                    spare, missing = spare - share, missing - (wide - narrow)
                # Else it could not be seen where a row ends that takes several.
                table.leading = 1
            yield table

    def _columns(self) -> list[tuple[Text, ...]]:
        """The cells of each column, the name before all others."""
        head = [self.header.row] if self.header and self.header.row else []
        rows = (*head, *(self.body.rows if self.body else ()))
        return [*zip(*([cell.content for cell in row.cells] for row in rows), strict=True)]


def _told(columns: Sequence[Sequence[Text]]) -> RenderResult:
    """The rows of a table one below the other."""
    (*names,), *rows = zip(*columns, strict=True)
    for row in rows:
        if row is not rows[0]:
            yield Text("")
        for column, (name, cell) in enumerate(zip(names, row, strict=True)):
            named = Text.assemble((name.plain, "markdown.table.header"), ": " if name else "", cell)
            yield Padding(named, (0, 0, 0, 2 if column else 0))


class _Item(ListItem):
    """An item of a list, its number with a dot."""

    def render_number(
        self,
        console: Console,  # noqa: ARG002 - rich gives it
        options: ConsoleOptions,  # noqa: ARG002 - and this
        number: int,
        last_number: int,
    ) -> RenderResult:
        label = f" {number:{len(str(last_number))}}. "
        row = Table.grid()
        row.add_column(width=len(label))
        row.add_row(Text(label, "markdown.item.number"), self.elements)
        yield row


class _Fragment(Markdown):
    elements = Markdown.elements | {
        "paragraph_open": _Paragraph,
        "list_item_open": _Item,
        "html_block": _Paragraph,
        "fence": _Code,
        "code_block": _Code,
        "table_open": _Table,
    }

    def __init__(self, tokens: list[Any]) -> None:
        super().__init__("", hyperlinks=False)
        self.parsed = tokens


def drawn(text: str, width: int, links: list[str]) -> str:
    """The rows of a fragment, which holds nothing that a terminal would obey.

    Links get numbers, each its place in `links`, which grows by those that are new; below the
    fragment stands where they lead.
    """
    tokens, here = screen_tokens(text, links)
    console = _console()
    console.width = width
    with console.capture() as captured:
        console.print(_Fragment(tokens))
    rows = "\n".join(row.rstrip() for row in captured.get().split("\n"))
    told = (styled(f"{number(link, links)} {link}", "dim") for link in here)
    return "\n".join((_BLANK_ROWS.sub("", rows), *told))


@cache
def _console() -> Console:
    return Console(
        file=io.StringIO(),
        highlight=False,
        theme=_theme(),
        force_terminal=True,
        color_system="standard",
        no_color=without_colour(),
        legacy_windows=False,
    )


def _theme() -> Theme:
    """Without backgrounds and bright colours, readable on light terminals and on dark ones."""
    return Theme(
        {
            "markdown.code": "bold" if without_colour() else "cyan",
            "markdown.block_quote": "italic",
            "markdown.item.bullet": "bold",
            "markdown.item.number": "bold",
            "markdown.h1": "bold",
            "markdown.h2": "bold",
            "markdown.hr": "dim",
            "markdown.table.border": "dim",
            "markdown.table.header": "bold",
        }
    )
