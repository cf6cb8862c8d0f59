"""What became of the items that the history knows, with both texts, and how texts differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.kinds.kind import Difference, stretches
from srs.model import Gone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srs.model import CardId, Item, KnownItem
    from srs.vault import Snapshot


class Changed(NamedTuple):
    """A change, the item of the history, and that of the notes: None where it is in none.

    `answers`: how many live ones hang on the item of the history, `answered` on which cards.
    """

    what: str
    known: KnownItem
    item: Item | None
    score: float | None
    answers: int
    answered: tuple[CardId, ...] = ()


def changed(snapshot: Snapshot) -> tuple[Changed, ...]:
    """What changed since the last command that wrote, in the order of `Snapshot.changes`."""
    untold = {item for one in snapshot.pending if isinstance(one, Gone) for item in one.items}
    found = []
    for one in snapshot.changes:
        known = snapshot.known(one.item)
        if known is None or (one.what == "gone" and one.item not in untold):
            continue
        item = None if one.what == "gone" else snapshot.item_at(one.path, one.line)
        counts = {card.id: snapshot.count_answers(card.id) for card in known.cards}
        answered = tuple(card for card, count in counts.items() if count)
        found.append(Changed(one.what, known, item, one.score, sum(counts.values()), answered))
    return tuple(found)


def answers_of(known: KnownItem, snapshot: Snapshot) -> int:
    """How many live answers hang on an item."""
    return sum(snapshot.count_answers(card.id) for card in known.cards)


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
