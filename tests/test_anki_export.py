"""What is in no note any more, or only hidden there, and what Anki makes of it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from anki_engine import LATER, LATER_STILL, NOTE, Anki, Imported, unpack
from test_anki import BEFORE, ROADMAP, export, packed, send
from test_asking import ALIKE, PHASES, POOL

from srs.anki.packing import writing

pytestmark = pytest.mark.usefixtures("temporary")

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import TestVault

REST = BEFORE[: BEFORE.index("Q: What keeps")]
"""Without its last item."""
RETIRED = "tag:srs::retired"


def test_a_deleted_item_is_tagged_and_keeps_all_else(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    before = anki.notes()
    vault.write(NOTE, REST)
    assert send(vault, anki, LATER) == Imported(updated=1, duplicate=3)
    (note,) = anki.notes(RETIRED)
    assert note.tags == ["phase-1", "srs::retired"]
    assert [one.fields for one in anki.notes()] == [one.fields for one in before]
    assert anki.log() == log
    assert all(card.queue >= 0 for card in anki.cards())
    assert send(vault, anki, LATER_STILL) == Imported(duplicate=4)
    assert anki.faults() == []


def test_a_new_phone_gets_a_deleted_item_suspended(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    export(vault)
    vault.write(NOTE, REST)
    assert anki.take(export(vault), progress=True) == Imported(new=4)
    assert [card.queue for card in anki.cards(RETIRED)] == [-1]
    assert {card.queue for card in anki.cards(f"-{RETIRED}")} == {0}


def test_what_left_before_note_types_were_remembered_is_retired_too(vault: TestVault) -> None:
    vault.write(NOTE, BEFORE)
    export(vault)
    (file,) = (vault.root / "decks/history").glob("*.jsonl")
    file.write_text(re.sub(r', *"type": *"srs \w+"', "", file.read_text()))
    assert not any("type" in one for event in vault.history() for one in items_of(event))
    vault.write(NOTE, REST)
    assert vault.srs("export", "--json").data["retired"] == 1


def items_of(event: dict[str, Any]) -> list[dict[str, Any]]:
    """What an export said of each note."""
    return [*event["items"].values()] if event["event"] == "export" else []


def test_it_is_said_how_many_there_are(vault: TestVault) -> None:
    vault.write(NOTE, BEFORE)
    export(vault)
    vault.write(NOTE, REST)
    done = vault.srs("export", "--json")
    assert (done.data["retired"], done.data["changed"], done.data["notes"]) == (1, 1, 4)
    assert "1 note of what is in no note any more: tagged srs::retired." in done.err


def test_every_kind_is_there_still_when_it_was_deleted(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    every = """\
Q: basic?
A: yes
Why: because
Hint: it is

one line :: of *text*

TTL ::: time to live

C: {{one::a hint}} and ==two== and {{c1::three}}

Q: choice?
- [ ] a
- [x] b
  for this

Q: typed?
T: `npm ci` | npm clean-install

Q: points?
Points:
- one
- two

