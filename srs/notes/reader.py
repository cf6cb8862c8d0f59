"""From the lines of a note to drafts of items: where each begins, its parts, where it ends."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srs import markdown
from srs.model import covers
from srs.notes import dialects, mentions, near_misses, separators, signatures
from srs.notes.grammar import (
    NAMES,
    NUMBER,
    SEPARATOR,
    UNDERLINE,
    inner_lines,
    is_comment,
    line_ends,
    lines_with,
    warning,
)
from srs.notes.items import Open
from srs.notes.marks import MAY_NAME, allowances
from srs.notes.parts import Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.markdown import Block
    from srs.model import Allowance, Mention, Problem, Span
    from srs.notes.items import Found

_TAGS = re.compile(rf"\n{NAMES}:(?=\s|\Z)")


@dataclass(slots=True)
class Reader:
    """Goes through the blocks of a note once. `lines` has front matter blanked out."""

    path: str
    lines: Sequence[str]
    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _open: Open | None = None
    _above: list[tuple[int, str]] = field(default_factory=list)
    _path_of_headings: tuple[str, ...] = ()
    _last: Block | None = None
    _tag_lines: frozenset[int] = frozenset()
    _separator_lines: frozenset[int] = frozenset()
    _allowances: list[Allowance] = field(default_factory=list)
    """Those that no item has taken yet."""
    _has_names: bool = False
    """Whether a `^id` may be anywhere."""

    def read(self) -> None:
        source = "\n".join(self.lines)
        ends, text = line_ends(self.lines), f"\n{source}"
        self._has_names = MAY_NAME.search(source) is not None
        self._tag_lines = lines_with(_TAGS, text, ends)
        self._separator_lines = lines_with(SEPARATOR, source, ends)
        mention_lines = mentions.lines_of(source, ends)
        suspects = lines_with(near_misses.LINE_START, text, ends)
        suspects |= lines_with(separators.COLONS, source, ends)
        suspects |= dialects.lines_that_end(source, ends)
        misses = near_misses.NearMisses(self.path, self.lines, suspects, self._separator_lines)
        self.blocks = markdown.blocks(source)
        for block in self.blocks:
            kind = block.kind
            if kind == "paragraph":
                if misses.may_be_in(block):
                    self.problems += misses.in_paragraph(block, self._item_around(block))
            elif kind in near_misses.BLOCKS:
                self.problems += misses.in_block(block)
            if mention_lines and not mention_lines.isdisjoint(range(block.start, block.end)):
                self.mentions += mentions.of(block, self.lines)
                self.problems += mentions.by_reference(self.path, block, self.lines)
            if kind == "paragraph":
                self._paragraph(block)
            elif block.depth == 0 and kind != "row":
                self._other(block)
            if self._open:
                self._open.blocks.append(block)
            self._last = block
        self._close(len(self.lines), "the end of the note")
        for one in self._allowances:
            message = f"No item follows for which `{one.code}` could be silenced."
            hint = "Write it above the item."
            self._warn(one.line - 1, "allow-nothing", message, hint)

    def _item_around(self, block: Block) -> int | None:
        """The line at which the open item begins, if this block goes on with it."""
        if self._open is None:
            return None
        return self._open.parts[0].line if self._open.goes_on_with(block) else None

    # What each block does to the open item -------------------------------------------------------

    def _other(self, block: Block) -> None:
        if block.kind in ("heading", "rule"):
            underlined = block.kind == "rule" and self._underlined(block)
            if block.kind == "rule" and not underlined:
                answer = self._last if self._open else None
                self.problems += near_misses.at_rule(self.path, self.lines, block, answer)
            self._close(block.start, f"the {block.kind} in line {block.start + 1}")
            if block.kind == "heading":
                self._heading(block.text, block.level)
            elif underlined:
                self._heading(underlined, 2)
        elif is_comment(block):
            self._allowances += allowances(block)
        elif self._open and self._open.brief:
            if block.kind == "list" and self._open.list_may_follow:
                self._open.parts[-1].end = block.end
                self._open.list_may_follow = False
            else:
                self._close(block.start, f"the {block.kind} in line {block.start + 1}")

    def _underlined(self, rule: Block) -> str:
        """The prose that is underlined by this rule and so is a heading; or ``.

        What belongs to an item never is one, and three dashes are a rule.
        """
        above = self._last
        line = self.lines[rule.start]
        if self._open or above is None or (above.kind, above.depth) != ("paragraph", 0):
            return ""
        return above.text if above.end == rule.start and UNDERLINE.fullmatch(line) else ""

    def _heading(self, source: str, level: int) -> None:
        text = markdown.said(source)
        self._above = [(above, name) for above, name in self._above if above < level]
        self._above.append((level, text))
        self._path_of_headings = tuple([name for _, name in self._above])
        self.headings.append(text)

    def _paragraph(self, block: Block) -> None:
        lines = range(block.start, block.end)
        has_tag = not self._tag_lines.isdisjoint(lines)
        has_separator = not self._separator_lines.isdisjoint(lines)
        if not has_tag and not has_separator:
            self._prose(block)
            return
        spans: list[Span] = []
        several = len(lines) > 1
        if has_separator or (several and markdown.opaque_may_cross_lines(block.text)):
            spans = markdown.inline_opaque(block.text)
        tags = self._tags(block, spans) if has_tag else []
        if has_tag and spans:
            self._warn_of_tags_in_code(block, spans)
        first = tags[0][0] if tags else block.end
        if block.depth == 0 and first > block.start:
            self._text(block, first, spans)
        if block.depth and tags:
            self._warn(
                first,
                "tag-lazy",
                f"`{tags[0][1]}:` stands right under a list or quote, "
                "which a formatter would pull it into.",
                "Leave a blank line above it.",
            )
        elif (
            self._last
            and self._last.end == block.start
            and self._touches(self._last)
            and (tags or self._separator_lines & {block.start})
        ):
            what = f"`{tags[0][1]}:`" if first == block.start else "This line"
            message = f"{what} stands right under a list, quote or footnote: formatters join it."
            self._warn(block.start, "tag-lazy", message, "Leave a blank line above it.")
        for line, tag in tags:
            self._tag(block, line, tag)
        if tags and has_separator:
            self._beside_tags(block, first, spans)

    def _touches(self, above: Block) -> bool:
        """Whether it is a list, quote or footnote that ends in math or a definition."""
        if not self.lines[above.end - 1].strip():
            return False
        return above.kind in ("list", "quote", "row", "footnote") or (
            above.kind == "math" and above.depth > 0
        )

    def _beside_tags(self, block: Block, first: int, spans: list[Span]) -> None:
        """Lines below a tag that look like one-line cards and are part of its text."""
        for row in separators.rows(block, spans):
            line = row.number
            below = line > first and line not in self._tag_lines
            stands = below and len(row.marks) == 1 and not self.lines[line][:1].isspace()
            if stands and not separators.is_inside(row.text, row.marks[0]):
                self.problems.append(separators.beside(self.path, self.lines, row))

    def _prose(self, block: Block) -> None:
        """A paragraph without a mark of cards."""
        if "{{c" in block.text and not (self._open and self._open.parts[0].tag == "C"):
            self.problems += near_misses.untagged_gap(self.path, self.lines, block)
        if block.depth:
            return
        if self._open and self._open.brief:
            self._close(block.start, f"the paragraph in line {block.start + 1}")
        title, _, below = block.text.rpartition("\n")
        if self._open is None and title and UNDERLINE.fullmatch(below):
            self._heading(title, 1)

    def _tags(self, block: Block, spans: list[Span]) -> list[tuple[int, str]]:
        """(line, tag) for the tags at column 1; in a list or quote only lazy lines are there."""
        return [
            (line, self.lines[line].partition(":")[0])
            for line, _, offset in inner_lines(block)
            if line in self._tag_lines and not covers(spans, offset)
        ]

    def _warn_of_tags_in_code(self, block: Block, spans: list[Span]) -> None:
        """Tags that are part of code, math or a target within a paragraph, mostly by accident."""
        told = -1
        for line, text, offset in inner_lines(block):
            if line not in self._tag_lines:
                continue
            start = next((a for a, b in spans if a <= offset < b), -1)
            if start in (-1, told):
                continue
            told = start
            mark = block.text[start]
            if block.text.startswith("<!--", start):
                continue
            shown = "`` ` ``" if mark == "`" else f"`{mark}`"
            begun = block.start + block.text.count("\n", 0, start) + 1
            tag = text.partition(":")[0]
            message = f"`{tag}:` is part of what {shown} in line {begun} begins, and so no tag."
            hint = f"Leave a blank line above it, or put a backslash before that {shown}."
            self._warn(line, "tag-in-code", message, hint)

    def _text(self, block: Block, end: int, spans: list[Span]) -> None:
        """Lines of a paragraph before its first tag: one-line cards, or prose."""
        cards = self._one_line_cards(block, end, spans)
        if cards:
            for card in cards:
                line = card[0].line
                self._close(line, f"the card in line {line + 1}")
                self._begin(card, brief=True)
        elif self._open and self._open.brief:
            self._close(block.start, f"the paragraph in line {block.start + 1}")

    def _one_line_cards(
        self, block: Block, end: int, spans: list[Span]
    ) -> list[list[Stretch]] | None:
        if self.lines[block.start][:1].isspace() or self._separator_lines.isdisjoint(
            range(block.start, end)
        ):
            return None
        rows = list(itertools.islice(separators.rows(block, spans), end - block.start))
        for row in rows:
            if row.marks and separators.is_inside(row.text, row.marks[0]):
                self.problems.append(separators.inside(self.path, self.lines, row))
                return None
        if any(len(row.marks) != 1 for row in rows):
            self.problems += separators.no_cards(self.path, self.lines, block, rows, spans)
            return None
        self.problems += signatures.in_lines(self.path, self.lines, block.start, end)
        for row in rows[1:]:
            if NUMBER.match(row.text):
                message = "Formatters join a line that begins with a number to the one above it."
                hint = "Leave a blank line between the two."
                self._warn(row.number, "separator-number", message, hint)
        return [self._one_line_card(block, row) for row in rows]

    def _one_line_card(self, block: Block, row: separators.Row) -> list[Stretch]:
        line, text = row.number, row.text
        start, stop = row.marks[0].span()
        # A formatter writes two spaces at the end of a line as a backslash.
        broken = line + 1 < block.end and text.endswith("\\")
        tail = len(text) - 1 if broken else None
        return [
            Stretch("", line, 0, start, line + 1, line + 1),
            Stretch(row.marks[0][0], line, stop, tail, line + 1, line + 1),
        ]

    def _tag(self, block: Block, line: int, tag: str) -> None:
        part = Stretch(tag, line, len(tag) + 1, None, block.end)
        if tag in ("Q", "C"):
            self._close(line, f"the item in line {line + 1}")
            self._begin([part], brief=tag == "C", list_may_follow=tag == "C")
        elif self._open is None:
            self._orphan(block, line, tag)
            return
        elif self._open.brief and tag not in ("Why", "Hint"):
            message = (
                f"`{tag}:` does not belong to the item above, which takes only `Why:` and `Hint:`."
            )
            hint = "Start an item of its own with `Q:`."
            self._warn(line, "tag-orphan", message, self._as_cloze(line, tag) or hint)
            self._close(line, f"the `{tag}:` in line {line + 1}")
            return
        else:
            self._open.end_part(line)
            self._open.parts.append(part)
        if self._open and self._open.brief:
            part.end = block.end

    def _begin(self, parts: list[Stretch], *, brief: bool, list_may_follow: bool = False) -> None:
        allowed, self._allowances = tuple(self._allowances), []
        around = self._path_of_headings
        self._open = Open(self.path, self.lines, parts, around, brief, allowed, list_may_follow)

    def _orphan(self, block: Block, line: int, tag: str) -> None:
        """A tag below no item; of one that is misspelt right above it the person is told."""
        start = block.start
        if self._last and self._last.kind in ("heading", "paragraph"):
            start = self._last.start
        for problem in self.problems[-3:]:
            if start < problem.line <= line + 1 and problem.code in near_misses.MISSPELT_TAG:
                return
        opener = "`Q:`" if tag in ("A", "T", "Points") else "`Q:` or `C:`"
        hint = f"Start the item with {opener} above it, without a heading or rule between them."
        message = f"`{tag}:` belongs to no item here."
        self._warn(line, "tag-orphan", message, self._as_cloze(line, tag) or hint)

    def _as_cloze(self, line: int, tag: str) -> str:
        """What to write for a tag whose text has gaps; or ``."""
        text = self.lines[line][len(tag) + 1 :].strip()
        return f"Write `C:` for `{tag}:`: `C: {text}`." if near_misses.has_gaps(text) else ""

    def _warn(self, line: int, code: str, message: str, hint: str) -> None:
        self.problems.append(warning(self.path, line, 1, code, message, hint))

    # Closing -----------------------------------------------------------------------------------

    def _close(self, line: int, by: str) -> None:
        if self._open is not None:
            closed, self._open = self._open, None
            self.found.append(closed.close(line, by, named=self._has_names))
            self.problems += closed.problems
