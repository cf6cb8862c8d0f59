"""A deterministic corpus for `make bench`: notes of twenty cards each, of every common shape."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
cell membrane protein enzyme gradient vector matrix tensor kernel scheduler latency cache buffer
page table index query transaction commit rollback isolation lock thread process signal socket
packet router protocol handshake cipher digest entropy channel noise filter stores returns balances
inhibits encodes preserves maps bounds precedes triggers replaces
"""
WORDS = TEXT.split()
CODE = {
    "python": "def {0}(xs):\n    t = 7\n    for x in xs:\n        t += x  # {1}\n    return t",
    "sql": "SELECT {0}, count(*) AS n\nFROM {1}\nWHERE {0} > 3\nGROUP BY {0}\nHAVING n > 3;",
    "c": "int {0}(int *p, int n) {{\n    while (n--) t += *p++; /* {1} */\n    return t;\n}}",
}
ITEMS = 20
"""Of a note."""
CLOZES = frozenset((1, 3, 6, 8, 11, 13, 16, 18))


def note(number: int) -> str:
    """The text of one note: prose, twelve questions (code, table, list, math), eight clozes."""
    random = Random(number)
    topic, phase = f"{_words(random, 3)} {number}", number % 8 + 1
    tags = ", ".join(_words(random, 3).split())
    lines = [f"---\ntopic: {topic}\nphase: phase-{phase}\ntags: [{tags}]\n---\n\n# {topic}\n"]
    for place in range(ITEMS):
        if place % 5 == 0:
            prose = " ".join(_sentence(random, 16) for _ in range(3))
            lines.append(f"## Part {place // 5 + 1}\n\n{prose}\n")
        lines.append(_item(random, f"{number}-{place}", place))
    return "\n".join(lines)


def _item(random: Random, name: str, place: int) -> str:
    if place in CLOZES:
        gaps = "".join(
            f"{_words(random, 4)} {{{{c{gap + 1}::{_words(random, 1)} {random.randrange(100)}}}}} "
            for gap in range(1 + place % 2)
        )
        return f"C: In {name}: {gaps}{_words(random, 4)}.\n"
    question = f"Why does {_words(random, 8)} ({name})?"
    answer = _sentence(random, 12)
    if place in (0, 7, 14):
        language = random.choice([*CODE])
        code = CODE[language].format(*_words(random, 2).split())
        question = f"What does {name} compute?\n\n```{language}\n{code}\n```"
    elif place == 5:
        row = f"\n| {_words(random, 1)} | {random.randrange(100)} | {_words(random, 1)} |"
        answer += f"\n\n| term | n | note |\n|---|---|---|{row * 4}"
    elif place == 10:
        answer = "\n".join(f"- {_sentence(random, 7)}" for _ in range(4))
    elif place == 15:
        answer = f"Since $f_{{{place}}}(x) = \\sum_i a_i x^{{2}}$, {answer}\n\n$$\\int_0^1 x\\,dx$$"
    return f"Q: {question}\nA: {answer}\n"


def _words(random: Random, count: int) -> str:
    return " ".join(random.choices(WORDS, k=count))


def _sentence(random: Random, count: int) -> str:
    words = random.choices(WORDS, k=count)
    if random.random() < 0.35:
        words[1] = f"**{words[1]}**"
    if random.random() < 0.25:
        words[-2] = f"`{words[-2]}`"
    return f"{' '.join(words).capitalize()}."


def vault(root: Path, notes: int) -> None:
    """A vault of so many notes, five hundred a folder."""
    (root / "decks").mkdir(parents=True)
    for number in range(notes):
        file = root / path(number)
        if number % 500 == 0:
            file.parent.mkdir(parents=True)
        file.write_text(note(number), "utf-8")


def path(number: int) -> str:
    """Where in the vault a note is."""
    return f"notes/{number // 500:03}/{number:06}.md"


def edited(text: str, name: str) -> str:
    """The text of a note with another word in the question `name`, as `12-2`, and in its answer."""
    question, answer = f"({name})?\nA: ", "somewhat "
    before, found, after = text.partition(question)
    if not found:
        raise ValueError(f"No plain question {name}")
    start, line = before.rsplit("\n", 1)
    words = line.split(" ")
    words[4] = "evidently"
    word, rest = after.split(" ", 1)
    return f"{start}\n{' '.join(words)}{found}{word} {answer}{rest}"


def without(text: str, name: str) -> str:
    """The text of a note without the question `name`, which has a short answer."""
    before, found, after = text.partition(f"({name})?\nA: ")
    if not found:
        raise ValueError(f"No plain question {name}")
    return before.rsplit("\n", 1)[0] + "\n" + after.split("\n\n", 1)[1]


PLAIN = (2, 4, 9, 12, 17)
"""Places of questions that `edited` and `without` take."""
