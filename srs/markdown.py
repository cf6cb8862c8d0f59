"""Markdown: blocks with their lines, opaque spans, rendered text and HTML. The door to markdown-it.

Text given to this module has `\\n` line ends. Lines and offsets count from 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import autolink, backtick, escape, html_inline, image, link
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_inline_dollar
from mdit_py_plugins.footnote import footnote_plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

    from srs.model import Span

    InlineRule = Callable[[StateInline, bool], bool]

_BLOCKS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "hr": "rule",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "blockquote_open": "quote",
    "footnote_reference_open": "footnote",
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "math_block": "math",
    "math_block_label": "math",
    "table_open": "table",
}
_OPAQUE_BLOCKS = frozenset({"fence", "code", "html", "math", "table"})
_BLOCK_START = re.compile(r"(?=[-+*>#~`$_\[])|\d{1,9}(?=[.)](?:\s|$))")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document: lines `[start, end)`, `depth` containers deep.

    `text` is the inline source of a paragraph or heading, the info string of a fence; `level` is
    a heading's (1 to 6). A list or quote comes before what it contains; what a footnote contains
    is its own.
    """

    kind: str
    start: int
    end: int
    depth: int
    text: str = ""
    level: int = 0


_NO_BLOCK = Block("definition", 0, 0, 0)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a document in order, without parsing what is inside paragraphs."""
    tokens: list[Token] = []
    parser = _parser()
    parser.block.parse(text, parser, {}, tokens)
    containers: list[str] = []
    for i, token in enumerate(tokens):
        kind = _BLOCKS.get(token.type)
        if kind and token.map and "footnote_reference_open" not in containers:
            start, end = token.map
            if kind in ("paragraph", "heading"):
                inner, level = tokens[i + 1].content, int(token.tag[1:] or 0)
                yield Block(kind, start, end, len(containers), inner, level)
            else:
                yield Block(kind, start, end, len(containers), token.info)
        if token.type in _CONTAINER_ENDS.values():
            containers.pop()
        elif token.type in _CONTAINER_ENDS:
            containers.append(token.type)


_CONTAINER_ENDS = {
    "bullet_list_open": "bullet_list_close",
    "ordered_list_open": "ordered_list_close",
    "blockquote_open": "blockquote_close",
    "footnote_reference_open": "footnote_reference_close",
}


def opaque(text: str) -> tuple[Span, ...]:
    """Spans of a fragment in which no tag, separator or gap can be: code, math, HTML, targets."""
    if not _MAY_BE_OPAQUE.search(text):
        return ()
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    spans: list[Span] = []
    for block in blocks(text):
        if block.kind in _OPAQUE_BLOCKS:
            spans.append((starts[block.start], starts[block.end] - 1))
        elif block.kind == "paragraph":
            inner = block.text.split("\n")
            shifts = [
                starts[block.start + i] + indent(lines[block.start + i], line)
                for i, line in enumerate(inner)
            ]
            spans += [
                (_shifted(a, block.text, shifts), _shifted(b, block.text, shifts))
                for a, b in inline_opaque(block.text)
            ]
    return tuple(sorted(spans))


_MAY_BE_INLINE_OPAQUE = re.compile(r"[`$<\\\]]")
_MAY_BE_OPAQUE = re.compile(r"[`$<\\\]~]|^(?: {4}|\t)|\|", re.MULTILINE)


def indent(source: str, inner: str) -> int:
    """Where a line of a block's inner text begins in the line of the document that it is from."""
    at = source.find(inner.strip())
    return max(at, 0) - (len(inner) - len(inner.lstrip()))


def _shifted(offset: int, inner: str, shifts: Sequence[int]) -> int:
    line = inner.count("\n", 0, offset)
    return shifts[line] + offset - (inner.rfind("\n", 0, offset) + 1)


def inline_opaque(inner: str) -> list[Span]:
    """Opaque spans of a paragraph's inline source."""
    if not _MAY_BE_INLINE_OPAQUE.search(inner):
        return []
    found: list[Span] = []
    parser = _parser()
    parser.inline.parse(inner, parser, {_WATCH: (inner, found)}, [])
    return found


def rendered_text(text: str) -> str:
    """What a fragment says, however its Markdown is written: the text that identifies it.

    Code keeps its lines; other white space is folded, marks of emphasis, lists and links vanish,
    comments too. Images count by their source.
    """
    parser = _parser()
    if "\n" not in text:
        # A fragment of one line is a paragraph: most are, and its blocks need no parsing.
        tokens: list[Token] = []
        parser.inline.parse(text, parser, {}, tokens)
        return _joined(tokens)
    return "\n".join(_block_text(token) for token in parser.parse(text) if _says(token))


def _says(token: Token) -> bool:
    return token.type in ("inline", "fence", "code_block", "html_block", "math_block")


