"""Small stores for the queries: rows written as people think of them, the rest filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.store.open import open_reader, open_writer

Record = Mapping[str, Any]

DEFAULTS: dict[str, dict[str, Any]] = {
    "source": {
        **{
            "name": "app.log",
            "generation": 1,
            "format": "ndjson",
            "population": "requests",
            "time_zone": "UTC",
        },
        **{
            "head_length": 0,
            "head_hash": "",
            "tail_hash": "",
            "size": 0,
            "resume_offset": 0,
            "resume_line": 0,
        },
        **{"lines": 0, "events": 0, "failures": 0, "rejects": 0, "blank": 0, "continuation": 0},
        **{"first_seen_at": "2026-06-01T00:00:00Z", "last_read_at": "2026-06-01T00:00:00Z"},
    },
    "event": {"source_id": 1, "byte_offset": 0, "failed": False},
    "reject": {"source_id": 1, "byte_offset": 0},
    "sample": {"source_id": 1, "sample_of": ""},
    "catalog_entry": {
        **{"provider": "maas", "edition": "2025", "api": "model", "message": "", "retry": "never"},
        **{"meaning_en": "", "meaning_zh": "", "remedy_en": "", "remedy_zh": "", "remedy_id": ""},
        **{"category": "invalid_request", "action": "fix_request", "owner": "caller"},
    },
}
NUMBERED = {"source": "source_id", "event": "line_no", "reject": "line_no", "catalog_entry": "position"}


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[Callable[..., duckdb.DuckDBPyConnection]]:
    """Return a function (tables of records, time zone) -> a reader of a real store that holds them."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def make(tables: Mapping[str, Sequence[Record]], time_zone: str = "UTC") -> duckdb.DuckDBPyConnection:
        path = tmp_path / f"store-{len(opened)}.duckdb"
        with closing(open_writer(path, create=True)) as connection:
            fill(connection, tables)
        opened.append(open_reader(path, time_zone=time_zone))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def fill_store() -> Callable[[duckdb.DuckDBPyConnection, Mapping[str, Sequence[Record]]], None]:
    """Return `fill`, for stores that several tests share."""
    return fill


def fill(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[Record]]) -> None:
    """Write the records of each table; without sources there is one, of population `requests`."""
    # One transaction: a commit for each row would wait for the disk each time.
    connection.execute("BEGIN")
    for table, records in {"source": [{}], **tables}.items():
        for number, record in enumerate(records, start=1):
            row = {**DEFAULTS[table], **record}
            if table in NUMBERED:
                row.setdefault(NUMBERED[table], number)
            columns, places = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(
                f"INSERT INTO stored.{table} ({columns}) VALUES ({places})", list(row.values())
            )
    connection.execute("COMMIT")
