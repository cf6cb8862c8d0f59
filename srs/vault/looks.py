"""How the files of a vault look from outside, and whether the index has seen them so."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from srs import history
from srs.index import bounds
from srs.index.meta import get
from srs.vault import files
from srs.vault.files import HISTORY, NOWHERE, ROADMAP, UNSURE

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from srs.index import Connection
    from srs.model import Problem
    from srs.vault.files import Folder, Look


class Looks(NamedTuple):
    """How the files of a vault look from outside; `problems` are those of folders."""

    folders: list[Folder]
    roadmap: Look
    history: dict[str, Look]
    problems: list[Problem]

    @classmethod
    def of(cls, root: Path) -> Looks:
        folders, problems = files.tree(root)
        devices, more = history.files(root / HISTORY, HISTORY)
        looks = {file.name: files.look(file) for file in devices}
        return cls(folders, files.look(root / ROADMAP), looks, problems + more)

    def note(self, path: str) -> Look:
        """How a note looked, by its path in the vault."""
        folder, _, name = os.fsencode(path).rpartition(b"/")
        for one in self.folders:
            if one.path == folder:
                return one.look(name)
        return NOWHERE


def is_current(db: Connection, looks: Looks, day: date | None) -> bool:
    """Whether nothing has changed since the index was brought up to the files."""
    return (
        _same_folders(db, looks.folders)
        and get(db, "roadmap look") == [*looks.roadmap]
        and same_history(db, looks.history)
        and UNSURE not in (looks.roadmap, *looks.history.values())
        and (day is None or bounds.hold(db, day))
    )


def _same_folders(db: Connection, folders: list[Folder]) -> bool:
    kept = {row[0]: row[1:] for row in db.execute("SELECT path, names, looks FROM folders")}
    return len(kept) == len(folders) and all(
        kept.get(one.path) == (one.names, one.looks) and not one.is_unsure for one in folders
    )


def same_history(db: Connection, looks: dict[str, Look]) -> bool:
    kept = dict(db.execute("SELECT path, look FROM files"))
    return kept == {name: json.dumps(look) for name, look in looks.items()}
