"""Marks behind an item's lines: `#tags` of the first, the `^id` of the last."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Allowance, covers, line_starts
from srs.notes.parts import Draught, read_again

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from srs.markdown import Block

MAY_NAME = re.compile(r"\^(?<!\S\^)[A-Za-z]")
"""Where a note may name an item."""
_NAME = re.compile(r"(?:^|\s)\^([A-Za-z][\w-]*)\s*\Z")
_STRAY = re.compile(r"(?:^|(?<=[ \t]))(\^[A-Za-z][\w-]*)[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"#[^\W\d_](?:[\w/-]*[\w-])?")
_MAY_END_IN_LABEL = re.compile(rf"{_LABEL.pattern}(?:\s+\^[\w-]+)?\s*$")


def without_marks(
    draughts: list[Draught], *, named: bool
) -> tuple[list[Draught], tuple[str, ...], str]:
    """Parts without the `#tags` of the first line and the `^id` of the last, and these.

    `named`: there may be such an id.
    """
    first = 1 if draughts[0].tag == "" else 0
    if not named and "#" not in draughts[first].text:
        return draughts, (), ""
    parts = list(draughts)
    name, tags = "", ""
    # Of an item with reasons or hints the end of its answer will do as well.
    last = [len(parts) - 1]
    last += [i for i in range(first, len(parts)) if parts[i].tag not in ("Why", "Hint")][-1:]
    for _ in range(2):  # `#tag ^id` and `^id #tag`
        for place in last:
            if not name and "^" in parts[place].text:
                end = _without_comments(parts[place].text)
                parts[place], name = _cut(parts[place], end, _name_start)
        line = parts[first].text.partition("\n")[0]
        line = line[: _without_comments(line)]
        if not tags and _MAY_END_IN_LABEL.search(line):
            parts[first], tags = _cut(parts[first], len(line), _labels_start)
    words = tags.split()
    name = name or next((word for word in words if word[0] == "^"), "")
    labels = tuple(word.lstrip("#") for word in words if word[0] == "#")
    return parts, labels, name.lstrip("^")


def _without_comments(text: str) -> int:
    """Where a text ends if comments behind it do not count."""
    end = len(text)
    while text[:end].rstrip().endswith("-->") and "<!--" in text[:end]:
        end = text.rfind("<!--", 0, end)
    return len(text[:end].rstrip()) if end < len(text) else end


def _name_start(line: str) -> int:
    match = _NAME.search(line)
    return match.start() if match else -1


def stray_names(parts: list[Draught]) -> Iterator[tuple[int, int, str]]:
    """(line, column, mark) of each `^id` at the end of a line that is not the end of its item."""
    for part in parts:
        found = [*_STRAY.finditer(part.text)] if "^" in part.text else []
        spans = part.opaque() if found else ()
        for match in found:
            if not covers(spans, match.start(1)):
                starts = line_starts(part.text)
                number = bisect_right(starts, match.start(1)) - 1
                line, column = part.origin[number]
                yield line, column + match.start(1) - starts[number], match[1]


_ALLOW = re.compile(r"<!--\s*srs:\s*allow\s+([\w\s,-]*?)\s*-->")
_CODE = re.compile(r"\w[\w-]*")


def allowances(comment: Block) -> Iterator[Allowance]:
    """What `<!-- srs: allow CODE -->` silences, of a comment in column 1."""
    starts = line_starts(comment.text)
    for match in _ALLOW.finditer(comment.text):
        for code in _CODE.finditer(match[1]):
            at = match.start(1) + code.start()
            line = bisect_right(starts, at) - 1
            yield Allowance(code[0], comment.start + line + 1, at - starts[line] + 1)


def _labels_start(line: str) -> int:
    start = -1
    words = [*re.finditer(r"\S+", line)]
    # `#tag ^id`, also where the item goes on below.
    if len(words) > 1 and _NAME.fullmatch(words[-1][0]) and _LABEL.fullmatch(words[-2][0]):
        words.pop()
    for word in reversed(words):
        if not _LABEL.fullmatch(word[0]):
            break
        start = word.start()
    return start


def _cut(part: Draught, end: int, find: Callable[[str], int]) -> tuple[Draught, str]:
    """The part without what is found at the end of the line before `end`, unless that is code."""
    text = part.text
    start = text.rfind("\n", 0, end) + 1
    at = find(text[start:end])
    if at < 0:
        return part, ""
    in_paragraph = end <= len(part.paragraph) and text.startswith(part.paragraph)
    spans = markdown.inline_opaque(part.paragraph) if in_paragraph else part.opaque()
    if covers(spans, start + at):
        return part, ""
    if find is _labels_start and not text[start : start + at].strip():
        # `#region` may be an answer: a label stands beside a text.
        return part, ""
    cut = text[start + at : end].strip()
    kept = text[: start + at].rstrip()
    if in_paragraph:
        paragraph = kept + part.paragraph[end:]
        text = kept + text[end:]
        return Draught(part.tag, text, part.origin, paragraph, part.below, part.place), cut
    return read_again(part, kept + text[end:]), cut


def names(tags: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tags and the names of `contrast/` tags, apart."""
    tags = tuple(tags)
    contrast = tuple(tag.removeprefix("contrast/") for tag in tags if tag.startswith("contrast/"))
    return tuple(tag for tag in tags if not tag.startswith("contrast/")), contrast
