"""The commands: one file each, loaded when it is called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from srs import __version__
from srs.cli.options import vault_option

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "init": "a new vault: roadmap, a starter note",
    "status": "today: phase, slot, what the next session holds",
    "review": "the session: as many cards as are worth your minutes",
    "quiz": "questions over many topics, and the score",
    "new": "a note on a topic, from the template",
    "check": "problems in notes, roadmap and history",
    "cards": "list, search, show, suspend, resume",
    "export": "an Anki package, tagged by phase",
    "import": "an Anki package: its notes, and answers that come home",
    "history": "what happened, and whose it is",
}
"""Command -> its line in the list of commands; each is the module of this name."""
_MODULES = {"import": "importing"}
"""Where that is no name for a module."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = importlib.import_module(f"srs.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="srs %(version)s")
@vault_option
def srs(folder: Path | None) -> None:
    """Spaced repetition for Markdown notes in git, planned for one honest half-hour a week."""
    del folder  # the command takes it from here
