"""The entry panels in a real browser: what they show of a selection is what SQL says of it."""

from __future__ import annotations

import io
import json
import math
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import duckdb
import pandas
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import analyzer
from analyzer.query.library import load_queries
from analyzer.query.run import run, run_sql
from analyzer.report.page import write_report
from analyzer.store.open import open_reader

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ZONE = "Asia/Shanghai"
START = datetime(2026, 11, 18, tzinfo=UTC)
QUERIES = load_queries()
WRITTEN = """
    URL.createObjectURL = (file) => { window.written = file.text(); return "#"; };
    HTMLAnchorElement.prototype.click = () => {};
"""
"""Keeps what a download holds: a browser lets a page without a person start only so many."""
VIDEO = "/v1/video/generations"
LENGTH = "the prompt length {} must less than the maximum input length 32768"
CODES = {
    "qps": ("81101", 429, "Too many requests, the rate limit is 5 times per second."),
    "rpm": ("81101", 429, "Too many requests, the rate limit is 60 times per minute."),
    "tpm": ("81101", 429, "Too many requests, the rate limit is 60,000 tokens per minute."),
    "key": ("81003", 401, "Invalid authorization header."),
    "server": ("81104", 503, "Backend server error."),
    "words": ("81011", 403, "May contain sensitive information, please try again."),
    "model": ("81009", 404, "Invalid model."),
    "empty": ("81001", 400, "Failed to format request body, messages is empty."),
    "other": ("99999", 500, "<b>Out of paper</b>"),
}


