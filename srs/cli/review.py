"""`srs review`: the session."""

from __future__ import annotations

import math
import os
import shlex
import signal
import sys
import time
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from srs import plan as planning
from srs.cli.common import (
    Workplace,
    card_place,
    dated,
    json_option,
    next_waiting,
    notice_changes,
    resolve_phase,
    resolve_topic,
    tell,
    today,
    vault_option,
    warn_of_problems,
    write_json,
)
from srs.memory import fsrs
from srs.model import CardId, Grade, Review, Undo
from srs.session import Session, Turn, grades, lapsed
from srs.ui.lines import Lines
from srs.ui.review import Desk, review
from srs.ui.text import counted, duration, first_line, long_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from srs.model import Body, Card, Event, Roadmap
    from srs.plan import Plan, Waiting, Wish
    from srs.ui.review import Face


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
    if not only_plan:
        place.confirm_owner()
    snapshot = place.snapshot
    wish = planning.Wish(minutes, resolve_phase(snapshot, phase), resolve_topic(snapshot, topic))
    if as_json:
        write_json(_plan_data(planning.plan(snapshot.deck, today(), wish)))
        return
    notice_changes(snapshot)
    warn_of_problems(snapshot)
    if not (only_plan or plain) and _is_terminal() and not _settled(place):
        return
    plan = planning.plan(place.snapshot.deck, today(), wish)
    if only_plan:
        _show_plan(plan, snapshot.roadmap)
    else:
        _run(place, plan, wish, plain=plain)


def _settled(place: Workplace) -> bool:
    """Ask about identities what is to be asked; whether the person goes on to the session."""
    if not any(change.what in ("edited", "unsure") for change in place.snapshot.changes):
        return True
    from srs.ui.asking import doubts, reworded, settle  # noqa: PLC0415 - only after edits
    from srs.ui.keys import keys  # noqa: PLC0415
    from srs.ui.terminal import Terminal  # noqa: PLC0415

    if not (doubts(place.snapshot) or reworded(place.snapshot)):
        return True

    def keep(bodies: Sequence[Body]) -> None:
        if bodies or place.snapshot.pending:
            place.write(bodies)

    try:
        with _leaving_well(), keys(sys.stdin.fileno()) as key:
            return settle(place.snapshot, Terminal(key), keep)
    finally:
        # What was said changes which cards there are.
        place.rescan()


# Asking -----------------------------------------------------------------------------------------


def _run(place: Workplace, plan: Plan, wish: Wish, *, plain: bool) -> None:
    interactive = not plain and _is_terminal()
    seed = plan.day.isoformat()
    turns = tuple(Turn(one.card, one.seconds, seed=seed) for one in plan.cards)
    session = Session(turns, seconds=plan.minutes * 60)
    if turns:
        tell(_opening(plan))
    desk = _Desk(place, plan, lambda session: _summary(place, session, plan, wish))
    with _leaving_well(), _face(interactive) as face:
        session = review(session, face, desk.desk())
    if not desk.told:
        tell("")
        tell(_summary(place, session, plan, wish))


@contextmanager
def _leaving_well() -> Iterator[None]:
    """While it lasts, a signal to end ends the program with its terminal as it was before."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    names = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {name: signal.signal(name, leave) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _is_terminal() -> bool:
    """Whether single keys and a screen of its own make sense."""
    dumb = os.environ.get("TERM", "dumb") in ("dumb", "")
    return os.name == "posix" and sys.stdin.isatty() and sys.stdout.isatty() and not dumb


@contextmanager
def _face(interactive: bool) -> Iterator[Face]:
    if not interactive:
        yield Lines(_read_line, tell)
        return
    from srs.ui.keys import keys  # noqa: PLC0415 - rich and termios only for a terminal
    from srs.ui.terminal import Terminal  # noqa: PLC0415

    with keys(sys.stdin.fileno()) as key:
        face = Terminal(key)
        yield face
    face.close()


def _read_line() -> str | None:
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    return line.rstrip("\n") if line else None


class _Desk:
    """Keeps what was answered, so that the newest can be taken back."""

    def __init__(self, place: Workplace, plan: Plan, summary: Callable[[Session], str]) -> None:
        self._place = place
        self._summary = summary
        self.told = False
        """Whether the front end has shown the summary, as it is now."""
        self._day = plan.day
        self._cards = {one.card.id: one.card for one in plan.cards}
        self._seconds = {one.card.id: one.seconds for one in plan.cards}
        self._events: list[Event] = []
        self._undone: set[str] = set()

    def desk(self) -> Desk:
        return Desk(
            self._keep,
            self._tell,
            lambda: self._newest() is not None,
            self._take_back,
            self._dates,
            time.monotonic,
        )

    def _tell(self, session: Session) -> str:
        self.told = True
        return self._summary(session)

    def _keep(self, answer: Review) -> Event:
        (event,) = self._place.write([answer])
        self._events.append(event)
        return event

    def _take_back(self) -> tuple[Event, Turn | None] | None:
        event = self._newest()
        if event is None:
            return None
        self._place.write([Undo(event.id)])
        self._undone.add(event.id)
        self.told = False
        card = self._card(getattr(event.body, "card", CardId("")))
        if card is None or not isinstance(event.body, Review):
            return event, None
        # Practice of an earlier day gives the card its ordinary turn.
        cause = event.body.cause if event.day == self._day else ""
        seconds = self._seconds.get(card.id, 0.0)
        return event, Turn(card, seconds, cause, self._day.isoformat())

    def _card(self, id_: CardId) -> Card | None:
        """The card of that id, if it is in a note."""
        if id_ in self._cards:
            return self._cards[id_]
        return self._place.snapshot.card(id_)

    def _newest(self) -> Event | None:
        here = [event for event in self._events if event.id not in self._undone]
        if here:
            return here[-1]
        earlier = self._place.snapshot.undoable(self._place.device.name)
        undone = self._undone
        return next((e for e in earlier if not {e.id, getattr(e.body, "cause", "")} & undone), None)

    def _dates(self, turn: Turn) -> Mapping[Grade, date]:
        memory = fsrs.replay(planning.answers(self._live(turn.card)))
        retention = self._place.snapshot.roadmap.session.retention
        dates = {}
        for grade in Grade:
            # Practice changes no memory.
            then = memory if turn.cause and memory else fsrs.after(memory, grade, self._day)
            days = max(1, round(fsrs.days_until(then, retention)))
            dates[grade] = self._day + timedelta(days=min(days, 36_500))
        return dates

    def _live(self, card: Card) -> list[Event]:
        """The card's reviews that count for its memory now."""
        earlier = self._place.snapshot.remembered(card.id)
        here = (e for e in self._events if isinstance(e.body, Review) and e.body.card == card.id)
        return [event for event in (*earlier, *here) if event.id not in self._undone]


