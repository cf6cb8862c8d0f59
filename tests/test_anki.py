"""`srs export`, judged by the real Anki engine: what it takes, shows, finds and keeps."""

from __future__ import annotations

import random
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from anki_engine import LATER, LATER_STILL, NOTE, Anki, Imported, answer, question, unpack

if TYPE_CHECKING:
    from anki.cards import Card
    from anki_engine import Packed
    from conftest import Result, TestVault

pytestmark = pytest.mark.usefixtures("temporary")

ROOT = Path(__file__).parent.parent
TITLE = "Study: map"
PHASE_1 = "Study: map::Phase 1 – Language & Runtime"
ROADMAP = """\
title: "Study: map"
start: 2025-06-12
end: 2025-12-31
phases:
  - id: phase-1
    title: Language & Runtime
    start: 2025-06-12
    end: 2025-07-09
    topics:
      - {id: node-internals, title: Node internals}
      - {id: cpp, title: "std::vector <T> & friends"}
      - {id: async, title: Asynchronous patterns}
  - id: phase-10
    title: Data
    start: 2025-07-10
    end: 2025-08-01
    topics:
      - {id: sql, title: SQL}
"""


def export(vault: TestVault, *arguments: str) -> Path:
    done = vault.srs("export", *arguments)
    assert done.code == 0, done.err
    return vault.root / "build/roadmap.apkg"


def send(vault: TestVault, anki: Anki, now: str = "") -> Imported:
    """Export, and import that; a day later if it is not the first time."""
    if now:
        vault.at(now)
    return anki.take(export(vault))


def packed(vault: TestVault, tmp_path: Path, *arguments: str) -> Packed:
    return unpack(export(vault, *arguments), tmp_path)


def card_with_gap(anki: Anki, hidden: str) -> Card:
    """The card that asks for this hidden text and nothing else."""
    (found,) = [card for card in anki.cards() if answer(card).gaps == [hidden]]
    return found


def events(vault: TestVault, kind: str) -> list[dict[str, object]]:
    return [event for event in vault.history() if event["event"] == kind]


# Every kind -------------------------------------------------------------------------------------

EVERY_KIND = """\
---
topic: Node internals
tags: [node, "event loop", lib/uv]
---
# Node internals

## Loop

Q: In which order does libuv run its phases? #loop/order #contrast/timers
A: timers, poll, check
Why: Poll is where it **waits**.
Hint: three of them

libuv thread pool size :: 4, `UV_THREADPOOL_SIZE` to change

TTL ::: time to live

C: {{nextTick callbacks::which?}} run before promise {{microtasks}}.

C: {{c1::Producers}} and {{c1::consumers}} share a {{`Buffer<T>`}} of {{$2^{n^{2}}$::how many?}}.
"""


def test_each_kind_arrives_with_its_cards(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, EVERY_KIND)
    assert send(vault, anki) == Imported(new=5)
    faces = [(card.note_type()["name"], card.ord) for card in anki.cards()]
    assert faces == [
        ("srs Basic", 0),
        ("srs Basic", 0),
        ("srs Basic", 0),
        ("srs Basic", 1),
        ("srs Cloze", 0),
        ("srs Cloze", 1),
        ("srs Cloze", 0),
        ("srs Cloze", 1),
        ("srs Cloze", 2),
    ]
    assert all((card.type, card.queue, card.reps) == (0, 0, 0) for card in anki.cards())
    assert anki.faults() == []


def test_each_card_asks_what_srs_asks(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, EVERY_KIND)
    send(vault, anki)
    cards = anki.cards()
    asked = [question(card).parts["prompt"] for card in cards]
    assert asked == [
        "In which order does libuv run its phases?",
        "libuv thread pool size",
        "TTL",
        "time to live",
        "[which?] run before promise microtasks.",
        "nextTick callbacks run before promise [...].",
        r"[...] and [...] share a Buffer<T> of \(2^{n^{2}}\).",
        r"Producers and consumers share a [...] of \(2^{n^{2}}\).",
        "Producers and consumers share a Buffer<T> of [how many?].",
    ]
    answered = [answer(card) for card in cards]
    assert [side.parts["answer"] for side in answered[:4]] == [
        "timers, poll, check",
        "4, UV_THREADPOOL_SIZE to change",
        "time to live",
        "TTL",
    ]
    assert [side.gaps for side in answered[4:]] == [
        ["nextTick callbacks"],
        ["microtasks"],
        ["Producers", "consumers"],
        ["Buffer<T>"],
        [r"\(2^{n^{2}}\)"],
    ]
    assert answered[7].code == ["Buffer<T>"]
    whole = r"Producers and consumers share a Buffer<T> of \(2^{n^{2}}\)."
    assert {side.parts["prompt"] for side in answered[6:]} == {whole}


def test_a_hint_is_on_the_question_and_the_reasons_only_on_the_answer(
    vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, EVERY_KIND)
    send(vault, anki)
    first = anki.cards()[0]
    assert question(first).parts["hint"] == "three of them"
    assert "why" not in question(first).parts
    assert answer(first).parts["why"] == "Poll is where it waits."
    assert "<strong>waits</strong>" in answer(first).html
    assert "hint" not in question(anki.cards()[1]).parts


