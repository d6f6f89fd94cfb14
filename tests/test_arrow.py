"""Arrow's columns as Python values and arrays: what Arrow's own ways give, without pandas."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.arrow import dicts, encoded, numbers, text_column, values

MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Australia/Lord_Howe"])


def chunked(found: list[object], type: pa.DataType, cut: int) -> pa.ChunkedArray:
    """Return a column in two pieces, the second of which begins inside its buffer."""
    whole = pa.array(found, type)
    return pa.chunked_array([whole.slice(0, cut), whole.slice(cut)], type)


@settings(deadline=None)
@given(st.lists(st.none() | MOMENTS, max_size=8), ZONES, st.integers(0, 8))
def test_times_are_those_of_arrow(found: list[object], zone: str, cut: int) -> None:
    """To the microsecond, before 1970 too, in the column's zone."""
    column = chunked(found, pa.timestamp("us", zone), cut)
    ours, theirs = values(column), column.to_pylist()
    assert [str(value) for value in ours] == [str(value) for value in theirs]
    assert dicts(pa.table({"ts": column})) == [{"ts": value} for value in theirs]


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=20), st.integers(0, 20))
@pytest.mark.parametrize("type", [pa.int32(), pa.int64(), pa.float64(), pa.timestamp("us", "UTC")], ids=str)
def test_numbers_are_those_of_arrow(type: pa.DataType, found: list[int | None], cut: int) -> None:
    """NULL is what is wanted in its place."""
    if not pa.types.is_timestamp(type):
        column = chunked(found, type, cut)
    else:
        column = chunked(found, pa.int64(), cut).cast(type)
    assert numbers(column, 7).tolist() == [7 if value is None else value for value in found]


@settings(deadline=None)
@given(st.lists(st.none() | st.booleans(), max_size=20), st.integers(0, 20))
def test_truths_are_ones(found: list[bool | None], cut: int) -> None:
    column = chunked(found, pa.bool_(), cut)
    assert numbers(column).tolist() == [int(value or 0) for value in found]


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=4), max_size=12), st.integers(0, 12))
def test_texts_come_back(found: list[str | None], cut: int) -> None:
    """A column is its different values and each row's place among them."""
    places, known = encoded(chunked(found, pa.string(), cut))
    assert [[*known, None][place] for place in places] == found
    texts = [text for text in found if text is not None]
    assert text_column(texts).to_pylist() == texts


def test_an_array_is_ones_own() -> None:
    """What is changed in it does not change the column."""
    column = pa.array([1, 2, 3])
    found = numbers(column)
    found += 1
    assert column.to_pylist() == [1, 2, 3]
    assert found.dtype == np.int64


def test_a_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises((ValueError, OverflowError)):
        values(pa.array([2**62], pa.int64()).cast(pa.timestamp("us", "UTC")))
