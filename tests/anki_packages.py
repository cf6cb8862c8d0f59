"""Anki packages made by hand: a few rows in the tables of schema 11, and the zip around them."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import zstandard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = """
create table col (id, crt, conf text, models text, decks text);
create table notes (id integer primary key, guid text, mid, mod, tags text, flds text);
create table cards (id integer primary key, nid, did, ord, type, queue, due, ivl, factor, reps,
    lapses, odue, odid, flags, data text);
create table revlog (id integer primary key, cid, ease, ivl, lastIvl, factor, time, type);
insert into notes values (10, 'guid', 1, 1700000000, ' a b::c ', 'front' || char(31) || 'back');
insert into cards values (20, 10, 2, 0, 2, 2, 5, 7, 2500, 3, 1, 0, 0, 0, '{}');
insert into revlog values (1700000000123, 20, 3, 7, 4, 2500, 6000, 1);
"""
"""One note of the note type 1 with one card in the deck 2, reviewed once."""
FIELDS = [{"name": "Front"}, {"name": "Back"}]
TEMPLATES = [{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{Back}}"}]
BASIC: dict[str, Any] = {"name": "Basic", "type": 0, "flds": FIELDS, "tmpls": TEMPLATES, "css": ""}
CLOZE: dict[str, Any] = {**BASIC, "name": "Cloze", "type": 1}
DECKS = {"1": {"name": "Default"}, "2": {"name": "Deck::Below"}}


def database(
    folder: Path, *statements: str, models: object = None, decks: object = None, conf: object = None
) -> bytes:
    """A collection of schema 11, changed by these statements; strings are taken for JSON as is."""
    file = folder / "made.anki2"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(TABLES)
        usual: tuple[object, ...] = ({}, {"1": BASIC}, DECKS)
        given = zip((conf, models, decks), usual, strict=True)
        values = [other if value is None else value for value, other in given]
        packed = [value if isinstance(value, str) else json.dumps(value) for value in values]
        connection.execute("insert into col values (1, 1600000000, ?, ?, ?)", packed)
        for statement in statements:
            connection.executescript(statement)
        connection.commit()
    data = file.read_bytes()
    file.unlink()
    return data


def zipped(path: Path, entries: Mapping[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def made(folder: Path, *statements: str, **of_the_collection: object) -> Path:
    """A package of the oldest kind with a collection that was changed by these statements."""
    data = database(folder, *statements, **of_the_collection)
    return zipped(folder / "made.apkg", {"collection.anki2": data, "media": "{}"})


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)
