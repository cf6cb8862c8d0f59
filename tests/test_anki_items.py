"""Notes of foreign collections as items: tests/from_anki/decks/*.md, and what always holds.

A case is a title, a note, and the blocks that it becomes. The note is a line `Type: NAME`, perhaps
`Tags:` and `Cards:` (their numbers), and a line for each field. Ids are shown as `^anki`. Below the
blocks stand the sentences about the note: `kept as HTML`, `left out: ..`, `notice: ..`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from foreign import TYPES, Row, collection
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cases import cases

from srs import notes
from srs.anki.foreign import decks
from srs.anki.foreign.items import Written, item_id, written
from srs.anki.foreign.remarks import Remark, in_short

if TYPE_CHECKING:
    from srs.model import Note

CASES = Path(__file__).parent / "from_anki" / "decks"


def row(text: str) -> Row:
    """The note that a case describes."""
    named: dict[str, str] = {}
    for line in text.split("\n"):
        key, found, rest = line.partition(":")
        fields = TYPES[named["Type"]].fields if "Type" in named else ()
        if found and key in ("Type", "Tags", "Cards", *fields):
            named[key] = rest.strip()
        else:
            last = next(reversed(named))
            named[last] = f"{named[last]}\n{line}"
    type_ = TYPES[named["Type"]]
    ordinals = [int(number) - 1 for number in named.get("Cards", "").split()]
    return Row(
        type_.name,
        tuple(named.get(name, "") for name in type_.fields),
        named.get("Tags", ""),
        ordinals=tuple(ordinals) or None,
    )


def described(made: Written) -> str:
    (file,) = made.files.values() or [None]
    lines = list(file.blocks.values()) if file else []
    lines += ["kept as HTML" for _ in made.kept_as_html]
    lines += [f"left out: {one}" for one in made.left_out]
    lines += [f"notice: {one}" for one in made.notices]
    text = "\n\n".join(lines)
    text = re.sub(r"\^anki-[0-9a-v]{12}", "^anki", text)
    return re.sub(r"Deck: note \d+: ", "", text)


@pytest.mark.parametrize(("note", "expected"), [*cases(CASES)])
def test_case(note: str, expected: list[str]) -> None:
    made = written(collection([row(note)]), (), "")
    assert described(made).split("\n") == expected
    assert all_told(made, [row(note)])


def all_told(made: Written, rows: list[Row]) -> bool:
    """Whether each card is asked by an item that is there, or a sentence says why not."""
    items = [
        item
        for path, file in made.files.items()
        for item in read(path, file.front_matter, *file.blocks.values()).items
    ]
    whole = collection(rows)
    guids = {note.id: note.guid for note in whole.notes}
    gone = {
        (number, int(ordinal) - 1)
        for number, ordinals in re.findall(
            r"note (\d+): card ([\d, ]+) is left out", " ".join(map(str, made.left_out))
        )
        for ordinal in ordinals.split(",")
    }
    assert {
        (str(card.note), card.ordinal)
        for card in whole.cards
        if (guids[card.note], card.ordinal) not in made.cards
    } == gone
    assert set(made.cards.values()) == {
        (item.explicit, face.key) for item in items for face in item.faces
    }
    return True


def read(path: str, front_matter: str, *blocks: str) -> Note:
    """The note that the file is; nothing is wrong with it."""
    note, problems = notes.parse(path, "\n\n".join([front_matter, *blocks]))
    assert [one for one in problems if one.severity == "error"] == []
    return note


# Identity ---------------------------------------------------------------------------------------


def test_what_is_here_is_not_written_again_and_yet_named() -> None:
    rows = [
        Row("Basic", ("a", "b")),
        Row("Cloze", ("{{c1::c}} {{c2::d}}",)),
        Row("Basic", ("e", "f")),
    ]
    first = written(collection(rows), (), "")
    here = {item for item, _ in first.cards.values()}
    assert written(collection(rows), here, "") == first._replace(files={})
    some = written(collection(rows), {item_id("guid<1001>")}, "")
    assert some.cards == first.cards
    assert [len(file.blocks) for file in some.files.values()] == [2]


def test_two_notes_with_one_guid_are_two_items() -> None:
    made = written(collection([Row("Basic", (text, "x"), guid="same") for text in "ab"]), (), "")
    (file,) = made.files.values()
    ids = [
        item.explicit for item in read("notes/a.md", file.front_matter, *file.blocks.values()).items
    ]
    assert len(set(ids)) == 2
    assert made.cards == {("same", 0): (ids[0], "fwd")}
    same = "another note has the same GUID, and their answers cannot be told apart."
    assert made.notices == (("Deck: note 1001", same),)


@given(st.text(max_size=12))
def test_any_guid_makes_an_id(guid: str) -> None:
    assert re.fullmatch(r"anki-[0-9a-v]{12}", item_id(guid))


def test_a_note_without_its_type_is_told() -> None:
    whole = collection([Row("Basic", ("a", "b"))])
    made = written(whole._replace(types={}), (), "")
    why = "card 1 is left out: its note type is not in the file."
    assert made.left_out == (("Deck: note 1000", why),)
    assert not made.files


# Files ------------------------------------------------------------------------------------------


def test_a_deck_is_a_file_with_its_topic_and_phase() -> None:
    rows = [
        Row("Basic", ("a", "b"), deck="Programming::Python"),
        Row("Basic", ("c", "d"), deck="Programming"),
        Row("Basic", ("e", "f"), deck="Programming::Python"),
    ]
    made = written(collection(rows), (), "phase-2")
    assert [*made.files] == [
        "notes/imported/Programming - Python.md",
        "notes/imported/Programming.md",
    ]
    path, (front_matter, blocks) = next(iter(made.files.items()))
    note = read(path, front_matter, *blocks.values())
    assert (note.topic, note.phase, len(note.items)) == ("Programming::Python", "phase-2", 2)


NAMES = st.text(
    st.one_of(st.sampled_from("ab:/\\.*?\"<>| -_ÄäＡ\n#'[]{}!&%@`~"), st.characters()), max_size=20
)


@given(st.lists(NAMES, max_size=6))
def test_no_two_decks_are_one_file_on_any_system(names: list[str]) -> None:
    paths = decks.paths(names)
    assert set(paths) == set(names)
    assert len({path.casefold() for path in paths.values()}) == len(set(names))
    for path in paths.values():
        for part in path.split("/"):
            assert part.strip(" .") == part != ""
            assert not re.search(r'[\x00-\x1f<>:"\\|?*]', part)
            assert len(part.encode()) < 200
        assert path.endswith(".md")
        assert not any(part.casefold().endswith(".md") for part in path.split("/")[:-1])


@pytest.mark.parametrize(
    ("deck", "path"),
    [
        ("Japanese::Core 2k", "Japanese - Core 2k.md"),
        ("con::aux.x", "con - aux.x.md"),
        ("a/b: c?", "a-b- c-.md"),
        (" .hidden. ", "hidden.md"),
        ("a.md::b", "a.md - b.md"),
        ("日本語", "日本語.md"),
    ],
)
def test_names_of_files(deck: str, path: str) -> None:
    assert decks.paths([deck]) == {deck: f"notes/imported/{path}"}


@given(NAMES)
def test_a_deck_is_the_topic_of_its_file(deck: str) -> None:
    note, problems = notes.parse("notes/x.md", decks.front_matter(deck, ""))
    assert problems == ()
    if deck.isprintable():
        assert note.topic == (" ".join(deck.split()) or "x")


# Anything ---------------------------------------------------------------------------------------


def test_characters_that_stand_for_something_are_none_of_a_note() -> None:
    """However they are written: as they are, by number, in a template."""
    texts = [f"a{one}0{one}b" for one in "\ufded\ufdea\ufdee\x1c\x00"]
    texts += [f"<b>a&#x{number:x};0&#{number};b</b>" for number in (0xFDED, 0xFDEA, 0x1C, 0x1D, 1)]
    made = written(collection([Row("Basic", (text, text)) for text in texts]), (), "")
    (file,) = made.files.values()
    items = read("notes/a.md", file.front_matter, *file.blocks.values()).items
    assert {item.texts["A"].strip("*") for item in items} == {"a0b"}


SIGNS = [
    *"\\`*_[]~$#-+.):^{}=|!\"' 1ab\n",
    "&lt;",
    "&amp;",
    "&gt;",
    "&nbsp;",
    "<br>",
    "Q:",
    "A:",
    " :: ",
    "::",
    "{{",
    "}}",
    "==",
    "---",
    " #tag",
    " ^id",
    "1. ",
    "- ",
    "• ",
    "[x]",
    "漢",
    "<T>",
]
TEXT = st.lists(st.sampled_from(SIGNS), max_size=6).map("".join)
PIECES = st.sampled_from(
    [
        '<img src="a b.png">',
        "[sound:x.mp3]",
        "<hr>",
        r"\(x^2\)",
        r"\[\frac{1}{2}\]",
        "<sup>2</sup>",
        "<code>a|b</code>",
        "<pre>a\n  b</pre>",
        '<a href="https://a.b/(c)">d</a>',
        "<!-- c -->",
    ]
)


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3)
    wrapped = st.sampled_from(["b", "i", "u", "s", "div", "p", "blockquote", "h2", "span"])
    return st.one_of(
        st.tuples(wrapped, several).map(lambda one: f"<{one[0]}>{''.join(one[1])}</{one[0]}>"),
        st.tuples(st.sampled_from(["ul", "ol"]), several).map(
            lambda one: f"<{one[0]}>{''.join(f'<li>{row}</li>' for row in one[1])}</{one[0]}>"
        ),
        several.map(
            lambda cells: (
                f"<table><tr>{''.join(f'<td>{one}</td>' for one in cells)}"
                f"</tr><tr><td>{cells[0]}</td></tr></table>"
            )
        ),
    )


HTML = st.lists(st.recursive(st.one_of(TEXT, PIECES), elements, max_leaves=5), max_size=3).map(
    "".join
)
GAPS = st.lists(
    st.tuples(st.integers(1, 3), st.one_of(TEXT, PIECES), st.sampled_from(["", "::hint"]), TEXT),
    min_size=1,
    max_size=3,
).map(
    lambda gaps: "".join(
        f"{{{{c{number}::{inside}{hint}}}}}{after}" for number, inside, hint, after in gaps
    )
)
ROWS = st.one_of(
    st.tuples(
        st.sampled_from([name for name, one in TYPES.items() if not one.cloze]),
        st.lists(HTML, min_size=3, max_size=3).map(tuple),
    ),
    st.tuples(st.just("Cloze"), st.tuples(GAPS, HTML)),
    st.tuples(st.just("Overhauled cloze"), st.tuples(GAPS, HTML, HTML)),
)
TAGS = st.lists(
    st.sampled_from(
        ["a", "b::c", "1", "x!y", "marked", "leech", "contrast::z", "#", "_2", "²", "ª"]
    )
).map(" ".join)


@settings(deadline=None)
@given(st.lists(st.tuples(ROWS, TAGS), min_size=1, max_size=3))
def test_whatever_notes_say_each_card_is_asked_or_told(
    noted: list[tuple[tuple[str, tuple[str, ...]], str]],
) -> None:
    """Each block is read as it was meant, alone and in its file, and says what the note said."""
    rows = [Row(name, fields[: len(TYPES[name].fields)], tags) for (name, fields), tags in noted]
    made = written(collection(rows), (), "")
    assert all_told(made, rows)
    assert not [one for one in made.left_out if "cannot say" in one.what]


def test_a_note_longer_than_any_is_left_out_and_told() -> None:
    made = written(collection([Row("Basic", ("a", "b" * 300_000))]), (), "")
    why = "card 1 is left out: its note has more than 300,000 characters."
    assert (made.files, made.left_out) == ({}, (("Deck: note 1000", why),))


def test_what_is_said_of_many_notes_is_said_once() -> None:
    deep = "<div>" * 3000 + "deep"
    rows = [Row("Basic", (front, "<svg></svg>b")) for front in (deep, "a", deep)]
    made = written(collection(rows), (), "")
    assert in_short(made.kept_as_html) == [
        "Deck: note 1000 and 1 more: Markdown cannot say it.",
    ]
    assert in_short((*made.notices, Remark("", "Of all."))) == [
        "Deck: note 1000 and 2 more: its <svg> is not kept.",
        "Of all.",
    ]


@pytest.mark.parametrize(
    ("deck", "shown"), [("A\nnote 1: fine", "A note 1: fine"), ("a" * 9000, "a" * 59 + "…")]
)
def test_whatever_its_name_a_deck_is_named_in_a_line(deck: str, shown: str) -> None:
    made = written(collection([Row("Basic", ("a", ""), deck=deck)]), (), "")
    assert [one.where for one in made.left_out] == [f"{shown}: note 1000"]


@pytest.mark.parametrize(
    ("type_", "text", "cards"),
    [
        ("Basic", "<div>" * 3000 + "deep" + "</div>" * 3000, {0}),
        ("Cloze", "{{c1::" * 3000 + "deep" + "}}" * 3000, {0}),
        ("Cloze", "{{c1::a}}" + "{" * 5000 + "*" * 5000 + "=" * 5000, {0}),
        ("Basic", "#a " * 5000 + "<b>b</b>", {0}),
        ("Basic", "[sound:" * 5000 + r"\(" * 5000 + "b", {0}),
        ("Basic", "<!--" * 5000, {0}),
        ("Basic", '<font face="courier">' * 5000 + "b", {0}),
        ("Basic", "<ul><li>b</ul>" * 5000, {0}),
    ],
)
def test_what_is_deep_or_long_is_written_in_time(type_: str, text: str, cards: set[int]) -> None:
    made = written(collection([Row(type_, (text, "b"))]), (), "")
    assert {ordinal for _, ordinal in made.cards} == cards
