"""The note types of a database: in a JSON object of `col` (schema 11), or in tables with protobuf
messages (schema 15 and later).
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from srs.anki.collection import NoteType, Template
from srs.anki.unpacking.encoded import json_object, message, text
from srs.anki.unpacking.unreadable import Unreadable, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from srs.anki.unpacking.database import Database

    Found = Iterator[tuple[str, Callable[[], NoteType]]]
    """Names, and how to read what is there: it raises an error of ODD if it is not as Anki's."""

ODD = (ValueError, LookupError, TypeError, AttributeError)
"""What taking values out of JSON raises when they are not there or others."""
_CLOZE = 1


def note_types(db: Database, packed: str, left_out: list[str]) -> Mapping[int, NoteType]:
    """By id; `packed` is the JSON, where that is used. `left_out` gets a sentence on others."""
    types: dict[int, NoteType] = {}
    odd: list[str] = []
    in_tables = db.has("notetypes", "id", "name", "config")
    for name, read in _in_tables(db) if in_tables else _in_json(packed):
        try:
            note_type = read()
        except ODD:
            odd.append(name)
        else:
            types[note_type.id] = note_type
    if odd:
        others = f" and {len(odd) - 1:,} others" if odd[1:] else ""
        left_out.append(f"The note type “{shown(odd[0])}”{others} cannot be read.")
    return types


def _checked(note_type: NoteType) -> NoteType:
    """Raises ValueError for one that no note can have."""
    if not note_type.fields or not note_type.templates:
        raise ValueError("no fields or no templates")
    return note_type


def _in_json(packed: str) -> Found:
    try:
        models = json_object(packed)
    except ValueError as error:
        raise Unreadable("It is damaged: its note types cannot be read.") from error
    for key, model in models.items():
        name = model.get("name") if isinstance(model, dict) else None
        yield name if isinstance(name, str) else key, partial(_of_json, key, model)


def _of_json(key: str, model: dict[str, Any]) -> NoteType:
    return _checked(
        NoteType(
            id=int(key),
            name=text(model["name"]),
            cloze=model.get("type") == _CLOZE,
            fields=tuple(text(field["name"]) for field in model["flds"]),
            templates=tuple(
                Template(place, text(one["name"]), text(one["qfmt"]), text(one["afmt"]))
                for place, one in enumerate(model["tmpls"])
            ),
            css=text(model.get("css")),
        )
    )


_KIND, _CSS = 1, 3
"""Numbers of the fields of Anki's message Notetype.Config."""
_FRONT, _BACK = 1, 2
"""The same of Notetype.Template.Config."""


def _in_tables(db: Database) -> Found:
    """Fields and templates without note type are usual: Anki's own exports have them."""
    fields: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for owner, place, name in db.rows("fields", {"ntid": int, "ord": int, "name": str}):
        fields[owner].append((place, name))
    templates: defaultdict[int, list[tuple[int, str, bytes]]] = defaultdict(list)
    columns = {"ntid": int, "ord": int, "name": str, "config": bytes}
    for owner, place, name, config in db.rows("templates", columns):
        templates[owner].append((place, name, config))
    for id_, name, config in db.rows("notetypes", {"id": int, "name": str, "config": bytes}):
        own = sorted(fields[id_]), sorted(templates[id_])
        yield name, partial(_of_tables, id_, name, config, *own)


def _of_tables(
    id_: int,
    name: str,
    config: bytes,
    fields: list[tuple[int, str]],
    templates: list[tuple[int, str, bytes]],
) -> NoteType:
    said = dict(message(config))
    return _checked(
        NoteType(
            id=id_,
            name=name,
            cloze=said.get(_KIND) == _CLOZE,
            fields=tuple(field for _, field in fields),
            templates=tuple(_template(place, *one[1:]) for place, one in enumerate(templates)),
            css=text(said.get(_CSS)),
        )
    )


def _template(place: int, name: str, config: bytes) -> Template:
    said = dict(message(config))
    return Template(place, name, text(said.get(_FRONT)), text(said.get(_BACK)))
