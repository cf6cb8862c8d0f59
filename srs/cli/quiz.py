"""`srs quiz`: questions over many topics, and the score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from srs.cli import quizzing, scores
from srs.cli.common import Workplace, resolve_phase, resolve_topic, tell, write_json
from srs.cli.options import json_option, vault_option

if TYPE_CHECKING:
    from pathlib import Path


def _some(_ctx: click.Context, _parameter: click.Parameter, minutes: float | None) -> float | None:
    if minutes is not None and not 0 < minutes < math.inf:
        raise click.BadParameter("it is a number of minutes above 0.")
    return minutes


@click.command()
@click.option("--phase", metavar="ID", help="Only this phase, its new cards too.")
@click.option("--topic", metavar="NAME", help="Only this topic, its new cards too.")
@click.option(
    "--count", "size", type=click.IntRange(1, 500), help="How many questions (default: 20)."
)
@click.option("--minutes", type=float, callback=_some, help="How long at most (15).")
@click.option("--seed", type=int, help="The same seed asks the same, on one day and vault.")
@click.option("--exam", is_flag=True, default=None, help="Say nothing of an answer until the end.")
@click.option("--new", "anew", is_flag=True, help="Begin another, though one is not finished.")
@click.option("--score", "only_score", is_flag=True, help="Show the newest quiz; ask nothing.")
@click.option("--plain", is_flag=True, help="Line by line, without colour or cursor movement.")
@json_option
@vault_option
def command(
    *,
    anew: bool,
    only_score: bool,
    plain: bool,
    as_json: bool,
    folder: Path | None,
    **wished: Any,
) -> None:
    """Ask questions over many topics, rather what may be forgotten, and score them.

    Where a topic has answers that are easily confused, a card becomes one to pick, and where its
    answer is short and exact, one to type. A quiz that was left goes on where it stood.
    """
    if as_json and not only_score:
        raise click.UsageError("--json goes with --score.")
    place = Workplace.open(folder)
    if only_score:
        _show(place, as_json=as_json)
        return
    wanted = quizzing.Wanted(**wished)
    phase = resolve_phase(place.snapshot, wanted.phase)
    topic = resolve_topic(place.snapshot, wanted.topic)
    quizzing.sit(place, wanted._replace(phase=phase, topic=topic), anew=anew, plain=plain)


def _show(place: Workplace, *, as_json: bool) -> None:
    begun, session = quizzing.newest(place.snapshot)
    if begun is None or session is None:
        if as_json:
            write_json(None)
        else:
            tell("There was no quiz yet.")
        return
    quiz = quizzing.body(begun)
    if as_json:
        write_json(scores.data(begun, quiz, session))
    else:
        tell("\n".join(scores.told(quiz, session)))
