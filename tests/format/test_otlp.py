"""OTLP's JSON: which records of an export are requests, in both spellings, and what they tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from analyzer.errors import FormatError
from analyzer.format.definition import Definition, load_formats
from analyzer.format.otlp import check_settings, may_fit
from analyzer.format.trial import load_lines, open_trial, take_apart

START, END = "1795161600250000000", "1795161600750000000"
TS = 1_795_161_600_250_000


@pytest.fixture(scope="module")
def trial() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in which lines can be tried."""
    with open_trial(quick=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def otlp() -> Definition:
    """The format of OTLP's JSON."""
    return load_formats()["otlp"]


def attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return attributes as OTLP writes them: integers as texts."""
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return [
        {"key": key, "value": {kinds[type(value)]: str(value) if type(value) is int else value}}
        for key, value in values.items()
    ]


def span(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a client's span with attributes."""
    base = {"traceId": "t-1", "spanId": "s-1", "kind": 3, "startTimeUnixNano": START, "endTimeUnixNano": END}
    return {**base, "attributes": attributes(values), **more}


def record(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a log record with attributes."""
    return {"timeUnixNano": START, "attributes": attributes(values), **more}


def spans(*found: dict[str, Any]) -> str:
    """Return one line that exports spans."""
    return json.dumps({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": [*found]}]}]})


def logs(*found: dict[str, Any]) -> str:
    """Return one line that exports log records."""
    return json.dumps({"resourceLogs": [{"resource": {}, "scopeLogs": [{"logRecords": [*found]}]}]})


def become(trial: Any, otlp: Definition, *lines: str) -> list[dict[str, Any]]:
    """Return what lines become."""
    load_lines(trial, lines)
    return take_apart(trial, otlp)


HTTP = {"http.request.method": "POST", "url.path": "/v1/videos", "http.response.status_code": 429}
OLD_HTTP = {"http.method": "POST", "http.url": "https://h:8443/v1/videos", "http.status_code": 429}
CALL = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m-1"}


@pytest.mark.parametrize("values", [HTTP, OLD_HTTP])
@pytest.mark.parametrize("export", [spans, logs])
def test_old_and_new_names_tell_a_request(trial: Any, otlp: Definition, export: Any, values: Any) -> None:
    """The conventions changed; both are read, of spans and of log records."""
    found = span(values) if export is spans else record(values)
    (row,) = become(trial, otlp, export(found))
    assert (row["method"], row["path"], row["status"], row["failed"]) == ("POST", "/v1/videos", 429, True)
    assert row["ts"] == TS
    assert row["duration_ms"] == (500.0 if export is spans else None)


def test_the_records_of_a_line_are_events_of_that_line(trial: Any, otlp: Definition) -> None:
    """Three requests and a message in one export, of two resources: three events with its number."""
    several = json.loads(logs(record(HTTP), record({"a": 1}), record(HTTP)))
    several["resourceLogs"] += json.loads(logs(record(OLD_HTTP)))["resourceLogs"]
    rows = become(trial, otlp, logs(record({})), json.dumps(several))
    assert [(row["line_no"], row["outcome"]) for row in rows] == [(1, "reject")] + [(2, "event")] * 3


@pytest.mark.parametrize(
    "found",
    [
        span({"db.system": "postgresql"}, status={"code": 2, "message": "relation does not exist"}),
        span({**HTTP, "asgi.event.type": "http.response.start"}, kind=1),
        span(HTTP, kind="SPAN_KIND_INTERNAL"),
        span({"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m-1"}),
        span({"gen_ai.operation.name": "execute_tool", "gen_ai.request.model": "m-1"}),
        span({}),
    ],
)
def test_spans_that_are_no_request(trial: Any, otlp: Definition, found: dict[str, Any]) -> None:
    """Databases, what frameworks add, agents' runs: the line is one reject."""
    (row,) = become(trial, otlp, spans(found))
    assert row["reason"] == "not_a_request"


def test_a_log_that_quotes_an_error_is_no_request(trial: Any, otlp: Definition) -> None:
    """Neither a text nor a severity makes a request of a log record."""
    said = record({}, body={"stringValue": "Error code: 429 - {'error_code': 'x'}"}, severityText="ERROR")
    (row,) = become(trial, otlp, logs(said))
    assert row["reason"] == "not_a_request"


def test_a_models_call_counts_where_no_http_request_stands_under_it(trial: Any, otlp: Definition) -> None:
    """The call and its HTTP attempts in one export: the attempts are what counts."""
    call = span(CALL, spanId="s-call")
    attempts = [span(HTTP, spanId=f"s-{n}", parentSpanId="s-call") for n in range(2)]
    (alone,) = become(trial, otlp, spans(call))
    assert (alone["outcome"], alone["model"], alone["status"]) == ("event", "m-1", None)
    rows = become(trial, otlp, spans(call, *attempts))
    assert sorted((row["span_id"], row["model"]) for row in rows) == [("s-0", "m-1"), ("s-1", "m-1")]


def test_an_error_status_and_an_exception_are_a_failure(trial: Any, otlp: Definition) -> None:
    """A span's status says so, its exception tells why; a code in error.type is one."""
    exception = {"name": "exception", "attributes": attributes({"exception.message": "Too many requests."})}
    found = span({**CALL, "error.type": "ModelArts.81101"}, status={"code": 2}, events=[exception])
    plain = span(
        {**CALL, "error.type": "RateLimitError"}, status={"code": "STATUS_CODE_ERROR", "message": "no room"}
    )
    rows = become(trial, otlp, spans(found), spans(plain))
    assert [(row["failed"], row["error_code"], row["error_message"]) for row in rows] == [
        (True, "ModelArts.81101", "Too many requests."),
        (True, None, "no room"),
    ]


def test_snake_case_is_read_too(trial: Any, otlp: Definition) -> None:
    """Some exporters keep the names of the protocol's own files."""
    line = spans(span(HTTP))
    names = {
        "resourceSpans": "resource_spans",
        "scopeSpans": "scope_spans",
        "startTimeUnixNano": "start_time_unix_nano",
    }
    names |= {"endTimeUnixNano": "end_time_unix_nano", "traceId": "trace_id", "spanId": "span_id"}
    names |= {"stringValue": "string_value", "intValue": "int_value"}
    for camel, snake in names.items():
        line = line.replace(f'"{camel}"', f'"{snake}"')
    (row,) = become(trial, otlp, line)
    assert (row["status"], row["request_id"], row["span_id"], row["duration_ms"]) == (
        429,
        "t-1",
        "s-1",
        500.0,
    )


def test_a_body_of_pairs_is_read_like_attributes(trial: Any, otlp: Definition) -> None:
    """Pairs within pairs become an object: an error in an error's place."""
    error = {"key": "error", "value": {"kvlistValue": {"values": attributes({"code": "ModelArts.81101"})}}}
    body = {"kvlistValue": {"values": [*attributes(HTTP), error]}}
    (row,) = become(trial, otlp, logs({"timeUnixNano": START, "body": body}))
    assert (row["status"], row["error_code"]) == (429, "ModelArts.81101")


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        '{"resourceLogs":null}',
        '{"resourceLogs":{}}',
        '{"resourceSpans":[null]}',
        '{"resourceSpans":[{"scopeSpans":[{"spans":[null,5,"x",{"attributes":5},{"attributes":[{"key":null}]}]}]}]}',
        '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"a","value":5}],"body":7}]}]}]}',
        "[]",
        "not json",
        '{"resourceLogs":[{',
    ],
)
def test_odd_exports_are_one_reject(trial: Any, otlp: Definition, line: str) -> None:
    """Whatever it holds, a line without a request is one reject, and its neighbours are read."""
    rows = become(trial, otlp, spans(span(HTTP)), line, spans(span(HTTP)))
    assert [row["outcome"] for row in rows] == ["event", "reject", "event"]


def test_the_same_attribute_twice_is_fatal_to_nothing(trial: Any, otlp: Definition) -> None:
    """Attributes are a list, and no exporter checks it."""
    doubled = span({})
    doubled["attributes"] = attributes(HTTP) + attributes({"url.path": "/other"})
    (row,) = become(trial, otlp, spans(doubled))
    assert (row["status"], row["path"]) == (429, "/v1/videos")


def test_only_exports_are_tried(otlp: Definition) -> None:
    """A quick look tells whether a file may be one; settings are lists of names."""
    assert may_fit(otlp, ["{}", spans()])
    assert not may_fit(otlp, ['{"status":200}'])
    broken = Definition("x", "t", "d", "otlp", "requests", {"status": "a"}, (), otlp.path)
    with pytest.raises(FormatError, match="must be a list of field names"):
        check_settings(broken)
