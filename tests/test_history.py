"""The history: what was appended is read back, whatever has happened to its files since."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import fold, history
from srs.cli import common
from srs.model import (
    Answer,
    Apart,
    Body,
    CardId,
    Event,
    EventId,
    Exported,
    ExportedItem,
    FixedCard,
    Gone,
    Grade,
    ItemFixed,
    ItemId,
    Question,
    Quiz,
    Reset,
    Resume,
    Review,
    Same,
    Soon,
    Suspend,
    Undo,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conftest import TestVault

NOW = datetime(2025, 6, 13, 18, 3, 11, 482_000, UTC)
SHOWN = "decks/history"
GOOD = (
    b'{"v":1,"id":"%s","at":"2025-06-13T18:00:00Z","day":"2025-06-13",'
    b'"event":"review","card":"c","grade":3}'
)

on_disk = settings(deadline=None, max_examples=60)
"""Real files and fsync: fewer examples, and no judgement of their time."""

# Every text that Python has, surrogates and control characters too. Ids and digests are UTF-8; of
# the name of a file each byte that is not stands as one surrogate.
texts = st.text(st.characters(exclude_categories=()), max_size=12)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
paths = st.binary(max_size=12).map(lambda data: data.decode("utf-8", "surrogateescape"))
cards = st.builds(CardId, names)
items = st.builds(ItemId, names)
bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(Review, cards, st.sampled_from(Grade), st.integers(0, 2**40), texts, texts),
    st.builds(
        Review,
        cards,
        st.sampled_from(Grade),
        st.integers(0, 2**40),
        sure=st.booleans(),
        quiz=names,
    ),
    st.builds(
        Quiz,
        st.integers(0, 2**31),
        st.integers(1, 99),
        st.floats(0, 1e6),
        st.lists(
            st.builds(
                Question,
                cards,
                names,
                st.lists(cards, max_size=3).map(tuple),
                st.none() | st.integers(0, 1000).map(lambda thousandths: thousandths / 1000),
            ),
            max_size=3,
        ).map(tuple),
        st.booleans(),
        texts,
        texts,
    ),
    st.builds(Answer, cards, names, st.lists(texts, max_size=2).map(tuple), st.integers(0, 2**40)),
    st.builds(Undo, st.builds(EventId, names)),
    st.builds(Suspend, cards),
    st.builds(Resume, cards),
    st.builds(Soon, cards),
    st.builds(Reset, cards),
    st.builds(Same, items, items),
    st.builds(Apart, items, names),
    st.builds(
        Gone,
        st.dictionaries(
            items, st.lists(st.builds(EventId, names), max_size=3).map(tuple), max_size=3
        ),
    ),
    st.builds(
        ItemFixed,
        item=items,
        kind=names,
        content=names,
        texts=st.dictionaries(texts, texts, max_size=3),
        path=paths,
        headings=st.lists(texts, max_size=3).map(tuple),
        order=st.integers(0, 2**31),
        cards=st.lists(st.builds(FixedCard, cards, texts, texts), max_size=3).map(tuple),
        explicit=texts,
        prev=st.lists(st.builds(EventId, names), max_size=2).map(tuple),
        why=texts,
        score=st.none() | st.integers(0, 1000).map(lambda thousandths: thousandths / 1000),
    ),
    st.builds(
        Exported,
        st.dictionaries(
            items,
            st.builds(
                ExportedItem, texts, st.integers(0, 2**33), texts, st.lists(texts).map(tuple)
            ),
            max_size=3,
        ),
    ),
)


class Device:
    """A device's history in a folder; its clock says what the test wants."""

    def __init__(self, folder: Path, name: str = "one") -> None:
        self.folder, self.name = folder / "history", name
        self.file = self.folder / f"{name}.jsonl"
        self._lock = folder / f"{name}.lock"

    def append(self, *bodies: Body, now: datetime = NOW) -> tuple[Event, ...]:
        return history.append(self.folder, self.name, bodies, now, date(2025, 6, 13), self._lock)

    def review(self, count: int = 1) -> tuple[Event, ...]:
        return self.append(*(Review(CardId(f"c{n}"), Grade.GOOD, n) for n in range(count)))

    def put(self, *lines: bytes) -> None:
        self.folder.mkdir(exist_ok=True)
        self.file.write_bytes(b"\n".join(lines))

    def read(self) -> history.History:
        return history.read(self.folder, SHOWN)

    def said(self) -> list[tuple[str, int, str]]:
        return [(one.path, one.line, one.code) for one in self.read().problems]


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path)


