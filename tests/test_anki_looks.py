"""How every card looks in Anki, as far as it takes no browser to tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from anki_engine import Anki, answer, question
from test_anki_kinds import EVERY_KIND, only, send

from srs import kinds
from srs.anki.packing.style import CSS

if TYPE_CHECKING:
    from conftest import TestVault

NOTE_TYPES = {kind.note_type.name: kind.note_type for kind in kinds.KINDS}


# Templates --------------------------------------------------------------------------------------


def test_cards_need_no_network(vault: TestVault, anki: Anki) -> None:
    send(vault, anki, EVERY_KIND)
    for card in anki.cards():
        shown = CSS + card.question() + card.answer()
        assert not re.search(r"//\w|url\(|@import|@font-face|\bsrc=|\bfetch\(|XMLHttp", shown)


@pytest.mark.parametrize("name", NOTE_TYPES)
def test_braces_are_fields_and_nothing_else(name: str) -> None:
    """Doubled braces of a style sheet or a script would be taken for fields by Anki."""
    note_type = NOTE_TYPES[name]
    fields = {field for _, field in note_type.fields}
    for template in note_type.templates:
        for text in (template.front, template.back):
            named = re.findall(r"\{\{[#^/]?(?:type:|cloze:)?([^{}:]*)\}\}", text)
            assert set(named) <= fields
            assert text.count("{{") == text.count("}}") == len(named)
            opened, closed = (
                re.findall(rf"\{{\{{[{sign}](.*?)\}}\}}", text) for sign in ("#^", "/")
            )
            assert sorted(opened) == sorted(closed)


def test_hints_and_reasons_are_folded_on_every_kind(vault: TestVault, anki: Anki) -> None:
    more = "Hint: look\nWhy: so it is\n"
    items = EVERY_KIND.replace("Why: One thread.\n", "").replace("Hint: npm\n", "").split("\n\n")
    written = [f"{item}\n{more}" for item in items if ":::" not in item]
    send(vault, anki, "\n".join(written))
    assert anki.faults() == []
    assert {card.note_type()["name"] for card in anki.cards()} == set(NOTE_TYPES)
    for card in anki.cards():
        asked, answered = question(card), answer(card)
        assert (asked.folded, answered.folded) == (["hint"], ["why"])
        assert (asked.parts["hint"], answered.parts["why"]) == ("look", "so it is")


def test_a_cloze_is_read_from_its_start(vault: TestVault, anki: Anki) -> None:
    """Anki scrolls to the element `answer`, which would be below the text."""
    assert 'id="answer"' not in only(vault, anki, "C: a {{b}} c\nWhy: d\n").answer()


# The style sheet --------------------------------------------------------------------------------


def colours(rule: str) -> dict[str, str]:
    """The named colours that a rule of the style sheet sets, each as six digits."""
    found = re.findall(r"--([\w-]+): #([0-9a-f]{3}(?:[0-9a-f]{3})?);", body(rule))
    return {
        name: digits if len(digits) == 6 else re.sub("(.)", r"\1\1", digits)
        for name, digits in found
    }


def body(rule: str) -> str:
    return CSS.partition(rule + " {")[2].partition("}")[0]


def contrast(one: str, other: str) -> float:
    """Ratio of the luminances of two colours, 1 to 21 (WCAG 2.1)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


DARK = ".card.nightMode, .nightMode .card, .card.night_mode, .night_mode .card"
CODE = ("keyword", "string", "number", "comment", "name", "type")
ON = {
    "paper": ("ink", "soft", "gap", "right", "wrong", *CODE),
    "code": ("ink", "soft", "gap", *CODE),
    "right-paper": ("ink", "soft", "gap", "right"),
}
"""Colours of text by what they stand on. Rules that set both are found in the style sheet."""
BOTH = re.findall(r"[^-]color: var\(--([\w-]+)\);\s+background: var\(--([\w-]+)\)", CSS)


@pytest.mark.parametrize("rule", [".card", DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_background(rule: str) -> None:
    set_ = colours(rule)
    assert set_.keys() == colours(".card").keys()
    assert ("removed", "removed-paper") in BOTH
    pairs = {(ink, paper) for paper, inks in ON.items() for ink in inks} | set(BOTH)
    found = {(ink, paper): contrast(set_[ink], set_[paper]) for ink, paper in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


def test_every_colour_that_is_used_is_set() -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) == colours(".card").keys()
    assert CSS.count("{") == CSS.count("}")


def test_the_dark_outdoes_what_the_apps_set_by_body_night_mode() -> None:
    for rule in (".card", DARK):
        assert "color: var(--ink); background: var(--paper);" in body(rule)


def test_what_was_typed_is_marked_by_more_than_a_colour(anki: Anki) -> None:
    seen = anki.col.compare_answer("npm clean-install", "npn clean")
    assert set(re.findall(r"class=\"?(\w+)", seen)) == {"typeGood", "typeBad", "typeMissed"}
    assert "text-decoration: line-through" in body(".card .typeBad")
    assert "text-decoration: underline" in body(".card .typeMissed")
    assert "text-decoration" not in body(".card .typeGood")
    assert "content" in body(".card .typeGood:only-child::after")
    seen = anki.col.compare_answer("npm ci", "npm ci")
    assert seen == "<code id=typeans><span class=typeGood>npm ci</span></code>"
