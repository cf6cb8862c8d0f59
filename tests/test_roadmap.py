"""The roadmap: this repository's own as data, and every mistake in one with its place."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs import roadmap
from srs.model import Phase, Repository, Roadmap, SessionSettings, Severity

ROOT = Path(__file__).parent.parent
PATH = "decks/roadmap.yaml"
OURS = """\
2025-06-12 2025-07-09 Language & Runtime Mastery
  focus: Advanced JS/TS · Node internals
  goal: move from “writing code that works” to “writing code that’s fast, safe and idiomatic.”
  - Advanced JavaScript (ES 2025) & TypeScript deep-dive: generics, conditional types, decorators
  - Node internals: event loop, libuv thread-pool, streams/back-pressure, clustering
  - Asynchronous patterns: Promises, async iterators, worker-threads, MessageChannel
  project: CLI scraper with streaming + progress bar
  task: build a CLI that scrapes an API concurrently, streams results to a file and shows a real-time progress bar.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/1
2025-07-10 2025-08-01 Data & Persistence
  focus: SQL (Postgres) · Prisma · NoSQL
  goal: design efficient schemas, pick the right storage engine and master data access patterns.
  - PostgreSQL advanced: multi-column indexes, CTEs, query plans
  - Prisma ORM: patterns, zero-downtime migrations
  - NoSQL: MongoDB document modelling, Redis caching & pub/sub
  project: API refactor with Postgres + Redis cache
  task: refactor the Phase 1 API to persist in Postgres and add Redis cache with automatic invalidation.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/2
2025-08-02 2025-08-29 Design & Architecture
  focus: DDD · Hexagonal · SOLID
  goal: structure codebases that scale in size and complexity.
  - Domain-Driven Design: entities, value objects, aggregates, bounded contexts
  - Hexagonal / Clean Architecture: ports & adapters, dependency inversion
  - SOLID principles: applied within domain layer, key patterns (Factory, Strategy, Circuit-Breaker)
  project: Modularise monolith into npm workspaces
  task: split the monolith into npm workspaces (@core/domain, @infra/http, etc.) and publish an ADR.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/3
2025-08-30 2025-09-17 Quality, Testing & Security
  focus: Testing · Mutation · Security
  goal: guarantee correctness and harden the system against common threats.
  - Testing strategy: Jest unit, Supertest integration, Pact contract
  - Mutation testing: Stryker with ≥ 90 % score
  - Web security: OWASP Top 10, helmet, JWT/OAuth 2.1 hardening
  project: CI pipeline with Jest + Stryker + ZAP
  task: create a GitHub Actions pipeline that fails on coverage/mutation regression and runs a ZAP baseline scan.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/4
2025-09-18 2025-10-10 Performance & System Design
  focus: Performance · Caching · Observability
  goal: make the service observable, cache-friendly and horizontally scalable.
  - Caching patterns: Redis LRU, CDN cache-tag, TTL tuning
  - Queues & async workflows: BullMQ basics, Kafka overview
  - Observability: pino logs, OpenTelemetry traces, Prometheus/Grafana metrics
  project: k6 load test to 100 k req/s + OpTel metrics
  task: load-test with k6 to 100 k req/s and tune until P95 latency < 150 ms.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/5
2025-10-11 2025-11-07 Cloud & DevOps
  focus: Docker → K8s · IaC · SRE
  goal: ship reliably to the cloud using containers, IaC and GitOps.
  - Containerisation: Docker multi-stage builds, Compose
  - Kubernetes fundamentals: pods, deployments, services, ingress
  - Infrastructure as Code: Terraform/Pulumi for AWS, start AWS SAA prep
  - GitOps & SRE: ArgoCD blue-green deploy, SLI/SLO, incident run-books
  project: EKS blue-green deployment with Grafana
  task: deploy the system to EKS with blue-green rollout and live Grafana dashboards.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/6
