"""The history: read all devices' events, append durably to this device's file.

One JSON object a line, append-only, one file a device in decks/history/. Readers accept any
order, ignore a torn last line, and keep what a newer version wrote.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from srs import events
from srs.model import Event, EventId, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from srs.model import Body

_VERSION = 1
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_NO_EVENT = (ValueError, TypeError, KeyError, RecursionError, OverflowError)
"""What decoding a line raises that holds no event."""
_MILLISECOND = timedelta(milliseconds=1)


class History(NamedTuple):
    """All events, each once, in the order of the fold: by (at, id). `problems` name bad lines."""

    events: tuple[Event, ...]
    problems: tuple[Problem, ...]


def read(folder: Path, shown: str) -> History:
    """Every event in `folder`/*.jsonl. `shown` is the folder's name in problems."""
    found: dict[EventId, Event] = {}
    paths, problems = files(folder, shown)
    for file in paths:
        source = Source(file, f"{shown}/{file.name}")
        for event in source.events():
            found.setdefault(event.id, event)
        problems += source.problems
    ordered = sorted(found.values(), key=lambda event: (event.at, event.id))
    return History(tuple(ordered), tuple(problems))


def files(folder: Path, shown: str) -> tuple[list[Path], list[Problem]]:
    """The files of all devices, in the order of their names."""
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == ".jsonl"), []
    except FileNotFoundError:
        return [], []
    except OSError as error:
        message = f"Cannot be read: {error.strerror}."
        hint = "All answers are missing from everything shown."
        return [], [_problem(shown, 1, Severity.ERROR, "history-unreadable", message, hint)]


class Source:
    """A file of the history, read line by line. `path` names it in problems.

    `size`, `lines` and `hash` tell how far it was read, so that a file that only grew can be read
    on from there; `whole` whether its last line was ended.
    """

    def __init__(self, file: Path, path: str) -> None:
        self._file = file
        self._path = path
        from hashlib import blake2b  # noqa: PLC0415 - only where something has changed

        self._hash = blake2b(digest_size=16)
        self.size = self.lines = self.count = 0
        self.whole = True
        self.problems: list[Problem] = []

    @property
    def hash(self) -> bytes:
        return self._hash.digest()

    def events(self, size: int = 0, lines: int = 0, hash_: bytes = b"") -> Iterable[Event]:
        """The events behind what was read before. Raises Rewritten if that is no longer there."""
        try:
            with self._file.open("rb") as stream:
                self._skip(stream, size, hash_)
                self.lines = lines
                for line in stream:
                    yield from self._line(line)
        except OSError as error:
            message = f"Cannot be read: {error.strerror}."
            hint = "Its answers are missing from everything shown."
            code = "history-unreadable"
            self.problems.append(_problem(self._path, 1, Severity.ERROR, code, message, hint))

    def _skip(self, stream: BinaryIO, size: int, hash_: bytes) -> None:
        while self.size < size and (data := stream.read(min(size - self.size, _TAIL))):
            self._hash.update(data)
            self.size += len(data)
        if size and self.hash != hash_:
            raise Rewritten

    def _line(self, line: bytes) -> Iterable[Event]:
        self._hash.update(line)
        self.size += len(line)
        self.lines += 1
        self.whole = line.endswith(b"\n")
        if not line.strip():
            return
        try:
            yield _decoded(self._file.stem, line)
            self.count += 1
        except _NO_EVENT as error:
            if self.whole:
                code, said = "history-line", f"This line is no event ({_reason(error)}) and does"
                message, hint = f"{said} not count.", "If a merge left it, mend or remove the line."
            else:
                code, hint = "history-torn", "Nothing needs to be done."
                message = (
                    "The last line is incomplete: a program was stopped while writing it. "
                    "It does not count."
                )
            problem = _problem(self._path, self.lines, Severity.WARNING, code, message, hint)
            self.problems.append(problem)


class Rewritten(Exception):  # noqa: N818 - nothing is wrong
    """What was read of a file before is no longer there."""


def _reason(error: Exception) -> str:
    return f"missing {error}" if isinstance(error, KeyError) else str(error).splitlines()[0]


def _problem(
    path: str, line: int, severity: Severity, code: str, message: str, hint: str
) -> Problem:
    return Problem(path, line, 1, severity, code, message, hint)


def _decoded(device: str, line: bytes) -> Event:
    record = json.loads(line)
    if not isinstance(record, dict):
        raise TypeError("not an object")
    at = datetime.fromisoformat(events.text(record, "at"))
    if at.tzinfo is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError("its time has no zone or is out of all bounds")
    return Event(
        id=EventId(events.name(record, "id")),
        at=at.astimezone(UTC),
        day=date.fromisoformat(events.text(record, "day")),
        device=device,
        body=events.decode(record),
    )


def encode(event: Event) -> str:
    """The line of an event, without its line end."""
    record = {
        "v": _VERSION,
        "id": event.id,
        "at": event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "day": event.day.isoformat(),
        **events.encode(event.body),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


# Writing ----------------------------------------------------------------------------------------


def append(
    folder: Path,
    device: str,
    bodies: Sequence[Body],
    now: datetime,
    day: date,
    lock: Path,
    brought: Sequence[Event] = (),
) -> tuple[Event, ...]:
    """The bodies as events on disk: written in one piece, fsynced, before this returns.

    `at` is later than every event that this file was given so, whatever the clock says. `brought`
    are events that happened elsewhere: they follow as they are. `lock` is the file that processes
    of this device agree on. Raises OSError; then nothing of it is in the file.
    """
    from filelock import FileLock  # noqa: PLC0415 - only a command that writes pays for them
    from ulid import ULID  # noqa: PLC0415

    created = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(lock, timeout=_PATIENCE):
        file = folder / f"{device}.jsonl"
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        size = os.fstat(handle).st_size
        try:
            tail = _tail(device, handle, size)
            at = max(_to_millisecond(now), tail.latest + _MILLISECOND)
            stamped = []
            for body in bodies:
                event_id = EventId(str(ULID.from_datetime(at)))
                stamped.append(Event(event_id, at, day, device, body))
                at += _MILLISECOND
            text = "".join(encode(event) + "\n" for event in (*stamped, *brought))
            _write(handle, size, text if tail.whole else "\n" + text)
        except OSError:
            if not size:
                file.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        if not size:
            _sync_folder(folder)
        if created:
            _sync_folder(folder.parent)
    return tuple(stamped)


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL = 1 << 16
_PATIENCE = 10.0
"""Seconds to wait for another srs that is writing; filelock's Timeout is an OSError."""


def _to_millisecond(now: datetime) -> datetime:
    now = now.astimezone(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class _Tail(NamedTuple):
    """The end of a file: whether its last line is ended, and the latest time found in it."""

    whole: bool
    latest: datetime


def _tail(device: str, handle: int, size: int) -> _Tail:
    """Reads from the end until there is an event; lines before it may be out of order (a merge)."""
    back = _TAIL
    while True:
        start, back = max(0, size - back), back * 2
        os.lseek(handle, start, os.SEEK_SET)
        data = os.read(handle, size - start)
        times = list(_times(device, data))
        if times or start == 0:
            return _Tail(not data or data.endswith(b"\n"), max(times, default=_NEVER))


def _times(device: str, data: bytes) -> Iterable[datetime]:
    for line in data.split(b"\n"):
        try:
            event = _decoded(device, line)
        except _NO_EVENT:
            continue
        # The clock of a phone does not move ours.
        if not event.in_anki:
            yield event.at


def _write(handle: int, size: int, text: str) -> None:
    # A file name may hold bytes that are no text; as `\\udc..` they are JSON still.
    data = text.encode("utf-8", "backslashreplace")
    try:
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    except OSError:
        # A full disk may have taken a part of it.
        os.ftruncate(handle, size)
        raise


def _sync_folder(folder: Path) -> None:
    """A new file's name is durable only when its folder is."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
