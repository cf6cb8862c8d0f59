"""Gaps that hide too much, or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.rules.rule import Finding, Rule, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.model import Face, Item, Part

_SHORTEST = 3
"""Characters: shorter ones stand in a text by chance."""
_MARKS = re.compile(r"[*`\\]")
_HIDDEN = re.compile(r"\\?\[[^\[\]]*\]")


def _most(item: Item) -> Iterator[Finding]:
    for part, face in _gaps(item):
        shown = len(_HIDDEN.sub(" ", face.prompt).split())
        hidden = len(face.gap.split())
        if hidden > shown:
            message = f"The gap “{_short(face.gap)}” hides more than half of its text."
            hint = "Hide the word that matters, or write `Q:` and `A:`."
            yield Finding(part, message, hint, max(part.text.find(face.answer), 0))


def _given(item: Item) -> Iterator[Finding]:
    for part, face in _gaps(item):
        # Underlines are kept: `__str__` is not given away by `str`.
        hidden, prompt = (
            " ".join(_MARKS.sub("", text).split()) for text in (face.answer, face.prompt)
        )
        if len(hidden) < _SHORTEST:
            continue
        if re.search(rf"(?<!\w){re.escape(hidden)}(?!\w)", prompt, re.IGNORECASE):
            message = f"The text shows “{_short(face.gap)}” beside the gap that hides it."
            hint = "Say it otherwise, or hide both: `{{c1::...}}` twice."
            yield Finding(part, message, hint, max(part.text.find(face.answer), 0))


def _gaps(item: Item) -> Iterator[tuple[Part, Face]]:
    for part in parts(item, "C"):
        for face in item.faces:
            yield part, face


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


RULES = (
    Rule("gap-most", "What is left does not say what is asked.", _most),
    Rule("gap-given", "It can be read off, so nothing is recalled.", _given),
)