2025-11-08 2025-12-10 AI & LLMOps
  focus: LLM theory · LangChain.js · RAG
  goal: integrate and operate large language models from Node services.
  - LLM foundations: transformers, embeddings, fine-tune vs RAG
  - LangChain.js & LangGraph: agent orchestration, tool-calling, memory
  - Self-hosting models: run Llama 3 or Mistral locally via Ollama + llama-cpp bindings
  - Vector stores & guardrails: pgvector / Qdrant, prompt evaluation
  project: gRPC Doc-Chat service on Ollama Llama 3
  task: deliver a gRPC Doc-Chat micro-service (RAG) with tracing and metrics.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/7
2025-12-11 2025-12-24 Polyglot Sprint
  focus: Polyglot (Java or Go)
  goal: gain basic fluency in a second backend language.
  - Language tour: Java (Spring Boot 3) or Go 1.23
  - gRPC client: generate and call Doc-Chat service
  - Benchmarking: compare latency & throughput against the Node client
  project: Utility client consuming Doc-Chat
  task: ship a utility client and publish a short performance report.
  issue: https://github.com/gabriellimf/studies-roadmap/issues/8
"""  # noqa: E501
"""What the source of the roadmap says of its phases, hyphens and spaces plain."""


def ours() -> Roadmap:
    found, problems = roadmap.parse(PATH, (ROOT / PATH).read_text("utf-8"))
    assert problems == ()
    return found


def outlined(phase: Phase) -> str:
    topics = (f"  - {topic.title}: {', '.join(topic.details)}" for topic in phase.topics)
    lines = (
        f"{phase.start} {phase.end} {phase.title}",
        f"  focus: {phase.focus}",
        f"  goal: {phase.goal}",
        *topics,
        f"  project: {phase.project}",
        f"  task: {phase.task}",
        f"  issue: {phase.issue}",
    )
    return "\n".join(lines) + "\n"


# Our own -----------------------------------------------------------------------------------------


def test_ours_says_of_every_phase_what_its_source_says() -> None:
    assert "".join(map(outlined, ours().phases)) == OURS


def test_ours_has_eight_phases_and_26_topics_each_with_an_id_of_its_own() -> None:
    phases = ours().phases
    assert [phase.id for phase in phases] == [f"phase-{number}" for number in range(1, 9)]
    topics = [topic.id for phase in phases for topic in phase.topics]
    assert [len(phase.topics) for phase in phases] == [3, 3, 3, 3, 3, 4, 4, 3]
    assert len(topics) == len(set(topics)) == 26
    assert phases[0].why.startswith("97 % of websites rely on JS/TS")


def test_ours_tags_milestones_with_a_plain_hyphen() -> None:
    assert [phase.milestone for phase in ours().phases] == [f"phase-{n}" for n in range(1, 9)]
    assert "\N{NON-BREAKING HYPHEN}" not in (ROOT / PATH).read_text("utf-8")


def test_ours_keeps_both_ends() -> None:
    assert ours().start == date(2025, 6, 12)
    assert ours().end == date(2025, 12, 31)
    assert ours().phases[-1].end == date(2025, 12, 24)


def test_ours_has_no_gap_between_phases() -> None:
    phases = ours().phases
    assert phases[0].start == ours().start
    for before, after in pairwise(phases):
        assert after.start == before.end + timedelta(days=1)


def test_ours_has_a_title_and_says_what_it_is_about() -> None:
    assert ours().title == "Mid-Level Backend Roadmap (2025)"
    assert ours().about.startswith("From junior to pleno backend developer")


def test_ours_has_a_slot_of_30_minutes_for_every_weekday_and_rests_on_sunday() -> None:
    assert ours().daily_minutes == 30
    assert ours().routine == {
        0: "Theory - docs or video",
        1: "Code-along example",
        2: "Official docs/article deep-dive",
        3: "Katas / short exercises",
        4: "Flash-cards + Wiki notes",
        5: "Hands-on: extend the week’s mini-project",
        6: "Rest day",
    }


def test_ours_has_a_session_of_30_minutes_on_fridays() -> None:
    assert ours().session == SessionSettings(
        weekday=4, minutes=30, retention=0.9, new_per_session=None
    )


def test_ours_has_nine_repositories_and_the_ninth_has_no_phase() -> None:
    of_phases = tuple(Repository(n, f"phase-{n}", None) for n in range(1, 9))
    assert ours().repositories == (*of_phases, Repository(9, None, None))


def test_the_template_is_ours_byte_for_byte() -> None:
    template = ROOT / "srs/template/roadmap.yaml"
    assert template.read_bytes() == (ROOT / PATH).read_bytes()


# What is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "~\n", "\ufeff"])
def test_an_empty_roadmap_is_no_mistake(text: str) -> None:
    assert roadmap.parse(PATH, text) == (Roadmap(), ())


def one_phase(start: date, end: date, topics: int) -> str:
    listed = "".join(f"\n      - {{id: t{n}, title: Topic {n}}}" for n in range(topics))
    return (
        "phases:\n  - id: phase-1\n    title: One\n"
        f"    start: {start}\n    end: {end}\n    topics:{listed}\n"
    )


def test_ends_and_milestones_that_are_not_written_follow_from_the_phases() -> None:
    found, problems = roadmap.parse(PATH, one_phase(date(2025, 6, 12), date(2025, 7, 9), 0))
    assert problems == ()
    assert (found.start, found.end) == (date(2025, 6, 12), date(2025, 7, 9))
    assert found.phases[0].milestone == "phase-1"
    assert found.session == SessionSettings()


def test_phases_are_in_the_order_of_their_dates() -> None:
    text = (
        "phases:\n"
        "  - {id: b, title: B, start: 2025-03-01, end: 2025-03-31}\n"
        "  - {id: a, title: A, start: 2025-02-01, end: 2025-02-28}\n"
    )
    found, problems = roadmap.parse(PATH, text)
    assert problems == ()
    assert [phase.id for phase in found.phases] == ["a", "b"]


def test_three_topics_of_four_weeks_are_released_every_nine_days_or_so() -> None:
    found, _ = roadmap.parse(PATH, one_phase(date(2025, 6, 12), date(2025, 7, 9), 3))
    released = [topic.released for topic in found.phases[0].topics]
    assert released == [date(2025, 6, 12), date(2025, 6, 21), date(2025, 6, 30)]


@given(
    start=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    days=st.integers(1, 400),
    topics=st.integers(1, 30),
)
def test_topics_share_the_dates_of_their_phase_evenly(start: date, days: int, topics: int) -> None:
    end = start + timedelta(days=days - 1)
    found, problems = roadmap.parse(PATH, one_phase(start, end, topics))
    assert problems == ()
    released = [topic.released for topic in found.phases[0].topics]
    assert released[0] == start
    assert released == sorted(released)
    assert released[-1] <= end
    ends = [*released[1:], end + timedelta(days=1)]
    shares = [(after - own).days for own, after in zip(released, ends, strict=True)]
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("minutes: 1", SessionSettings(minutes=1)),
        ("minutes: 1440", SessionSettings(minutes=1440)),
        ("retention: 0.7", SessionSettings(retention=0.7)),
        ("retention: 0.99", SessionSettings(retention=0.99)),
        ("new_per_session: 0", SessionSettings(new_per_session=0)),
        ("new_per_session: null", SessionSettings()),
        ("weekday: monday", SessionSettings(weekday=0)),
        ("weekday: Sunday", SessionSettings(weekday=6)),
    ],
)
def test_a_setting_may_go_to_the_end_of_its_range(written: str, read: SessionSettings) -> None:
    found, problems = roadmap.parse(PATH, f"session: {{{written}}}\n")
    assert (found.session, problems) == (read, ())


@pytest.mark.parametrize(
    "text",
    [
        "start: 2025-01-01\nend: 2025-01-01\n",
        "phases: [{id: p, title: P, start: 2025-01-01, end: 2025-01-01}]\n",
        """phases:
          - {id: p, title: P, start: 2025-01-01, end: 2025-01-31}
          - {id: q, title: Q, start: 2025-02-01, end: 2025-02-28}
        """,
        "start: 2024-02-29\n",
    ],
)
def test_dates_that_just_fit_are_no_mistake(text: str) -> None:
    assert found_in(text) == []


def test_fifty_levels_are_not_too_deep() -> None:
    assert found_in("title: " + "[" * 49 + "]" * 49 + "\n") == [(1, 8, "type-wrong")]


# Mistakes -----------------------------------------------------------------------------------------

PHASE = "phases:\n  - {id: p, title: P, start: 2025-01-01, end: 2025-02-28, "
MISTAKES = {
    "unknown key at the top": ("title: T\n«colour: red\n", "key-unknown"),
    "unknown key in the routine": ("routine: {«friyay: cards}\n", "key-unknown"),
    "unknown key in the session": ("session:\n  minutes: 20\n  «minuets: 3\n", "key-unknown"),
    "unknown key in a phase": (PHASE + "«gaol: g}\n", "key-unknown"),
    "unknown key in a topic": (PHASE + "topics: [{id: t, title: T, «x: 1}]}\n", "key-unknown"),
    "unknown key in a project": (PHASE + "project: {title: T, «due: now}}\n", "key-unknown"),
    "unknown key in a repository": ("repositories:\n  - {number: 1, «uri: x}\n", "key-unknown"),
    "a key that is no text": ("title: T\n«3: three\n", "key-unknown"),
    "a key that is a list": ("? «[a, b]\n: c\n", "key-unknown"),
    "a title that is a number": ("title: «2025\n", "type-wrong"),
    "a title that is a list": ("title: «[a]\n", "type-wrong"),
    "a date in quotes": ("start: «'2025-01-01'\n", "type-wrong"),
    "a date with a time": ("start: «2025-01-01T10:00:00Z\n", "type-wrong"),
    "a date that is a year": (PHASE.replace("2025-02-28", "«2025") + "}\n", "type-wrong"),
    "a routine that is a list": ("routine: «[a, b]\n", "type-wrong"),
    "a session that is a text": ("session: «friday\n", "type-wrong"),
    "a weekday that is a number": ("session: {weekday: «5}\n", "type-wrong"),
    "minutes that are a text": ("session: {minutes: «half an hour}\n", "type-wrong"),
    "minutes that are a fraction": ("session: {minutes: «30.5}\n", "type-wrong"),
    "minutes that are a truth": ("session: {minutes: «yes}\n", "type-wrong"),
    "a retention that is a text": ("session: {retention: «90 %}\n", "type-wrong"),
    "phases that are a mapping": ("phases: «{id: p}\n", "type-wrong"),
    "a phase that is a text": ("phases:\n  - «one\n", "type-wrong"),
    "a goal that is a number": (PHASE + "goal: «3}\n", "type-wrong"),
    "topics that are a text": (PHASE + "topics: «t}\n", "type-wrong"),
    "a topic that is a text": (PHASE + "topics: [«t]}\n", "type-wrong"),
    "details that are a text": (
        PHASE + "topics: [{id: t, title: T, details: «d}]}\n",
        "type-wrong",
    ),
    "a project that is a text": (PHASE + "project: «scraper}\n", "type-wrong"),
    "an address that is a number": ("repositories: [{number: 1, url: «8080}]\n", "type-wrong"),
    "a repository that is a number": ("repositories: [«1]\n", "type-wrong"),
    "a list at the top": ("«- title: T\n", "type-wrong"),
    "a text at the top": ("«Learn everything.\n", "type-wrong"),
    "no id of a phase": (
        "phases:\n  - «title: P\n    start: 2025-01-01\n    end: 2025-02-28\n",
        "key-missing",
    ),
    "an empty id of a phase": (PHASE.replace("{id: p", "«{id: ''") + "}\n", "key-missing"),
    "no title of a phase": (PHASE.replace("{id: p, title: P", "«{id: p") + "}\n", "key-missing"),
    "no start of a phase": ("phases: [«{id: p, title: P, end: 2025-02-28}]\n", "key-missing"),
    "no end of a phase": ("phases: [«{id: p, title: P, start: 2025-02-28}]\n", "key-missing"),
    "no id of a topic": (PHASE + "topics: [«{title: T}]}\n", "key-missing"),
    "no title of a topic": (PHASE + "topics: [«{id: t}]}\n", "key-missing"),
    "nothing where a phase should be": ("phases:\n  -«\n", "type-wrong"),
    "an impossible date": ("end: «2025-02-30\n", "yaml-invalid"),
    "an impossible month": ("start: «2025-13-01\n", "yaml-invalid"),
    "an end before the start": ("start: 2025-02-01\nend: «2025-01-31\n", "date-reversed"),
    "a phase that ends before it starts": (
        PHASE.replace("2025-02-28", "«2024-12-31") + "}\n",
        "date-reversed",
    ),
    "two phases on one day": (
        PHASE + "}\n  - {id: q, title: Q, start: «2025-02-28, end: 2025-03-31}\n",
        "date-overlap",
    ),
    "overlapping phases in the wrong order": (
        PHASE.replace("2025-01-01", "«2025-02-27").replace("id: p", "id: q")
        + "}\n  - {id: p, title: P, start: 2025-01-01, end: 2025-02-27}\n",
        "date-overlap",
    ),
    "two phases with one id": (
        PHASE + "}\n  - {id: «p, title: Q, start: 2025-03-01, end: 2025-03-31}\n",
        "id-twice",
    ),
    "two topics with one id": (
        PHASE + "topics: [{id: t, title: T}, {id: «t, title: U}]}\n",
        "id-twice",
    ),
    "two topics of two phases with one id": (
        PHASE + "topics: [{id: t, title: T}]}\n  - {id: q, title: Q, start: 2025-03-01,\n"
        "     end: 2025-03-31, topics: [{title: U, id: «t}]}\n",
        "id-twice",
    ),
    "a key twice at the top": ("title: T\nabout: A\n«title: U\n", "yaml-invalid"),
    "a key twice in a phase": (PHASE + "goal: g, «goal: h}\n", "yaml-invalid"),
    "a day that is no weekday": ("session: {weekday: «someday}\n", "value-unknown"),
    "no minutes": ("session: {minutes: «0}\n", "value-range"),
    "a minute more than a day": ("session: {minutes: «1441}\n", "value-range"),
    "fewer minutes than none": ("routine: {minutes: «-1}\n", "value-range"),
    "too low a retention": ("session: {retention: «0.69}\n", "value-range"),
    "too high a retention": ("session: {retention: «1}\n", "value-range"),
    "a retention that is no number": ("session: {retention: «.nan}\n", "value-range"),
    "fewer new cards than none": ("session: {new_per_session: «-1}\n", "value-range"),
    "repository number nought": ("repositories: [{number: «0}]\n", "value-range"),
    "an anchor": ("title: «&t T\n", "yaml-invalid"),
    "an alias": ("title: «*t\n", "yaml-invalid"),
    "an alias as a key": ("«*t : x\n", "yaml-invalid"),
    "too deep": ("title: " + "[" * 49 + "«[" + "]" * 50 + "\n", "yaml-invalid"),
    "far too deep": ("title: " + "[" * 49 + "«" + "[" * 100_000 + "\n", "yaml-invalid"),
    "a bracket never closed": ("title: [a\n«", "yaml-invalid"),
    "a colon too many": ("title: a«: b\n", "yaml-invalid"),
    "a quote never closed": ("title: 'a\n«", "yaml-invalid"),
    "a second document": ("title: T\n«---\ntitle: U\n", "yaml-invalid"),
    "a tab as indentation": ("session:\n«\tminutes: 3\n", "yaml-invalid"),
    "a byte order mark above": ("\ufeff«colour: red\n", "key-unknown"),
    "Windows line ends": ("title: T\r\nsession:\r\n  «colour: red\r\n", "key-unknown"),
    "old Macintosh line ends": ("title: T\n\r\r«colour: red\r", "key-unknown"),
    "letters of many bytes above": ("title: 學習😀\nabout: é\n«colour: red\n", "key-unknown"),
    "letters of many bytes before": (
        "session: {«'😀學': 1, minutes: «0}\n",
        "key-unknown value-range",
    ),
}


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks «, and the (line, column) before which each stands."""
    places = []
    before, *rest = text.split("«")
    for stretch in rest:
        seen = before.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        places.append((seen.count("\n") + 1, len(seen.rpartition("\n")[2]) + 1))
        before += stretch
    return before, places


