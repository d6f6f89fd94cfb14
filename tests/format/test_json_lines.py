"""Lines of JSON: what each spelling, each wire form and each oddity becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from analyzer.errors import FormatError
from analyzer.format.definition import Definition, load_formats
from analyzer.format.json_lines import check_settings, may_fit
from analyzer.format.trial import load_lines, open_trial, take_apart

T = "2026-11-20T08:00:00Z"
ERROR = {"code": "ModelArts.81101", "message": "Too many requests.", "type": "TooManyRequests"}
BOTH = {"error": ERROR, "error_code": "ModelArts.81101", "error_msg": "Too many requests.", "span_id": "s-1"}
FOUND = ("ModelArts.81101", "Too many requests.")


@pytest.fixture(scope="module")
def trial() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in which lines can be tried."""
    with open_trial(quick=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def ndjson() -> Definition:
    """The format of JSON lines."""
    return load_formats()["ndjson"]


def become(
    connection: duckdb.DuckDBPyConnection, definition: Definition, *lines: Any
) -> list[dict[str, Any]]:
    """Return what lines (texts, or objects as JSON) become."""
    load_lines(connection, [line if isinstance(line, str) else json.dumps(line) for line in lines])
    return take_apart(connection, definition)


WIRES: dict[str, dict[str, Any]] = {
    "OpenAI's error object": {"error": ERROR},
    "Huawei's flat fields": {"error_code": FOUND[0], "error_msg": FOUND[1]},
    "both in one line": BOTH,
    "a body": {"body": BOTH},
    "a body as JSON in a text": {"body": json.dumps(BOTH)},
    "a Huawei body as JSON in a text": {
        "response_body": json.dumps({"error_code": FOUND[0], "error_msg": FOUND[1]})
    },
    "a body in the response": {"response": {"status": 429, "body": json.dumps(BOTH)}},
    "the response itself": {"response": BOTH},
    "an error as JSON in a text": {"error": json.dumps(BOTH)},
    "the error in the response": {"response": {"error": ERROR}},
    "camel case": {"errorCode": FOUND[0], "errorMsg": FOUND[1]},
    "a code beside the status": {"code": FOUND[0], "message": FOUND[1]},
    "an event stream": {"body": f"data: {json.dumps(BOTH)}\n\ndata: [DONE]\n\n"},
    "an event stream that began well": {
        "body": f'data: {{"choices":[{{"delta":{{}}}}]}}\n\nevent: error\ndata: {json.dumps(BOTH)}\n\n'
    },
    "an event stream with an identifier": {"body": f"id: 1\ndata:{json.dumps(BOTH)}\n\n"},
}


@pytest.mark.parametrize("status", [429, 200])
@pytest.mark.parametrize("wire", WIRES)
def test_an_error_in_an_errors_place_is_found(trial: Any, ndjson: Definition, wire: str, status: int) -> None:
    """Whatever its form and the status, the line is a failure with the error's own code and text."""
    fields = WIRES[wire]
    line = {"ts": T, **fields, "status": status}
    if "response" in fields and "status" in fields["response"]:
        line = {"ts": T, "response": {**fields["response"], "status": status}}
    (row,) = become(trial, ndjson, line)
    assert (row["outcome"], row["failed"], row["status"]) == ("event", True, status)
    assert (row["error_code"], row["error_message"]) == FOUND


@pytest.mark.parametrize(
    "fields",
    [
        *(
            {"error": nothing}
            for nothing in (
                None,
                {},
                "",
                [],
                False,
                "<nil>",
                "nil",
                "None",
                {"code": None, "message": None},
                {"code": "", "message": ""},
            )
        ),
        *({"error": {"code": code, "message": "fine"}} for code in (0, "0", 200, "200", "ok", "success")),
        *(
            {"error_code": code}
            for code in (None, "", "-", 0, "0", 200, "200", "ok", "success", "OK", "Success")
        ),
        *({"error_code": code, "error_msg": "success"} for code in (None, "", 0, "0", 200, "ok")),
        *({"code": code, "msg": "ok"} for code in (0, "0", 200, "200", "ok", "success", None)),
        {"body": {"error": None, "choices": []}},
        {"body": json.dumps({"error_code": "0", "error_msg": "success"})},
        {"body": json.dumps({"error": {"code": 0, "message": "ok"}})},
        {"body": json.dumps({"task_id": "t", "task_status": "SUCCEEDED", "error": None})},
        {"task_status": "succeeded"},
        {"body": 'data: {"error":null,"choices":[]}\n\ndata: [DONE]\n\n'},
        {"error_msg": ""},
    ],
)
def test_what_says_nothing_is_no_error(trial: Any, ndjson: Definition, fields: dict[str, Any]) -> None:
    """Null, {}, "" and the codes that mean success leave a success."""
    (row,) = become(trial, ndjson, {"ts": T, "status": 200, **fields})
    assert (row["outcome"], row["failed"], row["error_code"], row["error_message"]) == (
        "event",
        False,
        None,
        None,
    )


QUOTED = 'Error code: 429 - {"error":{"code":"ModelArts.81101","message":"Too many requests."}}'


@pytest.mark.parametrize(
    "fields",
    [
        {"response": {"choices": [{"message": {"content": QUOTED}}]}},
        {"body": json.dumps({"choices": [{"message": {"content": QUOTED + ' "error_code":"x"'}}]})},
        {"body": "data: " + json.dumps({"choices": [{"delta": {"content": "data: " + json.dumps(BOTH)}}]})},
        {"prompt": json.dumps(BOTH), "answer": QUOTED},
        {"message": QUOTED},
        {"request": {"body": json.dumps(BOTH), "method": "POST"}},
        {"messages": [{"role": "user", "content": json.dumps(BOTH)}]},
    ],
)
def test_an_answer_that_quotes_an_error_is_a_success(
    trial: Any, ndjson: Definition, fields: dict[str, Any]
) -> None:
    """Texts in prompts, answers and other fields never make a failure."""
    (row,) = become(trial, ndjson, {"ts": T, "status": 200, "path": "/v1/chat/completions", **fields})
    assert (row["outcome"], row["failed"], row["error_code"]) == ("event", False, None)


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        (
            {"body": {"task_id": "t", "status": "failed", "error_code": FOUND[0], "error_msg": FOUND[1]}},
            *FOUND,
        ),
        ({"body": json.dumps({"task_status": "FAILED", "fail_reason": "no room"})}, None, "no room"),
        ({"task_status": "failed", "error_message": "no room"}, None, "no room"),
    ],
)
def test_a_task_that_failed_inside_a_success(
    trial: Any, ndjson: Definition, fields: dict[str, Any], code: str | None, message: str
) -> None:
    """A task whose state is failed is a failure, whatever the HTTP status."""
    (row,) = become(trial, ndjson, {"ts": T, "status": 200, **fields})
    assert (row["failed"], row["error_code"], row["error_message"]) == (True, code, message)


