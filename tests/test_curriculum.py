"""The vault that comes with srs: a note on every topic, of some size and mix, without fault."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest

from srs import links, notes, roadmap, rules, subjects
from srs.model import Ask, Item, Note
from srs.rules.rule import prose_words

if TYPE_CHECKING:
    from srs.notes import Reading

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "notes").rglob("*.md"))
READINGS = {
    path.relative_to(ROOT).as_posix(): notes.read(
        path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    )
    for path in FILES
}
ROADMAP, MISTAKES = roadmap.parse(
    "decks/roadmap.yaml", (ROOT / "decks/roadmap.yaml").read_text("utf-8")
)
AFTER = date(2026, 1, 1)
"""When every topic has begun."""
by_note = pytest.mark.parametrize(
    "reading", READINGS.values(), ids=[Path(path).stem for path in READINGS]
)


def all_notes() -> list[Note]:
    return [reading.note for reading in READINGS.values()]


def all_items() -> list[Item]:
    return [item for note in all_notes() for item in note.items]


def test_nothing_is_wrong_and_no_rule_is_silenced() -> None:
    assert MISTAKES == ()
    read = [problem for reading in READINGS.values() for problem in reading.problems]
    quality = [*rules.problems(all_notes(), ROADMAP, "decks/roadmap.yaml", AFTER)]
    broken = [*links.broken(all_notes(), found)]
    assert read + quality + broken == []
    assert [item for item in all_items() if item.allowances] == []


def found(note: str, source: str) -> str:
    return "found" if ((ROOT / note).parent / source).is_file() else "missing"


def test_every_topic_has_one_note_and_every_subject_cards() -> None:
    topics = [topic for phase in ROADMAP.phases for topic in phase.topics]
    assert len(topics) == len(FILES) == 26
    for one in subjects.coverage(ROADMAP, all_notes()):
        assert one.topic.subjects
        assert [note.path for note in one.notes] == [f"notes/{one.phase}/{one.topic.id}.md"]
        assert one.missing == ()


@by_note
def test_a_note_is_a_page_with_links_and_a_dozen_cards(reading: Reading) -> None:
    note = reading.note
    assert 400 <= notes.prose_words(reading) <= 900
    assert 12 <= len(note.items) <= 18
    assert 12 <= sum(len(item.faces) for item in note.items) <= 18
    reading_list = "\n".join(reading.lines).partition("## Further reading")[2].partition("\n## ")[0]
    assert len(re.findall(r"\]\(https://", reading_list)) >= 4


@by_note
def test_links_between_notes_lead_somewhere(reading: Reading) -> None:
    folder = (ROOT / reading.note.path).parent
    for target in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", "\n".join(reading.lines)):
        assert (folder / target.partition("#")[0]).is_file(), target


@by_note
def test_what_is_marked_run_says_what_it_prints(reading: Reading) -> None:
    fences = [block for block in reading.blocks if block.kind == "fence"]
    for fence, following in zip(fences, [*fences[1:], None], strict=True):
        if "run" in fence.info.split()[1:]:
            assert following is not None
            assert following.info == "output"


def test_the_mix_of_kinds() -> None:
    items = all_items()
    kinds = Counter(item.kind for item in items)
    for kind, least in (("output", 0.15), ("choice", 0.15), ("typed", 0.10), ("cloze", 0.15)):
        assert kinds[kind] >= least * len(items)
    assert kinds["points"] >= 26
    assert kinds["reversed"] >= 13
    assert sum("Why" in item.texts for item in items) > len(items) / 3


def test_answers_are_short() -> None:
    words = [
        prose_words(part)
        for item in all_items()
        for part in item.draft.parts
        if part.tag in ("A", "::", ":::")
    ]
    assert median(words) <= 25
    assert max(words) <= 40


def test_every_option_is_explained_and_the_right_one_stands_anywhere() -> None:
    places = Counter[int]()
    for item in all_items():
        options = item.faces[0].options if item.ask is Ask.PICK else ()
        assert all(option.why for option in options)
        right = [place for place, option in enumerate(options) if option.right]
        if len(right) == 1:
            places[right[0]] += 1
    assert max(places.values()) < 0.6 * places.total()


def test_what_is_confused_is_kept_apart() -> None:
    groups = Counter(group for item in all_items() for group in item.contrasts)
    assert len(groups) >= 26
    assert min(groups.values()) >= 2
