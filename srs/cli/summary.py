"""What a session says before its first card and after its last."""

from __future__ import annotations

import shlex
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from srs import plan as planning
from srs.cli.common import dated, next_waiting
from srs.model import Grade, phase_name
from srs.session import LEECH, grades, lapsed, lapses, recalled, sure_and_wrong
from srs.ui.text import counted, duration, first_line, long_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from srs.cli.common import Workplace
    from srs.model import Card, Roadmap
    from srs.plan import Plan, Waiting, Wish
    from srs.session import Answered, Session
    from srs.vault import Snapshot


def opening(plan: Plan) -> str:
    seconds = sum(one.seconds for one in plan.cards) + sum(one.seconds for one in plan.repeats)
    held = [counted(len(plan.cards), "card")] if plan.cards else []
    held += [f"{counted(len(plan.repeats), 'card')} once more"] if plan.repeats else []
    return (
        f"{long_day(plan.day)}: {' and '.join(held)}, "
        f"about {counted(max(1, round(seconds / 60)), 'minute')}."
    )


def told(place: Workplace, session: Session, plan: Plan, wish: Wish, day: date) -> str:
    """What was done, what is to be mended, what was left out, and what comes after `day`, which
    may be another by now than that of the plan."""
    snapshot = place.snapshot
    if not (plan.cards or session.done or session.practice):
        return "\n".join(_nothing_to_do(snapshot, plan, wish))
    done = [one for one in session.done if not one.turn.cause]
    said = [*_answered(session, done), *_to_mend(snapshot, session)]
    if session.turns and session.seconds <= 0:
        said.append("The minutes are spent; `srs review --minutes 10` goes on.")
    left = plan.left_out + len(session.turns)
    if left:
        said.append(f"Not asked today: {counted(left, 'card')} that would be worth it.")
    said += _next_waiting(plan, snapshot.roadmap)
    if session.done:
        said += [_forecast(snapshot, day), *to_commit(place.vault.root)]
    return "\n".join(said)


def to_rewrite(snapshot: Snapshot, session: Session) -> Card | None:
    """The first card that is to be rewritten."""
    return next((card for card, _ in _leeches(snapshot, session)), None)


# What was done ------------------------------------------------------------------------------------


def _answered(session: Session, done: Sequence[Answered]) -> list[str]:
    if not done:
        again = counted(len(session.done), "card")
        return [f"Asked once more, for practice: {again}." if session.done else "Nothing answered."]
    counts = grades(session.done)
    given = [f"{counts[g]} {g.name.lower()}" for g in reversed(Grade) if counts[g]]
    spent = duration(sum(one.review.ms for one in session.done))
    said = [f"Answered {counted(len(done), 'card')} in {spent}: {', '.join(given)}."]
    right, known, expected = recalled(done)
    if known:
        said.append(
            f"Recalled {right} of {counted(known, 'card')} that you had answered before; "
            f"expected: {round(expected)}."
        )
    phases = Counter(one.turn.card.item.phase or "" for one in done)
    if len(phases) > 1:
        parts = [f"{phase_name(id_) or 'no phase'} {phases[id_]}" for id_ in sorted(phases)]
        said.append(f"By phase: {', '.join(parts)}.")
    return said


def _to_mend(snapshot: Snapshot, session: Session) -> list[str]:
    said = [f"Failed: {named(card)}" for card in lapsed(session.done)]
    said += confident_errors(session)
    leeches = _leeches(snapshot, session)
    said += [f"To rewrite, it failed {count} times: {named(card)}" for card, count in leeches]
    said += [f"Marked: {named(card)}: {text}" for card, text in snapshot.marks()]
    return said


def confident_errors(session: Session) -> list[str]:
    cards = sure_and_wrong(session.done)
    return [f"Sure, and wrong; asked again next time: {named(card)}" for card in cards]


def _leeches(snapshot: Snapshot, session: Session) -> list[tuple[Card, int]]:
    """Those that failed today and often before, and are not rewritten yet, with how often."""
    failed = ((card, snapshot.card(card.id)) for card in lapsed(session.done))
    now = [is_ for was, is_ in failed if is_ and is_.item.content == was.item.content]
    found = [(card, lapses(one for _, one in snapshot.answers(card.id))) for card in now]
    return [(card, count) for card, count in found if count >= LEECH]


def named(card: Card) -> str:
    """Where it stands, and how it begins."""
    return f"{card.item.path}:{card.item.line}: {first_line(card.face.prompt)}"


# What comes ---------------------------------------------------------------------------------------


def _forecast(snapshot: Snapshot, today: date) -> str:
    """When the next session is, and what it will hold if nothing changes."""
    day = planning.next_session(snapshot.roadmap, today + timedelta(days=1))
    cards = planning.plan(snapshot.deck, day).cards
    new = sum(one.recall is None for one in cards)
    minutes = max(1, round(sum(one.seconds for one in cards) / 60))
    held = (
        f"{counted(len(cards), 'card')}, {new} of them new, about {counted(minutes, 'minute')}"
        if cards
        else "no cards"
    )
    return f"Next session: {long_day(day)}: {held}."


def to_commit(root: Path) -> list[str]:
    """A reminder, where git has not yet what is in notes/ or decks/."""
    from srs.cli.programs import is_uncommitted  # noqa: PLC0415 - only after answers

    changed = is_uncommitted(root, "notes", "decks")
    return ["Not committed yet: `git add notes decks && git commit`."] if changed else []


def _nothing_to_do(snapshot: Snapshot, plan: Plan, wish: Wish) -> list[str]:
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
    return waiting_lines(waiting, roadmap) + more


def waiting_lines(waiting: Iterable[Waiting], roadmap: Roadmap) -> list[str]:
    said = []
    for one in waiting:
        found = roadmap.topic(one.topic)
        name = found[1].id if found else shlex.quote(one.topic)
        said.append(
            f"Waiting: {counted(one.cards, 'new card')} on {one.topic}, from {dated(one.start)}; "
            f"now with `srs review --topic {name}`."
        )
    return said
