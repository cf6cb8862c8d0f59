"""The index never changes what is said: not after any change, and not when it is not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plain import Plain, planned, said
from restless import DAY, DEVICES, OFTEN, STEPS, WORDS, Restless

from srs import history, identity
from srs import plan as planning
from srs.identity import candidates, similarity
from srs.model import Event, EventId
from srs.plan import Wish
from srs.vault import Snapshot, Vault, files

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = tuple(DAY + timedelta(days=days) for days in (-40, 0, 1, 7, 12, 60))
WISHES = (Wish(), Wish(minutes=0.7), Wish(minutes=500), Wish(10, "phase-2"), Wish(10, None, "free"))
steps = st.lists(
    st.tuples(st.sampled_from((*OFTEN, *STEPS)), st.integers(0, 2**32), st.booleans()),
    min_size=3,
    max_size=25,
)


def all_of(snapshot: Snapshot | Plain) -> dict[str, object]:
    """All that a snapshot says, and the plans of many days."""
    deck = snapshot.deck
    return said(snapshot, DEVICES) | {
        "plans": [planned(deck, day, wish) for day in DAYS for wish in WISHES],
        "next": [planning.next_day_with_cards(deck, day, wish) for day in DAYS for wish in WISHES],
    }


def assert_equal(one: dict[str, object], other: dict[str, object], what: str) -> None:
    for name, value in one.items():
        assert value == other[name], f"{what}: {name}"


def without_index(root: Path) -> dict[str, object]:
    """What is said of a copy of the vault that has no build/."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("build"))
        return all_of(Vault(copy).scan(DAY))


