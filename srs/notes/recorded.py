"""An item as the history recorded it, read again: of one that is in no note any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.notes import parse

if TYPE_CHECKING:
    from srs.model import Item, ItemFixed


def recorded(body: ItemFixed) -> Item | None:
    """The item under its lasting id and in its place; None if its text is no such item now."""
    note, _ = parse(body.path, _written(body))
    if len(note.items) != 1 or note.items[0].content != body.content:
        return None
    return note.items[0]._replace(
        id=body.item, headings=body.headings, order=body.order, explicit=body.explicit
    )


def _written(body: ItemFixed) -> str:
    """The Markdown of an item. Both sides of one that is asked both ways are in one line."""
    texts = dict(body.texts)
    first = ""
    if body.kind == "reversed":
        first = f"{texts.pop('Q', '')} ::: {texts.pop('A', '')}"
    parts = (text if tag == "Options" else f"{tag}:\n{text}" for tag, text in texts.items())
    # A table would take a tag right below it for a row.
    return "\n\n".join((first, *parts))
