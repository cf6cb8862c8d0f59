"""Every item of every kind that somebody writes is found, whatever stands in and around it.

The texts here hold what the card language could mistake: tags, separators, gaps and boxes in code,
math, HTML and links. What an item asks, accepts and offers is compared with what was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import notes
from srs.model import Ask, Item, Severity

PATH = "notes/phase-2/found.md"
properties = settings(max_examples=60, deadline=None)

# fmt: off
WORDS = [
    "timer", "poll", "naïve", "日本語", "👩‍💻", "e\N{COMBINING ACUTE ACCENT}", "1986", "C++", "a/b",
    "x=1", "`a :: b`", "`` ` :: ` ``", "`{{x}}`", "`- [x]`", "`#tag`", "`A: b`", "`^id`",
    "$a :: b$", r"$\frac{1}{x^{2}}$", "$|x|$", '<b title=" :: ">x</b>', "<!-- A: :: {{y}} -->",
    "[l](u)", "[l](<a :: b>)", "**strong**", "_soft_", "std::cout", "http://[::1]/",
    "status::done", "Q:", "A:", "{x}", "a&b", "&amp;", "<https://a.b/::c>", "==",
    "${{ secrets.X }}", "\\*", "Why:", "[x]", "#1",
]
# fmt: on
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(
    lambda words: " ".join(["so", *words, "on"])
)
"""A line that begins and ends with a word, so that no block of Markdown begins there."""

CODE = [
    "Q: a",
    "A: b",
    "T: c",
    "Points:",
    "---",
    "# d",
    "e :: f",
    "C: {{g}}",
    "- [x] h",
    "",
    "    i",
    "^j",
    "<!--",
    "-->",
    "$$",
    "| k |",
    "|---|",
    "</details>",
    "[^1]: l",
    "``",
    "`",
]


def fences(info: str = "") -> st.SearchStrategy[tuple[str, str]]:
    """The source of a block of code, and the code."""
    return st.builds(
        lambda mark, code: (f"{mark}{info}\n{code}\n{mark}", code),
        st.sampled_from(["```", "````", "~~~"]),
        st.lists(st.sampled_from(CODE), min_size=1, max_size=4).map("\n".join),
    )


more = st.one_of(
    phrases,
    fences("js").map(lambda fence: fence[0]),
    st.builds("$$\n{} :: x\n$$".format, phrases),
    st.builds("| a :: b | Q: c |\n|---|---|\n| {} | `d` |".format, st.just("so")),
    st.builds("> {}\n> e :: f".format, phrases),
    st.builds("- {}\n- f :: g".format, phrases),
    st.builds("1. {}\n2. g\n\n   ~~~\n   Q: h\n   A: i\n   ~~~".format, phrases),
    st.builds("<!--\nQ: {}\n\nA: x\n-->".format, st.just("so")),
    st.builds("![{}](x.png)".format, st.just("so")),
)
"""Blocks that may follow the first paragraph of a part; nothing in them is a mark."""
bodies = st.builds(
    lambda first, rest: "\n\n".join([first, *rest]), phrases, st.lists(more, max_size=2)
)


@dataclass(frozen=True)
class Written:
    """An item as source, and what is expected of it."""

    source: str
    kind: str
    ask: Ask
    texts: dict[str, str]
    options: tuple[tuple[bool, str, str], ...] = ()
    accepted: tuple[tuple[str, bool], ...] = ()
    hidden: tuple[str, ...] = ()


def indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.split("\n"))


@st.composite
def basics(draw: st.DrawFn) -> Written:
    texts = {"Q": draw(bodies), "A": draw(bodies)}
    return Written(f"Q: {texts['Q']}\n\nA: {texts['A']}", "basic", Ask.REVEAL, texts)


@st.composite
def one_liners(draw: st.DrawFn) -> Written:
    mark, left, right = draw(st.sampled_from(["::", ":::"])), draw(phrases), draw(phrases)
    kind = "basic" if mark == "::" else "reversed"
    return Written(f"{left} {mark} {right}", kind, Ask.REVEAL, {"Q": left, "A": right})


@st.composite
def clozes(draw: st.DrawFn) -> Written:
    words = [word for word in WORDS if "==" not in word and "$" not in word]
    hidden = draw(st.lists(st.sampled_from(["gap", "`a :: b`", "`}}`", "$x^{2}$"]), min_size=1))
    source = "C: so"
    for text in hidden:
        source += f" {draw(st.sampled_from(words))} {{{{{text}}}}}"
    source += " on"
    return Written(source, "cloze", Ask.REVEAL, {"C": source[3:]}, hidden=tuple(hidden))


@st.composite
def choices(draw: st.DrawFn) -> Written:
    question, number = draw(bodies), draw(st.integers(2, 4))
    options, rows = [], []
    for place in range(number):
        text, why = f"{draw(phrases)} {place}", draw(st.just("") | bodies)
        right = place == 0 or draw(st.booleans())
        options.append((right, text, why))
        box = draw(st.sampled_from(["[x]", "[X]"])) if right else "[ ]"
        below = draw(st.sampled_from(["\n\n", "\n"])) if "\n" not in why else "\n\n"
        rows.append(f"- {box} {text}" + (f"{below}{indented(why)}" if why else ""))
    gap = draw(st.sampled_from(["\n", "\n\n"])) if question.count("\n") == 0 else "\n\n"
    loose = draw(st.sampled_from(["\n", "\n\n"]))
    source = f"Q: {question}{gap}" + loose.join(rows)
    last = question.rpartition("\n\n")[2]
    if last.startswith("- "):  # That list would go on.
        source = f"Q: {question}\n\nso\n\n" + loose.join(rows)
        question += "\n\nso"
    return Written(source, "choice", Ask.PICK, {"Q": question}, options=tuple(options))


ACCEPTED = [
    ("npm ci", ("npm ci", False)),
    ("`npm  ci`", ("npm  ci", True)),
    ("`a | b`", ("a | b", True)),
    ("`` a`b ``", ("a`b", True)),
    ("日本 語", ("日本 語", False)),
    ("use `x` and `y`", ("use x and y", False)),
    ("a|b", ("a|b", False)),
    ("1986", ("1986", False)),
    (r"2 \* 3", ("2 * 3", False)),
]


@st.composite
def typed(draw: st.DrawFn) -> Written:
    question = draw(bodies)
    if draw(st.booleans()):
        source, code = draw(fences("sh"))
        accepted = ((code.strip(), True),) if code.strip() else None
        if accepted is None:
            source, accepted = "so", (("so", False),)
        return Written(
            f"Q: {question}\n\nT:\n{source}", "typed", Ask.TYPE, {"Q": question}, accepted=accepted
        )
    chosen = draw(st.lists(st.sampled_from(ACCEPTED), min_size=1, max_size=4))
    answer = " | ".join(source for source, _ in chosen)
    return Written(
        f"Q: {question}\n\nT: {answer}",
        "typed",
        Ask.TYPE,
        {"Q": question, "T": answer},
        accepted=tuple(one for _, one in chosen),
    )


@st.composite
def outputs(draw: st.DrawFn) -> Written:
    run, _ = draw(fences(draw(st.sampled_from(["js run", "python title=x run"]))))
    printed, code = draw(fences(draw(st.sampled_from(["output", "text output"]))))
    before, after = draw(st.sampled_from(["", f"{draw(phrases)}\n\n"])), draw(st.just("") | phrases)
    question, answer = f"{before}{run}", f"{printed}\n\n{after}".strip()
    source = f"Q:\n{question}\n\nA:\n{answer}" if not before else f"Q: {question}\n\nA:\n{answer}"
    lines = [line.rstrip() for line in code.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return Written(
        source,
        "output",
        Ask.TYPE,
        {"Q": question, "A": answer},
        accepted=(("\n".join(lines), True),),
    )


@st.composite
def points(draw: st.DrawFn) -> Written:
    question = draw(bodies)
    texts = [f"{draw(phrases)} {place}" for place in range(draw(st.integers(1, 4)))]
    bullet = draw(st.sampled_from(["- ", "* ", "+ ", "1. ", "2) "]))
    below = "\n\n" if bullet == "2) " else draw(st.sampled_from(["\n", "\n\n"]))
    source = f"Q: {question}\n\nPoints:{below}" + "\n".join(f"{bullet}{text}" for text in texts)
    options = tuple((True, text, "") for text in texts)
    return Written(source, "points", Ask.TICK, {"Q": question}, options=options)


EXTRAS = ["", "\n\nWhy: because", "\n\nHint: think", "\n\nWhy: because\nHint: think"]


@st.composite
def items(draw: st.DrawFn) -> Written:
    written = draw(
        st.one_of(basics(), one_liners(), clozes(), choices(), typed(), outputs(), points())
    )
    extra = draw(st.sampled_from(EXTRAS))
    texts = dict(written.texts)
    if "Why:" in extra:
        texts["Why"] = "because"
    if "Hint:" in extra:
        texts["Hint"] = "think"
    return Written(
        written.source + extra,
        written.kind,
        written.ask,
        texts,
        written.options,
        written.accepted,
        written.hidden,
    )


surroundings = st.one_of(
    phrases,
    fences("yaml").map(lambda fence: fence[0]),
    st.sampled_from(
        [
            "<!-- Q: a\n\nA: b\n\nc :: d -->",
            "<!--\n\nC: {{x}}\n\n- [x] y\n\n-->",
            "<details>\n<summary>a :: b</summary>\n\nso\n\n</details>",
            "| Q | A :: b |\n|---|---|\n| `c :: d` | e |",
            "- [ ] a task\n- [x] another",
            "1. so\n2. it\n   goes",
            "> [!note] so\n> it goes",
            "    Q: a\n    A: b",
            "$$\na :: b\n$$",
            "[^1]: a :: b",
            '[ref]: https://a.b "c :: d"',
            "status::done and `std::cout` and http://[::1]/ so",
            "${{ secrets.X }} and {{ .Values.x }} so",
            "## A heading :: of two",
        ]
    ),
)


@dataclass
class Document:
    chunks: list[str] = field(default_factory=lambda: ["so it begins"])
    written: list[tuple[int, Written]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.chunks) + "\n"

    def add(self, item: Written) -> None:
        self.written.append((len("\n\n".join([*self.chunks, ""]).split("\n")), item))
        self.chunks.append(item.source)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Items between what is none; a heading or rule sets the two apart."""
    document = Document()
    for item in draw(st.lists(items(), min_size=1, max_size=3)):
        document.chunks += draw(st.lists(surroundings, max_size=2))
        document.add(item)
        document.chunks.append(draw(st.sampled_from(["---", "# so", "***", "## so on"])))
    document.chunks += draw(st.lists(surroundings, max_size=2))
    return document


def options(item: Item) -> tuple[tuple[bool, str, str], ...]:
    return tuple((one.right, one.text, one.why) for one in item.faces[0].options)


def accepted(item: Item) -> tuple[tuple[str, bool], ...]:
    return tuple((one.text, one.exact) for one in item.faces[0].accepted)


@properties
@given(documents())
def test_every_item_of_every_kind_is_found_with_what_it_says(document: Document) -> None:
    note, problems = notes.parse(PATH, document.text)
    found = [(item.line, item.kind, item.ask) for item in note.items]
    assert found == [(line, one.kind, one.ask) for line, one in document.written]
    assert all(problem.severity is Severity.WARNING for problem in problems)
    for item, (_, one) in zip(note.items, document.written, strict=True):
        assert {tag: item.texts[tag] for tag in one.texts} == one.texts
        assert options(item) == one.options
        assert accepted(item) == one.accepted
        if one.hidden:
            assert tuple(face.answer for face in item.faces) == one.hidden


@properties
@given(st.lists(surroundings, max_size=5).map("\n\n".join))
def test_nothing_is_found_where_nothing_is_written(text: str) -> None:
    note, problems = notes.parse(PATH, text)
    assert note.items == ()
    assert [one for one in problems if one.severity is Severity.ERROR] == []


