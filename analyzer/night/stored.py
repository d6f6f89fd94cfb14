"""Named queries asked one after the other over one connection, which stays open for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb

from analyzer.query.header import NamedQuery
from analyzer.query.library import load_queries
from analyzer.query.run import run
from analyzer.query.values import dicts
from analyzer.store.open import open_reader


class Answers:
    """A store open for reading, and the questions that it knows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, queries: Mapping[str, NamedQuery]) -> None:
        self._connection = connection
        self._queries = queries

    def rows(self, name: str, **parameters: Any) -> list[Mapping[str, Any]]:
        """Return the named query's result row by row; times carry their zone, NULL is None."""
        return list(dicts(run(self._connection, self._queries[name], parameters).table()))

    def row(self, name: str, **parameters: Any) -> Mapping[str, Any]:
        """Return the first row."""
        return self.rows(name, **parameters)[0]


@contextmanager
def answers(database: Path, wait: float, time_zone: str, folders: Sequence[Path] = ()) -> Iterator[Answers]:
    """Open the store for questions; `folders` hold named queries of the user's own."""
    with closing(open_reader(database, wait, time_zone)) as connection:
        yield Answers(connection, load_queries(folders))
