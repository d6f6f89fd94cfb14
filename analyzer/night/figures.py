"""The small table of a summary: requests, failures and rates beside the period before and the usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.night.calendar import moment_of, weekday_of
from analyzer.text import Texts

OWNERS = 4
_LONGEST_NAME = 90


@dataclass(frozen=True)
class Figure:
    """One row: its name, and three cells."""

    name: str
    now: str
    before: str
    usual: str
    is_part: bool = False
    """True for the rates by owner, which are parts of the row above."""


def figures(summary: Mapping[str, Any], texts: Texts) -> list[Figure]:
    """Return the rows of the table; rates by owner only for owners with failures now or before."""
    rows = [_total(name, summary, texts) for name in ("requests", "failures", "error_rate")]
    if summary["error_rate"] is None:
        rows = [row for row in rows if row.name == texts["night.failures"]]
    owners = [row for row in summary["owners"] if row["failures"] or row["failures_before"]]
    if summary["failures"] or summary["before"]["failures"]:
        rows += [_owner(row, texts) for row in owners[:OWNERS]]
    return rows


def usual_note(summary: Mapping[str, Any], texts: Texts) -> list[str]:
    """Return what the table does not say: too little history, failures without a rate."""
    said = []
    usual = summary["usual"]
    if usual["periods"] < usual["least"]:
        weekday = weekday_of(moment_of(summary["since"]), texts)
        values = {"least": usual["least"], "n": usual["periods"], "weekday": weekday}
        said.append(texts.say(f"night.few_{summary['kind']}", **values))
    if summary["failures_without_rate"] and summary["requests"]:
        count = texts.count("failures", summary["failures_without_rate"])
        said.append(texts.say("night.part_rate", failures=count))
    return said


def error_name(error: Mapping[str, Any], texts: Texts) -> str:
    """Return how people call an error: its code and the catalogue's message, short enough for a line."""
    code = texts["night.no_code"] if error["code"] in (None, "(none)") else str(error["code"])
    text = f"{code}: {error['message']}" if error["message"] else code
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def _total(name: str, summary: Mapping[str, Any], texts: Texts) -> Figure:
    show = texts.percent if name == "error_rate" else texts.compact
    usual = summary["usual"][name]
    has_before = "no_data_before" not in summary["warnings"]
    return Figure(
        texts[f"night.{name}"],
        show(summary[name]),
        show(summary["before"][name]) if has_before else texts["number.nothing"],
        texts.say("night.range", low=show(usual["low"]), high=show(usual["high"]))
        if usual
        else texts["number.nothing"],
    )


def _owner(row: Mapping[str, Any], texts: Texts) -> Figure:
    name = texts.word("owner", row["owner"])
    if row["error_rate"] is None:
        now, before = texts.compact(row["failures"]), texts.compact(row["failures_before"])
    else:
        now, before = texts.percent(row["error_rate"]), texts.percent(row["error_rate_before"])
    return Figure(name, now, before, "", is_part=True)
