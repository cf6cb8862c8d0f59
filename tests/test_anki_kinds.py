"""Every kind of item as the real Anki engine shows it, and the note types that never change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from anki_engine import LATER, LATER_STILL, NOTE, Anki, Imported, answer, question, unpack
from test_anki import TEXTS

from srs import kinds

if TYPE_CHECKING:
    from pathlib import Path

    from anki.cards import Card
    from conftest import TestVault


def send(vault: TestVault, anki: Anki, text: str = "", now: str = "") -> Imported:
    """Export the note, and import that."""
    if text:
        vault.write(NOTE, text)
    if now:
        vault.at(now)
    done = vault.srs("export")
    assert done.code == 0, done.err
    return anki.take(vault.root / "build/roadmap.apkg")


def only(vault: TestVault, anki: Anki, text: str) -> Card:
    """The card of a note's only item, without a fault."""
    assert send(vault, anki, text) == Imported(new=1)
    assert anki.faults() == []
    (card,) = anki.cards()
    return card


EVERY_KIND = """\
Q: In which order does libuv run its phases?
A: timers, poll, check

TTL ::: time to live

C: {{nextTick callbacks::which?}} run before promise {{microtasks}}.

Q: Which of these blocks the event loop?
- [ ] `fs.promises.readFile`
- [x] `JSON.parse` of 50 MB
  It is synchronous.
Why: One thread.

Q: Install exactly what the lock file says.
T: npm ci | npm clean-install
Hint: npm

Q: Name the ACID properties.
Points:
- atomicity
- consistency

Q: What does this print?
```js run
console.log(1 + 1)
```
A: A sum:
```output
2
```
"""


# Note types -------------------------------------------------------------------------------------

SHARED = ("Hint", "Why", "Context", "Source", "Spare 1", "Spare 2", "Spare 3")
FROZEN = {
    1763812800100000: (
        "srs Basic",
        0,
        ("Front", "Back", "Both ways", *SHARED),
        ("Forward", "Reverse"),
    ),
    1763812800300000: ("srs Cloze", 1, ("Text", *SHARED), ("Cloze",)),
    1763812800400000: (
        "srs Choice",
        0,
        ("Front", "Options", "Several", "Solution", *SHARED),
        ("Choice",),
    ),
    1763812800500000: ("srs Typed", 0, ("Front", "Answer", "Accepted", *SHARED), ("Typed",)),
    1763812800600000: ("srs Output", 0, ("Front", "Output", *SHARED), ("Output",)),
    1763812800700000: ("srs Points", 0, ("Front", "Points", *SHARED), ("Points",)),
}
"""Id -> name, 1 for a cloze, fields (ids: +1 ...), templates (ids: +100 ...).

Never change a line of this: phones have these note types, and get a second one of each from a
package with other fields or templates. A new kind adds a line.
"""


def test_the_note_types_are_the_frozen_ones(vault: TestVault, tmp_path: Path) -> None:
    vault.write(NOTE, EVERY_KIND)
    assert vault.srs("export").code == 0
    models = unpack(vault.root / "build/roadmap.apkg", tmp_path).models
    assert {kind.note_type.id for kind in kinds.KINDS} == set(FROZEN)
    assert set(models) == set(FROZEN)
    for id_, model in models.items():
        name, cloze, fields, templates = FROZEN[id_]
        assert (model["id"], model["name"], model["type"]) in [
            (id_, name, cloze),
            (str(id_), name, cloze),
        ]
        assert [(field["id"], field["name"], field["ord"]) for field in model["flds"]] == [
            (id_ + 1 + place, field, place) for place, field in enumerate(fields)
        ]
        assert [(one["id"], one["name"], one["ord"]) for one in model["tmpls"]] == [
            (id_ + 100 + place, template, place) for place, template in enumerate(templates)
        ]


def test_successive_exports_make_no_second_note_type(vault: TestVault, anki: Anki) -> None:
    assert send(vault, anki, EVERY_KIND) == Imported(new=7)
    assert anki.col.db
    schema = anki.col.db.scalar("select scm from col")
    ids = {one.name: one.id for one in anki.col.models.all_names_and_ids()}
    changed = EVERY_KIND.replace("timers, poll", "pending, timers, poll")
    assert send(vault, anki, changed, LATER) == Imported(updated=1, duplicate=6)
    assert send(vault, anki, changed, LATER_STILL) == Imported(duplicate=7)
    assert anki.note_types() == {name for name, *_ in FROZEN.values()}
    assert {one.name: one.id for one in anki.col.models.all_names_and_ids()} == ids
    assert anki.col.db.scalar("select scm from col") == schema, "a full sync would be needed"
    for id_, (name, _, fields, _) in FROZEN.items():
        model = anki.col.models.by_name(name)
        assert model
        assert model["id"] == id_
        assert [(field["name"], field["id"]) for field in model["flds"]] == [
            (field, id_ + 1 + place) for place, field in enumerate(fields)
        ]


