"""Each filter changes every number, list and panel to what SQL says of the same selection."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from analyzer.store.open import open_reader
from tests.browser.conftest import ZONE, Written, opened, settled

pytestmark = pytest.mark.browser

Rows = list[dict[str, str]]
TABLES = """
    () => Promise.all([...document.querySelectorAll("[data-csv]")].map(async (button) => {
        const made = new Promise((resolve) => {
            URL.createObjectURL = (file) => { resolve(file.text()); return "#"; };
        });
        const click = HTMLAnchorElement.prototype.click;
        HTMLAnchorElement.prototype.click = () => {};
        button.click();
        HTMLAnchorElement.prototype.click = click;
        return [button.dataset.csv, await made];
    }))
"""
"""Every table of the page, as its download holds it."""
LEVEL = """
    CASE WHEN coalesce(match, 'none') = 'none' THEN 'none' WHEN entry_id IS NULL THEN 'code' ELSE 'entry' END
"""
REMEDY = f"""
    CASE {LEVEL}
        WHEN 'entry' THEN (SELECT remedy_id FROM catalog_entries AS k WHERE k.entry_id = events.entry_id)
        WHEN 'code' THEN (
            SELECT CASE WHEN count(DISTINCT remedy_id) = 1 THEN min(remedy_id) ELSE 'several' END
            FROM catalog_entries AS known
            WHERE known.code = events.code
        )
        ELSE 'uncatalogued'
    END
"""
COLUMNS = {
    "model": "coalesce(nullif(model, ''), '(none)')",
    "endpoint": "coalesce(nullif(endpoint, ''), '(none)')",
    "api_key": "coalesce(nullif(api_key, ''), '(none)')",
    "client": "coalesce(nullif(client, ''), '(none)')",
    "status": "coalesce(status::VARCHAR, '(none)')",
    "category": f"CASE WHEN {LEVEL} = 'none' THEN 'uncatalogued' ELSE coalesce(category, 'several') END",
    "code": f"coalesce(nullif(CASE WHEN {LEVEL} = 'none' THEN error_code ELSE code END, ''), '(none)')",
    "owner": "coalesce(owner, 'unknown')",
    "entry": "coalesce(entry_id, 'code known, row not')",
}
SLICES = ("model", "endpoint", "api_key", "from", "to")
WORDS = {
    "(none)": {"code": "no code"},
    "category": {
        "Rate limit": "rate_limit",
        "Server error": "server_error",
        "Timeout": "timeout",
        "Invalid request": "invalid_request",
        "Authentication": "authentication",
        "Not found": "not_found",
        "Content safety": "content_safety",
        "Account": "account",
        "Permission": "permission",
        "Quota": "quota",
        "Conflict": "conflict",
        "Not in the catalogue": "uncatalogued",
    },
}
SELECTIONS: list[dict[str, list[str]]] = [
    {},
    {"model": ["kling-v2"]},
    {"model": ["(none)", "deepseek-v3.2"]},
    {"endpoint": ["/v1/chat/completions"]},
    {"api_key": ["key-3"]},
    {"status": ["429"]},
    {"category": ["server_error"]},
    {"code": ["ModelArts.81101"]},
    {"owner": ["provider"]},
    {"category": ["uncatalogued"], "status": ["502"]},
    {"from": ["2026-11-17T16:00:00.000Z"], "to": ["2026-11-19T03:00:00.000Z"]},
    {
        "from": ["2026-11-16T05:00:00.000Z"],
        "to": ["2026-11-20T19:00:00.000Z"],
        "model": ["wan2.2-t2v-a14b"],
        "owner": ["caller", "provider"],
        "endpoint": ["/v1/videos/generations"],
    },
]


class Truth:
    """What SQL says of a selection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, selection: dict[str, list[str]]) -> None:
        self.connection = connection
        self.slice, self.values = ["true"], dict[str, Any]()
        failure = ["failed"]
        for name, wanted in selection.items():
            if name in ("from", "to"):
                self.slice.append(f"ts {'>=' if name == 'from' else '<'} ${name}::TIMESTAMPTZ")
                self.values[name] = wanted[0]
            else:
                condition = f"list_contains(${name}, {COLUMNS[name]})"
                (self.slice if name in SLICES else failure).append(condition)
                self.values[name] = wanted
        self.failed = " AND ".join([*self.slice, *failure])

    def rows(self, keys: list[str], condition: str, what: str = "count(*)") -> dict[tuple[str, ...], Any]:
        """Count events that fit a condition, by keys."""
        named = ", ".join(f"({COLUMNS.get(key, key)})::VARCHAR" for key in keys)
        grouped = f"SELECT {named}{', ' if keys else ''}{what} FROM events JOIN sources USING (source_id) "
        wanted = {name: value for name, value in self.values.items() if f"${name}" in condition}
        found = self.connection.execute(
            f"{grouped} WHERE {condition} {'GROUP BY ALL' if keys else ''}", wanted
        ).fetchall()
        return {row[:-1]: row[-1] for row in found}

    def failures(self, *keys: str) -> dict[tuple[str, ...], int]:
        return self.rows(list(keys), self.failed)

    def requests(self, *keys: str) -> dict[tuple[str, ...], int]:
        return self.rows(list(keys), " AND ".join([*self.slice, "population = 'requests'"]))


