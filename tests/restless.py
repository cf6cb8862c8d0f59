"""A vault that two devices work on, with everything that files meet: for tests of the index."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from srs import history, identity
from srs.model import (
    Answer,
    Apart,
    Bury,
    CardId,
    Event,
    EventId,
    Exported,
    ExportedItem,
    Grade,
    ItemFixed,
    ItemId,
    Question,
    Quiz,
    Reset,
    Resume,
    Review,
    Same,
    Soon,
    Suspend,
    Undo,
)
from srs.vault import HISTORY, ROADMAP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from srs.model import Body, Card
    from srs.vault import Snapshot

DAY = date(2025, 6, 13)
DEVICES = ("a", "a-b")
"""As file names, these are in another order than as names of devices."""
_ALL = """
    ant bear cat dog eel fox goat hare ibis jay kite lion moth newt owl pig quail rat seal toad
    urchin vole wasp yak zebra azure beige coral denim ebony fawn green hazel ivory jade khaki
"""
WORDS = tuple(_ALL.split())
PATHS = (
    "notes/phase-1/alpha.md",
    "notes/phase-1/beta.md",
    "notes/phase-2/gamma.md",
    "notes/phase-2/other.md",
    "notes/free.md",
    "notes/é/caf\udce9.md",
)
PHASES = """\
start: 2025-06-02
end: 2025-08-31
session: {{weekday: friday, minutes: {minutes}{more}}}
phases:
  - {{id: phase-1, title: One, start: 2025-06-02, end: 2025-06-29,
     topics: [{{id: alpha, title: The Alpha}}, {{id: beta, title: {title}}}]}}
  - {{id: phase-2, title: Two, start: 2025-06-30, end: 2025-07-27,
     topics: [{{id: gamma, title: The Gamma}}, {{id: delta, title: Free}}]}}
