"""Drafting a format file from a sample of an unknown log: its fields mapped by name and by look."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.format.definition import Definition
from analyzer.format.draft_text import PARTS, patterns_for
from analyzer.format.header import SEPARATORS, folded
from analyzer.format.logfmt import pairs_of
from analyzer.format.looks import Guess, columns_of
from analyzer.format.project import check
from analyzer.format.ranking import lines_within
from analyzer.format.trial import load_lines, take_apart, trial_connection

MOST_LINES = 1000
USUAL = "ndjson"
_DEEPEST = 4
_MOST_VALUES = 200
_SAMPLES = 4
_MOST_MASKED = 20
_LONGEST = 65_536
_ENOUGH = 0.5


@dataclass(frozen=True)
class Draft:
    """A drafted format: its definition with samples, the doubts by setting, and what became of the lines.

    `events` of `lines` are requests, `untimed` of them without a time that can be read; `others` are the
    numbers of those that are none, each with the reason.
    """

    definition: Definition
    doubts: Mapping[str, str]
    lines: int
    events: int
    others: Mapping[int, str]
    envelope: str | None = None
    """The envelope in which the described lines stand."""
    untimed: int = 0


def draft(
    lines: Sequence[str],
    name: str,
    formats: Mapping[str, Definition],
    mask: Callable[[str], str],
) -> Draft | None:
    """Draft a format called `name` from lines of a log; None where nothing looks like a request.

    The names that the package's JSON format looks for are the usual ones of each column; where the lines
    stand in envelopes, what stands in them is drafted. `mask` takes the secrets out of a line that
    becomes a sample. The samples' events are what the draft makes of the masked lines.
    """
    numbered = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and len(line) <= _LONGEST
    ][:MOST_LINES]
    best: Draft | None = None
    for envelope in (None, *(one for one in formats.values() if one.kind == "envelope")):
        given = lines_within(envelope, numbered) if envelope else numbered
        if not given or (envelope and given == numbered):
            continue
        for one in _drafts(given, name, formats):
            if _worth(one) > _worth(best):
                best = with_samples(replace(one, envelope=envelope.name if envelope else None), given, mask)
    return best


def _worth(drafted: Draft | None) -> tuple[int, int]:
    """Return how many requests with a time a draft reads, and how many in all."""
    return (drafted.events - drafted.untimed, drafted.events) if drafted else (0, 0)


def _drafts(
    numbered: Sequence[tuple[int, str]], name: str, formats: Mapping[str, Definition]
) -> Iterator[Draft]:
    """Give each draft that can be made of numbered lines, without samples."""
    for kind, settings, doubts in _proposals([line for _, line in numbered], formats[USUAL].settings):
        if settings.keys() <= {"style"}:
            continue
        if kind == "logfmt" and "ts" not in settings:
            # The usual ways to write a time before the names.
            settings = {"before": formats["logfmt"].settings["before"], **settings}
        definition = Definition(
            *(name, f"{name} (drafted)", "drafted from a sample", kind, "requests", settings, ()),
            Path(f"{name}.toml"),
        )
        check(definition)
        yield _tried(definition, doubts, numbered)


def _proposals(
    lines: Sequence[str], known: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Give the kind, the settings and the doubts of each way to read the lines."""
    objects = [found for line in lines if line.lstrip("\ufeff").startswith("{") and (found := _flat(line))]
    if len(objects) >= _ENOUGH * len(lines):
        yield "json", *_settings(_columns(objects, known))
    pairs = [found for line in lines if len(found := pairs_of(line)) > 2]
    if len(pairs) >= _ENOUGH * len(lines):
        yield "logfmt", *_settings(_columns(pairs, known))
    rows = _rows(lines)
    if rows:
        settings, doubts = _settings(_columns(rows, known))
        yield "table", {"style": "csv", **settings}, doubts
    patterns = patterns_for(lines, known)
    if patterns:
        doubts = {
            column: guess.doubt for one in patterns for column, guess in one.guesses.items() if guess.doubt
        }
        yield "pattern", {"pattern": [one.pattern for one in patterns], "part": dict(PARTS)}, doubts