@pytest.mark.parametrize(
    ("value", "status", "failed"),
    [
        *(
            (status, status, status >= 400 or status <= 0)
            for status in (200, 204, 302, 400, 429, 499, 500, 599, 0, -1)
        ),
        *(
            ("429", 429, True),
            ("429 Too Many Requests", 429, True),
            (200.0, 200, False),
            (" 200 ", 200, False),
        ),
    ],
)
def test_a_status_in_any_form(trial: Any, ndjson: Definition, value: Any, status: int, failed: bool) -> None:
    """Numbers and texts are statuses; from 400 on, and where no answer came, the attempt failed."""
    (row,) = become(trial, ndjson, {"ts": T, "status": value})
    assert (row["outcome"], row["status"], row["failed"]) == ("event", status, failed)


@pytest.mark.parametrize("value", [None, True, "", "unknown", 99, 1200, 99999999999, [200], {"code": 200}])
def test_what_is_no_status(trial: Any, ndjson: Definition, value: Any) -> None:
    """A line without a status that tells of no request otherwise is readable, and no request."""
    (row,) = become(trial, ndjson, {"ts": T, "status": value, "message": "x"})
    assert (row["outcome"], row["reason"]) == ("reject", "not_a_request")


def test_a_request_without_a_status(trial: Any, ndjson: Definition) -> None:
    """A missing status is NULL: a failure with an error, a success with a path and a duration."""
    rows = become(
        trial,
        ndjson,
        {"ts": T, "path": "/v1/x", "error": ERROR},
        {"ts": T, "path": "/v1/x", "method": "POST", "latency_ms": 5},
        {"ts": T, "level": "error", "message": "Error code: 429 - {'error': {'code': 'ModelArts.81101'}}"},
    )
    assert [(row["outcome"], row["status"], row["failed"]) for row in rows] == [
        ("event", None, True),
        ("event", None, False),
        ("event", 429, True),
    ]


SPELLINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"status_code": 500, "http_method": "GET", "uri": "/a?b=1", "remote_addr": "1.2.3.4"},
        {"client": "1.2.3.4", "path": "/a?b=1"},
    ),
    (
        {"http": {"response": {"status_code": 500}, "request": {"method": "GET"}}, "url": {"path": "/a"}},
        {"path": "/a"},
    ),
    (
        {
            "http.response.status_code": 500,
            "http.request.method": "GET",
            "url.path": "/a",
            "client.address": "::1",
        },
        {"path": "/a", "client": "::1"},
    ),
    (
        {"response": {"status": 500}, "request": {"method": "GET", "uri": "/a", "client_ip": "1.2.3.4"}},
        {"path": "/a", "client": "1.2.3.4"},
    ),
    (
        {"req": {"method": "GET", "url": "/a"}, "res": {"statusCode": 500}, "responseTime": 12},
        {"path": "/a", "duration_ms": 12.0},
    ),
    (
        {"request": "GET /a HTTP/1.1", "status": "500", "request_time": "0.532"},
        {"path": "/a", "duration_ms": 532.0},
    ),
    ({"statusCode": 500, "method": "GET", "url": "https://h:8443/a?x=1"}, {"path": "/a?x=1"}),
    ({"status": 500, "method": "GET", "client": {"ip": "1.2.3.4", "port": 5}}, {"client": "1.2.3.4"}),
    ({"status": 500, "method": "GET", "client_ip": "1.2.3.4:5678"}, {"client": "1.2.3.4"}),
    ({"status": 500, "method": "GET", "client_ip": "1.2.3.4, 5.6.7.8"}, {"client": "1.2.3.4"}),
    ({"status": 500, "method": "GET", "gen_ai.request.model": "m-1"}, {"model": "m-1"}),
    ({"status": 500, "method": "GET", "user_agent": {"original": "ua"}}, {"client_agent": "ua"}),
    ({"status": 500, "method": "GET", "latency": "1.5s"}, {"duration_ms": 1500.0}),
    ({"status": 500, "method": "GET", "elapsed": 0.25}, {"duration_ms": 250.0}),
    # nginx counts seconds and always writes a fraction; what counts milliseconds writes none.
    ({"status": 500, "method": "GET", "request_time": "2.000"}, {"duration_ms": 2000.0}),
    ({"status": 500, "method": "GET", "response_time": 1523}, {"duration_ms": 1523.0}),
    *(
        ({"status": 500, "method": "GET", "duration": odd}, {"duration_ms": None})
        for odd in ("NaN", "inf", -1, "soon", 1e400)
    ),
]


def test_spellings_may_be_mixed_in_one_file(trial: Any, ndjson: Definition) -> None:
    """Flat, nested and dotted names: each line is read by its own, beside lines with others."""
    rows = become(trial, ndjson, *({"ts": T, **fields} for fields, _ in SPELLINGS))
    for row, (fields, expected) in zip(rows, SPELLINGS, strict=True):
        assert (row["status"], row["method"]) == (500, "GET"), fields
        assert {name: row[name] for name in expected} == expected, fields


