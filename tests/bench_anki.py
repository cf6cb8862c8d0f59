"""Benchmarks of Anki packages: beside genanki, which writes the same notes without a vault."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import bench_measure as measure
import corpus
import histories
from bench_measure import SRS, heading, job, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RACY = 2.2
"""Seconds after which srs trusts how a file looks."""


def packages(files: int, folder: Path) -> Iterator[bool]:
    """A vault of so many files of twenty items, exported again and again."""
    root = folder / "exported"
    job("make", root, files)
    os.environ |= {"SRS_NOW": histories.AFTER, "SRS_VAULT": str(root)}
    notes = files * corpus.ITEMS
    heading(f"An Anki package of {notes:,} notes, processor time")
    first = measure.run([SRS, "export"])
    yield tell("the first one, all is read and rendered", first.seconds, "s")
    time.sleep(_RACY)
    measure.run([SRS, "export"])
    runs = [measure.run([SRS, "export"]) for _ in range(3)]
    again = min(run.seconds for run in runs)
    package = root / "build/roadmap.apkg"
    base = min(job("genanki", package)[0] for _ in range(3))
    yield tell("once more, to genanki's for the same notes in one deck", again / base, "x", 1)
    yield tell("the most memory", max(run.megabytes for run in runs), "MB", 100)
    yield tell("its size", package.stat().st_size / 1e6, "MB")
    path = root / corpus.path(0)
    path.write_text(corpus.edited(path.read_text("utf-8"), f"0-{corpus.PLAIN[0]}"), "utf-8")
    edited = measure.run([SRS, "export"])
    yield tell("one item edited, beyond that", (edited.seconds - again) * 1e3, "ms")
    back = measure.run([SRS, "import", str(package), "--dry-run"])
    yield tell("read again by srs import", back.seconds, "s")
    yield tell("the most memory of that", back.megabytes, "MB")
