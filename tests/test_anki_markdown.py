"""HTML of Anki as Markdown: the cases in tests/from_anki/html/*.md, and that nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cases import cases

from srs.anki.foreign.converted import kept_as_html
from srs.anki.foreign.escapes import Place, cleaned, settled
from srs.anki.foreign.kept import put_in
from srs.anki.foreign.markdown import converted
from srs.anki.foreign.texts import mended, said
from srs.markdown import block_said, blocks
from srs.markdown.render import html as html_of

CASES = Path(__file__).parent / "from_anki" / "html"
SIGNS = "\\`*_[]<>&$~#-+.):^{}=|!1a \n"


def markdown_of(html: str, *, cautious: bool = False) -> str:
    made = converted(mended(cleaned(html)))
    return put_in(
        settled(made.text, Place(tagged=False, titled=True), cautious=cautious), made.kept
    )


@pytest.mark.parametrize(("html", "expected"), [*cases(CASES)])
def test_case(html: str, expected: list[str]) -> None:
    made = converted(mended(html))
    assert markdown_of(html).split("\n") == expected
    assert said(html_of(markdown_of(html)), listed=made.listed) == said(
        mended(html), listed=made.listed
    )


@given(st.text(SIGNS, max_size=30))
def test_text_is_one_paragraph_that_says_it(text: str) -> None:
    """Whatever signs it has, none of them is a mark."""
    html = text.replace("&", "&amp;").replace("<", "&lt;")
    shown = markdown_of(html, cautious=True)
    found = blocks(shown)
    assert [one.kind for one in found] == ["paragraph"] * bool(text.strip())
    assert "".join(map(block_said, found)) == " ".join(text.split())


@given(st.text("ab, .!?'\"()/;-éß漢", max_size=40))
def test_plain_text_has_no_backslash(text: str) -> None:
    assert markdown_of(f"a{text}") == " ".join(f"a{text}".split())


def test_elements_within_elements_are_told_from_text() -> None:
    """Browsers hide what they take for an element; here it is shown."""
    assert mended("if a < b, vector<int> v; i<n <o:p>x</o:p>") == (
        "if a &lt; b, vector&lt;int> v; i&lt;n <o:p>x</o:p>"
    )
    assert mended("a <!-- never closed") == "a &lt;!-- never closed"
    assert mended('<img src="a.png" alt="x > y"><br/>') == '<img src="a.png" alt="x > y"><br/>'


def test_media_are_named_as_their_files_are() -> None:
    made = converted('<img src="a%20b%26c.png">[sound:x &amp; y.mp3]<img src="https://a.b/c.png">')
    assert made.media == ("a b&c.png", "x & y.mp3")
    assert made.changed == (
        "what it shows of a.b is fetched from there, each time that it is shown",
    )
    assert converted('<img src="data:image/x,y">').changed == ()
    # Typed on a Mac, where an umlaut is two characters.
    assert converted('<img src="a\u0308.png">').media == ("\xe4.png",)


def test_all_of_it_is_kept_as_html_whatever_is_closed_above() -> None:
    (kept,) = kept_as_html("</div><table><tr><td>a</td></tr></table>").kept
    assert kept == "<div><table><tr><td>a</td></tr></table></div>"


def test_text_between_tags_is_no_markdown() -> None:
    (kept,) = kept_as_html("<table><tr><td>`a`</td><td>\\</td><td>\\(x_1\\)</td></tr></table>").kept
    cells = "<td>&#96;a&#96;</td><td>&#92;</td><td>\\(x&#95;1\\)</td>"
    assert kept == f"<div><table><tr>{cells}</tr></table></div>"
