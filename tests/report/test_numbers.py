"""Every number of the report beside pandas over the raw lines, which knows nothing of the tool's SQL.

The logs are simulated over a change of clocks in Berlin. What a line's failure is called is found here
by a small classifier of its own, which is held to the generator's truth first.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, sync_playwright

from analyzer.api import Store
from analyzer.report.said import verdict_said
from analyzer.resources import package_folder
from analyzer.simulate.run import Plan, simulate
from analyzer.text import texts

pytestmark = pytest.mark.xdist_group("numbers")
"""One worker: the store is filled once."""

Rows = dict[Any, dict[str, Any]]

START, DAYS, REQUESTS = "2026-10-23", 5, 4000
ZONES = ("Asia/Shanghai", "Europe/Berlin", "UTC")
CATALOG = tomllib.loads((package_folder("catalogs") / "huawei-maas.toml").read_text("utf-8"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NONE = "(none)"


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold().rstrip(".")


def pattern(message: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in re.split(r"%[sd]", normal(message))), re.DOTALL)


ENTRIES = [
    (entry, [pattern(text) for text in (entry["message"], *entry.get("variants", []))])
    for entry in CATALOG["entry"]
]


def unwrapped(code: str | None, message: str | None) -> tuple[str | None, str | None]:
    """Return the innermost error of bodies within bodies."""
    while message and (start := message.find('{"error"')) >= 0:
        body = json.loads(message[start:])["error"]
        code, message = body["code"], body["message"]
    return code, message


def fitting(entries: list[Any], message: str | None, whole: bool) -> list[dict[str, Any]]:
    """Return the entries one of whose texts is the message, or stands in it."""
    return [
        entry
        for entry, texts in entries
        if message
        and any((text.fullmatch if whole else text.search)(normal(message)) is not None for text in texts)
    ]


def named(code: str | None, message: str | None) -> tuple[str, str, str, str | None]:
    """Return code, category, owner and entry of an error, by the catalogue's own file."""
    code, message = unwrapped(code, message)
    found = re.search(r"ModelArts\.\d+(?!\d)", code or "")
    known = [(entry, texts) for entry, texts in ENTRIES if found and entry["code"] == found.group()]
    if not known and not found and code and not re.fullmatch(r"\d{3}", code):
        return code, "uncatalogued", "unknown", None
    fits = fitting(known or ENTRIES, message, whole=True)
    fits = fits or fitting(known, message, whole=False)
    # Where two fit, the one that says more.
    fits.sort(key=lambda entry: len(entry["message"].replace("%s", "")), reverse=True)
    if fits and (known or len(fits) == 1):
        return fits[0]["code"], fits[0]["category"], fits[0]["owner"], fits[0]["entry_id"]
    if not known:
        return code or NONE, "uncatalogued", "unknown", None
    shared = {key: {entry[key] for entry, _ in known} for key in ("category", "owner")}
    category, owner = (values.pop() if len(values) == 1 else "several" for values in shared.values())
    return known[0][0]["code"], category, owner, None


def read(log: Path) -> pd.DataFrame:
    """Return the log's lines as they stand there, each with what it is called."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    frame = pd.DataFrame(lines).astype(object)
    frame = frame.where(frame.notna(), None)
    frame["ts"] = pd.to_datetime(frame["ts"], utc=True)
    frame["failed"] = [
        int(status) >= 400 or bool(code)
        for status, code in zip(frame["status"], frame["error_code"], strict=True)
    ]
    names = [
        named(code, message) if failed else (None, None, None, None)
        for code, message, failed in zip(
            frame["error_code"], frame["error_message"], frame["failed"], strict=True
        )
    ]
    frame[["code", "category", "owner", "entry_id"]] = pd.DataFrame(names, index=frame.index)
    frame["model"] = frame["model"].map(lambda value: value or NONE)
    # Real keys are stored as a hash; what stands under that name here is counted as one.
    frame["api_key"] = frame["api_key"].map(
        lambda value: NONE if not value else value if re.fullmatch(r"key-\d+", value) else "(real)"
    )
    return frame


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, pd.DataFrame, dict[str, Any]]:
    """Return a store, the raw lines that it was filled with, and the generator's truth about them."""
    folder = tmp_path_factory.mktemp("numbers")
    log, truth = folder / "app.log", folder / "truth.json"
    simulate(Plan({log: "ndjson"}, truth, date.fromisoformat(START), REQUESTS, DAYS, seed=8, uniform=True))
    store = Store.open(folder / "numbers.duckdb", create=True)
    store.ingest([log], create=True)
    return store, read(log), next(iter(json.loads(truth.read_text("utf-8"))["files"].values()))


