"""Anki packages are read as the engine sees them, and odd ones as far as possible."""

from __future__ import annotations

import itertools
import json
import sqlite3
import tempfile
import unicodedata
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import genanki
import pytest
from anki.collection import Collection as Engine
from anki.collection import (
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.import_export_pb2 import MediaEntries
from anki_packages import BASIC, CLOZE, database, made, zipped, zstd
from hypothesis import given
from hypothesis import strategies as st

from srs.anki.unpacking import package
from srs.anki.unpacking.media_list import Medium, listed_as_message

if TYPE_CHECKING:
    from anki.cards import Card
    from anki.notes import Note

    from srs.anki.collection import Collection

PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture" * 500


pytestmark = pytest.mark.usefixtures("temporary")


def read(path: Path) -> Collection:
    with package.opened(path) as opened:
        return opened.collection


# What both sides see ------------------------------------------------------------------------------


class View(NamedTuple):
    """A collection as a person sees it: without the ids of note types and decks."""

    types: set[tuple[Any, ...]]
    notes: list[tuple[Any, ...]]
    cards: list[tuple[Any, ...]]
    log: list[tuple[Any, ...]]


def seen_by_engine(col: Engine) -> View:
    assert col.db
    types = {
        (
            model["name"],
            model["type"] == 1,
            tuple(field["name"] for field in model["flds"]),
            tuple((one["name"], one["qfmt"], one["afmt"]) for one in model["tmpls"]),
            model["css"],
        )
        for model in col.models.all()
        if col.models.use_count(model)
    }
    notes = [_note_seen_by_engine(col.get_note(note)) for note in sorted(col.find_notes(""))]
    cards = [col.get_card(card) for card in col.find_cards("")]
    log = col.db.all("select id, cid, ease, ivl, lastIvl, factor, time, type from revlog")
    return View(
        types,
        notes,
        sorted(_card_seen_by_engine(col, card) for card in cards),
        sorted(tuple(row) for row in log),
    )


def _note_seen_by_engine(note: Note) -> tuple[Any, ...]:
    model = note.note_type()
    assert model
    return (note.guid, model["name"], tuple(note.tags), tuple(note.fields), note.mod)


def _card_seen_by_engine(col: Engine, card: Card) -> tuple[Any, ...]:
    assert col.db
    numbers = (card.type, card.queue, card.odue if card.odid else card.due, card.ivl, card.factor)
    counts = (card.reps, card.lapses, card.user_flag())
    data = col.db.scalar("select data from cards where id = ?", card.id)
    deck = col.decks.name(card.odid or card.did)
    return (card.note().guid, card.ord, deck, *numbers, *counts, data)


def seen_by_srs(collection: Collection) -> View:
    types = collection.types
    guids = {note.id: note.guid for note in collection.notes}
    used = {note.type for note in collection.notes}
    return View(
        {
            (one.name, one.cloze, one.fields, tuple(each[1:] for each in one.templates), one.css)
            for one in types.values()
            if one.id in used
        },
        [
            (note.guid, types[note.type].name, note.tags, note.fields, note.modified)
            for note in collection.notes
        ],
        sorted((guids[card.note], *card[2:]) for card in collection.cards),
        [tuple(entry) for entry in collection.log],
    )


# Packages of the engine ---------------------------------------------------------------------------


def studied(col: Engine) -> None:
    """Notes of all stock types in nested decks, some studied, suspended, buried, moved, lent."""
    for place, name in enumerate(sorted(one.name for one in col.models.all_names_and_ids())):
        if name == "Image Occlusion":
            continue
        model = col.models.by_name(name)
        assert model
        for number in range(3):
            note = col.new_note(model)
            note.fields[0] = f"{name} <b>{number}</b> {{{{c1::a}}}} {{{{c2::b::hint}}}} 漢字 é"
            for other in range(1, len(note.fields)):
                note.fields[other] = f'field {other}<img src="a picture.png">'
            note.tags = ["phase-1", f"level::{number}"]
            deck = col.decks.id("::".join(["Top", "Middle", "Low"][: place % 3 + 1]))
            assert deck
            col.add_note(note, deck)
    occlusion = col.models.by_name("Image Occlusion")
    assert occlusion
    col.add_image_occlusion_note(
        occlusion["id"],
        str(Path(col.media.dir()) / "a picture.png"),
        "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}",
        "header",
        "",
        ["shapes"],
    )
    cards = [col.get_card(card) for card in sorted(col.find_cards(""))]
    for place, card in enumerate(cards[:12]):
        card.start_timer()
        col.sched.answerCard(card, place % 4 + 1)  # type: ignore[arg-type]
    col.sched.set_due_date([cards[4].id, cards[5].id, cards[6].id], "3-20!")
    col.sched.schedule_cards_as_new([cards[0].id])
    col.sched.suspend_cards([cards[13].id])
    col.sched.bury_cards([cards[14].id])
    col.set_user_flag_for_cards(3, [cards[15].id, cards[4].id])


def lend(col: Engine) -> None:
    """Put some cards into a filtered deck."""
    deck = col.sched.get_or_create_filtered_deck(0)  # type: ignore[arg-type]
    deck.name = "Filtered"
    deck.config.search_terms[0].search = "is:review or is:new deck:Top::Middle"
    col.sched.add_or_update_filtered_deck(deck)
    assert col.db
    assert col.db.scalar("select count() from cards where odid != 0 and due != odue") > 5


class Made(NamedTuple):
    """Packages of one collection, and what was in it when each was made."""

    packages: dict[str, tuple[Path, View]]
    created: int


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("packages")
    (folder / "a picture.png").write_bytes(PICTURE)
    col = Engine(str(folder / "collection.anki2"))
    col.media.add_file(str(folder / "a picture.png"))
    studied(col)
    col.set_config("rollover", 6)
    made: dict[str, tuple[Path, View]] = {}
    for legacy in (True, False):
        path = folder / f"{legacy}.apkg"
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
        col.export_anki_package(out_path=str(path), options=options, limit=None)
        made[f"{'legacy' if legacy else 'new'} .apkg"] = path, seen_by_engine(col)
    lend(col)
    for legacy in (True, False):
        path = folder / f"{legacy}.colpkg"
        view = seen_by_engine(col)
        col.export_collection_package(str(path), include_media=True, legacy=legacy)
        col.reopen()
        made[f"{'legacy' if legacy else 'new'} .colpkg"] = path, view
    created = col.crt
    col.close()
    path, view = made["legacy .apkg"]
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    made["without a version"] = _copy(folder / "2.apkg", entries, "collection.anki21"), view
    made["of Anki 2.0"] = _copy(folder / "1.apkg", entries, "collection.anki2"), view
    return Made(made, created)


def _copy(path: Path, entries: dict[str, bytes], name: str) -> Path:
    others = {key: data for key, data in entries.items() if key in ("media", "0")}
    return zipped(path, {**others, name: entries["collection.anki21"]})


CONTAINERS = (
    "legacy .apkg",
    "new .apkg",
    "legacy .colpkg",
    "new .colpkg",
    "without a version",
    "of Anki 2.0",
)


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_is_read_as_the_engine_sees_it(packages: Made, container: str) -> None:
    path, view = packages.packages[container]
    collection = read(path)
    assert seen_by_srs(collection) == view
    assert collection.left_out == []
    assert collection.created == packages.created
    assert collection.rollover == (6 if path.suffix == ".colpkg" else 4)


@pytest.mark.parametrize("container", CONTAINERS)
def test_media_are_taken_out_of_every_container(packages: Made, container: str) -> None:
    heard: list[tuple[int, int]] = []
    with package.opened(packages.packages[container][0]) as opened:
        assert [*opened.media] == ["a picture.png"]
        assert opened.left_out == ()
        files = opened.extract(opened.media, lambda done, total: heard.append((done, total)))
        assert files["a picture.png"].read_bytes() == PICTURE
    assert heard == [(len(PICTURE), len(PICTURE))]


def test_the_example_has_what_it_is_made_for(packages: Made) -> None:
    """Lent, suspended and buried cards, flags, manual reviews, and stock types."""
    view = packages.packages["new .colpkg"][1]
    assert {card[4] for card in view.cards} == {-3, -1, 0, 1, 2}
    assert {card[10] for card in view.cards} == {0, 3}
    assert {row[7] for row in view.log} >= {0, 4}
    assert len(view.types) == 6
    with package.opened(packages.packages["new .colpkg"][0]) as opened:
        decks = {card.deck for card in opened.collection.cards}
    assert decks == {"Default", "Top", "Top::Middle", "Top::Middle::Low"}


def test_a_package_of_genanki_is_read_as_the_engine_takes_it(tmp_path: Path) -> None:
    model = genanki.Model(
        123456,
        "Theirs",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[
            {"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{Answer}}"},
            {"name": "Card 2", "qfmt": "{{Answer}}", "afmt": "{{Question}}"},
        ],
    )
    deck = genanki.Deck(789, "Theirs::Deck")
    for number in range(3):
        fields = [f"question {number}", f"<i>answer</i> {number}"]
        deck.add_note(genanki.Note(model, fields, tags=["a", "b"], guid=f"guid {number}"))
    path = tmp_path / "theirs.apkg"
    genanki.Package(deck).write_to_file(path)
    for left_by_genanki in Path(tempfile.gettempdir()).iterdir():
        left_by_genanki.unlink()
    col = Engine(str(tmp_path / "collection.anki2"))
    col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path)))
    view, found = seen_by_engine(col), seen_by_srs(read(path))
    col.close()
    # The engine numbers new cards anew.
    assert found._replace(cards=[]) == view._replace(cards=[])
    assert [card[:3] for card in found.cards] == [card[:3] for card in view.cards]


