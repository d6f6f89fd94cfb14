"""Stores built by SQL, and the pages written from them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.report.page import ReportSummary, write_report
from analyzer.store.open import open_reader, open_writer

STORES = Path(__file__).parent / "stores"
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
"""Some hours after the last event of the stores."""


def build(path: Path, *parts: str, requests: int = 2000) -> Path:
    """Build a store from files of `stores/`, in their order."""
    with closing(open_writer(path, create=True)) as connection:
        connection.execute("SET VARIABLE requests = " + str(requests))
        for part in parts:
            connection.execute((STORES / f"{part}.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week of traffic with every kind of failure."""
    return build(tmp_path_factory.mktemp("week") / "week.duckdb", "catalog", "week")


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that builds a store of its own for the test."""
    return lambda *parts, **options: build(tmp_path / "store.duckdb", *parts, **options)


@pytest.fixture
def connect() -> Any:
    """Return a function that opens a store for reading; what it opened is closed after the test."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def open_store(path: Path, time_zone: str = "UTC") -> duckdb.DuckDBPyConnection:
        opened.append(open_reader(path, time_zone=time_zone))
        return opened[-1]

    yield open_store
    for connection in opened:
        connection.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., tuple[ReportSummary, str]]:
    """Return a function that writes the page of a store and returns its summary and its HTML."""

    def page(database: Path, **changes: Any) -> tuple[ReportSummary, str]:
        options = {
            "since": None,
            "until": None,
            "time_zone": "UTC",
            "language": "en",
            "version": "9.8.7",
            "now": NOW,
        }
        options |= changes
        with closing(open_reader(database, time_zone=options["time_zone"])) as connection:
            summary = write_report(connection, tmp_path / "out" / "report.html", **options)
        return summary, summary.report.read_text(encoding="utf-8")

    return page
