"""Access logs: ingest and report beside GoAccess's HTML report, and ingest beside DuckDB's bare reading."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, PYTHON, Row, Run, found_program, in_turns

FORMAT = ("--log-format=COMBINED", "--no-global-config", "--no-progress")


EXTRACT = (
    "import duckdb, pathlib, sys; duckdb.connect().execute("
    "pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'), {'log': sys.argv[2]})"
)
STATEMENT = Path(__file__).with_name("extract.sql")


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure one million lines."""
    return [*beside_goaccess(rounds), beside_extract(rounds)]


def beside_extract(rounds: int) -> Row:
    """Measure the ingestion beside DuckDB's reading of the lines with one regular expression."""
    log, database = simulated("combined", 1_000_000), FOLDER / "combined.duckdb"
    taken = in_turns(
        {
            "analyzer": Run([*ANALYZER, "ingest", log, "--db", database], fresh=[database]),
            "extract": Run([PYTHON, "-c", EXTRACT, STATEMENT, log]),
        },
        rounds,
    )
    ours, theirs = taken["analyzer"], taken["extract"]
    return Row(
        "Combined log, 1 million",
        f"{ours.seconds / theirs.seconds:.2f} times reading and regexp_extract",
        "at most 1 times",
        f"ingest {ours.seconds:.2f} s, {ours.megabytes:,.0f} MiB; DuckDB in memory {theirs.seconds:.2f} s",
    )


def beside_goaccess(rounds: int) -> list[Row]:
    """Measure ingestion and report beside GoAccess's HTML report."""
    log = simulated("combined", 1_000_000)
    database, page, other_page = (
        FOLDER / "combined.duckdb",
        FOLDER / "combined.html",
        FOLDER / "goaccess.html",
    )
    ingest = [*ANALYZER, "ingest", log, "--db", database]
    report = [*ANALYZER, "report", "--db", database, "-o", page]
    runs = {"analyzer": Run(ingest, report, fresh=[database, page])}
    goaccess = found_program("goaccess")
    if goaccess:
        runs["goaccess"] = Run([goaccess, log, *FORMAT, "-o", other_page], fresh=[other_page])
    taken = in_turns(runs, rounds)
    ours = f"ingest and report {taken['analyzer'].seconds:.2f} s, {taken['analyzer'].megabytes:,.0f} MiB"
    if not goaccess:
        return [Row("Combined log, 1 million", "GoAccess is not installed", "at least 6 times as fast", ours)]
    ratio = taken["goaccess"].seconds / taken["analyzer"].seconds
    details = f"{ours}, GoAccess {taken['goaccess'].seconds:.2f} s, {taken['goaccess'].megabytes:,.0f} MiB"
    return [
        Row("Combined log, 1 million", f"{ratio:.1f} times as fast as GoAccess", "at least 6 times", details)
    ]