DEEP = "[" * 1000 + "]" * 1000


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("not json", "not_a_request"),
        ("Listening on 0.0.0.0:8080", "not_a_request"),
        ('  File "/app/main.py", line 7, in <module>', "not_a_request"),
        ("broken {", "invalid_json"),
        ('ath":"/v1/x","status":200}', "invalid_json"),
        ("\\xff\\xfe\\x00", "invalid_json"),
        ('{"ts":"2026-11-20T08:00:00Z","status":200', "invalid_json"),
        ('{"status":200} {"status":200}', "invalid_json"),
        ('{"ts":"2026-11-20T08:00:00Z","status":200,}', None),
        ("{'status': 200}", "invalid_json"),
        ('{"ts":"2026-11-20T08:00:00Z","status":200}\r', "event"),
        (' \t{"ts":"2026-11-20T08:00:00Z","status":200} ', "event"),
        ('{"ts":"2026-11-20T08:00:00Z","status":200,"x":' + DEEP + "}", "event"),
        (
            '{"ts":"2026-11-20T08:00:00Z","status":500,"error":'
            + '{"error":' * 1000
            + "1"
            + "}" * 1000
            + "}",
            "event",
        ),
        ('{"ts":"2026-11-20T08:00:00Z","status":200,"latency_ms":' + "9" * 400 + "}", "event"),
        ('{"ts":"2026-11-20T08:00:00Z","status":500,"message":"a\\u0000b"}', "event"),
        ('{"ts":"2026-11-20T08:00:00Z","status":200,"status":500}', "event"),
        ("[1, 2]", None),
        ("[]", None),
        ("42", None),
        ('"text"', None),
        ("null", None),
        ("{}", "not_a_request"),
        ('{"ts":"2026-11-20T08:00:00Z","status":500,"message":"\\ud800"}', None),
        ('{"ts":"2026-11-20T08:00:00Z","status":500,"\\ud800":1}', None),
        ('{"ts":"2026-11-20T08:00:00Z","status":NaN}', None),
        ("\x00", "invalid_json"),
        ('{"ts":"2026-11-20T08:00:00Z","status":500,"message":"\x00"}', None),
    ],
)
def test_odd_lines_are_read_or_rejected_and_never_fatal(
    trial: Any, ndjson: Definition, line: str, outcome: str | None
) -> None:
    """Each line becomes one event or one reject with its reason (None: either will do)."""
    first, middle, last = become(trial, ndjson, {"ts": T, "status": 200}, line, {"ts": T, "status": 200})
    assert (first["outcome"], last["outcome"]) == ("event", "event")
    assert middle["outcome"] in ("event", "reject")
    if outcome is not None:
        assert outcome == (middle["reason"] or middle["outcome"])


def test_keys_that_differ_in_case_are_different_keys(trial: Any, ndjson: Definition) -> None:
    """`Status` is no spelling of `status`, and does not hide it."""
    first, second = become(trial, ndjson, {"ts": T, "Status": 500, "status": 200}, {"ts": T, "STATUS": 500})
    assert (first["status"], first["failed"]) == (200, False)
    assert second["reason"] == "not_a_request"


