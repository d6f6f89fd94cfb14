"""A real browser, pages of stores that SQL built, and a watch over what a page complains of and asks for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analyzer.report.page import write_report
from analyzer.store.open import open_reader, open_writer

STORES = Path(__file__).parents[1] / "report" / "stores"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ZONE = "Asia/Shanghai"
PATIENCE = 60_000
"""Milliseconds to wait for what a busy machine does late."""


class Written(NamedTuple):
    """A page and the store it is about."""

    page: Path
    database: Path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a browser; of a module, for two of Playwright's synchronous drivers cannot run at once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Written]:
    """Return a function that builds a store of parts of tests/report/stores and writes its page, once."""
    folder = tmp_path_factory.mktemp("pages")

    def write(*parts: str, **options: Any) -> Written:
        name = "-".join([*parts, *(str(value)[:10] for value in options.values())])
        path, database = folder / f"{name}.html", folder / f"{'-'.join(parts)}.duckdb"
        if not database.exists():
            with closing(open_writer(database, create=True)) as connection:
                connection.execute("SET VARIABLE requests = 2000")
                for part in parts:
                    connection.execute((STORES / f"{part}.sql").read_text(encoding="utf-8"))
        if not path.exists():
            scope = {"since": None, "until": None, "time_zone": ZONE, "language": "en", "version": "1.0"}
            scope |= {"now": datetime(2026, 11, 22, 6, tzinfo=UTC)}
            with closing(open_reader(database, time_zone=ZONE)) as connection:
                write_report(connection, path, **{**scope, **options})
        return Written(path, database)

    return write


@contextmanager
def opened(
    browser: Browser, file: Path, width: int = 1280, fragment: str = "", scheme: Any = "light", **context: Any
) -> Iterator[Page]:
    """Open the file, all of it drawn; leaving it checks that it complained and asked for nothing."""
    place = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **context)
    place.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    asked: list[str] = []
    page = place.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri() + fragment)
    settled(page)
    yield page
    place.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def settled(page: Page) -> None:
    """Wait until everything on the page shows the present selection."""
    page.wait_for_selector("html[data-settled]", state="attached")
