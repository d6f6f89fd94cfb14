"""Directives: what a server writes by its own log format is read back, whatever the values are."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.api import Store
from analyzer.errors import FormatError, UnknownNameError
from analyzer.format.definition import load_formats
from analyzer.format.directive import layout_of
from analyzer.format.families import families
from analyzer.format.name import named_format
from analyzer.format.patterns import fault, matches_any
from analyzer.format.strftime import is_moment, read_strftime
from analyzer.format.trial import load_lines, open_trial, take_apart

FORMATS = load_formats()
COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent"'
)


@pytest.fixture(scope="module")
def trial() -> Iterator[Any]:
    """A database in which lines can be tried."""
    with open_trial(quick=True) as connection:
        yield connection


def read(trial: Any, name: str, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return what lines become in the format `name`."""
    load_lines(trial, lines)
    return take_apart(trial, named_format(FORMATS, name))


def told(row: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that a request has, without those that every row has."""
    left_out = {"line_no", "byte_offset", "outcome", "line", "record_start", "failed"}
    return {key: value for key, value in row.items() if value is not None and key not in left_out}


@pytest.mark.parametrize(
    ("directive", "line", "expected"),
    [
        (
            f"nginx:{COMBINED} $request_time $upstream_response_time $request_id",
            '10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/videos?a=1 HTTP/1.1" 504 1 "-" "ua" 5.003 '
            "5.000, 0.003 3c29f0a1b2c3d4e5f60718293a4b5c6d",
            {
                "ts": 1795161600000000,
                "request_id": "3c29f0a1b2c3d4e5f60718293a4b5c6d",
                "method": "POST",
                "path": "/v1/videos?a=1",
                "client": "10.0.0.7",
                "client_agent": "ua",
                "status": 504,
                "duration_ms": 5003.0,
            },
        ),
        # Several times of several backends are added; an address that is a list is its first.
        (
            "nginx:$msec|$http_x_forwarded_for|$request_method $uri$is_args$args|$status|"
            "$upstream_response_time",
            "1795161600.250|10.0.0.7, 10.1.0.9|GET /v1/models?a=1|200|0.125, 0.250 : -",
            {
                "ts": 1795161600250000,
                "method": "GET",
                "path": "/v1/models?a=1",
                "client": "10.0.0.7",
                "status": 200,
                "duration_ms": 375.0,
            },
        ),
        (
            "nginx:time:$time_iso8601\\thost:$host\\turi:$scheme://$host$request_uri\\tstatus:$status\\trt:${request_time}",
            "time:2026-11-20T16:00:00+08:00\thost:llm.example.com\turi:https://llm.example.com/v1\tstatus:200\trt:0.500",
            {"ts": 1795161600000000, "path": "/v1", "status": 200, "duration_ms": 500.0},
        ),
        (
            """nginx:log_format main escape=json '{"time":"$time_iso8601","status":$status,' """
            """'"rt":$upstream_response_time,"path":"$request_uri","body":"$resp_body"}';""",
            '{"time":"2026-11-20T16:00:00+08:00","status":429,"rt":,"path":"/v1",'
            '"body":"{\\"error\\":{\\"code\\":\\"ModelArts.81101\\",\\"message\\":\\"Too many.\\"}}"}',
            {
                "ts": 1795161600000000,
                "path": "/v1",
                "status": 429,
                "error_code": "ModelArts.81101",
                "error_message": "Too many.",
            },
        ),
        (
            'apache:%v:%p %a %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i" %D %{X-Request-Id}o',
            'llm.example.com:443 10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/videos HTTP/1.1" '
            '200 512 "-" "say \\"hi\\"" 532000 r-1',
            {
                "ts": 1795161600000000,
                "request_id": "r-1",
                "method": "POST",
                "path": "/v1/videos",
                "client": "10.0.0.7",
                "client_agent": 'say "hi"',
                "status": 200,
                "duration_ms": 532.0,
            },
        ),
        (
            r'apache:LogFormat "%h [%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t] '
            r'\"%m %U%q %H\" %s %>s %{ms}T" timed',
            '10.0.0.7 [20/Nov/2026 16:00:00.250 +0800] "GET /v1/models?a=1 HTTP/1.1" 302 200 17',
            {
                "ts": 1795161600250000,
                "method": "GET",
                "path": "/v1/models?a=1",
                "client": "10.0.0.7",
                "status": 200,
                "duration_ms": 17.0,
            },
        ),
        # What stands before an address may look like the text between.
        (
            "nginx:[$time_iso8601] - $app_name - $remote_addr - $status - $uri - $request_time",
            "[2026-11-20T16:00:00+08:00] - my - app - 2001:db8::7 - 200 - /v1 - 0.301",
            {
                "ts": 1795161600000000,
                "path": "/v1",
                "client": "2001:db8::7",
                "status": 200,
                "duration_ms": 301.0,
            },
        ),
        (
            "apache:%{%Y-%m-%dT%H:%M:%S%z}t %{X-Forwarded-For}i %r %>s %{us}T",
            "2026-11-20T16:00:00+0800 10.0.0.7, 10.1.0.9 GET /v1 HTTP/1.1 200 1500",
            {
                "ts": 1795161600000000,
                "method": "GET",
                "path": "/v1",
                "client": "10.0.0.7",
                "status": 200,
                "duration_ms": 1.5,
            },
        ),
        (
            "apache:%{usec}t %m %U%q %>s %T",
            "1795161600250000 GET /v1/models?a=1 404 2",
            {
                "ts": 1795161600250000,
                "method": "GET",
                "path": "/v1/models?a=1",
                "status": 404,
                "duration_ms": 2000.0,
            },
        ),
        (
            'gunicorn:%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(M)s %({x-request-id}i)s',
            '10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "GET /v1/models HTTP/1.1" 200 12 "-" "curl/8" 17 r-1',
            {
                "ts": 1795161600000000,
                "request_id": "r-1",
                "method": "GET",
                "path": "/v1/models",
                "client": "10.0.0.7",
                "client_agent": "curl/8",
                "status": 200,
                "duration_ms": 17.0,
            },
        ),
        (
            "haproxy:%ci:%cp\\ [%tr]\\ %ft\\ %b/%s\\ %TR/%Tw/%Tc/%Tr/%Ta\\ %ST\\ %B\\ "
            "%hr\\ %hs\\ %{+Q}r\\ %ID",
            "10.0.0.7:5333 [20/Nov/2026:08:00:00.250] in~ llm/a 0/0/1/37/38 429 306 {llm|curl/8} "
            '"GET /v1 HTTP/1.1" r-1',
            {
                "ts": 1795161600250000,
                "request_id": "r-1",
                "method": "GET",
                "path": "/v1",
                "client": "10.0.0.7",
                "status": 429,
                "duration_ms": 38.0,
            },
        ),
        (
            'envoy:[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH):256% %PROTOCOL%" '
            '%RESPONSE_CODE% %RESPONSE_FLAGS% %DURATION% "%REQ(X-REQUEST-ID)%" '
            "%DOWNSTREAM_REMOTE_ADDRESS%\\n",
            '[2026-11-20T08:00:00.250Z] "GET /v1 HTTP/2" 200 - 38 "r-1" [2001:db8::7]:5333',
            {
                "ts": 1795161600250000,
                "request_id": "r-1",
                "method": "GET",
                "path": "/v1",
                "client": "2001:db8::7",
                "status": 200,
                "duration_ms": 38.0,
            },
        ),
    ],
)
def test_a_line_is_read_by_its_servers_directive(
    trial: Any, directive: str, line: str, expected: dict[str, Any]
) -> None:
    """Each family's variables tell the columns, in the server's own units and escapes."""
    (row,) = read(trial, directive, [line])
    assert told(row) == expected


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
PATHS = st.text(st.characters(categories=("L", "N"), include_characters="/?&=%._-"), max_size=12).map(
    lambda text: "/" + text
)


def nginx_escaped(text: str) -> str:
    """Write a value as nginx does by default; nothing is `-`."""
    signs = (
        f"\\x{byte:02X}" if byte < 32 or byte > 126 or byte in b'"\\' else chr(byte) for byte in text.encode()
    )
    return "".join(signs) or "-"


def json_escaped(text: str) -> str:
    """Write a value as nginx does with escape=json."""
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return "".join(short.get(sign, sign) for sign in text)


def apache_escaped(text: str) -> str:
    """Write a value as Apache does; nothing is `-`."""
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    signs = (
        short.get(chr(byte)) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}")
        for byte in text.encode()
    )
    return "".join(signs) or "-"


REQUESTS = st.tuples(PATHS, TEXTS, TEXTS, st.integers(100, 599), st.integers(0, 10**8))
UNTOUCHED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
    ("directive", "write"),
    [
        ('nginx:"$http_referer" "$http_user_agent" $status $request_time "$request"', nginx_escaped),
        (
            """nginx:escape=json '{"ref":"$http_referer","ua":"$http_user_agent",' """
            """'"s":$status,"t":$request_time,"r":"$request"}'""",
            json_escaped,
        ),
        ('apache:"%{Referer}i" "%{User-Agent}i" %>s %D "%r"', apache_escaped),
    ],
)
@UNTOUCHED
@given(requests=st.lists(REQUESTS, min_size=1, max_size=20))
def test_any_values_are_read_back(trial: Any, directive: str, write: Any, requests: list[Any]) -> None:
    """What a server writes by its directive is what comes out, quotes and line ends included."""
    lines = []
    for path, referer, agent, status, micros in requests:
        lasted = str(micros) if directive.startswith("apache") else f"{micros / 1e6:.6f}"
        values = (
            write(referer),
            write(agent),
            str(status),
            lasted,
            write(f"POST {path} HTTP/1.1"),
        )
        if "json" in directive:
            lines.append('{"ref":"%s","ua":"%s","s":%s,"t":%s,"r":"%s"}' % values)  # noqa: UP031 - braces
        else:
            lines.append('"%s" "%s" %s %s "%s"' % values)  # noqa: UP031 - the same shape
    for row, (path, _, agent, status, micros) in zip(read(trial, directive, lines), requests, strict=True):
        assert (row["method"], row["path"], row["status"]) == ("POST", path, status)
        assert row["client_agent"] == (None if agent in ("", "-") else agent)
        assert row["duration_ms"] == pytest.approx(micros / 1000)


def test_the_better_of_two_variables_is_taken(trial: Any) -> None:
    """The final status, the client's own time and the connection's address come before the backend's."""
    line = "502 200 0.100 0.900 10.1.0.9 10.0.0.7 /v1"
    directive = (
        "nginx:$upstream_status $status $upstream_response_time $request_time "
        "$http_x_forwarded_for $remote_addr $uri"
    )
    (row,) = read(trial, directive, [line])
    assert (row["status"], row["duration_ms"], row["client"]) == (200, 900.0, "10.0.0.7")


def test_the_next_variable_tells_what_the_best_does_not(trial: Any) -> None:
    """Where a column's best variable is empty, the next one of the directive is read."""
    directive = 'nginx:$status $uri $request_id "$http_x_request_id" "$request_llm_model" "$llm_model"'
    (row,) = read(trial, directive, ['200 /v1 - "r-1" "-" "deepseek-v3"'])
    assert (row["request_id"], row["model"]) == ("r-1", "deepseek-v3")


def test_what_does_not_fit_is_damaged_or_no_request(trial: Any) -> None:
    """A line that begins as the directive says and does not go on so is damaged; others are no request."""
    head = "10.0.0.7 - - [20/Nov/2026:16:00:00 +0800]"
    lines = [
        f'{head} "GET / HTTP/1.1" 200 1 "-" "ua"',
        f'{head} "GET / HTT',
        "2026/11/20 08:00:00 [error] 1#1: a",
    ]
    assert [row["reason"] for row in read(trial, f"nginx:{COMBINED}", lines)] == [
        None,
        "unreadable_line",
        "not_a_request",
    ]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (
            """log_format main '$remote_addr "$request" '\n    '$status';""",
            '$remote_addr "$request" $status',
        ),
        ("""'$remote_addr "$request" $status'""", '$remote_addr "$request" $status'),
        ('log_format  main  "$remote_addr \\"$request\\" $status";', '$remote_addr "$request" $status'),
        ("$scheme $uri$is_args$args $status", "$scheme $request_uri $status"),
    ],
)
def test_the_statements_own_words_are_no_part_of_it(written: str, plain: str) -> None:
    """A directive may be pasted as it stands in the configuration."""
    assert layout_of(f"nginx:{written}") == layout_of(f"nginx:{plain}")


