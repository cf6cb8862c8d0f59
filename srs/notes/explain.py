"""Why a line of a note is, or is not, part of a card: in sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Ask, Severity
from srs.notes import read, separators
from srs.notes.grammar import TAG, UNDERLINE, column, is_comment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.markdown import Block
    from srs.model import Item, Span
    from srs.notes import Reading
    from srs.notes.items import Found

_PARTS = {
    "Q": "the question (`Q:`)",
    "C": "the text with gaps (`C:`)",
    "": "the left side",
    "::": "the right side (`::`)",
    ":::": "the right side (`:::`)",
    "Options": "the options",
    "A": "the answer (`A:`)",
    "T": "the answer to type (`T:`)",
    "Points": "the points (`Points:`)",
    "Hint": "the hint (`Hint:`)",
    "Why": "the reason (`Why:`)",
}
_BLOCKS = {
    "heading": "a heading. It ends an item, and the items below have it as context",
    "rule": "a rule, which ends an item",
    "fence": "code. Nothing in code is a tag, a separator or a gap",
    "code": "indented code. Nothing in code is a tag, a separator or a gap",
    "html": "HTML. Nothing in it is a card, up to the next blank line",
    "math": "math. Nothing in math is a card",
    "table": "a table. Nothing in tables is a card",
    "footnote": "a footnote. Nothing in footnotes is a card",
    "list": "a list. Cards begin at column 1, outside lists and quotes",
    "row": "a list. Cards begin at column 1, outside lists and quotes",
    "quote": "a quote. Cards begin at column 1, outside lists and quotes",
    "paragraph": "prose: it has no tag (`Q:`, `C:`) at column 1 and no ` :: ` that makes it a card",
}


def explain(path: str, text: str, line: int) -> tuple[tuple[str, ...], Item | None]:
    """Sentences about a line (from 1) of a note, and the item that it belongs to.

    Raises IndexError for a line that the note does not have.
    """
    reading = read(path, text)
    if not 1 <= line <= len(reading.lines):
        raise IndexError(line)
    here = next((one for one in reading.found if one[0].line <= line < one[0].end), None)
    said: list[str] = []
    item = None
    silencing = [
        (one.code, found.line)
        for found, _, _ in reading.found
        for one in found.allowances
        if one.line == line
    ]
    if silencing:
        codes = ", ".join(f"`{code}`" for code, _ in silencing)
        said.append(f"Line {line} silences {codes} for the item in line {silencing[0][1]}.")
    elif line <= reading.front_matter:
        said.append(
            f"Line {line} is front matter, which gives the note's topic, phase and tags; "
            "no card can be there."
        )
    elif here:
        found, item, _ = here
        said += _inside(reading, found, line)
        said += _what_it_is(reading, found, item)
    else:
        said += _outside(reading, line)
    if not here:
        said += [
            f"{one.severity.capitalize()}: {one.message} {one.hint}".rstrip()
            for one in reading.problems
            if one.line == line
        ]
    return tuple(said), item


def _inside(reading: Reading, found: Found, line: int) -> Iterator[str]:
    parts = [
        part for part in found.draft.parts if any(at == line for at, _ in part.origin if part.text)
    ]
    whose = "the item that begins here" if line == found.line else f"the item in line {found.line}"
    if parts and reading.lines[line - 1].strip() != f"^{found.name}":
        names = " and ".join(_PARTS[part.tag] for part in parts)
        yield f"Line {line} is part of {whose}: {names}."
    elif found.name and reading.lines[line - 1].strip() == f"^{found.name}":
        yield f"Line {line} fixes the id of {whose}."
    elif tag := TAG.match(reading.lines[line - 1]):
        yield f"Line {line} begins {_PARTS[tag[1]]} of {whose}."
    elif reading.lines[line - 1].strip():
        yield f"Line {line} stands within {whose}, but is in none of its parts."
    else:
        yield f"Line {line} is empty, within {whose}."
    block = _block(reading, line)
    if block and block.kind in markdown.OPAQUE:
        yield f"It is {_named(block)}."


def _what_it_is(reading: Reading, found: Found, item: Item | None) -> Iterator[str]:
    if item:
        cards = len(item.faces)
        count = "one card" if cards == 1 else f"{cards} cards"
        yield f"That is an item of the kind {item.kind}: {count}, answered by {_ASKS[item.ask]}."
    if item and (found.tags or found.name):
        marks = [*(f"#{tag}" for tag in found.tags), *([f"^{found.name}"] if found.name else [])]
        yield f"It is marked {', '.join(marks)}."
    for one in reading.problems:
        if found.line <= one.line < found.end and (one.severity is Severity.ERROR or item):
            lead = "Mind" if item else "It makes no card. See"
            yield f"{lead} line {one.line}, column {one.column}: {one.message} {one.hint}".rstrip()
    yield f"It ends with line {found.end - 1}, because of {found.ended_by}."


_ASKS = {
    Ask.REVEAL: "revealing",
    Ask.PICK: "picking",
    Ask.TYPE: "typing",
    Ask.TICK: "ticking",
}


def _outside(reading: Reading, line: int) -> Iterator[str]:
    block = _block(reading, line)
    told = {one.code for one in reading.problems if one.line == line}
    if not reading.lines[line - 1].strip():
        yield f"Line {line} is empty, and in no item."
    elif block is None:
        yield f"Line {line} defines a link; nothing in it is a card."
    elif block.kind == "paragraph" and _is_underlined(reading, block):
        yield f"Line {line} is a heading, which the items below have as context."
    elif (
        block.kind == "paragraph"
        and TAG.match(reading.lines[line - 1])
        and "tag-in-code" not in told
    ):
        yield f"Line {line} begins with a tag that belongs to no item."
    else:
        yield f"Line {line} is {_named(block)}."
        alone = block.kind == "paragraph" and block.depth == 0
        if alone and not told - {"escape-fragile"} and "::" in reading.lines[line - 1]:
            yield from _why_no_card(reading, block, line)
    above = [found for found, _, _ in reading.found if found.end <= line]
    if above:
        last = above[-1]
        yield f"The item above it, in line {last.line}, ended because of {last.ended_by}."


def _why_no_card(reading: Reading, block: Block, line: int) -> Iterator[str]:
    """Sentences about the `::` of a line of prose, which is no card."""
    spans = markdown.inline_opaque(block.text)
    row = next(row for row in separators.rows(block, spans) if row.number == line - 1)
    reasons: list[str] = []
    good = {mark.start() for mark in row.marks}
    for mark in _COLONS.finditer(row.text):
        at = row.offset + mark.start()
        span = next((span for span in spans if span[0] <= at < span[1]), None)
        if row.text[: mark.start()].endswith("\\"):
            reasons.append("Its `::` is escaped by a backslash.")
        elif span:
            reasons.append(_in_span(reading, block, span))
        elif mark.start() not in good:
            reasons.append("Its `::` lacks a space on one side, or on both.")
    yield from dict.fromkeys(reasons)
    beside = [one for one in reading.problems if block.start < one.line <= block.end]
    if good and beside:
        one = beside[0]
        yield (
            f"It is no card because of line {one.line}, column {one.column}: "
            f"{one.message} {one.hint}"
        )
    elif good:
        yield "Its `::` is not alone: a one-line card stands only among other such lines."


def _in_span(reading: Reading, block: Block, span: Span) -> str:
    start, end = span
    if "\n" not in block.text[start:end]:
        return "Its `::` stands in code, math, HTML or the target of a link."
    first = block.text.count("\n", 0, start)
    text = block.text.split("\n")[first]
    at = start - block.text.rfind("\n", 0, start) - 1
    number = block.start + first
    begun = column(reading.lines[number], text, at)
    sign = {"`": "backtick", "$": "dollar sign"}.get(block.text[start], "sign")
    return (
        f"Its `::` stands in what begins with the {sign} in line {number + 1}, column {begun}, "
        f"and ends in line {number + block.text.count(chr(10), start, end) + 1}."
    )


_COLONS = re.compile(r":::?")


def _is_underlined(reading: Reading, block: Block) -> bool:
    """Whether prose is a heading by the marks below it."""
    last, below = reading.lines[block.end - 1], [*reading.lines, ""][block.end]
    return any(UNDERLINE.fullmatch(marks) for marks in (last, below))


def _block(reading: Reading, line: int) -> Block | None:
    """The innermost block on a line."""
    here = [one for one in reading.blocks if one.start < line <= one.end]
    return here[-1] if here else None


def _named(block: Block) -> str:
    if is_comment(block):
        return "a comment. Nothing in comments is a card"
    if block.kind == "paragraph" and block.depth:
        return _BLOCKS["list"].replace("a list", "in a list or quote")
    return _BLOCKS[block.kind]
