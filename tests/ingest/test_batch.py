"""Batches: rare names, times from above, hostile texts, and what is kept of a failure."""

# ruff: noqa: E501 - log lines are long

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.event import MAX_ERROR_TEXT

T = "2026-11-20T08:00:00Z"


def test_a_rare_line_among_many(laboratory: Any, tmp_path: Path) -> None:
    """One odd line in the middle of 100,000 uniform ones is read with all its fields, whatever their names."""
    common = '{"ts":"2026-11-20T08:00:00Z","status":200,"path":"/v1/chat/completions","model":"deepseek-v3","padding":"%s"}\n'
    odd = {
        **{
            "@timestamp": "2026-11-20T09:00:00Z",
            "http.response.status_code": 429,
            "http": {"request": {"method": "PUT"}},
        },
        **{"requestId": "r-odd", "correlation_id": "o-1", "attempt": 2, "taskId": "t-1", "span_id": "s-1"},
        **{
            "url": "https://h/v1/videos/42",
            "modelName": "m-odd",
            "clientIp": "1.2.3.4:5",
            "userAgent": "ua",
            "apiKey": "key-9",
        },
        **{"latency_s": 1.5, "errorCode": "ModelArts.81101", "errorMsg": "Too many."},
    }
    path = tmp_path / "a.log"
    with path.open("w") as file:
        for number in range(100_000):
            file.write(common % ("x" * (number % 50)) if number != 54_321 else json.dumps(odd) + "\n")
    laboratory.ingest(path, format="ndjson")
    event = laboratory.event(54_322)
    expected = {
        **{
            "ts": "2026-11-20T09:00:00.000000Z",
            "status": 429,
            "method": "PUT",
            "request_id": "r-odd",
            "failed": True,
        },
        **{
            "operation_id": "o-1",
            "attempt": 2,
            "task_id": "t-1",
            "span_id": "s-1",
            "path": "/v1/videos/42",
            "model": "m-odd",
        },
        **{
            "endpoint": "/v1/videos/{id}",
            "client": "1.2.3.4",
            "client_agent": "ua",
            "api_key": "key-9",
            "duration_ms": 1500.0,
        },
        **{
            "error_code": "ModelArts.81101",
            "error_message": "Too many.",
            "code": "ModelArts.81101",
            "api": "model",
        },
    }
    assert {name: event[name] for name in expected} == expected
    assert laboratory.counted() == {"events": 100_000, "failures": 1, "rejects": 0}


def test_a_key_written_with_escapes(laboratory: Any, write: Callable[..., Path]) -> None:
    """`err\\u006fr` is `error`, whatever other names the batch holds."""
    odd = '{"ts":"2026-11-20T08:00:00Z","status":200,"err\\u006fr":{"code":"E.1"}}'
    laboratory.ingest(write([{"ts": T, "status": 200}, odd]), format="ndjson")
    assert laboratory.events("failed, error_code") == [(False, None), (True, "E.1")]


