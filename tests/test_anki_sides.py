"""What a card shows, held against the real engine: templates, filters, clozes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from anki.collection import ExportAnkiPackageOptions
from anki.decks import DeckId
from foreign import TYPES, Row, collection

from srs import notes
from srs.anki.collection import Template
from srs.anki.foreign import clozes
from srs.anki.foreign.items import written
from srs.anki.foreign.sides import Sides, sides, values
from srs.anki.foreign.texts import said
from srs.anki.unpacking import package

if TYPE_CHECKING:
    from pathlib import Path

    from anki_engine import Anki

    from srs.anki.collection import NoteType

NOTES = [
    Row("Basic", ("a <b>b</b> &lt;c&gt;", "d<br>e")),
    Row("Basic", ("run", "run away")),
    Row("Without FrontSide", ("run", "run away", "a book")),
    Row("Basic (and reversed card)", ("left", "right<div>below</div>")),
    Row("Basic (optional reversed card)", ("left", "right", "y")),
    Row("Basic (optional reversed card)", ("left", "right", ""), ordinals=(0,)),
    Row("Basic (type in the answer)", ("capital of France", "Paris")),
    Row("Cloze", ("The {{c1::heart::organ}} has {{c2::<b>four</b>}} chambers", "extra")),
    Row(
        "Cloze",
        ("{{c1::outer {{c2::inner}} end}} and {{c1::again}} }}", ""),
        ordinals=(0, 1),
    ),
    Row("Cloze", ("{{c1,2::both}} and {{c2::two::a::b}}", "x"), ordinals=(0, 1)),
    Row("Vocabulary", ("食べる", " 食[た]べる", "to eat", "", '<img src="a.jpg">', "verb")),
    Row("Vocabulary", ("水", "水[みず]", "water", "", "", "")),
    Row("Country", ("France", "Paris", "", '<img src="f.svg">', ""), ordinals=(0, 1, 2)),
    Row("Code", ("What?", "x &lt; 3<br>&nbsp;&nbsp;y", "<code>z</code>", "n")),
    Row("Overhauled cloze", ("{{c1::a}} and {{c2::b}}", "more", "lecture")),
    Row("Without FrontSide", ("why", "because", "")),
]


def shown(row: Row) -> dict[int, tuple[Sides, str]]:
    """For each card what it shows as the import has it, and its front as it is asked."""
    whole = collection([row])
    (note,) = whole.notes
    note_type = whole.types[note.type]
    made = {}
    for card in whole.cards:
        given = values(note, note_type, card)
        template = note_type.templates[0 if note_type.cloze else card.ordinal]

        def revealed(html: str) -> str:
            return clozes.shown(clozes.pieces(html))

        def asked(html: str, number: int = card.ordinal + 1) -> str:
            return clozes.asked(clozes.pieces(html), number, html)[0]

        made[card.ordinal] = sides(template, given, revealed), sides(template, given, asked).front
    return made


def add_type(anki: Anki, note_type: NoteType) -> None:
    made = anki.col.models.new(f"Foreign {note_type.name}")
    made["type"] = int(note_type.cloze)
    for name in note_type.fields:
        anki.col.models.add_field(made, anki.col.models.new_field(name))
    for one in note_type.templates:
        template = anki.col.models.new_template(one.name)
        template["qfmt"], template["afmt"] = one.front, one.back
        anki.col.models.add_template(made, template)
    anki.col.models.add(made)


def engine_says(html: str) -> str:
    """The text without what only the engine puts in: where to type, speech, links to hints."""
    added = r"\[\[type:.*?\]\]|\[anki:play:.*?\]|<a class=hint.*?</a>"
    return said(re.sub(added, "", html, flags=re.DOTALL))


@pytest.mark.parametrize("row", NOTES, ids=lambda row: f"{row.type}: {row.fields[0]}")
def test_cards_show_what_the_engine_shows(anki: Anki, row: Row) -> None:
    """The engine's back is the front revealed and what comes on top of it: nothing is lost."""
    add_type(anki, TYPES[row.type])
    note_type = anki.col.models.by_name(f"Foreign {row.type}")
    assert note_type
    note = anki.col.new_note(note_type)
    whole = collection([row])
    note.fields = list(whole.notes[0].fields)
    anki.col.add_note(note, anki.col.decks.id("Deck") or DeckId(1))
    made = shown(row)
    assert {card.ord for card in note.cards()} == set(made)
    for card in note.cards():
        ours, asked = made[card.ord]
        assert said(asked) + said(ours.hint) == engine_says(card.question())
        expected = said(ours.front) + said(ours.hint)
        assert expected + said(ours.back) == engine_says(card.answer())


