"""Answers that were given in Anki come home: each once, in any container."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from anki_engine import NOTE, Anki
from conftest import kept
from test_anki import BEFORE, EVERY_KIND, export
from test_anki_with_history import answered, many, years_of_fridays

from srs import fold
from srs import plan as planning
from srs.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Result, TestVault

pytestmark = pytest.mark.usefixtures("temporary")

CONTAINERS = ("new.apkg", "old.apkg", "new.colpkg", "old.colpkg")


@pytest.fixture(autouse=True)
def _now(vault: TestVault) -> None:
    """The engine answers at the true time."""
    vault.at(datetime.now(UTC).isoformat())


def bring(vault: TestVault, file: Path) -> Result:
    done = vault.srs("import", str(file), "--json")
    assert done.code == 0, done.err
    return done


def reviews(vault: TestVault) -> list[dict[str, Any]]:
    return [event for event in vault.history() if event["event"] == "review"]


@pytest.mark.parametrize("container", CONTAINERS)
def test_answers_come_home_once(
    container: str, vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    vault.write(NOTE, EVERY_KIND)
    anki.take(export(vault))
    log = anki.study()
    file = anki.give(tmp_path / container)
    done = bring(vault, file)
    assert (done.data["answers"], done.data["answers_here"], done.data["files"]) == (9, 0, {})
    assert {event["id"].split("-")[-1] for event in reviews(vault)} == {str(row.ms) for row in log}
    assert {event["card"] for event in reviews(vault)} == {card["id"] for card in vault.cards()}
    history = vault.history()
    for again in CONTAINERS:
        done = bring(vault, anki.give(tmp_path / f"again-{again}"))
        assert (done.data["answers"], done.data["answers_here"]) == (0, 9)
    assert vault.history() == history


def test_each_answer_comes_to_its_own_card(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    vault.write(NOTE, EVERY_KIND)
    anki.take(export(vault))
    (card,) = [one for one in anki.cards() if "[which?]" in one.question()]
    anki.study([card], ease=2)
    bring(vault, anki.give(tmp_path / "a.apkg"))
    (event,) = reviews(vault)
    (ours,) = [one for one in vault.cards() if one["id"] == event["card"]]
    assert ours["prompt"].startswith("[which?]")
    assert (event["grade"], event["ask"]) == (2, "anki")


def test_memory_is_then_the_engines(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    """Some cards start with the terminal's history, some are learned in Anki; all go on there."""
    anki.col.set_config("fsrs", True)
    cards = many(vault, 30)
    answered(vault, years_of_fridays(cards[:20], datetime.now(UTC), 11))
    anki.take(export(vault, "--with-history"), progress=True)
    for ease in (3, 1, 3, 4):
        anki.study(ease=ease)
    done = bring(vault, anki.give(tmp_path / "a.colpkg"))
    assert (done.data["answers"], done.data["otherwise"], done.data["incomplete"]) == (120, [], [])
    by_front = {card.note().fields[0]: card for card in anki.cards()}
    snapshot = Vault(vault.root).scan()
    for ours in snapshot.cards:
        memory = snapshot.memory(ours.id)
        assert memory
        found = anki.col.compute_memory_state(by_front[ours.face.prompt].id)
        assert memory[:2] == pytest.approx((found.stability, found.difficulty), rel=1e-2)
    snapshot.close()


