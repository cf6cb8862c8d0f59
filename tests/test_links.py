"""Links between notes, and the images and sounds that notes name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from srs import links, notes

if TYPE_CHECKING:
    from conftest import TestVault

LOOP = "# The loop\n\n## Timers & co\n\nx :: y ^here\n"


def broken(text: str, path: str = "notes/phase-1/a.md", files: str = "") -> list[str]:
    """Problems of a note beside notes/phase-1/loop.md, with these files beside it."""
    read = [notes.parse(path, text)[0], notes.parse("notes/phase-1/loop.md", LOOP)[0]]
    there = files.split()

    def find(_note: str, source: str) -> str:
        return "outside" if source.startswith("..") else "found" if source in there else "missing"

    return [f"{one.line}:{one.column} {one.code}" for one in links.broken(read, find)]


@pytest.mark.parametrize(
    "link",
    [
        "[[loop]]",
        "[[Loop]]",
        "[[loop.md]]",
        "[[phase-1/loop]]",
        "[[notes/phase-1/loop]]",
        "[[./loop]]",
        "[[../phase-1/loop]]",
        "[[The loop]]",
        "[[loop|text]]",
        "[[loop#Timers & co]]",
        "[[loop#timers & co|text]]",
        "[[loop#The loop#Timers & co]]",
        "[[loop#^here]]",
        "[[loop\\|text]]",
        "[[paper.pdf]]",
        "[[#Own]]",
        "![[loop]]",
        "`[[nowhere]]`",
        "$[[nowhere]]$",
        "rows[[1]]",
        "[[ -f x ]]",
        r"\[[nowhere]]",
        "<!-- [[nowhere]] -->",
    ],
)
def test_links_that_lead_somewhere_or_are_none(link: str) -> None:
    text = f"# Own\n\nSee {link} there.\n\n```\n[[nowhere]]\n```\n"
    assert broken(text, files="paper.pdf") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [[lop]]", "1:5 link-broken"),
        ("a\nsee [[phase-2/loop]]", "2:5 link-broken"),
        ("[[loop#Timer]]", "1:1 link-heading"),
        ("[[#Nope]]", "1:1 link-heading"),
        ("- x\n  - see [[lop]]", "2:9 link-broken"),
        ("> see [[lop]]", "1:7 link-broken"),
        ("# see [[lop]]", "1:7 link-broken"),
        ("| a |\n|---|\n| [[lop]] |", "3:3 link-broken"),
        ("Q: a [[lop]]\nA: b", "1:6 link-broken"),
        ("Q: a\nA: b\n   [[lop]]", "3:4 link-broken"),
        ("[[lop|text]] :: b", "1:1 link-broken"),
        ("C: {{[[lop]]}}", "1:6 link-broken"),
        ("[^1]: see [[lop]]", "1:11 link-broken"),
        ("![[lop]]", "1:1 link-broken"),
    ],
)
def test_broken_links_have_their_place(text: str, expected: str) -> None:
    assert broken(text) == [expected]


def test_a_broken_link_shows_the_nearest_name() -> None:
    note, _ = notes.parse("notes/lop.md", "[[loop]]")
    (problem,) = links.broken([note], lambda _note, _source: "found")
    assert problem.hint == "Did you mean `[[lop]]`?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![a](b.png)", ["1:1 media-missing"]),
        ("![a](c.png)", []),
        ("![a](c%20d.png)", ["1:1 media-missing"]),
        ("![a](c.png?raw=true)", []),
        ("![[c.png]]", []),
        ("![[c.png|a picture]]", []),
        ("![[c.png | 400]]", []),
        ("![[b.png |400]]", ["1:1 media-missing"]),
        ("x ![[b.png]]", ["1:3 media-missing"]),
        ("![a](s.mp3)", []),
        ("![a](../c.png)", ["1:1 media-outside"]),
        ("![a](c.pdf)", ["1:1 media-type"]),
        ("![a](c)", ["1:1 media-type"]),
        ("![a](https://x.org/b.png)", []),
        ("![a](data:image/png;base64,AAAA)", []),
        ("a <img alt='' src='b.png'> b", ["1:3 media-missing"]),
        ("<div>\n<img src='b.png'>\n</div>", ["2:1 media-missing"]),
        ("<audio controls src='s.mp3'></audio>", []),
        ("<audio controls src=t.mp3></audio> x", ["1:1 media-missing"]),
        ("`![a](b.png)`", []),
        ("```\n![a](b.png)\n```", []),
        ("Q: a\nA: ![a](b.png)", ["2:4 media-missing"]),
    ],
)
def test_media(text: str, expected: list[str]) -> None:
    assert broken(text, files="c.png s.mp3") == expected


def test_media_of_a_vault_are_looked_for_beside_the_note_and_in_the_vault(
    vault: TestVault,
) -> None:
    vault.write("notes/phase-1/beside.png", "x")
    vault.write("media/top.png", "x")
    vault.write("../out.png", "x")
    text = "![](beside.png) ![](/media/top.png) ![](top.png) ![](../../../out.png)\n"
    vault.write("notes/phase-1/a.md", text)
    found = vault.srs("check", "--json").data["problems"]
    assert [(one["column"], one["code"]) for one in found] == [
        (37, "media-missing"),
        (50, "media-outside"),
    ]


def test_an_image_that_is_a_link_out_of_the_vault_is_outside(vault: TestVault) -> None:
    elsewhere = vault.write("../out.png", "x")
    vault.write("notes/a.md", "![](in.png)\n")
    (vault.root / "notes/in.png").symlink_to(elsewhere)
    assert [one["code"] for one in vault.srs("check", "--json").data["problems"]] == [
        "media-outside"
    ]


def test_two_items_with_one_question(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: Who  is it?\nA: me\n\nTTL :: time\n")
    vault.write(
        "notes/b.md",
        "Who is it? :: you\nwho is it? :: they\n\nC: The {{a}} is y.\n\nC: The {{b}} is y.\n",
    )
    found = vault.srs("check", "--json").data["problems"]
    assert [(one["path"], one["line"], one["code"]) for one in found] == [
        ("notes/b.md", 1, "question-twice"),
        ("notes/b.md", 6, "question-twice"),
    ]
    assert "notes/a.md:1" in found[0]["message"]
    assert "notes/b.md:4" in found[1]["message"]


def test_one_card_twice_is_said_once(vault: TestVault) -> None:
    vault.write("notes/a.md", "a :: b\n\na :: b\n")
    found = vault.srs("check", "--json").data["problems"]
    assert [one["code"] for one in found] == ["item-twice"]
