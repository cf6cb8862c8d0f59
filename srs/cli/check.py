"""`srs check`: problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srs.cli.common import Workplace, json_option, tell, vault_option, write_json
from srs.model import Severity
from srs.ui.text import counted

if TYPE_CHECKING:
    from pathlib import Path

    from srs.model import Problem, Snapshot


@click.command()
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@json_option
@vault_option
def command(strict: bool, as_json: bool, folder: Path | None) -> None:
    """List every problem in notes, roadmap and history, with its place and what to do.

    Exit code 1 when there are errors (with --strict, warnings too).
    """
    snapshot = Workplace.open(folder).snapshot
    if as_json:
        write_json(_data(snapshot))
    else:
        for problem in snapshot.problems:
            tell(str(problem))
            if problem.hint:
                tell(f"    {problem.hint}")
        tell(_total(snapshot))
    failing = {Severity.ERROR, *((Severity.WARNING,) if strict else ())}
    if any(problem.severity in failing for problem in snapshot.problems):
        click.get_current_context().exit(1)


def _items(snapshot: Snapshot) -> int:
    return len({card.item.id for card in snapshot.cards})


def _total(snapshot: Snapshot) -> str:
    found = [problem.severity for problem in snapshot.problems]
    return (
        f"{counted(len(snapshot.notes), 'note')}, {counted(_items(snapshot), 'item')}, "
        f"{counted(len(snapshot.cards), 'card')}: "
        f"{counted(found.count(Severity.ERROR), 'error')}, "
        f"{counted(found.count(Severity.WARNING), 'warning')}."
    )


def _data(snapshot: Snapshot) -> dict[str, object]:
    return {
        "notes": len(snapshot.notes),
        "items": _items(snapshot),
        "cards": len(snapshot.cards),
        "problems": [_problem(problem) for problem in snapshot.problems],
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