@settings(deadline=None, max_examples=int(os.environ.get("EXAMPLES", "25")))
@given(steps, st.booleans(), st.sampled_from((1, 4, similarity.SAMPLE)))
@example([("add", 0, False)] * 8 + [("bad_line", 12985, False), ("lose", 225, False)], False, 1)
def test_after_every_step_it_says_what_the_files_say(
    steps: list[tuple[str, int, bool]], sure: bool, sample: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        follow(Path(folder) / "vault", steps, sure=sure, sample=sample)


def follow(
    root: Path,
    steps: Sequence[tuple[str, int, bool]],
    *,
    sure: bool = True,
    sample: int = similarity.SAMPLE,
) -> None:
    """Take the steps, and compare what is said after each.

    `sure`: files count as old at once. Of a small `sample` few edits change how rare words are, so
    what is alone is not tried again.
    """
    ticks = (0, 0) if sure else (files._TICK, files._COARSE_TICK)
    with (
        patch.multiple(files, _TICK=ticks[0], _COARSE_TICK=ticks[1]),
        patch.object(similarity, "SAMPLE", sample),
    ):
        restless = Restless(root)
        snapshot = Vault(root).scan(DAY)
        for name, seed, with_day in steps:
            restless.step(name, seed, snapshot)
            # Another scan may come between, for no day or for another one.
            if seed % 3 == 0:
                Vault(root).scan(DAYS[seed % len(DAYS)] if seed % 2 else None).close()
            snapshot.close()
            snapshot = Vault(root).scan(DAY if with_day else None, pytest.fail)
            found = all_of(snapshot)
            assert_equal(found, without_index(root), f"a fresh index, after {name}")
            assert_equal(found, all_of(Plain(root)), f"the plain functions, after {name}")
        snapshot.close()


# What was wrong once -----------------------------------------------------------------------------


class Bench:
    """A vault whose files a test writes; `agrees` scans it and compares."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str | bytes) -> Bench:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def agrees(self) -> Snapshot:
        """The snapshot, after it was found to say what the files say."""
        snapshot = Vault(self.root).scan()
        assert_equal(all_of(snapshot), all_of(Plain(self.root)), "the plain functions")
        assert_equal(all_of(snapshot), without_index(self.root), "a fresh index")
        snapshot.close()
        return snapshot

    def record(self) -> None:
        """Fix the identities of all items, as an export does."""
        snapshot = Vault(self.root).scan()
        items = {card.item.id: card.item for card in snapshot.cards}
        noon = datetime(2025, 6, 10, 12, tzinfo=UTC)
        lines = [
            history.encode(Event(EventId(f"r{number}"), noon, noon.date(), "a", body))
            for number, (id_, item) in enumerate(items.items())
            for body in [identity.fixed(item, snapshot.cards_of(id_), "first export")]
        ]
        snapshot.close()
        self.write(MINE, "\n".join((*lines, "")))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "vault").write("notes/a.md", "one :: two\n").write("decks/x", "")


def line(id_: str, card: str, event: str = "review") -> str:
    at = '"at":"2025-06-10T10:00:00.000Z","day":"2025-06-10"'
    fields = '"grade":3,"ms":4000,"ask":"reveal"'
    return f'{{"v":1,"id":"{id_}",{at},"event":"{event}","card":"{card}",{fields}}}\n'


MINE, OTHER = "decks/history/a.jsonl", "decks/history/a-b.jsonl"


def test_a_copied_name_is_free_again_when_the_other_is_gone(bench: Bench) -> None:
    bench.write("notes/a.md", "one :: two ^x\n").write("notes/b.md", "three :: four ^x\n")
    assert [card.item.path for card in bench.agrees().cards] == ["notes/a.md"]
    bench.write("notes/a.md", "five :: six\n")
    assert len(bench.agrees().cards) == 2


def test_a_note_that_became_unreadable_is_no_note(bench: Bench) -> None:
    bench.agrees()
    bench.write("notes/a.md", b"\xff").agrees()


def test_an_answer_of_no_note_tells_of_the_pace(bench: Bench) -> None:
    bench.agrees()
    bench.write(MINE, line("A", "nobody-fwd")).agrees()


def test_an_event_of_a_newer_version_hides_others_of_its_id(bench: Bench) -> None:
    bench.write(MINE, line("A", "x", "later") + line("A", "nobody-fwd")).agrees()


def test_of_equal_ids_the_one_in_the_first_file_counts(bench: Bench) -> None:
    card = Vault(bench.root).scan().cards[0].id
    bench.write(MINE, line("A", card)).agrees()
    bench.write(OTHER, line("A", "nobody-fwd")).agrees()
    bench.write(MINE, line("A", card) + line("B", card)).agrees()


def test_a_note_is_not_released_by_answers_that_are_gone(bench: Bench) -> None:
    card = Vault(bench.root).scan().cards[0].id
    bench.write(MINE, line("A", card)).agrees()
    (bench.root / MINE).unlink()
    bench.agrees()


def test_a_copied_name_is_one_still_when_the_history_was_rewritten(bench: Bench) -> None:
    bench.write("notes/b.md", "three :: four ^x\n\nfive :: six ^x\n")
    bench.write(MINE, line("A", "x", "later") * 2).agrees()
    bench.write(MINE, line("B", "x", "later")).agrees()


def test_answers_that_are_gone_tell_of_the_pace_no_more(bench: Bench) -> None:
    bench.write(MINE, line("A", "nobody-fwd")).agrees()
    (bench.root / MINE).unlink()
    bench.agrees()


def test_a_card_is_found_by_a_name_that_was_copied(bench: Bench) -> None:
    bench.write("notes/b.md", "three :: four ^x\n").agrees()
    bench.write("notes/0.md", "three :: four ^x\n").agrees()


def test_how_rare_a_word_is_is_a_matter_of_the_whole_vault(bench: Bench) -> None:
    others = "".join(f"Q: {WORDS[n]} {WORDS[-n]}?\nA: {WORDS[n // 2]}\n\n" for n in range(36))
    bench.write("notes/b.md", others).write("notes/a.md", "ant bear cat dog :: eel fox goat\n")
    bench.record()
    bench.agrees()
    bench.write("notes/a.md", "ant bear cat owl :: eel fox goat\n")
    assert [change.what for change in bench.agrees().changes] == ["edited"]


def test_what_a_copied_name_hides_tells_how_rare_a_word_is_too(bench: Bench) -> None:
    bench.write("notes/b.md", "x :: y ^x\n")
    bench.write("notes/a.md", "ant bear cat dog :: eel fox goat\n")
    bench.record()
    bench.write("notes/a.md", "ant bear cat dog owl yak :: eel fox goat\n")
    bench.write("notes/c.md", "".join(f"ant bear cat dog {n} :: {n} ^x\n" for n in range(9)))
    assert bench.agrees().changes[0].what == "unsure"


def test_among_very_many_it_is_found_by_its_rare_words(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gone from its file, edited, and written in another one."""
    others = "".join(f"Q: {WORDS[n]} {WORDS[-n]}?\nA: {WORDS[n // 2]}\n\n" for n in range(36))
    bench.write("notes/b.md", others).write("notes/a.md", "okapi bear cat dog :: eel fox goat\n")
    bench.record()
    bench.agrees()
    monkeypatch.setattr(candidates, "MOST_PAIRS", 0)
    monkeypatch.setattr(similarity, "SAMPLE", 1)
    bench.write("notes/a.md", "")
    assert [change.what for change in bench.agrees().changes] == ["gone"]
    bench.write("notes/c.md", "one :: two\n")
    assert [change.what for change in bench.agrees().changes] == ["gone"]
    bench.write("notes/d.md", "okapi bear cat owl :: eel fox goat\n")
    assert [change.what for change in bench.agrees().changes] == ["edited", "moved"]


FOUND = {
    "an item was where another is": (
        ("add", 2168617104, True),
        ("add", 822714229, True),
        ("delete", 3693763979, True),
        ("twice", 3670162073, False),
        ("add", 1787388568, True),
        ("twice", 1615524934, True),
        ("answer", 4222952090, True),
        ("join", 1630968646, True),
        ("answer", 3062068166, True),
        ("add", 1552075419, True),
    ),
    "a card has the name of an item that is another now": (
        ("add", 3369491160, True),
        ("twice", 3317999662, True),
        ("twice", 183828451, False),
        ("rename", 306177616, False),
        ("add", 1834726943, False),
        ("answer", 2717882332, True),
        ("join", 947766072, False),
    ),
}
"""Steps after which it once said something else."""


@pytest.mark.parametrize("name", FOUND)
def test_it_says_what_the_files_say_where_it_did_not(name: str, tmp_path: Path) -> None:
    follow(tmp_path / "vault", FOUND[name])