def test_the_notes_of_this_repository_arrive_whole(vault: TestVault, anki: Anki) -> None:
    for name in ("decks", "notes"):
        shutil.copytree(ROOT / name, vault.root / name, dirs_exist_ok=True)
    shutil.rmtree(vault.root / "decks/history", ignore_errors=True)
    counts = vault.srs("check", "--json").data
    written: dict[str, list[dict[str, str]]] = {}
    for ours in vault.cards():
        written.setdefault(ours["item"], []).append(ours)
    assert send(vault, anki) == Imported(new=counts["items"])
    assert len(anki.cards()) == counts["cards"] == sum(map(len, written.values()))
    assert anki.faults() == []
    phases = {ours["phase"] for cards in written.values() for ours in cards}
    assert sum(len(anki.notes(f"tag:{phase}")) for phase in phases) == counts["items"]
    for note in anki.notes():
        cards = sorted(note.cards(), key=lambda card: card.ord)
        own = written[note.guid]
        assert [card.ord for card in cards] == list(range(len(own)))
        for card, ours in zip(cards, own, strict=True):
            seen = question(card)
            assert seen.blocks == fences(ours["prompt"])
            # Options to pick follow the question.
            asked = inline_code(ours["prompt"])
            assert seen.code[: len(asked)] == asked
            assert ours["ask"] == "pick" or seen.code == asked
            behind = answer(card)
            assert set(fences(ours["answer"])) <= set(behind.blocks)
            # What is typed is compared as plain text.
            assert ours["ask"] == "type" or set(inline_code(ours["answer"])) <= set(behind.code)


def fences(text: str) -> list[str]:
    return [f"{body}\n" for body in re.findall(r"^```.*\n((?:.*\n)*?.*)\n```$", text, re.MULTILINE)]


def inline_code(text: str) -> list[str]:
    without = re.sub(r"^```.*\n(?:.*\n)*?```$", "", text, flags=re.MULTILINE)
    found = [code for _, code in re.findall(r"(`+)(.+?)\1", without)]
    # One space at either end lets code begin with a backtick.
    return [code[1:-1] if code[0] == code[-1] == " " else code for code in found]


# Search, decks, order ---------------------------------------------------------------------------


def roadmap_vault(vault: TestVault) -> None:
    """Notes whose paths sort otherwise than the roadmap does."""
    vault.write("decks/roadmap.yaml", ROADMAP)
    vault.write(NOTE, EVERY_KIND)
    vault.write("notes/phase-1/async.md", "Q: async one?\nA: 1\n\nQ: async two?\nA: 2\n")
    vault.write("notes/phase-1/cpp.md", "both ::: ways\n\nzero :: 0\n\nalpha :: 1\n")
    vault.write("notes/phase-10/sql.md", "Q: what is an index? #node\nA: a tree\n")
    vault.write("notes/a-recipe.md", "Q: how long do eggs boil?\nA: 6 minutes\n")


def test_notes_are_found_by_phase_and_by_their_own_tags(vault: TestVault, anki: Anki) -> None:
    roadmap_vault(vault)
    send(vault, anki)
    found = {
        tag: len(anki.notes(f"tag:{tag}"))
        for tag in (
            "phase-1",
            "phase-10",
            "phase-*",
            "node",
            "event-loop",
            "lib::uv",
            "lib",
            "loop::order",
            "contrast::timers",
            "none",
        )
    }
    assert found == {
        "phase-1": 10,
        "phase-10": 1,
        "phase-*": 11,
        "node": 6,
        "event-loop": 5,
        "lib::uv": 5,
        "lib": 5,
        "loop::order": 1,
        "contrast::timers": 1,
        "none": 1,
    }
    first = anki.cards()[0].note()
    assert first.tags == [
        "contrast::timers",
        "event-loop",
        "lib::uv",
        "loop::order",
        "node",
        "phase-1",
    ]


def test_tags_that_anki_could_not_keep_are_written_so_that_it_can(
    vault: TestVault, anki: Anki
) -> None:
    tags = '["C++", "it\'s", \'q"uote\', ünï, "  spaced\\u3000 out ", node, Node, ""]'
    vault.write(NOTE, f"---\ntags: {tags}\n---\nQ: one question?\nA: one answer\n")
    send(vault, anki)
    (note,) = anki.notes("tag:c++ tag:it's tag:ünï tag:spaced-out tag:node")
    assert all(" " not in tag and tag for tag in note.tags)
    assert anki.faults() == []


def test_each_topic_is_a_deck_below_its_phase(vault: TestVault, anki: Anki) -> None:
    roadmap_vault(vault)
    done = vault.srs("export", "--json")
    anki.take(vault.root / "build/roadmap.apkg")
    decks = [
        f"{PHASE_1}::Node internals",
        f"{PHASE_1}::std: vector <T> & friends",
        f"{PHASE_1}::Asynchronous patterns",
        f"{TITLE}::Phase 10 – Data::SQL",
        f"{TITLE}::a-recipe",
    ]
    assert done.data["decks"] == decks
    assert anki.decks() == set(decks)
    sizes = [len(anki.in_deck(deck)) for deck in decks]
    assert sizes == [9, 4, 2, 1, 1]
    assert len(anki.in_deck(PHASE_1)) == 15
    assert len(anki.in_deck(TITLE)) == 17


def test_new_cards_come_in_the_order_of_the_roadmap_and_of_the_notes(
    vault: TestVault, anki: Anki
) -> None:
    roadmap_vault(vault)
    send(vault, anki)
    fronts = ["both", "both", "zero", "alpha", "async one?", "async two?", "what is an index?"]
    cards = anki.cards()
    assert [card.note().fields[0] for card in cards[9:]] == [*fronts, "how long do eggs boil?"]
    dues: dict[int, int] = {}
    for card in cards:
        assert dues.setdefault(card.nid, card.due) == card.due
    assert [*dues.values()] == sorted(set(dues.values()))
    asked = [note.fields[0] for note in anki.queue(f"{PHASE_1}::std: vector <T> & friends")]
    assert [*dict.fromkeys(asked)] == ["both", "zero", "alpha"]


