"""The report from ten million stored events, beside the imports it cannot do without."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, PYTHON, Row, Run, in_turns

IMPORTS = "import duckdb, pandas, plotly.graph_objects, jinja2"
# One million requests are ingested and then stored nine times more, each time a few days earlier.
MULTIPLY = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("SET enable_progress_bar = false")
for table in ("stored.event", "stored.success"):
    connection.execute(f"CREATE OR REPLACE TEMP TABLE first AS SELECT * FROM {table}")
    for days in range(1, 10):
        earlier = f"ts - INTERVAL {3 * days} DAY"
        connection.execute(f"INSERT INTO {table} SELECT * REPLACE ({earlier} AS ts) FROM first")
connection.execute(
    "UPDATE stored.source SET lines = lines * 10, events = events * 10, failures = failures * 10, "
    "rejects = rejects * 10, blank = blank * 10, continuation = continuation * 10"
)
connection.close()
"""


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure the page of ten million events."""
    database, page = stored(), FOLDER / "report.html"
    taken = in_turns(
        {
            "report": Run([*ANALYZER, "report", "--db", database, "-o", page], fresh=[page]),
            "imports": Run([PYTHON, "-c", IMPORTS]),
        },
        rounds,
    )
    report, imports = taken["report"], taken["imports"]
    return [
        Row(
            "Report, 10 million events",
            f"{report.seconds - imports.seconds:.2f} s beyond the imports",
            "at most 3 s",
            f"report {report.seconds:.2f} s, {report.megabytes:,.0f} MiB, "
            f"page of {page.stat().st_size / 1e6:.1f} MB; imports {imports.seconds:.2f} s",
        )
    ]


def stored() -> Path:
    """Return the database of ten million events, made once."""
    database = FOLDER / "ten-million.duckdb"
    if not database.exists():
        unfinished = database.with_name("unfinished.duckdb")
        unfinished.unlink(missing_ok=True)
        log = simulated("ndjson", 1_000_000)
        subprocess.run([*ANALYZER, "ingest", log, "--db", unfinished], check=True, capture_output=True)
        subprocess.run([PYTHON, "-c", MULTIPLY, unfinished], check=True)
        unfinished.rename(database)
    return database
