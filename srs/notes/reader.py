"""From the lines of a note to drafts of items: where each begins, its parts, where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import Draft, Part, Problem, Severity, covers
from srs.notes import near_misses
from srs.notes.grammar import SEPARATOR, TAG, is_comment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srs.markdown import Block
    from srs.model import Span

ORDER = ("", "Q", "C", "::", ":::", "A", "T", "Points", "Hint", "Why")
"""The order of an item's parts, however they are written."""

_NAME = re.compile(r"(?:^|\s)\^([A-Za-z][\w-]*)\s*\Z")
_LABEL = re.compile(r"#[^\W\d_][\w/-]*")


@dataclass(frozen=True, slots=True)
class Found:
    """A draft with what stands around it. `tags` are without `#`, `name` is the `^id` or ``."""

    draft: Draft
    line: int
    headings: tuple[str, ...]
    tags: tuple[str, ...]
    name: str


@dataclass(slots=True)
class _Stretch:
    """The source of a part: from a column of one line to the end of others."""

    tag: str
    line: int
    column: int
    stop: int | None
    """Column in the first line where another part begins, None for the line's end."""
    paragraph_end: int
    end: int | None = None


@dataclass(slots=True)
class _Open:
    parts: list[_Stretch]
    headings: tuple[str, ...]
    brief: bool
    """Ends with its paragraph: a one-line card or a `C:` item."""
    list_may_follow: bool = False


@dataclass(slots=True)
class Reader:
    """Goes through the blocks of a note once. `lines` has front matter blanked out."""

    path: str
    lines: Sequence[str]
    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    _open: _Open | None = None
    _headings: list[tuple[int, str]] = field(default_factory=list)

    def read(self) -> None:
        for block in markdown.blocks("\n".join(self.lines)):
            self.problems += near_misses.in_block(self.path, self.lines, block)
            if block.kind == "paragraph":
                self._paragraph(block)
            elif block.depth == 0:
                self._other(block)
        self._close(len(self.lines))

    # What each block does to the open item -------------------------------------------------------

    def _other(self, block: Block) -> None:
        if block.kind in ("heading", "rule"):
            self._close(block.start)
            if block.kind == "heading":
                self._heading(block)
        elif self._open and self._open.brief and not is_comment(self.lines, block):
            if block.kind == "list" and self._open.list_may_follow:
                self._open.parts[-1].end = block.end
                self._open.list_may_follow = False
            else:
                self._close(block.start)

    def _heading(self, block: Block) -> None:
        text = markdown.rendered_text(block.text)
        self._headings = [(level, name) for level, name in self._headings if level < block.level]
        self._headings.append((block.level, text))
        self.title = self.title or text

    def _paragraph(self, block: Block) -> None:
        spans = None
        if block.end - block.start > 1 or SEPARATOR.search(block.text):
            spans = markdown.inline_opaque(block.text)
        tags = self._tags(block, spans or [])
        first = tags[0][0] if tags else block.end
        if block.depth == 0 and first > block.start:
            self._text(block, first, spans or [])
        if block.depth and tags:
            self._warn(
                first,
                "tag-lazy",
                f"`{tags[0][1]}:` stands right under a list or quote, "
                "which a formatter would pull it into.",
                "Leave a blank line above it.",
            )
        for line, tag in tags:
            self._tag(block, line, tag)

    def _tags(self, block: Block, spans: list[Span]) -> list[tuple[int, str]]:
        """(line, tag) for the tags at column 1; in a list or quote only lazy lines are there."""
        inner, offset = block.text.split("\n"), 0
        tags = []
        for line, text in enumerate(inner, block.start):
            match = TAG.match(self.lines[line])
            if match and not covers(spans, offset):
                tags.append((line, match[1]))
            offset += len(text) + 1
        return tags

    def _text(self, block: Block, end: int, spans: list[Span]) -> None:
        """Lines of a paragraph before its first tag: one-line cards, or prose."""
        cards = self._one_line_cards(block, end, spans)
        if cards:
            self._close(block.start)
            for card in cards:
                self._close(card[0].line)
                self._open = _Open(card, self._path_of_headings(), brief=True)
        elif self._open and self._open.brief:
            self._close(block.start)

    def _one_line_cards(
        self, block: Block, end: int, spans: list[Span]
    ) -> list[list[_Stretch]] | None:
        if self.lines[block.start][:1].isspace():
            return None
        cards, offset = [], 0
        counts = []
        for line, text in enumerate(block.text.split("\n")[: end - block.start], block.start):
            marks = [
                match
                for match in SEPARATOR.finditer(text)
                if not covers(spans, offset + match.start())
            ]
            counts.append(len(marks))
            if marks:
                start, stop = marks[0].span()
                cards.append(
                    [
                        _Stretch("", line, 0, start, line + 1, line + 1),
                        _Stretch(marks[0][0], line, stop, None, line + 1, line + 1),
                    ]
                )
            offset += len(text) + 1
        if set(counts) == {1}:
            self.problems += near_misses.signatures(self.path, self.lines, block.start, end)
            return cards
        self.problems += near_misses.separators(self.path, block.start, counts)
        return None

    def _tag(self, block: Block, line: int, tag: str) -> None:
        part = _Stretch(tag, line, len(tag) + 1, None, block.end)
        if tag in ("Q", "C"):
            self._close(line)
            self._open = _Open([part], self._path_of_headings(), tag == "C", tag == "C")
        elif self._open is None:
            self._warn(
                line,
                "tag-orphan",
                f"`{tag}:` belongs to no item here.",
                "Start the item with `Q:` or `C:` above it, without a heading or rule "
                "between them.",
            )
            return
        elif self._open.brief and tag not in ("Why", "Hint"):
            self._warn(
                line,
                "tag-orphan",
                f"`{tag}:` does not belong to the item above, which takes only `Why:` and `Hint:`.",
                "Start an item of its own with `Q:`.",
            )
            self._close(line)
            return
        else:
            self._end_part(line)
            self._open.parts.append(part)
        if self._open.brief:
            part.end = block.end

    def _warn(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.path, line + 1, 1, Severity.WARNING, code, message, hint))

    # Closing -----------------------------------------------------------------------------------

    def _path_of_headings(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._headings)

    def _end_part(self, line: int) -> None:
        if self._open:
            last = self._open.parts[-1]
            last.end = line if last.end is None else min(last.end, line)

    def _close(self, line: int) -> None:
        if self._open is None:
            return
        self._end_part(line)
        closed, self._open = self._open, None
        parts = [self._part(stretch) for stretch in closed.parts]
        parts, tags, name = _marks(parts)
        first_line = closed.parts[0].line + 1
        kept: dict[str, Part] = {}
        for stretch, part in zip(closed.parts, parts, strict=True):
            if part.tag in kept:
                self._warn(
                    stretch.line,
                    "part-twice",
                    f"The item has `{part.tag}:` twice; only the first is used.",
                    "Join the two, or start an item of its own.",
                )
            kept.setdefault(part.tag, part)
        ordered = tuple(sorted(kept.values(), key=lambda part: ORDER.index(part.tag)))
        self.found.append(Found(Draft(ordered), first_line, closed.headings, tags, name))

    def _part(self, stretch: _Stretch) -> Part:
        """The part's text; its first line is a paragraph's, whatever it looks like."""
        end = stretch.end if stretch.end is not None else len(self.lines)
        source = self.lines[stretch.line][stretch.column : stretch.stop]
        head = markdown.as_paragraph(source)
        shift = len(head) - len(source.lstrip())
        column = stretch.column + len(source) - len(source.lstrip()) + 1
        texts, origin = [head], [(stretch.line + 1, column - shift)]
        for line in range(stretch.line + 1, end):
            text = self.lines[line]
            indent = len(text) - len(text.lstrip()) if line < stretch.paragraph_end else 0
            texts.append(text[indent:])
            origin.append((line + 1, indent + 1))
        while len(texts) > 1 and not texts[-1].strip():
            texts.pop()
        while not texts[0].strip() and len(texts) > 1:
            texts, origin = texts[1:], origin[1:]
        return Part(stretch.tag, "\n".join(texts).rstrip(), (), tuple(origin[: len(texts)]))


