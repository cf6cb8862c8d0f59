"""`srs history`: what happened, on which device, and putting somebody else's answers aside."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from conftest import kept

if TYPE_CHECKING:
    from conftest import TestVault

TWO = "Q: one?\nA: 1\n\nQ: two?\nA: 2\n"


def topics(vault: TestVault, *names: str) -> None:
    for name in names:
        vault.write(f"notes/{name}.md", f"Q: {name}?\nA: yes\n")


def answer(vault: TestVault, device: str, topic: str, grade: int = 3) -> None:
    vault.device(device)
    assert vault.srs("review", "--topic", topic, typed=f"\n{grade}\nq\n").code == 0


def listed(vault: TestVault, *options: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = vault.srs("history", *options, "--json").data
    return data


# Listing ----------------------------------------------------------------------------------------


def test_events_of_all_devices_in_the_order_of_time(vault: TestVault) -> None:
    topics(vault, "a", "b", "c")
    answer(vault, "phone", "a", 1)
    vault.at("2025-06-14T18:00+00:00")
    answer(vault, "laptop", "b", 4)
    vault.at("2025-06-13T20:00+00:00")
    answer(vault, "tablet", "c", 2)
    events = [event for event in listed(vault) if event["event"] == "review"]
    assert [(event["device"], event["day"], event["grade"]) for event in events] == [
        ("phone", "2025-06-13", 1),
        ("tablet", "2025-06-13", 2),
        ("laptop", "2025-06-14", 4),
    ]
    for event in listed(vault):
        assert {"id", "at", "day", "device", "event"} <= event.keys()


def test_a_line_an_event(vault: TestVault) -> None:
    topics(vault, "a")
    answer(vault, "laptop", "a")
    item, review = vault.srs("history").out.splitlines()
    card = vault.card("a?")
    assert item.split()[:4] == ["2025-06-13", "laptop", "item", card["item"]]
    assert item.endswith(f"{card['item']} notes/a.md: a? (first use)")
    assert review.split() == ["2025-06-13", "laptop", "review", card["id"], "grade", "3"]


def test_the_newest_only(vault: TestVault) -> None:
    vault.write("notes/a.md", TWO)
    vault.srs("review", typed="\n3\n\n3\n")
    assert len(listed(vault)) == 4
    assert listed(vault, "--last", "1") == listed(vault)[-1:]
    assert len(vault.srs("history", "--last", "3").out.splitlines()) == 3


@pytest.mark.parametrize("last", ["0", "-1", "x"])
def test_wrong_use_is_code_2(vault: TestVault, last: str) -> None:
    result = vault.srs("history", "--last", last)
    assert (result.code, result.out) == (2, "")


def test_an_undo_stays_visible(vault: TestVault) -> None:
    vault.write("notes/a.md", TWO)
    vault.srs("review", typed="\n3\nu\nq\n")
    _, review, undo = listed(vault)
    assert (undo["event"], undo["of"]) == ("undo", review["id"])


def test_an_event_of_a_newer_version_is_kept_and_listed(vault: TestVault) -> None:
    topics(vault, "a", "b")
    answer(vault, "laptop", "a")
    file = vault.root / "decks/history/laptop.jsonl"
    newer = {
        "v": 2,
        "id": "01ZZZZZZZZZZZZZZZZZZZZZZZZ",
        "at": "2025-06-13T19:00:00.000Z",
        "day": "2025-06-13",
        "event": "dream",
        "of": "sheep",
    }
    with file.open("a") as history:
        history.write(json.dumps(newer) + "\n")
    before = file.read_bytes()
    assert listed(vault)[-1]["event"] == "dream"
    assert vault.srs("check", "--strict").code == 0
    answer(vault, "laptop", "b")
    assert file.read_bytes().startswith(before)


def test_listing_writes_nothing(vault: TestVault) -> None:
    topics(vault, "a")
    answer(vault, "laptop", "a")
    before = {path: path.stat().st_mtime_ns for path in kept(vault.root)}
    for options in ((), ("--json",)):
        assert vault.srs("history", *options).code == 0
    assert {path: path.stat().st_mtime_ns for path in kept(vault.root)} == before


def test_an_empty_history(vault: TestVault) -> None:
    assert listed(vault) == []
    assert (vault.srs("history").code, vault.srs("history").out) == (0, "")


# Several devices --------------------------------------------------------------------------------


def test_answers_of_two_devices_count_together(vault: TestVault) -> None:
    topics(vault, "a", "b")
    answer(vault, "phone", "a", 1)
    vault.at("2025-06-20T18:00+00:00")
    answer(vault, "laptop", "a", 3)
    card = vault.card("a?")
    assert (card["reviews"], card["last_day"]) == (2, "2025-06-20")


def test_a_line_in_two_files_counts_once(vault: TestVault) -> None:
    topics(vault, "a")
    answer(vault, "laptop", "a")
    before = vault.cards()
    text = (vault.root / "decks/history/laptop.jsonl").read_text()
    vault.write("decks/history/copy.jsonl", text + text)
    assert vault.cards() == before


def test_the_order_of_the_lines_does_not_matter(vault: TestVault) -> None:
    topics(vault, "a")
    for day, grade in ((13, 1), (20, 3), (27, 2)):
        vault.at(f"2025-06-{day}T18:00+00:00")
        answer(vault, "laptop", "a", grade)
    before = vault.cards()
    file = vault.root / "decks/history/laptop.jsonl"
    file.write_text("\n".join(reversed(file.read_text().splitlines())) + "\n\n")
    assert vault.cards() == before


def test_a_torn_last_line_is_told_and_followed_by_a_new_one(vault: TestVault) -> None:
    topics(vault, "a", "b")
    answer(vault, "laptop", "a")
    file = vault.root / "decks/history/laptop.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"v":1,"id":"01JX')
    (problem,) = vault.srs("check", "--json").data["problems"]
    assert (problem["path"], problem["line"], problem["code"], problem["severity"]) == (
        "decks/history/laptop.jsonl",
        3,
        "history-torn",
        "warning",
    )
    assert vault.card("a?")["reviews"] == 1
    answer(vault, "laptop", "b")
    assert file.read_bytes().startswith(whole + b'{"v":1,"id":"01JX\n{')
    assert (vault.card("a?")["reviews"], vault.card("b?")["reviews"]) == (1, 1)


# Aside ------------------------------------------------------------------------------------------


def test_aside_takes_others_answers_out_and_keeps_ones_own(vault: TestVault) -> None:
    topics(vault, "a", "b")
    answer(vault, "theirs", "a")
    answer(vault, "mine", "b")
    result = vault.srs("history", "aside")
    assert result.code == 0
    assert "decks/history/aside" in result.out
    assert {event["device"] for event in listed(vault)} == {"mine"}
    assert (vault.card("a?")["state"], vault.card("b?")["state"]) == ("new", "seen")
    moved = vault.root / "decks/history/aside/theirs.jsonl"
    assert '"event":"review"' in moved.read_text()
    assert not (vault.root / "decks/history/theirs.jsonl").exists()


def test_after_aside_nobody_else_is_mentioned(vault: TestVault) -> None:
    topics(vault, "a", "b")
    answer(vault, "theirs", "a")
    vault.device("mine")
    assert "another device" in vault.srs("review").err
    vault.srs("history", "aside")
    result = vault.srs("review", typed="\n3\n")
    assert result.err == ""
    assert vault.srs("check", "--strict").code == 0


def test_aside_can_be_moved_back(vault: TestVault) -> None:
    topics(vault, "a")
    answer(vault, "theirs", "a")
    before = vault.cards()
    vault.device("mine")
    vault.srs("history", "aside")
    assert vault.card("a?")["state"] == "new"
    folder = vault.root / "decks/history"
    (folder / "aside/theirs.jsonl").rename(folder / "theirs.jsonl")
    assert vault.cards() == before


def test_aside_twice_is_fine(vault: TestVault) -> None:
    topics(vault, "a")
    answer(vault, "theirs", "a")
    vault.device("mine")
    assert vault.srs("history", "aside").code == 0
    assert vault.srs("history", "aside").code == 0
    assert (vault.root / "decks/history/aside/theirs.jsonl").exists()


def test_aside_never_loses_what_is_aside_already(vault: TestVault) -> None:
    topics(vault, "a", "b")
    answer(vault, "theirs", "a")
    vault.device("mine")
    vault.srs("history", "aside")
    vault.write("decks/history/theirs.jsonl", "{}\n")
    vault.srs("history", "aside")
    kept = "".join(path.read_text() for path in (vault.root / "decks/history").rglob("*.jsonl"))
    assert '"event":"review"' in kept


def test_aside_in_a_vault_without_history(vault: TestVault) -> None:
    result = vault.srs("history", "aside")
    assert result.code == 0
    assert "Traceback" not in result.err


# Devices ----------------------------------------------------------------------------------------


def test_the_device_is_random_remembered_and_not_the_hosts_name(vault: TestVault) -> None:
    vault.write("notes/a.md", TWO)
    vault.srs("review", typed="\n3\nq\n")
    vault.srs("review", typed="\n3\nq\n")
    (file,) = (vault.root / "decks/history").glob("*.jsonl")
    assert len(file.stem) == 8
    assert file.stem.isalnum()


@pytest.mark.parametrize("name", ["../evil", "a/b", "aside/x"])
def test_a_device_name_stays_in_the_history(vault: TestVault, name: str) -> None:
    vault.write("notes/a.md", TWO)
    (vault.root / "decks/history/aside").mkdir(parents=True)
    (vault.root / "decks/history/a").mkdir()
    vault.device(name)
    vault.srs("review", typed="\n3\nq\n")
    files = {path.parent for path in vault.root.rglob("*.jsonl")}
    assert files <= {vault.root / "decks/history"}


def test_without_a_state_directory_it_says_so_and_goes_on(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/a.md", TWO)
    in_the_way = vault.write("../state-file", "no directory")
    monkeypatch.setenv("XDG_STATE_HOME", str(in_the_way))
    result = vault.srs("review", typed="\n3\nq\n")
    assert result.code == 0
    assert "state directory" in result.err
    assert sum(card["reviews"] for card in vault.cards()) == 1


def test_a_history_that_cannot_be_written_is_one_sentence(vault: TestVault) -> None:
    vault.write("notes/a.md", TWO)
    vault.write("decks/history", "a file in its place")
    result = vault.srs("review", typed="\n3\n")
    assert result.code == 1
    *_, sentence, what_it_means = result.err.strip().splitlines()
    assert sentence.startswith("srs: decks/history/")
    assert "cannot be written" in sentence
    assert "Nothing of this answer was kept" in what_it_means


# Changes that are not recorded yet --------------------------------------------------------------

POOL = (
    "Q: How large is the libuv thread pool by default?\n"
    "A: four threads, unless UV_THREADPOOL_SIZE says otherwise\n\n"
)
PHASES = (
    "Q: In which order does libuv run its phases?\nA: timers, pending callbacks, poll, check\n\n"
)
ALIKE = "Q: How big is that pool, if UV_THREADPOOL_SIZE is not set?\nA: 4 threads\n\n"
"""Alike enough to ask whether it is POOL."""


@pytest.fixture
def studied(vault: TestVault) -> TestVault:
    """Two items, both answered."""
    vault.write("notes/a.md", PHASES + POOL)
    assert vault.srs("review", typed="\n3\n\n3\n").code == 0
    vault.at("2025-06-20T18:00+00:00")
    return vault


def pending(vault: TestVault) -> dict[str, dict[str, Any]]:
    data: list[dict[str, Any]] = vault.srs("history", "--pending", "--json").data
    return {one["what"]: one for one in data}


def test_what_is_pending_says_old_and_new(studied: TestVault) -> None:
    pool = studied.card("How large")["item"]
    studied.write("notes/b.md", POOL.replace("by default", "at first"))
    studied.write("notes/a.md", "")
    found = pending(studied)
    assert set(found) == {"edited", "moved", "gone"}
    assert found["edited"]["item"] == found["moved"]["item"] == pool
    assert (found["edited"]["path"], found["edited"]["line"]) == ("notes/b.md", 1)
    assert (found["moved"]["from"], found["gone"]["path"]) == ("notes/a.md", None)
    assert "by default" in found["edited"]["old"]["Q"]
    assert "at first" in found["edited"]["new"]["Q"]
    assert {one["answers"] for one in found.values()} == {1}
    told = studied.srs("history", "--pending").out
    assert "thread pool [-by default-] {+at first+}?\n" in told
    assert "notes/b.md:1: moved from notes/a.md: How large" in told
    assert "notes/a.md: gone, with 1 answer: In which order" in told


def test_what_is_unsure_says_how_to_attach_it(studied: TestVault) -> None:
    pool = studied.card("How large")["item"]
    studied.write("notes/a.md", PHASES + ALIKE)
    found = pending(studied)["unsure"]
    assert found["attach"] == f"srs history attach notes/a.md:4 {pool}"
    told = studied.srs("history", "--pending").out
    assert f"if it is: {found['attach']}" in told
    assert "unsure, " in told
    _, *words = found["attach"].split()
    assert studied.srs(*words).code == 0
    assert studied.card("How big")["item"] == pool
    assert pending(studied) == {}


def test_the_line_that_attaches_can_be_pasted_whatever_the_file_is_called(
    studied: TestVault,
) -> None:
    pool = studied.card("How large")["item"]
    (studied.root / "notes/a.md").rename(studied.root / "notes/a $HOME; b.md")
    assert studied.srs("export").code == 0
    studied.write("notes/a $HOME; b.md", PHASES + ALIKE)
    line = pending(studied)["unsure"]["attach"]
    assert shlex.split(line)[3:] == ["notes/a $HOME; b.md:4", pool]
    assert studied.srs(*shlex.split(line)[1:]).code == 0


def test_nothing_pending_is_said(studied: TestVault) -> None:
    assert studied.srs("history", "--pending").out == "Nothing changed that is not recorded.\n"
    assert studied.srs("history", "--pending", "--json").data == []


def test_a_decision_in_the_list_is_readable(studied: TestVault) -> None:
    studied.write("notes/b.md", POOL.replace("by default", "at first"))
    studied.write("notes/a.md", PHASES)
    studied.srs("review", typed="\n3\n")
    told = studied.srs("history").out
    pool = studied.card("How large")["item"]
    (decision,) = [e for e in studied.history() if e["event"] == "item" and "prev" in e]
    assert (
        f"{pool} notes/b.md: How large is the libuv thread pool at first? (edited, moved: " in told
    )
    assert f"    taken back with: srs history undo {decision['id']}\n" in told


# Gone -------------------------------------------------------------------------------------------


def test_what_is_gone_is_said_until_a_command_writes_and_then_no_more(studied: TestVault) -> None:
    studied.write("notes/a.md", PHASES)
    for _ in range(2):
        assert "1 gone" in studied.srs("review", "--plan").err
    assert "1 gone" in studied.srs("review", typed="\n3\n").err
    assert studied.history()[-2]["event"] == "gone"
    for arguments in (("review", "--plan"), ("review",), ("status",)):
        assert "gone" not in studied.srs(*arguments).err
    assert pending(studied) == {}
    studied.srs("review", "--minutes", "9", typed="\n3\n")
    assert [event["event"] for event in studied.history()].count("gone") == 1


def test_what_was_gone_and_comes_back_edited_is_itself_and_may_go_again(
    studied: TestVault,
) -> None:
    pool = studied.card("How large")["item"]
    studied.write("notes/a.md", PHASES)
    studied.srs("review", typed="\n3\n")
    studied.write("notes/a.md", PHASES + POOL.replace("by default", "at first"))
    assert studied.card("How large")["item"] == pool
    studied.at("2025-06-27T18:00+00:00")
    studied.srs("review", typed="\n3\n")
    studied.write("notes/a.md", PHASES)
    assert "1 gone" in studied.srs("review", "--plan").err


def test_a_clone_that_still_has_the_note_does_not_contradict(studied: TestVault) -> None:
    """Histories are exchanged, notes are not: neither says anything of it a second time."""
    studied.device("one")
    studied.write("notes/a.md", PHASES)
    studied.srs("review", typed="\n3\n")
    studied.device("two")
    studied.at("2025-06-27T18:00+00:00")
    studied.write("notes/a.md", PHASES + POOL)
    assert studied.srs("review", typed="\n3\n\n3\n").code == 0
    assert [event["event"] for event in studied.history()].count("gone") == 1
    studied.write("notes/a.md", PHASES)
    assert "gone" not in studied.srs("review", "--plan").err


# Attach -----------------------------------------------------------------------------------------

REWRITTEN = "Q: UV_THREADPOOL_SIZE, unset?\nA: 4\n\n"


def test_a_new_text_is_attached_by_its_place(studied: TestVault) -> None:
    pool = studied.card("How large")
    studied.write("notes/a.md", PHASES + REWRITTEN)
    assert studied.card("UV_")["reviews"] == 0
    result = studied.srs("history", "attach", "notes/a.md:4", pool["item"][:6])
    assert (result.code, result.err) == (0, "")
    now = studied.card("UV_")
    assert (now["id"], now["reviews"]) == (pool["id"], 1)
    assert f"notes/a.md:4 is {pool['item']} now, with its 1 answer: UV_" in result.out
    (back,) = [line for line in result.out.splitlines() if line.startswith("`srs history undo")]
    assert studied.srs("history", "undo", back.split()[3].strip("`")).code == 0
    assert studied.card("UV_")["reviews"] == 0


def test_a_text_with_answers_of_its_own_is_attached_too(studied: TestVault) -> None:
    old = studied.card("How large")
    studied.write("notes/a.md", PHASES + REWRITTEN)
    studied.srs("review", "--minutes", "9", typed="\n3\n\n3\n")
    own = studied.card("UV_")
    assert (own["reviews"], own["id"] == old["id"]) == (1, False)
    result = studied.srs("history", "attach", own["item"], old["item"])
    assert result.code == 0
    assert studied.history()[-1]["event"] == "same"
    both = studied.card("UV_")
    assert (both["reviews"], both["item"]) == (2, min(own["item"], old["item"]))
    assert studied.srs("check", "--strict").code == 0
    undo = studied.srs("history", "undo", studied.history()[-1]["id"])
    assert undo.code == 0
    assert studied.card("UV_") == own


def test_what_the_matcher_is_about_to_take_for_another_is_attached(studied: TestVault) -> None:
    phases, pool = studied.card("In which"), studied.card("How large")
    studied.write("notes/a.md", POOL.replace("by default", "at first"))
    assert studied.card("How large")["id"] == pool["id"]
    assert studied.srs("history", "attach", "notes/a.md:1", phases["item"]).code == 0
    assert studied.card("How large")["id"] == phases["id"]
    # The other's answers are its own still.
    studied.write("notes/a.md", POOL.replace("by default", "at first") + POOL)
    found = {card["prompt"]: card["id"] for card in studied.cards()}
    assert [*found.values()] == [phases["id"], pool["id"]]


@pytest.mark.parametrize(
    ("item", "old", "said"),
    [
        ("notes/a.md:4", "nothing", "No item that the history knows is named by `nothing`."),
        ("notes/a.md:4", "", "No item that the history knows is named by ``."),
        ("notes/a.md:5", "GONE", "No item begins at notes/a.md:5."),
        ("notes/none.md:1", "GONE", "No item begins at notes/none.md:1."),
        ("nothing", "GONE", "No item of the notes is named by `nothing`."),
        ("notes/a.md:4", "HERE", "is in a note: notes/a.md:1."),
    ],
)
def test_what_cannot_be_attached_says_why(
    studied: TestVault, item: str, old: str, said: str
) -> None:
    ids = {"GONE": studied.card("How large")["item"], "HERE": studied.card("In which")["item"]}
    studied.write("notes/a.md", PHASES + REWRITTEN)
    before = studied.history()
    result = studied.srs("history", "attach", item, ids.get(old, old))
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert studied.history() == before


@pytest.mark.parametrize("arguments", [("attach",), ("attach", "a"), ("undo",), ("undo", "a", "b")])
def test_too_few_or_too_many_names_are_wrong_usage(
    vault: TestVault, arguments: tuple[str, ...]
) -> None:
    assert vault.srs("history", *arguments).code == 2


# Undo -------------------------------------------------------------------------------------------


def test_a_decision_taken_back_can_be_brought_back(studied: TestVault) -> None:
    pool = studied.card("How large")
    studied.write("notes/a.md", PHASES + REWRITTEN)
    studied.srs("history", "attach", "notes/a.md:4", pool["item"])
    attached = studied.history()[-1]
    result = studied.srs("history", "undo", attached["id"])
    assert result.code == 0
    assert result.out.startswith("Taken back: 2025-06-20")
    found = studied.card("UV_")
    assert (found["reviews"], found["item"] == pool["item"]) == (0, False)
    again = studied.srs("history", "undo", studied.history()[-1]["id"])
    assert again.out.startswith("Counts again: 2025-06-20")
    assert studied.card("UV_")["id"] == pool["id"]


def test_a_wrong_decision_is_taken_back_and_not_made_again(studied: TestVault) -> None:
    pool = studied.card("How large")
    studied.write("notes/a.md", PHASES + POOL.replace("by default", "at first"))
    studied.srs("review", typed="\n3\n")
    (decision,) = [e for e in studied.history() if e["event"] == "item" and "prev" in e]
    result = studied.srs("history", "undo", decision["id"])
    assert result.code == 0
    assert result.out.startswith("Taken back: 2025-06-20")
    found = studied.card("How large")
    assert (found["reviews"], found["item"] == pool["item"]) == (0, False)
    again = studied.srs("history", "undo", studied.history()[-1]["id"])
    assert again.out.startswith("Counts again: 2025-06-20")
    assert studied.card("How large")["item"] == pool["item"]


def test_taking_back_says_what_falls_with_it(studied: TestVault) -> None:
    for word in ("at first", "initially"):
        studied.write("notes/a.md", PHASES + POOL.replace("by default", word))
        assert studied.srs("export").code == 0
    first, second = (e["id"] for e in studied.history() if e["event"] == "item" and "prev" in e)
    told = "With it 1 decision resting on it"
    assert told not in studied.srs("history", "undo", second).out
    studied.srs("history", "undo", studied.history()[-1]["id"])
    assert told in studied.srs("history", "undo", first).out
    refused = studied.srs("history", "undo", second)
    assert (refused.code, refused.out) == (1, "")
    assert "what it rests on is taken back" in refused.err


def test_an_answer_is_taken_back_by_its_id(studied: TestVault) -> None:
    (review,) = [e for e in studied.history() if e.get("card") == studied.card("How large")["id"]]
    assert studied.srs("history", "undo", review["id"].lower()).code == 1
    assert studied.srs("history", "undo", review["id"]).code == 0
    assert studied.card("How large")["reviews"] == 0


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nothing", "No event is named by `nothing`."),
        ("", "No event is named by ``."),
        ("01", "events are named by `01`."),
        ("BIRTH", "begins; its answers hang on it."),
        ("EXPORT", "An export cannot be taken back"),
        ("UNDONE", "That event is taken back already."),
    ],
)
def test_what_cannot_be_taken_back_says_why(studied: TestVault, what: str, said: str) -> None:
    studied.srs("export")
    review = next(e["id"] for e in studied.history() if e["event"] == "review")
    studied.srs("history", "undo", review)
    ids = {
        "BIRTH": next(e["id"] for e in studied.history() if e["event"] == "item"),
        "EXPORT": next(e["id"] for e in studied.history() if e["event"] == "export"),
        "UNDONE": review,
    }
    before = studied.history()
    result = studied.srs("history", "undo", ids.get(what, what))
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert studied.history() == before
