"""The cache in build/: what the vault's text says, so that what is unchanged is not read again.

The door to SQLite for it. An index is believed only when it is as srs left it and was written by
this very program; whatever else is found is thrown away. Where none can be written, all of it is
in memory for one run. Values in it are JSON and numbers: one that a stranger has written can lie,
and run nothing.

Processes share it by SQLite's write-ahead log. The file itself changes only when the last of them
closes it, so that one that looks otherwise meanwhile was changed by somebody else.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING
from weakref import finalize
from zlib import crc32

from srs.index import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Connection = sqlite3.Connection
UNUSABLE = (sqlite3.Error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading or writing an index may raise: it is damaged, locked, or has no room, or holds what
srs never wrote."""
_SOUND = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
    }
)
"""Errors after which an index is none the worse."""
_NAME = "index.db"
_SEAL = "index.seal"
_PATIENCE = 1.5
"""Seconds to wait for another srs that is writing."""
_PATIENCE_TO_COPY = 0.5
"""Seconds that a copy may take, after that."""
_PAGE = 8_192
"""Bytes of a page: about the items of a note."""
_HEAP = 16_000
"""Kilobytes of the index that SQLite keeps in memory."""
_PAGES = 1000
"""Pages that are copied at once."""


class Index:
    """An open index. `notice` says why it is in memory only, or is empty."""

    def __init__(self, db: sqlite3.Connection, folder: Path | None, notice: str = "") -> None:
        self.db = db
        self.notice = notice
        self._folder = folder
        self._look = _look(folder) if folder else b""
        # Also when nobody closes it, and before Python takes itself apart.
        self.close = finalize(self, _close, db, folder, self._look)

    @classmethod
    def open(cls, folder: Path) -> Index:
        """The index in this folder, which is made if need be; one in memory if it cannot be."""
        try:
            _make(folder)
            return cls(_opened(folder), folder)
        except OSError as error:
            return cls.in_memory(error.strerror or str(error))
        except sqlite3.Error as error:
            with suppress(OSError):
                _distrust(folder, error)
            return cls.in_memory(_reason(error))

    @classmethod
    def in_memory(cls, reason: str) -> Index:
        """An empty index that is gone with this run."""
        db = sqlite3.connect(":memory:", isolation_level=None)
        schema.create(db)
        return cls(db, None, f"The index in build/ cannot be used ({reason}); all is read anew.")

    @property
    def is_in_memory(self) -> bool:
        return self._folder is None

    def check(self) -> None:
        """Raises ValueError if somebody has changed the file, who is no srs."""
        if self._folder is None:
            return
        look = _look(self._folder)
        # One that is another file is another srs's; this one is read on.
        if look != self._look and _inode(look) == _inode(self._look):
            raise ValueError("changed from outside")

    def begin_reading(self) -> None:
        """From here on the index looks as it does now, whatever others write to it."""
        self.db.execute("BEGIN")
        self.db.execute("SELECT 1 FROM meta").fetchone()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written in it, or nothing. Raises UNUSABLE where it cannot be."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self.db.execute("ROLLBACK")
            raise

    def keep(self, write: Callable[[Connection], None]) -> None:
        """Write something while it is being read; then it looks as it does by then.

        Raises UNUSABLE where it cannot be written.
        """
        self.db.execute("COMMIT")
        with self.writing():
            write(self.db)
        self.begin_reading()

    def given_up(self, error: Exception) -> str:
        """Close it after one of UNUSABLE; gives the reason. If it is damaged, nobody opens it."""
        if self._folder is not None:
            with suppress(OSError):
                _distrust(self._folder, error)
        self.close()
        return _reason(error)

    def copied(self, error: Exception) -> Index:
        """The same in memory, to go on where this one cannot be written; closes this one.

        An empty one where it is damaged, or is not to be had soon.
        """
        other = Index.in_memory(_reason(error))
        end = time.monotonic() + _PATIENCE_TO_COPY

        def in_time(*_: int) -> None:
            # The copy would wait for ever for somebody who keeps it locked.
            if time.monotonic() > end:
                raise TimeoutError

        if _is_sound(error):
            try:
                self.db.execute("PRAGMA busy_timeout = 0")
                self.db.backup(other.db, pages=_PAGES, progress=in_time, sleep=0.05)
            except (sqlite3.Error, TimeoutError):
                other.close()
                other = Index.in_memory(_reason(error))
        self.given_up(error)
        return other


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, sqlite3.Error) else "it is damaged"


def _is_sound(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _SOUND


# Who may open it ----------------------------------------------------------------------------------


def _close(db: Connection, folder: Path | None, opened: bytes) -> None:
    """Put an index away, under a seal by which it is known again; `opened` is how it looked."""
    if folder is None:
        db.close()
        return
    written = db.total_changes > 0
    try:
        with _alone(folder):
            untouched = _look(folder) == opened
            db.close()
            # The last to close it writes to the file what all left beside it.
            if untouched and (written or _look(folder) != opened):
                (folder / _SEAL).write_bytes(_look(folder))
            elif not untouched and _inode(_look(folder)) == _inode(opened):
                (folder / _SEAL).unlink(missing_ok=True)
    except OSError:
        # Without a seal that fits it is made anew the next time.
        db.close()


def _distrust(folder: Path, error: Exception) -> None:
    """After an error that only a damaged index gives, nobody opens it again."""
    if not _is_sound(error):
        (folder / _SEAL).unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While it lasts, no other srs makes, removes or closes an index here. Raises OSError."""
    if sys.platform == "win32":
        # Files that are open cannot be removed there.
        yield
        return
    import fcntl  # noqa: PLC0415 - it is not there on Windows

    end = time.monotonic() + _PATIENCE
    handle = os.open(folder, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _make(folder: Path) -> None:
    """The folder; if it is new, git is told to leave it alone."""
    if not folder.is_dir():
        folder.mkdir()
        (folder / ".gitignore").write_text("*\n", "utf-8")


def _discard(folder: Path) -> None:
    """Remove what is there, so that the next index begins anew."""
    for name in (_SEAL, _NAME, f"{_NAME}-wal", f"{_NAME}-shm", f"{_NAME}-journal"):
        (folder / name).unlink(missing_ok=True)


def _is_sealed(folder: Path) -> bool:
    try:
        return (folder / _SEAL).read_bytes() == _look(folder) != b""
    except OSError:
        return False


def _look(folder: Path) -> bytes:
    """How the index looks, and which program would write it; empty if there is none."""
    try:
        about = os.lstat(folder / _NAME)
    except OSError:
        return b""
    times = f"{about.st_mtime_ns} {about.st_ctime_ns}"
    return f"{about.st_ino} {_program()} {about.st_size} {times}".encode()


def _inode(look: bytes) -> bytes:
    """Which file it is that looks like this."""
    return look.partition(b" ")[0]


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
    if _is_sealed(folder):
        return _connected(folder)
    with _alone(folder):
        # Another srs may have been first.
        if _is_sealed(folder):
            return _connected(folder)
        _discard(folder)
        db = _connected(folder)
        try:
            _begin(db)
            (folder / _SEAL).write_bytes(_look(folder))
        except BaseException:
            db.close()
            raise
        return db


def _connected(folder: Path) -> sqlite3.Connection:
    db = sqlite3.connect(folder / _NAME, isolation_level=None, timeout=_PATIENCE)
    try:
        db.execute(f"PRAGMA cache_size = -{_HEAP}")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        # From the first look on, no other srs is the last to close it.
        db.execute("PRAGMA user_version").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _begin(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA page_size = {_PAGE}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    schema.create(db)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint")
