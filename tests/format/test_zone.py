"""Whether a log tells the zone of its times: the person is told where it does not."""

from __future__ import annotations

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.zone import cst_doubt, lacks_zone

REQUEST = '"GET /v1/models HTTP/1.1" 200'


@pytest.mark.parametrize(
    ("name", "line", "lacks"),
    [
        ("uvicorn", f"10.0.0.7 - - [20/Nov/2026 08:00:00] {REQUEST} -", True),
        (
            "uvicorn",
            f"2026-11-20 08:00:00,1 INFO werkzeug: 10.0.0.7 - - [20/Nov/2026 08:00:00] {REQUEST} -",
            True,
        ),
        ("combined", f'10.0.0.7 - - [20/Nov/2026:08:00:00 +0800] {REQUEST} 2 "-" "curl/8"', False),
        ("combined", f'10.0.0.7 - - [20/Nov/2026:08:00:00] {REQUEST} 2 "-" "curl/8"', True),
        ("ndjson", '{"ts":"2026-11-20T08:00:00Z","path":"/v1/models","status":200}', False),
        ("ndjson", '{"ts":"2026-11-20 08:00:00","path":"/v1/models","status":200}', True),
        ("ndjson", '{"ts":1795161600,"path":"/v1/models","status":200}', False),
    ],
)
def test_a_time_that_moves_with_the_zone_is_told_of(name: str, line: str, lacks: bool) -> None:
    assert lacks_zone(load_formats()[name], [line]) is lacks


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ('{"time":"2026-11-20 08:00:00 CST","path":"/v1","status":200}', True),
        ('{"time":"Fri Nov 20 08:00:00 CST 2026","path":"/v1","status":200}', True),
        ('{"time":"2026-11-20T08:00:00Z","path":"/v1","status":200,"message":"CST"}', False),
        ('{"told":"2026-11-20 08:00:00 CST","path":"/v1","status":200}', False),
    ],
)
def test_a_zone_of_two_meanings_is_told_of(line: str, is_told: bool) -> None:
    assert (cst_doubt(load_formats()["ndjson"], [line]) is not None) is is_told
