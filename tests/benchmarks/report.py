"""The report from ten million stored events; and how large and how quick the page of a month is."""

from __future__ import annotations

import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Any

from tests.benchmarks.logs import FOLDER, SEED, simulated
from tests.benchmarks.measure import ANALYZER, PYTHON, Row, Run, in_turns

IMPORTS = "import duckdb, pandas, plotly, jinja2"
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
# From the start of the navigation until the page says that it can be used.
WATCH = """
new MutationObserver((_, watch) => {
    if (!document.documentElement.classList.contains("ready")) return;
    window.usable = performance.now();
    watch.disconnect();
}).observe(document, { subtree: true, attributes: true, childList: true });
"""
# From a click until the second frame after it: what it changed has been painted then.
CLICK = """(place) => new Promise((done) => {
    const button = document.querySelectorAll("#panel-models .pick")[place];
    const start = performance.now();
    button.click();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure the page and the JSON of ten million events, and the page of a month in Chromium."""
    database, page, numbers = stored(), FOLDER / "report.html", FOLDER / "report.json"
    taken = in_turns(
        {
            "report": Run([*ANALYZER, "report", "--db", database, "-o", page], fresh=[page]),
            "json": Run([*ANALYZER, "report", "--db", database, "-o", numbers], fresh=[numbers]),
            "imports": Run([PYTHON, "-c", IMPORTS]),
        },
        rounds,
    )
    report, told, imports = taken["report"], taken["json"], taken["imports"]
    return [
        Row(
            "Report, 10 million events",
            f"{report.seconds:.2f} s, {report.megabytes:,.0f} MiB",
            "at most 5 s, 1,536 MiB",
            f"page of {page.stat().st_size / 1e6:.1f} MB; imports {imports.seconds:.2f} s of it; "
            f"as JSON {told.seconds:.2f} s, {told.megabytes:,.0f} MiB",
        ),
        *month_rows(rounds),
    ]


def month_rows(rounds: int) -> list[Row]:
    """Measure the page of thirty days of a million requests: its size, and Chromium with it."""
    folder = FOLDER / "month"
    page = folder / "month.html"
    subprocess.run(
        [*ANALYZER, "report", "--db", month(), "-o", page, "--assets", folder / "assets"],
        check=True,
        capture_output=True,
    )
    size = page.stat().st_size
    seen = [opened(page) for _ in range(rounds)]
    paint, usable, click = (statistics.median(run[name] for run in seen) for name in seen[0])
    return [
        Row(
            "Page of a month, 1 million",
            f"{size / 1e3:,.0f} KB without plotly.js",
            "at most 500 KB",
            f"{page.name} beside its shared plotly.js",
        ),
        Row(
            "The same page in Chromium",
            f"first paint {paint:.0f} ms, usable {usable:.0f} ms, a click {click:.0f} ms",
            "at most 1,000, 2,000 and 300 ms",
            "from the start of loading; from a click on a model to its painted picture",
        ),
    ]


def opened(page_file: Path) -> dict[str, float]:
    """Open the page in Chromium and return milliseconds: first paint, usable, and the median click."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(WATCH)
        page.goto(page_file.as_uri())
        page.wait_for_selector("html.ready")
        paint: Any = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        usable: Any = page.evaluate("window.usable")
        page.wait_for_timeout(3000)
        clicks = [float(page.evaluate(CLICK, place % 3)) for place in range(6)]
        browser.close()
    return {"paint": float(paint), "usable": float(usable), "click": statistics.median(clicks)}


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


def month() -> Path:
    """Return the database of a million requests over thirty days, made once."""
    database = FOLDER / "month.duckdb"
    if not database.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        log, unfinished = FOLDER / "month.log", database.with_name("unfinished-month.duckdb")
        unfinished.unlink(missing_ok=True)
        options = ("--format", "ndjson", "--requests", "1000000", "--days", "30", "--uniform", "--force")
        subprocess.run(
            [*ANALYZER, "simulate", log, "--seed", str(SEED), *options], check=True, capture_output=True
        )
        subprocess.run([*ANALYZER, "ingest", log, "--db", unfinished], check=True, capture_output=True)
        log.unlink()
        unfinished.rename(database)
    return database
