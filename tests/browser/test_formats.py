"""Reports that share plotly.js, pictures, paper, and the calendar, in a real browser and from disk."""

from __future__ import annotations

import json
import shutil
import struct
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from analyzer.api import Store
from analyzer.errors import DeliveryError
from analyzer.report.calendar import write_calendar
from analyzer.store.open import open_writer

pytestmark = pytest.mark.browser

STORES = Path(__file__).parents[1] / "report" / "stores"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A week of traffic."""
    database = tmp_path_factory.mktemp("formats") / "week.duckdb"
    with closing(open_writer(database, create=True)) as connection:
        connection.execute("SET VARIABLE requests = 2000")
        for part in ("catalog", "week"):
            connection.execute((STORES / f"{part}.sql").read_text(encoding="utf-8"))
    return Store(database)


def test_pages_share_one_plotly_and_open_from_disk(browser: Browser, store: Store, tmp_path: Path) -> None:
    """Charts are drawn, nothing else is loaded, and a script that log text brings in is refused."""
    for name in ("one.html", "below/two.html"):
        store.report(tmp_path / name, assets=tmp_path / "shared assets")
    [shared] = (tmp_path / "shared assets").iterdir()
    assert shared.name.startswith("plotly-")
    assert (tmp_path / "one.html").stat().st_size < 700_000
    slipped = "<script>window.hacked=1</script><script src='shared%20assets/evil.js'></script>"
    (tmp_path / "shared assets" / "evil.js").write_text("window.hacked = 2")
    text = (tmp_path / "one.html").read_text("utf-8")
    (tmp_path / "slipped.html").write_text(text.replace("<main ", f"{slipped}<main ", 1), "utf-8")
    for name in ("one.html", "below/two.html", "slipped.html"):
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((tmp_path / name).as_uri())
        page.locator("#panel-over_time").scroll_into_view_if_needed()
        expect(page.locator("#panel-over_time .chart svg").first).to_be_attached(timeout=30_000)
        assert page.evaluate("window.hacked") is None
        assert {url.rsplit("/", 1)[1] for url in asked if url.startswith("file:")} >= {shared.name}
        assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        page.close()


def test_a_shared_file_that_was_cut_is_written_anew(store: Store, tmp_path: Path) -> None:
    store.report(tmp_path / "one.html", assets=tmp_path)
    [shared] = tmp_path.glob("plotly-*.js")
    whole = shared.read_bytes()
    shared.write_bytes(whole[:1000])
    store.report(tmp_path / "one.html", assets=tmp_path)
    assert shared.read_bytes() == whole


def test_only_a_page_without_shared_files_calls_itself_complete(store: Store, tmp_path: Path) -> None:
    store.report(tmp_path / "whole.html")
    store.report(tmp_path / "part.html", assets=tmp_path / "shared")
    feet = [
        (tmp_path / name).read_text("utf-8").partition("<footer")[2] for name in ("whole.html", "part.html")
    ]
    assert ["<p>This page is complete in itself" in foot.partition("</footer>")[0] for foot in feet] == [
        True,
        False,
    ]


def test_the_page_as_a_picture_and_on_paper(store: Store, tmp_path: Path) -> None:
    """The real page, whole: as high as it is long, with its charts; and as a PDF of several sheets."""
    store.report(tmp_path / "report.png", since="2026-11-20", slo=95.0)
    picture = (tmp_path / "report.png").read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 1280
    assert height > 3000
    assert len(picture) > 200_000
    store.report(tmp_path / "report.pdf", since="2026-11-20")
    paper = (tmp_path / "report.pdf").read_bytes()
    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/Type /Page\n") >= 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.pdf", "report.png"]


def test_without_a_browser_nothing_is_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the variable, and what is wrong with the browser."""
    monkeypatch.setenv("ANALYZER_BROWSER", "no-such-browser")
    with pytest.raises(DeliveryError, match="ANALYZER_BROWSER names no-such-browser"):
        store.report(tmp_path / "report.pdf")
    monkeypatch.setenv("ANALYZER_BROWSER", "false")
    with pytest.raises(DeliveryError, match=r"did not print the report: .*; install Chromium"):
        store.report(tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_without_playwright_the_extra_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(DeliveryError, match=r"pip install 'analyzer\[browser\]'"):
        store.report(tmp_path / "report.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "light", "en"), (360, "dark", "zh")])
def test_the_calendar_opens_from_disk(
    browser: Browser, tmp_path: Path, width: int, scheme: str, language: str
) -> None:
    """It fits, complains of nothing, says each day to a screen reader, and leads to the day's page."""
    for day in range(1, 30):
        told = {"day": f"2026-11-{day:02}", "requests": 1000, "failures": day * 5, "error_rate": day * 0.005}
        (tmp_path / f"2026-11-{day:02}.json").write_text(json.dumps(told))
        (tmp_path / f"2026-11-{day:02}.html").write_text("<title>that day</title>")
    index = write_calendar(tmp_path, language)
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,  # for axe's own script
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(index.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    assert Axe().run(page).response["violations"] == []
    day = page.get_by_role("link", name="22 Nov 2026" if language == "en" else "2026年11月22日").first
    assert "11.0%" in (day.get_attribute("aria-label") or "")
    day.click()
    assert page.title() == "that day"
    context.close()
