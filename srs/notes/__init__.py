"""Markdown text -> a note with its items, and the problems in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from srs import kinds, markdown
from srs.model import (
    ANSWERS,
    Item,
    ItemId,
    Note,
    Problem,
    Severity,
    covers,
    digest,
    phase_id,
    sorted_problems,
)
from srs.notes import front_matter
from srs.notes.grammar import ROW
from srs.notes.marks import names
from srs.notes.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.markdown import Block
    from srs.model import Flaw
    from srs.notes.items import Found


@dataclass(frozen=True, slots=True)
class Reading:
    """A note with everything that was seen on the way to it."""

    note: Note
    problems: tuple[Problem, ...]
    lines: tuple[str, ...]
    front_matter: int
    """How many lines it takes."""
    blocks: tuple[Block, ...]
    found: tuple[tuple[Found, Item | None, tuple[Problem, ...]], ...]
    """What looks like an item, the item if it is one, and what is wrong with it."""


def parse(path: str, text: str) -> tuple[Note, tuple[Problem, ...]]:
    """The note at `path` (the vault's, with `/`) and everything wrong in it, by place.

    Never raises for bad text. An item with an error is left out; the others are read.
    """
    reading = read(path, text)
    return reading.note, reading.problems


def read(path: str, text: str) -> Reading:
    """The same as `parse`, with what led to it."""
    lines = _normalised(text).split("\n")
    length, closed = front_matter.split(lines)
    front, problems = front_matter.read(path, lines[1 : length - 1] if length else [])
    seen = Reader(path, [""] * length + lines[length:])
    seen.read()
    wrong = [*problems, *seen.problems]
    if not closed:
        message = "The front matter is never closed, so the whole file is read as text."
        hint = "End it with a line `---`."
        place = (path, 1, 1, Severity.WARNING)
        wrong.append(Problem(*place, "front-matter-unclosed", message, hint))
    location = PurePosixPath(path)
    title = next(filter(None, seen.headings), location.stem)
    note = Note(
        path=path,
        title=title,
        topic=front.topic or title,
        phase=phase_id(front.phase or "") or _folder_phase(location),
        tags=front.tags,
        items=(),
        headings=tuple(seen.headings),
        mentions=tuple(seen.mentions),
        topic_at=front.places.get("topic"),
        phase_at=front.places.get("phase"),
    )
    found: list[tuple[Found, Item | None, tuple[Problem, ...]]] = []
    items: list[Item] = []
    for one in seen.found:
        item, flaws = _item(note, one, len(items), lines) if one.whole else (None, ())
        found.append((one, item, flaws))
        wrong += flaws
        if item:
            items.append(item)
    note = note._replace(items=tuple(items))
    sorted_ = sorted_problems(_with_form_feeds(text, wrong) if "\f" in text else wrong)
    return Reading(note, sorted_, tuple(lines), length, tuple(seen.blocks), tuple(found))


def prose_words(reading: Reading) -> int:
    """How many words its paragraphs of prose have: without items, code, lists and tables."""
    items = [range(found.line - 1, found.end - 1) for found, _, _ in reading.found]
    return sum(
        len(markdown.said(block.text).split())
        for block in reading.blocks
        if block.kind == "paragraph"
        and block.depth == 0
        and not any(block.start in lines for lines in items)
    )


def _normalised(text: str) -> str:
    """Line ends as `\\n`, no byte order mark, no characters that no text has."""
    text = _with_line_feeds(text)
    # Files that were joined have a byte order mark in the middle.
    if "\f" in text or "\ufeff" in text:
        text = _NOT_READ.sub("", text)
    if text.isascii() and "\0" not in text:
        return text
    # As bytes they are found many times faster, and hardly any text has them.
    if "\0" in text or b"\xef\xb7" in text.encode("utf-8", "surrogatepass"):
        text = _NO_TEXT.sub("\ufffd", text)
    return text


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_form_feeds(text: str, problems: list[Problem]) -> list[Problem]:
    """The problems with the columns of the file: form feeds that begin a line are not read."""
    lines = _with_line_feeds(text).split("\n")
    begins = [line[: len(line) - len(line.lstrip("\f\ufeff"))] for line in lines]
    widths = [begin.count("\f") for begin in begins]
    return [
        one._replace(column=one.column + (widths[one.line - 1] if one.column > 1 else 0))
        for one in problems
    ]


_NOT_READ = re.compile("^[\f\ufeff]+", re.MULTILINE)
_NO_TEXT = re.compile("[\0\ufdd0-\ufdef]")


def _folder_phase(path: PurePosixPath) -> str | None:
    return next((name for name in path.parent.parts if re.fullmatch(r"phase-\d+", name)), None)


def _item(
    note: Note, found: Found, order: int, lines: Sequence[str]
) -> tuple[Item | None, tuple[Problem, ...]]:
    draft = found.draft
    kind = kinds.claiming(draft)
    if kind is None or (len(draft.tags) > 2 and draft.tags[2] in ANSWERS):
        return None, (_unclaimed(note.path, found, lines),)
    faces, flaws = kind.read(draft)
    problems = tuple([_problem(note.path, flaw) for flaw in flaws])
    failed = problems and any(problem.severity is Severity.ERROR for problem in problems)
    if not faces or failed:
        return None, problems
    tags, contrasts = note.tags, tuple[str, ...]()
    if found.tags:
        own, contrasts = names(found.tags)
        tags = tuple(dict.fromkeys((*tags, *own)))
    content = digest(kind.name, *draft.said)
    # By place: with names this takes more than twice as long.
    item = Item(
        ItemId(found.name or content),
        kind.name,
        kind.ask,
        draft,
        faces,
        content,
        note.path,
        found.line,
        1,
        order,
        found.headings,
        tags,
        contrasts,
        found.name,
        note.topic,
        note.phase,
        found.named_at,
        found.allowances,
    )
    return item, problems


_WRITTEN = {"Options": "a list of options"}


def _unclaimed(path: str, found: Found, lines: Sequence[str]) -> Problem:
    draft = found.draft
    answers = [tag for tag in draft.tags if tag in ANSWERS]
    line, column, hint = found.line, 1, "Keep one of them."
    if answers:
        both = " and ".join(_WRITTEN.get(tag, f"`{tag}:`") for tag in answers)
        message, code = f"This question has {both}, which exclude each other.", "answers-two"
        line, column = _second_answer(found, lines)
        return Problem(path, line, column, Severity.ERROR, code, message, hint)
    message, code = "This question has no answer.", "answer-missing"
    hint = "Start a line with `A:` below it, or write options: `- [x] right`."
    question = draft.parts[0].text
    if inline := _answer_inside(question):
        hint = f"Write the answer on a line of its own: `A:{inline[1]}`."
    elif "\nA:" in question:
        hint = "Its `A:` stands in code, math or HTML that begins above it: close that in its line."
    elif small := _SMALL_TAG.search(question):
        tag = "A" if small[1].lower() == "answer" else small[1].capitalize()
        hint = f"Write `{tag}:` for `{small[1]}{small[2]}`."
    elif " :: " in question and "\n" not in question:
        hint = f"Write `A:` below it, or the whole without `Q:`: `{question}`."
    for part in draft.parts:
        if part.tag != "Q" and _BOX.search(part.text):
            hint = f"Options stand right below the question, above `{part.tag}:`."
        elif box := _NEARLY_BOX.search(part.text):
            (line, column), code = part.place(box.start(1)), "option-box"
            hint = "A box is `[ ]` or `[x]`, with a space behind it: `- [x] right`."
    return Problem(path, line, column, Severity.ERROR, code, message, hint)


def _second_answer(found: Found, lines: Sequence[str]) -> tuple[int, int]:
    """The (line, column) of the tag of the second answer, or of the first of its options."""
    places: list[tuple[int, int]] = []
    for part in found.draft.parts:
        if part.tag in ANSWERS:
            line, column = part.place(0)
            # Its text may begin below its tag.
            above = range(line, found.line, -1)
            tagged = (at for at in above if lines[at - 1].startswith(f"{part.tag}:"))
            at = None if part.tag == "Options" else next(tagged, None)
            places.append((line, column) if at is None else (at, 1))
    return sorted(places)[1]


def _answer_inside(question: str) -> re.Match[str] | None:
    """An `A:` within a line of the question, outside of code."""
    found = list(_ANSWER_INSIDE.finditer(question))
    spans = markdown.inline_opaque(question) if found else []
    return next((one for one in found if not covers(spans, one.start(1) - 2)), None)


_SMALL_TAG = re.compile(r"(?im)^(a|answer|t|points|why|hint)([:.])(?:[ \t]|$)")
_ANSWER_INSIDE = re.compile(r"[ \t]A:([ \t]\S.*)")
_BOX = re.compile(rf"^{ROW}[ \t]+\[[ xX]\](?=\s)", re.MULTILINE)
_NEARLY_BOX = re.compile(
    rf"^{ROW}[ \t]+(\[\](?=\s)|\[[ xX]\](?=[^\s(\[:])|\[[-*✓✔✗]\](?=\s))",
    re.MULTILINE,
)


def _problem(path: str, flaw: Flaw) -> Problem:
    line, column = flaw.part.place(flaw.offset)
    return Problem(path, line, column, flaw.severity, flaw.code, flaw.message, flaw.hint)
