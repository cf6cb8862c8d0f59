"""Fragments as HTML, and as one reads their source."""

from __future__ import annotations

import re
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML

from srs.fragments import without_comments
from srs.markdown.blocks import BOX, blocks
from srs.markdown.inline import token_text
from srs.markdown.parser import inline, parser
from srs.media import is_elsewhere, is_image, is_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

_NAME = "srs-name"


def html(text: str, name: Callable[[str], str] = lambda source: source) -> str:
    """HTML of a fragment. `name` gives the address to use for the source of an image or sound.

    Math is written for MathJax, `\\(..\\)` and `\\[..\\]`; sounds for Anki, `[sound:..]`. Code has
    the classes of Pygments. Rows of a task list are of the class `right` or `wrong`. A lone
    paragraph loses its `<p>`.
    """
    made = parser()
    tokens = without_footnotes(made.parse(text))
    _mark_task_rows(tokens)
    rendered = str(_renderer().render(tokens, made.options, {_NAME: name}))
    lone = re.fullmatch(r"<p>((?:(?!<p>).)*)</p>\n", rendered, re.DOTALL)
    return lone[1] if lone else rendered.strip()


@cache
def _renderer() -> RendererHTML:
    made = RendererHTML()
    rules: dict[str, Any] = {
        "image": _image,
        "wiki_link": _text,
        "html_inline": _raw,
        "html_block": _raw,
        "math_inline": _math(r"\(", r"\)"),
        "math_inline_double": _math(r"\[", r"\]"),
        "math_block": _math(r"\[", r"\]"),
        "math_block_label": _math(r"\[", r"\]"),
        "fence": _fence,
        "code_block": _code_block,
        "code_inline": _code,
        "text": _text,
    }
    made.rules |= rules
    return made


