"""Lines whose `::` lacks a space on either side: cards that were meant, or code, keys, addresses.

It looks at text outside of code and math, which is masked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.notes.grammar import TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.model import Span

_MASK = "\ue000"
"""Stands for each character of code, math and gaps. It is no letter and no space."""
_INK = re.compile(r"[^\n]")
_GAP = re.compile(r"\{\{[^{}\n]*\}\}")
_MARK = re.compile(r"::+")
_SENTENCE_END = re.compile(r"[.!?:;,]$")
_SMALL_WORD = re.compile(
    r"(?:the|an?|to|its?|they|there|this|that|these|because|when|no|yes|der|die|das|"
    r"eine?|les?|la|une?|el|los|las)\s",
    re.IGNORECASE,
)
"""How names in a scope never begin."""
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]+")
_REMARK = frozenset(("NOTE", "TODO", "FIXME", "TIP", "WARNING", "IMPORTANT", "XXX"))
_PHRASE = re.compile(r"[a-z]+,?\s+\w")
_SPELT = re.compile(r"[A-Z][a-z]+\s+[A-Za-z]")
_CAPITAL = re.compile(r"[A-Z][a-z]*(?:['’-][a-z]+)?,?(?:\s|$)")
_PUNCTUATION = re.compile(r"[^\w\s'’-]")
_QUOTED = frozenset(f'{_MASK})"”»*_')
"""Ends and beginnings of what is no name."""
_QUESTION = re.compile(r"(?:(?:in|on|at|by|for|from|to|of|with)\s+)?(?:wh|how)", re.IGNORECASE)
_SCOPES = frozenset(
    ("std", "core", "alloc", "crate", "self", "super", "boost", "absl", "fs", "io", "ptr", "mem")
)
_QUALIFIED = re.compile(r"\w+(?:[_.]\w|\()")
"""What R writes behind three colons: `utils:::format.size`."""
_ADDRESS = re.compile(r"\[?[0-9a-fA-F:.]+")
_IN_NAME = re.compile(r"[:=]\w")
"""What a name such as `arn:aws:iam` has in it."""
_NAME = re.compile(
    r"(?:before|after|first-l\w+|selection|placeholder|marker|backdrop|slotted|part|cue|"
    r"view-transition|-\w+)\b|\w*(?:\(|_\w|::)"
)
"""Names behind `::` of CSS, and of functions."""


def masked(text: str, spans: Sequence[Span]) -> list[str]:
    """The lines of a paragraph, as long as they are, without what is in spans or gaps."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], _INK.sub(_MASK, text[start:end])]
        at = end
    text = "".join(pieces) + text[at:]
    if "{{" in text:
        text = _GAP.sub(lambda gap: _MASK * len(gap[0]), text)
    return text.split("\n")


