"""Which media an Anki package says it holds, and which of their names a file can have anywhere."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from srs.anki.unpacking.encoded import json_object, message, text
from srs.anki.unpacking.unreadable import shown

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence


class Medium(NamedTuple):
    """A media file: its entry in the archive, and its bytes if the list tells them."""

    entry: str
    size: int | None = None


_MOST = 1_000_000
_LONGEST = 255
"""Bytes of a file's name."""
_ELSEWHERE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|^\.|[. ]$')
"""What leads to other folders, hides a file, drives a terminal, or is refused by Windows."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""https://learn.microsoft.com/windows/win32/fileio/naming-a-file"""


def is_plain(name: str) -> bool:
    """Whether it names a file in one folder, on every system."""
    return (
        0 < len(name.encode("utf-8", "replace")) <= _LONGEST
        and not _ELSEWHERE.search(name)
        and not _DEVICE.fullmatch(name)
    )


def listed_as_json(data: bytes) -> Iterator[tuple[str, Medium]]:
    """The list of older packages, `{"0": "a.png"}`. Raises ValueError."""
    for entry, name in json_object(data.decode("utf-8-sig")).items():
        is_number = entry.isascii() and entry.isdecimal()
        yield name if isinstance(name, str) and is_number else "", Medium(entry)


def listed_as_message(data: bytes) -> Iterator[tuple[str, Medium]]:
    """The list of newer packages: names and sizes, and entries count from 0. Raises ValueError."""
    entries = (value for number, value in message(data) if number == _ENTRIES)
    for place, entry in enumerate(entries):
        if not isinstance(entry, bytes):
            raise ValueError("no message")  # noqa: TRY004 - nobody passed a wrong type
        said = dict(message(entry))
        size = said.get(_SIZE)
        yield text(said.get(_NAME)), Medium(str(place), size if isinstance(size, int) else None)


_ENTRIES, _NAME, _SIZE = 1, 1, 2
"""Numbers of the fields of Anki's messages MediaEntries and MediaEntry."""


def usable(
    listed: Iterable[tuple[str, Medium]], held: Container[str]
) -> tuple[Mapping[str, Medium], Sequence[str]]:
    """The media that can be had, by name in NFC, as Anki writes names; and what is left out.

    Names that differ only by case would be one file on some systems: the first one has it.
    Raises ValueError when there are more than anybody has.
    """
    media: dict[str, Medium] = {}
    taken: set[str] = set()
    odd: list[str] = []
    twice: list[str] = []
    missing: list[str] = []
    for place, (said, medium) in enumerate(listed):
        if place > _MOST:
            raise ValueError("too many")
        # A long row of accents would take its square in time.
        name = unicodedata.normalize("NFC", said) if len(said) <= _LONGEST else ""
        if not is_plain(name):
            odd.append(said or medium.entry)
        elif name.lower() in taken:
            twice.append(said)
        elif medium.entry not in held:
            missing.append(said)
        else:
            taken.add(name.lower())
            media[name] = medium
    left_out = (
        (odd, "has a name that no file can have everywhere", "have names that no file can have"),
        (twice, "has the name of another one", "have the names of others"),
        (missing, "is listed, but not in the package", "are listed, but not in the package"),
    )
    return media, tuple(_told(names, one, many) for names, one, many in left_out if names)


def _told(names: Sequence[str], one: str, many: str) -> str:
    if len(names) == 1:
        return f"The media file “{shown(names[0])}” {one}."
    return f"{len(names):,} media files {many}, such as “{shown(names[0])}”."
