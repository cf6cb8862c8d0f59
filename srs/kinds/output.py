"""`Q:` with a fence marked `run` and `A:` with a fence `output`: what does it print? One card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.kinds.kind import Difference, Given, Kind, Verdict, empty, stretches
from srs.kinds.note_type import Side, note_type
from srs.model import Accepted, Ask, Face, Grade

if TYPE_CHECKING:
    from srs.model import Card, Draft, Flaw, Part


def claims(draft: Draft) -> bool:
    if draft.tags[:2] != ("Q", "A"):
        return False
    question, answer = draft.parts[:2]
    runs = any("run" in fence.words[1:] for fence in question.fences)
    return runs and bool(_outputs(answer))


def _outputs(answer: Part) -> list[str]:
    return [fence.code for fence in answer.fences if "output" in fence.words]


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    question, answer = draft.parts[:2]
    printed = Accepted("\n".join(_lines("".join(_outputs(answer)))), exact=True)
    return (Face("fwd", question.text, answer.text, accepted=(printed,)),), empty(question, answer)


def _lines(text: str) -> list[str]:
    """The lines that are compared: without space at their ends, without empty last ones."""
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def judge(face: Face, given: Given) -> Verdict:
    """Good if every line is as it is printed."""
    expected, typed = _lines(face.accepted[0].text), _lines(given[0] if given else "")
    if typed == expected:
        return Verdict(Grade.GOOD)
    if not typed:
        return Verdict(Grade.AGAIN)
    found = [
        Difference(sign, f"{line}\n")
        for sign, lines in stretches(expected, typed)
        for line in lines
    ]
    return Verdict(Grade.AGAIN, differences=tuple(found))


def fields(draft: Draft, _cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The question with its code, and the answer with what it prints."""
    return (draft.parts[0].text, draft.parts[1].text)


OUTPUT = Kind(
    name="output",
    ask=Ask.TYPE,
    claims=claims,
    read=read,
    judge=judge,
    note_type=note_type(
        1763812800600000,
        "srs Output",
        ("Front", "Output"),
        (Side("Output", "{{Front}}", "{{Output}}"),),
    ),
    fields=fields,
)
