"""The files of a vault: which notes there are, how they look from outside, and what they say."""

from __future__ import annotations

import os
import stat
import time
from array import array
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

ROADMAP = "decks/roadmap.yaml"
HISTORY = "decks/history"
_LARGEST = 4_000_000
"""Bytes of a note: some hundred thousand lines, and a bound for what reading it may take."""
_TICK = 100_000_000
"""Nanoseconds within which a file may change twice and look the same."""
_COARSE_TICK = 2_000_000_000
"""The same where times have no more than milliseconds."""

Look = tuple[int, int, int]
"""When the file's content changed, when anything of it did, both in nanoseconds, and its bytes."""
UNSURE: Look = (-1, -1, -1)
"""How a file looks that changed just now: it has to be read again the next time."""
NOWHERE: Look = (0, 0, 0)
"""How a file looks that is not there, or is a link to nowhere."""


_UNSURE = array("q", UNSURE).tobytes()


class Folder(NamedTuple):
    """A folder of notes: its path in the vault, and name and look of each note, as it lists them.

    The looks are three numbers a note, as bytes: what is unchanged is compared in one piece.
    """

    path: bytes
    names: bytes
    looks: bytes

    @property
    def is_unsure(self) -> bool:
        """Whether a note of it changed just now."""
        return _UNSURE in self.looks

    def look(self, name: bytes) -> Look:
        """How the note of this name looks."""
        names = self.names.split(b"\0")
        if name not in names:
            return NOWHERE
        at = 3 * names.index(name)
        changed, touched, size = array("q", self.looks)[at : at + 3]
        return changed, touched, size

    def files(self) -> dict[bytes, Look]:
        """Path of a note -> its look."""
        if not self.names:
            return {}
        numbers = array("q", self.looks)
        looks = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        paths = (self.path + b"/" + name for name in self.names.split(b"\0"))
        return dict(zip(paths, looks, strict=True))


def tree(root: Path) -> tuple[list[Folder], list[Problem]]:
    """All folders of notes/ with their Markdown files; hidden ones are left alone."""
    problems: list[Problem] = []
    top = root / "notes"
    if not top.exists():
        if top.is_symlink():
            problems.append(_unreadable("notes", "This link leads nowhere."))
        return [], problems
    folders: list[Folder] = []
    now = time.time_ns()
    waiting = [(top, "notes")]
    while waiting:
        where, path = waiting.pop()
        try:
            # Entries of an open folder are looked at without walking to it again.
            handle = os.open(where, os.O_RDONLY)
        except OSError as error:
            problems.append(_unreadable(path, f"Cannot be read: {error.strerror}."))
            continue
        try:
            folder, below = _listed(handle, path, now, problems)
        except OSError as error:
            problems.append(_unreadable(path, f"Cannot be read: {error.strerror}."))
            continue
        finally:
            os.close(handle)
        folders.append(folder)
        waiting += [(where / name, f"{path}/{name}") for name in below]
    return folders, problems


def _listed(handle: int, path: str, now: int, problems: list[Problem]) -> tuple[Folder, list[str]]:
    """A folder, and the names of those in it. Of ten thousand notes each call here takes time."""
    names: list[str] = []
    looks: list[int] = []
    below: list[str] = []
    long_ago = now - _COARSE_TICK
    with os.scandir(handle) as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            if name[-3:].lower() != ".md":
                if _is_folder(entry):
                    _go_below(entry, path, below, problems)
                continue
            try:
                about = entry.stat()
            except OSError:
                names.append(name)
                looks += NOWHERE
                continue
            if stat.S_ISDIR(about.st_mode):
                _go_below(entry, path, below, problems)
                continue
            names.append(name)
            changed, touched = about.st_mtime_ns, about.st_ctime_ns
            if changed < long_ago and touched < long_ago:
                looks += (changed, touched, about.st_size)
            else:
                looks += _look(changed, touched, about.st_size, now)
    listed = os.fsencode("\0".join(names))
    return Folder(os.fsencode(path), listed, array("q", looks).tobytes()), below


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is one, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        # A link to itself.
        return False


def _go_below(
    entry: os.DirEntry[str], path: str, below: list[str], problems: list[Problem]
) -> None:
    """A folder in a folder: is it followed, and what is odd about it?"""
    name = entry.name
    if entry.is_symlink():
        problems.append(_folder_linked(f"{path}/{name}"))
        return
    below.append(name)
    if name.lower().endswith(".md"):
        problems.append(_folder_named(f"{path}/{name}"))


def look(file: Path) -> Look:
    """How a file looks."""
    try:
        about = file.stat()
    except OSError:
        return NOWHERE
    return _look(about.st_mtime_ns, about.st_ctime_ns, about.st_size, time.time_ns())


def size(file: Path) -> int:
    """How many bytes a file has; 0 where it is gone or cannot be looked at."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _look(changed: int, touched: int, size: int, now: int) -> Look:
    last = max(changed, touched)
    if last < now - _COARSE_TICK:
        return changed, touched, size
    fine = changed % 1_000_000 or touched % 1_000_000
    return (changed, touched, size) if fine and last < now - _TICK else UNSURE


def _folder_linked(path: str) -> Problem:
    message, hint = "This link to a folder is not followed.", "Move the notes here."
    return Problem(path, 1, 1, Severity.WARNING, "folder-linked", message, hint)


def _folder_named(path: str) -> Problem:
    message, hint = "This is a folder, no note.", "Rename it; the notes in it are read."
    return Problem(path, 1, 1, Severity.WARNING, "folder-named", message, hint)


def text(file: Path, path: str) -> tuple[str, Problem | None]:
    """The text of a file, or why there is none."""
    data, problem = content(file, path)
    return ("", problem) if problem else decoded(data, path)


def content(file: Path, path: str) -> tuple[bytes, Problem | None]:
    """The bytes of a file, or why there are none."""
    try:
        refused = _refused(path, file.stat())
        return (b"", refused) if refused else (file.read_bytes(), None)
    except FileNotFoundError:
        if path == ROADMAP:
            return b"", None
        return b"", _unreadable(path, "This link leads nowhere.")
    except OSError as error:
        return b"", _unreadable(path, f"Cannot be read: {error.strerror}.")


def decoded(data: bytes, path: str) -> tuple[str, Problem | None]:
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        before = error.object[: error.start].removeprefix(b"\xef\xbb\xbf")
        before = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message, hint = "This is no UTF-8 text.", "Save the file as UTF-8."
        return "", Problem(path, line, column, Severity.ERROR, "not-utf8", message, hint)


def _refused(path: str, about: os.stat_result) -> Problem | None:
    """Why what is there is not to be read at all."""
    if not stat.S_ISREG(about.st_mode):
        return _unreadable(path, "This is no file.")
    if about.st_size <= _LARGEST:
        return None
    message = f"This file has {about.st_size / 1e6:.0f} MB; up to {_LARGEST / 1e6:.0f} are read."
    hint = "Split it into several notes."
    return Problem(path, 1, 1, Severity.ERROR, "too-large", message, hint)


def _unreadable(path: str, message: str) -> Problem:
    hint = "Its cards are missing until it can be read."
    return Problem(path, 1, 1, Severity.ERROR, "unreadable", message, hint)
