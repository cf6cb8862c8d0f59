"""`srs import`: an Anki package."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from srs.cli.common import Workplace, now, resolve_phase, say, tell, write_json
from srs.cli.options import json_option, vault_option
from srs.cli.signals import leaving_well
from srs.model import ItemId, Trouble, phase_id
from srs.ui.text import counted, first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from click._termui_impl import ProgressBar

    from srs.anki.arrival import Arrival, Cards
    from srs.anki.unpacking.package import Package
    from srs.model import Body, CardId


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--phase", help="The phase of notes that are new.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and write nothing.")
@json_option
@vault_option
def command(
    file: Path, phase: str | None, dry_run: bool, as_json: bool, folder: Path | None
) -> None:
    """Take what an Anki package, .apkg or .colpkg, holds: notes, and the answers given there.

    Notes that came from this vault are known again, and their answers come home, each once. Others
    become items in notes/imported/, a file a deck.
    """
    from srs.anki.foreign.remarks import Remark, in_short  # noqa: PLC0415 - only where one is read
    from srs.anki.unpacking.package import opened  # noqa: PLC0415

    place = Workplace.open(folder)
    if not dry_run:
        place.confirm_owner()
    if phase and not place.snapshot.roadmap.phases:
        phase = phase_id(phase)
    else:
        phase = resolve_phase(place.snapshot, phase)
    with _stoppable(), opened(file) as package:
        arrival, media, missing = _arrival(place, package, phase or "")
        if not dry_run:
            _write(place, arrival, media)
        found = package.collection
        left_out = [Remark("", said) for said in (*found.left_out, *package.left_out)]
        left_out += arrival.left_out
    data = {
        "path": str(file),
        "notes": len(found.notes),
        "cards": len(found.cards),
        "known": arrival.known,
        "files": {path: len(items) for path, items in arrival.new.items()},
        "answers": arrival.home.answers,
        "answers_here": arrival.home.here,
        "answers_of_no_card": arrival.home.nowhere,
        "incomplete": list(arrival.home.incomplete),
        "otherwise": list(arrival.home.otherwise),
        "media": len(media),
        "media_missing": missing,
        "kept_as_html": [*map(str, arrival.kept_as_html)],
        "left_out": [*map(str, left_out)],
        "notices": [*map(str, arrival.notices)],
        "written": not dry_run,
    }
    if as_json:
        write_json(data)
        return
    _tell(place, arrival, data)
    _tell_each("Kept as HTML", in_short(arrival.kept_as_html), len(arrival.kept_as_html))
    _tell_each("Left out", in_short(left_out), len(left_out))
    _tell_each("Otherwise than in Anki", in_short(arrival.notices), len(arrival.notices))


# What comes of it ---------------------------------------------------------------------------------


def _arrival(
    place: Workplace, package: Package, phase: str
) -> tuple[Arrival, dict[str, bytes | Path], list[str]]:
    """What the package brings; the media that are new: path in the vault -> content, or unpacked
    file; and the names of those that are nowhere.
    """
    from srs.anki.arrival import Vault, arrive  # noqa: PLC0415
    from srs.anki.days import Days  # noqa: PLC0415
    from srs.anki.foreign.decks import MEDIA  # noqa: PLC0415

    snapshot, root = place.snapshot, place.vault.root
    imported = {guid: dict(own) for one in snapshot.imported for guid, own in one.notes.items()}
    clashing = _clashing(package, root / MEDIA)
    vault = Vault(
        ours=_ours(place, package),
        imported=imported,
        here=_here(place),
        said_of=snapshot.said_of,
        text_of=lambda path: place.vault.text(path) if (root / path).exists() else "",
        renamed=clashing,
        tags=snapshot.tags_in_anki,
        exported=snapshot.exported_tags(),
    )
    days = Days.at(now(), package.collection.rollover)
    with _progress("Reading notes") as tick:
        arrival = arrive(package.collection, vault, days, phase, tick)
    packed = {other: name for name, other in clashing.items()}
    wanted = {
        name: packed.get(name, name) for name in arrival.media if not (root / MEDIA / name).exists()
    }
    inlined = {f"{MEDIA}/{name}": arrival.inlined[name] for name in wanted & arrival.inlined.keys()}
    missing = [
        name
        for name, one in wanted.items()
        if one not in package.media and name not in arrival.inlined
    ]
    new = {name: one for name, one in wanted.items() if one in package.media}
    with _progress("Unpacking media") as tick:
        files = package.extract(new.values(), tick)
    unpacked = {f"{MEDIA}/{name}": files[one] for name, one in new.items()}
    return arrival, inlined | unpacked, missing


def _ours(place: Workplace, package: Package) -> Cards:
    """The notes that came from this vault."""
    from srs.anki import names  # noqa: PLC0415

    snapshot = place.snapshot
    found = dict(names.known(snapshot.known_items(), snapshot.exported.items))
    for note in package.collection.notes:
        if note.guid not in found and (own := snapshot.cards_of(ItemId(note.guid))):
            # The history that knew it is gone.
            found[note.guid] = {names.ordinal(card): card.id for card in own}
    return found


def _here(place: Workplace) -> frozenset[str]:
    """The `^ids` for which nothing is written: those in notes, and those that a person has taken
    out of a file that is still there.
    """
    snapshot = place.snapshot
    there = {card.item.explicit for card in snapshot.cards}
    once = {item for one in snapshot.imported for item in one.items}
    for item in once - there:
        known = snapshot.known(ItemId(item))
        if known and (place.vault.root / known.latest.path).exists():
            there.add(item)
    return frozenset(there)


def _clashing(package: Package, folder: Path) -> dict[str, str]:
    """Media of the package whose names are another file's in the vault -> their names there."""
    from srs.model import digest  # noqa: PLC0415

    there = [name for name in package.media if (folder / name).exists()]
    found = {}
    for name, file in package.extract(there).items():
        content = file.read_bytes()
        if content != (folder / name).read_bytes():
            stem, dot, suffix = name.rpartition(".")
            found[name] = f"{stem}-{digest(content.hex(), size=6)}{dot}{suffix}"
    return found