def test_a_phase_can_be_exported_alone(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    roadmap_vault(vault)
    first = packed(vault, tmp_path, "--phase", "phase-10").notes
    assert len(first) == 1
    assert send(vault, anki, LATER) == Imported(new=12)
    again = packed(vault, tmp_path).notes
    assert {guid: again[guid] for guid in first} == first
    assert vault.srs("export", "--phase", "phase-7").code == 2
    assert send(vault, anki, LATER_STILL) == Imported(duplicate=12)


def test_a_note_outside_the_roadmap_and_a_vault_without_one(vault: TestVault, anki: Anki) -> None:
    vault.write("notes/phase-3/x.md", "Q: in a phase?\nA: yes\n")
    vault.write(
        "notes/deep/er/y.md", "---\nphase: extra\n---\n# Y\n\nQ: with one of its own?\nA: a\n"
    )
    vault.write("notes/z.md", "# About: a::b\n\nQ: in none?\nA: none\n")
    send(vault, anki)
    assert anki.decks() == {"srs::Phase 3::x", "srs::extra::Y", "srs::About: a: b"}
    assert sorted(note.tags for note in anki.notes()) == [[], ["extra"], ["phase-3"]]
    assert anki.faults() == []


# Texts ------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """Markdown, and what one must see of it."""

    written: str
    seen: str


IN_CODE = [
    "vector<int>",
    "a < b && c > d",
    "{{ .Values.x }}",
    "${{ github.sha }}",
    "std::vector<std::string>",
    "}}",
    "{",
    "}",
    "{{c1::x}}",
    "{{c1::x::y}}",
    "::",
    ":::",
    "<script>alert('x')</script>",
    "&amp; &lt;",
    "\"quoted\" 'single' \\n",
    r"\(x\) \[y\] $z$",
    "**a** _b_ ~~c~~ ![d](e.png)",
    "<!-- c -->",
    "[...]",
    "日本語 🎴 ünï",
]
TEXTS = [
    *(Shown(f"`{code}`", code) for code in IN_CODE),
    Shown("a < b && c > d", "a < b && c > d"),
    Shown("vector<int>", "vector<int>"),
    Shown("Map<K, V> and <T>", "Map<K, V> and <T>"),
    Shown("&amp; \\* 5 > 3 \"q\" 'r'", "& * 5 > 3 \"q\" 'r'"),
    Shown("$x^{2^{y}}$", r"\(x^{2^{y}}\)"),
    Shown("$a<b$", r"\(a<b\)"),
    Shown(r"$$\frac{1}{x^{2}}$$", r"\[\frac{1}{x^{2}}\]"),
    Shown("std::vector", "std::vector"),
    Shown("{{ .Values.x }}", "{{ .Values.x }}"),
    Shown("${{ github.sha }}", "${{ github.sha }}"),
    Shown("f(){ if(a){ b }}", "f(){ if(a){ b }}"),
]
NO_GAP = ("std::vector", "{{ .Values.x }}", "${{ github.sha }}", "f(){ if(a){ b }}")
"""Outside code these are marks of the card language when they stand inside a gap."""


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.written)
def test_text_is_shown_exactly(text: Shown, vault: TestVault, anki: Anki) -> None:
    written, seen = text
    vault.write(
        NOTE,
        f"Q: ask {written} x\nA: say {written} y\nWhy: as {written} z\nHint: see {written} h\n\n"
        f"left {written} l :: right {written} r\n\n"
        f"back {written} l ::: forth {written} r\n\n"
        f"C: around {written} a {{{{gap}}}} and {written} b\n",
    )
    assert send(vault, anki) == Imported(new=4)
    assert anki.faults() == []
    ask, line, back, forth, cloze = anki.cards()
    assert question(ask).parts["prompt"] == f"ask {seen} x"
    assert question(ask).parts["hint"] == f"see {seen} h"
    assert answer(ask).parts["answer"] == f"say {seen} y"
    assert answer(ask).parts["why"] == f"as {seen} z"
    assert question(line).parts["prompt"] == f"left {seen} l"
    assert answer(line).parts["answer"] == f"right {seen} r"
    assert question(back).parts["prompt"] == answer(forth).parts["answer"] == f"back {seen} l"
    assert question(forth).parts["prompt"] == answer(back).parts["answer"] == f"forth {seen} r"
    assert question(cloze).parts["prompt"] == f"around {seen} a [...] and {seen} b"
    assert answer(cloze).parts["prompt"] == f"around {seen} a gap and {seen} b"


@pytest.mark.parametrize(
    "text",
    [text for text in TEXTS if text.written not in NO_GAP],
    ids=lambda text: text.written,
)
def test_a_gap_hides_and_shows_its_text_exactly(text: Shown, vault: TestVault, anki: Anki) -> None:
    written, seen = text
    vault.write(
        NOTE,
        f"C: one {{{{{written}}}}} two {{{{plain}}}}.\n\n"
        f"C: three {{{{{written}::a hint}}}} four.\n\n"
        f"C: five {{{{c1::{written}}}}} and {{{{c1::{written}::h}}}} six.\n",
    )
    assert send(vault, anki) == Imported(new=3)
    assert anki.faults() == []
    alone, plain, hinted, grouped = anki.cards()
    assert question(alone).parts["prompt"] == "one [...] two plain."
    assert answer(alone).gaps == [seen]
    assert question(plain).parts["prompt"] == f"one {seen} two [...]."
    assert answer(plain).parts["prompt"] == f"one {seen} two plain."
    assert question(hinted).parts["prompt"] == "three [a hint] four."
    assert answer(hinted).parts["prompt"] == f"three {seen} four."
    assert question(grouped).parts["prompt"] == "five [...] and [h] six."
    assert answer(grouped).gaps == [seen, seen]


