"""Values, their places and their sums: nothing is lost when values are folded or combinations are many."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.report.buckets import SECONDS, cut, fact_slices
from analyzer.report.columns import encode_table
from analyzer.report.dimensions import OTHER, ranked, shown_texts, summed
from tests.report.test_payload import table

TEXTS = st.lists(st.sampled_from([None, "", "a", "b", "c", "(other)", "\u202e"]), min_size=1, max_size=30)


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.integers(1, 4))
def test_every_value_has_a_place_and_the_heaviest_have_their_own(values: list[str | None], keep: int) -> None:
    column = shown_texts(pa.chunked_array([pa.array(values, pa.string())]))
    dimension = ranked(column, np.ones(len(values)), keep)
    places = dimension.places(column)
    named = ["(none)" if not value else value.replace("\u202e", "⟨U+202E⟩") for value in values]
    for value, place in zip(named, places.tolist(), strict=True):
        assert dimension.values[place] in (value, OTHER)
    assert len(dimension.values) <= keep + 1
    assert dimension.folded == max(len(set(named)) - keep, 0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2**31), st.integers(0, 9)), max_size=40))
def test_sums_keep_every_combination(rows: list[tuple[int, int, int]]) -> None:
    """Also where there are more combinations than a number can tell apart."""
    columns = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(3)]
    keys, (sums,) = summed([columns[0], columns[1], columns[1], columns[0]], [columns[2]])
    expected: dict[tuple[int, int], int] = {}
    for first, second, amount in rows:
        expected[first, second] = expected.get((first, second), 0) + amount
    found = zip(keys[0].tolist(), keys[1].tolist(), sums.tolist(), strict=True)
    assert {(first, second): total for first, second, total in found} == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 900)), max_size=60))
def test_a_table_is_read_as_it_was_written(rows: list[tuple[int, int, int]]) -> None:
    names = ("time", "model", "events")
    written = encode_table(
        {name: np.array([row[at] for row in rows]) for at, name in enumerate(names)}, ["events"]
    )
    read = table(written)
    assert sorted(zip(*(read[name] for name in names), strict=True)) == sorted(rows)


@pytest.mark.parametrize("step", SECONDS)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata"])
def test_slices_cover_the_span_in_the_zones_own_hours(step: str, zone: str) -> None:
    """Also over the night when New York's clocks go back."""
    since, until = datetime(2026, 10, 31, 5, 7, tzinfo=UTC), datetime(2026, 11, 2, 9, 11, tzinfo=UTC)
    buckets = cut(since, until, ZoneInfo(zone), step)
    starts = [datetime.fromtimestamp(start / 1e6, ZoneInfo(zone)) for start in buckets.starts.tolist()]
    assert (np.diff(buckets.starts) > 0).all()
    assert starts[0] <= since
    assert starts[-2] < until <= starts[-1]
    if step in ("hour", "3hours", "6hours", "12hours"):
        assert all(start.minute == 0 for start in starts)
    if step in ("day", "week", "month"):
        assert all((start.hour, start.minute) == (0, 0) for start in starts)


@pytest.mark.parametrize(
    ("step", "zone", "long", "slices"),
    [
        ("minute", "UTC", True, {"step": "minute"}),
        ("hour", "Asia/Shanghai", True, {"step": "hour"}),
        ("hour", "Asia/Kolkata", True, {"step": "15minutes"}),
        ("day", "Asia/Shanghai", False, {"step": "hour"}),
        ("day", "Asia/Kolkata", False, {"step": "15minutes"}),
        ("day", "Asia/Shanghai", True, {"step": "day", "shift": 28_800}),
        ("week", "Asia/Kolkata", True, {"step": "day", "shift": 19_800}),
        ("6hours", "UTC", True, {"step": "6hours", "shift": 0}),
        ("day", "Europe/Berlin", True, {"step": "hour"}),
    ],
)
def test_facts_are_cut_so_that_they_make_up_the_pages_slices(
    step: str, zone: str, long: bool, slices: dict[str, object]
) -> None:
    """Long slices do where the zone's clock stays as it is; October's end changes Berlin's."""
    since, until = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    buckets = cut(since, until, ZoneInfo(zone), step)
    assert fact_slices(buckets, ZoneInfo(zone), long=long) == slices
    width = {"minute": 60, "15minutes": 900, "hour": 3600, "6hours": 21_600, "day": 86_400}[
        str(slices["step"])
    ]
    shift = slices.get("shift", 0)
    assert all((start // 10**6 + shift) % width == 0 for start in buckets.starts.tolist())
