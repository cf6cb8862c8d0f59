"""`srs check`: problems, and why a line is (no) card."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srs.cli.common import Workplace, all_problems, tell, write_json
from srs.cli.options import json_option, vault_option
from srs.model import Severity, Trouble
from srs.ui.text import counted, first_line, one_line

if TYPE_CHECKING:
    from srs.model import Problem
    from srs.vault import Snapshot


@click.command()
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How problems are written; github: as annotations of a workflow.",
)
@click.option(
    "--explain", metavar="FILE:LINE", help="Tell why this line is, or is not, part of a card."
)
@json_option
@vault_option
def command(
    strict: bool, form: str, explain: str | None, as_json: bool, folder: Path | None
) -> None:
    """List every problem in notes, roadmap and history, with its place and what to do.

    Exit code 1 when there are errors (with --strict, warnings too).
    """
    place = Workplace.open(folder)
    if explain is not None:
        _explain(place, explain, as_json=as_json or form == "json")
        return
    snapshot, root = place.snapshot, place.vault.root
    problems = all_problems(snapshot)
    if as_json or form == "json":
        write_json(_data(snapshot, problems))
    elif form == "github":
        for problem in problems:
            tell(_annotation(problem, root))
    else:
        for problem in problems:
            shown = problem._replace(path=_here(root, problem.path))
            tell(one_line(str(shown)))
            if problem.hint:
                tell(f"    {one_line(problem.hint)}")
        tell(_total(snapshot, problems))
    failing = {Severity.ERROR, *((Severity.WARNING,) if strict else ())}
    if any(problem.severity in failing for problem in problems):
        click.get_current_context().exit(1)


def _here(root: Path, path: str) -> str:
    """The path as it can be opened from here: relative to this directory, if the vault is near."""
    root, here = root.resolve(), Path.cwd().resolve()
    near = root.is_relative_to(here) or here.is_relative_to(root)
    return Path(os.path.relpath(root / path, here)).as_posix() if near else path


def _annotation(problem: Problem, root: Path) -> str:
    """A workflow command of GitHub Actions, which shows the problem beside its line."""

    def escaped(text: str, more: tuple[tuple[str, str], ...] = ()) -> str:
        for mark, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *more):
            text = text.replace(mark, code)
        return text

    properties = {
        "file": _here(root, problem.path),
        "line": str(problem.line),
        "col": str(problem.column),
        "title": f"srs: {problem.code}",
    }
    in_property = ((":", "%3A"), (",", "%2C"))
    listed = ",".join(f"{key}={escaped(text, in_property)}" for key, text in properties.items())
    return f"::{problem.severity} {listed}::{escaped(f'{problem.message} {problem.hint}'.strip())}"


# Explaining -------------------------------------------------------------------------------------


def _explain(place: Workplace, where: str, *, as_json: bool) -> None:
    found = re.fullmatch(r"(.+?):(\d+)(?::\d+)?", where)
    name, number = found.groups() if found else ("", "")
    if not name or not number.isdecimal():
        raise click.BadParameter(f"{where} is no FILE:LINE.", param_hint="--explain")
    path = _vault_path(place.vault.root, name)
    from srs.notes.explain import explain  # noqa: PLC0415 - markdown-it is not always needed

    try:
        said, item = explain(path, place.vault.text(path), int(number))
    except IndexError as error:
        raise Trouble(f"{path} has no line {number}.", "Lines count from 1.") from error
    said += tuple(
        f"{one.severity.capitalize()}: {one.message} {one.hint}".rstrip()
        for one in all_problems(place.snapshot)
        if (one.path, one.line) == (path, int(number))
        and not any(one.message in sentence for sentence in said)
    )
    cards = [
        card
        for card in place.snapshot.cards
        if item and (card.item.path, card.item.line) == (item.path, item.line)
    ]
    if as_json:
        data = [{"id": card.id, "prompt": card.face.prompt} for card in cards]
        write_json({"path": path, "line": int(number), "said": list(said), "cards": data})
        return
    for sentence in said:
        tell(sentence)
    for card in cards:
        tell(f"    {card.id}: {first_line(card.face.prompt)}")


def _vault_path(root: Path, name: str) -> str:
    """The vault's path of a file that is named from here, or from the vault."""
    for file in (Path(name), root / name):
        if file.is_file() and file.resolve().is_relative_to(root.resolve()):
            return file.resolve().relative_to(root.resolve()).as_posix()
    raise Trouble(f"There is no file {name} in this vault.", "Name it from here or from the vault.")


# Listing ----------------------------------------------------------------------------------------


def _items(snapshot: Snapshot) -> int:
    return len({card.item.id for card in snapshot.cards})


def _total(snapshot: Snapshot, problems: tuple[Problem, ...]) -> str:
    found = [problem.severity for problem in problems]
    return (
        f"{counted(len(snapshot.notes), 'note')}, {counted(_items(snapshot), 'item')}, "
        f"{counted(len(snapshot.cards), 'card')}: "
        f"{counted(found.count(Severity.ERROR), 'error')}, "
        f"{counted(found.count(Severity.WARNING), 'warning')}."
    )


def _data(snapshot: Snapshot, problems: tuple[Problem, ...]) -> dict[str, object]:
    return {
        "notes": len(snapshot.notes),
        "items": _items(snapshot),
        "cards": len(snapshot.cards),
        "problems": [_problem(problem) for problem in problems],
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }
