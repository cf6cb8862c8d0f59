"""A session on a terminal or line by line, from the first question to the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs import plan as planning
from srs.cli import summary
from srs.cli.common import notice_changes, today, warn_of_problems
from srs.cli.desk import Sitting, is_terminal, settled
from srs.model import Answer
from srs.session import Session, Turn

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
    opening = summary.opening(plan) if turns else ""
    session = Session(turns, plan.minutes * 60)
    _Session(place, plan, wish, turns).hold(session, opening, plain=plain)
    place.leave()


class _Session(Sitting):
    """The cards that were planned."""

    def __init__(self, place: Workplace, plan: Plan, wish: Wish, turns: tuple[Turn, ...]) -> None:
        super().__init__(place, plan.day, turns)
        self._plan = plan
        self._wish = wish
        self._planned = {one.card.id: one for one in plan.cards}

    def _summary(self, session: Session) -> str:
        return summary.told(self._place, session, self._plan, self._wish)

    def _reason(self, card: Card) -> str:
        planned = self._planned.get(card.id)
        return f"{planned.reason}." if planned else "You took back its answer."

    def _again(self, card: Card, event: Event) -> Turn | None:
        if isinstance(event.body, Answer):
            return None
        # Practice of an earlier day gives the card its ordinary turn.
        cause = getattr(event.body, "cause", "") if event.day == self._day else ""
        planned = self._planned.get(card.id)
        seconds, recall = (planned.seconds, planned.recall) if planned else (0.0, None)
        return Turn(card, seconds, cause, self._day.isoformat(), recall)
