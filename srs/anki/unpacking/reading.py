"""The database of an Anki collection as values: Anki's tables, and what becomes of their rows.

Schema 11 has settings and decks as JSON in the one row of `col`, schema 18 in tables of their own.
Each is taken from where it is: in between there were schemas with some of both.
"""

from __future__ import annotations

import re
from contextlib import suppress
from operator import attrgetter
from typing import TYPE_CHECKING

from srs.anki.collection import Card, Collection, Entry, Note
from srs.anki.log import LEARNING, RELEARNING
from srs.anki.unpacking import database
from srs.anki.unpacking.encoded import json_object, text
from srs.anki.unpacking.note_types import ODD, note_types
from srs.anki.unpacking.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

    from srs.anki.collection import NoteType
    from srs.anki.unpacking.database import Database

_NOTE = {"id": int, "guid": str, "mid": int, "mod": int, "tags": str, "flds": str}
_CARD = {
    "id": int,
    "nid": int,
    "ord": int,
    "did": int,
    "odid": int,
    "odue": int,
    "type": int,
    "queue": int,
    "due": int,
    "ivl": int,
    "factor": int,
    "reps": int,
    "lapses": int,
    "flags": int,
    "data": str,
}
_ENTRY = dict.fromkeys(("id", "cid", "ease", "ivl", "lastIvl", "factor", "time", "type"), int)
_LAST_SECOND = 4_102_444_800
"""The year 2100: nothing was made or reviewed later."""
_ORDINALS = range(1 << 16)
"""What Anki numbers cards with."""
_HOUR = re.compile(r"1?[0-9]|2[0-3]")
_ROLLOVER = 4
_FOUR_BUTTONS = "2"
"""The version of the scheduler; collections of the first one need not say theirs."""
_DEFAULT = "Default"
"""The deck that every collection has; cards go there that have none."""


def collection(file: Path) -> Collection:
    """What this database holds. Raises Unreadable."""
    with database.opened(file) as db:
        if not (
            db.has("col", "crt")
            and db.has("notes", "id", "guid", "mid", "flds")
            and db.has("cards", "id", "nid", "ord", "did")
        ):
            raise Unreadable("It is no Anki package: its database is another program's.")
        return _collection(db)


def _collection(db: Database) -> Collection:
    own = [*db.rows("col", {"crt": int, "conf": str, "models": str, "decks": str})]
    if len(own) != 1:
        raise Unreadable("It is damaged: its table “col” should have one row.")
    ((created, packed, models, decks),) = own
    settings = _settings(db, packed)
    left_out: list[str] = []
    types = note_types(db, models, left_out)
    notes, typeless = _notes(db, types)
    _tell(left_out, len(typeless), "note has no note type", "notes have no note type")
    cards = _cards(db, _decks(db, decks), notes, typeless, types, left_out)
    asked = {card.note for card in cards}
    _tell(left_out, len(notes) - len(asked), "note has no cards", "notes have no cards")
    return Collection(
        created=_second(created),
        rollover=_rollover(settings),
        types=types,
        notes=sorted(note for note in notes.values() if note.id in asked),
        cards=cards,
        log=_log(
            db,
            {card.id for card in cards},
            left_out,
            three_buttons=settings.get("schedVer") != _FOUR_BUTTONS,
        ),
        left_out=left_out,
    )


def _tell(left_out: list[str], count: int, one: str, many: str) -> None:
    if count:
        left_out.append(f"{count:,} {one if count == 1 else many}.")


def _second(seconds: int) -> int:
    """A time in seconds since 1970; 0 for what can be none."""
    return seconds if 0 < seconds < _LAST_SECOND else 0


