"""`srs review`: the session, or what it would be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from srs import plan as planning
from srs.cli import sitting, summary
from srs.cli.common import (
    Workplace,
    card_place,
    notice_changes,
    resolve_phase,
    resolve_topic,
    tell,
    today,
    warn_of_problems,
    write_json,
)
from srs.cli.options import json_option, vault_option
from srs.ui.text import counted, first_line, long_day

if TYPE_CHECKING:
    from pathlib import Path

    from srs.model import Roadmap
    from srs.plan import Plan


def _a_number(minutes: float | None) -> float | None:
    if minutes is not None and math.isnan(minutes):
        raise click.BadParameter("nan is no number of minutes.")
    return minutes


@click.command()
@click.option(
    "--minutes",
    type=click.FloatRange(0, 24 * 60, min_open=True),
    callback=lambda _context, _option, minutes: _a_number(minutes),
    help="How long; without it, what is left of today's minutes.",
)
@click.option("--phase", help="Only this phase, its new cards too (phase-2, or 2).")
@click.option("--topic", help="Only this topic, its new cards too.")
@click.option("--plain", is_flag=True, help="Line by line, without colour or cursor movement.")
@click.option("--plan", "only_plan", is_flag=True, help="Show what would be asked; ask nothing.")
@json_option
@vault_option
def command(
    minutes: float | None,
    phase: str | None,
    topic: str | None,
    plain: bool,
    only_plan: bool,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Ask the cards that are worth most, until the minutes are spent.

    Without a terminal, or with --plain, line by line: one line is the answer (may be empty), the
    next the grade (1 again, 2 hard, 3 good, 4 easy; empty is the proposed one), `u` takes back,
    `q` ends. Each card says what else it takes: numbers of options, letters of points, text.
    """
    if as_json and not only_plan:
        raise click.UsageError("--json goes with --plan.")
    place = Workplace.open(folder)
    phase, topic = resolve_phase(place.snapshot, phase), resolve_topic(place.snapshot, topic)
    wish = planning.Wish(minutes, phase, topic)
    if not only_plan:
        sitting.sit(place, wish, plain=plain)
        return
    plan = planning.plan(place.snapshot.deck, today(), wish)
    if as_json:
        write_json(_plan_data(plan))
        return
    notice_changes(place.snapshot)
    warn_of_problems(place.snapshot)
    _show_plan(plan, place.snapshot.roadmap)


def _show_plan(plan: Plan, roadmap: Roadmap) -> None:
    some = plan.cards or plan.repeats
    tell(summary.opening(plan) if some else f"{long_day(plan.day)}: no cards.")
    for one in plan.cards:
        where = f"{one.card.item.path}:{one.card.item.line}"
        tell(f"\n{where}: {first_line(one.card.face.prompt)}\n    {one.reason}")
    for again in plan.repeats:
        where = f"{again.card.item.path}:{again.card.item.line}"
        tell(f"\n{where}: {first_line(again.card.face.prompt)}\n    It failed today; for practice")
    tell(f"\nLeft out: {counted(plan.left_out, 'card')}.")
    for line in summary.waiting_lines(plan.waiting, roadmap):
        tell(line)


def _plan_data(plan: Plan) -> dict[str, Any]:
    return {
        "day": plan.day,
        "minutes": round(plan.minutes, 2),
        "cards": [
            {
                **card_place(one.card),
                "seconds": round(one.seconds, 1),
                "priority": round(one.priority, 4),
                "reason": one.reason,
            }
            for one in plan.cards
        ],
        "left_out": plan.left_out,
        "waiting": [
            {"topic": one.topic, "cards": one.cards, "from": one.start} for one in plan.waiting
        ],
    }
