"""`srs init`: a new vault."""

from __future__ import annotations

import os
import re
import shlex
from datetime import date, datetime
from importlib import resources
from pathlib import Path

import click

from srs import roadmap, vault
from srs.cli.common import tell, today
from srs.model import Trouble


@click.command()
@click.argument("directory", required=False, default=".", type=click.Path(path_type=Path))
@click.option(
    "--start", type=click.DateTime(["%Y-%m-%d"]), help="First day of the roadmap (default: today)."
)
def command(directory: Path, start: datetime | None) -> None:
    """Make a vault in DIRECTORY (default: here): a roadmap that starts today, and a first note."""
    files = {directory / name: data for name, data in _files(start.date() if start else today())}
    there = sorted(str(path) for path in files if os.path.lexists(path))
    if there:
        raise Trouble(
            f"{', '.join(there)} is there already; nothing was written.",
            "Name an empty directory, or begin notes with `srs new TOPIC`.",
        )
    vault.Vault(directory).write(files)
    for path in files:
        tell(path)
    where = "" if directory == Path() else f"cd {shlex.quote(str(directory))} && "
    tell(f"Next: {where}srs review")


def _files(start: date) -> list[tuple[str, bytes]]:
    folder = resources.files("srs.template")

    def text(name: str) -> str:
        return folder.joinpath(name).read_text("utf-8")

    return [
        (vault.ROADMAP, shifted(text("roadmap.yaml"), start).encode()),
        ("notes/start-here.md", text("start-here.md").encode()),
        (".gitattributes", text("gitattributes").encode()),
        (".gitignore", b"build/\n"),
    ]


def shifted(text: str, start: date) -> str:
    """A roadmap's text with all its dates moved, so that it starts on that day."""
    first = roadmap.parse(vault.ROADMAP, text)[0].start
    if first is None:
        return text
    by = start - first
    if by > date.max - date(2100, 1, 1):
        raise click.BadParameter("The roadmap would end after the last of all days.")

    def moved(match: re.Match[str]) -> str:
        return (date.fromisoformat(match[0]) + by).isoformat()

    text = re.sub(r"\b\d{4}-\d\d-\d\d\b", moved, text)
    return text.replace(f"({first.year})", f"({(first + by).year})")