def _block_text(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return token.content.rstrip("\n")
    if token.type == "html_block":
        return " ".join(_COMMENT.sub("", token.content).split())
    if token.type == "math_block":
        return " ".join(token.content.split())
    return _joined(token.children or ())


def _joined(tokens: Iterable[Token]) -> str:
    return " ".join("".join(_inline_text(token) for token in tokens).split())


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def _inline_text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return f"![{token.content}]({token.attrs.get('src', '')})"
    if token.type == "html_inline":
        return _COMMENT.sub("", token.content)
    return token.content


def html(text: str, image: Callable[[str], str] = lambda source: source) -> str:
    """HTML of a fragment. `image` gives the address to use for an image's source.

    Math is written for MathJax, `\\(..\\)` and `\\[..\\]`. A lone paragraph loses its `<p>`.
    """
    parser = _parser()
    rendered = str(parser.renderer.render(parser.parse(text), parser.options, {_IMAGE: image}))
    lone = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>\n", rendered, re.DOTALL)
    return lone[1] if lone else rendered.strip()


def as_paragraph(line: str) -> str:
    """The same line, escaped where on its own it would begin another block than a paragraph.

    The text after a tag is a paragraph (`A: 1986. It ...` is no list), also as a fragment.
    """
    text = line.lstrip()
    start = _BLOCK_START.match(text)
    if start is None or next(blocks(text), _NO_BLOCK).kind in ("paragraph", "html"):
        return text
    return f"{start[0]}\\{text[start.end() :]}"


# The one parser ---------------------------------------------------------------------------------

_WATCH = "srs-watch"
_IMAGE = "srs-image"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    # `Q: a` / `A: b` / `---` would be a setext heading and the card gone. Footnotes are known as
    # blocks only: a fragment is shown alone, without the definitions at the end of its note.
    parser.disable(["lheading", "footnote_inline", "footnote_ref", "footnote_tail"])
    math = math_inline_dollar(False, False, True)
    for name, rule in (
        ("backticks", backtick),
        ("html_inline", html_inline),
        ("image", image),
        ("autolink", autolink),
        ("escape", escape),
        ("math_inline", math),
    ):
        parser.inline.ruler.at(name, _watched(rule, lambda _state, start: start))
    parser.inline.ruler.at("link", _watched(link, _label_end))
    parser.add_render_rule("image", _image_html)
    parser.add_render_rule("html_inline", _raw_html)
    parser.add_render_rule("html_block", _raw_html)
    parser.add_render_rule("math_inline", _math_html(r"\(", r"\)"))
    for display in ("math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(display, _math_html(r"\[", r"\]"))
    return parser


def _watched(rule: InlineRule, opaque_from: Callable[[StateInline, int], int]) -> InlineRule:
    """The rule, noting in the environment the span that it takes as its own."""

    def watched(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not rule(state, silent):
            return False
        source, found = state.env.get(_WATCH, (None, None))
        # The text of an image is parsed as a source of its own, with offsets of its own.
        if not silent and source == state.src:
            found.append((opaque_from(state, start), state.pos))
        return True

    return watched


def _label_end(state: StateInline, start: int) -> int:
    """A link's label is text; what follows it is not."""
    end: int = state.md.helpers.parseLinkLabel(state, start, True)
    return end


def _image_html(
    _self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: dict[str, Any]
) -> str:
    token = tokens[index]
    source = env.get(_IMAGE, str)(str(token.attrs["src"]))
    alt = "".join(_inline_text(child) for child in token.children or ())
    return f'<img src="{escapeHtml(source)}" alt="{escapeHtml(alt)}">'


_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del details "
        "dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark "
        "ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody "
        "td tfoot th thead tr u ul var wbr",
    )
)
"""HTML that is shown as such. Any other tag is text: `vector<int>` is not the element `int`."""
_TAG_NAME = re.compile(r"</?([A-Za-z][\w-]*)")
_IMG_SOURCE = re.compile(r"""(<img\b[^>]*?\ssrc\s*=\s*)(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)


def _raw_html(
    _self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, env: dict[str, Any]
) -> str:
    content = tokens[index].content
    names = {name.lower() for name in _TAG_NAME.findall(_COMMENT.sub("", content))}
    if not names <= _ELEMENTS:
        return escapeHtml(content)
    image = env.get(_IMAGE, str)
    return _IMG_SOURCE.sub(lambda m: f'{m[1]}"{escapeHtml(image(m[3]))}"', content)


def _math_html(start: str, end: str) -> Callable[..., str]:
    def render(_self: object, tokens: Sequence[Token], index: int, *_: object) -> str:
        return f"{start}{escapeHtml(tokens[index].content.strip())}{end}"

    return render
