"""What is said when nothing lies in the range that was asked for."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from analyzer.arrow import dicts
from analyzer.query.header import NamedQuery
from analyzer.query.ranges import TimeRange
from analyzer.query.run import run


def empty_range_note(
    connection: duckdb.DuckDBPyConnection, queries: Mapping[str, NamedQuery], wanted: TimeRange
) -> str | None:
    """Return a line that names the stored span where no event lies in `wanted`; None where one does.

    Times are shown in the connection's zone. Raises QueryError.
    """
    span = dicts(run(connection, queries["stored_span"], wanted._asdict()).table())[0]
    if span["events"]:
        return None
    words = [
        f"{name} {moment.isoformat()}" for name, moment in wanted._asdict().items() if moment is not None
    ]
    asked = " ".join(["no events", *words])
    if not span["stored"]:
        return f"{asked}; the store is empty, run 'analyzer ingest PATH' first"
    if span["first_ts"] is None:
        return f"{asked}; the {span['stored']} stored events carry no time"
    return f"{asked}; the store holds {span['first_ts'].isoformat()} to {span['last_ts'].isoformat()}"
