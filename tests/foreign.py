"""Foreign collections: note types of Anki and of decks in the wild, and notes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.anki.collection import Card, Collection, Note, NoteType, Template

if TYPE_CHECKING:
    from collections.abc import Iterable

_ANSWER = "{{FrontSide}}\n\n<hr id=answer>\n\n"


def _type(
    name: str, fields: str, *templates: tuple[str, str], cloze: bool = False, css: str = ""
) -> tuple[str, NoteType]:
    made = tuple(
        Template(ordinal, f"Card {ordinal + 1}", front, back)
        for ordinal, (front, back) in enumerate(templates)
    )
    return name, NoteType(
        len(name) * 1000 + len(fields), name, cloze, tuple(fields.split(", ")), made, css
    )


TYPES = dict(
    [
        # Those that Anki brings.
        _type("Basic", "Front, Back", ("{{Front}}", f"{_ANSWER}{{{{Back}}}}")),
        _type(
            "Basic (and reversed card)",
            "Front, Back",
            ("{{Front}}", f"{_ANSWER}{{{{Back}}}}"),
            ("{{Back}}", f"{_ANSWER}{{{{Front}}}}"),
        ),
        _type(
            "Basic (optional reversed card)",
            "Front, Back, Add Reverse",
            ("{{Front}}", f"{_ANSWER}{{{{Back}}}}"),
            ("{{#Add Reverse}}{{Back}}{{/Add Reverse}}", f"{_ANSWER}{{{{Front}}}}"),
        ),
        _type(
            "Basic (type in the answer)",
            "Front, Back",
            ("{{Front}}\n\n{{type:Back}}", "{{Front}}\n\n<hr id=answer>\n\n{{type:Back}}"),
        ),
        _type(
            "Cloze",
            "Text, Back Extra",
            ("{{cloze:Text}}", "{{cloze:Text}}<br>\n{{Back Extra}}"),
            cloze=True,
        ),
        _type(
            "Image Occlusion",
            "Occlusion, Image, Header, Back Extra, Comments",
            (
                (
                    "{{#Header}}<div>{{Header}}</div>{{/Header}}\n"
                    '<div style="display: none">{{cloze:Occlusion}}</div>\n'
                    '<div id="image-occlusion-container">{{Image}}'
                    '<canvas id="image-occlusion-canvas"></canvas></div>\n'
                    "<script>try { anki.imageOcclusion.setup(); } catch (exc) {}</script>"
                ),
                "{{Image}}",
            ),
            cloze=True,
        ),
        # Those of decks in the wild.
        _type(
            "Vocabulary",
            "Expression, Reading, Meaning, Audio, Picture, Extra",
            (
                '<div class="jp">{{Expression}}</div>{{hint:Picture}}',
                (
                    '{{FrontSide}}\n<hr id="answer">\n'
                    "{{furigana:Reading}}<br>{{Meaning}}<br>{{Audio}}"
                    '{{#Extra}}<div class="extra">Note: {{Extra}}</div>{{/Extra}}'
                ),
            ),
            (
                "{{Meaning}}",
                "{{FrontSide}}<hr id=answer>{{Expression}}<br>{{kana:Reading}} {{Audio}}",
            ),
        ),
        _type(
            "Country",
            "Country, Capital, Capital info, Flag, Map",
            (
                "{{Country}}<div>What is the capital?</div>",
                (
                    "{{FrontSide}}<hr id=answer>{{Capital}}"
                    "{{#Capital info}}<div>{{Capital info}}</div>{{/Capital info}}"
                ),
            ),
            (
                "{{#Capital}}{{Capital}}<div>Capital of which country?</div>{{/Capital}}",
                "{{FrontSide}}<hr id=answer>{{Country}}",
            ),
            (
                "{{#Flag}}{{Flag}}<br>Which country has this flag?{{/Flag}}",
                "{{FrontSide}}<hr id=answer>{{Country}}",
            ),
            ("{{#Map}}{{Map}}{{/Map}}", "{{FrontSide}}<hr id=answer>{{Country}}"),
        ),
        _type(
            "Code",
            "Question, Code, Answer, Notes",
            (
                (
                    '<link rel="stylesheet" href="_hl.css"><script src="_highlight.js"></script>'
                    "<script>hljs.highlightAll();</script>\n"
                    '<div class="front">{{Question}}</div>'
                    '{{#Code}}<pre><code class="python hljs">{{Code}}</code></pre>{{/Code}}\n'
                    '<div class="footer">{{Tags}}</div>'
                ),
                (
                    '{{FrontSide}}<hr id=answer><div class="back">{{Answer}}</div>'
                    "{{#Notes}}<b>Notes:</b><br>{{Notes}}{{/Notes}}"
                ),
            ),
        ),
        _type(
            "Overhauled cloze",
            "Text, Extra, Lecture Notes",
            (
                (
                    '<div id="text">{{edit:cloze:Text}}</div>\n<div class="timer" id="s2"></div>\n'
                    "<script>var timer = 1;</script>"
                ),
                (
                    '<div id="text">{{edit:cloze:Text}}</div>\n\n<div><br></div>\n'
                    '<div id="extra">{{edit:Extra}}</div>\n'
                    '{{#Lecture Notes}}<button class="hint">Lecture Notes</button>'
                    "<div hidden>{{edit:Lecture Notes}}</div>{{/Lecture Notes}}"
                    '<div id="tags">{{Tags}}</div>'
                ),
            ),
            cloze=True,
        ),
        _type(
            "Without FrontSide",
            "Question, Answer, Source",
            (
                "<b>{{Question}}</b>",
                "<b>{{Question}}</b><br>{{Answer}}{{^Source}}No source{{/Source}}",
            ),
        ),
        _type(
            "Image Occlusion Enhanced",
            "Header, Image, Question Mask, Answer Mask, Remarks",
            (
                (
                    '<div id="io-header">{{Header}}</div><div id="io-wrapper">'
                    '<div id="io-overlay">{{Question Mask}}</div>'
                    '<div id="io-original">{{Image}}</div></div>'
                    "<script>reveal();</script>"
                ),
                (
                    '<div id="io-header">{{Header}}</div><div id="io-wrapper">'
                    '<div id="io-overlay">{{Answer Mask}}</div>'
                    '<div id="io-original">{{Image}}</div></div>{{Remarks}}'
                ),
            ),
        ),
        _type(
            "Lines shown as written",
            "Question, Answer",
            ("{{Question}}", f"{_ANSWER}{{{{Answer}}}}"),
            css=".card { color: black;\n white-space: pre-line; }",
        ),
        _type(
            "With a footer",
            "Term, Meaning",
            (
                '<div class="first">{{Term}}</div><div id="by">by Anubis</div>',
                (
                    '<div class="first">{{Term}}</div><div class="second">{{Meaning}}</div>'
                    '<div id="by">by Anubis</div>'
                ),
            ),
        ),
        _type(
            "Spoken cloze",
            "Text, Extra",
            ("{{cloze:Text}}{{tts en_US voices=A speed=1.4:cloze:Text}}", "{{cloze:Text}}"),
            cloze=True,
        ),
        _type(
            "Kanji",
            "Kanji, Meaning, Lesson",
            (
                "<div>{{Kanji}}</div>\n<div>Lesson {{Lesson}}</div>",
                "<div>{{Kanji}}</div>\n<hr>\n<b>{{Meaning}}</b>",
            ),
            (
                "<div>{{Meaning}}</div>",
                "<div>{{Meaning}}</div>\n<hr id='answer'>\n{{Kanji}}<hr>{{Lesson}}",
            ),
        ),
        _type(
            "Formula",
            "Left, Right",
            (r"\({{Left}}\) is?", r"{{FrontSide}}<hr>\[{{Left}} = {{Right}}\]"),
        ),
        _type(
            "Made by a script",
            "Question, Answer",
            (
                '<div id="q"></div><script>show("q", "{{Question}}");</script>',
                '<div id="q"></div><script>show("q", "{{Question}}", "{{Answer}}");</script>',
            ),
        ),
    ]
)


class Row(NamedTuple):
    """A note as a test writes it."""

    type: str
    fields: tuple[str, ...]
    tags: str = ""
    deck: str = "Deck"
    guid: str = ""
    ordinals: tuple[int, ...] | None = None
    """Those of its cards; all that there may be."""


def collection(rows: Iterable[Row]) -> Collection:
    notes, cards = [], []
    for number, row in enumerate(rows, start=1000):
        note_type = TYPES[row.type]
        guid = row.guid or f"guid<{number}>"
        fields = (*row.fields, *[""] * (len(note_type.fields) - len(row.fields)))
        notes.append(Note(number, guid, note_type.id, 0, tuple(row.tags.split()), fields))
        ordinals = row.ordinals
        if ordinals is None:
            ordinals = _ordinals(note_type, fields)
        cards += [
            Card(10 * number + at, number, at, row.deck, 0, 0, 0, 0, 0, 0, 0) for at in ordinals
        ]
    return Collection(0, 4, {one.id: one for one in TYPES.values()}, notes, cards, [])


def _ordinals(note_type: NoteType, fields: tuple[str, ...]) -> tuple[int, ...]:
    if not note_type.cloze:
        return tuple(one.ordinal for one in note_type.templates)
    found = re.findall(r"\{\{c([\d,]+)::", "".join(fields))
    numbers = {int(number) for several in found for number in several.split(",")}
    return tuple(sorted(number - 1 for number in numbers))
