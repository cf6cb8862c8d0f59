"""Options that tell which of them is right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs import markdown
from srs.rules.rule import Finding, Rule, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.model import Item

_LONGER, _AT_LEAST = 1.5, 20
"""A right option that is so many times as long as every wrong one, and so many characters longer,
is found without knowing anything."""
_ALL = re.compile(
    r"\b(?:all|none|both|neither|any) (?:of )?(?:the )?"
    r"(?:above|mentioned|listed|these|those|them|other)\b|"
    r"\b(?:all|none) of the (?:options|answers|choices)\b|"
    r"^(?:both|neither|all of|any of) \W?(?:[a-f]|\d|i{1,3})\W?\s*(?:,|&|(?:and|or|nor)\b)",
    re.IGNORECASE,
)


def _length(item: Item) -> Iterator[Finding]:
    for part in parts(item, "Options"):
        options = item.faces[0].options
        lengths = {option.key: len(markdown.said(option.text)) for option in options}
        right = [lengths[option.key] for option in options if option.right]
        wrong = [lengths[option.key] for option in options if not option.right]
        if not right or not wrong:
            continue
        longest = max(wrong)
        if min(right) > _LONGER * longest and min(right) - longest >= _AT_LEAST:
            hint = "Move its explanation below it, or say as much in the wrong ones."
            yield Finding(part, "What is right here is much longer than the rest.", hint)


def _all(item: Item) -> Iterator[Finding]:
    for part in parts(item, "Options"):
        for row in part.rows:
            if _ALL.search(row.text):
                message = f"The option “{row.text}” speaks of the others."
                hint = "Remove it, and mark every right option: several may be right, or one."
                yield Finding(part, message, hint, row.offset)


def _one(item: Item) -> Iterator[Finding]:
    for part in parts(item, "Options"):
        if len(item.faces[0].options) == 1:
            hint = "Write wrong options that tempt, or `A:` for the list."
            yield Finding(part, "There is one option to pick from.", hint)


RULES = (
    Rule("option-length", "Length gives it away.", _length),
    Rule("option-all", "They are shuffled, and knowing two decides it.", _all, english=True),
    Rule("option-one", "There is nothing to choose.", _one),
)
