"""`C:` text with gaps: `{{text}}`, `{{text::hint}}`, `{{c1::text::hint}}`, `==text==`.

One card for each plain gap, one for all gaps with the same number.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from srs.fragments import as_paragraph, without_comments
from srs.kinds.kind import (
    GAP_END,
    GAP_HINT,
    GAP_START,
    GAP_TEXT,
    Kind,
    error,
    key,
    plain,
    warning,
)
from srs.kinds.note_type import Side, note_type
from srs.model import (
    Ask,
    Card,
    Draft,
    Face,
    Flaw,
    Part,
    Severity,
    covers,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Looking back from behind lets a search skip plain text at full speed.
_MARK = re.compile(r"\{\{(?<![$=]\{\{)(?=\S)(?![<%-]\s|/\*)|\}\}+|==(?<!===)(?!=)")
_NEARLY_NUMBER = re.compile(r"[cC]\d+\Z")
_BRACKETS = re.compile(r"(?<!!)\[([^\[\]]+)\](?![(\[:])")
"""What other programs take for a gap."""
_NUMBER = re.compile(r"c(\d+)::")
_SPACED = re.compile(r"\{\{(?<!\$\{\{)\s+[^{}]*?\s*\}\}")


class Gap(NamedTuple):
    """A gap at `[start, end)` of the text, marks included. `number` is None for a plain one."""

    start: int
    end: int
    text: str
    hint: str
    number: int | None


def gaps(part: Part) -> tuple[tuple[Gap, ...], tuple[Flaw, ...]]:
    """The gaps of a `C:` part in order, and what is wrong with its marks."""
    text = part.text
    plain_ones = _plain_gaps(part)
    if plain_ones:
        return plain_ones, ()
    found: list[Gap] = []
    nested: list[Flaw] = []
    opened, opener = -1, ""
    marks = _marks(part)
    last = -1
    if "==" in text:
        ends = (at for at, sign in marks if sign == "==" and _closes(text, at, sign))
        last = max(ends, default=-1)
    for at, sign in marks:
        opens = _opens(text, at, sign, last)
        if not opener:
            if opens:
                opened, opener = at, sign
        elif opens and (sign, opener) != ("==", "=="):
            message, hint = "A gap stands inside another gap.", "Close the outer gap first."
            if not nested:
                nested.append(error(part, at, "gap-nested", message, hint))
        elif sign == _CLOSER[opener] and _closes(text, at, sign):
            if sign != "==" or not _compares(text, opened, at):
                found.append(_gap(part, opened, opener, at))
            opener = ""
    if opener == "{{":
        message, hint = "This gap is never closed.", "Close it with `}}`, outside code and math."
        nested.append(error(part, opened, "gap-unclosed", message, hint))
    return tuple(found), tuple(nested)


_PLAIN_GAP = re.compile(
    r"\{\{(?<![$=]\{\{)(?:c(\d+)::)?+(?=\w)([^{}:=]+)(?:::([^{}:=]*))?\}\}(?!\})"
)
"""A gap that is plainly one, in a text without code."""


def _plain_gaps(part: Part) -> tuple[Gap, ...]:
    """The gaps of a part, if all its marks are those of plain ones; else none."""
    text = part.text
    if part.opaque or any(odd in text for odd in ("==", "{{{", "}}}")):
        return ()
    found = tuple(
        [
            Gap(match.start(), match.end(), *_told(*match.groups()))
            for match in _PLAIN_GAP.finditer(text)
        ]
    )
    return found if len(found) == text.count("{{") == text.count("}}") else ()


def _told(number: str | None, text: str, hint: str | None) -> tuple[str, str, int | None]:
    return text.strip(), hint.strip() if hint else "", int(number) if number else None


_CLOSER = {"{{": "}}", "==": "=="}


def _marks(part: Part) -> list[tuple[int, str]]:
    """Marks outside opaque spans. Of `}}}` the last two close, so `{{ {a} }}` shapes survive."""
    marks = []
    for match in _MARK.finditer(part.text):
        end = match.end()
        sign = match[0][:2]
        start = end - 2 if sign == "}}" else match.start()
        if part.opaque:
            before = bisect_left(part.opaque, (end,)) - 1
            if before >= 0 and part.opaque[before][1] > start:
                continue
        marks.append((start, sign))
    return marks


def _opens(text: str, at: int, sign: str, last: int) -> bool:
    """Whether a gap may begin here; equals signs are text where none after them can close.

    `last` is where the last closing ones stand.
    """
    if sign != "==":
        return sign == "{{"
    return at < last and not text[at + 2 : at + 3].isspace()


def _closes(text: str, at: int, sign: str) -> bool:
    return sign == "}}" or (sign == "==" and not text[at - 1].isspace())


def _compares(text: str, opened: int, closed: int) -> bool:
    """Whether equals signs compare, as in `a==b and c==d`: no space anywhere around them."""
    before, after = text[max(opened - 1, 0) : opened], text[closed + 2 : closed + 3]
    return all(one.isascii() and one.isalnum() for one in (before, after)) and "" not in (
        before,
        after,
    )


def _gap(part: Part, opened: int, opener: str, closed: int) -> Gap:
    text, start = part.text, opened + 2
    number, split = None, closed
    if opener == "{{":
        numbered = _NUMBER.match(text, start)
        if numbered:
            number, start = int(numbered[1]), numbered.end()
        split = _hint_at(part, start, closed)
    hidden, hint = text[start:split].strip(), text[split + 2 : closed].strip()
    return Gap(opened, closed + 2, hidden, hint, number)


def _hint_at(part: Part, start: int, end: int) -> int:
    """Where `::` begins the hint, outside opaque spans; `end` where there is none."""
    at = part.text.find("::", start, end)
    while at >= 0:
        if not covers(part.opaque, at):
            return at
        at = part.text.find("::", at + 1, end)
    return end


def claims(draft: Draft) -> bool:
    return draft.tags[0] == "C"


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    part = draft.parts[0]
    found, problems = gaps(part)
    problems = problems or _flaws(part, found)
    if problems and any(flaw.severity is Severity.ERROR for flaw in problems):
        return (), problems
    return _faces(part, found), problems


def _flaws(part: Part, found: tuple[Gap, ...]) -> tuple[Flaw, ...]:
    """What is wrong with gaps that are all closed."""
    spaced = _SPACED.search(part.text)
    while spaced and covers(part.opaque, spaced.start()):
        spaced = _SPACED.search(part.text, spaced.end())
    message, hint = "This gap hides nothing.", "Write the hidden text between the braces."
    empty = [
        error(part, gap.start, "gap-empty", message, hint)
        for gap in found
        if not without_comments(gap.text)
    ]
    if empty:
        return tuple(empty)
    if not found:
        message = "This `C:` has no gap."
        brackets = _BRACKETS.finditer(part.text)
        bracket = next((one for one in brackets if not covers(part.opaque, one.start())), None)
        shown = bracket[1] if bracket else "text"
        if spaced:
            shown = spaced[0][2:-2].strip()
        hint = f"Hide what is to be recalled: `{{{{{shown}}}}}`, without a space inside the braces."
        return (error(part, spaced.start() if spaced else 0, "gap-missing", message, hint),)
    if len(found) * len(part.text) > _LARGEST:
        message = f"This `C:` has {len(found)} gaps in {len(part.text)} characters."
        hint = "Nobody learns that at once: write several items."
        return (error(part, 0, "gap-flood", message, hint),)
    colons = next(filter(_has_odd_colons, found), None)
    if colons:
        message = f"This gap hides “{colons.text}” and hints “{colons.hint}”."
        hint = "Number gaps as `{{c1::text}}`, and put colons that are text in backticks."
        return (warning(part, colons.start, "gap-colons", message, hint),)
    if spaced:
        message = "With a space inside the braces this is text, not a gap."
        hint = f"For a gap write `{{{{{spaced[0][2:-2].strip()}}}}}`."
        return (warning(part, spaced.start(), "gap-spaced", message, hint),)
    return ()


def _has_odd_colons(gap: Gap) -> bool:
    """Whether its `::` may be meant otherwise: as a number that is no number, or as text."""
    return "::" in gap.hint or _NEARLY_NUMBER.match(gap.text) is not None


_LARGEST = 1_000_000
"""Gaps times characters: each card's prompt is the whole text."""


