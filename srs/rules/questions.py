"""Questions that can be guessed, or that nobody understands without their page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srs.rules.rule import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srs.model import Item, Part

_VERB = (
    r"(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|may|might|must)"
    r"(?:n['’]t)?"
)
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+")
_YES_NO = re.compile(rf"(?:[^,]+,\s*)?{_VERB}\b", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:why|how|what|which|when|where|who|whose|explain|name)\b|\bor\b", re.IGNORECASE
)
_ANSWERED = re.compile(r"(?:yes|no|true|false|right|wrong|correct|incorrect)\b", re.IGNORECASE)
_REFERS = re.compile(
    rf"(?:(?:why|how|when|where|what|which)\s+(?:else\s+)?)?(?:{_VERB}\s+)?"
    r"(?:it|they|them|he|she|these|those|this|that)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:is|was)(?:n['’]t)? it\b(?: [^\s,;]+){0,5}? (?:that|when|if|to|for|whether)\b|"
    r"\bit (?:\w+ )?(?:means?|takes?|costs?|matters?|helps?) (?:that|when|if|to|for)\b|"
    r"\bit (?:called|named|said) (?:that|when|if|to)\b|"
    r"\b(?:this|that|these|those)(?: \w+)? (?:called|named|said|that|when|if|to|for)\b|"
    r"\b(?:this|that|these|those) (?!(?:is|are|was|were|do|does|did|has|have|can|will|mean|work|"
    r"happen|so)\b)\w+",
    re.IGNORECASE,
)
"""Words that point ahead, or stand beside what they mean: `this query`."""
_ELSEWHERE = re.compile(
    r"\b(?:as (?:mentioned|described|seen|shown|said) (?:above|before|earlier|below)|"
    r"(?:the|this) (?:above|previous|preceding) "
    r"(?:card|code|definition|diagram|example|figure|list|note|paragraph|question|section|table|text)|"
    r"mentioned (?:above|earlier|before))",
    re.IGNORECASE,
)
_JOINS = re.compile(r"(?:and|but|so|also|then|therefore|moreover)\b", re.IGNORECASE)


def _yes_no(item: Item) -> Iterator[Finding]:
    sides = {part.tag: part for part in item.draft.parts}
    question, answer = sides.get("Q") or sides.get(""), sides.get("A") or sides.get("::")
    if question is None or answer is None:
        return
    asked = [one for one in _SENTENCE_END.split(question.said) if one.endswith("?")]
    closed = bool(asked) and all(_YES_NO.match(one) and not _OPEN.search(one) for one in asked)
    if closed and _ANSWERED.match(answer.said.strip()):
        hint = "Ask why, when, or what happens instead."
        yield Finding(question, "This question is answered by yes or no.", hint)


def _alone(item: Item) -> Iterator[Finding]:
    question = item.draft.parts[0]
    if question.tag not in ("Q", "C", "") or not question.said.strip():
        return
    found = _unclear(question)
    if found:
        hint = f"Say in the question what “{found}” is."
        yield Finding(question, f"This question begins with “{found}”.", hint)
        return
    if elsewhere := _ELSEWHERE.search(question.said):
        hint = "Say it here: the card is asked without its page."
        yield Finding(question, f"This question points to its page: “{elsewhere[0]}”.", hint)


def _unclear(question: Part) -> str:
    """The words at its beginning that mean nothing without the text before; or ``."""
    if question.fences or "![" in question.text or "\n\n" in question.text:
        # They may mean what is shown with it.
        return ""
    first = question.said.strip()
    sentence = _SENTENCE_END.split(first)[0]
    joins = _JOINS.match(first)
    if joins and question.tag == "Q" and "?" in first:
        return joins[0]
    refers = _REFERS.match(first)
    if refers is None or _AHEAD.search(sentence):
        return ""
    if question.tag != "C" and ("?" not in first or " " not in refers[0].strip()):
        # A statement to be named: “It is the unit of mass” means its answer.
        return ""
    return refers[0]


RULES = (
    Rule("question-yes-no", "Half of all guesses are right.", _yes_no, english=True),
    Rule(
        "question-alone",
        "It is asked months later, among other topics.",
        _alone,
        english=True,
    ),
)
