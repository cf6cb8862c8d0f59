"""Items as an Anki package. The door to genanki.

Anki knows a note again by its GUID, which is the item's id, so an edited note is updated and its
reviews stay. It takes a text only from a note that is newer than its own, so a note's time of
change moves only when its content does. Note types must never change their fields, templates or
ids: Anki would keep two of each from then on.
"""

from __future__ import annotations

import html
import io
import itertools
import json
import re
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import genanki

from srs import kinds
from srs.anki.style import CSS
from srs.kinds.kind import GAP_END, GAP_HINT, GAP_START, GAP_TEXT
from srs.markdown.render import exactly
from srs.markdown.render import html as html_of
from srs.media import is_elsewhere, is_image, is_sound
from srs.model import Exported, ExportedItem, digest, phase_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from srs.kinds.kind import NoteType
    from srs.model import Card, Item, ItemId, KnownItem, Roadmap, State

    FindMedia = Callable[[str, str], Path | None]
    """(path of the note, source of an image or sound in it) -> the file, or None."""


@dataclass(frozen=True, slots=True)
class Package:
    """An .apkg file's bytes, what is in it, and the event that remembers what is new."""

    data: bytes
    notes: int
    cards: int
    decks: tuple[str, ...]
    media: int
    missing: tuple[str, ...]
    """Media that are named and are no image or sound files: `path: source`."""
    exported: Exported


def export(
    cards: Sequence[Card],
    roadmap: Roadmap,
    state: State,
    now: datetime,
    find_media: FindMedia,
) -> Package:
    """The package of these cards, new ones in this order, one deck a topic.

    `state` tells what exports before this one said.
    """
    media = _Media(find_media)
    decks: dict[str, Any] = {}
    said: dict[ItemId, ExportedItem] = {}
    for due, (item, own) in enumerate(_by_item(cards)):
        kind = kinds.named(item.kind)
        deck, tags = deck_name(item, roadmap), _tags(item)
        fields = _fields(item, own, media.namer(item))
        content = digest(kind.note_type.name, deck, *tags, *fields)
        before = state.exported.get(item.id)
        same = before is not None and before.content == content
        modified = int(now.timestamp())
        if before:
            # Anki takes only what is newer by a second, whatever this clock says.
            modified = before.modified if same else max(modified, before.modified + 1)
        if not same:
            said[item.id] = ExportedItem(content, modified, deck, tags)
        note = _Note(
            _model(kind.note_type), fields, tags=list(tags), guid=_guid(item, state.items), due=due
        )
        note.modified = modified
        decks.setdefault(deck, genanki.Deck(_deck_id(deck), deck)).add_note(note)
    return Package(
        data=_package(list(decks.values()), media.names, now),
        notes=sum(len(deck.notes) for deck in decks.values()),
        cards=len(cards),
        decks=tuple(decks),
        media=len(media.names),
        missing=tuple(media.missing),
        exported=Exported(said),
    )


def _guid(item: Item, known: Mapping[ItemId, KnownItem]) -> str:
    """The item's id; another one once it was rewritten as a kind of another note type.

    Anki refuses a note that comes back with another note type.
    """
    first = known[item.id].versions[0][1].kind if item.id in known else item.kind
    if kinds.named(item.kind).note_type.id == kinds.named(first).note_type.id:
        return item.id
    return f"{item.id}-{item.kind}"


def deck_name(item: Item, roadmap: Roadmap) -> str:
    """`<roadmap>::Phase 1 – <title>::<topic>`; a note outside the roadmap has no phase's deck."""
    phase = roadmap.phase(item.phase)
    names = [roadmap.title or "srs"]
    if item.phase:
        name = phase_name(item.phase)
        names.append(f"{name} – {phase.title}" if phase else name)
    names.append(item.topic)
    return _storable("::".join(re.sub(r"\s*::+\s*", ": ", name).strip(" :") for name in names))


def _tags(item: Item) -> tuple[str, ...]:
    """The phase and the item's own tags, as Anki writes them: no spaces, `::` for levels."""
    contrasts = (f"contrast::{name}" for name in item.contrasts)
    tags = (item.phase or "", *item.tags, *contrasts)
    clean = (re.sub(r"\s+", "-", tag.strip()).replace("/", "::") for tag in tags)
    return tuple(dict.fromkeys(tag for tag in clean if tag))


def _by_item(cards: Iterable[Card]) -> Iterable[tuple[Item, tuple[Card, ...]]]:
    for _, own in itertools.groupby(cards, key=lambda card: card.item.id):
        group = tuple(own)
        yield group[0].item, group


# Fields -----------------------------------------------------------------------------------------


def _fields(item: Item, cards: tuple[Card, ...], name_media: Callable[[str], str]) -> list[str]:
    kind = kinds.named(item.kind)
    texts = item.texts
    written = [*kind.fields(item.draft, cards), texts.get("Hint", ""), texts.get("Why", "")]
    typed = _typed(kind.note_type)
    fields = [
        _plain(text) if field in typed else _html(text, name_media)
        for (_, field), text in zip(kind.note_type.fields, written, strict=False)
    ]
    fields += [html.escape(" › ".join(item.headings)), html.escape(item.path)]
    fields += [""] * (len(kind.note_type.fields) - len(fields))
    return [_storable(field) for field in fields]


