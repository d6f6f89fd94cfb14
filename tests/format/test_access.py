"""Access logs: what each shape of line becomes, hostile ones among them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.errors import FormatError
from analyzer.format.access import check_settings
from analyzer.format.definition import Definition, load_formats
from analyzer.format.trial import load_lines, open_trial, take_apart

HEAD = '10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/chat/completions HTTP/1.1"'
BODY = (
    '{"error":{"code":"ModelArts.81101","message":"Too many \\"requests\\"."},"error_code":"ModelArts.81101"}'
)
NGINX = BODY.replace("\\", "\\x5C").replace('"', "\\x22")
APACHE = BODY.replace("\\", "\\\\").replace('"', '\\"')


@pytest.fixture(scope="module")
def trial() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in which lines can be tried."""
    with open_trial(quick=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def combined() -> Definition:
    """The format of access logs."""
    return load_formats()["combined"]


def become(connection: Any, definition: Definition, line: str) -> dict[str, Any]:
    """Return what a line becomes."""
    load_lines(connection, [line])
    (row,) = take_apart(connection, definition)
    return row


@pytest.mark.parametrize(
    "behind",
    [
        f'"-" "ua" "{NGINX}"',
        f'"-" "ua" 0.532 "{NGINX}"',
        f'"-" "ua" "{APACHE}"',
        f'"-" "ua" {BODY}',
        f'"-" "ua" 0.532 {BODY}',
        f'"-" "ua" data: {BODY}',
        f'"-" "ua" "{BODY}"',
        f'"-" "ua" "-" 0.532 "{NGINX}"',
        f'"-" "ua \\"quoted\\"" "{NGINX}"',
    ],
)
def test_the_upstreams_error_body_behind_the_agent(trial: Any, combined: Definition, behind: str) -> None:
    """Escaped as nginx or Apache do it, or raw: the body's code and text are the failure's."""
    row = become(trial, combined, f"{HEAD} 429 512 {behind}")
    assert (row["failed"], row["error_code"]) == (True, "ModelArts.81101")
    assert row["error_message"] == 'Too many "requests".'


@pytest.mark.parametrize(
    "behind",
    [
        *('"-" "ua" ModelArts.81101', '"-" "ua" "ModelArts.81101"', '"-" "ua" "-" "ModelArts.81101" 0.532'),
        *('"-" "ua" "1.2.3.4" 0.532 0.530 ModelArts.81101', '"-" "ua" code=ModelArts.81101'),
    ],
)
def test_a_bare_code_behind_the_agent(trial: Any, combined: Definition, behind: str) -> None:
    """A code alone, quoted or not, is the failure's code."""
    row = become(trial, combined, f"{HEAD} 429 512 {behind}")
    assert (row["failed"], row["error_code"], row["error_message"]) == (True, "ModelArts.81101", None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            f"{HEAD} 200 512",
            {"client": "10.0.0.7", "client_agent": None, "method": "POST", "path": "/v1/chat/completions"},
        ),
        (f'{HEAD} 499 0 "-" "ua"', {"status": 499, "failed": True}),
        (f'{HEAD} 000 0 "-" "ua"', {"status": 0, "failed": True}),
        (f'{HEAD} 200 512 "-" "ua" 0.532', {"duration_ms": 532.0, "failed": False}),
        (f'{HEAD} 200 512 "-" "ua" rt=1.234 uct="0.001" urt="1.2"', {"duration_ms": 1234.0}),
        (f'{HEAD} 200 512 "-" "ua" "10.1.1.1" 1.234', {"duration_ms": 1234.0}),
        # Of several times the request's own: by its name, or the longest of nginx's.
        (f'{HEAD} 200 512 "-" "ua" upstream_response_time=0.5 request_time=3.0', {"duration_ms": 3000.0}),
        (f'{HEAD} 200 512 "-" "ua" uct=0.001 urt=0.500 rt=3.000', {"duration_ms": 3000.0}),
        (f'{HEAD} 200 512 "-" "ua" 0.001 0.500 3.000', {"duration_ms": 3000.0}),
        # A longer number behind the request's and the service's is another's, such as the connection's.
        (f'{HEAD} 200 512 "-" "ua" 0.132 0.130 76.432', {"duration_ms": 132.0}),
        (f'{HEAD} 200 512 "-" "ua" 0.130 0.132 10.0.0.9:8080 gzip=55.125', {"duration_ms": 132.0}),
        (f'{HEAD} 200 512 "-" "ua" 0.100 0.105 12.300 12.301', {"duration_ms": 12301.0}),
        (f'{HEAD} 200 512 "-" "ua" 0.001 0.100 0.130 0.132', {"duration_ms": 132.0}),
        (f'{HEAD} 200 512 "-" "ua" 10.123.4.5:80 0.25', {"duration_ms": 250.0}),
        (f'{HEAD} 200 512 "-" "ua" 0.500 1795161600.123', {"duration_ms": 500.0}),
        # What a tool wrote before the line.
        (f"2026-11-20T08:00:00.123Z\t{HEAD} 200 512", {"client": "10.0.0.7"}),
        (f"gateway-1\tnginx\t{HEAD} 200 512", {"client": "10.0.0.7"}),
        (f"/var/log/nginx/access.log:{HEAD} 200 512", {"client": "10.0.0.7"}),
        (f"17:{HEAD} 200 512", {"client": "10.0.0.7"}),
        (f"::ffff:{HEAD} 200 512", {"client": "::ffff:10.0.0.7"}),
        (
            f'{HEAD} 200 512 "https://x/?q=error" "Mozilla (error {{x}})"',
            {"failed": False, "client_agent": "Mozilla (error {x})"},
        ),
        (
            f'{HEAD} 400 1 "https://x/?q={{error}}" "ua ModelArts.81101"',
            {"failed": True, "error_code": None, "error_message": None},
        ),
        (
            f'{HEAD} 200 512 "-" "ua" "data: {NGINX}\\x0A\\x0A"',
            {"failed": True, "error_code": "ModelArts.81101"},
        ),
        (
            f'{HEAD} 502 1 "-" "ua" "upstream error: connect refused"',
            {"failed": True, "error_message": "upstream error: connect refused"},
        ),
        (f"api.example.com:443 {HEAD} 200 512", {"client": "10.0.0.7"}),
        (f"api.example.com {HEAD} 200 512", {"client": "10.0.0.7"}),
        (f"api.example.com 2001:db8::1{HEAD[8:]} 200 512", {"client": "2001:db8::1"}),
        (f"2001:db8::1{HEAD[8:]} 200 512", {"client": "2001:db8::1"}),
        (f"10.0.0.7, 10.0.0.8{HEAD[8:]} 200 512", {"client": "10.0.0.7"}),
        (f"10.0.0.7 - alice{HEAD[12:]} 200 512", {"client": "10.0.0.7"}),
        (HEAD.replace("16:00:00 +0800", "08:00:00") + " 200 1", {"ts": 1_795_161_600_000_000}),
        (
            HEAD.replace("20/Nov/2026:16:00:00 +0800", "2026-11-20T16:00:00+08:00") + " 200 1",
            {"ts": 1_795_161_600_000_000},
        ),
        (
            HEAD.replace("20/Nov/2026:16:00:00 +0800", "30/Jun/2015:23:59:60 +0000") + " 200 1",
            {"ts": 1_435_708_800_000_000},
        ),
    ],
)
def test_shapes_of_a_line(trial: Any, combined: Definition, line: str, expected: dict[str, Any]) -> None:
    """Common and combined, virtual hosts, addresses of both kinds, times and trailing fields."""
    row = become(trial, combined, line)
    assert row["outcome"] == "event"
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("request_line", "method", "path"),
    [
        *(
            ("-", None, None),
            ("", None, None),
            ("\\x16\\x03\\x01\\x02\\x00\\x01\\x00", None, None),
            ("quit", None, None),
        ),
        *(
            ("GET /", "GET", "/"),
            ("GET /a b c HTTP/1.1", "GET", "/a"),
            ("GET http://evil/a?b HTTP/1.1", "GET", "/a?b"),
        ),
        ("GET /<script>alert(1)</script> HTTP/1.1", "GET", "/<script>alert(1)</script>"),
        ("GET /\\xE4\\xB8\\xAD?q=\\x22 HTTP/1.1", "GET", '/中?q="'),
        ('GET /a\\"b HTTP/1.1', "GET", '/a"b'),
        ("GET /\\xff\\xfe HTTP/1.1", "GET", "/\\xff\\xfe"),
        ("GET /' OR 1=1; DROP TABLE events;-- HTTP/1.1", "GET", "/'"),
    ],
)
def test_hostile_request_lines(
    trial: Any, combined: Definition, request_line: str, method: str | None, path: str | None
) -> None:
    """What scanners send is an event with what can be read of it; its escapes are undone."""
    row = become(
        trial, combined, f'10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "{request_line}" 400 157 "-" "-"'
    )
    assert (row["outcome"], row["status"], row["failed"]) == ("event", 400, True)
    assert (row["method"], row["path"]) == (method, path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (HEAD, "unreadable_line"),
        (f"{HEAD} abc 1", "unreadable_line"),
        ('10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/chat', "unreadable_line"),
        (HEAD.replace("20/Nov", "32/Nov") + " 200 1", "unreadable_line"),
        ("hello world", "not_a_request"),
        ("2026/11/20 08:00:00 [error] 123#0: *1 upstream timed out", "not_a_request"),
        ('"""""""""""', "not_a_request"),
    ],
)
def test_lines_that_are_no_event(trial: Any, combined: Definition, line: str, reason: str) -> None:
    """Half a line is damaged; another program's line carries no request."""
    row = become(trial, combined, line)
    assert (row["outcome"], row["reason"]) == ("reject", reason)


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    message=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00\n\r"), min_size=1, max_size=60
    )
)
def test_any_message_comes_back_from_a_servers_escapes(
    trial: Any, combined: Definition, message: str
) -> None:
    """A message of any signs, escaped as nginx and as Apache do, is stored as it was."""
    body = json.dumps({"error_code": "ModelArts.0104", "error_msg": message}, ensure_ascii=False)
    nginx = "".join(
        sign
        if " " <= sign <= "~" and sign not in '"\\'
        else "".join(f"\\x{byte:02X}" for byte in sign.encode())
        for sign in body
    )
    apache = body.replace("\\", "\\\\").replace('"', '\\"')
    for escaped in (nginx, apache):
        row = become(trial, combined, f'{HEAD} 400 1 "-" "ua" "{escaped}"')
        assert row["error_code"] == "ModelArts.0104"
        assert row["error_message"] == (message if message.strip() not in ("", "-") else row["error_message"])


def test_another_services_errors_are_no_requests(trial: Any, combined: Definition) -> None:
    """What looks like a code or a body counts only behind an access log's own head."""
    line = '{"time":"2026-11-20T08:00:00Z","path":"/v1/x","status":429,"n":1,"error_code":"ModelArts.81101"}'
    row = become(trial, combined, line)
    assert (row["outcome"], row["reason"]) == ("reject", "not_a_request")


def test_an_access_log_has_no_settings(combined: Definition) -> None:
    """Settings are refused, with file and key."""
    broken = Definition("x", "t", "d", "access", "requests", {"a": 1}, (), combined.path)
    with pytest.raises(FormatError, match=r"combined.toml: settings\.a is unknown"):
        check_settings(broken)
