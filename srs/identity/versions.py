"""What a known item says now, and what it said before. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from srs.identity.similarity import sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.identity.similarity import Sides
    from srs.model import ItemFixed, KnownItem


class Texts(NamedTuple):
    """The texts of its heads, and those that it had before; the newest first."""

    now: tuple[Sides, ...]
    before: tuple[Sides, ...]


def now(one: KnownItem) -> Sequence[ItemFixed]:
    """What it is now: every head, the newest first."""
    event, newest = one.versions[-1]
    if one.heads == (event,):
        return (newest,)
    return [body for event, body in reversed(one.versions) if event in one.heads]


def ever(one: KnownItem) -> Sequence[ItemFixed]:
    """All that it ever was: heads first, the newest first."""
    if len(one.versions) == 1:
        return (one.versions[0][1],)
    earlier = [body for event, body in reversed(one.versions) if event not in one.heads]
    return (*now(one), *earlier)


def texts_of(one: KnownItem) -> Texts:
    heads = dict.fromkeys(sides(body.texts) for body in now(one))
    all_ = dict.fromkeys(sides(body.texts) for body in ever(one))
    return Texts(tuple(heads), tuple(text for text in all_ if text not in heads))
