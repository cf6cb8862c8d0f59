"""A session on a terminal or line by line, from the first question to the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs import plan as planning
from srs.cli import summary
from srs.cli.common import notice_changes, today, warn_of_problems
from srs.cli.desk import Sitting, is_terminal, settled
from srs.model import Answer
from srs.session import Session, Turn
from srs.ui.text import counted

if TYPE_CHECKING:
    from srs.cli.common import Workplace
    from srs.model import Card, Event
    from srs.plan import Plan, Wish


def sit(place: Workplace, wish: Wish, *, plain: bool) -> None:
    """Ask the cards that are worth most, until the minutes are spent."""
    place.confirm_owner()
    notice_changes(place.snapshot)
    warn_of_problems(place.snapshot)
    if not plain and is_terminal() and not settled(place):
        return
    plan = planning.plan(place.snapshot.deck, today(), wish)
    seed = plan.day.isoformat()
    turns = tuple(Turn(one.card, one.seconds, "", seed, one.recall) for one in plan.cards)
    practice = tuple(Turn(one.card, one.seconds, one.cause, seed) for one in plan.repeats)
    session = Session(turns, plan.minutes * 60, practice)
    opening = summary.opening(plan) if session.current else ""
    _Session(place, plan, wish).hold(session, opening, plain=plain)
    place.leave()


class _Session(Sitting):
    """The cards that were planned."""

    def __init__(self, place: Workplace, plan: Plan, wish: Wish) -> None:
        super().__init__(place, plan.day)
        self._plan = plan
        self._wish = wish
        self._planned = {one.card.id: one for one in plan.cards}

    def _summary(self, session: Session) -> str:
        return summary.told(self._place, session, self._plan, self._wish, self._day)

    def _reason(self, card: Card) -> str:
        planned = self._planned.get(card.id)
        return f"{planned.reason}." if planned else "You took back its answer."

    def _again(self, card: Card, event: Event) -> Turn | None:
        if isinstance(event.body, Answer):
            return None
        # What was answered today without that event comes back as practice.
        cause = self._place.snapshot.last_answer(card.id, self._day)
        planned = self._planned.get(card.id)
        seconds, recall = (planned.seconds, planned.recall) if planned else (0.0, None)
        return Turn(card, seconds, cause, self._day.isoformat(), recall)

    def _as_asked(self, before: Card, now: Card) -> Card:
        if before.id in self._planned:
            self._planned[now.id] = self._planned[before.id]._replace(card=now)
        return now

    def _shared(self, session: Session) -> tuple[Session, str]:
        """The session without what was answered elsewhere, and with the minutes that this left."""
        snapshot, day = self._place.snapshot, self._day
        elsewhere = [
            turn
            for turn in (*session.turns, *session.practice)
            if snapshot.last_answer(turn.card.id, day) != turn.cause
            or snapshot.rests(turn.card.id, day)
        ]
        seconds = session.seconds
        if self._wish.minutes is None and day == self._plan.day:
            seconds = planning.minutes_left(snapshot.deck, day) * 60
        said = f"Done elsewhere meanwhile: {counted(len(elsewhere), 'card')}, not asked here."
        return session.shared(elsewhere, seconds), said if elsewhere else ""
