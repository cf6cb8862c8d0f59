"""What the inside of paragraphs says, and where it is code, math, HTML or a link's target.

Most text is plain. Regular expressions tell where it certainly is, and answer in its place; the
parser is asked about the rest. A property test holds the two against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.fragments import without_comments
from srs.markdown.naming import WIKI_LINK, Named, is_link, linked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from srs.markdown.block import Block
    from srs.model import Span

# Each alternative begins with a character of its own: so a search skips plain text at full speed.
_MAY_BE_OPAQUE = re.compile(r"`|\$|<[A-Za-z/!?]|\]\(|\[\[|\\(?:.|\n)|\]\[")
_MAY_CROSS_LINES = re.compile(r"`|\$|\\|<[A-Za-z/!?]|\]\(|!\[")
_WITHIN_A_LINE = re.compile(
    r"!\[[^\[\]`$<\n]*\]\([^()`$<\n]*\)|"
    r"`(?<![`\\]`)[^`\n]+`(?!`)|\$[^$`\n]+\$|<[A-Za-z/][^<>`$\n]*>|\]\([^()`$<\n]*\)|\[\[[^\[\]`$<\n]*\]\]"
)
_MARKED = re.compile(r"[`$*_~\[<&\\]")
_BESIDE_CODE = re.compile(r"[$*_~\[<&\\]")
_NOT_PLAIN = re.compile(
    r"`|\$|\*|~~|\]\(|\[\[|<[A-Za-z/!?]|&(?:#|\w+;)|\\(?:[!-/:-@\[-`{-~\n]|\Z)|"
    r"_(?<![^\W_]_)|_(?!\w)"
)
_VERBATIM = re.compile(
    r"``(?<![`\\]``)(?!`)((?:[^`]++|`(?!`))++)``(?!`)|"
    r"`(?<![`\\]`)([^`]+)`(?!`)|"
    r"\$(?<![\w$\\]\$)(?!\{\{)([^$\s`\\]|[^$\s`](?:[^$\n`\]]|\](?!\())*[^$\s`\\])\$(?![\w$])"
)
"""Code and math that are plainly so: nothing in them or before them can make them text."""
_LONE_CODE = re.compile(r"`([^`\n]+)`")
_MAY_NAME = re.compile(r"\[\[|!\[|<[A-Za-z]")
_STRONG = re.compile(r"\*(?<![\w*\\]\*)(\*?)(?=[^\W_])((?:[^*_]*[^\W_])?)\*\1(?![\w*])")
_STAR_IN_SPACE = re.compile(r"(?:^|(?<=\s))\*+(?=\s|$)")
_SPACE_AT_END = re.compile(r"[ \t]+$", re.MULTILINE)


def may_be_opaque(inner: str) -> bool:
    """Whether anything in a paragraph's inline source can be code, math, HTML or a target."""
    return _MAY_BE_OPAQUE.search(inner) is not None


def inline_opaque(inner: str) -> list[Span]:
    """Opaque spans of a paragraph's inline source."""
    if not may_be_opaque(inner):
        return []
    if not _MAY_BE_OPAQUE.search(_VERBATIM.sub("", inner)):
        return [match.span() for match in _VERBATIM.finditer(inner)]
    from srs.markdown.parser import WATCH, inline  # noqa: PLC0415 - few texts need it

    found: list[Span] = []
    inline(inner, {WATCH: (inner, found)})
    return sorted(found)


def lone_code(inner: str) -> str | None:
    """The code of a fragment that is one code span and nothing else."""
    if not inner.startswith("`"):
        return None
    if plain := _LONE_CODE.fullmatch(inner):
        return plain[1].strip()
    from srs.markdown.parser import inline  # noqa: PLC0415 - few texts need it

    tokens = [token for token in inline(inner) if token.type != "text" or token.content]
    alone = len(tokens) == 1 and tokens[0].type == "code_inline"
    return str(tokens[0].content).strip() if alone else None


def opaque_may_cross_lines(inner: str) -> bool:
    """Whether a tag at the beginning of a line might stand inside code, math, HTML or a target."""
    if not _MAY_CROSS_LINES.search(inner):
        return False
    return _MAY_CROSS_LINES.search(_WITHIN_A_LINE.sub("", inner)) is not None


