"""Access logs: ingest and report together beside GoAccess's HTML report of the same file."""

from __future__ import annotations

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, Row, Run, found_program, in_turns

FORMAT = ("--log-format=COMBINED", "--no-global-config", "--no-progress")


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure one million lines."""
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
