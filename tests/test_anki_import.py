"""`srs import` of decks that came from elsewhere: what becomes of them in a vault."""

from __future__ import annotations

import signal
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from anki_engine import Anki
from conftest import kept
from test_anki import export

from srs.anki.arrival import arrive
from srs.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Result, TestVault

pytestmark = pytest.mark.usefixtures("temporary")

PICTURE = b"\x89PNG one"


@pytest.fixture(autouse=True)
def _now(vault: TestVault) -> None:
    """The engine answers at the true time."""
    vault.at(datetime.now(UTC).isoformat())


def add(anki: Anki, type_: str, *fields: str, deck: str = "Wild", tags: str = "") -> Any:
    """A note in the collection of somebody else."""
    found = anki.col.models.by_name(type_)
    assert found
    note = anki.col.new_note(found)
    for place, text in enumerate(fields):
        note.fields[place] = text
    note.tags = tags.split()
    made = anki.col.decks.id(deck)
    assert made
    anki.col.add_note(note, made)
    return note


@pytest.fixture
def wild(anki: Anki) -> Anki:
    """A deck as people make them."""
    anki.col.media.write_data("a b.png", PICTURE)
    add(anki, "Basic", "What is <b>libuv</b>?", "an event loop<br>in C", tags="node lib::uv")
    add(anki, "Basic", "Which?", '<img src="a b.png">')
    add(anki, "Basic (and reversed card)", "TTL", "time to live", deck="Wild::Below")
    add(anki, "Cloze", "{{c1::One}} and {{c2::two::a number}}.", "Because.")
    add(anki, "Basic (type in the answer)", "Install exactly?", "npm ci")
    return anki


def bring(vault: TestVault, file: Path, *options: str) -> Result:
    done = vault.srs("import", str(file), "--json", *options)
    assert done.code == 0, done.err
    return done


def files(vault: TestVault) -> dict[str, bytes]:
    root = vault.root
    return {str(path.relative_to(root)): path.read_bytes() for path in kept(root) if path.is_file()}


def test_a_deck_becomes_notes_that_one_can_read(
    vault: TestVault, wild: Anki, tmp_path: Path
) -> None:
    done = bring(vault, wild.give(tmp_path / "wild.apkg"), "--phase", "1")
    assert done.data["files"] == {
        "notes/imported/Wild - Below.md": 1,
        "notes/imported/Wild.md": 4,
    }
    assert (done.data["answers"], done.data["media"], done.data["left_out"]) == (0, 1, [])
    text = (vault.root / "notes/imported/Wild.md").read_text()
    assert text.startswith("---\ntopic: Wild\nphase: phase-1\n---\n")
    assert "Q: What is **libuv**? #lib/uv #node\nA: an event loop" in text
    assert "![](media/a%20b.png)" in text
    assert (vault.root / "notes/imported/media/a b.png").read_bytes() == PICTURE
    below = (vault.root / "notes/imported/Wild - Below.md").read_text()
    assert "TTL ::: time to live ^anki-" in below
    checked = vault.srs("check")
    assert checked.code == 0, checked.out
    cards = vault.cards()
    assert [card["kind"] for card in cards] == [
        "reversed",
        "reversed",
        "basic",
        "basic",
        "cloze",
        "cloze",
        "typed",
    ]
    assert {card["phase"] for card in cards} == {"phase-1"}


def test_a_second_import_changes_nothing(vault: TestVault, wild: Anki, tmp_path: Path) -> None:
    bring(vault, wild.give(tmp_path / "wild.apkg"))
    before = files(vault)
    done = bring(vault, wild.give(tmp_path / "again.colpkg"))
    assert (done.data["files"], done.data["media"]) == ({}, 0)
    assert files(vault) == before


def test_its_history_comes_too_and_again(vault: TestVault, wild: Anki, tmp_path: Path) -> None:
    wild.col.set_config("fsrs", True)
    wild.study()
    assert bring(vault, wild.give(tmp_path / "wild.apkg")).data["answers"] == 7
    assert [card["reviews"] for card in vault.cards()] == [1] * 7
    wild.study(ease=2)
    done = bring(vault, wild.give(tmp_path / "again.apkg"))
    assert (done.data["answers"], done.data["answers_here"], done.data["otherwise"]) == (7, 7, [])
    by_prompt = {card["prompt"]: card for card in vault.cards()}
    (card,) = wild.cards('"What is*"')
    found = wild.col.compute_memory_state(card.id)
    ours = by_prompt["What is **libuv**?"]
    assert ours["stability"] == pytest.approx(found.stability, rel=1e-2)


