"""`srs cards`: list, search, show, suspend, resume."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srs import plan as planning
from srs.cli.common import (
    Workplace,
    resolve_phase,
    resolve_topic,
    tell,
    today,
    write_json,
)
from srs.cli.options import json_option, vault_option
from srs.memory import fsrs
from srs.model import Resume, Suspend, Trouble
from srs.studyday import elapsed
from srs.ui.text import counted, first_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from srs.model import Card, CardId, Memory
    from srs.vault import Snapshot


@click.group(invoke_without_command=True)
@click.option("--phase", help="Only this phase (phase-2, or 2).")
@click.option("--topic", help="Only this topic.")
@click.option("--tag", help="Only this tag.")
@json_option
@vault_option
@click.pass_context
def command(
    ctx: click.Context,
    phase: str | None,
    topic: str | None,
    tag: str | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """List the cards, or work on some of them."""
    ctx.obj = folder
    if ctx.invoked_subcommand is None:
        snapshot = Workplace.open(folder).snapshot
        wish = planning.Wish(
            phase=resolve_phase(snapshot, phase), topic=resolve_topic(snapshot, topic)
        )
        cards = [
            card
            for card in snapshot.cards
            if wish.allows(card) and (tag is None or tag.lstrip("#") in card.item.tags)
        ]
        _list(snapshot, cards, as_json=as_json)


@command.command()
@click.argument("text")
@json_option
@click.pass_obj
def search(folder: Path | None, text: str, as_json: bool) -> None:
    """List the cards whose text holds TEXT, in any case."""
    snapshot = Workplace.open(folder).snapshot
    wanted = text.casefold()
    cards = [
        card
        for card in snapshot.cards
        if any(wanted in part.casefold() for part in card.item.texts.values())
    ]
    _list(snapshot, cards, as_json=as_json)


@command.command()
@click.argument("card")
@json_option
@click.pass_obj
def show(folder: Path | None, card: str, as_json: bool) -> None:
    """Show a card whole: CARD is its id, or the beginning of it, or FILE:LINE."""
    snapshot = Workplace.open(folder).snapshot
    data = _data(snapshot, _find(snapshot, card))
    if as_json:
        write_json(data)
        return
    for one in data:
        for key, value in one.items():
            tell(f"{key + ':':16}{_shown(value)}")
        tell("")


@command.command()
@click.argument("cards", nargs=-1, required=True)
@click.pass_obj
def suspend(folder: Path | None, cards: tuple[str, ...]) -> None:
    """Ask these cards no more, until they are resumed."""
    _switch(folder, cards, suspended=True)


@command.command()
@click.argument("cards", nargs=-1, required=True)
@click.pass_obj
def resume(folder: Path | None, cards: tuple[str, ...]) -> None:
    """Ask these suspended cards again."""
    _switch(folder, cards, suspended=False)


def _switch(folder: Path | None, names: tuple[str, ...], *, suspended: bool) -> None:
    """Suspend or resume those of these cards that are not so yet."""
    place = Workplace.open(folder)
    state = place.snapshot.state
    chosen = [
        card
        for name in names
        for card in _find(place.snapshot, name)
        if (card.id in state.suspended) is not suspended
    ]
    if chosen:
        place.confirm_owner()
        place.write([Suspend(card.id) if suspended else Resume(card.id) for card in chosen])
    tell(f"{'Suspended' if suspended else 'Resumed'} {counted(len(chosen), 'card')}.")


def _find(snapshot: Snapshot, name: str) -> list[Card]:
    """The cards that an id, the beginning of one, or FILE:LINE names."""
    exact = [card for card in snapshot.cards if card.id == name]
    path, _, line = name.rpartition(":")
    if line.isdigit():
        exact += [
            card
            for card in snapshot.cards
            if card.item.line == int(line) and Path(card.item.path) == Path(path)
        ]
    found = exact or [card for card in snapshot.cards if card.id.startswith(name)]
    items = {card.item.id for card in found}
    if not found or (len(items) > 1 and not exact):
        what = "No card" if not found else "More than one item"
        raise Trouble(f"{what} is named by `{name}`.", "`srs cards` lists the ids.")
    return found


def _list(snapshot: Snapshot, cards: Sequence[Card], *, as_json: bool) -> None:
    data = _data(snapshot, cards)
    if as_json:
        write_json(data)
        return
    for one in data:
        recall = one["retrievability"]
        known = f"{recall:4.0%}" if recall is not None else "   –"
        where = f"{one['path']}:{one['line']}"
        tell(f"{one['id']:26} {one['state']:9} {known}  {where}: {first_line(one['prompt'])}")
    tell(f"{counted(len(data), 'card')}.")


def _data(snapshot: Snapshot, cards: Sequence[Card]) -> list[dict[str, Any]]:
    memories = snapshot.memories
    return [_card(snapshot, card, memories, today()) for card in cards]


def _card(
    snapshot: Snapshot, card: Card, memories: Mapping[CardId, Memory], day: date
) -> dict[str, Any]:
    memory = memories.get(card.id)
    answers = [*planning.answers(snapshot.state.reviews.get(card.id, ()))]
    suspended = card.id in snapshot.state.suspended
    recall = fsrs.retrievability(memory, elapsed(memory.day, day)) if memory else None
    return {
        "id": card.id,
        "item": card.item.id,
        "kind": card.item.kind,
        "ask": card.item.ask.value,
        "phase": card.item.phase,
        "topic": card.item.topic,
        "tags": list(card.item.tags),
        "path": card.item.path,
        "line": card.item.line,
        "prompt": card.face.prompt,
        "answer": card.face.answer,
        "state": "suspended" if suspended else "seen" if memory else "new",
        "stability": memory and round(memory.stability, 4),
        "difficulty": memory and round(memory.difficulty, 4),
        "retrievability": None if recall is None else round(recall, 4),
        "reviews": len(answers),
        "last_day": answers[-1][0] if answers else None,
    }


def _shown(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value is None else value
