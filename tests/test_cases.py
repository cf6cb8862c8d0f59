"""Every case in tests/cases/*.md: a title, Markdown, and the cards and problems it gives.

A case is a heading `# title`, the Markdown between lines `.`, and the expected lines up to the
next `.`:

    kind LINE: prompt → answer          one card; line ends are shown as ⏎
    LINE:COLUMN severity[code]          one problem
    tags a b / contrast x / id name / hint text / why text / headings A › B / topic T / phase P
                                        of the card above; only those that a case wants to show
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from srs import notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.model import Item

CASES = Path(__file__).parent / "cases"
DETAILS = ("tags", "contrast", "id", "hint", "why", "headings", "topic", "phase")


def cases(folder: Path = CASES) -> Iterator[object]:
    for file in sorted(folder.glob("*.md")):
        lines = file.read_text("utf-8").split("\n")
        while "." in lines:
            start = lines.index(".")
            middle = lines.index(".", start + 1)
            end = lines.index(".", middle + 1)
            title = next(line for line in reversed(lines[:start]) if line.startswith("# "))
            markdown = "\n".join(lines[start + 1 : middle])
            expected = lines[middle + 1 : end]
            yield pytest.param(markdown, expected, id=f"{file.stem}: {title[2:]}")
            lines = lines[end + 1 :]


@pytest.mark.parametrize(("markdown", "expected"), [*cases()])
def test_case(markdown: str, expected: list[str]) -> None:
    note, problems = notes.parse("notes/case.md", meant(markdown))
    wanted = {line.split(" ", 1)[0] for line in expected}
    found: list[str] = []
    for item in note.items:
        found += described(item, wanted)
    found += [f"{one.line}:{one.column} {one.severity}[{one.code}]" for one in problems]
    assert found == expected
    assert all(one.message and one.hint for one in problems)


def meant(markdown: str) -> str:
    """The Markdown without escapes for what an editor would not show or keep."""
    for shown, sign in (
        ("␉", "\t"),
        ("␌", "\f"),
        ("␠", " "),
        ("␍", "\r"),
        ("␀", "\0"),
        ("␤", "\x85"),
    ):
        markdown = markdown.replace(shown, sign)
    return markdown


@pytest.mark.parametrize(("markdown", "expected"), [*cases()])
def test_how_a_file_is_stored_changes_nothing(markdown: str, expected: list[str]) -> None:
    """Line ends, a byte order mark and lines at the end are the same case."""
    written = meant(markdown)
    note, problems = notes.parse("notes/case.md", written)
    assert bool(note.items or problems) == bool(expected)
    stored = (
        written.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n"),
        f"\ufeff{written}",
        f"{written}\n",
        f"{written}\n\n\n",
    )
    for text in stored:
        again, same = notes.parse("notes/case.md", text)
        assert [item.id for item in again.items] == [item.id for item in note.items]
        assert [item.faces for item in again.items] == [item.faces for item in note.items]
        assert same == problems


def described(item: Item, wanted: set[str]) -> list[str]:
    lines = [
        f"{item.kind} {item.line}: {shown(face.prompt)} → {shown(face.answer)}"
        for face in item.faces
    ]
    details = {
        "tags": " ".join(item.tags),
        "contrast": " ".join(item.contrasts),
        "id": item.explicit,
        "hint": shown(item.texts.get("Hint", "")),
        "why": shown(item.texts.get("Why", "")),
        "headings": " › ".join(item.headings),
        "topic": item.topic,
        "phase": item.phase or "",
    }
    return lines + [f"{key} {details[key]}" for key in DETAILS if key in wanted and details[key]]


def shown(text: str) -> str:
    return text.replace("\n", "⏎")
