"""A formatter changes how a note is written, never its items, their ids or what they accept.

tests/formatted/ has notes as somebody writes them (`written.md`) and what became of each: Prettier
3 (`prettier --parser markdown`) and mdformat 1.0 with mdformat-gfm and mdformat-frontmatter. Both
leave their own output as it is, so what holds for it holds for ever.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from srs import notes

if TYPE_CHECKING:
    from srs.model import Note, Problem

NOTES = sorted((Path(__file__).parent / "formatted").iterdir())
FORMATTERS = ("prettier", "mdformat")
KINDS = {
    "blocks": ["basic", "basic", "basic"],
    "kinds": ["basic", "basic", "reversed", "cloze", "choice", "typed", "points", "output"],
    "marks": ["basic", "basic", "cloze", "cloze", "basic", "reversed", "basic"],
}


@pytest.mark.parametrize("folder", NOTES, ids=lambda folder: folder.name)
def test_a_note_as_written_is_without_problems_and_has_its_items(folder: Path) -> None:
    note, problems = read(folder / "written.md")
    assert problems == ()
    assert [item.kind for item in note.items] == KINDS[folder.name]


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize("folder", NOTES, ids=lambda folder: folder.name)
def test_formatting_keeps_items_ids_and_what_is_asked(folder: Path, formatter: str) -> None:
    written, _ = read(folder / "written.md")
    formatted, problems = read(folder / f"{formatter}.md")
    assert problems == ()
    assert known(formatted) == known(written)


def known(note: Note) -> list[object]:
    """What history and Anki know of a note's items."""
    return [
        (
            item.kind,
            item.id,
            item.content,
            item.tags,
            item.contrasts,
            item.headings,
            [face.key for face in item.faces],
            [[(one.key, one.right) for one in face.options] for face in item.faces],
            [face.accepted for face in item.faces],
        )
        for item in note.items
    ]


def read(file: Path) -> tuple[Note, tuple[Problem, ...]]:
    return notes.parse("notes/a.md", file.read_text("utf-8"))


# What a formatter would break is a warning before -----------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Q: a\n- b\nA: c\n", "tag-lazy"),
        ("Q: a\n> b\nA: c\n", "tag-lazy"),
        ("| a |\n|---|\n| b |\nQ: c\nA: d\n", "tag-in-table"),
        ("<div>\nQ: a\nA: b\n", "tag-under-html"),
        ("Q: a\nA: b\n---\n", "rule-under-text"),
        ("Q: a\nA: b\n===\n", "rule-under-text"),
        ("Q: a\nA: b\n--\n\nc\n", "rule-under-text"),
        ("Q: a\nA: b\n=\nc\n", "rule-under-text"),
    ],
)
def test_what_a_formatter_would_break_is_a_warning(text: str, code: str) -> None:
    _, problems = notes.parse("notes/a.md", text)
    assert code in [problem.code for problem in problems]


def test_an_empty_front_matter_may_be_null() -> None:
    assert notes.parse("notes/a.md", "---\nnull\n---\n\na :: b\n")[1] == ()


def test_a_line_break_of_markdown_is_no_part_of_a_one_line_card() -> None:
    one, _ = notes.parse("notes/a.md", "a :: b  \nc :: d\n")
    other, _ = notes.parse("notes/a.md", "a :: b\\\nc :: d\n")
    assert [item.content for item in one.items] == [item.content for item in other.items]
