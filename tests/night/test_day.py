"""Which day a night is about, in zones whose clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import RangeError
from analyzer.night.day import chosen_day

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def test_yesterday_is_the_zones_yesterday() -> None:
    """Half an hour before midnight UTC it is already the next morning in Shanghai."""
    assert chosen_day(None, "UTC", NOW).date == date(2026, 11, 21)
    assert chosen_day(None, "Asia/Shanghai", NOW).date == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "time_zone", "since", "hours"),
    [
        ("2026-11-22", "Asia/Shanghai", "2026-11-22T00:00:00+08:00", 24),
        ("2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00", 23),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T00:00:00+02:00", 25),
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", 24.5),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00", 23),
        ("2026-11-22", "Asia/Kathmandu", "2026-11-22T00:00:00+05:45", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(text: str, time_zone: str, since: str, hours: float) -> None:
    """A day runs from its first to the next day's first moment, also where midnight does not exist."""
    day = chosen_day(text, time_zone, NOW)
    assert day.since.isoformat() == since
    assert day.until.astimezone(UTC) - day.since.astimezone(UTC) == timedelta(hours=hours)


@given(
    day=st.dates(date(1971, 1, 3), date(2037, 12, 30)),
    time_zone=st.sampled_from(
        ["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe"]
    ),
)
def test_days_leave_no_gap(day: date, time_zone: str) -> None:
    """A day begins in the moment the day before ends, and carries its own date."""
    chosen = chosen_day(day.isoformat(), time_zone, NOW)
    assert chosen.before().until == chosen.since
    assert chosen.since.date() == day
    assert not chosen.is_over(chosen.until.astimezone(UTC) - timedelta(microseconds=1))
    assert chosen.is_over(chosen.until)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "22.11.2026", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """A date that cannot be read, or has no neighbours, is misuse."""
    with pytest.raises(RangeError):
        chosen_day(text, "UTC", NOW)