# What a side shows ------------------------------------------------------------------------------


def test_each_kind_asks_and_answers(vault: TestVault, anki: Anki) -> None:
    send(vault, anki, EVERY_KIND)
    assert anki.faults() == []
    shown = [
        (card.note_type()["name"], question(card).parts["prompt"], answer(card).parts.get("answer"))
        for card in anki.cards()[5:]
    ]
    assert [(name, prompt) for name, prompt, _ in shown] == [
        ("srs Choice", "Which of these blocks the event loop?"),
        ("srs Typed", "Install exactly what the lock file says."),
        ("srs Points", "Name the ACID properties."),
        ("srs Output", "What does this print?\nconsole.log(1 + 1)\n"),
    ]
    assert [lines(text or "") for *_, text in shown] == [
        ["fs.promises.readFile", "JSON.parse of 50 MB", "It is synchronous."],
        ["[[type:Answer]]", "Accepted:", "npm ci", "npm clean-install"],
        ["atomicity", "consistency"],
        ["A sum:", "2"],
    ]
    choice, typed, *_ = anki.cards()[5:]
    assert answer(choice).parts["why"] == "One thread."
    assert question(typed).parts["hint"] == "npm"


def rows(html: str, holder: str) -> list[tuple[str, str]]:
    """The class and the text of each option in the list of this class."""
    inside = html.partition(f'<div class="{holder}')[2].partition("</div>")[0]
    return [
        (class_, " ".join(re.sub(r"<.*?>", "", row).split()))
        for class_, row in re.findall(r'<li class="(\w*)">(.*?)</li>', inside, re.DOTALL)
    ]


def test_the_question_of_a_choice_holds_nothing_of_its_solution(
    vault: TestVault, anki: Anki
) -> None:
    """Neither to be seen without style sheets, nor heard, nor found."""
    vault.write("notes/phase-1/told.mp3", "sound")
    card = only(
        vault,
        anki,
        "Q: Which of these are phases?\n- [x] timers\n- [ ] **microtasks**\n"
        "  They run between all of them. ![[told.mp3]]\n- [x] `poll<T>`\n\n"
        "  Here it waits.\n\n  ```js\n  poll()\n  ```\n",
    )
    asked, solved = question(card), answer(card)
    assert rows(asked.html, "options") == [
        ("wrong", "timers"),
        ("wrong", "microtasks"),
        ("wrong", "poll&lt;T&gt;"),
    ]
    for told in ("waits", "between", "right</", 'class="right"', "poll()"):
        assert told not in asked.html
    assert card.question_av_tags() == []
    assert rows(solved.html, "solution")[0] == ("right", "timers")
    assert [class_ for class_, _ in rows(solved.html, "solution")] == ["right", "wrong", "right"]
    assert "They run between all of them." in solved.parts["answer"]
    assert solved.blocks == ["poll()\n"]
    assert len(card.answer_av_tags()) == 1


@pytest.mark.parametrize(
    ("boxes", "said", "several"),
    [("x  ", "One is right.", False), ("x x", "2 are right.", True), ("xxx", "3 are right.", True)],
)
def test_a_choice_says_how_many_are_right(
    boxes: str, said: str, several: bool, vault: TestVault, anki: Anki
) -> None:
    options = "".join(f"- [{box}] option {i}\n" for i, box in enumerate(boxes))
    card = only(vault, anki, f"Q: Which?\n{options}")
    assert f">{said}</p>" in question(card).html
    assert ('class="options several"' in question(card).html) == several
    assert said not in answer(card).html


def test_an_option_is_no_heading_list_or_box(vault: TestVault, anki: Anki) -> None:
    card = only(vault, anki, "Q: Which?\n- [ ] # one\n- [x] [x] two\n- [ ] 1. three\n- [ ] - [x]\n")
    texts = ["# one", "[x] two", "1. three", "- [x]"]
    assert [text for _, text in rows(question(card).html, "options")] == texts
    assert [text for _, text in rows(answer(card).html, "solution")] == texts
    assert [class_ for class_, _ in rows(answer(card).html, "solution")] == [
        "wrong",
        "right",
        "wrong",
        "wrong",
    ]


