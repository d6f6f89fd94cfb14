"""OTLP's JSON, logs and spans: lines that hold many records each, as exporters and collectors write them.

A record that is a request becomes a flat JSON object, one row each with the number of its line, and is
read as `json` is. The names that settings look for are those of its attributes, and these of its own:
`otlp.ts` (a span's start), `otlp.ended`, `otlp.trace`, `otlp.span`, `otlp.state` (`error` where a span's
status is one), `otlp.message` (of its exception or status), `otlp.model` (its own or that of the call
above it), `otlp.code` and `otlp.body`; where the body is a line of an access log also `otlp.request`,
`otlp.status`, `otlp.client`, `otlp.agent` and `otlp.answer`.

Which records are requests, `otlp.sql` says. A line is one line of the ledger: an event where any of its
records is one (so a source may have more events than lines), else one reject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.json_lines import fields_of_objects
from analyzer.format.named import check_names
from analyzer.resources import statement

_MARKS = ('"resourceLogs"', '"resourceSpans"', '"resource_logs"', '"resource_spans"')


def check_settings(definition: Definition) -> None:
    """Refuse settings that are no lists of field names. Raises FormatError naming file and key."""
    check_names(definition)


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an export."""
    return any(mark in line for line in lines for mark in _MARKS)


def fields_of_otlp(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the records in `lines`; see `fields.sql` for its columns."""
    relation = f"({statement('format', 'otlp.sql')})"
    damaged = "CASE WHEN record IS NULL THEN 'not_a_request' ELSE 'invalid_json' END"
    return fields_of_objects(definition, relation, "record", replace(hints, keys=None, tested=True), damaged)
