"""A format's samples: what its lines become, compared with what the file says they must become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from analyzer.errors import FormatError
from analyzer.event import FORMAT_COLUMNS
from analyzer.format.definition import Definition, Sample, load_formats
from analyzer.format.name import named_format
from analyzer.format.trial import load_lines, take_apart, trial_connection


def check_samples(definition: Definition, formats: Mapping[str, Definition] | None = None) -> list[str]:
    """Return the differences between a format's samples and what it makes of them; none where all is well.

    Each is one line that names the file, the sample, the column, what was expected and what came out.
    Columns that a sample's event leaves out must be NULL. A time without a zone is UTC, one without a
    year is of 2026. `formats` are those that an envelope's samples may name; the package's where None.
    Raises FormatError where the settings are invalid.
    """
    differences: list[str] = []
    connection = trial_connection()
    for number, sample in enumerate(definition.samples, 1):
        where = f"{definition.path}: sample {number}"
        load_lines(connection, sample_lines(sample))
        whole = _whole_format(definition, sample, formats)
        try:
            rows = take_apart(connection, whole)
        except duckdb.Error as error:
            raise FormatError(f"{where}: {str(error).splitlines()[0]}") from error
        differences += [f"{where}: {found}" for found in _differences(sample, rows)]
    return differences


def sample_of(definition: Definition, lines: str) -> Sample:
    """Return a sample of `lines` whose events and ledger are what the format makes of them now."""
    connection = trial_connection()
    load_lines(connection, lines.split("\n"))
    rows = take_apart(connection, definition)
    events: list[dict[str, Any]] = []
    ledger: Counter[str] = Counter()
    for row in rows:
        if row["outcome"] == "event":
            told = {
                column.name: row[column.name] for column in FORMAT_COLUMNS if row[column.name] is not None
            }
            if "ts" in told:
                told["ts"] = datetime.fromtimestamp(told["ts"] / 1_000_000, UTC).isoformat()
            events.append({"line_no": row["line_no"], **told})
        else:
            ledger[row["reason"] or row["outcome"]] += 1
    return Sample(lines, tuple(events), dict(ledger))


def _whole_format(
    definition: Definition, sample: Sample, formats: Mapping[str, Definition] | None
) -> Definition:
    """Return the format of a sample: for an envelope, that of the lines in it, within the envelope."""
    if definition.kind != "envelope":
        return definition
    if sample.inner is None:
        raise FormatError(
            f"{definition.path}: sample.inner is missing; an envelope's sample names the format in it"
        )
    known = load_formats() if formats is None else formats
    return named_format(known, sample.inner).within(definition)


def sample_lines(sample: Sample) -> list[str]:
    """Return a sample's lines, without the newline that may end the last."""
    return sample.lines.removesuffix("\n").split("\n")


def _differences(sample: Sample, rows: list[dict[str, Any]]) -> Iterator[str]:
    events = _numbered(row for row in rows if row["outcome"] == "event")
    expected = _numbered(sample.events)
    for place in sorted(expected.keys() | events.keys()):
        line_no, _ = place
        if place not in events:
            yield f"line {line_no}: expected an event, got {_fate(rows, line_no)}"
        elif place not in expected:
            yield f"line {line_no}: expected no event, got one"
        else:
            yield from _compare(expected[place], events[place])
    found = Counter(row["reason"] or row["outcome"] for row in rows if row["outcome"] != "event")
    for kind in sorted(found.keys() | sample.ledger.keys()):
        if found[kind] != sample.ledger.get(kind, 0):
            yield f"ledger.{kind}: expected {sample.ledger.get(kind, 0)}, got {found[kind]}"


def _numbered(events: Iterable[Mapping[str, Any]]) -> dict[tuple[int, int], Mapping[str, Any]]:
    """Return events by line and, where one line holds several, by their order in it."""
    seen: Counter[int] = Counter()
    found = {}
    for event in events:
        line_no = event.get("line_no", 1)
        found[line_no, seen[line_no]] = event
        seen[line_no] += 1
    return found


def _compare(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for column in FORMAT_COLUMNS:
        wanted, got = expected.get(column.name), found[column.name]
        if column.name == "ts":
            same = _microseconds(wanted) == got
            got = None if got is None else datetime.fromtimestamp(got / 1_000_000, UTC).isoformat()
        elif isinstance(got, float) and isinstance(wanted, (int, float)):
            same = abs(got - wanted) < 1e-6
        else:
            same = wanted == got
        if not same:
            yield f"line {found['line_no']}: {column.name}: expected {wanted!r}, got {got!r}"


def _microseconds(moment: Any) -> int | None:
    if moment is None:
        return None
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = moment.isoformat()
    read = moment if isinstance(moment, datetime) else _read_moment(str(moment))
    if read is None:
        return -1
    whole = read if read.tzinfo else read.replace(tzinfo=UTC)
    return round(whole.timestamp() * 1_000_000)


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _fate(rows: list[dict[str, Any]], line_no: int) -> str:
    fates = [row["reason"] or row["outcome"] for row in rows if row["line_no"] == line_no]
    return fates[0] if fates else "no such line"
