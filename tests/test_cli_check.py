"""`srs check`: every problem with its place, the counts, the JSON keys, the exit codes."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import kept

if TYPE_CHECKING:
    from conftest import TestVault

GOOD = """\
Q: one?
A: 1

two ::: 2

C: {{three}} and {{four}}.
"""

TEN_MISTAKES = """\
---
topic: Ten mistakes
phase: [1]
---
# Ten mistakes

Q: First good one?
A: yes

Q: No answer here?

## Near misses

Q : spaced?

  Q: indented?

**Q:** bold?

- Q: in a list?

### Q: in a heading?

a :: b :: c

C: {{outer {{inner}}}}

Q: two answers?
A: one
T: two

?

Second good one :: still read

C: The third good {{gap}}.
"""


def test_the_json_has_exactly_these_keys(vault: TestVault) -> None:
    vault.write("notes/a.md", GOOD + "\nQ: no answer?\n")
    result = vault.srs("check", "--json")
    assert list(result.data) == ["notes", "items", "cards", "problems"]
    (problem,) = result.data["problems"]
    assert list(problem) == ["path", "line", "column", "severity", "code", "message", "hint"]


def test_notes_items_and_cards_are_counted(vault: TestVault) -> None:
    vault.write("notes/a.md", GOOD)
    vault.write("notes/phase-1/b.md", "Only prose.\n")
    data = vault.srs("check", "--json").data
    assert data == {"notes": 2, "items": 3, "cards": 5, "problems": []}


def test_an_item_with_an_error_is_not_counted_and_hides_no_other(vault: TestVault) -> None:
    vault.write("notes/a.md", GOOD + "\nQ: no answer?\n\nQ: last?\nA: yes\n")
    data = vault.srs("check", "--json").data
    assert (data["items"], data["cards"], len(data["problems"])) == (4, 6, 1)


def test_a_problem_says_where_what_and_what_to_do(vault: TestVault) -> None:
    vault.write("notes/phase-2/deep er/ß.md", "# T\n\nQ: no answer?\n")
    (problem,) = vault.srs("check", "--json").data["problems"]
    message, hint = problem.pop("message"), problem.pop("hint")
    assert problem == {
        "path": "notes/phase-2/deep er/ß.md",
        "line": 3,
        "column": 1,
        "severity": "error",
        "code": "answer-missing",
    }
    assert "answer" in message
    assert "`A:`" in hint


def test_a_problem_is_one_line_that_editors_can_jump_to(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: no answer?\n")
    lines = vault.srs("check").out.splitlines()
    assert re.fullmatch(r"notes/a\.md:1:1: error\[answer-missing\] \S.*", lines[0])
    assert re.fullmatch(r" +\S.*`A:`.*", lines[1])
    assert lines[2:] == ["1 note, 0 items, 0 cards: 1 error, 0 warnings."]


@pytest.mark.parametrize("text", [TEN_MISTAKES, TEN_MISTAKES.replace("\n", "\r\n")])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_ten_mistakes_give_ten_places_and_all_good_cards(
    vault: TestVault, text: str, mark: str
) -> None:
    (vault.root / "notes/ten.md").write_bytes((mark + text).encode())
    problems = vault.srs("check", "--json").data["problems"]
    assert [(one["line"], one["column"], one["severity"], one["code"]) for one in problems] == [
        (3, 8, "error", "front-matter-type"),
        (10, 1, "error", "answer-missing"),
        (14, 1, "warning", "tag-spaced"),
        (16, 3, "warning", "tag-indented"),
        (18, 1, "warning", "tag-bold"),
        (20, 3, "warning", "tag-in-list"),
        (22, 5, "warning", "tag-heading"),
        (24, 8, "warning", "separator-twice"),
        (26, 12, "error", "gap-nested"),
        (30, 1, "error", "answers-two"),
        (32, 1, "warning", "question-mark-line"),
    ]
    assert [(card["line"], card["prompt"]) for card in vault.cards()] == [
        (7, "First good one?"),
        (34, "Second good one"),
        (36, "The third good [...]."),
    ]


def test_one_run_lists_notes_roadmap_and_history_by_place(vault: TestVault) -> None:
    vault.write("notes/b.md", "Q: no answer?\n")
    vault.write("notes/a.md", "Q : spaced?\n\nQ: no answer?\n")
    vault.write("decks/roadmap.yaml", "colour: red\ntitle: 5\n")
    vault.write("decks/history/laptop.jsonl", "nonsense\n" + '{"v":1,"id":"01')
    problems = vault.srs("check", "--json").data["problems"]
    assert [(one["path"], one["line"], one["column"], one["code"]) for one in problems] == [
        ("decks/history/laptop.jsonl", 1, 1, "history-line"),
        ("decks/history/laptop.jsonl", 2, 1, "history-torn"),
        ("decks/roadmap.yaml", 1, 1, "key-unknown"),
        ("decks/roadmap.yaml", 2, 8, "type-wrong"),
        ("notes/a.md", 1, 1, "tag-spaced"),
        ("notes/a.md", 3, 1, "answer-missing"),
        ("notes/b.md", 1, 1, "answer-missing"),
    ]


def test_the_same_card_twice_is_a_warning_that_names_both(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: same?\nA: yes\n")
    vault.write("notes/b.md", "\nQ: same?\nA: yes\n")
    data = vault.srs("check", "--json").data
    (problem,) = data["problems"]
    assert data["items"] == 2
    assert (problem["path"], problem["line"], problem["severity"]) == ("notes/b.md", 2, "warning")
    assert "notes/a.md:1" in problem["message"]


# Exit codes --------------------------------------------------------------------------------------

WARNING = "Q : spaced?\n"
ERROR = "Q: no answer?\n"


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize(
    ("text", "code", "strict"), [(GOOD, 0, 0), (WARNING, 0, 1), (ERROR, 1, 1), ("", 0, 0)]
)
def test_errors_fail_and_with_strict_warnings_too(
    vault: TestVault, options: tuple[str, ...], text: str, code: int, strict: int
) -> None:
    vault.write("notes/a.md", text)
    assert vault.srs("check", *options).code == code
    assert vault.srs("check", "--strict", *options).code == strict


def test_a_torn_history_is_a_warning(vault: TestVault) -> None:
    vault.write("notes/a.md", GOOD)
    vault.write("decks/history/laptop.jsonl", '{"v":1,"id":"01')
    assert vault.srs("check").code == 0
    assert vault.srs("check", "--strict").code == 1


# Streams -----------------------------------------------------------------------------------------


def test_problems_are_this_commands_data(vault: TestVault) -> None:
    vault.write("notes/a.md", TEN_MISTAKES)
    for options in ((), ("--json",)):
        result = vault.srs("check", *options)
        assert "answer-missing" in result.out
        assert result.err == ""


def test_nothing_is_written_and_build_says_nothing_new(vault: TestVault) -> None:
    vault.write("notes/a.md", TEN_MISTAKES)
    vault.write("build/anything", "at all")
    before = kept(vault.root)
    first = vault.srs("check", "--json").out
    assert kept(vault.root) == before
    shutil.rmtree(vault.root / "build")
    assert vault.srs("check", "--json").out == first


def test_text_that_is_not_ascii_stays_readable(vault: TestVault) -> None:
    vault.write("notes/größe 📚.md", ERROR)
    out = vault.srs("check", "--json").out
    assert "notes/größe 📚.md" in out
    assert json.loads(out)["problems"][0]["path"] == "notes/größe 📚.md"


HOSTILE = "\x1b]0;title\x07\x1b[2J\x9b31m\x7f"


def test_no_control_character_of_a_note_reaches_the_output(vault: TestVault) -> None:
    vault.write("notes/a.md", f"- Q: {HOSTILE}evil?\n")
    out = vault.srs("check").out
    assert "evil?" in out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", out)


def test_nor_does_it_reach_json_unescaped(vault: TestVault) -> None:
    vault.write("notes/a.md", f"- Q: {HOSTILE}evil?\n")
    result = vault.srs("check", "--json")
    assert "evil?" in result.data["problems"][0]["hint"]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", result.out)


def test_annotations_for_github(vault: TestVault) -> None:
    vault.write("notes/50%, a:b.md", "Q: no answer\n\n**Q:** bold\n")
    result = vault.srs("check", "--format", "github")
    assert result.code == 1
    error, warning = result.out.splitlines()
    place = "file=notes/50%25%2C a%3Ab.md,line=1,col=1,title=srs%3A answer-missing"
    assert error.startswith(f"::error {place}::This question has no answer. ")
    assert warning.startswith("::warning file=notes/50%25%2C a%3Ab.md,line=3,col=1,")


def test_the_formats_are_json_and_text_too(vault: TestVault) -> None:
    vault.write("notes/a.md", "a :: b\n")
    assert vault.srs("check", "--format", "json").data == vault.srs("check", "--json").data
    assert vault.srs("check", "--format", "text").out == vault.srs("check").out


def test_places_can_be_opened_from_where_one_is(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/deep/a.md", "Q: no answer\n")
    monkeypatch.chdir(vault.root / "notes")
    assert vault.srs("check").out.startswith("deep/a.md:1:1: error[")
    monkeypatch.chdir(vault.root.parent)
    assert vault.srs("check").out.startswith("vault/notes/deep/a.md:1:1: error[")
    assert vault.srs("check", "--json").data["problems"][0]["path"] == "notes/deep/a.md"
