"""An Anki package, .apkg or .colpkg: its collection and its media, in any container Anki has used.

Packages come from strangers. Nothing is written but in a temporary folder, under names of our own,
and what would take more memory or room than anything honest is refused.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srs.anki.unpacking import archive, reading
from srs.anki.unpacking.encoded import LARGEST, message
from srs.anki.unpacking.media_list import listed_as_json, listed_as_message, usable
from srs.anki.unpacking.unreadable import SMALLER, Unreadable, size
from srs.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from srs.anki.collection import Collection
    from srs.anki.unpacking.archive import Archive
    from srs.anki.unpacking.media_list import Medium

_DATABASES = {3: "collection.anki21b", 2: "collection.anki21", 1: "collection.anki2"}
"""By the version of the package. Others beside it tell older Ankis to update, and no more."""
_ZSTD = 3
"""The version from which on all but `meta` is packed by zstd, and the list of media a message."""
_VERSION = 1
"""Number of the field of Anki's message PackageMetadata."""
_LARGEST_DATABASE = 1_000_000_000
"""Bytes; 50,000 notes with their log take 60 MB."""
_MOST_MEDIA = 2_000_000_000
"""Bytes that are unpacked of all media."""


@dataclass(frozen=True, slots=True)
class Package:
    """An open package."""

    path: Path
    collection: Collection
    media: Mapping[str, Medium]
    """By file name, in NFC: plain names, no two alike but for case. None is unpacked yet."""
    left_out: Sequence[str]
    """Which media are listed and not here, a sentence each."""
    _archive: Archive
    _folder: Path
    _zstd: bool

    def extract(
        self, names: Iterable[str], say: Callable[[int, int], None] = lambda _done, _all: None
    ) -> dict[str, Path]:
        """Unpack these media; gives name -> file, there as long as the package is open.

        `say` hears how many bytes are done, and of how many.
        """
        chosen = {name: self.media[name] for name in names}
        total = sum(self._size(medium) for medium in chosen.values())
        with _told(self.path):
            if total > _MOST_MEDIA:
                raise Unreadable(
                    f"Its media take {size(total)}; srs unpacks {size(_MOST_MEDIA)} at most.",
                    SMALLER,
                )
            files: dict[str, Path] = {}
            left, done = _MOST_MEDIA, 0
            for name, medium in chosen.items():
                files[name] = self._folder / medium.entry
                left -= self._archive.unpack(medium.entry, files[name], left, zstd=self._zstd)
                done += self._size(medium)
                say(done, total)
            return files

    def _size(self, medium: Medium) -> int:
        return self._archive.size(medium.entry) if medium.size is None else medium.size


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The package of this file. Raises Trouble when it is none, is damaged, or is too large."""
    with ExitStack() as until_closed:
        with _told(path):
            if not path.is_file():
                why = "It is no file." if path.exists() else "There is no such file."
                raise Unreadable(why, "Name an .apkg or .colpkg.")
            folder = until_closed.enter_context(tempfile.TemporaryDirectory(prefix="srs-"))
            entries = until_closed.enter_context(archive.opened(path))
            package = _read(path, entries, Path(folder))
        yield package


def _read(path: Path, entries: Archive, folder: Path) -> Package:
    version = _version(entries)
    zstd = version >= _ZSTD
    database = folder / "collection"
    entries.unpack(_DATABASES[version], database, _LARGEST_DATABASE, zstd=zstd)
    collection = reading.collection(database)
    database.unlink()
    media, left_out = _media(entries, zstd)
    return Package(path, collection, media, left_out, entries, folder, zstd)


def _version(entries: Archive) -> int:
    """The version that the package says it has, or that of the newest database in it.

    Up to 2, packages need not say it.
    """
    there = [version for version, name in _DATABASES.items() if name in entries.names]
    version = _said(entries) if "meta" in entries.names else max(there, default=0)
    if version > max(_DATABASES):
        raise Unreadable(
            "It is of a newer Anki than srs knows.",
            "Export it again with “Support older Anki versions”.",
        )
    if version not in there:
        raise Unreadable("It is no Anki package: there is no collection in it.")
    return version


def _said(entries: Archive) -> int:
    try:
        version = dict(message(entries.content("meta", LARGEST)))[_VERSION]
    except (ValueError, KeyError) as error:
        raise Unreadable("It is damaged: its version cannot be read.") from error
    return version if isinstance(version, int) else 0


def _media(entries: Archive, zstd: bool) -> tuple[Mapping[str, Medium], Sequence[str]]:
    if "media" not in entries.names:
        return {}, ()
    data = entries.content("media", LARGEST, zstd=zstd)
    try:
        return usable(listed_as_message(data) if zstd else listed_as_json(data), entries.names)
    except ValueError as error:
        raise Unreadable("It is damaged: its list of media cannot be read.") from error


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of which file it is what is wrong."""
    try:
        yield
    except Unreadable as why:
        raise Trouble(f"{path} cannot be read. {why}", why.hint) from why
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "May it be read, and is there room for temporary files?"
        raise Trouble(f"{path} cannot be read: {reason}.", hint) from error