@pytest.mark.parametrize("version", [None, 1, 2])
def test_answers_to_three_buttons_are_read_as_the_engine_takes_them(
    tmp_path: Path, version: int | None
) -> None:
    model = genanki.Model(
        123456,
        "Theirs",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[{"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{Answer}}"}],
    )
    deck = genanki.Deck(789, "Theirs")
    deck.add_note(genanki.Note(model, ["question", "answer"]))
    file = tmp_path / "collection.anki2"
    with closing(sqlite3.connect(file)) as db:
        cursor = db.cursor()
        genanki.Package(deck).write_to_db(cursor, 1.7e9, itertools.count(1_700_000_000_000))
        ((settings,),) = cursor.execute("select conf from col")
        said = {} if version is None else {"schedVer": version}
        cursor.execute("update col set conf = ?", [json.dumps(json.loads(settings) | said)])
        cursor.execute("update cards set type = 2, queue = 2, ivl = 5")
        for place, (type_, ease) in enumerate(itertools.product(range(5), range(1, 5))):
            cursor.execute(
                "insert into revlog select ?, id, -1, ?, 5, 1, 2500, 1000, ? from cards",
                (1_700_000_000_000 + place, ease, type_),
            )
        db.commit()
    path = zipped(tmp_path / "a.apkg", {"collection.anki2": file.read_bytes(), "media": "{}"})
    file.unlink()
    col = Engine(str(file))
    options = ImportAnkiPackageOptions(with_scheduling=True)
    col.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))
    view, found = seen_by_engine(col), seen_by_srs(read(path))
    col.close()
    assert len(found.log) == 20
    assert [row[2:] for row in found.log] == [row[2:] for row in view.log]


