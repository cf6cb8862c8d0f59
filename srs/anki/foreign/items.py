"""The notes of a foreign collection as items in our card language.

Nothing is lost silently: a card is asked by an item, or a sentence says why not.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from srs.anki.foreign import clozes, decks, occlusion
from srs.anki.foreign.blocks import Meant, block
from srs.anki.foreign.remarks import Remark
from srs.anki.foreign.sides import Sides, fields, sides, values
from srs.anki.foreign.texts import said
from srs.anki.unpacking.unreadable import shown
from srs.model import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from srs.anki.collection import Card, Collection, Note, NoteType
    from srs.anki.foreign.blocks import Block
    from srs.anki.foreign.clozes import Cloze


class File(NamedTuple):
    """A deck's file: the lines above its items, and by its `^id` a block for each."""

    front_matter: str
    blocks: Mapping[str, str]


class Written(NamedTuple):
    """What a collection is in our language.

    `files` are by their paths in the vault. `cards` names, for a GUID and an ordinal, the id of the
    item and the key of the face that ask this card. `media` are names of files of the collection.
    """

    files: Mapping[str, File]
    cards: Mapping[tuple[str, int], tuple[str, str]]
    media: tuple[str, ...]
    kept_as_html: tuple[Remark, ...]
    """Items, and why."""
    left_out: tuple[Remark, ...]
    notices: tuple[Remark, ...]
    """What else is different."""


def written(
    collection: Collection,
    here: Container[str],
    phase: str,
    tick: Callable[[int, int], None] = lambda _done, _all: None,
) -> Written:
    """The items of all notes. Of those that are `here`, by their `^id`, no block is written: what
    a person made of them stays. `tick` hears how many notes are done, and of how many.
    """
    cards = {
        note: tuple(own)
        for note, own in itertools.groupby(collection.cards, key=attrgetter("note"))
    }
    paths = decks.paths(own[0].deck for own in cards.values())
    blocks: dict[str, dict[str, str]] = {}
    writer = _Writer(here)
    for done, note in enumerate(collection.notes, start=1):
        tick(done, len(collection.notes))
        own = cards.get(note.id, ())
        if not own:
            continue
        deck = own[0].deck
        writer.where = f"{shown(' '.join(deck.split()))}: note {note.id}"
        made = writer.note(note, collection.types.get(note.type), own)
        blocks.setdefault(deck, {}).update(made)
    files = {
        paths[deck]: File(decks.front_matter(deck, phase), made)
        for deck, made in blocks.items()
        if made
    }
    return Written(
        files,
        writer.cards,
        tuple(writer.media),
        tuple(writer.kept_as_html),
        tuple(writer.left_out),
        tuple(writer.notices),
    )


def item_id(guid: str) -> str:
    """The `^id` of a note's item: GUIDs hold signs that no id has."""
    return f"anki-{digest('anki', guid, size=12)}"