"""
ROADMAPS = (
    PHASES.format(minutes=30, more="", title="The Beta"),
    PHASES.format(minutes=1, more=", new_per_session: 2", title="The Beta"),
    PHASES.format(minutes=30, more=", new_per_session: 0", title="Words"),
    PHASES.format(minutes=600, more="", title="Words").replace("2025-06-02", "2025-05-05"),
    "session: {weekday: monday}\n",
    "phases: [{id: 7\n",
    "",
)


class Restless:
    """A vault, and everybody who changes it; each step draws from its own seed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notes: dict[str, list[str]] = {}
        self.old: list[tuple[str, bytes]] = []
        """Revisions of history files, by device."""
        self.dropped: list[str] = []
        """Blocks of notes that are no longer there."""
        self._count = 0
        (root / "notes").mkdir(parents=True)
        (root / HISTORY).mkdir(parents=True)

    def step(self, name: str, seed: int, snapshot: Snapshot) -> None:
        STEPS[name](self, Random(seed), snapshot)

    # Notes --------------------------------------------------------------------------------------

    def _save(self, path: str, data: bytes | None = None) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join(self.notes.get(path, ())) + "\n"
        file.write_bytes(text.encode() if data is None else data)

    def _any(self, draw: Random) -> tuple[str, int] | None:
        places = [(path, rank) for path, note in self.notes.items() for rank in range(len(note))]
        return draw.choice(places) if places else None

    def add(self, draw: Random, _: Snapshot) -> None:
        path = draw.choice(PATHS)
        note = self.notes.setdefault(path, [])
        for _number in range(draw.choice((1, 1, 2, 6))):
            note.insert(draw.randint(0, len(note)), _block(draw))
        self._save(path)

    def twice(self, draw: Random, _: Snapshot) -> None:
        """An exact copy, in the same or another note."""
        place = self._any(draw)
        if place:
            path = draw.choice(PATHS)
            note = self.notes.setdefault(path, [])
            note.insert(draw.randint(0, len(note)), self.notes[place[0]][place[1]])
            self._save(path)

    def edit(self, draw: Random, _: Snapshot) -> None:
        for _number in range(draw.choice((1, 1, 1, 3))):
            place = self._any(draw)
            if place:
                path, rank = place
                self.dropped.append(self.notes[path][rank])
                self.notes[path][rank] = _edited(draw, self.notes[path][rank])
                self._save(path)

    def delete(self, draw: Random, _: Snapshot) -> None:
        place = self._any(draw)
        if place:
            self.dropped.append(self.notes[place[0]].pop(place[1]))
            self._save(place[0])

    def put_back(self, draw: Random, _: Snapshot) -> None:
        if self.dropped:
            path = draw.choice(PATHS)
            note = self.notes.setdefault(path, [])
            note.insert(draw.randint(0, len(note)), draw.choice(self.dropped))
            self._save(path)

    def move(self, draw: Random, _: Snapshot) -> None:
        place = self._any(draw)
        if place:
            block = self.notes[place[0]].pop(place[1])
            path = draw.choice(PATHS)
            note = self.notes.setdefault(path, [])
            note.insert(draw.randint(0, len(note)), block)
            self._save(place[0])
            self._save(path)

    def rename(self, draw: Random, _: Snapshot) -> None:
        """A note goes where another may be, which is lost then."""
        if self.notes:
            old, new = draw.choice([*self.notes]), draw.choice(PATHS)
            (self.root / new).parent.mkdir(parents=True, exist_ok=True)
            (self.root / old).rename(self.root / new)
            self.notes[new] = self.notes.pop(old)

    def remove(self, draw: Random, _: Snapshot) -> None:
        if self.notes:
            path = draw.choice([*self.notes])
            self.dropped += self.notes.pop(path)
            (self.root / path).unlink()

    def touch(self, draw: Random, _: Snapshot) -> None:
        if self.notes:
            os.utime(self.root / draw.choice([*self.notes]), ns=(10**18, draw.randint(1, 10**18)))

    def spoil(self, draw: Random, _: Snapshot) -> None:
        """A note that is no text for once, and the next time it is saved."""
        if self.notes:
            self._save(draw.choice([*self.notes]), b"Q: \xff?\nA: a\n")

    def plan_anew(self, draw: Random, _: Snapshot) -> None:
        file = self.root / ROADMAP
        if draw.random() < 0.1:
            file.unlink(missing_ok=True)
        else:
            file.write_text(draw.choice(ROADMAPS))

    # History ------------------------------------------------------------------------------------

    def _file(self, device: str) -> Path:
        return self.root / HISTORY / f"{device}.jsonl"

    def _append(self, draw: Random, bodies: Sequence[Body], day: date = DAY) -> None:
        """As a device writes, whose clock may be off."""
        device = draw.choice(DEVICES)
        off = timedelta(hours=draw.choice((0, 0, 0, -50, 30)))
        lines = []
        for body in bodies:
            self._count += 1
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            at = noon + off + timedelta(seconds=self._count)
            id_ = EventId(f"e{self._count:05}{device}")
            lines.append(history.encode(Event(id_, at, day, device, body)) + "\n")
        self._add(device, "".join(lines).encode("utf-8", "backslashreplace"))

    def _add(self, device: str, data: bytes) -> None:
        file = self._file(device)
        before = file.read_bytes() if file.exists() else b""
        self.old.append((device, before))
        # As history.append: a torn line is ended first.
        torn = before and not before.endswith(b"\n")
        with file.open("ab") as stream:
            stream.write(b"\n" * bool(torn) + data)

    def _write(self, draw: Random, snapshot: Snapshot, bodies: Sequence[Body]) -> None:
        """As commands write: decisions, and identities of new items, before what names them."""
        before: list[Body] = [*snapshot.pending]
        fixed = {body.item for body in before if isinstance(body, ItemFixed)}
        for body in bodies:
            item = ItemId(getattr(body, "card", "").rpartition("-")[0])
            cards = snapshot.cards_of(item) if item else ()
            if cards and item not in fixed and not snapshot.knows(item):
                fixed.add(item)
                before.append(identity.fixed(cards[0].item, cards, "first use"))
        self._append(draw, (*before, *bodies), _day(draw))

    def _card(self, draw: Random, snapshot: Snapshot) -> Card | None:
        return draw.choice(snapshot.cards) if snapshot.cards else None

    def answer(self, draw: Random, snapshot: Snapshot) -> None:
        bodies: list[Body] = []
        for _number in range(draw.choice((1, 1, 3, 8))):
            card = self._card(draw, snapshot)
            if card:
                cause = draw.choice(("", "", "", "", f"e{draw.randint(1, 40):05}a"))
                grade, ms = Grade(draw.randint(1, 4)), draw.choice((0, 3000, 70_000))
                bodies.append(Review(card.id, grade, ms, "reveal", cause))
        if bodies:
            self._write(draw, snapshot, bodies)

    def answer_unfixed(self, draw: Random, snapshot: Snapshot) -> None:
        """An answer by the hash of a text alone, of an item that may be gone."""
        card = self._card(draw, snapshot)
        if card:
            id_ = draw.choice((card.id, f"{card.item.content}-{card.face.key}", "nobody-fwd"))
            self._append(draw, [Review(id_, Grade.GOOD, 4000)], _day(draw))  # type: ignore[arg-type]

    def say(self, draw: Random, snapshot: Snapshot) -> None:
        card = self._card(draw, snapshot)
        if card:
            what = draw.choice((Suspend, Suspend, Resume, Soon, Soon, Bury, Bury, Reset))
            ids = [card.id, *snapshot.state.reviews]
            self._write(draw, snapshot, [what(draw.choice(ids))])

    def begin_quiz(self, draw: Random, snapshot: Snapshot) -> None:
        """Some cards are asked, one of which may be nobody's."""
        cards = [card.id for card in snapshot.cards] + [CardId("nobody-fwd")]
        chosen = draw.sample(cards, min(3, len(cards)))
        questions = tuple(Question(card, "pick", (cards[0],), 0.5) for card in chosen)
        self._write(
            draw, snapshot, [Quiz(draw.randint(0, 9), 3, 15.0, questions, draw.random() < 0.5)]
        )

    def answer_quiz(self, draw: Random, snapshot: Snapshot) -> None:
        """Of a quiz, whichever: an answer in an exam, a review, or practice."""
        cards = [card.id for card in snapshot.cards]
        for quiz in draw.sample([*snapshot.state.quizzes], min(1, len(snapshot.state.quizzes))):
            asked = snapshot.state.quizzes[quiz][0].body.questions  # type: ignore[union-attr]
            card = draw.choice([*(one.card for one in asked), *cards])
            cause = draw.choice(("", f"e{draw.randint(1, 40):05}a"))
            review = Review(card, Grade(draw.randint(1, 4)), 3000, "pick", cause, quiz=quiz)
            said = draw.choice((Answer(card, quiz, ("x",), 3000), review))
            self._write(draw, snapshot, [said])

    def record(self, draw: Random, snapshot: Snapshot) -> None:
        """What is pending, and all new items, as an export does."""
        items = {card.item.id: card.item for card in snapshot.cards}
        bodies: list[Body] = [*snapshot.pending]
        bodies += [
            identity.fixed(item, snapshot.cards_of(id_), "first export")
            for id_, item in items.items()
            if not snapshot.knows(id_) and draw.random() < 0.7
        ]
        if draw.random() < 0.3:
            bodies.append(Exported({id_: ExportedItem("x", 1, "d", ()) for id_ in items}))
        if bodies:
            self._append(draw, bodies)

    def take_back(self, draw: Random, snapshot: Snapshot) -> None:
        newest = next(snapshot.undoable(draw.choice(DEVICES)), None)
        if newest:
            self._write(draw, snapshot, [Undo(newest.id)])

    def take_back_any(self, draw: Random, snapshot: Snapshot) -> None:
        """Any event at all: decisions, undos, one that nobody wrote, one yet to come."""
        number = draw.randint(1, self._count + 2)
        self._write(draw, snapshot, [Undo(EventId(f"e{number:05}{draw.choice(DEVICES)}"))])

    def take_back_decision(self, draw: Random, snapshot: Snapshot) -> None:
        items = snapshot.state.items.values()
        decisions = [event for one in items for event, body in one.versions if body.prev]
        if decisions:
            self._write(draw, snapshot, [Undo(draw.choice(decisions))])

    def join(self, draw: Random, snapshot: Snapshot) -> None:
        known = [*snapshot.state.items]
        if known:
            self._write(draw, snapshot, [Same(draw.choice(known), draw.choice(known))])

    def part(self, draw: Random, snapshot: Snapshot) -> None:
        known, card = [*snapshot.state.items], self._card(draw, snapshot)
        if known and card:
            self._write(draw, snapshot, [Apart(draw.choice(known), card.item.content)])

    def attach(self, draw: Random, snapshot: Snapshot) -> None:
        """As `srs history attach`: an item of the notes is one that is in none."""
        here = {card.item.id: card.item for card in snapshot.cards}
        gone = [one for id_, one in snapshot.state.items.items() if id_ not in here]
        if not (gone and here):
            return
        item, known = draw.choice([*here.values()]), draw.choice(gone)
        if item.id in snapshot.state.items:
            apart = Apart(item.id, item.content)
            self._write(draw, snapshot, [apart, identity.attached(item, known)])
        else:
            self._write(draw, snapshot, [identity.attached(item, known)])

    def tear(self, draw: Random, _: Snapshot) -> None:
        """A program was stopped while writing, or the file was cut."""
        file = self._file(draw.choice(DEVICES))
        if file.exists() and (data := file.read_bytes()):
            self.old.append((file.stem, data))
            file.write_bytes(data[: -draw.randint(1, min(60, len(data)))])

    def end_line(self, draw: Random, _: Snapshot) -> None:
        """A last line that was not ended is."""
        file = self._file(draw.choice(DEVICES))
        if file.exists():
            with file.open("ab") as stream:
                stream.write(draw.choice((b"\n", b"}", b"\n\n", b'{"v":1')))

    def bad_line(self, draw: Random, _: Snapshot) -> None:
        at = '"at":"2025-06-13T10:00:00Z","day":"2025-06-13"'
        lines = (
            b"no JSON\n",
            b"<<<<<<< ours\n\n",
            b'{"v":1,"id":"e00003a",%s,"event":"quiz","score":3}\n' % at.encode(),
            b'{"v":1,"id":"x","event":"review"}\n',
            b'{"v":1,"id":"e\\ud800",%s,"event":"review","card":"c\\udc80-fwd","grade":3}\n'
            % at.encode(),
        )
        self._add(draw.choice(DEVICES), draw.choice(lines))

    def copy_lines(self, draw: Random, _: Snapshot) -> None:
        """Lines of one device in the file of the other, as they are or changed."""
        one, other = draw.sample(DEVICES, 2)
        if self._file(one).exists():
            lines = self._file(one).read_bytes().splitlines(keepends=True)
            lines = [line for line in lines if line.endswith(b"\n")]
            lines = draw.sample(lines, min(len(lines), draw.choice((1, 3))))
            if draw.random() < 0.5:
                lines = [line.replace(b'"grade":3', b'"grade":1') for line in lines]
                # Of an item two cards would have one id.
                reviews = (b'"event":"review"' in line for line in lines)
                lines = [
                    line.replace(b"-fwd", b"-rev") if is_review else line
                    for line, is_review in zip(lines, reviews, strict=True)
                ]
            self._add(other, b"".join(lines))

    def check_out(self, draw: Random, _: Snapshot) -> None:
        if self.old:
            device, data = draw.choice(self.old)
            self.old.append((device, self._data(device)))
            self._file(device).write_bytes(data)

    def merge(self, draw: Random, _: Snapshot) -> None:
        """Lines of an old revision that are not there come anywhere."""
        if self.old:
            device, data = draw.choice(self.old)
            lines = self._data(device).splitlines(keepends=True)
            for line in data.splitlines(keepends=True):
                if line not in lines:
                    lines.insert(draw.randint(0, len(lines)), line)
            self._file(device).write_bytes(b"".join(lines))

    def lose(self, draw: Random, _: Snapshot) -> None:
        device = draw.choice(DEVICES)
        self.old.append((device, self._data(device)))
        self._file(device).unlink(missing_ok=True)

    def _data(self, device: str) -> bytes:
        file = self._file(device)
        return file.read_bytes() if file.exists() else b""


