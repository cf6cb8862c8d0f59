"""The command line. Commands are declared with click, to which srs.cli is the door."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from srs.cli.common import Misuse, Workplace, say
from srs.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    arguments = sys.argv[1:] if arguments is None else [*arguments]
    try:
        # The Friday command has nothing to parse: it starts a quarter sooner without the parser.
        return _review() if arguments == ["review"] else _parsed(arguments)
    except Misuse as misuse:
        say(f"Error: {misuse}")
        return 2
    except KeyboardInterrupt:
        return 1
    except Trouble as trouble:
        say(f"srs: {trouble}")
        if trouble.hint:
            say(f"     {trouble.hint}")
        return 1


def _review() -> int:
    from srs.cli.sitting import sit  # noqa: PLC0415 - only for this command
    from srs.plan import Wish  # noqa: PLC0415

    folder = os.environ.get("SRS_VAULT")
    sit(Workplace.open(Path(folder) if folder else None), Wish(), plain=False)
    return 0


def _parsed(arguments: Sequence[str]) -> int:
    import click  # noqa: PLC0415 - see above

    from srs.cli.commands import srs  # noqa: PLC0415

    try:
        code = srs.main(arguments, prog_name="srs", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 1
    return code if isinstance(code, int) else 0
