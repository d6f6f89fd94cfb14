"""A small store, opened as queries open it: for reading only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from analyzer.store.open import open_reader, open_writer

SOURCE = (
    "INSERT INTO stored.source BY NAME SELECT 1 AS source_id, 'requests' AS population, 'app.log' AS name, "
    "1 AS generation, 'ndjson' AS format, 'UTC' AS time_zone, 0 AS head_length, '' AS head_hash, "
    "'' AS tail_hash, 0 AS size, 0 AS resume_offset, 0 AS resume_line, 3 AS lines, 3 AS events, "
    "1 AS failures, 0 AS rejects, 0 AS blank, 0 AS continuation, now() AS first_seen_at, "
    "now() AS last_read_at"
)
EVENTS = (
    "INSERT INTO stored.event BY NAME SELECT 1 AS source_id, n AS line_no, 0 AS byte_offset, "
    "TIMESTAMPTZ '2026-05-01 00:00:00+00' + n * INTERVAL 1 HOUR AS ts, n = 3 AS failed, "
    "CASE WHEN n = 3 THEN 'E1' END AS error_code FROM range(1, 4) AS numbers(n)"
)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one log of three events, the last of them a failure."""
    path = tmp_path_factory.mktemp("query") / "store.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        connection.execute(SOURCE)
        connection.execute(EVENTS)
    return path


@pytest.fixture
def reader(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store opened for reading, times shown in Shanghai's zone."""
    with closing(open_reader(database, time_zone="Asia/Shanghai")) as connection:
        yield connection
