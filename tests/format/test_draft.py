"""Drafts: what an unknown log's fields are taken for, and that the file written is a sound format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.format.definition import load_format, load_formats
from analyzer.format.draft import Draft, draft
from analyzer.format.draft_file import written
from analyzer.format.looks import columns_of, duration_guess
from analyzer.format.samples import check_samples

FORMATS = load_formats()
KNOWN = FORMATS["ndjson"].settings
KEY = "sk-abcdefghij0123456789"


def drafted(*lines: str) -> Draft:
    """Draft a format from lines; a masked secret is one word in brackets."""
    found = draft(lines, "mine", FORMATS, lambda line: line.replace(KEY, "[masked]"))
    assert found is not None
    return found


LOGS = {
    "json": [
        '{"wann":"2026-11-20T08:00:00Z","a":{"verb":"POST","ort":"/v1/x"},"antwort":200,"dauer_ms":5}',
        '{"wann":"2026-11-20T08:00:01Z","a":{"verb":"GET","ort":"/v1/\\u00e9"},"antwort":500,"dauer_ms":7}',
        '{"wann":"2026-11-20T08:00:02Z","note":"started"}',
    ],
    "logfmt": [
        "when=2026-11-20T08:00:00Z verb=GET target=/v1/x rc=200 took=12ms who=10.0.0.7",
        "when=2026-11-20T08:00:01Z verb=GET target=/v1/y rc=503 took=1.2s who=10.0.0.7",
    ],
    "table": [
        "Zeitpunkt;Verfahren;Pfad;Antwort;Dauer_ms",
        "2026-11-20 08:00:00;POST;/v1/x;200;12,5",
        "2026-11-20 08:00:01;GET;/v1/y;404;1,5",
    ],
    "pattern": [
        "2026/11/20 08:00:00 | 10.0.0.7 | POST | /v1/x | 200 | 0.532 | \"curl/8 'it' \\\\\"",
        '2026/11/20 08:00:01 | 10.0.0.7 | GET | /v1/y | 404 | 0.032 | "curl/8"',
        "2026/11/20 08:00:02 | started",
    ],
}


@pytest.mark.parametrize("kind", LOGS)
def test_the_file_is_a_sound_format(tmp_path: Path, kind: str) -> None:
    """Written and loaded again it passes its own samples, success and failure among them."""
    found = drafted(*LOGS[kind])
    assert (found.definition.kind, found.events) == (kind, 2)
    path = tmp_path / "mine.toml"
    path.write_text(written(found, "a.log"), encoding="utf-8")
    loaded = load_format(path)
    assert check_samples(loaded) == []
    events = [event for sample in loaded.samples for event in sample.events]
    assert {event["failed"] for event in events} == {False, True}
    assert all({"ts", "method", "path", "status", "duration_ms"} <= event.keys() for event in events)
    assert events[0]["duration_ms"] == {"json": 5, "logfmt": 12, "table": 12.5, "pattern": 532}[kind]


def test_lines_that_are_not_covered_are_told() -> None:
    """Each by its number in the file, blank lines counted."""
    found = drafted(LOGS["pattern"][0], "", *LOGS["pattern"][1:])
    assert dict(found.others) == {4: "not_a_request"}


def test_samples_hold_no_secret(tmp_path: Path) -> None:
    """A line without one is preferred; where there is none, it is masked, and still read."""
    lines = [line.replace("/v1/x", f"/v1/x?key={KEY}") for line in LOGS["pattern"]]
    found = drafted(*lines)
    text = written(found, "a.log")
    assert KEY not in text
    assert "[masked]" in text
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert check_samples(load_format(path)) == []


def test_what_stands_in_envelopes_is_drafted() -> None:
    """Behind a head that every line has, the draft is of the line itself."""
    found = drafted(*(f"2026-11-20T08:00:00.000000000Z stdout F {line}" for line in LOGS["logfmt"]))
    assert (found.definition.kind, found.events) == ("logfmt", 2)


HOSTILE = {
    "keys": json.dumps(
        {"sta\"tus'\\x": 200, "pa.th": "/x", "ti me\n": "2026-11-20T08:00:00Z", "']; DROP": "GET"}
    ),
    "values": '{"status":200,"path":"/\U0001f600\'\\"\x7f\\u0000","time":"2026-11-20T08:00:00Z"}',
    "text": "2026-11-20 08:00:00 \"it's ''' odd\" GET /x 200 \x01\x7f\u2028 5ms",
    "signs": "[2026-11-20 08:00:00] (a+b)* {c} {time} $^ | GET -> /x? = 200 ; 5ms",
    "pieces": "2026-11-20 08:00:00 GET /x 200 " + " ".join(f"{number}ms" for number in range(300)),
}


@pytest.mark.parametrize("build", HOSTILE)
def test_hostile_text_stays_text(tmp_path: Path, build: str) -> None:
    """Quotes, controls, signs of patterns and of TOML in a log break neither the draft nor its file."""
    found = drafted(*[HOSTILE[build]] * 3, "x" * 200_000)
    path = tmp_path / "mine.toml"
    path.write_text(written(found, "a\n'\".log"), encoding="utf-8")
    assert check_samples(load_format(path)) == []
    assert found.events == 3


@pytest.mark.parametrize("lines", [[], ["prose"], ["{}"], ["a,b,c", "1,2,3"], ['{"status":"running"}'] * 3])
def test_where_nothing_is_a_request(lines: list[str]) -> None:
    """There is no draft."""
    assert draft(lines, "mine", FORMATS, str) is None


@pytest.mark.parametrize(
    ("values", "column", "field"),
    [
        ({"port": ["443"], "code": ["200", "404"], "size": ["200"]}, "status", "code"),
        ({"expires": ["2027-01-01T00:00:00Z"], "at_time": ["2026-11-20T08:00:00Z"]}, "ts", "at_time"),
        ({"created": ["1795161600"], "status": ["200"]}, "ts", "created"),
        ({"at": ["11/20/2026, 8:00:00 AM"], "status": ["200"]}, "ts", "at"),
        ({"at": ["Fri Nov 20 08:00:00 2026"], "status": ["200"]}, "ts", "at"),
        ({"server_ip": ["10.0.0.1"], "peer": ["10.0.0.7:80"]}, "client", "peer"),
        ({"referer": ["https://a/b"], "ziel": ["/v1/x"]}, "path", "ziel"),
    ],
)
def test_a_column_by_its_look(values: dict[str, list[str]], column: str, field: str) -> None:
    """Values decide, and a name that says something else keeps a field out."""
    found = {guess.column: name for name, guess in columns_of(values, KNOWN).items()}
    assert found[column] == field


@pytest.mark.parametrize(
    ("name", "values", "unit", "is_sure"),
    [
        ("took_ms", ["5"], "duration_ms", True),
        ("Latency (ms)", ["5"], "duration_ms", True),
        ("duration_seconds", ["5"], "duration_s", True),
        ("elapsed_us", ["5000"], "duration_us", True),
        ("took", ["1.5s", "20ms"], "duration_ms", True),
        ("took", ["0.5", "1.25"], "duration_s", False),
        ("took", ["5000000", "61000"], "duration_ns", False),
        ("took", ["512", "30"], "duration_ms", False),
    ],
)
def test_a_durations_unit(name: str, values: list[str], unit: str, is_sure: bool) -> None:
    """Told by the name or by the values; else guessed, and said so."""
    guess = duration_guess(name, values)
    assert (guess.column, guess.doubt == "") == (unit, is_sure)
