"""Detection among the formats of JSON: by the fields that a log has, not by how they are written."""

from __future__ import annotations

import json

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.detect import detect
from analyzer.format.samples import sample_lines

FORMATS = load_formats()


def chosen(lines: list[str]) -> str:
    """Return the name of the format that is found."""
    found = detect(lines, FORMATS.values())
    assert found.chosen, found.reason
    return found.chosen.name


def test_a_line_with_the_times_of_gin_and_of_zap_is_read() -> None:
    """ginzap writes zap's time as seconds and gin's as a text without fractions."""
    line = {
        **{"level": "info", "ts": 1795161600.25, "caller": "zap@v1.1.0/zap.go:90", "msg": "/v1/videos"},
        **{"status": 429, "method": "POST", "path": "/v1/videos", "latency": 0.25},
    }
    lines = [
        json.dumps(line | {"ts": line["ts"] + n, "time": f"2026-11-20T08:00:0{n}Z"}, separators=(",", ":"))
        for n in range(5)
    ]
    assert chosen(lines) == "zap"