def test_any_code_is_shown_exactly_in_a_card_and_in_a_gap(vault: TestVault, anki: Anki) -> None:
    """Three hundred codes made of the marks that something on the way could take for its own."""
    chance = random.Random(1)
    marks = ["{{", "}}", "{", "}", ":", "::", "c1::", "<", ">", "&", "&lt;", "$", "\\", '"', "'"]
    marks += ["[", "]", "(", ")", "=", "|", "#", "/", "-->", "<!--", "*", "_", "x", "1", " y "]
    codes = {"".join(chance.choices(marks, k=chance.randint(1, 9))).strip() for _ in range(300)}
    codes -= {""}
    ordered = sorted(codes)
    basic = "".join(f"Q: {i}: `{code}`\nA: `{code}`\n\n" for i, code in enumerate(ordered))
    cloze = "".join(f"C: {i}: {{{{`{code}`}}}} and `{code}`.\n\n" for i, code in enumerate(ordered))
    vault.write("notes/basic.md", basic)
    vault.write("notes/cloze.md", cloze)
    assert send(vault, anki) == Imported(new=2 * len(ordered))
    assert anki.faults() == []
    shown = [answer(card) for card in anki.cards()]
    assert [side.parts["answer"] for side in shown[: len(ordered)]] == ordered
    assert [side.gaps for side in shown[len(ordered) :]] == [[code] for code in ordered]
    assert [side.code for side in shown] == [[code, code] for code in ordered] * 2


@pytest.mark.parametrize(
    ("written", "hidden", "asked"),
    [
        ("{{{a: 1}}} is an object", "{a: 1}", "[...] is an object"),
        ("ends in {{x}}}.", "x}", "ends in [...]."),
        ("see {{x::{y}}} here", "x", "see [{y}] here"),
    ],
)
def test_a_brace_at_the_end_of_a_gap_belongs_to_it(
    written: str, hidden: str, asked: str, vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, f"C: {written}\n")
    send(vault, anki)
    (card,) = anki.cards()
    assert question(card).parts["prompt"] == asked
    assert answer(card).gaps == [hidden]


@pytest.mark.parametrize("mark", ["_", "*", "**", "__", "~~"])
def test_emphasis_in_a_gap_and_around_it(mark: str, vault: TestVault, anki: Anki) -> None:
    vault.write(
        NOTE,
        f"C: The loop sleeps in {{{{{mark}poll{mark}}}}} only.\n\n"
        f"C: The loop waits in {mark}{{{{poll}}}}{mark} only.\n",
    )
    send(vault, anki)
    for card in anki.cards():
        assert answer(card).gaps == ["poll"]
        assert mark not in answer(card).parts["prompt"]
        assert answer(card).unclosed == []


CODE = """\
template <class T>
std::vector<T> make(T a) {

\tif (a < 1 && a > 0) return {{a}};   // {{c1::no gap}} $x$
    return {};
}
"""


def test_code_blocks_stay_blocks_with_every_character(vault: TestVault, anki: Anki) -> None:
    fence = f"```cpp\n{CODE}```\n"
    indented = "".join(f"    {line}\n" if line else "\n" for line in CODE.rstrip().split("\n"))
    vault.write(
        NOTE,
        f"Q: What does it make?\n\n{fence}\nA: It makes:\n\n{fence}\nand\n\n{indented}\n"
        f"Why: because of\n{fence}\n---\n\nC: A list follows with {{{{gaps}}}}:\n"
        "- first {{`std::move`}}\n- second\n",
    )
    send(vault, anki)
    first, *_, last = anki.cards()
    assert question(first).blocks == [CODE]
    assert answer(first).blocks == [CODE] * 4
    assert answer(first).html.count('<span class="k">template</span>') == 3
    assert "<li>first " in answer(last).html
    assert answer(last).code == ["std::move"]
    assert anki.faults() == []


def test_characters_that_anki_uses_itself_do_not_break_the_package(
    vault: TestVault, anki: Anki
) -> None:
    """Anki joins the fields of a note with U+001F."""
    vault.write(
        NOTE, "Q: a unit\x1fseparator?\nA: an\x1fanswer\n\nQ: a vertical\x0btab?\nA: \x7f ok\n"
    )
    assert send(vault, anki) == Imported(new=2)
    assert anki.cards()[0].note().fields[1].startswith("an")
    assert anki.faults() == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_a_note_whose_file_name_is_no_text_is_exported(vault: TestVault, anki: Anki) -> None:
    folder = str(vault.root / "notes").encode()
    Path((folder + b"/caf\xe9.md").decode("utf-8", "surrogateescape")).write_text("Q: a?\nA: b\n")
    assert send(vault, anki) == Imported(new=1)
    assert anki.faults() == []


def test_a_bad_item_keeps_no_good_one_from_anki(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, "Q: no answer\n\nC: no gap\n\nQ: a good one?\nA: yes\n\nC: {{open\n")
    done = vault.srs("export", "--json")
    assert (done.code, done.data["notes"]) == (0, 1)
    assert "3 errors" in done.err
    assert anki.take(vault.root / "build/roadmap.apkg") == Imported(new=1)
    assert anki.faults() == []


# Media ------------------------------------------------------------------------------------------

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"one"


def images(anki: Anki) -> list[str]:
    """The sources of all images of all answers, in order."""
    return [source for card in anki.cards() for source in answer(card).images]


def test_images_of_all_parts_come_with_equal_bytes(vault: TestVault, anki: Anki) -> None:
    files = {
        "notes/phase-1/img/loop.png": PNG,
        "notes/phase-1/my pic.png": b"two",
        "assets/why 🎴.svg": b"<svg/>",
        "notes/phase-1/hint.gif": b"four",
        "notes/phase-1/gap.webp": b"five",
    }
    for path, data in files.items():
        vault.write(path, "").write_bytes(data)
    vault.write(
        NOTE,
        "Q: See ![the loop](img/loop.png)\nA: and ![](<my pic.png>) or ![](my%20pic.png)\n"
        "Why: ![](../../assets/why%20🎴.svg)\nHint: ![](hint.gif)\n\n"
        "C: ![again](img/loop.png) hides {{![](gap.webp)::which?}}\n",
    )
    done = vault.srs("export", "--json")
    anki.take(vault.root / "build/roadmap.apkg")
    media = anki.media()
    assert done.data["media"] == 5
    assert done.err == ""
    assert sorted(media.values()) == sorted(files.values())
    first, cloze = anki.cards()
    assert [media[name] for name in question(first).images] == [PNG, b"four"]
    assert [media[name] for name in answer(first).images] == [PNG, b"two", b"two", b"<svg/>"]
    assert [media[name] for name in answer(cloze).images] == [PNG, b"five"]
    checked = anki.col.media.check()
    assert ([*checked.missing], [*checked.unused]) == ([], [])
    assert 'alt="the loop"' in question(first).html


