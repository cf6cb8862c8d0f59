"""Plain YAML is read by a pattern; it says what the parser says."""

from __future__ import annotations

from unittest.mock import patch

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs import yamltext

# fmt: off
TEXTS = st.sampled_from([
    "a", "The event loop", "phase-1", "2", "yes", "No way", "nothing", "a: b", "a #b", "a#b", "'q'",
    '"q"', "&a b", "*a", "- a", " two", "end ", "a:", "é", "aé", "null", "~", "y", "n b", "a, b",
    "a ,b", "a  b", "a -b", "a - b", "a -", "a /b", "a.b", "a.", "1a", "o1", "[a, b]", "[]",
    "[a,b]",
    "[yes, a]", "[a, ]", "[ a]", "[a ]", "[a, b c]", "[(a)]", "[no-op, a]", "[a'b]", "{a: b}", ">-",
    " -", "a\tb", "ES 2025 (a) & b/c, d's", "",
])
KEYS = st.sampled_from(["topic", "tags", "phase", "x", "y", "no", "1", "A", "a-b", "é", "- a"])
# fmt: on
LINES = st.tuples(KEYS, TEXTS).map(": ".join) | st.sampled_from(["", "a", "  b: c", "# d", "---"])


@settings(max_examples=400)
@given(st.lists(LINES, max_size=5).map("\n".join), st.sampled_from(["", "\n"]))
@example("topic: The event loop\ntags: [node, libuv]\nphase: phase-1", "")
@example("no: a", "")
@example("a: b\na: c", "")
def test_plain_lines_are_read_as_the_parser_reads_them(text: str, end: str) -> None:
    quick = yamltext._plain(text + end, 2)
    if quick is not None:
        assert yamltext._parsed(text + end, 2) == (quick, ())


def test_front_matter_is_mostly_plain() -> None:
    text = "topic: Advanced JavaScript (ES 2025) & deep-dive\ntags: [node, libuv]\nphase: phase-1\n"
    assert yamltext._plain(text, 2) is not None


@given(
    st.lists(
        st.tuples(
            st.integers(-1, 3),
            st.sampled_from(["a:", "- a:", "-", "- -", "? -", "- - a:", "a: [", "- x", "&a b"])
            | st.lists(
                st.sampled_from(["[", "]", "{", "}", "a", ": ", ", ", "'", '"', " #", "- "]),
                max_size=12,
            ).map("".join),
        ),
        max_size=8,
    )
)
@example([(0, "a: ["), (0, "a: ["), (0, "a: [")])
def test_a_quick_look_lets_nothing_through_that_is_refused(steps: list[tuple[int, str]]) -> None:
    lines, farther = [], 0
    for step, line in steps:
        lines.append(" " * farther + line)
        farther = max(0, farther + step)
    text = "\n".join((*lines, " " * farther + "x"))
    with patch.object(yamltext, "_DEEPEST", 5):
        try:
            refused = yamltext._refused(text, 1)
        except yaml.YAMLError:
            return
        assert not refused or yamltext._may_be_refused(text)
