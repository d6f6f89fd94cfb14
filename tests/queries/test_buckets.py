"""Hours, days, weeks and months are cut where the zone's clocks and calendars cut them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import duckdb
import pandas
import pytest

from analyzer.query.library import load_queries
from analyzer.query.run import run

QUERIES = load_queries()
SWITCHES = {
    "Asia/Shanghai": "2026-03-08",
    "Asia/Kathmandu": "2026-03-08",
    "America/New_York forward": "2026-03-08",
    "America/New_York back": "2026-11-01",
    "Europe/Berlin back": "2026-10-25",
    "Africa/Cairo forward at midnight": "2026-04-24",
}


@pytest.mark.parametrize("place", SWITCHES)
def test_buckets_are_those_of_pandas(
    place: str, make_store: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    """Every moment around a change of clocks falls into the bucket that pandas puts it in."""
    zone = place.split()[0]
    start = datetime.fromisoformat(SWITCHES[place]).replace(tzinfo=UTC) - timedelta(hours=30)
    moments = [start + timedelta(minutes=7 + 20 * step) for step in range(3 * 24 * 3)]
    events = [
        {"ts": moment.isoformat(), "failed": True, "category": "quota", "match": "code"} for moment in moments
    ]
    connection = make_store({"event": events}, zone)
    series = pandas.Series(moments).dt.tz_convert(zone)
    for bucket in ("15minutes", "hour", "day", "week", "month"):
        frame = run(connection, QUERIES["errors_over_time"], {"bucket": bucket}).frame()
        expected = series.map(lambda moment, bucket=bucket: cut(moment, bucket)).value_counts()
        found = frame[frame.failures > 0].set_index("bucket").failures
        assert found.to_dict() == expected.to_dict()
        assert list(frame.bucket) == sorted(frame.bucket)


def cut(moment: pandas.Timestamp, bucket: str) -> pandas.Timestamp:
    """Return where pandas starts the moment's bucket."""
    if bucket in ("hour", "15minutes"):
        # The hour that comes twice is two: pandas is told which of the two by the moment's own fold.
        unit = "h" if bucket == "hour" else "15min"
        return moment.floor(unit, ambiguous=moment.fold == 0)
    day = moment.tz_localize(None).normalize()
    if bucket == "week":
        day -= pandas.Timedelta(days=day.weekday())
    if bucket == "month":
        day = day.replace(day=1)
    return day.tz_localize(moment.tz, nonexistent="shift_forward")


@pytest.mark.parametrize(
    ("hours", "size"),
    [
        (2, "minute"),
        (12, "5minutes"),
        (30, "15minutes"),
        (200, "hour"),
        (24 * 90, "day"),
        (24 * 800, "month"),
    ],
)
def test_auto_chooses_a_size_that_can_be_drawn(
    hours: int, size: str, make_store: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    """A range of any length is cut into some dozens to some hundreds of buckets."""
    start = datetime(2026, 5, 1, tzinfo=UTC)
    events = [{"ts": (start + timedelta(hours=passed)).isoformat()} for passed in (0, hours)]
    frame = run(make_store({"event": events}), QUERIES["errors_over_time"], {}).frame()
    assert set(frame.bucket_size) == {size}
    assert 20 <= len(frame) <= 400
