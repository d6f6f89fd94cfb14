"""--since, --until and --tz: which moments they name, and what a wrong one gets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import RangeError, UsageError
from analyzer.query.ranges import TimeRange, find_zone, parse_moment, parse_range

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01", "2026-05-01T00:00:00+08:00"),
        ("2026-05-01 08:30", "2026-05-01T08:30:00+08:00"),
        ("2026-05-01T08:30:00.5", "2026-05-01T08:30:00.500000+08:00"),
        ("2026-05-01T08:30Z", "2026-05-01T16:30:00+08:00"),
        ("2026-05-01T08:30:00-04:00", "2026-05-01T20:30:00+08:00"),
        ("24h", "2026-05-09T20:00:00+08:00"),
        ("7d", "2026-05-03T20:00:00+08:00"),
        ("30m", "2026-05-10T19:30:00+08:00"),
        ("2w", "2026-04-26T20:00:00+08:00"),
    ],
)
def test_a_moment_is_read_in_the_zone(text: str, moment: str) -> None:
    """A bare date is its midnight, a time without a zone is local, a span counts back from now."""
    assert parse_moment(text, SHANGHAI, NOW).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "7", "-7d", "7y", "2026-05-01T25:00", "9999999d", "999999w"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """The refusal shows the text and what can be written."""
    with pytest.raises(RangeError, match="is no time; write a date"):
        parse_moment(text, SHANGHAI, NOW)


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_refusal(text: str) -> None:
    """Nothing else comes out, whatever is typed."""
    try:
        moment = parse_moment(text, SHANGHAI, NOW)
    except RangeError:
        return
    assert moment.tzinfo is not None


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))
def test_an_iso_time_is_itself(moment: datetime) -> None:
    """What Python writes is read back."""
    assert parse_moment(moment.isoformat(), SHANGHAI, NOW) == moment.replace(tzinfo=SHANGHAI)


def test_a_day_of_a_clock_change_starts_at_its_own_midnight() -> None:
    """The midnights around a change of clocks are 23 or 25 hours apart."""
    zone = "America/New_York"
    forward = parse_range("2026-03-08", "2026-03-09", zone, NOW)
    back = parse_range("2026-11-01", "2026-11-02", zone, NOW)
    assert [length(forward), length(back)] == [timedelta(hours=23), timedelta(hours=25)]


def length(found: TimeRange) -> timedelta:
    assert found.since is not None
    assert found.until is not None
    return found.until.astimezone(UTC) - found.since.astimezone(UTC)


def test_open_ends_are_open() -> None:
    """What is not said is not bounded."""
    assert parse_range(None, None, "UTC") == TimeRange(None, None)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    """Since after until is misuse; an empty range is not."""
    with pytest.raises(RangeError, match="ends before it starts"):
        parse_range("2026-05-02", "2026-05-01", "UTC")
    assert parse_range("2026-05-02", "2026-05-02", "UTC").since is not None


@pytest.mark.parametrize("name", ["Asia/Shangai", "Nowhere", "", "../etc/passwd", "Asia", "/etc/localtime"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    """Names that no zone bears, folders and paths get one line."""
    with pytest.raises(UsageError, match="there is no time zone"):
        find_zone(name)