def named(inner: str) -> list[Named]:
    """Notes and media that a paragraph's inline source names."""
    masked = _VERBATIM.sub(lambda match: " " * len(match[0]), inner)
    if not _MAY_NAME.search(masked):
        return []
    links = [*WIKI_LINK.finditer(masked)]
    odd = "\\" in masked or any(match[1] for match in links)
    if not odd and not may_be_opaque(WIKI_LINK.sub("", masked)):
        return [Named(match.start(), *linked(match)) for match in links if is_link(match)]
    from srs.markdown.parser import NAMES, WATCH, inline  # noqa: PLC0415 - few texts need it

    found: list[Named] = []
    inline(inner, {WATCH: (inner, []), NAMES: found})
    return found


def said(inner: str) -> str:
    """What a paragraph's inline source says, however its Markdown is written.

    White space is folded; marks of emphasis, code and links vanish, comments too. Images count by
    their source.
    """
    if not _MARKED.search(inner):
        return " ".join(inner.split())
    plain = _said_with_code(inner) if "`" in inner else None
    plain = _plainly_said(inner) if plain is None else plain
    if plain is not None:
        return plain
    from srs.markdown.parser import inline  # noqa: PLC0415 - few texts need it

    return " ".join("".join(token_text(token) for token in inline(inner)).split())


def _said_with_code(inner: str) -> str | None:
    """The same of text whose only marks are single backticks around code; None for other text."""
    if "``" in inner or _BESIDE_CODE.search(inner):
        return None
    pieces = inner.split("`")
    for code in pieces[1::2]:
        if code[:1].isspace() or code[-1:].isspace():
            return None
    return " ".join("".join(pieces).split()) if len(pieces) % 2 else None


def _plainly_said(inner: str) -> str | None:
    """The same without parsing; None where only the parser can tell."""
    if _STAND_IN in inner:
        return None
    # Text, code in two backticks, in one, math, text, ...: of these three two are None.
    found = _VERBATIM.split(inner) if "`" in inner or "$" in inner else [inner]
    text = _STAND_IN.join(found[::4])
    plain = text
    if "*" in text:
        text = _STRONG.sub(r"\2", text)
        plain = _STAR_IN_SPACE.sub("", text) if "*" in text else text
    if _NOT_PLAIN.search(plain):
        return None
    if len(found) > 1:
        found[::4] = text.split(_STAND_IN)
        for i in range(1, len(found), 4):
            code = found[i] or found[i + 1]
            found[i] = _code_said(code) if code else ""
            found[i + 1], found[i + 2] = "", found[i + 2] or ""
        text = "".join(found)
    return " ".join(text.split())


_STAND_IN = "\0"
"""Stands for code and math where the text around them is looked at; it is in no note."""


def _code_said(text: str) -> str:
    """One space at either end of code is not part of it, unless it is all space."""
    inside = text[0] in " \n" and text[-1] in " \n" and text.strip(" \n")
    return text[1:-1] if inside else text


def block_said(block: Block) -> str:
    """What a block says: code keeps its lines, everything else folds its white space.

    A footnote says nothing: formatters move it to the end of the note.
    """
    kind, text = block.kind, block.text
    if kind in ("paragraph", "heading"):
        # Formatters write `[x]` for `[X]`.
        return said(f"[x]{text[3:]}" if block.depth and text.startswith("[X]") else text)
    if kind in ("fence", "code"):
        return _SPACE_AT_END.sub("", text).rstrip("\n")
    if kind == "html":
        return " ".join(without_comments(text).split())
    if kind == "table":
        return "\n".join(said(cell) for cell in block.text.split("\n"))
    return " ".join(block.text.split()) if kind == "math" else ""


def all_said(blocks: Iterable[Block]) -> str:
    """What blocks say together: one paragraph, cell or piece of code after the other."""
    return "\n".join([text for text in map(block_said, blocks) if text])


def token_text(token: Token) -> str:
    """What an inline token says."""
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return f"![{token.content}]({token.attrs.get('src', '')})"
    if token.type == "html_inline":
        return without_comments(token.content)
    return token.content
