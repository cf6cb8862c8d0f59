"""Code on a terminal, highlighted."""

from __future__ import annotations

from srs.ui.styled import paragraph, styled

_STYLES = {
    "": "",
    "Comment": "dim italic",
    "Keyword": "magenta",
    "Literal.Number": "cyan",
    "Literal.String": "green",
    "Name.Builtin": "cyan",
    "Name.Class": "bold",
    "Name.Decorator": "magenta",
    "Name.Function": "bold",
    "Name.Tag": "magenta",
    "Operator.Word": "magenta",
}
"""Without backgrounds and bright colours, it is readable on light terminals and on dark ones."""


def drawn(code: str, language: str, width: int) -> str:
    """The rows of a block of code. One that goes on the row above has a sign before it: in code a
    new line may mean something.
    """
    from srs.highlight import stretches  # noqa: PLC0415 - Pygments is slow to load

    code = code.rstrip().expandtabs(4)
    found = (stretches(code, language) if language else None) or [("", code)]
    pieces = [(text, _style(kind)) for kind, text in found]
    return paragraph(pieces, width, " ", f" {styled('↪', 'dim')} ")


def _style(kind: str) -> str:
    """That of the nearest kind which has one: each is a part of others."""
    while kind not in _STYLES:
        kind = kind.rpartition(".")[0]
    return _STYLES[kind]
