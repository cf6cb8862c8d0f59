"""What a quiz asks, in which form, and what its score can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import identity, notes
from srs import quiz as quizzes
from srs.model import CardId, Quiz
from srs.quiz import forms
from srs.quiz.score import Tally

if TYPE_CHECKING:
    from conftest import TestVault

    from srs.model import Card, Question

SEED = 7


def cards(text: str) -> tuple[Card, ...]:
    note, problems = notes.parse("notes/phase-1/quiz.md", f"---\ntopic: T\n---\n\n{text}")
    assert [problem for problem in problems if problem.severity == "error"] == []
    return identity.match({}, note.items).cards


def form(text: str) -> tuple[Question, Card]:
    """The first card of a note as it is asked, the others being its company."""
    company = cards(text)
    question = forms.question(company[0], company, None, SEED)
    asked = forms.asked(question, {card.id: card for card in company}.get)
    assert asked
    return question, asked


def options(text: str) -> set[str]:
    """What can be picked for the first card of a note."""
    return {option.text for option in form(text)[1].face.options}


# Forms: what is picked ----------------------------------------------------------------------------

GIT = """
Q: Which git command makes a new commit that takes an old one back?
A: `git revert`

Q: Which git command moves a branch to another commit?
A: `git reset`

Q: Which git command puts changes aside?
A: `git stash`

Q: Which git command replays work on top of another base?
A: `git rebase`
"""
TERMS = """
stampede ::: many misses at once for one key that has just gone

sharding ::: keeping rows on several servers by their key

back-off ::: a pause that grows with every failed try

