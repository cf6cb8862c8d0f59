"""Decks as files of notes: safe names, one file a deck, and what stands above the items."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from typing import TYPE_CHECKING

from srs.model import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOLDER = "notes/imported"
MEDIA = f"{FOLDER}/media"
"""Where the media are that notes name `media/...`."""
LARGEST = 1_000_000
"""Bytes of a file, some thousand items: editors open it at once, and no vault refuses it."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST = 120
"""Bytes of a name: most systems take 255 and some count UTF-16."""
_PLAIN_YAML = re.compile(r"[^\W\d_][\w ,.()/+&'–-]*(?:::[\w ,.()/+&'–-]+)*(?<! )")
_UNSEEN = ("Cc", "Cn", "Cs", "Zl", "Zp")
"""Categories of Unicode whose characters cannot stand in YAML, or end a line there."""
_YAML_WORD = re.compile(r"(?:true|false|yes|no|on|off|null|y|n|\.inf|\.nan)", re.IGNORECASE)


def paths(decks: Iterable[str]) -> dict[str, str]:
    """A file of the vault for each of the decks, no two the same on any system.

    All are in one folder, and their media in one below it: `A::B` is `A - B.md`. Of two decks whose
    names differ only where file names do not, the later one by its name gets a few characters more.
    """
    made: dict[str, str] = {}
    taken: set[str] = set()
    for deck in sorted(set(decks)):
        path = f"{FOLDER}/{_safe(' - '.join(deck.split('::')))}"
        if _folded(path) in taken:
            path = f"{path}-{digest(deck, size=6)}"
        taken.add(_folded(path))
        made[deck] = f"{path}.md"
    return made


def parts(path: str) -> Iterator[str]:
    """The files of a deck in their order: what is more than one takes goes into the next."""
    yield path
    for number in itertools.count(2):
        yield f"{path.removesuffix('.md')} ({number}).md"


def _safe(deck: str) -> str:
    """A deck's name as that of a file, without its suffix."""
    name = unicodedata.normalize("NFC", _UNSAFE.sub("-", deck)).strip(" .")
    while len(name.encode()) > _LONGEST:
        name = name[:-1].rstrip(" .")
    if not name.strip("-"):
        return f"deck-{digest(deck, size=6)}"
    return f"{name}_" if _RESERVED.fullmatch(name) else name


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def front_matter(deck: str, phase: str) -> str:
    """The lines above the items of a deck's file, marks included."""
    lines = ["---", f"topic: {_yaml(deck)}"]
    if phase:
        lines.append(f"phase: {_yaml(phase)}")
    return "\n".join([*lines, "---", ""])


def _yaml(text: str) -> str:
    """A text as YAML reads it: bare where nothing else can be meant."""
    text = " ".join(
        "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text).split()
    )
    if _PLAIN_YAML.fullmatch(text) and not _YAML_WORD.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False).replace("\ufeff", "")