def found_in(text: str) -> list[tuple[int, int, str]]:
    _, problems = roadmap.parse(PATH, text)
    assert all(one.path == PATH and one.message for one in problems)
    assert {one.severity for one in problems} <= {Severity.ERROR}
    return [(one.line, one.column, one.code) for one in problems]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_where_it_stands(name: str) -> None:
    marked_text, codes = MISTAKES[name]
    text, places = marked(marked_text)
    expected = [(*at, code) for at, code in zip(places, codes.split(), strict=True)]
    assert found_in(text) == expected


MANY = """\
title: «3
«colour: red
about: A
«about: B
start: «2025-02-30
end: 2025-12-31
routine: {minutes: «0, «someday: rest}
session:
  weekday: «someday
  minutes: «lots
  retention: «2
phases:
  - «««title: No id and no dates
    goal: g
  - id: a
    title: A
    start: 2025-03-01
    end: «2025-02-01
    «gaol: g
  - id: b
    title: B
    start: 2025-04-01
    end: 2025-04-30
    topics:
      - {id: t, title: T}
      - {id: «t, title: U}
      - «just a text
  - id: «b
    title: C
    start: «2025-04-30
    end: 2025-05-31
    project: {title: «7}
repositories:
  - {number: «one, url: x}
"""
MANY_CODES = """\
type-wrong key-unknown yaml-invalid yaml-invalid value-range key-unknown value-unknown type-wrong
value-range key-missing key-missing key-missing date-reversed key-unknown id-twice type-wrong
id-twice date-overlap type-wrong type-wrong"""