# What an item accepts and offers, where it is easily got wrong ------------------------------------


def only(text: str) -> Item:
    (item,) = notes.parse(PATH, text)[0].items
    return item


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("npm ci | npm  clean-install", [("npm ci", False), ("npm clean-install", False)]),
        ("`a | b` | ``c ` | d``", [("a | b", True), ("c ` | d", True)]),
        ("`b` and `c`", [("b and c", False)]),
        (r"\`d\`", [("`d`", False)]),
        ("b <!-- c | d --> | e", [("b", False), ("e", False)]),
        ("**b** | *c* | _d_ | [e](f)", [("b", False), ("c", False), ("d", False), ("e", False)]),
        ("`` `b` ``", [("`b`", True)]),
        ("` | b", [("`", False), ("b", False)]),
        (r"b \| c | d", [("b | c", False), ("d", False)]),
        (
            r"snake_case | C:\dir | 2 * 3",
            [("snake_case", False), (r"C:\dir", False), ("2 * 3", False)],
        ),
        ("\n```sh\ngit log | cat\n```", [("git log | cat", True)]),
        ("\n~~~\na\nb\n~~~\n~~~\nc\n~~~", [("a\nb", True), ("c", True)]),
    ],
)
def test_what_may_be_typed_is_what_the_alternatives_say(
    answer: str, expected: list[tuple[str, bool]]
) -> None:
    assert [*accepted(only(f"Q: a\nT: {answer}"))] == expected


