"""Which day, week or month a night is about, in zones whose clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import RangeError
from analyzer.night.period import KINDS, Period, chosen_period, last_over, period_named, period_of

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
LATER = datetime(2029, 1, 1, tzinfo=UTC)
ZONES = ["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe"]
DAYS = st.dates(date(1971, 1, 3), date(2037, 12, 30))


def test_yesterday_is_the_zones_yesterday() -> None:
    """Half an hour before midnight UTC it is already the next morning in Shanghai."""
    assert chosen_period("nightly", None, "UTC", NOW).first == date(2026, 11, 21)
    assert chosen_period("nightly", None, "Asia/Shanghai", NOW).first == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "time_zone", "since", "hours"),
    [
        ("2026-11-22", "Asia/Shanghai", "2026-11-22T00:00:00+08:00", 24),
        ("2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00", 23),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T00:00:00+02:00", 25),
        ("2026-03-08", "America/New_York", "2026-03-08T00:00:00-05:00", 23),
        ("2026-11-01", "America/New_York", "2026-11-01T00:00:00-04:00", 25),
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", 24.5),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00", 23),
        ("2026-11-22", "Asia/Kathmandu", "2026-11-22T00:00:00+05:45", 24),
        ("2028-02-29", "Europe/Berlin", "2028-02-29T00:00:00+01:00", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(text: str, time_zone: str, since: str, hours: float) -> None:
    """A day runs from its first to the next day's first moment, also where midnight does not exist."""
    day = chosen_period("nightly", text, time_zone, LATER)
    assert day.since.isoformat() == since
    assert day.until.astimezone(UTC) - day.since.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("kind", "text", "name", "first", "end"),
    [
        ("weekly", "2026-11-22", "2026-W47", date(2026, 11, 16), date(2026, 11, 23)),
        ("weekly", "2027-01-01", "2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("weekly", "2026-W01", "2026-W01", date(2025, 12, 29), date(2026, 1, 5)),
        ("monthly", "2028-02-29", "2028-02", date(2028, 2, 1), date(2028, 3, 1)),
        ("monthly", "2026-12", "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_weeks_and_months_are_those_of_the_calendar(
    kind: str, text: str, name: str, first: date, end: date
) -> None:
    """A week begins on Monday and bears its ISO number; a month knows its leap day."""
    period = chosen_period(kind, text, "Europe/Berlin", LATER)
    assert (period.name, period.first, period.end) == (name, first, end)


@given(kind=st.sampled_from(KINDS), day=DAYS, time_zone=st.sampled_from(ZONES))
def test_periods_leave_no_gap(kind: str, day: date, time_zone: str) -> None:
    """A period begins in the moment the one before ends, holds its day, and is found again by its name."""
    period = period_of(kind, day, ZoneInfo(time_zone))
    assert period.before().until == period.since
    assert period.after().since == period.until
    assert period.first <= day < period.end
    assert not period.is_over(period.until.astimezone(UTC) - timedelta(microseconds=1))
    assert period.is_over(period.until)
    assert last_over(kind, period.zone, period.until) == period
    assert period_named(kind, period.name, time_zone) == period


def test_a_day_is_usually_like_its_weekday() -> None:
    """Days are compared with the same weekday of past weeks, months with the months before."""
    day = Period("nightly", date(2026, 11, 22), ZoneInfo("UTC"))
    assert [one.name for one in day.alike(2)] == ["2026-11-15", "2026-11-08"]
    month = Period("monthly", date(2026, 1, 1), ZoneInfo("UTC"))
    assert [one.name for one in month.alike(2)] == ["2025-12", "2025-11"]


def test_a_day_that_has_not_begun_is_refused() -> None:
    """Today may be looked at; tomorrow has nothing to tell, and would be taken for a day without failures."""
    assert chosen_period("nightly", "2026-11-22", "UTC", NOW).first == date(2026, 11, 22)
    assert chosen_period("nightly", "2026-11-23", "Asia/Shanghai", NOW).first == date(2026, 11, 23)
    for kind, text in [("nightly", "2026-11-23"), ("weekly", "2026-11-23"), ("monthly", "2026-12")]:
        with pytest.raises(RangeError, match="yet to come"):
            chosen_period(kind, text, "UTC", NOW)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "22.11.2026", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """A date that cannot be read, or has no neighbours, is misuse."""
    with pytest.raises(RangeError):
        chosen_period("nightly", text, "UTC", NOW)
