"""What a document is made of."""

from __future__ import annotations

from typing import NamedTuple


class Block(NamedTuple):
    """A block of a document: lines `[start, end)`, `depth` lists and quotes deep.

    `text` is the inline source of a paragraph or heading, the content of code, HTML and math, the
    inline sources of a table's cells and a footnote, one a line. `info` is what stands after a
    fence's marks; `level` is a heading's (1 to 6). A list, its rows and a quote come before what
    they contain; what a footnote or table contains is its own.
    """

    kind: str
    start: int
    end: int
    depth: int
    text: str = ""
    info: str = ""
    level: int = 0
