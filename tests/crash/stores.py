"""Stores compared row by row, and logs whose every request can be told apart."""

from __future__ import annotations

import json
import random
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from analyzer.quote import quote_name, quote_text
from analyzer.store.open import open_writer

OTHER_EACH_TIME = ("first_seen_at", "last_read_at", "loaded_at", "file_inode", "file_changed_ns")
"""Columns that tell when or on which file a run worked, not what it read."""


def assert_same(found: Path, whole: Path) -> None:
    """Compare two stores row by row, all tables but the record of runs."""
    # Opened for writing once: what a killed run left beside the file is taken in.
    for path in (found, whole):
        open_writer(path).close()
    with closing(duckdb.connect()) as connection:
        for name, path in (("found", found), ("whole", whole)):
            connection.execute(f"ATTACH {quote_text(str(path))} AS {name} (READ_ONLY)")
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'whole' AND schema_name = 'stored'"
        ).fetchall()
        assert len(tables) > 5
        for (table,) in tables:
            if table not in ("run", "copy"):
                assert _differences(connection, table) == ([], []), table


def _differences(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[list[Any], list[Any]]:
    columns = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = 'whole' AND table_name = ?", [table]
    ).fetchall()
    names = ", ".join(f"{quote_name(name)}::VARCHAR" for (name,) in columns if name not in OTHER_EACH_TIME)
    sides = [f"SELECT {names} FROM {side}.stored.{table}" for side in ("found", "whole")]
    missing = connection.execute(f"{sides[1]} EXCEPT ALL {sides[0]} LIMIT 3").fetchall()
    added = connection.execute(f"{sides[0]} EXCEPT ALL {sides[1]} LIMIT 3").fetchall()
    return missing, added


def request(number: int) -> str:
    """Return a line of JSON of about 120 bytes, with a request id of its own."""
    moment = f"2026-11-20T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    status = 500 if number % 7 == 0 else 200
    line = {"ts": moment, "status": status, "request_id": f"r-{number:06}", "method": "POST", "path": "/v1/x"}
    return json.dumps(line) + "\n"


def requests(first: int, last: int) -> str:
    """Return lines from a number up to another."""
    return "".join(map(request, range(first, last)))


def stored_requests(database: Path) -> list[str]:
    """Return the request ids of a store, sorted; what was stored twice stands in it twice."""
    with closing(open_writer(database)) as connection:
        rows = connection.execute("SELECT request_id FROM events ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def moments(seed: int, count: int, longest: float) -> list[float]:
    """Return seeded moments spread over a run of `longest` seconds, in a shuffled order."""
    chance = random.Random(seed)
    found = [longest * (number + chance.random()) / count for number in range(count)]
    chance.shuffle(found)
    return found
