"""Which files may be shown, packed or played: no other file of a vault leaves it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_IMAGES = frozenset((".avif", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
_SOUNDS = frozenset((".aac", ".flac", ".m4a", ".mp3", ".oga", ".ogg", ".opus", ".wav"))
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def is_image(source: str) -> bool:
    return _suffix(source) in _IMAGES


def is_sound(source: str) -> bool:
    return _suffix(source) in _SOUNDS


def is_elsewhere(source: str) -> bool:
    """Whether it is an address (`https://..`, `data:..`) and no file of the vault."""
    return _ADDRESS.match(source) is not None


def _suffix(source: str) -> str:
    return PurePosixPath(source.replace("\0", "")).suffix.lower()