def test_all_mistakes_are_found_in_one_run() -> None:
    text, places = marked(MANY)
    codes = MANY_CODES.split()
    assert found_in(text) == [(*at, code) for at, code in zip(places, codes, strict=True)]


def test_what_is_right_is_read_beside_mistakes() -> None:
    text, _ = marked(MANY)
    found, _ = roadmap.parse(PATH, text)
    assert found.end == date(2025, 12, 31)
    assert found.session == SessionSettings()
    assert [phase.id for phase in found.phases] == ["b", "b"]


def test_windows_line_ends_and_a_byte_order_mark_move_no_problem() -> None:
    text, _ = marked(MANY)
    assert found_in("\ufeff" + text.replace("\n", "\r\n")) == found_in(text)


def test_a_mistake_says_what_would_be_right() -> None:
    _, problems = roadmap.parse(PATH, "session: {weekday: frday, minutes: 0, mins: 3}\n")
    weekday, minutes, unknown = problems
    assert "`frday`" in weekday.message
    assert "friday" in weekday.hint
    assert "1 to 1440" in minutes.message
    assert "`mins`" in unknown.message
    assert "new_per_session" in unknown.hint


def test_the_second_of_two_ids_names_the_line_of_the_first() -> None:
    _, (problem,) = roadmap.parse(
        PATH, PHASE + "topics: [{id: t, title: T},\n {id: t, title: U}]}\n"
    )
    assert "`t` stands in line 2" in problem.message


