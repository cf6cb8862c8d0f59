"""`Q:` with a task list: one or several options are right, `[x]`. One card.

Below an option may stand its explanation. Options are known by their text, not by their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds.kind import Given, Kind, Verdict, empty, error, key, plain, warning
from srs.kinds.note_type import note_type
from srs.model import Ask, Face, Grade, Option

if TYPE_CHECKING:
    from srs.model import Card, Draft, Flaw, Part


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("Q", "Options")


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    question, listed = draft.parts[:2]
    flaws = empty(question) + _flaws(listed)
    options = _options(listed)
    right = [option.text for option in options if option.right]
    answer = right[0] if len(right) == 1 else "\n".join(f"- {_indented(text)}" for text in right)
    return (Face("fwd", question.text, answer, options=options),), flaws


def _options(listed: Part) -> tuple[Option, ...]:
    seen: dict[str, int] = {}
    return tuple(
        Option(key(plain(row.text), seen), row.text, row.box == "x", row.more.strip("\n"))
        for row in listed.rows
        if row.box
    )


def _flaws(listed: Part) -> tuple[Flaw, ...]:
    rows = [row for row in listed.rows if row.box]
    found: list[Flaw] = []
    if not any(row.box == "x" for row in rows):
        message, hint = "None of these options is marked right.", "Mark it: `- [x]`."
        found.append(error(listed, rows[0].offset, "option-right", message, hint))
    texts: set[str] = set()
    for row in listed.rows:
        text = plain(row.text)
        if not row.box:
            message, hint = "This row of the options has no box.", f"Write `- [ ] {row.text}`."
            found.append(error(listed, row.offset, "option-box", message, hint))
        elif not text:
            message, hint = "This option is empty.", "Write its text after the box."
            found.append(error(listed, row.offset, "option-empty", message, hint))
        elif row.text.startswith(("```", "~~~", "$$")) and "\n" not in row.text:
            message, hint = "Code does not begin behind a box.", "Begin it on the line below."
            found.append(error(listed, row.offset, "option-code", message, hint))
        elif row.text.startswith(("```", "~~~", "$$")):
            message, hint = "Some formatters take a box without text for no box.", "Add some text."
            found.append(warning(listed, row.offset, "option-bare", message, hint))
        elif text in texts:
            message, hint = f"The option “{text}” stands here twice.", "Remove or change one."
            found.append(warning(listed, row.offset, "option-twice", message, hint))
        texts.add(text)
    return tuple(found)


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def judge(face: Face, given: Given) -> Verdict:
    """Right is to pick all right ones and no other. Recognising is not recalling: good at most."""
    right = {option.key for option in face.options if option.right}
    return Verdict(Grade.GOOD if set(given) == right else Grade.AGAIN, best=Grade.GOOD)


def fields(draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The question, and the options as a task list with their explanations."""
    face = cards[0].face
    rows = []
    for option in face.options:
        rows.append(f"- [{'x' if option.right else ' '}] {_indented(option.text)}")
        if option.why:
            rows.append(f"\n  {_indented(option.why)}")
    return (draft.parts[0].text, "\n".join(rows))


CHOICE = Kind(
    name="choice",
    ask=Ask.PICK,
    claims=claims,
    read=read,
    judge=judge,
    note_type=note_type(
        1763812800400000,
        "srs Choice",
        ("Front", "Options"),
        (("Choice", "{{Front}}<div class=options>{{Options}}</div>", "{{Options}}"),),
    ),
    fields=fields,
)