class Log:
    """A log that has everything the panels show: limits, retries, a storm, tasks, values."""

    def __init__(self, days: int) -> None:
        self.lines: list[str] = []
        self.chance = random.Random(7)
        for day in range(days):
            self.day(START + timedelta(days=day), day)

    def add(self, at: datetime, model: str, key: str, error: str = "", **fields: Any) -> None:
        """Write an attempt; `error` is one of CODES."""
        code, status, message = CODES.get(error, ("", 200, ""))
        record = {"ts": at.isoformat(), "path": "/v1/chat/completions", "status": status, "model": model}
        record |= {"api_key": key, "client": f"10.0.0.{len(self.lines) % 9}"}
        record["duration_ms"] = round(self.chance.lognormvariate(3 if error else 7, 1), 1)
        if error:
            record["error"] = {"code": f"ModelArts.{code}", "message": fields.pop("message", message)}
        self.lines.append(json.dumps({**record, **fields}, ensure_ascii=False))

    def day(self, start: datetime, number: int) -> None:
        """Write a day."""
        models, chance = ["qwen3-32b", "deepseek-v3.2", "kimi-k2"], self.chance
        for _ in range(60):
            at = start + timedelta(hours=chance.random() * 24)
            self.add(at, chance.choice(models), f"key-00{chance.randint(1, 3)}")
            if chance.random() < 0.3:
                self.add(at, chance.choice(models), "key-001", chance.choice(["other", "empty", "tpm"]))
        for burst, model in enumerate(models):
            at = start + timedelta(hours=3 + burst, minutes=10)
            for place in range(8 + burst):
                self.add(
                    at + timedelta(milliseconds=60 * place), model, "key-002", "qps" if place > 4 else ""
                )
            for place in range(64 + burst):
                later = at + timedelta(minutes=1, milliseconds=700 * place)
                self.add(later, model, "key-002", "rpm" if place > 55 else "")
        for place in range(12):
            at = start + timedelta(hours=7, minutes=place)
            message = LENGTH.format(chance.choice([33000, 39000, 48000, 90000]) + place)
            self.add(at, "qwen3-32b", "key-001", "empty", message=message)
            self.add(at, chance.choice(["gpt-9", "wan-9"]), "key-003", "model")
        for call in range(10):
            at, error = start + timedelta(hours=9, minutes=call), chance.choice(["server", "words"])
            for attempt in range(1, 4):
                failing = error if attempt < 3 or error == "words" else ""
                told = {"operation_id": f"op-{number}-{call}", "attempt": attempt}
                self.add(
                    at + timedelta(seconds=attempt), chance.choice(models[:1]), "key-001", failing, **told
                )
        for place in range(30):
            self.add(start + timedelta(hours=11, seconds=9 * place), "kimi-k2", "key-003", "key")
        for task in range(8):
            self.task(start + timedelta(hours=13, minutes=3 * task), f"task-{number}-{task}", task)

    def task(self, at: datetime, name: str, kind: int) -> None:
        """Write a task's submission, polls and end."""
        poll = {"path": f"{VIDEO}/{name}", "method": "GET"}
        if kind % 4:
            self.add(at, "wan2.2-t2v", "key-001", path=VIDEO, method="POST", task_id=name)
        for place in range(1, 5 + kind):
            self.add(at + timedelta(seconds=7 * place), "wan2.2-t2v", "key-001", **poll)
        if kind % 3 == 0:
            body = {"task_id": name, "status": "failed", "error": {"code": "ModelArts.81011"}}
            body["error"]["message"] = CODES["words"][2]
            for place in range(2):
                self.add(at + timedelta(minutes=2, seconds=place), "wan2.2-t2v", "key-001", body=body, **poll)
        elif kind == 5:
            self.add(at + timedelta(minutes=2), "wan2.2-t2v", "key-001", "server", **poll)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def written(folder: Path, lines: list[str]) -> tuple[Path, Path]:
    """Ingest the lines and write the page; return the database and the page."""
    log, database, page = folder / "gateway.log", folder / "store.duckdb", folder / "report.html"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    analyzer.open(database, create=True).ingest([log])
    with closing(open_reader(database, time_zone=ZONE)) as connection:
        now = datetime(2026, 11, 26, tzinfo=UTC)
        span: dict[str, Any] = {"since": None, "until": None, "time_zone": ZONE}
        write_report(connection, page, **span, language="en", version="1.0", now=now)
    return database, page


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a store of three days and its page, whose slices are hours or shorter."""
    return written(tmp_path_factory.mktemp("short"), Log(3).lines)


@pytest.fixture(scope="module")
def page(browser: Browser, short: tuple[Path, Path]) -> Iterator[Page]:
    """Return the page of the short store, opened once."""
    with opened(browser, short[1]) as opened_page:
        yield opened_page


def opened(browser: Browser, file: Path, **context: Any) -> Any:
    """Open a file; leaving it checks that nothing was complained of."""
    complaints: list[str] = []
    place = browser.new_context(viewport={"width": 1280, "height": 900}, **context)
    opened_page = place.new_page()
    opened_page.on("console", lambda message: complaints.append(message.text))
    opened_page.on("pageerror", lambda error: complaints.append(str(error)))
    opened_page.add_init_script(WRITTEN)
    opened_page.goto(file.as_uri())
    expect(opened_page.locator("html[data-settled]")).to_be_attached(timeout=20_000)

    class Closing:
        def __enter__(self) -> Page:
            return opened_page

        def __exit__(self, *_: object) -> None:
            place.close()
            assert complaints == []

    return Closing()


def select(page: Page, **chosen: str) -> None:
    """Make a selection by the address's fragment."""
    page.evaluate(
        """fragment => new Promise((done) => {
            if (location.hash.slice(1) === fragment) return done();
            addEventListener("hashchange", () => done(), { once: true });
            location.hash = fragment;
        })""",
        urlencode(chosen, quote_via=quote),
    )
    expect(page.locator("html[data-settled]")).to_be_attached(timeout=20_000)


def shown(page: Page, panel: str) -> pandas.DataFrame:
    """Return a panel's rows as its CSV download has them; none where the panel says that it is empty."""
    button = page.locator(f"#panel-{panel} .tools button")
    if not button.count():
        return pandas.DataFrame()
    text = button.evaluate("button => { button.click(); return window.written; }")
    return pandas.read_csv(io.StringIO(text.lstrip("\ufeff")), keep_default_na=False, na_values=[""])


