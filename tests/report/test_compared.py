"""Which span stands beside the report's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import RangeError, UsageError
from analyzer.report.compared import Asked, Compared, compared, read_asked, span_before
from analyzer.report.scope import Span

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
SPAN_BEFORE = Asked()
STORED = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 11, 22, 5, tzinfo=UTC))


def beside(asked: Asked = SPAN_BEFORE, since: str | None = None, until: str | None = None) -> Compared:
    start, end = (text and datetime.fromisoformat(text).replace(tzinfo=BERLIN) for text in (since, until))
    return compared(asked, start or None, end or None, STORED, "Europe/Berlin", NOW)


def test_seven_local_days_stand_beside_the_seven_before() -> None:
    """On 29 March 2026 Berlin's clocks go forward: that week has 167 hours, and the one before 168."""
    found = beside(since="2026-03-23", until="2026-03-30")
    assert found.current.length == timedelta(hours=167)
    assert found.beside.span is not None
    assert found.beside.span.since.isoformat() == "2026-03-16T00:00:00+01:00"
    assert found.beside.span.length == timedelta(hours=168)
    found = beside(since="2026-10-25", until="2026-10-26")
    assert found.current.length == timedelta(hours=25)
    assert found.beside.span is not None
    assert found.beside.span.since.isoformat() == "2026-10-24T00:00:00+02:00"
    assert found.beside.span.length == timedelta(hours=24)


def test_a_part_of_a_day_stands_beside_the_same_time_before() -> None:
    found = beside(since="2026-03-29T00:00", until="2026-03-29T04:00")
    assert found.beside.span is not None
    assert found.beside.span.length == found.current.length == timedelta(hours=3)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=500)),
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]),
)
def test_the_span_before_ends_where_the_span_starts(start: datetime, length: timedelta, zone: str) -> None:
    since = start.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    span = Span(since, (since.astimezone(UTC) + length).astimezone(ZoneInfo(zone)))
    before = span_before(span)
    assert before.until == span.since
    assert abs(before.length - span.length) <= timedelta(hours=2)


def test_an_open_end_is_the_end_of_the_data() -> None:
    found = beside(since="2026-11-22T00:00")
    assert found.current.until == STORED[1] + timedelta(microseconds=1)


def test_without_a_range_there_is_nothing_before() -> None:
    assert beside().beside.notes == ("open",)
    assert beside(since="2026-01-01", until="2026-03-01").beside.notes == ("nothing_before",)
    found = beside(since="2026-03-04", until="2026-03-10")
    assert found.beside.notes == ("short",)
    assert found.beside.stored_from == STORED[0]
    assert beside(Asked("none"), since="2026-11-20").beside.notes == ("off",)
    assert compared(Asked(), None, None, (None, None), "UTC", NOW).beside.span is None


def test_another_span_may_stand_beside_it() -> None:
    asked = read_asked("2026-11-01..2026-11-08", None, "Europe/Berlin", NOW)
    found = beside(asked, since="2026-11-15", until="2026-11-22")
    assert found.beside.kind == "span"
    assert found.beside.span is not None
    assert found.beside.span.since.isoformat() == "2026-11-01T00:00:00+01:00"


def test_before_and_after_a_release_are_equally_long() -> None:
    asked = read_asked(None, "v2 = 2026-11-20T12:00", "Europe/Berlin", NOW)
    found = beside(asked)
    assert found.beside.release is not None
    assert found.beside.release.name == "v2"
    assert found.beside.span is not None
    assert found.beside.span.until == found.current.since == found.beside.release.at
    assert found.beside.span.length == found.current.length
    assert found.beside.notes == ()


def test_a_release_soon_after_the_data_begins_says_that_it_is_short() -> None:
    found = beside(read_asked(None, "v1=2026-03-05", "Europe/Berlin", NOW))
    assert found.beside.notes == ("short",)
    found = beside(read_asked(None, "v1=2026-11-20", "Europe/Berlin", NOW), since="2026-11-19")
    assert found.beside.notes == ("shorter",)
    assert found.beside.span is not None
    assert found.beside.span.length == timedelta(days=1)


@pytest.mark.parametrize(
    ("compare", "release", "says"),
    [
        ("2026-11-01", None, "write START..END"),
        ("2026-11-01..", None, "write START..END"),
        ("2026-11-08..2026-11-01", None, "ends before it starts"),
        ("2026-11-01..tomorrow", None, "'tomorrow' is no time"),
        (None, "v2", "write NAME=TIME"),
        (None, "=2026-11-01", "write NAME=TIME"),
        (None, "v2=soon", "'soon' is no time"),
        (None, "v" * 99 + "=2026-11-01", "80 are enough"),
        ("none", "v2=2026-11-01", "take --compare away"),
    ],
)
def test_what_cannot_be_read_is_said(compare: str | None, release: str | None, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_asked(compare, release, "UTC", NOW)


def test_spans_that_overlap_and_releases_outside_are_refused() -> None:
    with pytest.raises(RangeError, match="overlap"):
        beside(read_asked("2026-11-01..2026-11-18", None, "UTC", NOW), since="2026-11-15", until="2026-11-22")
    with pytest.raises(RangeError, match="does not lie between"):
        beside(read_asked(None, "v9=2027-01-01", "UTC", NOW))
