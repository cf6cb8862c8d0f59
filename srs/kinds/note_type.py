"""What the Anki note types of all kinds have in common: the trailing fields and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from srs.kinds.kind import NoteType, Template

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED_FIELDS = ("Hint", "Why", "Context", "Source", "Spare 1", "Spare 2", "Spare 3")
"""Every note type ends with these. A field added later would split the note type on each phone
that has it, so there are spare ones (measured on the engine: added fields make a second type)."""

_FOOTER = "<footer>{{#Context}}{{Context}}<br>{{/Context}}{{Source}}</footer>"


class Side(NamedTuple):
    """What a template shows, as HTML: the `answer` below the `prompt`.

    `task` is what there is to do before the answer is seen: it stands below the prompt of the
    question and not on the answer.
    """

    name: str
    prompt: str
    answer: str
    task: str = ""


def note_type(
    id: int,  # noqa: A002
    name: str,
    own_fields: tuple[str, ...],
    sides: tuple[Side, ...],
    *,
    only_if: Mapping[str, str] | None = None,
    cloze: bool = False,
) -> NoteType:
    """A note type from its own fields and its sides, a template each.

    `only_if` names for a template the field without which there is no such card. Ids of fields
    and templates are the note type's id with the place added: they let Anki see a renamed field
    as renamed. The text of a template is not frozen: Anki takes a new one over in place.
    """
    names = (*own_fields, *SHARED_FIELDS)
    needed = only_if or {}
    templates = tuple(
        Template(
            id + 100 + place, side.name, _front(side, needed.get(side.name)), _back(side, cloze)
        )
        for place, side in enumerate(sides)
    )
    fields = tuple((id + 1 + place, field) for place, field in enumerate(names))
    return NoteType(id, name, fields, templates, cloze)


def _front(side: Side, needed: str | None) -> str:
    task = f'<section class="task">{side.task}</section>\n' if side.task else ""
    shown = f"{_part('prompt', side.prompt)}\n{task}{_fold('Hint')}"
    return f"{{{{#{needed}}}}}{shown}{{{{/{needed}}}}}" if needed else shown


def _back(side: Side, cloze: bool) -> str:
    """Question above the answer; a cloze's answer is its text with the gap filled.

    Phones scroll to the line with the id `answer`: a cloze has none, it is read from its start.
    """
    below = f"{_fold('Why')}\n{_FOOTER}"
    if cloze:
        return f"{_part('prompt', side.answer)}\n{below}"
    prompt, answer = _part("prompt", side.prompt), _part("answer", side.answer)
    return f'{prompt}\n<hr id="answer">\n{answer}\n{below}'


def _part(part: str, shown: str) -> str:
    """A part of a card, which runs in the direction of its own first letter."""
    return f'<section class="{part}" dir="auto">{shown}</section>'


def _fold(field: str) -> str:
    """A field behind a line to tap, closed: it takes a finger, a key or a screen reader to open.

    The reasons too: what is graded is the answer, which then stays on one screen of a phone with
    the line below it that says there is more. `tappable` keeps a phone from taking a tap for its
    own.
    """
    return (
        f'{{{{#{field}}}}}<details class="{field.lower()}">'
        f'<summary class="tappable">{field}</summary>'
        f'<div dir="auto">{{{{{field}}}}}</div></details>{{{{/{field}}}}}'
    )