# Any text -----------------------------------------------------------------------------------------

ALPHABET = st.sampled_from([*"\n\n  :-[]{},&*?|>'\"#!%@`~=<0.9azé學😀\t\r\ufeff"])
LEAVES = st.sampled_from(
    [
        "a",
        "3",
        "-1",
        "0.9",
        "true",
        "2025-01-01",
        "2025-02-30",
        "~",
        "''",
        "[a]",
        "{a: b}",
        "=",
        "<<",
    ]
)
KEYS = st.sampled_from(
    [
        *("title", "about", "start", "end", "routine", "session", "phases", "repositories"),
        *("minutes", "friday", "weekday", "retention", "new_per_session", "number", "url"),
        *("id", "focus", "goal", "topics", "project", "issue", "milestone", "details", "task"),
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(KEYS, inner), max_size=4).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"
        )
    ),
    max_leaves=12,
)
FILES = st.lists(st.tuples(KEYS, TREES), max_size=6).map(
    lambda entries: "".join(f"{key}: {value}\n" for key, value in entries)
)


@settings(deadline=None)
@given(st.text() | st.text(ALPHABET) | FILES)
def test_no_text_raises(text: str) -> None:
    found, problems = roadmap.parse(PATH, text)
    assert isinstance(found, Roadmap)
    assert all(one.message for one in problems)
    assert list(problems) == sorted(set(problems))


