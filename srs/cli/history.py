"""`srs history`: what happened, whose it is, and what a person says of identities."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srs import events, history, identity
from srs.cli.common import Workplace, tell, write_json
from srs.cli.options import json_option, vault_option
from srs.identity.known import known as known_after
from srs.model import (
    Apart,
    Exported,
    Gone,
    Imported,
    ItemFixed,
    Quiz,
    Same,
    Trouble,
    Undo,
    Unknown,
    taken_back,
)
from srs.ui.changes import answers_of, by_words, changed, in_full, plainly, question
from srs.ui.text import counted, first_line
from srs.vault import HISTORY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srs.model import Body, Event, EventId, Item, ItemId, KnownItem
    from srs.ui.changes import Changed
    from srs.vault import Snapshot


@click.group(invoke_without_command=True)
@click.option("--last", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--pending", is_flag=True, help="What changed in the notes and is not recorded yet.")
@json_option
@vault_option
@click.pass_context
def command(
    ctx: click.Context, last: int, pending: bool, as_json: bool, folder: Path | None
) -> None:
    """List the newest events, or what changed in the notes since the last command that wrote."""
    ctx.obj = folder
    if ctx.invoked_subcommand is not None:
        return
    place = Workplace.open(folder)
    if pending:
        _show_pending(place.snapshot, as_json=as_json)
        return
    all_ = _events(place)
    newest = all_[-last:]
    if as_json:
        write_json([_data(event) for event in newest])
        return
    by_id = {event.id: event for event in all_}
    names = {event.body.item: event.body for event in all_ if isinstance(event.body, ItemFixed)}
    for event in newest:
        for line in _lines(event, by_id, names):
            tell(line)


@command.command()
@click.pass_obj
def aside(folder: Path | None) -> None:
    """Set other devices' events aside: they are somebody else's and no longer count here."""
    place = Workplace.open(folder)
    moved = place.vault.set_aside(place.device)
    tell(f"Other devices' events are in {moved} and no longer count.")


@command.command()
@click.argument("item")
@click.argument("old")
@click.pass_obj
def attach(folder: Path | None, item: str, old: str) -> None:
    """Say that ITEM is OLD, so that it has OLD's answers.

    ITEM stands in a note: its id, the beginning of it, or FILE:LINE. OLD is in no note any more:
    its id, or the beginning of it, as `srs history --pending` and `srs history` show it. Where both
    have answers, they are one item from now on. If ITEM was recorded as a third item by mistake,
    take that back first.
    """
    place = Workplace.open(folder)
    known = _old_item(place.snapshot, old)
    written = _item(place.snapshot, item)
    place.confirm_owner()
    *_, event = place.write(_attaching(place.snapshot, written, known))
    tell(
        f"{_place(written)} is {known.id} now, with its "
        f"{counted(answers_of(known, place.snapshot), 'answer')}: "
        f"{first_line(question(written.texts))}"
    )
    tell(f"`srs history undo {event.id}` takes it back.")


@command.command()
@click.argument("event")
@click.pass_obj
def undo(folder: Path | None, event: str) -> None:
    """Take an event back: a decision about identity, an answer, or an undo.

    EVENT is its id, or the beginning of it; `srs history` names them. An item whose identity was
    wrong is a new one afterwards, and is not taken for the old one again.
    """
    place = Workplace.open(folder)
    all_ = _events(place)
    chosen = _event(all_, event)
    _refuse(chosen, all_, place.snapshot)
    place.confirm_owner()
    *_, written = place.write([Undo(chosen.id)])
    by_id = {one.id: one for one in all_}
    names = {one.body.item: one.body for one in all_ if isinstance(one.body, ItemFixed)}
    brought = isinstance(chosen.body, Undo)
    about = by_id.get(chosen.body.of, chosen) if isinstance(chosen.body, Undo) else chosen
    tell(f"{'Counts again' if brought else 'Taken back'}: {_lines(about, by_id, names)[0]}")
    fell = _versions(known_after(all_)) - _versions(known_after((*all_, written)))
    if isinstance(chosen.body, ItemFixed) and fell > 1:
        what = counted(fell - 1, "decision")
        tell(f"With it {what} resting on it, or recorded alike elsewhere.")
    back = "takes it back again" if brought else "brings it back"
    tell(f"`srs history undo {written.id}` {back}.")


# Attaching --------------------------------------------------------------------------------------


def _attaching(snapshot: Snapshot, item: Item, known: KnownItem) -> list[Body]:
    """The events by which the item of a note is one of the history."""
    own = snapshot.cards_of(item.id)
    taken_for = snapshot.known(item.id)
    if taken_for and any(body.content == item.content for _, body in taken_for.versions):
        return [Same(item.id, known.id)]
    if taken_for:
        # The matcher took the text for another item's and is about to record it.
        return [Apart(taken_for.id, item.content), identity.attached(item, known)]
    if any(snapshot.count_answers(card.id) for card in own):
        return [identity.fixed(item, own, "first use"), Same(item.id, known.id)]
    return [identity.attached(item, known)]


def _item(snapshot: Snapshot, name: str) -> Item:
    """The item of the notes that an id, the beginning of one, or FILE:LINE names."""
    items = {card.item.id: card.item for card in snapshot.cards}
    path, _, line = name.rpartition(":")
    if line.isdigit():
        here = [item for item in items.values() if Path(item.path) == Path(path)]
        for item in here:
            if item.line == int(line):
                return item
        lines = [item.line for item in here if item.line < int(line)]
        hint = f"The one above it begins at line {max(lines)}." if lines else ""
        raise Trouble(f"No item begins at {name}.", hint or "`srs cards` lists where they begin.")
    return items[_named(name, items, "item of the notes", "`srs cards --json` lists the ids.")]


def _old_item(snapshot: Snapshot, name: str) -> KnownItem:
    """The item that is in no note, and is named by its id or the beginning of it."""
    here = {card.item.id: card.item for card in snapshot.cards}
    hint = "`srs history --pending` and `srs history --last 100` show the ids."
    known = snapshot.state.items[
        _named(name, snapshot.state.items, "item that the history knows", hint)
    ]
    if known.id in here:
        raise Trouble(
            f"`{known.id}` is in a note: {_place(here[known.id])}.",
            "Only an item that is in no note can be attached to another text. "
            "If two texts ask the same, delete one of them first.",
        )
    return known


def _named(name: str, ids: Iterable[ItemId], what: str, hint: str) -> ItemId:
    """The one id that is this name or begins with it."""
    found = [one for one in ids if one == name] or [one for one in ids if one.startswith(name)]
    if len(found) == 1 and name:
        return found[0]
    if not found or not name:
        raise Trouble(f"No {what} is named by `{name}`.", hint)
    raise Trouble(f"More than one {what} is named by `{name}`.", "Write more of the id.")


def _place(item: Item) -> str:
    return f"{item.path}:{item.line}"


# Taking back ------------------------------------------------------------------------------------


def _event(all_: Sequence[Event], name: str) -> Event:
    """The event that is named by its id or the beginning of it."""
    found = [one for one in all_ if one.id == name]
    found = found or [one for one in all_ if one.id.startswith(name) and name]
    if len(found) == 1:
        return found[0]
    hint = "`srs history --json` lists the ids."
    if not found:
        raise Trouble(f"No event is named by `{name}`.", hint)
    raise Trouble(f"{len(found)} events are named by `{name}`.", "Write more of the id.")


def _versions(items: Mapping[ItemId, KnownItem]) -> int:
    return sum(len(item.versions) for item in items.values())


def _refuse(event: Event, all_: Sequence[Event], snapshot: Snapshot) -> None:
    """Raise Trouble if the event cannot be taken back."""
    body = event.body
    taken = taken_back(all_)
    if event.id in taken:
        (by, *_) = (
            one
            for one in all_
            if isinstance(one.body, Undo) and one.body.of == event.id and one.id not in taken
        )
        raise Trouble(
            "That event is taken back already.", f"`srs history undo {by.id}` brings it back."
        )
    if isinstance(body, ItemFixed) and not body.prev:
        raise Trouble(
            f"With that event the history of `{body.item}` begins; its answers hang on it.",
            "To ask it no more, suspend its cards: `srs cards suspend`.",
        )
    counting = {version for one in snapshot.state.items.values() for version, _ in one.versions}
    if isinstance(body, ItemFixed) and event.id not in counting:
        raise Trouble(
            "That decision does not count: what it rests on is taken back.",
            "There is nothing to do.",
        )
    if isinstance(body, Exported):
        raise Trouble(
            "An export cannot be taken back: Anki may have its notes already.",
            "A new `srs export` brings Anki up to date.",
        )
    if isinstance(body, Imported):
        raise Trouble(
            "An import cannot be taken back as a whole.",
            "Remove its files from notes/imported/; take its answers back one by one.",
        )
    if isinstance(body, Unknown):
        raise Trouble(
            f"`{body.event}` events are of a newer version of srs.", "Update srs to take it back."
        )


# What is pending --------------------------------------------------------------------------------


def _show_pending(snapshot: Snapshot, *, as_json: bool) -> None:
    found = changed(snapshot)
    if as_json:
        write_json([_pending_data(one) for one in found])
        return
    for one in found:
        for line in _pending_lines(one):
            tell(line)
    if not found:
        tell("Nothing changed that is not recorded.")


def _pending_data(one: Changed) -> dict[str, Any]:
    old = one.known.latest
    return {
        "what": one.what,
        "item": one.known.id,
        "path": one.item.path if one.item else None,
        "line": one.item.line if one.item else None,
        "from": old.path,
        "old": dict(old.texts),
        "new": dict(one.item.texts) if one.item else None,
        "score": None if one.score is None else round(one.score, 3),
        "answers": one.answers,
        "attach": _attach_line(one),
    }


def _attach_line(one: Changed) -> str | None:
    if one.item is None or one.what not in ("unsure", "split"):
        return None
    return shlex.join(("srs", "history", "attach", _place(one.item), one.known.id))


def _pending_lines(one: Changed) -> list[str]:
    old = one.known.latest
    answers = counted(one.answers, "answer")
    if one.item is None:
        return [
            f"{old.path}: gone, with {answers}: {first_line(question(old.texts))}",
            f"    if another text is it: srs history attach FILE:LINE {one.known.id}",
        ]
    where = _place(one.item)
    alike = "" if one.score is None else f", {one.score:.0%} alike"
    if one.what == "moved":
        return [f"{where}: moved from {old.path}: {first_line(question(one.item.texts))}"]
    said = {
        "edited": f"{where}: edited{alike}",
        "unsure": f"{where}: unsure{alike}: is it the item of {old.path} with {answers}?",
        "split": f"{where}: split? It shares much with the item of {old.path} with {answers}",
    }
    attach = _attach_line(one)
    return [
        said.get(one.what, f"{where}: {one.what}"),
        *(f"    {line}" for line in _difference(one).split("\n")),
        *([f"    if it is: {attach}"] if attach else []),
    ]


def _difference(one: Changed) -> str:
    new = in_full(one.item.texts) if one.item else ""
    return plainly(by_words(in_full(one.known.latest.texts), new))


# Listing ----------------------------------------------------------------------------------------


def _events(place: Workplace) -> tuple[Event, ...]:
    return history.read(place.vault.root / HISTORY, HISTORY).events


def _lines(
    event: Event, by_id: Mapping[EventId, Event], names: Mapping[ItemId, ItemFixed]
) -> list[str]:
    """An event in a line; with a second one for a decision: how to take it back."""
    data = _data(event)
    start = f"{event.day} {event.device:10} {data['event']:8}"
    match event.body:
        case ItemFixed() as body:
            said = (
                f"{body.item} {body.path}: {first_line(question(body.texts))} ({_why(body, by_id)})"
            )
        case Same(item, old):
            said = f"{item} and {old} are one: {_name(item, names)}"
        case Apart(item, _):
            said = f"{item} is not what was asked about: {_name(item, names)}"
        case Gone(items):
            said = f"{counted(len(items), 'item')}: " + ", ".join(items)
        case Quiz():
            exam = ", exam" if event.body.exam else ""
            said = f"{counted(len(event.body.questions), 'question')}{exam}"
        case Exported(items):
            said = counted(len(items), "note")
        case Imported(notes):
            said = f"{counted(len(notes), 'note')} of Anki"
        case _:
            about = data.get("card") or data.get("of") or ""
            said = f"{about} grade {data['grade']}" if "grade" in data else about
            said += ", in Anki" if event.in_anki else ""
    lines = [f"{start} {said}".rstrip()]
    if isinstance(event.body, Same | Apart) or (
        isinstance(event.body, ItemFixed) and event.body.prev
    ):
        lines.append(f"    taken back with: srs history undo {event.id}")
    return lines


def _name(item: ItemId, names: Mapping[ItemId, ItemFixed]) -> str:
    return first_line(question(names[item].texts)) if item in names else "unknown"


def _why(body: ItemFixed, by_id: Mapping[EventId, Event]) -> str:
    """`first use`, or what is new in an item and how it was known: `edited: text 0.82`."""
    before = [by_id[prev].body for prev in body.prev if prev in by_id]
    old = [one for one in before if isinstance(one, ItemFixed)]
    what = []
    if any(one.content != body.content for one in old):
        what.append("edited")
    if any(one.path != body.path for one in old):
        what.append("moved")
    how = body.why if body.score is None else f"{body.why} {body.score:.2f}"
    return f"{', '.join(what)}: {how}" if what else how


def _data(event: Event) -> dict[str, Any]:
    body = event.body
    fields = {"event": body.event} if isinstance(body, Unknown) else events.encode(body)
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "day": event.day,
        "device": event.device,
        **fields,
    }