def test_what_a_person_made_of_it_stays(vault: TestVault, wild: Anki, tmp_path: Path) -> None:
    """Edited, moved to another note, taken out: answers still find their cards."""
    bring(vault, wild.give(tmp_path / "wild.apkg"))
    path = vault.root / "notes/imported/Wild.md"
    text = path.read_text().replace("What is **libuv**?", "What is libuv, in a few words?")
    start = text.index("C: {{c1::One}}")
    end = text.index("\n\n", start)
    moved, text = text[start:end], text[:start] + text[end:].lstrip()
    start = text.index("Q: Which?")
    text = text[:start] + text[text.index("\n\n", start) :].lstrip()
    path.write_text(text)
    vault.write("notes/mine.md", moved.replace("}} and {{", "}} and then {{") + "\n")
    before = files(vault)
    wild.study()
    done = bring(vault, wild.give(tmp_path / "again.apkg"))
    assert (done.data["files"], done.data["answers"]) == ({}, 7)
    after = files(vault)
    assert {path: after[path] for path in before if "history" not in path} == {
        path: text for path, text in before.items() if "history" not in path
    }
    assert [card["reviews"] for card in vault.cards()] == [1] * 6


def test_a_file_that_was_removed_is_written_again(
    vault: TestVault, wild: Anki, tmp_path: Path
) -> None:
    bring(vault, wild.give(tmp_path / "wild.apkg"))
    path = vault.root / "notes/imported/Wild.md"
    text = path.read_text()
    path.unlink()
    assert bring(vault, wild.give(tmp_path / "again.apkg")).data["files"] == {
        "notes/imported/Wild.md": 4
    }
    assert path.read_text() == text


def test_what_is_new_in_anki_is_added_below(vault: TestVault, wild: Anki, tmp_path: Path) -> None:
    bring(vault, wild.give(tmp_path / "wild.apkg"))
    path = vault.root / "notes/imported/Wild.md"
    vault.write("notes/imported/Wild.md", path.read_text() + "\nMy own words.\n")
    add(wild, "Basic", "And this?", "new")
    assert bring(vault, wild.give(tmp_path / "again.apkg")).data["files"] == {
        "notes/imported/Wild.md": 1
    }
    assert path.read_text().endswith(
        "My own words.\n\nQ: And this?\nA: new ^" + path.read_text().split("^")[-1]
    )


def test_a_file_with_an_open_fence_is_left_alone(
    vault: TestVault, wild: Anki, tmp_path: Path
) -> None:
    vault.write("notes/imported/Wild.md", "```js\nnot closed\n")
    before = files(vault)
    done = vault.srs("import", str(wild.give(tmp_path / "wild.apkg")))
    assert done.code == 1
    assert "notes/imported/Wild.md ends so that no card can stand below." in done.err
    assert files(vault) == before


def test_media_of_one_name_and_two_contents_are_both_there(
    vault: TestVault, wild: Anki, tmp_path: Path
) -> None:
    target = vault.root / "notes/imported/media/a b.png"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"another")
    done = bring(vault, wild.give(tmp_path / "wild.apkg"))
    assert (done.data["media"], done.data["media_missing"]) == (1, [])
    assert target.read_bytes() == b"another"
    (other,) = [path for path in target.parent.iterdir() if path != target]
    assert other.read_bytes() == PICTURE
    assert other.name.replace(" ", "%20") in (vault.root / "notes/imported/Wild.md").read_text()
    assert vault.srs("check").code == 0
    assert bring(vault, wild.give(tmp_path / "again.apkg")).data["files"] == {}


