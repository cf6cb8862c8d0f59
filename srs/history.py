"""The history: read all devices' events, append durably to this device's file.

One JSON object a line, append-only, one file a device in decks/history/. Readers accept any
order, ignore a torn last line, and keep what a newer version wrote.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from srs import events
from srs.model import Event, EventId, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srs.model import Body

_VERSION = 1
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class History:
    """All events, each once, in the order of the fold: by (at, id). `problems` name bad lines."""

    events: tuple[Event, ...]
    problems: tuple[Problem, ...]


def read(folder: Path, shown: str) -> History:
    """Every event in `folder`/*.jsonl. `shown` is the folder's name in problems."""
    found: dict[EventId, Event] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        path = f"{shown}/{file.name}"
        try:
            data = file.read_bytes()
        except OSError as error:
            problems.append(
                _problem(
                    path,
                    1,
                    Severity.ERROR,
                    "history-unreadable",
                    f"Cannot be read: {error.strerror}.",
                    "Its answers are missing from everything shown.",
                )
            )
            continue
        for event in _events(file.stem, path, data, problems):
            found.setdefault(event.id, event)
    ordered = sorted(found.values(), key=lambda event: (event.at, event.id))
    return History(tuple(ordered), tuple(problems))


def _events(device: str, path: str, data: bytes, problems: list[Problem]) -> Iterable[Event]:
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _decoded(device, line)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            if number == len(lines):
                problems.append(
                    _problem(
                        path,
                        number,
                        Severity.WARNING,
                        "history-torn",
                        "The last line is incomplete: a program was stopped while "
                        "writing it. It does not count.",
                        "Nothing needs to be done.",
                    )
                )
            else:
                problems.append(
                    _problem(
                        path,
                        number,
                        Severity.WARNING,
                        "history-line",
                        f"This line is no event ({_reason(error)}) and does not count.",
                        "If a merge left it, mend or remove the line.",
                    )
                )


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
    if at.tzinfo is None:
        raise ValueError("its time has no zone")
    return Event(
        id=EventId(events.text(record, "id")),
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
    folder: Path, device: str, bodies: Sequence[Body], now: datetime, day: date, lock: Path
) -> tuple[Event, ...]:
    """The bodies as events on disk: written in one piece, fsynced, before this returns.

    `at` is later than every event of this file, whatever the clock says. `lock` is the file that
    processes of this device agree on. Raises OSError; then nothing of it is in the file.
    """
    from filelock import FileLock  # noqa: PLC0415 - only a command that writes pays for them
    from ulid import ULID  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{device}.jsonl"
    with FileLock(lock, timeout=_PATIENCE):
        existed = file.exists()
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            size = os.fstat(handle).st_size
            tail = _tail(handle, size)
            at = max(_to_millisecond(now), (_last_at(device, tail) or _NEVER) + _MILLISECOND)
            stamped = []
            for body in bodies:
                event_id = EventId(str(ULID.from_datetime(at)))
                stamped.append(Event(event_id, at, day, device, body))
                at += _MILLISECOND
            text = "".join(encode(event) + "\n" for event in stamped)
            _write(handle, size, ("" if tail.endswith(b"\n") or not size else "\n") + text)
        finally:
            os.close(handle)
        if not existed:
            _sync_folder(folder)
    return tuple(stamped)


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL = 1 << 16
_PATIENCE = 10.0
"""Seconds to wait for another srs that is writing; filelock's Timeout is an OSError."""


def _to_millisecond(now: datetime) -> datetime:
    now = now.astimezone(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _tail(handle: int, size: int) -> bytes:
    """The end of the file: at least its last whole line, unless that is very long."""
    start = max(0, size - _TAIL)
    while True:
        os.lseek(handle, start, os.SEEK_SET)
        tail = os.read(handle, size - start)
        if start == 0 or tail.rstrip(b"\n").count(b"\n"):
            return tail
        start = max(0, start - _TAIL)


def _last_at(device: str, tail: bytes) -> datetime | None:
    for line in reversed(tail.split(b"\n")):
        try:
            return _decoded(device, line).at
        except (ValueError, TypeError, KeyError):
            continue
    return None


def _write(handle: int, size: int, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
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
