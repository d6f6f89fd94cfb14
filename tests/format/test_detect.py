"""Detection: the right format, or none and a message that says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.detect import MOST_LINES, detect
from analyzer.format.samples import sample_lines
from analyzer.format.trial import load_lines, take_apart, trial_connection
from analyzer.resources import package_folder

FORMATS = load_formats()
REQUEST = (
    '2026-11-20 10:00:00,123 INFO httpx: HTTP Request: POST https://api.example.com/v1/x "HTTP/1.1 200 OK"'
)


LOGS = {
    f"{name}+{inner}" if inner else name: (name, inner)
    for name, definition in FORMATS.items()
    for inner in dict.fromkeys(sample.inner for sample in definition.samples)
    if not definition.only_beside
}


@pytest.mark.parametrize("name", LOGS)
def test_samples_are_read_as_their_own_format_reads_them(name: str) -> None:
    """All samples of a format (of an envelope, those with one format in it) are one log: the format that is
    found reads the same requests in it, whatever its name."""
    outer, inner = LOGS[name]
    lines, expected = [], {}
    for sample in FORMATS[outer].samples:
        if sample.inner == inner:
            for event in sample.events:
                expected[event.get("line_no", 1) + len(lines)] = {key: event.get(key) for key in COMPARED}
            lines += sample_lines(sample)
    found = detect(lines, FORMATS.values())
    assert found.chosen, found.reason
    connection = trial_connection()
    load_lines(connection, lines)
    rows = take_apart(connection, found.chosen)
    read = {row["line_no"]: {key: row[key] for key in COMPARED} for row in rows if row["outcome"] == "event"}
    if name not in READ_OTHERWISE:
        assert read == expected, found.chosen.name
    assert found.ranking[0].name == found.chosen.name


COMPARED = ("status", "method", "path", "failed")
READ_OTHERWISE = {"python-client": "the end of one sample and the start of the next make one record"}
"""Samples whose mixture no real log has -> why another format than theirs reads it."""


@pytest.mark.parametrize("name", ["combined", "logfmt", "python-client"])
def test_every_format_is_in_a_thorough_ranking(name: str) -> None:
    """The command's ranking names every format, those that find nothing too, and the best first."""
    lines = [line for sample in FORMATS[name].samples for line in sample_lines(sample)]
    ranking = detect(lines, FORMATS.values(), thorough=True).ranking
    inner = {score.name.split("+")[-1] for score in ranking}
    may_be_alone = {other for other, one in FORMATS.items() if one.kind != "envelope" and not one.only_beside}
    assert inner == may_be_alone


def test_a_few_requests_in_much_chatter_decide() -> None:
    """An application's log with a request now and then is a client's log."""
    chatter = [f"2026-11-20 10:00:{second:02} INFO app: step {second} done" for second in range(60)] * 10
    lines = [*chatter[:300], REQUEST, *chatter[300:]]
    found = detect(lines, FORMATS.values())
    assert found.chosen is FORMATS["python-client"]


@pytest.mark.parametrize(
    "lines",
    [
        ["{broken", '{"also": ', "{{{", '{"a":1'],
        ["lorem ipsum", "dolor sit amet", "Error in the text"],
        ["\x00\x01", "\ufffd" * 10, "'; DROP TABLE lines; --"],
        ["2026-11-20 10:00:00 INFO app: nothing of interest"] * 5,
    ],
)
def test_lines_of_no_format_are_refused(lines: list[str]) -> None:
    """Damaged lines, prose, bytes and mere chatter choose nothing, and the message names the way out."""
    found = detect(lines, FORMATS.values())
    assert found.chosen is None
    assert "--format" in found.reason
    assert "\n" not in found.reason
    assert f"'{found.ranking[0].name}'" in found.reason
    assert f"'{found.ranking[1].name}'" in found.reason
    assert "line 1 is the first" in found.reason


def test_no_lines_are_nothing_to_detect() -> None:
    """An empty file has no format."""
    assert detect([], FORMATS.values()).chosen is None
    assert detect(["", "  "], FORMATS.values()).chosen is None


def test_a_long_file_is_tried_in_blocks_over_all_of_it() -> None:
    """At most a thousand lines are tried, and those at the end count as well."""
    found = detect([*["prose"] * 4500, *[REQUEST] * 4500], FORMATS.values())
    assert found.chosen is FORMATS["python-client"]
    assert found.ranking[0].lines <= MOST_LINES
    assert found.ranking[0].events == found.ranking[0].lines // 2


def test_a_copy_of_a_format_does_not_make_detection_fail(tmp_path: Path) -> None:
    """Of two formats that make the same of a log, the one listed first is taken."""
    shutil.copy(package_folder("formats") / "ndjson.toml", tmp_path / "mine.toml")
    formats = load_formats([tmp_path])
    lines = [line for sample in formats["ndjson"].samples for line in sample_lines(sample)]
    found = detect(lines, formats.values())
    assert found.chosen is formats["ndjson"]


ACCESS = '10.0.0.7 - - [20/Nov/2026:08:00:{:02} +0000] "GET /v1/models HTTP/1.1" {} 12 "-" "curl/8"'
GIN = '[GIN] 2026/11/20 - 08:00:{:02} | {} |   1.5ms |  10.0.0.7 | GET      "/v1/models"'