jitter ::: chance that is added to a delay
"""


def test_like_answers_of_a_topic_become_options() -> None:
    question, asked = form(GIT)
    assert question.ask == "pick"
    assert asked.item.ask == "pick"
    assert options(GIT) == {"`git revert`", "`git reset`", "`git stash`", "`git rebase`"}
    assert [option.text for option in asked.face.options if option.right] == ["`git revert`"]


def test_a_wrong_option_says_what_it_is_right_for() -> None:
    why = {option.text: option.why for option in form(GIT)[1].face.options}
    assert why["`git stash`"] == "That answers: Which git command puts changes aside?"
    assert why["`git revert`"] == ""


def test_the_card_stays_the_same_but_for_its_form() -> None:
    _, asked = form(GIT)
    card = cards(GIT)[0]
    assert (asked.id, asked.face.prompt, asked.face.answer) == (
        (card.id, card.face.prompt, card.face.answer)
    )
    assert asked.item._replace(kind=card.item.kind, ask=card.item.ask) == card.item


def test_terms_are_options_for_each_other() -> None:
    swapped = "".join(f"{line}\n\n" for line in TERMS.strip().split("\n\n"))
    company = cards(swapped)
    reverse = next(card for card in company if card.face.answer == "jitter")
    question = forms.question(reverse, company, None, SEED)
    # The four terms are all that there is, so these three.
    assert {card.face.answer for card in company if card.id in question.others} == {
        "stampede",
        "sharding",
        "back-off",
    }


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("too few", "A: `git rebase`", "A: with a rebase"),
        ("the question has it", "makes a new commit", "makes a revert"),
        ("another's question has it", "puts changes aside", "undoes git revert"),
        ("an answer twice", "`git rebase`", "`git reset`"),
        ("one within another", "`git rebase`", "`git reset --hard`"),
        ("another sort", "`git rebase`", "*rebase*"),
        ("another form", "`git rebase`", "`--rebase`"),
        ("another question", "Which git command replays work", "Why does it replay work"),
        ("nearly the same question", "moves a branch to another", "makes a new"),
        ("an answer that is long", "`git rebase`", "`git rebase --onto main topic~3 topic`"),
        ("text and code", "`git rebase`", "`git rebase`, or pull"),
        ("code in a fence", "A: `git rebase`", "A:\n```\ngit rebase\n```"),
        ("several paragraphs", "A: `git rebase`", "A: `git rebase`\n\nIt does."),
    ],
)
def test_when_in_doubt_nothing_is_picked(what: str, old: str, new: str) -> None:
    assert old in GIT, what
    assert form(GIT.replace(old, new))[0].ask == "type", what


def test_three_others_are_needed() -> None:
    company = cards(GIT)
    assert forms.question(company[0], company[:3], None, SEED).others == ()
    assert forms.question(company[0], company, None, SEED).others


def test_what_shows_its_initial_is_not_picked() -> None:
    pairs = "DK :: Denmark\n\nFI :: Finland\n\nPT :: Portugal\n\nCY :: Cyprus\n"
    assert form(pairs)[0].ask != "pick"
    assert options(pairs.replace("Finland", "Dominica")) == {
        "Denmark",
        "Dominica",
        "Portugal",
        "Cyprus",
    }


def test_what_others_are_too_is_nothing_to_pick() -> None:
    """Two options would be right: insertion sort is stable, too."""
    sorts = {
        "is stable": "merge sort",
        "is in place": "heap sort",
        "is fast for nearly sorted input": "insertion sort",
        "degrades to quadratic time": "quick sort",
    }
    names = "".join(f"Q: Which sort {does}?\nA: {name}\n\n" for does, name in sorts.items())
    codes = {"a server error": 500, "a bad gateway": 502, "no service": 503, "a timeout": 504}
    numbers = "".join(f"Q: Which status means {it}?\nA: {code}\n\n" for it, code in codes.items())
    assert form(names)[0].ask == "reveal"
    assert form(numbers)[0].ask == "type"


def test_a_right_option_does_not_stand_out_by_its_length() -> None:
    terms = [f"Which word number {number}?" for number in ("one", "two", "three", "four")]
    answers = ["`abcdefghijklm`", "`opq`", "`rst`", "`uvw`"]
    text = "".join(f"Q: {q}\nA: {a}\n\n" for q, a in zip(terms, answers, strict=True))
    assert form(text)[0].ask == "type"


def test_what_is_confused_comes_first() -> None:
    near = GIT
    for line in ("changes aside?", "an old one back?"):
        near = near.replace(line, f"{line} #contrast/undo")
    more = "".join(
        f"\nQ: Which git command does thing {n}?\nA: `git rev{n}`\n" for n in ("iew", "erse", "oke")
    )
    assert "`git stash`" not in options(GIT + more)
    assert "`git stash`" in options(near + more)


def test_cards_that_are_answered_already_stay_what_they_are() -> None:
    for text in (
        "Q: Which?\nT: one",
        "Q: Which?\n- [ ] a\n- [x] b",
        "Q: Which?\nPoints:\n- a\n- b",
    ):
        (card,) = cards(text)
        question = forms.question(card, [card], 0.5, SEED)
        assert (question.ask, question.others, question.recall) == (card.item.ask, (), 0.5)
        assert forms.asked(question, {card.id: card}.get) is card


# Forms: what is typed -----------------------------------------------------------------------------


def typed(text: str) -> list[str]:
    """What may be typed for the first card; [] if it is not typed."""
    return [one.text for one in form(text)[1].face.accepted]


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ("`npm ci`", ["npm ci"]),
        ("`npm ci`.", ["npm ci"]),
        ("`decks/history/`", ["decks/history/", "decks/history"]),
        ("`open()`", ["open()", "open"]),
        ("`/`", ["/"]),
        ("14,000", ["14,000", "14000"]),
        ("63 %", ["63 %", "63%", "63"]),
        ("400", ["400"]),
        ("Argon2id", ["Argon2id"]),
        ("MVCC", ["MVCC"]),
        ("the cache", []),
        ("rolled back", []),
        ("`a` or `b`", []),
        ("TCP or UDP", []),
        ("AS/400", []),
        ("It fails, because the pool is empty.", []),
        ("4, `UV_THREADPOOL_SIZE` to change", []),
        ("`" + "x" * 40 + "`", []),
    ],
)
def test_only_what_is_short_and_exact_is_typed(answer: str, accepted: list[str]) -> None:
    assert typed(f"Q: What is it?\nA: {answer}") == accepted


def test_a_gap_is_typed_by_the_same_rule() -> None:
    assert typed("C: Close it with {{`Rollback`}} at the end.") == ["Rollback"]
    assert typed("C: The pool {{is closed}} at the end.") == []


def test_code_is_compared_exactly_and_names_are_not() -> None:
    assert form("Q: Which?\nA: `Vary`")[1].face.accepted[0].exact
    assert not form("Q: Which?\nA: Argon2id")[1].face.accepted[0].exact


# Forms: when notes have changed -------------------------------------------------------------------


def test_a_question_is_asked_again_with_the_same_options() -> None:
    company = cards(GIT)
    question = forms.question(company[0], company, None, SEED)
    moved = {card.id: card._replace(item=card.item._replace(path="b.md")) for card in company}
    asked = forms.asked(question, moved.get)
    assert asked
    assert [one.key for one in asked.face.options] == [company[0].id, *question.others]


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_without_one_of_its_options_it_is_asked_as_it_is_written(gone: int) -> None:
    company = cards(GIT)
    question = forms.question(company[0], company, None, SEED)
    left = {card.id: card for number, card in enumerate(company) if number != gone}
    assert forms.asked(question, left.get) == company[0]


def test_a_card_that_is_gone_is_not_asked() -> None:
    (card,) = cards("Q: Which?\nA: one")
    assert forms.asked(forms.question(card, [], None, SEED), lambda _: None) is None


# Choosing -----------------------------------------------------------------------------------------


@pytest.fixture
def learnt(vault: TestVault) -> TestVault:
    """Five topics with six cards each; of the first three all were answered on a Friday."""
    for topic in "abcde":
        text = "".join(f"Q: What is {topic}{n}?\nA: it is {topic}{n}, or so\n\n" for n in range(6))
        vault.write(f"notes/{topic}.md", f"---\ntopic: {topic}\n---\n\n{text}")
    for topic in "abc":
        vault.srs("review", "--minutes", "60", "--topic", topic, typed="\n3\n" * 5 + "\n1\n\n1\n")
    vault.at("2025-07-11T18:00")
    return vault


def begun(vault: TestVault, *options: str) -> dict[str, Any]:
    """The event of a quiz that was begun with these options, and its first question failed."""
    result = vault.srs("quiz", "--new", *options, typed="\n1\n")
    assert result.code == 0, result.err
    found: dict[str, Any] = [event for event in vault.history() if event["event"] == "quiz"][-1]
    return found


def topics(vault: TestVault, quiz: dict[str, Any]) -> dict[str, int]:
    """Topic -> how many questions."""
    of = {card["id"]: card["topic"] for card in vault.cards()}
    asked = [of[question["card"]] for question in quiz["questions"]]
    return {topic: asked.count(topic) for topic in sorted(set(asked))}


def test_topics_have_as_many_questions_each(learnt: TestVault) -> None:
    assert topics(learnt, begun(learnt, "--count", "12")) == {"a": 4, "b": 4, "c": 4}
    assert sorted(topics(learnt, begun(learnt, "--count", "10")).values()) == [3, 3, 4]


def test_new_cards_fill_a_quiz_and_are_asked_by_name(learnt: TestVault) -> None:
    quiz = begun(learnt, "--count", "18")
    assert topics(learnt, quiz) == {"a": 6, "b": 6, "c": 6}
    assert all("recall" in question for question in quiz["questions"])
    filled = begun(learnt, "--count", "20")
    assert topics(learnt, filled) == {"a": 6, "b": 6, "c": 6, "d": 1, "e": 1}
    named = begun(learnt, "--count", "99", "--topic", "d")
    assert topics(learnt, named) == {"d": 6}


def test_before_the_first_answer_new_cards_are_asked(vault: TestVault) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n")
    assert len(begun(vault)["questions"]) == 1


def test_one_seed_is_one_quiz_and_another_is_another(learnt: TestVault) -> None:
    first = begun(learnt, "--count", "9", "--seed", "5")
    learnt.srs("quiz", typed="u\n")
    assert begun(learnt, "--count", "9", "--seed", "5")["questions"] == first["questions"]
    assert begun(learnt, "--count", "9", "--seed", "6")["questions"] != first["questions"]


def test_what_is_forgotten_is_drawn_by_its_weight() -> None:
    """Of two cards one is the first with its share of the weights (Efraimidis and Spirakis)."""
    weak, strong = CardId("weak-fwd"), CardId("strong-fwd")
    seeds = range(2000)
    first = sum(quizzes._key(weak, n, 0.55) < quizzes._key(strong, n, 0.15) for n in seeds)
    assert first / len(seeds) == pytest.approx(0.6 / (0.6 + 0.2), abs=0.03)


def test_of_an_item_one_card_is_asked(vault: TestVault) -> None:
    vault.write("notes/a.md", "C: {{one}} and {{two}} and {{three}} make six of them.\n")
    assert len(begun(vault)["questions"]) == 1


def test_what_is_suspended_or_buried_is_not_asked(learnt: TestVault) -> None:
    one, two = (learnt.card(f"What is a{n}?")["id"] for n in (0, 1))
    learnt.srs("cards", "suspend", one)
    learnt.srs("review", "--topic", "d", typed=":b\n")
    quiz = begun(learnt, "--count", "99", "--topic", "a")
    asked = {question["card"] for question in quiz["questions"]}
    assert one not in asked
    assert two in asked
    assert topics(learnt, begun(learnt, "--count", "99", "--topic", "d")) == {"d": 5}


# Score --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "asked", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I: 81/263, 15/148, 0/20, 1/29.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(right: int, asked: int, low: float, high: float) -> None:
    assert Tally(right, asked).between == pytest.approx((low, high), abs=5e-5)


@settings(deadline=None)
@given(st.integers(1, 500), st.data())
def test_the_share_lies_within_and_more_questions_tell_more(
    asked: int, data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, asked))
    low, high = Tally(right, asked).between
    assert 0 <= low <= right / asked <= high <= 1
    closer = Tally(2 * right, 2 * asked).between
    assert closer[1] - closer[0] < high - low


def test_bodies_of_a_quiz_name_its_items() -> None:
    company = cards(GIT)
    quiz = Quiz(1, 2, 15.0, tuple(forms.question(card, company, None, 1) for card in company[:2]))
    assert quiz.items == tuple(card.item.id for card in company[:2])