Q: What does it print?
```js run
console.log(1)
```
A:
```output
1
```
"""
    vault.write(NOTE, every)
    before = packed(vault, tmp_path).notes
    send(vault, anki)
    cards = len(anki.cards())
    vault.write(NOTE, "nothing\n")
    vault.at(LATER)
    after = packed(vault, tmp_path).notes
    assert {guid: note.fields for guid, note in after.items()} == {
        guid: note.fields for guid, note in before.items()
    }
    assert {note.tags for note in after.values()} == {("phase-1", "srs::retired")}
    assert anki.take(vault.root / "build/roadmap.apkg") == Imported(updated=8)
    assert len(anki.cards()) == cards
    assert anki.faults() == []


def test_media_of_a_deleted_item_keep_their_names(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    (vault.root / "notes/phase-1").mkdir(parents=True, exist_ok=True)
    picture = vault.root / "notes/phase-1/a.png"
    picture.write_bytes(b"\x89PNG")
    vault.write(NOTE, f"{REST}Q: Which?\nA: ![](a.png)\n")
    send(vault, anki)
    (name,) = packed(vault, tmp_path).media
    vault.write(NOTE, REST)
    picture.unlink()
    done = vault.srs("export")
    assert "a.png is no image" not in done.out
    send(vault, anki, LATER)
    assert name in anki.notes(RETIRED)[0].fields[1]
    assert name in anki.media()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("an error in it", BEFORE.replace("A: Back-pressure", "A: \nWhy: Back-pressure")),
        ("an error elsewhere", f"{REST}Q: no answer\n"),
        ("no text", b"\xff\xfe"),
    ],
)
def test_what_an_error_hides_is_not_retired(
    name: str, text: str | bytes, vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    anki.study()
    file = vault.root / NOTE
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert send(vault, anki, LATER) == Imported(duplicate=4), name
    assert anki.notes(RETIRED) == []


def test_what_may_be_another_item_now_is_neither_retired_nor_there_twice(
    vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, PHASES + POOL)
    send(vault, anki)
    log = anki.study()
    vault.write(NOTE, PHASES + ALIKE)
    vault.at(LATER)
    done = vault.srs("export")
    assert "Left out: 1 edited item of which it is not sure which note it is." in done.err
    package = vault.root / "build/roadmap.apkg"
    assert anki.take(package) == Imported(duplicate=2)
    (lost,) = [one["item"] for one in vault.history() if "large" in str(one.get("texts"))]
    (new,) = [card["item"] for card in vault.cards() if "How big" in card["prompt"]]
    assert vault.srs("history", "attach", new, lost).code == 0
    assert send(vault, anki, LATER_STILL) == Imported(updated=1, duplicate=1)
    assert anki.log() == log
    assert [note.fields[1] for note in anki.notes()][1] == "4 threads"


def test_a_moved_item_keeps_its_deck(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    decks = anki.decks()
    vault.write(NOTE, REST)
    vault.write("notes/phase-1/other.md", BEFORE[len(REST) :])
    assert send(vault, anki, LATER) == Imported(updated=1, duplicate=3)
    assert anki.decks() == decks
    assert {one.name for one in anki.col.decks.all_names_and_ids()} >= decks
    assert not any("other" in one.name for one in anki.col.decks.all_names_and_ids())


def test_an_item_that_became_another_kind_leaves_its_old_note(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    vault.write(NOTE, "Q: What is it?\nA: a tree ^x\n")
    send(vault, anki)
    log = anki.study()
    vault.write(NOTE, "Q: What is it?\n- [x] a tree\n- [ ] a bush ^x\n")
    assert send(vault, anki, LATER) == Imported(new=1, updated=1)
    assert tags_of(anki) == {"x": ["phase-1", "srs::retired"], "x:choice": ["phase-1"]}
    assert anki.log() == log
    vault.write(NOTE, "Q: What is it?\nA: a bush ^x\n")
    assert send(vault, anki, LATER_STILL) == Imported(updated=2)
    assert tags_of(anki) == {"x": ["phase-1"], "x:choice": ["phase-1", "srs::retired"]}
    assert {note.fields[1][:9] for note in anki.notes()} == {"a bush", "<ul>\n<li "}
    vault.write(NOTE, "")
    assert {note.tags for note in packed(vault, tmp_path).notes.values()} == {
        ("phase-1", "srs::retired")
    }
    assert anki.faults() == []


def tags_of(anki: Anki) -> dict[str, list[str]]:
    return {note.guid: note.tags for note in anki.notes()}


def test_the_history_of_an_item_of_another_kind_leaves_once(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    vault.write(NOTE, "Q: What is it?\nA: a tree ^x\n")
    export(vault)
    assert vault.srs("review", typed="\n3\n").code == 0
    vault.write(NOTE, "Q: What is it?\nT: a tree ^x\n")
    anki.take(export(vault, "--with-history"), progress=True)
    assert len(anki.log()) == 1
    assert [card.queue for card in anki.cards(RETIRED)] == [-1]
    assert [card.queue for card in anki.cards(f"-{RETIRED}")] == [2]
    done = vault.srs("import", str(anki.give(tmp_path / "home.apkg")), "--json")
    assert (done.data["answers"], done.data["answers_here"], done.data["files"]) == (0, 1, {})


def test_an_id_like_that_of_another_kind_is_its_own(vault: TestVault, tmp_path: Path) -> None:
    vault.write(NOTE, "Q: What is it?\nA: a tree ^x\n")
    export(vault)
    vault.write(NOTE, "Q: What is it?\nT: a tree ^x\n\nQ: And this?\nA: a bush ^x-typed\n")
    assert {*packed(vault, tmp_path).notes} == {"x", "x:typed", "x-typed"}


def test_of_two_items_that_are_one_now_one_note_is_retired(vault: TestVault, anki: Anki) -> None:
    """Answers of both stay, and both come home to it."""
    vault.write(NOTE, "Q: How large is the pool?\nA: four threads\n")
    send(vault, anki)
    vault.write(NOTE, "Q: What does UV_THREADPOOL_SIZE set?\nA: its size, else 4\n")
    assert send(vault, anki, LATER) == Imported(new=1, updated=1)
    log = anki.study()
    (new,) = [card["item"] for card in vault.cards()]
    (old,) = {note.guid for note in anki.notes()} - {new}
    assert vault.srs("history", "attach", new, old).code == 0
    (now,) = [card["item"] for card in vault.cards()]
    send(vault, anki, LATER_STILL)
    (retired,) = {new, old} - {now}
    assert tags_of(anki) == {now: ["phase-1"], retired: ["phase-1", "srs::retired"]}
    assert anki.log() == log
    assert anki.notes("-" + RETIRED)[0].fields[1] == "its size, else 4"
    assert send(vault, anki, "2025-07-04T18:00") == Imported(duplicate=2)


# Which packages there are -------------------------------------------------------------------------


def tagged(vault: TestVault) -> None:
    vault.write(NOTE, "Q: one? #a\nA: 1\n\nQ: two? #b/c\nA: 2\n\nQ: three?\nA: 3\n")
    vault.write("notes/phase-2/x.md", "Q: four? #a\nA: 4\n")
    vault.write("notes/free.md", "Q: five?\nA: 5\n")


def test_what_has_one_of_some_tags(vault: TestVault, tmp_path: Path) -> None:
    tagged(vault)
    for tags, questions in {
        ("a",): {"one?", "four?"},
        ("b/c",): {"two?"},
        ("b::c", "a"): {"one?", "two?", "four?"},
        ("phase-2",): {"four?"},
    }.items():
        options = [part for tag in tags for part in ("--tag", tag)]
        notes = packed(vault, tmp_path, *options).notes
        assert {note.fields[0] for note in notes.values()} == questions
    assert vault.srs("export", "--tag", "none").code == 1


def test_a_package_for_each_phase(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    tagged(vault)
    done = vault.srs("export", "--per-phase", "-o", str(tmp_path / "out"), "--json")
    assert done.code == 0
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == ["no-phase.apkg", "phase-1.apkg", "phase-2.apkg"]
    counts = {one["path"]: one["notes"] for one in done.data["packages"]}
    assert counts == dict(zip(map(str, files), (1, 3, 1), strict=True))
    assert sum((anki.take(file).new for file in files), 0) == 5
    assert send(vault, anki, LATER) == Imported(duplicate=5)


def test_a_retired_note_is_in_the_package_of_its_phase(vault: TestVault, tmp_path: Path) -> None:
    tagged(vault)
    export(vault)
    vault.write(NOTE, "")
    vault.srs("export", "--per-phase", "-o", str(tmp_path / "out"))
    assert len(unpack(tmp_path / "out/phase-1.apkg", tmp_path).notes) == 3
    assert len(packed(vault, tmp_path, "--phase", "1").notes) == 3
    assert len(packed(vault, tmp_path, "--phase", "2").notes) == 1
    assert len(packed(vault, tmp_path, "--tag", "a").notes) == 2


# Rows ---------------------------------------------------------------------------------------------


def test_the_same_vault_and_day_gives_the_same_bytes(vault: TestVault) -> None:
    tagged(vault)
    vault.at("2025-06-13T18:00")
    export(vault)
    first = export(vault).read_bytes()
    vault.at("2025-06-13T22:30")
    assert export(vault).read_bytes() == first
    assert packaged_at(vault) == {(1980, 1, 1, 0, 0, 0)}


def packaged_at(vault: TestVault) -> set[tuple[int, ...]]:
    """The times of what is in the package, media too: of the true clock they would tell apart what
    is the same.
    """
    vault.write("notes/phase-1/picture.md", "Q: Which?\nA: ![](a.png)\n")
    (vault.root / "notes/phase-1/a.png").write_bytes(b"\x89PNG")
    with zipfile.ZipFile(export(vault)) as package:
        assert len(package.infolist()) == 3
        return {member.date_time for member in package.infolist()}


def test_exports_of_one_day_do_not_disturb_each_other(vault: TestVault, anki: Anki) -> None:
    """Their rows have the same ids, and are of other notes."""
    vault.write(NOTE, "Q: two?\nA: 2\n")
    assert send(vault, anki) == Imported(new=1)
    anki.study()
    vault.write(NOTE, "Q: one?\nA: 1\n\nQ: two?\nA: 2\n\nQ: three?\nA: 3\n")
    assert send(vault, anki) == Imported(new=2, duplicate=1)
    assert [note.fields[0] for note in anki.notes()].count("two?") == 1
    assert len(anki.cards()) == 3
    assert [card.note().fields[0] for card in anki.cards("-is:new")] == ["two?"]
    assert anki.faults() == []


def test_a_suspended_card_is_suspended_on_a_new_phone(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    card = vault.cards()[0]["id"]
    assert vault.srs("cards", "suspend", card).code == 0
    anki.take(export(vault), progress=True)
    assert len([card for card in anki.cards() if card.queue == -1]) == 1


# What is kept of it -------------------------------------------------------------------------------


def test_what_was_rendered_once_is_not_rendered_again(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagged(vault)
    export(vault)
    package = export(vault).read_bytes()

    def fail(*_: object) -> str:
        raise AssertionError("rendered again")

    monkeypatch.setattr("srs.anki.packing.rendering.html_of", fail)
    assert export(vault).read_bytes() == package


def test_what_is_kept_of_an_item_goes_with_all_that_it_was_made_of(
    vault: TestVault, tmp_path: Path
) -> None:
    vault.write(NOTE, "# One\n\nQ: one? #a\nA: 1\n")
    vault.write("notes/phase-1/x.md", "Q: two?\nA: 2\n")
    export(vault)
    vault.write(NOTE, "# Two\n\nQ: one? #b\nA: 1\n")
    vault.write("decks/roadmap.yaml", ROADMAP)
    notes = {note.fields[0]: note for note in packed(vault, tmp_path).notes.values()}
    assert "Two" in notes["one?"].fields
    assert notes["one?"].tags == ("phase-1", "b")


def test_a_picture_that_changed_is_packed_anew(vault: TestVault, tmp_path: Path) -> None:
    vault.write(NOTE, "Q: Which?\nA: ![](a.png)\n")
    picture = vault.root / "notes/phase-1/a.png"
    picture.write_bytes(b"one")
    assert [*packed(vault, tmp_path).media.values()] == [b"one"]
    picture.write_bytes(b"two")
    assert [*packed(vault, tmp_path).media.values()] == [b"two"]


# Note types ---------------------------------------------------------------------------------------


def css(anki: Anki) -> str:
    anki.col.models._clear_cache()
    found = anki.col.models.by_name("srs Basic")
    assert found
    return str(found["css"])


def test_another_look_arrives_on_the_same_day(
    vault: TestVault, anki: Anki, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write(NOTE, "Q: one?\nA: 1\n")
    send(vault, anki)
    monkeypatch.setattr(writing, "CSS", ".card { color: blue }")
    writing.content_of.cache_clear()
    writing._model.cache_clear()
    assert send(vault, anki) == Imported(duplicate=1)
    monkeypatch.undo()
    writing.content_of.cache_clear()
    writing._model.cache_clear()
    assert css(anki) == ".card { color: blue }"
    assert anki.note_types() == {"srs Basic"}


def test_a_look_that_was_changed_in_anki_stays(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    found = anki.col.models.by_name("srs Basic")
    assert found
    found["css"] = ".card { color: red }"
    anki.col.models.update_dict(found)
    vault.write(NOTE, BEFORE.replace("libuv wait for", "libuv sleep and wait for"))
    assert send(vault, anki, "2099-01-01T18:00:00+00:00") == Imported(updated=1, duplicate=3)
    assert css(anki) == ".card { color: red }"