def test_its_name_has_one_line() -> None:
    """A directive pasted over several lines is kept in one, and that one is the same directive."""
    pasted = """nginx:log_format main '$remote_addr "$request" '\n    '$status';\n"""
    definition = named_format(FORMATS, pasted)
    assert definition.name == """nginx:log_format main '$remote_addr "$request" ' '$status';"""
    assert layout_of(definition.name) == layout_of('nginx:$remote_addr "$request" $status')


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("nginx:", "names no variable"),
        ("nginx:remote_addr status", "names no variable; write it as the server has it"),
        ("nginx:$remote_addr $foo", "tells neither a status nor a request"),
        ("nginx:$status $ $uri", "at sign 9, '\\$ \\$uri' is no variable of nginx's log_format"),
        ("apache:%h %t %>s %{Foo", "at sign 11, '%{Foo' is no variable of Apache"),
        ("docker+nginx:$foo", "tells neither a status nor a request"),
    ],
)
def test_a_directive_that_cannot_be_read_says_where(name: str, complaint: str) -> None:
    """The complaint is one line that names the directive and the place."""
    with pytest.raises(FormatError, match=complaint) as caught:
        named_format(FORMATS, name)
    assert "\n" not in str(caught.value)


def test_an_unknown_family_is_told_the_known_ones() -> None:
    """A family that there is not is answered with those there are."""
    with pytest.raises(
        UnknownNameError, match="directives, which begin with apache:, envoy:, gunicorn:, haproxy:, nginx:"
    ):
        named_format(FORMATS, "ngnix:$status")