@pytest.fixture(scope="module")
def store(written: Callable[..., Written]) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_reader(written("catalog", "week").database, time_zone=ZONE)) as connection:
        yield connection


@pytest.fixture(scope="module")
def page(chromium: Browser, written: Callable[..., Written], store: object) -> Iterator[Page]:
    with opened(chromium, written("catalog", "week").page) as page:
        yield page


def tables(page: Page) -> dict[str, Rows]:
    """Return every table of the page by its name."""
    return {
        name: list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        for name, text in page.evaluate(TABLES)
    }


def counted(rows: Rows, keys: list[str], column: str) -> dict[tuple[str, ...], int]:
    """Sum a column of a table by keys, leaving zeros out; words stand for what they name."""
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows:
        key = tuple(_plain(name, row[name]) for name in keys)
        sums[key] += int(float(row[column] or 0))
    return {key: total for key, total in sums.items() if total}


def _plain(title: str, value: str) -> str:
    value = value.removeprefix("'")
    return "(none)" if value == "no code" else WORDS["category"].get(value, value)


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.mark.parametrize(
    "selection", SELECTIONS, ids=lambda selection: urlencode(selection, doseq=True) or "all"
)
def test_every_panel_shows_what_sql_says(
    page: Page, store: duckdb.DuckDBPyConnection, selection: dict[str, list[str]]
) -> None:
    """Totals, remedies, owners, entries and every table, for one selection."""
    page.evaluate("(fragment) => { location.hash = fragment; }", urlencode(selection, doseq=True))
    page.wait_for_function(
        "(fragment) => location.hash.length >= fragment.length", arg=urlencode(selection, doseq=True)
    )
    page.wait_for_timeout(50)
    settled(page)
    truth, shown = Truth(store, selection), tables(page)
    failures, requests = truth.failures()[()], truth.requests()[()]

    figures = page.locator("[data-total]")
    assert number(figures.nth(1).locator(".figure").inner_text()) == failures
    assert number(figures.nth(2).locator(".figure").inner_text()) == requests
    rate = f"{failures / requests * 100:.1f}"
    if failures / requests >= 0.01:
        assert rate in figures.nth(0).locator(".figure").inner_text()

    for table, key, title in [
        ("models", "model", "Model"),
        ("endpoints", "endpoint", "Endpoint"),
        ("keys", "api_key", "Key"),
    ]:
        assert counted(shown.get(table, []), [title], "Failures") == truth.failures(key), table
        assert counted(shown.get(table, []), [title], "Requests") == truth.requests(key), table
    for table, key, title in [
        ("clients", "client", "Client"),
        ("codes", "code", "Code"),
        ("categories", "category", "Category"),
    ]:
        assert counted(shown.get(table, []), [title], "Failures") == truth.failures(key), table
    for row in shown.get("models", []):
        if float(row["Requests"]):
            assert float(row["Error rate"]) == pytest.approx(int(row["Failures"]) / int(row["Requests"]))
    _check_times(shown, truth)
    _check_errors(page, shown, truth)


