"""Bring the index up to the files of the vault: what is unchanged is not read again."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from srs import history
from srs import plan as planning
from srs.index import bounds, codec, matching, past, schema, seen, shelf
from srs.index.meta import get, put
from srs.model import OF_A_CARD, Apart, Gone, ItemFixed, Same, Undo
from srs.vault import files
from srs.vault.files import HISTORY, ROADMAP, UNSURE
from srs.vault.looks import Looks, same_history

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from srs.index import Connection
    from srs.model import Body, Note, Roadmap
    from srs.vault.files import Folder, Look


def refresh(db: Connection, root: Path, looks: Looks, day: date | None) -> None:
    """Read what has changed. To be called within a transaction."""
    first = shelf.is_empty(db)
    map_, moved = _roadmap(db, root, looks.roadmap)
    notes, again = _notes(db, root, looks.folders, map_, all_=first)
    if first:
        schema.index(db, "items")
    if moved and not first:
        for number, note in [*shelf.heads(db)]:
            shelf.shelve(db, number, _placed(note, map_))
    found = Subjects()
    answered: set[int] = set()
    if not same_history(db, looks.history) or UNSURE in looks.history.values():
        found = _history(db, root, looks.history)
        if found.everything:
            seen.refold_all(db)
        else:
            answered, items = seen.refold(db, found.cards)
            found.items |= items
    touched = {key // shelf.ITEMS for key in again | answered} | notes
    if found.everything:
        touched.update(shelf.numbers(db))
    if first or found.everything:
        touched |= matching.rematch_all(db)
    elif notes or again or found.items:
        touched |= matching.rematch(db, again, found.items)
    shelf.count(db, touched)
    # Answers of cards that are in no note tell of the pace too.
    paced = bool(found.cards or found.everything)
    changed = bool(notes or again or found.items or paced)
    bounds.make(db, day, changed=changed, paced=paced)


# Notes and roadmap --------------------------------------------------------------------------------


def _notes(
    db: Connection, root: Path, folders: list[Folder], map_: Roadmap, *, all_: bool
) -> tuple[set[int], set[int]]:
    """Read the notes that look different. Gives those that say something else, and the keys of
    their items that do; none if they are `all_` new.
    """
    kept = {row[0]: files.Folder(*row) for row in db.execute("SELECT * FROM folders")}
    before: dict[bytes, Look] = {}
    now: dict[bytes, Look] = {}
    unsure = any(one.is_unsure for one in folders)
    for one in folders:
        was = kept.pop(one.path, None)
        if was != one or one.is_unsure:
            before |= was.files() if was else {}
            now |= one.files()
            db.execute("INSERT OR REPLACE INTO folders VALUES (?, ?, ?)", one)
    for path, was in kept.items():
        before |= was.files()
        db.execute("DELETE FROM folders WHERE path = ?", (path,))
    changed: set[int] = set()
    keys: set[int] = set()
    again = now.items() - before.items()
    again |= {(path, UNSURE) for path, look in now.items() if look == UNSURE} if unsure else set()
    for path, _ in sorted(again):
        had = None if all_ else shelf.number(db, path)
        read = _note(db, root, path, had, map_)
        if read and not all_:
            changed.add(read[0])
            keys |= read[1]
    for path in sorted(before.keys() - now.keys()):
        gone = shelf.number(db, path)
        if gone:
            shelf.forget(db, gone[0])
            changed.add(gone[0])
    return changed, keys


def _note(
    db: Connection, root: Path, path: bytes, had: tuple[int, bytes] | None, map_: Roadmap
) -> tuple[int, set[int]] | None:
    """Read a note; gives its number and the keys of its items, if they are others now."""
    shown = os.fsdecode(path)
    data, problem = files.content(root / shown, shown)
    from hashlib import blake2b  # noqa: PLC0415 - only for what looks different

    hash_ = blake2b(data, digest_size=16).digest()
    number, was = had or (None, b"")
    if had and not problem and was == hash_:
        return None
    text, problem = ("", problem) if problem else files.decoded(data, shown)
    if problem:
        return shelf.put(db, number, path, b"", None, (problem,))
    from srs import notes  # noqa: PLC0415 - only for what has changed

    note, problems = notes.parse(shown, text)
    return shelf.put(db, number, path, hash_, (note, _placed(note, map_)), problems)


def _roadmap(db: Connection, root: Path, look: Look) -> tuple[Roadmap, bool]:
    """The roadmap, read if it looks different, and whether it is another one now."""
    moved = False
    if get(db, "roadmap look") != [*look] or look == UNSURE:
        text, problem = files.text(root / ROADMAP, ROADMAP)
        moved = get(db, "roadmap text") != text or get(db, "roadmap look") is None
        if moved or problem:
            from srs import roadmap  # noqa: PLC0415 - only for what has changed

            map_, problems = roadmap.parse(ROADMAP, text)
            put(db, "roadmap", codec.roadmap_text(map_))
            put(db, "roadmap problems", codec.problems_text((problem,) if problem else problems))
            put(db, "roadmap text", text)
        put(db, "roadmap look", look)
    return codec.roadmap(get(db, "roadmap")), moved


def _placed(note: Note, map_: Roadmap) -> shelf.Placed:
    note = on_roadmap(note, map_)
    start = planning.release(note.topic, note.phase, map_)
    rank = planning.rank(note.topic, map_)
    return shelf.Placed(note.topic, note.phase, rank, start.toordinal())


def on_roadmap(note: Note, map_: Roadmap) -> Note:
    """The note under the roadmap's own name of its topic, and in its phase."""
    stem = note.path.rpartition("/")[2].rpartition(".")[0]
    by_file = map_.topic(stem)
    if by_file and by_file[0].id != note.phase:
        by_file = None
    found = map_.topic(note.topic) or by_file
    if found is None:
        return note
    phase, topic = found
    return note._replace(topic=topic.title, phase=note.phase or phase.id)


