"""How rare a word is in the vault, in the index: kept, and brought up to what was drawn anew.

The draw is that of srs.identity: the texts with the least digests, of the history and of the notes.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

from srs.identity import similarity
from srs.index.meta import get, put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from srs.index import Connection


def renew(db: Connection, text_of: Callable[[str], Mapping[str, str]]) -> bool:
    """Draw again; gives whether anything else was drawn than before. `text_of`: of a content."""
    # Joined by SQLite, since mostly it is the same as before.
    query = (
        "SELECT coalesce(group_concat(content, ' '), '') FROM "
        "(SELECT content FROM {} WHERE content IS NOT NULL ORDER BY content LIMIT ?)"
    )
    texts = [
        db.execute(query.format(table), (similarity.SAMPLE,)).fetchone()[0]
        for table in ("known", "items")
    ]
    drawn = blake2b("\n".join(texts).encode(), digest_size=16).hexdigest()
    if get(db, "drawn") == drawn:
        return False
    known, items = (text.split() for text in texts)
    put(db, "drawn", drawn)
    put(db, "draws", max(len(known), len(items)))
    _count(db, Counter(known), Counter(items), text_of)
    return True


def measured(db: Connection) -> similarity.Similarity:
    """As it was renewed last."""

    def frequency(word: str) -> int:
        query = "SELECT max(known, items) FROM frequency WHERE word = ?"
        row = db.execute(query, (word,)).fetchone()
        return row[0] if row else 0

    return similarity.Similarity(frequency, get(db, "draws"))


def _count(
    db: Connection,
    known: Counter[str],
    items: Counter[str],
    text_of: Callable[[str], Mapping[str, str]],
) -> None:
    """Bring the words up to what was drawn now."""
    before = {
        content: counts
        for content, *counts in db.execute("SELECT content, known, items FROM drawn")
    }
    moved: dict[str, list[int]] = {}
    for content in before.keys() | known.keys() | items.keys():
        was, is_ = before.get(content, [0, 0]), [known[content], items[content]]
        if was == is_:
            continue
        if content in before:
            query = "SELECT words FROM drawn WHERE content = ?"
            text = db.execute(query, (content,)).fetchone()[0]
        else:
            text = " ".join(similarity.words("\n".join(similarity.sides(text_of(content)))))
        for word in text.split():
            counts = moved.setdefault(word, [0, 0])
            for time in (0, 1):
                counts[time] += is_[time] - was[time]
        if any(is_):
            db.execute("INSERT OR REPLACE INTO drawn VALUES (?, ?, ?, ?)", (content, *is_, text))
        else:
            db.execute("DELETE FROM drawn WHERE content = ?", (content,))
    db.executemany(
        "INSERT INTO frequency VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
        "known = known + excluded.known, items = items + excluded.items",
        ((word, *counts) for word, counts in moved.items()),
    )
