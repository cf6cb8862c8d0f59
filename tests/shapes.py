"""Texts of a given length that ask much of whoever reads them: for tests and for `make bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def runs(n: int) -> str:
    """Backticks in runs of one, two, three ..."""
    return " ".join("`" * length for length in range(1, int((2 * n) ** 0.5)))


def nested(n: int, row: str) -> str:
    return "".join("  " * depth + row for depth in range(int(n**0.5)))


SHAPES: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "brackets in a question": lambda n: f"Q: {'[' * n}{']' * n}\nA: b",
    "links": lambda n: "Q: a\nA: " + "[a](" * (n // 4),
    "link ends": lambda n: "Q: a\nA: " + "](" * (n // 2),
    "images": lambda n: "Q: a\nA: " + "![" * (n // 2),
    "wiki links": lambda n: "Q: a\nA: " + "[[a|" * (n // 4),
    "runs of backticks": lambda n: f"Q: {runs(n)}\nA: b",
    "runs of backticks and a separator": lambda n: f"{runs(n)} :: b",
    "code with separators": lambda n: "`a :: b` " * (n // 9),
    "backticks on lines of tags": lambda n: "Q: ```\n" * (n // 7),
    "emphasis": lambda n: "Q: " + "*a **b " * (n // 7),
    "stars": lambda n: "Q: a\nA: b" + "*" * n,
    "less than": lambda n: "Q: " + "<a " * (n // 3),
    "comments that are never closed": lambda n: "Q: a <!--\nA: b\n\n" * (n // 16),
    "declarations": lambda n: "Q: " + "<![CDATA[ " * (n // 10),
    "dollars": lambda n: "C: {{a}} " + "$" * n,
    "math in a cloze": lambda n: "C: {{a}} " + "$a$ " * (n // 4),
    "code in a cloze": lambda n: "C: {{a}} " + "`a` " * (n // 4),
    "escapes in a cloze": lambda n: "C: {{a}} " + "\\$" * (n // 2),
    "colons in the code of a gap": lambda n: "C: {{" + "`::` " * (n // 5) + "}}",
    "gaps with code": lambda n: "C: " + "{{`a::b`}} " * (n // 11),
    "gaps": lambda n: "C: " + "{{a}} " * (n // 6),
    "gaps that are never closed": lambda n: "C: " + "{{a" * (n // 3),
    "equals signs": lambda n: "C: {{a}} " + "==a " * (n // 4),
    "ampersands": lambda n: "Q: " + "&a;" * (n // 3),
    "wide tables": lambda n: "a|" * (n // 4) + "\n" + "-|" * (n // 4),
    "long tables": lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * (n // 6),
    "quotes": lambda n: "> " * (n // 2),
    "lazy lines": lambda n: "> a\n" + "Q: b\nA: c\n" * (n // 10),
    "nested lists": lambda n: nested(n, "- a\n"),
    "nested separators": lambda n: nested(n, "- a :: b\n"),
    "rows": lambda n: "- " * (n // 2),
    "definitions": lambda n: "".join(f"[a{i}]: b\n" for i in range(n // 11)),
    "footnotes": lambda n: "".join(f"[^{i}]: a\n" for i in range(n // 11)),
    "questions": lambda n: "Q: a\n" * (n // 5),
    "answers": lambda n: "Q: a\n" + "A: b\n\n" * (n // 6),
    "reasons": lambda n: "Q: a\nA: b\n" + "Why: c\n\n" * (n // 8),
    "one-line cards": lambda n: "a :: b\n" * (n // 7),
    "separators in a line": lambda n: "a :: " * (n // 5),
    "separators without spaces": lambda n: "a b::C\n" * (n // 7),
    "code with and without separators": lambda n: "`a`::b\n" * (n // 7) + "c :: d",
    "code with separators, and cards": lambda n: "`a :: b` :: c\n`d :: e`\n" * (n // 23),
    "separators below HTML": lambda n: "<div>\n" + "a :: b\n" * (n // 7),
    "questions of other programs": lambda n: "Q1: a\n" * (n // 6),
    "extra text of other programs": lambda n: "Q: a\n" + "E: b\nF: c\n" * (n // 10),
    "fences of colons": lambda n: "Q: a\nA: b\n:::c\n" + ":::\n" * (n // 4),
    "underlines": lambda n: "Q: a\n" + "====\n" * (n // 5),
    "signatures": lambda n: "a :: " + "b -> (" * (n // 6),
    "colons": lambda n: ":" * n,
    "carets": lambda n: "Q: a\nA: b " + "^x " * (n // 3),
    "tags": lambda n: "Q: a " + "#tag " * (n // 5) + "b\nA: c",
    "tags after code": lambda n: "Q: " + "`a` " * (n // 4) + "#tag\nA: b",
    "options": lambda n: "Q: a\n" + "".join(f"- [ ] {i}\n" for i in range(n // 9)) + "- [x] b",
    "equal options": lambda n: "Q: a\n" + "- [ ] a\n" * (n // 8) + "- [x] b",
    "options with code": lambda n: "Q: a\n" + "- [x]\n  ```\n  b\n  ```\n" * (n // 22),
    "lists below a question": lambda n: "Q: a\n" + "- a\n\n* b\n\n" * (n // 10),
    "task lists below a question": lambda n: "Q: a\n" + "- [x] a\n\n* [x] b\n\n" * (n // 18),
    "points": lambda n: "Q: a\nPoints:\n" + "- a\n" * (n // 4),
    "alternatives": lambda n: "Q: a\nT: " + "b | " * (n // 4) + "c",
    "alternatives that are code": lambda n: "Q: a\nT: " + "`b` | " * (n // 6) + "c",
    "backticks to type": lambda n: "Q: a\nT: " + "`" * n,
    "runs of backticks to type": lambda n: f"Q: a\nT: {runs(n)}",
    "small tags": lambda n: "q: a\na: b\n" * (n // 10),
    "blank lines": lambda n: "\n" * n,
    "a long line": lambda n: "a" * n,
    "spaces": lambda n: "Q:" + " " * n + "a",
    "headings": lambda n: "# a\nb :: c\n\n" * (n // 12),
    "fences that are never closed": lambda n: "- ```\n\n" * (n // 7),
    "pictures that are never closed": lambda n: "<div>\n" + "<img \n" * (n // 6),
    "tags of a note with many cards": lambda n: (
        f"---\ntags: [{'a, ' * (n // 6)}]\n---\n" + "a :: b\n" * (n // 14)
    ),
}
