"""What the Anki note types of all kinds have in common: the trailing fields and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from srs.kinds.kind import NoteType, Template

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED_FIELDS = ("Hint", "Why", "Context", "Source", "Spare 1", "Spare 2", "Spare 3")
"""Every note type ends with these. A field added later would split the note type on each phone
that has it, so there are spare ones (measured on the engine: added fields make a second type)."""

_HINT = '{{#Hint}}<details class="hint"><summary>Hint</summary>{{Hint}}</details>{{/Hint}}'
_BACK = (
    '{{#Why}}<section class="why">{{Why}}</section>{{/Why}}\n'
    "<footer>{{Context}}<br>{{Source}}</footer>"
)


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
    shown = f'<main class="prompt">{side.prompt}</main>\n{task}{_HINT}'
    return f"{{{{#{needed}}}}}{shown}{{{{/{needed}}}}}" if needed else shown


def _back(side: Side, cloze: bool) -> str:
    """Question above the answer; a cloze's answer is its text with the gap filled."""
    if cloze:
        return f'<main class="prompt">{side.answer}</main>\n<hr id="answer">\n{_BACK}'
    return (
        f'<main class="prompt">{side.prompt}</main>\n<hr id="answer">\n'
        f'<main class="answer">{side.answer}</main>\n{_BACK}'
    )
