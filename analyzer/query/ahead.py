"""Queries asked ahead, each once: they run beside each other, and beside Python's work on the answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from analyzer.query.parameters import typed_values
from analyzer.query.run import answered, zone_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from analyzer.query.header import NamedQuery

AT_ONCE = 2
"""Queries that run at the same time: while one is planned or sorted, which uses one core, another counts."""
MANY_EVENTS = 20_000_000
"""Over more events each query uses every core and much memory by itself, so they run one by one."""


class Ahead:
    """Runs named queries over a connection of `open_reader`, in the order in which they are asked.

    What was asked before is not asked again: the store does not change while it is open.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, at_once: int = AT_ONCE) -> None:
        self.connection = connection
        self._zone = zone_of(connection)
        self._own = threading.local()
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._answers: dict[tuple[object, ...], Future[pa.Table]] = {}
        self._turns = threading.Semaphore(at_once)
        self._at_once = at_once
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
        try:
            values = typed_values(query, parameters, self._zone)
        except Exception as error:  # noqa: BLE001
            refused: Future[pa.Table] = Future()
            refused.set_exception(error)
            return refused
        key = (query.path, *values.values())
        if key not in self._answers:
            self._answers[key] = self._workers.submit(self._answered, query, values)
        return self._answers[key]

    @contextmanager
    def one_by_one(self) -> Iterator[None]:
        """Run what is asked meanwhile one by one, each with every core."""
        held = self._at_once - 1
        for _ in range(held):
            self._turns.acquire()
        try:
            yield
        finally:
            for _ in range(held):
                self._turns.release()

    def _answered(self, query: NamedQuery, values: Mapping[str, object]) -> pa.Table:
        with self._turns:
            return answered(self._own.cursor, query, values)

    def _begin(self) -> None:
        # Two threads cannot use one connection at the same time.
        self._own.cursor = self.connection.cursor()
        self._cursors.append(self._own.cursor)


@contextmanager
def ahead_of(opened: duckdb.DuckDBPyConnection | Ahead) -> Iterator[Ahead]:
    """Yield what asks ahead in `opened`; over a connection one is begun, and ended with the block."""
    if isinstance(opened, Ahead):
        yield opened
        return
    with Ahead(opened) as ahead:
        yield ahead