@contextmanager
def fresh(*names: str) -> Iterator[list[Device]]:
    """Devices of one vault, new for every example of a property."""
    with tempfile.TemporaryDirectory() as folder:
        yield [Device(Path(folder), name) for name in names or ("one",)]


# There and back ---------------------------------------------------------------------------------


@on_disk
@given(st.lists(bodies, min_size=1, max_size=6))
def test_every_event_is_read_back_as_it_was_written(written: list[Body]) -> None:
    with fresh() as (device,):
        events = device.append(*written)
        assert device.read() == history.History(events, ())
    assert [event.body for event in events] == written


def test_a_line_is_what_the_design_documents() -> None:
    body = Review(CardId("abc-fwd"), Grade.GOOD, 7421)
    assert history.encode(Event(EventId("01JXM"), NOW, date(2025, 6, 13), "one", body)) == (
        '{"v":1,"id":"01JXM","at":"2025-06-13T18:03:11.482Z","day":"2025-06-13",'
        '"event":"review","card":"abc-fwd","grade":3,"ms":7421,"ask":"reveal"}'
    )


def test_an_unknown_event_is_never_written() -> None:
    with pytest.raises(ValueError, match="read, not written"):
        history.encode(Event(EventId("1"), NOW, date(2025, 6, 13), "one", Unknown("dream")))


def test_ids_are_ulids_of_their_time(device: Device) -> None:
    events = device.review(40)
    ids = [event.id for event in events]
    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {26}


def test_no_history_is_an_empty_one(device: Device) -> None:
    assert device.read() == history.History((), ())
    assert not device.folder.exists()


# Torn tails -------------------------------------------------------------------------------------


def test_cut_anywhere_loses_only_what_was_cut(device: Device) -> None:
    """A file may end at any byte: what stands whole counts, the rest is said, writing goes on."""
    events = [*device.review(2), *device.append(Suspend(CardId("größe – 🙂")))]
    data = device.file.read_bytes()
    ends = [at for at, byte in enumerate(data) if byte == ord("\n")]
    for cut in range(len(data) + 1):
        device.file.write_bytes(data[:cut])
        whole = sum(end <= cut for end in ends)
        torn = cut not in (0, *ends, *(end + 1 for end in ends))
        path = f"{SHOWN}/one.jsonl"
        found = device.read()
        assert list(found.events) == events[:whole], cut
        assert device.said() == [(path, whole + 1, "history-torn")] * torn, cut

        (new,) = device.append(Resume(CardId("c0")))
        assert list(device.read().events) == [*events[:whole], new], cut
        assert device.said() == [(path, whole + 1, "history-line")] * torn, cut
        assert device.file.read_bytes().startswith(data[:cut]), cut


offsets = st.integers(-10_000_000, 10_000_000).map(lambda ms: timedelta(milliseconds=ms))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), offsets, st.integers(1, 3)),
        st.tuples(st.just("cut"), st.integers(1, 400)),
        st.tuples(st.just("junk"), st.binary(min_size=1, max_size=40)),
    ),
    max_size=12,
)


