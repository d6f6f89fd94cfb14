"""The report as one object: what Markdown, JSON and CSV are made of. docs/report-json.md describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from analyzer.report.availability import availability
from analyzer.report.changes import changes, family
from analyzer.report.compared import Asking
from analyzer.report.evidence import entries, remedies
from analyzer.report.measured import Measured, by, by_day, measure, rows, step_of
from analyzer.report.scope import Beside, Span
from analyzer.report.sides import sides
from analyzer.report.statistics import EXACT_UP_TO, FALSE_DISCOVERY_RATE
from analyzer.report.statusless import lacks_status
from analyzer.report.summary import STALE_AFTER

if TYPE_CHECKING:
    import duckdb

SCHEMA = 1
_TABLES: dict[str, tuple[str, ...]] = {
    "errors": ("level", "entry_id", "code"),
    "codes": ("code",),
    "categories": ("category",),
    "owners": ("owner",),
    "statuses": ("status",),
    "models": ("model",),
    "endpoints": ("endpoint",),
    "api_keys": ("api_key",),
}
TABLES = tuple(_TABLES)
_MOST_ROWS = 1000
_FIGURES = ("failures", "failures_without_rate", "requests", "error_rate", "share")
_NOT_TOLD = ("failures_without_time", "requests_without_time", "clients")


def document(
    connection: duckdb.DuckDBPyConnection, asking: Asking, version: str, now: datetime
) -> dict[str, Any]:
    """Return the report's numbers: plain values, times as ISO 8601 with offset, rates as parts of 1.

    `connection` comes from `open_reader` in the zone of `asking`; `now` is aware. Raises QueryError.
    """
    step = step_of(asking.compared.current)
    beside = asking.compared.beside.span
    now_measured = measure(connection, asking.compared.current, step, asking.exact)
    before = None if beside is None else measure(connection, beside, step, beside.exact)
    stored = rows(connection, "stored_span")[0]
    failures = now_measured.overview["failures"]
    without = [] if failures else rows(connection, "without_status", **asking.exact)
    made = {
        **_about(asking, version, now),
        "stored": stored,
        "warnings": _warnings(stored, now_measured, without, now),
        "overview": _overview(now_measured),
        "overview_before": before and _overview(before),
        "availability": _availability(now_measured, asking.slo),
        "availability_before": before and _availability(before, asking.slo),
        "remedies": remedies(connection, now_measured, asking.exact, asking.time_zone, asking.language),
        **_tables(now_measured, before),
        "days": by_day(now_measured, asking.time_zone),
        "entries": entries(connection, asking.exact, asking.language),
        "uncatalogued": rows(connection, "uncatalogued", **asking.exact, limit=50),
        "changes": before and _changes(connection, now_measured, before, asking.compared.beside, step),
        "sources": rows(connection, "ingestion_health"),
    }
    plain: dict[str, Any] = _plain(made, ZoneInfo(asking.time_zone))
    return plain


def _about(asking: Asking, version: str, now: datetime) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": version,
        "written": now,
        "language": asking.language,
        "time_zone": asking.time_zone,
        "since": asking.compared.current.since,
        "until": asking.compared.current.until,
        "compared": _beside(asking.compared.beside),
    }


def _warnings(
    stored: Mapping[str, Any], measured: Measured, without: Sequence[Mapping[str, Any]], now: datetime
) -> list[str]:
    """Return those that hold: `empty_store`, `empty_range`, `no_status` (nothing says what failed), `stale`
    (the newest is old), `ahead`."""
    first, last = stored["first_ts"], stored["last_ts"]
    empty = "empty_store" if first is None else "empty_range"
    said = {
        empty: not measured.overview["events"],
        "no_status": lacks_status(without, measured.overview),
        "stale": last is not None and now - last > STALE_AFTER,
        "ahead": last is not None and last - now > STALE_AFTER,
    }
    return [name for name, holds in said.items() if holds]


def _beside(beside: Beside) -> dict[str, Any]:
    span, release = beside.span, beside.release
    return {
        "kind": beside.kind,
        "since": span and span.since,
        "until": span and span.until,
        "stored_from": beside.stored_from,
        "release": release and release._asdict(),
        "notes": list(beside.notes),
    }


def _overview(measured: Measured) -> dict[str, Any]:
    return {name: value for name, value in measured.overview.items() if name not in _NOT_TOLD}


def _availability(measured: Measured, slo: float | None) -> dict[str, Any] | None:
    return availability(measured.overview["requests"], by(measured, ("owner",)), slo)


def _tables(measured: Measured, before: Measured | None) -> dict[str, Any]:
    """Return the tables; `left_out` says how many rows each would have had beyond the longest."""
    found = {name: _table(measured, before, keys) for name, keys in _TABLES.items()}
    left_out = {name: max(len(rows) - _MOST_ROWS, 0) for name, rows in found.items()}
    return {**{name: rows[:_MOST_ROWS] for name, rows in found.items()}, "left_out": left_out}


def _table(measured: Measured, before: Measured | None, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return a table; beside each row stand the figures of the span before, also of what is gone or new."""
    if before is None:
        return by(measured, keys)
    earlier = by(before, keys, also=_keys(by(measured, keys), keys))
    parts = {
        key: {name: row[name] for name in _FIGURES}
        for key, row in zip(_keys(earlier, keys), earlier, strict=True)
    }
    rows = by(measured, keys, also=list(parts))
    return [{**row, "before": parts[key]} for key, row in zip(_keys(rows, keys), rows, strict=True)]


def _keys(rows: Sequence[Mapping[str, Any]], keys: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in rows]


def _changes(
    connection: duckdb.DuckDBPyConnection, now: Measured, before: Measured, beside: Beside, step: str
) -> dict[str, Any]:
    # Where the store begins inside of the span before, only that part of it can have had failures.
    if beside.stored_from is not None:
        before = Measured(Span(beside.stored_from, before.span.until), before.frame, before.overview)
    seen = {
        (row["kind"], row["level"], row["name"]): row["first_seen"] for row in rows(connection, "first_seen")
    }
    found = changes((sides(now), sides(before)), (now, before), step, seen)
    return {
        "test": "conditional comparison of two Poisson counts, mid-p, two-sided, with dispersion",
        "exact_up_to": EXACT_UP_TO,
        "correction": "Benjamini-Hochberg",
        "false_discovery_rate": FALSE_DISCOVERY_RATE,
        "comparisons": family(found),
        "slice": step,
        "rows": found,
    }


def _plain(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, dict):
        return {key: _plain(part, zone) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part, zone) for part in value]
    return value
