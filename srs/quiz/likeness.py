"""What an answer looks like, and whether one may be mistaken for another. English, as the rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from srs.model import Accepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srs.model import Card

_CODE = re.compile(r"`([^`\n]+)`")
_NUMBER = re.compile(
    r"(?P<number>[+-]?\d+(?:[.,\u202f ]\d+)*)(?P<unit>(?: ?[^\W\d_]{1,12}| ?%|°C)?)"
)
_TERM = re.compile(r"[^\W_][\w+#-]*(?:[ /][^\W_][\w+#.-]*){0,3}")
_DEFINITION = re.compile(r"(?:the|an?) [^.?!:$\[\]<>]+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}|\d+")
_ASKED = re.compile(
    r"\b(which|what|how many|how much|how|where|when|who|whose|why)\b(?:\s+([\w-]+))?",
    re.IGNORECASE,
)
_COMMON = """
    the and for are was with that this from into its not has have but which what how when where who
    whose why does did will can may all any one two than then them they their there these those only
    each other after before between same more most such also per via use used using get gets set
"""
_STOP = frozenset(_COMMON.split())
_LOOSE = "the a an or and not if via with by in of to from for at on is are it"
_OTHER = frozenset(_LOOSE.split())
"""Of an answer with one of these there are other wordings."""
_ALIKE = 0.4
"""From this share of common words on, two questions may have one answer."""
_TELLING = 4
"""A word of so many letters gives away what it is a part of."""
_LONGEST_TYPED = 32
_LONGEST_OPTION = 160


class Looks(NamedTuple):
    """What is compared of a card. `sort` is ``, `code`, `number`, `term` or `definition`."""

    sort: str
    form: tuple[str, ...]
    """What else has to be the same: of code how it is written, of a number its unit."""
    asks: tuple[str, ...]
    """What kind of question it is."""
    text: str
    plain: str
    """The answer without marks, in lower case."""
    prompt: str
    words: frozenset[str]
    asked: frozenset[str]
    typed: tuple[Accepted, ...]
    """What may be typed for it, if it is short and exact."""

    def given_away(self, asked: frozenset[str]) -> frozenset[str]:
        """The words of a question that the answer has, or has within another: `getpriority`."""
        own = [word for word in self.words if len(word) >= _TELLING]
        return frozenset(
            word
            for word in asked
            if word in self.words
            or (len(word) >= _TELLING and (word in self.plain or any(one in word for one in own)))
        )

    def unlike(self, other: Looks) -> tuple[bool, float]:
        """How unlike the answers are written: another initial, and few pairs of letters shared."""
        shared = _share(_pairs(self.plain), _pairs(other.plain))
        return self.plain[:1] != other.plain[:1], -round(shared, 1)

    def may_be_taken_for(self, other: Looks) -> bool:
        """Whether the other's answer is one that somebody may give here, and is wrong."""
        return (
            bool(self.sort and self.asks)
            and (self.sort, self.form, self.asks) == (other.sort, other.form, other.asks)
            and self.is_apart_from(other)
            and self.given_away(self.asked) == other.given_away(self.asked)
            and not _ask_the_same(self.prompt, other.prompt)
            and other.plain not in self.prompt
            and self.plain not in other.prompt
            and _near_in_length(self, other)
        )

    def is_apart_from(self, other: Looks) -> bool:
        """Whether neither says what the other says."""
        apart = self.plain not in other.plain and other.plain not in self.plain
        return apart and (self.sort != "definition" or _share(self.words, other.words) < _ALIKE)

    def stands_out_of(self, others: Sequence[Looks]) -> bool:
        """Whether its length, or the letter that it shares with the question, tells which it is."""
        sizes = [len(one.text) for one in others]
        size = len(self.text)
        initial = self.plain[:1]
        alone = initial == self.prompt[:1] and all(one.plain[:1] != initial for one in others)
        return alone or size > 1.3 * max(sizes) + 3 or 1.3 * size + 3 < min(sizes)


def looks(card: Card) -> Looks:
    text = card.face.answer.strip()
    bare = text.removesuffix(".")
    prompt = card.face.prompt
    sort, form = _sort(bare) if "\n" not in bare and len(bare) <= _LONGEST_OPTION else ("", ())
    return Looks(
        sort,
        form,
        _asks(card, sort),
        bare,
        _plain(bare),
        _plain(prompt),
        _words(bare) if sort != "number" else frozenset(),
        _words(prompt),
        _typed(card, bare, sort),
    )


