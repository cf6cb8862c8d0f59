"""`srs history`: what happened, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srs import events, history
from srs.cli.common import Workplace, json_option, tell, vault_option, write_json
from srs.model import Unknown
from srs.vault import HISTORY

if TYPE_CHECKING:
    from pathlib import Path

    from srs.model import Event


@click.group(invoke_without_command=True)
@click.option("--last", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@json_option
@vault_option
@click.pass_context
def command(ctx: click.Context, last: int, as_json: bool, folder: Path | None) -> None:
    """List the newest events."""
    ctx.obj = folder
    if ctx.invoked_subcommand is not None:
        return
    place = Workplace.open(folder)
    newest = history.read(place.vault.root / HISTORY, HISTORY).events[-last:]
    if as_json:
        write_json([_data(event) for event in newest])
        return
    for event in newest:
        data = _data(event)
        about = data.get("card") or data.get("item") or data.get("of") or ""
        grade = f" grade {data['grade']}" if "grade" in data else ""
        tell(f"{event.day} {event.device:10} {data['event']:8} {about}{grade}")


@command.command()
@click.pass_obj
def aside(folder: Path | None) -> None:
    """Set other devices' events aside: they are somebody else's and no longer count here."""
    place = Workplace.open(folder)
    moved = place.vault.set_aside(place.device)
    tell(f"Other devices' events are in {moved} and no longer count.")


def _data(event: Event) -> dict[str, Any]:
    body = event.body
    fields = {"event": body.event} if isinstance(body, Unknown) else events.encode(body)
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "day": event.day,
        "device": event.device,
        **fields,
    }
