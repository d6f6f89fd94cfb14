"""What the commands and notebooks call: a store, and the classification of one text.

    store = Store.open("logs.duckdb", create=True)
    totals = store.ingest(["logs/"])
    frame = store.query("errors_by_code", since="7d")
    store.report("report.html", language="zh")

The database is open only while a call works: between calls nobody is kept out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analyzer.api.explanation import classify
from analyzer.api.store import Store

__all__ = ["Store", "classify", "open"]


def open(path: Path | str | None = None, *, create: bool = False, **options: Any) -> Store:
    """Open the store at `path`; see `Store.open`."""
    return Store.open(path, create=create, **options)
