"""What a query answers: named columns and batches of rows, fetched while they are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb

from analyzer.query.failure import explained
from analyzer.quote import quote_name

if TYPE_CHECKING:
    import pandas
    import pyarrow

BATCH_ROWS = 50_000
_AS_TEXT = ("BIT", "BIGNUM", "VARIANT", "TIME WITH TIME ZONE")
"""Types that Arrow hands over as bare bytes, or without their zone."""


class Rows:
    """An answer, read once: by `batches()`, `table()` or `frame()`.

    Times (TIMESTAMPTZ) carry the connection's zone. Where two columns bear one name, the second is
    called `name_1`. Running out of luck half-way raises QueryError, as at the start.
    """

    def __init__(self, relation: duckdb.DuckDBPyRelation, sql: str) -> None:
        self._sql = sql
        self.columns = _unique(relation.columns)
        self.types = [_documented(str(kind)) for kind in relation.types]
        self._reader = self._open(relation)

    def _open(self, relation: duckdb.DuckDBPyRelation) -> Any:
        if any(str(kind) in _AS_TEXT for kind in relation.types):
            relation = relation.project(", ".join(_projected(relation.types, self.columns)))
        try:
            return relation.to_arrow_reader(BATCH_ROWS)
        except (duckdb.Error, RuntimeError) as error:
            raise explained(error, self._sql) from error

    @property
    def schema(self) -> pyarrow.Schema:
        """The columns' Arrow types."""
        import pyarrow

        fields = zip(self.columns, self._reader.schema, strict=True)
        return pyarrow.schema([field.with_name(name) for name, field in fields])

    def batches(self) -> Iterator[pyarrow.RecordBatch]:
        """Yield the rows, some ten thousand at a time. Raises QueryError."""
        while True:
            try:
                batch = self._reader.read_next_batch()
            except StopIteration:
                return
            # Arrow hands on DuckDB's own message as an OSError.
            except (duckdb.Error, OSError, RuntimeError) as error:
                raise explained(error, self._sql) from error
            yield batch.rename_columns(self.columns)

    def table(self) -> pyarrow.Table:
        """Return all rows as an Arrow table. Raises QueryError."""
        import pyarrow

        return pyarrow.Table.from_batches(self.batches(), schema=self.schema)

    def frame(self) -> pandas.DataFrame:
        """Return all rows as a pandas DataFrame; times carry the connection's zone. Raises QueryError."""
        return self.table().to_pandas()


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


def _projected(types: list[Any], names: list[str]) -> list[str]:
    casts = ("::VARCHAR" if str(kind) in _AS_TEXT else "" for kind in types)
    numbered = enumerate(zip(names, casts, strict=True), start=1)
    return [f"#{number}{cast} AS {quote_name(name)}" for number, (name, cast) in numbered]
