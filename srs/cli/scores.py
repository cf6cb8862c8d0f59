"""How a quiz went, as it is told and as data."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, Any

from srs.cli.common import card_place
from srs.cli.summary import confident_errors, named
from srs.model import Ask
from srs.quiz.score import score
from srs.ui.text import counted, titled

if TYPE_CHECKING:
    from srs.model import Card, Event, Option, Quiz
    from srs.quiz.score import Score, Tally
    from srs.session import Answered, Session

_FEW = 3
"""With fewer questions the share that is right tells nothing."""


def told(quiz: Quiz, session: Session) -> list[str]:
    """The score, and what was wrong; of an exam nothing before its end."""
    if not session.done and not session.marking:
        return ["Nothing answered."]
    if session.current and quiz.exam:
        return [_goes_on(session)]
    found = score(session.done)
    said = [*_whole(found), *_by_topic(found), *_wrong(found), *confident_errors(session)]
    if session.current:
        return [*said, _goes_on(session)]
    if session.turns:
        left = counted(len(session.turns), "question was", "questions were")
        said.append(f"The time is over: {left} not asked.")
    return said


def progress(session: Session) -> str:
    """7 of 20 answered"""
    answered = len(session.done) + len(session.marking)
    if session.is_marking:
        return f"{len(session.done)} of {counted(answered, 'answer')} marked"
    return f"{answered} of {answered + len(session.turns)} answered"


def _goes_on(session: Session) -> str:
    return f"{progress(session).capitalize()}. `srs quiz` goes on with it."


def _whole(found: Score) -> list[str]:
    told = f"So you know {_between(found.whole)} of such questions"
    said = [f"Right: {_of(found.whole)}. {told}: a sample of {found.whole.asked} tells no more."]
    if found.known.asked:
        right = f"{found.known.right} {'was' if found.known.right == 1 else 'were'} right"
        said.append(
            f"Of {counted(found.known.asked, 'card')} that you had answered before, "
            f"{right}; expected: {round(found.expected)}. What may be "
            "forgotten is asked more often, so of all your cards you know more."
        )
    return said


def _by_topic(found: Score) -> list[str]:
    if len(found.topics) < 2:
        return []
    rows = sorted(found.topics.items(), key=lambda row: row[1].right / row[1].asked)
    return [
        "By topic, the weakest first:",
        *(
            f"  {topic}: {_of(one)}, {_between(one) if one.asked >= _FEW else 'too few to tell'}"
            for topic, one in rows
        ),
    ]


def _of(tally: Tally) -> str:
    return f"{tally.right} of {tally.asked}"


def _between(tally: Tally) -> str:
    low, high = tally.between
    return f"{low * 100:.0f} to {high * 100:.0f} %"


def _wrong(found: Score) -> list[str]:
    said = []
    for one in found.wrong:
        said.append(f"Wrong: {named(one.turn.card)}")
        parts = {
            "You": _given(one),
            "Right": _right(one.turn.card),
            "Why": one.turn.card.item.texts.get("Why", ""),
        }
        said += [indent(titled(name, text), "  ") for name, text in parts.items() if text]
    return said


def _given(one: Answered) -> str:
    """What was answered, as far as it is known; options with what there is to say of them."""
    if one.turn.card.item.ask is Ask.TICK and not one.turn.written:
        return ""
    options = {option.key: option for option in one.turn.card.face.options}
    return "\n".join(
        _explained(options[given]) if given in options else given for given in one.given
    )


def _right(card: Card) -> str:
    if card.item.ask is Ask.PICK:
        return "\n".join(_explained(option) for option in card.face.options if option.right)
    return card.face.answer


def _explained(option: Option) -> str:
    return f"{option.text}\n{option.why}".strip()


def data(begun: Event, quiz: Quiz, session: Session) -> dict[str, Any]:
    """The keys that README.md documents."""
    found = score(session.done)
    return {
        "quiz": begun.id,
        "day": begun.day,
        "exam": quiz.exam,
        "seed": quiz.seed,
        "finished": session.current is None,
        "questions": len(quiz.questions),
        **_tally_data(found.whole),
        "known": found.known._asdict() | {"expected": round(found.expected, 2)},
        "topics": [{"topic": topic} | _tally_data(one) for topic, one in found.topics.items()],
        "wrong": [
            {
                **card_place(one.turn.card),
                "given": _given(one) or None,
                "answer": one.turn.card.face.answer,
                "sure": one.review.sure,
            }
            for one in found.wrong
        ],
    }


def _tally_data(tally: Tally) -> dict[str, Any]:
    return tally._asdict() | {"between": [round(share, 3) for share in tally.between]}
