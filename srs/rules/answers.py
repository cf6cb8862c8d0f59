"""Answers that are too much for one card, or that hold what was not meant as answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import line_starts
from srs.rules.rule import Finding, Rule, parts, prose_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.model import Item, Part

MOST_WORDS = 40
MOST_CODE = 12
"""Lines that are not blank, of all code in an answer."""
ROWS_TO_TICK = 3
LONGEST_TYPED = 80
"""Characters: a line."""
SWALLOWED_WORDS = 25
"""From so many on a later paragraph is more likely the page going on than part of a card."""

_ROW = re.compile(r"^[ ]{0,3}(?:[-+*]|\d{1,9}[.)])[ \t]", re.MULTILINE)


def _long(item: Item) -> Iterator[Finding]:
    for part in parts(item, "A", "::", ":::"):
        words = prose_words(part)
        lines = sum(bool(line.strip()) for fence in part.fences for line in fence.code.split("\n"))
        # Of a list that should be points the other rule tells.
        if words > MOST_WORDS and _rows(part) < ROWS_TO_TICK:
            hint = "Keep what is graded; move what explains it into `Why:`, or make two items."
            yield Finding(part, f"This answer has {words} words.", hint)
        elif lines > MOST_CODE:
            hint = "Ask for the lines that matter."
            yield Finding(part, f"This answer has {lines} lines of code.", hint)


def _rows(part: Part) -> int:
    """How many rows the lists of an answer have."""
    if part.tag != "A" or not _ROW.search(part.text):
        return 0
    return sum(block.kind == "row" and block.depth == 1 for block in markdown.blocks(part.text))


def _list(item: Item) -> Iterator[Finding]:
    for part in parts(item, "A"):
        rows = _rows(part)
        if rows >= ROWS_TO_TICK:
            hint = "Write `Points:` for `A:`, so that each is ticked by itself."
            yield Finding(part, f"This answer is a list of {rows}.", hint)


def _typed(item: Item) -> Iterator[Finding]:
    for part in parts(item, "T"):
        longest = max(part.accepted, key=lambda one: len(one.text), default=None)
        if longest and ("\n" in longest.text or len(longest.text) > LONGEST_TYPED):
            hint = "Ask for the word or flag that matters, or write `A:` for `T:`."
            yield Finding(part, "This answer to type is longer than a line.", hint)


def _prose(item: Item) -> Iterator[Finding]:
    """A paragraph after the first one in the item's last part. Questions may have several."""
    part = item.draft.parts[-1]
    if part.tag in ("Q", "C", "Options") or "\n\n" not in part.text:
        return
    starts = line_starts(part.text)
    for block in markdown.blocks(part.text):
        if block.kind != "paragraph" or block.depth or block.start == 0:
            continue
        words = len(markdown.said(block.text).split())
        if words > SWALLOWED_WORDS:
            hint = "Set it apart with a line `---`, or move what explains into `Why:`."
            message = f"A paragraph of {words} words further down is part of this card."
            yield Finding(part, message, hint, starts[block.start])
            return


RULES = (
    Rule("answer-long", "One grade for several facts says little about each.", _long),
    Rule("answer-list", "All or nothing is graded, though some points were known.", _list),
    Rule("typed-long", "What is typed wrong says little about what is known.", _typed),
    Rule("answer-prose", "What is meant as prose is shown and learnt as an answer.", _prose),
)
