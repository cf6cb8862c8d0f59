"""An .apkg file, note by note. The door to genanki, which knows Anki's schema and note types.

Rows are our own, since genanki's cannot carry a schedule, a log, or a note's own time of change.
What is written is a legacy package, which every Anki reads.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import genanki

from srs.anki.packing.style import CSS
from srs.model import digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from srs.anki.collection import Card, Entry
    from srs.kinds.kind import NoteType

_AT_ONCE = 500
"""So many notes are held in memory."""
_MARKS = {"notes": 11, "cards": 18, "revlog": 9}


class Row(NamedTuple):
    """A note as it is written. `fields` are parted by U+001F."""

    id: int
    guid: str
    modified: int
    tags: tuple[str, ...]
    fields: str


class Writer:
    """A package that is being written in `folder`: first its rows, then the file itself.

    `created` is the rollover from which days are counted, with the offset of its zone.
    """

    def __init__(self, folder: Path, created: datetime, rollover: int) -> None:
        self._file = folder / "collection.anki2"
        self._db = sqlite3.connect(self._file, isolation_level=None)
        self._db.execute("PRAGMA page_size = 16384")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._created, self._rollover = created, rollover
        self._rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in _MARKS}
        self._types: dict[int, NoteType] = {}
        self.decks: dict[str, int] = {}
        self.notes = self.cards = 0
        genanki.Package([]).write_to_db(self._db.cursor(), created.timestamp(), itertools.count(1))
        # A package is read once, from one end to the other: indexes would only make it larger.
        indexes = "SELECT name FROM sqlite_master WHERE name GLOB 'ix_*'"
        for (name,) in self._db.execute(indexes).fetchall():
            self._db.execute(f"DROP INDEX {name}")
        self._db.execute("BEGIN")

    def add(self, type_: NoteType, note: Row, cards: Sequence[Card], log: Sequence[Entry]) -> None:
        self._types[type_.id] = type_
        self.notes += 1
        self.cards += len(cards)
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        self._rows["notes"].append(
            # Anki computes the sort field and the checksum anew.
            (note.id, note.guid, type_.id, note.modified, -1, tags, note.fields, "", 0, 0, "")
        )
        for card in cards:
            deck = self.decks.get(card.deck)
            if deck is None:
                deck = self.decks[card.deck] = _deck_id(card.deck)
            *state, flags, data = card[4:]
            own = card.id, card.note, deck, card.ordinal, note.modified, -1
            self._rows["cards"].append((*own, *state, 0, 0, 0, flags, data))
        for row in log:
            what = row.ease, row.interval, row.last_interval, row.factor, row.taken, row.type
            self._rows["revlog"].append((row.at, row.card, -1, *what))
        if len(self._rows["notes"]) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            marks = ", ".join("?" * _MARKS[table])
            self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            rows.clear()

    @property
    def types(self) -> Collection[NoteType]:
        """Those of the notes that were added."""
        return self._types.values()

    def finish(self, target: Path, media: Mapping[str, Path], changed: Mapping[str, int]) -> None:
        """Pack what was added, with these media by name.

        `changed` tells when note types were, by their names, in seconds since 1970.
        """
        self._flush()
        self._describe(changed)
        self._db.execute("COMMIT")
        self._db.close()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_EFFORT) as package:
            # Opened by their names they bear no time, so that what holds the same is the same.
            with package.open("media", "w") as names:
                names.write(json.dumps({str(n): name for n, name in enumerate(media)}).encode())
            files = {str(number): file for number, file in enumerate(media.values())}
            for name, path in {"collection.anki2": self._file, **files}.items():
                with package.open(name, "w") as into, path.open("rb") as file:
                    shutil.copyfileobj(file, into)
        self._file.unlink()

    def _describe(self, changed: Mapping[str, int]) -> None:
        """The note types and decks, and how days are counted."""
        text = "SELECT conf, decks FROM col"
        conf, decks = (json.loads(one) for one in self._db.execute(text).fetchone())
        offset = self._created.utcoffset()
        conf |= {
            "schedVer": 2,
            "sched2021": True,
            "rollover": self._rollover,
            "creationOffset": -int(offset.total_seconds() // 60) if offset else 0,
        }
        decks |= {str(id_): genanki.Deck(id_, name).to_json() for name, id_ in self.decks.items()}
        types = {
            str(one.id): _model(one).to_json(changed[one.name], 1) for one in self._types.values()
        }
        self._db.execute(
            "UPDATE col SET crt = ?, conf = ?, decks = ?, models = ?",
            (int(self._created.timestamp()), *map(json.dumps, (conf, decks, types))),
        )


_EFFORT = 1
"""Of compression: more takes long, and gains little on rows of text."""


@cache
def content_of(type_: NoteType) -> str:
    """A digest of all that Anki takes over from a note type that it has."""
    return digest(CSS, *(text for one in type_.templates for text in (one.front, one.back)))


@cache
def _model(type_: NoteType) -> Any:
    return genanki.Model(
        type_.id,
        type_.name,
        fields=[{"name": name, "id": id_} for id_, name in type_.fields],
        templates=[
            {"name": one.name, "id": one.id, "qfmt": one.front, "afmt": one.back}
            for one in type_.templates
        ],
        css=CSS,
        model_type=genanki.Model.CLOZE if type_.cloze else genanki.Model.FRONT_BACK,
    )


def _deck_id(name: str) -> int:
    """Any number will do, as long as it is the same each time: Anki goes by the name."""
    return int(digest(name, size=8), 32) | 1 << 40


def numbers(created: datetime) -> Iterator[int]:
    """Ids for rows. Anki takes them for times of creation, and finds another where one is taken."""
    return itertools.count(int(created.timestamp() * 1000))
