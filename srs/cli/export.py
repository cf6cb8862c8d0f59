"""`srs export`: an Anki package."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from srs.cli.common import (
    Misuse,
    Workplace,
    notice_changes,
    now,
    resolve_phase,
    resolve_topic,
    say,
    tell,
    warn_of_problems,
    write_json,
)
from srs.cli.options import json_option, vault_option
from srs.model import Trouble
from srs.ui.text import counted

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from srs.anki.packing.export import Export, Gone, Package
    from srs.anki.packing.prepared import Prepared
    from srs.model import Card
    from srs.vault import Snapshot


@click.command()
@click.option("--phase", help="Only this phase (phase-2, or 2).")
@click.option("--topic", help="Only this topic.")
@click.option("--tag", "tags", multiple=True, help="Only what has this tag, or any of several.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file, or with --per-phase the folder (default: build/roadmap.apkg, or build/).",
)
@click.option("--per-phase", is_flag=True, help="A package for each phase.")
@click.option(
    "--with-history",
    is_flag=True,
    help="With schedule and log, for cards that Anki does not have yet.",
)
@json_option
@vault_option
def command(
    *,
    output: Path | None,
    per_phase: bool,
    with_history: bool,
    as_json: bool,
    folder: Path | None,
    **wished: Any,
) -> None:
    """Write the cards as an Anki package: a deck a topic, each note tagged with its phase.

    Importing a later export updates edited notes in Anki and keeps their reviews. What is in no
    note any more is tagged srs::retired.
    """
    place = Workplace.open(folder)
    place.confirm_owner()
    snapshot = place.snapshot
    wished["phase"] = resolve_phase(snapshot, wished["phase"])
    wished["topic"] = resolve_topic(snapshot, wished["topic"])
    if output and output.is_dir() != per_phase and output.exists():
        raise Misuse(f"{output} is {'no folder' if per_phase else 'a folder'}.")
    notice_changes(snapshot)
    warn_of_problems(snapshot)
    with tempfile.TemporaryDirectory(prefix="srs-") as made:
        wished["per_phase"] = per_phase
        unsure, theirs = _unsure(snapshot), _in_anki(snapshot)

        here = _prepared(place, unsure, theirs)
        export = _exported(place, here, wished, Path(made), with_history=with_history)
        if not export.packages:
            raise Trouble("There are no cards to export.", "`srs cards` lists what there is.")
        build = place.vault.root / "build"
        targets = {
            (output or build) / f"{package.phase or 'no-phase'}.apkg"
            if per_phase
            else output or build / "roadmap.apkg": package
            for package in export.packages
        }
        # First the history: a package that the history does not know of could not be updated.
        for part in export.exported.parts():
            place.write([part])
        if snapshot.pending:
            place.record()
        place.vault.write({target: package.file for target, package in targets.items()})
    if unsure:
        edited = counted(len(unsure), "edited item")
        say(
            f"Left out: {edited} of which it is not sure which note it is. "
            "`srs review` asks; see `srs history --pending`."
        )
    if theirs:
        notes = counted(len(theirs), "note")
        say(f"Left out: {notes} that came from your Anki; they are there already.")
    for missing in export.missing:
        say(f"{missing} is no image or sound in this vault; it is missing in Anki too.")
    if export.retired:
        notes = counted(export.retired, "note")
        say(f"{notes} of what is in no note any more: tagged srs::retired.")
    place.leave()
    data = [_data(target, package) for target, package in targets.items()]
    changed = len(export.exported.items)
    if as_json:
        first = data[0] if not per_phase else {"packages": data}
        write_json({**first, "changed": changed, "retired": export.retired})
        return
    for target, package in targets.items():
        tell(
            f"{target}: {counted(package.notes, 'note')}, {counted(package.cards, 'card')} in "
            f"{counted(len(package.decks), 'deck')}."
        )
    tell(f"{changed} new or changed.")


def _exported(
    place: Workplace,
    here: Iterable[Prepared],
    wished: Mapping[str, Any],
    folder: Path,
    *,
    with_history: bool,
) -> Export:
    """Packages of the vault's items, written into a folder."""
    from srs.anki.packing.export import Known, Wanted, export  # noqa: PLC0415 - genanki loads slowly

    snapshot = place.snapshot
    known = Known(
        snapshot.roadmap,
        snapshot.exported,
        snapshot.standing if with_history else None,
        snapshot.suspended,
        snapshot.tags_in_anki,
    )
    return export(here, partial(_gone, place), known, Wanted(**wished), now(), folder)


def _prepared(
    place: Workplace, unsure: Container[tuple[str, str]], theirs: Container[str]
) -> Iterator[Prepared]:
    """The items of the vault, without those that are left out."""
    from srs.anki.packing.prepared import of_text, text_of  # noqa: PLC0415 - with genanki

    def make(cards: Sequence[Card]) -> Prepared:
        from srs.anki.packing.rendering import prepare  # noqa: PLC0415 - only for what has changed

        return prepare(cards, place.vault.media)

    made = place.snapshot.each_made(make, text_of, of_text)
    return (one for one in made if (one.path, one.content) not in unsure and one.item not in theirs)


def _unsure(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """Path and content of each item of which it is not sure whether it is one that Anki has.

    Exported as a new one it would be there twice.
    """
    return frozenset(
        (change.path, change.content)
        for change in snapshot.changes
        if change.what == "unsure" and change.item in snapshot.exported.items
    )


def _in_anki(snapshot: Snapshot) -> frozenset[str]:
    """Items that came from the learner's own Anki, where they would be twice."""
    return frozenset(item for one in snapshot.imported if one.in_anki for item in one.items)


def _gone(place: Workplace, guid: str) -> Gone | None:
    """An item that was exported once and is in no note now, as this note of Anki was last."""
    from srs import identity  # noqa: PLC0415 - only where one is gone
    from srs.anki import names  # noqa: PLC0415
    from srs.anki.packing.export import Gone  # noqa: PLC0415
    from srs.anki.packing.rendering import prepare  # noqa: PLC0415
    from srs.notes.recorded import recorded  # noqa: PLC0415

    snapshot = place.snapshot
    before = snapshot.exported.items[guid]
    known = snapshot.became(names.item_of(guid))
    last = known and names.last_of(guid, known, before.type)
    item = last and recorded(last)
    if not known or not last or not item:
        return None
    cards = identity.match({known.id: known}, [item]).cards
    doubtful = any(one.what == "unsure" and one.item == known.id for one in snapshot.changes)
    path = PurePosixPath(last.path)
    hidden = any(str(one) in snapshot.faulty for one in (path, *path.parents))
    prepared = prepare(cards, place.vault.media, before.media)
    return Gone(prepared, not hidden and not doubtful)


def _data(target: Path, package: Package) -> dict[str, Any]:
    return {
        "path": str(target),
        "notes": package.notes,
        "cards": package.cards,
        "decks": list(package.decks),
        "media": package.media,
    }
