"""What becomes of a package in a vault: files, who asks which card, answers that come home.

Notes that came from here are known again and stay as they are. Foreign ones become items; one that
is here already stays what a person made of it. Pure.
"""

from __future__ import annotations

import html
import itertools
import re
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from srs import kinds, notes
from srs.anki.foreign import decks, items
from srs.anki.foreign.inlined import taken_out
from srs.anki.foreign.remarks import Remark
from srs.anki.home import Home, come_home
from srs.anki.log import milliseconds
from srs.model import CardId, Imported, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from srs.anki.collection import Collection, Note
    from srs.anki.days import Days
    from srs.model import Event, Item

    Cards = Mapping[str, Mapping[int, CardId]]
    """GUID -> ordinal -> card."""


class Vault(NamedTuple):
    """What is asked of a vault.

    `ours` are notes that came from it, `imported` those of Anki that became items; `here` the
    `^ids` for which nothing is written. `said_of` gives all events of a card, `text_of` the text
    of a file, `` if there is none. `renamed` are names of media that are another file's here.
    `tags` are those that notes were given in Anki, as far as is known, and `exported` all that they
    ever got from here, by GUID.
    """

    ours: Cards
    imported: Cards
    here: Container[str]
    said_of: Callable[[CardId], Iterable[Event]]
    text_of: Callable[[str], str]
    renamed: Mapping[str, str]
    tags: Mapping[str, tuple[str, ...]]
    exported: Mapping[str, frozenset[str]]


class Arrival(NamedTuple):
    """`files` are whole texts by their paths in the vault, `new` what each got, as it is read.

    `media` are names that the items mention, in the package or of `inlined`, which notes held.
    """

    files: Mapping[str, str]
    new: Mapping[str, Sequence[Item]]
    known: int
    """Notes that came from this vault."""
    imported: Imported
    home: Home
    media: tuple[str, ...]
    inlined: Mapping[str, bytes]
    kept_as_html: tuple[Remark, ...]
    left_out: tuple[Remark, ...]
    notices: tuple[Remark, ...]


def arrive(
    collection: Collection,
    vault: Vault,
    days: Days,
    phase: str,
    tick: Callable[[int, int], None] = lambda _done, _all: None,
) -> Arrival:
    """What a collection brings. Raises Trouble where a file cannot take what is new."""
    collection, strange = _without_strangers(collection, vault)
    foreign: list[Note] = []
    inlined: dict[str, bytes] = {}
    theirs_alone = (note for note in collection.notes if note.guid not in vault.ours)
    for one in _with_media(theirs_alone, vault):
        note, pictures = taken_out(one)
        foreign.append(note)
        inlined |= pictures
    theirs = _with_only(collection, foreign)
    made = items.written(theirs, vault.here, phase, tick)
    files: dict[str, str] = {}
    items_of: dict[str, Sequence[Item]] = {}
    for path, file in made.files.items():
        for part, text, own in _parts(path, file, lambda one: files.get(one) or vault.text_of(one)):
            files[part] = text
            items_of[part] = (*items_of.get(part, ()), *own)
    cards = defaultdict(dict, {guid: dict(own) for guid, own in vault.imported.items()})
    new: dict[str, dict[int, CardId]] = defaultdict(dict)
    for (guid, ordinal), (item, key) in made.cards.items():
        if ordinal not in cards[guid]:
            cards[guid][ordinal] = new[guid][ordinal] = CardId(f"{item}-{key}")
    answered = {row.card for row in collection.log}
    now_or_before, ahead = _until(collection, days)
    known = len(collection.notes) - len(foreign)
    # Where notes of this vault are, or answers, it is the learner's own.
    in_anki = known > 0 or any(card.id in answered for card in theirs.cards)
    return Arrival(
        files=files,
        new=items_of,
        known=known,
        imported=Imported(
            {guid: tuple(own.items()) for guid, own in new.items()},
            in_anki,
            _own_tags(collection, vault),
        ),
        home=come_home(now_or_before, {**cards, **vault.ours}, vault.said_of, days),
        media=made.media,
        inlined=inlined,
        kept_as_html=made.kept_as_html,
        left_out=(*made.left_out, *strange, *ahead),
        notices=made.notices,
    )


