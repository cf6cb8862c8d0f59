"""What `make bench` measures, each in a process of its own: `bench_jobs.py JOB ARGUMENTS...`.

A job prints seconds of processor time as JSON. What comes before the clock starts, as imports and
reading the files, is no part of it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
import warnings
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import corpus
import histories

from srs.model import CardId, Event, EventId
from srs.studyday import study_day
from srs.vault import Vault, files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srs.model import Item, ItemFixed

ROOT = Path(__file__).parent.parent
DAY = study_day(datetime.fromisoformat(histories.AFTER))


def _timed(job: Callable[[], object]) -> float:
    """Seconds of processor time. Of the thread: under a limit, some systems only sample a process's
    own."""
    gc.collect()
    start = time.thread_time()
    job()
    return time.thread_time() - start


# Making what is measured --------------------------------------------------------------------------


def make(root: str, notes: str) -> None:
    corpus.vault(Path(root), int(notes))
    shutil.copy(ROOT / "decks/roadmap.yaml", Path(root) / "decks/roadmap.yaml")


def learn(root: str, source: str, reviews: str) -> None:
    """A vault with the notes of another one, which is indexed, and a history of its cards."""
    (Path(root) / "decks").mkdir(parents=True)
    (Path(root) / "notes").symlink_to(Path(source) / "notes")
    shutil.copy(ROOT / "decks/roadmap.yaml", Path(root) / "decks/roadmap.yaml")
    cards = Vault(Path(source)).scan(DAY).cards
    histories.write(Path(root) / files.HISTORY, cards, int(reviews))


# Reading ------------------------------------------------------------------------------------------


def blocks(root: str) -> float:
    """What markdown-it needs to find the blocks of all notes."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - no part of the other jobs

    parser = MarkdownIt("commonmark").enable("table")
    texts = [file.read_text("utf-8") for file in sorted(Path(root).glob("notes/*/*.md"))]

    def parse() -> None:
        for text in texts:
            parser.block.parse(text, parser, {}, [])

    # As srs does: this job is the yardstick.
    gc.set_threshold(100_000)
    return _timed(parse)


def index(root: str) -> float:
    """Read everything, and keep it."""
    import hashlib  # noqa: F401, PLC0415 - not what is measured

    import srs.notes  # noqa: PLC0415
    import srs.roadmap  # noqa: PLC0415
    import srs.vault.refresh  # noqa: F401, PLC0415

    shutil.rmtree(Path(root) / "build", ignore_errors=True)
    gc.set_threshold(100_000)
    return _timed(lambda: _scan(Path(root)))


def _scan(root: Path) -> None:
    Vault(root).scan(DAY).close()


# Nothing changed, or one note ---------------------------------------------------------------------


def unchanged(root: str, rounds: str) -> tuple[float, float]:
    """The median times of walking through the tree, and of finding that nothing has changed."""
    place = Path(root)
    _scan(place)
    walks, scans = [], []
    for _ in range(int(rounds)):
        walks.append(_timed(lambda: _walk(str(place / "notes"))))
        scans.append(_timed(lambda: _scan(place)))
    return statistics.median(walks), statistics.median(scans)


def _walk(folder: str) -> int:
    size = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                size += _walk(entry.path)
            else:
                size += entry.stat().st_size
    return size


def edit(root: str, rounds: str) -> tuple[float, float]:
    """The median times of a scan when nothing, and when one question of one note has changed."""
    files._TICK = files._COARSE_TICK = 0
    place = Path(root)
    _scan(place)
    times: list[tuple[float, float]] = []
    for path, name in targets(place, int(rounds) + 1):
        before = _timed(lambda: _scan(place))
        text = (place / path).read_text("utf-8")
        (place / path).write_text(corpus.edited(text, name), "utf-8")
        after = _timed(lambda: _scan(place))
        (place / path).write_text(text, "utf-8")
        _scan(place)
        times.append((before, after))
    # The first loads the parser of notes.
    befores, afters = zip(*times[1:], strict=True)
    return statistics.median(befores), statistics.median(afters)


def targets(root: Path, count: int) -> list[tuple[str, str]]:
    """Notes and names of plain questions in them, which the history knows, if there is one."""
    known = {
        (event["place"]["path"], event["place"]["order"])
        for file in sorted((root / files.HISTORY).glob("*.jsonl"))
        for event in _items_of(file)
    }
    total = sum(1 for _ in root.glob("notes/*/*.md"))
    found = []
    for number in range(total):
        # Spread over the vault, in an order of no meaning.
        number = number * 7919 % total  # noqa: PLW2901
        path = corpus.path(number)
        places = [place for place in corpus.PLAIN if not known or (path, place) in known]
        if places:
            found.append((path, f"{number}-{places[number % len(places)]}"))
        if len(found) == count:
            break
    return found


