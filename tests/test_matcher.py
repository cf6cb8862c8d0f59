"""What the matcher goes by, stage by stage: earlier texts, refusals, halves, places, candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaults import Past, read, real_notes

from srs.identity.candidates import holding
from srs.identity.similarity import Similarity, sample, sides, soft, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaults import Files

    from srs.identity import Matching
    from srs.model import Change

POOL = (
    "Q: How large is the libuv thread pool by default?\n"
    "A: four threads, unless UV_THREADPOOL_SIZE says otherwise\n\n"
)
OTHERS = {
    path: text for path, text in real_notes().items() if "phase-2" in path or "phase-3" in path
}
"""So that words are rare or common as in a vault."""


def files(*texts: str, **others: str) -> Files:
    """notes/a.md with these texts, or notes/<name>.md, beside other notes."""
    own = others or {"a": "".join(texts)}
    return {**OTHERS, **{f"notes/{name}.md": text for name, text in own.items()}}


def own(found: Matching) -> list[str]:
    """The ids of the items that are not those of the other notes."""
    cards = [card for card in found.cards if card.item.path not in OTHERS]
    return [*dict.fromkeys(card.item.id for card in cards)]


def changes(found: Matching, *what: str) -> list[Change]:
    return [change for change in found.changes if change.what in what]


# Earlier texts ------------------------------------------------------------------------------------

SHORT = "Q: Pool size of libuv?\nA: 4, or what the environment variable says\n\n"


def rewritten() -> tuple[Past, str]:
    """A history in which POOL became SHORT, by its `^id`, and lost the `^id` again."""
    named = files(POOL.rstrip() + " ^pool\n\n")
    past = Past(named)
    past.learn(files(SHORT.rstrip() + " ^pool\n\n"))
    past.learn(files(SHORT))
    return past, "pool"


@pytest.mark.parametrize(
    "text",
    [
        POOL,
        POOL.replace("four threads, unless", "as many as there are cores, or what"),
        POOL.replace("How large is", "What is the size of"),
        POOL.replace("default", "itself").replace("otherwise", "more"),
    ],
    ids=["equal", "question", "answer", "likeness"],
)
@pytest.mark.parametrize("other", ["a", "b"], ids=["in its file", "elsewhere"])
def test_an_item_is_known_by_what_it_said_before(text: str, other: str) -> None:
    past, item = rewritten()
    assert own(past.match(files(**{other: text}))) == [item]


def test_what_heads_say_goes_before_what_was_said_earlier() -> None:
    """Another item says now nearly what this one said once: the text is the other's."""
    past, pool = rewritten()
    other = POOL.replace("large is", "large, in threads, is")
    past.learn(files(SHORT, other))
    known = own(past.match(files(SHORT, other)))
    assert known[0] == pool
    edited = other.replace("in threads", "counted in threads")
    for text in (edited, edited.replace("four threads", "4 threads")):
        found = past.match(files(text))
        assert own(found) == [known[1]] or not changes(found, "edited")
        assert pool not in own(found)
    # Where both are left, each has its own.
    assert own(past.match(files(SHORT.replace("says", "tells"), edited))) == known


def test_what_a_head_leaves_in_doubt_no_earlier_text_decides() -> None:
    past, pool = rewritten()
    other = (
        "Q: How large is the thread pool of a JVM web server by default?\n"
        "A: two hundred threads, unless its settings say otherwise\n\n"
    )
    past.learn(files(SHORT, other))
    known = own(past.match(files(SHORT, other)))
    found = past.match(
        files(b=POOL.replace("libuv", "web server's").replace("four", "two hundred"))
    )
    assert own(found)[0] not in past.known
    assert [change.item for change in changes(found, "unsure")] == [known[1]]
    assert pool not in own(found)


def test_every_head_is_what_an_item_is_now() -> None:
    """Two devices edited it; notes have either text, edited further."""
    past = Past(files(POOL))
    (item,) = own(past.match(files(POOL)))
    ours = POOL.replace("How large is", "What is the size of")
    theirs = POOL.replace("four threads, unless", "4, if not")
    decisions = [past.match(files(text)).pending for text in (ours, theirs)]
    for decision in decisions:
        past.record(decision)
    (heads,) = [one.heads for one in past.known.values() if one.id == item]
    assert len(heads) == 2
    for text in (ours, theirs, ours.replace("size", "number"), theirs.replace("4", "Four")):
        for name in ("a", "b"):
            assert own(past.match(files(**{name: text}))) == [item]


# Refusals -----------------------------------------------------------------------------------------


def refusing(past: Past, item: str, *contents: str) -> Past:
    past.refused[item] = frozenset(contents)
    return past