class TestTimes:
    """A line without a time takes the last one above it; a log without any is rejected, or given one."""

    def test_the_last_time_above(self, laboratory: Any, write: Callable[..., Path]) -> None:
        """Lines without a time, or with an impossible one, have the time of the line above."""
        path = write(
            [
                {"ts": T, "status": 200},
                {"status": 500},
                {"ts": "soon", "status": 200},
                {"ts": "infinity", "status": 500},
            ]
        )
        laboratory.ingest(path, format="ndjson")
        assert laboratory.rows("SELECT DISTINCT epoch_us(ts) FROM events") == [(1_795_161_600_000_000,)]

    def test_no_time_at_all(self, laboratory: Any, write: Callable[..., Path]) -> None:
        """Lines above the first time are rejects with their text; those below are events."""
        path = write(
            [{"status": 200, "path": "/a"}, {"status": 500}, {"ts": T, "status": 200}, {"status": 500}]
        )
        totals = laboratory.ingest(path, format="ndjson")
        assert laboratory.rejects() == [
            (1, "no_time", '{"status": 200, "path": "/a"}'),
            (2, "no_time", '{"status": 500}'),
        ]
        assert totals.sources[0].times.lacking == 2
        assert laboratory.ledger()["events"] == 2

    @pytest.mark.parametrize(
        ("untimed", "zone", "moment"),
        [
            ("2026-11-22T08:00:00Z", "UTC", "2026-11-22T08:00:00.000000Z"),
            ("2026-11-22T08:00:00", "UTC", "2026-11-22T08:00:00.000000Z"),
            ("2026-11-22T08:00:00", "Asia/Shanghai", "2026-11-22T00:00:00.000000Z"),
            ("2026-11-22T08:00:00+02:00", "Asia/Shanghai", "2026-11-22T06:00:00.000000Z"),
        ],
    )
    def test_a_given_time(
        self, laboratory: Any, write: Callable[..., Path], untimed: str, zone: str, moment: str
    ) -> None:
        """--time names the moment of a log without any, in the zone of its times."""
        laboratory.ingest(write([{"status": 200}]), format="ndjson", untimed=untimed, time_zone=zone)
        assert laboratory.event()["ts"] == moment

    def test_the_time_of_the_file(self, laboratory: Any, write: Callable[..., Path]) -> None:
        """--time mtime takes the file's time of change, --time now the present."""
        path = write([{"status": 200}])
        laboratory.ingest(path, format="ndjson", untimed="mtime")
        assert laboratory.rows("SELECT epoch_us(ts) FROM events") == [(path.stat().st_mtime_ns // 1000,)]

    def test_a_source_keeps_its_zone(self, laboratory: Any, write: Callable[..., Path]) -> None:
        """What is appended is read in the zone of the first run, whatever a later run says."""
        lines = [{"ts": f"2026-11-20 1{hour}:00:00", "status": 200} for hour in range(4)]
        path = write(lines[:2])
        laboratory.ingest(path, format="ndjson", time_zone="Asia/Shanghai")
        write(lines)
        laboratory.ingest(path, format="ndjson", time_zone="UTC")
        hours = laboratory.rows("SELECT strftime(ts AT TIME ZONE 'UTC', '%H') FROM events ORDER BY line_no")
        assert hours == [("02",), ("03",), ("04",), ("05",)]


HOSTILE = [
    *(
        "<script>alert(1)</script>",
        "'; DROP TABLE stored.event; --",
        "\\'\"`$(reboot)${x}$$",
        "a\x00b",
        "\u202eabc",
        "\x1b[31m",
    ),
    *("%s %(x)s {0}", "$rule $source_id ${masked_line}", "😀" * 100, "{" * 500, "\\" * 501, "\ufffd\ufeff"),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_stored_as_they_are(laboratory: Any, write: Callable[..., Path], text: str) -> None:
    """Script tags, SQL, NULs and templates in any field are data: kept to the letter, never executed."""
    line = {"ts": T, "status": 500, "model": text, "path": f"/{text}", "error_code": text, "error_msg": text}
    laboratory.ingest(
        write([line, {**line, "status": 200, "error_code": None, "error_msg": None}]), format="ndjson"
    )
    event = laboratory.event()
    assert (event["model"], event["error_message"]) == (text, text)
    assert event["error_code"] == text[:256]
    assert laboratory.counted() == {"events": 2, "failures": 1, "rejects": 0}


def test_a_long_error_is_cut_and_the_cut_is_counted(laboratory: Any, write: Callable[..., Path]) -> None:
    """At most MAX_ERROR_TEXT characters are kept of an error's text."""
    laboratory.ingest(
        write([{"ts": T, "status": 500, "error_msg": "é" * (MAX_ERROR_TEXT + 7)}]), format="ndjson"
    )
    event = laboratory.event()
    assert (len(event["error_message"]), event["error_message_cut"]) == (MAX_ERROR_TEXT, 7)


def test_statuses_of_clients_that_went_away(laboratory: Any, write: Callable[..., Path]) -> None:
    """499, 0 and -1 are failures that nobody owns."""
    laboratory.ingest(write([{"ts": T, "status": status} for status in (499, 0, -1)]), format="ndjson")
    assert laboratory.events("status, failed, owner, match") == [
        (status, True, "unknown", "none") for status in (499, 0, -1)
    ]


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/v1/chat/completions?x=1", "/v1/chat/completions"),
        ("/v1/videos/42", "/v1/videos/{id}"),
        ("/v1/0d4c7a91b6e84f2f9a3b5c6d7e8f9012/maas/1/2/3", "/v1/{id}/maas/{id}/{id}/{id}"),
        ("/v1/tasks/task-0123/result", "/v1/tasks/{id}/result"),
        ("/v2/e0f1d60f-d739-7e14-b55c-07b17fc05a0d", "/v2/{id}"),
        ("/", "/"),
        (None, None),
    ],
)
def test_endpoints(
    laboratory: Any, write: Callable[..., Path], path: str | None, endpoint: str | None
) -> None:
    """An endpoint is a path without its query, its identifiers replaced, for successes and failures alike."""
    laboratory.ingest(
        write([{"ts": T, "status": status, "path": path} for status in (200, 500)]), format="ndjson"
    )
    assert laboratory.events("endpoint") == [(endpoint,), (endpoint,)]
