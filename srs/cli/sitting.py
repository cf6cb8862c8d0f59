"""A sitting: the session on a terminal or line by line, from the first question to the summary."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from srs import plan as planning
from srs.cli import summary
from srs.cli.common import notice_changes, tell, today, warn_of_problems
from srs.cli.signals import Clock, leaving_well, stoppable
from srs.cli.summary import opening
from srs.memory import fsrs
from srs.model import Bury, CardId, Grade, Review, Suspend, Undo
from srs.session import Session, Turn
from srs.ui.lines import Lines
from srs.ui.review import Command, Desk, review
from srs.ui.text import counted, short_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from srs.cli.common import Workplace
    from srs.cli.signals import Lend
    from srs.model import Body, Card, Event, EventId, ItemId
    from srs.plan import Plan, Wish
    from srs.ui.asking import Asker, Open
    from srs.ui.review import Face


def sit(place: Workplace, wish: Wish, *, plain: bool) -> None:
    """Ask the cards that are worth most, until the minutes are spent."""
    place.confirm_owner()
    notice_changes(place.snapshot)
    warn_of_problems(place.snapshot)
    if not plain and _is_terminal() and not _settled(place):
        return
    _run(place, planning.plan(place.snapshot.deck, today(), wish), wish, plain=plain)
    place.leave()


def _settled(place: Workplace) -> bool:
    """Ask about identities what is to be asked; whether the person goes on to the session."""
    asked = _to_ask(place)
    if not asked:
        return True
    from srs.ui.keys import keys  # noqa: PLC0415 - only after edits
    from srs.ui.terminal import Terminal  # noqa: PLC0415

    with leaving_well(), keys(sys.stdin.fileno()) as key:
        return _settle(place, asked, Terminal(key))


def _to_ask(place: Workplace, only: ItemId | None = None) -> Open | None:
    """What there is to ask about identities, of one item `only`; None if there is nothing."""
    if not place.snapshot.changes:
        return None
    from srs.ui.asking import to_ask  # noqa: PLC0415 - only after edits

    asked = to_ask(place.snapshot, only)
    return asked if any(asked) else None


def _settle(place: Workplace, asked: Open, asker: Asker) -> bool:
    from srs.ui.asking import settle  # noqa: PLC0415 - only after edits

    def keep(bodies: Sequence[Body]) -> None:
        if bodies or place.snapshot.pending:
            place.write(bodies)

    try:
        return settle(asked, asker, keep)
    finally:
        # What was said changes which cards there are.
        place.rescan()


# Asking -----------------------------------------------------------------------------------------


def _run(place: Workplace, plan: Plan, wish: Wish, *, plain: bool) -> None:
    interactive = not plain and _is_terminal()
    seed = plan.day.isoformat()
    turns = tuple(Turn(one.card, one.seconds, "", seed, one.recall) for one in plan.cards)
    practice = tuple(Turn(one.card, one.seconds, one.cause, seed) for one in plan.repeats)
    session = Session(turns, plan.minutes * 60, practice)
    if session.current:
        tell(opening(plan))
    clock = Clock()
    with leaving_well(), _face(interactive) as (face, lend), stoppable(clock, lend):
        desk = _Desk(place, plan, wish, lend)
        session = review(session, face, desk.desk(face, clock))
    if not desk.told:
        tell("")
        tell(desk.summary(session))


def _is_terminal() -> bool:
    """Whether single keys and a screen of its own make sense."""
    dumb = os.environ.get("TERM", "dumb") in ("dumb", "")
    return os.name == "posix" and sys.stdin.isatty() and sys.stdout.isatty() and not dumb


@contextmanager
def _face(interactive: bool) -> Iterator[tuple[Face, Lend]]:
    """The front end, and how it lends its terminal to another program."""
    if not interactive:
        yield Lines(_read_line, tell), nullcontext
        return
    from srs.ui.keys import keys, lent  # noqa: PLC0415 - rich and termios only for a terminal
    from srs.ui.terminal import Terminal  # noqa: PLC0415

    terminal = sys.stdin.fileno()
    with keys(terminal) as key:
        face = Terminal(key)
        yield face, partial(lent, terminal)
    face.close()


def _read_line() -> str | None:
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    return line.rstrip("\n") if line else None


class _Desk:
    """Keeps what was answered, so that the newest can be taken back."""

    def __init__(self, place: Workplace, plan: Plan, wish: Wish, lend: Lend) -> None:
        self._lend = lend
        self._place = place
        self._plan = plan
        self._wish = wish
        self.told = False
        """Whether the front end has shown the summary, as it is now."""
        self._day = plan.day
        self._planned = {one.card.id: one for one in plan.cards}
        self._events: list[Event] = []
        """What this run has written since the snapshot was taken."""
        self._own: list[EventId] = []
        """What this run has written and not taken back."""

    def desk(self, face: Face, clock: Clock) -> Desk:
        return Desk(
            self._keep,
            self.summary,
            self._rewrite,
            lambda: self._newest() is not None,
            self._take_back,
            lambda session: self._edit(session, face),
            lambda session: self._meet(session, face),
            self._look,
            self._dates,
            clock,
        )

    def summary(self, session: Session) -> str:
        """What was done, what is to be mended, and what comes."""
        self._catch_up()
        self.told = True
        return summary.told(self._place, session, self._plan, self._wish, self._day)

    def _rewrite(self, session: Session) -> str:
        card = summary.to_rewrite(self._place.snapshot, session)
        return f"{card.item.path}:{card.item.line}" if card else ""

    def _catch_up(self) -> None:
        """See what this run has written."""
        if self._events:
            self._see_anew()

    def _see_anew(self) -> None:
        self._place.rescan()
        self._events.clear()

    def _keep(self, body: Body) -> Event:
        if isinstance(body, Review) and not body.cause:
            if self._place.watch.history_changed():
                self._see_anew()
            # Answered elsewhere while it was shown here: a second answer is practice.
            body = body._replace(cause=self._place.snapshot.last_answer(body.card, today()))
        (event,) = self._place.write([body])
        self._events.append(event)
        self._own.append(event.id)
        self.told = False
        return event

    def _look(self, command: Command, turn: Turn) -> str:
        from srs.cli import looks  # noqa: PLC0415 - only for these keys

        if command is Command.WHY:
            self._catch_up()
            planned = self._planned.get(turn.card.id)
            return looks.why(self._place.snapshot, turn, planned)
        with self._lend():
            root = self._place.vault
            return (looks.note if command is Command.OPEN else looks.media)(root, turn.card)

    def _take_back(self) -> tuple[Event, Turn | None] | None:
        event = self._newest()
        if event is None:
            return None
        self._place.write([Undo(event.id)])
        self._see_anew()
        self._own = [one for one in self._own if one != event.id]
        self.told = False
        card = self._place.snapshot.card(getattr(event.body, "card", CardId("")))
        if card is None or not isinstance(event.body, Review | Suspend | Bury):
            return event, None
        # Practice of an earlier day gives the card its ordinary turn.
        cause = getattr(event.body, "cause", "") if event.day == self._day else ""
        planned = self._planned.get(card.id)
        seconds, recall = (planned.seconds, planned.recall) if planned else (0.0, None)
        return event, Turn(card, seconds, cause, self._day.isoformat(), recall)

    def _edit(self, session: Session, face: Face) -> tuple[Session, str]:
        """Open the note at the card, and see by the same rules as ever what it is afterwards."""
        from srs.cli.programs import open_in_editor  # noqa: PLC0415 - only for this key

        turn = session.current
        card = turn.card if turn else summary.to_rewrite(self._place.snapshot, session)
        if card is None:
            return session, ""
        where = f"{card.item.path}:{card.item.line}"
        if not (sys.stdin.isatty() or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
            return session, f"There is no terminal to edit {where} on."
        with self._lend():
            why = open_in_editor(self._place.vault.root / card.item.path, card.item.line)
        self._see_anew()
        self._ask_about(card, face)
        now = self._now(card)
        said = f"{why} The card is at {where}." if why else _said_of(card, now, where)
        if why and (now is None or now.item.content != card.item.content):
            said += f" {_said_of(card, now, where)}"
        return self._reread(session, {card.item.path}), said

    def _ask_about(self, card: Card, face: Face) -> None:
        """Ask what is to be asked about the identity of a card whose note was edited."""
        asked = None if isinstance(face, Lines) else _to_ask(self._place, card.item.id)
        if asked:
            _settle(self._place, asked, cast("Asker", face))

    def _reread(self, session: Session, paths: Collection[str]) -> Session:
        """The session with the cards of these notes as they are now."""
        turns = (*session.turns, *session.practice)
        here = {one.card.id: one.card for one in turns if one.card.item.path in paths}
        now = {id_: self._now(card) for id_, card in here.items()}
        for id_, card in now.items():
            if card and id_ in self._planned:
                self._planned[card.id] = self._planned[id_]._replace(card=card)
        return session.edited(now)

    def _now(self, card: Card) -> Card | None:
        """The card as it is in the notes now. Of one that has no history, what stands in its place:
        a new text makes another card of it."""
        snapshot = self._place.snapshot
        found = snapshot.card(card.id)
        if found or snapshot.knows(card.item.id):
            return found
        item = snapshot.item_at(card.item.path, card.item.line)
        cards = snapshot.cards_of(item.id) if item and not snapshot.knows(item.id) else ()
        return next((one for one in cards if one.ordinal == card.ordinal), None)

    def _newest(self) -> Event | None:
        """What `u` takes back: of this run, else the newest that this device ever wrote."""
        if self._events:
            return self._events[-1]
        device, snapshot = self._place.device.name, self._place.snapshot
        if self._own:
            # Another srs on this device may have written since.
            since = takewhile(lambda one: one.id >= self._own[0], snapshot.undoable(device))
            own = next((one for one in since if one.id in self._own), None)
            if own:
                return own
        return next(snapshot.undoable(device), None)

    # What comes between -------------------------------------------------------------------------

    def _meet(self, session: Session, face: Face) -> tuple[Session, str]:
        """The session after what others have changed, by the same rules as an edit."""
        session, said = self._on(today(), session)
        turn = session.current
        if turn is None:
            return session, said
        watch, path = self._place.watch, turn.card.item.path
        others_wrote = watch.history_changed()
        if not others_wrote and not watch.note_changed(path):
            return session, said
        paths = {one.card.item.path for one in (*session.turns, *session.practice)}
        changed = {path for path in paths if watch.note_changed(path)}
        self._place.see_others()
        self._events.clear()
        if path in changed:
            self._ask_about(turn.card, face)
        after = self._reread(session, changed)
        told = [said, *self._said_of_notes(turn.card, session.remaining - after.remaining)]
        if others_wrote:
            after, more = self._shared(after)
            told.append(more)
        return after, "\n".join(line for line in told if line)

    def _on(self, day: date, session: Session) -> tuple[Session, str]:
        """The session on the study day that it is by now."""
        before, self._day = self._day, day
        if day > before:
            said = f"A new day has begun, {short_day(day)}: answers belong to it from now on."
            return session.next_day(), said
        said = f"The clock has gone back to {short_day(day)}: answers belong to that day."
        return session, said if day < before else ""

    def _said_of_notes(self, card: Card, lost: int) -> Iterator[str]:
        """What became of the next card, and how many others are left out."""
        now = self._now(card)
        where = f"{card.item.path}:{card.item.line}"
        if now is None:
            yield _said_of(card, now, where)
            lost -= 1
        elif now.item.content != card.item.content:
            yield f"{card.item.path} has changed meanwhile. {_said_of(card, now, where)}"
        if lost:
            yield f"In no note any more, and left out today: {counted(lost, 'more card')}."

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

    def _dates(self, turn: Turn) -> Mapping[Grade, date]:
        memory = self._place.snapshot.memory(turn.card.id)
        own = [event for event in self._events if getattr(event.body, "card", "") == turn.card.id]
        for day, grade in planning.answers(own):
            memory = fsrs.after(memory, grade, day)
        retention = self._place.snapshot.roadmap.session.retention
        dates = {}
        for grade in Grade:
            # Practice changes no memory.
            then = memory if turn.cause and memory else fsrs.after(memory, grade, self._day)
            days = max(1, round(fsrs.days_until(then, retention)))
            dates[grade] = self._day + timedelta(days=min(days, 36_500))
        return dates


def _said_of(card: Card, now: Card | None, where: str) -> str:
    """What became of a card that was edited."""
    if now is None:
        return f"What stood at {where} is no card any more, or a new one; it is left out today."
    if now.item.content == card.item.content:
        return "Nothing that it says has changed; what you save later is seen before the next card."
    if now.id != card.id:
        return "Edited; it had no answers yet."
    return "Edited; your answers stay with it."
