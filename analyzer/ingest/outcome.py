"""What became of a batch's lines, counted, and the requests above it that they may complete."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Any

from analyzer.ingest.totals import OddTimes
from analyzer.resources import statement
from analyzer.store.progress import Carry

if TYPE_CHECKING:
    import duckdb


def ledger_rows(
    connection: duckdb.DuckDBPyConnection, shares_lines: bool, part: str = "()"
) -> list[dict[str, Any]]:
    """Return the ledger of what was staged: of all of it, or of each `part` (SQL over a line).

    With `shares_lines` a line may hold several events.
    """
    lines, last = "count(*)", "arg_max(ts, line_no)"
    if shares_lines:
        lines = "count(DISTINCT line_no)"
        # Of the events of one line the newest: which of them came last is not known.
        last = "(max({'line_no': line_no, 'ts': ts}) FILTER (ts IS NOT NULL)).ts"
    ledger = Template(statement("ingest", "ledger.sql")).substitute(lines=lines, last=last, part=part)
    result = connection.execute(ledger)
    names = [column[0] for column in result.description]
    # Fetched whole: a result with rows left to fetch would keep the next batch's lines out.
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def odd_times(connection: duckdb.DuckDBPyConnection) -> OddTimes:
    """Return what the times of staged lines lacked."""
    rows = connection.execute(statement("ingest", "odd_times.sql")).fetchall()
    return OddTimes(*rows[0])


def set_openers(connection: duckdb.DuckDBPyConnection, carry: Carry) -> None:
    """Fill `openers`: the requests above the batch that one of its records may complete."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE openers "
        "(opener_key VARCHAR, status SMALLINT, line_no BIGINT, request_id VARCHAR, model VARCHAR, "
        "ts BIGINT, line VARCHAR)"
    )
    if carry.openers:
        connection.executemany("INSERT INTO openers VALUES (?, ?, ?, ?, ?, ?, ?)", carry.openers)


def set_reasons(connection: duckdb.DuckDBPyConnection, carry: Carry) -> None:
    """Fill `reason`: what lines above the batch tell of requests that may stand in it."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE reason (line_no BIGINT, key VARCHAR, text VARCHAR, line VARCHAR)"
    )
    if carry.reasons:
        connection.executemany("INSERT INTO reason VALUES (?, ?, ?, ?)", carry.reasons)