@settings(deadline=None)
@given(st.text(ALPHABET) | FILES)
def test_every_problem_stands_somewhere_in_the_text(text: str) -> None:
    text += "\n"
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, column, _ in found_in(text):
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


# Not yet so ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "start: «!!timestamp soon\n",
        "title: «!!bool maybe\n",
        "routine: {minutes: «!!int ''}\n",
        "session: {retention: «!!float ''}\n",
    ],
)
def test_a_tag_that_does_not_fit_its_value_is_a_problem(text: str) -> None:
    text, [place] = marked(text)
    assert found_in(text) == [(*place, "yaml-invalid")]


@pytest.mark.parametrize(
    "text",
    [
        f"? 0x{'f' * 4000}\n: x\n",
        PHASE + f"topics: [{{id: t, title: T, details: [0x{'f' * 4000}]}}]}}\n",
    ],
    ids=["key", "detail"],
)
def test_a_huge_number_does_not_raise(text: str) -> None:
    roadmap.parse(PATH, text)


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
def test_a_rare_line_separator_moves_no_problem(separator: str) -> None:
    assert found_in(f"title: 'a{separator}b'\ncolour: red\n") == [(2, 1, "key-unknown")]


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1b"])
def test_a_control_character_is_found_where_it_stands(control: str) -> None:
    assert found_in(f"title: T\nabout: a{control}b\n") == [(2, 9, "yaml-invalid")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (PHASE.replace("2025-02-28", "«2025-02-30") + "}\n", "yaml-invalid"),
        (PHASE.replace("id: p", "id: «1") + "}\n", "type-wrong"),
        (PHASE + "topics: [{id: t, title: «2025}]}\n", "type-wrong"),
    ],
    ids=["impossible date", "id that is a number", "title that is a number"],
)
def test_what_is_written_wrongly_is_not_missing(text: str, code: str) -> None:
    text, [place] = marked(text)
    assert found_in(text) == [(*place, code)]


