"""Logs in envelopes: cut anywhere and in batches of any size they give the store of the whole."""

# ruff: noqa: E501 - log lines are long

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analyzer.ingest.told import notes

Everything = dict[str, list[tuple[Any, ...]]]

FAILED = (
    '{"path":"/v1/videos","status":429,"error":{"code":"ModelArts.81101","message":"Too many requests é"}}'
)
FINE = '{"path":"/v1/models","status":200,"ts":"2026-11-20T08:00:09Z"}'


def docker(text: str, stream: str = "stdout", second: int = 0) -> str:
    """Return one object of Docker's json-file driver."""
    return json.dumps({"log": text, "stream": stream, "time": f"2026-11-20T08:00:{second:02}.5Z"})


LOGS = {
    "docker+ndjson": "\n".join(
        (
            docker(FAILED[:20]),
            docker("starting\n", "stderr", 1),
            docker(FAILED[20:40], second=2),
            docker(FINE[:10], "stderr", 3),
            docker(FAILED[40:] + "\n", second=4),
            '{"log":"{\\"sta',
            "",
            docker("\n", second=5),
            docker(FINE[10:] + "\r\n", "stderr", 6),
            docker(FAILED + "\n", second=7),
            "no envelope",
            docker(FAILED[:30], second=8),
            docker(FINE[:30], "stderr", 9),
        )
    ),
    "cri+ndjson": "\n".join(
        (
            "2026-11-20T08:00:00.1Z stdout P " + FAILED[:20],
            "2026-11-20T08:00:00.2Z stderr F starting",
            "2026-11-20T08:00:00.3Z stdout P ",
            "2026-11-20T08:00:00.4Z stdout F " + FAILED[20:],
            "2026-11-20T08:00:00.5Z stdout F ",
            "2026-11-20T08:00:00.6Z stderr P ",
            "2026-11-20T08:00:00.7Z stdout F " + FINE,
            "2026-11-20T08:00:00.8Z stderr F " + FINE + "\r",
            "2026-11-20T08:00:00.9Z stdout P " + FAILED,
        )
    ),
    "docker+syslog+ndjson": "\n".join(
        (
            docker(f"Nov 20 08:00:00 host api[1]: {FAILED}\n"),
            docker("Nov 20 08:00:01 host api[1]: " + FINE[:20]),
            docker(FINE[20:] + "\n", second=2),
            docker("Nov 20 08:00:03 host kernel: text\n", second=3),
        )
    ),
    "syslog+combined": (
        'Nov 20 08:00:00 host nginx: 10.0.0.7 - - [20/Nov/2026:08:00:00 +0000] "GET /v1/x HTTP/1.1" 503 2 "-" "é"\n'
        'Nov 20 08:00:01 host nginx: 10.0.0.7 - - "GET /v1/x HTTP/1.1" 200 2\n'
        "\nNov 20 08:00:02 host systemd[1]: started\n"
        'Nov 20 08:00:03 host nginx: 10.0.0.7 - - [20/Nov/2026:08:00:03 +0000] "GET /v1/x HTTP/1.1" 404 2 "-" "x"'
    ),
    # What several services wrote: each format in the lines that those before it do not read.
    "docker+ndjson,docker+gin": "\n".join(
        (
            docker('[GIN] 2026/11/20 - 08:00:00 | 502 | 1.5s | 10.0.0.7 | POST "/v1/videos"\n'),
            docker(FAILED[:20], second=1),
            docker('[GIN] 2026/11/20 - 08:00:01 | 200 | 1ms | 10.0.0.7 | GET "/v1/models"\n', "stderr", 1),
            docker(FAILED[20:] + "\n", second=2),
            "no envelope",
            docker("[GIN-debug] listening\n"),
            docker(FINE[:30], "stderr", 9),
        )
    ),
    "combined,syslog+ndjson": (
        '10.0.0.7 - - [20/Nov/2026:08:00:00 +0000] "GET /v1/x HTTP/1.1" 503 2 "-" "é"\n'
        f"Nov 20 08:00:01 host api[1]: {FAILED}\n\n"
        f'Nov 20 08:00:02 host api[1]: {{"path":"/v1/models","method":"GET","status":500}}\n'
        '10.0.0.7 - - "GET /v1/x HTTP/1.1" 200 2\nNov 20 08:00:02 host systemd[1]: started\n'
        f'{{"sta\nNov 20 08:00:03 host api[1]: {FINE}'
    ),
    "docker+python-client": "\n".join(
        (
            docker("2026-11-20 08:00:00,100 INFO app: started\n"),
            docker(
                '2026-11-20 08:00:01,100 INFO httpx: HTTP Request: POST https://h/v1/chat/completions "HTTP/1.1 429 Too Many"\n'
            ),
            docker("Traceback (most recent call last):\n", second=1),
            docker('  File "a.py", ', second=1),
            docker("line 1, in f\n", second=1),
            docker(
                "openai.RateLimitError: Error code: 429 - {'error': {'code': 'ModelArts.81101', 'message': '请求过多'}}\n",
                second=2,
            ),
            docker(
                '2026-11-20 08:00:02,100 INFO httpx: HTTP Request: POST https://h/v1/chat/completions "HTTP/1.1 200 OK"\n',
                second=3,
            ),
        )
    ),
}


