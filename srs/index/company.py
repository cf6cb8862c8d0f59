"""What stands around a place in the notes, in the index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from srs.identity.similarity import sides
from srs.identity.slots import AROUND
from srs.index import codec, shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.identity.similarity import Sides
    from srs.identity.slots import Spot
    from srs.index import Connection


def company(db: Connection, path: str, order: int) -> Iterator[tuple[Spot, Sides]]:
    """The items around a place, in its file and those before and after it."""
    here = shelf.number(db, os.fsencode(path))
    if here is None:
        return
    start, end = shelf.keys(here[0])
    query = "SELECT key, data FROM items WHERE key BETWEEN ? AND ?"
    size = db.execute("SELECT count(*) FROM items WHERE key BETWEEN ? AND ?", (start, end))
    size = size.fetchone()[0]
    first, last = order - AROUND, order + AROUND
    rows = _beyond(db, path, "<", "DESC", -first) if first < 0 else []
    rows += db.execute(query, (start + max(first, 0), min(start + last, end))).fetchall()
    if last >= size:
        rows += _beyond(db, path, ">", "ASC", last + 1 - size)[max(0, first - size) :]
    paths: dict[int, str] = {}
    for key, data in rows:
        note, place = divmod(key, shelf.ITEMS)
        if note not in paths:
            query = "SELECT path FROM notes WHERE note = ?"
            paths[note] = os.fsdecode(db.execute(query, (note,)).fetchone()[0])
        yield (paths[note], place), sides(codec.item_texts(data))


def _beyond(db: Connection, path: str, side: str, order: str, count: int) -> list[tuple[int, str]]:
    """So many items of the files on one side of this one, the nearest first."""
    rows: list[tuple[int, str]] = []
    notes = db.execute(
        f"SELECT note FROM notes WHERE path {side} ? ORDER BY path {order}", (os.fsencode(path),)
    )
    for (note,) in notes:
        query = (
            f"SELECT key, data FROM items WHERE key BETWEEN ? AND ? ORDER BY key {order} LIMIT ?"
        )
        rows += db.execute(query, (*shelf.keys(note), count - len(rows)))
        if len(rows) >= count:
            break
    return rows
