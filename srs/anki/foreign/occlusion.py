"""Image occlusion: masks over an image, as HTML that needs no script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.anki.foreign import clozes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srs.anki.collection import Note, NoteType
    from srs.anki.foreign.clozes import Cloze

_SHAPE = re.compile(r"image-occlusion:(\w+)((?::\w+=[^:{}]*)*)")
_PROPERTY = re.compile(r":(\w+)=([^:{}]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+")
_ADD_ON = re.compile(r"\bio-(?:overlay|original|wrapper)\b")


def is_occluded(note: Note) -> bool:
    """Whether a cloze note is one of Anki's own image occlusion."""
    return any("image-occlusion:" in value for value in note.fields)


def is_masked(note_type: NoteType) -> bool:
    """Whether it is the note type of the add-on, whose masks are images above the image."""
    return any(_ADD_ON.search(one.front) for one in note_type.templates)


_OVERLAY = re.compile(r"<div\b(?=[^<>]*\bid=[\"']?io-overlay\b)")


def laid_over(html: str) -> str:
    """A side of the add-on's note type with its mask over the image, without its style sheet."""
    return _OVERLAY.sub('<div style="position:absolute"', html)


def sides(fields: Sequence[str], number: int) -> tuple[str, str]:
    """The front and back of the card that asks a mask, of a note of Anki's own type.

    Its fields are masks, image, header and what the back has besides, by whatever names. Both are
    empty where there is no such mask.
    """
    masks, image, header, extra, *_ = (*fields, "", "", "", "")
    found = [*clozes.clozes(clozes.pieces(masks))]
    if not image or not any(number in one.numbers for one in found):
        return "", ""
    front = "".join(_mask(one, asked=number in one.numbers) for one in found)
    back = "".join(_mask(one, asked=False) for one in found if number not in one.numbers)
    return f"{_below(header)}{_over(image, front)}", f"{_over(image, back)}{_below(extra)}"


def _below(html: str) -> str:
    return f"<div>{html}</div>" if html.strip() else ""


def _over(image: str, masks: str) -> str:
    return f'<div style="position:relative;display:inline-block">{image}{masks}</div>'


def _mask(one: Cloze, *, asked: bool) -> str:
    """A mask as a box over the image, in percent of it; none where only the asked one is hidden."""
    text = clozes.shown(one.inside)
    if not asked and ":oi=1" not in text:
        return ""
    colour = "#ff8e8e" if asked else "#ffeba2"
    boxes = (_box(shape[1], dict(_PROPERTY.findall(shape[2]))) for shape in _SHAPE.finditer(text))
    return "".join(
        f'<span style="position:absolute;{box};background:{colour}"></span>' for box in boxes if box
    )


def _box(shape: str, given: Mapping[str, str]) -> str:
    if shape == "polygon":
        numbers = [float(one) for one in _NUMBER.findall(given.get("points", ""))]
        across, down = numbers[::2], numbers[1::2]
        if not across or not down:
            return ""
        left, top = min(across), min(down)
        width, height = max(across) - left, max(down) - top
    else:
        left, top = _given(given, "left"), _given(given, "top")
        width = _given(given, "width") or 2 * _given(given, "rx")
        height = _given(given, "height") or 2 * _given(given, "ry")
    if not width or not height:
        return ""
    places = (("left", left), ("top", top), ("width", width), ("height", height))
    round_ = ";border-radius:50%" if shape == "ellipse" else ""
    return ";".join(f"{name}:{100 * size:.4g}%" for name, size in places) + round_


def _given(given: Mapping[str, str], name: str) -> float:
    found = _NUMBER.fullmatch(given.get(name, "").strip())
    return float(found[0]) if found else 0.0
