"""Asking the store: each query by name, within a span, and what is known to be asked ahead."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from analyzer.arrow import dicts
from analyzer.query.ahead import Ahead
from analyzer.query.header import NamedQuery
from analyzer.query.library import find_query, load_queries
from analyzer.report.visible import shortened, visible

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]


class Asker:
    """Asks a store (open in the page's zone) named queries.

    `given` holds values for the parameters that a query may have: time_zone, language.
    """

    def __init__(self, ahead: Ahead, given: Mapping[str, Any]) -> None:
        self._ahead = ahead
        self._given = dict(given)

    def expect(self, name: str, parameters: Mapping[str, Any]) -> Future[pa.Table]:
        """Ask ahead what will be asked; questions are answered in the order in which they were asked."""
        query = find_query(name, _queries())
        known = {parameter.name for parameter in query.parameters}
        offered = {**self._given, **parameters}
        return self._ahead.ask(query, {key: value for key, value in offered.items() if key in known})

    def __call__(self, name: str, parameters: Mapping[str, Any]) -> pa.Table:
        """Return a query's answer; `parameters` that it does not have are left out. Raises QueryError."""
        return self.expect(name, parameters).result()

    def has_parameter(self, name: str, parameter: str) -> bool:
        """Say whether a query has a parameter of that name."""
        return any(known.name == parameter for known in find_query(name, _queries()).parameters)

    def rows(self, name: str, **parameters: Any) -> list[Row]:
        """Return a query's rows; control and direction-changing characters in texts are made visible."""
        return shown_rows(self(name, parameters))


def shown_rows(answer: pa.Table) -> list[Row]:
    """Return an answer row by row; control and direction-changing characters in texts are made visible."""
    return [{column: shown(value) for column, value in row.items()} for row in dicts(answer)]


def shown(value: object) -> object:
    """Return a value for the page: texts short and visible, moments in milliseconds since 1970."""
    if isinstance(value, str):
        return visible(shortened(value))
    if isinstance(value, datetime):
        return milliseconds(value)
    return [shown(part) for part in value] if isinstance(value, list) else value


def milliseconds(moment: datetime | None) -> int | None:
    """Return a moment in milliseconds since 1970, as browsers count."""
    return None if moment is None else round(moment.timestamp() * 1000)


@cache
def _queries() -> dict[str, NamedQuery]:
    return load_queries()
