"""Lines of a fixed shape: several patterns in one format, colours, damaged lines, and wrong settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import FormatError
from analyzer.format.definition import Definition, load_formats
from analyzer.format.pattern import check_settings, may_fit, retold
from analyzer.format.trial import load_lines, open_trial, take_apart

FORMATS = load_formats()
PLAIN = r"^(?P<ts>\d{4}-\S+) (?P<method>[A-Z]+) (?P<path>\S+) (?P<status>\d{3}) (?P<duration_ms>\S+)$"
SHORT = r"^(?P<method>[A-Z]+) (?P<path>\S+) (?P<status>\d{3}) (?P<client>\S+) (?P<client_2>\S+)$"


@pytest.fixture(scope="module")
def trial() -> Iterator[Any]:
    """A database in which lines can be tried."""
    with open_trial(quick=True) as connection:
        yield connection


def format_of(settings: Mapping[str, Any]) -> Definition:
    """Return a format of patterns with the given settings."""
    return Definition("own", "own", "our wiki", "pattern", "requests", settings, (), Path("own.toml"))


def read(trial: Any, definition: Definition, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return what lines become."""
    load_lines(trial, lines)
    return take_apart(trial, definition)


def test_the_first_pattern_that_fits_tells_the_fields(trial: Any) -> None:
    """Each line is read by one pattern; the second group of a column counts where the first is empty."""
    definition = format_of({"pattern": [PLAIN, SHORT]})
    rows = read(
        trial,
        definition,
        [
            "2026-11-20T08:00:00Z POST /v1 200 1.5s",
            "GET /v2 404 - 10.0.0.8",
            "GET /v2 404 10.0.0.7 10.0.0.8",
        ],
    )
    assert [(row["method"], row["path"], row["status"], row["client"]) for row in rows] == [
        ("POST", "/v1", 200, None),
        ("GET", "/v2", 404, "10.0.0.8"),
        ("GET", "/v2", 404, "10.0.0.7"),
    ]
    assert rows[0]["duration_ms"] == 1500.0


def test_colours_are_no_part_of_a_line(trial: Any) -> None:
    """A terminal's colours may stand anywhere in a line."""
    line = "\x1b[32mGET\x1b[0m /v1 \x1b[31;1m500\x1b[0m 10.0.0.7 -"
    (row,) = read(trial, format_of({"pattern": [SHORT]}), [line])
    assert (row["method"], row["status"], row["client"]) == ("GET", 500, "10.0.0.7")


def test_damaged_lines_are_told_from_those_of_others(trial: Any) -> None:
    """What begins like a request and does not end like one is damaged; a line that fits never is."""
    definition = format_of({"pattern": [SHORT], "damaged": "^[A-Z]+ /"})
    rows = read(
        trial, definition, ["GET /v1 200 10.0.0.7 -", "GET /v1 2", "Server started", "", "GET me a coffee"]
    )
    assert [row["reason"] for row in rows] == [
        None,
        "unreadable_line",
        *["not_a_request"] * 3,
    ]


def test_a_time_of_its_own_form(trial: Any) -> None:
    """`time_format` reads what no usual form does; what it does not read is no time."""
    pattern = r"^(?P<ts>[^|]*)\|(?P<status>\d{3})$"
    definition = format_of({"pattern": [pattern], "time_format": "%d.%m.%y %H.%M.%S"})
    rows = read(trial, definition, ["20.11.26 08.00.00|200", "99.99.26 08.00.00|200"])
    assert [row["ts"] for row in rows] == [1795161600000000, None]


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0.125, 0.250", 375.0),
        ("0.125 : -", 125.0),
        ("0.125", 125.0),
        ("-1 -1 -1", None),
        ("0.001 -1 -1", None),
        ("-", None),
        ("0.1.2, x", None),
    ],
)
def test_durations_of_several_numbers_are_added(trial: Any, text: str, milliseconds: float | None) -> None:
    """Several times of one request are its whole; a negative one says that none is known."""
    definition = format_of({"pattern": [r"^(?P<status>\d{3}) (?P<duration_s>.*)$"]})
    (row,) = read(trial, definition, [f"200 {text}"])
    assert row["duration_ms"] == milliseconds


