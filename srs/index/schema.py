"""The tables of the index. Whatever is changed here, the old index is thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srs.index import Connection

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;

-- Folders of notes: the names of their notes and, three numbers each, how these looked.
CREATE TABLE folders (path BLOB PRIMARY KEY, names BLOB, looks BLOB) WITHOUT ROWID;
CREATE TABLE notes (
    note INTEGER PRIMARY KEY, path BLOB UNIQUE, hash BLOB, head TEXT, problems TEXT);
-- What is asked of all notes at once, narrow. `rank` is the place of the topic on the roadmap,
-- `start` the ordinal of the day of release, and `fresh` counts new cards.
CREATE TABLE shelf (
    note INTEGER PRIMARY KEY, path BLOB, rank INTEGER, start INTEGER,
    phase BLOB, topic BLOB, folded BLOB,
    items INTEGER, cards INTEGER, fresh INTEGER, reviewed INTEGER, errors INTEGER);
-- `key` is the note times 2^20 and the item's place in it. `id` and `cards` are given where they
-- are not those of the own text of the item, `name` is its `^id`, `faces` how many cards it has.
CREATE TABLE items (
    key INTEGER PRIMARY KEY, content TEXT, name TEXT, faces INTEGER, id TEXT, cards TEXT,
    data TEXT);

-- What was made of the items of a note, as long as what it was made of has this hash.
CREATE TABLE made (note INTEGER PRIMARY KEY, hash BLOB, text TEXT);

CREATE TABLE files (
    path TEXT PRIMARY KEY, look TEXT, hash BLOB, size INTEGER, lines INTEGER, events INTEGER,
    problems TEXT) WITHOUT ROWID;
CREATE TABLE events (
    id TEXT PRIMARY KEY, at INTEGER, day INTEGER, device TEXT, event TEXT, subject TEXT, body TEXT)
    WITHOUT ROWID;
-- `key` is where an item is in the notes. `alone` tells of one that is not, and that nothing there
-- may be, by which words such a thing would be found, and what is to be recorded of its absence.
CREATE TABLE known (
    item TEXT PRIMARY KEY, content TEXT, path BLOB, names TEXT, key INTEGER, alone TEXT)
    WITHOUT ROWID;
-- The texts by which is told how rare a word is: how often each was drawn from the history and from
-- the notes, and so of each word.
CREATE TABLE drawn (content TEXT PRIMARY KEY, known INTEGER, items INTEGER, words TEXT)
    WITHOUT ROWID;
CREATE TABLE frequency (word TEXT PRIMARY KEY, known INTEGER, items INTEGER) WITHOUT ROWID;
-- Cards with a history. `item`, `key`, `face` and `ordinal` tell where they are in the notes,
-- `answers` are those that count for the pace of the learner. `bound` holds `until` that day.
CREATE TABLE seen (
    card TEXT PRIMARY KEY, item TEXT, key INTEGER, face INTEGER, ordinal INTEGER,
    stability REAL, difficulty REAL, day INTEGER, suspended INTEGER, soon INTEGER,
    times TEXT, answers TEXT, bound REAL, until INTEGER) WITHOUT ROWID;
CREATE TABLE tally (
    first INTEGER, grade INTEGER, tenths INTEGER, count INTEGER,
    PRIMARY KEY (first, grade, tenths)) WITHOUT ROWID;
"""

_INDEXES = """
CREATE INDEX IF NOT EXISTS items_content ON items (content);
CREATE INDEX IF NOT EXISTS items_name ON items (name) WHERE name IS NOT NULL;
CREATE INDEX IF NOT EXISTS items_id ON items (id) WHERE id IS NOT NULL;
CREATE INDEX IF NOT EXISTS events_subject ON events (subject);
CREATE INDEX IF NOT EXISTS events_day ON events (day) WHERE event = 'review';
CREATE INDEX IF NOT EXISTS events_event ON events (event, subject) WHERE event != 'review';
CREATE INDEX IF NOT EXISTS known_content ON known (content);
CREATE INDEX IF NOT EXISTS known_key ON known (key);
CREATE INDEX IF NOT EXISTS known_lost ON known (item) WHERE key IS NULL;
CREATE INDEX IF NOT EXISTS known_path ON known (path);
CREATE INDEX IF NOT EXISTS known_names ON known (names) WHERE names != '[]';
CREATE INDEX IF NOT EXISTS seen_bound ON seen (bound) WHERE bound IS NOT NULL;
CREATE INDEX IF NOT EXISTS seen_until ON seen (until) WHERE bound IS NOT NULL;
CREATE INDEX IF NOT EXISTS seen_key ON seen (key);
CREATE INDEX IF NOT EXISTS seen_unbound ON seen (card)
    WHERE bound IS NULL AND key IS NOT NULL AND stability IS NOT NULL AND NOT suspended;
"""


def create(db: Connection) -> None:
    """All tables, those that are filled one by one with their indexes."""
    for statement in _TABLES.split(";"):
        db.execute(statement)
    index(db, "seen")


def index(db: Connection, table: str) -> None:
    """Give a table its indexes: one that was filled gets them sooner than row by row."""
    for statement in _INDEXES.split(";"):
        if f" ON {table} (" in statement:
            db.execute(statement)


def unindex(db: Connection, table: str) -> None:
    """Take its indexes from a table that is about to be filled."""
    query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL"
    for (name,) in db.execute(query, (table,)).fetchall():
        db.execute(f"DROP INDEX {name}")