# Writing ------------------------------------------------------------------------------------------


def _write(place: Workplace, arrival: Arrival, media: Mapping[str, bytes | Path]) -> None:
    """All of it, or nothing: files first, taken back if the history cannot be written."""
    root = place.vault.root
    files: dict[Path, bytes | Path] = {root / path: file for path, file in media.items()}
    files |= {root / path: text.encode() for path, text in arrival.files.items()}
    for path, text in arrival.files.items():
        there = place.vault.text(path) if (root / path).exists() else ""
        if not text.startswith(there.rstrip()):
            raise Trouble(f"{path} was changed in the meantime.", "Import again.")
    new = arrival.imported.notes or arrival.imported.tags
    bodies: list[Body] = [arrival.imported] if new else []
    with _taken_back(place, files):
        place.vault.write(files)
        if files:
            place.rescan()
        if bodies or arrival.home.events:
            place.write(bodies, arrival.home.events)


@contextmanager
def _stoppable() -> Iterator[None]:
    """While it lasts, who stops it by any signal leaves nothing behind, and is told so."""
    said = "Stopped. Nothing was changed."
    try:
        with leaving_well(said):
            yield
    except KeyboardInterrupt:
        say(said)
        raise


@contextmanager
def _taken_back(place: Workplace, files: Iterable[Path]) -> Iterator[None]:
    """Where this fails or is stopped, these files are as they were before."""
    before = {path: path.read_bytes() for path in files if path.exists()}
    new = [path for path in files if path not in before]
    folders = {folder for path in new for folder in path.parents if not folder.exists()}
    try:
        yield
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):
                folder.rmdir()
        place.vault.write(before)
        raise


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, once it is worth one."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    start = monotonic()
    with ExitStack() as until_done:
        bar: ProgressBar[int] | None = None

        def tick(done: int, of: int) -> None:
            nonlocal bar
            if bar is None and monotonic() - start > _SOON:
                shown = click.progressbar(length=of, label=what, file=sys.stderr)
                bar = until_done.enter_context(shown)
            if bar is not None:
                bar.update(done - bar.pos)

        yield tick


_SOON = 0.5
"""Seconds that one waits without wondering."""


# Telling ------------------------------------------------------------------------------------------


def _tell(place: Workplace, arrival: Arrival, data: Mapping[str, Any]) -> None:
    would = "" if data["written"] else "would be "
    tell(f"{data['path']}: {counted(data['notes'], 'note')}, {counted(data['cards'], 'card')}.")
    for path, new in data["files"].items():
        tell(f"{path}: {counted(new, 'item')} {would}written.")
    if data["known"]:
        tell(f"{counted(data['known'], 'note')} came from this vault.")
    if data["answers"] or data["answers_here"]:
        here = f"; {data['answers_here']} were here already" if data["answers_here"] else ""
        tell(f"{counted(data['answers'], 'answer')} {would}brought home{here}.")
    if data["answers_of_no_card"]:
        answers = counted(data["answers_of_no_card"], "answer")
        tell(f"{answers} of cards that are not here: left out.")
    cards = partial(_cards, place, arrival)
    _tell_each("Cards whose log does not begin with the first answer", cards(data["incomplete"]))
    _tell_each("Cards of which Anki has another memory", cards(data["otherwise"]))
    _tell_each("Media that the package names and does not hold", data["media_missing"])


def _cards(place: Workplace, arrival: Arrival, ids: Sequence[CardId]) -> list[str]:
    """Where cards are, or will be, and what they ask; as many as are shown."""
    new = {
        f"{item.explicit}-{face.key}": (item, face)
        for own in arrival.new.values()
        for item in own
        for face in item.faces
    }
    lines = []
    for id_ in ids[:_MOST]:
        card = place.snapshot.card(id_)
        item, face = (card.item, card.face) if card else new.get(id_, (None, None))
        shown = f"{item.path}:{item.line}: {first_line(face.prompt)}" if item and face else id_
        lines.append(shown)
    return [*lines, *ids[_MOST:]]


def _tell_each(what: str, lines: Sequence[str], count: int = 0) -> None:
    """So many lines as one reads. `count` is how many they stand for, if not one each."""
    if not lines:
        return
    tell(f"{what} ({count or len(lines):,}):")
    for line in lines[:_MOST]:
        tell(f"  {' '.join(line.split())}")
    if len(lines) > _MOST:
        tell(f"  and {len(lines) - _MOST:,} more; `--json` has all.")


_MOST = 10
"""Lines of a kind that are told."""