@dataclass(slots=True)
class _Writer:
    here: Container[str]
    where: str = ""
    cards: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    media: dict[str, None] = field(default_factory=dict)
    kept_as_html: list[Remark] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    _guids: dict[str, int] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def note(
        self, note: Note, note_type: NoteType | None, cards: Sequence[Card]
    ) -> Mapping[str, str]:
        """The blocks of a note's items, by their `^ids`."""
        if note_type is None:
            self._leave_out({card.ordinal for card in cards}, "its note type is not in the file")
            return {}
        if sum(map(len, note.fields)) > _LONGEST:
            self._leave_out(
                {card.ordinal for card in cards}, f"its note has more than {_LONGEST:,} characters"
            )
            return {}
        again = self._guids[note.guid] = self._guids.get(note.guid, 0) + 1
        base = item_id(note.guid if again == 1 else f"{note.guid} {again}")
        if again > 1:
            self._tell("another note has the same GUID, and their answers cannot be told apart.")
        scripts = any("<script" in f"{one.front}{one.back}" for one in note_type.templates)
        tags = self._tags(note.tags)
        made: dict[str, str] = {}
        for ways in self._ways(note, note_type, cards):
            way: Sequence[Meant] = ()
            for way in ways:
                found = self._blocks(way, base, tags)
                if found is None:
                    continue
                if scripts and not way[0].as_html:
                    self._tell_once(
                        f"What scripts of the note type `{note_type.name}` do is not kept."
                    )
                for meant, name, one in found:
                    self._take(meant, name, one, note.guid, first=again == 1)
                    if name not in self.here:
                        made[name] = one.text
                break
            else:
                ordinals = {ordinal for meant in way for ordinal in meant.ordinals}
                self._leave_out(ordinals, "our card language cannot say it")
        return made

    def _blocks(
        self, way: Sequence[Meant], base: str, tags: tuple[str, ...]
    ) -> list[tuple[Meant, str, Block]] | None:
        """The blocks of one way to write a note; None if one of them fails."""
        found = []
        for meant in way:
            several = meant.kind in ("cloze", "reversed")
            name = base if several or meant.ordinals[0] == 0 else f"{base}-{meant.ordinals[0]}"
            one = block(meant, tags, name)
            if one is None:
                return None
            found.append((meant, name, one))
        return found

    def _take(self, meant: Meant, name: str, one: Block, guid: str, *, first: bool) -> None:
        self.media |= dict.fromkeys(one.media)
        for change in one.changed:
            self._tell(f"{change}.")
        if meant.as_html:
            self.kept_as_html.append(Remark(self.where, meant.as_html))
        for ordinal, key in zip(meant.ordinals, one.keys, strict=True):
            if first:
                self.cards[guid, ordinal] = name, key

    def _leave_out(self, ordinals: set[int], why: str) -> None:
        if not ordinals:
            return
        cards = ", ".join(str(one + 1) for one in sorted(ordinals))
        self.left_out.append(Remark(self.where, f"card {cards} is left out: {why}."))

    def _tell(self, what: str) -> None:
        self.notices.append(Remark(self.where, what))

    def _tell_once(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.notices.append(Remark("", what))

    # Tags ---------------------------------------------------------------------------------------

    def _tags(self, tags: Sequence[str]) -> tuple[str, ...]:
        """The tags as our language writes them."""
        made: dict[str, None] = {}
        for tag in tags:
            if tag.lower() == "leech":
                continue
            label = _label(tag)
            if not label:
                self._tell_once(f"The tag `{tag}` is not kept: it has no letter.")
                continue
            if label != tag.replace("::", "/"):
                self._tell_once(f"The tag `{tag}` is written `#{label}`.")
            made[label] = None
        return tuple(made)

    # What a note asks ---------------------------------------------------------------------------

    def _ways(
        self, note: Note, note_type: NoteType, cards: Sequence[Card]
    ) -> Iterator[Iterable[list[Meant]]]:
        """For cards of the note that belong together: ways to write them, the best first."""
        if note_type.cloze:
            if occlusion.is_occluded(note):
                yield from self._occluded(note, note_type, cards)
            elif note_type.templates:
                yield self._cloze(note, note_type, cards)
            else:
                self._leave_out({card.ordinal for card in cards}, "its note type has no template")
            return
        masked = occlusion.is_masked(note_type)
        shown: dict[int, Sides] = {}
        for card in cards:
            template = next((t for t in note_type.templates if t.ordinal == card.ordinal), None)
            if template is None:
                self._leave_out({card.ordinal}, "its note type has no such template")
                continue
            found = sides(template, values(note, note_type, card), show_cloze=clozes.plain)
            if why := _nothing_to_ask(found):
                self._leave_out({card.ordinal}, why)
                continue
            if masked:
                front, back = map(occlusion.laid_over, (found.front, found.back))
                found = found._replace(front=front, back=back)
            shown[card.ordinal] = found
        if tuple(shown) == (0, 1) and _are_reversed(*shown.values()):
            one = shown[0]
            both = Meant("reversed", (("", one.front), (":::", one.back)), (0, 1))
            apart = [_basic(at, side) for at, side in shown.items()]
            yield [[both], apart, _as_html(apart, _TOO_MUCH)]
            return
        for ordinal, one in shown.items():
            yield _alone(ordinal, one, masked=masked)

    def _cloze(
        self, note: Note, note_type: NoteType, cards: Sequence[Card]
    ) -> Iterator[list[Meant]]:
        """The gaps of a note as one item, or else an item for each card."""
        template = note_type.templates[0]
        found: list[Cloze] = []
        plain: list[bool] = []

        def marked(value: str) -> str:
            pieces = clozes.pieces(value)
            found.extend(clozes.clozes(pieces))
            plain.append(clozes.are_plain(pieces))
            return clozes.marked(pieces)

        whole = sides(template, values(note, note_type, cards[0]), marked)
        numbers = {number for one in found for number in one.numbers}
        asked = [card for card in cards if card.ordinal + 1 in numbers]
        self._leave_out(
            {card.ordinal for card in cards if card not in asked}, "its text has no such gap"
        )
        if "type:cloze:" in template.front:
            self._tell_once(f"Gaps of the note type `{note_type.name}` are recalled, not typed.")
        if not asked:
            return
        if all(plain):
            order = tuple(dict.fromkeys(one.numbers[0] - 1 for one in found))
            parts = (("C", whole.front), ("Hint", whole.hint), ("Why", whole.back))
            yield [Meant("cloze", _filled(parts), order)]
        else:
            self._tell(
                "each card is a question of its own, "
                "for gaps are empty, inside others, or of several cards."
            )
        single = [*self._singly(note, note_type, asked)]
        if single:
            yield single
            yield _as_html(single, _TOO_MUCH)

    def _singly(self, note: Note, note_type: NoteType, cards: Sequence[Card]) -> Iterator[Meant]:
        """Each card of a cloze as an item."""
        for card in cards:
            shown = self._asking(note, note_type, card)
            if why := _nothing_to_ask(shown):
                self._leave_out({card.ordinal}, why)
            else:
                yield _basic(card.ordinal, shown)

    def _asking(self, note: Note, note_type: NoteType, card: Card) -> Sides:
        """A card of a cloze as a question with its gaps shown as `[...]`, and what they hide."""
        hidden: list[str] = []

        def prompt(value: str) -> str:
            asking, answer = clozes.asked(clozes.pieces(value), card.ordinal + 1, value)
            hidden.append(answer)
            return asking

        found = sides(note_type.templates[0], values(note, note_type, card), prompt)
        return found._replace(back="<p>".join(filter(said, hidden)), why=found.back)

    def _occluded(
        self, note: Note, note_type: NoteType, cards: Sequence[Card]
    ) -> Iterator[Iterable[list[Meant]]]:
        """An image with masks: each card shows it with its own mask."""
        given = [*fields(note, note_type).values()]
        for card in cards:
            front, back = occlusion.sides(given, card.ordinal + 1)
            if not said(front):
                self._leave_out({card.ordinal}, "it has no such mask, or no image")
                continue
            yield [_as_html([_basic(card.ordinal, Sides(front, back))], _MASKED)]


def _label(tag: str) -> str:
    """A tag of Anki as one of ours: letters, digits, `-`, `_`, and `/` for its levels."""
    label = re.sub(r"[^\w/-]+", "-", tag.replace("::", "/"))
    label = re.sub(r"-*/[/-]*", "/", label).strip("/-")
    label = label.lstrip("_-/")
    return f"t{label}" if label and not label[0].isalpha() else label


def _nothing_to_ask(found: Sides) -> str:
    if not said(found.front):
        return "its front is empty"
    if not said(found.back) and not said(found.typed):
        return "there is no answer"
    return ""


def _are_reversed(one: Sides, other: Sides) -> bool:
    bare = not any((one.hint, other.hint, one.typed, other.typed, one.scripted, other.scripted))
    same = said(one.front) == said(other.back) and said(one.back) == said(other.front)
    return bare and same


def _filled(parts: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((tag, html) for tag, html in parts if said(html))


def _alone(ordinal: int, shown: Sides, *, masked: bool) -> list[list[Meant]]:
    """The ways to write a card as an item of its own."""
    plain = [_basic(ordinal, shown)]
    if masked or shown.scripted:
        return [_as_html(plain, _MASKED if masked else _SCRIPTED)]
    typed = [[_typed(ordinal, shown)]] if shown.typed else []
    return [*typed, plain, _as_html(plain, _TOO_MUCH)]


def _basic(ordinal: int, shown: Sides) -> Meant:
    answer = shown.back
    if shown.typed:
        answer = f"{shown.typed}<br>{answer}" if said(answer) else shown.typed
    parts = (("Q", shown.front), ("Hint", shown.hint), ("A", answer), ("Why", shown.why))
    return Meant("basic", _filled(parts), (ordinal,))


def _as_html(several: Sequence[Meant], why: str) -> list[Meant]:
    return [meant._replace(as_html=why) for meant in several]


_MASKED = "masks lie over an image."
_SCRIPTED = "only a script knows how it looks."
_TOO_MUCH = "Markdown cannot say it."
_LONGEST = 300_000
"""Characters of a note's fields: a book's chapter, and a bound for what reading it may take."""


def _typed(ordinal: int, shown: Sides) -> Meant:
    parts = (("Q", shown.front), ("Hint", shown.hint), ("T", shown.typed), ("Why", shown.back))
    return Meant("typed", _filled(parts), (ordinal,))