def test_several_outputs_are_one_text_without_lines_between() -> None:
    item = only("Q: a\n```js run\nx\n```\nA:\n```output\n1\n```\nthen\n```output\n2\n```")
    assert accepted(item) == (("1\n2", True),)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("- [ ] b\n  c\n- [x] d", [(False, "b", "c"), (True, "d", "")]),
        ("- [x] b\n\n  c\n\n  - d", [(True, "b", "c\n\n- d")]),
        ("- [x]\n  ```js\n  b\n  ```\n  c", [(True, "```js\nb\n```", "c")]),
        ("-   [x] b\n\n    c", [(True, "b", "c")]),
        ("-\t[x] b\n\tc", [(True, "b", "c")]),
        ("1. [x] b\n   c\n2. [ ] d", [(True, "b", "c"), (False, "d", "")]),
        ("- [x] b\n\n      c", [(True, "b", "    c")]),
    ],
)
def test_options_have_their_text_and_explanation(
    rows: str, expected: list[tuple[bool, str, str]]
) -> None:
    assert [*options(only(f"Q: a\n\n{rows}"))] == expected


def test_options_are_known_by_their_text_not_by_their_place_or_box() -> None:
    one = only("Q: a\n- [ ] b\n- [x] `c`\n- [x] b d").faces[0].options
    other = only("Q: a\n1. [X] c\n2. [ ] *b* d\n3. [x] b").faces[0].options
    assert {option.key for option in one} == {option.key for option in other}


def test_the_letter_in_a_box_identifies_nothing() -> None:
    assert only("Q: a\n- [ ] b\n- [X] c").content == only("Q: a\n- [ ] b\n- [x] c").content


def test_points_keep_the_blank_lines_below_them() -> None:
    item = only("Q: a\nPoints:\n- b\n\n  c\n- d")
    assert [text for _, text, _ in options(item)] == ["b\n\nc", "d"]


def test_a_github_expression_opens_no_math() -> None:
    item = only("C: ${{ secrets.X }} {{$x$}} on")
    assert [face.answer for face in item.faces] == ["$x$"]


# Lines that only Python takes for blank -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Q: a\nT: b | c\n{}",
        "C: {{{{a}}}} |\n{}",
        "C: {{{{a}}}}\n{}\nb",
        "Q: a #t\n{}\nA: `b` ^id\n{}",
    ],
)
@pytest.mark.parametrize(
    "blank", ["\f", "\v", "\x1c", "\x85", "\N{NO-BREAK SPACE}", "\N{LINE SEPARATOR}"]
)
def test_a_line_that_only_python_takes_for_blank_raises_nothing(text: str, blank: str) -> None:
    note, _ = notes.parse(PATH, text.format(*[blank] * 2))
    assert len(note.items) == 1


@pytest.mark.parametrize("rows", ["- [x]", "* [X]", "- [x] a\n- [ ] b"])
def test_options_below_an_empty_question_are_no_card(rows: str) -> None:
    note, problems = notes.parse(PATH, f"Q:\n{rows}\n\nb :: c")
    assert len(note.items) == 1
    assert (1, 3, "side-empty") in [(one.line, one.column, one.code) for one in problems]


# What people write elsewhere ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Use `std::cout`, std::collections::HashMap or Foo::Bar.",
        "The std::move function, and the ::before selector too.",
        "status:: done\ndue date:: 2025-01-01",
        "I rate this [rating:: 9] good, and (key:: value) too",
        "listen on ::1 by default, or on http://[::1]/",
        "if a == b and c === d, ==marked== text",
        "run: echo ${{ secrets.X }} {{ .Values.x }} {{c}}",
        "Nobody knows why. Why: that is in a sentence.",
        "- b\n- ***\n- c",
        "* - - -\n* a",
        "</details>\n\n1. one\n2. two\n\n- [ ] task\n- [x] done",
        "[^1]: Q: a\n\n    A: b :: c",
        "a :: b <!--SR:!2024-12-17,3,250-->",
    ],
)
def test_honest_text_gives_no_problem(text: str) -> None:
    assert notes.parse(PATH, text)[1] == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("capital of France::Paris\ncapital of Italy::Rome", 1),
        ("`d`::: delete\n`e`::: end of the line", 1),
        ("**Q: What next?**\n\nA: tests", 1),
        ("> [!question] Q: a\n> b", 1),
        ("\u200bQ: a\nA: b", 1),
        ("<!-- a --> Q: b\nA: c", 1),
        ("  a :: b", 1),
        ("Q: a\n- [] b\n- [x]c", 2),
        ("Q: a\n\n- [ ] ```\n  b\n  ```\n- [x] c", 3),
        ("Q: a\n- [x] b\n\nand\n\n- [x] c", 6),
    ],
)
def test_what_was_meant_as_a_card_and_is_none_is_said_in_its_line(text: str, line: int) -> None:
    _, problems = notes.parse(PATH, text)
    assert line in [problem.line for problem in problems]
