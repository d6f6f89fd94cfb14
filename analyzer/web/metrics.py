"""`/metrics`: the store's counts for Prometheus.

They come from the store, so that a restart changes nothing. What retention takes out, or `forget`, or a
new classification, lowers a stored count; a counter that falls would be read as a restart, so what it
had reached is kept and counted on from, as long as the server runs.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from analyzer import __version__
from analyzer.errors import AnalyzerError
from analyzer.web.ask import rows_of, single_values, site_of
from analyzer.web.exposition import CONTENT_TYPE, Metric, exposition
from analyzer.web.incidents import open_incidents
from analyzer.web.limits import METRIC_REASONS

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request

    from analyzer.web.answers import Answer
    from analyzer.web.site import Site

_OTHER = "(other)"


@dataclass(frozen=True)
class Counts:
    """What the store says: its ledger in all, failures by code, rejects by reason, and what is open."""

    totals: Mapping[str, Any]
    failures: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    incidents: Mapping[str, Any]


class Climbing:
    """Counters that never fall: a fall of the stored count is made up for."""

    def __init__(self) -> None:
        self._last: dict[object, float] = {}
        self._lost: dict[object, float] = {}

    def __call__(self, key: object, stored: float) -> float:
        """Return the counter `key`, whose stored count is now `stored`."""
        fallen = self._last.get(key, stored) - stored
        if fallen > 0:
            self._lost[key] = self._lost.get(key, 0.0) + fallen
        self._last[key] = stored
        return stored + self._lost.get(key, 0.0)


async def metrics(request: Request) -> Response:
    """Answer with all metrics; where the store cannot be read, with those that need none."""
    single_values(request, set())
    site = site_of(request)
    answer: Answer | None = None
    with suppress(AnalyzerError):
        answer = await site.answers.get("metrics", counts)
    climbing: Climbing = request.app.state.climbing
    found = [*_stored(answer.value, climbing)] if answer else []
    return Response(exposition([*found, *_own(site, answer)]), media_type=CONTENT_TYPE)


def counts(connection: duckdb.DuckDBPyConnection) -> Counts:
    """Ask the store."""
    return Counts(
        rows_of(connection, "metrics.sql", {})[0],
        rows_of(connection, "metrics_failures.sql", {}),
        rows_of(connection, "metrics_rejects.sql", {}),
        open_incidents(connection),
    )


def _stored(found: Counts, climbing: Climbing) -> Iterator[Metric]:
    totals = found.totals
    for name, key, text in (
        ("analyzer_requests_total", "requests", "Requests in logs that hold successes too."),
        ("analyzer_events_total", "events", "HTTP attempts read, of all logs."),
        ("analyzer_lines_total", "lines", "Lines read."),
        ("analyzer_duplicate_events_total", "duplicates", "Events set aside because another log has them."),
        ("analyzer_expired_events_total", "expired", "Events that retention has taken out."),
    ):
        yield Metric(name, "counter", text, [({}, climbing(name, totals[key]))])
    failures = [
        ({"code": row["code"], "category": row["category"], "owner": row["owner"]}, float(row["failures"]))
        for row in found.failures
    ]
    yield Metric(
        "analyzer_failures_total",
        "counter",
        "Failed attempts by the catalogue's code; codes it lacks are (uncatalogued).",
        [(labels, climbing(tuple(labels.values()), count)) for labels, count in failures],
    )
    yield Metric(
        "analyzer_rejects_total",
        "counter",
        "Lines that became no event, by reason.",
        [({"reason": name}, climbing(("reject", name), count)) for name, count in _reasons(found.rejects)],
    )
    yield Metric("analyzer_sources", "gauge", "Logs in the store.", [({}, totals["sources"])])
    yield from _moments(totals)
    yield from _incidents(found.incidents)


def _incidents(found: Mapping[str, Any]) -> Iterator[Metric]:
    """Yield what the alert rules found; nothing where none was ever judged."""
    if found["judged_at"] is None:
        return
    text = "Incidents of the alert rules that are open."
    series = [({"level": level}, count) for level, count in found["open"].items()]
    yield Metric("analyzer_open_incidents", "gauge", text, [*series])
    name, judged = "analyzer_rules_judged_timestamp_seconds", found["judged_at"] // 1000
    yield Metric(name, "gauge", "The moment for which the alert rules were judged last.", [({}, judged)])


def _reasons(rows: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    yield from ((row["reason"], row["rejects"]) for row in rows[:METRIC_REASONS])
    if rows[METRIC_REASONS:]:
        yield _OTHER, sum(row["rejects"] for row in rows[METRIC_REASONS:])


def _moments(totals: Mapping[str, Any]) -> Iterator[Metric]:
    event, read = totals["last_event"], totals["last_read"]
    if event is not None:
        name = "analyzer_last_event_timestamp_seconds"
        yield Metric(name, "gauge", "When the newest event was logged.", [({}, event)])
    if read is not None:
        name = "analyzer_last_read_timestamp_seconds"
        yield Metric(name, "gauge", "When a log was read last.", [({}, read)])
    if event is not None and read is not None:
        text = "How far the newest event was behind the clock when a log was read last."
        yield Metric("analyzer_ingestion_lag_seconds", "gauge", text, [({}, max(read - event, 0.0))])


def _own(site: Site, answer: Answer | None) -> Iterator[Metric]:
    """Yield what needs no store: what this is, and whether the store could be read."""
    import duckdb

    build = {"version": __version__, "python": platform.python_version(), "duckdb": duckdb.__version__}
    yield Metric("analyzer_build_info", "gauge", "What runs here; always 1.", [(build, 1)])
    is_read = answer is not None and answer.problem is None
    text = "Whether the store could be read when it was needed last."
    yield Metric("analyzer_store_readable", "gauge", text, [({}, int(is_read))])
    if answer is not None:
        text = "When the store was read for the counts above."
        name = "analyzer_store_read_timestamp_seconds"
        yield Metric(name, "gauge", text, [({}, round(min(answer.read_at, time.time()), 3))])
    try:
        size = site.subject.database.stat().st_size
    except OSError:
        size = 0
    yield Metric("analyzer_store_bytes", "gauge", "Size of the store's file.", [({}, size)])
    if site.background is not None:
        text = "Whether what is done beside the page goes on: logs are followed, alert rules judged."
        running = ({"task": site.background.task}, int(site.background.problem() is None))
        yield Metric("analyzer_background_running", "gauge", text, [running])