def _without_strangers(collection: Collection, vault: Vault) -> tuple[Collection, list[Remark]]:
    """The collection without notes of which it is not clear whose they are, and how many.

    One has the GUID of an item here and another's note type: which card an answer was of, only our
    own note types tell, and a stranger who knows an id must not write into the history of what has
    it. Another has a note type of ours and is not here, while others are: it left from a copy of
    this vault that has more, and would be here twice once that is merged.
    """

    def is_ours(note: Note) -> bool:
        return collection.types[note.type].name.startswith(_OURS)

    absent: set[int] = set()
    here = [note for note in collection.notes if note.guid in vault.ours]
    strangers = {note.id for note in here if not is_ours(note)}
    if len(here) > len(strangers):
        absent = {
            note.id
            for note in collection.notes
            if note.guid not in vault.ours and note.guid not in vault.imported and is_ours(note)
        }
    left = strangers | absent
    if not left:
        return collection, []
    others = [note for note in collection.notes if note.id not in left]
    said = []
    if strangers:
        has = "note has the GUID" if len(strangers) == 1 else "notes have the GUIDs"
        what = f"{len(strangers):,} {has} of what is in this vault, and no note type of srs."
        said.append(Remark("", what))
    if absent:
        are = "note" if len(absent) == 1 else "notes"
        what = f"{len(absent):,} {are} of this vault that it does not know: pull first."
        said.append(Remark("", what))
    return _with_only(collection, others), said


def _with_only(collection: Collection, notes: Sequence[Note]) -> Collection:
    """The collection with these notes of it, and their cards."""
    ids = {note.id for note in notes}
    return collection._replace(
        notes=notes, cards=[card for card in collection.cards if card.note in ids]
    )


_OURS = tuple(kind.note_type.name for kind in kinds.KINDS)
"""How the names of our note types begin: where Anki finds two in conflict, it adds to one."""


def _own_tags(collection: Collection, vault: Vault) -> dict[str, tuple[str, ...]]:
    """The tags that notes of this vault were given in Anki, of those whose tags are others now."""
    found = {}
    for note in collection.notes:
        if note.guid in vault.ours and note.guid in vault.exported:
            ours = {tag.casefold() for tag in vault.exported[note.guid]}
            own = tuple(tag for tag in note.tags if tag.casefold() not in ours)
            if own != vault.tags.get(note.guid, ()):
                found[note.guid] = own
    return found


def _until(collection: Collection, days: Days) -> tuple[Collection, list[Remark]]:
    """The collection without answers that are still to come, and how many these are.

    A clock that was wrong for a while gives such; no memory grows of them. Those of clocks that
    are a little fast count.
    """
    end = milliseconds(days.end + timedelta(days=1))
    log = [row for row in collection.log if row.at < end]
    count = len(collection.log) - len(log)
    if not count:
        return collection, []
    said = f"{count:,} {'review lies' if count == 1 else 'reviews lie'} in the future."
    return collection._replace(log=log), [Remark("", said)]


def _with_media(notes: Iterable[Note], vault: Vault) -> Iterator[Note]:
    """The notes with other names for media whose names are taken."""
    others = {
        spelled: quote(other)
        for name, other in vault.renamed.items()
        for spelled in (name, html.escape(name), quote(name))
    }
    if not others:
        yield from notes
        return
    names = "|".join(map(re.escape, others))
    named = re.compile(rf"""((?:src|data)\s*=\s*["']?|\[sound:)({names})(?=["'\]\s>])""")
    for note in notes:
        fields = (named.sub(lambda one: one[1] + others[one[2]], text) for text in note.fields)
        yield note._replace(fields=tuple(fields))


def _parts(
    path: str, file: items.File, text_of: Callable[[str], str]
) -> Iterator[tuple[str, str, Sequence[Item]]]:
    """The files that take a deck's new items, below what they have: path, whole text, and items."""
    left = [*file.blocks.items()]
    for part in decks.parts(path):
        above = text_of(part).rstrip() or file.front_matter.rstrip()
        sizes = itertools.accumulate((len(block.encode()) + 2 for _, block in left))
        room = decks.LARGEST - len(above.encode())
        count = sum(size <= room for size in sizes)
        if count:
            yield part, *_joined(part, above, dict(left[:count]))
            del left[:count]
        if not left:
            return


def _joined(path: str, above: str, blocks: Mapping[str, str]) -> tuple[str, Sequence[Item]]:
    """A file with new items below what it has, and these, read as they are meant."""
    text = "\n\n".join((above, *blocks.values())) + "\n"
    read = [item for item in notes.parse(path, text)[0].items if item.explicit in blocks]
    if len({item.explicit for item in read}) < len(blocks):
        raise Trouble(
            f"{path} ends so that no card can stand below.",
            "Is a block of code, math or a comment left open there? Mend it, or move the file.",
        )
    return text, read
