"""Rules that keep cards good: each is a warning with its reason, and can be silenced. Pure.

`<!-- srs: allow CODE -->` above an item silences a rule for it. To add a rule that looks at one
item: a function and a `Rule` in the file of its theme, and its row in the README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import Problem, Severity
from srs.rules import answers, gaps, options, questions
from srs.rules.beside import NEAR, TWICE, near_questions, same_questions
from srs.rules.roadmap import empty_topics, unknown_phases, unknown_topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from srs.model import Item, Note, Roadmap

RULES = (*answers.RULES, *questions.RULES, *gaps.RULES, *options.RULES)
"""The rules that look at one item."""

SILENCED = frozenset((*(rule.code for rule in RULES), TWICE, NEAR))
"""What `<!-- srs: allow CODE -->` may name."""


def problems(
    notes: Sequence[Note], roadmap: Roadmap, roadmap_path: str, day: date
) -> Iterator[Problem]:
    """Everything that is to be said of the quality of items, and of notes beside the roadmap."""
    items = [item for note in notes for item in note.items]
    for item in items:
        yield from of_item(item, roadmap.language)
        yield from _unknown_codes(item)
    yield from same_questions(items)
    yield from near_questions(items)
    yield from unknown_phases(notes, roadmap)
    yield from unknown_topics(notes, roadmap)
    yield from empty_topics(notes, roadmap, roadmap_path, day)


def _unknown_codes(item: Item) -> Iterator[Problem]:
    for one in item.allowances:
        if one.code not in SILENCED:
            place = (item.path, one.line, one.column)
            message = f"No rule is named `{one.code}`, so nothing is silenced."
            hint = "Take the code from the brackets of the warning."
            yield Problem(*place, Severity.WARNING, "allow-unknown", message, hint)


def of_item(item: Item, language: str = "en") -> Iterator[Problem]:
    """What is to be said of one item. Rules that know English words are for English only."""
    for rule in RULES:
        if language == "en" or not rule.english:
            yield from rule.problems(item)
