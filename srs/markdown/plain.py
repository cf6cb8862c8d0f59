"""Blocks that can be nothing else: found by one pattern, where the parser would ask all its rules.

Most of a note is of that kind. A property test holds these blocks against the parser's.
"""

from __future__ import annotations

import re

from srs.markdown.block import Block

_WORDS = (
    r"(?:[^\s\-+*#>~`$<|:_\[\d]|\*\*[^\W_]|_[^\W_]|`[^`\n]|\$[^$\n]|\d++(?![.)])|"
    r"\[\[|\[(?!\^)[^\[\]\\\n]++\](?!:))"
)
"""How a line begins that begins or goes on with a paragraph, and can be nothing else."""
_TEXT = rf"{_WORDS}[^\n]*+"
_ROW = rf"(?:\[[ xX]\] )?+{_TEXT}(?:\n  {_TEXT})*+"
_END = r"(?:\n|\Z)"
_NOTHING = rf"[ \t]*+{_END}"

_PLAIN = re.compile(
    # Lines that would interrupt it are known to do so.
    rf"(?P<paragraph>{_TEXT}(?:\n{_TEXT})*+)"
    rf"(?=\n(?:{_NOTHING}|```[^`\n]*+{_END}|[-*] \S)|\Z){_END}|"
    rf"(?P<heading>(?P<marks>#{{1,6}}+)[ \t]++(?P<title>[^\n#]*[^\s#])){_END}|"
    rf"(?P<fence>```(?P<info>[^\n`]*+)\n(?P<code>(?:(?! {{0,3}}```)[^\n]*+\n)*+)```){_NOTHING}|"
    rf"(?P<rule>---){_NOTHING}|"
    rf"(?P<html><!(?=--)(?:(?!-->).)*+-->[^\n]*+{_END})|"
    rf"(?P<math>\$\$(?P<formula>[^$\n]++|\n(?:[^$\n]*[^$\s][^$\n]*+\n)++)\$\$){_END}|"
    rf"(?P<table>\|[^\n\\]*\|\n\|(?: *:?-++:? *\|)++(?:\n\|[^\n\\]*\|)*+)"
    rf"(?=\n{_NOTHING}|\Z){_END}|"
    # What follows it can neither be a row nor go on with the last one.
    rf"(?P<list>(?P<mark>[-+*]) {_ROW}(?:\n{{1,2}}(?P=mark) {_ROW})*+)"
    rf"(?:\n?+\Z|\n(?:[ \t]*+\n)++(?:\Z|(?=[^\s\-+*\d]|---{_NOTHING})))",
    re.DOTALL,
)
_ROWS = re.compile(rf"^[-+*] ({_ROW})", re.MULTILINE)


def plain(source: str, at: int, line: int) -> tuple[int, int, list[Block]] | None:
    """The plain block that begins at an offset: where the next line begins, its number, the blocks.

    At the offset a line begins, outside of lists, quotes and the block above; `line` is its
    number. A list comes with its rows and their paragraphs. None where only the parser can tell.
    """
    match = _PLAIN.match(source, at)
    if match is None:
        return None
    kind, whole = match.lastgroup or "", match[0]
    end = line + whole.count("\n") + (whole[-1] != "\n")
    info, level = "", 0
    if kind == "paragraph":
        text = match[kind].strip()
    elif kind == "heading":
        text, level = match["title"], len(match["marks"])
    elif kind == "fence":
        text, info = match["code"], match["info"]
    elif kind == "list":
        return match.end(), end, _list(match[kind], line, end)
    elif kind == "table":
        cells = _cells(match[kind])
        if cells is None:
            return None
        text = cells
    else:
        text = match["formula"] if kind == "math" else match[kind] if kind == "html" else ""
    # A note is made of these: past the named tuple's own constructor it takes a third of the time.
    return match.end(), end, [tuple.__new__(Block, (kind, line, end, 0, text, info, level))]


def _cells(table: str) -> str | None:
    """The cells of a table, one a line; None if its rows are not equally long."""
    rows = [row[1:-1].split("|") for row in table.split("\n")]
    if len({len(row) for row in rows}) > 1:
        return None
    del rows[1]
    return "\n".join([cell.strip() for row in rows for cell in row])


def _list(rows: str, line: int, end: int) -> list[Block]:
    """A list, its rows and their paragraphs. A row reaches to the next, the last to the end."""
    found = [Block("list", line, end, 0)]
    for row in _ROWS.finditer(rows):
        text = row[1]
        stop = line + text.count("\n") + 1
        below = rows[row.end() : row.end() + 2]
        after = end if not below else stop + (below == "\n\n")
        found.append(Block("row", line, after, 1))
        found.append(Block("paragraph", line, stop, 1, text.replace("\n  ", "\n").strip()))
        line = after
    return found
