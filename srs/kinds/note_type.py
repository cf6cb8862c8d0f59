"""What the Anki note types of all kinds have in common: the trailing fields and the templates."""

from __future__ import annotations

from srs.kinds.kind import NoteType, Template

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
    cloze: bool = False,
) -> NoteType:
    """A note type from its own fields and its sides: (template name, prompt HTML, answer HTML).

    Ids of fields and templates are the note type's id with the place added: they let Anki see a
    renamed field as renamed.
    """
    names = (*own_fields, *SHARED_FIELDS)
    templates = tuple(
        Template(
            id + 100 + place,
            template,
            f'<main class="prompt">{prompt}</main>\n{_HINT}',
            f'<main class="prompt">{prompt}</main>\n<hr id="answer">\n'
            f'<main class="answer">{answer}</main>\n{_BACK}'
            if not cloze
            else f'<main class="prompt">{answer}</main>\n<hr id="answer">\n{_BACK}',
        )
        for place, (template, prompt, answer) in enumerate(sides)
    )
    fields = tuple((id + 1 + place, field) for place, field in enumerate(names))
    return NoteType(id, name, fields, templates, cloze)
