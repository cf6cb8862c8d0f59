"""`Q:` with `T:`: the answer is typed. Alternatives stand between ` | `. One card.

An alternative that is code (`` `npm ci` ``, or a fence) is compared exactly, any other without
case and repeated spaces.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from srs.fragments import code_span
from srs.kinds.kind import Difference, Given, Kind, Verdict, empty, error, stretches
from srs.kinds.note_type import Side, note_type
from srs.model import Ask, Face, Grade

if TYPE_CHECKING:
    from srs.model import Accepted, Card, Draft, Flaw, Part

_CLOSE = 0.8
"""From this likeness on (difflib's ratio) a wrong answer may be a slip of the fingers."""
_DIGIT = re.compile(r"\d")


def claims(draft: Draft) -> bool:
    return draft.tags[:2] == ("Q", "T")


def read(draft: Draft) -> tuple[tuple[Face, ...], tuple[Flaw, ...]]:
    question, typed = draft.parts[:2]
    flaws = empty(question, typed) or _flaws(typed)
    return (Face("fwd", question.text, typed.text, accepted=typed.accepted),), flaws


def _flaws(typed: Part) -> tuple[Flaw, ...]:
    if not typed.accepted:
        message = "An answer to type is one paragraph, a list, or code, not several of them."
        hint = (
            "Write alternatives with ` | ` between them, and what else there is to say as `Why:`."
        )
        return (error(typed, 0, "typed-several", message, hint),)
    hint = "Write text on both sides of ` | `."
    return tuple(
        error(typed, one.offset, "alternative-empty", "One of these alternatives is empty.", hint)
        for one in typed.accepted
        if not one.text
    )


def judge(face: Face, given: Given) -> Verdict:
    """Good if it is one of the alternatives, hard if it is a slip of the fingers from one."""
    text = given[0].strip() if given else ""
    if not text:
        return Verdict(Grade.AGAIN)
    if any(_same(text, one) for one in face.accepted):
        return Verdict(Grade.GOOD)
    from difflib import SequenceMatcher  # noqa: PLC0415 - only for what is not right

    likeness, nearest = max(
        (
            (SequenceMatcher(None, _folded(one.text), _folded(text)).ratio(), one)
            for one in face.accepted
        ),
        key=lambda pair: pair[0],
    )
    slipped = _may_be_a_slip(nearest, text) and likeness >= _CLOSE
    grade = Grade.HARD if slipped else Grade.AGAIN
    if nearest.exact:
        found = stretches(nearest.text, text)
    else:
        found = stretches(_spaced(nearest.text), _spaced(text), str.casefold)
    return Verdict(grade, differences=tuple(Difference(*stretch) for stretch in found))


def _may_be_a_slip(expected: Accepted, given: str) -> bool:
    """Whether what differs may mean nothing: in code, in a number, and where a word begins
    (`asymmetric`), one letter makes another thing of it.
    """
    texts = _folded(expected.text), _folded(given)
    one, other = ((text[:1], _DIGIT.findall(text)) for text in texts)
    return not expected.exact and one == other


def _same(given: str, accepted: Accepted) -> bool:
    if accepted.exact:
        return unicodedata.normalize("NFC", given) == unicodedata.normalize("NFC", accepted.text)
    return _folded(given) == _folded(accepted.text)


def _folded(text: str) -> str:
    return _spaced(unicodedata.normalize("NFC", text).casefold())


def _spaced(text: str) -> str:
    return " ".join(text.split())


def fields(draft: Draft, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The question, the best answer as plain text, and all of them if that does not show it.

    Anki compares what is typed with the one and in one line; the others it only shows.
    """
    question, typed = draft.parts[:2]
    accepted = [one.text for one in cards[0].face.accepted]
    if typed.fences:
        shown = typed.text if len(accepted) > 1 or "\n" in accepted[0] else ""
    else:
        shown = "\n".join(f"- {code_span(text)}" for text in accepted) if len(accepted) > 1 else ""
    return (question.text, accepted[0], shown)


TYPED = Kind(
    name="typed",
    ask=Ask.TYPE,
    claims=claims,
    read=read,
    judge=judge,
    note_type=note_type(
        1763812800500000,
        "srs Typed",
        ("Front", "Answer", "Accepted"),
        (
            Side(
                "Typed",
                "{{Front}}",
                "{{type:Answer}}\n"
                '{{#Accepted}}<p class="accepted">Accepted:</p>{{Accepted}}{{/Accepted}}',
                task="{{type:Answer}}",
            ),
        ),
    ),
    fields=fields,
)
