"""YAML text as values that know their line and column. The door to PyYAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import yaml

Scalar = str | int | float | bool | date | None


class Value(NamedTuple):
    """A value and where it begins; `line` and `column` count from 1.

    `data` is a scalar, a tuple of values, or a tuple of (key, value) pairs in a `Mapping`.
    """

    data: Scalar | tuple[Value, ...] | Mapping
    line: int
    column: int
    unreadable: bool = False
    """There is a fault about it; its data is None."""
    written: str = ""
    """A scalar as it is written: `1.10` is no number where a text is wanted."""


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is not YAML that can be read here."""

    line: int
    column: int
    message: str


def load(text: str, first_line: int = 1) -> tuple[Value | None, tuple[Fault, ...]]:
    """The value of a YAML document (None for an empty one), and its faults.

    `first_line` is the line of the file where the text begins. Duplicate keys are faults; so are
    anchors and aliases, which could make a small file expand without end.
    """
    plain = _plain(text, first_line)
    return (plain, ()) if plain else _parsed(text, first_line)


def _parsed(text: str, first_line: int) -> tuple[Value | None, tuple[Fault, ...]]:
    faults: list[Fault] = []
    # YAML 1.1 ends lines at these too; no editor does.
    text = text if text.isascii() else re.sub("[\x85\u2028\u2029]", " ", text)
    bad = _UNREADABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start())
        column = bad.start() - (text.rfind("\n", 0, bad.start()) + 1)
        message = f"The character U+{ord(bad[0]):04X} cannot stand in YAML."
        return None, (Fault(line + first_line, column + 1, message),)
    try:
        refused = _refused(text, first_line) if _may_be_refused(text) else None
        if refused:
            return None, (refused,)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        line, column = (place.line, place.column) if place else (0, 0)
        lines = text.split("\n")
        if line >= len(lines):
            # Beyond a last line without an end.
            line, column = len(lines) - 1, len(lines[-1])
        message = f"This is not YAML: {error.problem or error.context}."
        return None, (Fault(line + first_line, column + 1, message),)
    except yaml.YAMLError as error:
        return None, (Fault(first_line, 1, f"This is not YAML: {str(error).splitlines()[0]}."),)
    if node is None:
        return None, ()
    value = _value(node, first_line, faults)
    return value, tuple(faults)


_NO_WORD = r"(?!(?i:yes|no|on|off|true|false|null|y|n)\b)"
_SIGN = r"[\w'()/.&-]|(?<=\S) (?=[\w(&/-])"
_TEXT = rf"{_NO_WORD}[A-Za-z](?:{_SIGN}|,)*"
_ITEM = rf"{_NO_WORD}[A-Za-z](?:{_SIGN})*"
_ROW = rf"\[((?:{_ITEM}(?:, (?=[A-Za-z])|(?=\])))*)\]"
_LINE = re.compile(rf"({_NO_WORD}[a-z]\w*): (?:({_TEXT})|{_ROW})(?:\n|\Z)", re.ASCII)


def _plain(text: str, first_line: int) -> Value | None:
    """The same for lines `key: some text` and `key: [one, two]`, which front matter mostly is.

    They are read several times faster by one pattern. None where only the parser can tell.
    """
    entries: list[tuple[Value, Value]] = []
    keys: set[str] = set()
    at, line = 0, first_line
    while at < len(text):
        match = _LINE.match(text, at)
        if match is None or match[1] in keys:
            return None
        key, written, row = match.groups()
        keys.add(key)
        column = len(key) + 3
        if written is not None:
            value = Value(written, line, column, False, written)
        else:
            parts, start = [], column + 1
            for one in row.split(", ") if row else ():
                parts.append(Value(one, line, start, False, one))
                start += len(one) + 2
            value = Value(tuple(parts), line, column)
        entries.append((Value(key, line, 1, False, key), value))
        at, line = match.end(), line + 1
    return Value(Mapping(tuple(entries)), first_line, 1) if entries else None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = yaml.SafeLoader("")


_UNREADABLE = yaml.reader.Reader.NON_PRINTABLE
_DEEPEST = 50
_LARGEST = 1 << 64


def _may_be_refused(text: str) -> bool:
    """Whether there can be anchors or deep nesting: most text has no sign of either.

    Each level of a block is written farther in than the one around it, or behind its mark.
    """
    if _ANCHOR.search(text):
        return True
    farthest = max(map(len, _LEADING.findall(text)), default=0)
    # In brackets a key needs no braces around it.
    return farthest + 2 * _most_brackets(text) + 2 > _DEEPEST


def _most_brackets(text: str) -> int:
    """No more brackets than this are open at once.

    A line that closes what it opens opens nothing for others, unless what closes is in quotes or a
    comment, or in the plain text before all brackets.
    """
    whole = open_ = 0
    for line in _BRACKETED.findall(text):
        opened = line.count("[") + line.count("{")
        if opened == line.count("]") + line.count("}") and not _MAY_HIDE.search(line):
            whole = max(whole, opened)
        else:
            open_ += opened
    return open_ + 2 * whole


_ANCHOR = re.compile(r"[&*](?=\S)")
_LEADING = re.compile(r"^[ \t?:-]+", re.MULTILINE)
_BRACKETED = re.compile(r"^.*[\[{].*$", re.MULTILINE)
_MAY_HIDE = re.compile(r"['\"#]")


def _refused(text: str, first_line: int) -> Fault | None:
    """A reason not to build the document at all, found in its events."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        mark = event.start_mark
        place = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        if getattr(event, "anchor", None):
            return Fault(*place, "Anchors and aliases are not read here.")
        if depth > _DEEPEST:
            return Fault(*place, "This is nested too deeply.")
    return None


def _value(node: yaml.Node, first_line: int, faults: list[Fault]) -> Value:
    line, column = node.start_mark.line + first_line, node.start_mark.column + 1
    if isinstance(node, yaml.MappingNode):
        entries = tuple(
            (_value(key, first_line, faults), _value(value, first_line, faults))
            for key, value in node.value
        )
        seen: set[object] = set()
        for key, _ in entries:
            if key.data in seen:
                faults.append(Fault(key.line, key.column, f"The key `{key.data}` stands twice."))
            seen.add(key.data)
        return Value(Mapping(entries), line, column)
    if isinstance(node, yaml.SequenceNode):
        return Value(tuple(_value(item, first_line, faults) for item in node.value), line, column)
    if node.tag == "tag:yaml.org,2002:str":
        return Value(node.value, line, column, written=node.value)
    fault = None
    data: Scalar = None
    try:
        data = _SCALARS.construct_object(node, deep=True)
        if isinstance(data, int) and abs(data) > _LARGEST:
            fault = "This number is too large."
    except ValueError as error:
        fault = f"`{node.value}` cannot be read: {error}."
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError):
        # What a value written with a tag of its own, `!!timestamp x`, makes the library raise.
        fault = f"`{node.value}` is no value of its tag `{node.tag}`."
    if fault:
        faults.append(Fault(line, column, fault))
        return Value(None, line, column, unreadable=True)
    return Value(data, line, column, written=node.value)
