"""What the parts of a card look like on a terminal: rows of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Ask, Grade
from srs.ui import asks
from srs.ui.styled import WIDEST, cells, hung, paragraph, styled
from srs.ui.text import printable

if TYPE_CHECKING:
    from srs.kinds.kind import Given, Verdict
    from srs.session import Turn
    from srs.ui.styled import Piece

_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]*[^`\s][^`\n]*)`(?!`)")
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?P<info>[^\n`~]*)\n(?P<code>.*?)^(?P=fence)[`~]*[ \t]*(?:\n|\Z)",
    re.MULTILINE | re.DOTALL,
)
_APART = re.compile(r"\n[ \t]*\n")
_BLANKS = re.compile(r"[ \t]*\n[ \t]*")
_MARKS = re.compile(
    r"""
      [*`<|\\$]               # emphasis, code, HTML, tables, escapes, math
    | !?\[[\[^\]] | \][(\[:]  # links, but not the `[...]` of a gap
    | (?<!\w)_ | _(?!\w)      # emphasis, but not snake_case
    | ~~ | == | &[\w#]        # struck out, marked, an entity
    | :// | www\. | @         # links by themselves
    | ^[ ]*(?:[-+=~:>\#]|\d+[.)])  # lists, rules, fences, quotes, headings
    | ^(?:[ ]{4}|\t)          # code
    | [ ]{2}$                 # a break
    """,
    re.VERBOSE | re.MULTILINE,
)


def fragment(text: str, width: int, links: list[str]) -> str:
    """The rows of a Markdown fragment; `links` are those that have numbers on this screen."""
    text = printable(text)
    blocks = plain(text)
    if blocks is not None:
        return "\n\n".join(_block(one, width) for one in blocks)
    from srs.ui.markup import drawn  # noqa: PLC0415 - rich is slow to load

    return drawn(text, width, links)


class _Code(NamedTuple):
    text: str
    language: str


def plain(text: str) -> list[list[Piece] | _Code] | None:
    """The blocks of a fragment that has only code, and paragraphs of words and code spans.

    None of one with anything else.
    """
    blocks: list[list[Piece] | _Code] = []
    at = 0
    for fence in [*_FENCE.finditer(text), None]:
        between = text[at : fence.start() if fence else None]
        if _MARKS.search(_CODE_SPAN.sub("code", between)):
            return None
        blocks += [_paragraph(one) for one in _APART.split(between) if one.strip()]
        if fence:
            words = fence["info"].split()
            blocks.append(_Code(fence["code"], words[0] if words else ""))
            at = fence.end()
    return blocks


def _paragraph(text: str) -> list[Piece]:
    return [
        (_span(piece), "code") if number % 2 else (_BLANKS.sub(" ", piece), "")
        for number, piece in enumerate(_CODE_SPAN.split(text.strip()))
    ]


def _span(code: str) -> str:
    return code[1:-1] if code[0] == code[-1] == " " else code


def _block(block: list[Piece] | _Code, width: int) -> str:
    if not isinstance(block, _Code):
        return paragraph(block, min(width, WIDEST))
    from srs.ui.code import drawn  # noqa: PLC0415 - Pygments is slow to load

    return drawn(*block, width)


def rule(width: int) -> str:
    return styled("─" * min(width, WIDEST), "dim")


def options(
    turn: Turn, marked: Given, width: int, links: list[str], *, revealed: bool = False
) -> str:
    """The options with their labels and boxes; revealed, with signs and explanations."""
    labels = {option.key: key for key, option in asks.labelled(asks.keys(), turn.options).items()}
    one = turn.card.item.ask is Ask.PICK and asks.one_is_right(turn)
    box = ("( )", "(x)") if one else ("[ ]", "[x]")
    rows = []
    for option in turn.options:
        name = f"{labels[option.key]})" if option.key in labels else "  "
        label = f"{box[option.key in marked]} {styled(name, 'bold')} "
        if revealed:
            label += styled("✓", "bold green") if option.right else styled("✗", "bold red")
            label += " "
        taken = cells(label)
        rows.append(hung(label, fragment(option.text, width - taken, links)))
        if revealed and option.why:
            why = fragment(option.why, width - taken - 2, links)
            rows.append(hung(" " * (taken + 2), why))
    return "\n".join(rows)


def sentence(given: Given, verdict: Verdict) -> str:
    """Whether the answer is right."""
    if verdict.grade >= Grade.GOOD:
        return styled("✓ Right.", "bold green")
    if not given:
        return styled("✗ No answer.", "bold red")
    if verdict.grade is Grade.HARD:
        return styled("≈ Almost.", "bold magenta")
    return styled("✗ Not right.", "bold red")


def differences(verdict: Verdict, width: int) -> str:
    """Rows that begin with - (expected) or + (typed); what differs in them is underlined."""
    found = [styled("- expected, + typed", "dim")]
    styles = {"=": "", "-": "bold green underline", "+": "bold red underline"}
    for side, stretches in asks.rows(verdict.differences):
        pieces = [
            (printable(one.text.rstrip("\n").expandtabs(4)), styles[one.sign]) for one in stretches
        ]
        found.append(hung(f"{' ' if side == '=' else side} ", paragraph(pieces, width - 2)))
    return "\n".join(found)
