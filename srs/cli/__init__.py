"""The command line: one file a command, loaded when it is called. The door to click."""

from __future__ import annotations

import importlib
import io
import sys
from typing import TYPE_CHECKING

import click

from srs import __version__
from srs.cli.common import vault_option
from srs.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COMMANDS = {
    "init": "a new vault: roadmap, a starter note",
    "status": "today: phase, slot, what the next session holds",
    "review": "the session: as many cards as are worth your minutes",
    "new": "a note on a topic, from the template",
    "check": "problems in notes, roadmap and history",
    "cards": "list, search, show, suspend, resume",
    "export": "an Anki package, tagged by phase",
    "history": "what happened, and whose it is",
}
"""Command -> its line in the list of commands; each is the module of this name."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"srs.cli.{cmd_name}").command
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


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit code: 0 well, 1 failed, 2 used wrongly.

    Raises OSError when the output cannot be written.
    """
    # A file name may hold bytes that are no text, and so may what is typed.
    for stream, errors in (
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
        (sys.stdin, "replace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)
    try:
        code = srs.main(arguments, prog_name="srs", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 1
    except Trouble as trouble:
        click.echo(f"srs: {trouble}", err=True)
        if trouble.hint:
            click.echo(f"     {trouble.hint}", err=True)
        return 1
    return code if isinstance(code, int) else 0
