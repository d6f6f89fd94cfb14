"""The night of one day out of a store of 30 days and 100 million events, beyond its ingestion.

The store is made by repeating a simulated day's events inside DuckDB: real rows, each a little earlier.
`ANALYZER_BENCH_EVENTS` makes it smaller where there is no disk or time for all of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, PYTHON, Row, Run, in_turns

EVENTS = int(os.environ.get("ANALYZER_BENCH_EVENTS", "100000000"))
DAYS = 30
# Days one after the other, so that each lies together as it does when it is read night by night.
REPEAT = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
events, days = int(sys.argv[2]), int(sys.argv[3])
connection.execute("SET enable_progress_bar = false")
connection.execute("SET TimeZone = 'UTC'")
connection.execute("SET memory_limit = '2GB'")
ask = "SELECT max(epoch_us(ts)) // 86400000000 * 86400000000, count(*) FROM events"
last, total = connection.execute(ask).fetchone()
per_day = events // days
times = -(-per_day // total)
for table in ("stored.event", "stored.success"):
    by_time = "ORDER BY epoch_us(ts) % 86400000000"
    connection.execute(f"CREATE TEMP TABLE first AS SELECT * FROM {table} {by_time}")
    connection.execute(f"DELETE FROM {table}")
    for day in range(days):
        connection.execute(
            f"INSERT INTO {table} SELECT first.* REPLACE (make_timestamptz(? - "
            f"{days - 1 - day} * 86400000000 + epoch_us(ts) % 86400000000) AS ts) "
            f"FROM range({times}) AS copies(copy), first WHERE copy * {total} + line_no <= {per_day}",
            [last],
        )
    connection.execute("DROP TABLE first")
factor = days * per_day / total
connection.execute(
    "UPDATE stored.source SET lines = lines * ?, events = events * ?, failures = failures * ?, "
    "rejects = rejects * ?, blank = blank * ?, continuation = continuation * ?", [factor] * 6
)
connection.close()
"""


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure the night of the last day, again and again by force."""
    database, folder = stored(), FOLDER / "night"
    folder.mkdir(exist_ok=True)
    (folder / "analyzer.toml").write_text(f'database = "{database}"\nslo = 99.5\n', encoding="utf-8")
    nightly = [
        *ANALYZER,
        "nightly",
        "--config",
        folder / "analyzer.toml",
        "--date",
        _last_day(database),
        "--force",
    ]
    taken = in_turns({"night": Run(nightly)}, rounds)["night"]
    return [
        Row(
            f"Night, {EVENTS / 1e6:.0f} million events",
            f"{taken.seconds:.2f} s, {taken.megabytes:,.0f} MiB",
            "at most 3 s and 1 GiB",
            f"one of {DAYS} days, with its page, its comparison with eight weeks and an error budget; "
            f"store of {database.stat().st_size / 1e9:.1f} GB",
        )
    ]


def stored() -> Path:
    """Return the database, made once."""
    database = FOLDER / f"night-{EVENTS}.duckdb"
    if not database.exists():
        unfinished = database.with_name("unfinished-night.duckdb")
        unfinished.unlink(missing_ok=True)
        log = simulated("ndjson", 1_000_000)
        subprocess.run([*ANALYZER, "ingest", log, "--db", unfinished], check=True, capture_output=True)
        subprocess.run(
            [PYTHON, "-c", REPEAT, unfinished, str(EVENTS), str(DAYS)], check=True, stderr=sys.stderr
        )
        unfinished.rename(database)
    return database


def _last_day(database: Path) -> str:
    ask = "SELECT strftime(max(ts), '%Y-%m-%d') AS day FROM events"
    asked = [*ANALYZER, "query", "--sql", ask, "--format", "csv", "--db", database]
    return subprocess.run(asked, check=True, capture_output=True, encoding="utf-8").stdout.split()[-1]
