"""`srs new TOPIC`: a note from the template."""

from __future__ import annotations

import re
import sys
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

import click

from srs.cli.common import Workplace, resolve_phase, say, tell
from srs.cli.options import vault_option
from srs.cli.programs import open_in_editor
from srs.model import Trouble
from srs.notes.grammar import TAG
from srs.ui.text import printable

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("topic")
@click.option("--phase", help="The phase of a topic that is not on the roadmap.")
@vault_option
def command(topic: str, phase: str | None, folder: Path | None) -> None:
    """Begin a note on TOPIC, by its id or title on the roadmap, or any other name.

    On a terminal it is opened in $VISUAL or $EDITOR.
    """
    topic = topic.strip()
    if printable(topic) != topic or "\n" in topic or TAG.match(topic):
        raise click.UsageError(f"`{printable(topic)}` is no name for a topic.")
    place = Workplace.open(folder)
    found = place.snapshot.roadmap.topic(topic)
    phase_id = resolve_phase(place.snapshot, phase)
    if found and phase_id not in (None, found[0].id):
        raise click.UsageError(f"On the roadmap `{topic}` is in {found[0].id}.")
    phase_id = found[0].id if found else phase_id
    title, name = (found[1].title, found[1].id) if found else (topic, _slug(topic))
    path = "/".join(part for part in ("notes", phase_id, f"{name}.md") if part)
    written = [note.path for note in place.snapshot.notes if note.topic == title]
    target = place.vault.root / path
    if written or target.exists():
        there = written[0] if written else path
        raise Trouble(f"{there} is there already.", "Open it in your editor, and add to it.")
    details = found[1].details if found else ()
    template = resources.files("srs.template").joinpath("note.md").read_text("utf-8")
    text = Template(template).substitute(
        topic=_quoted(title),
        title=title,
        details="".join(f"- {detail}\n" for detail in details) or "- ...\n",
    )
    place.vault.write({target: text.encode()})
    tell(path)
    if sys.stdin.isatty() and sys.stdout.isatty():
        why = open_in_editor(target, line=text.count("\n", 0, text.index("## ")) + 1)
        if why:
            say(f"{why} The file is {target}.")


def _slug(topic: str) -> str:
    slug = re.sub(r"[^\w]+", "-", topic.casefold()).strip("-_")[:_LONGEST].strip("-_")
    if not slug:
        raise click.UsageError(f"`{topic}` gives no file name.")
    return slug


def _quoted(title: str) -> str:
    """A YAML text, quoted where it would be read as something else."""
    plain = re.fullmatch(r"[^\W\d_][\w ()&/.,'-]*", title) and title.casefold() not in _WORDS
    return title if plain else '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'


_LONGEST = 80
"""Characters of a file name, of which a letter may take three bytes and a name has 255."""
_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
