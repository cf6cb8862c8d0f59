"""Cards on a terminal: rows that fit, plain fragments without rich, and Markdown with it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.ui import drawing, markup
from srs.ui.markup import drawn
from srs.ui.screen import footer, said
from srs.ui.styled import cells, flow, grid, hung, paragraph, spread, styled

SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")
WORDS = st.text("ab.,;!?()-_'\"=+@#~^&$:/|<>*`[]{}\\ \n1é事🙂", max_size=60)


def bare(rows: str) -> str:
    return SEQUENCE.sub("", rows)


CODE = st.builds(
    "\n{0}{1}\n{2}\n{0}\n".format,
    st.sampled_from(["```", "~~~~"]),
    st.sampled_from(["", "js", "python run", "nonsense"]),
    st.text("ab (){}=+\"'`~\n\t1_;:#", max_size=30),
)
TEXTS = st.lists(st.one_of(WORDS, CODE), max_size=4).map("".join)


@given(TEXTS, st.integers(8, 60))
def test_a_plain_fragment_looks_as_rich_draws_it(text: str, width: int) -> None:
    blocks = drawing.plain(text)
    if blocks is None:
        return
    ours, theirs = (
        "\n".join(row.rstrip() for row in bare(rows).split("\n")).strip("\n")
        for rows in (drawing.fragment(text, width, []), drawn(text, width, []))
    )
    assert "".join(ours.split()) == "".join(theirs.split())
    # Which words share a row may differ where one is longer than any row, and rich breaks Chinese
    # at blanks only.
    if "事" not in text and all(cells(word) <= width - 4 for word in text.split()):
        assert ours == theirs


@pytest.mark.parametrize(
    "text",
    [
        "What is `a | b` in C#?",
        "Is snake_case a name, and is 2 > 1?",
        "Two\nlines of one paragraph, 3. and - in the middle",
        "Two paragraphs\n\nwith\n```js\nconst code = 1;\n```\nbetween them",
        "A [...] is asked",
    ],
)
def test_what_is_plain(text: str) -> None:
    assert drawing.plain(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "*a*",
        "_a_",
        "a **b**",
        "[a](b)",
        "<b>",
        "- a",
        "1. a",
        "# a",
        "> a",
        "    a",
        "$x$",
        "``a``",
        "a  \nb",
        "| a |",
        "```\nnever closed",
        "[a]: https://b",
        "&amp;",
        "~~a~~",
        "a\n---",
        "https://a.org",
        "a\\*",
    ],
)
def test_what_is_markdown(text: str) -> None:
    assert drawing.plain(text) is None


@given(WORDS, st.integers(2, 40))
def test_no_row_is_wider_than_it_may_be_and_nothing_is_lost(text: str, width: int) -> None:
    rows = paragraph([(text[:20], "bold"), (text[20:], "")], width)
    assert all(cells(row) <= width for row in rows.split("\n"))
    assert "".join(bare(rows).split()) == "".join(text.split())


def test_wide_characters_take_two_cells() -> None:
    assert cells("削除 🙂") == 7
    assert paragraph([("削除削除", "")], 5).split("\n") == ["削除", "削除"]


def test_chinese_is_broken_anywhere_but_before_its_marks() -> None:
    text = "libuv 用线程池处理文件，因为它们没有异步。"
    assert paragraph([(text, "")], 16).split("\n") == [
        "libuv 用线程池处",
        "理文件，因为它们",
        "没有异步。",
    ]
    assert paragraph([("等待事件，因为", "")], 8).split("\n") == ["等待事", "件，因为"]


def test_an_emoji_of_several_characters_is_not_broken() -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert paragraph([(family * 5, "")], 5).split("\n") == [family * 2, family * 2, family]
    accented = "e\u0301"
    assert paragraph([(accented * 5, "")], 3).split("\n") == [accented * 3, accented * 2]


def test_styles_end_with_each_row() -> None:
    assert paragraph([("one two", "bold red")], 4) == "\x1b[1;31mone\x1b[0m\n\x1b[1;31mtwo\x1b[0m"


def test_no_color_leaves_what_is_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert styled("a", "bold red") == "\x1b[1ma\x1b[0m"
    assert styled("a", "red") == "a"


def test_code_within_text_is_not_told_by_its_colour_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    markup._console.cache_clear()
    monkeypatch.setenv("NO_COLOR", "1")
    for text in ("What is `code`?", "*What* is `code`?"):
        assert "\x1b[1mcode\x1b[0m" in drawing.fragment(text, 40, [])
    markup._console.cache_clear()


def test_numbers_of_a_list_have_a_dot_and_stand_below_each_other() -> None:
    rows = rows_of("\n".join(f"{number}. *a* and b" for number in range(1, 11)), 11)
    assert rows[:2] == ["  1. a and", "     b"]
    assert rows[-2:] == [" 10. a and", "     b"]


def test_a_flow_breaks_between_its_pieces() -> None:
    assert bare(flow(["Space good", "u undo", "q quit"], " · ", 20)) == (
        "Space good · u undo\nq quit"
    )


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "Space answer · u undo · e edit · q quit · ? help"),
        (39, "Space answer · u undo · e edit · ? help"),
        (22, "Space answer · ? help"),
        (16, "Space answer\nu undo · ? help"),
    ],
)
def test_a_footer_leaves_out_what_help_tells(width: int, shown: str) -> None:
    assert bare(footer("Space answer")(width)) == shown


LEFT = "1/9   ≈ 3 min left"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (70, "Phase 1 › Advanced JavaScript (ES 2025) › Generics"),
        (62, "Phase 1 › Advanced JavaScript… › Generics"),
        (50, "Advanced JavaScrip… › Generics"),
        (40, "Generics"),
        (26, "Gener…"),
    ],
)
def test_where_a_card_stands_is_cut_where_it_tells_least(width: int, shown: str) -> None:
    row = bare(spread(["Phase 1", "Advanced JavaScript (ES 2025)", "Generics"], LEFT, width))
    assert row == f"{shown:{width - 20}}  {LEFT}"


@given(st.lists(WORDS.filter(bool), min_size=1, max_size=3), st.integers(24, 60))
def test_where_a_card_stands_takes_one_row(names: list[str], width: int) -> None:
    names = [" ".join(name.split()) or "x" for name in names]
    assert cells(spread(names, LEFT, width)) == width


def test_a_grid_is_read_down_its_columns() -> None:
    assert (
        grid(["a one", "b two", "c three", "d four"], 20) == "a one     c three\nb two     d four"
    )
    assert grid(["a one", "b two"], 10) == "a one\nb two"


def test_the_rows_of_what_is_said_are_as_far_in_as_its_lines() -> None:
    assert said("By topic:\n  Indexes: 1 of 2")(14) == "By topic:\n  Indexes: 1\n  of 2"


def test_what_hangs_is_as_far_in_as_its_label_is_wide() -> None:
    assert hung("[x] ", "one\ntwo") == "[x] one\n    two"


TABLE = """
| Level | Non-repeatable read | In PostgreSQL |
|---|---|---|
| Repeatable read | prevented | a snapshot of `BEGIN` |
| Serializable | prevented | it may fail |
"""


def rows_of(markdown: str, width: int) -> list[str]:
    return [row.rstrip() for row in bare(drawn(markdown, width, [])).split("\n")]


def test_a_table_with_room_has_one_row_for_each() -> None:
    assert rows_of(TABLE, 70)[2:] == [
        " Repeatable read  prevented            a snapshot of BEGIN",
        " Serializable     prevented            it may fail",
    ]


def test_a_table_that_is_squeezed_keeps_its_words_whole_and_its_rows_apart() -> None:
    assert rows_of(TABLE, 46) == [
        "               Non-repeatable",
        " Level         read             In PostgreSQL",
        " ────────────────────────────────────────────",
        " Repeatable    prevented        a snapshot of",
        " read                           BEGIN",
        "",
        " Serializable  prevented        it may fail",
    ]


def test_a_table_that_has_no_room_is_told_row_by_row() -> None:
    assert rows_of(TABLE, 30) == [
        "Level: Repeatable read",
        "  Non-repeatable read:",
        "  prevented",
        "  In PostgreSQL: a snapshot of",
        "  BEGIN",
        "",
        "Level: Serializable",
        "  Non-repeatable read:",
        "  prevented",
        "  In PostgreSQL: it may fail",
    ]


@pytest.mark.parametrize("text", ["word " * 60, "*word* " * 60, "- *a*\n- " + "word " * 60])
def test_text_is_not_too_wide_to_read(text: str) -> None:
    rows = drawing.fragment(text.strip(), 190, []).split("\n")
    assert all(80 < cells(row.rstrip()) <= 92 for row in rows[1:-1])
    assert len(rows) > 3


@pytest.mark.parametrize("text", ["```\n{}\n```", "*a*\n\n```\n{}\n```", "| {} |\n|---|\n| a |"])
def test_code_and_tables_may_be_as_wide_as_the_terminal(text: str) -> None:
    line = "word " * 30 + "end"
    assert f" {line}" in bare(drawing.fragment(text.format(line), 190, []))


def test_code_that_goes_on_in_the_next_row_says_so() -> None:
    rows = bare(drawn("```python\nfirst = second + third\nx = 1\n```", 18, [])).split("\n")
    assert rows == [" first = second", " ↪ + third", " x = 1"]


def test_code_is_readable_on_light_and_on_dark() -> None:
    code = '```js\n// a\nconst x = `${1}` + "b"; class A { f() { return null; } }\n```'
    codes = {
        int(one)
        for run in re.findall(r"\x1b\[([0-9;]+)m", drawn(code, 70, []))
        for one in run.split(";")
    }
    assert codes <= {0, 1, 2, 3, 32, 35, 36}, "no backgrounds, no bright colours, no yellow or blue"
    assert {32, 35} <= codes


def test_links_have_numbers_and_are_told_below() -> None:
    links: list[str] = []
    asked = drawn("See [the docs](https://a.org/x) and https://b.org.", 60, links)
    assert bare(asked) == "See the docs [1] and https://b.org.\n[1] https://a.org/x"
    answer = drawn("[spec](https://c.org), again [docs](https://a.org/x)", 60, links)
    told = "[2] https://c.org\n[1] https://a.org/x"
    assert bare(answer) == f"spec [2], again docs [1]\n{told}"
    assert links == ["https://a.org/x", "https://c.org"]


def test_a_picture_is_announced_where_it_stands() -> None:
    assert bare(drawn("Look: ![a tree](tree.png) here", 60, [])) == "Look: [image: a tree] here"


def test_nothing_in_a_note_drives_the_terminal() -> None:
    for text in ("plain \x1b[2J\x07", "**bold** \x1b]0;title\x07", "```\n\x1b[2J\n```"):
        assert "\x1b[2J" not in (rows := drawing.fragment(text, 40, []))
        assert "\x07" not in rows
        assert "\x1b]" not in rows
