"""What a night needs of the store; `analyzer.api.Store` has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol


class Stored(Protocol):
    """The store as a night sees it: questions by name, and the page."""

    def query_table(self, name: str, **parameters: Any) -> Any:
        """Return the named query's result as an Arrow table."""

    def report(self, path: Path, *, since: str, until: str, time_zone: str, language: str) -> Any:
        """Write the HTML report of [since, until), ISO 8601 with offset, to `path`."""


def rows(stored: Stored, name: str, **parameters: Any) -> list[Mapping[str, Any]]:
    """Return the named query's result row by row; times carry their zone, NULL is None."""
    found: list[Mapping[str, Any]] = stored.query_table(name, **parameters).to_pylist()
    return found
