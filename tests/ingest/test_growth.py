"""A log cut anywhere and continued later, in any number of appends, gives the store of the whole."""

# ruff: noqa: E501 - log lines are long

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

FORMATS = ("ndjson", "combined", "python-client")
Everything = dict[str, list[tuple[Any, ...]]]


def grown(laboratory: Any, path: Path, pieces: Sequence[bytes], **options: Any) -> Everything:
    """Append pieces to a new log, ingesting after each, and return all that is stored."""
    laboratory.clear()
    path.unlink(missing_ok=True)
    sums: dict[str, int] = {}
    for piece in pieces:
        with path.open("ab") as file:
            file.write(piece)
        totals = laboratory.ingest(path, **options)
        assert totals.count("failed") == 0
        for name, value in vars(totals.ledger).items():
            sums[name] = sums.get(name, 0) + value
    everything: Everything = laboratory.everything()
    if everything["source"]:
        assert sums == laboratory.ledger(), "the runs' totals are net"
    return everything


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut bytes at places."""
    edges = [0, *sorted(place for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges) if end > start]


def assert_same(found: Everything, whole: Everything) -> None:
    """Compare table by table, so that a difference is short to read."""
    for table in whole:
        missing = [row for row in whole[table] if row not in found[table]]
        added = [row for row in found[table] if row not in whole[table]]
        assert (missing[:3], added[:3]) == ([], []), table
        assert found[table] == whole[table], table


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(1, 20))])
def test_a_simulated_log_cut_anywhere(
    quick_laboratory: Any, tmp_path: Path, simulated: Callable[..., Path], format: str, seed: int
) -> None:
    """Cut into random pieces, most of them within lines, a simulated log gives the store of the whole."""
    data = simulated(format, 300).read_bytes()
    chance = random.Random(seed)
    path = tmp_path / "log"
    whole = grown(quick_laboratory, path, [data], format=format)
    pieces = cut(data, [chance.randrange(len(data)) for _ in range(4)])
    assert_same(grown(quick_laboratory, path, pieces, format=format), whole)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("size", [64, pytest.param(1000, marks=pytest.mark.proof), 20_000])
def test_any_batch_size_gives_the_same_store(
    quick_laboratory: Any,
    tmp_path: Path,
    simulated: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    format: str,
    size: int,
) -> None:
    """Batches of one line, of some lines and of one for all store the same."""
    data = simulated(format, 8 if size < 1000 else 150).read_bytes()
    path = tmp_path / "log"
    whole = grown(quick_laboratory, path, [data], format=format)
    monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", size)
    assert_same(grown(quick_laboratory, path, [data], format=format), whole)


MIXED = {
    "ndjson": (
        '\ufeff{"ts":"2026-11-20T08:00:00Z","status":200,"path":"/v1/x"}\r\n'
        '{"ts":"2026-11-20T08:00:01Z","status":429,"error":{"code":"ModelArts.81101","message":"请求过多"}}\r\n'
        "\n  \t\r\n"
        '{"status":500,"body":"{\\"error_code\\":\\"ModelArts.81102\\",\\"error_msg\\":\\"é\\"}"}\n'
        "not json \u00e9\rstill the same line\n"
        '{"ts":"2026-11-20T08:00:03Z","message":"no request"}\n'
        '{"ts":"2026-11-20T08:00:02Z","http.response.status_code":503,"latency":"1.5s"}'
    ),
    "combined": (
        '10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/chat HTTP/1.1" 200 5 "-" "é"\r\n'
        '10.0.0.7 - - [20/Nov/2026:16:00:01 +0800] "POST /v1/chat HTTP/1.1" 429 5 "-" "é" '
        '"{\\x22error_code\\x22:\\x22ModelArts.81101\\x22,\\x22error_msg\\x22:\\x22m\\x22}"\n'
        "\n10.0.0.7 broken\n"
        '10.0.0.7 - - [20/Nov/2026:16:00:02 +0800] "POST /v1/chat HTTP/1.1" 500 5 "-" "-"'
    ),
    "python-client": (
        "2026-11-20 08:00:00,100 INFO app: started\r\n"
        '2026-11-20 08:00:01,100 INFO httpx: HTTP Request: POST https://h/v1/chat/completions "HTTP/1.1 429 Too Many"\n'
        "2026-11-20 08:00:01,200 ERROR app: failed\n"
        "Traceback (most recent call last):\n"
        '  File "a.py", line 1, in f\n'
        "openai.RateLimitError: Error code: 429 - {'error': {'code': 'ModelArts.81101', 'message': '请求过多'}}\n"
        "\n"
        '2026-11-20 08:00:02,100 INFO httpx: HTTP Request: POST https://h/v1/chat/completions "HTTP/1.1 200 OK"\n'
        '2026-11-20 08:00:03,100 INFO httpx: HTTP Request: POST https://h/v1/videos "HTTP/1.1 400 Bad Request"\n'
        "2026-11-20 08:00:03,200 ERROR app: Error code: 400 - {'error_code': 'ModelArts.0104', 'error_msg': 'x'}\n"
        "2026-11-20 08:00:04,000 INFO app: the end"
    ),
    "gin": (
        "[SYS] 2026/11/20 - 08:00:00 | started\n"
        "[ERR] 2026/11/20 - 08:00:01 | 20261120080001aaaa | user 1 | channel error (channel #3, status code: 500): x\n"
        '[ERR] 2026/11/20 - 08:00:01 | 20261120080001aaaa | user 1 | relay error: api_key=sk-abcdefghij0123456789 é {"error_code":"ModelArts.81101"}\n'
        "[ERR] 2026/11/20 - 08:00:01 | 20261120080001bbbb | user 1 | 无可用渠道 password=hunter22\n"
        '[GIN] 2026/11/20 - 08:00:01 | 20261120080001aaaa | 429 | 5ms | 10.0.0.7 | POST "/v1/x"\r\n'
        '[GIN] 2026/11/20 - 08:00:01 | 20261120080001cccc | 200 | 5ms | 10.0.0.7 | POST "/v1/x"\n'
        '[GIN] 2026/11/20 - 08:00:02 | 20261120080001bbbb | 503 | 5ms | 10.0.0.7 | POST "/v1/x"\n'
        '[GIN] 2026/11/20 - 08:00:02 | 20261120080001bbbb | 503 | 5ms | 10.0.0.7 | POST "/v1/x"'
    ),
    "csv": (
        "Time,Method,Path,Status,Error\r\n"
        "2026-11-20T08:00:00Z,POST,/v1/x,200,\r\n"
        '2026-11-20T08:00:01Z,GET,"/v1/a,b",429,"first é\n\nsecond ""quoted""\nthird"\n'
        "2026-11-20T08:00:02Z,GET,/v1/x\n"
        "Time,Method,Path,Status,Error\n"
        '2026-11-20T08:00:03Z,GET,/v1/x,404,"never closed\n'
        '2026-11-20T08:00:04Z,GET,/v1/x,200,17" screen\n'
        "path,status,method,ts\n"
        "/v1/y,500,PUT,1795161605\n"
        '/v1/y,500,PUT,"17951616'
    ),
    "w3c": (
        "\ufeff#Software: a server\r\n"
        "#Fields: date time cs-method cs-uri-stem sc-status time-taken\r\n"
        "2026-11-20 08:00:00 GET /v1/x 200 5\r\n"
        "2026-11-20 08:00:01 GET /v1/é 429 5\r\n"
        "#Date: 2026-11-21 08:00:00\n"
        "#Fields: time sc-status cs-uri-stem\n"
        "08:00:02 500 /v1/y\n"
        "08:00:03 200\n"
        "08:00:04 200 /v1/y"
    ),
}


_wholes: dict[str, Everything] = {}
"""The store of each whole log, made once."""


@pytest.mark.parametrize("format", MIXED)
@settings(
    max_examples=5,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_a_log_of_all_kinds_cut_at_any_bytes(
    quick_laboratory: Any, tmp_path: Path, format: str, data: Any
) -> None:
    """Within a line, a character, a line's end, a traceback, between a request and its error: nothing changes."""
    log = MIXED[format].encode()
    places = data.draw(st.lists(st.integers(1, len(log) - 1), min_size=1, max_size=2, unique=True))
    path = tmp_path / "log"
    whole = _wholes.get(format) or grown(quick_laboratory, path, [log], format=format)
    _wholes[format] = {**whole, "source": [(row[0], str(path), *row[2:]) for row in whole["source"]]}
    assert whole["event"], "the log holds failures"
    assert_same(grown(quick_laboratory, path, cut(log, places), format=format), whole)