@pytest.mark.parametrize(
    "template",
    [
        "{{A}} {{B}} {{C}}",
        "{{#A}}a{{A}}{{/A}}{{^A}}none{{/A}}{{#C}}c{{/C}}{{^C}}no c{{/C}}",
        "{{#A}}{{#B}}both {{B}}{{/B}}{{^C}}and no c{{/C}}{{/A}}",
        "{{text:A}} x",
        "{{furigana:B}} x",
        "{{kanji:B}} {{kana:B}}",
        "{{text:kana:B}}",
        "{{hint:A}}x",
        "<!-- {{A}} {{#B}} -->{{A}}",
        "{{ A }} {{#A }}x{{/ A}}",
        "{{=<% %>=}}<%A%> {{B}}",
        "{{unheard-of:A}} x",
        "{{tts en_US:A}}x",
        "{ {A}} }} {{A}}",
    ],
)
def test_templates_are_filled_as_the_engine_does(anki: Anki, template: str) -> None:
    note_type = TYPES["Basic"]._replace(
        name="Three", fields=("A", "B", "C"), templates=(Template(0, "Card 1", template, template),)
    )
    add_type(anki, note_type)
    model = anki.col.models.by_name("Foreign Three")
    assert model
    note = anki.col.new_note(model)
    note.fields = ["a <b>b</b> &lt;", " 日本[にほん]語 と 犬[いぬ]", "<br>&nbsp;"]
    anki.col.add_note(note, anki.col.decks.id("Deck") or DeckId(1))
    (card,) = note.cards()
    given = dict(zip(note_type.fields, note.fields, strict=True))
    ours = sides(note_type.templates[0], given, clozes.plain)
    assert sorted(said(ours.front + ours.hint)) == sorted(engine_says(card.question()))


def test_a_package_of_the_engine_becomes_items(anki: Anki, tmp_path: Path) -> None:
    """Every card that the engine has made is asked by an item."""
    for row in NOTES:
        if not anki.col.models.by_name(f"Foreign {row.type}"):
            add_type(anki, TYPES[row.type])
        note_type = anki.col.models.by_name(f"Foreign {row.type}")
        assert note_type
        note = anki.col.new_note(note_type)
        note.fields = list(collection([row]).notes[0].fields)
        note.tags = ["a::b", "marked"]
        anki.col.add_note(note, anki.col.decks.id("Deck::Below") or DeckId(1))
    path = tmp_path / "made.apkg"
    options = ExportAnkiPackageOptions(with_scheduling=True, legacy=False)
    anki.col.export_anki_package(out_path=str(path), options=options, limit=None)
    with package.opened(path) as opened:
        made = written(opened.collection, (), "phase-1")
    assert set(made.cards) == {(card.note().guid, card.ord) for card in anki.cards()}
    ((where, file),) = made.files.items()
    read, problems = notes.parse(where, "\n\n".join([file.front_matter, *file.blocks.values()]))
    assert where == "notes/imported/Deck - Below.md"
    assert [one for one in problems if one.severity == "error"] == []
    assert {(item.id, face.key) for item in read.items for face in item.faces} == set(
        made.cards.values()
    )
    assert all({"a/b", "marked"} <= set(item.tags) for item in read.items)
    assert made.left_out == ()