def _check_times(shown: dict[str, Rows], truth: Truth) -> None:
    quarters = "strftime(timezone('UTC', time_bucket(INTERVAL 15 MINUTE, ts)), '%Y-%m-%dT%H:%M:%S.000Z')"
    rows = shown["over_time"]
    assert counted(rows, ["Time"], "Failures") == truth.rows([quarters], truth.failed)
    assert counted(rows, ["Time"], "Requests") == truth.requests(quarters)
    by_category: dict[tuple[str, ...], int] = {}
    for title in rows[0].keys() & WORDS["category"].keys():
        by_category |= {
            (time, WORDS["category"][title]): total
            for (time,), total in counted(rows, ["Time"], title).items()
        }
    assert by_category == truth.rows([quarters, "category"], truth.failed)


def _check_errors(page: Page, shown: dict[str, Rows], truth: Truth) -> None:
    known = f"{truth.failed} AND {LEVEL} <> 'none'"
    assert counted(shown.get("entries", []), ["Entry", "Code"], "Failures") == truth.rows(
        ["entry", "code"], known
    )
    unknown = f"{truth.failed} AND {LEVEL} = 'none'"
    assert counted(shown.get("uncatalogued", []), ["Code", "Status"], "Failures") == truth.rows(
        ["code", "status"], unknown
    )
    owners = {"Caller": "caller", "Account admin": "account_admin", "Provider": "provider"}
    faults = {
        (owners[row["Owner"]],): int(row["Failures"])
        for row in shown.get("fault", [])
        if row["Owner"] in owners
    }
    assert {key: total for key, total in faults.items() if total} == {
        key: total for key, total in truth.failures("owner").items() if key[0] in owners.values()
    }
    cards = page.locator("[data-remedy]").evaluate_all(
        "(cards) => cards.map((c) => [c.dataset.remedy, c.querySelector('.becomes').firstChild.textContent])"
    )
    said = {(remedy,): number(text) for remedy, text in cards}
    assert said == truth.rows([REMEDY], truth.failed)


@pytest.mark.parametrize(
    ("filter", "value"),
    [
        ("category", "rate_limit"),
        ("code", "ModelArts.81104"),
        ("owner", "caller"),
        ("model", "(none)"),
        ("endpoint", "/v1/chat/completions"),
        ("api_key", "key-5"),
        ("status", "503"),
    ],
)
def test_a_list_of_values_filters_and_a_chip_clears(
    page: Page, store: duckdb.DuckDBPyConnection, filter: str, value: str
) -> None:
    page.evaluate("() => { location.hash = ''; }")
    page.locator("#chips:empty").wait_for(state="attached")
    settled(page)
    page.select_option(f"#filter-{filter}", value)
    settled(page)
    figure = page.locator("[data-total=failures] .figure")
    assert number(figure.inner_text()) == Truth(store, {filter: [value]}).failures()[()]
    assert f"{filter}=" in page.url
    page.locator("#chips .chip").click()
    settled(page)
    assert number(figure.inner_text()) == Truth(store, {}).failures()[()]


def test_times_can_be_chosen_by_keyboard_and_dragged_over(
    page: Page, store: duckdb.DuckDBPyConnection
) -> None:
    page.evaluate("() => { location.hash = ''; }")
    page.locator("#chips:empty").wait_for(state="attached")
    page.focus("#filter-from")
    page.keyboard.press("ArrowDown")
    settled(page)
    page.locator("#chips .chip[data-filter=time]").wait_for()
    box = page.locator(".strip").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 12, steps=3)
    page.mouse.up()
    settled(page)
    found = re.search(r"from=([^&]+)&to=([^&]+)", page.url)
    assert found is not None
    span = {
        name: [part.replace("%3A", ":")] for name, part in zip(("from", "to"), found.groups(), strict=True)
    }
    failures = Truth(store, span).failures()[()]
    assert number(page.locator("[data-total=failures] .figure").inner_text()) == failures
    assert 0 < failures < Truth(store, {}).failures()[()]
