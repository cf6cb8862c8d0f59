"""What a card shows, as HTML: its template filled with its note, the back without the front."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.anki.foreign import templates
from srs.anki.foreign.escapes import cleaned
from srs.anki.foreign.templates import ABOUT_THE_CARD, FRONT_SIDE, Field, Shown
from srs.anki.foreign.texts import mended, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from srs.anki.collection import Card, Note, NoteType, Template


class Sides(NamedTuple):
    """HTML. In the front of a cloze the gaps are marked, and its back is what comes on top."""

    front: str
    back: str
    hint: str = ""
    typed: str = ""
    """What is to be typed, if anything is."""
    why: str = ""
    """What comes below the answer, where this is known to be apart from it."""
    scripted: bool = False
    """Nobody but a script knows how it looks: these are the fields that it shows."""


def values(note: Note, note_type: NoteType, card: Card) -> dict[str, str]:
    """What templates may ask for: the fields by their names, and what there is about the card."""
    found = {
        "Tags": " ".join(note.tags),
        "Type": note_type.name,
        "Deck": card.deck,
        "Subdeck": card.deck.rpartition("::")[2],
        "Card": next((one.name for one in note_type.templates if one.ordinal == card.ordinal), ""),
        "CardFlag": f"flag{card.flags}" if card.flags else "",
        "CardID": str(card.id),
    }
    if note_type.cloze:
        # Sections of the cards that are asked: `{{#c1}}`.
        found[f"c{card.ordinal + 1}"] = "1"
    return found | fields(note, note_type)


def fields(note: Note, note_type: NoteType) -> dict[str, str]:
    """The HTML of a note's fields by their names, so that what is read as HTML is HTML."""
    htmls = (mended(cleaned(value)) for value in note.fields)
    if _LINES_AS_WRITTEN.search(note_type.css):
        htmls = (value.replace("\n", "<br>") for value in htmls)
    return dict(zip(note_type.fields, htmls, strict=False))


_LINES_AS_WRITTEN = re.compile(r"\.card\b[^{}]*\{[^{}]*\bwhite-space\s*:\s*pre")
"""CSS by which a card shows lines as they are written."""


def sides(template: Template, given: Mapping[str, str], show_cloze: Callable[[str], str]) -> Sides:
    """Both sides of a card. `show_cloze` gives what a field with clozes shows on the front."""
    nodes = templates.parsed(cleaned(template.front)), templates.parsed(cleaned(template.back))
    front, back = (tuple(templates.shown(one, given)) for one in nodes)
    hints: list[str] = []
    typed = next((one.name for one in _fields(front) if "type" in one.filters), "")
    cloze = any("cloze" in one.filters for one in _fields(front))
    repeated = {typed, FRONT_SIDE}
    if cloze:
        repeated |= {one.name for one in _fields(front) if "hint" not in one.filters}

    def on_the_front(field: Field, value: str) -> str:
        if templates.is_spoken(field):
            return ""
        if "cloze" in field.filters:
            return show_cloze(value)
        if "type" in field.filters or field.name in ABOUT_THE_CARD:
            return ""
        value = templates.through_filters(value, field.filters)
        if "hint" in field.filters:
            hints.append(value)
            return ""
        return value

    def on_the_back(field: Field, value: str) -> str:
        if "cloze" in field.filters or field.name in repeated or field.name in ABOUT_THE_CARD:
            return ""
        return templates.through_filters(value, field.filters)

    shown = templates.filled(front, given, on_the_front)
    if _SCRIPT.search(template.front) and not said(shown):
        asked, answered = map(templates.of_scripts, nodes)
        answered = tuple(one for one in answered if one not in asked)
        return Sides(
            "<br>".join(templates.filled([one], given, on_the_front) for one in asked),
            "<br>".join(templates.filled([one], given, on_the_back) for one in answered),
            scripted=True,
        )
    below = templates.filled(_without_front(back, front), given, on_the_back)
    return Sides(shown, below, "<br>".join(filter(said, hints)), given.get(typed, ""))


def _fields(nodes: Iterable[Shown]) -> list[Field]:
    return [one for one in nodes if isinstance(one, Field)]


_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_LINE = re.compile(r"<hr\b[^<>]*>", re.IGNORECASE)


def _without_front(back: Sequence[Shown], front: Sequence[Shown]) -> Sequence[Shown]:
    """A back without what only repeats the front: above its first line, or at its beginning.

    The templates tell, not the texts: a back may well begin with the same word.
    """
    for at, node in enumerate(back):
        line = _LINE.search(node) if isinstance(node, str) else None
        if line and isinstance(node, str):
            above = (*back[:at], node[: line.start()])
            return (node[line.end() :], *back[at + 1 :]) if _repeats(above, front) else back
    back = _without_footer(back, front)
    *others, last = [*front] or [""]
    size = len(others)
    same = [*map(_folded, back[:size])] == [*map(_folded, others)]
    if not same or len(back) <= size:
        return back
    node = back[size]
    if isinstance(node, str) and isinstance(last, str) and node.startswith(last.rstrip()):
        return (node[len(last.rstrip()) :], *back[size + 1 :])
    if node == last:
        return back[size + 1 :]
    return back[size:] if _fields(others) else back


def _without_footer(back: Sequence[Shown], front: Sequence[Shown]) -> Sequence[Shown]:
    """A back without the element that ends both sides, where no field is in it."""
    last, asked = (nodes[-1] if nodes else "" for nodes in (back, front))
    if not isinstance(last, str) or not isinstance(asked, str):
        return back
    footer = _FOOTER.search(last)
    if not footer or not asked.rstrip().endswith(footer[0].rstrip()):
        return back
    return (*back[:-1], last[: footer.start()])


_FOOTER = re.compile(r"<(div|footer|p)\b[^<>]*>[^<>]*</\1>\s*$", re.IGNORECASE)


def _repeats(above: Sequence[Shown], front: Sequence[Shown]) -> bool:
    names = {one.name for one in _fields(above)} - {FRONT_SIDE}
    return _text(above) in _text(front) and names <= {one.name for one in _fields(front)}


def _text(nodes: Iterable[Shown]) -> str:
    return said("".join(one for one in nodes if isinstance(one, str)))


def _folded(node: Shown) -> Shown:
    return " ".join(node.split()) if isinstance(node, str) else node
