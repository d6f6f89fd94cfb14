"""Detection: the right format, or none and a message that says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.detect import MOST_LINES, detect
from analyzer.format.samples import sample_lines
from analyzer.resources import package_folder

FORMATS = load_formats()
REQUEST = (
    '2026-11-20 10:00:00,123 INFO httpx: HTTP Request: POST https://api.example.com/v1/x "HTTP/1.1 200 OK"'
)


@pytest.mark.parametrize("name", FORMATS)
def test_samples_are_detected_as_their_own_format(name: str) -> None:
    """All samples of a format together are a log of that format."""
    lines = [line for sample in FORMATS[name].samples for line in sample_lines(sample)]
    found = detect(lines, FORMATS.values())
    assert found.chosen is FORMATS[name], found
    assert found.reason == ""
    assert {score.name for score in found.ranking} == set(FORMATS)


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
