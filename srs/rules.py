"""What is to be said of items beside each other. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srs.model import Face, Item


def same_questions(items: Iterable[Item]) -> Iterator[Problem]:
    """A warning for each item that asks what an earlier one asks, in the same case."""
    first: dict[str, tuple[Item, Face]] = {}
    for item in items:
        for face in item.faces:
            twin, other = first.setdefault(" ".join(face.prompt.split()), (item, face))
            if twin.content == item.content:
                continue
            same = face.answer == other.answer
            also = "" if same else ", with another answer"
            message = f"This is asked at {twin.path}:{twin.line} already{also}."
            hint = "Remove one." if same else "Say in the question which is meant, or join them."
            place = (item.path, item.line, item.column)
            yield Problem(*place, Severity.WARNING, "question-twice", message, hint)
            break