def grown(laboratory: Any, path: Path, pieces: Sequence[bytes], format: str) -> Everything:
    """Append pieces to a new log, ingesting after each, and return all that is stored."""
    laboratory.clear()
    path.unlink(missing_ok=True)
    for piece in pieces:
        with path.open("ab") as file:
            file.write(piece)
        assert laboratory.ingest(path, format=format).count("failed") == 0
    everything: Everything = laboratory.everything()
    ledger = laboratory.ledger()
    parts = ("events", "rejects", "blank", "continuation")
    assert ledger["lines"] == sum(ledger[name] for name in parts), "the ledger adds up"
    assert {name: ledger[name] for name in ("events", "failures", "rejects")} == laboratory.counted()
    return everything


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """Cut bytes at places."""
    return [data[start:end] for start, end in pairwise([0, *sorted(places), len(data)]) if end > start]


def differences(found: Everything, whole: Everything) -> dict[str, Any]:
    """Return the rows of each table that only one of two stores has."""
    return {
        table: (
            [row for row in whole[table] if row not in found[table]][:2],
            [row for row in found[table] if row not in whole[table]][:2],
        )
        for table in whole
        if found[table] != whole[table]
    }


@pytest.fixture(autouse=True)
def _short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let parts reach no further than small logs do, so that one which never ends can be tried."""
    monkeypatch.setattr("analyzer.format.opening.REACH", 4)
    monkeypatch.setattr("analyzer.format.opening.MOST_PARTS", 6)


_wholes: dict[str, Everything] = {}
"""The store of each whole log, made once."""


@pytest.mark.parametrize("format", LOGS)
@settings(
    max_examples=3,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_an_enveloped_log_cut_at_any_bytes(
    quick_laboratory: Any, tmp_path: Path, format: str, data: Any
) -> None:
    """Within a part, between parts, within a character: nothing changes."""
    log = LOGS[format].encode()
    path = tmp_path / "log"
    whole = _wholes.get(format) or grown(quick_laboratory, path, [log], format)
    _wholes[format] = {**whole, "source": [(row[0], str(path), *row[2:]) for row in whole["source"]]}
    assert whole["event"], "the log holds failures"
    places = data.draw(st.lists(st.integers(1, len(log) - 1), min_size=1, max_size=3, unique=True))
    assert differences(grown(quick_laboratory, path, cut(log, places), format), whole) == {}


@pytest.mark.proof
@pytest.mark.parametrize("format", LOGS)
def test_an_enveloped_log_cut_at_every_byte(quick_laboratory: Any, tmp_path: Path, format: str) -> None:
    """The same at each single byte."""
    log = LOGS[format].encode()
    path = tmp_path / "log"
    whole = grown(quick_laboratory, path, [log], format)
    for place in range(1, len(log)):
        assert differences(grown(quick_laboratory, path, cut(log, [place]), format), whole) == {}, place


@pytest.mark.parametrize("format", LOGS)
@pytest.mark.parametrize("size", [1, *(pytest.param(size, marks=pytest.mark.proof) for size in (150, 400))])
def test_any_batch_size_gives_the_same_store(
    quick_laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, size: int
) -> None:
    """Parts that straddle batches are joined as in one."""
    log = LOGS[format].encode()
    path = tmp_path / "log"
    whole = grown(quick_laboratory, path, [log], format)
    monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", size)
    assert differences(grown(quick_laboratory, path, [log], format), whole) == {}


@st.composite
def container_logs(draw: st.DrawFn) -> str:
    """Draw a CRI log: parts of two streams by turns, whole and broken lines, parts that never end."""
    lines = []
    for number in range(draw(st.integers(2, 14))):
        kind = draw(st.sampled_from("PPFFFXB"))
        stream = draw(st.sampled_from(("stdout", "stderr")))
        text = draw(st.sampled_from((FAILED, FAILED[:30], FAILED[30:], FINE, "", "text", "{")))
        head = f"2026-11-20T08:00:{number:02}Z {stream} {kind} "
        lines.append({"X": "no envelope", "B": ""}.get(kind, head + text))
    return "\n".join(lines) + draw(st.sampled_from(("", "\n")))


@settings(
    max_examples=8,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(log=container_logs(), size=st.integers(1, 700), seed=st.integers(0, 1000))
def test_any_log_in_any_batches_and_appends(
    quick_laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str, size: int, seed: int
) -> None:
    """Whatever parts there are, however they come in: one store, and its ledger adds up."""
    path = tmp_path / "log"
    data = log.encode()
    whole = grown(quick_laboratory, path, [data], "cri+ndjson")
    chance = random.Random(seed)
    pieces = cut(data, [chance.randrange(len(data)) for _ in range(2)])
    with monkeypatch.context() as patch:
        patch.setattr("analyzer.ingest.read.BATCH_BYTES", size)
        assert differences(grown(quick_laboratory, path, pieces, "cri+ndjson"), whole) == {}


def test_a_joined_record_stands_at_its_first_part(
    laboratory: Any, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line number and byte offset are those of the first part; a line of 50 KB is one event."""
    monkeypatch.setattr("analyzer.format.opening.REACH", 1000)
    long = '{"path":"/v1/videos","prompt":"' + "é" * 25_000 + '","status":503}\n'
    parts = [long[start : start + 16_384] for start in range(0, len(long), 16_384)]
    first = docker("starting\n", "stderr")
    path = write([first, *(docker(part) for part in parts), docker(FINE + "\n")])
    laboratory.ingest(path, format="docker+ndjson")
    assert laboratory.events("line_no, byte_offset, status") == [
        (2, len(first.encode()) + 1, 503),
        (2 + len(parts), path.read_bytes().rfind(b'{"log"'), 200),
    ]
    assert laboratory.ledger() == {
        **{"lines": len(parts) + 2, "events": 2, "failures": 1, "rejects": 1, "blank": 0},
        "continuation": len(parts) - 1,
    }