def _sort(text: str) -> tuple[str, tuple[str, ...]]:
    code = _CODE.fullmatch(text)
    if code:
        return "code", _form(code[1])
    number = _NUMBER.fullmatch(text)
    if number:
        return "number", (number["unit"].strip(), str(len(re.findall(r"\d", number["number"]))))
    if _TERM.fullmatch(text):
        cased = "name" if any(letter.isupper() for letter in text) else "word"
        return "term", (cased,)
    if _DEFINITION.fullmatch(text) and len(text.split()) > 4:
        return "definition", ("`" if "`" in text else "",)
    return "", ()


_FORMS = (
    ("flag", r"-.*"),
    ("call", r"[^ ]*\(.*\)"),
    ("command", r"[^ ]+ .*"),
    ("path", r".*/.*"),
    ("file", r"[\w-]*\.(?:json|ya?ml|toml|js|ts|md|txt|lock|conf|env|ini|cfg|sql|py|go|rs|java)"),
    ("constant", r"[A-Z][A-Z0-9_]+"),
    ("dotted", r".*\w\.\w.*"),
    ("type", r"[A-Z]\w*"),
    ("name", r"[a-z]\w*(?:-\w+)*"),
)


def _form(code: str) -> tuple[str, ...]:
    """How code is written. Commands go with those of the same program, all else is itself."""
    for name, pattern in _FORMS:
        if re.fullmatch(pattern, code):
            return (name, code.split(maxsplit=1)[0].casefold()) if name == "command" else (name,)
    return ("odd", code)


def _asks(card: Card, sort: str) -> tuple[str, ...]:
    """What kind of question has this answer; () where that cannot be told."""
    face, prompt = card.face, card.face.prompt.strip()
    if face.gap:
        return ("gap",) if sort == "code" else ()
    if face.key == "rev":
        return ("rev",)
    if sort == "definition":
        return ("fwd",) if any(one.key == "rev" for one in card.item.faces) else ()
    asked = [*_ASKED.finditer(prompt)]
    if asked and prompt.endswith("?"):
        word, noun = asked[-1][1].casefold(), (asked[-1][2] or "").casefold()
        # Code is asked for by what it does, which nothing else does; a name or a number often by
        # what others are, too: "Which sort is stable?"
        tells = sort == "code" if word in ("which", "what") else word == "how many"
        return (word, noun.removesuffix("s")) if tells else ()
    if "?" not in prompt and "\n" not in prompt and len(prompt.split()) <= 4:
        return ("pair",)
    return ()


def _typed(card: Card, text: str, sort: str) -> tuple[Accepted, ...]:
    if len(text) > _LONGEST_TYPED:
        return ()
    if sort == "code":
        code = text.strip("`")
        # What only says that it is a folder or a call may be left out.
        short = code.removesuffix("/").removesuffix("()") or code
        return tuple(Accepted(one, exact=True) for one in dict.fromkeys((code, short)))
    if sort == "number":
        return tuple(Accepted(one, exact=False) for one in dict.fromkeys(_numbers(text)))
    # A name is exact; any other word may stand for another one.
    named = card.face.key == "rev" or any(letter.isupper() or letter.isdigit() for letter in text)
    words = text.casefold().split()
    if sort == "term" and named and "/" not in text and len(words) <= 2 and not _OTHER & {*words}:
        return (Accepted(text, exact=False),)
    return ()


def _numbers(text: str) -> Iterator[str]:
    """1,000 is 1000 too, and 63 % are 63% and 63."""
    for one in (text, re.sub(r"(?<=\d)[,\u202f ](?=\d{3})", "", text)):
        yield from (one, one.replace(" ", ""), one.removesuffix("%").rstrip())


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[`*_\\]", "", text).casefold().split())


def _words(text: str) -> frozenset[str]:
    """Words that tell something, less what inflects them."""
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(_stem(word) for word in found if word not in _STOP)


def _stem(word: str) -> str:
    for end in ("ing", "ed", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word.removesuffix(end)
    return word


def _ask_the_same(one: str, other: str) -> bool:
    """Whether two questions, less the words with which both begin, may have one answer."""
    left, right = one.split(), other.split()
    same = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
    if same is None:
        return True
    words = _words(" ".join(left[same:])), _words(" ".join(right[same:]))
    return _share(*words) >= _ALIKE


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _near_in_length(one: Looks, other: Looks) -> bool:
    words = abs(len(one.text.split()) - len(other.text.split()))
    if words > (12 if one.sort == "definition" else 1):
        return False
    shorter, longer = sorted((len(one.text), len(other.text)))
    return longer <= 2 * shorter + 4