@on_disk
@given(steps)
def test_appends_cuts_and_junk_in_any_order(steps: Sequence[tuple[Any, ...]]) -> None:
    """Every event whose line still stands whole is read, and `at` increases whatever happens."""
    standing: list[tuple[Event, int]] = []
    with fresh() as (device,):
        device.put()
        for step, *what in steps:
            if step == "append":
                offset, count = what
                events = device.append(*[Suspend(CardId("c"))] * count, now=NOW + offset)
                end = device.file.stat().st_size
                for event in reversed(events):
                    standing.append((event, end - 1))
                    end -= len(history.encode(event).encode()) + 1
            elif step == "cut":
                size = max(0, device.file.stat().st_size - what[0])
                os.truncate(device.file, size)
                standing = [(event, end) for event, end in standing if end <= size]
            else:
                # Never the rest of a line that a cut has left, which it could complete.
                junk = b"\n" + what[0].replace(b"\n", b"") + b"\n"
                device.file.write_bytes(device.file.read_bytes() + junk)
        found = device.read()
    wanted = sorted((event for event, _ in standing), key=lambda event: event.at)
    assert list(found.events) == wanted
    assert len({event.at for event in found.events}) == len(wanted)


def test_an_event_after_a_torn_one_begins_a_new_line(device: Device) -> None:
    device.review()
    device.file.write_bytes(device.file.read_bytes() + b'{"v":1,"id":"01J')
    device.review()
    assert [line[:7] for line in device.file.read_bytes().split(b"\n")] == [
        b'{"v":1,',
        b'{"v":1,',
        b'{"v":1,',
        b"",
    ]


def test_a_tail_of_zeros_as_a_power_cut_leaves_it(device: Device) -> None:
    events = device.review()
    for zeros in range(1, 9):
        device.put(*(history.encode(event).encode() for event in events), b"\0" * zeros)
        assert device.read().events == events
        assert device.said() == [(f"{SHOWN}/one.jsonl", 2, "history-torn")]
        assert device.append(Resume(CardId("c"))) == device.read().events[-1:]


# The clock --------------------------------------------------------------------------------------


def test_a_clock_that_goes_back_does_not_reorder(device: Device) -> None:
    events = [
        *device.append(Suspend(CardId("c"))),
        *device.append(Resume(CardId("c")), now=NOW - timedelta(days=400)),
        *device.append(Suspend(CardId("c")), now=datetime(1960, 1, 1, tzinfo=UTC)),
        *device.append(Resume(CardId("c")), now=NOW + timedelta(microseconds=3_999)),
    ]
    times = [event.at - NOW for event in events]
    assert times == [timedelta(milliseconds=ms) for ms in range(4)]
    assert device.read().events == (*events,)


def test_the_time_comes_from_the_last_event_behind_a_long_line(device: Device) -> None:
    """The tail that is read back grows until it holds a whole line."""
    device.review()
    (long,) = device.append(Exported({ItemId("i"): ExportedItem("x" * 200_000, 1, "", ())}))
    (after,) = device.append(Suspend(CardId("c")), now=NOW - timedelta(days=1))
    assert after.at == long.at + timedelta(milliseconds=1)


def test_the_time_comes_from_the_last_event_before_a_long_torn_one(device: Device) -> None:
    (before,) = device.review()
    torn = b"x" * ((1 << 16) - 60)
    device.file.write_bytes(device.file.read_bytes() + torn)
    (after,) = device.append(Suspend(CardId("c")), now=NOW - timedelta(days=1))
    assert after.at > before.at


def test_at_is_later_than_every_event_even_after_a_merge_put_lines_in_another_order(
    device: Device,
) -> None:
    events = device.review(3)
    device.put(*reversed(device.file.read_bytes().splitlines()), b"")
    (after,) = device.append(Suspend(CardId("c")), now=NOW - timedelta(days=1))
    assert after.at > max(event.at for event in events)


# Merging ----------------------------------------------------------------------------------------


