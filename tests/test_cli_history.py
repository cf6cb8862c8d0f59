"""`srs history`: what happened, on which device, and putting somebody else's answers aside."""

from __future__ import annotations

import json
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
    assert item.split() == ["2025-06-13", "laptop", "item", card["item"]]
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
