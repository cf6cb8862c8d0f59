"""Items as Anki packages.

Anki knows a note again by its GUID, so an edited note is updated and its reviews stay. It takes a
text only from a note that is newer than its own, so a note's time of change moves only when its
content does. It never deletes a note, moves or reschedules a card: what is in no note any more is
tagged, and what was moved stays in the deck where it came first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from srs import kinds
from srs.anki.collection import Card
from srs.anki.days import Days
from srs.anki.names import guid as guid_of
from srs.anki.packing import schedule as schedules
from srs.anki.packing.prepared import as_tags, storable
from srs.anki.packing.writing import Row, Writer, content_of, numbers
from srs.model import Exported, ExportedItem, ExportedType, Standing, digest, phase_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from srs.anki.collection import Entry
    from srs.anki.packing.prepared import Prepared
    from srs.model import CardId, Roadmap

RETIRED = "srs::retired"
"""The tag of a note whose item is in no note of the vault any more."""
_ROLLOVER = 4


class Package(NamedTuple):
    """A written .apkg file, and what is in it."""

    file: Path
    phase: str
    """The phase of its notes, where each has a package; else ``."""
    notes: int
    cards: int
    decks: tuple[str, ...]
    media: int


class Export(NamedTuple):
    """All packages, and the event that remembers what is new."""

    packages: tuple[Package, ...]
    exported: Exported
    missing: tuple[str, ...]
    """Media that are named and are no image or sound files: `path: source`."""
    retired: int


class Wanted(NamedTuple):
    """What is exported: of which phases, topics and tags, and how."""

    phase: str | None = None
    topic: str | None = None
    tags: tuple[str, ...] = ()
    per_phase: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the vault: `exported` is what exports before this one said, `standing` gives
    what the history says of a card, None where packages go without it.
    """

    roadmap: Roadmap
    exported: Exported
    standing: Callable[[CardId], Standing] | None
    suspended: frozenset[CardId]
    tags: Mapping[str, tuple[str, ...]]
    """By GUID those that notes were given in Anki: an import there takes what is not in it away."""


class Gone(NamedTuple):
    """An item that is in no note any more, as it was last, or that is of another kind now.

    `surely`: it was taken out, and is not only hidden by an error or in doubt.
    """

    prepared: Prepared
    surely: bool


def export(
    here: Iterable[Prepared],
    gone: Callable[[str], Gone | None],
    known: Known,
    wanted: Wanted,
    now: datetime,
    folder: Path,
) -> Export:
    """Write packages of the items into `folder`, in the order in which new cards are learnt.

    `here` are all items of the vault; `gone` is asked, by GUID, for the notes that were exported
    once and are none of these.
    """
    made = _Export(known, wanted, now, folder)
    left, there = dict.fromkeys(known.exported.items), set()
    for prepared in here:
        guid = guid_of(prepared.item, prepared.kind, known.exported.items)
        left.pop(guid, None)
        there.add(prepared.item)
        made.add(guid, prepared)
    for guid in left:
        if last := gone(guid):
            made.add_gone(guid, last.prepared, last.surely or last.prepared.item in there)
    return made.finished()


