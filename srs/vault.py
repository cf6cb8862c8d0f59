"""A vault on disk: find it, read it whole, append to its history, write files all or nothing.

The only reader of notes, roadmap and media. It hands everything to the parts that know, and
computes nothing itself.
"""

from __future__ import annotations

import itertools
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srs import fold, history, identity, links, notes, roadmap
from srs.model import Note, Problem, Severity, Snapshot, Trouble, sorted_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from srs.device import Device
    from srs.model import Body, Event, Roadmap

ROADMAP = "decks/roadmap.yaml"
HISTORY = "decks/history"
_LARGEST = 4_000_000
"""Bytes of a note: some hundred thousand lines, and a bound for what reading it may take."""


@dataclass(frozen=True, slots=True)
class Vault:
    root: Path

    def scan(self) -> Snapshot:
        """Everything there is to know, read now. Bad files become problems."""
        map_, wrong = self._roadmap()
        problems = list(wrong)
        found: list[Note] = []
        for path in self._note_files(problems):
            note, wrong = self._note(path)
            problems += wrong
            if note:
                found.append(_on_roadmap(note, map_))
        past = history.read(self.root / HISTORY, HISTORY)
        state = fold.fold(past.events)
        items = [item for note in found for item in note.items]
        matching = identity.match(state.items, items)
        problems += links.broken(found, self._medium)
        return Snapshot(
            roadmap=map_,
            notes=tuple(found),
            cards=matching.cards,
            state=state,
            problems=sorted_problems((*problems, *past.problems, *matching.problems)),
            pending=(*matching.pending, *matching.gone),
            changes=matching.changes,
            devices=frozenset(event.device for event in past.events),
        )

    def append(
        self, bodies: Sequence[Body], device: Device, now: datetime, day: date
    ) -> tuple[Event, ...]:
        """The bodies as events, on disk when this returns."""
        folder = self.root / HISTORY
        try:
            return history.append(folder, device.name, bodies, now, day, device.lock)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Trouble(
                f"{HISTORY}/{device.name}.jsonl cannot be written: {reason}.",
                "Nothing of this answer was kept; everything before it is on disk.",
            ) from error

    def set_aside(self, device: Device) -> str:
        """Move the other devices' events out of what is read; gives the folder's name."""
        aside = self.root / HISTORY / "aside"
        aside.mkdir(parents=True, exist_ok=True)
        for file in (self.root / HISTORY).glob("*.jsonl"):
            if file.stem != device.name:
                names = (f"{file.stem}{'-' * bool(n)}{n or ''}.jsonl" for n in itertools.count())
                file.rename(next(aside / name for name in names if not (aside / name).exists()))
        return f"{HISTORY}/aside/"

    def write(self, files: Mapping[Path, bytes]) -> None:
        """Write all these files or none: each beside its place first, then all put there."""
        beside = {target: target.with_name(f".{target.name}.srs-new") for target in files}
        folders = [folder for target in files for folder in reversed(target.parents)]
        made: list[Path] = []
        try:
            for folder in folders:
                if not folder.is_dir():
                    folder.mkdir()
                    made.append(folder)
            for target, data in files.items():
                with beside[target].open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            for target, source in beside.items():
                source.replace(target)
        except OSError as error:
            where = error.filename or next(iter(files), "")
            for folder in reversed(made):
                with suppress(OSError):
                    folder.rmdir()
            raise Trouble(f"{where} cannot be written: {error.strerror}.") from error
        finally:
            for source in beside.values():
                with suppress(OSError):
                    source.unlink(missing_ok=True)

    def media(self, note: str, source: str) -> Path | None:
        """The file that a medium in a note names: beside the note or in the vault, never outside.

        None when there is no such file.
        """
        root = self.root.resolve()
        for place in self._places(note, source):
            try:
                file = place.resolve()
                if file.is_file() and file.is_relative_to(root):
                    return file
            except (OSError, ValueError):
                continue
        return None

    def text(self, path: str) -> str:
        """The text of a note. Raises Trouble when it cannot be read."""
        text, problem = _text(self.root / path, path)
        if problem:
            raise Trouble(f"{path}: {problem.message}", problem.hint)
        return text

    def _medium(self, note: str, source: str) -> str:
        """Whether a medium is `found`, `missing`, or `outside` the vault."""
        if self.media(note, source):
            return "found"
        for place in self._places(note, source):
            with suppress(OSError, ValueError):
                if place.is_file():
                    return "outside"
        return "missing"

    def _places(self, note: str, source: str) -> tuple[Path, ...]:
        """Where a medium may be; `/img/a.png` begins at the vault, as on a site."""
        in_vault = self.root / source.lstrip("/")
        return (
            (in_vault,)
            if source.startswith("/")
            else ((self.root / note).parent / source, in_vault)
        )

    # Reading --------------------------------------------------------------------------------

    def _roadmap(self) -> tuple[Roadmap, tuple[Problem, ...]]:
        text, problem = _text(self.root / ROADMAP, ROADMAP)
        if problem is not None:
            return roadmap.parse(ROADMAP, "")[0], (problem,)
        return roadmap.parse(ROADMAP, text)

    def _note_files(self, problems: list[Problem]) -> Iterator[Path]:
        """Markdown files of notes/ in the order of their paths; hidden ones are left alone."""

        def closed(error: OSError) -> None:
            path = Path(error.filename).relative_to(self.root).as_posix()
            problems.append(_unreadable(path, f"Cannot be read: {error.strerror}."))

        folder = self.root / "notes"
        if folder.is_symlink() and not folder.exists():
            problems.append(_unreadable("notes", "This link leads nowhere."))
        for where, folders, files in os.walk(folder, onerror=closed if folder.exists() else None):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in folders:
                problems += self._odd_folder(Path(where) / name)
            for name in sorted(files):
                if name.lower().endswith(".md") and not name.startswith("."):
                    yield Path(where) / name

    def _odd_folder(self, folder: Path) -> Iterator[Problem]:
        """What is to be said of a folder that looks like a note, or is elsewhere."""
        path = folder.relative_to(self.root).as_posix()
        try:
            linked = folder.is_symlink()
        except OSError:
            # Too long a path, say: what it holds is told when it is read.
            linked = False
        if linked:
            message, hint = "This link to a folder is not followed.", "Move the notes here."
            yield Problem(path, 1, 1, Severity.WARNING, "folder-linked", message, hint)
        elif folder.name.lower().endswith(".md"):
            message, hint = "This is a folder, no note.", "Rename it; the notes in it are read."
            yield Problem(path, 1, 1, Severity.WARNING, "folder-named", message, hint)

    def _note(self, file: Path) -> tuple[Note | None, tuple[Problem, ...]]:
        path = file.relative_to(self.root).as_posix()
        text, problem = _text(file, path)
        if problem is not None:
            return None, (problem,)
        note, problems = notes.parse(path, text)
        return note, problems


