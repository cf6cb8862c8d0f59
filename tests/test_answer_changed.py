"""Whether the answer of an item is another one than it was, under the same question."""

from __future__ import annotations

import pytest

from srs import identity, notes
from srs.identity.answers import answer_changed
from srs.model import Card, CardId, Item, ItemFixed

OPTIONS = "- [ ] four\n- [x] one\n- [ ] none\n"
PRINTS = "A:\n```output\nmicro\ntimer\n```\n"

SAME = {
    "a typo": ("A: SharedArrayBuffer", "A: SharedArrayBufer"),
    "two letters exchanged": ("A: idempotent", "A: idempotnet"),
    "a typo among words": ("A: it blocks the event loop", "A: it bloks the event loop"),
    "case": ("A: the Event Loop", "A: the event loop"),
    "code marks": ("A: npm ci", "A: `npm ci`"),
    "a full stop": ("A: four", "A: four."),
    "reflowed": (
        "A: four threads, unless told\notherwise",
        "A: four threads, unless told otherwise",
    ),
    "more of the same": (
        "A: 16 KiB for byte streams",
        "A: 16 KiB for byte streams, 64 KiB since Node 22",
    ),
    "cut down": ("A: four threads, unless an environment says so", "A: four threads, unless told"),
    "said in other order": ("A: check, poll, timers", "A: timers, check, poll"),
    "a number in a long answer": (
        "A: The pool has threads for files and names; on 10 May the default was last discussed.",
        "A: The pool has threads for files and names; on 11 May the default was last discussed.",
    ),
    "a point added": (
        "Points:\n- atomicity\n- isolation",
        "Points:\n- atomicity\n- isolation\n- durability",
    ),
    "only symbols, as they were": ("A: `===`", "A:  `===`"),
    "one alternative more": ("T: npm ci", "T: npm ci | npm clean-install"),
    "the second alternative gone": ("T: npm ci | npm clean-install", "T: npm ci"),
    "typed text in another case": ("T: Event Loop", "T: event  loop"),
    "typed text now code": ("T: npm ci", "T: `npm ci`"),
    "options reordered": (OPTIONS, "- [x] one\n- [ ] none\n- [ ] four\n"),
    "a wrong option edited": (OPTIONS, OPTIONS.replace("none", "not one")),
    "a wrong option removed": (OPTIONS, OPTIONS.replace("- [ ] none\n", "")),
    "a wrong option added": (OPTIONS, OPTIONS + "- [ ] two\n"),
    "a right option mistyped": (
        "- [x] the event loop\n- [ ] a worker\n",
        "- [x] the evnet loop\n- [ ] a worker\n",
    ),
    "an option explained": (OPTIONS, OPTIONS.replace("one\n", "one\n  there is one\n", 1)),
    "the same output": (PRINTS, PRINTS.replace("timer\n", "timer  \n\n")),
    "a gap mistyped": ("C: Before {{microtasks}} run", "C: Before {{microtaks}} run"),
    "a gap more": ("C: Before {{microtasks}} run", "C: Before {{microtasks}} {{run}}"),
    "a reason added": ("A: four", "A: four\nWhy: it was always so"),
}

OTHER = {
    "a number": ("A: 4", "A: 8"),
    "a number among words": ("A: by default 4 threads", "A: by default 8 threads"),
    "a sign": ("A: -1", "A: 1"),
    "a unit and its number": ("A: 64 KiB", "A: 16 KiB"),
    "true and false": ("A: true", "A: false"),
    "yes and no": ("A: Yes.", "A: No."),
    "the opposite": ("A: mutable", "A: immutable"),
    "another word": ("A: the check phase", "A: the poll phase"),
    "other words": ("A: four threads", "A: the main thread alone"),
    "an operator": ("A: `a && b`", "A: `a || b`"),
    "only symbols": ("A: `===`", "A: `==`"),
    "another text to type": ("T: npm ci", "T: npm install"),
    "the best alternative gone": ("T: npm i | npm install", "T: npm install"),
    "another number to type": ("T: 4", "T: 8"),
    "another right option": (OPTIONS, "- [x] four\n- [ ] one\n- [ ] none\n"),
    "one more right option": (OPTIONS, OPTIONS.replace("[ ] none", "[x] none")),
    "a right option edited": (OPTIONS, OPTIONS.replace("one\n", "two\n", 1)),
    "a right option added": (OPTIONS, OPTIONS + "- [x] two\n"),
    "a right option removed": (
        OPTIONS.replace("[ ] none", "[x] none"),
        OPTIONS.replace("- [ ] none\n", ""),
    ),
    "options apart by a sign": ("- [x] a < b\n- [ ] a > b\n", "- [ ] a < b\n- [x] a > b\n"),
    "the order of output": (PRINTS, "A:\n```output\ntimer\nmicro\n```\n"),
    "a number in output": (PRINTS.replace("micro", "1"), PRINTS.replace("micro", "2")),
    "a gap's number": ("C: At most {{64 KiB}} wait", "C: At most {{16 KiB}} wait"),
    "told, and now another text to type": ("A: four threads", "T: npm ci"),
}


def read(answer: str) -> Item:
    question = "Q: What is it?\n" if not answer.startswith("C:") else ""
    if "output" in answer:
        question += "```js run\nprint()\n```\n"
    (item,) = notes.parse("notes/a.md", f"{question}{answer}\n")[0].items
    return item


def fixed(item: Item) -> ItemFixed:
    cards = [
        Card(CardId(f"c{number}"), item, face, number) for number, face in enumerate(item.faces)
    ]
    return identity.fixed(item, cards, "first use")


@pytest.mark.parametrize(("before", "after"), SAME.values(), ids=SAME)
def test_the_answer_is_the_same(before: str, after: str) -> None:
    assert not answer_changed(fixed(read(before)), read(after))
    assert not answer_changed(fixed(read(before)), read(before))


@pytest.mark.parametrize(("before", "after"), OTHER.values(), ids=OTHER)
def test_the_answer_is_another(before: str, after: str) -> None:
    assert answer_changed(fixed(read(before)), read(after))


def test_another_question_is_no_other_answer() -> None:
    item = read("A: four")
    assert not answer_changed(fixed(item)._replace(texts={"Q": "Other?", "A": "four"}), item)


def test_a_history_that_is_no_option_list_any_more_is_another_answer() -> None:
    """What a later version of the reader no longer takes for options."""
    old = fixed(read(OPTIONS))._replace(texts={"Q": "What is it?", "Options": "none"})
    assert answer_changed(old, read(OPTIONS))
