"""What became of the items that the history knows, with both texts, and how texts differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.identity import newly_gone
from srs.kinds.kind import Difference, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srs.model import Item, KnownItem, State
    from srs.vault import Snapshot


class Changed(NamedTuple):
    """A change, the item of the history, and that of the notes: None where it is in none.

    `answers`: how many live ones hang on the item of the history.
    """

    what: str
    known: KnownItem
    item: Item | None
    score: float | None
    answers: int


def changed(snapshot: Snapshot) -> tuple[Changed, ...]:
    """What changed since the last command that wrote, in the order of `Snapshot.changes`."""
    places = {(item.path, item.line): item for note in snapshot.notes for item in note.items}
    items = snapshot.state.items
    gone = set(newly_gone(snapshot.changes, items))
    return tuple(
        Changed(
            one.what,
            items[one.item],
            None if one.what == "gone" else places.get((one.path, one.line)),
            one.score,
            answers_of(items[one.item], snapshot.state),
        )
        for one in snapshot.changes
        if one.item in items and (one.what != "gone" or one.item in gone)
    )


def answers_of(known: KnownItem, state: State) -> int:
    """How many live answers hang on an item."""
    return sum(len(state.reviews.get(card.id, ())) for card in known.cards)


def in_full(texts: Mapping[str, str]) -> str:
    """The parts of an item one below the other, as they are written with tags."""
    return "\n".join(
        f"{tag}:\n{text}" if "\n" in text or tag == "Options" else f"{tag}: {text}"
        for tag, text in texts.items()
    )


def question(texts: Mapping[str, str]) -> str:
    return next(iter(texts.values()), "")


# How two texts differ ---------------------------------------------------------------------------

_WORD = re.compile(r"\s*(?:\w+|[^\w\s]|$)")


def by_words(old: str, new: str) -> tuple[Difference, ...]:
    """The words of both: `=` in both, `-` only in the old text, `+` only in the new one."""
    words = _WORD.findall(old), _WORD.findall(new)
    return tuple(Difference(sign, "".join(found)) for sign, found in stretches(*words, str.strip))


def marked(differences: Iterable[Difference]) -> Iterable[Difference]:
    """The same with marks: `[-old-]` and `{+new+}`, around words and not the spaces before them."""
    for sign, text in differences:
        words = text.lstrip()
        if sign == "=" or not words:
            yield Difference(sign, text)
            continue
        start, end = {"-": ("[-", "-]"), "+": ("{+", "+}")}[sign]
        yield Difference("=", text[: len(text) - len(words)])
        yield Difference(sign, f"{start}{words}{end}")


def plainly(differences: Iterable[Difference]) -> str:
    """Both texts in one, with marks."""
    return "".join(one.text for one in marked(differences))