def test_in_an_envelope_and_with_a_plus(trial: Any) -> None:
    """A directive may stand in an envelope, and hold the sign that joins envelopes."""
    log = '{"log":"200+POST+/v1\\n","stream":"stdout","time":"2026-11-20T08:00:00Z"}'
    name = "docker+nginx:$status+$request_method+$request_uri"
    assert named_format(FORMATS, name).name == name
    (row,) = read(trial, name, [log])
    assert told(row) == {"ts": 1795161600000000, "status": 200, "method": "POST", "path": "/v1"}


def test_hostile_lines_are_read_in_linear_time(trial: Any) -> None:
    """Long lines that almost fit cost no more than their length."""
    many = " ".join(f"$http_x_{number}" for number in range(12))
    lines = ['" ' * 30_000, "a " * 30_000, "\\" * 60_000, '"' * 60_000]
    started = time.process_time()
    rows = read(trial, f"nginx:{many} $status $uri", lines)
    assert matches_any([layout_of(f"nginx:{many} $status $uri").pattern], lines) == [False]
    assert [row["outcome"] for row in rows] == ["reject"] * 4
    assert time.process_time() - started < 20


def test_every_variable_of_every_family_makes_a_valid_pattern() -> None:
    """What the families' files say of shapes and columns can be used as a pattern."""
    ways = {"nginx": "$", "apache": "%", "gunicorn": "%(", "haproxy": "%", "envoy": "%"}
    assert set(families()) == set(ways)
    for family in families().values():
        for shape in family.shapes.values():
            assert fault(shape) is None, (family.name, shape)
        for keys in family.columns.values():
            assert len(set(keys)) == len(keys)


