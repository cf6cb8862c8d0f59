"""A vault on disk: find it, read it whole, append to its history, write files all or nothing.

The only reader of notes, roadmap and media. It hands everything to the parts that know, and
computes nothing itself.
"""

from __future__ import annotations

import itertools
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from srs.index import UNUSABLE, Index
from srs.model import Trouble
from srs.vault import files
from srs.vault.files import HISTORY, ROADMAP
from srs.vault.looks import Looks, is_current
from srs.vault.reading import Reader
from srs.vault.snapshot import Snapshot
from srs.vault.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from srs.device import Device
    from srs.model import Body, Event, Note, Problem

__all__ = ["HISTORY", "ROADMAP", "Snapshot", "Vault", "Watch", "find"]


def _in_silence(_: str) -> None:
    """For those who do not want to be told."""


class Vault(NamedTuple):
    root: Path

    def scan(self, day: date | None = None, say: Callable[[str], None] = _in_silence) -> Snapshot:
        """Everything there is to know, read now. Bad files become problems.

        With a `day` the index gets ready to plan a session on it and the days after. `say` is
        told when the index cannot be used, now or when more of it is read.
        """
        looks = Looks.of(self.root)

        def anew(index: Index, error: Exception) -> Index:
            """One in memory, for one that cannot be used."""
            index = Index.in_memory(index.given_up(error))
            say(index.notice)
            return self._current(index, Looks.of(self.root), day)

        index = Index.open(self.root / "build")
        if index.notice:
            say(index.notice)
        try:
            index = self._current(index, looks, day)
        except UNUSABLE as error:
            if index.is_in_memory:
                raise
            index = self._copied(index, error, looks, day)
            say(index.notice)
        return Snapshot(Reader(index, anew), looks, self._links)

    def _current(self, index: Index, looks: Looks, day: date | None) -> Index:
        """The index, brought up to the files. Raises UNUSABLE if that cannot be."""
        if not is_current(index.db, looks, day):
            from srs.vault.refresh import refresh  # noqa: PLC0415 - only after a change

            with index.writing():
                refresh(index.db, self.root, looks, day)
        index.begin_reading()
        return index

    def _copied(self, index: Index, error: Exception, looks: Looks, day: date | None) -> Index:
        """What is left of an index, brought up to the files in memory."""
        copy = index.copied(error)
        try:
            return self._current(copy, looks, day)
        except UNUSABLE as worse:
            copy.close()
            return self._current(Index.in_memory(index.given_up(worse)), looks, day)

    def _links(self, notes: tuple[Note, ...]) -> Iterator[Problem]:
        """What is wrong with links and media."""
        from srs import links  # noqa: PLC0415 - a session does without

        return links.broken(notes, self._medium)

    def watch(self, snapshot: Snapshot) -> Watch:
        """Tells what others change in the files that a snapshot was read from."""
        return Watch(self.root, snapshot.looks, snapshot.sizes())

    def append(
        self,
        bodies: Sequence[Body],
        device: Device,
        now: datetime,
        day: date,
        brought: Sequence[Event] = (),
    ) -> tuple[Event, ...]:
        """The bodies as events, and those that happened elsewhere, on disk when this returns."""
        folder = self.root / HISTORY
        try:
            from srs import history  # noqa: PLC0415 - only to write

            return history.append(folder, device.name, bodies, now, day, device.lock, brought)
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

    def write(self, files: Mapping[Path, bytes | Path]) -> None:
        """Write all these files or none: each beside its place first, then all put there.

        A path is that of a file whose content it is.
        """
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
                    if isinstance(data, bytes):
                        file.write(data)
                    else:
                        from shutil import copyfileobj  # noqa: PLC0415 - a session does without

                        with data.open("rb") as content:
                            copyfileobj(content, file)
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
        text, problem = files.text(self.root / path, path)
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


def find(start: Path) -> Path:
    """The vault of a directory: it, or the nearest parent, with a folder decks/."""
    for folder in (start, *start.parents):
        if (folder / "decks").is_dir():
            return folder
    raise Trouble(
        f"{start} is in no vault: neither it nor a parent has a folder decks/.",
        "Make one with `srs init`, or name one with `--vault DIR`.",
    )
