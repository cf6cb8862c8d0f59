"""Items to what Anki shows of them: Markdown to HTML, gaps to clozes, files to media."""

from __future__ import annotations

import html
import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from srs import kinds
from srs.anki.names import ordinal
from srs.anki.packing.prepared import Prepared, as_tags, storable
from srs.kinds.kind import GAP_END, GAP_HINT, GAP_START, GAP_TEXT
from srs.markdown.render import exactly
from srs.markdown.render import html as html_of
from srs.media import is_elsewhere, is_image, is_sound
from srs.model import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from srs.kinds.kind import NoteType
    from srs.model import Card, Item

    FindMedia = Callable[[str, str], Path | None]
    """(path of the note, source of an image or sound in it) -> the file, or None."""


def prepare(
    cards: Sequence[Card], find_media: FindMedia, before: Mapping[str, str] = MappingProxyType({})
) -> Prepared:
    """The note of an item, from all of its cards. `before` are names that its media once got."""
    item = cards[0].item
    media = _Media(item, find_media, before)
    fields = "\x1f".join(_fields(item, tuple(cards), media.name))
    return Prepared(
        item=item.id,
        content=item.content,
        kind=item.kind,
        path=item.path,
        topic=item.topic,
        phase=item.phase,
        fields=fields,
        shown=digest(fields),
        tags=as_tags((*item.tags, *(f"contrast::{name}" for name in item.contrasts))),
        cards=tuple((card.id, ordinal(card)) for card in cards),
        media=media.names,
        files=media.files,
        missing=tuple(media.missing),
    )


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
    return [storable(field) for field in fields]


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
    """The images and sounds of an item: files, by their names in Anki's one folder of media."""

    def __init__(self, item: Item, find: FindMedia, before: Mapping[str, str]) -> None:
        self._path = item.path
        self._find = find
        self._before = before
        self.names: dict[str, str] = {}
        self.files: dict[str, Path] = {}
        self.missing: list[str] = []

    def name(self, source: str) -> str:
        """The name to use for a medium's source; one that names no file stays as it is."""
        if is_elsewhere(source):
            return source
        file = None
        if is_image(source) or is_sound(source):
            # Whatever a note names, no other file of the vault leaves it.
            file = self._find(self._path, unquote(source))
        if file is None:
            self.missing.append(f"{self._path}: {unquote(source)}")
            if source in self._before:
                # Anki has it still.
                self.names[source] = self._before[source]
            return self.names.get(source, source)
        # By content: a medium that changed is another file, and names that differ in case only are
        # one file on some systems.
        content = digest(file.read_bytes().hex(), size=8)
        name = f"{content}-{re.sub(r'[^a-z0-9.-]', '_', file.name.lower())}"
        self.files[name] = file
        self.names[source] = name
        return name
