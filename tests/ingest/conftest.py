"""Stores filled from logs, and everything that is in them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.classification.load import load_catalogs
from analyzer.format.definition import load_formats
from analyzer.ingest.mask import load_masks
from analyzer.ingest.run import Knowledge, Options, Run
from analyzer.ingest.totals import Totals
from analyzer.simulate.run import Plan, simulate
from analyzer.store.open import open_writer

LEDGER = ("lines", "events", "failures", "rejects", "blank", "continuation")
TABLES = ("event", "success", "reject", "sample")
PROGRESS = (
    "source_id, name, generation, format, population, time_zone, head_length, head_hash, tail_hash, size,"
    " resume_offset, resume_line, carry, lines, events, failures, rejects, blank, continuation"
)


@pytest.fixture(autouse=True)
def _own_hash_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYZER_HASH_KEY", "the key of the tests")


@dataclass
class Laboratory:
    """A store that can be filled, emptied and read whole."""

    connection: duckdb.DuckDBPyConnection
    knowledge: Knowledge

    def ingest(self, *paths: Path | str, **options: Any) -> Totals:
        """Run one ingestion."""
        return Run(self.connection, self.knowledge, Options(**options)).ingest([str(path) for path in paths])

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query; moments must be cast in it."""
        return self.connection.execute(sql, list(values)).fetchall()

    def events(
        self, columns: str = "line_no, status, failed, error_code, error_message"
    ) -> list[tuple[Any, ...]]:
        """Return columns of all events in the order of their lines."""
        return self.rows(f"SELECT {columns} FROM events ORDER BY source_id, line_no")

    def event(self, line_no: int = 1) -> dict[str, Any]:
        """Return the whole event of a line, its moment as ISO text in UTC."""
        result = self.connection.execute(
            "SELECT * REPLACE (strftime(ts AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') AS ts) "
            "FROM events WHERE line_no = ?",
            [line_no],
        )
        names = [column[0] for column in result.description]
        return dict(zip(names, result.fetchone() or (), strict=True))

    def rejects(self, columns: str = "line_no, reason, line") -> list[tuple[Any, ...]]:
        """Return columns of all rejects in the order of their lines."""
        return self.rows(f"SELECT {columns} FROM stored.reject ORDER BY source_id, line_no")

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table that a log fills, in order, times and all."""
        found = {table: self._table(table) for table in TABLES}
        found["source"] = self.rows(f"SELECT {PROGRESS} FROM stored.source ORDER BY source_id")
        return found

    def _table(self, table: str) -> list[tuple[Any, ...]]:
        times = "" if table == "reject" else " REPLACE (epoch_us(ts) AS ts)"
        return self.rows(f"SELECT *{times} FROM stored.{table} ORDER BY source_id, line_no")

    def ledger(self) -> dict[str, int]:
        """Return the sums of the sources' ledgers."""
        sums = ", ".join(f"coalesce(sum({name}), 0)::BIGINT" for name in LEDGER)
        return dict(zip(LEDGER, self.rows(f"SELECT {sums} FROM stored.source")[0], strict=True))

    def counted(self) -> dict[str, int]:
        """Return what the tables hold, counted: events, failures and rejects."""
        events, failures = self.rows("SELECT count(*), count(*) FILTER (failed) FROM events")[0]
        return {
            "events": events,
            "failures": failures,
            "rejects": self.rows("SELECT count(*) FROM stored.reject")[0][0],
        }

    def clear(self) -> None:
        """Forget every log, as in a new store."""
        for table in (*TABLES, "source", "run"):
            self.connection.execute(f"DELETE FROM stored.{table}")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The package's own catalogues, formats and masks."""
    return Knowledge(load_catalogs(), load_formats(), load_masks())


@pytest.fixture
def laboratory(tmp_path: Path, knowledge: Knowledge) -> Iterator[Laboratory]:
    """A store in a file of the test's own."""
    with closing(open_writer(tmp_path / "store.duckdb", create=True)) as connection:
        yield Laboratory(connection, knowledge)


@pytest.fixture(scope="module")
def quick_laboratory(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Laboratory]:
    """A store for many small ingestions, to be cleared before each; its plans are made quickly."""
    path = tmp_path_factory.mktemp("quick") / "store.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        connection.execute("PRAGMA disable_optimizer")
        yield Laboratory(connection, knowledge)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines (texts, or objects as JSON) into a log of the test's own."""

    def write_lines(lines: Sequence[Any], name: str = "a.log") -> Path:
        path = tmp_path / name
        texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8", newline="")
        return path

    return write_lines


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int, int], Path]:
    """Return a function that gives a simulated log: of a format, with so many requests, from a seed."""
    folder = tmp_path_factory.mktemp("simulated")

    def simulated_log(format: str, requests: int, seed: int = 1) -> Path:
        path = folder / f"{format}-{requests}-{seed}.log"
        if not path.exists():
            truth = path.with_suffix(".json")
            simulate(
                Plan(
                    {path: format},
                    truth,
                    date(2026, 11, 20),
                    requests=requests,
                    days=1,
                    seed=seed,
                    failure_rate=0.3,
                )
            )
        return path

    return simulated_log
