"""Envelopes: what is one, what stands in it, and what settings are refused."""

# ruff: noqa: E501 - log lines are long

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from analyzer.errors import FormatError
from analyzer.format.definition import load_formats
from analyzer.format.detect import detect
from analyzer.format.envelope import check_settings, may_fit
from analyzer.format.name import named_format
from analyzer.format.trial import load_lines, open_trial, take_apart

FORMATS = load_formats()
GIN = '[GIN] 2026/11/20 - 16:00:00 | 404 | 1.25ms | 10.0.0.7 | GET "/v1/models"'
ACCESS = '10.0.0.7 - - [20/Nov/2026:08:00:00 +0000] "GET /v1/models HTTP/1.1" 503 2 "-" "curl/8"'


def taken_apart(format: str, *lines: str) -> list[dict[str, Any]]:
    """Return what lines become."""
    with open_trial() as connection:
        load_lines(connection, lines)
        return take_apart(connection, named_format(FORMATS, format))


@pytest.mark.parametrize(
    ("expected", "line"),
    [
        ("docker+combined", json.dumps({"log": ACCESS + "\n", "stream": "stdout", "time": "2026-11-20T08:00:00Z"})),
        ("cri+combined", f"2026-11-20T08:00:00.1Z stdout F {ACCESS}"),
        ("compose+combined", f"gateway-1  | {ACCESS}"),
        ("kubectl+combined", f"[pod/gateway-0/nginx] {ACCESS}"),
        ("journald+combined", json.dumps({"__REALTIME_TIMESTAMP": "1795161600000000", "MESSAGE": ACCESS})),
        ("syslog+combined", f"Nov 20 08:00:00 gateway nginx[184]: {ACCESS}"),
        ("rfc5424+combined", f"<165>1 2026-11-20T08:00:00Z gateway nginx - - - {ACCESS}"),
        ("shipped+combined", json.dumps({"level": "info", "time": "2026-11-20T08:00:00Z", "message": ACCESS})),
        ("elastic+combined", json.dumps({"@timestamp": "2026-11-20T08:00:00Z", "log": {"offset": 1}, "message": ACCESS})),
        ("lts+combined", json.dumps({"host_name": "ecs-1", "ip": "10.0.0.1", "line_no": 1, "message": ACCESS, "path": "/x", "time": 1795161600303})),
        ("docker+syslog+combined", json.dumps({"log": f"<6>Nov 20 08:00:00 gateway nginx: {ACCESS}\n", "stream": "stdout", "time": "2026-11-20T08:00:00Z"})),
    ],
)  # fmt: skip
def test_the_envelope_and_its_inner_format_are_detected(expected: str, line: str) -> None:
    """Twenty lines of each envelope are read as what stands in them, whoever is found to read them."""
    chosen = detect([line] * 20, FORMATS.values()).chosen
    assert chosen is not None
    told = ("ts", "method", "path", "client", "status")
    for name in (expected, chosen.name):
        rows = taken_apart(name, line)
        assert [[row[column] for column in told] for row in rows] == [
            [1795161600000000, "GET", "/v1/models", "10.0.0.7", 503]
        ]


@pytest.mark.parametrize(
    "line",
    [
        {"ts": "2026-11-20T08:00:00Z", "path": "/v1/models", "status": 503, "message": "upstream is away"},
        {
            "time": "2026-11-20T08:00:00Z",
            "path": "/v1/models",
            "status": 503,
            "log": "gateway",
            "stream": "stdout",
        },
        {
            "@timestamp": "2026-11-20T08:00:00Z",
            "url": "/v1/models",
            "status": 200,
            "message": "GET /v1/models 200",
        },
    ],
)
def test_a_request_with_a_message_is_no_envelope(line: dict[str, Any]) -> None:
    """An object which is itself a request is read as one, whatever its message says."""
    chosen = detect([json.dumps(line)] * 20, FORMATS.values()).chosen
    assert chosen is not None
    assert not chosen.envelopes


