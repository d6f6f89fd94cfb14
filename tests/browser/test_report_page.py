"""The report in a real browser: it draws, it filters, and it asks for nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from analyzer.report.page import write_report
from analyzer.store.open import open_reader, open_writer

pytestmark = pytest.mark.browser

STORES = Path(__file__).parents[1] / "report" / "stores"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that writes the page of a kind of store, once."""
    folder = tmp_path_factory.mktemp("pages")

    def written(*parts: str) -> Path:
        path, database = folder / f"{'-'.join(parts)}.html", folder / f"{'-'.join(parts)}.duckdb"
        if not path.exists():
            with closing(open_writer(database, create=True)) as connection:
                connection.execute("SET VARIABLE requests = 2000")
                for part in parts:
                    connection.execute((STORES / f"{part}.sql").read_text(encoding="utf-8"))
            with closing(open_reader(database, time_zone="Asia/Shanghai")) as connection:
                write_report(
                    connection,
                    path,
                    since=None,
                    until=None,
                    time_zone="Asia/Shanghai",
                    language="en",
                    version="1.0",
                    now=datetime(2026, 11, 22, 6, tzinfo=UTC),
                )
        return path

    return written


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1280, fragment: str = "") -> Iterator[Page]:
    """Open the file; leaving it checks that nothing was complained of and nothing was asked for."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    asked: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri() + fragment)
    page.wait_for_selector("html.ready")
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("kind", ["week", "hostile", "untimed"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_draws_and_fits(
    browser: Browser, page_of: Callable[..., Path], kind: str, width: int
) -> None:
    parts = ("catalog", kind) if kind != "untimed" else ("catalog", "week", "untimed")
    with opened(browser, page_of(*parts), width) as page:
        if kind == "week":
            page.locator("#panel-over_time").scroll_into_view_if_needed()
            expect(page.locator("#panel-over_time .chart svg").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_click_filters_and_a_chip_clears(browser: Browser, page_of: Callable[..., Path]) -> None:
    with opened(browser, page_of("catalog", "week")) as page:
        before = page.locator("[data-total=failures] .figure").inner_text()
        page.locator("#panel-models .pick").first.click()
        expect(page.locator("[data-total=failures] .figure")).not_to_have_text(before)
        assert "model=" in page.url
        page.locator("#chips .chip").first.click()
        expect(page.locator("[data-total=failures] .figure")).to_have_text(before)


def test_a_link_restores_selection_and_language(browser: Browser, page_of: Callable[..., Path]) -> None:
    with opened(browser, page_of("catalog", "week"), fragment="#lang=zh&model=kling-v2") as page:
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        expect(page.locator("#chips .chip")).to_have_count(1)
