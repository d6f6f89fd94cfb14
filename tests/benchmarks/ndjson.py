"""NDJSON: the whole command beside a process that only runs DuckDB's own read_json into a table on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.logs import FOLDER, compressed, repeated, simulated
from tests.benchmarks.measure import ANALYZER, PYTHON, Row, Run, in_turns

LOAD = (
    "import duckdb, sys; connection = duckdb.connect(sys.argv[1]); "
    "connection.execute('CREATE TABLE load AS SELECT * FROM read_json(?)', [sys.argv[2]]); connection.close()"
)


def rows(rounds: int, large: bool) -> Iterator[Row]:
    """Measure one million requests, plain and gzip; with `large` ten million as well."""
    log = simulated("ndjson", 1_000_000)
    yield compared("NDJSON, 1 million", log, rounds)
    yield unpacked(log, rounds)
    if large:
        yield compared("NDJSON, 10 million", repeated(log, 10), 1)


def compared(name: str, log: Path, rounds: int) -> Row:
    """Measure one log both ways, in turns."""
    ours, theirs = FOLDER / "ours.duckdb", FOLDER / "theirs.duckdb"
    taken = in_turns(
        {
            "analyzer": Run([*ANALYZER, "ingest", log, "--db", ours], fresh=[ours]),
            "read_json": Run([PYTHON, "-c", LOAD, theirs, log], fresh=[theirs]),
        },
        rounds,
    )
    analyzer, reference = taken["analyzer"], taken["read_json"]
    return Row(
        name,
        f"{analyzer.seconds / reference.seconds:.2f} times read_json, {analyzer.megabytes:,.0f} MiB",
        "at most 1.15 times, 1,024 MiB",
        f"analyzer {analyzer.seconds:.2f} s ({ours.stat().st_size / 1e6:.0f} MB on disk), read_json "
        f"{reference.seconds:.2f} s ({theirs.stat().st_size / 1e6:.0f} MB), {reference.megabytes:,.0f} MiB",
    )


def unpacked(log: Path, rounds: int) -> Row:
    """Measure the gzip file beside the plain one and `zcat`, in turns."""
    packed, ours = compressed(log), FOLDER / "ours.duckdb"
    taken = in_turns(
        {
            "plain": Run([*ANALYZER, "ingest", log, "--db", ours], fresh=[ours]),
            "zcat": Run(["zcat", packed]),
            "gzip": Run([*ANALYZER, "ingest", packed, "--db", ours], fresh=[ours]),
        },
        rounds,
    )
    reference = taken["plain"].seconds + taken["zcat"].seconds
    return Row(
        "NDJSON, 1 million, gzip",
        f"{taken['gzip'].seconds / reference:.2f} times plain and zcat, {taken['gzip'].megabytes:,.0f} MiB",
        "at most 1.15 times, 1,024 MiB",
        f"gzip {taken['gzip'].seconds:.2f} s, plain {taken['plain'].seconds:.2f} s, "
        f"zcat {taken['zcat'].seconds:.2f} s",
    )
