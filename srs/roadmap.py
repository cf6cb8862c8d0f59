"""Roadmap text -> a Roadmap, and every mistake in it with line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from srs import yamltext
from srs.model import (
    WEEKDAYS,
    Phase,
    Problem,
    Repository,
    Roadmap,
    SessionSettings,
    Severity,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srs.yamltext import Value

T = TypeVar("T")


def parse(path: str, text: str) -> tuple[Roadmap, tuple[Problem, ...]]:
    """The roadmap that a YAML text describes; what is wrong is left out of it and reported."""
    reader = _Reader(path)
    value, faults = yamltext.load(text.removeprefix("\ufeff"))
    for fault in faults:
        reader.error(fault, "yaml-invalid", fault.message)
    roadmap = _roadmap(reader, value) if value else Roadmap()
    return roadmap, tuple(sorted(reader.problems))


def _roadmap(reader: _Reader, value: Value) -> Roadmap:
    top = reader.table(value, "title about start end routine session phases repositories language")
    routine = top.table("routine", " ".join(("minutes", *WEEKDAYS)))
    phases = tuple(
        phase for entry in top.items("phases") if (phase := _phase(reader, entry)) is not None
    )
    _check_unique(reader, top)
    _check_order(reader, top)
    start, end = top.day("start"), top.day("end")
    if start and end and end < start:
        reader.error(top.at("end"), "date-reversed", f"The end {end} is before the start {start}.")
    return Roadmap(
        title=top.text("title"),
        about=top.text("about"),
        start=start or min((phase.start for phase in phases), default=None),
        end=end or max((phase.end for phase in phases), default=None),
        daily_minutes=routine.whole("minutes", 1, 24 * 60),
        routine={
            number: slot for number, day in enumerate(WEEKDAYS) if (slot := routine.text(day))
        },
        session=_session(reader, top),
        phases=tuple(sorted(phases, key=lambda phase: phase.start)),
        repositories=tuple(
            _repository(reader.table(entry, "number phase url"))
            for entry in top.items("repositories")
        ),
        language=top.text("language").casefold().partition("-")[0] or "en",
    )


def _session(reader: _Reader, top: _Table) -> SessionSettings:
    table = top.table("session", "weekday minutes retention new_per_session")
    default = SessionSettings()
    weekday = table.text("weekday").casefold() or WEEKDAYS[default.weekday]
    if weekday not in WEEKDAYS:
        reader.error(
            table.at("weekday"),
            "value-unknown",
            f"`{weekday}` is no weekday.",
            f"One of {', '.join(WEEKDAYS)}.",
        )
        weekday = WEEKDAYS[default.weekday]
    retention = table.number("retention", 0.7, 0.99)
    return SessionSettings(
        weekday=WEEKDAYS.index(weekday),
        minutes=table.whole("minutes", 1, 24 * 60) or default.minutes,
        retention=retention if retention is not None else default.retention,
        new_per_session=table.whole("new_per_session", 0, 10_000),
    )


def _repository(table: _Table) -> Repository:
    return Repository(
        number=table.whole("number", 1, 1000) or 0,
        phase=table.text("phase") or None,
        url=table.text("url") or None,
    )


def _phase(reader: _Reader, entry: Value) -> Phase | None:
    table = reader.table(
        entry,
        "id title focus start end goal why topics project issue milestone",
        required="id title start end",
    )
    if not isinstance(entry.data, yamltext.Mapping):
        return None
    project = table.table("project", "title task")
    start, end = table.day("start"), table.day("end")
    topics = [
        reader.table(topic, "id title details subjects", "id title")
        for topic in table.items("topics")
    ]
    if start and end and end < start:
        reader.error(
            table.at("end"),
            "date-reversed",
            f"The phase ends on {end}, before it starts, {start}.",
            "Swap or mend the dates.",
        )
    # A phase without good dates is left out, but read to its end: its other mistakes count too.
    first, last = start or date.min, end or date.min
    days = (last - first).days + 1
    phase = Phase(
        id=table.text("id"),
        title=table.text("title"),
        focus=table.text("focus"),
        start=first,
        end=last,
        goal=table.text("goal"),
        why=table.text("why"),
        topics=tuple(
            Topic(
                id=topic.text("id"),
                title=topic.text("title"),
                details=topic.texts("details"),
                released=first + timedelta(days=max(0, rank * days // len(topics))),
                subjects=topic.texts("subjects"),
                at=(topic.at("id").line, topic.at("id").column),
            )
            for rank, topic in enumerate(topics)
        ),
        project=project.text("title"),
        task=project.text("task"),
        issue=table.text("issue"),
        milestone=table.text("milestone") or table.text("id"),
    )
    return phase if start and end and start <= end and phase.id else None


def _check_unique(reader: _Reader, top: _Table) -> None:
    phases = [_Table(reader, entry) for entry in top.items("phases")]
    topics = [_Table(reader, topic) for phase in phases for topic in phase.items("topics")]
    for tables, what in ((phases, "phase"), (topics, "topic")):
        seen: dict[str, int] = {}
        for table in tables:
            name = table.text("id")
            if name and name in seen:
                reader.error(
                    table.at("id"),
                    "id-twice",
                    f"The {what} id `{name}` stands in line {seen[name]} already.",
                    "Give each its own id.",
                )
            seen.setdefault(name, table.at("id").line)


def _check_order(reader: _Reader, top: _Table) -> None:
    dated = []
    for entry in top.items("phases"):
        table = _Table(reader, entry)
        start, end = table.day("start"), table.day("end")
        if start and end and start <= end:
            dated.append((start, end, table))
    dated.sort(key=lambda phase: phase[:2])
    running: tuple[date, _Table] | None = None
    for start, end, table in dated:
        if running and start <= running[0]:
            reader.error(
                table.at("start"),
                "date-overlap",
                f"`{table.text('id')}` starts on {start}, when `{running[1].text('id')}` still "
                f"runs (to {running[0]}).",
                "Let each phase start after the one before has ended.",
            )
        if running is None or end > running[0]:
            running = (end, table)


# Reading with places ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    path: str
    problems: set[Problem] = field(default_factory=set)

    def error(self, at: Value | yamltext.Fault, code: str, message: str, hint: str = "") -> None:
        self.problems.add(
            Problem(self.path, at.line, at.column, Severity.ERROR, code, message, hint)
        )

    def table(self, value: Value, keys: str, required: str = "") -> _Table:
        """The entries of a mapping; unknown and missing keys and other types are reported."""
        table = _Table(self, value)
        allowed = keys.split()
        if isinstance(value.data, yamltext.Mapping):
            for key, _ in value.data.entries:
                if key.data not in allowed:
                    self.error(
                        key,
                        "key-unknown",
                        f"`{key.data}` is not known here.",
                        f"Known: {', '.join(allowed)}.",
                    )
        elif value.data is not None or required:
            self.error(value, "type-wrong", "`key: value` lines are expected here.")
            return table
        for name in required.split():
            if table.lacks(name):
                self.error(value, "key-missing", f"`{name}` is missing here.")
        return table


class _Table:
    """The entries of one mapping. Each getter reports a value of the wrong type once."""

    def __init__(self, reader: _Reader, value: Value) -> None:
        self._reader = reader
        self._value = value
        entries = value.data.entries if isinstance(value.data, yamltext.Mapping) else ()
        self._entries: Mapping[object, Value] = {key.data: entry for key, entry in entries}

    def at(self, key: str) -> Value:
        """The value of a key, or the mapping itself, as a place."""
        return self._entries.get(key, self._value)

    def _get(self, key: str, kind: type[T], wanted: str) -> T | None:
        entry = self._entries.get(key)
        if entry is None or entry.data is None:
            return None
        # `True` is an int and a datetime a date, but neither is meant by those.
        if type(entry.data) is not kind:
            self._reader.error(entry, "type-wrong", f"`{key}` is {wanted}.")
            return None
        return entry.data

    def text(self, key: str) -> str:
        return (self._get(key, str, "a text") or "").strip()

    def lacks(self, key: str) -> bool:
        """Whether the key is not there, or empty; a wrong value is there."""
        entry = self._entries.get(key)
        return entry is None or (entry.data in (None, "") and not entry.unreadable)

    def day(self, key: str) -> date | None:
        return self._get(key, date, "a date like 2025-06-12")

    def whole(self, key: str, low: int, high: int) -> int | None:
        number = self._get(key, int, f"a whole number from {low} to {high}")
        return self._within(key, number, low, high)

    def number(self, key: str, low: float, high: float) -> float | None:
        entry = self._entries.get(key)
        if entry is not None and type(entry.data) is int:
            return self._within(key, float(entry.data), low, high)
        return self._within(key, self._get(key, float, f"from {low} to {high}"), low, high)

    def _within(self, key: str, number: T | None, low: float, high: float) -> T | None:
        if isinstance(number, (int, float)) and not low <= number <= high:
            self._reader.error(self.at(key), "value-range", f"`{key}` is from {low} to {high}.")
            return None
        return number

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; numbers and dates will do."""
        found = []
        for entry in self.items(key):
            if isinstance(entry.data, (str, int, float, date)):
                found.append(str(entry.data))
            else:
                self._reader.error(entry, "type-wrong", f"`{key}` is a list of texts.")
        return tuple(found)

    def items(self, key: str) -> tuple[Value, ...]:
        items = self._get(key, tuple, "a list")
        return items or ()

    def table(self, key: str, keys: str) -> _Table:
        entry = self._entries.get(key)
        if entry is None or entry.data is None:
            return _Table(self._reader, yamltext.Value(None, self._value.line, self._value.column))
        return self._reader.table(entry, keys)