# Which database is read ---------------------------------------------------------------------------


def test_the_database_that_tells_older_ankis_to_update_is_never_read(tmp_path: Path) -> None:
    old = database(tmp_path, "update notes set flds = 'Please update'")
    new = database(tmp_path)
    for name, data, meta in (
        ("collection.anki21", new, b""),
        ("collection.anki21", new, b"\x08\x02"),
        ("collection.anki21b", zstd(new), b""),
        ("collection.anki21b", zstd(new), b"\x08\x03"),
    ):
        said = {"meta": meta} if meta else {}
        path = zipped(tmp_path / "a.apkg", {"collection.anki2": old, name: data, **said})
        assert read(path).notes[0].fields == ("front", "back")


def test_a_package_without_a_list_of_media_has_none(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.apkg", {"collection.anki2": database(tmp_path), "0": b"png"})
    with package.opened(path) as opened:
        assert opened.media == {}


# Odd but real -------------------------------------------------------------------------------------


def test_a_plain_package_is_read(tmp_path: Path) -> None:
    collection = read(made(tmp_path))
    (note,) = collection.notes
    assert (note.guid, note.tags, note.fields) == ("guid", ("a", "b::c"), ("front", "back"))
    assert note.modified == 1_700_000_000
    (card,) = collection.cards
    assert card[1:] == (10, 0, "Deck::Below", 2, 2, 5, 7, 2500, 3, 1, 0, "{}")
    (entry,) = collection.log
    assert entry == (1_700_000_000_123, 20, 3, 7, 4, 2500, 6000, 1)
    assert (collection.created, collection.rollover) == (1_600_000_000, 4)


@pytest.mark.parametrize(
    ("statement", "field", "value"),
    [
        ("update cards set due = null", "due", 0),
        ("update cards set due = 5.75", "due", 5),
        ("update cards set due = '12'", "due", 12),
        ("update cards set due = 'soon'", "due", 0),
        ("update cards set due = x'00ff'", "due", 0),
        ("update cards set due = 7000000000", "due", 7_000_000_000),
        ("update cards set due = 9e99", "due", 2**63 - 1),
        ("update cards set factor = null, data = null", "data", ""),
        ("update cards set data = ''", "data", ""),
        ("update cards set data = x'7b7d'", "data", "{}"),
        ("update cards set id = -1", "id", -1),
        ("update cards set id = 0", "id", 0),
        ("update cards set did = 99", "deck", "Default"),
        ("update cards set did = null", "deck", "Default"),
        ("update cards set odid = 1, odue = 44", "deck", "Default"),
        ("update cards set odid = 1, odue = 44", "due", 44),
        ("update cards set odid = 99, odue = 44", "deck", "Default"),
        ("update cards set odue = 44", "due", 5),
        ("update cards set flags = 3", "flags", 3),
    ],
)
def test_odd_values_of_a_card(tmp_path: Path, statement: str, field: str, value: object) -> None:
    (card,) = read(made(tmp_path, statement)).cards
    assert getattr(card, field) == value


@pytest.mark.parametrize(
    ("statement", "field", "value"),
    [
        ("update notes set flds = 'alone'", "fields", ("alone", "")),
        ("update notes set flds = ''", "fields", ("", "")),
        ("update notes set flds = null", "fields", ("", "")),
        (
            "update notes set flds = 'a' || char(31) || 'b' || char(31) || 'c'",
            "fields",
            ("a", "b; c"),
        ),
        ("update notes set flds = cast(x'61001f62' as text)", "fields", ("a\0", "b")),
        ("update notes set flds = x'611f62'", "fields", ("a", "b")),
        ("update notes set flds = cast(x'61ff1fc3' as text)", "fields", ("a\ufffd", "\ufffd")),
        (
            "update notes set flds = cast(x'eda0801f62' as text)",
            "fields",
            ("\ufffd\ufffd\ufffd", "b"),
        ),
        ("update notes set flds = 12", "fields", ("12", "")),
        ("update notes set tags = null", "tags", ()),
        ("update notes set tags = '  a   b '", "tags", ("a", "b")),
        ("update notes set tags = 'a' || char(12288) || 'b'", "tags", ("a", "b")),
        ("update notes set guid = 5", "guid", "5"),
        ("update notes set mod = null", "modified", 0),
        ("update notes set mod = 1700000000000", "modified", 0),
        ("update notes set mod = -5", "modified", 0),
    ],
)
def test_odd_values_of_a_note(tmp_path: Path, statement: str, field: str, value: object) -> None:
    (note,) = read(made(tmp_path, statement)).notes
    assert getattr(note, field) == value


@pytest.mark.parametrize(
    ("statement", "counts", "told"),
    [
        ("delete from cards", (0, 0, 0), ["1 note has no cards."]),
        ("delete from notes", (0, 0, 0), ["1 card has no note."]),
        ("update notes set mid = 7", (0, 0, 0), ["1 note has no note type."]),
        (
            "update cards set ord = 1",
            (0, 0, 0),
            ["1 card has no template.", "1 note has no cards."],
        ),
        (
            "update cards set ord = -1",
            (0, 0, 0),
            ["1 card has no template.", "1 note has no cards."],
        ),
        ("update revlog set id = -5", (1, 1, 0), ["1 review has an impossible time."]),
        ("update revlog set id = 9000000000000", (1, 1, 0), ["1 review has an impossible time."]),
        ("update revlog set cid = 99", (1, 1, 0), []),
        ("drop table revlog", (1, 1, 0), []),
        ("alter table revlog drop column type", (1, 1, 1), []),
        ("alter table cards drop column data", (1, 1, 1), []),
        ("alter table cards drop column flags", (1, 1, 1), []),
        ("alter table notes drop column tags", (1, 1, 1), []),
    ],
)
def test_what_does_not_fit_is_left_out_and_told(
    tmp_path: Path, statement: str, counts: tuple[int, int, int], told: list[str]
) -> None:
    collection = read(made(tmp_path, statement))
    assert (len(collection.notes), len(collection.cards), len(collection.log)) == counts
    assert collection.left_out == told


def test_rows_come_in_order(tmp_path: Path) -> None:
    # Without its key a table keeps the order in which its rows came.
    keyless = (
        f"alter table {table} rename to old; create table {table} as select * from old"
        for table in ("notes", "cards", "revlog")
    )
    statements = (
        "; drop table old; ".join(keyless),
        "insert into notes values (7, 'second', 2, 0, '', 'x'), (5, 'first', 2, 0, '', 'x')",
        "insert into cards (id, nid, did, ord) values (1, 7, 2, 4), (2, 7, 2, 0), (3, 5, 2, 1)",
        "insert into revlog (id, cid) values (9, 1), (3, 2)",
    )
    collection = read(made(tmp_path, *statements, models={"1": BASIC, "2": CLOZE}))
    assert [note.id for note in collection.notes] == [5, 7, 10]
    assert [(card.note, card.ordinal) for card in collection.cards] == [
        (5, 1),
        (7, 0),
        (7, 4),
        (10, 0),
    ]
    assert [entry.at for entry in collection.log] == [3, 9, 1_700_000_000_123]


@pytest.mark.parametrize(
    ("conf", "hour"),
    [
        ({"rollover": 0}, 0),
        ({"rollover": 23}, 23),
        ({"rollover": 24}, 4),
        ({"rollover": -1}, 4),
        ({"rollover": "5"}, 5),
        ({"rollover": None}, 4),
        ({}, 4),
        ("", 4),
        ("[1]", 4),
    ],
)
def test_the_hour_at_which_a_day_begins(tmp_path: Path, conf: object, hour: int) -> None:
    assert read(made(tmp_path, conf=conf)).rollover == hour


@pytest.mark.parametrize("created", ["null", "-1", "1600000000000", "'x'", "9e99"])
def test_a_collection_may_not_say_when_it_was_made(tmp_path: Path, created: str) -> None:
    assert read(made(tmp_path, f"update col set crt = {created}")).created == 0


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        {},
        {**BASIC, "flds": []},
        {**BASIC, "tmpls": []},
        {**BASIC, "flds": [{"name": 5}]},
        {**BASIC, "tmpls": [{"name": "Card"}]},
        {**BASIC, "flds": "no"},
        {**BASIC, "css": 5},
    ],
)
def test_an_unreadable_note_type_is_left_out(tmp_path: Path, odd: object) -> None:
    collection = read(made(tmp_path, models={"1": BASIC, "2": odd}))
    assert [*collection.types] == [1]
    (told,) = collection.left_out
    assert told.startswith("The note type “")
    assert told.endswith("” cannot be read.")


