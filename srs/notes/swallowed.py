"""Cards that the block right above them swallows: HTML, comments, tables, footnotes, open code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.notes.grammar import NAMES, SEPARATOR, TAG, is_comment, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from srs.markdown import Block
    from srs.model import Problem

_BEHIND_COMMENT = re.compile(rf"-->[ \t]*{NAMES}:(?=\s|$)(.*)")
_CARD_BEHIND_COMMENT = re.compile(r"-->[ \t]*(\S.*)$")
_IN_CELL = re.compile(rf"\|\s*(?:\*\*|__)?{NAMES}(?::(?:\*\*|__)?|(?:\*\*|__):)(?=\s|\|)")
_RAW = (
    (re.compile(r"<(?:pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE), "</pre>"),
    (re.compile(r"<\?"), "?>"),
    (re.compile(r"<!\[CDATA\["), "]]>"),
    (re.compile(r"<![A-Za-z]"), ">"),
)
"""HTML that ends at a mark, not at a blank line."""
_RAW_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)


def in_html(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    if block.depth:
        # It ends with the list or quote that it stands in.
        return
    text = block.text.lstrip()
    if is_comment(block):
        yield from _at_comment(path, lines, block)
        return
    raw = next((end for start, end in _RAW if start.match(text)), None)
    if raw is None:
        what = "the HTML above it, which ends at a blank line"
        yield from _under(path, lines, block, "html", what)
    elif not (_RAW_END.search(text) if raw == "</pre>" else raw in text):
        if raw == "</pre>":
            raw = f"</{re.split(r'[^a-z]', text[1:].lower(), maxsplit=1)[0]}>"
        message = "This HTML is never closed, so everything below it is part of it."
        yield warning(path, block.start, 1, "html-unclosed", message, f"Close it with `{raw}`.")


def _at_comment(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    if "-->" not in block.text:
        message = "This comment is never closed, so everything below it is part of it."
        yield warning(path, block.start, 1, "comment-unclosed", message, "Close it with `-->`.")
        return
    for number in range(block.start, block.end):
        line = lines[number]
        if "-->" not in line:
            continue
        if match := _BEHIND_COMMENT.search(line):
            message = f"`{match[1]}:` behind a comment is no tag."
            hint = f"Start it at column 1: `{match[1]}:{match[2]}`."
            yield warning(path, number, match.start(1) + 1, "tag-under-html", message, hint)
        elif (card := _CARD_BEHIND_COMMENT.search(line)) and _is_card(card[1]):
            message = "A line behind a comment is no card."
            hint = f"Start it at column 1, below the comment: `{card[1]}`."
            at = card.start(1) + 1
            yield warning(path, number, at, "separator-under-html", message, hint)


def under_footnote(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    return _under(path, lines, block, "footnote", "the footnote above it")


def in_table(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    below = "Leave a blank line above it."
    for number in range(block.start, block.end):
        source = lines[number]
        if match := TAG.match(source):
            message = f"`{match[1]}:` right under a table is one of its rows."
            yield warning(path, number, 1, "tag-in-table", message, below)
        elif match := _IN_CELL.search(source):
            message, hint = (
                f"`{match[1]}:` in a table is no tag.",
                "Write the card below the table.",
            )
            yield warning(path, number, match.start(1) + 1, "tag-in-table", message, hint)
        elif "::" in source and "|" not in source and _is_card(source):
            message = "A line right under a table is one of its rows, and no card."
            hint = f"Leave a blank line above it: `{source}`."
            yield warning(path, number, 1, "separator-in-table", message, hint)


def at_fence(path: str, lines: Sequence[str], block: Block) -> Iterator[Problem]:
    """A fence without an end that swallows what was meant as cards."""
    mark = lines[block.start].lstrip(" \t>-+*.)0123456789")[:3]
    last = lines[block.end - 1].lstrip(" \t>")
    closed = block.end - block.start > 1 and last.startswith(mark) and not last.strip("`~ \t")
    if closed or mark not in ("```", "~~~"):
        return
    if any(lines[number].strip() for number in range(block.end, len(lines))):
        # The list or quote that it stands in has ended, and the fence with it.
        return
    message = "This code is never closed, so everything below it is part of it."
    hint = "Close it with a line of the same marks."
    yield warning(path, block.start, 1, "fence-unclosed", message, hint)


def _under(
    path: str, lines: Sequence[str], block: Block, kind: str, swallower: str
) -> Iterator[Problem]:
    """Tags and one-line cards at column 1 that belong to the block right above them."""
    here = range(block.start, block.end)
    # What is within an element is its text.
    elements = [number for number in here if lines[number].startswith("<")]
    last = max(elements, default=block.start)
    for number in here:
        line = lines[number]
        if match := TAG.match(line):
            message = f"`{match[1]}:` is part of {swallower}."
            hint = "Leave a blank line above it."
            yield warning(path, number, 1, f"tag-under-{kind}", message, hint)
        elif "::" in line and number > last and _is_card(line):
            message = f"This line is part of {swallower}, and no card."
            hint = f"Leave a blank line above it: `{line}`."
            yield warning(path, number, 1, f"separator-under-{kind}", message, hint)


def _is_card(line: str) -> bool:
    """Whether a line would be a one-line card if it stood alone."""
    return not line[:1].isspace() and len(SEPARATOR.findall(line)) == 1


IN_BLOCK: dict[str, Callable[[str, Sequence[str], Block], Iterator[Problem]]] = {
    "table": in_table,
    "footnote": under_footnote,
    "html": in_html,
    "fence": at_fence,
}
"""What to look for, by kind of block."""