def _marks(parts: list[Part]) -> tuple[list[Part], tuple[str, ...], str]:
    """Parts without the `#tags` of the first line and the `^id` of the last, and these."""
    parts = list(parts)
    name, tags = "", ""
    first = 1 if parts[0].tag == "" else 0
    # Of an item with reasons or hints the end of its answer will do as well.
    last = [len(parts) - 1]
    last += [i for i in range(first, len(parts)) if parts[i].tag not in ("Why", "Hint")][-1:]
    for _ in range(2):  # `#tag ^id` and `^id #tag`
        for place in last:
            if not name:
                parts[place], name = _cut(parts[place], len(parts[place].text), _name_start)
        if not tags:
            line_end = (parts[first].text + "\n").index("\n")
            parts[first], tags = _cut(parts[first], line_end, _labels_start)
    labels = tuple(label.lstrip("#") for label in tags.split())
    return [_with_opaque(part) for part in parts], labels, name.lstrip("^")


def _name_start(line: str) -> int:
    match = _NAME.search(line)
    return match.start() if match else -1


def _labels_start(line: str) -> int:
    start = -1
    for word in reversed([*re.finditer(r"\S+", line)]):
        if not _LABEL.fullmatch(word[0]):
            break
        start = word.start()
    return start


def _with_opaque(part: Part) -> Part:
    """The part with its opaque spans, if anything in it could be a gap."""
    if "{{" not in part.text and "==" not in part.text:
        return part
    return replace(part, opaque=markdown.opaque(part.text))


def _cut(part: Part, end: int, find: Callable[[str], int]) -> tuple[Part, str]:
    """The part without what is found at the end of the line before `end`, unless that is code."""
    start = part.text.rfind("\n", 0, end) + 1
    at = find(part.text[start:end])
    if at < 0 or covers(markdown.opaque(part.text), start + at):
        return part, ""
    kept = part.text[: start + at].rstrip() + part.text[end:]
    return replace(part, text=kept), part.text[start + at : end].strip()


def names(tags: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tags and the names of `contrast/` tags, apart."""
    tags = tuple(tags)
    contrast = tuple(tag.removeprefix("contrast/") for tag in tags if tag.startswith("contrast/"))
    return tuple(tag for tag in tags if not tag.startswith("contrast/")), contrast
