"""What stands aside while HTML becomes Markdown, and is put in at the end: code, formulas, HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.anki.foreign.escapes import KEPT
from srs.fragments import code_span, longest_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBERED = re.compile(f"{KEPT}(\\d+){KEPT}")
"""What stands for a thing that is kept: its number."""
_MARKER = re.compile(r"[^>\s]")


def put_in(text: str, kept: Sequence[str]) -> str:
    """The text with code, math and HTML in their places, each line as far in as the first."""
    if KEPT not in text:
        return text
    lines = []
    for line in text.split("\n"):
        found = NUMBERED.fullmatch(line, len(line) - len(line.lstrip()))
        found = found or re.search(rf"(?<=[ >]){NUMBERED.pattern}$", line)
        whole = kept[int(found[1])] if found else ""
        if found and "\n" in whole:
            before = line[: found.start()]
            inner = whole.split("\n")
            below = _MARKER.sub(" ", before)
            lines += [before + inner[0], *((below + one).rstrip() for one in inner[1:])]
        else:
            lines.append(NUMBERED.sub(lambda one: _spaced(one, kept), line))
    return "\n".join(lines)


def _spaced(found: re.Match[str], kept: Sequence[str]) -> str:
    """Something that is kept within a line, apart from what would change it: marks of its own
    sort, and for a formula digits, beside which a dollar sign is money.
    """
    whole = kept[int(found[1])]
    if whole[:1] not in ("$", "`"):
        return whole
    text = found.string
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    digits = whole[0] == "$" and (before.isdigit(), after.isdigit())
    left = " " if before in (KEPT, whole[0]) or (digits and digits[0]) else ""
    return f"{left}{whole}{' ' if digits and digits[1] else ''}"


def span(code: str) -> str:
    """A code span that holds this text, in one line."""
    return code_span(code.strip("\n").replace("\n", " ").strip())


def fence(code: str, info: str) -> str:
    marks = "`" * max(3, longest_marks(code) + 1)
    return f"{marks}{info}\n{code}\n{marks}"
