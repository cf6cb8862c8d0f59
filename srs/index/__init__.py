"""The cache in build/: what the vault's text says, so that what is unchanged is not read again.

The door to SQLite for it. An index is believed only when it is as srs left it and was written by
this very program; whatever else is found is thrown away. Where none can be written, all of it is
in memory for one run.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING
from weakref import finalize
from zlib import crc32

from srs.index.schema import INDEXES, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Connection = sqlite3.Connection
Broken = sqlite3.DatabaseError
"""What reading or writing an index may raise: it is damaged, locked, or has no room."""
_NAME = "index.db"
_SEAL = "index.seal"
_PATIENCE = 2.0
"""Seconds to wait for another srs that is writing."""
_HEAP = 16_000
"""Kilobytes of the index that SQLite keeps in memory."""


class Index:
    """An open index. `notice` says why it is in memory only, or is empty."""

    def __init__(self, db: sqlite3.Connection, folder: Path | None, notice: str = "") -> None:
        self.db = db
        self.notice = notice
        self._folder = folder
        # Also when nobody closes it, and before Python takes itself apart.
        self.close = finalize(self, _close, db, folder)

    @classmethod
    def open(cls, folder: Path) -> Index:
        """The index in this folder, which is made if need be; one in memory if it cannot be."""
        try:
            folder.mkdir(exist_ok=True)
            return cls(_opened(folder), folder)
        except OSError as error:
            return cls.in_memory(error.strerror or str(error))
        except sqlite3.OperationalError as error:
            return cls.in_memory(str(error))
        except sqlite3.DatabaseError:
            # Somebody replaced it between our looking and our opening.
            return cls.in_memory("it is damaged")

    @classmethod
    def in_memory(cls, reason: str) -> Index:
        """An empty index that is gone with this run."""
        db = sqlite3.connect(":memory:", isolation_level=None)
        _fill(db)
        return cls(db, None, f"The index in build/ cannot be used ({reason}); all is read anew.")

    def begin_reading(self) -> None:
        """From here on the index looks as it does now, whatever others write to it."""
        self.db.execute("BEGIN")
        self.db.execute("SELECT 1 FROM meta").fetchone()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written in it, or nothing. Raises Broken where it cannot be."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")
            raise

    def copied(self, reason: str) -> Index:
        """The same in memory, to go on where this one cannot be written."""
        other = Index.in_memory(reason)
        with suppress(Broken):
            self.db.backup(other.db)
        self.close()
        return other


def _close(db: Connection, folder: Path | None) -> None:
    """Put an index away, under a seal by which it is known again."""
    if folder is None:
        db.close()
        return
    before, was_sealed = _look(folder), _is_sealed(folder)
    written = db.total_changes > 0
    db.close()
    # The last to close it may write to the file what others left beside it.
    if written or (was_sealed and _look(folder) != before):
        with suppress(OSError):
            (folder / _SEAL).write_bytes(_look(folder))


def discard(folder: Path) -> None:
    """Remove what is there, so that the next index begins anew."""
    for name in (_SEAL, _NAME, f"{_NAME}-wal", f"{_NAME}-shm"):
        (folder / name).unlink(missing_ok=True)


def _is_sealed(folder: Path) -> bool:
    try:
        return (folder / _SEAL).read_bytes() == _look(folder)
    except OSError:
        return False


def _look(folder: Path) -> bytes:
    """How the index looks, and which program would write it."""
    try:
        about = (folder / _NAME).stat()
    except OSError:
        return b""
    return f"{_program()} {about.st_ino} {about.st_size} {about.st_mtime_ns}".encode()


@cache
def _program() -> str:
    """This Python and this srs, which may be one that is being worked on."""
    root = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib is slow here
    looks = [sys.version, sys.platform]
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            about = os.stat(f"{folder}/{name}")  # noqa: PTH116
            looks.append(f"{name} {about.st_size} {about.st_mtime_ns}")
    return f"{crc32(chr(10).join(looks).encode('utf-8', 'replace')):08x}"


def _opened(folder: Path) -> sqlite3.Connection:
    file = folder / _NAME
    if not _is_sealed(folder):
        discard(folder)
    db = sqlite3.connect(file, isolation_level=None, timeout=_PATIENCE)
    try:
        db.execute(f"PRAGMA cache_size = -{_HEAP}")
        written = db.execute("PRAGMA user_version").fetchone()[0]
        if not written:
            _begin(db)
    except BaseException:
        db.close()
        raise
    return db


def _begin(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("BEGIN IMMEDIATE")
    # Another srs may have been first.
    if not db.execute("PRAGMA user_version").fetchone()[0]:
        _fill(db)
        db.execute("PRAGMA user_version = 1")
    db.execute("COMMIT")


def _fill(db: sqlite3.Connection) -> None:
    for statement in f"{TABLES};{INDEXES}".split(";"):
        db.execute(statement)
