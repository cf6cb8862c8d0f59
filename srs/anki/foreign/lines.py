"""Lines as they break in HTML, as paragraphs, broken lines and lists of Markdown."""

from __future__ import annotations

import re
from itertools import groupby

from srs.anki.foreign.escapes import BREAK, EDGE, literal


def flowing(text: str) -> str:
    """The text with its breaks and edges as lines and paragraphs of Markdown."""
    if BREAK not in text and EDGE not in text:
        return text
    return "\n".join(map(_flown, text.split("\n")))


def _flown(line: str) -> str:
    if BREAK not in line and EDGE not in line:
        return line
    paragraphs: list[list[str]] = [[]]
    current = ""
    for piece in re.split(f"([{BREAK}{EDGE}])", line.strip(" ")):
        if piece not in (BREAK, EDGE):
            current += piece
            continue
        if current.strip():
            paragraphs[-1].append(current.strip())
        elif piece == BREAK and paragraphs[-1]:
            paragraphs.append([])
        current = ""
    if current.strip():
        paragraphs[-1].append(current.strip())
    return "\n\n".join("\\\n".join(lines) for lines in paragraphs if lines)


_BULLET = re.compile(f"(?:[•·‣▪–]|{literal('-')}|{literal('*')})[ \\t]+(?=\\S)")
_NUMBER = re.compile(f"(\\d+)(?:{literal('.')}|{literal(')')})[ \\t]+(?=\\S)")


def listed(text: str) -> str:
    """The text with its paragraphs whose lines begin like rows of a list as lists."""
    if "\\\n" not in text:
        return text
    return "\n\n".join(map(_as_list, text.split("\n\n")))


def _as_list(paragraph: str) -> str:
    """A paragraph with two or more lines below each other that begin like rows as a list."""
    lines = paragraph.split("\\\n")
    if any("\n" in line for line in lines):
        return paragraph
    return _with_rows(lines, _BULLET, "- ") or _with_rows(lines, _NUMBER, r"\1. ") or paragraph


def _with_rows(lines: list[str], row: re.Pattern[str], sign: str) -> str:
    """The lines with their only run of several rows as a list; nothing if there is none."""
    runs = [
        (is_row, list(run))
        for is_row, run in groupby(lines, lambda line: row.match(line) is not None)
    ]
    rows = [run for is_row, run in runs if is_row]
    if len(rows) != 1 or len(rows[0]) < 2 or (row is _NUMBER and not _counts(rows[0])):
        return ""
    return "\n\n".join(
        "\n".join(row.sub(sign, line, count=1) for line in run) if is_row else "\\\n".join(run)
        for is_row, run in runs
    )


def _counts(rows: list[str]) -> bool:
    """Whether these rows are numbered from 1 on."""
    numbers = [int(found[1]) for row in rows if (found := _NUMBER.match(row))]
    return numbers == [*range(1, len(rows) + 1)]


def tidy(text: str) -> str:
    """The text without space at the ends of lines and without more than one empty line."""
    text = re.sub(r"[ \t]+$|^ (?=\S)", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
