"""The archive that an Anki package is: a zip whose entries may be packed by zstd, too. The door to
zstandard.

What is in it is taken out in pieces and counted, for an entry may be a thousand times as large as
its package, and says what it likes about its size.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import zstandard

from srs.anki.unpacking.unreadable import SMALLER, Unreadable, shown, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    zstandard.ZstdError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile, zlib and zstandard raise for what they cannot unpack."""
_READ = 1 << 18
"""Bytes that are read of an entry at once."""
_FED = 1 << 10
"""Bytes that zstd is given at once: it makes at most 32,768 times as many of them."""
_LONGEST_LIST = 1 << 25
"""Bytes of the list of entries: about half a million, for which zipfile takes 300 MB."""
_ENCRYPTED = 1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others may want as much memory as they like."""


class Archive:
    """An open package; `names` are those of its entries that are plain files."""

    def __init__(self, entries: zipfile.ZipFile) -> None:
        self._entries = entries
        listed = entries.infolist()
        if any(entry.flag_bits & _ENCRYPTED for entry in listed):
            raise Unreadable("It is encrypted.", "Unpack it with its password, and zip it without.")
        if any(entry.compress_type not in _METHODS for entry in listed):
            raise Unreadable("It is packed as Anki packs nothing.")
        for name, count in Counter(entry.filename for entry in listed).most_common(1):
            if count > 1:
                raise Unreadable(f"It is damaged: it holds “{shown(name)}” twice.")
        self.names = frozenset(entry.filename for entry in listed if _is_file(entry))

    def size(self, name: str) -> int:
        """Bytes of an entry as the archive tells it, before zstd."""
        return self._entries.getinfo(name).file_size

    def content(self, name: str, most: int, *, zstd: bool = False) -> bytes:
        return b"".join(self._pieces(name, most, zstd))

    def unpack(self, name: str, target: Path, most: int, *, zstd: bool = False) -> int:
        """Write an entry of at most so many bytes to a file; gives its size."""
        written = 0
        with target.open("wb") as file:
            for piece in self._pieces(name, most, zstd):
                written += file.write(piece)
        return written

    def _pieces(self, name: str, most: int, zstd: bool) -> Iterator[bytes]:
        left = most
        pieces = self._packed(name)
        for piece in _unpacked(pieces, name) if zstd else pieces:
            left -= len(piece)
            if left < 0:
                raise Unreadable(f"Its “{shown(name)}” has more than {size(most)}.", SMALLER)
            yield piece

    def _packed(self, name: str) -> Iterator[bytes]:
        """An entry as the archive holds it, in pieces."""
        try:
            with self._entries.open(name) as entry:
                while piece := entry.read(_READ):
                    yield piece
        except _BROKEN as error:
            raise _damaged(name) from error


class _Careful(io.BufferedReader):
    """A file whose list of entries, which zipfile reads in one piece, may not fill the memory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _LONGEST_LIST:
            raise Unreadable("It holds more files than srs can unpack.", SMALLER)
        return super().read(size)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises OSError when there is no such file, and Unreadable when it is no archive."""
    with _Careful(io.FileIO(path)) as file:
        try:
            entries = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise Unreadable("It is no Anki package, or only a part of one.") from error
        with entries:
            yield Archive(entries)


def _is_file(entry: zipfile.ZipInfo) -> bool:
    """Whether it is neither a folder nor a link, which other programs would follow."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind in (0, stat.S_IFREG) and not entry.filename.endswith("/")


def _unpacked(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """What these pieces are when zstd has unpacked them."""
    frame = zstandard.ZstdDecompressor().decompressobj()
    for piece in pieces:
        for start in range(0, len(piece), _FED):
            try:
                yield frame.decompress(piece[start : start + _FED])
            except zstandard.ZstdError as error:
                raise _damaged(name) from error
    if not frame.eof:
        raise _damaged(name)


def _damaged(name: str) -> Unreadable:
    return Unreadable(f"It is damaged: its “{shown(name)}” cannot be unpacked.")
