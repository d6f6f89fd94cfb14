"""Asking the store everything the page shows: each query by name, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from analyzer.query.header import NamedQuery
from analyzer.query.library import find_query, load_queries
from analyzer.query.run import run
from analyzer.report.panel import panels
from analyzer.report.visible import shortened, visible

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """What a page is about: a range (until exclusive; None is open), its zone and its language."""

    since: datetime | None
    until: datetime | None
    time_zone: str
    language: str


@dataclass(frozen=True)
class Answers:
    """The queries' results, as rows with their texts made visible, and the panels' as Arrow tables."""

    overview: Row
    remedies: list[Row]
    entries: list[Row]
    samples: list[Row]
    params: list[Row]
    uncatalogued: list[Row]
    health: list[Row]
    rejects: list[Row]
    shared: list[Row]
    panels: Mapping[str, pa.Table]


def collect(connection: duckdb.DuckDBPyConnection, scope: Scope) -> Answers:
    """Ask `connection` (from `open_reader`, in the scope's zone) for everything the page shows.

    Without a failure in the range nothing but the overview and the ingestion's health is asked.
    """
    asked: dict[tuple[str, str], pa.Table] = {}

    def answer(name: str, parameters: Mapping[str, Any]) -> pa.Table:
        key = name, repr(sorted(parameters.items()))
        if key not in asked:
            asked[key] = ask(connection, name, scope, parameters)
        return asked[key]

    overview = rows(answer("overview", {}))[0]
    failed = bool(overview["failures"])

    def listed(name: str, **parameters: Any) -> list[Row]:
        return rows(answer(name, parameters)) if failed else []

    return Answers(
        overview=overview,
        remedies=listed("errors_by_remedy"),
        entries=listed("entries_seen"),
        samples=listed("samples_by_entry", per_entry=3),
        params=listed("params_seen", top=6),
        uncatalogued=listed("uncatalogued", limit=50),
        health=rows(answer("ingestion_health", {})),
        rejects=rows(answer("rejects", {"limit": 40})),
        shared=rows(answer("shared_requests", {"limit": 1})),
        panels={name: answer(panel.query, panel.parameters) for name, panel in panels().items() if failed},
    )


def rows(table: pa.Table) -> list[Row]:
    """Return a result's rows; control and direction-changing characters in texts are made visible."""
    return [{name: _visible(value) for name, value in row.items()} for row in table.to_pylist()]


def _visible(value: object) -> object:
    if isinstance(value, str):
        return visible(shortened(value))
    return [_visible(part) for part in value] if isinstance(value, list) else value


def ask(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    scope: Scope,
    parameters: Mapping[str, Any] | None = None,
) -> pa.Table:
    """Run the query `name` on the scope's range; of the scope, it is given what it has parameters for."""
    query = find_query(name, _queries())
    offered = {
        "since": scope.since,
        "until": scope.until,
        "time_zone": scope.time_zone,
        "language": scope.language,
    }
    known = {parameter.name for parameter in query.parameters}
    given = {key: value for key, value in offered.items() if key in known}
    return run(connection, query, {**given, **(parameters or {})}).table()


@cache
def _queries() -> dict[str, NamedQuery]:
    return load_queries()
