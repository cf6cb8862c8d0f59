"""What is to be said of items beside each other. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srs.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srs.model import Item


def same_questions(items: Iterable[Item]) -> Iterator[Problem]:
    """A warning for each item that asks what an earlier one asks, and answers something else."""
    first: dict[str, Item] = {}
    for item in items:
        for face in item.faces:
            twin = first.setdefault(" ".join(face.prompt.split()).casefold(), item)
            if twin.content == item.content:
                continue
            message = f"This is asked at {twin.path}:{twin.line} already, with another answer."
            hint = "Say in the question which of the two is meant, or join them."
            place = (item.path, item.line, item.column)
            yield Problem(*place, Severity.WARNING, "question-twice", message, hint)
            break