@pytest.mark.parametrize(
    "text",
    [
        POOL,
        POOL.replace("four threads", "so many"),
        POOL.replace("How large is", "What is the size of"),
        POOL.replace("large", "big").replace("otherwise", "more"),
        POOL.rstrip() + " ^pool\n\n",
    ],
    ids=["equal", "question", "answer", "likeness", "name"],
)
def test_what_a_person_refused_is_never_matched_nor_asked(text: str) -> None:
    before = POOL.rstrip() + " ^pool\n\n" if "^pool" in text else POOL
    past = Past(files(before))
    (item,) = own(past.match(files(before)))
    assert own(past.match(files(text))) == [item]
    (new,) = read({"notes/a.md": text})
    found = refusing(past, item, new.content).match(files(text))
    assert own(found) != [item]
    assert not changes(found, "unsure", "split")
    assert [change.item for change in changes(found, "gone")] == [item]
    # Only that text is refused.
    assert own(past.match(files(text.replace("?", ", then?")))) == [item]


# Halves -------------------------------------------------------------------------------------------

LONG = (
    "Q: How large is the libuv thread pool by default, and which modules of Node share its "
    "threads?\n"
    "A: four threads, unless UV_THREADPOOL_SIZE says otherwise; asynchronous fs, dns.lookup, "
    "crypto and zlib run their blocking work there\n\n"
)
FIRST = (
    "Q: How large is the libuv thread pool by default?\n"
    "A: four threads, unless UV_THREADPOOL_SIZE says otherwise\n\n"
)
SECOND = (
    "Q: Which modules of Node share the threads of the libuv pool?\n"
    "A: asynchronous fs, dns.lookup, crypto and zlib run their blocking work there\n\n"
)
KEPT = LONG.partition("A:")[0] + "A: four threads, unless UV_THREADPOOL_SIZE says otherwise\n\n"


@pytest.mark.parametrize(
    ("halves", "kept"),
    [((FIRST, SECOND), False), ((KEPT, SECOND), True), ((SECOND, KEPT), True)],
    ids=["both cut", "question kept on the first", "question kept on the second"],
)
def test_two_halves_are_told(halves: Sequence[str], kept: bool) -> None:
    past = Past(files(LONG))
    (item,) = own(past.match(files(LONG)))
    found = past.match(files(*halves))
    (split,) = changes(found, "split")
    assert split.item == item
    (second,) = [one for one in read(files(*halves)) if one.content == split.content]
    assert (split.path, split.line) == (second.path, second.line)
    assert second.id != item
    if kept:
        assert own(found).count(item) == 1
        assert split.content != read({"notes/a.md": KEPT})[0].content
    else:
        first = own(found)
        unsure = changes(found, "unsure")
        assert item in first or [one.item for one in unsure] == [item]
    past.learn(files(*halves))
    assert not changes(past.match(files(*halves)), "split") or not kept


def test_halves_apart_or_one_half_alone_or_beside_the_whole_are_no_split() -> None:
    past = Past(files(LONG))
    stranger = "Q: Which header forbids caching?\nA: `Cache-Control: no-store`\n\n"
    for texts in ((FIRST,), (SECOND,), (LONG, SECOND), (FIRST, stranger)):
        assert not changes(past.match(files(*texts)), "split"), texts
    apart = past.match(files(a=FIRST, b=SECOND))
    assert not changes(apart, "split")


def test_what_is_unsure_says_which_text_is_meant() -> None:
    past = Past(files(POOL))
    (item,) = own(past.match(files(POOL)))
    doubtful = "Q: How many connections has a pool by default?\nA: ten\n\n"
    (change,) = changes(past.match(files("# Up\n\n", doubtful)), "unsure")
    (new,) = read({"notes/a.md": doubtful})
    assert (change.item, change.path, change.line) == (item, "notes/a.md", 3)
    assert change.content == new.content


# Words --------------------------------------------------------------------------------------------


def test_words_are_without_case_and_plural() -> None:
    counted = words("Threads share a THREAD; classes pass, process 12 gas 日本語のカード x")
    assert counted == {
        "thread": 2, "share": 1, "a": 1, "classe": 1, "pass": 1, "process": 1, "12": 1, "gas": 1,
        "日本": 1, "本語": 1, "語の": 1, "のカ": 1, "カー": 1, "ード": 1, "x": 1,
    }  # fmt: skip


@given(st.text(alphabet="ab sS日本の。*`-1ß", max_size=30))
def test_every_word_stands_in_its_text(text: str) -> None:
    """So that texts can be searched for the words of another."""
    assert all(word in text.casefold() for word in words(text))


