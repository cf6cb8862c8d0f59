"""Families of questions that differ in little: no member ever gets the history of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from vaults import Past, Piece, Vault, owners, real_notes

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 50
VALUES = ("[]", "null", "NaN", "'1'", "undefined")
OPERATORS = ("+", "-", "==", "===", "<", "&&", "||", "??", ">", "!=")
PRINTED = ("true", "false", "NaN", "undefined", "''")


class Family(NamedTuple):
    """`member` gives the text of the n-th of 2 * SIZE members; `edits` keep what one asks."""

    member: Callable[[int], str]
    edits: tuple[tuple[str, str], ...]


def expression(number: int) -> str:
    """Short code; ten answers for a hundred members."""
    left, right = VALUES[number % 5], VALUES[number // 5 % 5]
    code = f"{left} {OPERATORS[number % 10]} {right}"
    if number >= SIZE:
        code = (
            f"{left} {OPERATORS[(number + 1) % 10]} {right} {OPERATORS[number // 7 % 10]} {number}"
        )
    answer = PRINTED[number % 5] if number % 2 else str(number)
    return f"Q: What does this print?\n```js\nconsole.log({code})\n```\nA: {answer}\n\n"


def program(number: int) -> str:
    """Programs of several lines that differ in two numbers."""
    a, b = number % 10, number // 10
    return (
        "Q: What does this print?\n```js\n"
        f"const total = [1, {a}, {b}].reduce((sum, each) => sum + each, 0)\n"
        f"console.log(total)\n```\nA: {1 + a + b}\n\n"
    )


def command(number: int) -> str:
    """One word is different, in both sides; typed."""
    nouns = ("pods", "nodes", "services", "jobs", "secrets", "roles", "events", "quotas", "limits")
    verbs = (
        "list",
        "describe",
        "delete",
        "watch",
        "label",
        "patch",
        "edit",
        "count",
        "sort",
        "dump",
        "copy",
        "name",
    )
    noun, verb = nouns[number % 9], verbs[number // 9 % 12]
    return f"Q: How do you {verb} all {noun} of a namespace?\nT: kubectl {verb} {noun} -n x\n\n"


def definition(number: int) -> str:
    """Long answers, nearly equal."""
    return (
        f"Q: What does status code {400 + number} mean for a client?\n"
        f"A: The request failed for the reason with number {number}, and is not to be sent again "
        "before the client has changed it or asked its user what to do.\n\n"
    )


def statement(number: int) -> str:
    """All have the same long answer."""
    return (
        f"Q: May a client send request {chr(65 + number // 10)}{number} twice to this service?\n"
        "A: Yes. Sent twice it has the effect of sent once, so after a timeout a client may well "
        "try again, and need not know whether the first request has arrived at the server.\n\n"
    )


def picture(number: int) -> str:
    """All have the same question, and a picture that has no words."""
    letter = "ABCDEFGHIJ"[(number + number // SIZE) % 10]
    side = ("first", "second", "left", "right", "lower", "upper")[number // 10 % 6]
    return (
        "Q: Which part of the engine is this?\n\n![](engine.png)\n\n"
        f"A: valve {letter} of the {side} cylinder, part {number}\n\n"
    )


def operator(number: int) -> str:
    """Code in the line, in which only an operator differs; several for each question."""
    value = "xyzuvwabcd"[number // 10]
    return (
        f"Q: What gives `{value} {OPERATORS[number % 10]} 1` for a number?\n"
        f"A: {'abcdefghij'[number % 10]} {number}\n\n"
    )


FAMILIES = {
    "expressions": Family(expression, (("this print", "it print"), ("A: ", "A: It prints "))),
    "programs": Family(
        program, (("this print", "it print"), ("console.log(total)", "console.log(total);"))
    ),
    "commands": Family(command, (("How do you", "How to"), ("of a namespace", "in one namespace"))),
    "statements": Family(statement, (("May a", "Can a"), ("this service", "that service"))),
    "pictures": Family(picture, (("valve", "the valve"), ("cylinder", "cylinders"))),
    "operators": Family(operator, (("for a number", "for any number"), ("What gives", "What is"))),
    "definitions": Family(
        definition, (("mean for a client", "tell a client"), ("its user", "somebody"))
    ),
}


def vault_of(family: Family, members: list[int]) -> Vault:
    vault = Vault({"notes/a.md": "# Family\n\n"})
    pieces = [Piece(str(number), family.member(number)) for number in members]
    half = len(pieces) // 2
    vault.notes["notes/a.md"] += pieces[:half]
    vault.notes["notes/b.md"] = pieces[half:]
    return vault


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("drop", "insert", "replace", "swap", "move", "edit", "edit")),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    max_size=12,
)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@settings(deadline=None, max_examples=120)
@given(size=st.integers(2, SIZE), steps=STEPS)
@example(size=3, steps=[("insert", 0, 0), ("replace", 1, 0)])
def test_no_member_silently_gets_the_history_of_another(
    family: Family, size: int, steps: list[tuple[str, int, int]]
) -> None:
    vault = vault_of(family, [*range(size)])
    past = Past(vault.files)
    own = {name: item for name, (item, _) in owners(past.match(vault.files), vault).items()}
    edited = set()
    fresh = SIZE
    for step, here, there in steps:
        note = vault.notes[("notes/a.md", "notes/b.md")[here % 2]]
        other = vault.notes[("notes/a.md", "notes/b.md")[there % 2]]
        if len(note) < 2:
            continue
        place = 1 + here % (len(note) - 1)
        if step == "edit":
            name, text = note[place]
            note[place] = Piece(name, text.replace(*family.edits[there % len(family.edits)]))
            edited.add(name)
        elif step == "swap":
            at = 1 + there % (len(note) - 1)
            note[place], note[at] = note[at], note[place]
        elif step == "move":
            piece = note.pop(place)
            other.insert(min(1, len(other)), piece)
        else:
            if step in ("drop", "replace"):
                note.pop(place)
            if step in ("insert", "replace") and fresh < 2 * SIZE:
                note.insert(place, Piece(str(fresh), family.member(fresh)))
                fresh += 1
    found = owners(past.match(vault.files), vault)
    for name, (item, _) in found.items():
        assert item == own.get(name) or item not in past.known, name
        if name in own and name not in edited:
            assert item == own[name], name


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@settings(deadline=None, max_examples=25)
@given(size=st.integers(2, SIZE), place=st.integers(0, SIZE - 1), how=st.integers(0, 1))
def test_an_edited_member_keeps_its_history(
    family: Family, size: int, place: int, how: int
) -> None:
    """Among a handful no word is rare enough to tell anything, so there are other notes here."""
    vault = vault_of(family, [*range(size)])
    vault.notes |= Vault(
        {
            path: text
            for path, text in real_notes().items()
            if "phase-2" in path or "phase-7" in path
        }
    ).notes
    past = Past(vault.files)
    before = owners(past.match(vault.files), vault)
    vault.change(
        family.member(place % size), family.member(place % size).replace(*family.edits[how])
    )
    assert owners(past.match(vault.files), vault) == before