def test_decks_that_have_no_name_are_the_default_one(tmp_path: Path) -> None:
    decks = {"2": {"name": 5}, "x": {"name": "b"}, "3": [], "4": None}
    (card,) = read(made(tmp_path, decks=decks)).cards
    assert card.deck == "Default"


def test_half_of_an_emoji_becomes_what_can_be_written(tmp_path: Path) -> None:
    decks = '{"2": {"name": "\\ud83d and \\ud83d\\ude00"}}'
    (card,) = read(made(tmp_path, decks=decks)).cards
    assert card.deck == "\ufffd and \U0001f600"


# Schema 18 ----------------------------------------------------------------------------------------

NEWER = (
    "create table notetypes (id integer primary key, name text, config blob)",
    "create table fields (ntid, ord, name text, config blob)",
    "create table templates (ntid, ord, name text, config blob)",
    "create table decks (id integer primary key, name text)",
    "create table config (key text primary key, val blob) without rowid",
    "insert into notetypes values (1, 'Newer', x'08001a0161')",
    "insert into fields values (1, 1, 'Back', x''), (1, 0, 'Front', x''), (5, 0, 'orphan', x'')",
    "insert into templates values (1, 0, 'Card 1', x'0a016612016240014801'), (5, 0, 'orphan', x'')",
    "insert into decks values (1, 'Default'), (2, 'Newer' || char(31) || 'Deck')",
    "update col set models = '', decks = '', conf = ''",
)
"""What schema 18 has for the note type, the decks and the settings of schema 11."""