def test_times_of_a_form_of_their_own() -> None:
    """A form is known by its pieces; one with an unknown piece is not read, a time of day is no moment."""
    pattern, form = read_strftime("%F %T") or ("", "")
    assert (pattern, form, is_moment(form)) == (
        r"\d{4}-\d\d-\d\d\ \d\d:\d\d:\d\d",
        "%Y-%m-%d %H:%M:%S",
        True,
    )
    assert read_strftime("%Q") is None
    assert read_strftime("now") is None
    assert not is_moment((read_strftime("%T") or ("", ""))[1])


def test_a_grown_log_is_read_on_by_its_directive(tmp_path: Path) -> None:
    """The directive is kept with the source: a later run needs no --format, and gives the same."""
    log, store = tmp_path / "a.log", Store(tmp_path / "a.duckdb", create=True)
    line = '10.0.0.7 {} "GET /v1 HTTP/1.1" 1795161600.000\n'
    log.write_text(line.format(200) * 3, encoding="utf-8")
    assert store.ingest(log, format='nginx:$remote_addr $status "$request" $msec').ledger.events == 3
    log.write_text(line.format(200) * 3 + line.format(429) * 2, encoding="utf-8")
    assert store.ingest(log).ledger.events == 2
    rows = store.query_sql("SELECT status, count(*) AS requests FROM events GROUP BY 1 ORDER BY 1")
    assert rows.values.tolist() == [[200, 3], [429, 2]]
