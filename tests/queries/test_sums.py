"""Whatever was stored, the failures of every errors_by_* are the failures of the overview."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.query.library import load_queries
from analyzer.query.run import run
from analyzer.store.open import open_writer

QUERIES = load_queries()
SLICES = [name for name in QUERIES if name.startswith("errors_by_")]
HEAD = ["failures", "requests", "error_rate", "share", "first_seen", "last_seen"]
EVENT = (
    "INSERT INTO stored.event (source_id, line_no, byte_offset, ts, model, client, endpoint, status, failed, "
    "error_code, entry_id, match, code, category, action, owner) "
    "VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ENTRY = (
    "INSERT INTO stored.catalog_entry BY NAME SELECT ? AS entry_id, ? AS code, ? AS remedy_id, "
    "'p' AS provider, 'e' AS edition, 1 AS position, 'model' AS api, '' AS message, '' AS meaning_en, "
    "'' AS meaning_zh, '' AS remedy_en, '' AS remedy_zh, 'quota' AS category, 'free_quota' AS action, "
    "'caller' AS owner, 'never' AS retry"
)
SOURCES = [("requests", 1), ("failures", 2), ("requests", 3)]
ENTRIES = [("e1", "C1", "r1"), ("e2", "C1", "r1"), ("e3", "C2", "r2"), ("e4", "C2", "r3"), ("e5", None, "r3")]


def some(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, "", *values])


EVENTS = st.tuples(
    st.sampled_from([1, 2, 3]),
    st.sampled_from(
        [
            None,
            "1969-12-31T23:59:59Z",
            "2026-05-01T00:00:00Z",
            "2026-05-01T12:00:00.5Z",
            "2026-05-02T00:00:00Z",
        ]
    ),
    some("m1", "(none)"),
    some("c1", "=1+1"),
    some("/v1", "<b>"),
    st.sampled_from([None, 200, 429, 499, 0, -1]),
    st.booleans(),
    some("C1", "C9", "uncatalogued", "中文"),
    some("e1", "e3", "e5", "gone"),
    st.sampled_from([None, "template", "message", "code", "none"]),
    some("C1", "C2", "C8"),
    some("quota", "several"),
    some("free_quota"),
    some("caller", "unknown", "several"),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store with logs of both populations and a small catalogue, without events."""
    path: Path = tmp_path_factory.mktemp("sums") / "store.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        for population, number in SOURCES:
            connection.execute(
                "INSERT INTO stored.source BY NAME SELECT ? AS source_id, ? AS population, 'l' AS name, "
                "1 AS generation, 'f' AS format, 'UTC' AS time_zone, 0 AS head_length, '' AS head_hash, "
                "'' AS tail_hash, 0 AS size, 0 AS resume_offset, 0 AS resume_line, 0 AS lines, 0 AS events, "
                "0 AS failures, 0 AS rejects, 0 AS blank, 0 AS continuation, now() AS first_seen_at, "
                "now() AS last_read_at",
                [number, population],
            )
        connection.executemany(ENTRY, ENTRIES)
        yield connection


def answers(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run(connection, QUERIES[name], values).table().to_pylist()
    return rows


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    events=st.lists(EVENTS, max_size=15),
    since=st.sampled_from([None, "2026-05-01", "2026-05-01T12:00:00.5"]),
    until=st.sampled_from([None, "2026-05-02", "2026-05-03"]),
)
def test_everything_adds_up(
    store: duckdb.DuckDBPyConnection, events: list[tuple[Any, ...]], since: str | None, until: str | None
) -> None:
    """Slices, entries and the course of time add up to the overview, shares to one; keys stand once."""
    store.execute("BEGIN")
    try:
        for number, event in enumerate(events):
            store.execute(EVENT, [event[0], number, *event[1:]])
        values = {"since": since, "until": until}
        overview = answers(store, "overview", values)[0]
        for name in [*SLICES, "entries_seen"]:
            assert_slices(answers(store, name, values), overview, name)
        hours = answers(store, "errors_over_time", {**values, "bucket": "day"})
        assert sum(row["failures"] for row in hours) == overview["failures"]
        assert sum({row["bucket"]: row["requests"] for row in hours}.values()) == overview["requests"]
        missing = answers(store, "uncatalogued", {**values, "limit": None})
        assert sum(row["failures"] for row in missing) == overview["uncatalogued"]
    finally:
        store.execute("ROLLBACK")


def assert_slices(rows: list[dict[str, Any]], overview: dict[str, Any], name: str) -> None:
    """The rows add up to the overview, and their rates are within their requests."""
    assert sum(row["failures"] for row in rows) == overview["failures"], name
    assert sum(row["failures_without_rate"] for row in rows) == overview["failures_without_rate"], name
    assert all(row["failures"] > 0 for row in rows), name
    assert not rows or sum(row["share"] for row in rows) == pytest.approx(1), name
    own = name.removeprefix("errors_by_") in ("model", "endpoint", "client")
    for row in rows:
        rated = row["failures"] - row["failures_without_rate"]
        assert row["error_rate"] == (rated / row["requests"] if row["requests"] else None), name
        assert row["requests"] == overview["requests"] or own, name
    if name != "entries_seen":
        assert list(rows[0])[1:7] == HEAD if rows else True, name
        keys = [next(iter(row.values())) for row in rows]
        assert None not in keys
        assert len(set(keys)) == len(keys), name


def test_there_is_a_slice_for_each_question() -> None:
    """Failures can be counted by code, category, remedy, owner, model, endpoint and client."""
    wanted = {"code", "category", "remedy", "owner", "model", "endpoint", "client"}
    assert {name.removeprefix("errors_by_") for name in SLICES} >= wanted