@on_disk
@given(st.data())
def test_files_merged_line_by_line_in_any_order(data: st.DataObject) -> None:
    """git's union merge may repeat and reorder lines: equal ids count once, the fold stays."""
    names = ("one", "two", "three")
    with fresh(*names) as devices:
        for device in devices:
            for body in data.draw(st.lists(bodies, min_size=1, max_size=5)):
                device.append(body, now=NOW + data.draw(offsets))
        before = devices[0].read()
        for device in devices:
            lines = device.file.read_bytes().splitlines(keepends=True)
            again = data.draw(st.lists(st.sampled_from(lines), max_size=4))
            device.file.write_bytes(b"".join(data.draw(st.permutations([*lines, *again]))))
        after = devices[0].read()
        assert after == before
        assert fold.fold(after.events) == fold.fold(before.events)

        # All in one file, as someone may do by hand: only whose they are is no longer known.
        together = [line for device in devices for line in device.file.read_bytes().splitlines()]
        for device in devices:
            device.file.unlink()
        devices[0].put(*data.draw(st.permutations(together)), b"")
        joined = devices[0].read()
        assert [(e.id, e.at, e.body) for e in joined.events] == [
            (e.id, e.at, e.body) for e in before.events
        ]


def test_conflict_markers_are_reported_and_lose_nothing(device: Device) -> None:
    ours, theirs, both = (GOOD % name for name in (b"A", b"B", b"C"))
    device.put(both, b"<<<<<<< HEAD", ours, b"=======", theirs, b">>>>>>> origin/main", b"")
    assert [event.id for event in device.read().events] == ["A", "B", "C"]
    path = f"{SHOWN}/one.jsonl"
    assert device.said() == [(path, line, "history-line") for line in (2, 4, 6)]
    assert all(one.severity == "warning" and one.hint for one in device.read().problems)


# Lines that are no events -----------------------------------------------------------------------


def line(**fields: str) -> bytes:
    """A review's line with these JSON values in place of its own; `none` leaves one out."""
    record = {
        "v": "1",
        "id": '"B"',
        "at": '"2025-06-13T18:00:00Z"',
        "day": '"2025-06-13"',
        "event": '"review"',
        "card": '"c"',
        "grade": "3",
        **fields,
    }
    inside = ",".join(f'"{key}":{value}' for key, value in record.items() if value != "none")
    return f"{{{inside}}}".encode()


ITEM = {
    "event": '"item"',
    "item": '"x"',
    "kind": '"basic"',
    "content": '"c"',
    "texts": "{}",
    "place": '{"path":"p"}',
    "cards": "[]",
}
NO_EVENTS = {
    "text": b"garbage",
    "a list": b"[1]",
    "a number": b"7",
    "not utf-8": b'{"v":1,"id":"\xff\xfe"}',
    "no id": line(id="none"),
    "id no text": line(id="7"),
    "half a sign in an id": line(id='"\\ud800"'),
    "half a sign in a card": line(card='"\\udc80"'),
    "half a sign in an item": line(event='"gone"', items='{"\\udc80":[]}'),
    "half a sign in a path": line(**{**ITEM, "place": '{"path":"\\ud800"}'}),
    "no time": line(at="none"),
    "time without zone": line(at='"2025-06-13T18:00:00"'),
    "no such time": line(at='"2025-06-31T18:00:00Z"'),
    "no day": line(day="none"),
    "day no text": line(day="20250613"),
    "no event": line(event="none"),
    "no card": line(card="none"),
    "grade 5": line(grade="5"),
    "grade 0": line(grade="0"),
    "grade true": line(grade="true"),
    "grade 3.0": line(grade="3.0"),
    "ms infinite": line(ms="1e999"),
    "ms of 5,000 digits": line(ms="9" * 5000),
    "undo of nothing": line(event='"undo"'),
    "item without texts": line(**{**ITEM, "texts": "none"}),
    "item with a card that is none": line(**{**ITEM, "cards": '["c"]'}),
    "export of a list": line(event='"export"', items="[]"),
    "export of texts": line(event='"export"', items='{"i":"x"}'),
}
OVERFLOWING = {
    "time before the first": line(at='"0001-01-01T00:00:00+10:00"'),
    "score of 400 digits": line(**ITEM, score="1" + "0" * 400),
}


@pytest.mark.parametrize(
    "bad",
    [
        *(pytest.param(bad, id=name) for name, bad in NO_EVENTS.items()),
        *(pytest.param(bad, id=name) for name, bad in OVERFLOWING.items()),
    ],
)
def test_a_line_that_is_no_event_is_named_and_hides_no_other(device: Device, bad: bytes) -> None:
    device.put(GOOD % b"A", bad, GOOD % b"C", b"")
    assert [event.id for event in device.read().events] == ["A", "C"]
    assert device.said() == [(f"{SHOWN}/one.jsonl", 2, "history-line")]