SELECTIONS: dict[str, dict[str, str]] = {
    "everything": {},
    "a model": {"model": "qwen3-32b"},
    "a key": {"api_key": "key-001"},
    "a category": {"category": "rate_limit"},
    "a code": {"code": "ModelArts.81001"},
    "an owner and a model": {"owner": "caller", "model": "kimi-k2"},
    "a time": {"from": "2026-11-19T00:00:00.000Z", "to": "2026-11-19T12:00:00.000Z"},
    "a time and a code": {
        "from": "2026-11-18T12:00:00.000Z",
        "to": "2026-11-20T00:00:00.000Z",
        "code": "ModelArts.81011",
    },
    "an endpoint": {"endpoint": "/v1/video/generations/{id}"},
    "a status": {"status": "429"},
}


def kept(
    frame: pandas.DataFrame, selection: dict[str, str], errors: dict[str, tuple[str, str]]
) -> pandas.DataFrame:
    """Keep the rows of a query that the selection keeps, as far as the query's columns tell."""
    for name in ("model", "api_key", "endpoint"):
        if name in frame and name in selection:
            frame = frame[frame[name] == selection[name]]
    if "from" in selection and "slice" in frame:
        since, until = pandas.Timestamp(selection["from"]), pandas.Timestamp(selection["to"])
        frame = frame[(frame.slice >= since) & (frame.slice < until)]
    if "code" not in frame:
        return frame
    isnt = frame.code.isna()
    for place, name in enumerate(("category", "owner")):
        if name in selection:
            frame = frame[
                isnt
                | frame.code.map(lambda code, place=place: errors.get(code, ("", ""))[place]).eq(
                    selection[name]
                )
            ]
    if "code" in selection:
        frame = frame[frame.code.isna() | (frame.code == selection["code"])]
    if "status" in selection and "status" in frame:
        frame = frame[frame.code.isna() | (frame.status == int(selection["status"]))]
    return frame


@pytest.fixture(scope="module")
def asked(short: tuple[Path, Path]) -> Iterator[Callable[..., pandas.DataFrame]]:
    """Return a function that asks the short store; see `asking`."""
    with closing(open_reader(short[0], time_zone=ZONE)) as connection:
        yield asking(connection)


def asking(connection: duckdb.DuckDBPyConnection) -> Callable[..., pandas.DataFrame]:
    """Return a function (query, selection) -> the query's rows by minutes that the selection keeps."""
    known = codes(connection)

    def ask(name: str, selection: dict[str, str], **values: object) -> pandas.DataFrame:
        step = {"step": "minute"} if name != "hours_of_week" else {"step": "15minutes"}
        return kept(run(connection, QUERIES[name], {**step, **values}).frame(), selection, known)

    return ask


