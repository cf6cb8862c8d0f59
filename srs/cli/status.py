"""`srs status`: today."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from srs import plan as planning
from srs.cli.common import (
    Workplace,
    dated,
    next_waiting,
    notice_changes,
    tell,
    today,
    write_json,
)
from srs.cli.options import json_option, vault_option
from srs.model import WEEKDAYS, phase_name
from srs.ui.text import counted, long_day, short_day

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from srs.model import Phase, Roadmap
    from srs.vault import Snapshot


@click.command()
@click.option("--topics", is_flag=True, help="The roadmap's topics: cards, words, what is missing.")
@json_option
@vault_option
def command(topics: bool, as_json: bool, folder: Path | None) -> None:
    """Today: the phase, the day's slot, what the next session holds, what waits, problems."""
    place = Workplace.open(folder)
    snapshot, day = place.snapshot, today()
    if topics:
        _tell_topics(place, as_json=as_json)
        return
    plan = _next_plan(snapshot, day)
    data = _data(snapshot, day, plan)
    if as_json:
        write_json(data)
        return
    notice_changes(snapshot)
    _show(snapshot, day, plan, data)


def _stage(roadmap: Roadmap, day: date) -> str:
    if roadmap.start and day < roadmap.start:
        return "before"
    return "after" if roadmap.end and day > roadmap.end else "active"


def _phase(roadmap: Roadmap, day: date) -> Phase | None:
    return next((phase for phase in roadmap.phases if phase.start <= day <= phase.end), None)


def _next_plan(snapshot: Snapshot, day: date) -> planning.Plan:
    """The plan of the next session: today's if today is the day and there is time left."""
    on = planning.next_session(snapshot.roadmap, day)
    plan = planning.plan(snapshot.deck, on)
    if on == day and plan.minutes <= 0:
        following = planning.next_session(snapshot.roadmap, day + timedelta(days=1))
        plan = planning.plan(snapshot.deck, following)
    return plan


def _data(snapshot: Snapshot, day: date, plan: planning.Plan) -> dict[str, Any]:
    phase, counts = _phase(snapshot.roadmap, day), snapshot.counts()
    return {
        "day": day,
        "weekday": WEEKDAYS[day.weekday()],
        "slot": snapshot.roadmap.routine.get(day.weekday()),
        "roadmap": _stage(snapshot.roadmap, day),
        "phase": phase.id if phase else None,
        "next_session": {
            "day": plan.day,
            "minutes": round(plan.minutes, 2),
            "cards": len(plan.cards),
        },
        "notes": counts.notes,
        "cards": counts.cards,
        "seen": counts.answered,
        "problems": len(snapshot.problems),
    }


def _show(snapshot: Snapshot, day: date, plan: planning.Plan, data: dict[str, Any]) -> None:
    roadmap = snapshot.roadmap
    slot = data["slot"]
    tell(f"{long_day(day)}{f': {slot}' if slot else ''}")
    phase = _phase(roadmap, day)
    if phase:
        tell(f"{phase_name(phase.id)}, {phase.title}, until {short_day(phase.end)}")
    elif roadmap.start and roadmap.end:
        running = any(phase.start < day for phase in roadmap.phases) and any(
            day < phase.end for phase in roadmap.phases
        )
        said = {
            "before": f"The roadmap starts on {long_day(roadmap.start)}.",
            "after": f"The roadmap ended on {long_day(roadmap.end)}.",
            "active": "Between two phases." if running else "The roadmap runs, without a phase.",
        }
        tell(said[data["roadmap"]])
    minutes = max(round(sum(one.seconds for one in plan.cards) / 60), min(1, len(plan.cards)))
    tell(
        f"Next session: {long_day(plan.day)}, {counted(len(plan.cards), 'card')}, "
        f"about {counted(minutes, 'minute')} of {plan.minutes:.0f}"
    )
    waiting, more = next_waiting(plan.waiting)
    for one in waiting:
        tell(f"Waiting: {counted(one.cards, 'new card')} on {one.topic}, from {dated(one.start)}")
    for line in more:
        tell(line.removesuffix("."))
    tell(
        f"{counted(data['notes'], 'note')}, {counted(data['cards'], 'card')}, "
        f"{data['seen']} of them seen"
    )
    gone = sum(change.what == "gone" for change in snapshot.changes)
    if gone:
        tell(f"{counted(gone, 'item')} of the history in no note")
    if data["problems"]:
        tell(f"{counted(data['problems'], 'problem')}; see `srs check`")


# Topics -----------------------------------------------------------------------------------------


def _tell_topics(place: Workplace, *, as_json: bool) -> None:
    """A line for each topic of the roadmap: what its notes hold, and what nobody asks yet."""
    from srs import notes, subjects  # noqa: PLC0415 - the texts are read again for this

    rows: list[dict[str, Any]] = []
    for one in subjects.coverage(place.snapshot.roadmap, place.snapshot.notes):
        texts = [(note.path, place.vault.text(note.path)) for note in one.notes]
        rows.append(
            {
                "phase": one.phase,
                "id": one.topic.id,
                "topic": one.topic.title,
                "notes": [path for path, _ in texts],
                "items": sum(len(note.items) for note in one.notes),
                "cards": one.cards,
                "words": sum(notes.prose_words(notes.read(*text)) for text in texts),
                "subjects": list(one.topic.subjects),
                "missing": list(one.missing),
            }
        )
    if as_json:
        write_json(rows)
        return
    if not rows:
        tell("The roadmap has no topics.")
    width = max((len(row["id"]) for row in rows), default=0)
    for phase, group in groupby(rows, key=lambda row: row["phase"]):
        tell(phase_name(phase))
        for row in group:
            missing = f"; not asked yet: {', '.join(row['missing'])}" if row["missing"] else ""
            counts = f"{counted(row['cards'], 'card'):>9}, {counted(row['words'], 'word'):>10}"
            said = f"{counts}{missing}" if row["notes"] else f"  no note; `srs new {row['id']}`"
            tell(f"  {row['id']:{width}}  {said}")
    cards, done = sum(row["cards"] for row in rows), sum(not row["missing"] for row in rows)
    tell(
        f"{counted(cards, 'card')} on {counted(len(rows), 'topic')}, "
        f"{done} of them with every subject asked"
    )
