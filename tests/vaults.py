"""Histories and notes in memory, as the matcher meets them: several files, edits, decisions."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from srs import identity, notes
from srs.fold import fold
from srs.model import Event, EventId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from srs.identity import Matching
    from srs.model import Body, Card, Item, ItemId, KnownItem

ROOT = Path(__file__).parent.parent

Files = dict[str, str]
"""Path -> text."""


@cache
def real_notes() -> Mapping[str, str]:
    """The notes that come with srs."""
    return {
        file.relative_to(ROOT).as_posix(): file.read_text("utf-8")
        for file in sorted(ROOT.glob("notes/**/*.md"))
    }


@cache
def _read(path: str, text: str) -> tuple[Item, ...]:
    return notes.parse(path, text)[0].items


def read(files: Mapping[str, str]) -> list[Item]:
    """The items of all files, in the order of paths and lines."""
    return [item for path in sorted(files) for item in _read(path, files[path])]


class Past:
    """A history that knows the items of some notes, and matches others to it."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._events: list[Event] = []
        self.refused: dict[str, frozenset[str]] = {}
        self.learn(files)

    @property
    def known(self) -> dict[ItemId, KnownItem]:
        items = fold(self._events).items
        return {
            id_: one._replace(refused=self.refused.get(id_, one.refused))
            for id_, one in items.items()
        }

    def match(self, files: Mapping[str, str]) -> Matching:
        return identity.match(self.known, read(files))

    def learn(self, files: Mapping[str, str]) -> Matching:
        """As a command that writes: what is sure is recorded, what is new is fixed."""
        found = self.match(files)
        self.record(found.pending)
        known = self.known
        new: dict[ItemId, list[Card]] = {}
        for card in found.cards:
            if card.item.id not in known:
                new.setdefault(card.item.id, []).append(card)
        self.record(identity.fixed(cards[0].item, cards, "first use") for cards in new.values())
        return found

    def record(self, bodies: Iterable[Body]) -> None:
        for body in bodies:
            at = datetime(2025, 6, 13, tzinfo=UTC) + timedelta(seconds=len(self._events))
            self._events.append(
                Event(EventId(f"e{len(self._events):05}"), at, at.date(), "d", body)
            )


# Notes in pieces ----------------------------------------------------------------------------------

_BEGINS = re.compile(r"(?:Q|C):[ \n]|#|\S.* :::? |<!-- srs")


class Piece(NamedTuple):
    """A stretch of a note with one item at most. `name` stays with it through every edit."""

    name: str
    text: str


class Vault:
    """Notes in pieces, so that it is known where each item went: path -> pieces."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.notes = {path: [*_cut(path, text)] for path, text in files.items()}
        self._made = 0

    @property
    def files(self) -> Files:
        return {path: "".join(piece.text for piece in note) for path, note in self.notes.items()}

    def names(self) -> dict[tuple[str, int], str]:
        """(path, rank of an item in its file) -> the name of its piece."""
        found = {}
        for path, note in self.notes.items():
            starts = [*accumulate((piece.text.count("\n") for piece in note), initial=1)]
            for item in _read(path, "".join(piece.text for piece in note)):
                found[path, item.order] = note[bisect_right(starts, item.line) - 1].name
        return found

    def find(self, part: str) -> tuple[str, int]:
        """Path and rank of the one piece with this text."""
        (place,) = [
            (path, rank)
            for path, note in self.notes.items()
            for rank, piece in enumerate(note)
            if part in piece.text
        ]
        return place

    def change(self, old: str, new: str) -> None:
        path, rank = self.find(old)
        name, text = self.notes[path][rank]
        self.notes[path][rank] = Piece(name, text.replace(old, new))

    def take(self, part: str) -> Piece:
        path, rank = self.find(part)
        return self.notes[path].pop(rank)

    def new(self, text: str) -> Piece:
        """A piece that no other is."""
        self._made += 1
        return Piece(f"new {self._made}", text)

    def put(self, piece: Piece, *, before: str) -> None:
        path, rank = self.find(before)
        self.notes[path].insert(rank, piece)


def _cut(path: str, text: str) -> Iterator[Piece]:
    piece, number, fenced = "", 0, False
    for line in text.splitlines(keepends=True):
        if not fenced and _BEGINS.match(line) and piece:
            yield Piece(f"{path} {number}", piece)
            piece, number = "", number + 1
        fenced ^= line.startswith("```")
        piece += line
    # What is put below the last piece begins a block of its own.
    yield Piece(f"{path} {number}", piece.rstrip("\n") + "\n\n")


def owners(found: Matching, vault: Vault) -> dict[str, tuple[ItemId, dict[str, str]]]:
    """Name of a piece -> the id of its item, and its cards by the keys of their faces."""
    names = vault.names()
    cards: dict[str, tuple[ItemId, dict[str, str]]] = {}
    for card in found.cards:
        name = names[card.item.path, card.item.order]
        _, own = cards.setdefault(name, (card.item.id, {}))
        own[card.face.key] = card.id
    return cards
