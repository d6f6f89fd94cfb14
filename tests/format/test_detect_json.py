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


def parsed(line: str) -> object | None:
    """Return what a line of JSON holds, None for another."""
    try:
        return json.loads(line)
    except ValueError:
        return None


OBJECTS = [name for name, definition in FORMATS.items() if definition.kind == "json"]


@pytest.mark.parametrize("name", OBJECTS)
def test_white_space_in_objects_changes_nothing(name: str) -> None:
    """The same objects are read as the same format, however their parts are spaced."""
    lines = sample_lines(FORMATS[name].samples[0])
    objects = [one for line in lines if (one := parsed(line)) is not None]
    found = set()
    for separators in [(",", ":"), (", ", ": "), (" , ", " : ")]:
        spaced = [json.dumps(one, separators=separators) for one in objects]
        ranking = detect(spaced, FORMATS.values(), thorough=True).ranking
        found.add((ranking[0].name, ranking[0].events))
    assert len(found) == 1


@pytest.mark.parametrize("failures", [0, 1, 90])
def test_rows_of_new_api_are_known_by_their_fields(failures: int) -> None:
    """Most rows may be top-ups, which are no requests."""
    row = {"created_at": 1795161600, "username": "root", "quota": 9, "use_time": 0}
    top_up = row | {"type": 1, "content": "top-up", "token_name": "", "model_name": "", "other": ""}
    told = '{"error_code":"ModelArts.81101","status_code":429}'
    failure = row | {"type": 5, "content": "429", "token_name": "a", "model_name": "b", "other": told}
    rows = [failure if number < failures else top_up for number in range(100)]
    assert chosen([json.dumps(one | {"id": number}) for number, one in enumerate(rows)]) == "new-api"


@pytest.mark.parametrize("requests", [0, 2])
def test_connections_of_envoy_are_no_requests(requests: int) -> None:
    """A proxy of TCP writes lines of the same fields with nothing in those of HTTP."""
    line = {
        **{"start_time": "2026-11-20T08:00:00Z", "method": None, "path": None, "protocol": None},
        **{"response_code": 0, "response_flags": "-", "upstream_cluster": "a", "duration": 7},
    }
    request = line | {"method": "POST", "path": "/a", "protocol": "HTTP/1.1", "response_code": 200}
    lines = [json.dumps(line)] * (30 - requests) + [json.dumps(request)] * requests
    ranking = detect(lines, FORMATS.values()).ranking
    assert chosen(lines) == "envoy-json"
    assert ranking[0].events == requests


def test_what_higress_adds_to_envoys_fields_is_read() -> None:
    """A format whose shape the lines have too goes before by what it tells."""
    assert chosen([line for line in sample_lines(FORMATS["higress"].samples[0]) if line]) == "higress"