def within(frame: pd.DataFrame, since: str | None, until: str | None, zone: str) -> pd.DataFrame:
    """Return the lines of [since, until), local times of `zone`."""
    found = frame
    if since:
        found = found[found["ts"] >= pd.Timestamp(since, tz=zone)]
    if until:
        found = found[found["ts"] < pd.Timestamp(until, tz=zone)]
    return found


def expected(frame: pd.DataFrame, key: str) -> Rows:
    """Return what the table by `key` must say: failures, requests, error_rate and share."""
    failed = frame[frame["failed"]]
    own = key in ("model", "api_key")
    return {
        name: {
            "failures": len(part),
            "requests": int((frame[key] == name).sum()) if own else len(frame),
            "error_rate": len(part) / (int((frame[key] == name).sum()) if own else len(frame)),
            "share": len(part) / len(failed),
        }
        for name, part in failed.groupby(key, dropna=False)
    }


def told(rows: list[dict[str, Any]], key: str) -> Rows:
    """Return a table of the report as `expected` writes it; real keys are one, as in `read`."""
    figures = ("failures", "requests", "error_rate", "share")
    found = {row[key]: {name: row[name] for name in figures} for row in rows if row["failures"]}
    hashed = [name for name in found if key == "api_key" and not re.fullmatch(r"key-\d{3}|\(none\)", name)]
    if hashed:
        parts = [found.pop(name) for name in hashed]
        found["(real)"] = {name: sum(part[name] for part in parts) for name in ("failures", "share")}
    return found


TABLES = {
    "codes": "code",
    "categories": "category",
    "owners": "owner",
    "statuses": "status",
    "models": "model",
    "api_keys": "api_key",
}
RANGES = [(None, None), ("2026-10-24", "2026-10-26"), ("2026-10-25T00:00", "2026-10-25T15:30")]


def test_the_classifier_here_says_what_the_generator_meant(world: Any) -> None:
    """So what is compared below is the report with the truth, not one rule with its copy."""
    _, lines, truth = world
    failed = lines[lines["failed"]]
    assert len(lines) == truth["events"] == REQUESTS
    assert len(failed) == truth["failures"]
    for key in ("code", "category", "owner", "model"):
        counted = failed[key].value_counts().to_dict()
        assert counted == truth[f"by_{key}"], key


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("since", "until"), RANGES)
def test_each_table_is_pandas(world: Any, zone: str, since: str | None, until: str | None) -> None:
    store, lines, _ = world
    report = json.loads(store.report_text("json", since=since, until=until, time_zone=zone, compare="none"))
    frame = within(lines, since, until, zone)
    failed = frame[frame["failed"]]
    overview = report["overview"]
    assert (overview["events"], overview["requests"], overview["failures"]) == (
        len(frame),
        len(frame),
        len(failed),
    )
    assert overview["error_rate"] == len(failed) / len(frame)
    assert overview["uncatalogued"] == int((failed["category"] == "uncatalogued").sum())
    for table, key in TABLES.items():
        rows = told(report[table], key)
        wanted = expected(frame, key)
        assert rows.keys() == wanted.keys(), table
        for name, figures in wanted.items():
            # Of the real keys, only those with a failure stand in the table.
            shown = {figure: figures[figure] for figure in rows[name]}
            assert rows[name] == pytest.approx(shown), (table, name)
    entries = failed.dropna(subset="entry_id")["entry_id"].value_counts().to_dict()
    found = {row["entry_id"]: row["failures"] for row in report["errors"] if row["level"] == "entry"}
    assert found == entries
    endpoints = sum(row["failures"] for row in report["endpoints"])
    assert endpoints == len(failed)