def test_note_types_and_decks_in_tables(tmp_path: Path) -> None:
    collection = read(made(tmp_path, *NEWER))
    (note_type,) = collection.types.values()
    assert note_type == (1, "Newer", False, ("Front", "Back"), ((0, "Card 1", "f", "b"),), "a")
    assert [card.deck for card in collection.cards] == ["Newer::Deck"]
    assert collection.left_out == []


@pytest.mark.parametrize(
    "statement",
    [
        "update notetypes set config = x'ff'",
        "update notetypes set config = x'1a7f61'",
        "update notetypes set config = x'1805'",
        "update templates set config = x'0a'",
        "update templates set config = x'0801'",
        "delete from fields where ntid = 1",
        "delete from templates where ntid = 1",
    ],
)
def test_a_message_that_is_malformed_is_an_unreadable_note_type(
    tmp_path: Path, statement: str
) -> None:
    collection = read(made(tmp_path, *NEWER, statement))
    assert collection.left_out == [
        "The note type “Newer” cannot be read.",
        "1 note has no note type.",
    ]
    assert collection.types == {}
    assert collection.notes == []


@pytest.mark.parametrize(
    ("value", "hour"),
    [("'7'", 7), ("x'37'", 7), ("7", 7), ("'24'", 4), ("'\"7\"'", 4), ("null", 4), ("x'ff'", 4)],
)
def test_the_hour_at_which_a_day_begins_in_a_table(tmp_path: Path, value: str, hour: int) -> None:
    statement = f"insert into config values ('another', '1'), ('rollover', {value})"
    assert read(made(tmp_path, *NEWER, statement)).rollover == hour


