"""Rules of quality: cases in tests/rules/*.md that fire and that do not, and what is between items.

A case is a title, a note between lines `.`, and `LINE:COLUMN code` for each warning of quality.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_cases import cases

from srs import notes, roadmap, rules
from srs.model import Severity

if TYPE_CHECKING:
    from conftest import TestVault

    from srs.model import Problem

RULES = Path(__file__).parent / "rules"
README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("markdown", "expected"), [*cases(RULES)])
def test_case(markdown: str, expected: list[str]) -> None:
    note, problems = notes.parse("notes/case.md", markdown)
    assert not [one for one in problems if one.severity is Severity.ERROR]
    found = sorted(problem for item in note.items for problem in rules.of_item(item))
    assert [f"{one.line}:{one.column} {one.code}" for one in found] == expected
    assert {one.severity for one in found} <= {Severity.WARNING}
    assert all(one.hint.endswith(f"See README.md#{one.code}") for one in found)


def test_every_rule_has_cases_and_its_place_in_the_readme() -> None:
    told = "".join(file.read_text("utf-8") for file in RULES.glob("*.md"))
    for rule in rules.RULES:
        assert re.search(rf"^\d+:\d+ {rule.code}$", told, re.MULTILINE), rule.code
    between = ("phase-unknown", "topic-unknown", "topic-empty")
    for code in (*rules.SILENCED, *between):
        assert f'<a id="{code}"></a>' in README


# Items beside each other ------------------------------------------------------------------------


def beside(**texts: str) -> list[tuple[str, int, str]]:
    parsed = [notes.parse(f"notes/{name}.md", text)[0] for name, text in texts.items()]
    found = rules.problems(parsed, roadmap.parse("r", "")[0], "r", date(2025, 6, 13))
    return [(one.path, one.line, one.code) for one in found]


VACUUM = "Which PostgreSQL background process removes dead row versions from bloated tables?"


def test_a_question_that_is_nearly_one_of_another_note() -> None:
    others = "".join(f"Q: What about {word}?\nA: {word}\n\n" for word in "abcdefghijklmnop")
    near = VACUUM.replace("Which", "What")
    found = beside(a=f"{others}Q: {VACUUM}\nA: autovacuum\n", b=f"Q: {near}\nA: the vacuum\n")
    assert found == [("notes/b.md", 1, "question-near")]


@pytest.mark.parametrize(
    "other",
    [
        "Q: Which PostgreSQL background process writes dirty pages?\nA: the background writer\n",
        "Q: What does this print?\n\n```js\nlet a = 1;\n```\n\nA: b\n",
    ],
)
def test_a_question_that_is_not(other: str) -> None:
    others = "".join(f"Q: What about {word}?\nA: {word}\n\n" for word in "abcdefghijklmnop")
    this = "Q: What does this print?\n\n```js\nconst seven = 7;\n```\n\nA: c\n"
    assert beside(a=f"{others}Q: {VACUUM}\nA: autovacuum\n\n{this}", b=other) == []


def test_the_same_stem_with_other_options_is_another_question() -> None:
    stem = "Q: Which of these words does not belong to the group?\n\n- [x] {}\n- [ ] {}\n"
    assert beside(a=stem.format("owl", "iron"), b=stem.format("lead", "cat")) == []
    found = beside(a=stem.format("owl", "iron"), b=stem.format("lead", "iron"))
    assert found == [("notes/b.md", 1, "question-twice")]


def test_likeness_of_many_short_questions_takes_no_square() -> None:
    def asks(first: int) -> str:
        return "".join(f"Q: What is {n}?\nA: {n}\n\n" for n in range(first, first + 5000))

    # Each pair shares two words that tell nothing; to compare them all would take minutes.
    assert beside(a=asks(0), b=asks(5000)) == []


def test_likeness_within_a_note_and_of_what_is_told_apart_is_meant() -> None:
    near = VACUUM.replace("Which", "What")
    assert beside(a=f"Q: {VACUUM}\nA: a\n\nQ: {near}\nA: b\n") == []
    assert beside(a=f"Q: {VACUUM} #contrast/v\nA: a\n", b=f"Q: {near} #contrast/v\nA: b\n") == []


# Silencing --------------------------------------------------------------------------------------

LONG = f"Q: What is a card?\nA: {'word ' * 41}\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"<!-- srs: allow answer-long -->\n\n{LONG}", []),
        (f"<!--srs:allow gap-most, answer-long-->\n{LONG}", []),
        (f"<!-- srs: allow answer-long -->\n\n## A heading\n\nProse.\n\n{LONG}", []),
        (
            f"<!-- srs: allow answer-long -->\n\n{LONG}\n{LONG.replace('card', 'part')}",
            ["answer-long"],
        ),
        (f"{LONG}\n<!-- srs: allow answer-long -->\n", ["allow-nothing", "answer-long"]),
        (f"<!-- srs: allow answer-lang -->\n\n{LONG}", ["allow-unknown", "answer-long"]),
        (f"<!-- srs: allow gap-most -->\n\n{LONG}", ["answer-long"]),
        (f"```html\n<!-- srs: allow answer-long -->\n```\n\n{LONG}", ["answer-long"]),
        (
            f"Q: 1?\nA: 2\n\n<!-- srs: allow answer-long -->\n\n{LONG}\nat :: {'word ' * 41}\n",
            ["answer-long"],
        ),
        (
            f"<!-- srs: allow answer-long -->\n\nterm :: {'word ' * 41}\nother :: {'word ' * 41}\n",
            ["answer-long"],
        ),
    ],
)
def test_a_comment_silences_a_rule_for_the_next_item(
    vault: TestVault, text: str, codes: list[str]
) -> None:
    vault.write("notes/a.md", text)
    found = vault.srs("check", "--json").data["problems"]
    assert sorted(one["code"] for one in found) == codes


# Notes beside the roadmap -----------------------------------------------------------------------

ROADMAP = """\
phases:
  - id: phase-1
    title: One
    start: 2025-06-01
    end: 2025-06-30
    topics:
      - {id: loops, title: Event loops}
      - {id: streams, title: Streams}
      - {id: workers, title: Worker threads}
