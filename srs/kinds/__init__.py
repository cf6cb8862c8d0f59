"""The kinds of item, each in a file of its own. To add one: its file, its name here, its cases.

A draft belongs to the first kind that claims it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds.basic import BASIC
from srs.kinds.choice import CHOICE
from srs.kinds.cloze import CLOZE
from srs.kinds.output import OUTPUT
from srs.kinds.points import POINTS
from srs.kinds.reversed import REVERSED
from srs.kinds.typed import TYPED

if TYPE_CHECKING:
    from srs.kinds.kind import Kind
    from srs.model import Draft

KINDS: tuple[Kind, ...] = (CLOZE, OUTPUT, BASIC, REVERSED, CHOICE, TYPED, POINTS)


def claiming(draft: Draft) -> Kind | None:
    """The kind that a draft is of."""
    for kind in KINDS:
        if kind.claims(draft):
            return kind
    return None


def named(name: str) -> Kind:
    """The kind of an item. Raises KeyError for a name that no kind has."""
    return _BY_NAME[name]


def has(name: str) -> bool:
    """Whether there is such a kind: a newer srs may have written of one that is not here."""
    return name in _BY_NAME


_BY_NAME = {kind.name: kind for kind in KINDS}
