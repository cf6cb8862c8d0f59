"""Text as front ends write it: dates, places, and nothing that could drive a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.fragments import as_written
from srs.model import phase_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from srs.model import Card

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return _CONTROL.sub("\ufffd", text)


def source(markdown: str) -> str:
    """A fragment for one who reads its source: links to notes as they show, pictures and sounds
    announced, no comments.
    """
    if any(mark in markdown for mark in ("[[", "![", "<!--", "<details", "<summary")):
        from srs.markdown.render import readable  # noqa: PLC0415 - for few fragments

        markdown = readable(markdown)
    return printable(markdown)


_BLOCK = re.compile(r"```|~~~|[-*+] |\d+[.)] |[>|#]")
"""How a list, a table, a quote or code begins: not in the middle of a line."""


def titled(name: str, fragment: str) -> str:
    """`Why: text`, or below the name what must begin its line."""
    return source(name + (":\n" if _BLOCK.match(fragment) else ": ") + as_written(fragment))


def one_line(text: str) -> str:
    """The same, of text that belongs in one line: a file's name may hold line ends."""
    return printable(text).replace("\n", "\ufffd").replace("\t", "\ufffd")


def short_day(day: date) -> str:
    """Fri 20 Jun"""
    return f"{day:%a} {day.day} {day:%b}"


def long_day(day: date) -> str:
    """Friday 20 June 2025"""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def breadcrumb(card: Card) -> list[str]:
    """Where the card stands: phase, topic, heading."""
    item = card.item
    phase = phase_name(item.phase or "")
    heading = item.headings[-1] if item.headings else ""
    names = (phase, item.topic, "" if heading in (item.topic, "Cards") else heading)
    return [printable(name) for name in names if name]


def first_line(markdown: str) -> str:
    """The first line of a fragment that says something."""
    lines = (line.strip() for line in printable(markdown).split("\n"))
    return next((line for line in lines if line), "")


def listed(words: Sequence[str], last: str) -> str:
    """1, 2 or 3"""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end


def counted(number: int, one: str, many: str = "") -> str:
    """1 card, 2 cards"""
    return f"{number} {one if number == 1 else many or one + 's'}"


def duration(ms: int) -> str:
    """12 seconds, 3.4 minutes"""
    return counted(round(ms / 1000), "second") if ms < 60_000 else f"{ms / 60_000:.1f} minutes"
