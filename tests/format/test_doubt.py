"""What a person is told of a file whose format was found: what may be wrong with it."""

from __future__ import annotations

import json

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.detect import detect

FORMATS = load_formats()


def log(name: str, *values: object) -> list[str]:
    head = {"time": "2026-11-20T08:00:00Z", "method": "POST", "path": "/v1/videos", "status": 200}
    return [json.dumps({**head, name: value}) for value in values]


@pytest.mark.parametrize(
    ("lines", "seems"),
    [
        (log("duration", *(1.5 + one / 7 for one in range(9))), "seconds"),
        (log("latency", *(1523000000 + one for one in range(9))), "a smaller unit"),
        (log("duration", *(1523.25 + one for one in range(9))), None),
        (log("duration_ms", *(1.525 + one / 7 for one in range(9))), None),
        (log("duration", *[f"{one}.525ms" for one in range(9)]), None),
        (log("duration", 1.525, 1.625), None),
        (log("duration", *range(1, 9)), None),
    ],
)
def test_durations_that_look_like_another_unit_are_told_of(lines: list[str], seems: str | None) -> None:
    doubt = detect(lines, FORMATS.values()).doubt or ""
    assert ("durations tell no unit" in doubt) is (seems is not None)
    assert seems is None or f"look like {seems};" in doubt
