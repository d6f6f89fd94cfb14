"""Slots in finished texts, and times in their shapes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.simulate.template import (
    ATTEMPT,
    DURATION,
    NUMERIC_TIME,
    REQUEST_ID,
    TIME,
    with_slots,
    write_times,
)

MOMENT = 1_763_604_005_007


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("iso_z", "2025-11-20T02:00:05.007Z"),
        ("iso_offset", "2025-11-20T10:00:05.007+08:00"),
        ("iso_micro", "2025-11-20T02:00:05.007000+00:00"),
        ("naive", "2025-11-20 02:00:05.007"),
        ("comma", "2025-11-20 02:00:05,007"),
        ("epoch_ms", "1763604005007"),
        ("epoch_s", "1763604005.007"),
        ("common", "20/Nov/2025:02:00:05 +0000"),
        ("common_east", "20/Nov/2025:10:00:05 +0800"),
    ],
)
def test_a_moment_is_written_in_each_shape(shape: str, text: str) -> None:
    assert datetime.fromtimestamp(MOMENT / 1_000, UTC).isoformat().startswith("2025-11-20T02:00:05.007")
    assert write_times(shape, np.array([MOMENT])) == [text]


@given(st.text(st.characters(exclude_categories=["Cs", "Co"])), st.booleans())
def test_any_other_text_stays_as_it_is(message: str, plain_ascii: bool) -> None:
    record = {
        "time": TIME,
        "id": REQUEST_ID,
        "ms": DURATION,
        "at": NUMERIC_TIME,
        "n": ATTEMPT,
        "said": message,
    }
    line = with_slots(json.dumps(record, ensure_ascii=plain_ascii)).format("12", "r-1", 8, "op", 2)
    assert json.loads(line) == {"time": "12", "id": "r-1", "ms": 8, "at": 12, "n": 2, "said": message}
