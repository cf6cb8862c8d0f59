"""The real Anki engine, as on a phone: a collection that packages are imported into and studied in.

Nothing of srs is in here. `Side` is what a person sees of a card.
"""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    SearchNode,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anki.cards import Card
    from anki.notes import Note

STOCK = ("Basic", "Cloze", "Image Occlusion")
_VOID = frozenset({"br", "hr", "img", "input"})
NOTE = "notes/phase-1/node-internals.md"
LATER = "2025-06-20T18:00:00+00:00"
LATER_STILL = "2025-06-27T18:00:00+00:00"
"""The Fridays after the tests' own."""

_PARTS = frozenset({"prompt", "task", "answer", "hint", "why"})
_UNRENDERED = re.compile(
    r"\{\{(?:c\d+::|[#^/]|cloze:|type:|FrontSide|Front|Back|Text|Hint|Why|Context|Source|Spare"
    r"|Options|Several|Solution|Answer|Accepted|Output|Points)"
)


@dataclass(frozen=True)
class Imported:
    """How many notes the engine took, by what it did with them."""

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    refused: int = 0
    """In conflict with a note type, without a note type or deck, with an empty first field."""


@dataclass(frozen=True, order=True)
class Answer:
    """A row of the review log."""

    ms: int
    card: int
    ease: int


