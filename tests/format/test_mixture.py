"""Files in which several services write: which formats are found, and what a person is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from analyzer.cli import run
from analyzer.errors import FormatError
from analyzer.format.definition import load_formats
from analyzer.format.detect import Detection, detect
from analyzer.format.name import named_format

FORMATS = load_formats()
BEGUN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def nginx(second: int, path: str, status: int = 200) -> str:
    moment = BEGUN + timedelta(seconds=second)
    return f'10.0.0.1 - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 12 "-" "curl/8"'


def uvicorn(path: str, status: int = 200) -> str:
    return f'INFO:     172.18.0.3:40000 - "GET {path} HTTP/1.1" {status} OK'


def ndjson(second: int, path: str, status: int = 200, **more: object) -> str:
    moment = (BEGUN + timedelta(seconds=second)).isoformat()
    return json.dumps({"time": moment, "method": "GET", "path": path, "status": status, **more})


def gin(second: int, path: str, status: int = 200) -> str:
    moment = BEGUN + timedelta(seconds=second)
    return f'[GIN] {moment:%Y/%m/%d - %H:%M:%S} | {status} | 1ms | 10.0.0.1 | GET "{path}"'


def found(lines: Sequence[str]) -> Detection:
    return detect(lines, FORMATS.values())


def name_of(detection: Detection) -> str | None:
    return detection.chosen.name if detection.chosen else None


TIME = "2026-11-20T08:00:00.5"


def worded(second: int, status: int = 429) -> str:
    told = f"Error code: {status} - {{'error_code': 'ModelArts.81101', 'error_msg': 'Too many requests.'}}"
    return f"2026-11-20 08:00:{second:02d},123 ERROR app.llm call failed: {told}"


def fielded(second: int, status: int = 200) -> str:
    return f"2026-11-20 08:00:{second:02d},000 INFO app.llm model=deepseek-v3 status={status} latency=1.2s"


def as_json(line: str) -> str:
    time, _, told = line.partition(" ERROR ")
    return json.dumps({"time": time, "level": "ERROR", "message": told})


THREE = [f"nginx-1 | {nginx(0, '/a', 500)}", f"api-1   | {ndjson(0, '/b', 404)}", f"w-1 | {gin(0, '/c')}"]


def test_every_service_is_read_in_its_own_format() -> None:
    """In the envelope that they share, and a person is told."""
    detection = found(THREE * 6)
    assert name_of(detection) == "compose+combined,compose+gin,compose+ndjson"
    assert detection.doubt == (
        "several services write it: of 18 lines tried, requests in compose+combined (6), compose+gin (6), "
        "compose+ndjson (6) are read; if one passes requests on to another, they count twice: name one alone "
        "with --format"
    )


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (THREE[:1] * 18, "uvicorn"),
        # What stands between requests is none of another format.
        ([*THREE[:1] * 18, "w-1 | [GIN-debug] Listening on :8080"] * 4, "uvicorn"),
        # Two such lines are an accident.
        ([*[nginx(second, "/a") for second in range(40)], gin(3, "/c"), gin(4, "/c")], "combined"),
        ([*[nginx(second, "/a") for second in range(40)], *[gin(second, "/c") for second in range(3)]], None),
    ],
)
def test_other_lines_are_no_service(lines: list[str], name: str | None) -> None:
    assert name_of(found(lines)) == (name or "combined,gin")


def both(gateway: str, service: str, requests: int = 60, served: int = 0) -> list[str]:
    """Return what a gateway and the service behind it write of the same requests; `served` are its own."""
    lines = []
    for number in range(requests):
        path, status = f"/v1/{number % 7}?key={number}", 500 if number % 9 == 0 else 200
        behind = {
            "uvicorn": uvicorn(path, status),
            "gin": gin(number, path, status),
            "ndjson": ndjson(number + 28800, path, status),
        }
        lines += [f"{service} | {behind[service]}", f"{gateway} | {nginx(number, path, status)}"]
        if number < served:
            lines.append(f"{gateway} | {nginx(number, '/static/a.js')}")
    return lines


@pytest.mark.parametrize("service", ["uvicorn", "gin", "ndjson"])
@pytest.mark.parametrize("served", [0, 20])
def test_requests_that_are_passed_on_are_told_of(service: str, served: int) -> None:
    """Without a time, in another zone, with files that the gateway serves itself: read, with a word."""
    detection = found(both("nginx-1", service, served=served))
    assert sorted((name_of(detection) or "").split(",")) == ["compose+combined", f"compose+{service}"]
    assert " of those in compose+" in (detection.doubt or "")
    assert "told again (same method, path, status and time) and count twice" in (detection.doubt or "")


def test_two_services_of_one_format_are_told_of_too() -> None:
    """By the names before their lines; replicas that share the work are no echo."""
    lines = []
    for number in range(40):
        line = nginx(number, f"/v1/{number}")
        lines += [f"app-1 | {line}", f"nginx-1 | {line}"]
    detection = found(lines)
    assert "40 requests that nginx-1 tells of look like those of app-1 told again" in (detection.doubt or "")
    assert (
        found([f"app-{number % 2} | {nginx(number, f'/v1/{number}')}" for number in range(40)]).doubt is None
    )


def test_failures_in_words_are_read_beside_successes_with_fields() -> None:
    lines = [*(fielded(second) for second in range(20)), worded(30)]
    detection = found(lines)
    assert name_of(detection) == "logfmt,sdk-error"
    assert detection.doubt == (
        "failures are told in words too (sdk-error, 1 of 21 lines tried), and count as requests that nothing "
        "else tells of; --format logfmt leaves them out"
    )
    lines = [*(ndjson(second, "/v1/videos") for second in range(20)), as_json(worded(30))]
    assert name_of(found(lines)) == "ndjson,sdk-error"


def test_failures_in_words_that_a_request_tells_of_are_not_read() -> None:
    lines = [line for second in range(20) for line in (worded(second), fielded(second, 429))]
    assert name_of(found(lines)) != "logfmt,sdk-error"
    lines = [line for second in range(20) for line in (as_json(worded(second)), ndjson(second, "/v1", 429))]
    assert name_of(found(lines)) == "ndjson"


ERROR = "Error code: 429 - {'error_code': 'ModelArts.81101', 'error_msg': 'Too many requests.'}"
TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "/app/llm.py", line 7',
    f"openai.RateLimitError: {ERROR}",
]


def test_the_end_of_a_traceback_tells_a_failure_that_no_line_tells() -> None:
    """And tells it again where its line does: one of the two formats of words is read."""
    fine = [fielded(second) for second in range(20)]
    assert name_of(found([*fine, worded(30), *TRACEBACK])) == "logfmt,sdk-error"
    silent = "2026-11-20 08:00:30,123 ERROR app.llm call failed"
    assert name_of(found([*fine, silent, *TRACEBACK])) == "logfmt,sdk-traceback"


@pytest.mark.parametrize(
    "line",
    [
        f"ERROR:app.llm:call failed: {ERROR}",
        f"ERROR 2026-11-20 08:00:30,123 app.llm call failed: {ERROR}",
        f"20/Nov/2026 08:00:30 app.llm call failed: {ERROR}",
        "2026-11-20 08:00:30,123 ERROR app.llm call failed: Error code: 502 - Bad Gateway",
    ],
)
def test_a_failure_in_words_is_one_however_its_line_begins(line: str) -> None:
    assert name_of(found([*(fielded(second) for second in range(20)), line])) == "logfmt,sdk-error"


@pytest.mark.parametrize(
    "line",
    [
        f"2026-11-20 08:00:30,123 DEBUG app user prompt: Why do I get {ERROR}?",
        "2026-11-20 08:00:30,123 ERROR app documentation says: Error code: 429 - means slow down",
        json.dumps({"ts": TIME, "level": "error", "prompt": f"My program prints: {ERROR}"}),
        json.dumps({"ts": TIME, "level": "debug", "msg": f"My program prints: {ERROR}"}),
        json.dumps({"ts": TIME, "messages": [{"role": "user", "content": ERROR}]}),
    ],
)
def test_a_text_that_quotes_a_failure_is_none(line: str) -> None:
    for fine in ([fielded(n) for n in range(20)], [ndjson(n, "/v1/videos") for n in range(20)]):
        assert "sdk" not in name_of(found([*fine, *[line] * 5]))


def test_failures_in_words_that_some_requests_tell_of_are_counted_in_the_note() -> None:
    lines = [worded(second) for second in range(10)]
    lines += [fielded(second, 429 if second < 4 else 200) for second in range(30)]
    assert "but for 4 that seem to be told by other lines and count twice" in (found(lines).doubt or "")


def test_envelopes_without_a_request_of_their_own() -> None:
    """Words of several lines within JSON, and one request of another form: no format is the best inside."""
    words = "Exception occured - litellm.RateLimitError: Error code: 429 - {'error_code': 'ModelArts.81101'}"
    texts = [
        *[f"{words}. Received Model Group=x\nAvailable=None"] * 3,
        '10.0.0.1:4 - "POST /v1 HTTP/1.1" 401',
    ]
    found([json.dumps({"message": text, "level": "ERROR", "timestamp": TIME}) for text in texts])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[pod/api-7c5d9f6b8c-ax2kp/api] ", "[pod/api-7c5d9f6b8c-b9wq4/api] "),
        ("[pod/api-0/api] ", "[pod/api-1/api] "),
        ("api-1  | ", "api-2  | "),
    ],
)
def test_instances_of_one_service_share_their_requests(one: str, other: str) -> None:
    lines = [f"{(one, other)[second % 2]}{nginx(second, '/v1/chat/completions')}" for second in range(50)]
    assert found(lines).doubt is None
    sidecar = other.replace("/api]", "/proxy]").replace("api-2", "proxy-1")
    lines = [
        f"{(one, sidecar)[second % 2]}{nginx(second // 2, '/v1/chat/completions')}" for second in range(50)
    ]
    if sidecar != other:
        assert "told again" in str(found(lines).doubt)


def test_failures_of_the_gateway_alone_are_never_lost() -> None:
    """Nor health checks that only the service sees; nor, behind a third service, who wrote which line."""
    lines = both("nginx-1", "uvicorn") + [f"nginx-1 | {nginx(61, '/v1/x', 502)}"] * 9
    lines += [f"uvicorn | {uvicorn('/health')}", f"gin-1 | {gin(61, '/other', 500)}"] * 9
    detection = found(lines)
    names = sorted((name_of(detection) or "").split(","))
    assert names == ["compose+combined", "compose+gin", "compose+uvicorn"]
    assert "60 of those in" in (detection.doubt or "")


def test_other_paths_are_other_requests() -> None:
    """A gateway's own pages and a service that it does not stand before."""
    lines = [line for second in range(60) for line in (nginx(second, "/site"), ndjson(second, "/v1/models"))]
    assert name_of(found(lines)) == "combined,ndjson"