@pytest.mark.parametrize(
    "bad",
    [
        *(pytest.param(bad, id=name) for name, bad in NO_EVENTS.items()),
        *(pytest.param(bad, id=name) for name, bad in OVERFLOWING.items()),
        pytest.param(
            b"[" * 100_000,
            id="nested 100,000 deep",
        ),
    ],
)
def test_a_last_line_that_is_no_event_does_not_stop_the_next(device: Device, bad: bytes) -> None:
    device.put(GOOD % b"A", bad)
    (new,) = device.append(Suspend(CardId("c")), now=datetime(2020, 1, 1, tzinfo=UTC))
    assert [event.id for event in device.read().events] == ["A", new.id]


def test_nesting_without_end_is_no_event_either(device: Device) -> None:
    device.put(GOOD % b"A", b"[" * 100_000, GOOD % b"C", b"")
    assert [event.id for event in device.read().events] == ["A", "C"]


def test_empty_lines_and_carriage_returns_are_nothing_to_speak_of(device: Device) -> None:
    device.put(GOOD % b"A" + b"\r", b"", b"  \r", GOOD % b"B", b"", b"")
    assert [event.id for event in device.read().events] == ["A", "B"]
    assert device.read().problems == ()


def test_a_problem_in_the_history_is_said_by_check(vault: TestVault) -> None:
    vault.write("decks/history/two.jsonl", "=======\n")
    checked = vault.srs("check")
    assert checked.code == 0
    assert "decks/history/two.jsonl:1:1: warning[history-line]" in checked.out
    assert vault.srs("check", "--strict").code == 1


# What a newer version wrote ---------------------------------------------------------------------


def test_unknown_events_and_fields_are_ignored_and_kept(device: Device) -> None:
    """A review with a field that does not exist yet counts as a review; a `dream` does nothing."""
    newer = line(id='"A"', mood="true", weather='{"of":["x"]}', v="7")
    dream = line(id='"B"', event='"dream"', until='"2025-06-20"')
    device.put(newer, dream, b"")
    before = device.file.read_bytes()
    found = device.read()
    assert [event.body for event in found.events] == [
        Review(CardId("c"), Grade.GOOD, 0),
        Unknown("dream"),
    ]
    assert found.problems == ()
    assert fold.fold(found.events) == fold.fold(found.events[:1])
    device.review()
    assert device.file.read_bytes().startswith(before)


def test_unknown_events_are_listed(vault: TestVault) -> None:
    vault.write("decks/history/two.jsonl", line(event='"dream"').decode() + "\n")
    assert vault.srs("history", "--json").data[0]["event"] == "dream"
    assert "dream" in vault.srs("history").out


# Files that cannot be read ----------------------------------------------------------------------


def test_an_unreadable_file_is_an_error_and_hides_no_other(device: Device) -> None:
    device.review()
    (device.folder / "two.jsonl").mkdir()
    found = device.read()
    assert len(found.events) == 1
    assert device.said() == [(f"{SHOWN}/two.jsonl", 1, "history-unreadable")]
    assert found.problems[0].severity == "error"


