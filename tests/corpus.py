"""A deterministic corpus for `make bench`: notes of twenty cards each, of every common shape."""

from __future__ import annotations

from random import Random

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
CLOZES = frozenset((1, 3, 6, 8, 11, 13, 16, 18))


def note(number: int) -> str:
    """The text of one note: prose, twelve questions (code, table, list, math), eight clozes."""
    random = Random(number)
    topic, phase = f"{_words(random, 3)} {number}", number % 8 + 1
    tags = ", ".join(_words(random, 3).split())
    lines = [f"---\ntopic: {topic}\nphase: phase-{phase}\ntags: [{tags}]\n---\n\n# {topic}\n"]
    for place in range(20):
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