def test_as_long_is_part_of_the_same() -> None:
    """The same path, status and second, but one took a minute and the other none: two requests."""
    lines = [
        line
        for second in range(60)
        for line in (gin(second, "/v1/x"), ndjson(second, "/v1/x", duration_ms=60_000))
    ]
    detection = found(lines)
    assert name_of(detection) in ("gin,ndjson", "ndjson,gin")
    assert "told again" not in (detection.doubt or "")


CADDY = (
    '{"level":"info","ts":%d.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":'
    '"10.0.0.7","proto":"HTTP/2.0","method":"GET","host":"h","uri":"/c"},"bytes_read":0,"duration":0.25,'
    '"size":9,"status":200,"resp_headers":{}}'
)
PINO = (
    '{"level":30,"time":%d000,"pid":1,"hostname":"h","req":{"method":"GET","url":"/p"},"res":{"statusCode":200},'
    '"responseTime":12,"msg":"request completed"}'
)


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        (CADDY, PINO, {("/c", 250.0), ("/p", 12.0)}),
        (
            CADDY,
            '{"time":%d,"msg":"x","method":"GET","path":"/j","status":200,"latency_ms":7}',
            {("/c", 250.0), ("/j", 7.0)},
        ),
    ],
)
@pytest.mark.parametrize("head", ["", "docker"])
def test_lines_of_json_go_to_the_format_that_tells_most(
    one: str,
    other: str,
    values: set[tuple[str, float]],
    head: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another JSON format would take them for requests too, without a path or with another duration."""
    lines = [text % (1795161600 + second) for second in range(20) for text in (one, other)]
    if head:
        lines = [
            json.dumps({"log": f"{line}\n", "stream": "stdout", "time": "2026-11-20T08:00:00Z"})
            for line in lines
        ]
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    assert run(["ingest", str(tmp_path / "a.log"), "--db", str(tmp_path / "a.duckdb")]) == 0
    with duckdb.connect(str(tmp_path / "a.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT path, duration_ms, count(*) FROM events GROUP BY ALL").fetchall()
    assert {(path, duration): count for path, duration, count in rows} == dict.fromkeys(values, 20)


def test_a_small_service_is_found() -> None:
    """One in a hundred lines of a large file."""
    lines = [
        gin(number, "/small", 500) if number % 100 == 50 else nginx(number, "/a") for number in range(3000)
    ]
    assert name_of(found(lines)) == "combined,gin"


def test_containers_of_several_formats() -> None:
    """Other envelopes open them too, and leave more of what stands before the line."""
    head = "2026-11-20T08:00:00.422257123Z stdout F "
    lines = [head + line for second in range(9) for line in (nginx(second, "/a"), uvicorn("/b"))]
    assert sorted((name_of(found(lines)) or "").split(",")) == ["cri+combined", "cri+uvicorn"]


def test_what_cannot_be_read_beside_another_is_left_out_with_a_word() -> None:
    """Records over several lines and lines of a server, in one file."""
    said = "Error code: 429 - {'error': {'message': 'Rate limit reached', 'code': 'rate_limit_exceeded'}}"
    call = [
        '2026-11-20 16:00:00,123 INFO httpx: HTTP Request: POST https://api.example/v1/x "HTTP/1.1 200 OK"',
        "2026-11-20 16:00:01,123 ERROR app.llm: failed",
        "Traceback (most recent call last):",
        '  File "/app/llm.py", line 40, in call',
        f"openai.RateLimitError: {said}",
    ]
    detection = found([*call, gin(0, "/c")] * 20)
    assert detection.chosen
    assert "in another format (gin) than 'python-client', and are left out" in (detection.doubt or "")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("combined,python-client", "what 'python-client' reads does not stand in one line each"),
        ("combined,docker+gin", "one's lines are split over several, the other's are not"),
    ],
)
def test_formats_that_do_not_go_together_are_refused(name: str, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        named_format(FORMATS, name)


def test_names_of_several_formats() -> None:
    """Spaces are no matter; a directive's commas are its own."""
    assert named_format(FORMATS, "combined, gin").name == "combined,gin"
    assert [one.name for one in named_format(FORMATS, "combined,gin,ndjson").parts] == [
        "combined",
        "gin",
        "ndjson",
    ]
    assert named_format(FORMATS, "nginx:$remote_addr, $request $status").parts[0].beside == ()


def test_a_mixture_is_told_at_the_ingestion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each file; who has chosen a format has decided."""
    for number in range(3):
        (tmp_path / f"{number}.log").write_text("\n".join(THREE * (3 + number)) + "\n")
    assert run(["ingest", str(tmp_path), "--db", str(tmp_path / "a.duckdb")]) == 0
    said = capsys.readouterr()
    for number in range(3):
        assert f"{number}.log: several services write it: of {3 * (3 + number)} lines tried" in said.err
    assert "36 lines = 36 events + 0 rejects" in said.out
    assert run(["ingest", str(tmp_path), "--format", "compose+gin", "--db", str(tmp_path / "b.duckdb")]) == 0
    assert "several services" not in capsys.readouterr().err
