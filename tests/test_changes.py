"""How two texts of an item differ, for people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.ui.changes import by_words, in_full, plainly


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("four threads", "four threads", "four threads"),
        ("four threads", "4 threads", "[-four-]{+4+} threads"),
        ("a typo", "a tipo", "a [-typo-] {+tipo+}"),
        ("one", "one, two", "one{+, two+}"),
        ("one, two", "one", "one[-, two-]"),
        ("by default?", "at first?", "[-by default-]{+at first+}?"),
        ("a `b`", "a `c`", "a `[-b-]{+c+}`"),
        ("a\nb", "a b", "a\nb"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("", "", ""),
    ],
)
def test_words_that_went_and_came(old: str, new: str, shown: str) -> None:
    assert plainly(by_words(old, new)) == shown


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_texts_are_there_whole(old: str, new: str) -> None:
    found = by_words(old, new)
    assert "".join(one.text for one in found if one.sign in "=-") == old
    then = "".join(one.text for one in found if one.sign in "=+")
    # Where they agree, it is the old text's spaces that are shown.
    assert then.split() == new.split() or "".join(then.split()) == "".join(new.split())


def test_an_item_in_full_has_its_tags() -> None:
    texts = {"Q": "Which?", "Options": "- [x] a\n- [ ] b", "Why": "so"}
    assert in_full(texts) == "Q: Which?\nOptions:\n- [x] a\n- [ ] b\nWhy: so"