def test_reversed_dates_hide_no_other_mistake_of_the_phase() -> None:
    text, places = marked(
        PHASE.replace("2025-02-28", "«2024-02-28") + "goal: «3, issue: «[x], milestone: «4,\n"
        "     topics: [{id: t, title: T, details: «5}]}\n"
    )
    assert found_in(text) == [
        (*place, code)
        for place, code in zip(places, ["date-reversed", *["type-wrong"] * 4], strict=True)
    ]


@pytest.mark.parametrize("detail", ["{a: b}", "[a]"])
def test_a_detail_that_is_no_text_is_a_mistake(detail: str) -> None:
    text, [place] = marked(PHASE + f"topics: [{{id: t, title: T, details: [«{detail}]}}]}}\n")
    assert found_in(text) == [(*place, "type-wrong")]


def test_every_phase_that_a_long_one_overlaps_is_named() -> None:
    text, places = marked(
        "phases:\n"
        "  - {id: a, title: A, start: 2025-01-01, end: 2025-12-31}\n"
        "  - {id: b, title: B, start: «2025-02-01, end: 2025-02-28}\n"
        "  - {id: c, title: C, start: «2025-04-01, end: 2025-04-30}\n"
    )
    assert found_in(text) == [(*place, "date-overlap") for place in places]
