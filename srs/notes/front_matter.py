"""The YAML between `---` lines at the top of a note: topic, phase, tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srs import yamltext
from srs.model import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What is named there, and the (line, column) of each key's value that is."""

    topic: str = ""
    phase: str | None = None
    tags: tuple[str, ...] = ()
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def split(lines: list[str]) -> tuple[int, bool]:
    """How many lines the front matter takes, both marks counted, and whether it is closed."""
    if lines[0].rstrip() != "---":
        return 0, True
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    return (0, False) if end is None else (end + 1, True)


def read(path: str, lines: list[str]) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Front matter from the lines between its marks. Keys of other tools are left alone."""
    value, faults = yamltext.load("\n".join(lines), first_line=2)
    problems = [_error(path, fault, "front-matter-invalid", fault.message) for fault in faults]
    if value is None or (value.data is None and not value.unreadable):
        return FrontMatter(), tuple(problems)
    if not isinstance(value.data, yamltext.Mapping):
        # That of another program, perhaps: the cards are read.
        message = "Front matter that is no list of `key: value` lines is not read."
        hint = "Write `topic: ...`, `phase: ...`, `tags: [...]`."
        place = (path, value.line, value.column, Severity.WARNING)
        return FrontMatter(), (*problems, Problem(*place, "front-matter-foreign", message, hint))
    known = {key.data: entry for key, entry in value.data.entries}
    cards = next((key for key, _ in value.data.entries if key.data in ("Q", "A", "C")), None)
    if cards:
        message = "Between two `---` at the top of a note this is front matter, no card."
        hint = "Leave a blank line above the first `---`."
        problems.append(
            Problem(
                path,
                cards.line,
                cards.column,
                Severity.WARNING,
                "tag-in-front-matter",
                message,
                hint,
            )
        )
    texts: dict[str, tuple[str, ...]] = {}
    for key, wanted in (("topic", "a text"), ("phase", "a text"), ("tags", "a list of texts")):
        entry = known.get(key)
        found = _texts(key, entry) if entry else None
        if entry and entry.data is not None and found is None:
            problems.append(_error(path, entry, "front-matter-type", f"`{key}` is {wanted}."))
        texts[key] = found or ()
    topic, phase = "".join(texts["topic"]), "".join(texts["phase"])
    named = (("topic", topic), ("phase", phase))
    places = {key: (known[key].line, known[key].column) for key, text in named if text}
    return FrontMatter(topic, phase or None, texts["tags"], places), tuple(problems)


def _texts(key: str, value: yamltext.Value) -> tuple[str, ...] | None:
    """The texts of a value; a text may also be written as number or date. None for others."""
    if key == "tags" and isinstance(value.data, tuple):
        texts = [_texts("", item) for item in value.data]
        return None if None in texts else tuple(t.lstrip("#") for text in texts for t in text or ())
    if value.data is None or isinstance(value.data, (tuple, yamltext.Mapping, bool)):
        return None
    text = value.written.strip()
    if key == "tags":
        return tuple(tag.lstrip("#") for tag in text.replace(",", " ").split())
    return (text,)


def _error(path: str, at: yamltext.Value | yamltext.Fault, code: str, message: str) -> Problem:
    hint = "Cards below it are read all the same."
    return Problem(path, at.line, at.column, Severity.ERROR, code, message, hint)
