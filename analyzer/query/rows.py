"""What a query answers: named columns and batches of rows, fetched while they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from analyzer.query.failure import explained
from analyzer.quote import quote_name

if TYPE_CHECKING:
    import pandas
    import pyarrow

T = TypeVar("T")

BATCH_ROWS = 50_000
AS_TEXT = ("BIT", "BIGNUM", "VARIANT", "TIME WITH TIME ZONE")
"""Types that Arrow hands over as bare bytes, or without their zone."""


class Rows:
    """An answer, run when it is read, and read once: by `batches()`, `table()` or `frame()`.

    `types` are DuckDB's. Times (TIMESTAMPTZ) carry the connection's zone. Where two columns bear one
    name, the second is called `name_1`. What DuckDB finds wrong while it runs raises QueryError. An
    answer that is not read to its end must be closed: it holds the database open.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, sql: str
    ) -> None:
        self._connection = connection
        self._relation = relation
        self._sql = sql
        self.columns = _unique(relation.columns)
        self.types = [_documented(str(kind)) for kind in relation.types]

    @cached_property
    def _reader(self) -> Any:
        relation = self._relation
        if any(kind in AS_TEXT for kind in self.types):
            relation = relation.project(", ".join(_projected(self.types, self.columns)))
        return self._done(lambda: relation.to_arrow_reader(BATCH_ROWS))

    @property
    def schema(self) -> pyarrow.Schema:
        """The columns' Arrow types; the query is started for them. Raises QueryError."""
        import pyarrow

        fields = zip(self.columns, self._reader.schema, strict=True)
        return pyarrow.schema([field.with_name(name) for name, field in fields])

    def batches(self) -> Iterator[pyarrow.RecordBatch]:
        """Yield the rows, some ten thousand at a time. Raises QueryError."""
        reader = self._reader
        # A StopIteration would not come out of another thread as one.
        while (batch := self._done(lambda: next(reader, None))) is not None:
            yield batch.rename_columns(self.columns)

    def table(self) -> pyarrow.Table:
        """Return all rows as an Arrow table. Raises QueryError."""
        import pyarrow

        with closing(self):
            return pyarrow.Table.from_batches(self.batches(), schema=self.schema)

    def frame(self) -> pandas.DataFrame:
        """Return all rows as a pandas DataFrame; times carry the connection's zone. Raises QueryError."""
        return self.table().to_pandas()

    def close(self) -> None:
        """Let go of what is not read."""
        if "_reader" in self.__dict__:
            self._reader.close()

    def _done(self, work: Callable[[], T]) -> T:
        try:
            return interruptible(self._connection, work)
        # Arrow hands on DuckDB's own message as an OSError.
        except (duckdb.Error, OSError, RuntimeError) as error:
            raise explained(error, self._sql) from error


def interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], T]) -> T:
    """Do DuckDB's `work` so that Ctrl-C stops it at once; returns what it returns, raises what it raises.

    It is done in a thread of its own: Python hears a signal in the main thread only, and not while that
    is inside DuckDB.
    """
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _unique(names: list[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        free, number = name, 0
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        taken.append(free)
    return taken


def _documented(kind: str) -> str:
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


def _projected(types: list[str], names: list[str]) -> list[str]:
    casts = ("::VARCHAR" if kind in AS_TEXT else "" for kind in types)
    numbered = enumerate(zip(names, casts, strict=True), start=1)
    return [f"#{number}{cast} AS {quote_name(name)}" for number, (name, cast) in numbered]
