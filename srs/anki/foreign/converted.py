"""What a piece of HTML became, and what is told of what is lost of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from srs.anki.foreign.escapes import KEPT
from srs.anki.foreign.htmltext import (
    NOT_KEPT,
    in_one_line,
    is_fetched,
    parsed,
)
from srs.anki.foreign.texts import is_of_another_computer

if TYPE_CHECKING:
    from collections.abc import Sequence


class Converted(NamedTuple):
    """Markdown with stand-ins (see `escapes`); `kept` is what stands for its KEPT numbers.

    `media` are the names of files. `changed` says in a few words each what is not as it was.
    """

    text: str
    kept: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gap_in_code: bool = False
    """A gap begins or ends in code or a formula, where none can be."""
    listed: bool = False
    """Lines that began like rows of a list became one."""


def kept_as_html(html: str) -> Converted:
    """The same to see, as one block of HTML."""
    soup = parsed(html)
    # Around all of it: what a template closes may have been opened above.
    block = soup.new_tag("div")
    for one in [*soup.contents]:
        block.append(one.extract())
    lost = [not_kept(one.name) for one in block.find_all(NOT_KEPT)]
    for one in block.find_all(src=True):
        lost += fetched(str(one["src"]))
    whole, media = in_one_line(block)
    return Converted(f"{KEPT}0{KEPT}", (whole,), unique(media), unique(lost))


def unique(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def not_kept(name: str) -> str:
    return f"its <{name}> is not kept"


NOWHERE = "a picture of it is a file of another computer, and not in the package"


def fetched(source: str) -> list[str]:
    if is_of_another_computer(source):
        return [NOWHERE]
    if not is_fetched(source):
        return []
    server = source.partition("//")[2].partition("/")[0]
    return [f"what it shows of {server} is fetched from there, each time that it is shown"]