class Unspaced:
    """The one `::` of a masked line that has text on both sides, and a space on one or none."""

    __slots__ = ("after", "before", "left", "mark", "right")

    def __init__(self, mark: re.Match[str]) -> None:
        line = mark.string
        self.mark = mark
        self.left, self.right = line[: mark.start()], line[mark.end() :]
        self.before, self.after = self.left[-1:].isspace(), self.right[:1].isspace()
        self.left, self.right = self.left.strip(), self.right.strip()

    @property
    def is_card(self) -> bool:
        """Whether a card is meant, although the line stands alone."""
        words = self.left.split()
        if len(self.mark[0]) == 3:
            return not _QUALIFIED.match(self.right)
        if self.left.endswith("?"):
            return len(words) > 1
        if _is_address(self.left, self.right):
            return False
        if self.before:
            return not _NAME.match(self.right) and not self.right[0].isdigit()
        if len(words) == 1 and (self.left.strip(_MASK) == "" or self._is_acronym()):
            return True
        return self._after_words(words)

    def _is_acronym(self) -> bool:
        """Whether an acronym is spelt out, or explained in small letters."""
        if not _ACRONYM.fullmatch(self.left) or self.left in _REMARK:
            return False
        small = _PHRASE.match(self.right) is not None
        spelt = self.right[0] == self.left[0] and _SPELT.match(self.right) is not None
        return (small or spelt) and not _SENTENCE_END.search(self.right)

    def _after_words(self, words: list[str]) -> bool:
        """Whether a word or several before the `::` are no name of a scope or field."""
        last, right = words[-1], self.right
        ends = _SENTENCE_END.search(right) is not None
        small = _SMALL_WORD.match(right) is not None and last.isalpha()
        if self.after:
            return len(words) > 2 and (small or not ends)
        if small or len(words) < 3:
            return small
        if right[0].isdigit():
            return True
        if right[0].islower() and last[-1].isalnum():
            # An answer in small letters, below a question that is no question of code.
            asks = _QUESTION.match(self.left) is not None and len(words) > 4
            plain = last.islower() and last.isalpha() and last not in _SCOPES
            return asks and plain and not ends and _PHRASE.match(right) is not None
        return not ends and self._is_no_name(last)

    def _is_no_name(self, last: str) -> bool:
        """Whether words, the second of them capital, are not `Foo::Bar`."""
        if last.isalpha() and last.islower():
            return last not in _SCOPES and _CAPITAL.match(self.right) is not None
        if last[-1].isalnum():
            # As in `capital of France::Paris`.
            short = len(self.right.split()) < 4
            return short and not _PUNCTUATION.search(self.left + self.right)
        return last[-1] in _QUOTED

    @property
    def is_row(self) -> bool:
        """Whether a card may be meant if other such lines stand beside it."""
        if self.is_card:
            return True
        if self.before or self.after or _is_address(self.left, self.right):
            return False
        last = self.left.rsplit(maxsplit=1)[-1]
        if not (last[-1].isalnum() and self.right[0].isalnum()):
            return last[-1] in _QUOTED or self.right[0] in _QUOTED
        several = " " in self.left
        upper = self.right[0].isupper() and self._is_no_name(last)
        return several and (upper or self.right[0].isdigit())


def _is_address(left: str, right: str) -> bool:
    """Whether `::` is in the middle of an address or a time of day."""
    last, first = left.rsplit(maxsplit=1)[-1], right.split(maxsplit=1)[0]
    if _IN_NAME.search(last):
        return True
    if not _ADDRESS.fullmatch(last):
        return False
    both = re.search(r"\d", last + first) and re.match(r"[0-9a-fA-F]+(?:\W|$)", first)
    return ":" in last or both is not None


def unspaced(line: str) -> Unspaced | None:
    """The one `::` of a masked line, if it lacks a space."""
    marks = list(_MARK.finditer(line))
    if len(marks) != 1:
        return None
    mark = marks[0]
    left, right = line[: mark.start()], line[mark.end() :]
    if len(mark[0]) > 3 or not left.strip() or not right.strip() or right[0] == "=":
        return None
    if left[-1] == "\\" or (left[-1].isspace() and right[0].isspace()):
        return None
    if left.lstrip().startswith(".. ") or TAG.match(line):
        return None
    if left.count("[") > left.count("]") or left.count("(") > left.count(")"):
        return None
    return Unspaced(mark)


def may_be_in(text: str) -> bool:
    """Whether a paragraph has any `::` that is not in a gap."""
    return "::" in text and ("{{" not in text or "::" in _GAP.sub("", text))


def rows(lines: Sequence[str]) -> list[Unspaced | None]:
    """For each of several masked lines the `::` that makes it a card that was meant.

    All lines but one at most are such, or none is.
    """
    if sum("::" in line for line in lines) < max(2, len(lines) - 1):
        return []
    found = [unspaced(line) for line in lines]
    meant = [one if one and one.is_row else None for one in found]
    count = sum(one is not None for one in meant)
    return meant if count >= max(2, len(lines) - 1) else []
