"""Text beside Markdown: what a foreign text says literally, and the backslashes that it needs.

While HTML becomes Markdown, a character of its text that may mean something to Markdown or to the
card language is a stand-in, so that it is never taken for a mark; emphasis is one too. At the end
each stand-in is judged by what stands around it, and most need no backslash.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LITERAL = "\\`*_[]<>&$~#-+.):^{}=|!"
_FIRST = 0xFDD0
_HIDDEN = {ord(sign): chr(_FIRST + at) for at, sign in enumerate(_LITERAL)}
_SIGNS = {hidden: chr(sign) for sign, hidden in _HIDDEN.items()}
BOLD, ITALIC, STRUCK = "\ufde7", "\ufde8", "\ufde9"
_EMPHASIS = {BOLD: "**", ITALIC: "*", STRUCK: "~~"}
GAP, HINT, GAP_END = "\ufdea", "\ufdeb", "\ufdec"
"""`GAP number GAP text [HINT hint] GAP_END`: a gap of a cloze."""
KEPT = "\ufded"
"""`KEPT number KEPT`: code, math or HTML that is put in at the end."""
BREAK, EDGE = "\ufdee", "\ufdef"
"""A line's end, and an edge of a block that shares its paragraph with what is beside it."""

_NO_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef]")


def cleaned(text: str) -> str:
    """The text without control characters, and the noncharacters that are used here."""
    return _NO_TEXT.sub("", text)


def literal(text: str) -> str:
    """The text with stand-ins for what may be taken for a mark."""
    return text.translate(_HIDDEN)


def spelt(text: str) -> str:
    """The text with the signs themselves: what code holds, or an attribute."""
    return _ANY.sub(lambda match: _SIGNS[match[0]], text)


_ANY = re.compile(f"[{''.join(_SIGNS)}]")


class Place(NamedTuple):
    """Where a text is going to stand.

    `tagged`: its first line is behind a tag, and so begins no block. `titled`: its first line may
    end in tags. `gaps`: marks of gaps mean something there; `bars`: so do bars in space.
    """

    tagged: bool = True
    titled: bool = False
    gaps: bool = False
    bars: bool = False


def settled(text: str, place: Place, *, cautious: bool = False) -> str:
    """Markdown that shows the text. `cautious`: each sign is escaped, and nothing emphasised."""
    blocks = text.split("\n\n")
    return "\n\n".join(
        _block(block, place if at == 0 else place._replace(tagged=False, titled=False), cautious)
        for at, block in enumerate(blocks)
    )


def _block(text: str, place: Place, cautious: bool) -> str:
    text = _emphasised(text, cautious)
    if not _ANY.search(text):
        return _gaps(text)
    # Signs of the same sort that make no pair in their block are text.
    plain = spelt(text)
    counts = {sign: len(pattern.findall(plain)) for sign, pattern in _PAIRED.items()}
    first, *below = text.split("\n")
    inner = place._replace(tagged=False, titled=False)
    lines = [
        _line(first, counts, place, cautious),
        *(_line(one, counts, inner, cautious) for one in below),
    ]
    return _gaps("\n".join(lines))


_PAIRED = {
    "*": re.compile(r"\*+"),
    "_": re.compile(r"_+"),
    "~": re.compile(r"~+"),
    "$": re.compile(rf"(?<!\d)\$(?!\s)[^$]*(?<!\s)\$(?!\d)|\$\$|{KEPT}"),
}
"""What makes a mark of a sign: two runs of it, or a pair of dollar signs that hold a text."""
_LINE_START = re.compile(r"[ \t]*(?:(?:[-+*]|\d{1,9}[.)]|>)[ \t]+)*")


class _Sign(NamedTuple):
    """A sign in a line, and what stands beside it and beside its whole run of equal signs."""

    sign: str
    line: str
    at: int
    run: tuple[int, int]

    @property
    def before(self) -> str:
        return self.line[self.at - 1] if self.at else ""

    @property
    def after(self) -> str:
        return self.line[self.at + 1 : self.at + 2]

    @property
    def around(self) -> tuple[str, str]:
        start, end = self.run
        return self.line[start - 1] if start else "", self.line[end : end + 1]

    @property
    def is_apart(self) -> bool:
        """Whether space is on both sides of its run."""
        return all(one in ("", " ") for one in self.around)


_RUN = re.compile(r"(.)\1*", re.DOTALL)


def _line(line: str, counts: dict[str, int], place: Place, cautious: bool) -> str:
    plain = spelt(line)
    start = _LINE_START.match(line)
    begins = -1 if place.tagged or start is None else start.end()
    marked = _marked_end(plain)
    pieces: list[str] = []
    for run in _RUN.finditer(line):
        sign = _SIGNS.get(run[1])
        if sign is None:
            pieces.append(run[0])
            continue
        for at in range(run.start(), run.end()):
            one = _Sign(sign, plain, at, run.span())
            needed = cautious or _is_mark_in(one, counts, place)
            if not needed and begins >= 0:
                needed = _begins_block(one, begins)
            if not needed and sign in "#^":
                needed = at >= marked and (place.titled or sign == "^")
            pieces.append(f"\\{sign}" if needed else sign)
    return "".join(pieces)


