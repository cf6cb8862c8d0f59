"""Links between notes, and the images and sounds that notes name: which of them lead nowhere. Pure.

A note is linked by its file's name, by its path, or by its title, in any case.
"""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from srs.media import is_elsewhere, is_image, is_sound
from srs.model import Problem, Severity, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from srs.model import Mention, Note

    Find = Callable[[str, str], str]
    """(path of a note, source of a medium in it) -> `found`, `missing` or `outside` the vault."""


def broken(notes: Sequence[Note], find: Find) -> Iterator[Problem]:
    """A warning for each link without its note or heading, and each medium without its file."""
    known: Mapping[str, list[Note]] | None = None
    for note in notes:
        for mention in note.mentions:
            if mention.media:
                yield from _medium(note, mention, find)
            else:
                known = _by_name(notes) if known is None else known
                yield from _link(note, mention, known, find)


def source_path(source: str) -> str:
    """The path that the source of a medium names: without encoding, query and fragment."""
    return unquote(source.partition("?")[0].partition("#")[0])


def _medium(note: Note, mention: Mention, find: Find) -> Iterator[Problem]:
    source = mention.target
    if is_elsewhere(source):
        return
    path = source_path(source)
    if not is_image(path) and not is_sound(path):
        message = f"`{path}` is no image or sound that can be shown."
        yield _warning(note, mention, "media-type", message, f"Link to it: `[text]({source})`.")
        return
    state = find(note.path, path)
    if state == "outside":
        message = f"`{path}` is outside the vault, and nothing outside is read."
        yield _warning(note, mention, "media-outside", message, "Copy it into the vault.")
    elif state == "missing":
        message = f"There is no file `{path}`, neither beside the note nor in the vault."
        yield _warning(note, mention, "media-missing", message, "Mind the case, or remove it.")


def _by_name(notes: Sequence[Note]) -> Mapping[str, list[Note]]:
    known: dict[str, list[Note]] = {}
    for note in notes:
        path = note.path.casefold().removesuffix(".md")
        parts = path.split("/")
        names = {"/".join(parts[i:]) for i in range(len(parts))} | {note.title.casefold()}
        for name in names:
            known.setdefault(name, []).append(note)
    return known


def _link(
    note: Note, mention: Mention, known: Mapping[str, list[Note]], find: Find
) -> Iterator[Problem]:
    target = mention.target.casefold().removesuffix(".md")
    if not target:
        targets = [note]
    elif target.startswith("."):
        folder = posixpath.dirname(note.path.casefold())
        targets = known.get(posixpath.normpath(posixpath.join(folder, target)), [])
    else:
        targets = known.get(target.strip("/"), [])
    if not targets and PurePosixPath(target).suffix and find(note.path, mention.target) == "found":
        return
    if not targets:
        message = f"No note is named `{mention.target}`."
        near = nearest(target, known)
        name = PurePosixPath(known[near][0].path).stem if near else ""
        hint = f"Did you mean `[[{name}]]`?" if name else "Write the note, or unlink it."
        yield _warning(note, mention, "link-broken", message, hint)
        return
    heading = mention.fragment.rpartition("#")[2].strip().casefold()
    headings = {name.casefold() for one in targets for name in one.headings}
    if heading and not heading.startswith("^") and heading not in headings:
        message = f"{targets[0].path} has no heading `{mention.fragment}`."
        near = nearest(heading, headings)
        hint = f"Did you mean `#{near}`?" if near else "Mind its exact words."
        yield _warning(note, mention, "link-heading", message, hint)


def _warning(note: Note, mention: Mention, code: str, message: str, hint: str) -> Problem:
    place = (note.path, mention.line, mention.column)
    return Problem(*place, Severity.WARNING, code, message, hint)
