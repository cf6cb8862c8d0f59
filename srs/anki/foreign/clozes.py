"""Clozes as Anki writes them: `{{c1::text::hint}}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.anki.foreign.escapes import GAP, GAP_END, HINT
from srs.anki.foreign.texts import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TOKEN = re.compile(r"\{\{c(\d+(?:,\d+)*)::|\}\}")


class Cloze(NamedTuple):
    """A gap: the cards that ask it, its HTML and its hint. Text of clozes may hold others."""

    numbers: tuple[int, ...]
    inside: tuple[str | Cloze, ...]
    hint: str
    at: int
    """Where it begins in its field."""


_DEEPEST = 20
"""So many clozes may stand within each other; those further in are text."""
Pieces = tuple["str | Cloze", ...]


def pieces(html: str) -> Pieces:
    """A field's HTML, split at its clozes. One that is never closed is text."""
    if "{{c" not in html:
        return (html,)
    stack: list[tuple[re.Match[str] | None, list[str | Cloze]]] = [(None, [])]
    at = 0
    for token in _TOKEN.finditer(html):
        stack[-1][1].append(html[at : token.start()])
        at = token.end()
        if token[1] and len(stack) > _DEEPEST:
            stack[-1][1].append(token[0])
        elif token[1]:
            stack.append((token, []))
        elif len(stack) > 1:
            opened, inner = stack.pop()
            if opened:
                stack[-1][1].append(_cloze(opened, inner))
        else:
            stack[-1][1].append("}}")
    stack[-1][1].append(html[at:])
    while len(stack) > 1:
        opened, inner = stack.pop()
        stack[-1][1].extend([opened[0] if opened else "", *inner])
    return tuple(one for one in stack[0][1] if one != "")


def _cloze(opened: re.Match[str], inner: list[str | Cloze]) -> Cloze:
    hint = ""
    last = inner[-1]
    if isinstance(last, str) and "::" in last:
        inner[-1], _, hint = last.partition("::")
    numbers = tuple(sorted({int(number) for number in opened[1].split(",")}))
    return Cloze(numbers, tuple(one for one in inner if one != ""), hint, opened.start())


def clozes(found: Pieces) -> Iterator[Cloze]:
    """All of them, those inside others too, in the order of writing."""
    for one in found:
        if isinstance(one, Cloze):
            yield one
            yield from clozes(one.inside)


def are_plain(found: Pieces) -> bool:
    """Whether each is asked by one card and holds a text, but no other save of its own number."""
    return all(
        len(one.numbers) == 1
        and said(shown(one.inside))
        and all(inner.numbers == one.numbers for inner in clozes(one.inside))
        for one in clozes(found)
    )


def shown(found: Pieces, of: Callable[[Cloze], str] | None = None) -> str:
    """The HTML with what `of` gives for each outermost cloze, or with their texts."""
    return "".join(
        one if isinstance(one, str) else of(one) if of else shown(one.inside) for one in found
    )


def marked(found: Pieces) -> str:
    """The HTML with stand-ins for the marks of plain clozes."""

    def gap(one: Cloze) -> str:
        hint = f"{HINT}{one.hint}" if one.hint else ""
        return f"{GAP}{one.numbers[0]}{GAP}{shown(one.inside)}{hint}{GAP_END}"

    return shown(found, gap)


def asked(found: Pieces, number: int, html: str) -> tuple[str, str]:
    """What the card with a number asks, `[...]` for its gaps, and what these hide.

    `html` is the field. What is hidden of a formula is a formula, and of code code.
    """
    hidden: list[str] = []

    def prompt(some: Sequence[str | Cloze]) -> str:
        made = []
        for one in some:
            if isinstance(one, str):
                made.append(one)
            elif number in one.numbers:
                before, after = _around(html, one.at)
                hidden.append(f"{before}{shown(one.inside)}{after}")
                made.append(f"[{one.hint or '...'}]")
            else:
                made.append(prompt(one.inside))
        return "".join(made)

    asking = prompt(found)
    separator = (
        ", " if not any(re.search(r"<(?:div|p|li|br|pre)", one) for one in hidden) else "<p>"
    )
    return asking, separator.join(hidden)


_MARKS = (
    (r"\(", r"\)", r"\(", r"\)"),
    (r"\[", r"\]", r"\[", r"\]"),
    ("[$]", "[/$]", "[$]", "[/$]"),
    ("[$$]", "[/$$]", "[$$]", "[/$$]"),
    ("[latex]", "[/latex]", "[$]", "[/$]"),
    ("<anki-mathjax", "</anki-mathjax>", r"\(", r"\)"),
    ("<pre", "</pre>", "<code>", "</code>"),
    ("<code", "</code>", "<code>", "</code>"),
)


def _around(html: str, at: int) -> tuple[str, str]:
    """The marks of the formula or code that an offset of a field is in."""
    for opens, closes, start, end in _MARKS:
        opened = html.rfind(opens, 0, at)
        if opened >= 0 and closes not in html[opened:at] and closes in html[at:]:
            return start, end
    return "", ""


def plain(html: str) -> str:
    """A field without its clozes' marks, for a note type that has no clozes."""
    return shown(pieces(html))
