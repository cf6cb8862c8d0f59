"""What a note or a folder may do to srs without being answered by a traceback."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shapes import SHAPES

from srs import notes

if TYPE_CHECKING:
    from conftest import TestVault


@pytest.mark.parametrize("shape", SHAPES)
def test_a_demanding_text_is_read_and_all_that_is_wrong_has_its_place(shape: str) -> None:
    """How long it takes is measured by `make bench`."""
    text = SHAPES[shape](5_000)
    note, problems = notes.parse("notes/a.md", text)
    lines = text.count("\n") + 1
    assert all(1 <= item.line <= lines and item.faces for item in note.items)
    assert all(1 <= one.line <= lines and one.message and one.hint for one in problems)
    # What stands behind the text, if that leaves it outside of code, is found.
    again, _ = notes.parse("notes/a.md", f"good :: card\n\n{text}")
    assert again.items[0].faces[0].prompt == "good"


# What files hold ----------------------------------------------------------------------------------


def problems(vault: TestVault) -> list[tuple[str, int, int, str]]:
    """What `srs check` finds: path, line, column and code."""
    result = vault.srs("check", "--json")
    assert result.code in (0, 1)
    return [
        (one["path"], one["line"], one["column"], one["code"]) for one in result.data["problems"]
    ]


def unreadable(vault: TestVault) -> bool:
    """Whether notes/x.md is the one problem, and the card beside it is found."""
    vault.write("notes/good.md", "good :: card\n")
    found = problems(vault)
    cards = [card["prompt"] for card in vault.cards()]
    return [one[:3] for one in found] == [("notes/x.md", 1, 1)] and cards == ["good"]


@pytest.mark.parametrize("size", [1, 100, 10_000])
def test_random_bytes_are_a_problem_in_their_file(vault: TestVault, size: int) -> None:
    data = b"\xff" + random.Random(size).randbytes(size)
    (vault.root / "notes/x.md").write_bytes(data)
    assert unreadable(vault)


@pytest.mark.parametrize("codec", ["latin-1", "utf-16", "cp1252", "shift-jis"])
def test_other_encodings_are_a_problem_where_they_begin(vault: TestVault, codec: str) -> None:
    text = "Q: ö\nA: b\n" if codec != "shift-jis" else "Q: 日\nA: b\n"
    (vault.root / "notes/x.md").write_bytes(text.encode(codec))
    (problem,) = problems(vault)
    assert problem == ("notes/x.md", 1, 1 if codec == "utf-16" else 4, "not-utf8")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "Q: " + "[" * 50_000 + "]" * 50_000 + "\nA: b",
        ">" * 100_000 + "Q: a",
        "- " * 50_000 + "a :: b",
        "\0" * 100_000,
        "---\na: " + "[" * 100_000 + "\n---\n",
        "C: " + "{{" * 50_000,
        "Q: a\nT: " + "`" * 20_000,
    ],
    ids=["brackets", "question", "quotes", "rows", "nul", "front-matter", "gaps", "backticks"],
)
def test_a_card_beside_a_deep_text_is_found(vault: TestVault, text: str) -> None:
    vault.write("notes/x.md", text)
    vault.write("notes/good.md", "good :: card\n")
    assert "good" in [card["prompt"] for card in vault.cards()]


def test_a_file_of_50_megabytes_is_a_problem_and_not_read(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (vault.root / "notes/x.md").open("wb") as file:
        file.truncate(50_000_000)
    read = Path.read_bytes
    seen: list[str] = []

    def watched(path: Path) -> bytes:
        seen.append(path.name)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", watched)
    assert unreadable(vault)
    assert "good.md" in seen
    assert "x.md" not in seen


@pytest.mark.parametrize(
    "text",
    [
        "a :: b\n\ufeffQ: c\nA: d",
        "\ufeff\ufeffQ: c\nA: d",
        "\ufeffQ: c\nA: d\n\n\ufeffe :: f",
    ],
)
def test_a_byte_order_mark_between_joined_files_changes_nothing(
    vault: TestVault, text: str
) -> None:
    vault.write("notes/x.md", text)
    marked = [(card["prompt"], card["id"]) for card in vault.cards()]
    vault.write("notes/x.md", text.replace("\ufeff", ""))
    assert marked == [(card["prompt"], card["id"]) for card in vault.cards()]


def test_no_control_character_of_a_note_or_name_reaches_the_terminal(vault: TestVault) -> None:
    vault.write("notes/x.md", "**Q:** \x1b]0;title\x07\n")
    vault.write("notes/a\x1b[31mb.md", "Q: a\n")
    vault.write("notes/c\nd.md", "Q: a\n")
    result = vault.srs("check")
    said = result.out + result.err
    assert not set(said) & {chr(code) for code in range(32) if chr(code) != "\n"}
    assert [line for line in said.split("\n") if line.startswith("d.md")] == []


# What folders hold --------------------------------------------------------------------------------


def test_a_folder_named_like_a_note_is_a_problem(vault: TestVault) -> None:
    (vault.root / "notes/x.md").mkdir()
    assert unreadable(vault)


@pytest.mark.parametrize("target", ["nowhere.md", "x.md"])
def test_a_link_to_nowhere_or_to_itself_is_a_problem(vault: TestVault, target: str) -> None:
    (vault.root / "notes/x.md").symlink_to(target)
    assert unreadable(vault)


def test_a_pipe_is_a_problem_and_not_waited_for(vault: TestVault) -> None:
    os.mkfifo(vault.root / "notes/x.md")
    assert unreadable(vault)


def test_a_device_is_a_problem_and_not_read(vault: TestVault) -> None:
    (vault.root / "notes/x.md").symlink_to("/dev/zero")
    assert unreadable(vault)


def test_a_file_that_may_not_be_read_is_a_problem(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/x.md", "a :: b\n")
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "x.md":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    # The superuser may read every file, whatever its mode.
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert unreadable(vault)


def test_a_folder_that_links_to_its_parent_is_not_gone_round(vault: TestVault) -> None:
    vault.write("notes/good.md", "good :: card\n")
    (vault.root / "notes/up").symlink_to("..")
    assert [card["prompt"] for card in vault.cards()] == ["good"]


def test_names_that_are_no_unicode_are_shown_all_the_same(vault: TestVault) -> None:
    path = os.fsencode(vault.root) + b"/notes/\xff\xfe.md"
    Path(os.fsdecode(path)).write_text("Q: a\n")
    assert [one[1:] for one in problems(vault)] == [(1, 1, "answer-missing")]
    assert "answer-missing" in vault.srs("check").out


def test_a_folder_deeper_than_paths_can_be_is_a_problem(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vault.root / "notes")
    for _ in range(25):
        Path("x" * 200).mkdir()
        os.chdir("x" * 200)
    Path("x.md").write_text("a :: b\n")
    os.chdir(vault.root)
    vault.write("notes/good.md", "good :: card\n")
    assert [one[3] for one in problems(vault)] == ["unreadable"]
    assert [card["prompt"] for card in vault.cards()] == ["good"]
