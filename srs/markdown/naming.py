"""What a text names: notes, images and sounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

MEDIA_ELEMENT = re.compile(
    r"""<(?:img|audio|source)\b[^<>]*?\ssrc\s*=\s*(?:(["'])(?P<quoted>.*?)\1|(?P<bare>[^\s"'<>=]+))""",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A note or a medium that a text names at an offset: `[[target#fragment]]`, `![](target)`."""

    offset: int
    target: str
    fragment: str = ""
    media: bool = False


WIKI_LINK = re.compile(
    r"(!?)\[\[(?=\S)([^\[\]|#\n]*)(?:#([^\[\]|\n]*))?(?:\\?\|([^\[\]\n]*))?(?<=\S)\]\]"
)
"""`[[target#fragment|text]]`, with a `!` before it what is shown in its place."""


def is_link(match: re.Match[str]) -> bool:
    """Whether a match of `WIKI_LINK` names something; `rows[[1]]` is code."""
    before = match.string[match.start() - 1 : match.start()]
    return bool((match[2] + (match[3] or "")).strip()) and not before.isalnum()


def linked(match: re.Match[str]) -> tuple[str, str]:
    """The target and the fragment. Within tables the bar is written `\\|`."""
    return match[2].removesuffix("\\").strip(), (match[3] or "").strip()
