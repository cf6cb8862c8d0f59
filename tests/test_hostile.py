"""What a note or a folder may do to srs without being answered by a traceback, or by minutes.

Times are of the process, the best of several: only how they grow with the text is looked at.
"""

from __future__ import annotations

import gc
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from srs import notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import TestVault

# Time -------------------------------------------------------------------------------------------

SIZE = 3_000
"""Characters of the shorter text; the longer one has four times as many."""
NOISE = 0.004
"""Seconds below which a time says nothing."""


def runs(n: int) -> str:
    """Backticks in runs of one, two, three ..."""
    return " ".join("`" * length for length in range(1, int((2 * n) ** 0.5)))


def nested(n: int, row: str) -> str:
    return "".join("  " * depth + row for depth in range(int(n**0.5)))


SHAPES: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "brackets in a question": lambda n: f"Q: {'[' * n}{']' * n}\nA: b",
    "links": lambda n: "Q: a\nA: " + "[a](" * (n // 4),
    "link ends": lambda n: "Q: a\nA: " + "](" * (n // 2),
    "images": lambda n: "Q: a\nA: " + "![" * (n // 2),
    "wiki links": lambda n: "Q: a\nA: " + "[[a|" * (n // 4),
    "runs of backticks": lambda n: f"Q: {runs(n)}\nA: b",
    "runs of backticks and a separator": lambda n: f"{runs(n)} :: b",
    "code with separators": lambda n: "`a :: b` " * (n // 9),
    "backticks on lines of tags": lambda n: "Q: ```\n" * (n // 7),
    "emphasis": lambda n: "Q: " + "*a **b " * (n // 7),
    "stars": lambda n: "Q: a\nA: b" + "*" * n,
    "less than": lambda n: "Q: " + "<a " * (n // 3),
    "comments that are never closed": lambda n: "Q: a <!--\nA: b\n\n" * (n // 16),
    "declarations": lambda n: "Q: " + "<![CDATA[ " * (n // 10),
    "dollars": lambda n: "C: {{a}} " + "$" * n,
    "math in a cloze": lambda n: "C: {{a}} " + "$a$ " * (n // 4),
    "code in a cloze": lambda n: "C: {{a}} " + "`a` " * (n // 4),
    "escapes in a cloze": lambda n: "C: {{a}} " + "\\$" * (n // 2),
    "colons in the code of a gap": lambda n: "C: {{" + "`::` " * (n // 5) + "}}",
    "gaps with code": lambda n: "C: " + "{{`a::b`}} " * (n // 11),
    "gaps": lambda n: "C: " + "{{a}} " * (n // 6),
    "gaps that are never closed": lambda n: "C: " + "{{a" * (n // 3),
    "equals signs": lambda n: "C: {{a}} " + "==a " * (n // 4),
    "ampersands": lambda n: "Q: " + "&a;" * (n // 3),
    "wide tables": lambda n: "a|" * (n // 4) + "\n" + "-|" * (n // 4),
    "long tables": lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * (n // 6),
    "quotes": lambda n: "> " * (n // 2),
    "lazy lines": lambda n: "> a\n" + "Q: b\nA: c\n" * (n // 10),
    "nested lists": lambda n: nested(n, "- a\n"),
    "nested separators": lambda n: nested(n, "- a :: b\n"),
    "rows": lambda n: "- " * (n // 2),
    "definitions": lambda n: "".join(f"[a{i}]: b\n" for i in range(n // 11)),
    "footnotes": lambda n: "".join(f"[^{i}]: a\n" for i in range(n // 11)),
    "questions": lambda n: "Q: a\n" * (n // 5),
    "answers": lambda n: "Q: a\n" + "A: b\n\n" * (n // 6),
    "reasons": lambda n: "Q: a\nA: b\n" + "Why: c\n\n" * (n // 8),
    "one-line cards": lambda n: "a :: b\n" * (n // 7),
    "separators in a line": lambda n: "a :: " * (n // 5),
    "colons": lambda n: ":" * n,
    "carets": lambda n: "Q: a\nA: b " + "^x " * (n // 3),
    "tags": lambda n: "Q: a " + "#tag " * (n // 5) + "b\nA: c",
    "tags after code": lambda n: "Q: " + "`a` " * (n // 4) + "#tag\nA: b",
    "options": lambda n: "Q: a\n" + "".join(f"- [ ] {i}\n" for i in range(n // 9)) + "- [x] b",
    "equal options": lambda n: "Q: a\n" + "- [ ] a\n" * (n // 8) + "- [x] b",
    "options with code": lambda n: "Q: a\n" + "- [x]\n  ```\n  b\n  ```\n" * (n // 22),
    "lists below a question": lambda n: "Q: a\n" + "- a\n\n* b\n\n" * (n // 10),
    "task lists below a question": lambda n: "Q: a\n" + "- [x] a\n\n* [x] b\n\n" * (n // 18),
    "points": lambda n: "Q: a\nPoints:\n" + "- a\n" * (n // 4),
    "alternatives": lambda n: "Q: a\nT: " + "b | " * (n // 4) + "c",
    "alternatives that are code": lambda n: "Q: a\nT: " + "`b` | " * (n // 6) + "c",
    "backticks to type": lambda n: "Q: a\nT: " + "`" * n,
    "runs of backticks to type": lambda n: f"Q: a\nT: {runs(n)}",
    "small tags": lambda n: "q: a\na: b\n" * (n // 10),
    "blank lines": lambda n: "\n" * n,
    "a long line": lambda n: "a" * n,
    "spaces": lambda n: "Q:" + " " * n + "a",
    "headings": lambda n: "# a\nb :: c\n\n" * (n // 12),
    "fences that are never closed": lambda n: "- ```\n\n" * (n // 7),
    "pictures that are never closed": lambda n: "<div>\n" + "<img \n" * (n // 6),
    "tags of a note with many cards": lambda n: (
        f"---\ntags: [{'a, ' * (n // 6)}]\n---\n" + "a :: b\n" * (n // 14)
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_text_and_not_faster(shape: str) -> None:
    short, long = SHAPES[shape](SIZE), SHAPES[shape](4 * SIZE)
    # Four times the text takes four times as long; sixteen would be the square.
    assert seconds(long) <= 8 * max(seconds(short), NOISE)


def seconds(text: str) -> float:
    """The least time in which the text is read: others may be using this machine."""
    gc.collect()
    gc.disable()
    try:
        return min(_seconds(text) for _ in range(3))
    finally:
        gc.enable()


def _seconds(text: str) -> float:
    start = time.process_time()
    notes.parse("notes/a.md", text)
    return time.process_time() - start


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
    start = time.process_time()
    assert "good" in [card["prompt"] for card in vault.cards()]
    assert time.process_time() - start < 30


def test_a_file_of_50_megabytes_is_a_problem_at_once(vault: TestVault) -> None:
    with (vault.root / "notes/x.md").open("wb") as file:
        file.truncate(50_000_000)
    start = time.process_time()
    assert unreadable(vault)
    assert time.process_time() - start < 2


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
