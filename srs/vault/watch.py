"""Whether somebody else changes what a session works with: a note, or the history."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from srs import history
from srs.vault import files
from srs.vault.files import HISTORY, UNSURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from srs.vault.looks import Looks


class Watch:
    """Compares with how the files looked when they were read. What is asked costs a look each."""

    def __init__(self, root: Path, looks: Looks, sizes: Mapping[str, int]) -> None:
        self._root = root
        self._looks = looks
        self._sizes = sizes
        self._missed = False

    def note_changed(self, path: str) -> bool:
        """Whether this note is not what was read, or may be another."""
        now = files.look(self._root / path)
        return now == UNSURE or now != self._looks.note(path)

    def history_changed(self) -> bool:
        """Whether there is more, or less, than what was read and this process has written."""
        return self._missed or self._sizes_now() != self._sizes

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What changes in the history while it lasts is this process's own."""
        self._missed = self.history_changed()
        yield
        self._sizes = self._sizes_now()

    def _sizes_now(self) -> dict[str, int]:
        """Histories only grow, so that their sizes tell."""
        found, _ = history.files(self._root / HISTORY, HISTORY)
        return {file.name: files.size(file) for file in found}