@pytest.mark.parametrize("zone", [*ZONES, "Asia/Kolkata"])
def test_days_are_pandas_days(world: Any, zone: str) -> None:
    """Also the day of 25 hours, 25 October 2026 in Berlin."""
    store, lines, _ = world
    report = json.loads(store.report_text("json", time_zone=zone))
    days = lines.groupby(lines["ts"].dt.tz_convert(zone).dt.date.astype(str))
    assert {row["day"]: (row["requests"], row["failures"]) for row in report["days"]} == {
        day: (len(part), int(part["failed"].sum())) for day, part in days
    }


def test_remedies_remove_what_their_entries_failed(world: Any) -> None:
    """The failures of a remedy, the rate that it leaves, and who is affected."""
    store, lines, _ = world
    report = json.loads(store.report_text("json"))
    failed = lines[lines["failed"]]
    remedy_of = {entry["entry_id"]: entry["remedy_id"] for entry, _ in ENTRIES}
    assert sum(row["failures"] for row in report["remedies"]) == len(failed)
    for row in report["remedies"]:
        names = {entry for entry, remedy in remedy_of.items() if remedy == row["remedy_id"]}
        of_entries = failed[failed["entry_id"].isin(names)]
        if row["remedy_id"] not in ("several", "uncatalogued"):
            of_codes = sum(part["failures"] for part in row["entries"] if part["level"] == "code")
            assert row["failures"] == len(of_entries) + of_codes
            if not of_codes:
                assert {model["name"]: model["failures"] for model in row["models"]}.items() <= (
                    of_entries["model"].value_counts().to_dict().items()
                )
        assert row["error_rate_after"] == pytest.approx((len(failed) - row["failures"]) / len(lines))


@pytest.mark.parametrize("moment", ["2026-10-25T02:30", "2026-10-26"])
def test_two_parts_add_up_to_the_whole(world: Any, moment: str) -> None:
    store, _, _ = world
    whole, first, second = (
        json.loads(store.report_text("json", time_zone="Europe/Berlin", compare="none", **part))
        for part in ({}, {"until": moment}, {"since": moment})
    )
    for name in ("events", "requests", "failures", "uncatalogued", "client_gone"):
        assert first["overview"][name] + second["overview"][name] == whole["overview"][name]
    for table, key in {**TABLES, "endpoints": "endpoint"}.items():
        sums: dict[Any, int] = {}
        for row in first[table] + second[table]:
            sums[row[key]] = sums.get(row[key], 0) + row["failures"]
        assert sums == {row[key]: row["failures"] for row in whole[table]}, table


def test_availability_is_the_requests_that_did_not_fail(world: Any) -> None:
    store, lines, _ = world
    found = json.loads(store.report_text("json", slo=95.0))["availability"]
    failed = int(lines["failed"].sum())
    own = int(lines["owner"].isin(["caller", "account_admin"]).sum())
    assert found["availability"] == pytest.approx(1 - failed / len(lines))
    assert found["availability_without_own"] == pytest.approx(1 - (failed - own) / (len(lines) - own))
    assert found["burn"] == pytest.approx(failed / (len(lines) * 0.05))
    assert found["budget_left"] == pytest.approx(1 - found["burn"])


SINCE, UNTIL = "2026-10-25", "2026-10-27"
"""Two local days of Berlin, 49 hours, which stand beside the two before."""