def _notes(db: Database, types: Mapping[int, NoteType]) -> tuple[dict[int, Note], set[int]]:
    """Notes by id, and the ids of those whose note type is not there."""
    notes: dict[int, Note] = {}
    typeless: set[int] = set()
    for id_, guid, type_, modified, tags, packed in db.rows("notes", _NOTE):
        if type_ in types:
            fields = _fields(packed, len(types[type_].fields))
            notes[id_] = Note(id_, guid, type_, _second(modified), _tags(tags), fields)
        else:
            typeless.add(id_)
    return notes, typeless


def _fields(packed: str, count: int) -> tuple[str, ...]:
    """As many as the note type has, made as Anki makes them when it checks a database."""
    *fields, last = packed.split("\x1f", count - 1)
    fields.append(last.replace("\x1f", "; "))
    return (*fields, *[""] * (count - len(fields)))


def _tags(packed: str) -> tuple[str, ...]:
    """Anki sets them apart by spaces, also by those of Chinese and Japanese."""
    return tuple(tag for tag in packed.replace("\u3000", " ").split(" ") if tag)


def _cards(
    db: Database,
    decks: Mapping[int, str],
    notes: Mapping[int, Note],
    typeless: Container[int],
    types: Mapping[int, NoteType],
    left_out: list[str],
) -> list[Card]:
    cards: list[Card] = []
    noteless = templateless = 0
    for row in db.rows("cards", _CARD):
        id_, note, ordinal, deck, home, due_at_home, type_, queue, due, *rest = row
        if note not in notes:
            noteless += note not in typeless
            continue
        note_type = types[notes[note].type]
        if ordinal not in (_ORDINALS if note_type.cloze else range(len(note_type.templates))):
            templateless += 1
            continue
        # In a filtered deck a card is lent.
        if home:
            deck, due = home, due_at_home
        name = decks.get(deck, _DEFAULT)
        cards.append(Card(id_, note, ordinal, name, type_, queue, due, *rest))
    _tell(left_out, noteless, "card has no note", "cards have no note")
    _tell(left_out, templateless, "card has no template", "cards have no template")
    cards.sort(key=attrgetter("note", "ordinal", "id"))
    return cards


def _log(
    db: Database, cards: Container[int], left_out: list[str], *, three_buttons: bool
) -> list[Entry]:
    """What was answered of cards that are gone is not told: nobody misses it.

    Anki's first scheduler had three buttons for learning: again, good and easy. The engine changes
    its rows in the same way when it takes them.
    """
    if not db.has("revlog", "id", "cid"):
        return []
    entries = [
        entry for entry in map(Entry._make, db.rows("revlog", _ENTRY)) if entry.card in cards
    ]
    log = sorted(entry for entry in entries if 0 < entry.at < _LAST_SECOND * 1000)
    if three_buttons:
        log = [
            row._replace(ease=row.ease + 1)
            if row.ease in (2, 3) and row.type in (LEARNING, RELEARNING)
            else row
            for row in log
        ]
    timeless = len(entries) - len(log)
    _tell(left_out, timeless, "review has an impossible time", "reviews have impossible times")
    return log


def _rollover(settings: Mapping[str, str]) -> int:
    said = settings.get("rollover", "")
    return int(said) if _HOUR.fullmatch(said) else _ROLLOVER


def _settings(db: Database, packed: str) -> Mapping[str, str]:
    """By their names, as JSON writes them."""
    if db.has("config", "key", "val"):
        return dict(db.rows("config", {"key": str, "val": str}))
    try:
        return {name: str(value) for name, value in json_object(packed).items()}
    except ValueError:
        return {}


def _decks(db: Database, packed: str) -> Mapping[int, str]:
    """Names by id, `::` for levels."""
    if db.has("decks", "id", "name"):
        rows = db.rows("decks", {"id": int, "name": str})
        return {deck: name.replace("\x1f", "::") for deck, name in rows}
    try:
        found = json_object(packed)
    except ValueError as error:
        raise Unreadable("It is damaged: its decks cannot be read.") from error
    decks: dict[int, str] = {}
    for key, deck in found.items():
        with suppress(*ODD):
            decks[int(key)] = text(deck["name"])
    return decks