# Telling ----------------------------------------------------------------------------------------


def _opening(plan: Plan) -> str:
    seconds = sum(one.seconds for one in plan.cards)
    return (
        f"{long_day(plan.day)}: {counted(len(plan.cards), 'card')}, "
        f"about {counted(max(1, round(seconds / 60)), 'minute')}."
    )


def _summary(place: Workplace, session: Session, plan: Plan, wish: Wish) -> str:
    if not plan.cards and not session.done:
        return "\n".join(_nothing_to_do(place, plan, wish))
    done = [one for one in session.done if not one.turn.cause]
    spent = duration(sum(one.review.ms for one in session.done))
    said = ["Nothing answered."]
    if done:
        counts = grades(session.done)
        given = [f"{counts[g]} {g.name.lower()}" for g in reversed(Grade) if counts[g]]
        said = [f"Answered {counted(len(done), 'card')} in {spent}: {', '.join(given)}."]
    said += [
        f"Failed: {card.item.path}:{card.item.line}: {first_line(card.face.prompt)}"
        for card in lapsed(session.done)
    ]
    if session.turns and session.seconds <= 0:
        said.append("The minutes are spent; `srs review --minutes 10` goes on.")
    left = plan.left_out + len(session.turns)
    if left:
        said.append(f"Not asked today: {counted(left, 'card')} that would be worth it.")
    said += _next_waiting(plan, place.snapshot.roadmap)
    if done:
        following = planning.next_session(place.snapshot.roadmap, plan.day + timedelta(days=1))
        said.append(f"Next session: {long_day(following)}.")
    return "\n".join(said)


def _nothing_to_do(place: Workplace, plan: Plan, wish: Wish) -> list[str]:
    snapshot = place.snapshot
    if not snapshot.counts().cards:
        return ["There are no cards yet. `srs new TOPIC` begins a note."]
    if plan.minutes <= 0 and wish.minutes is None:
        said = ["Today's minutes are spent; `srs review --minutes 10` goes on."]
    else:
        said = ["Nothing is worth asking today."]
    following = planning.next_day_with_cards(snapshot.deck, plan.day, wish)
    if following:
        said.append(f"There will be cards on {long_day(following)}.")
    return said + _next_waiting(plan, snapshot.roadmap)


def _next_waiting(plan: Plan, roadmap: Roadmap) -> list[str]:
    waiting, more = next_waiting(plan.waiting)
    return _waiting(waiting, roadmap) + more


def _waiting(waiting: Sequence[Waiting], roadmap: Roadmap) -> list[str]:
    said = []
    for one in waiting:
        found = roadmap.topic(one.topic)
        name = found[1].id if found else shlex.quote(one.topic)
        said.append(
            f"Waiting: {counted(one.cards, 'new card')} on {one.topic}, from {dated(one.start)}; "
            f"now with `srs review --topic {name}`."
        )
    return said


def _show_plan(plan: Plan, roadmap: Roadmap) -> None:
    tell(_opening(plan) if plan.cards else f"{long_day(plan.day)}: no cards.")
    for one in plan.cards:
        where = f"{one.card.item.path}:{one.card.item.line}"
        tell(f"\n{where}: {first_line(one.card.face.prompt)}\n    {one.reason}")
    tell(f"\nLeft out: {counted(plan.left_out, 'card')}.")
    for line in _waiting(plan.waiting, roadmap):
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