@pytest.mark.proof
@pytest.mark.parametrize("format", MIXED)
def test_a_log_of_all_kinds_cut_at_every_byte(quick_laboratory: Any, tmp_path: Path, format: str) -> None:
    """The same at each single byte."""
    log = MIXED[format].encode()
    path = tmp_path / "log"
    whole = grown(quick_laboratory, path, [log], format=format)
    for place in range(1, len(log)):
        assert_same(grown(quick_laboratory, path, cut(log, [place]), format=format), whole)


def test_running_again_adds_nothing(laboratory: Any, tmp_path: Path, simulated: Callable[..., Path]) -> None:
    """A second run over the same files counts them as skipped and changes no row."""
    paths = [simulated("ndjson", 300), simulated("combined", 300)]
    first = laboratory.ingest(*paths)
    before = laboratory.everything()
    second = laboratory.ingest(*paths).as_json()
    assert first.as_json()["files"] == 2
    assert (second["files"], second["skipped"], second["lines"], second["events"]) == (0, 2, 0, 0)
    assert laboratory.everything() == before


def test_samples_of_a_day_stay_five_in_any_order(laboratory: Any, write: Callable[..., Path]) -> None:
    """Of many like failures the earliest five of each day keep their line, however the log came in."""
    lines = [
        {
            "ts": f"2026-11-2{day}T08:{minute:02}:00Z",
            "status": 429,
            "error_code": "ModelArts.81101",
            "error_msg": "m",
        }
        for minute in (30, 10, 50, 20, 40, 5, 15, 25)
        for day in (0, 1)
    ]
    path = write(lines[:7])
    laboratory.ingest(path)
    write(lines)
    laboratory.ingest(path)
    kept = laboratory.rows("SELECT strftime(ts AT TIME ZONE 'UTC', '%d %H:%M') FROM samples ORDER BY ts")
    assert [row[0] for row in kept] == [
        f"{day} 08:{minute}" for day in (20, 21) for minute in ("05", "10", "15", "20", "25")
    ]