def test_any_text_is_shown_exactly_in_options_explanations_and_points(
    vault: TestVault, anki: Anki
) -> None:
    choices = "".join(
        f"Q: {i}?\n- [ ] no {text.written} n\n- [x] yes {text.written} y\n\n"
        f"  as {text.written} a\n\n"
        for i, text in enumerate(TEXTS)
    )
    points = "Q: All?\nPoints:\n" + "".join(f"- see {text.written} s\n" for text in TEXTS)
    assert send(vault, anki, choices + points) == Imported(new=len(TEXTS) + 1)
    assert anki.faults() == []
    *asked, listed = anki.cards()
    for card, (_, seen) in zip(asked, TEXTS, strict=True):
        options = [f"no {seen} n", f"yes {seen} y"]
        assert lines(question(card).parts["task"]) == ["One is right.", *options]
        assert lines(answer(card).parts["answer"]) == [*options, f"as {seen} a"]
    assert lines(answer(listed).parts["answer"]) == [f"see {seen} s" for _, seen in TEXTS]


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


TYPED = [
    "git log --format=%H_x_",
    "a*b*c",
    "<T>",
    "\"x\" & 'y'",
    "{{ .Values.x }}",
    "${{ github.sha }}",
    "{{c1::x}}",
    "&amp; &lt;",
    r"s/\(a\)/\1\\n/",
    "[sound:a.mp3]",
    "a  b",
    "# not a heading",
    "- no list",
    "日本語 ünï 🎴",
]


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_is_compared_with_exactly_the_answer(
    text: str, vault: TestVault, anki: Anki
) -> None:
    card = only(vault, anki, f"Q: Type it.\nT: `` {text} ``\n")
    expected = card.note()["Answer"]
    seen = anki.col.compare_answer(expected, text)
    assert "typeGood" in seen
    assert not re.search("typeBad|typeMissed", seen)
    assert "typeBad" in anki.col.compare_answer(expected, "!" + text[1:])
    for side in (question(card), answer(card)):
        assert side.html.count("[[type:Answer]]") == 1
    assert card.note()["Accepted"] == ""


def test_all_that_is_accepted_is_on_the_answer_alone(vault: TestVault, anki: Anki) -> None:
    card = only(vault, anki, "Q: Type it.\nT: `npm  ci` | npm\\_clean *install* | `` a`b` ``\n")
    assert "npm" not in question(card).html
    assert answer(card).code == ["npm  ci", "npm_clean install", "a`b`"]
    assert card.note()["Answer"] == "npm  ci"


def test_code_of_several_lines_is_accepted_as_it_is_written(vault: TestVault, anki: Anki) -> None:
    """Anki has one line to type in, and makes spaces of line ends."""
    fences = "```sh\nnpm ci\nnpm test\n```\n\n```\nnpm it\n```\n"
    card = only(vault, anki, f"Q: Type it.\nT:\n{fences}")
    assert answer(card).blocks == ["npm ci\nnpm test\n", "npm it\n"]
    seen = anki.col.compare_answer(card.note()["Answer"], "npm ci npm test")
    assert not re.search("typeBad|typeMissed", seen)


def test_what_code_prints_is_a_block_of_its_own(vault: TestVault, anki: Anki) -> None:
    code = "if (a < b && c > d) {\n\n\tconsole.log('{{x}}') // {{c1::y}}\n}\n"
    printed = "<T> {{x}}\n\n  **no** _marks_ $x$ \\(y\\) [sound:z.mp3]\n"
    card = only(
        vault,
        anki,
        f"Q: What does it print?\n```js run\n{code}```\n"
        f"A: This:\n```output\n{printed}```\nAnd why.\n",
    )
    assert question(card).blocks == [code]
    assert '<span class="k">if</span>' in question(card).html
    assert answer(card).blocks == [code, printed]
    assert '<pre class="output"><code>&lt;T&gt;' in answer(card).html
    assert printed not in question(card).text
    assert card.answer_av_tags() == []


def test_gaps_and_code_stand_side_by_side(vault: TestVault, anki: Anki) -> None:
    code = "sed 's/\\(a\\)/[\\1]/' {{c1::x}} $y$ # ${{ z }}\n"
    text = "C: {{`x<T>`}} is of $a^{b}$:\n- {{$c_{1}$::m}}\n- as in\n"
    text += f"  ```sh\n  {code}  ```\n"
    assert send(vault, anki, text) == Imported(new=1)
    assert anki.faults() == []
    first, second = anki.cards()
    asked = [question(card).parts["prompt"].split() for card in (first, second)]
    assert asked[0][:6] == ["[...]", "is", "of", r"\(a^{b}\):", r"\(c_{1}\)", "as"]
    assert asked[1][:6] == ["x<T>", "is", "of", r"\(a^{b}\):", "[m]", "as"]
    assert (answer(first).gaps, answer(second).gaps) == (["x<T>"], [r"\(c_{1}\)"])
    for card in anki.cards():
        assert question(card).blocks == answer(card).blocks == [code]
        assert '<span class="c1">' in question(card).html


