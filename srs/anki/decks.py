"""Decks as files of notes: safe names, one file a deck, and what stands above the items."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

from srs.model import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "notes/imported"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST = 120
"""Bytes of a name, that of a folder too: most systems take 255 and some count UTF-16."""
_PLAIN_YAML = re.compile(r"[^\W\d_][\w ,.()/+&'–-]*(?:::[\w ,.()/+&'–-]+)*(?<! )")
_UNSEEN = ("Cc", "Cn", "Cs", "Zl", "Zp")
"""Categories of Unicode whose characters cannot stand in YAML, or end a line there."""
_YAML_WORD = re.compile(r"(?:true|false|yes|no|on|off|null|y|n|\.inf|\.nan)", re.IGNORECASE)


def paths(decks: Iterable[str]) -> dict[str, str]:
    """A file of the vault for each of the decks, no two the same on any system.

    Of two decks whose names differ only where file names do not, the later one by its name gets
    a few characters more.
    """
    made: dict[str, str] = {}
    taken: set[str] = set()
    for deck in sorted(set(decks)):
        *folders, name = (_safe(level) for level in deck.split("::"))
        path = "/".join([FOLDER, *folders, name])
        if _folded(path) in taken:
            path = f"{path}-{digest(deck, size=6)}"
        taken.add(_folded(path))
        made[deck] = f"{path}.md"
    return made


def _safe(level: str) -> str:
    """A level of a deck's name as the name of a file or folder."""
    name = unicodedata.normalize("NFC", _UNSAFE.sub("-", level)).strip(" .")
    # A folder `a.md` would be in the way of the file of a deck `a`.
    name = re.sub(r"\.md$", "-md", name, flags=re.IGNORECASE)
    while len(name.encode()) > _LONGEST:
        name = name[:-1].rstrip(" .")
    if not name.strip("-"):
        return f"deck-{digest(level, size=6)}"
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
