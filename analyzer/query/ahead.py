"""Queries asked ahead: they run beside each other, and beside what Python does with the answers so far."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from analyzer.query.run import run

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from analyzer.query.header import NamedQuery

AT_ONCE = 2
"""Queries that run at the same time: while one is planned or sorted, which uses one core, another counts."""
MANY_EVENTS = 20_000_000
"""Over more events each query uses every core and much memory by itself, so they run one by one."""


class Ahead:
    """Runs named queries over a connection of `open_reader`, in the order in which they are asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, at_once: int = AT_ONCE) -> None:
        self._connection = connection
        self._own = threading.local()
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._workers = ThreadPoolExecutor(at_once, initializer=self._begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Let go of what was asked and never wanted; an error or Ctrl-C stops what is running."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        if kind is not None:
            for cursor in self._cursors:
                cursor.interrupt()
        self._workers.shutdown()
        for cursor in self._cursors:
            cursor.close()

    def ask(self, query: NamedQuery, parameters: Mapping[str, object]) -> Future[pa.Table]:
        """Ask a query; the answer, or what `run` raises, is in what is returned."""
        return self._workers.submit(lambda: run(self._own.cursor, query, parameters).table())

    def _begin(self) -> None:
        # Two threads cannot use one connection at the same time.
        self._own.cursor = self._connection.cursor()
        self._cursors.append(self._own.cursor)
