"""Code in stretches of one kind each: keywords, strings, names. The door to Pygments."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from pygments.lexers import get_lexer_by_name
from pygments.token import Text, Whitespace
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence


def stretches(code: str, language: str) -> Sequence[tuple[str, str]] | None:
    """(kind, text) in turn, the kinds named as Pygments does, as in `Literal.String.Double`.

    None where it does not know how.
    """
    found = _tokens(code, language)
    return [(".".join(kind), text) for kind, text in found] if found else None


def html(code: str, language: str) -> str | None:
    """HTML with the short classes of Pygments; None where it does not know how."""
    found = _tokens(code, language)
    if found is None:
        return None
    formatted = io.StringIO()
    _formatter().format(
        [(Text if kind in Whitespace else kind, text) for kind, text in found], formatted
    )
    return formatted.getvalue()


def _tokens(code: str, language: str) -> list[tuple[Any, str]] | None:
    lexer = _lexer(language)
    found = [*lexer.get_tokens(code)] if lexer else []
    # Some lexers lose what they do not like.
    return found if "".join(text for _, text in found) == code else None


@cache
def _formatter() -> Any:
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415 - a terminal needs none

    return HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Any:
    """The lexer of a language, None for one that nobody knows: looking for it takes long."""
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
