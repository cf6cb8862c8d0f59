"""What was made of the items of notes, in the index: kept until anything of them changes."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from srs.index import shelf

if TYPE_CHECKING:
    from srs.index import Connection


class Made(NamedTuple):
    """A note by its number; `hash` stands for all that its items are, and `text` was made of them:
    `` if nothing was.
    """

    note: int
    hash: bytes
    text: str


def at(db: Connection, path: bytes) -> Made | None:
    """What was made of the note at a path."""
    query = (
        "SELECT note, notes.hash, shelf.path, topic, phase, made.hash, text FROM notes "
        "JOIN shelf USING (note) LEFT JOIN made USING (note) WHERE notes.path = ?"
    )
    row = db.execute(query, (path,)).fetchone()
    if row is None:
        return None
    note, *about, kept, text = row
    # What they say follows from the file; who they are from the history too.
    query = "SELECT key, id, cards FROM items WHERE key BETWEEN ? AND ? AND cards NOT NULL"
    identities = db.execute(query, shelf.keys(note)).fetchall()
    hash_ = blake2b(repr((about, identities)).encode(), digest_size=16).digest()
    return Made(note, hash_, text if hash_ == kept else "")


def put_by(db: Connection, made: Made) -> None:
    """Put aside what was made of a note, while the index is still being read as it was."""
    db.execute(_ASIDE)
    db.execute("INSERT OR REPLACE INTO temp.aside VALUES (?, ?, ?)", made)


def keep(db: Connection) -> None:
    """Keep what was put aside, and nothing of notes that are gone."""
    db.execute(_ASIDE)
    db.execute("INSERT OR REPLACE INTO made SELECT * FROM temp.aside")
    db.execute("DROP TABLE temp.aside")
    db.execute("DELETE FROM made WHERE note NOT IN (SELECT note FROM notes)")


_ASIDE = "CREATE TEMP TABLE IF NOT EXISTS aside (note INTEGER PRIMARY KEY, hash BLOB, text TEXT)"