STEPS: dict[str, Callable[[Restless, Random, Snapshot], None]] = {
    name: step for name, step in vars(Restless).items() if name[0] != "_" and name != "step"
}
OFTEN = ("add", "add", "edit", "edit", "edit", "answer", "answer", "answer", "record", "move")


def _day(draw: Random) -> date:
    return DAY - timedelta(days=draw.choice((0, 0, 1, 7, 30, 90)))


def _words(draw: Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))


def _block(draw: Random) -> str:
    q, a, b = _words(draw, 5), _words(draw, 3), _words(draw, 2)
    name = draw.choice(("", "", "", " ^one", " ^two", " ^three"))
    return draw.choice(
        (
            f"Q: {q}?\nA: {a}{name}",
            f"Q: {q}?\nA: {a}\nWhy: {b} #contrast/{draw.choice('xy')}{name}",
            f"{q} :: {a}{name}",
            f"{b} ::: {a}{name}",
            f"C: {{{{{a}}}}} {q} ==x{b}== end{name}",
            f"C: {{{{c1::{a}}}}} {q} {{{{c1::x{b}::hint}}}}{name}",
            f"Q: {q}?\n- [ ] {a}\n- [x] {b}\n  because{name}",
            f"Q: {q}?\nT: {a} | {b}{name}",
            f"Q: {q}?\nPoints:\n- {a}\n- {b}{name}",
            f"Q: {q}?\n```js run\n{a}\n```\nA:\n```output\n{b}\n```",
            f"## {b}\n\n{q} is prose.",
            f"Q: {q}?",
            f"Q: {q}?\nA: {a}\nT: {b}",
            f"C: {{{{a {{{{{b}}}}}}}}}",
            f"See [[nowhere|{b}]] and [a](no.md).",
            "Q: The same?\nA: everywhere",
            "twin :: brother",
        )
    )


def _edited(draw: Random, block: str) -> str:
    words = block.split(" ")
    places = [place for place, word in enumerate(words) if word.strip("?") in WORDS]
    how = draw.random()
    if how < 0.15:
        return block + "\nWhy: " + _words(draw, 2)
    if how < 0.25:
        return block.replace("{{", "").replace("}}", "") if "{{" in block else block + "."
    if how < 0.35:
        return block.replace(" ^one", "").replace(" ^two", " ^one")
    if how < 0.45:
        return _block(draw)
    for place in draw.sample(places, min(len(places), draw.choice((1, 1, 2, 4)))):
        words[place] = draw.choice(WORDS) + "?" * words[place].endswith("?")
    return " ".join(words)