def _items_of(file: Path) -> Iterator[dict[str, dict[str, object]]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if '"event":"item"' in line)


# The history --------------------------------------------------------------------------------------


def answer(root: str, session: str) -> float:
    """Append a hundred reviews, as after a session, and read them."""
    files._TICK = files._COARSE_TICK = 0
    place = Path(root)
    _scan(place)
    db = sqlite3.connect(place / "build/index.db")
    rows = db.execute("SELECT card FROM seen WHERE key IS NOT NULL ORDER BY card LIMIT 100")
    cards = [CardId(card) for (card,) in rows]
    db.close()
    histories.more(place / files.HISTORY, cards, int(session))
    return _timed(lambda: _scan(place))


# The matcher --------------------------------------------------------------------------------------


def matcher(notes: str) -> list[tuple[float, int]]:
    """Seconds and edited items found: nothing changed, one edit, and of twenty thousand items two
    thousand edited, two hundred deleted and three hundred added.
    """
    from srs import identity  # noqa: PLC0415 - slow, and only for this
    from srs import notes as reading  # noqa: PLC0415
    from srs.identity.known import known  # noqa: PLC0415

    def items(numbers: range, edits: int = 0, deletions: int = 0) -> list[Item]:
        """The first notes have two questions edited each, and every fifth one a third deleted."""
        found: list[Item] = []
        for number in numbers:
            text = corpus.note(number)
            for far, place in enumerate(corpus.PLAIN[:2]):
                if number * 2 + far < edits:
                    text = corpus.edited(text, f"{number}-{place}")
            if number % 5 == 0 and number < deletions * 5:
                text = corpus.without(text, f"{number}-{corpus.PLAIN[2]}")
            found += reading.parse(corpus.path(number), text)[0].items
        return found

    count = int(notes)
    old = items(range(count))
    past = known(
        Event(EventId(f"e{number}"), at, at.date(), "d", _fixed(item))
        for number, item in enumerate(old)
        for at in [datetime(2025, 1, 3, tzinfo=UTC) + timedelta(seconds=number)]
    )
    added = items(range(count, count + count * 15 // 1_000))
    vaults = [old, items(range(count), 1), items(range(count), count * 2, count // 5) + added]
    result = []
    for now in vaults:
        gc.collect()
        start = time.thread_time()
        found = identity.match(past, now)
        seconds = time.thread_time() - start
        result.append((seconds, sum(one.what == "edited" for one in found.changes)))
    return result


def _fixed(item: Item) -> ItemFixed:
    from srs import identity  # noqa: PLC0415
    from srs.model import Card  # noqa: PLC0415

    cards = [
        Card(CardId(f"{item.id}-{face.key}"), item, face, ordinal)
        for ordinal, face in enumerate(item.faces)
    ]
    return identity.fixed(item, cards, "first use")


def genanki(package: str) -> float:
    """Loading genanki, building the notes of a package in one deck, and writing them."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package) as packed:
            packed.extract("collection.anki2", folder)
        db = sqlite3.connect(f"{folder}/collection.anki2")
        types = json.loads(db.execute("SELECT models FROM col").fetchone()[0])
        rows = db.execute("SELECT guid, mid, tags, flds FROM notes").fetchall()
        db.close()

        def build() -> None:
            import genanki as library  # noqa: PLC0415 - a part of it

            models = {
                int(id_): library.Model(
                    int(id_),
                    one["name"],
                    fields=[{"name": field["name"]} for field in one["flds"]],
                    templates=[
                        {key: template[key] for key in ("name", "qfmt", "afmt")}
                        for template in one["tmpls"]
                    ],
                    css=one["css"],
                    model_type=one["type"],
                )
                for id_, one in types.items()
            }
            deck = library.Deck(1 << 40, "all")
            for guid, type_, tags, fields in rows:
                deck.add_note(
                    library.Note(models[type_], fields.split("\x1f"), tags=tags.split(), guid=guid)
                )
            library.Package(deck).write_to_file(f"{folder}/all.apkg")

        with warnings.catch_warnings():
            # It takes `a < b` in a field for a tag.
            warnings.simplefilter("ignore")
            return _timed(build)


JOBS: dict[str, Callable[..., object]] = {
    job.__name__: job
    for job in (make, learn, blocks, index, unchanged, edit, answer, matcher, genanki)
}

LIMIT = 200
"""Seconds of processor time after which a job is stopped: a goal missed that far is missed."""

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 5))
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201