def test_an_unreadable_folder_is_an_error(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    device.review()

    def closed(path: object = ".") -> object:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        # No mode keeps root out, and tests may run as root.
        patched.setattr(os, "scandir", closed)
        patched.setattr(os, "listdir", closed)
        found = device.read()
    assert [one.severity for one in found.problems] == ["error"]


# On disk before it is said ----------------------------------------------------------------------


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(inode, size) of what was synced, in order."""
    calls: list[tuple[int, int]] = []
    fsync = os.fsync

    def recorded(handle: int) -> None:
        found = os.fstat(handle)
        calls.append((found.st_ino, found.st_size))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", recorded)
    return calls


def test_fsync_comes_after_the_last_byte_and_before_append_returns(
    device: Device, synced: list[tuple[int, int]]
) -> None:
    device.review(3)
    file = device.file.stat()
    assert synced[0] == (file.st_ino, file.st_size)
    assert device.folder.stat().st_ino in dict(synced), "the new file's name is on disk too"
    synced.clear()
    device.review()
    assert synced == [(file.st_ino, device.file.stat().st_size)]


def test_a_new_folder_is_on_disk_too(device: Device, synced: list[tuple[int, int]]) -> None:
    device.review()
    assert device.folder.parent.stat().st_ino in dict(synced)


def test_a_new_file_is_on_disk_too_after_a_failed_beginning(
    device: Device, synced: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with full_disk(monkeypatch, 30), pytest.raises(OSError, match="No space left"):
        device.review()
    device.review()
    assert device.folder.stat().st_ino in dict(synced)


def test_an_answer_is_on_disk_before_it_is_confirmed(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n\nQ: two?\nA: 2\n\nQ: three?\nA: 3\n")
    order: list[str] = []
    fsync, write = os.fsync, common._write

    def recorded(handle: int) -> None:
        order.append("fsync")
        fsync(handle)

    def said(stream: TextIO, text: str) -> None:
        word = text.split(":", maxsplit=1)[0].split(" ", maxsplit=1)[0].strip()
        if word in ("Kept", "Card"):
            order.append(word)
        write(stream, text)

    monkeypatch.setattr(os, "fsync", recorded)
    monkeypatch.setattr(common, "_write", said)
    vault.srs("review", typed="\n3\n\n1\n\n3\n\n3\n")
    asked = "".join({"Card": "C", "fsync": "f", "Kept": "K"}[one] for one in order)
    assert re.sub("f+", "f", asked) == "CfK" * 4


# A full disk ------------------------------------------------------------------------------------


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> Iterator[None]:
    """os.write takes `room` more bytes, seven at a time."""
    left, write = [room], os.write

    def short(handle: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(handle, data[: min(7, left[0])])
        left[0] -= written
        return written

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", short)
        yield


@pytest.mark.parametrize("tail", [b"", b'{"torn'], ids=["whole", "torn"])
@pytest.mark.parametrize("room", [0, 1, 100, 150])
def test_a_full_disk_leaves_the_file_as_it_was(
    device: Device, monkeypatch: pytest.MonkeyPatch, room: int, tail: bytes
) -> None:
    device.review(2)
    before = device.file.read_bytes() + tail
    device.file.write_bytes(before)
    with full_disk(monkeypatch, room), pytest.raises(OSError, match="No space left"):
        device.review(2)
    assert device.file.read_bytes() == before
    device.review()
    assert len(device.read().events) == 3


def test_a_full_disk_at_the_first_answer_leaves_no_event(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full_disk(monkeypatch, 30), pytest.raises(OSError, match="No space left"):
        device.review()
    assert device.read() == history.History((), ())
    assert device.review() == device.read().events


def test_a_write_in_pieces_is_whole(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    with full_disk(monkeypatch, 1_000_000):
        events = device.review(3)
    assert device.read() == history.History(events, ())


def test_a_failed_fsync_is_no_answer(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    device.review()
    before = device.file.read_bytes()

    def broken(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="Input/output"):
            device.review()
    assert device.file.read_bytes() == before


def test_a_full_disk_ends_the_session_and_keeps_what_came_before(
    vault: TestVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.write("notes/a.md", "Q: one?\nA: 1\n\nQ: two?\nA: 2\n\nQ: three?\nA: 3\n")
    vault.device("one")
    vault.srs("review", typed="\n3\nq\n")
    before = vault.history()
    with full_disk(monkeypatch, 60):
        result = vault.srs("review", typed="\n3\n\n3\n")
    assert result.code == 1
    assert "decks/history/one.jsonl cannot be written: No space left on device." in result.err
    assert "Kept" not in result.out
    assert vault.history() == before
    assert vault.srs("review", typed="\n3\n\n3\n").code == 0
    assert [card["reviews"] for card in vault.cards()] == [1, 1, 1]
