"""The small table of a summary: requests, failures and rates beside the period before and the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.night.calendar import moment_of, period_name, weekday_of
from analyzer.text import Texts

OWNERS = 4
_LONGEST_NAME = 90


@dataclass(frozen=True)
class Figure:
    """One row: its name, three cells, and all of them as a line."""

    name: str
    now: str
    before: str
    usual: str
    line: str
    is_part: bool = False
    """True for the rates by owner, which are parts of the row above."""


def figures(summary: Mapping[str, Any], texts: Texts) -> list[Figure]:
    """Return the rows of the table; rates by owner only for owners with failures now or before."""
    rows = [_total(name, summary, texts) for name in ("requests", "failures", "error_rate")]
    if summary["error_rate"] is None:
        rows = [row for row in rows if row.name == texts["night.failures"]]
    owners = [row for row in summary["owners"] if row["failures"] or row["failures_before"]]
    if summary["failures"] or summary["before"]["failures"]:
        rows += [_owner(row, summary, texts) for row in owners[:OWNERS]]
    return rows


def usual_note(summary: Mapping[str, Any], texts: Texts) -> list[str]:
    """Return what the table does not say: too little history, failures without a rate."""
    said = []
    usual = summary["usual"]
    if usual["periods"] < usual["least"]:
        weekday = texts[f"night.weekday_long_{moment_of(summary['since']).weekday()}"]
        values = {"least": usual["least"], "n": usual["periods"], "weekday": weekday}
        said.append(texts.say(f"night.few_{summary['kind']}", **values))
    if summary["failures_without_rate"] and summary["requests"]:
        count = texts.count("failures", summary["failures_without_rate"])
        said.append(texts.say("night.part_rate", failures=count))
    return said


def error_name(error: Mapping[str, Any], texts: Texts) -> str:
    """Return how people call an error: its code and the catalogue's message, short enough for a line."""
    code = texts["night.no_code"] if error["code"] in (None, "(none)") else str(error["code"])
    message = (error["message"] or "").rstrip(".。 ")
    text = f"{code}: {message}" if message else code
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def _total(name: str, summary: Mapping[str, Any], texts: Texts) -> Figure:
    show = texts.percent if name == "error_rate" else texts.compact
    usual = summary["usual"][name]
    has_before = "no_data_before" not in summary["warnings"]
    cells = {
        "name": texts[f"night.{name}"],
        "now": show(summary[name]),
        "before": show(summary["before"][name]) if has_before else texts["number.nothing"],
        "usual": texts.say("night.range", low=show(usual["low"]), high=show(usual["high"])) if usual else "",
    }
    line = _line(cells, summary, texts)
    usual_cell = cells["usual"] or texts["number.nothing"]
    return Figure(cells["name"], cells["now"], cells["before"], usual_cell, line)


def _owner(row: Mapping[str, Any], summary: Mapping[str, Any], texts: Texts) -> Figure:
    name = texts.word("owner", row["owner"])
    if row["error_rate"] is None:
        now, before = texts.compact(row["failures"]), texts.compact(row["failures_before"])
    else:
        now, before = texts.percent(row["error_rate"]), texts.percent(row["error_rate_before"])
    cells = {"name": name, "now": now, "before": before, "usual": ""}
    return Figure(name, now, before, "", _line(cells, summary, texts), is_part=True)


def columns(summary: Mapping[str, Any], texts: Texts) -> tuple[str, str, str]:
    """Return the heads of the table's cells: this period, the one before, the usual."""
    kind, since = summary["kind"], moment_of(summary["since"])
    name = texts.day(since) if kind == "nightly" else period_name(kind, since, texts)
    usual = texts.say(f"night.column_usual_{kind}", weekday=weekday_of(since, texts))
    return name, texts[f"night.column_before_{kind}"], usual


def _line(cells: Mapping[str, str], summary: Mapping[str, Any], texts: Texts) -> str:
    _, before, usual = columns(summary, texts)
    key = "night.figure_usual" if cells["usual"] else "night.figure"
    return texts.say(key, **cells, before_name=before, usual_name=usual)
