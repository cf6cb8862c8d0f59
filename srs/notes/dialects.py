"""Marks by which other programs know cards: one warning for each kind of mark in a note.

Only shapes that prose and code do not have; where a label may be prose, what stands near it tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.notes.grammar import SEPARATOR, TAG, column, lines_with, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srs.markdown import Block
    from srs.model import Problem

LINE = (
    r"[PEM]:[ \t]|C1:[ \t]|[Tt]ags:[ \t]|:::|TARGET DECK|START[ \t]*(?:\n|\Z)|%%[ \t]*ANKI|"
    r"Q(?:\d+[:.)]|[.)])[ \t]|[ \t>]*>[ \t]*\[!(?:flashcards?|card|anki|cloze)\]"
)
"""How a line begins that may have such a mark: an alternative of a pattern."""

_STARTS = re.compile(LINE)
_NEAR = 30
"""In how many lines below its beginning the rest of a card is looked for."""
_QUESTION = re.compile(r"Q(?:\d+[:.)]|[:.)])[ \t]")
_LABEL = re.compile(r"([A-Za-z]\w{0,8}):(?=\s|$)")
_SINGLE = re.compile(r"([A-Za-z]):[ \t]")
_KNOWN = frozenset("QACTEM")
_NUMBERS = re.compile(r"A:[ \t]*\d(?:[ \t]*,[ \t]*\d)*[ \t]*$")


def lines_that_end(source: str, ends: Sequence[int]) -> frozenset[int]:
    """The lines that may end with such a mark; most notes have none and are not searched."""
    found: frozenset[int] = frozenset()
    marks = ("#card", "#flashcard") if "card\n" in source or source.endswith("card") else ()
    for mark in (*marks, "🧠"):
        if mark in source:
            found |= lines_with(re.compile(mark), source, ends)
    return found


class Place(NamedTuple):
    """A line of a paragraph. `item`: the line at which the open item begins, or None."""

    lines: Sequence[str]
    number: int
    block: Block
    item: int | None


class _Mark(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    is_meant: Callable[[re.Match[str], Place], bool]
    message: str
    hint: str
    """With the groups of the pattern, from 1."""


def in_line(path: str, place: Place, told: set[str]) -> Problem | None:
    """The mark of another program that a line at column 1 has, unless its kind is told."""
    source = place.lines[place.number]
    if not _STARTS.match(source) and not source.rstrip().endswith(("card", "🧠")):
        return None
    for mark in _MARKS:
        match = None if mark.name in told else mark.pattern.match(source)
        if match and mark.is_meant(match, place):
            return _told(path, place.number, 1, mark, match, told)
    return None


def in_quote(path: str, lines: Sequence[str], block: Block, told: set[str]) -> Problem | None:
    """A callout whose title is a question."""
    mark = _CALLOUT
    match = mark.pattern.match(block.text)
    if match is None or mark.name in told:
        return None
    at = column(lines[block.start], block.text.partition("\n")[0], 0)
    return _told(path, block.start, at, mark, match, told)


def in_heading(path: str, block: Block, told: set[str]) -> Problem | None:
    mark = _LABELLED
    match = mark.pattern.match(block.text)
    if match is None or mark.name in told:
        return None
    return _told(path, block.start, 1, mark, match, told)


def _told(
    path: str, number: int, column: int, mark: _Mark, match: re.Match[str], told: set[str]
) -> Problem:
    told.add(mark.name)
    groups = [(group or "").strip() for group in match.groups()]
    hint = mark.hint.format("", *groups)
    return warning(path, number, column, f"foreign-{mark.name}", mark.message, hint)


# What tells a card from prose -----------------------------------------------------------------


def _always(_match: re.Match[str], _place: Place) -> bool:
    return True


def _below(place: Place) -> Sequence[str]:
    return place.lines[place.number + 1 : place.number + 1 + _NEAR]


def _within_item(place: Place) -> bool:
    """Whether the line belongs to an item that begins above it."""
    if place.item is not None:
        return True
    first = max(place.block.start, place.number - _NEAR)
    return any(map(TAG.match, place.lines[first : place.number]))


def _answered(match: re.Match[str], place: Place) -> bool:
    """Whether `A1:` stands below `Q1:`, before the next question."""
    answer = re.compile(rf"A{re.escape(match[1])}[ \t]")
    for line in _below(place):
        if answer.match(line):
            return True
        if _QUESTION.match(line) or line.startswith("#"):
            return False
    return False


def _solved(_match: re.Match[str], place: Place) -> bool:
    """Whether the next label below `P:` is `S:`."""
    labels = (label[1] for label in map(_LABEL.match, _below(place)) if label)
    return next(labels, "") == "S"


def _is_extra(_match: re.Match[str], place: Place) -> bool:
    """Whether all labels of the paragraph are those of cards, not of what a formula is made of."""
    block = place.block
    labels = map(_SINGLE.match, place.lines[block.start : min(block.end, block.start + _NEAR)])
    return _within_item(place) and all(label[1] in _KNOWN for label in labels if label)


def _is_choice(_match: re.Match[str], place: Place) -> bool:
    """Whether another choice follows, and numbers as the answer."""
    below = [line for line in _below(place) if line.strip()]
    return bool(below) and below[0].startswith("C2:") and any(map(_NUMBERS.match, below))


def _is_tags(_match: re.Match[str], place: Place) -> bool:
    return _within_item(place)


def _closes_nothing(_match: re.Match[str], place: Place) -> bool:
    """Whether a fence of colons is swallowed by an item and was not opened in it."""
    first = place.block.start if place.item is None else place.item
    above = place.lines[max(first, place.number - _NEAR) : place.number]
    return _within_item(place) and not any(line.lstrip().startswith(":::") for line in above)


def _ends(_match: re.Match[str], place: Place) -> bool:
    return "END" in (line.rstrip() for line in _below(place))


def _is_no_card(match: re.Match[str], place: Place) -> bool:
    words = match[1].split()
    only_tags = all(word.startswith("#") for word in words)
    is_card = TAG.match(match[0]) or SEPARATOR.search(match[0])
    return not only_tags and not is_card and not _within_item(place)


_CALLOUT = _Mark(
    "callout",
    re.compile(r"\[!(?:flashcards?|card|anki|cloze)\][-+]?[ \t]*(.*)"),
    _always,
    "A callout makes no card.",
    "Write at column 1: `Q: {1}`, and `A:` below it.",
)
_LABELLED = _Mark(
    "tag",
    re.compile(r"(.*\S)\s+#(?:flash)?card[ \t]*$"),
    _is_no_card,
    "A tag does not make a card of a line.",
    "Write `Q: {1}`, and `A:` before the answer.",
)
_MARKS = (
    _Mark(
        "question",
        re.compile(r"Q(\d+[:.)]|[.)])[ \t]+(.*)"),
        _answered,
        "Questions and answers begin with `Q:` and `A:`.",
        "If a card is meant: `Q: {2}`, and `A:` before the answer.",
    ),
    _Mark(
        "problem",
        re.compile(r"P:[ \t]+(.*)"),
        _solved,
        "`P:` and `S:` are no tags.",
        "Write `Q: {1}`, and `A:` for `S:`.",
    ),
    _Mark(
        "extra",
        re.compile(r"([EM]):[ \t]+(.*)"),
        _is_extra,
        "This label is no tag, so the line is part of the text above it.",
        "If it explains the answer: `Why: {2}`.",
    ),
    _Mark(
        "choice",
        re.compile(r"C1:[ \t]+(.*)"),
        _is_choice,
        "Options are a list of boxes; these lines are part of the question.",
        "Write `- [ ] {1}`, or `- [x] {1}` if it is right, and no `A:`.",
    ),
    _Mark(
        "tags",
        re.compile(r"[Tt]ags:[ \t]+(.*)"),
        _is_tags,
        "`tags:` in an item is part of its text.",
        "Write `#tag` at the end of the item's first line, or `tags: [...]` in the front matter.",
    ),
    _Mark(
        "fence",
        re.compile(r":::+[ \t]*(?:card|cloze|flashcards?)\b"),
        _always,
        "Fences of colons make no card.",
        "Write `Q:` and `A:`, or `C:` for a text with gaps, without the colons.",
    ),
    _Mark(
        "fence",
        re.compile(r":::+[ \t]*$"),
        _closes_nothing,
        "These colons are part of the item above.",
        "Leave them out, or set them apart with a rule `---`.",
    ),
    _Mark(
        "deck",
        re.compile(r"TARGET DECK(?:[ \t]*:)?[ \t]*(.*)"),
        _always,
        "A line `TARGET DECK` has no meaning here.",
        "Cards are filed by the `topic:` in the front matter of their note.",
    ),
    _Mark(
        "start",
        re.compile(r"START[ \t]*$"),
        _ends,
        "`START` and `END` make no card.",
        "Write `Q:` and `A:` before the question and the answer.",
    ),
    _Mark(
        "anki",
        re.compile(r"%%[ \t]*ANKI"),
        _always,
        "`%%ANKI` makes no card.",
        "Write `Q:` and `A:` before the question and the answer.",
    ),
    _Mark(
        "brain",
        re.compile(r"(.*\S)[ \t]+::?[ \t]+(\S.*?)[ \t]*🧠[ \t]*$"),
        lambda match, place: not SEPARATOR.search(match[0]) and not _within_item(place),
        "A line with a single colon is no card.",
        "Write `{1} :: {2}`.",
    ),
    _LABELLED,
)
