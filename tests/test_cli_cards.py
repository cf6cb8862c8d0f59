"""`srs cards`: what each value says, filters, search, show, suspend and resume."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import kept

if TYPE_CHECKING:
    from conftest import TestVault

KEYS = [
    "id",
    "item",
    "kind",
    "ask",
    "phase",
    "topic",
    "tags",
    "path",
    "line",
    "prompt",
    "answer",
    "state",
    "stability",
    "difficulty",
    "retrievability",
    "reviews",
    "last_day",
]

ROADMAP = """\
title: Test
start: 2025-06-01
end: 2025-12-31
phases:
  - id: phase-1
    title: One
    start: 2025-06-01
    end: 2025-06-30
    topics: [{id: event-loop, title: The event loop}, {id: streams, title: Streams}]
  - id: phase-2
    title: Two
    start: 2025-07-01
    end: 2025-07-31
    topics: [{id: indexes, title: "Indexes: B-trees"}]
"""

ONE = "Q: one?\nA: 1\n"


def test_the_json_is_a_list_of_objects_with_exactly_these_keys(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE + "\na ::: b\n\nC: {{c}} d\n")
    assert [list(card) for card in vault.cards()] == [KEYS] * 4


def test_a_new_card(vault: TestVault) -> None:
    vault.write("notes/phase-3/a.md", "# Topic\n\nQ: **one**? #x #y/z\nA: `1`\nWhy: so\n")
    (card,) = vault.cards()
    assert card.pop("id").startswith(card.pop("item") + "-")
    assert card == {
        "kind": "basic",
        "ask": "reveal",
        "phase": "phase-3",
        "topic": "Topic",
        "tags": ["x", "y/z"],
        "path": "notes/phase-3/a.md",
        "line": 3,
        "prompt": "**one**?",
        "answer": "`1`",
        "state": "new",
        "stability": None,
        "difficulty": None,
        "retrievability": None,
        "reviews": 0,
        "last_day": None,
    }


def test_cards_of_one_item_share_it(vault: TestVault) -> None:
    vault.write("notes/a.md", "a ::: b\n\nC: {{c}} and {{d::letter}}\n")
    cards = vault.cards()
    assert [(one["kind"], one["prompt"], one["answer"]) for one in cards] == [
        ("reversed", "a", "b"),
        ("reversed", "b", "a"),
        ("cloze", "[...] and d", "c"),
        ("cloze", "c and [letter]", "d"),
    ]
    first, second, third, fourth = (one["item"] for one in cards)
    assert first == second != third == fourth
    assert len({one["id"] for one in cards}) == 4


def test_a_seen_card(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.srs("review", typed="\n3\n")
    card = vault.card("one?")
    assert (card["state"], card["reviews"], card["last_day"]) == ("seen", 1, "2025-06-13")
    assert card["stability"] > 0
    assert 1 <= card["difficulty"] <= 10
    assert card["retrievability"] == 1


def test_recall_falls_with_time_and_is_90_percent_after_the_stability(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.srs("review", typed="\n4\n")
    card = vault.card("one?")
    days = round(card["stability"])
    vault.at(f"2025-06-{13 + days}T18:00+00:00")
    later = vault.card("one?")
    assert later["retrievability"] == pytest.approx(0.9, abs=0.01)
    assert (later["stability"], later["difficulty"]) == (card["stability"], card["difficulty"])
    vault.at("2026-06-13T18:00+00:00")
    assert 0 < vault.card("one?")["retrievability"] < later["retrievability"]


def test_reviews_are_the_answers_that_count(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    # Fails, comes back once as practice.
    vault.srs("review", typed="\n1\n\n3\n")
    card = vault.card("one?")
    assert (card["reviews"], card["last_day"]) == (1, "2025-06-13")
    vault.at("2025-06-20T18:00+00:00")
    # Good, taken back, hard.
    vault.write("notes/b.md", "Q: two?\nA: 2\n")
    vault.srs("review", "--topic", "a", typed="\n3\n")
    assert (vault.card("one?")["reviews"], vault.card("one?")["last_day"]) == (2, "2025-06-20")
    vault.srs("review", "--topic", "b", typed="u\nq\n")
    assert (vault.card("one?")["reviews"], vault.card("one?")["last_day"]) == (1, "2025-06-13")
    vault.srs("review", "--topic", "a", typed="\n2\n")
    assert (vault.card("one?")["reviews"], vault.card("one?")["last_day"]) == (2, "2025-06-20")


def test_a_taken_back_first_answer_leaves_a_new_card(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.write("notes/b.md", "Q: two?\nA: 2\n")
    before = vault.cards()
    vault.srs("review", typed="\n3\nu\nq\n")
    assert vault.cards() == before


def test_the_last_day_is_a_study_day_which_begins_at_four(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.at("2025-06-14T03:59+00:00")
    vault.srs("review", typed="\n3\n")
    assert vault.card("one?")["last_day"] == "2025-06-13"


# Phase and topic --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "phase", "topic"),
    [
        ("notes/a.md", ONE, None, "a"),
        ("notes/a.md", "# My topic\n\n" + ONE, None, "My topic"),
        ("notes/phase-2/a.md", ONE, "phase-2", "a"),
        ("notes/phase-2/deeper/a.md", ONE, "phase-2", "a"),
        ("notes/a.md", "---\nphase: phase-2\n---\n" + ONE, "phase-2", "a"),
        ("notes/phase-1/a.md", "---\nphase: phase-2\n---\n" + ONE, "phase-2", "a"),
        ("notes/a.md", "---\ntopic: The event loop\n---\n" + ONE, "phase-1", "The event loop"),
        ("notes/a.md", "---\ntopic: event-loop\n---\n" + ONE, "phase-1", "The event loop"),
        ("notes/a.md", "---\ntopic: THE EVENT loop\n---\n" + ONE, "phase-1", "The event loop"),
        ("notes/a.md", "# Streams\n\n" + ONE, "phase-1", "Streams"),
        ("notes/indexes.md", ONE, "phase-2", "Indexes: B-trees"),
        ("notes/phase-1/streams.md", "# Pipes\n\n" + ONE, "phase-1", "Streams"),
        ("notes/phase-2/a.md", "# Streams\n\n" + ONE, "phase-2", "Streams"),
    ],
)
def test_the_phase_is_known_from_front_matter_folder_or_roadmap(
    vault: TestVault, path: str, text: str, phase: str | None, topic: str
) -> None:
    vault.write("decks/roadmap.yaml", ROADMAP)
    vault.write(path, text)
    (card,) = vault.cards()
    assert (card["phase"], card["topic"], card["path"]) == (phase, topic, path)


def test_tags_are_those_of_the_note_and_the_item(vault: TestVault) -> None:
    vault.write("notes/a.md", "---\ntags: [node, x]\n---\nQ: one? #x #y #contrast/z\nA: 1\n")
    assert vault.card("one?")["tags"] == ["node", "x", "y"]


# Choosing ---------------------------------------------------------------------------------------


@pytest.fixture
def three(vault: TestVault) -> TestVault:
    """One card in each of phase 1, phase 2 and no phase."""
    vault.write("decks/roadmap.yaml", ROADMAP)
    vault.write("notes/phase-1/streams.md", "Q: stream?\nA: `pipe` #no\n")
    vault.write("notes/phase-2/indexes.md", "---\ntags: [sql]\n---\nQ: index?\nA: tree\n")
    vault.write("notes/free.md", "# Free\n\nQ: free? #x\nA: Pipe\n")
    return vault


@pytest.mark.parametrize(
    ("options", "prompts"),
    [
        ((), ["free?", "stream?", "index?"]),
        (("--phase", "1"), ["stream?"]),
        (("--phase", "phase-2"), ["index?"]),
        (("--phase", "Phase-2"), ["index?"]),
        (("--topic", "streams"), ["stream?"]),
        (("--topic", "INDEXES: b-trees"), ["index?"]),
        (("--topic", "free"), ["free?"]),
        (("--topic", "streams", "--phase", "2"), []),
        (("--tag", "sql"), ["index?"]),
        (("--tag", "#x"), ["free?"]),
        (("--tag", "nobody"), []),
    ],
)
def test_cards_by_phase_topic_and_tag(
    three: TestVault, options: tuple[str, ...], prompts: list[str]
) -> None:
    result = three.srs("cards", *options, "--json")
    assert [card["prompt"] for card in result.data] == prompts
    assert result.code == 0


def test_search_finds_text_in_any_part_and_case(three: TestVault) -> None:
    found = three.srs("cards", "search", "PIPE", "--json").data
    assert [card["prompt"] for card in found] == ["free?", "stream?"]
    assert list(found[0]) == KEYS
    assert three.srs("cards", "search", "nothing", "--json").data == []


def test_a_line_a_card_for_people(three: TestVault) -> None:
    lines = three.srs("cards").out.splitlines()
    assert len(lines) == 4
    assert re.search(r"new .*notes/phase-1/streams\.md:1: stream\?$", lines[1])
    assert lines[-1] == "3 cards."


def test_show_takes_an_id_its_beginning_or_a_place(three: TestVault) -> None:
    card = three.card("stream?")
    for name in (card["id"], card["id"][:8], card["item"], "notes/phase-1/streams.md:1"):
        assert three.srs("cards", "show", name, "--json").data == [card]
    shown = three.srs("cards", "show", card["id"]).out
    assert all(key + ":" in shown for key in KEYS)


@pytest.mark.parametrize("name", ["nothing", "notes/free.md:99", "notes/free.md:", ""])
@pytest.mark.parametrize("command", ["show", "suspend", "resume"])
def test_a_name_of_no_or_several_items_is_refused(
    three: TestVault, command: str, name: str
) -> None:
    result = three.srs("cards", command, name)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("srs: ")
    assert three.history() == []


# Suspending -------------------------------------------------------------------------------------


def test_a_suspended_card_is_not_asked_until_it_is_resumed(three: TestVault) -> None:
    card = three.card("stream?")
    assert three.srs("cards", "suspend", card["id"]).code == 0
    assert three.card("stream?") == card | {"state": "suspended"}
    plan = three.srs("review", "--plan", "--json").data
    assert [one["prompt"] for one in plan["cards"]] == ["free?"]
    assert three.srs("review", "--topic", "streams", typed="\n3\n").code == 0
    assert three.card("stream?")["reviews"] == 0
    assert three.srs("cards", "resume", card["id"]).code == 0
    assert three.card("stream?") == card


def test_a_suspended_card_keeps_what_was_learned(three: TestVault) -> None:
    three.srs("review", "--topic", "streams", typed="\n3\n")
    card = three.card("stream?")
    three.srs("cards", "suspend", "notes/phase-1/streams.md:1")
    assert three.card("stream?") == card | {"state": "suspended"}


def test_an_item_suspends_all_its_cards_at_once(vault: TestVault) -> None:
    vault.write("notes/a.md", "a ::: b\n")
    assert "2 cards" in vault.srs("cards", "suspend", "notes/a.md:1").out
    assert [card["state"] for card in vault.cards()] == ["suspended", "suspended"]


def test_suspending_twice_writes_once(three: TestVault) -> None:
    name = "notes/phase-1/streams.md:1"
    three.srs("cards", "suspend", name)
    written = three.history()
    assert three.srs("cards", "suspend", name).code == 0
    assert three.history() == written


def test_one_wrong_name_among_several_suspends_none(three: TestVault) -> None:
    assert three.srs("cards", "suspend", "notes/free.md:3", "nothing").code == 1
    assert three.history() == []


def test_u_takes_a_suspension_back(three: TestVault) -> None:
    three.srs("cards", "suspend", "notes/phase-1/streams.md:1")
    three.srs("review", "--topic", "free", typed="u\nq\n")
    assert three.card("stream?")["state"] == "new"


# Streams ----------------------------------------------------------------------------------------


def test_data_alone_is_on_stdout(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE + "\nQ: no answer?\n")
    vault.srs("review", typed="\n3\n")
    vault.write("notes/a.md", ONE.replace("1", "one") + "\nQ: no answer?\n")
    result = vault.srs("cards", "--json")
    assert [card["answer"] for card in result.data] == ["one"]


def test_listing_writes_nothing(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    before = kept(vault.root)
    for arguments in ((), ("--json",), ("search", "one"), ("show", "notes/a.md:1")):
        assert vault.srs("cards", *arguments).code == 0
    assert kept(vault.root) == before


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
EVIL = "\x1b]0;title\x07\x1b[2J\x9b31m\x7f"


def test_no_control_character_of_a_note_reaches_the_terminal(vault: TestVault) -> None:
    vault.write("notes/a.md", f"# t{EVIL}t\n\nQ: evil{EVIL}?\nA: yes{EVIL}\n")
    for arguments in ((), ("search", "evil"), ("show", "notes/a.md:3")):
        out = vault.srs("cards", *arguments).out
        assert "evil" in out
        assert not CONTROL.search(out)


def test_json_keeps_control_characters_and_escapes_them(vault: TestVault) -> None:
    vault.write("notes/a.md", f"Q: evil{EVIL}?\nA: yes{EVIL}\n")
    result = vault.srs("cards", "--json")
    assert result.data[0]["prompt"] == f"evil{EVIL}?"
    assert not CONTROL.search(result.out)


def test_in_a_co_workers_clone_suspending_says_whose_answers_count(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.device("theirs")
    vault.srs("review", typed="\n3\n")
    vault.device("mine")
    assert "history aside" in vault.srs("cards", "suspend", "notes/a.md:1").err


def test_and_so_does_resuming(vault: TestVault) -> None:
    vault.write("notes/a.md", ONE)
    vault.device("theirs")
    vault.srs("cards", "suspend", "notes/a.md:1")
    vault.device("mine")
    vault.at("2025-06-13T18:01+00:00")
    result = vault.srs("cards", "resume", "notes/a.md:1")
    assert "history aside" in result.err
    assert vault.card("one?")["state"] == "new"