class Side(HTMLParser):
    """What a person sees of one side of a card.

    `parts` is the text of the prompt, the task, the answer, the hint and the reasons, without the
    lines that unfold them, `folded` the names of those that are closed, `code` and `blocks` what
    stands in `<code>` and in `<pre><code>`, `gaps` the text of what is asked in a cloze, `images`
    the sources, `unclosed` the tags that were opened or closed in a wrong place.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
        self.parts: dict[str, str] = {}
        self.folded: list[str] = []
        self.code: list[str] = []
        self.blocks: list[str] = []
        self.gaps: list[str] = []
        self.images: list[str] = []
        self.unclosed: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(self.html)
        self.close()
        self.unclosed += [tag for tag, _ in self._open]

    @property
    def text(self) -> str:
        return " ".join(self.parts.values())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.images.append(named.get("src", ""))
        if tag == "code":
            (self.blocks if self._inside("pre") else self.code).append("")
        if tag == "details" and "open" not in named:
            self.folded.append(named.get("class", ""))
        if named.get("class") == "cloze":
            self.gaps.append("")
        if tag not in _VOID:
            self._open.append((tag, named.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.unclosed.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        parts = set() if self._inside("summary") else {name for _, name in self._open} & _PARTS
        for name in parts:
            self.parts[name] = self.parts.get(name, "") + data
        if self._inside("code"):
            into = self.blocks if self._inside("pre") else self.code
            into[-1] += data
        if any(name == "cloze" for _, name in self._open):
            self.gaps[-1] += data

    def _inside(self, tag: str) -> bool:
        return any(opened == tag for opened, _ in self._open)

    @property
    def faults(self) -> list[str]:
        """What no side of a card may show."""
        errors = ("docs.ankiweb.net/templates", "No cloze", "is blank", "template has a problem")
        shown = re.sub(r"<code.*?</code>", "", self.html, flags=re.DOTALL)
        return [
            *(f"tag {tag}" for tag in self.unclosed),
            *(error for error in errors if error in shown),
            *_UNRENDERED.findall(shown),
        ]


_ITS_OWN = re.compile(r"Added last review time to .* cards?\.")
"""Said of a card that the engine itself answered just when a second ended."""


class Anki:
    """An open collection with its media folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.col = Collection(str(folder / "collection.anki2"))

    def close(self) -> None:
        self.col.close()

    def take(self, package: Path, *, progress: bool = False) -> Imported:
        """Import with the options of a user who changes none, or wants learning progress too."""
        options = ImportAnkiPackageOptions(with_scheduling=progress)
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.col.import_anki_package(request).log
        refused = (
            log.conflicting,
            log.first_field_match,
            log.missing_notetype,
            log.missing_deck,
            log.empty_first_field,
        )
        return Imported(
            len(log.new), len(log.updated), len(log.duplicate), sum(len(one) for one in refused)
        )

    def give(self, file: Path) -> Path:
        """Export all of it, with history and media, as this file's name says: .apkg or .colpkg, and
        for older Ankis if `old` is in it.
        """
        legacy = "old" in file.name
        if file.suffix == ".colpkg":
            self.col.export_collection_package(str(file), include_media=True, legacy=legacy)
            self.col.reopen()
            return file
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
        )
        self.col.export_anki_package(out_path=str(file), options=options, limit=None)
        return file

    # What is in it ------------------------------------------------------------------------------

    def cards(self, search: str = "") -> list[Card]:
        """In the order in which new ones are learnt."""
        found = [self.col.get_card(card) for card in self.col.find_cards(search)]
        return sorted(found, key=lambda card: (card.due, card.nid, card.ord))

    def notes(self, search: str = "") -> list[Note]:
        return [self.col.get_note(note) for note in sorted(self.col.find_notes(search))]

    def in_deck(self, deck: str) -> list[Card]:
        return self.cards(self.col.build_search_string(SearchNode(deck=deck)))

    def decks(self) -> set[str]:
        """Names of the decks that hold cards themselves."""
        return {self.col.decks.name(card.did) for card in self.cards()}

    def note_types(self) -> set[str]:
        """Names of the note types that Anki did not bring itself."""
        names = {one.name for one in self.col.models.all_names_and_ids()}
        return {name for name in names if not name.startswith(STOCK)}

    def media(self) -> dict[str, bytes]:
        folder = Path(self.col.media.dir())
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    def log(self) -> list[Answer]:
        assert self.col.db
        return sorted(Answer(*row) for row in self.col.db.all("select id, cid, ease from revlog"))

    def queue(self, deck: str) -> list[Note]:
        """The notes of the new cards of a deck as the scheduler would ask them today."""
        chosen = self.col.decks.id_for_name(deck)
        assert chosen
        self.col.decks.select(chosen)
        queued = self.col.sched.get_queued_cards(fetch_limit=100).cards  # type: ignore[union-attr]
        return [self.col.get_card(one.card.id).note() for one in queued]

    def unsound(self) -> list[str]:
        """What the engine mends in its database, apart from what its own answers left there."""
        said, sound = self.col.fix_integrity()
        lines = [line for line in said.splitlines() if not _ITS_OWN.match(line)]
        found = [] if lines == ["Database rebuilt and optimized."] else [said]
        return found + ([] if sound or len(lines) < len(said.splitlines()) else ["not sound"])

    def faults(self) -> list[str]:
        """What the engine's own checks find and no card may show; its counts must not move."""
        before = self.col.note_count(), self.col.card_count()
        found = self.unsound()
        after = self.col.note_count(), self.col.card_count()
        if before != after:
            found.append(f"notes and cards were {before}, are {after}")
        found += [f"empty cards of note {one.note_id}" for one in self.col.get_empty_cards().notes]
        found += [fault for card in self.cards() for fault in question(card).faults]
        found += [fault for card in self.cards() for fault in answer(card).faults]
        return found

    # What is done with it -----------------------------------------------------------------------

    def study(self, cards: Iterable[Card] | None = None, ease: int = 3) -> list[Answer]:
        """Answer these cards, or all, through the engine's scheduler; gives the review log."""
        for card in self.cards() if cards is None else cards:
            card.start_timer()
            self.col.sched.answerCard(card, ease)  # type: ignore[arg-type]
        return self.log()


def question(card: Card) -> Side:
    return Side(card.question(reload=True))


def answer(card: Card) -> Side:
    return Side(card.answer())


# The file itself --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackedNote:
    """A row of a package's notes."""

    guid: str
    modified: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Packed:
    """What is written in a package, read without the engine."""

    notes: dict[str, PackedNote]
    models: dict[int, dict[str, Any]]
    media: dict[str, bytes]
    members: tuple[zipfile.ZipInfo, ...] = field(repr=False)


def unpack(package: Path, folder: Path) -> Packed:
    """The contents of an .apkg; its database is put into `folder`, which must exist."""
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        database = Path(archive.extract("collection.anki2", folder))
        names = json.loads(archive.read("media"))
        media = {name: archive.read(number) for number, name in names.items()}
        members = tuple(archive.infolist())
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("select guid, mod, flds, tags from notes").fetchall()
        (models,) = connection.execute("select models from col").fetchone()
    database.unlink()
    notes = {
        guid: PackedNote(guid, modified, tuple(fields.split("\x1f")), tuple(tags.split()))
        for guid, modified, fields, tags in rows
    }
    return Packed(
        notes, {int(key): model for key, model in json.loads(models).items()}, media, members
    )