def test_a_gateways_bare_status_and_a_nested_cause_are_kept(trial: Any, ndjson: Definition) -> None:
    """The outer code is the line's own, and the text keeps the body inside it."""
    bare, nested = become(
        trial,
        ndjson,
        {"ts": T, "status": 429, "error": {"code": "429", "message": "Too many requests."}},
        {"ts": T, "status": 502, "error": {"code": "502", "message": "upstream: " + json.dumps(BOTH)}},
    )
    assert (bare["error_code"], bare["error_message"]) == ("429", "Too many requests.")
    assert nested["error_code"] == "502"
    assert "ModelArts.81101" in nested["error_message"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        *(
            (text, 1_795_161_600_250_000)
            for text in (
                *(
                    "2026-11-20T08:00:00.250Z",
                    "2026-11-20T08:00:00,250Z",
                    "2026-11-20 08:00:00.250",
                    "2026-11-20T16:00:00.250+08:00",
                ),
                *(
                    "2026-11-20T16:00:00.250+0800",
                    "2026-11-20 16:00:00.250 +0800",
                    "2026-11-20 16:00:00,250 +08:00",
                ),
                *(
                    "2026-11-20T08:00:00.250000999Z",
                    "2026-11-20T04:30:00.250-0330",
                    "2026-11-20T16:00:00.250+08:00[Asia/Shanghai]",
                ),
                *(
                    1795161600.25,
                    "1795161600.25",
                    1795161600250,
                    1795161600250000,
                    1795161600250000000,
                    "1.79516160025e9",
                ),
                *("20/Nov/2026:16:00:00.250 +0800", "2026/11/20 08:00:00.250"),
            )
        ),
        *(
            (text, 1_795_161_600_000_000)
            for text in (
                *(
                    "2026-11-20T08:00:00Z",
                    "2026-11-20T08:00Z",
                    "20261120T080000Z",
                    "20/Nov/2026:16:00:00 +0800",
                    1795161600,
                ),
                *(
                    "Fri, 20 Nov 2026 08:00:00 GMT",
                    "Fri, 20 Nov 2026 16:00:00 +0800",
                    "Fri Nov 20 08:00:00 2026",
                ),
                *("11/20/2026 08:00:00", "2026-11-20 08:00:00 UTC", "20261120 08:00:00"),
            )
        ),
        ("2015-06-30T23:59:60Z", 1_435_708_800_000_000),
        ("2015-06-30 23:59:60,5", 1_435_708_800_500_000),
        ("30/Jun/2015:23:59:60 +0000", 1_435_708_800_000_000),
        *(
            (text, None)
            for text in (
                *(
                    "",
                    "-",
                    None,
                    "soon",
                    "infinity",
                    "-infinity",
                    "0001-01-01T00:00:00Z",
                    "99999-01-01 00:00:00",
                    -5,
                    12345,
                ),
                *("2026-02-30T00:00:00Z", 1.8e300, "2026-13-01", True, {"a": 1}, "9" * 30),
            )
        ),
    ],
)
def test_any_time_shape_is_stored_in_utc(
    trial: Any, ndjson: Definition, text: Any, moment: int | None
) -> None:
    """Microseconds since 1970 of each shape; an impossible time is none."""
    (row,) = become(trial, ndjson, {"ts": text, "status": 200})
    assert row["ts"] == moment


@pytest.mark.parametrize(
    ("zone", "text", "moment"),
    [
        ("Asia/Shanghai", "2026-11-20 16:00:00", "2026-11-20 08:00:00"),
        ("Asia/Shanghai", "2026-11-20T08:00:00Z", "2026-11-20 08:00:00"),
        ("Asia/Shanghai", "Fri, 20 Nov 2026 08:00:00 GMT", "2026-11-20 08:00:00"),
        ("Asia/Shanghai", "Fri Nov 20 16:00:00 2026", "2026-11-20 08:00:00"),
        ("America/New_York", "2026-07-01 08:00:00,5", "2026-07-01 12:00:00.5"),
        ("America/New_York", "2026-12-01 08:00:00", "2026-12-01 13:00:00"),
        # The hour that daylight saving leaves out, and the one that it repeats.
        ("America/New_York", "2026-03-08 01:59:59", "2026-03-08 06:59:59"),
        ("America/New_York", "2026-03-08 03:00:00", "2026-03-08 07:00:00"),
        ("America/New_York", "2026-11-01 02:00:00", "2026-11-01 07:00:00"),
        ("America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-01 05:30:00"),
        ("America/New_York", "2026-11-01T01:30:00-05:00", "2026-11-01 06:30:00"),
    ],
)
def test_a_time_without_a_zone_is_read_in_the_given_one(
    trial: Any, ndjson: Definition, zone: str, text: str, moment: str
) -> None:
    """Also around the hours that daylight saving leaves out and repeats."""
    trial.execute(f"SET TimeZone = '{zone}'")
    load_lines(trial, [json.dumps({"ts": text, "status": 200})])
    found = take_apart(trial, ndjson)[0]["ts"]
    trial.execute("SET TimeZone = 'UTC'")
    assert found == trial.execute("SELECT epoch_us(?::TIMESTAMP)", [moment]).fetchall()[0][0]


