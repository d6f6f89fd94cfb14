"""Samples: every format proves itself, and a wrong expectation is told in one line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.samples import check_samples

FORMATS = load_formats()


@pytest.mark.parametrize("name", FORMATS)
def test_samples_of_package_formats_pass(name: str) -> None:
    """Each format of the package makes of its samples what its file says."""
    assert check_samples(FORMATS[name]) == []


def test_wrong_expectations_are_named() -> None:
    """A difference names the file, the sample, the line, the column, what was expected and what came out."""
    definition = FORMATS["python-client"]
    first = definition.samples[0]
    events = ({**first.events[0], "status": 201, "ts": "2026-11-20T10:00:00Z"}, *first.events[1:])
    found = check_samples(replace(definition, samples=(replace(first, events=events, ledger={}),)))
    assert f"{definition.path}: sample 1: line 1: status: expected 201, got 200" in found
    assert any(
        "ts: expected '2026-11-20T10:00:00Z', got '2026-11-20T10:00:00.123000+00:00'" in line
        for line in found
    )
    assert any(line.endswith("ledger.continuation: expected 0, got 1") for line in found)


def test_missing_and_surplus_events_are_named() -> None:
    """An event that does not come out, and one that nobody expected, are both told."""
    definition = FORMATS["python-client"]
    first = definition.samples[0]
    events = ({**first.events[0], "line_no": 3}, *first.events[1:])
    found = check_samples(replace(definition, samples=(replace(first, events=events),)))
    assert any(line.endswith("line 1: expected no event, got one") for line in found)
    assert any(line.endswith("line 3: expected an event, got not_a_request") for line in found)


def test_a_column_left_out_must_be_null() -> None:
    """A sample's event is whole: what it does not name must not come out."""
    definition = FORMATS["python-client"]
    first = definition.samples[0]
    events = tuple({key: value for key, value in event.items() if key != "method"} for event in first.events)
    found = check_samples(replace(definition, samples=(replace(first, events=events),)))
    assert any("method: expected None, got 'POST'" in line for line in found)


def test_the_package_reads_each_layout_more_than_once() -> None:
    """The client's format carries a sample for each of its layouts."""
    definition = FORMATS["python-client"]
    assert len(definition.samples) >= 10
    assert definition.path == Path(definition.path)