@dataclass(slots=True)
class _Export:
    known: Known
    wanted: Wanted
    now: datetime
    folder: Path
    writers: dict[str, tuple[Writer, dict[str, Path]]] = field(default_factory=dict)
    said: dict[str, ExportedItem] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    retired: int = 0
    days: Days = field(init=False)
    ids: Iterator[int] = field(init=False)
    everything: bool = field(init=False)
    taken: set[int] = field(default_factory=set)
    logged: set[CardId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.days = Days.at(self.now, _ROLLOVER)
        self.ids = numbers(self.days.start)
        self.everything = self.wanted[:3] == (None, None, ())

    def add(self, guid: str, prepared: Prepared) -> None:
        before = self.known.exported.items.get(guid)
        deck = before.deck if before and before.deck else deck_name(prepared, self.known.roadmap)
        tags = prepared.tags
        if prepared.phase:
            tags = _with_phase(prepared.phase, tags)
        if self.everything or self._is_wanted(prepared.phase, prepared.topic, tags):
            self.missing += prepared.missing
            self._put(guid, prepared, prepared.phase or "", deck, tags)

    def add_gone(self, guid: str, prepared: Prepared, surely: bool) -> None:
        """A note whose item is not in the vault as such; it is tagged if it is gone for sure."""
        before = self.known.exported.items[guid]
        phase = next((tag for tag in before.tags if self._is_phase(tag)), "")
        topic = before.deck.rpartition("::")[2]
        if not self._is_wanted(phase, topic, before.tags):
            return
        tags = tuple(dict.fromkeys((*before.tags, RETIRED))) if surely else before.tags
        self.retired += surely
        self._put(guid, prepared, phase, before.deck, tags, retired=surely)

    def _is_phase(self, tag: str) -> bool:
        return bool(self.known.roadmap.phase(tag)) or re.fullmatch(r"phase-\d+", tag) is not None

    def _is_wanted(self, phase: str | None, topic: str, tags: Iterable[str]) -> bool:
        wanted = self.wanted
        if wanted.tags and not {*as_tags(wanted.tags)} & {*tags}:
            return False
        named = wanted.topic is None or _named(wanted.topic) == _named(topic)
        return named and wanted.phase in (None, phase)

    def _put(
        self,
        guid: str,
        prepared: Prepared,
        phase: str,
        deck: str,
        tags: tuple[str, ...],
        *,
        retired: bool = False,
    ) -> None:
        type_ = kinds.named(prepared.kind).note_type
        before = self.known.exported.items.get(guid)
        content = _filed(type_.name, deck, tags) + prepared.shown
        modified = self._modified(before, content)
        if before is None or before.content != content:
            media = dict(prepared.media)
            self.said[guid] = ExportedItem(content, modified, deck, tags, type_.name, media)
        writer, files = self._writer(phase if self.wanted.per_phase else "")
        files.update(prepared.files)
        if own := self.known.tags.get(guid):
            # They change nothing of when the note was changed.
            tags = tuple(dict.fromkeys((*tags, *own)))
        note = Row(next(self.ids), guid, modified, tags, prepared.fields)
        cards, log = self._cards(prepared, note.id, deck, writer.notes, retired=retired)
        writer.add(type_, note, cards, log)

    def _cards(
        self, prepared: Prepared, note: int, deck: str, place: int, *, retired: bool
    ) -> tuple[list[Card], list[Entry]]:
        """The rows of a note's cards, `place` its place among new ones, and those of their log."""
        cards: list[Card] = []
        log: list[Entry] = []
        for card, ordinal in prepared.cards:
            id_, now = next(self.ids), schedules.NEW
            if self.known.standing and card not in self.logged:
                # It may be in two notes: of an item that became another kind.
                self.logged.add(card)
                standing = self.known.standing(card)
                retention = self.known.roadmap.session.retention
                now = schedules.schedule(standing, self.days, retention)
                log += schedules.log(standing, id_, self.days, retention, self.taken)
            elif card in self.known.suspended:
                now = schedules.NEW_SUSPENDED
            queue = schedules.SUSPENDED if retired else now.queue
            due = (now.due - self.days.today).days if now.due else place
            counts = now.interval, now.factor, now.reps, now.lapses
            cards.append(Card(id_, note, ordinal, deck, now.type, queue, due, *counts, 0, now.data))
        return cards, log

    def _writer(self, phase: str) -> tuple[Writer, dict[str, Path]]:
        if phase not in self.writers:
            folder = self.folder / f"rows-{len(self.writers)}"
            folder.mkdir()
            self.writers[phase] = Writer(folder, self.days.start, _ROLLOVER), {}
        return self.writers[phase]

    def finished(self) -> Export:
        types = self._types()
        changed = {name: one.modified for name, one in types.items()}
        packages = []
        for number, (phase, (writer, media)) in enumerate(self.writers.items()):
            file = self.folder / f"{number}.apkg"
            writer.finish(file, media, changed)
            packages.append(
                Package(file, phase, writer.notes, writer.cards, (*writer.decks,), len(media))
            )
        before = self.known.exported.types
        new = {name: one for name, one in types.items() if one != before.get(name)}
        missing = tuple(self.missing)
        return Export(tuple(packages), Exported(self.said, new), missing, self.retired)

    def _types(self) -> dict[str, ExportedType]:
        """The note types of all packages by their names: Anki takes over only what is newer."""
        found: dict[str, ExportedType] = {}
        for type_ in (type_ for writer, _ in self.writers.values() for type_ in writer.types):
            before = self.known.exported.types.get(type_.name)
            content = content_of(type_)
            found[type_.name] = ExportedType(content, self._modified(before, content))
        return found

    def _modified(self, before: ExportedItem | ExportedType | None, content: str) -> int:
        """When what has this content now was changed, in seconds since 1970."""
        now = int(self.now.timestamp())
        if before is None:
            return now
        # Anki takes only what is newer by a second, whatever this clock says.
        return before.modified if before.content == content else max(now, before.modified + 1)


@lru_cache(maxsize=1 << 12)
def _filed(type_: str, deck: str, tags: tuple[str, ...]) -> str:
    """A digest of what a note is filed under. Many are under the same."""
    return digest(type_, deck, *tags)


@lru_cache(maxsize=1 << 12)
def _with_phase(phase: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    """That of the phase first. Many have the same."""
    own = as_tags((phase,))
    return (*own, *(tag for tag in tags if tag not in own))


def deck_name(prepared: Prepared, roadmap: Roadmap) -> str:
    """`<roadmap>::Phase 1 – <title>::<topic>`; a note outside the roadmap has no phase's deck."""
    phase = roadmap.phase(prepared.phase)
    names = [roadmap.title or "srs"]
    if prepared.phase:
        name = phase_name(prepared.phase)
        names.append(f"{name} – {phase.title}" if phase else name)
    names.append(prepared.topic)
    return storable("::".join(map(_named, names)))


def _named(name: str) -> str:
    """A name as one level of a deck's."""
    return re.sub(r"\s*::+\s*", ": ", name).strip(" :")
