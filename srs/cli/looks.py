"""What can be looked at beside a card: why it is asked, its note, its pictures and sounds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from srs.cli import programs
from srs.model import LONGEST_ANSWER
from srs.session import LEECH, lapses
from srs.ui.text import counted, short_day

if TYPE_CHECKING:
    from srs.model import Card
    from srs.session import Turn
    from srs.vault import Snapshot, Vault

_NEWEST = 6
"""So many answers are told one by one."""
_LINES = 30
"""So many lines of a note are shown where there is no pager."""


def why(snapshot: Snapshot, turn: Turn, reason: str) -> str:
    """Why it is asked, and what was answered so far."""
    card = turn.card
    where = f"{card.item.path}:{card.item.line}"
    if turn.cause:
        reason = "It failed today and comes back once, for practice."
    answers = snapshot.answers(card.id)
    if not answers:
        return f"{where}\n{reason}\nIt was never answered."
    told = []
    for day, review in answers[-_NEWEST:]:
        took = (
            f" in {counted(round(min(review.ms, LONGEST_ANSWER) / 1000), 'second')}"
            if review.ms
            else ""
        )
        sure = ", sure" if review.sure else ""
        practice = ", practice" if review.practice else ""
        about = f"{review.grade.name.lower()}{took}{sure}{practice}"
        told.append(f"{short_day(day)} {day.year}: {about}")
    more = len(answers) - len(told)
    lines = [where, reason, *([f"{counted(more, 'earlier answer')}"] if more else []), *told]
    memory = snapshot.memory(card.id)
    if memory:
        days = counted(max(1, round(memory.stability)), "day")
        lines.append(f"Recall falls to 90 % in {days} after the last answer.")
    failed = lapses(review for _, review in answers)
    if failed:
        leech = "; it is to be rewritten" if failed >= LEECH else ""
        lines.append(f"Failed {counted(failed, 'time')} after the first answer{leech}.")
    return "\n".join(lines)


def note(vault: Vault, card: Card) -> str:
    """The note, at the card, in a pager; where there is none, its lines are told."""
    item = card.item
    where, why = f"{item.path}:{item.line}", ""
    if sys.stdin.isatty() and sys.stdout.isatty():
        why = programs.page(vault.root / item.path, item.line)
        if not why:
            return where
    lines = vault.text(item.path).splitlines()[item.line - 1 :]
    more = ["…"] if len(lines) > _LINES else []
    return "\n".join((f"{why} {where}".strip(), *lines[:_LINES], *more))


def media(vault: Vault, card: Card) -> str:
    """Open the pictures and sounds of a card with the program for them."""
    from srs.markdown.render import html  # noqa: PLC0415 - only for this key

    sources: dict[str, None] = {}

    def name(source: str) -> str:
        sources[source] = None
        return source

    for text in card.item.texts.values():
        html(text, name)
    if not sources:
        return "It has no pictures or sounds."
    said = []
    for source in sources:
        file = vault.media(card.item.path, source)
        if file is None:
            said.append(f"{source} is not in this vault.")
        else:
            why = programs.open_medium(file)
            said.append(f"{file}: {why}" if why else f"Opened {file}.")
    return "\n".join(said)
