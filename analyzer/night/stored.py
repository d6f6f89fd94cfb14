"""Named queries asked over one connection, which stays open for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.arrow import dicts
from analyzer.query.ahead import Ahead
from analyzer.query.header import NamedQuery
from analyzer.query.library import load_queries
from analyzer.store.open import open_reader

if TYPE_CHECKING:
    import pyarrow as pa


class Answers:
    """A store open for reading, and the questions that it knows."""

    def __init__(self, ahead: Ahead, queries: Mapping[str, NamedQuery]) -> None:
        self.ahead = ahead
        self._queries = queries

    def expect(self, name: str, **parameters: Any) -> Future[pa.Table]:
        """Ask ahead what will be asked."""
        return self.ahead.ask(self._queries[name], parameters)

    def rows(self, name: str, **parameters: Any) -> list[Mapping[str, Any]]:
        """Return the named query's result row by row; times carry their zone, NULL is None."""
        return list(dicts(self.expect(name, **parameters).result()))

    def row(self, name: str, **parameters: Any) -> Mapping[str, Any]:
        """Return the first row."""
        return self.rows(name, **parameters)[0]


@contextmanager
def answers(database: Path, wait: float, time_zone: str, folders: Sequence[Path] = ()) -> Iterator[Answers]:
    """Open the store for questions; `folders` hold named queries of the user's own."""
    with closing(open_reader(database, wait, time_zone)) as connection, Ahead(connection) as ahead:
        yield Answers(ahead, load_queries(folders))
