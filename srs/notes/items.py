"""An item while it is read, and what it is when it ends: its parts in order, its marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Draft, Problem, Severity
from srs.notes.grammar import warning
from srs.notes.marks import stray_names, without_marks
from srs.notes.parts import Stretch, draught, with_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.markdown import Block
    from srs.model import Allowance
    from srs.notes.parts import Draught

ORDER = ("", "Q", "C", "::", ":::", "Options", "A", "T", "Points", "Hint", "Why")
"""The order of an item's parts, however they are written."""

_OTHER_ANSWERS = frozenset(("A", "Points"))
"""Beside these a task list is text."""


class Found(NamedTuple):
    """A draft with what stands around it. `tags` are without `#`, `name` is the `^id` or ``."""

    draft: Draft
    line: int
    headings: tuple[str, ...]
    tags: tuple[str, ...]
    name: str
    end: int
    """The line below its last, from 1."""
    ended_by: str
    """What ended it: a phrase, as in “the heading in line 7”."""
    named_at: tuple[int, int] | None = None
    """The (line, column) of its `^id`."""
    whole: bool = True
    """False if it is no item, for a reason that is among the problems."""
    allowances: tuple[Allowance, ...] = ()


@dataclass(slots=True)
class Open:
    """An item of which more may follow. `lines` are those of its note."""

    path: str
    lines: Sequence[str]
    parts: list[Stretch]
    headings: tuple[str, ...]
    brief: bool
    """Ends with its paragraph: a one-line card or a `C:` item."""
    allowances: tuple[Allowance, ...] = ()
    list_may_follow: bool = False
    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def goes_on_with(self, block: Block) -> bool:
        end = self.parts[-1].end
        return not self.brief or end is None or end > block.start

    def end_part(self, line: int) -> None:
        """The part that is being read ends above this line, and above empty ones before it."""
        last = self.parts[-1]
        end = line if last.end is None else min(last.end, line)
        while end > last.line + 1 and not self.lines[end - 1].strip(" \t"):
            end -= 1
        last.end = end

    def close(self, line: int, by: str, *, named: bool) -> Found:
        """What it is, ending above this line. `named`: a `^id` may be in it."""
        self.end_part(line)
        parts = [draught(stretch, self.lines, self.blocks) for stretch in self.parts]
        parts, tags, name = without_marks(parts, named=named)
        if named:
            self.problems += self._misplaced_names(parts)
        kept, whole = self._without_twins(parts), True
        if kept[0].tag == "Q" and _OTHER_ANSWERS.isdisjoint([part.tag for part in kept]):
            whole = self._take_options(kept)
        if len(kept) > 2:
            kept.sort(key=_rank)
        made = tuple([part.part() for part in kept])
        draft = Draft(made, tuple([part.tag for part in made]))
        end = (self.parts[-1].end or len(self.lines)) + 1
        first = self.parts[0].line + 1
        at = self._place_of(name, first, end) if name else None
        return Found(draft, first, self.headings, tags, name, end, by, at, whole, self.allowances)

    def _misplaced_names(self, parts: list[Draught]) -> Iterator[Problem]:
        for line, column, mark in stray_names(parts):
            message = f"`{mark}` names an item only at its end; here it is text."
            hint = "Write it behind the last line of the item, or set what follows apart: `---`."
            yield warning(self.path, line - 1, column, "id-misplaced", message, hint)

    def _place_of(self, name: str, first: int, end: int) -> tuple[int, int]:
        """Where an item's `^id` stands: its last mention."""
        columns = ((line, self.lines[line - 1].rfind(f"^{name}")) for line in range(end - 1, 0, -1))
        return next(((line, at + 1) for line, at in columns if at >= 0), (first, 1))

    def _take_options(self, parts: list[Draught]) -> bool:
        """Make the task list of a question, or of a hint, a part; whether nothing is in its way."""
        for place, part in enumerate(parts):
            if not part.below:
                continue
            parted, apart, below = with_options(part)
            if apart is not None:
                message = "These options are parted from the question's other options by text."
                hint = "Put them into one list; text below an option, indented, explains it."
                where = (self.path, apart + 1, 1, Severity.ERROR)
                self.problems.append(Problem(*where, "options-apart", message, hint))
                return False
            if below is not None:
                self._warn(
                    below,
                    "options-below",
                    "Text below the options is part of the question, and shown before the answer.",
                    "Begin it with `Why:` if it explains; indent it below the option it is about.",
                )
            if len(parted) > 1:
                parts[place : place + 1] = parted
                return True
        return True

    def _without_twins(self, parts: list[Draught]) -> list[Draught]:
        """The parts less those whose tag the item has already."""
        if len({part.tag for part in parts}) == len(parts):
            return parts
        kept: dict[str, Draught] = {}
        for stretch, part in zip(self.parts, parts, strict=True):
            if part.tag in kept:
                self._warn(
                    stretch.line,
                    "part-twice",
                    f"The item has `{part.tag}:` twice; only the first is used.",
                    "Join the two, or start an item of its own.",
                )
            kept.setdefault(part.tag, part)
        return list(kept.values())

    def _warn(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(warning(self.path, line, 1, code, message, hint))


def _rank(part: Draught) -> int:
    return ORDER.index(part.tag)
