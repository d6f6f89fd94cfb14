"""A store's past in memory: every minute of a span, for a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyzer.alert.clock import Clock, moment_of
from analyzer.alert.memory import Course, MemoryFacts
from analyzer.alert.scope import Scope
from analyzer.alert.series import Series
from analyzer.alert.stored import asked, error_of, minutes_of
from analyzer.arrow import dicts, numbers

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray


def past_facts(connection: duckdb.DuckDBPyConnection, clock: Clock, first: int, until: int) -> MemoryFacts:
    """Return the facts of [first, until) minutes; each scope is read when it is asked for."""
    span = {"since": moment_of(first), "until": moment_of(until)}

    def counts(query: str, scope: Scope) -> list[NDArray[np.int64]]:
        values = scope.values() if query != "requests_in_slices" else scope.of_requests()
        table = asked(connection, query, {**span, **values})
        places = minutes_of(table.column("slice")) - first
        found = []
        for name in table.column_names[1:]:
            dense = np.zeros(until - first, np.int64)
            dense[places] = numbers(table.column(name))
            found.append(dense)
        return found

    def series(scope: Scope) -> Series:
        failures, rated = counts("failures_in_slices", scope)
        return Series(first, counts("requests_in_slices", scope)[0], failures, rated)

    def errors(scope: Scope) -> list[Course]:
        described = dicts(asked(connection, "errors_in_scope", {**span, **scope.values()}))
        table = asked(connection, "errors_in_slices", {**span, **scope.values()})
        keys = np.asarray(table.column("key").to_pylist(), object)
        minutes = minutes_of(table.column("slice"))
        sums = numbers(table.column("failures")).astype(np.int64)
        courses = []
        for row in described:
            start, end = np.searchsorted(keys, row["key"], "left"), np.searchsorted(keys, row["key"], "right")
            courses.append(Course(error_of(row), minutes[start:end], np.cumsum(sums[start:end])))
        return courses

    everything = Scope()
    failures, rated = counts("failures_in_slices", everything)
    events = counts("requests_in_slices", everything)[0] + failures - rated
    return MemoryFacts(clock, first, events, series, errors)