# Media --------------------------------------------------------------------------------------------


def with_media(folder: Path, listed: dict[str, str], **held: bytes) -> Path:
    entries = {name.lstrip("_"): data for name, data in held.items()}
    collection, media = database(folder), json.dumps(listed)
    own: dict[str, bytes | str] = {"collection.anki2": collection, "media": media}
    return zipped(folder / "media.apkg", {**own, **entries})


def test_media_that_are_not_listed_are_none(tmp_path: Path) -> None:
    path = with_media(tmp_path, {"1": "b.png"}, _0=b"zero", _1=b"one", _2=b"two")
    with package.opened(path) as opened:
        files = opened.extract(["b.png"])
        assert {name: file.read_bytes() for name, file in files.items()} == {"b.png": b"one"}
        assert opened.left_out == ()


def test_media_that_are_listed_and_missing_are_told(tmp_path: Path) -> None:
    listed = {"0": "a.png", "1": "b.png", "2": "c.png"}
    with package.opened(with_media(tmp_path, listed, _1=b"one")) as opened:
        assert [*opened.media] == ["b.png"]
        assert opened.left_out == (
            "2 media files are listed, but not in the package, such as “a.png”.",
        )


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 2**32 - 1), st.binary(max_size=20))))
def test_a_list_of_media_is_read_as_protobuf_writes_it(
    entries: list[tuple[str, int, bytes]],
) -> None:
    written = MediaEntries()
    for name, size, sha1 in entries:
        written.entries.add(name=name, size=size, sha1=sha1)
    # Protobuf writes no zero: a size that is not there is not known.
    assert [*listed_as_message(written.SerializeToString())] == [
        (name, Medium(str(place), size or None)) for place, (name, size, _) in enumerate(entries)
    ]


def test_names_of_media_are_composed_as_anki_writes_them(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "é.png")
    path = with_media(tmp_path, {"0": apart, "1": "É.PNG", "2": "é.png"}, _0=b"0", _1=b"1", _2=b"2")
    with package.opened(path) as opened:
        assert [*opened.media] == ["é.png"]
        assert opened.extract(["é.png"])["é.png"].read_bytes() == b"0"
        assert opened.left_out == ("2 media files have the names of others, such as “É.PNG”.",)


def test_names_of_media_that_look_alike_are_two(tmp_path: Path) -> None:
    listed = {"0": "Straße.mp3", "1": "Strasse.mp3", "2": "ﬁ.png", "3": "fi.png"}
    with package.opened(with_media(tmp_path, listed, _0=b"", _1=b"", _2=b"", _3=b"")) as opened:
        assert sorted(opened.media) == sorted(listed.values())


def test_a_package_is_not_changed(tmp_path: Path) -> None:
    path = made(tmp_path)
    before = path.read_bytes()
    path.chmod(0o400)
    read(path)
    assert path.read_bytes() == before
