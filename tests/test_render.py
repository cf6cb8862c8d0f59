"""Fragments as HTML: what is seen is what was written, whatever it means to HTML or to Anki."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srs.markdown.render import html, readable

HTML = {
    "a lone paragraph": ("a *b* `c<d>`", "a <em>b</em> <code>c&lt;d&gt;</code>"),
    "two paragraphs": ("a\n\nb", "<p>a</p>\n<p>b</p>"),
    "a task list": (
        "- [x] yes `[ ]`\n- [ ] **no**\n- none",
        (
            '<ul>\n<li class="right">yes <code>[ ]</code></li>\n'
            '<li class="wrong"><strong>no</strong></li>\n<li>none</li>\n</ul>'
        ),
    ),
    "a loose task list": (
        "1. [X] yes\n\n   why\n",
        '<ol>\n<li class="right">\n<p>yes</p>\n<p>why</p>\n</li>\n</ol>',
    ),
    "an empty box": ("- [ ]", '<ul>\n<li class="wrong"></li>\n</ul>'),
    "no box": (
        "- [x]y\n- [y] z\n- x [ ] y",
        "<ul>\n<li>[x]y</li>\n<li>[y] z</li>\n<li>x [ ] y</li>\n</ul>",
    ),
    "a box outside a list": ("[x] y", "[x] y"),
    "wiki links": (
        "[[Event loop]], [[deep/loop.md#Poll|*there*]], [[loop#Poll]] and `[[x]]`",
        "Event loop, *there*, loop › Poll and <code>[[x]]</code>",
    ),
    "an image": ('![a *b* "c"](x.png)', '<img src="x.png" alt="a b &quot;c&quot;">'),
    "a width with spaces": ("![[x.png | 300]]", '<img src="x.png" alt="" width="300">'),
    "a sound without quotes": ("<audio src=x.mp3 controls></audio> y", "[sound:x.mp3] y"),
    "an image without quotes": ("a <img src=x.png> b", 'a <img src="x.png"> b'),
    "comments and folds": ("a <!-- b --> c\n\n<details>\n<summary>d</summary>", "<p>a  c</p>\n\nd"),
    "an embedded image": ("![[a b.png]]", '<img src="a b.png" alt="">'),
    "its caption": ("![[x.png|the <loop>]]", '<img src="x.png" alt="the &lt;loop&gt;">'),
    "its width": ("![[x.png|300]]", '<img src="x.png" alt="" width="300">'),
    "a number as text": ("![5](x.png)", '<img src="x.png" alt="5">'),
    "a remote image": ("![](https://x.org/badge)", '<img src="https://x.org/badge" alt="">'),
    "a sound": ("![said](x.mp3) ![[y.ogg]]", "[sound:x.mp3] [sound:y.ogg]"),
    "a remote sound": (
        "![](https://x.org/a.mp3)",
        '<a href="https://x.org/a.mp3">https://x.org/a.mp3</a>',
    ),
    "a sound in HTML": (
        '<audio controls><source src="x.mp3" type="audio/mpeg"></audio>',
        "[sound:x.mp3]",
    ),
    "what is neither": ("![my *paper*](x.pdf) ![[y.pdf]]", "my paper y.pdf"),
    "math": ("$a<b$ and $$c$$", r"\(a&lt;b\) and \[c\]"),
    "math before a digit at the end": ("$n$ is 5", r"\(n\) is 5"),
    "no math before a digit": ("$5 is more than $4", "$5 is more than $4"),
    "a block of math": ("$$\n\\frac{a}{b}\n$$", r"\[\frac{a}{b}\]"),
    "no math": ("5$ or 6$, `$x$`", "5$ or 6$, <code>$x$</code>"),
    "what MathJax would take": (r"\\(x\\)", "<span>&#92;</span>(x<span>&#92;</span>)"),
    "what Anki would take": (
        "[sound:x.mp3] [latex]y[/latex] [anki:tts] `[sound:z.mp3]` [$a]",
        (
            "&#91;sound:x.mp3] &#91;latex]y&#91;/latex] &#91;anki:tts] "
            "<code>&#91;sound:z.mp3]</code> &#91;$a]"
        ),
    ),
    "no element": ("vector<int> <b>c</b>", "vector&lt;int&gt; <b>c</b>"),
    "code of no language": (
        "```\n<a> \\(b\\)\n```",
        "<pre><code>&lt;a&gt; &#92;(b&#92;)\n</code></pre>",
    ),
    "an unknown language": ("```nonesuch\n<a>\n```", "<pre><code>&lt;a&gt;\n</code></pre>"),
    "a known language": (
        "```py run\nx = None  # {{a}}\n```",
        (
            '<pre><code><span class="n">x</span> <span class="o">=</span> '
            '<span class="kc">None</span>  <span class="c1"># {{a}}</span>\n</code></pre>'
        ),
    ),
    "what code prints": (
        "```output\nNone 1\n```",
        '<pre class="output"><code>None 1\n</code></pre>',
    ),
    "a fence without text": ("```js\n```", "<pre><code></code></pre>"),
    "indented code": ("    a\n\n\tb", "<pre><code>a\n\nb\n</code></pre>"),
}


@pytest.mark.parametrize("case", HTML.values(), ids=HTML)
def test_html(case: tuple[str, str]) -> None:
    written, expected = case
    assert html(written) == expected


def test_media_get_the_names_they_are_given() -> None:
    text = "![](a.png) ![[b.mp3]] <img src=\"c.png\"> <audio src='d.mp3'> ![](https://x.org/e.mp3)"
    assert html(text, lambda source: f"<{source}>") == (
        '<img src="&lt;a.png&gt;" alt=""> [sound:&lt;b.mp3&gt;] <img src="&lt;c.png&gt;"> '
        '[sound:&lt;d.mp3&gt;] <a href="https://x.org/e.mp3">https://x.org/e.mp3</a>'
    )


class Seen(HTMLParser):
    """The text of HTML, and the elements it is in."""

    def __init__(self, rendered: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: set[str] = set()
        self.feed(rendered)
        self.close()

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


WORDS = r"""
{{ }} < > & &lt; \( \) $ [sound: [$] ` " ' /* */ # // f(x): class if % @ = 1 é 🎴 <script> <!-- -->
${x} - : >>>
"""
MARKS = st.sampled_from(
    (*WORDS.split(), "\n", "\n\n", "\t", " ", "\f", "\ufeff", "\x1f", "\u2028"),
)
LANGUAGES = """
nonesuch js ts python go rust cpp sql sh console yaml json html jsx css diff docker toml pycon text
output hcl
"""


@settings(deadline=None)
@given(st.sampled_from(LANGUAGES.split()), st.lists(MARKS, max_size=12).map("".join))
@example("python", "\ufeffx")
@example("js", "\n\nx\n\n")
@example("console", "$ ls\n")
def test_code_is_shown_with_every_character(language: str, code: str) -> None:
    rendered = html(f"~~~{language}\n{code}\n~~~")
    seen = Seen(rendered)
    assert seen.text == f"{code}\n"
    assert seen.elements <= {"pre", "code", "span"}
    for taken in ("[sound:", "[$]", "\\(", "\\)"):
        assert taken not in rendered


@settings(deadline=None)
@given(
    st.lists(MARKS.filter(lambda mark: mark != "`" and "\n" not in mark), max_size=12).map("".join)
)
def test_a_code_span_is_shown_with_every_character(code: str) -> None:
    rendered = html(f"`x{code}x`")
    assert Seen(rendered).text == f"x{code}x"
    assert re.sub("<.*?>", "", rendered).count("[sound:") == 0


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see [[loop]] and [[a/loop.md#Timers|the timers]]", "see loop and the timers"),
        ("see [[loop#Timers]]", "see loop › Timers"),
        ("`[[code]]` and $[[x]]$ [[y]]", "`[[code]]` and $[[x]]$ y"),
        ("```\n[[code]]\n```\n\n[[text]]", "```\n[[code]]\n```\n\ntext"),
        ("![[picture.png]] x[[1]] [[ -f x ]]", "[image: picture.png] x[[1]] [[ -f x ]]"),
        ("a ![tree](t.png) and ![[bell.mp3]]", "a [image: tree] and [sound: bell.mp3]"),
        ("`![a](b.png)` ![100](c.png)", "`![a](b.png)` [image: c.png]"),
        ("| [[a]] |\n|---|", "| a |\n|---|"),
        ("a <!-- b --> `<!-- c -->`", "a  `<!-- c -->`"),
        ("a\n\n<!-- b\n\nc -->\n\nd\n\n\ne", "a\n\n\nd\n\n\ne"),
        ("a\n\n<details><summary>b</summary>\n\nc\n\n</details>", "a\n\nb\n\nc"),
        ("~~~\n<!-- a -->\n~~~\n<!-- b -->", "~~~\n<!-- a -->\n~~~"),
    ],
)
def test_links_and_pictures_are_told_where_the_source_is_read(written: str, shown: str) -> None:
    assert readable(written) == shown