def _groups(found: tuple[Gap, ...]) -> Sequence[Sequence[Gap]]:
    """Gaps that are asked together, in the order of their first gap."""
    if len(found) == 1:
        return (found,)
    numbered: dict[int, list[Gap]] = {}
    groups: list[list[Gap]] = []
    for gap in found:
        if gap.number is None:
            groups.append([gap])
        elif gap.number in numbered:
            numbered[gap.number].append(gap)
        else:
            groups.append(numbered.setdefault(gap.number, [gap]))
    return groups


_BREAK = re.compile(r"[ \t]*\n")


def _faces(part: Part, found: tuple[Gap, ...]) -> tuple[Face, ...]:
    result: list[Face] = []
    seen: dict[str, int] = {}
    for group in _groups(found):
        hidden = ", ".join([gap.text for gap in group])
        text = plain(hidden)
        begins_line = _BREAK.match(part.text, group[0].start + 2) is not None
        answer = hidden if begins_line else as_paragraph(hidden)
        result.append(Face(key(text, seen), _prompt(part.text, found, group), answer, text))
    return tuple(result)


def _prompt(text: str, found: tuple[Gap, ...], asked: Sequence[Gap]) -> str:
    """The text with the asked gaps hidden and the others filled."""
    pieces, at = [], 0
    for gap in found:
        pieces.append(text[at : gap.start])
        at = gap.end
        if gap in asked:
            escape = "\\" if _joins(text, gap) else ""
            pieces.append(f"{escape}[{gap.hint or '...'}]")
        else:
            pieces.append(gap.text)
    return "".join(pieces) + text[at:]


