"""A block of Markdown for an item, and the proof that our own parser reads what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs import notes
from srs.anki.foreign.converted import Converted, kept_as_html
from srs.anki.foreign.escapes import GAP, GAP_END, HINT, Place, settled
from srs.anki.foreign.kept import NUMBERED, put_in
from srs.anki.foreign.markdown import converted
from srs.anki.foreign.texts import said
from srs.kinds.cloze import gaps
from srs.markdown.render import html as html_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srs.model import Item, Part


class Meant(NamedTuple):
    """An item as it is meant: its kind, its parts as HTML by their tags, and what it asks.

    `ordinals` are those of its faces, in their order. `as_html`: nothing of it becomes Markdown,
    and why.
    """

    kind: str
    parts: tuple[tuple[str, str], ...]
    ordinals: tuple[int, ...]
    as_html: str = ""


class Block(NamedTuple):
    """The text of an item, with the keys of its faces in the order of `Meant.ordinals`."""

    text: str
    keys: tuple[str, ...]
    media: tuple[str, ...]
    changed: tuple[str, ...]


def block(meant: Meant, tags: tuple[str, ...], name: str) -> Block | None:
    """The block, with these tags and `^name`; None where our language cannot say it.

    What reads well is tried first, then with each sign escaped that might be a mark.
    """
    parts = _parts(meant)
    if parts is None:
        return None
    labels = tags if _is_behind_tag(next(iter(parts.values()))) else ()
    expected = {
        tag: said(html, listed=parts[tag].listed) for tag, html in meant.parts if tag in parts
    }
    for cautious in (False, True):
        text = _written(meant.kind, parts, labels, name, cautious=cautious)
        if text is None:
            return None
        item = _only_item(text)
        if item and _is_meant(item, meant, labels, name) and _says(item, expected, parts):
            return Block(
                text,
                tuple(face.key for face in item.faces),
                tuple(dict.fromkeys(one for part in parts.values() for one in part.media)),
                (*_changed(parts.values()), *_lost(tags, labels)),
            )
    return None


def _changed(parts: Iterable[Converted]) -> Iterable[str]:
    return dict.fromkeys(one for part in parts for one in part.changed)


def _lost(tags: tuple[str, ...], labels: tuple[str, ...]) -> Iterable[str]:
    """Tags stand behind a text: a question that begins with a block has none."""
    if tags and not labels:
        yield f"its question begins with no text that tags could follow: {', '.join(tags)}"


def _parts(meant: Meant) -> dict[str, Converted] | None:
    made: dict[str, Converted] = {}
    brief = meant.kind == "cloze"
    for tag, html in meant.parts:
        try:
            part = kept_as_html(html) if meant.as_html else converted(html, lists=tag != "C")
        except RecursionError:
            # Elements within elements, hundreds of them.
            return None
        if part.gap_in_code or (tag == "T" and "\n" in part.text):
            return None
        if brief:
            in_one = _one_paragraph(
                part, with_list=not any("\n\n" in one.text for one in made.values())
            )
            if in_one is None:
                return None
            part = in_one
        if part.text:
            made[tag] = part
    return made


_BLOCK = re.compile(r"(?:- |\d{1,9}\. |\||>)")
_ROW = re.compile(r"^[ \t]*(?:- |\d{1,9}\. |> ?)+", re.MULTILINE)
_RULE = re.compile(r"\|(?: --- \|)+")
_LIST = re.compile(r"- |\d{1,9}\. ")


def _one_paragraph(part: Converted, *, with_list: bool) -> Converted | None:
    """A part of a `C:` item: one paragraph, and a list below it if it may have one.

    Other lists, and tables, become lines. None where there is code, which no paragraph has.
    """
    blocks = part.text.split("\n\n")
    flat, changed = False, tuple[str, ...]()
    for at, one in enumerate(blocks):
        is_last = at == len(blocks) - 1
        if one.startswith("| "):
            rows = (line.strip("| ") for line in one.split("\n") if not _RULE.fullmatch(line))
            blocks[at] = "\\\n".join(filter(None, rows))
            flat, changed = True, ("its table stands in lines, for a cloze takes none",)
        elif _is_block(part, one) and not _ROW.match(one):
            return None
        if _ROW.match(one) and not (with_list and at and is_last and _LIST.match(one)):
            rows_of_text = _ROW.sub(lambda row: "◦ " if row[0][0] == " " else "• ", one)
            blocks[at] = rows_of_text.replace("\\\n", "\n").replace("\n", "\\\n")
            flat = True
    below = f"\n\n{blocks.pop()}" if len(blocks) > 1 and _LIST.match(blocks[-1]) else ""
    text = "\\\n".join(blocks) + below
    return part._replace(text=text, listed=part.listed or flat, changed=(*part.changed, *changed))


# Writing ----------------------------------------------------------------------------------------


def _written(
    kind: str, parts: Mapping[str, Converted], tags: tuple[str, ...], name: str, *, cautious: bool
) -> str | None:
    labels = "".join(f" #{tag}" for tag in tags)
    if kind == "reversed":
        places = (Place(tagged=False), Place(titled=True))
        left, right = (
            put_in(settled(part.text, place, cautious=cautious), part.kept)
            for part, place in zip(parts.values(), places, strict=True)
        )
        line = f"{left} ::: {right}{labels} ^{name}"
        return None if "\n" in line else line
    lines: list[str] = []
    parted = False
    for tag, part in parts.items():
        behind = _is_behind_tag(part)
        first = not lines
        place = Place(tagged=behind, titled=first, gaps=tag == "C", bars=tag == "T")
        text = put_in(settled(part.text, place, cautious=cautious), part.kept)
        if first:
            text = _labelled(text, labels if behind else "", is_cloze=tag == "C")
        if lines and parted:
            lines.append("")
        lines.append(f"{tag}: {text}" if behind else f"{tag}:\n\n{text}")
        parted = not behind or "\n\n" in text
    whole = "\n".join(lines)
    # Below a list the name would be a paragraph of its own, which ends a `C:` item.
    beside = kind == "cloze" or not _is_block(part, part.text.rpartition("\n\n")[2])
    return f"{whole} ^{name}" if beside else f"{whole}\n\n^{name}"


def _is_behind_tag(part: Converted) -> bool:
    """Whether a text begins with a paragraph, which stands behind its tag."""
    return not _is_block(part, part.text.partition("\n\n")[0])


def _is_block(part: Converted, text: str) -> bool:
    """Whether a stretch of a text between empty lines is something else than a paragraph."""
    if text.startswith(" "):
        return True
    kept = NUMBERED.fullmatch(text)
    if kept:
        return "\n" in (whole := part.kept[int(kept[1])]) or whole.startswith("<")
    return _BLOCK.match(text) is not None


def _labelled(text: str, labels: str, *, is_cloze: bool) -> str:
    """The text with tags at the end of its first line."""
    if not labels:
        return text
    line, parted, below = text.partition("\n")
    if line.endswith("\\"):
        # Behind the tags the line has no end of its own; a paragraph has.
        line, parted = line[:-1].rstrip(), "\n" if is_cloze else "\n\n"
    return f"{line}{labels}{parted}{below}"


# Proof ------------------------------------------------------------------------------------------


def _only_item(text: str) -> Item | None:
    note, problems = notes.parse("notes/imported.md", text)
    if len(note.items) != 1 or any(one.severity == "error" for one in problems):
        return None
    return note.items[0]


def _is_meant(item: Item, meant: Meant, tags: tuple[str, ...], name: str) -> bool:
    return (
        (item.kind, item.explicit) == (meant.kind, name)
        and len(item.faces) == len(meant.ordinals)
        and set(_tags(item)) >= set(tags)
    )


def _tags(item: Item) -> tuple[str, ...]:
    return (*item.tags, *(f"contrast/{one}" for one in item.contrasts))


_PLAINLY = re.compile(r"[^\\`*_\[\]<>&$~#{}=|!\n+-]*")


def _says(item: Item, expected: Mapping[str, str], parts: Mapping[str, Converted]) -> bool:
    """Whether each part says what it said before."""
    found = {part.tag: part for part in item.draft.parts}
    if set(found) != set(parts):
        return False
    for tag, part in found.items():
        text = _without_gaps(part) if tag == "C" else part.text
        shown = text if _PLAINLY.fullmatch(text) else html_of(text)
        wanted = _ungapped(expected[tag]) if tag == "C" else expected[tag]
        if said(shown, listed=parts[tag].listed) != wanted or (
            tag == "T" and len(part.accepted) != 1
        ):
            return False
    return True


def _without_gaps(part: Part) -> str:
    pieces, at = [], 0
    for gap in gaps(part)[0]:
        hint = f"({gap.hint})" if gap.hint else ""
        pieces += [part.text[at : gap.start], gap.text, hint]
        at = gap.end
    return "".join([*pieces, part.text[at:]])


def _ungapped(expected: str) -> str:
    text = re.sub(f"{GAP}\\d+{GAP}", "", expected)
    return re.sub(f"{HINT}([^{GAP_END}]*){GAP_END}", r"(\1)", text).replace(GAP_END, "")