@pytest.mark.parametrize(
    "line",
    [
        '{"log":{"file":"a"},"stream":"stdout","time":"2026-11-20T08:00:00Z"}',
        '{"log":"","stream":"stdout","time":"2026-11-20T08:00:00Z"}',
        '{"log":"x","time":"2026-11-20T08:00:00Z"}',
        '{"log":"x","stream":"stdout","time":"2026-11-20T08:00:00Z","kubernetes":{}}',
        '["log","stream","time"]',
        '{"log":"x"',
        "log stream time",
        '{"a":' * 5000,
    ],
)
def test_what_is_no_envelope_of_docker(line: str) -> None:
    """An envelope has its fields, all of them and no other, and a text for a line."""
    assert not may_fit(FORMATS["docker"], [line])


def test_the_clock_of_the_envelope() -> None:
    """It counts for lines without a time and before one without a zone, but not before a whole one."""
    head = "2026-11-20T09:00:00+01:00 stdout F "
    assert [row["ts"] for row in taken_apart("cri+gin", head + GIN)] == [1795161600000000]
    assert [row["ts"] for row in taken_apart("cri+ndjson", head + '{"path":"/x","status":200}')] == [
        1795161600000000
    ]
    own = '{"path":"/x","status":200,"ts":"2026-11-20T07:59:58Z"}'
    assert [row["ts"] for row in taken_apart("cri+ndjson", head + own)] == [1795161598000000]


def test_a_weak_clock_yields_to_any_other() -> None:
    """A time without a year is for lines that have no other, and no zone of their own is needed for that."""
    assert [row["ts"] for row in taken_apart("syslog+gin", f"Nov 20 08:00:09 h api[1]: {GIN}")] == [
        1795190400000000
    ]


def test_parts_of_two_streams_by_turns() -> None:
    """Each stream's parts are joined with its own."""
    texts = ('{"path":"/a",', '{"path":"/b",', '"status":200}', '"status":503}')
    kinds = (("stdout", "P"), ("stderr", "P"), ("stdout", "F"), ("stderr", "F"))
    lines = [
        f"2026-11-20T08:00:00Z {stream} {kind} {text}"
        for text, (stream, kind) in zip(texts, kinds, strict=True)
    ]
    rows = taken_apart("cri+ndjson", *lines)
    assert [(row["outcome"], row["path"], row["status"]) for row in rows] == [
        ("event", "/a", 200),
        ("event", "/b", 503),
        ("continuation", None, None),
        ("continuation", None, None),
    ]  # fmt: skip


def test_bytes_that_are_no_text() -> None:
    """A message given as bytes is read as UTF-8, and what is none is written as \\xHH."""
    message = [*b'{"status":503,"path":"/', 0xFF, *'é"}'.encode()]
    line = json.dumps({"__REALTIME_TIMESTAMP": "1795161600000000", "MESSAGE": message})
    assert taken_apart("journald+ndjson", line)[0]["outcome"] in ("event", "reject")
    good = json.dumps(
        {"__REALTIME_TIMESTAMP": "1795161600000000", "MESSAGE": [*("\x1b[0m" + GIN + "é").encode()]}
    )
    assert taken_apart("journald+gin", good)[0]["ts"] == 1795161600000000


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "must hold either field or head"),
        ({"field": ["a"], "head": "^a"}, "must hold either field or head"),
        ({"field": "a"}, "settings.field must be a list of names"),
        ({"field": ["a"], "tokens": ["a"]}, "settings.tokens is unknown"),
        ({"field": ["a"], "joined": "P"}, "settings.joined must be 'newline' or a list of marks"),
        ({"field": ["a"], "bytes": 1}, "settings.bytes must be true or false"),
        ({"head": "a "}, "must begin with ^"),
        ({"head": "^(a"}, "is no valid pattern"),
        ({"head": "^(?P<line>a)"}, "may have the groups ts, channel, part"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], said: str) -> None:
    """Each fault names the file, the key and the reason."""
    with pytest.raises(FormatError) as caught:
        check_settings(replace(FORMATS["docker"], settings=settings))
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(FORMATS["docker"].path))
