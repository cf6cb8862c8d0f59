"""Where a vault may lie and what its files may be; how commands are called, and how they end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import kept

from srs import __version__
from srs.cli import run
from srs.cli.commands import COMMANDS

if TYPE_CHECKING:
    from conftest import TestVault

ONE = "Q: one?\nA: 1\n"

READING = [
    ("status",),
    ("status", "--json"),
    ("check",),
    ("check", "--json"),
    ("check", "--strict"),
    ("cards",),
    ("cards", "--json"),
    ("cards", "search", "x"),
    ("quiz", "--score"),
    ("quiz", "--score", "--json"),
    ("review", "--plan"),
    ("review", "--plan", "--json"),
    ("history",),
    ("history", "--json"),
]
"""What writes nothing."""
ALL = [
    *READING,
    ("review",),
    ("quiz",),
    ("export",),
    ("export", "--json"),
    ("new", "x"),
    ("history", "aside"),
]
named = pytest.mark.parametrize("command", ALL, ids=" ".join)
reading = pytest.mark.parametrize("command", READING, ids=" ".join)


@dataclass
class Here:
    """The command line in a directory, without SRS_VAULT."""

    _monkeypatch: pytest.MonkeyPatch
    _capsys: pytest.CaptureFixture[str]

    def srs(self, where: Path, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.chdir(where)
        self._capsys.readouterr()
        code = run(list(arguments))
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return Here(monkeypatch, capsys)


def vault_at(root: Path) -> Path:
    (root / "decks").mkdir(parents=True)
    (root / "notes").mkdir()
    (root / "notes/a.md").write_text(ONE)
    return root


def process(
    *arguments: str, cwd: Path | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """The real program, in this test's environment."""
    return subprocess.run(
        [sys.executable, "-m", "srs", *arguments],
        cwd=cwd,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# No vault ---------------------------------------------------------------------------------------


@named
def test_outside_a_vault_one_sentence_says_what_to_do(
    here: Here, tmp_path: Path, command: tuple[str, ...]
) -> None:
    code, out, err = here.srs(tmp_path, *command)
    assert (code, out) == (1, "")
    said, hint = err.strip().splitlines()
    assert said.startswith("srs: ")
    assert str(tmp_path) in said
    assert "`srs init`" in hint
    assert "--vault" in hint
    assert not [path for path in tmp_path.rglob("*") if path.name != "state"]


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_named_vault_that_is_none_is_one_sentence(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, how: str
) -> None:
    there = tmp_path / "no vault"
    if kind == "empty":
        there.mkdir()
    elif kind == "file":
        there.write_text("")
    vault_at(tmp_path / "another")
    if how == "variable":
        monkeypatch.setenv("SRS_VAULT", str(there))
    options = ("--vault", str(there)) if how == "option" else ()
    code, out, err = here.srs(tmp_path / "another", "check", *options)
    assert (code, out) == (1, "")
    assert err.startswith(f"srs: {there} is no vault")


def test_a_named_vault_that_is_none_gets_a_hint_too(here: Here, tmp_path: Path) -> None:
    _, _, err = here.srs(tmp_path, "check", "--vault", "nowhere")
    assert "srs init" in err


def test_no_vault_in_the_real_program(tmp_path: Path) -> None:
    result = process("review", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("srs: ")


# Finding it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["", "notes", "decks", "notes/phase-1/deep er", "build"])
def test_from_any_directory_of_the_vault(here: Here, tmp_path: Path, below: str) -> None:
    root = vault_at(tmp_path / "v")
    (root / below).mkdir(parents=True, exist_ok=True)
    code, out, _ = here.srs(root / below, "cards")
    assert code == 0
    assert "notes/a.md:1: one?" in out


def test_the_nearest_vault_counts(here: Here, tmp_path: Path) -> None:
    vault_at(tmp_path)
    inner = vault_at(tmp_path / "notes/inner")
    (inner / "notes/b.md").write_text("Q: inner?\nA: 1\n")
    _, out, _ = here.srs(inner / "notes", "cards")
    assert "inner?" in out
    assert "2 cards" in out


def test_the_option_is_stronger_than_the_variable_and_that_than_the_place(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("place", "variable", "option"):
        (vault_at(tmp_path / name) / "notes/a.md").write_text(f"Q: {name}?\nA: 1\n")
    assert "place?" in here.srs(tmp_path / "place", "cards")[1]
    monkeypatch.setenv("SRS_VAULT", str(tmp_path / "variable"))
    assert "variable?" in here.srs(tmp_path / "place", "cards")[1]
    option = ("--vault", "../option")
    assert "option?" in here.srs(tmp_path / "place", "cards", *option)[1]
    assert "option?" in here.srs(tmp_path / "place", "review", *option)[1]
    assert "option?" in here.srs(tmp_path / "place", "cards", *option, "search", "opt")[1]


def test_an_empty_variable_is_none(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault_at(tmp_path / "v")
    monkeypatch.setenv("SRS_VAULT", "")
    assert "one?" in here.srs(tmp_path / "v", "cards")[1]


@pytest.mark.parametrize("name", ["with spaces", "📚 émoji ß", "a'b\"c", "-dash", "new\nline", "%"])
def test_any_name_of_a_directory(here: Here, tmp_path: Path, name: str) -> None:
    root = vault_at(tmp_path / name)
    (root / f"notes/{name}.md").write_text("Q: here?\nA: 1\n")
    for command in ALL:
        code, _, err = here.srs(root, *command)
        assert (code, "Traceback" in err) == (0, False)
    assert (root / "build/roadmap.apkg").exists()
    code, out, _ = here.srs(tmp_path, "cards", "--json", "--vault", str(root))
    assert code == 0
    assert "here?" in out


def test_a_review_in_a_directory_with_spaces_and_emoji(tmp_path: Path) -> None:
    root = vault_at(tmp_path / "my 📚 study")
    result = process("review", cwd=root / "notes", typed="\n3\n")
    assert result.returncode == 0
    assert "Answered 1 card" in result.stdout
    assert '"event":"review"' in "".join(
        file.read_text() for file in (root / "decks/history").glob("*.jsonl")
    )


def test_a_vault_behind_a_link(here: Here, tmp_path: Path) -> None:
    root = vault_at(tmp_path / "v")
    (tmp_path / "link").symlink_to(root)
    code, out, _ = here.srs(tmp_path, "cards", "--vault", "link")
    assert code == 0
    assert "notes/a.md:1: one?" in out


# An empty vault ---------------------------------------------------------------------------------


@pytest.mark.parametrize("folders", [("decks",), ("decks/history", "notes")])
@reading
def test_reading_an_empty_vault(
    here: Here, tmp_path: Path, folders: tuple[str, ...], command: tuple[str, ...]
) -> None:
    for folder in folders:
        (tmp_path / "v" / folder).mkdir(parents=True)
    before = kept(tmp_path)
    code, _, err = here.srs(tmp_path / "v", *command)
    assert (code, err) == (0, "")
    assert kept(tmp_path) == before


def test_working_in_an_empty_vault(here: Here, tmp_path: Path) -> None:
    root = tmp_path / "v"
    (root / "decks").mkdir(parents=True)
    assert here.srs(root, "review")[0] == 0
    code, out, err = here.srs(root, "export")
    assert (code, out) == (1, "")
    assert err.startswith("srs: There are no cards to export.")
    assert not (root / "build/roadmap.apkg").exists()
    for command in ("show", "suspend", "resume"):
        assert here.srs(root, "cards", command, "x")[0] == 1
    assert here.srs(root, "new", "x")[:2] == (0, "notes/x.md\n")


# Odd files --------------------------------------------------------------------------------------


def problems(vault: TestVault) -> list[tuple[str, int, int, str]]:
    found = vault.srs("check", "--json").data["problems"]
    return [(one["path"], one["line"], one["column"], one["code"]) for one in found]


def test_what_is_not_a_note_is_left_alone(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    for path in (
        "notes/a.txt",
        "notes/a.md~",
        "notes/.hidden.md",
        "notes/.git/x.md",
        "notes/A.MD.bak",
        "notes/md",
        "decks/other.md",
        "outside.md",
        "build/x.md",
    ):
        vault.write(path, "Q: not me?\n")
    assert problems(vault) == []
    assert [card["prompt"] for card in vault.cards()] == ["one?"]


def test_a_directory_named_like_a_note(vault: TestVault) -> None:
    vault.write("notes/x.md/inside.md", "Q: inside?\nA: 1\n")
    vault.write("notes/a.md", ONE)
    assert problems(vault) == [("notes/x.md", 1, 1, "folder-named")]
    assert [card["path"] for card in vault.cards()] == ["notes/a.md", "notes/x.md/inside.md"]


def test_links_that_lead_nowhere_or_round(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    (vault.root / "notes/dead.md").symlink_to("nowhere")
    (vault.root / "notes/loop.md").symlink_to("loop.md")
    (vault.root / "notes/again").symlink_to(".")
    assert problems(vault) == [
        ("notes/again", 1, 1, "folder-linked"),
        ("notes/dead.md", 1, 1, "unreadable"),
        ("notes/loop.md", 1, 1, "unreadable"),
    ]
    assert vault.srs("check").code == 1
    assert "one?" in vault.srs("review").out


def test_a_link_to_a_note_elsewhere_is_read(vault: TestVault) -> None:
    elsewhere = vault.write("../elsewhere.md", ONE)
    (vault.root / "notes/here.md").symlink_to(elsewhere)
    assert [card["path"] for card in vault.cards()] == ["notes/here.md"]


def test_a_file_without_permission(vault: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, whom permissions do not bind."""
    vault.write("notes/a.md", ONE)
    vault.write("notes/closed.md", "Q: closed?\nA: 1\n")
    read = Path.read_bytes

    def refusing(path: Path) -> bytes:
        if path.name == "closed.md":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    result = vault.srs("check")
    assert result.code == 1
    line = "notes/closed.md:1:1: error[unreadable] Cannot be read: Permission denied."
    assert result.out.splitlines()[0] == line
    result = vault.srs("review", typed="\n3\n")
    assert "one?" in result.out
    assert "1 error" in result.err


def test_a_folder_without_permission(vault: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.write("notes/a.md", ONE)
    vault.write("notes/closed/b.md", "Q: closed?\nA: 1\n")
    open_ = os.open

    def refusing(path: str | Path, *how: int) -> int:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return open_(path, *how)

    monkeypatch.setattr(os, "open", refusing)
    assert problems(vault) == [("notes/closed", 1, 1, "unreadable")]
    assert [card["prompt"] for card in vault.cards()] == ["one?"]


def test_notes_that_is_a_file(vault: TestVault) -> None:
    (vault.root / "notes").rmdir()
    vault.write("notes", "Q: no note?\n")
    assert problems(vault) == [("notes", 1, 1, "unreadable")]
    assert vault.srs("review").code == 0


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"Q: ok?\nA: caf\xe9\n", 2, 7),
        (b"\xff\xfeQ\0:\0", 1, 1),
        (b"Q: gr\xc3\xb6\xc3\x9fe \xe9?\n", 1, 10),
        (b"Q: one?\r\nA: 1\r\n\r\nA: \xe9\r\n", 4, 4),
        (b"---\ntopic: caf\xe9\n---\n", 2, 11),
        (b"Q: cut \xf0\x9f\x93", 1, 8),
        pytest.param(
            b"\xef\xbb\xbfab\xff\n",
            1,
            3,
        ),
        pytest.param(
            b"Q: a\rA: \xe9\r",
            2,
            4,
        ),
    ],
)
def test_what_is_not_utf_8_has_its_true_place(
    vault: TestVault, data: bytes, line: int, column: int
) -> None:
    vault.write("notes/a.md", ONE)
    (vault.root / "notes/b.md").write_bytes(data)
    assert problems(vault) == [("notes/b.md", line, column, "not-utf8")]
    assert [card["prompt"] for card in vault.cards()] == ["one?"]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "---\n---\n", "\r\n\r\n", " \t \n"])
def test_an_empty_note(vault: TestVault, text: str) -> None:
    vault.write("notes/a.md", text)
    assert vault.srs("check", "--json").data == {
        "notes": 1,
        "items": 0,
        "cards": 0,
        "problems": [],
    }


def test_nul_bytes_are_read_as_unknown_characters(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: n\0l?\nA: \0\n\nQ: two?\nA: 2\n")
    assert [card["prompt"] for card in vault.cards()] == ["n\ufffdl?", "two?"]
    out = vault.srs("review", typed="\n3\n\n3\n").out
    assert "\0" not in out


def test_a_note_of_two_megabytes(vault: TestVault) -> None:
    prose = "Words and more words, as they stand in a long note. " * 200
    cards = "".join(f"Q: question {n}?\nA: answer {n}\n\n{prose}\n\n---\n\n" for n in range(200))
    assert len(cards) > 2_000_000
    vault.write("notes/a.md", "# Long\n\n" + cards)
    data = vault.srs("check", "--json").data
    # The prose below an answer is part of it, which is told.
    codes = {one["code"] for one in data["problems"]}
    assert (data["cards"], codes) == (200, {"answer-long", "answer-prose"})
    assert "Answered 1 card" in vault.srs("review", typed="\n3\nq\n").out


def name_a_note_with_bytes(vault: TestVault) -> None:
    name = os.fsencode(vault.root / "notes") + b"/caf\xe9.md"
    try:
        Path(os.fsdecode(name)).write_text(ONE)
    except OSError:
        pytest.skip("this file system takes only text as names")


def test_a_file_name_that_is_no_text(vault: TestVault) -> None:
    name_a_note_with_bytes(vault)
    assert vault.srs("check").code == 0
    (card,) = vault.cards()
    assert card["path"].startswith("notes/caf")
    result = vault.srs("review", typed="\n1\nq\n")
    assert result.code == 0
    assert vault.card("one?")["reviews"] == 1
    assert vault.srs("check").code == 0


def test_the_history_stays_text_where_a_file_name_is_not(vault: TestVault) -> None:
    name_a_note_with_bytes(vault)
    vault.srs("review", typed="\n1\nq\n")
    for file in (vault.root / "decks/history").glob("*.jsonl"):
        file.read_bytes().decode("utf-8")


@pytest.mark.parametrize("command", [("check",), ("cards",), ("review",), ("review", "--plan")])
def test_a_file_name_cannot_drive_the_terminal(vault: TestVault, command: tuple[str, ...]) -> None:
    vault.write("notes/evil\x1b]0;x\x07.md", ONE + "\nQ: no answer?\n")
    result = vault.srs(*command, typed="\n1\nq\n")
    assert "notes/evil" in result.out
    assert "\x1b" not in result.out
    assert "\x07" not in result.out


# The roadmap ------------------------------------------------------------------------------------

BROKEN = """\
title: 5
start: 2025-02-30
colour: red
session: {weekday: someday, minutes: 0}
phases:
  - id: phase-1
    title: One
    start: 2025-03-10
    end: 2025-03-01
  - id: phase-2
    title: Two
    start: 2025-03-05
    end: 2025-03-20
    topics: [{id: t, title: T}, {id: t, title: U}]
  - id: phase-3
    title: Three
    start: 2025-03-15
    end: 2025-04-01
"""


def test_a_broken_roadmap_has_its_problems_and_notes_still_work(vault: TestVault) -> None:
    vault.write("decks/roadmap.yaml", BROKEN)
    vault.write("notes/a.md", ONE)
    assert problems(vault) == [
        ("decks/roadmap.yaml", 1, 8, "type-wrong"),
        ("decks/roadmap.yaml", 2, 8, "yaml-invalid"),
        ("decks/roadmap.yaml", 3, 1, "key-unknown"),
        ("decks/roadmap.yaml", 4, 20, "value-unknown"),
        ("decks/roadmap.yaml", 4, 38, "value-range"),
        ("decks/roadmap.yaml", 9, 10, "date-reversed"),
        ("decks/roadmap.yaml", 14, 38, "id-twice"),
        ("decks/roadmap.yaml", 17, 12, "date-overlap"),
    ]
    assert vault.srs("check").code == 1
    assert vault.srs("status").code == 0
    result = vault.srs("review", typed="\n3\n")
    assert "8 errors" in result.err
    assert vault.card("one?")["reviews"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "- a\n- b\n",
        "just text\n",
        "5",
        "phases: 5",
        "phases: [5, null, [], {}]",
        "phases: [{id: 5}]",
        "session: friday",
        "routine: []",
        "a: &a [*a]",
        "? [a]\n: b\n",
        "[" * 500,
        "\t",
        "%YAML 9.9\n---\na: b\n",
        "title: !!python/object:os.system x\n",
        "---\na: b\n---\nc: d\n",
        "start: 2025-06-12T00:00:00\n",
    ],
)
def test_any_roadmap_leaves_the_notes_alone(vault: TestVault, text: str) -> None:
    vault.write("decks/roadmap.yaml", text)
    vault.write("notes/a.md", ONE)
    found = problems(vault)
    assert found
    assert {path for path, *_ in found} == {"decks/roadmap.yaml"}
    for command in (("status",), ("cards",), ("review", "--plan")):
        assert vault.srs(*command).code == 0
    assert "one?" in vault.srs("review").out


def test_a_roadmap_that_is_a_directory_or_no_text(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    (vault.root / "decks/roadmap.yaml").mkdir()
    assert problems(vault) == [("decks/roadmap.yaml", 1, 1, "unreadable")]
    (vault.root / "decks/roadmap.yaml").rmdir()
    (vault.root / "decks/roadmap.yaml").write_bytes(b"title: x\n  # \xe9\n")
    assert problems(vault) == [("decks/roadmap.yaml", 2, 5, "not-utf8")]
    assert "one?" in vault.srs("review").out


# build/ -----------------------------------------------------------------------------------------


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let nothing be written in a folder, as where it is read-only; root may write everywhere."""
    opened, made = Path.open, Path.mkdir

    def refusing_open(path: Path, mode: str = "r", *rest: object, **options: object) -> object:
        if "r" not in mode and path.is_relative_to(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode, *rest, **options)  # type: ignore[call-overload]

    def refusing_mkdir(path: Path, *rest: object, **options: object) -> None:
        if path.is_relative_to(folder) and not path.exists():
            raise PermissionError(13, "Permission denied", str(path))
        made(path, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refusing_open)
    monkeypatch.setattr(Path, "mkdir", refusing_mkdir)


@pytest.mark.parametrize("kind", ["read-only", "file"])
def test_without_build_everything_but_the_export_works(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    vault.write("notes/a.md", ONE)
    build = vault.root / "build"
    if kind == "file":
        build.write_text("in the way")
    else:
        build.mkdir()
        build.chmod(0o555)
        refuse(monkeypatch, build)
    for command in READING:
        assert vault.srs(*command).code == 0
    assert vault.srs("review", typed="\n3\n").code == 0
    assert vault.card("one?")["reviews"] == 1
    result = vault.srs("export")
    assert (result.code, result.out) == (1, "")
    assert "srs: " in result.err
    assert "cannot be written" in result.err
    assert vault.srs("export", "-o", str(vault.root / "elsewhere.apkg")).code == 0


@reading
def test_reading_changes_nothing_in_the_vault(vault: TestVault, command: tuple[str, ...]) -> None:
    vault.write("notes/a.md", ONE)
    vault.srs("review", typed="\n3\n")
    vault.write("notes/a.md", "Q: one, edited a little?\nA: 1\n\nQ: no answer?\n")
    before = {path: path.stat().st_mtime_ns for path in kept(vault.root)}
    vault.srs(*command)
    assert {path: path.stat().st_mtime_ns for path in kept(vault.root)} == before


def test_a_session_without_an_answer_changes_nothing_in_the_vault(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.write("notes/b.md", "Q: two?\nA: 2\n")
    vault.device("theirs")
    vault.srs("review", "--topic", "a", typed="\n3\n")
    vault.device("mine")
    before = {path: path.stat().st_mtime_ns for path in kept(vault.root)}
    for typed in ("", "q\n", "\n", "\nq\n", "u\nq\n"):
        assert vault.srs("review", typed=typed).code == 0
    assert {path: path.stat().st_mtime_ns for path in kept(vault.root)} == before


# Calling it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_refuses_unknown_options(
    here: Here, tmp_path: Path, command: str
) -> None:
    for flag in ("--help", "-h"):
        code, out, err = here.srs(tmp_path, command, flag)
        assert (code, err) == (0, "")
        assert out.startswith(f"Usage: srs {command}")
    code, out, err = here.srs(tmp_path, command, "--colour")
    assert (code, out) == (2, "")
    assert "--colour" in err
    assert not [path for path in tmp_path.rglob("*") if path.name != "state"]


def test_help_lists_every_command(here: Here, tmp_path: Path) -> None:
    code, out, _ = here.srs(tmp_path, "--help")
    assert code == 0
    for name, line in COMMANDS.items():
        assert name in out
        assert line in out


@pytest.mark.parametrize("arguments", [("reviw",), ("",), ("-x",), ()])
def test_an_unknown_command_or_none_is_code_2(
    here: Here, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, out, err = here.srs(tmp_path, *arguments)
    assert (code, out) == (2, "")
    assert "Usage: srs" in err


def test_an_unknown_command_gets_a_suggestion_or_help(here: Here, tmp_path: Path) -> None:
    _, _, err = here.srs(tmp_path, "reviw")
    assert "reviw" in err
    assert "--help" in err


def test_the_version(here: Here, tmp_path: Path) -> None:
    assert here.srs(tmp_path, "--version") == (0, f"srs {__version__}\n", "")
    result = process("--version", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, f"srs {__version__}\n")


# Streams that are closed ------------------------------------------------------------------------


def piped(root: Path, *arguments: str, buffered: bool) -> tuple[int, str]:
    """Exit code and stderr of the program when nobody reads its stdout any more."""
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ}
    environment.pop("PYTHONUNBUFFERED", None)
    if not buffered:
        environment["PYTHONUNBUFFERED"] = "1"
    try:
        result = subprocess.run(
            [sys.executable, "-m", "srs", *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writer)
    return result.returncode, result.stderr


@pytest.mark.parametrize("buffered", [True, False], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("cards", "--json"),
        ("check",),
        ("review",),
        ("--help",),
        pytest.param(("--version",)),
    ],
    ids=" ".join,
)
def test_a_reader_that_leaves_causes_no_traceback(
    tmp_path: Path, arguments: tuple[str, ...], *, buffered: bool
) -> None:
    code, err = piped(vault_at(tmp_path / "v"), *arguments, buffered=buffered)
    assert err == ""
    assert code in (0, 1)


def test_a_review_whose_reader_leaves_keeps_what_was_graded(tmp_path: Path) -> None:
    root = vault_at(tmp_path / "v")
    (root / "notes/b.md").write_text("Q: two?\nA: 2\n")
    with subprocess.Popen(
        [sys.executable, "-m", "srs", "review"],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin
        assert program.stdout
        assert program.stderr
        program.stdin.write("\n3\n")
        program.stdin.flush()
        while not program.stdout.readline().startswith("Kept: "):
            pass
        program.stdout.close()
        program.stdin.write("\n3\n")
        program.stdin.close()
        assert program.stderr.read() == ""
        assert program.wait(60) in (0, 1)
    (file,) = (root / "decks/history").glob("*.jsonl")
    assert file.read_text().count('"event":"review"') >= 1


def shell(root: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A line of shell, in which `"$@"` is srs."""
    return subprocess.run(
        ["sh", "-c", line, "sh", sys.executable, "-m", "srs"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_example_of_the_issue(tmp_path: Path) -> None:
    root = vault_at(tmp_path / "v")
    (root / "notes/b.md").write_text("Q: two?\nA: 2\n")
    result = shell(root, r"printf '\n3\n\n1\nq\n' | \"$@\" review".replace(r"\"", '"'))
    assert (result.returncode, result.stderr) == (0, "")
    listed = shell(root, '"$@" cards --json | grep -c \'"reviews": 1\'')
    assert listed.stdout == "2\n"


def test_without_input_at_all(tmp_path: Path) -> None:
    root = vault_at(tmp_path / "v")
    result = shell(root, '"$@" review </dev/null')
    assert (result.returncode, result.stderr) == (0, "")
    assert "one?" in result.stdout
    assert not (root / "decks/history").exists()


def test_with_a_closed_input(tmp_path: Path) -> None:
    result = shell(vault_at(tmp_path / "v"), '"$@" review <&-')
    assert "Traceback" not in result.stderr
    assert result.returncode == 0


def test_with_a_closed_output(tmp_path: Path) -> None:
    result = shell(vault_at(tmp_path / "v"), '"$@" status >&-')
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_with_a_full_disk_behind_the_output(tmp_path: Path) -> None:
    result = shell(vault_at(tmp_path / "v"), '"$@" status >/dev/full')
    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_an_answer_that_is_no_utf_8(tmp_path: Path) -> None:
    root = vault_at(tmp_path / "v")
    line = r"""printf '\377\n3\n' | PYTHONIOENCODING=utf-8:strict "$@" review"""
    result = shell(root, line)
    assert "Traceback" not in result.stderr
    assert "Answered 1 card" in result.stdout


def test_where_the_terminal_knows_only_ascii(tmp_path: Path) -> None:
    root = vault_at(tmp_path / "v")
    (root / "notes/a.md").write_text("Q: größe?\nA: 📚\n", "utf-8")
    line = r"""printf '\n3\n' | PYTHONIOENCODING=ascii "$@" review"""
    result = shell(root, line)
    assert (result.returncode, result.stderr) == (0, "")
    assert "Answered 1 card" in result.stdout


@pytest.mark.parametrize("before", [True, False])
def test_the_vault_may_be_named_before_or_after_the_command(
    vault: TestVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool
) -> None:
    """Either way it goes before SRS_VAULT, and the one after the command before the other."""
    other = tmp_path / "other"
    (other / "decks").mkdir(parents=True)
    (other / "notes").mkdir()
    (other / "notes/b.md").write_text("c :: d\n", "utf-8")
    monkeypatch.setenv("SRS_VAULT", str(vault.root))
    named = ["--vault", str(other)]
    arguments = [*named, "check"] if before else ["--vault", str(vault.root), "check", *named]
    assert "1 note" in vault.srs(*arguments).out


def test_a_file_that_is_no_note_by_its_size(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.write("notes/huge.md", "x" * 4_000_001)
    assert problems(vault) == [("notes/huge.md", 1, 1, "too-large")]
    vault.write("notes/huge.md", "x\n\n" * 1_000_000)
    assert problems(vault) == []