def find(start: Path) -> Path:
    """The vault of a directory: it, or the nearest parent, with a folder decks/."""
    for folder in (start, *start.parents):
        if (folder / "decks").is_dir():
            return folder
    raise Trouble(
        f"{start} is in no vault: neither it nor a parent has a folder decks/.",
        "Make one with `srs init`, or name one with `--vault DIR`.",
    )


def _text(file: Path, path: str) -> tuple[str, Problem | None]:
    """The text of a file, or why there is none."""
    try:
        refused = _refused(path, file.stat())
        if refused:
            return "", refused
        data = file.read_bytes()
        return data.decode("utf-8"), None
    except FileNotFoundError:
        if path == ROADMAP:
            return "", None
        return "", _unreadable(path, "This link leads nowhere.")
    except OSError as error:
        return "", _unreadable(path, f"Cannot be read: {error.strerror}.")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].removeprefix(b"\xef\xbb\xbf")
        before = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        return "", Problem(
            path,
            line,
            column,
            Severity.ERROR,
            "not-utf8",
            "This is no UTF-8 text.",
            "Save the file as UTF-8.",
        )


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


def _on_roadmap(note: Note, map_: Roadmap) -> Note:
    """The note under the roadmap's own name of its topic, and in its phase."""
    by_file = map_.topic(Path(note.path).stem)
    if by_file and by_file[0].id != note.phase:
        by_file = None
    found = map_.topic(note.topic) or by_file
    if found is None:
        return note
    phase, topic = found
    id_ = note.phase or phase.id
    items = tuple(item._replace(topic=topic.title, phase=id_) for item in note.items)
    return note._replace(topic=topic.title, phase=id_, items=items)
