"""One-line cards that are more likely a type signature of Haskell than a card."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.notes.grammar import warning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.model import Problem

_LEFT = re.compile(
    r"\s*(?:(?P<operator>\([^\w\s()`\"',;]+\))|(?P<name>[a-z_][\w']*)|(?P<several>[a-z_][\w']*(?:, "
    r"[a-z_][\w']*)+)|(?P<constructor>[A-Z][\w']*)) :: (?P<type>.*)"
)
_PLAIN_ARROW = re.compile(r"(?<!-)->|=>")
_ARROW = re.compile(rf"{_PLAIN_ARROW.pattern}|→|⇒")
_TYPE = re.compile(r"(?:\b(?:[a-z]\d?|[A-Z]\w*|forall)\b'*|[\s()\[\],.!]|->|=>|→|⇒)+")
_VARIABLE = re.compile(r"\b[a-z]\d?\b")
_BUILT_IN = re.compile(r"\b(?:String|Integer|Int|Bool|Char|Double|Float|Text|Word|Void)\b")
_APPLIED = re.compile(
    r"(?:IO|Maybe|Either|Map|Set|Seq|Vector|Array|HashMap|IORef|MVar|State|Reader|Writer)\b.*"
)
_IN_BRACKETS = re.compile(r"[(\[].*[)\]]")


def in_lines(path: str, lines: Sequence[str], start: int, end: int) -> Iterator[Problem]:
    for number in range(start, end):
        match = _LEFT.match(lines[number])
        if match and _is_signature(match):
            line = lines[number].strip()
            yield warning(
                path,
                number,
                lines[number].index("::") + 1,
                "separator-in-code",
                "This reads as a card but looks like a type signature.",
                f"If it is code, put it in backticks: `` `{line}` ``.",
            )


def _is_signature(match: re.Match[str]) -> bool:
    right = match["type"].rstrip()
    kind = next(name for name in ("operator", "name", "several", "constructor") if match[name])
    if kind in ("operator", "name") and _PLAIN_ARROW.search(right):
        return True
    if not _TYPE.fullmatch(right):
        return False
    of_types = _VARIABLE.search(right) or _BUILT_IN.search(right)
    if _ARROW.search(right):
        return of_types is not None
    if kind == "constructor":
        return False
    inner = _IN_BRACKETS.fullmatch(right) is not None
    return (
        _BUILT_IN.fullmatch(right) is not None
        or (_APPLIED.fullmatch(right) is not None)
        or (inner and _BUILT_IN.search(right) is not None)
        or re.fullmatch(r"\[\w+\]", right) is not None
    )
