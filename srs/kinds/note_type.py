"""What the Anki note types of all kinds have in common: the trailing fields and the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def note_type(
    id: int,  # noqa: A002
    name: str,
    own_fields: tuple[str, ...],
    sides: tuple[tuple[str, str, str], ...],
    *,
    only_if: Mapping[str, str] | None = None,
    cloze: bool = False,
) -> NoteType:
    """A note type from its own fields and its sides: (template name, prompt HTML, answer HTML).

    `only_if` names for a template the field without which there is no such card. Ids of fields
    and templates are the note type's id with the place added: they let Anki see a renamed field
    as renamed.
    """
    names = (*own_fields, *SHARED_FIELDS)
    needed = only_if or {}
    templates = tuple(
        Template(
            id + 100 + place, side, _front(prompt, needed.get(side)), _back(prompt, answer, cloze)
        )
        for place, (side, prompt, answer) in enumerate(sides)
    )
    fields = tuple((id + 1 + place, field) for place, field in enumerate(names))
    return NoteType(id, name, fields, templates, cloze)


def _front(prompt: str, needed: str | None) -> str:
    shown = f'<main class="prompt">{prompt}</main>\n{_HINT}'
    return f"{{{{#{needed}}}}}{shown}{{{{/{needed}}}}}" if needed else shown


def _back(prompt: str, answer: str, cloze: bool) -> str:
    """Question above the answer; a cloze's answer is its text with the gap filled."""
    if cloze:
        return f'<main class="prompt">{answer}</main>\n<hr id="answer">\n{_BACK}'
    return (
        f'<main class="prompt">{prompt}</main>\n<hr id="answer">\n'
        f'<main class="answer">{answer}</main>\n{_BACK}'
    )
