"""`srs check --explain FILE:LINE`: why a line is, or is not, part of a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.notes.explain import explain

if TYPE_CHECKING:
    from conftest import TestVault

NOTE = """\
---
topic: x
---
# Heading

Prose with std::cout in it.

- a list

Q: question? #tag
A: answer

   more
Why: reason
---

Q: which?
- [ ] this
- [x] that

C: {{gap}}
- row

left :: right

A: orphan

Q: no answer

```js
Q: code
```

[x]: y

> quote
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (1, "front matter"),
        (2, "front matter"),
        (4, "a heading"),
        (5, "is empty, and in no item"),
        (6, "is prose: it has no tag"),
        (6, "lacks a space on one side"),
        (8, "a list"),
        (10, "the item that begins here: the question"),
        (10, "kind basic: one card, answered by revealing"),
        (11, "the item in line 10: the answer (`A:`)"),
        (12, "the item in line 10: the answer (`A:`)"),
        (13, "the answer (`A:`)"),
        (14, "the reason (`Why:`)"),
        (14, "It ends with line 14, because of the rule in line 15."),
        (15, "Leave a blank line"),
        (15, "a rule, which ends an item"),
        (16, "The item above it, in line 10, ended because of the rule in line 15."),
        (17, "kind choice: one card, answered by picking"),
        (19, "the item in line 17: the options"),
        (21, "kind cloze"),
        (22, "the item in line 21: the text with gaps"),
        (24, "the left side and the right side"),
        (26, "begins with a tag that belongs to no item"),
        (28, "It makes no card. See line 28, column 1: This question has no answer."),
        (31, "the item in line 28"),
        (31, "code. Nothing in code is a tag"),
        (34, "the item in line 28"),
    ],
)
def test_each_line_has_its_reason(line: int, said: str) -> None:
    sentences, _ = explain("notes/a.md", NOTE, line)
    assert said in "\n".join(sentences)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[x]: y", "defines a link"),
        ("<!-- c -->", "a comment"),
        ("<div>", "HTML"),
        ("$$\nx\n$$", "math"),
        ("| a |\n|---|", "a table"),
        ("[^1]: note", "a footnote"),
        ("> a", "in a list or quote"),
        ("    code", "indented code"),
        ("  Q: a", "Start it at column 1"),
        ("a `::` b", "stands in code"),
        ("a \\:: b", "escaped by a backslash"),
        (
            "a ` b :: c\nd :: e ` f",
            "begins with the backtick in line 1, column 3, and ends in line 2",
        ),
        ("TTL :: time\nDNS:: names", "because of line 2, column 4: A one-line card has a space"),
        ("a :: b\nc :: d :: e", "because of line 2, column 8: A one-line card has exactly one"),
    ],
)
def test_what_is_no_card(text: str, said: str) -> None:
    sentences, item = explain("notes/a.md", text, 1)
    assert said in "\n".join(sentences)
    assert item is None


@given(st.text(alphabet="QATC:|-[]x {}`$<!>#=?\n\tab", max_size=120), st.integers(1, 12))
def test_every_line_of_every_text_can_be_explained(text: str, line: int) -> None:
    if line <= text.count("\n") + 1:
        said, _ = explain("notes/a.md", text, line)
        assert said
        assert all(sentence.endswith((".", "`", "?")) for sentence in said)
    else:
        with pytest.raises(IndexError):
            explain("notes/a.md", text, line)


def test_the_command_names_the_cards(vault: TestVault) -> None:
    vault.write("notes/a.md", "TTL ::: time to live\n")
    result = vault.srs("check", "--explain", "notes/a.md:1")
    assert result.code == 0
    assert "kind reversed: 2 cards" in result.out
    assert result.out.splitlines()[-2].endswith(": TTL")
    assert vault.srs("check", "--explain", "notes/a.md:1:5").out == result.out
    data = vault.srs("check", "--explain", "notes/a.md:1", "--json").data
    assert [card["prompt"] for card in data["cards"]] == ["TTL", "time to live"]


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("notes/a.md", 2, "no FILE:LINE"),
        ("notes/a.md:x", 2, "no FILE:LINE"),
        ("notes/b.md:1", 1, "no file notes/b.md"),
        ("notes/a.md:0", 1, "no line 0"),
        ("notes/a.md:9", 1, "no line 9"),
        ("/etc/passwd:1", 1, "no file /etc/passwd in this vault"),
    ],
)
def test_what_cannot_be_explained(vault: TestVault, where: str, code: int, said: str) -> None:
    vault.write("notes/a.md", "a :: b\n")
    result = vault.srs("check", "--explain", where)
    assert (result.code, said in result.err) == (code, True)