@pytest.mark.parametrize("settings", [{"statuss": ["a"]}, {"status": "a"}, {"status": [1]}, {"status": [""]}])
def test_settings_are_lists_of_field_names(ndjson: Definition, settings: dict[str, Any]) -> None:
    """An unknown column or no list of names is refused, with file and key."""
    broken = Definition("x", "t", "d", "json", "requests", settings, (), ndjson.path)
    with pytest.raises(FormatError, match=f"{ndjson.path.name}: settings.{next(iter(settings))}"):
        check_settings(broken)


def own(settings: dict[str, Any], ndjson: Definition) -> Definition:
    """Return a format of one's own."""
    return Definition("own", "t", "d", "json", "requests", settings, (), ndjson.path)


def test_json_in_a_text_is_opened(trial: Any, ndjson: Definition) -> None:
    """A dot reaches into a field that holds an object, or one as JSON in a text; other texts tell nothing."""
    format = own({"ts": ["ts"], "status": ["s"], "model": ["ai_log.model"], "opened": ["ai_log"]}, ndjson)
    inner: list[Any] = [
        json.dumps({"model": "m-1"}),
        {"model": "m-1"},
        "-",
        '{"model":"m',
        json.dumps([1]),
        None,
    ]
    rows = become(trial, format, *({"ts": T, "s": 200, "ai_log": value} for value in inner))
    assert [row["model"] for row in rows] == ["m-1", "m-1", None, None, None, None]


def test_the_first_of_a_list_and_what_stands_for_nothing(trial: Any, ndjson: Definition) -> None:
    """Headers are lists in some logs; a hyphen is passed over for the next name."""
    settings = {"ts": ["ts"], "status": ["s"], "client_agent": ["h.User-Agent[0]"], "client": ["a", "b"]}
    format = own({**settings, "nothing": ["-"]}, ndjson)
    rows = become(
        trial,
        format,
        {"ts": T, "s": 200, "h": {"User-Agent": ["curl/8", "x"]}, "a": "-", "b": "10.0.0.7"},
        {"ts": T, "s": 200, "h": {"User-Agent": "curl/8"}, "a": "10.0.0.8", "b": "10.0.0.7"},
        {"ts": T, "s": 200, "h": {"User-Agent": []}},
    )
    found = [(row["client_agent"], row["client"]) for row in rows]
    assert found == [("curl/8", "10.0.0.7"), ("curl/8", "10.0.0.8"), (None, None)]


def test_a_request_that_several_lines_tell_counts_once(trial: Any, ndjson: Definition) -> None:
    """Patterns tell the lines that count, or those whose request another line counts."""
    lines = [{"ts": T, "status": 500, "event": event} for event in ("failed", "finished", "else")]
    for settings in ({"counted": ['"finished"']}, {"counted_elsewhere": ['"failed"', '"else"']}):
        rows = become(trial, own({"ts": ["ts"], "status": ["status"], **settings}, ndjson), *lines)
        assert [row["reason"] for row in rows] == ["not_a_request", None, "not_a_request"]
        assert rows[0]["line"] is None


@pytest.mark.parametrize(
    "text", ["incoming request", "request_started", "Request started", "request received", "Incoming request"]
)
def test_a_request_that_comes_in_is_not_counted(trial: Any, ndjson: Definition, text: str) -> None:
    """Its answer has a line of its own; with a status or a duration the line is the answer's."""
    asked = {"ts": T, "method": "POST", "path": "/v1/videos", "request_id": "r-1", "msg": text}
    rows = become(trial, ndjson, asked, {**asked, "status": 200}, {**asked, "latency_ms": 3})
    assert [row["outcome"] for row in rows] == ["reject", "event", "event"]


def test_a_file_is_tried_only_for_lines_of_its_shape(ndjson: Definition) -> None:
    """One of the patterns, or all of a list of them, in a line that is an object."""
    format = own({"shape": ['"a":', ['"b":', '"c":']]}, ndjson)
    assert may_fit(format, ['{"a":1}'])
    assert may_fit(format, ['{"c":1,"b":2}'])
    assert not may_fit(format, ['{"b":1}', '{"c":1}', '"a":'])


