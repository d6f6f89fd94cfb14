"""The facts of a store, asked by named queries: only the windows that are wanted are read, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.alert.clock import DAY, WEEK, Clock, minute_of, moment_of
from analyzer.alert.facts import Error, Sight
from analyzer.alert.scope import Scope
from analyzer.alert.series import Series
from analyzer.alert.spans import Spans
from analyzer.arrow import dicts, numbers
from analyzer.query.header import NamedQuery, read_query
from analyzer.query.run import run
from analyzer.resources import shared_folder, statement

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_REACH = 12 * WEEK + 5 * DAY
"""Minutes before the moment that rules may look back at: the longest history, and a window before it."""
_EVIDENCE = 3
_LAST_STEPS = (DAY // 24, 2 * DAY, 40 * DAY)


class StoredFacts:
    """What a store tells about the time before the minute `at`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, clock: Clock, at: int) -> None:
        self.clock = clock
        self._connection = connection
        self._at = at
        self._start = at - _REACH
        self._counts: dict[tuple[str, Scope], np.ndarray] = {}
        self._read: dict[tuple[str, Scope], Spans] = {}
        self._series: dict[Scope, Series] = {}
        self._errors: dict[tuple[Scope, int, int], list[Error]] = {}
        self._known: dict[tuple[Scope, int, int], dict[str, Sight]] = {}
        self._held: dict[str, tuple[object, object]] = {}
        self._first: int | None = None
        self._until: dict[int, int | None] = {}
        self._by_minute: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def first(self) -> int | None:
        """Return the minute of the first event; None where there is none."""
        if self._first is None:
            row = self._connection.execute(
                "SELECT epoch_us(min(ts)) // 60000000 FROM events WHERE ts IS NOT NULL"
            ).fetchone()
            self._first = row[0] if row else None
        return self._first

    def until(self, at: int) -> int | None:
        """Return the minute after that of the last event before `at`; None where there is none."""
        if at not in self._until:
            self._until[at] = self._last(at)
        return self._until[at]

    def events_before(self, since: int, ends: Sequence[int]) -> tuple[int, ...]:
        """Return how many events lie in [since, end), for each of `ends`."""
        key = (since, max(ends))
        if key not in self._by_minute:
            found = self._connection.execute(
                statement("alert", "events_by_minute.sql"), {"since": since, "until": max(ends)}
            )
            self._by_minute[key] = found.fetchall()
        rows = self._by_minute[key]
        return tuple(sum(events for minute, events in rows if minute < end) for end in ends)

    def series(self, scope: Scope, spans: Sequence[tuple[int, int]]) -> Series:
        """Return the counts of a scope, at least in these spans."""
        changed = [
            self._fill("requests_in_slices", scope.requests, spans),
            self._fill("failures_in_slices", scope, spans),
        ]
        if any(changed) or scope not in self._series:
            requests = self._counts[("requests_in_slices", scope.requests)]
            failures = self._counts[("failures_in_slices", scope)]
            self._series[scope] = Series(self._start, requests[0], failures[0], failures[1])
        return self._series[scope]

    def errors(self, scope: Scope, since: int, until: int) -> list[Error]:
        """Return the errors of a window, those with the most failures first."""
        key = (scope, since, until)
        if key not in self._errors:
            table = self._ask("errors_in_scope", since, until, **scope.values())
            self._errors[key] = [error_of(row) for row in dicts(table)]
        return self._errors[key]

    def known(self, scope: Scope, since: int, until: int) -> dict[str, Sight]:
        """Return the errors of a window by key, each with its first sight in it."""
        key = (scope, since, until)
        if key not in self._known:
            table = self._ask("errors_first_seen", since, until, **scope.values())
            sights = map(
                Sight, minutes_of(table.column("first_seen")).tolist(), table.column("failures").to_pylist()
            )
            self._known[key] = dict(zip(table.column("key").to_pylist(), sights, strict=True))
        return self._known[key]

    def evidence(self, scope: Scope, since: int, until: int) -> list[dict[str, Any]]:
        """Return a few failures of a window as they were logged."""
        table = self._ask("failures_as_evidence", since, until, **scope.values(), limit=_EVIDENCE)
        zone = self.clock.zone
        return [
            {**row, "ts": row["ts"].astimezone(zone).isoformat(timespec="milliseconds")}
            for row in dicts(table)
        ]

    def held(self, name: str, key: object) -> object:
        """Return what was kept under a name, if it was kept for the same key; else None."""
        known = self._held.get(name)
        return known[1] if known is not None and known[0] == key else None

    def hold(self, name: str, key: object, value: object) -> object:
        """Keep a value under a name, in place of that of an earlier key; return it."""
        self._held[name] = (key, value)
        return value

    def _fill(self, query: str, scope: Scope, spans: Sequence[tuple[int, int]]) -> bool:
        """Read what of the spans was not read yet; return whether anything was."""
        key = (query, scope)
        if key not in self._counts:
            self._counts[key] = np.zeros((2, self._at - self._start), np.int64)
            self._read[key] = Spans()
        counts, is_new = self._counts[key], False
        for since, until in spans:
            for start, end in self._read[key].take(max(since, self._start), min(until, self._at)):
                values = scope.values() if query != "requests_in_slices" else scope.of_requests()
                table = self._ask(query, start, end, **values)
                places = minutes_of(table.column("slice")) - self._start
                for row, name in zip(counts, table.column_names[1:], strict=False):
                    row[places] = numbers(table.column(name))
                is_new = True
        return is_new

    def _ask(self, query: str, since: int, until: int, **values: Any) -> pyarrow.Table:
        span = {"since": moment_of(since), "until": moment_of(until)}
        return asked(self._connection, query, {**span, **values})

    def _last(self, at: int) -> int | None:
        """Look for the last event back from `at`, in ever longer steps: usually it is near."""
        until = moment_of(at)
        for step in _LAST_STEPS:
            row = self._connection.execute(
                "SELECT epoch_us(max(ts)) // 60000000 FROM events "
                "WHERE ts >= ?::TIMESTAMPTZ AND ts < ?::TIMESTAMPTZ",
                [moment_of(at - step).isoformat(), until.isoformat()],
            ).fetchone()
            if row and row[0] is not None:
                return int(row[0]) + 1
        row = self._connection.execute(
            "SELECT epoch_us(max(ts)) // 60000000 FROM events WHERE ts < ?::TIMESTAMPTZ", [until.isoformat()]
        ).fetchone()
        return int(row[0]) + 1 if row and row[0] is not None else None


def asked(connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> pyarrow.Table:
    """Return the answer of one of the package's queries."""
    return run(connection, _query(query), values).table()


@cache
def _query(name: str) -> NamedQuery:
    return read_query(shared_folder("queries") / f"{name}.sql")


def minutes_of(column: Any) -> np.ndarray:
    """Return a column of moments as minutes."""
    return numbers(column) // 60_000_000


def error_of(row: Mapping[str, Any]) -> Error:
    """Return the error of a row of errors_in_scope."""

    def both(name: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            (language, row[f"{name}_{language}"]) for language in ("en", "zh") if row[f"{name}_{language}"]
        )

    return Error(
        key=row["key"],
        level=row["level"],
        code=row["code"],
        category=row["category"],
        owner=row["owner"],
        failures=row["failures"],
        first=minute_of(row["first_seen"]),
        last=minute_of(row["last_seen"]),
        entry_id=row["entry_id"],
        action=row["action"],
        message=row["message"],
        models=tuple(row["models"] or ()),
        meaning=both("meaning"),
        remedy=both("remedy"),
    )
