"""Asking about identities on a terminal: both texts with their differences, and one key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from srs.ui.asking import Choice
from srs.ui.changes import by_words, in_full, marked
from srs.ui.review import Command
from srs.ui.screen import END, ENTER, ESCAPE, Screen, blank, footer, prose, said
from srs.ui.styled import spread
from srs.ui.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srs.ui.changes import Changed
    from srs.ui.screen import Part

_SIDES = {"=": "", "-": "strike red", "+": "underline green"}


class Doubts:
    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def is_same(self, doubt: Changed, place: str) -> Choice:
        keys = {"y": Choice.SAME, "n": Choice.ANOTHER, "s": Choice.LATER, ESCAPE: Choice.LATER}
        keys |= dict.fromkeys(ENTER, Choice.SAME)
        told = footer("Enter or y the same", "n another", "s later", rest=(), told="q quit")
        return self._chosen(doubt, place, "Is this still the same question?", keys, told)

    def still_known(self, reworded: Changed, place: str) -> Choice:
        keys = {"k": Choice.KEEP, "s": Choice.SOON, "r": Choice.RESET, ESCAPE: Choice.LATER}
        keys |= dict.fromkeys(ENTER, Choice.KEEP)
        told = footer("Enter keep", "s see it soon", "r reset", "Esc later", rest=(), told="q quit")
        asked = "Its answer is another now. Do your answers still count?"
        return self._chosen(reworded, place, asked, keys, told)

    def _chosen(
        self, one: Changed, place: str, asked: str, keys: Mapping[str, Choice], told: Part
    ) -> Choice:
        """What a key says about two texts of an item."""
        item, old = one.item, one.known.latest
        here = f"{item.path}:{item.line}" if item else ""
        before = "" if old.path == here.rpartition(":")[0] else f", before in {old.path}"
        about = printable(f"{here}{before}. {counted(one.answers, 'answer')}.")
        found = by_words(in_full(old.texts), in_full(item.texts) if item else "")
        pieces = [(printable(text), _SIDES[sign]) for sign, text in marked(found)]
        self._screen.draw(
            partial(spread, [about], place),
            blank,
            prose(pieces),
            blank,
            # Below the texts, which may be longer than the screen.
            said(asked, "bold"),
            told,
        )
        while True:
            key = self._screen.press()
            if key in ("", END, Command.QUIT.value):
                return Choice.QUIT
            if key in keys:
                return keys[key]
