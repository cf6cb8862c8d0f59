"""`srs init` and `srs new`: what they write, what they refuse, and the editor they open."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import kept

from srs.cli.programs import open_in_editor

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import TestVault

FILES = [".gitattributes", ".gitignore", "decks/roadmap.yaml", "notes/start-here.md"]
DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


@pytest.fixture
def fresh(vault: TestVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestVault:
    """A place where no vault is yet; the command line runs beside it."""
    monkeypatch.chdir(tmp_path)
    return replace(vault, root=tmp_path / "study")


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in kept(root) if path.is_file())


def contents(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in files(root)}


# init -------------------------------------------------------------------------------------------


def test_a_new_directory_becomes_a_vault(fresh: TestVault) -> None:
    result = fresh.srs("init", "study")
    assert (result.code, result.err) == (0, "")
    assert files(fresh.root) == FILES
    for name in FILES:
        assert f"study/{name}\n" in result.out
    assert "srs review" in result.out


def test_parents_are_made(fresh: TestVault, tmp_path: Path) -> None:
    assert fresh.srs("init", "a/b/c d").code == 0
    assert files(tmp_path / "a/b/c d") == FILES


def test_an_existing_directory_keeps_what_it_has(fresh: TestVault) -> None:
    fresh.write("README.md", "mine")
    fresh.write("notes/mine.md", "Q: mine?\nA: yes\n")
    assert fresh.srs("init", "study").code == 0
    assert files(fresh.root) == sorted([*FILES, "README.md", "notes/mine.md"])
    assert (fresh.root / "README.md").read_text() == "mine"
    assert fresh.card("mine?")


def test_without_directory_it_is_here(fresh: TestVault, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.root.mkdir()
    monkeypatch.chdir(fresh.root)
    result = fresh.srs("init")
    assert result.code == 0
    assert files(fresh.root) == FILES
    assert "Next: srs review" in result.out


def test_it_has_no_problems_and_cards_at_once(fresh: TestVault) -> None:
    fresh.srs("init", "study")
    checked = fresh.srs("check", "--strict", "--json")
    assert (checked.code, checked.data["problems"]) == (0, [])
    assert checked.data["cards"] > 0
    result = fresh.srs("review", typed="\n3\n\n3\n")
    assert result.code == 0
    assert "Answered 2 cards" in result.out
    assert sum(card["reviews"] for card in fresh.cards()) == 2


def test_the_next_command_can_be_pasted(fresh: TestVault) -> None:
    out = fresh.srs("init", "study").out
    assert shlex.split(out.splitlines()[-1].removeprefix("Next: ")) == [
        "cd",
        "study",
        "&&",
        "srs",
        "review",
    ]


def test_the_next_command_can_be_pasted_with_spaces_too(fresh: TestVault) -> None:
    out = fresh.srs("init", "my study").out
    assert shlex.split(out.splitlines()[-1].removeprefix("Next: "))[1] == "my study"


def test_git_merges_the_history_and_ignores_what_can_be_deleted(fresh: TestVault) -> None:
    fresh.srs("init", "study")
    assert "decks/history/*.jsonl merge=union" in (fresh.root / ".gitattributes").read_text()
    assert "build/" in (fresh.root / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_overwritten_and_then_nothing_written(fresh: TestVault, name: str) -> None:
    fresh.write(name, "mine")
    result = fresh.srs("init", "study")
    assert (result.code, result.out) == (1, "")
    assert f"study/{name}" in result.err
    assert "nothing was written" in result.err
    assert contents(fresh.root) == {name: b"mine"}


def test_a_second_init_changes_nothing(fresh: TestVault) -> None:
    fresh.srs("init", "study")
    before = contents(fresh.root)
    assert fresh.srs("init", "study").code == 1
    assert contents(fresh.root) == before


def test_a_dangling_link_is_not_overwritten_either(fresh: TestVault) -> None:
    fresh.root.mkdir()
    link = fresh.root / ".gitignore"
    link.symlink_to("nowhere")
    assert fresh.srs("init", "study").code == 1
    assert link.is_symlink()


def test_a_file_in_place_of_the_directory_is_said(fresh: TestVault, tmp_path: Path) -> None:
    (tmp_path / "study").write_text("mine")
    result = fresh.srs("init", "study")
    assert result.code == 1
    assert result.err.startswith("srs: ")
    assert (tmp_path / "study").read_text() == "mine"


def test_a_file_in_place_of_a_folder_leaves_nothing_behind(fresh: TestVault) -> None:
    fresh.write("notes", "mine")
    result = fresh.srs("init", "study")
    assert result.code == 1
    assert result.err.startswith("srs: ")
    assert [path.name for path in fresh.root.iterdir()] == ["notes"]


# init --start -----------------------------------------------------------------------------------


def roadmap_dates(vault: TestVault) -> list[date]:
    text = (vault.root / "decks/roadmap.yaml").read_text("utf-8")
    return [date.fromisoformat(found) for found in DATE.findall(text)]


@pytest.mark.parametrize("start", ["2025-06-12", "2024-02-29", "2026-01-01", "1999-12-31"])
def test_start_shifts_all_dates(fresh: TestVault, start: str) -> None:
    fresh.srs("init", "study", "--start", "2025-06-12")
    original = roadmap_dates(fresh)
    assert len(original) == 2 + 2 * 8
    assert (original[0], original[1]) == (date(2025, 6, 12), date(2025, 12, 31))
    there = replace(fresh, root=fresh.root.parent / "shifted")
    assert there.srs("init", "shifted", "--start", start).code == 0
    by = date.fromisoformat(start) - date(2025, 6, 12)
    assert roadmap_dates(there) == [day + by for day in original]
    assert there.srs("check", "--strict").code == 0
    there.at(f"{start}T18:00+00:00")
    data = there.srs("status", "--json").data
    assert (data["roadmap"], data["phase"]) == ("active", "phase-1")
    there.at(f"{date.fromisoformat(start) - timedelta(days=1)}T18:00+00:00")
    assert there.srs("status", "--json").data["roadmap"] == "before"


def test_without_start_it_is_today(fresh: TestVault) -> None:
    fresh.at("2027-03-05T18:00+00:00")
    fresh.srs("init", "study")
    assert roadmap_dates(fresh)[0] == date(2027, 3, 5)


def test_the_title_has_the_year_of_the_start(fresh: TestVault) -> None:
    fresh.srs("init", "study", "--start", "2031-01-01")
    text = (fresh.root / "decks/roadmap.yaml").read_text("utf-8")
    assert "(2031)" in text
    assert "2025" not in text.split("repositories:")[0].replace("ES 2025", "")


@pytest.mark.parametrize("start", ["tomorrow", "2025-02-30", "12.06.2025", ""])
def test_a_start_that_is_no_date_is_code_2(fresh: TestVault, start: str) -> None:
    result = fresh.srs("init", "study", "--start", start)
    assert (result.code, result.out) == (2, "")
    assert not fresh.root.exists()


def test_a_start_after_which_no_year_is_left(fresh: TestVault) -> None:
    result = fresh.srs("init", "study", "--start", "9999-12-01")
    assert result.code in (1, 2)
    assert not fresh.root.exists()


def test_a_clock_that_is_no_time_is_code_2(fresh: TestVault) -> None:
    fresh.at("soon")
    assert fresh.srs("init", "study").code == 2
    assert not fresh.root.exists()


# new --------------------------------------------------------------------------------------------


@pytest.fixture
def study(fresh: TestVault) -> TestVault:
    """A new vault, without its starter note."""
    fresh.srs("init", "study")
    (fresh.root / "notes/start-here.md").unlink()
    return fresh


@pytest.mark.parametrize(
    "name", ["node-internals", "Node internals", "NODE INTERNALS", "Node-Internals"]
)
def test_a_topic_of_the_roadmap_by_id_or_title(study: TestVault, name: str) -> None:
    result = study.srs("new", name)
    assert (result.code, result.out) == (0, "notes/phase-1/node-internals.md\n")
    text = (study.root / "notes/phase-1/node-internals.md").read_text("utf-8")
    assert text.startswith("---\ntopic: Node internals\n")
    assert "\n# Node internals\n" in text
    for detail in ("event loop", "libuv thread-pool", "streams/back-pressure", "clustering"):
        assert f"\n- {detail}\n" in text
    assert study.srs("check", "--strict").code == 0


def test_every_topic_of_the_roadmap_can_be_begun(study: TestVault) -> None:
    text = (study.root / "decks/roadmap.yaml").read_text("utf-8")
    topics = re.findall(r"^      - id: (.*)$", text, re.MULTILINE)
    assert len(topics) == 26
    for topic in topics:
        assert study.srs("new", topic).code == 0
    checked = study.srs("check", "--strict", "--json")
    assert (checked.code, checked.data["notes"], checked.data["problems"]) == (0, 26, [])


def test_its_cards_belong_to_the_topic_and_phase(study: TestVault) -> None:
    study.srs("new", "kubernetes")
    file = study.root / "notes/phase-6/kubernetes.md"
    file.write_text(file.read_text("utf-8") + "\nQ: pod?\nA: one or more containers\n", "utf-8")
    card = study.card("pod?")
    assert (card["topic"], card["phase"]) == ("Kubernetes fundamentals", "phase-6")


def test_a_free_topic_belongs_to_no_phase(study: TestVault) -> None:
    result = study.srs("new", "Regular expressions")
    assert (result.code, result.out) == (0, "notes/regular-expressions.md\n")
    assert study.srs("check", "--strict").code == 0
    file = study.root / "notes/regular-expressions.md"
    file.write_text(file.read_text("utf-8") + "\nQ: greedy?\nA: yes\n", "utf-8")
    card = study.card("greedy?")
    assert (card["topic"], card["phase"]) == ("Regular expressions", None)
    assert "greedy?" in study.srs("review").out


@pytest.mark.parametrize("phase", ["3", "phase-3", "PHASE-3"])
def test_a_free_topic_in_a_phase(study: TestVault, phase: str) -> None:
    result = study.srs("new", "CQRS", "--phase", phase)
    assert result.out == "notes/phase-3/cqrs.md\n"
    file = study.root / "notes/phase-3/cqrs.md"
    file.write_text(file.read_text("utf-8") + "\nQ: query?\nA: 1\n", "utf-8")
    assert study.card("query?")["phase"] == "phase-3"


@pytest.mark.parametrize("phase", ["9", "phase-9", "x", ""])
def test_an_unknown_phase_is_code_2(study: TestVault, phase: str) -> None:
    assert study.srs("new", "CQRS", "--phase", phase).code == 2
    assert not [*study.root.glob("notes/**/*.md")]


def test_a_note_that_is_there_is_named_and_left_alone(study: TestVault) -> None:
    study.srs("new", "prisma")
    file = study.root / "notes/phase-2/prisma.md"
    file.write_text("mine")
    for name in ("prisma", "Prisma ORM"):
        result = study.srs("new", name)
        assert (result.code, result.out) == (1, "")
        assert "notes/phase-2/prisma.md is there already" in result.err
    assert file.read_text() == "mine"


def test_a_topics_note_elsewhere_is_named(study: TestVault) -> None:
    study.write("notes/db/orm.md", "---\ntopic: Prisma ORM\n---\nText.\n")
    result = study.srs("new", "prisma")
    assert result.code == 1
    assert "notes/db/orm.md is there already" in result.err
    assert not (study.root / "notes/phase-2/prisma.md").exists()


@pytest.mark.parametrize(
    "title",
    [
        "C#",
        "C++",
        "F# & .NET",
        "yes",
        "No",
        "null",
        "true",
        "on",
        "1.5",
        "2025-01-01",
        "0x1F",
        "1e3",
        "12:30:45",
        "a: b",
        "a #b",
        "- a",
        "? a",
        "[a, b]",
        "{a: b}",
        "{{a}}",
        "*a*",
        "&a",
        "!a",
        "|a",
        ">a",
        "%a",
        "@a",
        "`a`",
        "'a'",
        '"a"',
        'say "hi" \\ bye',
        "a\\nb",
        "$topic",
        "$title ${details} $$",
        "../x",
        "a/b",
        "/etc/passwd",
        "..\\x",
        ".hidden",
        "größe 📚",
        "日本語",
        "a :: b",
        "x ::: y",
        "a  b",
        "con",
        "~a",
        "--- a",
        "=a",
        "#hash",
        "a ^id",
        "<b>",
        "a\tb",
    ],
)
def test_any_title_gives_a_note_without_problems(
    vault: TestVault, tmp_path: Path, title: str
) -> None:
    result = vault.srs("new", "--", title)
    assert (result.code, result.err) == (0, "")
    (path,) = files(tmp_path)
    assert path == "vault/" + result.out.rstrip("\n")
    assert re.fullmatch(r"vault/notes/[^/.\\]+\.md", path)
    checked = vault.srs("check", "--strict", "--json")
    assert (checked.code, checked.data["problems"]) == (0, [])
    file = tmp_path / path
    file.write_text(file.read_text("utf-8") + "\nQ: new?\nA: 1\n", "utf-8")
    assert vault.card("new?")["topic"] == title
    # A second time it is known again.
    assert vault.srs("new", "--", title).code == 1


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Q: x"),
        pytest.param("a\x1bb"),
        pytest.param("a\nb"),
    ],
)
def test_stranger_titles_are_refused_or_give_a_note_without_problems(
    vault: TestVault, title: str
) -> None:
    result = vault.srs("new", title)
    assert result.code in (0, 2)
    for note in vault.root.glob("notes/*.md"):
        assert title.count("\n") == 0 or title not in note.read_text("utf-8")
    assert vault.srs("check", "--strict", "--json").data["problems"] == []


@pytest.mark.parametrize("title", ['"', "", "  ", "...", "/", "~", "?"])
def test_a_title_without_any_letter_gives_no_file(vault: TestVault, title: str) -> None:
    result = vault.srs("new", "--", title)
    assert (result.code, result.out) == (2, "")
    assert not [*vault.root.glob("notes/**/*.md")]


def test_a_title_that_is_too_long_for_a_file(study: TestVault) -> None:
    result = study.srs("new", "x" * 300)
    assert result.code in (0, 1, 2)
    assert "Traceback" not in result.err


def test_new_writes_no_history(study: TestVault) -> None:
    study.srs("new", "prisma")
    assert study.history() == []


def test_new_needs_a_topic_and_a_vault(study: TestVault) -> None:
    assert study.srs("new").code == 2
    nowhere = replace(study, root=study.root.parent)
    assert nowhere.srs("new", "x").code == 1


# The editor -------------------------------------------------------------------------------------


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """A program that writes its arguments to arguments.txt and ends with $CODE."""
    script = tmp_path / "my editor"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        f"open({str(tmp_path / 'arguments.txt')!r}, 'w').write('\\n'.join(sys.argv[1:]))\n"
        "sys.exit(int(os.environ.get('CODE', '0')))\n"
    )
    script.chmod(0o755)
    return script


def test_the_editor_gets_its_arguments_the_line_and_the_file(
    editor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", f"'{editor}' --wait -x 'a b'")
    monkeypatch.setenv("EDITOR", "false")
    assert open_in_editor(tmp_path / "a note.md", 7) == ""
    said = (tmp_path / "arguments.txt").read_text().split("\n")
    assert said == ["--wait", "-x", "a b", "+7", str(tmp_path / "a note.md")]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("code", ["--wait", "--goto", "{}:7"]),
        ("subl", ["--wait", "{}:7"]),
        ("hx", ["{}:7"]),
        ("nano", ["+7", "{}"]),
    ],
)
def test_editors_that_name_lines_in_another_way(
    editor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, form: list[str]
) -> None:
    known = editor.rename(tmp_path / name)
    monkeypatch.setenv("EDITOR", str(known))
    assert open_in_editor(tmp_path / "n.md", 7) == ""
    said = (tmp_path / "arguments.txt").read_text().split("\n")
    assert said == [part.format(tmp_path / "n.md") for part in form]


def test_no_shell_is_involved(
    editor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", shlex.quote(str(editor)))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "$(touch evil); `touch evil` 'x'.md"
    assert open_in_editor(file) == ""
    assert (tmp_path / "arguments.txt").read_text().split("\n")[-1] == str(file)
    assert not (tmp_path / "evil").exists()


def test_a_failing_editor_is_said(
    editor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", shlex.quote(str(editor)))
    monkeypatch.setenv("CODE", "3")
    assert open_in_editor(tmp_path / "a.md") == f"`{editor}` ended with code 3."
    monkeypatch.setenv("EDITOR", "sh -c 'kill -9 $$'")
    assert open_in_editor(tmp_path / "a.md") == "`sh` was ended by signal 9."


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("/no/such/editor", "`/no/such/editor` cannot be started: No such file or directory."),
        ("  ", "There is no editor: set EDITOR."),
        ("vim 'open", "EDITOR or VISUAL is `vim 'open`: No closing quotation."),
    ],
)
def test_what_is_no_editor_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, said: str
) -> None:
    monkeypatch.setenv("EDITOR", wanted)
    assert open_in_editor(tmp_path / "a.md") == said


def test_without_any_editor_it_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert open_in_editor(tmp_path / "a.md") == "There is no editor: set EDITOR."


def test_without_a_terminal_no_editor_is_opened(
    study: TestVault, editor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", shlex.quote(str(editor)))
    assert study.srs("new", "prisma").code == 0
    assert not (tmp_path / "arguments.txt").exists()
