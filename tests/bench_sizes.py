"""Benchmarks of size: vaults of 100 to 10,000 notes, histories of 10,000 to 1,000,000 reviews."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

import bench_measure as measure
import corpus
import histories
from bench_jobs import LIMIT, targets
from bench_measure import heading, job, tell
from bench_session import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_RACY = 2.2
"""Seconds after which srs trusts how a file looks."""
_LINEAR = 12
"""How much longer ten times as much may take."""


class History(NamedTuple):
    reviews: int
    notes: int


class Sizes(NamedTuple):
    """What is measured: `rounds` for what takes long, least first."""

    notes: Sequence[int]
    histories: Sequence[History]


FULL = Sizes(
    (100, 1_000, 10_000),
    (History(10_000, 10_000), History(100_000, 1_000), History(1_000_000, 10_000)),
)
QUICK = Sizes((100, 1_000), (History(10_000, 1_000), History(100_000, 1_000)))


def measured(sizes: Sizes, folder: Path) -> Iterator[bool]:
    """Print every figure; gives of each whether its goal is met."""
    os.environ |= {"SRS_NOW": histories.AFTER, "XDG_STATE_HOME": str(folder), "SRS_DEVICE": "desk"}
    vaults = {count: folder / f"{count}-notes" for count in sizes.notes}
    for count, root in vaults.items():
        job("make", root, count)
    yield from _rebuild(vaults)
    yield from _unchanged(vaults)
    yield from _edit(f"{max(vaults):,} notes", vaults[max(vaults)])
    yield from _histories(sizes.histories, vaults, folder)
    yield from _matcher()


# Notes --------------------------------------------------------------------------------------------


def _rebuild(vaults: dict[int, Path]) -> Iterator[bool]:
    heading("All notes read and stored, processor time to markdown-it's block parse of the same")
    times: dict[int, float] = {}
    for count, root in vaults.items():
        base = least = float("inf")
        most = 0.0
        # What is short is uncertain.
        for _ in range(max(1, min(5, 4_000 // count))):
            base = min(base, job("blocks", root)[0])
            seconds, megabytes = job("index", root)
            least, most = min(least, seconds), max(most, megabytes)
        times[count] = least
        yield tell(f"{count:,} notes", least / base, "x", 2.5)
        yield tell(f"{count:,} notes, time", least * 1e3, "ms")
        yield tell(f"{count:,} notes, the most memory", most, "MB", 120)
    yield from _growth("notes", times)


def _growth(what: str, times: dict[int, float]) -> Iterator[bool]:
    """That ten times as much takes about ten times as long."""
    short, *_, long = sorted(times)[-2:]
    name = f"{long:,} {what} to {short:,}"
    yield tell(name, times[long] / times[short] / (long / short) * 10, "x", _LINEAR)


def _unchanged(vaults: dict[int, Path]) -> Iterator[bool]:
    heading("Nothing changed: processor time to the first card in a pipe, to `python -c pass`")
    time.sleep(_RACY)
    jobs: dict[str, Callable[[], float]] = {"": measure.empty}
    jobs |= {str(count): _review(root) for count, root in vaults.items()}
    # The first start looks once more at what was new when the index was made.
    times = measure.medians(jobs, 11)
    for count in vaults:
        yield tell(f"{count:,} notes", times[str(count)] / times[""], "x", 9)
    heading("Nothing changed: looking for changes, to one scandir and stat of the tree")
    walks: dict[int, float] = {}
    for count, root in vaults.items():
        (walks[count], scan), _ = job("unchanged", root, 15)
        # Opening the index is what a small vault costs; it is part of the start.
        yield tell(f"{count:,} notes", scan / walks[count], "x", 3 if count >= 1_000 else None)
    small, large = min(vaults), max(vaults)
    beyond = (times[str(large)] - times[str(small)]) / (walks[large] - walks[small])
    yield tell(f"the first card, {large:,} notes beyond {small:,}", beyond, "x", 3)


def _review(root: Path) -> Callable[[], float]:
    def run() -> float:
        os.environ["SRS_VAULT"] = str(root)
        return measure.review()

    return run


def _edit(name: str, root: Path) -> Iterator[bool]:
    """What one edit costs beyond a start after which nothing has changed."""
    heading(f"One question edited, {name}: processor time beyond that of no change")
    (before, after), _ = job("edit", root, 7)
    yield tell("looking for changes and reading the note", (after - before) * 1e3, "ms", 10)
    review = _review(root)
    times = []
    for path, question in targets(root, 5):
        time.sleep(_RACY)
        review()
        before = review()
        file = root / path
        text = file.read_text("utf-8")
        file.write_text(corpus.edited(text, question), "utf-8")
        times.append(review() - before)
        file.write_text(text, "utf-8")
    yield tell(
        "the first card, with loading what reads notes", statistics.median(times) * 1e3, "ms"
    )
    time.sleep(_RACY)
    review()


# The history --------------------------------------------------------------------------------------


def _histories(all_: Sequence[History], vaults: dict[int, Path], folder: Path) -> Iterator[bool]:
    reads: dict[int, float] = {}
    for one in all_:
        name = f"{one.reviews:,} reviews of {one.notes:,} notes"
        heading(f"A history of {name}: processor time")
        root, without = folder / f"{one.reviews}-reviews", vaults[one.notes]
        job("learn", root, without, one.reviews)
        try:
            whole, megabytes = job("index", root)
        except measure.TooLong:
            yield measure.missed("all read and stored", f"stopped after {LIMIT} s")
            continue
        (notes, _) = job("index", without)
        reads[one.reviews] = whole - notes
        each = reads[one.reviews] / one.reviews * 1e6
        yield tell("all read and stored, beyond the notes", reads[one.reviews] * 1e3, "ms")
        yield tell("a review of it", each, "us")
        yield tell("the most memory", megabytes, "MB", 120)
        time.sleep(_RACY)
        # The first two starts look once more at what was new.
        for place in (root, without) * 2:
            _review(place)()
        jobs = {"with": _review(root), "without": _review(without)}
        times = measure.medians(jobs, 11)
        beyond = (times["with"] - times["without"]) * 1e3
        yield tell("the first card, beyond a start without history", beyond, "ms", 20)
        answers = [job("answer", root, session)[0] for session in range(3)]
        yield tell("after 100 more answers", statistics.median(answers) * 1e3, "ms")
        yield from _edit(name, root)
        yield from answering(name, root)
    if len(reads) > 1:
        yield from _growth("reviews, to read,", reads)


# The matcher --------------------------------------------------------------------------------------


def _matcher() -> Iterator[bool]:
    heading("The matcher, 20,000 items that the history knows: processor time")
    runs = [job("matcher", 1_000)[0] for _ in range(3)]
    names = ("nothing changed", "one edit", "2,000 edits, 200 deletions, 300 additions")
    for place, (name, goal) in enumerate(zip(names, (None, 200, 5_000), strict=True)):
        yield tell(name, min(run[place][0] for run in runs) * 1e3, "ms", goal)
    yield tell("edited items found again, of 2,000", runs[0][-1][1], "")
