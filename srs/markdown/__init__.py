"""Markdown: blocks with their lines, opaque spans, what it says, HTML. The door to markdown-it."""

from srs.markdown.block import Block
from srs.markdown.blocks import BOX, OPAQUE, blocks, indent, shifts
from srs.markdown.inline import (
    all_said,
    block_said,
    inline_opaque,
    lone_code,
    may_be_opaque,
    named,
    opaque_may_cross_lines,
    said,
)
from srs.markdown.naming import MEDIA_ELEMENT, Named

__all__ = [
    "BOX",
    "MEDIA_ELEMENT",
    "OPAQUE",
    "Block",
    "Named",
    "all_said",
    "block_said",
    "blocks",
    "indent",
    "inline_opaque",
    "lone_code",
    "may_be_opaque",
    "named",
    "opaque_may_cross_lines",
    "said",
    "shifts",
]
