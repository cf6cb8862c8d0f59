"""Shortcuts for plain text answer as the parser does, and nothing that is not plain takes them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs.fragments import as_paragraph, as_written
from srs.markdown import Named, blocks, inline_opaque, named, opaque_may_cross_lines, said
from srs.markdown.inline import token_text
from srs.markdown.parser import NAMES, WATCH
from srs.markdown.parser import inline as parsed

SIGNS = """
` `` $ $$ * ** _ __ ~~ [ ] ( ) [[ ]] ](b) ![ < > <b> </b> <!-- --> & &amp; &#65; \\ \\` \\*
a b 1 é . , : :: {{ }} ${{ == | ! # é́ 🎴
"""
MARKS = st.sampled_from(SIGNS.split())
INLINE = st.lists(st.one_of(MARKS, st.sampled_from([" ", "\n", "ab", "c d"])), max_size=14).map(
    "".join
)
LINES = st.sampled_from(
    [
        "plain text",
        "**bold** text",
        "`code` text",
        "$x$ math",
        "- row",
        "- [ ] box",
        "- [x] **bold**",
        "- `code`",
        "* star",
        "-",
        "1. row",
        "> quote",
        "# heading",
        "## heading #",
        "#  a # b",
        "#",
        "```js run",
        "   ```",
        "````",
        "---",
        "===",
        "***",
        "```",
        "~~~",
        "$$",
        "| a | b |",
        "|---|---|",
        "a | b",
        "--- | ---",
        ":-- | --:",
        "[a]: b",
        "[^1]: note",
        "<div>",
        "<!--",
        "-->",
        "<!-- a -->",
        "<!-->",
        "$$a$$",
        "[a](b) c",
        "[[a]] b",
        "[a",
        "b]: c",
        "42 rows",
        "| c |",
        "|c|d|",
        "|:-:| --- |",
        "    indented",
        "  two",
        "\ttab",
        "",
        "   ",
        "\f",
        "1986. It",
        "é",
        "(a)",
        "Q: a",
        "`" * 4,
        "**",
        "_a_",
        "a\\",
    ]
)
DOCUMENT = st.lists(LINES, max_size=9).map("\n".join)


def slowly_said(text: str) -> str:
    return " ".join("".join(token_text(token) for token in parsed(text)).split())


@settings(max_examples=400)
@given(INLINE)
@example("a `b` *c* **d** e*f _g_ h_i")
@example("`a` b ` c")
@example("$a_b$ and $5 and 6$")
@example("` a `` b `")
@example("\\`a` b `c`")
@example("\\*11*] *a*")
@example("$n$ is 5")
@example("**`a`** `b`* *`c`")
@example("a `` `b` `` c ``d``` e")
@example("a ` b `` c `` d ` e")
@example("``a` b`` \\``c``")
@example("*a `b* c`")
@example("${{ a }} {{$b$}}")
def test_what_is_said_is_what_the_parser_says(text: str) -> None:
    assert said(text) == slowly_said(text)


@settings(max_examples=400)
@given(INLINE)
def test_opaque_spans_are_those_of_the_parser(text: str) -> None:
    found: list[tuple[int, int]] = []
    parsed(text, {WATCH: (text, found)})
    assert inline_opaque(text) == sorted(found)


@settings(max_examples=400)
@given(INLINE)
@example("`[[a]]` [[b#c|d]] x[[e]] [[ f]] [[#g]] [[|h]]")
@example("[[a]](b) ![[c.png]] \\[[d]]")
@example("a \\[[b]]")
def test_what_is_named_is_what_the_parser_names(text: str) -> None:
    found: list[Named] = []
    parsed(text, {WATCH: (text, []), NAMES: found})
    assert named(text) == found


@settings(max_examples=400)
@given(INLINE)
@example("![\n](b)")
@example("a ![one\ntwo](b) c")
def test_where_nothing_may_cross_lines_nothing_does(text: str) -> None:
    if not opaque_may_cross_lines(text):
        breaks = [at for at, sign in enumerate(text) if sign == "\n"]
        for start, end in inline_opaque(text):
            assert not any(start <= at < end - 1 for at in breaks)


@settings(max_examples=400)
@given(DOCUMENT)
@example("a\n---\nb")
@example("a | b\n--- | ---\nc | d")
@example("- a\nplain\n\nplain\n\n  plain")
@example("plain\n```\nplain\n\nplain\n```\nplain")
@example("<!--\n\nplain\n\n-->\n\nplain")
@example("$$\n\nplain\n\n$$")
@example("[^1]: a\n\nplain")
@example("- a\n  b\n\n- c\n\n\nplain")
@example("- a\n\n* b")
@example("plain\n```a``` b")
@example("plain\n```a\nb")
@example("- a\n- b\n\n---\n\n- c\n\n  ")
@example("| a | b |\n|---|---|\n| c |\n\nplain")
@example("<!--> a\n\n-->")
@example("$$\na\n$$\nplain")
def test_plain_blocks_are_those_of_all_rules(text: str) -> None:
    quick = blocks(text)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("blocks", "parser"):
            patch.setattr(sys.modules[f"srs.markdown.{module}"], "plain", lambda *_: None)
        assert quick == blocks(text)


@given(LINES, INLINE.map(lambda text: text.replace("\n", " ")))
def test_text_behind_a_tag_stays_a_paragraph(start: str, rest: str) -> None:
    line = f"{start} {rest}".strip()
    shown = as_paragraph(line)
    assert said(shown) == said(line)
    assert as_written(shown) in (line, as_written(line))
    first = next(iter(blocks(shown)), None)
    assert first is None or first.kind in ("paragraph", "html", "math")
