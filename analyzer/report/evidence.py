"""Remedies and entries with what stands behind them: who is affected, since when, and lines of the logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analyzer.report.measured import Measured, rows
from analyzer.report.ticket import TICKET_ACTIONS, ticket

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_SAMPLES = 3
_AFFECTED = 5
_UNSURE = ("several", "uncatalogued")
_WHO = {"models": "model", "endpoints": "endpoint", "api_keys": "api_key"}


def remedies(
    connection: duckdb.DuckDBPyConnection,
    measured: Measured,
    exact: Mapping[str, Any],
    time_zone: str,
    language: str,
) -> list[dict[str, Any]]:
    """Return the remedies, the one that removes most failures first, each with its evidence.

    What has no remedy (`remedy` None: several or uncatalogued) stands among them with its place's rank None.
    """
    samples = rows(connection, "samples_by_entry", **exact, per_entry=_SAMPLES)
    known = rows(connection, "entries_seen", **exact, language=language)
    code_remedies = _remedies_of_codes(connection)
    found, rank = [], 0
    for row in rows(connection, "errors_by_remedy", **exact, language=language):
        sure = row["remedy_id"] not in _UNSURE
        rank += sure
        parts = _parts(row, known, code_remedies) if sure else []
        remedy = {
            "rank": rank if sure else None,
            **_figures(row, measured.overview["error_rate"]),
            "entries": [_entry(part) for part in parts],
            **_affected(measured.frame, parts),
            "samples": _chosen(samples, parts),
            "ticket": None,
        }
        if sure and row["action"] in TICKET_ACTIONS:
            remedy["ticket"] = {name: ticket(remedy, time_zone, name) for name in ("en", "zh")}
        found.append(remedy)
    return found


def _figures(row: Mapping[str, Any], rate: float | None) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("remedy_id", "remedy", "action", "owner", "failures", "share")},
        **{name: row[name] for name in ("failures_without_rate", "error_rate")},
        "error_rate_after": None if rate is None else max(rate - (row["error_rate"] or 0), 0.0),
        **{name: row[name] for name in ("first_seen", "last_seen")},
    }


def entries(
    connection: duckdb.DuckDBPyConnection, exact: Mapping[str, Any], language: str
) -> list[dict[str, Any]]:
    """Return what occurred: entries with meaning and remedy, codes whose row is not sure, and the rest."""
    return rows(connection, "entries_seen", **exact, language=language)


def _remedies_of_codes(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the remedy of each code whose rows all share one."""
    found: dict[str, set[str]] = {}
    for row in rows(connection, "catalog"):
        found.setdefault(row["code"], set()).add(row["remedy_id"])
    return {code: next(iter(names)) for code, names in found.items() if len(names) == 1}


def _parts(
    remedy: Mapping[str, Any], known: list[dict[str, Any]], code_remedies: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the entries of a remedy, and the codes whose rows all share it."""
    return [
        row
        for row in known
        if row["entry_id"] in remedy["entry_ids"]
        or (row["level"] == "code" and code_remedies.get(row["code"]) == remedy["remedy_id"])
    ]


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("level", "entry_id", "code", "message", "failures")}


def _affected(frame: pd.DataFrame, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the models, endpoints and keys that had most of these failures, and how many had any."""
    names = {part["entry_id"] for part in parts if part["entry_id"]}
    codes = {part["code"] for part in parts if part["level"] == "code"}
    failed = frame[frame["entry_id"].isin(names) | ((frame["level"] == "code") & frame["code"].isin(codes))]
    found: dict[str, Any] = {}
    for name, column in _WHO.items():
        counted = (
            failed[failed[column] != "(none)"].groupby(column)["events"].sum().sort_values(ascending=False)
        )
        found[name] = [
            {"name": key, "failures": int(value)} for key, value in counted.head(_AFFECTED).items()
        ]
        found[f"{name}_affected"] = len(counted)
    return found


def _chosen(samples: list[dict[str, Any]], parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = {(part["level"], part["entry_id"], part["code"]) for part in parts}
    named = ("ts", "source", "line_no", "request_id", "line")
    found = [
        {name: row[name] for name in named}
        for row in samples
        if (row["level"], row["entry_id"], row["code"]) in keys
    ]
    return sorted(found, key=lambda row: row["ts"].timestamp() if row["ts"] else 0.0, reverse=True)[:_SAMPLES]
