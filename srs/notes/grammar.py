"""The marks of the card language that more than one reader of notes looks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srs.markdown import Block

NAMES = r"(Q|A|T|C|Points|Why|Hint)"
"""The names of tags, as a group of a pattern."""
TAG = re.compile(rf"{NAMES}:(?=\s|$)")
SEPARATOR = re.compile(r"(?<=\s):::?(?=\s)")


def is_comment(lines: Sequence[str], block: Block) -> bool:
    return block.kind == "html" and lines[block.start].lstrip().startswith("<!--")
