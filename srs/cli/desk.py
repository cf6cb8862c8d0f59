"""The desk at which a person sits: the terminal or lines, the history, the editor, the clock."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from srs import plan as planning
from srs.cli import summary
from srs.cli.common import tell, today
from srs.cli.signals import Clock, leaving_well, stoppable
from srs.memory import fsrs
from srs.model import Answer, Bury, CardId, Grade, Review, Suspend, Undo
from srs.ui.lines import Lines
from srs.ui.review import Command, Desk, review
from srs.ui.text import counted, short_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from srs.cli.common import Workplace
    from srs.cli.signals import Lend
    from srs.model import Body, Card, Event, EventId, ItemId
    from srs.session import Session, Turn
    from srs.ui.asking import Asker, Open
    from srs.ui.review import Face
    from srs.ui.screen import Screen


class Sitting(ABC):
    """What is asked in one go, at the desk: keeps what was answered, so that the newest can be
    taken back. A review and a quiz differ in what they ask and in what they tell."""

    def __init__(self, place: Workplace, day: date) -> None:
        self._place = place
        self._day = day
        self._lend: Lend = nullcontext
        self._screen: Screen | None = None
        self._told = False
        """Whether the front end has shown the summary, as it is now."""
        self._events: list[Event] = []
        """What this run has written since the snapshot was taken."""
        self._own: list[EventId] = []
        """What this run has written and not taken back."""

    @abstractmethod
    def _summary(self, session: Session) -> str: ...

    @abstractmethod
    def _reason(self, card: Card) -> str:
        """Why it is asked."""

    @abstractmethod
    def _again(self, card: Card, event: Event) -> Turn | None:
        """The turn of a card of which that event was taken back; None if it is not asked here."""

    @abstractmethod
    def _shared(self, session: Session) -> tuple[Session, str]:
        """The session after others have written, and what to say of it."""

    @abstractmethod
    def _as_asked(self, before: Card, now: Card) -> Card:
        """A card as it reads now, in the form in which it is asked."""

    def hold(self, session: Session, opening: str, *, plain: bool) -> None:
        """Ask until the session is over or the person quits, and tell how it went."""
        interactive, clock = not plain and is_terminal(), Clock()
        with leaving_well(), _front(interactive=interactive) as front, stoppable(clock, front.lend):
            self._lend, self._screen = front.lend, front.screen
            if opening:
                front.face.say(opening)
            session = review(session, front.face, self._desk(clock))
        if not self._told:
            summed_up = f"\n{self._summed_up(session)}"
            if front.screen:
                from srs.ui.screen import said  # noqa: PLC0415 - only on a terminal

                front.screen.show(said(summed_up))
            else:
                tell(summed_up)

    def _desk(self, clock: Clock) -> Desk:
        return Desk(
            self._keep,
            self._summed_up,
            self._rewrite,
            lambda: self._newest() is not None,
            self._take_back,
            self._edit,
            self._meet,
            self._look,
            self._dates,
            clock,
        )

    def _summed_up(self, session: Session) -> str:
        self._catch_up()
        self._told = True
        return self._summary(session)

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
        self._told = False
        return event

    def _look(self, command: Command, turn: Turn) -> str:
        from srs.cli import looks  # noqa: PLC0415 - only for these keys

        if command is Command.WHY:
            self._catch_up()
            return looks.why(self._place.snapshot, turn, self._reason(turn.card))
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
        self._told = False
        card = self._place.snapshot.card(getattr(event.body, "card", CardId("")))
        asks = isinstance(event.body, Review | Answer | Suspend | Bury)
        return event, self._again(card, event) if card and asks else None

    def _edit(self, session: Session) -> tuple[Session, str]:
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
        self._ask_about(card)
        now = self._now(card)
        said = f"{why} The card is at {where}." if why else _said_of(card, now, where)
        if why and (now is None or now.item.content != card.item.content):
            said += f" {_said_of(card, now, where)}"
        return self._reread(session, {card.item.path}), said

    def _ask_about(self, card: Card) -> None:
        """Ask what is to be asked about the identity of a card whose note was edited."""
        asked = to_ask(self._place, card.item.id) if self._screen else None
        if self._screen and asked:
            from srs.ui.doubts import Doubts  # noqa: PLC0415 - only after edits

            settle_identities(self._place, asked, Doubts(self._screen))

    def _reread(self, session: Session, paths: Collection[str]) -> Session:
        """The session with the cards of these notes as they are now."""
        here = {one.card.id: one.card for one in session.left if one.card.item.path in paths}
        found = {id_: self._now(card) for id_, card in here.items()}
        return session.edited(
            {id_: card and self._as_asked(here[id_], card) for id_, card in found.items()}
        )

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

    def _meet(self, session: Session) -> tuple[Session, str]:
        """The session after what others have changed, by the same rules as an edit."""
        session, said = self._on(today(), session)
        turn = session.current
        if turn is None:
            return session, said
        watch, path = self._place.watch, turn.card.item.path
        others_wrote = watch.history_changed()
        if not others_wrote and not watch.note_changed(path):
            return session, said
        paths = {one.card.item.path for one in session.left}
        changed = {path for path in paths if watch.note_changed(path)}
        self._place.see_others()
        self._events.clear()
        if path in changed:
            self._ask_about(turn.card)
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

    def _dates(self, turn: Turn) -> Mapping[Grade, date]:
        memory = self._place.snapshot.memory(turn.card.id)
        own = [event for event in self._events if getattr(event.body, "card", "") == turn.card.id]
        memory = planning.memory(own, memory)
        retention = self._place.snapshot.roadmap.session.retention
        dates = {}
        for grade in Grade:
            # Practice changes no memory.
            then = memory if turn.cause and memory else fsrs.after(memory, grade, self._day)
            dates[grade] = self._day + timedelta(days=fsrs.interval(then, retention))
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


# The terminal -----------------------------------------------------------------------------------


def is_terminal() -> bool:
    """Whether single keys and a screen of its own make sense."""
    dumb = os.environ.get("TERM", "dumb") in ("dumb", "")
    return os.name == "posix" and sys.stdin.isatty() and sys.stdout.isatty() and not dumb


class _Front(NamedTuple):
    """The front end, how it lends its terminal to another program, and its screen if it has one."""

    face: Face
    lend: Lend
    screen: Screen | None = None


@contextmanager
def _front(*, interactive: bool) -> Iterator[_Front]:
    if not interactive:
        yield _Front(Lines(_read_line, tell), nullcontext)
        return
    from srs.ui.keys import keys, lent  # noqa: PLC0415 - termios only for a terminal
    from srs.ui.screen import Screen  # noqa: PLC0415
    from srs.ui.terminal import Terminal  # noqa: PLC0415

    terminal = sys.stdin.fileno()
    with keys(terminal) as key:
        screen = Screen(key)
        face = Terminal(screen)
        yield _Front(face, partial(lent, terminal), screen)
    face.close()


def _read_line() -> str | None:
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        return None
    return line.rstrip("\n") if line else None


# Identities -------------------------------------------------------------------------------------


def settled(place: Workplace) -> bool:
    """Ask about identities what is to be asked; whether the person goes on to the session."""
    asked = to_ask(place)
    if not asked:
        return True
    from srs.ui.doubts import Doubts  # noqa: PLC0415 - only after edits
    from srs.ui.keys import keys  # noqa: PLC0415
    from srs.ui.screen import Screen  # noqa: PLC0415

    with leaving_well(), keys(sys.stdin.fileno()) as key:
        return settle_identities(place, asked, Doubts(Screen(key)))


def to_ask(place: Workplace, only: ItemId | None = None) -> Open | None:
    """What there is to ask about identities, of one item `only`; None if there is nothing."""
    if not place.snapshot.changes:
        return None
    from srs.ui import asking  # noqa: PLC0415 - only after edits

    asked = asking.to_ask(place.snapshot, only)
    return asked if any(asked) else None


def settle_identities(place: Workplace, asked: Open, asker: Asker) -> bool:
    from srs.ui.asking import settle  # noqa: PLC0415 - only after edits

    def keep(bodies: Sequence[Body]) -> None:
        if bodies or place.snapshot.pending:
            place.write(bodies)

    try:
        return settle(asked, asker, keep)
    finally:
        # What was said changes which cards there are.
        place.rescan()