def test_rarity_is_that_of_the_items_with_the_least_digests() -> None:
    items = read(real_notes())
    assert sample(items) is items
    many = [item._replace(content=f"{number:05}") for number, item in enumerate(items * 6, start=1)]
    assert sample(many[::-1]) == many[:2000]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 389), st.integers(0, 10**6))
def test_an_equal_question_or_answer_is_always_found(place: int, seed: int) -> None:
    items = read(real_notes())
    texts = [sides(item.texts) for item in items]
    similarity = Similarity.of([(text, text) for text in texts])
    one = texts[place]
    other = texts[seed % len(texts)]
    for asked in (one._replace(answer=other.answer), one._replace(question=other.question)):
        found = holding([asked], ["\n".join(item.texts.values()) for item in items], similarity)
        same = [
            number
            for number, text in enumerate(texts)
            if soft(text.question) == soft(asked.question)
            or (soft(asked.answer) and soft(text.answer) == soft(asked.answer))
        ]
        assert {*same} <= {*found}


# Another question in its place --------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        (
            "Q: How large is the libuv stack by default?\n"
            "A: four megabytes, unless UV_STACK_SIZE says otherwise\n\n"
        ),
        (
            "Q: How large is the V8 heap by default?\n"
            "A: two gigabytes, unless MAX_OLD_SPACE says otherwise\n\n"
        ),
        (
            "Q: How large is the libuv read buffer by default?\n"
            "A: four kilobytes, unless UV_BUFFER_SIZE says otherwise\n\n"
        ),
        POOL.replace("thread pool", "stack").replace("threads", "megabytes"),
    ],
)
def test_much_the_same_words_about_something_else_are_asked_about(other: str) -> None:
    past = Past(files("# A\n\n", POOL))
    found = past.match(files("# A\n\n", other))
    assert not changes(found, "edited")
    assert not {*own(found)} & {*past.known}


HEAP = (
    "Q: What is the young generation of the V8 heap?\n"
    "A: two halves of a few megabytes, of which one is empty; what survives is copied there\n\n"
)


@pytest.mark.parametrize(
    "other",
    [
        (
            "Q: Why does the V8 heap have a young generation?\n"
            "A: most objects die early, so that copying the few survivors is cheap\n\n"
        ),
        (
            "Q: When is the young generation of the V8 heap collected?\n"
            "A: whenever the half that is in use is full; what survives twice is promoted\n\n"
        ),
    ],
)
def test_another_question_about_the_same_is_not_taken_for_it(other: str) -> None:
    """A part of the answer is gone and another has come."""
    past = Past(files("# A\n\n", HEAP))
    found = past.match(files("# A\n\n", other))
    assert not changes(found, "edited")
    assert not {*own(found)} & {*past.known}


def test_another_question_with_more_in_its_answer_is_asked_about() -> None:
    """A good part of the question is gone and another has come, and something in the answer."""
    port = (
        "Q: How do you allow traffic on a port through the firewall?\n"
        "A: add a rule to the security group that names the port\n\n"
    )
    past = Past(files("# A\n\n", port))
    asked = "expose a port of the instance to the internet"
    other = port.replace("allow traffic on a port through the firewall", asked)
    assert {*own(past.match(files("# A\n\n", other)))} <= {*past.known}, "the answer is as it was"
    found = past.match(files("# A\n\n", other.replace("the port\n", "the port, and an address\n")))
    assert changes(found, "unsure")
    assert not {*own(found)} & {*past.known}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What is the young", "What is called the young"),
        ("one is empty", "one is always empty"),
        ("; what survives is copied there", ""),
        ("two halves of a few megabytes", "a pair of equal spaces, each of a few megabytes"),
    ],
)
def test_an_edit_of_that_is_the_same_still(old: str, new: str) -> None:
    past = Past(files("# A\n\n", HEAP))
    found = past.match(files("# A\n\n", HEAP.replace(old, new)))
    assert {*own(found)} <= {*past.known}


def test_what_a_formatter_does_to_code_makes_it_no_other() -> None:
    text = (
        "Q: What does this print?\n\n```js\nconst names = ['a', 'b'];\n"
        "console.log(names.join('-'))\n```\n\nA: a-b, since join puts it between them\n\n"
    )
    past = Past(files("# A\n\n", text))
    formatted = (
        text.replace("'", '"')
        .replace("'-'))\n", '"-"));\n')
        .replace(
            "since join puts it between them", "since `join` puts what it is given between them"
        )
    )
    assert {*own(past.match(files("# A\n\n", formatted)))} <= {*past.known}
    other = text.replace("['a', 'b']", "[a, b]").replace("a-b, since", "an error, since")
    assert not {*own(past.match(files("# A\n\n", other)))} & {*past.known}
