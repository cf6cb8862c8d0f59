"""`srs export`: an Anki package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs import plan as planning
from srs.cli.common import (
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
    from srs.model import Body


@click.command()
@click.option("--phase", help="Only this phase (phase-2, or 2).")
@click.option("--topic", help="Only this topic.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file (default: build/roadmap.apkg in the vault).",
)
@json_option
@vault_option
def command(
    phase: str | None, topic: str | None, output: Path | None, as_json: bool, folder: Path | None
) -> None:
    """Write the cards as an Anki package: a deck a topic, each note tagged with its phase.

    Importing a later export updates edited notes in Anki and keeps their reviews.
    """
    from srs.anki.export import export as package_of  # noqa: PLC0415 - genanki loads slowly

    place = Workplace.open(folder)
    place.confirm_owner()
    snapshot = place.snapshot
    wish = planning.Wish(phase=resolve_phase(snapshot, phase), topic=resolve_topic(snapshot, topic))
    cards = [
        card
        for card in planning.in_roadmap_order(snapshot.cards, snapshot.roadmap)
        if wish.allows(card)
    ]
    if not cards:
        raise Trouble("There are no cards to export.", "`srs cards` lists what there is.")
    notice_changes(snapshot)
    warn_of_problems(snapshot)
    package = package_of(cards, snapshot.roadmap, snapshot.state, now(), place.vault.media)
    target = output or place.vault.root / "build" / "roadmap.apkg"
    # First the history: a package that the history does not know of could not be updated.
    bodies: list[Body] = [package.exported] if package.exported.items else []
    if bodies or snapshot.pending:
        place.write(bodies)
    place.vault.write({target: package.data})
    for missing in package.missing:
        say(f"{missing} is no image or sound in this vault; it is missing in Anki too.")
    if as_json:
        write_json(
            {
                "path": str(target),
                "notes": package.notes,
                "cards": package.cards,
                "decks": list(package.decks),
                "media": package.media,
                "changed": len(package.exported.items),
            }
        )
    else:
        tell(
            f"{target}: {counted(package.notes, 'note')}, {counted(package.cards, 'card')} in "
            f"{counted(len(package.decks), 'deck')}; {len(package.exported.items)} new or changed."
        )
