"""The live page in a real browser: it follows the store, keeps the filter, and asks nothing elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.conftest import Server, ingest, limited, line, write_log
from tests.web.test_reading import held

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SERIOUS = ("serious", "critical")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium; what is expected may take its time on a busy machine."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: Browser, server: Server, path: str = "/") -> Iterator[tuple[Page, list[str]]]:
    """Open a page of the server; no complaint and no request to elsewhere may come of it."""
    said: list[str] = []
    asked: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.url.rstrip("/") + path)
    yield page, said
    page.close()
    assert said == []
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []


def test_new_events_come_onto_the_page_and_the_filter_stays(
    browser: Browser, tmp_path: Path, start: Callable[..., Server], clean: dict[str, str]
) -> None:
    """Numbers change without a reload and the selection stays; a writer and the server's end are said."""
    database = tmp_path / "own.duckdb"
    write_log(tmp_path / "a.log")
    ingest(database, tmp_path / "a.log", clean)
    (tmp_path / "b.log").write_text("".join(limited(30 + n) for n in range(40)) + line(99))
    server = start(database)
    with opened(browser, server) as (page, said):
        expect(page.locator("#live")).to_contain_text("Up to date")
        page.evaluate("window.same = true")
        page.select_option("#filter-code", "ModelArts.81101")
        failures = page.locator("[data-total=failures] .figure")
        expect(failures).to_have_text("12")
        ingest(database, tmp_path / "b.log", clean)
        expect(failures).to_have_text("52")
        assert page.evaluate("window.same") is True
        assert page.locator("#chips button[data-filter=code]").count() == 1
        assert "code=ModelArts.81101" in page.url
        with held(database) as holder:
            database.touch()
            expect(page.locator("#live.old")).to_contain_text(f"process {holder}")
        expect(page.locator("#live.fresh")).to_contain_text("Up to date")
        page.locator("#language-zh").click()
        expect(page.locator("#live")).to_contain_text("数据为最新")
        assert server.end() == 0
        expect(page.locator("#live.old")).to_contain_text("服务器没有响应")
        expect(failures).to_be_visible()
        said[:] = [text for text in said if "ERR_CONNECTION" not in text]


def test_entries_and_lines_lead_to_their_pages(browser: Browser, server: Server) -> None:
    """From the dashboard to an entry's page, from there to an event's, and back."""
    with opened(browser, server, "/#lang=zh") as (page, _):
        entry = page.locator("[data-entry='maas.81101.requests_per_minute']")
        entry.locator("summary").click()
        expect(entry.locator(".place a").first).to_be_visible()
        entry.locator("a", has_text="maas.81101.requests_per_minute").click()
        page.wait_for_url("**/entries/maas.81101.requests_per_minute?lang=zh")
        page.locator(".sample a").first.click()
        page.wait_for_url("**/events/1/*?lang=zh")
        page.locator(".top nav a").first.click()
        expect(page.locator("#live.fresh")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/entries/maas.81101.requests_per_minute", "/events/1/62", "/entries/nothing"]
)
def test_every_page_fits_and_hostile_text_does_not_run(browser: Browser, server: Server, path: str) -> None:
    """On a narrow screen nothing runs out of it, and no text of a log has become a script."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(server.url.rstrip("/") + path)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if path != "/":
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
    assert page.evaluate("window.hacked") is None
    assert [text for text in said if "404" not in text] == []
    page.close()


def test_every_chart_is_drawn_without_a_complaint_of_the_browser(browser: Browser, server: Server) -> None:
    """Drawn whole, the page writes no style that its own policy refuses."""
    with opened(browser, server) as (page, _):
        expect(page.locator("html[data-settled]")).to_be_attached()
        page.evaluate("window.dispatchEvent(new Event('drawall'))")
        expect(page.locator("#panel-hours .hm image").first).to_be_attached()
        drawn = "(charts) => charts.every((chart) => !chart.offsetParent || chart.querySelector('svg'))"
        page.wait_for_function(f"({drawn})([...document.querySelectorAll('.chart')])")


def test_a_form_asks_a_query_without_its_empty_fields(browser: Browser, server: Server) -> None:
    """What is left empty is not sent, so that its default holds."""
    with opened(browser, server, "/docs") as (page, _):
        page.locator("#errors_by_code summary").click()
        page.fill("#errors_by_code-limit", "1")
        page.locator("#errors_by_code button").first.click()
        page.wait_for_url("**/api/queries/errors_by_code.json?limit=1")
        assert '"row_count": 1' in page.content()
