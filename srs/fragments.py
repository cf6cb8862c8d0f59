"""Fragments of Markdown: what a text from the middle of a note needs to stand on its own."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BLOCK_START = re.compile(
    r"[-+*](?=\s|$)|\d{1,9}(?=[.)](?:\s|$))|>|#{1,6}(?=\s|$)|`{3,}[^`]*$|~{3}|\$\$(?!.*\$\$)|"
    r"\[[^\]]+\]:|([-*_])(?:[ \t]*\1){2,}[ \t]*$"
)
_ESCAPED = re.compile(r"(\d{0,9})\\([-+*>#`~$\[_.)])")


def without_comments(text: str) -> str:
    return _COMMENT.sub("", text) if "<!--" in text else text


def as_paragraph(line: str) -> str:
    """The same line, escaped where on its own it would begin another block than a paragraph.

    The text after a tag is a paragraph (`A: 1986. It ...` is no list), also as a fragment.
    """
    start = _BLOCK_START.match(line)
    if start is None:
        return line
    at = start.end() if start[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def as_written(fragment: str) -> str:
    """The fragment without the escape that `as_paragraph` put before its first line."""
    escaped = _ESCAPED.match(fragment)
    if escaped is None:
        return fragment
    first = fragment.partition("\n")[0]
    plain = escaped[1] + first[escaped.start(2) :]
    if as_paragraph(plain) != first:
        return fragment
    return plain + fragment[len(first) :]


def code_span(text: str) -> str:
    """A code span that holds exactly this text."""
    marks = "`" * (longest_marks(text) + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{marks}{space}{text}{space}{marks}"


def longest_marks(code: str) -> int:
    """How many backticks stand in a row in it at most."""
    return max(map(len, re.findall("`+", code)), default=0)
