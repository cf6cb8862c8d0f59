"""HTML as Markdown of our dialect. The door to markdownify, and to Beautiful Soup below it."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from markdownify import MarkdownConverter

from srs.anki.foreign.code import language, make_code_plain, source
from srs.anki.foreign.converted import NOWHERE, Converted, fetched, not_kept, unique
from srs.anki.foreign.escapes import (
    BOLD,
    BREAK,
    EDGE,
    GAP,
    GAP_END,
    HINT,
    ITALIC,
    KEPT,
    STRUCK,
    literal,
)
from srs.anki.foreign.formulas import without_formulas
from srs.anki.foreign.htmltext import (
    MEDIA,
    NOT_KEPT,
    NOT_SHOWN,
    SOUND,
    in_one_line,
    in_the_collection,
    is_deep,
    leads_somewhere,
    mend_lists,
    parsed,
    target,
)
from srs.anki.foreign.kept import NUMBERED, fence, span
from srs.anki.foreign.lines import flowing, listed, tidy
from srs.anki.foreign.texts import is_of_another_computer
from srs.media import is_elsewhere, is_image, is_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from bs4.element import Tag


_PLAIN = re.compile(r"[^<&\[\\\n\r\t]*")


def converted(html: str, *, lists: bool = True) -> Converted:
    """The Markdown of a piece of HTML as Anki shows it. Raises RecursionError for what is deep.

    `lists`: lines that begin like rows of one become a list.
    """
    if _PLAIN.fullmatch(html):
        return Converted(" ".join(literal(html).split()))
    made = _Converter()
    text = made.of(html)
    shown = listed(text) if lists else text
    return Converted(
        shown,
        tuple(made.kept),
        unique(made.media),
        unique(made.changed),
        made.gap_in_code,
        shown != text,
    )


_LINES = frozenset(
    re.findall(
        r"\w+",
        "address article aside center dd details dialog dl dt fieldset figcaption figure footer "
        "form header main nav section summary caption",
    )
)
_FIXED_SPACE = re.compile("\xa0|&nbsp;?|&#160;|&#xA0;", re.IGNORECASE)
_CELL, _ROW = "\x1c", "\x1d"


_BR = re.compile(r"<br ?/?>", re.IGNORECASE)
_ONLY_BREAKS = re.compile(r"(?:[^<]|<br ?/?>)*", re.IGNORECASE)
_MAY_BE_CODE = re.compile(r"\b(?:class|style|face)\s*=", re.IGNORECASE)
_RAISED = re.compile(r"<su[pb]\b", re.IGNORECASE)
_LIST = re.compile(r"<[uo]l\b", re.IGNORECASE)


def _emphasis(mark: str, *names: str) -> Callable[..., str]:
    """How an element that emphasises is converted; within one of these names it adds nothing."""

    def convert(_self: object, _el: Tag, text: str, parent_tags: set[str]) -> str:
        inside = "_noformat" in parent_tags or not parent_tags.isdisjoint(names)
        if inside or "\n" in text or mark in text:
            return text
        start, text, end = _chomped(text)
        return f"{start}{mark}{text}{mark}{end}" if text else start + end

    return convert


def _nothing(*_: object, **__: object) -> str:
    return ""


_Markdownify: Any = MarkdownConverter
"""Its stub leaves out the methods that are there to be overridden."""


class _Converter(_Markdownify):  # type: ignore[misc]
    """Gives text with stand-ins; of one piece of HTML."""

    def __init__(self) -> None:
        super().__init__(bullets="-", wrap=True, wrap_width=None)
        self.kept: list[str] = []
        self.media: list[str] = []
        self.changed: list[str] = []
        self.gap_in_code = False
        self._formulas: tuple[str, ...] = ()

    def of(self, html: str) -> str:
        html, formulas = without_formulas(_FIXED_SPACE.sub(" ", html))
        self.kept += [one.markdown for one in formulas]
        self._formulas = tuple(one.source for one in formulas)
        self.gap_in_code = any(GAP in one or GAP_END in one for one in self._formulas)
        if _ONLY_BREAKS.fullmatch(html):
            lines = (self.escape(" ".join(unescape(one).split()), set()) for one in _BR.split(html))
            return tidy(flowing(BREAK.join(lines)))
        soup = parsed(f"<body>{html}</body>")
        if is_deep(soup):
            raise RecursionError("elements within elements")
        if _MAY_BE_CODE.search(html):
            make_code_plain(soup)
        if _RAISED.search(html):
            for one in soup.find_all("code"):
                if one.find(["sup", "sub"]) and not one.find_parent("pre"):
                    one.unwrap()
        if _LIST.search(html):
            mend_lists(soup)
        return tidy(flowing(self.convert_soup(soup)))

    def get_conv_fn(self, tag_name: str) -> Callable[..., str] | None:
        if tag_name in NOT_SHOWN:
            return _nothing
        if tag_name in NOT_KEPT:
            return self._not_kept
        found: Callable[..., str] | None = super().get_conv_fn(
            "div" if tag_name in _LINES else tag_name
        )
        return found

    def _not_kept(self, el: Tag, _text: str, parent_tags: set[str]) -> str:
        del parent_tags
        self.changed.append(not_kept(el.name))
        return ""

    def _keep(self, text: str) -> str:
        self.kept.append(text)
        return f"{KEPT}{len(self.kept) - 1}{KEPT}"

    # Text ---------------------------------------------------------------------------------------

    def escape(self, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - the library's
        if "[sound:" not in text:
            return literal(text)
        pieces = SOUND.split(text)
        pieces[::2] = map(literal, pieces[::2])
        pieces[1::2] = [self._medium(unescape(name), "") for name in pieces[1::2]]
        return "".join(pieces)

    def _medium(self, name: str, alt: str) -> str:
        if is_of_another_computer(name):
            self.changed.append(NOWHERE)
            return ""
        if is_elsewhere(name):
            self.changed += fetched(name)
            return f"![{alt}]({_address(name)})"
        name = in_the_collection(name)
        self.media.append(name)
        if is_image(name) or is_sound(name):
            return f"![{alt}]({MEDIA}{target(name)})"
        return f"[{literal(name)}]({MEDIA}{target(name)})"

    # Within a line ------------------------------------------------------------------------------

    def convert_br(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        return text + (" " if "_noformat" in parent_tags else BREAK)

    convert_b = convert_strong = _emphasis(
        BOLD, "b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"
    )
    convert_i = convert_em = _emphasis(ITALIC, "i", "em")
    convert_s = convert_del = convert_strike = _emphasis(STRUCK, "s", "del", "strike")

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags or not text.strip():
            return text
        return f"<{el.name}>{text.strip()}</{el.name}>"

    convert_sup = convert_sub

    def convert_q(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        return f"“{text}”"

    def convert_rt(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        """What Anki reads as ruby again: the reading in brackets."""
        del parent_tags
        return literal(f"[{text.strip()}]") if text.strip() else ""

    def convert_code(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags:
            return text
        start, _, end = _chomped(text)
        return f"{start}{self._code(source(el))}{end}"

    convert_kbd = convert_samp = convert_tt = convert_code

    def _code(self, code: str) -> str:
        code = self._as_written(code)
        if "\n" in code.strip("\n"):
            return f"\n\n{self._keep(fence(code, ''))}\n\n"
        return self._keep(span(code)) if code.strip() else ""

    def _as_written(self, code: str) -> str:
        if GAP in code or GAP_END in code or HINT in code:
            self.gap_in_code = True
        return NUMBERED.sub(lambda one: self._formulas[int(one[1])], code)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        href = str(el.get("href") or "")
        start, text, end = _chomped(text)
        if (
            "_noformat" in parent_tags
            or not leads_somewhere(href)
            or not text
            or "\n" in text
            or GAP in text
        ):
            return start + text + end
        text = text.replace(literal("["), r"\[").replace(literal("]"), r"\]")
        return f"{start}[{text}]({_address(href)}){end}"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del text, parent_tags
        name = str(el.get("src") or "").strip()
        alt = re.sub(r"[\[\]\\\n`$<]", " ", str(el.get("alt") or "")).strip()
        return self._medium(unquote(name), "" if alt == name else alt) if name else ""

    def convert_audio(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del text, parent_tags
        named = [el, *el.find_all("source")]
        return next(
            (self._medium(unquote(str(one["src"])), "") for one in named if one.get("src")), ""
        )

    convert_video = convert_audio

    # Blocks -------------------------------------------------------------------------------------

    def convert_div(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags:
            return text
        text = text.strip(" ")
        return f"\n\n{text}\n\n" if "\n" in text else f"{EDGE}{text}{EDGE}"

    def convert_p(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags:
            return text
        text = text.strip()
        return f"\n\n{text}\n\n" if text.strip(BREAK + EDGE) else EDGE

    def convert_hN(  # noqa: N802 - the library's name
        self, _n: int, _el: Tag, text: str, parent_tags: set[str]
    ) -> str:
        """A heading would end the item."""
        text = _chomped(text)[1]
        if not text or "\n" in text or "_noformat" in parent_tags:
            return f"\n\n{text}\n\n"
        return f"\n\n{BOLD}{text}{BOLD}\n\n".replace(BREAK, " ").replace(EDGE, " ")

    def convert_hr(self, *_: object, **__: object) -> str:
        """A rule would end the item."""
        return "\n\n"

    def convert_pre(self, el: Tag, _text: str, parent_tags: set[str]) -> str:
        if "_noformat" in parent_tags:
            return _text
        code = self._as_written(source(el)).strip("\n")
        images = "".join(f"\n\n{self.convert_img(one, '', set())}" for one in el.find_all("img"))
        if not code.strip():
            return f"{images}\n\n"
        return f"\n\n{self._keep(fence(code, language(el)))}{images}\n\n"

    def convert_blockquote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = tidy(flowing(text))
        if not text:
            return ""
        return "\n\n" + str(super().convert_blockquote(el, text, parent_tags - {"_inline"}))

    def convert_list(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n")
        return f"\n{text}\n\n" if "li" in parent_tags else f"\n\n{text}\n\n"

    convert_ul = convert_ol = convert_list

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = tidy(flowing(text))
        return str(super().convert_li(el, text, parent_tags)) if text else ""

    # Tables -------------------------------------------------------------------------------------

    def convert_td(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        return _CELL + tidy(flowing(text))

    convert_th = convert_td

    def convert_tr(self, _el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        return _ROW + text

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        del parent_tags
        around, *lines = text.split(_ROW)
        rows = [line.split(_CELL)[1:] for line in lines]
        rows = [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))]
        around = around.strip()
        if not rows:
            return f"\n\n{around}\n\n"
        if max(map(len, rows)) == 1:
            # A frame, no table.
            return "\n\n" + "\n\n".join([around, *(row[0] for row in rows)]) + "\n\n"
        spans = el.find(["td", "th"], attrs={"colspan": _MANY}) or el.find(
            ["td", "th"], attrs={"rowspan": _MANY}
        )
        holds_blocks = any(self._holds_blocks(cell) for row in rows for cell in row)
        if (spans or holds_blocks) and GAP not in text:
            self.changed.append("a table with cells that Markdown has not stays HTML")
            return f"\n\n{self._keep(self._html(el))}\n\n"
        return f"\n\n{around}\n\n{self._table(rows)}\n\n"

    def _html(self, el: Tag) -> str:
        for one in el.find_all(src=True):
            self.changed += fetched(str(one["src"]))
        whole, media = in_one_line(el)
        self.media += media
        return NUMBERED.sub(lambda one: escape(self._formulas[int(one[1])], quote=False), whole)

    def _holds_blocks(self, cell: str) -> bool:
        """Whether a cell is more than paragraphs."""
        if any("\n" in self.kept[int(at)] for at in NUMBERED.findall(cell)):
            return True
        return _BLOCK_LINE.search(cell) is not None

    def _table(self, rows: list[list[str]]) -> str:
        width = max(map(len, rows))
        for at in {int(at) for row in rows for cell in row for at in NUMBERED.findall(cell)}:
            self.kept[at] = re.sub(r"(?<!\\)\|", r"\\|", self.kept[at])
        lines = []
        for row in rows:
            cells = [_in_cell(cell) for cell in row] + [""] * (width - len(row))
            lines.append(f"| {' | '.join(cells)} |")
        lines.insert(1, f"|{' --- |' * width}")
        return "\n".join(lines)


_MANY = re.compile(r"0*(?:[2-9]|1\d+)")


def _chomped(text: str) -> tuple[str, str, str]:
    """A text without space and breaks at its ends, and these."""
    inner = text.strip(f" {BREAK}{EDGE}")
    start = text.find(inner) if inner else len(text)
    return text[:start], inner, text[start + len(inner) :]


def _address(href: str) -> str:
    return quote(unescape(href), safe="/-_.~!'+,;=@&:?#%[]*$")


_BLOCK_LINE = re.compile(r"^(?:[-|>]|\d+\. |\s)", re.MULTILINE)


def _in_cell(cell: str) -> str:
    cell = re.sub(r"\\?\n+", "<br>", cell)
    return cell.replace(literal("|"), r"\|")
