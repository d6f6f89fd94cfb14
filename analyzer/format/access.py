"""Access logs of web servers: fields in a fixed order, some of them quoted.

The common and the combined format of Apache and nginx are read, with or without a virtual host in
front, and whatever fields stand behind: a request time in seconds, the upstream's error body
(escaped as the server does it, or not) or its error code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.resources import statement

_TIME = re.compile(r"\[\s*\d{1,4}[-/]")


def check_settings(definition: Definition) -> None:
    """Refuse settings: this kind has none. Raises FormatError naming file and key."""
    for key in definition.settings:
        raise FormatError(
            f"{definition.path}: settings.{key} is unknown; formats of the kind access have no settings"
        )


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    return any('"' in line and _TIME.search(line) and not line.startswith("{") for line in lines)


def absent_columns(definition: Definition, hints: Hints) -> tuple[str, ...]:
    """Return the columns that such lines never have."""
    return (
        *("request_id", "operation_id", "attempt", "task_id", "span_id", "model", "api_key"),
        *("error", "error_message", "flat_code", "state", "text", "mistimed"),
    )


def fields_of_access(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns."""
    fields = statement("format", "access.sql")
    if not hints.enveloped:
        return fields
    return f"SELECT * REPLACE (coalesce(ts, moment) AS ts) FROM ({fields})"  # noqa: S608 - our own statement