def test_objects_among_lines_of_text(trial: Any) -> None:
    """Lines of JSON are read by the named format, and damaged ones counted."""
    definition = format_of({"pattern": [SHORT], "objects": "ndjson"})
    rows = read(trial, definition, ['{"status":429,"path":"/v1"}', "GET /v2 200 10.0.0.7 -", '{"status":4'])
    assert [(row["outcome"], row["path"]) for row in sorted(rows, key=lambda row: row["line_no"])] == [
        ("event", "/v1"),
        ("event", "/v2"),
        ("reject", None),
    ]


def test_lines_that_are_read_too_do_not_tell_the_format() -> None:
    """A plain combined log is none of nginx Proxy Manager's, which reads such lines among its own."""
    line = '10.0.0.7 - - [20/Nov/2026:16:00:00 +0800] "GET / HTTP/1.1" 200 1 "-" "ua"'
    for name in ("nginx-proxy-manager", "kong-text", "ingress-nginx", "traefik-text"):
        assert not may_fit(FORMATS[name], [line])
    assert may_fit(FORMATS["kong-text"], [line, f'{line} kong_request_id: "r-1"'])


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({}, "settings must hold pattern or log_format"),
        ({"pattern": [SHORT], "patern": []}, "settings.patern is unknown; there are pattern"),
        ({"pattern": ["("]}, r"settings.pattern\[1\] is no valid pattern"),
        ({"pattern": ["(?=a)"]}, r"settings.pattern\[1\] is no valid pattern"),
        ({"pattern": [SHORT, "(?P<verb>a)"]}, r"settings.pattern\[2\]: the group 'verb' is unknown"),
        ({"pattern": [7]}, "settings.pattern must be a list of texts"),
        ({"pattern": [SHORT], "damaged": "["}, "settings.damaged\\[1\\] is no valid pattern"),
        ({"pattern": [SHORT], "escapes": "html"}, "it can only be 'server' or 'json'"),
        ({"pattern": [SHORT], "unless": ["("]}, r"unless\[1\]"),
        ({"pattern": [SHORT], "time_format": 1}, "settings.time_format must be a text"),
        ({"pattern": [SHORT], "objects": "nope"}, "settings.objects must be the name of a JSON format"),
        ({"log_format": ["$status"]}, r"settings.log_format\[1\] begins with none of apache:"),
        ({"log_format": ["nginx:$a"]}, r"settings.log_format\[1\]: the directive 'nginx:\$a' tells neither"),
        ({"pattern": [SHORT], "also": ["nginx:$a"]}, r"settings.also\[1\]: the directive"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], complaint: str) -> None:
    """The error names the file, the key and the reason."""
    with pytest.raises(FormatError, match=complaint) as caught:
        check_settings(format_of(settings))
    assert str(caught.value).startswith("own.toml: settings")


def test_a_request_told_again_is_none(trial: Any) -> None:
    """A line that tells of another line's request is no event though a pattern fits, and is known."""
    definition = format_of({"pattern": [PLAIN], "counted_elsewhere": ["/again "]})
    check_settings(definition)
    lines = ["2026-11-20 GET /v1 500 12ms", "2026-11-20 GET /v1/again 500 12ms", "2026-11-20 no request"]
    assert [row["outcome"] for row in read(trial, definition, lines)] == ["event", "reject", "reject"]
    assert retold(definition, lines) == 1
    assert retold(format_of({"pattern": [PLAIN]}), lines) == 0
    with pytest.raises(FormatError, match=r"settings.counted_elsewhere\[1\] is no valid pattern"):
        check_settings(format_of({"pattern": [PLAIN], "counted_elsewhere": ["("]}))


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.kind == "pattern"])
def test_cut_lines_never_become_other_requests(trial: Any, name: str) -> None:
    """Wherever a line is cut, its status, method and time are those of the whole one, or it is no event."""
    definition = FORMATS[name]
    lines = [
        line
        for sample in definition.samples
        for line in sample.lines.split("\n")
        if line and not line.startswith("{")
    ]
    whole = dict(zip(lines, read(trial, definition, lines), strict=True))
    requests = [line for line, row in whole.items() if row["outcome"] == "event"]
    cut = [(line, line[:length]) for line in requests for length in range(0, len(line), 7)]
    for (line, short), row in zip(cut, read(trial, definition, [short for _, short in cut]), strict=True):
        if row["outcome"] == "event":
            assert (row["status"], row["method"]) == (whole[line]["status"], whole[line]["method"]), short
            assert row["ts"] == whole[line]["ts"], short