@pytest.fixture(scope="module")
def two_days(world: Any) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """Return the report of two days beside the two before, and the lines of both."""
    store, lines, _ = world
    text = store.report_text("json", since=SINCE, until=UNTIL, time_zone="Europe/Berlin")
    now = within(lines, SINCE, UNTIL, "Europe/Berlin")
    return json.loads(text), now, within(lines, "2026-10-23", SINCE, "Europe/Berlin")


def hours(frame: pd.DataFrame, failed: pd.DataFrame) -> list[tuple[int, int]]:
    """Return failures and requests of each hour that has requests."""
    asked = frame.groupby(frame["ts"].dt.floor("h")).size()
    return list(
        zip(
            failed.groupby(failed["ts"].dt.floor("h")).size().reindex(asked.index, fill_value=0),
            asked,
            strict=True,
        )
    )


def scatter(spans: list[list[tuple[int, int]]]) -> float:
    """Return the dispersion, as Pearson's chi-square over its degrees of freedom."""
    square, freedom = 0.0, 0
    for span in spans:
        table = np.array(span, dtype=float)
        if not len(table) or not table[:, 0].sum():
            continue
        wanted = table[:, 1] * table[:, 0].sum() / table[:, 1].sum()
        square, freedom = square + ((table[:, 0] - wanted) ** 2 / wanted).sum(), freedom + len(table) - 1
    return max(1.0, square / freedom) if freedom >= 6 else 1.0


def exact(count: int, before: int, exposure: int, exposure_before: int) -> float:
    """Return the two-sided mid-p of the conditional test, in rational numbers."""
    together, chance = count + before, Fraction(exposure, exposure + exposure_before)
    weights = [comb(together, n) * chance**n * (1 - chance) ** (together - n) for n in range(together + 1)]
    lower = sum(weights[:count], Fraction(0)) + weights[count] / 2
    return float(min(Fraction(1), 2 * min(lower, 1 - lower)))


def adjusted(values: list[float]) -> list[float]:
    """Return Benjamini's and Hochberg's p-values, by their definition."""
    order = sorted(values)
    steps = [value * len(order) / rank for rank, value in enumerate(order, 1)]
    return [min(1.0, *(steps[order.index(value) :])) for value in values]


def test_changes_are_what_pandas_and_rational_numbers_say(two_days: Any) -> None:
    report, now, before = two_days
    rows = {(row["kind"], row["level"], row["name"]): row for row in report["changes"]["rows"]}
    assert report["compared"]["since"] == "2026-10-23T00:00:00+02:00"
    parts = {("all", None, ""): (now["failed"], before["failed"], len(now), len(before))}
    for entry in {*now["entry_id"].dropna(), *before["entry_id"].dropna()}:
        parts["error", "entry", entry] = (
            now["entry_id"] == entry,
            before["entry_id"] == entry,
            len(now),
            len(before),
        )
    for model in {*now["model"], *before["model"]} - {NONE}:
        own, own_before = now["model"] == model, before["model"] == model
        parts["model", None, model] = (
            own & now["failed"],
            own_before & before["failed"],
            int(own.sum()),
            int(own_before.sum()),
        )
    assert len(parts) > 30
    for key, (failed, failed_before, requests, requests_before) in parts.items():
        counts = (int(failed.sum()), int(failed_before.sum()))
        if not any(counts):
            assert key not in rows, "without a failure there is nothing to compare"
            continue
        row = rows[key]
        assert (row["failures"], row["failures_before"]) == counts
        assert (row["requests"], row["requests_before"]) == (requests, requests_before)
        is_own = key[0] == "model"
        frames = [frame[frame["model"] == key[2]] if is_own else frame for frame in (now, before)]
        spans = [hours(frames[0], now[failed]), hours(frames[1], before[failed_before])]
        assert row["dispersion"] == pytest.approx(scatter(spans)), key
        assert row["probability_of_counts"] == pytest.approx(exact(*counts, requests, requests_before)), key