def test_an_access_line_behind_a_head_is_read_within_it() -> None:
    """Behind the head of syslog the first word is a date, not the client."""
    lines = [f"Nov 20 08:00:{second:02} gate nginx[12]: {ACCESS.format(second, 200)}" for second in range(20)]
    found = detect(lines, FORMATS.values())
    assert found.chosen
    connection = trial_connection()
    load_lines(connection, lines)
    rows = take_apart(connection, found.chosen)
    assert {row["client"] for row in rows} == {"10.0.0.7"}
    assert {row["status"] for row in rows} == {200}


def test_an_envelope_that_holds_for_both_proves_neither() -> None:
    """A format read behind a time in front is no surer than one that reads the same with it and without."""
    head = "2026-11-20T08:00:0{}Z  INFO request{{method=GET uri=/v1/models version=HTTP/1.1}}: "
    answer = f"{head}tower_http::trace::on_response: finished processing request latency=812 μs status=200"
    lines = [*(answer.format(second) for second in range(3)), answer.format(3)[:-20]]
    assert detect(lines, FORMATS.values()).chosen is FORMATS["tower-http"]


def test_nine_tenths_of_noise_leave_the_requests() -> None:
    """Banners and stack traces between the requests do not hide their format."""
    noise = ["panic: runtime error", "goroutine 1 [running]:", "main.main()", "\t/app/main.go:12 +0x1d"] * 60
    lines = [*noise[:200], *(GIN.format(second, 200) for second in range(20)), *noise]
    found = detect(lines, FORMATS.values())
    assert found.chosen is FORMATS["gin"]
    assert found.ranking[0].readable > 8 * found.ranking[0].events


def two_formats(folder: Path, second: str) -> list[Path]:
    """Write two formats of one's own for the same keys that differ in one setting."""
    for name, duration in (("ours", "duration_ms"), ("theirs", second)):
        (folder / f"{name}.toml").write_text(
            f'''title = "{name}"\ndefined_by = "us"\nkind = "json"\npopulation = "requests"
[settings]
ts = ["wann"]
status = ["stand"]
{duration} = ["dauer"]
[[sample]]
lines = "{{}}"
ledger.not_a_request = 1
'''
        )
    return [folder]


@pytest.mark.parametrize(("second", "is_sure"), [("duration_ms", True), ("duration_s", False)])
def test_formats_that_read_other_values_are_too_close(tmp_path: Path, second: str, is_sure: bool) -> None:
    """Durations a thousand times apart are nothing to guess at; two that agree are no conflict."""
    formats = load_formats(two_formats(tmp_path, second))
    lines = [f'{{"wann":"2026-11-20T08:00:{at:02}Z","stand":200,"dauer":{at + 1}}}' for at in range(20)]
    found = detect(lines, formats.values())
    assert (found.chosen is not None) == is_sure
    assert is_sure or "'ours' and 'theirs'" in found.reason
    assert is_sure or "--format" in found.reason


def test_files_of_one_build_are_decided_once_and_others_anew() -> None:
    """A file like an earlier one has its format without being tried; one unlike it is looked at."""
    lines = [ACCESS.format(second, 200) for second in range(20)]
    formats = list(FORMATS.values())
    first, second = detect(lines, formats), detect([*lines, *lines], formats)
    assert first.ranking
    assert not second.ranking
    assert first.chosen is second.chosen is FORMATS["combined"]
    other = detect([GIN.format(second, 200) for second in range(20)], formats)
    assert other.chosen is FORMATS["gin"]
    assert detect(["prose of no build"], formats).chosen is None


@pytest.mark.parametrize(
    ("envelope", "head"),
    [
        ("cri", "2026-11-20T16:00:00.123456789Z stderr F "),
        ("compose", "gateway-1  | "),
        ("kubectl", "[pod/gw-1/app] "),
        ("syslog", "Nov 20 16:00:00 host1 gw[12]: "),
    ],
)
def test_a_traceback_behind_an_envelope_is_one_failure(envelope: str, head: str) -> None:
    """Read without the envelope, the line that repeats the error would be a second request."""
    said = "Error code: 429 - {'error': {'message': 'Rate limit reached', 'code': 'rate_limit_exceeded'}}"
    record = [
        "2026-11-20 16:00:00.123 | INFO     | app.llm:call:42 - HTTP Request: POST "
        'https://api.openai.com/v1/chat/completions "HTTP/1.1 200 OK"',
        f"2026-11-20 16:00:01.123 | ERROR    | app.llm:call:48 - {said}",
        "Traceback (most recent call last):",
        '  File "/app/llm.py", line 40, in call',
        f"openai.RateLimitError: {said}",
        "2026-11-20 16:00:02.123 | SUCCESS  | app.llm:call:60 - done",
    ]
    found = detect([f"{head}{line}" for line in record * 20], FORMATS.values())
    assert found.chosen is not None
    assert found.chosen.name == f"{envelope}+python-client"


@pytest.mark.parametrize(
    ("lines", "doubt"),
    [
        (
            ['{"ts":"2026-11-20T08:00:00Z","method":"GET","path":"/a","ended_as":500}'] * 4,
            "none of its requests tells a status under a name that 'ndjson' knows",
        ),
        # A status or none: some answers have none.
        (
            [
                '{"ts":"2026-11-20T08:00:00Z","method":"GET","path":"/a"}',
                '{"ts":"2026-11-20T08:00:00Z","method":"GET","path":"/a","status":200}',
            ],
            None,
        ),
    ],
)
def test_what_goes_unread_or_unknown_is_a_doubt(lines: list[str], doubt: str | None) -> None:
    found = detect(lines, FORMATS.values())
    assert found.chosen
    assert (found.doubt or "").startswith(doubt or "")
    assert bool(found.doubt) == bool(doubt)
