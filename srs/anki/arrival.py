"""What becomes of a package in a vault: files, who asks which card, answers that come home.

Notes that came from here are known again and stay as they are. Foreign ones become items; one that
is here already stays what a person made of it. Pure.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from srs import notes
from srs.anki.foreign import items
from srs.anki.home import Home, come_home
from srs.model import CardId, Imported, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from srs.anki.collection import Collection, Note
    from srs.anki.days import Days
    from srs.model import Event

    Cards = Mapping[str, Mapping[int, CardId]]
    """GUID -> ordinal -> card."""


class Vault(NamedTuple):
    """What is asked of a vault.

    `ours` are notes that came from it, `imported` those of Anki that became items; `here` the
    `^ids` for which nothing is written. `said_of` gives all events of a card, `text_of` the text
    of a file, `` if there is none. `renamed` are names of media that are another file's here.
    """

    ours: Cards
    imported: Cards
    here: Container[str]
    said_of: Callable[[CardId], Iterable[Event]]
    text_of: Callable[[str], str]
    renamed: Mapping[str, str]


class Arrival(NamedTuple):
    """`files` are whole texts by their paths in the vault, `new` how many items each got.

    `media` are names in the package. The rest are sentences.
    """

    files: Mapping[str, str]
    new: Mapping[str, int]
    known: int
    """Notes that came from this vault."""
    imported: Imported
    home: Home
    media: tuple[str, ...]
    kept_as_html: tuple[str, ...]
    left_out: tuple[str, ...]
    notices: tuple[str, ...]


def arrive(
    collection: Collection,
    vault: Vault,
    days: Days,
    phase: str,
    tick: Callable[[int, int], None] = lambda _done, _all: None,
) -> Arrival:
    """What a collection brings. Raises Trouble where a file cannot take what is new."""
    foreign = [
        _with_media(note, vault.renamed) for note in collection.notes if note.guid not in vault.ours
    ]
    ids = {note.id for note in foreign}
    theirs = collection._replace(
        notes=foreign, cards=[card for card in collection.cards if card.note in ids]
    )
    made = items.written(theirs, vault.here, phase, tick)
    files = {path: _joined(path, vault.text_of(path), file) for path, file in made.files.items()}
    cards = defaultdict(dict, {guid: dict(own) for guid, own in vault.imported.items()})
    new: dict[str, dict[int, CardId]] = defaultdict(dict)
    for (guid, ordinal), (item, key) in made.cards.items():
        if ordinal not in cards[guid]:
            cards[guid][ordinal] = new[guid][ordinal] = CardId(f"{item}-{key}")
    answered = {row.card for row in collection.log}
    in_anki = any(card.id in answered for card in theirs.cards)
    return Arrival(
        files=files,
        new={path: len(file.blocks) for path, file in made.files.items()},
        known=len(collection.notes) - len(foreign),
        imported=Imported({guid: tuple(own.items()) for guid, own in new.items()}, in_anki),
        home=come_home(collection, {**cards, **vault.ours}, vault.said_of, days),
        media=made.media,
        kept_as_html=made.kept_as_html,
        left_out=made.left_out,
        notices=made.notices,
    )


def _with_media(note: Note, renamed: Mapping[str, str]) -> Note:
    """The note with other names for media."""
    fields = note.fields
    for name, other in renamed.items():
        spelled = "|".join(re.escape(one) for one in {name, html.escape(name), quote(name)})
        pattern = rf"""((?:src|data)\s*=\s*["']?|\[sound:)(?:{spelled})(?=["'\]\s>])"""
        fields = tuple(re.sub(pattern, rf"\g<1>{quote(other)}", field) for field in fields)
    return note._replace(fields=fields)


def _joined(path: str, before: str, file: items.File) -> str:
    """A file with the new items below what it has, read as they are meant."""
    above = before.rstrip() or file.front_matter.rstrip()
    text = "\n\n".join((above, *file.blocks.values())) + "\n"
    read = {item.explicit for item in notes.parse(path, text)[0].items}
    if not read.issuperset(file.blocks):
        raise Trouble(
            f"{path} ends so that no card can stand below.",
            "Is a block of code, math or a comment left open there? Mend it, or move the file.",
        )
    return text
