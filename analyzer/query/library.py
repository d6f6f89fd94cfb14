"""The named queries there are: the folder `queries/` and the user's own folders and files, listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from analyzer.errors import QueryFileError, UnknownNameError
from analyzer.query.header import NamedQuery, read_query
from analyzer.resources import data_files, shared_folder


def load_queries(extra: Sequence[Path] = ()) -> dict[str, NamedQuery]:
    """Read all named queries, by name in the order of the listing; `extra` are the user's folders or files.

    Raises QueryFileError for a broken file, and for a name that two files bear.
    """
    queries: dict[str, NamedQuery] = {}
    for path in data_files(shared_folder("queries"), ".sql", tuple(extra)):
        query = _own(path) if path.parent == shared_folder("queries") else read_query(path)
        if query.name in queries:
            other = queries[query.name].path
            raise QueryFileError(f"{path}: name: {other} is called {query.name} too; rename one")
        queries[query.name] = query
    return queries


@cache
def _own(path: Path) -> NamedQuery:
    """Read one of the queries that come with the analyzer: several parts of a run need them."""
    return read_query(path)


def find_query(name: str, queries: Mapping[str, NamedQuery]) -> NamedQuery:
    """Return the query of that name. Raises UnknownNameError, which offers the nearest names."""
    if name in queries:
        return queries[name]
    if " " in name.strip():
        raise UnknownNameError(f"there is no query {name!r}; give SQL of your own with --sql")
    raise UnknownNameError(f"there is no query {name!r}; {near_names(name, queries)}")


def near_names(name: str, known: Sequence[str] | Mapping[str, object]) -> str:
    """Say which of the `known` names may be meant, or all of them where none is near."""
    near = get_close_matches(name, known, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(known)}" if known else "it takes none"