def codes(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Return the category and the owner of each code that was seen."""
    found = run_sql(
        connection,
        "SELECT DISTINCT coalesce(code, error_code) AS code, coalesce(category, 'uncatalogued') AS category,"
        " coalesce(owner, 'unknown') AS owner FROM events WHERE failed",
    ).frame()
    return {row.code: (row.category, row.owner) for row in found.itertuples()}


def sums(frame: pandas.DataFrame, keys: list[str], measures: list[str]) -> dict[Any, tuple[float, ...]]:
    """Return the measures' sums by the keys, without rows of nothing."""
    if frame.empty:
        return {}
    found = frame.assign(**{key: frame[key].map(str) for key in keys}).groupby(keys)[measures].sum()
    rows = {
        key: tuple(float(value) for value in row)
        for key, row in zip(found.index, found.to_numpy(), strict=True)
    }
    return {key: row for key, row in rows.items() if any(row)}


@pytest.mark.parametrize("name", SELECTIONS)
def test_panels_follow_the_filters_as_sql_says(
    page: Page, asked: Callable[..., pandas.DataFrame], name: str
) -> None:
    """Each panel's rows are those of its query, of the rows that the selection keeps."""
    selection = SELECTIONS[name]
    select(page, **selection)
    compare_all(page, asked, selection)
    span = {"since": selection.get("from"), "until": selection.get("to")}
    compare_hours(page, asked("hours_of_week", selection, **span))


def compare_all(page: Page, asked: Callable[..., pandas.DataFrame], selection: dict[str, str]) -> None:
    """Compare every panel but the hours."""
    compare_limits(page, asked("limits_hit", selection))
    compare_retries(page, asked("retries", selection))
    compare_storms(page, asked("storms", selection))
    compare_tasks(page, asked("tasks", selection))
    compare_values(page, asked("values_seen", selection))
    compare_durations(page, asked, selection)


def compare_limits(page: Page, hits: pandas.DataFrame) -> None:
    """Limits by model and key, and each of the worst windows."""
    named = ["Model", "Key", "Refused", "Seconds or minutes with a refusal"]
    assert sums(shown(page, "limits"), named[:2], named[2:]) == sums(
        hits, ["model", "api_key"], ["failures", "windows"]
    )
    worst = hits[hits.moment.notna()].sort_values("over", ascending=False)
    rows = shown(page, "limit_minutes")
    assert len(rows) == len(worst)
    if len(worst):
        assert rows["Refused"].sum() == worst.failures.sum()
        # No log counts the tokens of TPM: nothing stands there.
        assert rows["Above the limit"].fillna(0).tolist() == worst.over.tolist()


def compare_retries(page: Page, retries: pandas.DataFrame) -> None:
    """Retries by code."""
    named = ["Failures whose call is known", "Retries", "Helped"]
    expected = sums(retries, ["code"], ["failures", "retries", "helped"])
    assert sums(shown(page, "retries"), ["Code"], named) == expected


def compare_storms(page: Page, storms: pandas.DataFrame) -> None:
    """Storms by caller and code."""
    expected = sums(storms, ["api_key", "code"], ["storms", "failures", "repeats"])
    named = ["Storms", "Failures", "Wasted requests"]
    assert sums(shown(page, "storms"), ["Caller", "Code"], named) == expected


def compare_tasks(page: Page, tasks: pandas.DataFrame) -> None:
    """Tasks by outcome, counted once."""
    rows = shown(page, "tasks")
    expected = sums(tasks, ["outcome"], ["tasks", "reports"])
    if len(rows):
        rows["Outcome"] = rows["Outcome"].str.lower()
    assert sums(rows, ["Outcome"], ["Tasks", "Failed lines"]) == expected


def compare_values(page: Page, values: pandas.DataFrame) -> None:
    """Values that stand alone, and how many failures fall into ranges."""
    rows, alone = shown(page, "values"), values[values.kind.isin(["value", "model"])]
    plain = rows[~rows["Value"].astype(str).str.contains("[–≥×]")] if len(rows) else rows
    assert sums(plain, ["Value"], ["Failures"]) == sums(alone, ["value"], ["failures"])
    assert (rows["Failures"].sum() if len(rows) else 0) == values.failures.sum()


def compare_hours(page: Page, hours: pandas.DataFrame) -> None:
    """Failures by weekday and hour."""
    rows, hours = shown(page, "hours"), hours.copy()
    hours["day"] = hours.weekday.map(dict(enumerate(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], 1)))
    if len(rows):
        rows["day"], rows["hour"] = rows["Weekday"].str[:3], rows["Hour"].str[:2].astype(int)
    assert sums(rows, ["day", "hour"], ["Failures"]) == sums(hours, ["day", "hour"], ["failures"])


def compare_durations(page: Page, asked: Callable[..., pandas.DataFrame], selection: dict[str, str]) -> None:
    """Durations by bin: of successes, and of failures by what is known of them."""
    every = asked("durations", selection)
    by_error = {"category", "code", "owner"} & set(selection)
    failures = asked("durations_by_error", selection) if by_error else every[every.outcome == "failure"]
    rows = shown(page, "durations")
    rows["bin"] = [-1 if start == 0 else round(2 * math.log2(start)) for start in rows["From"]]
    assert sums(rows, ["bin"], ["Failures"]) == sums(failures, ["bin"], ["attempts"])
    successes = every[every.outcome == "success"]
    assert sums(rows, ["bin"], ["Successes"]) == sums(successes, ["bin"], ["attempts"])