def test_a_medium_that_is_missing_is_told(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    add(anki, "Basic", "Which?", '<img src="gone.png">')
    done = bring(vault, anki.give(tmp_path / "a.apkg"))
    assert done.data["media_missing"] == ["gone.png"]


def test_a_picture_within_a_note_becomes_a_file(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    source = f"data:image/png;base64,{b64encode(PICTURE).decode()}"
    add(anki, "Basic", "Which?", f"<img src=\"{source}\" width=3>, <IMG SRC='{source}'>")
    add(anki, "Basic", "Broken?", '<img src="data:image/png;base64,AAA">.')
    package = anki.give(tmp_path / "a.apkg")
    done = bring(vault, package)
    (file,) = (vault.root / "notes/imported/media").iterdir()
    assert (done.data["media"], done.data["media_missing"]) == (1, [])
    assert (file.suffix, file.read_bytes()) == (".png", PICTURE)
    text = (vault.root / "notes/imported/Wild.md").read_text()
    assert f"A: ![](media/{file.name}), ![](media/{file.name}) ^anki-" in text
    assert "![](data:image/png;base64,AAA)" in text
    assert bring(vault, package).data["media"] == 0


def test_a_dry_run_writes_nothing(vault: TestVault, wild: Anki, tmp_path: Path) -> None:
    wild.study()
    before = files(vault)
    done = vault.srs("import", str(wild.give(tmp_path / "a.apkg")), "--dry-run")
    assert "notes/imported/Wild.md: 4 items would be written." in done.out
    assert "7 answers would be brought home." in done.out
    assert files(vault) == before


def test_a_dry_run_says_what_cards_ask(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    answered_long_ago(anki, add(anki, "Basic", "one", "1"))
    done = vault.srs("import", str(anki.give(tmp_path / "a.apkg")), "--dry-run")
    told = done.out.partition("Cards whose log does not begin with the first answer (1):\n")[2]
    assert told.startswith("  notes/imported/Wild.md:5: one\n")
    assert done.err == ""


def test_a_deck_that_is_more_than_a_file_takes_goes_on_in_others(
    vault: TestVault, anki: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("srs.anki.foreign.decks.LARGEST", 150)
    for number in range(4):
        add(anki, "Basic", f"What is {number}?", "a number")
    done = bring(vault, anki.give(tmp_path / "a.apkg"), "--phase", "1")
    names = ["Wild.md", "Wild (2).md"]
    assert done.data["files"] == dict.fromkeys((f"notes/imported/{name}" for name in names), 2)
    add(anki, "Basic", "What is 4?", "a number")
    add(anki, "Basic", "Whose name is this?", "the file's", deck="Wild (3)")
    done = bring(vault, anki.give(tmp_path / "b.apkg"), "--phase", "1")
    assert done.data["files"] == {"notes/imported/Wild (3).md": 2}
    assert {(card["topic"], card["phase"]) for card in vault.cards()} == {("Wild", "phase-1")}
    assert len(vault.cards()) == 6
    assert all(file.stat().st_size < 300 for file in vault.root.glob("notes/imported/*.md"))


def test_answers_of_a_clock_that_was_wrong_are_left_out_and_told(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    note = add(anki, "Basic", "one", "1")
    answered_long_ago(anki, note)
    answered_long_ago(anki, note, ago=timedelta(days=-400))
    done = bring(vault, anki.give(tmp_path / "a.colpkg"))
    assert (done.data["answers"], done.data["left_out"]) == (1, ["1 review lies in the future."])


def answered_long_ago(anki: Anki, note: Any, ago: timedelta = timedelta(days=40)) -> None:
    """As if the log before were lost."""
    assert anki.col.db
    at = int((datetime.now(UTC) - ago).timestamp() * 1000)
    anki.col.db.execute(
        "insert into revlog values (?, ?, -1, 3, 20, 10, 2500, 4000, 1)", at, note.card_ids()[0]
    )


def test_all_or_nothing(
    vault: TestVault, wild: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wild.study()
    package = wild.give(tmp_path / "a.apkg")
    vault.write("notes/imported/Wild.md", "Mine.\n")
    before = files(vault)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("srs.history._write", full)
        done = vault.srs("import", str(package))
    assert (done.code, "No space left" in done.err) == (1, True)
    assert files(vault) == before
    assert bring(vault, package).data["answers"] == 7


def test_a_stranger_cannot_answer_for_a_card_of_this_vault(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    vault.write("notes/mine.md", "Q: mine?\nA: yes\n")
    (mine,) = vault.cards()
    note = add(anki, "Basic", "one", "1")
    note.guid = mine["id"].rpartition("-")[0]
    anki.col.update_note(note)
    answered_long_ago(anki, note)
    done = bring(vault, anki.give(tmp_path / "a.apkg"))
    said = "1 note has the GUID of what is in this vault, and no note type of srs."
    assert (done.data["left_out"], done.data["answers"]) == ([said], 0)
    assert vault.cards() == [mine]


def test_what_somebody_writes_meanwhile_is_not_lost(
    vault: TestVault, wild: Anki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = wild.give(tmp_path / "a.apkg")
    vault.write("notes/imported/Wild.md", "Mine.\n")

    before = files(vault)

    def saving(*given: Any) -> Any:
        made = arrive(*given)
        vault.write("notes/imported/Wild.md", "Mine, and more.\n")
        return made

    with monkeypatch.context() as patch:
        patch.setattr("srs.anki.arrival.arrive", saving)
        done = vault.srs("import", str(package))
    said = "srs: notes/imported/Wild.md was changed in the meantime.\n     Import again.\n"
    assert (done.code, done.err) == (1, said)
    assert files(vault) == before | {"notes/imported/Wild.md": b"Mine, and more.\n"}


@pytest.mark.parametrize("where", ["srs.vault.Vault.scan", "srs.history.append"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_leaves_nothing_behind(
    vault: TestVault,
    wild: Anki,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    number: signal.Signals,
) -> None:
    wild.study()
    package = wild.give(tmp_path / "a.apkg")
    before = files(vault)
    scan: Any = Vault.scan
    scans = 0

    def stopped(*given: Any, **named: Any) -> Any:
        """The scan at the start is let through."""
        nonlocal scans
        scans += where.endswith("scan")
        if scans == 1:
            return scan(*given, **named)
        return signal.raise_signal(number)

    code = 0
    with monkeypatch.context() as patch:
        patch.setattr(where, stopped)
        try:
            code = vault.srs("import", str(package)).code
        except SystemExit as end:
            code = int(end.code or 0)
    assert code == {signal.SIGINT: 1, signal.SIGTERM: 128 + signal.SIGTERM}[number]
    assert files(vault) == before
    assert not (vault.root / "notes/imported").exists()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Anki]:
    made = Anki(tmp_path / "other")
    yield made
    made.close()


def test_a_shared_deck_goes_on_to_the_phone(
    vault: TestVault, wild: Anki, other: Anki, tmp_path: Path
) -> None:
    bring(vault, wild.give(tmp_path / "wild.apkg"))
    assert other.take(export(vault)).new == 5
    assert len(other.cards()) == 7
    assert other.faults() == []
    other.study()
    assert bring(vault, other.give(tmp_path / "home.apkg")).data["answers"] == 7


def test_what_is_in_ones_own_anki_does_not_go_there_again(
    vault: TestVault, wild: Anki, tmp_path: Path
) -> None:
    wild.study()
    bring(vault, wild.give(tmp_path / "wild.apkg"))
    vault.write("notes/mine.md", "Q: mine?\nA: yes\n")
    done = vault.srs("export")
    assert "Left out: 5 notes that came from your Anki; they are there already." in done.err
    assert wild.take(vault.root / "build/roadmap.apkg").new == 1


def test_a_log_that_begins_in_the_middle_is_told(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    note = add(anki, "Basic", "one", "1")
    answered_long_ago(anki, note)
    done = bring(vault, anki.give(tmp_path / "a.apkg"))
    (card,) = vault.cards()
    assert done.data["incomplete"] == [card["id"]]
    found = anki.col.compute_memory_state(note.card_ids()[0])
    assert card["stability"] == pytest.approx(found.stability, rel=1e-3)
    assert card["difficulty"] == pytest.approx(found.difficulty, rel=1e-3)


def test_the_history_tells_what_came_from_anki(
    vault: TestVault, wild: Anki, tmp_path: Path
) -> None:
    wild.study()
    bring(vault, wild.give(tmp_path / "a.apkg"))
    told = vault.srs("history").out
    assert "5 notes of Anki" in told
    assert told.count("grade 3, in Anki") == 7
    (event,) = [event["id"] for event in vault.history() if event["event"] == "import"]
    done = vault.srs("history", "undo", event)
    assert (done.code, "An import cannot be taken back as a whole." in done.err) == (1, True)


def test_what_stands_beside_notes_of_this_vault_is_in_ones_own_anki(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    """Even if nobody has answered it yet."""
    vault.write("notes/mine.md", "Q: mine?\nA: yes\n")
    anki.take(export(vault))
    add(anki, "Basic", "theirs?", "no")
    bring(vault, anki.give(tmp_path / "a.colpkg"))
    assert anki.take(export(vault)).new == 0
    assert len(anki.notes()) == 2
