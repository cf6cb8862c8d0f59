"""Single values of the index, by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from srs.index import Connection


def get(db: Connection, name: str) -> Any:
    """The value put under this name, lists for tuples; None when there is none."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
    return json.loads(row[0]) if row else None


def put(db: Connection, name: str, value: object) -> None:
    row = (name, json.dumps(value, separators=(",", ":")))
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", row)
