"""Options that commands share."""

from __future__ import annotations

from pathlib import Path

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Data on stdout, as JSON.")


def _nearest_vault(
    ctx: click.Context, parameter: click.Parameter, folder: Path | None
) -> Path | None:
    """`srs --vault A status` names it too; what stands nearer to the command goes first."""
    here = ctx.get_parameter_source(parameter.name or "")
    above: Path | None = ctx.parent.params.get("folder") if ctx.parent else None
    return folder if here is click.core.ParameterSource.COMMANDLINE else above or folder


vault_option = click.option(
    "--vault",
    "folder",
    envvar="SRS_VAULT",
    callback=_nearest_vault,
    type=click.Path(path_type=Path),
    help="The vault (default: this directory or a parent with decks/).",
)