def test_a_part_that_never_ends_holds_nothing_up(laboratory: Any, write: Callable[..., Path]) -> None:
    """Beyond its reach a part without an end is a line by itself, and what follows is stored."""
    lines = ["2026-11-20T08:00:00Z stderr P " + FAILED]
    lines += [f"2026-11-20T08:00:01Z stdout F {FINE}"] * 9
    lines += ["2026-11-20T08:00:02Z stderr F text"]
    laboratory.ingest(write(lines), format="cri+ndjson")
    assert laboratory.events("line_no, status")[0] == (1, 429)
    assert laboratory.ledger()["events"] == 10
    assert laboratory.rows("SELECT resume_line FROM stored.source") == [(12,)]


def test_parts_without_end_are_cut_into_records(laboratory: Any, write: Callable[..., Path]) -> None:
    """A log of nothing but unfinished parts does not become one text that fills the memory."""
    laboratory.ingest(write(["2026-11-20T08:00:00Z stdout P x"] * 20), format="cri+ndjson")
    assert laboratory.ledger() == {
        **{"lines": 20, "events": 0, "failures": 0, "rejects": 4, "blank": 0, "continuation": 16}
    }


def test_the_format_of_an_enveloped_source_is_kept(laboratory: Any, write: Callable[..., Path]) -> None:
    """A source that has grown is read as before, whatever its new lines look like."""
    path = write([docker(FAILED + "\n")] * 3)
    laboratory.ingest(path)
    with path.open("a") as file:
        file.write(docker("stopped\n") + "\n")
    assert laboratory.ingest(path).count("read") == 1
    assert laboratory.rows("SELECT format, lines, rejects FROM stored.source") == [("docker+ndjson", 4, 1)]


