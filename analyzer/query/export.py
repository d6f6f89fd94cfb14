"""The events as Parquet files, one folder a day: `day=2026-11-20/events.parquet`.

Written through Arrow, batch by batch, for a reader's connection may not write files itself. Each file
is written under a temporary name and renamed when all of them are whole.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analyzer.errors import DeliveryError, MissingPathError, UsageError
from analyzer.query.ranges import TimeRange, find_zone
from analyzer.store.failure import is_full

if TYPE_CHECKING:
    import duckdb

FILE_NAME = "events.parquet"
_DAY = re.compile(r"day=\d{4}-\d\d-\d\d")
_ROWS = 65_536
_QUARTER = 15 * 60 * 1_000_000
"""Every zone's days begin at a quarter of an hour in UTC, but for those of long ago."""


@dataclass(frozen=True)
class Exported:
    """What was written: how many events, in how many days, of how many bytes; and how many days' files
    were replaced, or taken away because the store holds nothing of them any more."""

    events: int
    days: int
    bytes: int
    replaced: int
    removed: int


def export_events(
    connection: duckdb.DuckDBPyConnection, folder: Path, wanted: TimeRange, time_zone: str
) -> Exported:
    """Write the view `events` of the range `wanted` into `folder`, made where it is missing.

    The connection's zone should be UTC, so that the type of `ts` is always the same. Days of an earlier
    export are replaced, others stay. Raises MissingPathError for a folder that cannot be, UsageError for
    one with other things in it or for a part of a day that is there already, DeliveryError where it
    cannot be written.
    """
    zone = find_zone(time_zone)
    there = _days_there(folder)
    days = _days_of(connection, wanted, zone)
    _refuse_parts([day for day in days if _name(day) in there], wanted, zone)
    part = folder / f".export.{os.getpid()}.part"
    made = not folder.exists()
    try:
        part.mkdir(parents=True)
        events = sum(_write_day(connection, part, day, wanted, zone) for day in days)
        size = sum((part / _name(day) / FILE_NAME).stat().st_size for day in days)
        stale = _stale(there - {_name(day) for day in days}, wanted, zone)
        _put(part, folder, days, stale)
        return Exported(events, len(days), size, len(there & {_name(day) for day in days}), len(stale))
    except OSError as error:
        reason = error.strerror or str(error)
        way_out = "make room there" if is_full(error) else "name another folder with -o"
        raise DeliveryError(f"{folder} cannot be written: {reason}; {way_out}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if made:
            with suppress(OSError):
                folder.rmdir()


def _name(day: date) -> str:
    return f"day={day.isoformat()}"


def _days_there(folder: Path) -> set[str]:
    """Return the days of an earlier export. Raises where the folder is no export's."""
    if folder.exists() and not folder.is_dir():
        raise MissingPathError(f"{folder} is a file; name a folder with -o")
    if not folder.is_dir():
        return set()
    names = {entry.name for entry in folder.iterdir() if not entry.name.startswith(".")}
    others = sorted(name for name in names if not _DAY.fullmatch(name))
    if others:
        raise UsageError(
            f"{folder} holds other things than an export ({others[0]}); name a folder of its own with -o"
        )
    return {name for name in names if (folder / name / FILE_NAME).exists()}


def _days_of(connection: duckdb.DuckDBPyConnection, wanted: TimeRange, zone: ZoneInfo) -> list[date]:
    """Return the days that have events in the range, in order."""
    found = connection.execute(
        "SELECT DISTINCT epoch_us(ts) // $1 FROM events "
        "WHERE ($2::TIMESTAMPTZ IS NULL OR ts >= $2) AND ($3::TIMESTAMPTZ IS NULL OR ts < $3)",
        [_QUARTER, wanted.since, wanted.until],
    ).fetchall()
    moments = (datetime.fromtimestamp(quarter * _QUARTER // 1_000_000, UTC) for (quarter,) in found)
    return sorted({moment.astimezone(zone).date() for moment in moments})


def _bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _is_whole(day: date, wanted: TimeRange, zone: ZoneInfo) -> bool:
    start, end = _bounds(day, zone)
    return (wanted.since is None or wanted.since <= start) and (wanted.until is None or wanted.until >= end)


def _refuse_parts(days: list[date], wanted: TimeRange, zone: ZoneInfo) -> None:
    for day in days:
        if not _is_whole(day, wanted, zone):
            raise UsageError(
                f"{_name(day)} is there already and the range holds only a part of that day; "
                "give bare dates as --since and --until, or another folder"
            )


def _stale(names: set[str], wanted: TimeRange, zone: ZoneInfo) -> list[str]:
    """Return the days of an earlier export of which the store holds nothing any more."""
    return sorted(name for name in names if _is_whole(date.fromisoformat(name[4:]), wanted, zone))


def _write_day(
    connection: duckdb.DuckDBPyConnection, part: Path, day: date, wanted: TimeRange, zone: ZoneInfo
) -> int:
    """Write the events of a day; return how many they are."""
    import pyarrow.parquet

    start, end = _bounds(day, zone)
    since = start if wanted.since is None else max(start, wanted.since)
    until = end if wanted.until is None else min(end, wanted.until)
    reader = connection.sql(
        "SELECT * FROM events WHERE ts >= ?::TIMESTAMPTZ AND ts < ?::TIMESTAMPTZ",
        params=[since.astimezone(UTC), until.astimezone(UTC)],
    ).to_arrow_reader(_ROWS)
    path = part / _name(day) / FILE_NAME
    path.parent.mkdir()
    written = 0
    with pyarrow.parquet.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            written += batch.num_rows
    return written


def _put(part: Path, folder: Path, days: list[date], stale: list[str]) -> None:
    """Move the files to their places, and take away those of days that are no more."""
    for day in days:
        place = folder / _name(day)
        place.mkdir(exist_ok=True)
        (part / _name(day) / FILE_NAME).replace(place / FILE_NAME)
    for name in stale:
        (folder / name / FILE_NAME).unlink()
        with suppress(OSError):
            (folder / name).rmdir()
