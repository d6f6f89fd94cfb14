"""The report as one CSV table for spreadsheets: a row a figure, the column `table` says of what.

Cells that a spreadsheet would run as formulas begin with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = (
    "table",
    "name",
    "level",
    "code",
    "failures",
    "requests",
    "error_rate",
    "share",
    "failures_without_rate",
    "failures_before",
    "requests_before",
    "error_rate_before",
    "verdict",
    "sure",
    "adjusted",
    "first_seen",
    "last_seen",
    "text",
)
_NAMES = {
    "codes": "code",
    "categories": "category",
    "owners": "owner",
    "statuses": "status",
    "models": "model",
    "endpoints": "endpoint",
    "api_keys": "api_key",
}
_KINDS = {"models": "model", "endpoints": "endpoint", "api_keys": "api_key"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_Changes = dict[tuple[str, str | None, str], dict[str, Any]]
_CHANGE = ("verdict", "sure", "adjusted")


def spreadsheet(report: Mapping[str, Any]) -> str:
    """Return the report (`document`) as CSV (RFC 4180): rates as parts of 1, times as ISO 8601."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({name: harmless(value) for name, value in row.items() if name in COLUMNS})
    return text.getvalue()


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet runs: a text like a formula gets an apostrophe."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _rows(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    changes = _changes(report)
    yield {
        "table": "overview",
        "name": "all",
        **_figures({**report["overview"], "before": report["overview_before"]}),
        **changes.get(("all", None, ""), {}),
        "first_seen": report["overview"]["first_ts"],
        "last_seen": report["overview"]["last_ts"],
    }
    for row in report["remedies"]:
        codes = " ".join(sorted({entry["code"] for entry in row["entries"]}))
        named = {"table": "remedies", "name": row["remedy_id"], "code": codes, "text": row["remedy"]}
        yield {**_figures(row), **named}
    yield from _errors(report, changes)
    for table, key in _NAMES.items():
        for row in report[table]:
            change = changes.get((_KINDS.get(table, ""), None, row[key]), {})
            yield {**_figures(row), "table": table, "name": row[key], **change}
    for row in report["days"]:
        yield {**_figures(row), "table": "days", "name": row["day"]}
    for row in report["uncatalogued"]:
        yield {**_figures(row), "table": "uncatalogued", "name": row["code"], "text": row["message"]}


def _errors(report: Mapping[str, Any], changes: _Changes) -> Iterator[dict[str, Any]]:
    seen = {(row["level"], row["entry_id"], row["code"]): row for row in report["entries"]}
    for row in report["errors"]:
        entry = seen.get((row["level"], row["entry_id"], row["code"]), {})
        name = row["entry_id"] or row["code"]
        yield {
            **_figures({**entry, **row}),
            "table": "errors",
            "name": name,
            **changes.get(("error", row["level"], name), {}),
            "text": entry.get("meaning"),
        }


def _changes(report: Mapping[str, Any]) -> _Changes:
    rows = (report["changes"] or {"rows": []})["rows"]
    return {(row["kind"], row["level"], row["name"]): {name: row[name] for name in _CHANGE} for row in rows}


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    before = row.get("before") or {}
    return {
        **row,
        **{f"{name}_before": before.get(name) for name in ("failures", "requests", "error_rate")},
    }
