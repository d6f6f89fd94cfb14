"""The one place where text becomes SQL: everything composed goes through here."""

from __future__ import annotations

from collections.abc import Iterable


def quote_text(value: str) -> str:
    """Return `value` as a SQL text literal. NUL, which SQL text cannot hold, becomes chr(0)."""
    quoted = "'" + value.replace("'", "''") + "'"
    return quoted if "\x00" not in value else "(" + quoted.replace("\x00", "' || chr(0) || '") + ")"


def quote_name(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_list(values: Iterable[str]) -> str:
    """Return `values` as a SQL list of text literals."""
    return "[" + ", ".join(quote_text(value) for value in values) + "]"