UNFOLLOWED = {
    "an endpoint": {"limits": "Endpoint", "values": "Endpoint", "durations": "Endpoint"},
    "a key": {"values": "Key", "durations": "Key"},
    "a status": {"limits": "Status", "storms": "Status", "values": "Status", "durations": "Status"},
    "an owner and a model": {"durations": "Model"},
    "a category": {},
    "a time": {},
}


@pytest.mark.parametrize("name", UNFOLLOWED)
def test_a_panel_says_which_filters_it_does_not_follow(page: Page, name: str) -> None:
    """Where a fact does not know a filter, the panel says so in words; else it says nothing."""
    select(page, **SELECTIONS[name])
    for panel in ["limits", "tasks", "values", "hours", "durations", "storms"]:
        note = page.locator(f"#panel-{panel} > .note")
        if panel in UNFOLLOWED[name]:
            expect(note).to_have_text(f"This panel does not follow the filters: {UNFOLLOWED[name][panel]}.")
        else:
            expect(note).to_be_hidden()


def test_the_sentences_count_calls_tasks_and_waste(
    page: Page, asked: Callable[..., pandas.DataFrame]
) -> None:
    """Calls and attempts stand side by side, tasks are counted once, and nothing is wasted twice."""
    select(page)
    retries, storms, tasks = asked("retries", {}), asked("storms", {}), asked("tasks", {})
    attempts = asked("durations", {}).attempts.sum()
    said = page.locator("#panel-retries-says").inner_text()
    again = retries.retries.sum() - retries.helped.sum()
    assert f"{attempts:,} attempts make up {attempts - retries.retries.sum():,} calls" in said
    assert f"Wasted, with those of storms: {again + storms.untold.sum()} requests" in said
    never = retries[retries.retry == "never"].retries.sum()
    assert f"{never} followed an error that no retry can cure" in said
    said = page.locator("#panel-tasks-says").inner_text()
    assert said.startswith(f"{tasks.tasks.sum()} tasks, each counted once:")
    assert tasks[tasks.outcome == "failed"].tasks.sum() < tasks.reports.sum()


def test_a_selection_without_rows_is_said(page: Page) -> None:
    """A panel of which the selection leaves nothing says what it looked for."""
    select(page, code="ModelArts.81003")
    expect(page.locator("#panel-limits-says")).to_have_text("No rate limit was hit in this selection.")
    expect(page.locator("#panel-values-says")).to_have_text("No message of this selection has a value in it.")


def test_each_chart_draws(browser: Browser, short: tuple[Path, Path]) -> None:
    """Narrow, dark, in Chinese: charts appear, and nothing sticks out of the page."""
    with opened(browser, short[1], color_scheme="dark") as page:
        page.set_viewport_size({"width": 360, "height": 900})
        page.evaluate("location.hash = 'lang=zh'")
        for panel in ["limits", "retries", "tasks", "values", "hours", "durations"]:
            page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
            expect(page.locator(f"#panel-{panel} .chart svg").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_long_time_is_cut_into_long_slices(browser: Browser, tmp_path: Path) -> None:
    """Where the page's slices are longer than an hour, the panels follow; only the hours know no time."""
    log, selection = Log(1), {"category": "rate_limit", "model": "kimi-k2"}
    log.add(START - timedelta(days=90), "qwen3-32b", "key-001", "server")
    database, file = written(tmp_path, log.lines)
    with (
        closing(open_reader(database, time_zone=ZONE)) as connection,
        opened(browser, file) as page,
    ):
        asked = asking(connection)
        compare_all(page, asked, {})
        compare_hours(page, asked("hours_of_week", {}))
        select(page, **selection)
        compare_hours(page, asked("hours_of_week", selection))
        # From nine in the morning till six in the evening, in the page's zone.
        selection = {"from": "2026-11-18T01:00:00.000Z", "to": "2026-11-18T10:00:00.000Z"}
        select(page, **selection)
        compare_all(page, asked, selection)
        expect(page.locator("#panel-hours > .note")).to_have_text(
            "This panel does not follow the filters: Time."
        )
