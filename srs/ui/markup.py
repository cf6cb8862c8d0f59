"""Markdown as a terminal draws it. A door to rich."""

from __future__ import annotations

import io
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markdown import CodeBlock, Markdown, Paragraph, TableElement
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from srs.markdown.screen import number, screen_tokens
from srs.ui import code
from srs.ui.styled import styled

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderResult

_THEME = Theme(
    {
        "markdown.code": "cyan",
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
"""Without backgrounds and bright colours, it is readable on light terminals and on dark ones."""
_BLANK_ROWS = re.compile(r"\A(?:(?:\x1b\[[0-9;]*m|[ ])*\n)+|(?:\n(?:\x1b\[[0-9;]*m|[ ])*)+\Z")
"""Those at the beginning and at the end: a screen has few."""


class _Code(CodeBlock):
    """A block of code, drawn as where there is nothing else."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text.from_ansi(code.drawn(str(self.text), self.lexer_name, options.max_width))


class _Table(TableElement):
    """A table whose cells are shown in full, however narrow they are."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for table in super().__rich_console__(console, options):
            if isinstance(table, Table):
                for column in table.columns:
                    column.overflow = "fold"
            yield table


class _Fragment(Markdown):
    elements = Markdown.elements | {
        "html_block": Paragraph,
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
        theme=_THEME,
        force_terminal=True,
        color_system="standard",
        no_color=bool(os.environ.get("NO_COLOR")),
        legacy_windows=False,
    )
