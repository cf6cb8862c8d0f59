"""What is studied: phases, topics, sessions."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def phase_id(written: str) -> str:
    """The id of a phase by its number or name: `2` is `phase-2`."""
    return f"phase-{written}" if written.isdecimal() else written


def phase_name(id_: str) -> str:
    """Phase 2, of `phase-2`; another id is its own name."""
    name, _, number = id_.partition("-")
    return f"Phase {number}" if name == "phase" and number.isdecimal() else id_


class Topic(NamedTuple):
    id: str
    title: str
    details: tuple[str, ...]
    """The roadmap's own words about it."""
    released: date
    """First day of the topic's share of its phase."""
    subjects: tuple[str, ...] = ()
    """What its cards are to be about."""
    at: tuple[int, int] = (1, 1)
    """(line, column) in the roadmap's file."""


class Phase(NamedTuple):
    id: str
    title: str
    focus: str
    start: date
    end: date
    goal: str
    why: str
    topics: tuple[Topic, ...]
    project: str
    task: str
    issue: str
    milestone: str


class Repository(NamedTuple):
    """Where a phase's solution lives; the address is None while it is not yet known."""

    number: int
    phase: str | None
    url: str | None


class SessionSettings(NamedTuple):
    weekday: int = 4
    """0 is Monday."""
    minutes: int = 30
    retention: float = 0.9
    new_per_session: int | None = None


class _Roadmap(NamedTuple):
    title: str = ""
    about: str = ""
    start: date | None = None
    end: date | None = None
    daily_minutes: int | None = None
    routine: Mapping[int, str] = MappingProxyType({})
    """Weekday (0 is Monday) -> what its slot is for."""
    session: SessionSettings = SessionSettings()
    phases: tuple[Phase, ...] = ()
    repositories: tuple[Repository, ...] = ()
    language: str = "en"
    """Of the notes: rules of quality that know words are for English."""


class Roadmap(_Roadmap):
    """What is learned when. Topics are looked up for every note that is read."""

    @cached_property
    def _topics(self) -> Mapping[str, tuple[Phase, Topic]]:
        """By id and by title, without case; of equal ones the first counts."""
        found: dict[str, tuple[Phase, Topic]] = {}
        for phase in self.phases:
            for topic in phase.topics:
                for name in (topic.id, topic.title):
                    found.setdefault(name.casefold(), (phase, topic))
        return found

    def phase(self, id: str | None) -> Phase | None:  # noqa: A002
        return next((phase for phase in self.phases if phase.id == id), None)

    def topic(self, name: str) -> tuple[Phase, Topic] | None:
        """The topic with this id or title, in any case."""
        return self._topics.get(name.casefold())
