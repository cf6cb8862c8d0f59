"""Formulas: MathJax, LaTeX and Anki's elements for it, as `$..$` and `$$..$$`."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from srs.anki.foreign.escapes import KEPT


class Formula(NamedTuple):
    """`markdown` shows it, `source` is how it was written."""

    markdown: str
    source: str


_FORMULA = re.compile(
    r"(?P<code><(?P<name>pre|code)\b.*?</(?P=name)\s*>)|"
    r"\\\((?P<a>.{1,9999}?)\\\)|\\\[(?P<b>.{1,9999}?)\\\]|"
    r"\[\$\](?P<c>.{1,9999}?)\[/\$\]|\[\$\$\](?P<d>.{1,9999}?)\[/\$\$\]|\[latex\](?P<e>.{1,9999}?)\[/latex\]|"
    r"<anki-mathjax(?P<block>[^<>]*)>(?P<f>.{0,9999}?)</anki-mathjax>",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<br[^<>]*>|</(?:div|p)>", re.IGNORECASE)


def without_formulas(html: str) -> tuple[str, tuple[Formula, ...]]:
    """The HTML with `KEPT number KEPT` for each formula outside of code, and these."""
    if not _MAY_HAVE.search(html):
        return html, ()
    found: list[Formula] = []

    def kept(match: re.Match[str]) -> str:
        written = None if match["code"] else _written(match)
        if written is None:
            return match[0]
        found.append(Formula(written, unescape(_TAG.sub("", match[0]))))
        return f"{KEPT}{len(found) - 1}{KEPT}"

    return _FORMULA.sub(kept, html), tuple(found)


_MAY_HAVE = re.compile(r"\\[(\[]|\[\$|\[latex\]|<anki-mathjax", re.IGNORECASE)


def _written(match: re.Match[str]) -> str | None:
    """Markdown of a formula; None where no formula of our dialect is it."""
    whole = next(match[name] for name in "abcdef" if match[name] is not None)
    text = unescape(_TAG.sub("", _BREAK.sub(" ", whole)))
    text = " ".join(text.split())
    shown = bool(match["b"] or match["d"] or "true" in (match["block"] or ""))
    if match["e"] is not None:
        shown, text = _latex(text)
    # A dollar sign would end it, and a backslash the sign that ends it.
    if not text or re.search(r"(?<!\\)\$|\\$", text):
        return None
    return f"$${text}$$" if shown else f"${text}$"


def _latex(text: str) -> tuple[bool, str]:
    """Whether a piece of LaTeX is shown on a line of its own, and what is in its marks of math."""
    for start, end, shown in (("$$", "$$", True), (r"\[", r"\]", True), ("$", "$", False)):
        if text.startswith(start) and text.endswith(end) and len(text) > len(start + end):
            return shown, text[len(start) : -len(end)].strip()
    return True, text
