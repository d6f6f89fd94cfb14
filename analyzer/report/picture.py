"""The page as a picture or as paper: Chromium opens it and prints it, through Playwright."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import DeliveryError

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSER_VARIABLE = "ANALYZER_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_WIDTH, _HEIGHT = 1280, 900
_PATIENCE = 60_000
_MARGIN = "12mm"
_READY = "() => document.documentElement.classList.contains('ready')"
_DRAW = "() => { window.dispatchEvent(new Event('drawall')); }"
_DRAWN = """() => [...document.querySelectorAll(".chart")].every(
    (chart) => chart.offsetParent === null || chart.querySelector("svg.main-svg"))"""


def picture(html: str, format: str) -> bytes:
    """Return the page `html` as `png` (its whole length) or `pdf` (A4). Raises DeliveryError.

    The browser is the one that ANALYZER_BROWSER names, else found on the PATH, else Playwright's own. It
    is offline, and the page's own policy holds in it.
    """
    # Playwright refuses to work in a thread that has an event loop, as a notebook's has.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_printed, html, format).result()


def _printed(html: str, format: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="analyzer-") as folder:
        file = Path(folder) / "report.html"
        file.write_text(html, encoding="utf-8", errors="replace")
        with _opened(file, format) as page:
            if format == "png":
                return bytes(page.screenshot(full_page=True, type="png", animations="disabled"))
            margin = dict.fromkeys(("top", "right", "bottom", "left"), _MARGIN)
            return bytes(page.pdf(format="A4", print_background=True, margin=margin))


def browser_path() -> str | None:
    """Return the browser to use, None for Playwright's own. Raises DeliveryError for a wrong variable."""
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise DeliveryError(f"{BROWSER_VARIABLE} names {named}, which is no program; correct it")
        return found
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def _opened(file: Path, format: str) -> Iterator[Page]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise DeliveryError(
            f"a browser prints a report as {format}; install what drives it: pip install 'analyzer[browser]'"
        ) from error
    path = browser_path()
    # As root Chromium's sandbox cannot start; everyone else keeps it, for what is printed holds log text.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
            page = browser.new_context(
                offline=True, viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light"
            ).new_page()
            page.set_default_timeout(_PATIENCE)
            page.goto(file.as_uri())
            page.wait_for_function(_READY)
            # Charts are drawn when they come into sight, which most of them never do here.
            page.evaluate(_DRAW)
            page.wait_for_function(_DRAWN)
            yield page
            browser.close()
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        wanted = path or "Chromium"
        raise DeliveryError(
            f"{wanted} did not print the report: {reason}; install Chromium, or name it in {BROWSER_VARIABLE}"
        ) from error