def test_what_left_with_the_history_does_not_come_home_twice(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    cards = many(vault, 5)
    now = datetime.now(UTC)
    answered(vault, [(card, now - timedelta(days=9), 3, {}) for card in cards])
    anki.take(export(vault, "--with-history"), progress=True)
    done = bring(vault, anki.give(tmp_path / "a.apkg"))
    assert (done.data["answers"], done.data["answers_here"]) == (0, 5)
    assert len(reviews(vault)) == 5


@pytest.mark.parametrize("undone", [False, True])
def test_what_comes_home_to_a_laptop_that_does_not_know_it_counts_once(
    undone: bool, vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """The other laptop's history is merged only afterwards."""
    now = datetime.now(UTC)
    times = [now - timedelta(days=days) for days in (9, 8)]
    answered(vault, [(card, at, 3, {}) for card, at in zip(many(vault, 2), times, strict=True)])
    anki.take(export(vault, "--with-history"), progress=True)
    if undone:
        assert vault.srs("history", "undo", "E000001").code == 0
    theirs = vault.root / "decks/history/other.jsonl"
    text = theirs.read_text()
    theirs.unlink()
    assert bring(vault, anki.give(tmp_path / "a.apkg")).data["answers"] == 2
    theirs.write_text(text)
    assert sorted(card["reviews"] for card in vault.cards()) == ([0, 1] if undone else [1, 1])
    snapshot = Vault(vault.root).scan()
    state = snapshot.state
    assert sum(map(len, state.reviews.values())) == (1 if undone else 2)
    assert {card.id: snapshot.memory(card.id) for card in snapshot.cards} == {
        card.id: planning.memory(fold.remembered(state, card.id)) for card in snapshot.cards
    }
    snapshot.close()


def test_what_left_as_another_kind_does_not_come_home_again(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """Its log goes on to the phone under another GUID."""
    vault.write(NOTE, "Q: What is it?\nA: a tree ^x\n")
    anki.take(export(vault))
    anki.study()
    assert bring(vault, anki.give(tmp_path / "a.apkg")).data["answers"] == 1
    vault.write(NOTE, "Q: What is it?\nT: a tree ^x\n")
    other = Anki(tmp_path / "other")
    other.take(export(vault, "--with-history"), progress=True)
    done = bring(vault, other.give(tmp_path / "b.apkg"))
    other.close()
    assert (done.data["answers"], done.data["answers_here"]) == (0, 1)


def test_answers_stay_home_when_their_item_becomes_one_with_another(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """Their card has another name from then on."""
    vault.write(NOTE, "Q: How large is the pool?\nA: four threads ^z\n")
    anki.take(export(vault))
    vault.write(NOTE, "Q: What does UV_THREADPOOL_SIZE set?\nA: its size, else 4 ^a\n")
    anki.take(export(vault))
    anki.study()
    file = anki.give(tmp_path / "a.apkg")
    assert bring(vault, file).data["answers"] == 2
    assert vault.srs("history", "attach", "a", "z").code == 0
    history = vault.history()
    done = bring(vault, file)
    assert (done.data["answers"], done.data["answers_here"]) == (0, 2)
    assert vault.history() == history
    assert [card["reviews"] for card in vault.cards()] == [2]


def test_what_was_taken_back_here_does_not_come_back(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    (card,) = many(vault, 1)
    answered(vault, [(card, datetime.now(UTC) - timedelta(days=9), 3, {})])
    anki.take(export(vault, "--with-history"), progress=True)
    (event,) = reviews(vault)
    assert vault.srs("history", "undo", str(event["id"])).code == 0
    bring(vault, anki.give(tmp_path / "a.apkg"))
    assert vault.cards()[0]["state"] == "new"


def test_undo_takes_back_what_was_done_here(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    many(vault, 2)
    anki.take(export(vault))
    assert vault.srs("review", typed="\n3\n\n3\n").code == 0
    anki.study()
    bring(vault, anki.give(tmp_path / "a.apkg"))
    before = reviews(vault)
    assert vault.srs("review", "--minutes", "5", typed="u\nq\n").code == 0
    (undo,) = [event for event in vault.history() if event["event"] == "undo"]
    (gone,) = [event for event in before if event["id"] == undo["of"]]
    assert gone["ask"] != "anki"


def test_answers_of_a_deleted_or_moved_item_come_home(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    vault.write(NOTE, BEFORE)
    anki.take(export(vault))
    anki.study()
    head, tail = BEFORE.split("Q: What keeps", 1)
    vault.write(NOTE, head.replace("libuv wait for", "libuv sleep and wait for"))
    vault.write("notes/phase-2/x.md", f"Q: What keeps{tail}")
    done = bring(vault, anki.give(tmp_path / "a.apkg"))
    assert (done.data["answers"], done.data["answers_of_no_card"]) == (7, 0)
    assert [card["reviews"] for card in vault.cards()] == [1] * 7
    vault.write("notes/phase-2/x.md", "")
    anki.study()
    assert bring(vault, anki.give(tmp_path / "b.apkg")).data["answers"] == 7


def test_a_card_made_new_on_the_phone_is_new_here(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    many(vault, 2)
    anki.take(export(vault))
    anki.study()
    card = anki.cards()[0]
    anki.col.sched.schedule_cards_as_new([card.id])
    done = bring(vault, anki.give(tmp_path / "a.apkg"))
    assert done.data["answers"] == 2
    states = {one["prompt"]: one["state"] for one in vault.cards()}
    assert states[card.note().fields[0]] == "new"
    assert sorted(states.values()) == ["new", "seen"]


def test_a_day_set_by_hand_is_no_answer(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    many(vault, 1)
    anki.take(export(vault))
    anki.study()
    anki.col.sched.set_due_date([anki.cards()[0].id], "30")
    assert bring(vault, anki.give(tmp_path / "a.apkg")).data["answers"] == 1


def test_a_dry_run_writes_nothing(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    vault.write(NOTE, EVERY_KIND)
    anki.take(export(vault))
    anki.study()
    file = anki.give(tmp_path / "a.apkg")
    before = {path: path.read_bytes() for path in kept(vault.root) if path.is_file()}
    done = vault.srs("import", str(file), "--dry-run")
    assert "9 answers would be brought home." in done.out
    assert {path: path.read_bytes() for path in kept(vault.root) if path.is_file()} == before


def test_a_history_that_cannot_be_written_leaves_all_as_it_was(
    vault: TestVault, anki: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write(NOTE, EVERY_KIND)
    anki.take(export(vault))
    anki.study()
    file = anki.give(tmp_path / "a.apkg")
    before = vault.history()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("srs.history._write", full)
        done = vault.srs("import", str(file))
    assert done.code == 1
    assert "cannot be written: No space left on device" in done.err
    assert vault.history() == before
    assert bring(vault, file).data["answers"] == 9


def test_a_copy_that_lags_behind_does_not_take_its_own_notes_for_foreign(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """An item was written and exported on another computer, and is not pulled yet."""
    many(vault, 3)
    export(vault)
    behind = tmp_path / "behind"
    shutil.copytree(vault.root, behind, ignore=shutil.ignore_patterns("build"))
    vault.write("notes/phase-1/new.md", "Q: new?\nA: yes\n")
    anki.take(export(vault))
    anki.study()
    file = anki.give(tmp_path / "a.apkg")
    done = vault.srs("--vault", str(behind), "import", str(file), "--json")
    assert (done.data["answers"], done.data["files"]) == (3, {})
    assert "1 note of this vault that it does not know: pull first" in str(done.data["left_out"])
    shutil.copy(vault.root / "notes/phase-1/new.md", behind / "notes/phase-1")
    done = vault.srs("--vault", str(behind), "import", str(file), "--json")
    assert (done.data["answers"], done.data["answers_here"]) == (1, 3)


# Tags ---------------------------------------------------------------------------------------------


def tag(anki: Anki, front: str, *tags: str) -> None:
    """Give a note of the phone these tags too, and a flag."""
    (note,) = anki.notes(f'"{front}"')
    note.tags = [*note.tags, *tags]
    anki.col.update_note(note)
    anki.col.set_user_flag_for_cards(3, note.card_ids())


def tags_on_phone(anki: Anki, front: str) -> set[str]:
    return {*anki.notes(f'"{front}"')[0].tags}


def test_an_edit_takes_no_tag_away_that_came_home(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """Those of Anki itself, `marked` and `leech`, come with learning progress only."""
    vault.write(NOTE, BEFORE)
    anki.take(export(vault))
    tag(anki, "wait for", "hard", "marked")
    bring(vault, anki.give(tmp_path / "a.apkg"))
    vault.write(NOTE, BEFORE.replace("libuv wait for", "libuv sleep and wait for"))
    vault.at("2099-01-01T18:00:00+00:00")
    assert anki.take(export(vault), progress=True).updated == 1
    assert tags_on_phone(anki, "wait for") == {"phase-1", "hard", "marked"}
    assert {card.user_flag() for card in anki.cards("wait for")} == {3}
    (note,) = anki.notes("wait for")
    note.tags = ["phase-1", "marked"]
    anki.col.update_note(note)
    bring(vault, anki.give(tmp_path / "b.apkg"))
    vault.write(NOTE, BEFORE.replace("libuv wait for", "libuv rest and wait for"))
    vault.at("2099-02-01T18:00:00+00:00")
    assert anki.take(export(vault), progress=True).updated == 1
    assert tags_on_phone(anki, "wait for") == {"phase-1", "marked"}


def test_a_tag_that_came_home_touches_no_other_note(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """Nor the text that was changed there of the one that has it."""
    vault.write(NOTE, BEFORE)
    anki.take(export(vault))
    tag(anki, "wait for", "hard")
    (note,) = anki.notes("wait")
    note.fields[1] = "my own words"
    anki.col.update_note(note)
    bring(vault, anki.give(tmp_path / "a.apkg"))
    history = vault.history()
    vault.at("2099-01-01T18:00:00+00:00")
    assert anki.take(export(vault)).duplicate == 4
    assert anki.notes("wait")[0].fields[1] == "my own words"
    bring(vault, anki.give(tmp_path / "b.apkg"))
    assert vault.history() == history


def test_a_tag_that_was_taken_out_here_does_not_come_back(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    vault.write(NOTE, "Q: What is it, of all things? #old\nA: a tree, and a large one\n")
    anki.take(export(vault))
    vault.write(NOTE, "Q: What is it, of all things?\nA: a tree, and a large one\n")
    export(vault)
    bring(vault, anki.give(tmp_path / "a.apkg"))
    vault.at("2099-01-01T18:00:00+00:00")
    anki.take(export(vault))
    assert tags_on_phone(anki, "What is it*") == {"phase-1"}
