"""Whatever a note says: nothing raises, every card that is written is found, and nothing else is.

Single rules are in tests/cases/; here are the properties that hold for all notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs import notes
from srs.kinds.kind import MOST_ROWS
from srs.model import Item, Note, Problem, Severity

PATH = "notes/phase-3/locks.md"
properties = settings(max_examples=100, deadline=None)

# Any text ---------------------------------------------------------------------------------------

# fmt: off
MARKS = [
    "Q:", "A:", "C:", "T:", "Points:", "Why:", "Hint:", "::", ":::", "{{", "}}", "{{c1::", "==",
    "`", "```", "~~~", "$", "$$", "---", "***", "-", "1.", ">", "#", "|", "|-|", "<!--", "-->",
    "<b>", "</b>", "[a]:", "[^1]:", "[a](b)", "![a](b)", "\\", "**", "_", "#tag", "#contrast/x",
    "^id", "?", "${{", "}}}", "[x]", "topic:", "tags:", "[", "]", "!!int", "!!bool", "!!null",
    "'", '"', "&", "*x", "...", "a", "é", "👩‍💻", "e\N{COMBINING ACUTE ACCENT}",
]
SPACES = [
    " ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "\f", "\v", "\0", "\x1c", "\x85", "\ufdd0",
    "\N{LINE SEPARATOR}", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH NO-BREAK SPACE}",
]
# fmt: on
scraps = st.lists(
    st.sampled_from(MARKS) | st.sampled_from(SPACES) | st.text(max_size=3), max_size=60
).map("".join)
texts = (
    st.text()
    | scraps
    | st.builds("---\n{}\n---\n{}".format, scraps, scraps)
    | st.lists(scraps.map("C: {}".format), max_size=3).map("\n".join)
)


def assert_places_in(text: str, note: Note, problems: tuple[Problem, ...]) -> None:
    lines = re.split("\r\n|\r|\n", text.removeprefix("\ufeff"))
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    assert all(1 <= item.line <= len(lines) for item in note.items)
    assert [item.order for item in note.items] == [*range(len(note.items))]
    assert [item.line for item in note.items] == sorted(item.line for item in note.items)


@properties
@given(texts)
@example("")
@example("\ufeff")
@example("---")
@example("Q:\nA:\nC:\nT:\nPoints:\nWhy:\nHint:")
def test_any_text_is_read_and_its_problems_lie_in_it(text: str) -> None:
    assert_places_in(text, *notes.parse(PATH, text))


@pytest.mark.parametrize(
    "value",
    ["!!timestamp x", "!!bool x", '!!int ""', '!!float ""', "!!binary é", "!!set {a}", "!!x y"],
)
def test_values_that_do_not_fit_their_yaml_type_are_problems(value: str) -> None:
    text = f"---\ntags: [a]\ntopic: {value}\n---\nb :: c"
    note, problems = notes.parse(PATH, text)
    assert [(one.line, one.column) for one in problems] == [(3, 8)]
    assert len(note.items) == 1


def test_a_number_too_long_to_be_written_out_raises_nothing() -> None:
    text = f"---\ntopic: 0x{'f' * 5000}\n---\na :: b"
    note, _ = notes.parse(PATH, text)
    assert len(note.items) == 1


@pytest.mark.parametrize("mark", ["\x85", "\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}"])
def test_what_only_yaml_takes_for_a_line_end_moves_no_line(mark: str) -> None:
    text = f"---\nabout: 'a{mark}b'\ntopic: [c]\n---\nd :: e"
    _, (problem,) = notes.parse(PATH, text)
    assert (problem.line, problem.column) == (3, 8)


def test_a_character_that_yaml_refuses_is_shown_where_it_stands() -> None:
    _, (problem,) = notes.parse(PATH, "---\ntopic: a\nabout: b\x07c\n---\nd :: e")
    assert problem.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "> " * 1000 + "Q: a",
        "\n".join("  " * depth + "- a" for depth in range(500)),
        "---\na: " + "[" * 2000 + "\n---\nb :: c",
        "Q: " + "[" * 2000 + "\nA: b",
        "C: " + "{{" * 2000,
        "C: " + "{{a" + "}" * 2000,
        "C: {{" + " " * 300 + "x",
    ],
    ids=["quotes", "lists", "yaml", "brackets", "gaps", "braces", "spaces"],
)
def test_deep_and_long_texts_are_read(text: str) -> None:
    assert_places_in(text, *notes.parse(PATH, text))


# What is written is found -------------------------------------------------------------------------

_LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp"),
    exclude_characters="`$<>[]\\{}=:|#^&\ufeff",
)
# fmt: off
_SPECIAL = [
    "`a :: b`", "`Q: a`", "$x :: y$", "[l](<u :: v>)", "![i](i.png)", '<b title=" :: ">c</b>',
    "**d**", "_e_", r"\::", "a::b", "Q:", "👩‍💻", "f\fg", "h\x85i", "j\N{LINE SEPARATOR}k",
    "1.", "-",
]
# fmt: on
_WORDS = st.text(_LETTERS, min_size=1, max_size=8) | st.sampled_from(_SPECIAL)
# A line begins with a word, so no Markdown begins there, and ends with one that is no tag or id.
lines = st.lists(_WORDS, max_size=6).map(lambda words: " ".join(["so", *words, "on."]))
paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n".join)

_CODE = [
    "Q: a",
    "A: b",
    "---",
    "# c",
    "d :: e",
    "C: {{f}}",
    "",
    "    g",
    "^h",
    "<!--",
    "$$",
    "| i |",
]
fences = st.builds(
    "{0}{1}\n{2}\n{0}".format,
    st.sampled_from(["```", "~~~", "`````"]),
    st.sampled_from(["", "js", " yaml run"]),
    st.lists(st.sampled_from(_CODE), max_size=5).map("\n".join),
)
lists = st.sampled_from(
    [
        "- a\n- b :: c",
        "1. a\n2. b\n\n   c",
        "- a\n\n  ```\n  Q: b\n  A: c\n  ```\n- d",
        "* a\n  * b\n\n        Q: c",
    ]
)
others = st.sampled_from(
    [
        "| a :: b | Q: c |\n|---|---|\n| d | `e :: f` |",
        "> a\n> b",
        "> ~~~\n> Q: a\n> A: b\n> ~~~",
        "$$\na :: b\n$$",
        "<!-- Q: a\n\nA: b\n\nc :: d -->",
        "<div>\na :: b\n</div>",
        "![a](b.png)",
    ]
)
blocks = paragraphs | fences | lists | others


@dataclass(frozen=True)
class Written:
    """An item as source, and what must be read from it."""

    source: str
    kind: str
    texts: dict[str, str]
    faces: tuple[tuple[str, str], ...]
    ends: bool
    """Whether it ends by itself, before what is no item."""


@st.composite
def parts(draw: st.DrawFn) -> str:
    return "\n\n".join([draw(paragraphs), *draw(st.lists(blocks, max_size=3))])


@st.composite
def questions(draw: st.DrawFn) -> Written:
    texts = {"Q": draw(parts()), "A": draw(parts())}
    for tag in draw(st.lists(st.sampled_from(["Why", "Hint"]), unique=True)):
        texts[tag] = draw(parts())
    order = ["Q", *draw(st.permutations([tag for tag in texts if tag != "Q"]))]
    source = "\n\n".join(f"{tag}: {texts[tag]}" for tag in order)
    return Written(source, "basic", texts, ((texts["Q"], texts["A"]),), ends=False)


@st.composite
def one_liners(draw: st.DrawFn) -> Written:
    mark, (left, right) = draw(st.sampled_from(["::", ":::"])), draw(st.tuples(lines, lines))
    source, texts = f"{left} {mark} {right}", {"Q": left, "A": right}
    for tag in draw(st.lists(st.sampled_from(["Why", "Hint"]), unique=True)):
        texts[tag] = draw(paragraphs)
        source += draw(st.sampled_from(["\n", "\n\n"])) + f"{tag}: {texts[tag]}"
    faces = ((left, right), (right, left)) if mark == ":::" else ((left, right),)
    return Written(source, "basic" if mark == "::" else "reversed", texts, faces, ends=True)


@dataclass(frozen=True)
class Gap:
    text: str
    hint: str
    number: int | None
    equals: bool

    @property
    def source(self) -> str:
        number = "" if self.number is None else f"c{self.number}::"
        hint = self.hint and f"::{self.hint}"
        return f"=={self.text}==" if self.equals else f"{{{{{number}{self.text}{hint}}}}}"


gaps = st.one_of(
    st.builds(Gap, lines, st.just(""), st.none(), st.just(True)),
    st.builds(
        Gap,
        lines | st.sampled_from(["`a :: b`", r"$\frac{1}{x^{2}}$", "`{{c}}`", "a == b"]),
        st.sampled_from(["", "which?", "a b"]),
        st.none() | st.integers(1, 3),
        st.just(False),
    ),
).filter(lambda gap: not re.search(r"::(?! [by])", gap.text))  # that would be a hint


@st.composite
def clozes(draw: st.DrawFn) -> Written:
    pieces = draw(st.lists(gaps | lines, max_size=5))
    pieces.insert(draw(st.integers(0, len(pieces))), draw(gaps))
    follows = draw(st.just("") | lists.map("\n\n{}".format))
    asked: dict[object, list[Gap]] = {}
    for place, piece in enumerate(pieces):
        if isinstance(piece, Gap):
            asked.setdefault(("gap", place) if piece.number is None else piece.number, []).append(
                piece
            )

    def prompt(hidden: list[Gap]) -> str:
        return joined(
            [
                piece
                if isinstance(piece, str)
                else f"[{piece.hint or '...'}]"
                if any(piece is gap for gap in hidden)
                else piece.text
                for piece in pieces
            ]
        )

    glue = draw(st.sampled_from([" ", "\nand "]))

    def joined(words: list[str]) -> str:
        return glue.join(["so", *words]) + follows

    text = joined([piece if isinstance(piece, str) else piece.source for piece in pieces])
    faces = tuple((prompt(group), ", ".join(gap.text for gap in group)) for group in asked.values())
    return Written(f"C: {text}", "cloze", {"C": text}, faces, ends=True)


headings = st.builds("{} {}".format, st.sampled_from(["#", "##", "######"]), lines)
rules = st.sampled_from(["---", "***", "- - -"])
prose = st.lists(
    paragraphs
    | headings
    | rules
    | fences
    | others
    | st.builds("{}\n\n{}".format, paragraphs, lists),
    max_size=3,
)


@dataclass
class Document:
    chunks: list[str] = field(default_factory=list)
    expected: list[tuple[int, Written]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.chunks)

    def add(self, written: Written) -> None:
        self.expected.append((len("\n\n".join([*self.chunks, ""]).split("\n")), written))
        self.chunks.append(written.source)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Items between prose; where an item does not end by itself, a heading or rule ends it."""
    document = Document(["so it begins.", *draw(prose)])
    for written in draw(st.lists(questions() | one_liners() | clozes(), max_size=4)):
        document.add(written)
        between = draw(prose)
        if between and not written.ends:
            document.chunks.append(draw(headings | rules))
        document.chunks += between
    return document


