"""Local time behind minutes: the same hours of past weeks over both switches, and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.alert.clock import DAY, Clock, minute_of, moment_of
from analyzer.alert.rule import quiet_hours

ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(ZONES))
def test_the_offset_is_the_zones(moment: datetime, zone: str) -> None:
    minute = minute_of(moment)
    offset = moment_of(minute).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    assert Clock(zone).offset(np.array([minute]))[0] == offset.total_seconds() // 60


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(ZONES), st.integers(1, 12))
def test_the_clocks_showed_the_same_time_weeks_before(moment: datetime, zone: str, weeks: int) -> None:
    """But for the hour that a switch leaves out or repeats, where the time is one switch off at most."""
    clock = Clock(zone)
    minute = minute_of(moment)
    earlier = int(clock.earlier(np.array([minute]), 7 * weeks)[0])
    wanted = clock.local(minute).replace(tzinfo=None) - timedelta(weeks=weeks)
    got = clock.local(earlier).replace(tzinfo=None)
    exists = (
        wanted.replace(tzinfo=clock.zone).astimezone(UTC).astimezone(clock.zone).replace(tzinfo=None)
        == wanted
    )
    assert got == wanted or (
        abs(got - wanted) <= timedelta(hours=1) and (not exists or _is_near_switch(clock, minute, earlier))
    )


def _is_near_switch(clock: Clock, *minutes: int) -> bool:
    return any(
        len({int(clock.offset(np.array([minute + step]))[0]) for step in (-120, 0, 120)}) > 1
        for minute in minutes
    )


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2026-05-01T21:59", False),
        ("2026-05-01T22:00", True),
        ("2026-05-02T00:00", True),
        ("2026-05-02T06:59", True),
        ("2026-05-02T07:00", False),
        # The night of the switch: 02:30 comes twice in October and never in March.
        ("2026-10-25T02:30", True),
        ("2026-10-25T07:00", False),
        ("2026-03-29T03:30", True),
        ("2026-03-29T07:00", False),
    ],
)
def test_quiet_hours_reach_over_midnight_in_the_zones_own_time(now: str, quiet: bool) -> None:
    clock = Clock("Europe/Berlin")
    minute = minute_of(datetime.fromisoformat(now).replace(tzinfo=clock.zone))
    assert clock.is_quiet(minute, quiet_hours("22:00-07:00")) is quiet


def test_several_quiet_hours_count_each() -> None:
    clock, spans = Clock("UTC"), quiet_hours(["22:00-07:00", "12:00-13:00"])
    assert [clock.is_quiet(hour * 60, spans) for hour in (6, 7, 12, 13, 21, 22)] == [
        True, False, True, False, False, True,
    ]  # fmt: skip


@settings(deadline=None)
@given(st.integers(0, 3 * DAY), st.integers(0, 23), st.integers(0, 23))
def test_a_night_and_its_day_share_the_time_between_them(minute: int, start: int, end: int) -> None:
    if start == end:
        return
    clock = Clock("Asia/Shanghai")
    night = clock.is_quiet(minute, quiet_hours(f"{start:02d}:00-{end:02d}:00"))
    assert night is not clock.is_quiet(minute, quiet_hours(f"{end:02d}:00-{start:02d}:00"))