def _storable(text: str) -> str:
    """Anki parts fields by U+001F; a file name may hold bytes that are no text."""
    return text.replace("\x1f", "\ufffd").encode("utf-8", "replace").decode()


@cache
def _typed(note_type: NoteType) -> frozenset[str]:
    """The fields that Anki compares with what is typed: their text is no Markdown."""
    fronts = "".join(template.front for template in note_type.templates)
    return frozenset(re.findall(r"\{\{type:(.*?)\}\}", fronts))


def _plain(text: str) -> str:
    return _braces(exactly(text))


def _braces(rendered: str) -> str:
    """The same to see, with nothing that Anki takes for a field or a cloze."""
    for braces, safe in (("{{", "{&#123;"), ("}}", "}&#125;")):
        rendered = rendered.replace(braces, safe)
    return rendered


def _html(text: str, name_media: Callable[[str], str]) -> str:
    """HTML of a fragment, its marked gaps as Anki's clozes and no other text taken for one."""
    rendered = _braces(html_of(text, name_media))
    if GAP_START not in text:
        return rendered

    def cloze(match: re.Match[str]) -> str:
        number, shown, hint = match.groups()
        inner = shown.replace("::", ":&#58;") + (f"::{hint}" if hint else "")
        return f"{{{{c{number}::{re.sub('}$', '&#125;', inner)}}}}}"

    start, middle, hinted, end = map(re.escape, (GAP_START, GAP_TEXT, GAP_HINT, GAP_END))
    pattern = f"{start}(.*?){middle}(.*?)(?:{hinted}(.*?))?{end}"
    return re.sub(pattern, cloze, rendered, flags=re.DOTALL)


class _Media:
    """The images and sounds of a package: files, and their names in Anki's one folder of media."""

    def __init__(self, find: FindMedia) -> None:
        self._find = find
        self.names: dict[Path, str] = {}
        self.missing: list[str] = []

    def namer(self, item: Item) -> Callable[[str], str]:
        return lambda source: self._name(item, source)

    def _name(self, item: Item, source: str) -> str:
        """The name to use for a medium's source; one that names no file stays as it is."""
        if is_elsewhere(source):
            return source
        file = None
        if is_image(source) or is_sound(source):
            # Whatever a note names, no other file of the vault leaves it.
            file = self._find(item.path, unquote(source))
        if file is None:
            self.missing.append(f"{item.path}: {unquote(source)}")
            return source
        if file not in self.names:
            # By content: a medium that changed is another file, and names that differ in case
            # only are one file on some systems.
            content = digest(file.read_bytes().hex(), size=8)
            self.names[file] = f"{content}-{re.sub(r'[^a-z0-9.-]', '_', file.name.lower())}"
        return self.names[file]


# genanki ----------------------------------------------------------------------------------------


class _Note(genanki.Note):  # type: ignore[misc]
    """A note that keeps its own time of change."""

    modified = 0

    def write_to_db(self, cursor: Any, _timestamp: float, deck_id: int, ids: Any) -> None:
        super().write_to_db(cursor, self.modified, deck_id, ids)

    def _check_invalid_html_tags_in_fields(self) -> None:
        """All text was escaped when it was rendered; the check takes `a < b > c` for a tag."""


@cache
def _model(note_type: NoteType) -> Any:
    return genanki.Model(
        note_type.id,
        note_type.name,
        fields=[{"name": name, "id": id_} for id_, name in note_type.fields],
        templates=[
            {"name": one.name, "id": one.id, "qfmt": one.front, "afmt": one.back}
            for one in note_type.templates
        ],
        css=CSS,
        model_type=genanki.Model.CLOZE if note_type.cloze else genanki.Model.FRONT_BACK,
    )


def _deck_id(name: str) -> int:
    """Any number will do, as long as it is the same each time: Anki goes by the name."""
    return int(digest(name, size=8), 32) | 1 << 40


def _package(decks: list[Any], media: Mapping[Path, str], now: datetime) -> bytes:
    """The zip of an .apkg, compressed; genanki's own writer leaves a temporary file behind."""
    with tempfile.TemporaryDirectory(prefix="srs-") as folder:
        file = Path(folder) / "collection.anki2"
        connection = sqlite3.connect(file)
        try:
            ids = itertools.count(int(now.timestamp() * 1000))
            genanki.Package(decks).write_to_db(connection.cursor(), now.timestamp(), ids)
            connection.commit()
        finally:
            connection.close()
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(file, "collection.anki2")
            names = {str(number): name for number, name in enumerate(media.values())}
            package.writestr("media", json.dumps(names))
            for number, path in enumerate(media):
                package.write(path, str(number))
        return buffer.getvalue()
