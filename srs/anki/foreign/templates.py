"""Anki's template language: `{{Field}}`, `{{filter:Field}}`, `{{#Field}}..{{/Field}}`, `{{^..}}`.

https://docs.ankiweb.net/templates/intro.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


class Field(NamedTuple):
    """`{{filter:filter:name}}`; the filter beside the name works first."""

    filters: tuple[str, ...]
    name: str


class Section(NamedTuple):
    """What is shown if a field has a text, or if it has none."""

    name: str
    filled: bool
    nodes: tuple[Node, ...]


Shown = str | Field
Node = Shown | Section
FRONT_SIDE = "FrontSide"
ABOUT_THE_CARD = frozenset(("Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"))
"""What a template may show of a card beside the fields of its note."""

_TOKEN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OLD_TOKEN = re.compile(r"<%(.*?)%>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_OLD_STYLE = re.compile(r"\{\{=<% %>=\}\}")


@lru_cache(maxsize=512)
def parsed(template: str) -> tuple[Node, ...]:
    """The nodes of a template. Where a section is never closed, it ends with the template."""
    text = _COMMENT.sub("", template)
    pattern = _TOKEN
    if _OLD_STYLE.match(text.lstrip()):
        text, pattern = _OLD_STYLE.sub("", text, count=1), _OLD_TOKEN
    open_: list[tuple[str, bool, list[Node]]] = [("", True, [])]
    at = 0
    for token in pattern.finditer(text):
        open_[-1][2].append(text[at : token.start()])
        at = token.end()
        inner = token[1].strip()
        if inner[:1] in ("#", "^"):
            open_.append((inner[1:].strip(), inner[0] == "#", []))
        elif inner[:1] == "/":
            if len(open_) > 1:
                _close(open_)
        else:
            *filters, name = (one.strip() for one in inner.split(":"))
            open_[-1][2].append(Field(tuple(filters), name))
    open_[-1][2].append(text[at:])
    while len(open_) > 1:
        _close(open_)
    return tuple(node for node in open_[0][2] if node != "")


def _close(open_: list[tuple[str, bool, list[Node]]]) -> None:
    name, filled, nodes = open_.pop()
    open_[-1][2].append(Section(name, filled, tuple(node for node in nodes if node != "")))


def filled(
    nodes: Iterable[Shown], values: Mapping[str, str], show: Callable[[Field, str], str]
) -> str:
    """The HTML of text and fields. `show` gives what a field shows, given its value."""
    return "".join(
        node if isinstance(node, str) else show(node, values.get(node.name, "")) for node in nodes
    )


def shown(nodes: tuple[Node, ...], values: Mapping[str, str]) -> Iterator[Shown]:
    """The text and the fields of a template that are there with these values."""
    for node in nodes:
        if not isinstance(node, Section):
            yield node
        elif is_filled(values.get(node.name, "")) == node.filled:
            yield from shown(node.nodes, values)


_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)


def is_filled(value: str) -> bool:
    """Whether Anki takes a field for one with a text: space and empty lines are none."""
    return _EMPTY.fullmatch(value) is None


def of_scripts(nodes: tuple[Node, ...]) -> tuple[Field, ...]:
    """The fields that stand within scripts: what these show, though nobody knows how."""
    found: list[Field] = []
    inside = False
    for node in nodes:
        if isinstance(node, Section):
            found += of_scripts(node.nodes)
        elif isinstance(node, str):
            for tag in re.finditer(r"<(/?)script\b", node, re.IGNORECASE):
                inside = not tag[1]
        elif inside:
            found.append(node)
    return tuple(found)


# Filters ----------------------------------------------------------------------------------------

_READING = re.compile(r" ?([^ >]+?)\[(.+?)\]")
_TAG = re.compile(r"<[^<>]*>")


def through_filters(value: str, filters: tuple[str, ...]) -> str:
    """A field's HTML as its filters show it. What add-ons know to do is not done.

    Readings stay as they are written, in brackets, for `furigana`: Markdown has no ruby.
    """
    for name in reversed(filters):
        if name in _FILTERS:
            value = _FILTERS[name](value)
        elif name.startswith("tts"):
            value = ""
    return value


def is_spoken(field: Field) -> bool:
    """Whether a voice reads the field, and nothing is seen of it."""
    return any(name.startswith("tts") for name in field.filters)


def _text(value: str) -> str:
    return escape(unescape(_TAG.sub("", value)), quote=False)


def _read(value: str, shown_as: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[2].startswith("sound:"):
            return match[0]
        return match.expand(shown_as)

    return _READING.sub(one, value.replace("&nbsp;", " "))


_FILTERS: Mapping[str, Callable[[str], str]] = {
    "text": _text,
    "kanji": lambda value: _read(value, r"\1"),
    "kana": lambda value: _read(value, r"\2"),
}