def test_points_are_a_list(vault: TestVault, anki: Anki) -> None:
    card = only(vault, anki, "Q: Name them.\nPoints:\n- one `a`\n  more of it\n- two\n  - deeper\n")
    assert "one" not in question(card).text
    assert answer(card).html.count("<li>") == 3
    assert answer(card).parts["answer"].split() == ["one", "a", "more", "of", "it", "two", "deeper"]


# Edits ------------------------------------------------------------------------------------------

EDITS = {
    "an option": ("of 50 MB", "of 60 MB", "60 MB"),
    "which option is right": ("- [ ] `fs", "- [x] `fs", "2 are right"),
    "an explanation": ("synchronous", "not asynchronous", "not asynchronous"),
    "the order of options": (
        "- [ ] `fs.promises.readFile`\n- [x] `JSON.parse` of 50 MB\n  It is synchronous.\n",
        "- [x] `JSON.parse` of 50 MB\n  It is synchronous.\n- [ ] `fs.promises.readFile`\n",
        "One is right",
    ),
    "a typed answer": ("npm ci |", "npm ci --omit=dev |", "npm ci --omit=dev"),
    "an alternative": ("npm clean-install", "npm clean-inst", "npm clean-inst<"),
    "a point": ("- atomicity", "- Atomicity, all or nothing", "all or nothing"),
    "a new point": ("- consistency", "- consistency\n- isolation", "isolation"),
    "the code": ("1 + 1", "1 + 1 // a sum", "// a sum"),
    "what it prints": ("A sum:", "The sum:", "The sum:"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_reaches_the_same_note_and_its_reviews_stay(
    edit: tuple[str, str, str], vault: TestVault, anki: Anki
) -> None:
    old, new, seen = edit
    send(vault, anki, EVERY_KIND)
    log = anki.study()
    cards = {card.id: (card.nid, card.ord, card.reps) for card in anki.cards()}
    assert EVERY_KIND.count(old) == 1
    imported = send(vault, anki, EVERY_KIND.replace(old, new), LATER)
    assert imported == Imported(updated=1, duplicate=6)
    assert any(seen in question(card).html + answer(card).html for card in anki.cards())
    assert {card.id: (card.nid, card.ord, card.reps) for card in anki.cards()} == cards
    assert anki.log() == log
    assert anki.faults() == []


# Sounds -----------------------------------------------------------------------------------------


def test_sounds_are_packed_and_played_where_they_are_written(vault: TestVault, anki: Anki) -> None:
    for name in ("ask.mp3", "my answer.OGG", "why.wav", "hidden.mp3", "html.flac"):
        vault.write(f"notes/phase-1/{name}", name)
    vault.write(
        NOTE,
        "Q: Heard? ![](ask.mp3)\nA: ![it](my%20answer.OGG)\nWhy: ![[why.wav]]\n\n"
        "C: A bell rings {{![](hidden.mp3)}} here.\n\n"
        'Q: In HTML?\nA: Yes <audio controls src="html.flac"></audio>\n',
    )
    done = vault.srs("export", "--json")
    assert (done.data["media"], done.err) == (5, "")
    anki.take(vault.root / "build/roadmap.apkg")
    assert anki.faults() == []
    media = anki.media()
    basic, cloze, html = anki.cards()

    def heard(tags: list[object]) -> list[str]:
        return [media[getattr(tag, "filename", "")].decode() for tag in tags]

    assert heard([*basic.question_av_tags()]) == ["ask.mp3"]
    assert heard([*basic.answer_av_tags()])[-2:] == ["my answer.OGG", "why.wav"]
    assert heard([*cloze.question_av_tags()]) == []
    assert heard([*cloze.answer_av_tags()]) == ["hidden.mp3"]
    assert heard([*html.answer_av_tags()]) == ["html.flac"]
    checked = anki.col.media.check()
    assert ([*checked.missing], [*checked.unused]) == ([], [])


def test_a_missing_sound_and_a_medium_of_another_type_are_named(vault: TestVault) -> None:
    vault.write("notes/phase-1/paper.pdf", "secret")
    vault.write(NOTE, "Q: Heard?\nA: ![](gone.mp3) ![](paper.pdf) ![](https://example.org/a.mp3)\n")
    done = vault.srs("export", "--json")
    assert done.data["media"] == 0
    assert f"{NOTE}: gone.mp3" in done.err
    assert f"{NOTE}: paper.pdf" in done.err
    assert "example.org" not in done.err
