"""What commands share: the vault, the clock, the device, and how data and notices are written."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from srs import vault
from srs.model import Gone, ItemFixed, Trouble, item_of, phase_id, sorted_problems
from srs.studyday import study_day
from srs.ui.text import counted, printable, short_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.device import Device
    from srs.model import Body, Card, Event, Problem
    from srs.plan import Waiting
    from srs.vault import Snapshot


class Misuse(Exception):  # noqa: N818 - it is said to a person
    """What was asked for in a way that cannot be: a sentence. Exit code 2."""


def tell(text: object) -> None:
    """A line on stdout. Whatever a note or a file name holds, it cannot drive the terminal."""
    _write(sys.stdout, printable(str(text)))


def say(text: str) -> None:
    """A notice, on stderr: stdout is for data."""
    _write(sys.stderr, printable(text))


def _write(stream: TextIO, text: str) -> None:
    """A whole line, at once: who reads along is not kept waiting."""
    stream.write(f"{text}\n")
    stream.flush()


def write_json(data: object) -> None:
    import json  # noqa: PLC0415 - a session needs neither
    import re  # noqa: PLC0415

    text = json.dumps(data, ensure_ascii=False, indent=2, default=_plain)
    # JSON lets these stand; a terminal would obey them.
    _write(sys.stdout, re.sub("[\x7f-\x9f]", lambda match: f"\\u{ord(match[0]):04x}", text))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def now() -> datetime:
    """The time, or SRS_NOW."""
    fixed = os.environ.get("SRS_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(fixed).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Misuse(f"SRS_NOW is no ISO time: {fixed}") from error


def today() -> date:
    try:
        return study_day(now())
    except OverflowError as error:
        raise Misuse("SRS_NOW is before the first of all days.") from error


class Once:
    """Says the first of several notices on one matter."""

    def __init__(self) -> None:
        self._said = False

    def say(self, notice: str) -> None:
        if not self._said:
            say(notice)
        self._said = True


class Workplace:
    """An open vault: its snapshot, and the way to write to its history."""

    def __init__(self, place: vault.Vault, snapshot: Snapshot, once: Once) -> None:
        self.vault = place
        self.snapshot = snapshot
        self.watch = place.watch(snapshot)
        """What others have changed since the start, or since they were last seen."""
        self._once = once
        self._wrote = False
        """Whether anything was written since the snapshot was taken; what was pending then is."""
        self._recorded: set[str] = set()
        """Items whose identity was recorded since."""

    @classmethod
    def open(cls, folder: Path | None) -> Workplace:
        """The vault in `folder`, or around the current directory."""
        if folder is not None and not (folder / "decks").is_dir():
            raise Trouble(
                f"{folder} is no vault: it has no folder decks/.", "Make one with `srs init`."
            )
        place = vault.Vault(folder if folder is not None else vault.find(Path.cwd()))
        once = Once()
        return cls(place, place.scan(today(), once.say), once)

    def leave(self) -> None:
        """Make ready for the next start what this run has written: then nobody waits for it."""
        if self._wrote:
            self.rescan()

    def rescan(self) -> None:
        """See what is there now, what was written by this run included."""
        self.snapshot = self.vault.scan(today(), self._once.say)
        self._wrote = False
        self._recorded.clear()

    def see_others(self) -> None:
        """The same, and what others change from now on is watched for anew."""
        self.rescan()
        self.watch = self.vault.watch(self.snapshot)

    @cached_property
    def device(self) -> Device:
        from srs.device import this_device  # noqa: PLC0415 - only to write

        device = this_device(os.environ.get("SRS_DEVICE", ""))
        if device.notice:
            say(device.notice)
        return device

    def record(self) -> None:
        """What is still to be recorded of identities, on disk."""
        if not self._wrote:
            self.write(())

    def write(self, bodies: Sequence[Body], brought: Sequence[Event] = ()) -> tuple[Event, ...]:
        """The bodies on disk, after what is still to be recorded of identities, and before events
        that are brought from elsewhere.

        An item's identity is fixed before the first event that names it or one of its cards.
        """
        pending = () if self._wrote else self.snapshot.pending
        named = (*bodies, *(event.body for event in brought))
        before = (*pending, *self._to_be_fixed(named))
        with self.watch.writing():
            events = self.vault.append((*before, *bodies), self.device, now(), today(), brought)
        self._wrote = True
        self._recorded |= {body.item for body in before if isinstance(body, ItemFixed)}
        return events[len(before) :]

    def _to_be_fixed(self, bodies: Sequence[Body]) -> Iterator[ItemFixed]:
        named = [item for body in bodies for item in getattr(body, "items", ())]
        named += [item_of(card) for body in bodies if (card := getattr(body, "card", None))]
        for item in dict.fromkeys(named):
            if item not in self._recorded and not self.snapshot.knows(item):
                cards = self.snapshot.cards_of(item)
                if cards:
                    from srs import identity  # noqa: PLC0415 - only for first answers

                    yield identity.fixed(cards[0].item, cards, "first use")

    def confirm_owner(self) -> None:
        """Before this device's first event: are the answers that are there this person's?

        Asked on a terminal; without one it goes on and says so.
        """
        if not self.snapshot.devices or self.device.name in self.snapshot.devices:
            return
        question = "This vault holds answers from another device. Are they yours?"
        if not sys.stdin.isatty():
            say(
                "This vault holds answers from another device; they are taken for yours. "
                "If they are not: `srs history aside`."
            )
        elif not _confirmed(question):
            moved = self.vault.set_aside(self.device)
            say(f"Set aside in {moved}; they no longer count here.")
            self.rescan()


def _confirmed(question: str) -> bool:
    import click  # noqa: PLC0415 - asked once on a device

    return click.confirm(question, default=True, err=True)


def all_problems(snapshot: Snapshot) -> tuple[Problem, ...]:
    """What is wrong in the vault, and what its cards could be better at."""
    from srs import rules  # noqa: PLC0415 - a session does without

    found = rules.problems(snapshot.notes, snapshot.roadmap, vault.ROADMAP, today())
    return sorted_problems((*snapshot.problems, *found))


_NEXT_TOPICS = 2


def next_waiting(waiting: Sequence[Waiting]) -> tuple[Sequence[Waiting], list[str]]:
    """The topics whose new cards come next, and a line about the others, if there are more."""
    later = waiting[_NEXT_TOPICS:]
    if len(later) < 2:
        return waiting, []
    last = max(one.start for one in later)
    cards = counted(sum(one.cards for one in later), "new card")
    line = f"Waiting: {cards} on {len(later)} later topics, the last from {dated(last)}."
    return waiting[:_NEXT_TOPICS], [line]


def dated(day: date) -> str:
    """Fri 20 Jun 2025"""
    return f"{short_day(day)} {day.year}"


def notice_changes(snapshot: Snapshot) -> None:
    """`3 edited, 1 moved, 1 gone`, of the items that the history knows, once for each change."""
    changes = [change.what for change in snapshot.changes]
    counts = {what: changes.count(what) for what in ("edited", "moved", "unsure", "split")}
    counts["gone"] = sum(len(one.items) for one in snapshot.pending if isinstance(one, Gone))
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if said:
        doubt = counts["unsure"] or counts["split"]
        say(f"Notes changed: {said}.{' See `srs history --pending`.' if doubt else ''}")


def warn_of_problems(snapshot: Snapshot) -> None:
    """One line, where problems are not themselves the matter."""
    if snapshot.errors:
        say(f"{counted(snapshot.errors, 'error')} in this vault; see `srs check`.")


def resolve_topic(snapshot: Snapshot, name: str | None) -> str | None:
    """The topic by that name: of the roadmap by id or title, or of any note."""
    if name is None:
        return None
    found = snapshot.roadmap.topic(name)
    if found:
        return found[1].title
    for topic in snapshot.topics:
        if topic.casefold() == name.casefold():
            return topic
    known = [topic.id for phase in snapshot.roadmap.phases for topic in phase.topics]
    raise Misuse(f"No topic `{name}`.{_nearest(name, [*known, *snapshot.topics])}")


def resolve_phase(snapshot: Snapshot, name: str | None) -> str | None:
    """The phase by that id; `2` is `phase-2`."""
    if name is None:
        return None
    wanted = phase_id(name.casefold())
    known = {phase.id for phase in snapshot.roadmap.phases} | snapshot.phases
    if wanted not in known:
        raise Misuse(f"No phase `{name}`.{_nearest(wanted, sorted(known))}")
    return wanted


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for mistakes

    folded = {one.casefold(): one for one in known}
    near = [folded[one] for one in get_close_matches(name.casefold(), folded, n=3, cutoff=0.4)]
    return f" Did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""


def card_place(card: Card) -> dict[str, Any]:
    """The keys that name a card wherever data speaks of one."""
    return {
        "id": card.id,
        "prompt": card.face.prompt,
        "path": card.item.path,
        "line": card.item.line,
    }