# History ------------------------------------------------------------------------------------------


class Subjects:
    """Whom new events concern: cards, items, and what undos name; or everything, where all that
    there is was read.
    """

    def __init__(self, *, everything: bool = False) -> None:
        self.cards: set[str] = set()
        self.items: set[str] = set()
        self.undone: set[str] = set()
        self.everything = everything

    def add(self, body: Body) -> None:
        if self.everything:
            return
        match body:
            case Undo(of):
                self.undone.add(of)
            case ItemFixed() | Apart():
                self.items.add(body.item)
            case Same(item, old):
                self.items |= {item, old}
            case Gone(items):
                self.items.update(items)
            case _ if isinstance(body, OF_A_CARD):
                self.cards.add(body.card)


def _history(db: Connection, root: Path, looks: dict[str, Look]) -> Subjects:
    """Read on where files have grown; all anew where anything else has happened to one."""
    kept = {row[0]: row[1:] for row in db.execute("SELECT path, size, lines, hash FROM files")}
    found = Subjects(everything=not kept)
    try:
        if not kept.keys() <= looks.keys():
            raise history.Rewritten  # noqa: TRY301 - one file less is a rewriting too
        for name, look in sorted(looks.items()):
            _source(db, root, name, look, kept.get(name, (0, 0, b"")), found)
    except history.Rewritten:
        found = Subjects(everything=True)
        past.forget(db)
        for name, look in sorted(looks.items()):
            _source(db, root, name, look, (0, 0, b""), found)
    schema.index(db, "events")
    whole = past.Past(db)
    for event in found.undone:
        for body in whole.targets(event):
            found.add(body)
    # Cards that became another's, or are so no longer.
    before, now = get(db, "aliases") or {}, whole.aliases
    if before != now:
        put(db, "aliases", now)
        found.cards.update(*before.items(), *now.items())
    return found


def _source(
    db: Connection,
    root: Path,
    name: str,
    look: Look,
    before: tuple[int, int, bytes],
    found: Subjects,
) -> None:
    source = history.Source(root / HISTORY / name, f"{HISTORY}/{name}")
    for event in past.add(db, source.events(*before)):
        found.add(event.body)
    row = db.execute("SELECT events, problems FROM files WHERE path = ?", (name,)).fetchone()
    count, problems = row or (0, "[]")
    problems = codec.problems_text((*codec.problems(problems), *source.problems))
    # A last line that was not ended may become another one: then all is read anew.
    hash_ = source.hash if source.whole else b"torn"
    db.execute(
        "INSERT OR REPLACE INTO files (path, look, size, lines, hash, events, problems) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, json.dumps(look), source.size, source.lines, hash_, count + source.count, problems),
    )
