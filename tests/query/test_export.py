"""The exported Parquet read back is the view, day by day, and nothing half-written is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.errors import DeliveryError, UsageError
from analyzer.query.export import Exported, export_events
from analyzer.query.ranges import TimeRange, parse_range
from analyzer.store.open import open_reader, open_writer

ALL = TimeRange(None, None)
START = int(datetime(2026, 10, 23, tzinfo=UTC).timestamp()) * 1_000_000
"""Two days before clocks in Berlin go back."""

FILL = """
INSERT INTO stored.success (source_id, line_no, byte_offset, ts, request_id, status, duration_ms)
SELECT 1, i, i * 10, make_timestamptz($1 + i * 600000000), 'r' || i, 200, i / 3 FROM range(700) t(i);
"""
FAIL = """
INSERT INTO stored.event (source_id, line_no, byte_offset, ts, failed, error_message, params, owner)
SELECT
    2, i, i, make_timestamptz($1 + i * 7000000000), TRUE, 'line' || chr(10) || '"quoted", 你好',
    ['a', NULL], 'caller'
FROM range(50) t(i)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A store of about five days, read only."""
    path = tmp_path / "store.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        connection.execute(FILL, [START])
        connection.execute(FAIL, [START])
    with closing(open_reader(path)) as connection:
        yield connection


def read_back(folder: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the rows of an export, days apart, with the types of its columns."""
    with closing(duckdb.connect()) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        files = f"read_parquet('{folder}/*/*.parquet', hive_partitioning = true)"
        types = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM {files})").fetchall()
        rows = connection.execute(
            f"SELECT * EXCLUDE (day) REPLACE (epoch_us(ts) AS ts), day::VARCHAR FROM {files} "
            "ORDER BY source_id, line_no"
        ).fetchall()
    return rows, types


def viewed(
    store: duckdb.DuckDBPyConnection, zone: str
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the same of the view."""
    types = store.execute("SELECT column_name, column_type FROM (DESCRIBE events)").fetchall()
    rows = store.execute(
        "SELECT * REPLACE (epoch_us(ts) AS ts), strftime(timezone($1, ts), '%Y-%m-%d') "
        "FROM events ORDER BY source_id, line_no",
        [zone],
    ).fetchall()
    return rows, types


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu"])
def test_what_is_read_back_is_the_view(store: duckdb.DuckDBPyConnection, tmp_path: Path, zone: str) -> None:
    """Every row, value and type, in the folder of its day in the report's zone, a day of 25 hours too."""
    done = export_events(store, tmp_path / "out", ALL, zone)
    rows, types = read_back(tmp_path / "out")
    expected, columns = viewed(store, zone)
    assert rows == expected
    assert types == [*columns, ("day", "DATE")]
    assert done.events == 750
    assert done.days == len({row[-1] for row in rows})
    assert done.bytes == sum(path.stat().st_size for path in tmp_path.glob("out/*/*"))


def test_again_replaces_and_other_days_stay(store: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A later export of one day replaces that day; one that is gone from the store goes, others stay."""
    out = tmp_path / "out"
    export_events(store, out, ALL, "UTC")
    old = out / "day=2020-01-01"
    old.mkdir()
    (old / "events.parquet").write_bytes((out / "day=2026-10-23" / "events.parquet").read_bytes())
    day = parse_range("2026-10-24", "2026-10-25", "UTC")
    assert export_events(store, out, day, "UTC") == Exported(
        156, 1, (out / "day=2026-10-24" / "events.parquet").stat().st_size, 1, 0
    )
    assert old.exists()
    assert export_events(store, out, ALL, "UTC").removed == 1
    assert not old.exists()
    assert read_back(out)[0] == viewed(store, "UTC")[0]


def test_a_part_of_a_day_into_a_folder_of_its_own(store: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The range holds to the moment; into a folder with the whole day it is refused, and nothing changes."""
    part = parse_range("2026-10-24T12:00", "2026-10-24T13:00", "UTC")
    assert export_events(store, tmp_path / "part", part, "UTC").events == 7
    export_events(store, tmp_path / "out", ALL, "UTC")
    before = read_back(tmp_path / "out")
    with pytest.raises(UsageError, match="only a part of that day"):
        export_events(store, tmp_path / "out", part, "UTC")
    assert read_back(tmp_path / "out") == before


def test_nothing_half_written_is_left(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that fails on the way leaves an earlier one as it is, or no folder."""
    from pyarrow.parquet import ParquetWriter

    written = []

    def fail(writer: Any, batch: Any) -> None:
        written.append(batch)
        if len(written) > 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(ParquetWriter, "write_batch", fail)
    with pytest.raises(DeliveryError, match="No space left"):
        export_events(store, tmp_path / "out", ALL, "UTC")
    assert len(written) == 4
    assert not (tmp_path / "out").exists()