"""


def quality(text: str, path: str = "notes/phase-1/a.md", day: str = "2025-06-13") -> list[Problem]:
    map_, wrong = roadmap.parse("decks/roadmap.yaml", ROADMAP)
    assert wrong == ()
    note, _ = notes.parse(path, text)
    found = rules.problems([note], map_, "decks/roadmap.yaml", date.fromisoformat(day))
    return sorted(found)


def test_an_unknown_phase_is_told_where_it_is_named() -> None:
    (named,) = quality("---\ntopic: x\nphase: phase-2\n---\n\nA :: b\n")
    assert (named.line, named.column, named.code) == (3, 8, "phase-unknown")
    assert "phase-1" in named.hint
    (folder,) = quality("A :: b\n", "notes/phase-9/a.md")
    assert (folder.line, folder.column, folder.code) == (1, 1, "phase-unknown")
    assert quality("A :: b\n", "notes/a.md") == []


def test_an_unknown_topic_is_told_where_it_is_named() -> None:
    (named,) = quality("---\ntopic: Event lops\n---\n\nA :: b\n")
    assert (named.line, named.column, named.code) == (2, 8, "topic-unknown")
    assert "Event loops" in named.hint
    assert quality("# Notes of mine\n\nA :: b\n") == []
    assert quality("---\ntopic: Event lops\n---\n\nA :: b\n", "notes/a.md") == []


def test_topics_without_cards_are_told_when_their_time_has_come() -> None:
    text = "---\ntopic: Event loops\n---\n\nA :: b\n"
    found = quality(text, day="2025-06-13")
    assert [(one.line, one.column, one.code) for one in found] == [(8, 14, "topic-empty")]
    assert "srs new streams" in found[0].hint
    assert len(quality(text, day="2025-06-30")) == 2
    assert quality(text, day="2025-06-01") == []
    # Nobody has begun.
    assert quality("---\ntopic: Event loops\n---\n\nProse.\n", day="2025-06-30") == []


def test_in_another_language_no_rule_knows_words() -> None:
    note, _ = notes.parse("notes/a.md", "Q: Is it so?\nA: No\n\nQ: Ist es so?\nA: " + "wort " * 41)
    codes = [one.code for item in note.items for one in rules.of_item(item, "de")]
    assert codes == ["answer-long"]
    map_, wrong = roadmap.parse("r", "language: de-CH\n")
    assert (map_.language, wrong) == ("de", ())