@properties
@given(documents())
def test_all_items_are_found_in_order_with_their_texts_and_nothing_else(document: Document) -> None:
    note, problems = notes.parse(PATH, document.text)
    assert [
        (
            item.line,
            item.kind,
            dict(item.texts),
            [(face.prompt, face.answer) for face in item.faces],
        )
        for item in note.items
    ] == [
        (line, written.kind, written.texts, [*written.faces]) for line, written in document.expected
    ]
    assert all(problem.severity is Severity.WARNING for problem in problems)
    assert_places_in(document.text, note, problems)


# What changes nothing -----------------------------------------------------------------------------


@properties
@given(
    documents(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(0, 3),
    st.booleans(),
)
def test_line_ends_byte_order_mark_and_final_newlines_change_nothing(
    document: Document, line_end: str, mark: bool, newlines: int, with_front_matter: bool
) -> None:
    text = "---\ntopic: [a]\ntags: [b]\n---\n" * with_front_matter + document.text
    disguised = "\ufeff" * mark + (text + "\n" * newlines).replace("\n", line_end)
    assert notes.parse(PATH, disguised) == notes.parse(PATH, text)


@properties
@given(documents(), st.sampled_from([" ", "  ", "\t"]))
def test_trailing_spaces_change_no_item(document: Document, spaces: str) -> None:
    before, _ = notes.parse(PATH, document.text)
    after, _ = notes.parse(PATH, with_trailing(document.text, spaces))
    assert [(item.id, item.line) for item in after.items] == [
        (item.id, item.line) for item in before.items
    ]
    assert [stripped(item) for item in after.items] == [stripped(item) for item in before.items]


def with_trailing(text: str, spaces: str) -> str:
    """The text with spaces at the end of all lines, but for code, where they count."""
    result, in_fence = [], False
    for line in text.split("\n"):
        mark = line.lstrip("> ").startswith(("```", "~~~"))
        in_fence ^= mark
        result.append(line if in_fence or line.startswith("     ") else line + spaces)
    return "\n".join(result)


def stripped(item: Item) -> list[tuple[str, ...]]:
    """Key, prompt and answer of all faces; a text keeps the spaces at the end of inner lines."""
    return [
        (
            face.key,
            *(
                re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
                for text in (face.prompt, face.answer)
            ),
        )
        for face in item.faces
    ]


# What identifies an item --------------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """A way to write the same words."""

    emphasis: str
    strong: str
    bullet: str
    breaks: tuple[bool, ...]

    def paragraph(self, words: list[str], indent: str = "") -> str:
        marks = ("", self.emphasis, self.strong)
        text = "so"
        for i, word in enumerate(words):
            mark = marks[len(word) % 3]
            text += "\n" + indent if self.breaks[i % len(self.breaks)] else " "
            text += f"{mark}{word}{mark}"
        return text

    def items(self, entries: list[list[str]]) -> str:
        return "\n".join(f"{self.bullet} {self.paragraph(words, '  ')}" for words in entries)


styles = st.builds(
    Style,
    st.sampled_from(["*", "_", ""]),
    st.sampled_from(["**", "__", ""]),
    st.sampled_from("-*+"),
    st.lists(st.booleans(), min_size=1, max_size=5).map(tuple),
)
plain_words = st.lists(st.text("abcé", min_size=1, max_size=4), max_size=6)


@properties
@given(plain_words, plain_words, st.lists(plain_words, max_size=3), styles, styles)
def test_ids_do_not_depend_on_emphasis_bullets_or_line_breaks(
    question: list[str], answer: list[str], entries: list[list[str]], one: Style, other: Style
) -> None:
    def contents(style: Style) -> list[str]:
        asked, said = style.paragraph(question), style.paragraph(answer)
        listed = style.items(entries)
        text = f"Q: {asked}\n\n{listed}\n\nA: {said}\n\n{listed}\n\nWhy: {said}\n\n---\n\n"
        text += f"C: {asked} {{{{gap}}}}\n\n{listed}\n\n"
        note, _ = notes.parse(PATH, text)
        return [item.content for item in note.items]

    assert contents(one) == contents(other)
    assert len(set(contents(one))) == 2


@properties
@given(plain_words, styles, styles)
def test_a_gap_does_not_depend_on_emphasis_or_line_breaks(
    hidden: list[str], one: Style, other: Style
) -> None:
    def keys(style: Style) -> list[str]:
        (item,) = notes.parse(PATH, f"C: {{{{{style.paragraph(hidden)}}}}} and so on.")[0].items
        return [face.key for face in item.faces]

    assert keys(one) == keys(other)


@properties
@given(plain_words, plain_words)
def test_other_words_make_another_id(one: list[str], other: list[str]) -> None:
    style = Style("*", "**", "-", (False,))
    text = f"Q: {style.paragraph(one)}\nA: b\n\nQ: {style.paragraph(other)}\nA: b"
    first, second = notes.parse(PATH, text)[0].items
    assert (first.content == second.content) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Q: a\nA: b", "a :: b"),
        ("Q: a\nA: b", "Q: a\n\nA:\nb"),
        ("Q: a\nWhy: c\nA: b", "Q: a\nA: b\nWhy: c"),
        ("Q: a #tag\nA: b ^id", "Q: a\nA: b"),
        ("Q: [a](b)\nA: c", "Q: a\nA: c"),
        ("Q: a\nA: b <!-- c -->", "Q: a\nA: b"),
        ("Q: a\nA: 1. b", "Q: a\nA: 1\\. b"),
    ],
)
def test_what_identifies_is_what_is_said(one: str, other: str) -> None:
    assert content(one) == content(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Q: a\nA: b", "Q: a\nHint: b\nA: b"),
        ("a :: b", "a ::: b"),
        ("a :: b", "b :: a"),
        ("Q: a\nA:\n```\nb  c\n```", "Q: a\nA:\n```\nb c\n```"),
        ("Q: a\nA:\n```\nb\nc\n```", "Q: a\nA:\n```\nb c\n```"),
        ("Q: ![a](b.png)\nA: c", "Q: ![a](d.png)\nA: c"),
        ("C: {{a}} b", "C: a {{b}}"),
    ],
)
def test_what_says_something_else_is_another_item(one: str, other: str) -> None:
    assert content(one) != content(other)