_WORD = re.compile(r"\S+")
_LABEL = re.compile(r"#[^\W\d_][\w/-]*|\^[A-Za-z][\w-]*")


def _marked_end(plain: str) -> int:
    """Where tags and an id would begin that end this line."""
    start = len(plain)
    if "#" in plain or "^" in plain:
        for word in reversed([*_WORD.finditer(plain)]):
            if not _LABEL.fullmatch(word[0]):
                break
            start = word.start()
    return start


def _begins_block(  # noqa: PLR0911 - a sort of block a line
    one: _Sign, begins: int
) -> bool:
    """Whether a sign makes something else than a paragraph of its line."""
    sign, at, after = one.sign, one.at, one.after
    before = one.line[begins : min(at, begins + 10)]
    if sign in ".)":
        return before.isdecimal() and at - begins < 10 and after in ("", " ")
    if sign == ":":
        return before in _TAGS and at - begins == len(before)
    if at != begins:
        return False
    if sign in "-+":
        return after in ("", " ", "-")
    if sign == "[":
        return one.line[at : at + 3] in ("[ ]", "[x]", "[X]")
    if sign == "#":
        return _HEADING.match(one.line, at) is not None
    return sign in ">|=*_~"


_HEADING = re.compile(r"#{1,6}(?: |$)")
_TAGS = ("Q", "A", "T", "C", "Points", "Why", "Hint")
_SEPARATOR = re.compile(r"(?:^|(?<=\s)):::?(?=\s|$)")
_ENTITY = re.compile(r"&(?:#|\w+;)")
_ASCII_MARK = re.compile(r"[!-/:-@\[-`{-~]|$")
_ELEMENT = re.compile(r"[A-Za-z/!?]")


def _is_mark_in(  # noqa: PLR0911 - a sign a line
    one: _Sign, counts: dict[str, int], place: Place
) -> bool:
    """Whether a sign would be a mark within its line."""
    after = one.after
    match one.sign:
        case "\\":
            return after in (KEPT, GAP, GAP_END) or _ASCII_MARK.match(after) is not None
        case "`":
            return True
        case "*" | "_":
            in_word = one.sign == "_" and all(beside.isalnum() for beside in one.around)
            return counts[one.sign] > 1 and not one.is_apart and not in_word
        case "[":
            return after == "[" or one.before == "!"
        case "]":
            return after in ("(", "[", ":")
        case "<":
            return _ELEMENT.match(after) is not None
        case "&":
            return _ENTITY.match(one.line, one.at) is not None
        case "$":
            return counts["$"] > 0
        case "~":
            return counts["~"] > 1 and "~" in (one.before, after)
        case ":":
            begins = after == ":" and one.before != ":"
            return begins and (place.gaps or _SEPARATOR.match(one.line, one.at) is not None)
        case "{" | "}" | "=":
            return place.gaps and _begins_gap(one)
        case "|":
            return place.bars and one.before in ("", " ") and after in ("", " ")
    return False


def _begins_gap(one: _Sign) -> bool:
    """Whether it is the first of a mark of gaps: they are read two by two.

    Equal signs with space on both sides compare.
    """
    pairs = one.after == one.sign and (one.at - one.run[0]) % 2 == 0
    return pairs and not (one.sign == "=" and one.is_apart)


# Emphasis and gaps ------------------------------------------------------------------------------

_MARKS = re.compile(f"[{''.join(_EMPHASIS)}]")
_GAP = re.compile(f"{GAP}(\\d+){GAP}")
_HOLE = re.compile(f"{GAP}\\d+{GAP}([^{GAP_END}]*){GAP_END}")


def _emphasised(text: str, cautious: bool) -> str:
    """The text with marks of emphasis, where they come in pairs and can open and close."""
    for mark, sign in _EMPHASIS.items():
        if mark not in text:
            continue
        # What ends where the next begins goes on.
        text = text.replace(mark * 2, "")
        fits = not cautious and _fits(text, mark)
        text = text.replace(mark, sign if fits else "")
    return text


def _fits(text: str, mark: str) -> bool:
    pieces = text.split(mark)
    if len(pieces) % 2 == 0 or any(hole.count(mark) % 2 for hole in _HOLE.findall(text)):
        return False
    readable = [spelt(_MARKS.sub("", piece)) for piece in pieces]
    for inside in range(1, len(pieces), 2):
        inner = readable[inside]
        if not inner.strip():
            return False
        # A mark between punctuation and a letter neither opens nor closes.
        before, after = readable[inside - 1][-1:], readable[inside + 1][:1]
        if _is_mark(inner[:1]) and before.isalnum():
            return False
        if _is_mark(inner[-1:]) and after.isalnum():
            return False
    return True


def _is_mark(character: str) -> bool:
    return not (character.isalnum() or character.isspace())


def _gaps(text: str) -> str:
    if GAP not in text:
        return text
    text = _GAP.sub(lambda match: f"{{{{c{match[1]}::", text)
    return text.replace(HINT, "::").replace(GAP_END, "}}")