@pytest.mark.parametrize(
    ("value", "milliseconds"), [(1500000, 1.5), ("1500000", 1.5), (0.25, 250.0), ("1.5ms", 1.5)]
)
def test_nanoseconds_have_no_fraction(
    trial: Any, ndjson: Definition, value: Any, milliseconds: float
) -> None:
    """Where a fraction stands for them, it is one of seconds; a text may tell its unit."""
    format = own({"ts": ["ts"], "status": ["s"], "duration_ns": ["duration"]}, ndjson)
    (row,) = become(trial, format, {"ts": T, "s": 200, "duration": value})
    assert row["duration_ms"] == pytest.approx(milliseconds)


def test_a_duration_is_the_time_between(trial: Any, ndjson: Definition) -> None:
    """Where both times are finer than seconds; a duration of its own goes before it."""
    format = own({"ts": ["a"], "ended": ["b"], "status": ["s"], "duration_ms": ["d"]}, ndjson)
    rows = become(
        trial,
        format,
        {"s": 200, "a": 1795161600250000000, "b": 1795161600273000000},
        {"s": 200, "a": "2026-11-20T08:00:00.250Z", "b": "2026-11-20T08:00:01.250Z"},
        {"s": 200, "a": "2026-11-20T08:00:00Z", "b": "2026-11-20T08:00:01Z"},
        {"s": 200, "a": 1795161600.25, "b": 1795161600.5, "d": 7},
        {"s": 200, "a": 1795161600.5, "b": 1795161600.25},
    )
    assert [row["duration_ms"] for row in rows] == [23.0, 1000.0, None, 7.0, None]


def test_retries_count_the_attempts_before(trial: Any, ndjson: Definition) -> None:
    """Two retries make the third attempt."""
    format = own({"ts": ["ts"], "status": ["s"], "retries": ["r"]}, ndjson)
    rows = become(trial, format, *({"ts": T, "s": 200, "r": value} for value in (0, 2, None, "x")))
    assert [row["attempt"] for row in rows] == [1, 3, None, None]


def test_bytes_that_are_no_json_are_mended(trial: Any, ndjson: Definition) -> None:
    """NULs of a copied and truncated file, and nginx's bytes; a valid line stays as it is."""
    rows = become(
        trial,
        ndjson,
        "\0" * 512 + '{"ts":"2026-11-20T08:00:00Z","status":429}',
        r'{"ts":"2026-11-20T08:00:00Z","status":200,"path":"/\xE4\xBD\xA0%20","user_agent":"a\x22b"}',
        r'{"ts":"2026-11-20T08:00:00Z","status":200,"path":"/a\\x41"}',
    )
    assert [row["status"] for row in rows] == [429, 200, 200]
    assert [(row["path"], row["client_agent"]) for row in rows[1:]] == [("/你%20", 'a"b'), (r"/a\x41", None)]


@pytest.mark.parametrize("place", ["data", "output"])
@pytest.mark.parametrize("state", ["FAILED", "failed", "fail", "SUCCEEDED", "RUNNING", None])
def test_a_task_one_level_down(trial: Any, ndjson: Definition, place: str, state: Any) -> None:
    """In the line and in its body, as an object and as JSON in a text."""
    task = {"task_id": "t", "task_status": state}
    rows = become(
        trial,
        ndjson,
        {"ts": T, "status": 200, place: task},
        {"ts": T, "status": 200, "body": {place: task}},
        {"ts": T, "status": 200, "body": json.dumps({"code": 0, place: task})},
    )
    assert [row["failed"] for row in rows] == [str(state).lower().startswith("fail")] * 3


@pytest.mark.parametrize(
    "settings", [{"shape": "a"}, {"shape": ["("]}, {"counted": ["("]}, {"nothing": [1]}, {"opened": "a"}]
)
def test_lists_of_texts_and_patterns_are_checked(ndjson: Definition, settings: dict[str, Any]) -> None:
    """No list of texts, or no pattern: refused with file and key."""
    with pytest.raises(FormatError, match=f"{ndjson.path.name}: settings.{next(iter(settings))}"):
        check_settings(own(settings, ndjson))
