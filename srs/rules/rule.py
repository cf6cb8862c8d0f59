"""What describes a rule of quality: its code, the reason for it, and how it looks at an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srs.model import Item, Part


class Finding(NamedTuple):
    """What a rule has to say of a part: what is so, and what to do."""

    part: Part
    message: str
    hint: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that looks at one item. `english`: it knows English words only.

    `reason` completes each message; the README says more under an anchor named by the code.
    """

    code: str
    reason: str
    look: Callable[[Item], Iterator[Finding]]
    english: bool = False

    def problems(self, item: Item) -> Iterator[Problem]:
        if item.allows(self.code):
            return
        for finding in self.look(item):
            line, column = finding.part.place(finding.offset)
            place = (item.path, line, column)
            yield told(place, self.code, f"{finding.message} {self.reason}", finding.hint)


def told(place: tuple[str, int, int], code: str, message: str, hint: str) -> Problem:
    """A warning of quality, with where the README explains it."""
    return Problem(*place, Severity.WARNING, code, message, f"{hint} See README.md#{code}")


def prose_words(part: Part) -> int:
    """How many words a part says outside blocks of code."""
    code = sum(len(fence.code.split()) for fence in part.fences)
    return len(part.said.split()) - code


def parts(item: Item, *tags: str) -> Iterator[Part]:
    """The item's parts with these tags."""
    return (part for part in item.draft.parts if part.tag in tags)