def _joins(text: str, gap: Gap) -> bool:
    """Whether brackets in the place of a gap would be a link, or define one, with what is beside.

    `[hint](` is a link, `[[hint]` one to a note, and `[hint]:` defines one at the start of a line.
    """
    after = text[gap.end : gap.end + 1]
    if text.endswith("[", 0, gap.start) or after in ("(", "["):
        return True
    line = text.rfind("\n", 0, gap.start) + 1
    return after == ":" and not text[line : gap.start].strip(" \t>-+*.)0123456789")


def _filled(text: str, found: tuple[Gap, ...], shown: Callable[[Gap], str]) -> str:
    pieces, at = [], 0
    for gap in found:
        pieces += [text[at : gap.start], shown(gap)]
        at = gap.end
    return "".join(pieces) + text[at:]


def fields(draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The text with its gaps marked and numbered by the ordinals of their cards, from 1."""
    part = draft.parts[0]
    found, _ = gaps(part)
    ordinals = {card.face.key: card.ordinal for card in cards}
    numbers = {
        gap: ordinals[face.key] + 1
        for face, group in zip(_faces(part, found), _groups(found), strict=True)
        for gap in group
    }

    def shown(gap: Gap) -> str:
        hint = f"{GAP_HINT}{gap.hint}" if gap.hint else ""
        return f"{GAP_START}{numbers[gap]}{GAP_TEXT}{gap.text}{hint}{GAP_END}"

    return (_filled(part.text, found, shown),)


CLOZE = Kind(
    name="cloze",
    ask=Ask.REVEAL,
    claims=claims,
    read=read,
    note_type=note_type(
        1763812800300000,
        "srs Cloze",
        ("Text",),
        (Side("Cloze", "{{cloze:Text}}", "{{cloze:Text}}"),),
        cloze=True,
    ),
    fields=fields,
)