def without_footnotes(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of what is shown: a footnote belongs to its note, not to the card above it."""
    kept: list[Token] = []
    inside = 0
    for token in tokens:
        inside += token.type == "footnote_reference_open"
        if not inside:
            kept.append(token)
        inside -= token.type == "footnote_reference_close"
    return kept


def _mark_task_rows(tokens: Sequence[Token]) -> None:
    for row, paragraph, text in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (row.type, paragraph.type) != ("list_item_open", "paragraph_open"):
            continue
        box = BOX.match(text.content)
        if box and text.children:
            row.attrs["class"] = "wrong" if box[1] == " " else "right"
            first = text.children[0]
            first.content = first.content[box.end() :]


def _fence(tokens: Sequence[Token], index: int, _options: OptionsDict, _env: dict[str, Any]) -> str:
    token = tokens[index]
    words = token.info.split()
    if "output" in words:
        return f'<pre class="output"><code>{exactly(token.content)}</code></pre>\n'
    code = _highlighted(token.content, words[0]) if words else exactly(token.content)
    return f"<pre><code>{code}</code></pre>\n"


def _code_block(tokens: Sequence[Token], index: int, *_: object) -> str:
    return f"<pre><code>{exactly(tokens[index].content)}</code></pre>\n"


def _code(tokens: Sequence[Token], index: int, *_: object) -> str:
    return f"<code>{exactly(tokens[index].content)}</code>"


def _text(tokens: Sequence[Token], index: int, *_: object) -> str:
    # MathJax looks at what the browser makes of it, code left out: only an element keeps it away.
    return exactly(tokens[index].content).replace("&#92;", "<span>&#92;</span>")


_TAKEN = re.compile(r"\\(?=[()\[\]])|\[(?=/?(?:sound:|anki:|latex\]|\$))")
"""What Anki takes for a formula, a sound or speech, in code too."""


def exactly(text: str) -> str:
    """HTML that shows this text, whatever it means to Anki."""
    return _spared(escapeHtml(text))


def _spared(rendered: str) -> str:
    return _TAKEN.sub(lambda match: f"&#{ord(match[0])};", rendered)


def _highlighted(code: str, language: str) -> str:
    """Code as HTML with the short classes of Pygments; plain where it does not know how."""
    from srs.highlight import html as highlighted  # noqa: PLC0415 - only for code that is rendered

    found = highlighted(code, language)
    return exactly(code) if found is None else _spared(found)


def _image(tokens: Sequence[Token], index: int, _options: OptionsDict, env: dict[str, Any]) -> str:
    token = tokens[index]
    source = str(token.attrs["src"])
    if is_sound(source):
        return _sound(source, env)
    address = env[_NAME](source)
    said = "".join(token_text(child) for child in token.children or ())
    if not is_image(source) and not is_elsewhere(source):
        return exactly(said or token.content or source)
    # `![[picture.png|300]]` is its width in Obsidian, any other text after the bar its caption.
    width = f' width="{token.content}"' if not said and token.content.isdecimal() else ""
    alt = said or ("" if width else token.content)
    return f'<img src="{escapeHtml(address)}" alt="{escapeHtml(alt)}"{width}>'


def _sound(source: str, env: dict[str, Any]) -> str:
    if is_elsewhere(source):
        return f'<a href="{escapeHtml(source)}">{exactly(source)}</a>'
    return f"[sound:{escapeHtml(env[_NAME](source))}]"


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
_VALUE = r"""\ssrc\s*=\s*(?:(["'])(.*?)\2|([^\s"'<>=]+))"""
_IMG_SOURCE = re.compile(rf"(<img\b[^<>]*?){_VALUE}", re.IGNORECASE | re.DOTALL)
_AUDIO = re.compile(
    rf"</?(audio|source)\b(?:[^<>]*?{_VALUE})?[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)


def _raw(tokens: Sequence[Token], index: int, _options: OptionsDict, env: dict[str, Any]) -> str:
    content = _AUDIO.sub(
        lambda match: _sound(match[3] or match[4], env) if match[3] or match[4] else "",
        without_folds(tokens[index].content),
    )
    names = {name.lower() for name in _TAG_NAME.findall(content)}
    if not names <= _ELEMENTS:
        return escapeHtml(content)
    name = env[_NAME]
    return _IMG_SOURCE.sub(lambda m: f'{m[1]} src="{escapeHtml(name(m[3] or m[4]))}"', content)


_FOLD = re.compile(r"</?(?:details|summary)\b[^<>]*>", re.IGNORECASE)


def without_folds(content: str) -> str:
    """HTML without comments, and without what folds a text away: a card does that itself.

    A fold that begins in the question and ends in the answer would break the one and the other.
    """
    return _FOLD.sub("", without_comments(content))


def _math(start: str, end: str) -> Callable[..., str]:
    def render(tokens: Sequence[Token], index: int, *_: object) -> str:
        return f"{start}{escapeHtml(tokens[index].content.strip())}{end}"

    return render


def readable(text: str) -> str:
    """The source of a fragment as one reads it: links to notes as they show, pictures and sounds
    announced, no comments.
    """
    lines = text.split("\n")
    hidden: set[int] = set()
    for block in blocks(text):
        here = range(block.start, min(block.end, len(lines)))
        if block.kind == "html":
            shown = without_folds("\n".join(lines[i] for i in here)).split("\n")
            for i, line in zip_longest(here, filter(str.strip, shown)):
                lines[i] = line or ""
                if not line:
                    hidden.add(i)
        elif block.kind in ("paragraph", "heading", "table"):
            for i in here:
                lines[i] = _NOT_READ.sub(_shown, lines[i])
    return "\n".join(line for i, line in enumerate(lines) if i not in hidden).strip("\n")


_NOT_READ = re.compile(
    r"`[^`]*`|\$[^$\s][^$]*\$|<!--.*?-->|(?<!\w)!?\[\[[^\[\]\n]+\]\]|!\[[^\[\]\n]*\]\([^()\n]*\)"
)
"""Comments, links and pictures, and the code and math in which there are none."""


def _shown(match: re.Match[str]) -> str:
    if match[0].startswith("<!--"):
        return ""
    tokens = inline(match[0])
    kind = tokens[0].type if len(tokens) == 1 else ""
    if kind == "image":
        return announced(tokens[0])
    return str(tokens[0].content) if kind == "wiki_link" else match[0]


def announced(image: Token) -> str:
    """A picture or a sound where it cannot be shown: [image: what it shows]"""
    source = str(image.attrs["src"])
    # A number there is a width.
    said = "" if image.content.isdecimal() else image.content
    return f"[{'sound' if is_sound(source) else 'image'}: {said or source}]"