def _columns(found: Sequence[Mapping[str, str]], known: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    values: dict[str, list[str]] = defaultdict(list)
    for fields in found:
        for name, value in fields.items():
            if len(values[name]) < _MOST_VALUES:
                values[name].append(value)
    return columns_of(values, known)


def _settings(guesses: Mapping[str, Guess]) -> tuple[dict[str, Any], dict[str, str]]:
    settings: dict[str, Any] = {guess.column: [name] for name, guess in guesses.items()}
    return settings, {guess.column: guess.doubt for guess in guesses.values() if guess.doubt}


def _flat(line: str) -> dict[str, str]:
    """Return the fields of a JSON object, nested ones by dotted names, as texts."""
    try:
        whole = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    found: dict[str, str] = {}

    def add(value: Any, name: str, depth: int) -> None:
        if isinstance(value, dict) and depth < _DEEPEST:
            for key, inner in value.items():
                add(inner, f"{name}.{key}" if name else key, depth + 1)
        elif name and not isinstance(value, dict | list) and value is not None:
            found[name] = value if isinstance(value, str) else json.dumps(value)

    add(whole, "", 0)
    return found


def _rows(lines: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a table under its header, the first line; none where it has no such shape."""
    separator = max(SEPARATORS, key=lines[0].count) if lines else ","
    try:
        cells = list(csv.reader(lines, delimiter=separator, skipinitialspace=True)) if lines else []
    except csv.Error:
        return []
    header = cells[0] if cells else []
    whole = [row for row in cells[1:] if len(row) == len(header)]
    are_names = all(cell and not cell[:1].isdigit() for cell in header)
    if len(header) < 3 or not are_names or len({*map(folded, header)}) < len(header):
        return []
    if len(whole) < _ENOUGH * (len(cells) - 1) or not whole:
        return []
    return [dict(zip(header, row, strict=True)) for row in whole]


def _tried(definition: Definition, doubts: Mapping[str, str], numbered: Sequence[tuple[int, str]]) -> Draft:
    connection = trial_connection()
    load_lines(connection, [line for _, line in numbered])
    rows = take_apart(connection, definition)
    events = [row for row in rows if row["outcome"] == "event"]
    others = {
        numbered[row["line_no"] - 1][0]: row["reason"] or row["outcome"]
        for row in rows
        if row["outcome"] != "event"
    }
    is_full = any(row["status"] is not None and not row["failed"] for row in events)
    population = "requests" if is_full else "failures"
    untimed = sum(row["ts"] is None for row in events)
    definition = replace(definition, population=population)
    return Draft(definition, doubts, len(numbered), len(events), others, untimed=untimed)


def _without_secrets(lines: Sequence[str], mask: Callable[[str], str]) -> str:
    """Return the first line that holds no secret, else the first, masked."""
    tried = lines[:_MOST_MASKED]
    return next((line for line in tried if mask(line) == line), mask(tried[0]))


def with_samples(one: Draft, numbered: Sequence[tuple[int, str]], mask: Callable[[str], str]) -> Draft:
    """Add samples: lines of different outcomes, masked, with what the draft makes of them."""
    from analyzer.format.samples import sample_of

    connection = trial_connection()
    load_lines(connection, [line for _, line in numbered])
    alike: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in take_apart(connection, one.definition):
        if row["outcome"] in ("event", "reject"):
            build = (row["outcome"], row["reason"], row["failed"], row["status"] is None)
            alike[build].append(numbered[row["line_no"] - 1][1])
    texts = [_without_secrets(several, mask) for several in list(alike.values())[:_SAMPLES]]
    if one.definition.kind == "table":
        # Rows mean nothing without their header.
        texts = list(dict.fromkeys([mask(numbered[0][1]), *texts]))
        samples = [sample_of(one.definition, "\n".join(texts))]
    else:
        samples = [sample_of(one.definition, text) for text in texts]
    return replace(one, definition=replace(one.definition, samples=tuple(samples)))
