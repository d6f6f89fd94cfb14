"""The page of thirty days of a million requests in Chromium: size, first paint, interactive, a click."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import statistics
import subprocess
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from plotly.offline import get_plotlyjs

from tests.benchmarks.logs import FOLDER
from tests.benchmarks.measure import ANALYZER, Row

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CLICK = """
    (panel) => new Promise((done) => {
        const row = document.querySelector(`${panel} button.pick`), start = performance.now();
        row.click();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
    })
"""
"""From a click on a row to the frame that shows its selection."""
CLICKED = ("#panel-models", "#panel-categories", "#own-first")


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure the page of thirty days."""
    page_file, halves = written()
    size = page_file.stat().st_size - len(get_plotlyjs().encode())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        loads = [loaded(browser, page_file) for _ in range(rounds)]
        cells, clicks = clicked(browser, halves, rounds)
        browser.close()
    paint, ready = (statistics.median(load[at] for load in loads) for at in (0, 1))
    return [
        Row("Page, 30 days of 1 million", f"{size / 1000:,.0f} kB", "at most 500 kB", "without plotly.js"),
        Row(
            "Page, opened",
            f"first paint {paint / 1000:.2f} s, interactive {ready / 1000:.2f} s",
            "under 1 s and 2 s",
            "from the start of the navigation; interactive: what is in sight stands and filters answer",
        ),
        Row(
            "Page, click to picture",
            f"{statistics.median(clicks):.0f} ms, at most {max(clicks):.0f} ms",
            "at most 300 ms",
            f"{cells:,.0f} cells in two spans; rows of {', '.join(CLICKED)}, on and off",
        ),
    ]


def written() -> tuple[Path, Path]:
    """Return the page of the month, and that of its second half beside the first; the store is made once."""
    log, database, page = (FOLDER / name for name in ("month.log", "month.duckdb", "month.html"))
    halves = FOLDER / "halves.html"
    if not database.exists():
        simulate = ["simulate", log, "--format", "ndjson", "--requests", "1000000", "--days", "30", "--force"]
        simulate += ["--start", "2026-10-01"]
        subprocess.run([*ANALYZER, *simulate], check=True, capture_output=True)
        subprocess.run([*ANALYZER, "ingest", log, "--db", database], check=True, capture_output=True)
    subprocess.run([*ANALYZER, "report", "--db", database, "-o", page], check=True, capture_output=True)
    half = ["--since", "2026-10-16", "--until", "2026-10-31"]
    subprocess.run(
        [*ANALYZER, "report", "--db", database, "-o", halves, *half], check=True, capture_output=True
    )
    return page, halves


def loaded(browser: Browser, file: Path) -> tuple[float, float]:
    """Return the milliseconds to the first paint, and until the page can be used."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(
        "new MutationObserver(() => { if (document.documentElement?.classList.contains('ready')) "
        "window.readyAt ??= performance.now(); }).observe(document, {attributes: true, subtree: true})"
    )
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-settled]", state="attached", timeout=60_000)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("window.readyAt")
    page.close()
    return float(paint), float(ready)


def clicked(browser: Browser, file: Path, rounds: int) -> tuple[int, list[float]]:
    """Return how many cells the page has, and the milliseconds of each click."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-settled]", state="attached", timeout=60_000)
    taken = []
    for panel in CLICKED:
        page.locator(f"{panel} button.pick").first.scroll_into_view_if_needed()
        page.wait_for_timeout(1500)
        for _ in range(2 * rounds):
            taken.append(float(page.evaluate(CLICK, panel)))
            page.wait_for_selector("html[data-settled]", state="attached", timeout=60_000)
            page.wait_for_timeout(300)
    cells = unpacked_cells(page)
    page.close()
    return cells, taken


def unpacked_cells(page: Page) -> int:
    """Return the rows of the page's cube, of both spans."""
    packed = page.locator("#payload").text_content() or ""
    return sum(table["rows"] for table in json.loads(gzip.decompress(base64.b64decode(packed)))["cube"])