def test_images_of_one_name_from_two_folders_are_both_there(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    contents = [b"in a", b"in b", b"a capital", b"plain", b"other signs"]
    names = ["a/x.png", "b/x.png", "c/X.PNG", "d e.png", "d&e.png"]
    for name, data in zip(names, contents, strict=True):
        vault.write(f"notes/{name}", "").write_bytes(data)
    text = " ".join(f"![](<{name}>)" for name in names)
    vault.write("notes/n.md", f"Q: all of them?\nA: {text}\n")
    send(vault, anki)
    media = anki.media()
    assert [media[name] for name in images(anki)] == contents
    # Phones and other systems have one file for `x.png` and `X.PNG`.
    assert len({name.casefold() for name in packed(vault, tmp_path).media}) == len(names)


def test_a_file_outside_the_vault_is_never_packed(
    vault: TestVault, anki: Anki, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"SECRET")
    (tmp_path / "vault-2").mkdir()
    (tmp_path / "vault-2/next.png").write_bytes(b"SECRET")
    (vault.root / "notes/link.png").symlink_to(secret)
    (vault.root / "notes/folder").symlink_to(tmp_path)
    (vault.root / "notes/inside.png").symlink_to(vault.write("assets/inside.png", "inside"))
    sources = [
        "../../secret.png",
        "../../../../../../../..%2F" + str(secret)[1:],
        str(secret),
        secret.as_uri(),
        "link.png",
        "folder/secret.png",
        "../../vault-2/next.png",
        "..",
        "no\x00name.png",
        "n" * 300 + ".png",
    ]
    text = " ".join(f"![]({source})" for source in [*sources, "inside.png"])
    vault.write("notes/n.md", f"Q: which?\nA: {text}\n")
    done = vault.srs("export", "--json")
    target = vault.root / "build/roadmap.apkg"
    assert (done.code, done.data["media"]) == (0, 1), done.err
    assert b"SECRET" not in b"".join(unpack(target, tmp_path).media.values())
    anki.take(target)
    assert [*anki.media().values()] == [b"inside"]
    for source in ("../../secret.png", str(secret), "link.png", "folder/secret.png"):
        assert source in done.err


def test_a_missing_image_is_named_and_a_remote_one_is_left_alone(
    vault: TestVault, anki: Anki
) -> None:
    vault.write(
        NOTE,
        "Q: is ![it](img/gone%20away.png) there?\n"
        "A: no ![](https://example.org/a.png) ![](data:image/png;base64,AAAA) `![](code.png)`\n",
    )
    done = vault.srs("export", "--json")
    assert (done.code, done.data["media"]) == (0, 0)
    assert [line for line in done.err.splitlines() if line] == [
        f"{NOTE}: img/gone away.png is no image or sound in this vault; it is missing in Anki too."
    ]
    anki.take(vault.root / "build/roadmap.apkg")
    assert images(anki)[1:] == ["https://example.org/a.png", "data:image/png;base64,AAAA"]


def test_an_image_written_as_html_is_packed_too(vault: TestVault, anki: Anki) -> None:
    vault.write("notes/phase-1/loop.png", "").write_bytes(PNG)
    vault.write(NOTE, 'Q: which phase is this?\nA: <img src="loop.png" width="300">\n')
    send(vault, anki)
    assert [anki.media().get(name) for name in images(anki)] == [PNG]


def test_an_image_that_changed_reaches_anki(vault: TestVault, anki: Anki) -> None:
    image = vault.write("notes/phase-1/loop.png", "")
    image.write_bytes(PNG)
    vault.write(NOTE, "Q: which phase is this? ![](loop.png)\nA: poll\n")
    send(vault, anki)
    log = anki.study()
    image.write_bytes(b"corrected")
    assert send(vault, anki, LATER) == Imported(updated=1)
    assert [anki.media()[name] for name in images(anki)] == [b"corrected"]
    assert anki.log() == log


# A second export --------------------------------------------------------------------------------

BEFORE = """\
# Node internals

Q: In which phase does libuv wait for network events?
A: In the poll phase, which blocks until something is ready.
Why: Everything else only looks whether its time has come.

libuv thread pool size ::: four threads, unless the environment says more

C: Callbacks of {{process.nextTick::which?}} run before {{microtasks}}, both before {{poll}}.

Q: What keeps a stream from filling the memory?
A: Back-pressure: write returns false until the buffer has drained.
"""


def test_nothing_changes_when_nothing_changed(vault: TestVault, anki: Anki, tmp_path: Path) -> None:
    roadmap_vault(vault)
    first = packed(vault, tmp_path)
    anki.take(vault.root / "build/roadmap.apkg")
    log = anki.study()
    fields = {note.guid: (note.fields, note.tags, note.mod) for note in anki.notes()}
    history = vault.history()
    vault.at(LATER)
    second = packed(vault, tmp_path)
    assert second.notes == first.notes
    assert vault.history() == history
    assert anki.take(vault.root / "build/roadmap.apkg") == Imported(duplicate=len(first.notes))
    assert {note.guid: (note.fields, note.tags, note.mod) for note in anki.notes()} == fields
    assert anki.log() == log
    assert all(card.reps == 1 for card in anki.cards())
    assert anki.faults() == []


class Edit(NamedTuple):
    """Words of BEFORE, what is written in their place, and what one then sees of it."""

    old: str
    new: str
    seen: str


EDITS = {
    "a question": Edit("libuv wait for", "libuv sleep and wait for", "sleep and wait"),
    "an answer": Edit("until something is ready", "until a socket is ready", "a socket is ready"),
    "the reasons": Edit("only looks whether", "only checks whether", "only checks whether"),
    "the left side": Edit("libuv thread pool size", "default size of the pool", "default size of"),
    "the right side": Edit("says more", "says fewer", "unless the environment says fewer"),
    "text around a gap": Edit("Callbacks of", "All callbacks of", "All callbacks of [which?]"),
    "a gap's hint": Edit("::which?", "::whose?", "Callbacks of [whose?] run"),
    "text to code": Edit("write returns false", "`write()` gives `false`", "write() gives false"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_reaches_the_same_note_and_its_reviews_stay(
    edit: Edit, vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    before = scheduled(anki)
    assert BEFORE.count(edit.old) == 1
    vault.write(NOTE, BEFORE.replace(edit.old, edit.new))
    assert send(vault, anki, LATER) == Imported(updated=1, duplicate=3)
    assert any(edit.seen in question(card).text + answer(card).text for card in anki.cards())
    assert scheduled(anki) == before
    assert anki.log() == log
    assert anki.faults() == []


def scheduled(anki: Anki) -> dict[int, tuple[int, ...]]:
    """Card -> its note, its place in it, and when it is due after what it has learnt."""
    return {
        card.id: (card.nid, card.ord, card.type, card.due, card.ivl, card.reps)
        for card in anki.cards()
    }


def test_a_tag_that_is_added_arrives(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    vault.write(NOTE, BEFORE.replace("filling the memory?", "filling the memory? #streams"))
    assert send(vault, anki, LATER) == Imported(updated=1, duplicate=3)
    assert len(anki.notes("tag:streams tag:phase-1")) == 1
    assert anki.log() == log


def test_many_edits_later_the_note_is_still_the_same(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    text = BEFORE
    for day, edit in enumerate(EDITS.values(), 14):
        text = text.replace(edit.old, edit.new)
        vault.write(NOTE, text)
        assert send(vault, anki, f"2025-06-{day}T18:00") == Imported(updated=1, duplicate=3)
    assert (anki.log(), len(anki.cards())) == (log, 7)
    assert anki.faults() == []


@pytest.mark.parametrize("now", ["2025-06-13T18:00:00+00:00", "2025-06-12T18:00:00+00:00"])
def test_an_edit_arrives_whatever_the_clock_says(now: str, vault: TestVault, anki: Anki) -> None:
    """Anki takes a text only from a note that is newer by a whole second."""
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    for word in ("socket", "descriptor"):
        vault.write(NOTE, BEFORE.replace("until something", f"until a {word}"))
        assert send(vault, anki, now) == Imported(updated=1, duplicate=3)
        assert word in anki.notes()[0].fields[1]
    vault.write(NOTE, BEFORE)
    assert send(vault, anki, now) == Imported(updated=1, duplicate=3)
    assert "until something" in anki.notes()[0].fields[1]


@pytest.mark.parametrize("way", ["item moved", "file renamed", "file moved to another phase"])
def test_a_move_keeps_the_note_and_its_reviews(way: str, vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    vault.write("notes/phase-1/other.md", "Q: a question of another note?\nA: its answer\n")
    send(vault, anki)
    log = anki.study()
    ids = {note.guid: note.id for note in anki.notes()}
    file = vault.root / NOTE
    if way == "item moved":
        head, tail = (
            BEFORE[: BEFORE.index("Q: What keeps")],
            BEFORE[BEFORE.index("Q: What keeps") :],
        )
        vault.write(NOTE, head)
        with (vault.root / "notes/phase-1/other.md").open("a") as other:
            other.write("\n" + tail)
        changed, path = 1, "notes/phase-1/other.md"
    else:
        path = "notes/phase-1/runtime.md" if "renamed" in way else "notes/phase-2/runtime.md"
        (vault.root / path).parent.mkdir(exist_ok=True)
        file.rename(vault.root / path)
        changed = 4
    assert send(vault, anki, LATER) == Imported(updated=changed, duplicate=5 - changed)
    assert {note.guid: note.id for note in anki.notes()} == ids
    (moved,) = [note for note in anki.notes() if "What keeps" in note.fields[0]]
    assert path in moved.fields
    assert moved.tags == ["phase-2" if "another phase" in way else "phase-1"]
    assert anki.log() == log
    assert all(card.reps == 1 for card in anki.cards())
    assert anki.faults() == []


def test_a_rewritten_item_with_its_own_id_stays_the_note(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, "Q: How many threads has the pool?\nA: four ^pool\n")
    send(vault, anki)
    log = anki.study()
    vault.write(NOTE, "Q: Entirely other words?\nA: nothing in common ^pool\n")
    assert send(vault, anki, LATER) == Imported(updated=1)
    assert anki.notes()[0].fields[:2] == ["Entirely other words?", "nothing in common"]
    assert anki.log() == log


def test_an_item_that_was_gone_comes_back_as_itself(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    vault.write(NOTE, BEFORE[: BEFORE.index("Q: What keeps")])
    assert send(vault, anki, LATER) == Imported(updated=1, duplicate=3)
    assert len(anki.notes()) == 4
    vault.write(NOTE, BEFORE)
    assert send(vault, anki, LATER_STILL) == Imported(updated=1, duplicate=3)
    assert anki.notes("tag:srs::retired") == []
    assert anki.log() == log


def test_a_new_item_is_added_beside_the_old_ones(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    head = "Q: A question that nobody had asked before?\nA: Now somebody has.\n\n"
    vault.write(NOTE, BEFORE.replace("Q: What", head + "Q: What"))
    assert send(vault, anki, LATER) == Imported(new=1, duplicate=4)
    assert anki.log() == log
    assert [card.note().fields[1] for card in anki.cards("is:new")] == ["Now somebody has."]
    assert anki.faults() == []


def test_two_equal_items_are_two_notes(vault: TestVault, anki: Anki) -> None:
    vault.write("notes/a.md", "Q: the very same?\nA: yes\n")
    vault.write("notes/b.md", "Q: the very same?\nA: yes\n")
    assert send(vault, anki) == Imported(new=2)
    assert len({note.guid for note in anki.notes()}) == 2
    assert send(vault, anki, LATER) == Imported(duplicate=2)
    assert anki.faults() == []


def test_what_the_user_changed_on_the_phone_survives_in_notes_that_did_not_change(
    vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    kept = anki.notes()[0]
    kept.tags.append("leech")
    kept["Hint"] = "my own hint"
    kept["Spare 1"] = "my own field"
    anki.col.update_note(kept)
    (tagged,) = anki.notes("Back:*four*")
    anki.col.tags.bulk_add([tagged.id], "marked")
    vault.write(NOTE, BEFORE.replace("Back-pressure: write", "Back-pressure, that is: write"))
    assert send(vault, anki, LATER) == Imported(updated=1, duplicate=3)
    assert "that is: write" in anki.notes()[3].fields[1]
    kept.load()
    assert kept.tags == ["leech", "phase-1"]
    assert (kept["Hint"], kept["Spare 1"]) == ("my own hint", "my own field")
    tagged.load()
    assert "marked" in tagged.tags


def test_one_direction_becomes_both(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, "libuv thread pool :: runs what would block\n")
    send(vault, anki)
    log = anki.study()
    vault.write(NOTE, "libuv thread pool ::: runs what would block\n")
    assert send(vault, anki, LATER).refused == 0
    asked = {question(card).parts["prompt"] for card in anki.cards()}
    assert asked == {"libuv thread pool", "runs what would block"}
    assert anki.log() == log
    assert anki.note_types() == {"srs Basic"}
    assert anki.faults() == []


# Gaps over time ---------------------------------------------------------------------------------

GAPS = "C: The loop runs {{timers}}, then {{poll::waits}}, then {{check}} and {{close}}.\n"
GAP_EDITS = {
    "removed first": ("{{timers}}", "timers"),
    "removed in the middle": ("{{poll::waits}}", "poll"),
    "removed last": ("{{close}}", "close"),
    "removed with its words": (", then {{poll::waits}}", ""),
    "added first": ("The loop", "The {{loop}}"),
    "added in the middle": ("runs", "{{runs}}"),
    "added last": (".\n", " in {{libuv}}.\n"),
    "swapped": ("{{timers}}, then {{poll::waits}}", "{{poll::waits}}, then {{timers}}"),
    "all reordered": (
        "{{timers}}, then {{poll::waits}}, then {{check}} and {{close}}",
        "{{close}}, then {{check}}, then {{poll::waits}} and {{timers}}",
    ),
    "removed and added": ("The loop runs {{timers}}", "The {{loop}} runs timers"),
    "numbered": ("{{timers}}", "{{c7::timers}}"),
    "highlighted": ("{{timers}}", "==timers=="),
}


@pytest.mark.parametrize("edit", GAP_EDITS.values(), ids=GAP_EDITS)
def test_a_gap_keeps_its_card_whatever_happens_around_it(
    edit: tuple[str, str], vault: TestVault, anki: Anki
) -> None:
    vault.write(NOTE, GAPS)
    send(vault, anki)
    log = anki.study()
    before = {answer(card).gaps[0]: card.id for card in anki.cards()}
    after = GAPS.replace(*edit)
    assert after != GAPS
    vault.write(NOTE, after)
    imported = send(vault, anki, LATER)
    # Other marks around the same gap are no change for Anki.
    assert imported in (Imported(updated=1), Imported(duplicate=1))
    hidden = re.findall(r"\{\{(?:c7::)?(\w+)|==(\w+)==", after)
    expected = {curly or marked for curly, marked in hidden}
    shown = {}
    for card in anki.cards():
        if answer(card).gaps:
            (gap,) = answer(card).gaps
            shown[gap] = card.id
    assert set(shown) == expected
    assert {gap: shown[gap] for gap in before if gap in expected} == {
        gap: card for gap, card in before.items() if gap in expected
    }
    assert anki.log() == log
    gone = len(before.keys() - expected)
    reported = [len(one.card_ids) for one in anki.col.get_empty_cards().notes]
    assert sum(reported) == gone
    assert anki.unsound() == []


def test_a_gap_that_comes_back_has_its_card_again(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, GAPS)
    send(vault, anki)
    anki.study()
    poll = card_with_gap(anki, "poll").id
    without = GAPS.replace("{{poll::waits}}", "poll")
    for text, now in ((without, "14"), (without.replace("runs", "{{runs}}"), "15"), (GAPS, "16")):
        vault.write(NOTE, text)
        assert send(vault, anki, f"2025-06-{now}T18:00") == Imported(updated=1)
    assert card_with_gap(anki, "poll").id == poll
    assert card_with_gap(anki, "poll").reps == 1


def test_a_corrected_gap_keeps_its_card(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, "C: libuv waits for events in the {{polling}} phase, before {{check}}.\n")
    send(vault, anki)
    log = anki.study()
    before = {card.id: card.ord for card in anki.cards()}
    vault.write(NOTE, "C: libuv waits for events in the {{poll}} phase, before {{check}}.\n")
    assert send(vault, anki, LATER) == Imported(updated=1)
    assert {card.id: card.ord for card in anki.cards()} == before
    assert {card.ord: answer(card).gaps for card in anki.cards()} == {0: ["poll"], 1: ["check"]}
    assert anki.log() == log
    assert anki.faults() == []


def test_a_note_is_known_by_the_id_of_its_item(vault: TestVault, tmp_path: Path) -> None:
    vault.write(NOTE, EVERY_KIND)
    assert set(packed(vault, tmp_path).notes) == {card["item"] for card in vault.cards()}


# The command ------------------------------------------------------------------------------------


def test_the_keys_of_json(vault: TestVault) -> None:
    roadmap_vault(vault)
    done = vault.srs("export", "--json")
    assert done.code == 0
    target = str(vault.root / "build/roadmap.apkg")
    assert {key: value for key, value in done.data.items() if key != "decks"} == {
        "path": target,
        "notes": 12,
        "cards": 17,
        "media": 0,
        "changed": 12,
        "retired": 0,
    }
    assert len(done.data["decks"]) == 5
    vault.write("notes/a-recipe.md", "Q: how long do eggs boil?\nA: 7 minutes\n")
    again: Result = vault.srs("export", "--json")
    assert again.data["changed"] == 1
    assert "1 edited" in again.err
    plain = vault.srs("export")
    assert target in plain.out
    assert "12 notes, 17 cards" in plain.out


@pytest.mark.parametrize("relative", [False, True])
def test_the_file_may_be_called_anything(
    relative: bool,
    vault: TestVault,
    anki: Anki,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved = tmp_path / "my väult 🎴"
    vault.root.rename(moved)
    vault.root = moved
    vault.write(NOTE, BEFORE)
    monkeypatch.chdir(tmp_path)
    target = Path("out put/✓ road map 🎴.apkg")
    given = target if relative else tmp_path / target
    done = vault.srs("export", "-o", str(given), "--json")
    assert done.code == 0
    assert done.data["path"] == str(given)
    assert [file.name for file in (tmp_path / "out put").iterdir()] == [target.name]
    assert not (moved / "build/roadmap.apkg").exists()
    assert anki.take(tmp_path / target) == Imported(new=4)


def test_the_package_is_deflated_and_nothing_is_left_beside_it(
    vault: TestVault, temporary: Path
) -> None:
    vault.write("notes/phase-1/x.svg", "<svg>" * 1000)
    vault.write(NOTE, "Q: seen?\nA: ![](x.svg)\n")
    package = export(vault)
    with zipfile.ZipFile(package) as archive:
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_DEFLATED}
    assert package.stat().st_size < 20_000
    assert [file.name for file in package.parent.glob("[!.i]*")] == ["roadmap.apkg"]
    assert [*temporary.iterdir()] == []


def test_items_are_fixed_and_then_the_export_is_remembered(vault: TestVault) -> None:
    vault.write(NOTE, BEFORE)
    vault.write("notes/phase-2/x.md", "Q: in another phase?\nA: yes\n")
    export(vault, "--phase", "1")
    history = vault.history()
    assert [event["event"] for event in history] == ["item"] * 4 + ["export"]
    assert [event["item"] for event in history[:4]] == [*history[4]["items"]]
    for said in history[4]["items"].values():
        assert set(said) == {"content", "modified", "deck", "tags", "type"}
        assert (said["deck"], said["tags"]) == ("srs::Phase 1::Node internals", ["phase-1"])
    export(vault, "--phase", "1")
    assert vault.history() == history
    export(vault)
    assert [event["event"] for event in vault.history()[5:]] == ["item", "export"]
    vault.write(NOTE, BEFORE.replace("until something", "until a socket"))
    vault.at(LATER)
    export(vault)
    item, export_ = vault.history()[7:]
    assert item["event"] == "item"
    assert item["prev"] == [history[0]["id"]]
    assert [*export_["items"]] == [item["item"]] == [history[0]["item"]]


def test_an_edit_that_anki_does_not_see_is_recorded_all_the_same(vault: TestVault) -> None:
    vault.write(NOTE, GAPS)
    export(vault)
    vault.write(NOTE, GAPS.replace("{{timers}}", "{{c7::timers}}"))
    export(vault)
    assert [event["event"] for event in vault.history()] == ["item", "export", "item"]


def test_an_export_after_reviews_fixes_no_item_twice(vault: TestVault) -> None:
    vault.write(NOTE, BEFORE)
    vault.srs("review", typed="\n3\nq\n")
    assert len(events(vault, "review")) == 1
    export(vault)
    items = [event["item"] for event in events(vault, "item")]
    assert len(items) == len(set(items)) == 4


def test_a_package_that_cannot_be_written_is_no_trouble_later(vault: TestVault, anki: Anki) -> None:
    vault.write(NOTE, BEFORE)
    vault.write("in-the-way", "")
    failed = vault.srs("export", "-o", str(vault.root / "in-the-way/x.apkg"))
    assert (failed.code, failed.out) == (1, "")
    assert "in-the-way" in failed.err
    assert events(vault, "export"), "what Anki may have got is written down first"
    assert send(vault, anki, LATER) == Imported(new=4)
    vault.write(NOTE, BEFORE.replace("until something", "until a socket"))
    assert send(vault, anki, LATER_STILL) == Imported(updated=1, duplicate=3)


def test_without_a_history_there_is_no_package(vault: TestVault) -> None:
    vault.write(NOTE, BEFORE)
    vault.write("decks/history", "a file where the folder should be")
    failed = vault.srs("export")
    assert failed.code == 1
    assert "decks/history" in failed.err
    assert not (vault.root / "build/roadmap.apkg").exists()


def test_nothing_to_export_is_said(vault: TestVault) -> None:
    vault.write(NOTE, "# Only prose\n")
    done = vault.srs("export", "--json")
    assert (done.code, done.out) == (1, "")
    assert "no cards" in done.err
    assert not (vault.root / "build/roadmap.apkg").exists()
    assert not vault.history()


def test_two_devices_export_the_same_notes(vault: TestVault, anki: Anki) -> None:
    """The second device knows from the history what the first one exported."""
    vault.device("laptop")
    vault.write(NOTE, BEFORE)
    send(vault, anki)
    log = anki.study()
    vault.device("desktop")
    assert send(vault, anki, LATER) == Imported(duplicate=4)
    vault.write(NOTE, BEFORE.replace("until something", "until a socket"))
    assert send(vault, anki, LATER_STILL) == Imported(updated=1, duplicate=3)
    assert anki.log() == log
