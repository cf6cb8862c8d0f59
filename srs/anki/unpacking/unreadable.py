"""Why a package cannot be read, as those say it who do not know which file it is."""

from __future__ import annotations

AGAIN = "Export it from Anki again, as .apkg or .colpkg."
SMALLER = "Export fewer decks at once, or leave out the media."


class Unreadable(Exception):  # noqa: N818 - it is said to a person
    """A sentence about the file, such as `It is no zip archive.`, and what to do about it."""

    def __init__(self, message: str, hint: str = AGAIN) -> None:
        super().__init__(message)
        self.hint = hint


def shown(text: str) -> str:
    """A text that a stranger wrote, fit for the middle of a sentence."""
    short = text if len(text) <= 60 else text[:59] + "…"
    return "".join(one if one.isprintable() else "\ufffd" for one in short)


def size(count: int) -> str:
    """Bytes, as people say them: 12 kB, 3.4 GB."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count // 1000} kB"