def written(path: Path, day: str) -> Path:
    """Say that a file was written last on a day, at noon UTC."""
    moment = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.mark.parametrize(
    ("day", "times", "read"),
    [
        ("2026-11-24", ["Nov 20 08:00:00"], ["2026-11-20 08:00:00"]),
        (
            "2027-01-01",
            ["Dec 31 23:59:59", "Jan  1 00:00:01"],
            ["2026-12-31 23:59:59", "2027-01-01 00:00:01"],
        ),
        ("2026-06-01", ["Feb 29 08:00:00"], ["2024-02-29 08:00:00"]),
        ("2028-06-01", ["Feb 29 08:00:00"], ["2028-02-29 08:00:00"]),
        (
            "2026-11-24",
            ["Nov 25 11:00:00", "Nov 25 13:00:00"],
            ["2026-11-25 11:00:00", "2025-11-25 13:00:00"],
        ),
        ("2026-12-31", ["Jan  1 01:00:00"], ["2027-01-01 01:00:00"]),
        ("2026-11-24", ["Jun 30 23:59:60"], ["2026-07-01 00:00:00"]),
        (
            "2026-11-24",
            ["2月 22 23:00:37", "Okt  3 04:05:06"],
            ["2026-02-22 23:00:37", "2026-10-03 04:05:06"],
        ),
    ],
)
def test_times_without_a_year(
    laboratory: Any, write: Callable[..., Path], day: str, times: list[str], read: list[str]
) -> None:
    """Such a time is the last one that is not after the log's own, but for a day; and it is said."""
    line = '{"path":"/v1/models","status":200}'
    path = written(write([f"{time} host api[1]: {line}" for time in times]), day)
    totals = laboratory.ingest(path, format="syslog+ndjson")
    assert laboratory.events("strftime(ts AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')") == [
        (one,) for one in read
    ]
    assert f"{path}: times without a year were read as of {day}, when the log was last written" in notes(
        totals, "UTC"
    )


def test_a_year_is_not_told_of_where_the_line_has_one(laboratory: Any, write: Callable[..., Path]) -> None:
    """Nothing is said of years where no line needs one."""
    totals = laboratory.ingest(write([f"Nov 20 08:00:00 host api[1]: {FINE}"]), format="syslog+ndjson")
    assert [source.as_of for source in totals.sources] == [None]


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("Mar 29 01:30:00", "2026-03-29T00:30"),
        ("Mar 29 02:30:00", None),
        ("Mar 29 03:30:00", "2026-03-29T01:30"),
        ("Oct 25 01:30:00", "2026-10-24T23:30"),
        ("Oct 25 02:30:00", None),
        ("Oct 25 03:30:00", "2026-10-25T02:30"),
    ],
)
def test_the_hours_of_daylight_saving(
    laboratory: Any, write: Callable[..., Path], time: str, read: str | None
) -> None:
    """Around the hour that never comes and the one that comes twice the zone's offset is right; in them it
    is within the hour."""
    path = written(write([f'{time} host api[1]: {{"path":"/v1/models","status":200}}']), "2026-11-24")
    laboratory.ingest(path, format="syslog+ndjson", time_zone="Europe/Berlin", zone_is_given=True)
    ((moment,),) = laboratory.events("epoch(ts)::BIGINT")
    found = datetime.fromtimestamp(moment, UTC)
    if read:
        assert found.isoformat()[:16] == read
    else:
        local = datetime.strptime(f"2026 {time}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC)
        assert 0 <= (local - found).total_seconds() <= 7200


@pytest.mark.parametrize(
    "time", [1795161600, 1795161600.25, 1795161600250, 1795161600250000, 1795161600250000000]
)
def test_times_since_1970_in_an_envelope(laboratory: Any, write: Callable[..., Path], time: float) -> None:
    """Seconds, milliseconds, microseconds and nanoseconds are told apart."""
    path = write([{"date": time, "tag": "api", "log": '{"path":"/v1/models","status":200}'}])
    laboratory.ingest(path, format="shipped+ndjson")
    assert laboratory.event()["ts"].startswith("2026-11-20T08:00:00.")


def test_the_envelopes_clock_has_the_zone(laboratory: Any, write: Callable[..., Path]) -> None:
    """A time without a zone in a line gives way to the envelope's, and nothing is said of zones."""
    inner = '{"time":"2026-11-20 17:00:00","path":"/v1/models","status":200}'
    totals = laboratory.ingest(write([docker(inner + "\n"), docker(FINE + "\n")]), format="docker+ndjson")
    assert [laboratory.event(line)["ts"][:19] for line in (1, 2)] == [
        "2026-11-20T08:00:00",
        "2026-11-20T08:00:09",
    ]
    assert not totals.sources[0].lacks_zone


def test_a_head_without_a_zone_is_told_of(laboratory: Any, write: Callable[..., Path]) -> None:
    """Syslog's times are local ones of somewhere."""
    path = written(write(['Nov 20 08:00:00 host api[1]: {"path":"/v1/models","status":200}']), "2026-11-24")
    assert laboratory.ingest(path).sources[0].lacks_zone