def test_changes_are_corrected_for_their_number(two_days: Any) -> None:
    report, now, before = two_days
    rows = report["changes"]["rows"]
    known = [row for row in rows if row["probability"] is not None]
    assert len(known) == report["changes"]["comparisons"]
    for name, corrected in (("probability", "adjusted"), ("probability_of_counts", "adjusted_of_counts")):
        values = adjusted([row[name] for row in known])
        assert [row[corrected] for row in known] == pytest.approx(values)
    entries = {row["name"]: row["verdict"] for row in rows if row["level"] == "entry"}
    seen, seen_before = set(now["entry_id"].dropna()), set(before["entry_id"].dropna())
    assert {name for name, verdict in entries.items() if verdict == "gone"} == seen_before - seen
    # Of before these two spans nothing is stored of Berlin's first two hours only.
    assert {name for name, verdict in entries.items() if verdict == "new"} <= seen - seen_before


@pytest.fixture(scope="module")
def page(world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return the page of the two days, open in Chromium."""
    store, _, _ = world
    file = tmp_path_factory.mktemp("page") / "report.html"
    store.report(file, since=SINCE, until=UNTIL, time_zone="Europe/Berlin", slo=95.0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(accept_downloads=True)
        opened.goto(file.as_uri())
        opened.wait_for_selector("html.ready")
        yield opened
        browser.close()


def downloaded(page: Page, place: str) -> list[dict[str, str]]:
    """Return the table behind a panel, as its download has it: nothing in it is rounded."""
    with page.expect_download() as waiting:
        page.locator(f"{place} .tools button").first.click()
    return list(csv.DictReader(waiting.value.path().read_text("utf-8-sig").splitlines()))


PANELS = {
    "#panel-codes": ("codes", "code", "Code"),
    "#panel-models": ("models", "model", "Model"),
    "#panel-keys": ("api_keys", "api_key", "Key"),
    "#panel-endpoints": ("endpoints", "endpoint", "Endpoint"),
    "#panel-categories": ("categories", "category", "Category"),
}


@pytest.mark.browser
@pytest.mark.parametrize("place", PANELS)
def test_the_page_says_what_the_report_says(page: Page, two_days: Any, place: str) -> None:
    """The tables in Chromium hold the numbers that pandas agreed to above, those of before beside them."""
    report, _, _ = two_days
    table, key, title = PANELS[place]
    rows = {row[title]: row for row in downloaded(page, place)}
    words = texts("en")
    checked = 0
    for row in report[table]:
        name = words.word(key, row[key]) if key == "category" else row[key]
        name = {"(none)": "no code" if key == "code" else "(none)"}.get(name, name)
        if name not in rows:
            continue
        found = rows[name]
        assert int(found["Failures"]) == row["failures"], (place, name)
        assert int(found["Failures (before)"]) == row["before"]["failures"], (place, name)
        checked += 1
    assert checked >= len([row for row in report[table] if row["failures"]]), rows.keys()


@pytest.mark.browser
def test_the_page_judges_changes_as_the_report_does(page: Page, two_days: Any) -> None:
    """Python's statistics and the page's agree on every row, from their own counts."""
    report, _, _ = two_days
    rows = downloaded(page, "#panel-changes")
    words = texts("en")
    expected_rows = {}
    for row in report["changes"]["rows"]:
        name = "All requests" if row["kind"] == "all" else row["name"]
        name = f"{name} ({words['table.code_only']})" if row["level"] == "code" else name
        name = words["table.no_code"] if name == NONE else name
        p = row["adjusted"]
        expected_rows[words[f"compare.{row['kind']}"], name] = (
            verdict_said(row, words),
            str(row["failures"]),
            str(row["failures_before"]),
            words["number.nothing"] if p is None else "<0.001" if p < 0.001 else f"{p:.3f}",
        )
    found = {
        (row["What"], row["Name"]): (
            row["Change"],
            row["Failures"],
            row["Failures (before)"],
            row["p, adjusted"],
        )
        for row in rows
    }
    assert found == expected_rows


@pytest.mark.browser
def test_the_pages_cards_say_what_the_report_says(page: Page, two_days: Any) -> None:
    _, now, before = two_days
    failures = page.locator("[data-total=failures] .figure").inner_text()
    assert failures.startswith(str(int(now["failed"].sum())))
    assert str(int(before["failed"].sum())) in failures
    rate = page.locator("[data-total=error_rate] .figure").inner_text()
    assert f"{now['failed'].mean():.1%}" in rate
    assert f"{before['failed'].mean():.1%}" in rate
    assert f"{1 - now['failed'].mean():.1%}" in page.locator("#availability").inner_text()


@pytest.mark.browser
def test_the_pages_times_are_pandas_times(page: Page, two_days: Any) -> None:
    """Each slice of the chart over time and each hour of the week, also on Berlin's day of 25 hours."""
    _, now, before = two_days
    rows = downloaded(page, "#panel-over_time")
    starts = pd.to_datetime([row["Time"] for row in rows])
    for frame, name in ((now, "Failures"), (before, "Failures (before)")):
        assert sum(int(row[name]) for row in rows) == int(frame["failed"].sum()), name
    slices = np.searchsorted(starts, now["ts"], side="right") - 1
    asked = now.groupby(slices).size().reindex(range(len(rows)), fill_value=0)
    failed = now[now["failed"]].groupby(slices[now["failed"]]).size().reindex(range(len(rows)), fill_value=0)
    assert [int(row["Requests"]) for row in rows] == asked.to_list()
    assert [int(row["Failures"]) for row in rows] == failed.to_list()
    local = now.loc[now["failed"], "ts"].dt.tz_convert("Europe/Berlin")
    hours = local.groupby([local.dt.day_name(), local.dt.strftime("%H:00")]).size().to_dict()
    found = {
        (row["Weekday"], row["Hour"][:5]): int(row["Failures"]) for row in downloaded(page, "#panel-hours")
    }
    assert {key: value for key, value in found.items() if value} == hours


@pytest.mark.browser
def test_whose_fault_is_pandas(page: Page, two_days: Any) -> None:
    """Each owner's failures and rate, the failures that nobody owns told apart, and those of before."""
    _, now, before = two_days
    rows = {row["Owner"]: row for row in downloaded(page, "#faults")}
    words = texts("en")
    for owner in ("caller", "account_admin", "provider"):
        row = rows[words[f"fault.{owner}"]]
        assert int(row["Failures"]) == int((now["owner"] == owner).sum())
        assert int(row["Failures (before)"]) == int((before["owner"] == owner).sum())
        assert float(row["Error rate"]) == pytest.approx((now["owner"] == owner).mean())
    nobody = now[now["owner"].isin(["unknown", "several"])]
    known = {words[f"fault.{owner}"] for owner in ("caller", "account_admin", "provider")}
    assert sum(int(row["Failures"]) for name, row in rows.items() if name not in known) == len(nobody)
    gone = now[now["status"].isin([499, 0, -1])]
    if len(gone):
        assert int(rows[words["fault.client_gone"]]["Failures"]) == len(gone)


@pytest.mark.browser
def test_the_pages_remedies_are_pandas(page: Page, two_days: Any) -> None:
    """The cards of "Do this first" in order: how many failures each removes, and the rate it leaves."""
    report, now, _ = two_days
    cards = page.locator("#first .remedy").all_inner_texts()
    words = texts("en")
    ranked = [row for row in report["remedies"] if row["rank"] is not None]
    for card, row in zip(cards[:3], ranked, strict=False):
        assert words.count("failures", row["failures"]) in card
        after = (int(now["failed"].sum()) - row["failures"]) / len(now)
        assert words.percent(after) in card.replace("\u00a0", " ")