def content(text: str) -> str:
    (item,) = notes.parse(PATH, text)[0].items
    return item.content


# The note around its items ------------------------------------------------------------------------


def test_the_phase_is_the_folders_unless_front_matter_names_it() -> None:
    assert notes.parse("notes/phase-3/a.md", "")[0].phase == "phase-3"
    assert notes.parse("notes/phase-3/deep/a.md", "")[0].phase == "phase-3"
    assert notes.parse("notes/a.md", "")[0].phase is None
    assert notes.parse("notes/phase-3/a.md", "---\nphase: phase-4\n---")[0].phase == "phase-4"


def test_the_topic_is_front_matters_else_the_first_heading_else_the_file_name() -> None:
    assert notes.parse("notes/phase-3/locks.md", "a")[0].topic == "locks"
    assert notes.parse("notes/phase-3/locks.md", "a\n## *Lock* `s`\n# B")[0].topic == "Lock s"
    assert notes.parse("notes/locks.md", "---\ntopic: Locks\n---\n# B")[0].topic == "Locks"


def test_a_byte_order_mark_and_carriage_returns_leave_lines_and_columns_true() -> None:
    text = "\ufeff---\r\ntopic: a: b\r\n---\r\n\r\nC: {{c\r\n\r\nd :: e\r\n"
    note, problems = notes.parse(PATH, text)
    assert [(one.line, one.column, one.code) for one in problems] == [
        (2, 9, "front-matter-invalid"),
        (5, 4, "gap-unclosed"),
    ]
    assert [item.line for item in note.items] == [7]


@pytest.mark.parametrize("row", ["Q: a\n{}", "Q: a\nPoints:\n{}"])
def test_a_list_has_as_many_rows_as_there_are_keys(row: str) -> None:
    box = "- [x] " if "Points" not in row else "- "
    for count, codes in ((MOST_ROWS, []), (MOST_ROWS + 1, ["rows-flood"])):
        text = row.format("\n".join(f"{box}row {number}" for number in range(count)))
        note, problems = notes.parse(PATH, text)
        assert [problem.code for problem in problems] == codes
        assert len(note.items) == (not codes)
