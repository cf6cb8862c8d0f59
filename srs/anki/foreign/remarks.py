"""What is said of notes that are not quite as they were: where, and what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Remark(NamedTuple):
    """A sentence, as of a note; `where` is empty if it is said of all of them."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


def in_short(remarks: Iterable[Remark]) -> list[str]:
    """A line for each thing that is said, however many notes it is said of."""
    places: dict[str, list[str]] = {}
    for where, what in remarks:
        places.setdefault(what, []).append(where)
    lines = []
    for what, (where, *others) in places.items():
        more = f" and {len(others):,} more" if others else ""
        lines.append(str(Remark(f"{where}{more}", what)))
    return lines
