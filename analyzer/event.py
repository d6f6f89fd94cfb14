"""What an event is: one HTTP attempt, as a row of the store.

`COLUMNS` is the one list of an event's columns: formats fill the first part, the ingestion and the
classification fill the rest. The names are the field's standard terms.
"""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """A column of an event: its name, its DuckDB type, who fills it, and what it means."""

    name: str
    type: str
    filled_by: str
    meaning: str


COLUMNS: tuple[Column, ...] = (
    Column("source_id", "INTEGER", "ingest", "the source the line came from (view sources)"),
    Column("line_no", "BIGINT", "ingest", "line in the source, from 1"),
    Column("byte_offset", "BIGINT", "ingest", "where the line starts in the decompressed bytes"),
    Column("ts", "TIMESTAMPTZ", "format", "when the attempt was logged, UTC"),
    Column("request_id", "VARCHAR", "format", "the request's identifier"),
    Column("operation_id", "VARCHAR", "format", "the call that attempts belong to"),
    Column("attempt", "INTEGER", "format", "which attempt of the call, from 1"),
    Column("task_id", "VARCHAR", "format", "the asynchronous task asked for"),
    Column("span_id", "VARCHAR", "format", "the trace span"),
    Column("method", "VARCHAR", "format", "HTTP method"),
    Column("path", "VARCHAR", "format", "path with query, secrets masked"),
    Column("endpoint", "VARCHAR", "ingest", "path without query, identifiers replaced"),
    Column("api", "VARCHAR", "ingest", "general or model"),
    Column("model", "VARCHAR", "format", "the model asked for (gen_ai.request.model)"),
    Column("client", "VARCHAR", "format", "address of the caller"),
    Column("client_agent", "VARCHAR", "format", "the caller's user agent"),
    Column("api_key", "VARCHAR", "format", "label of the API key, never the key"),
    Column("status", "SMALLINT", "format", "HTTP status; NULL where none is known"),
    Column("duration_ms", "DOUBLE", "format", "how long the attempt took, milliseconds"),
    Column("failed", "BOOLEAN", "format", "whether the attempt failed; never NULL"),
    Column("error_code", "VARCHAR", "format", "the error code as seen"),
    Column("error_message", "VARCHAR", "format", "the error text as seen, masked, at most 8 KB"),
    Column("entry_id", "VARCHAR", "classification", "the catalogue entry; NULL where none is sure"),
    Column("match", "VARCHAR", "classification", "template, message, code or none"),
    Column("params", "VARCHAR[]", "classification", "the values found in the entry's placeholders"),
    Column("code", "VARCHAR", "classification", "the catalogue's code"),
    Column("category", "VARCHAR", "classification", "what went wrong"),
    Column("action", "VARCHAR", "classification", "what to do"),
    Column(
        "owner", "VARCHAR", "classification", "who acts: caller, account_admin, provider, several or unknown"
    ),
    Column("outer_code", "VARCHAR", "classification", "the code around the cause, where bodies are nested"),
    Column(
        "outer_status", "SMALLINT", "classification", "the status around the cause, where bodies are nested"
    ),
)

FORMAT_COLUMNS: tuple[Column, ...] = tuple(column for column in COLUMNS if column.filled_by == "format")

MAX_ERROR_TEXT = 8192
"""Longest error text that is stored, in characters; the cut is counted in `error_message_cut`."""

LEDGER = ("events", "rejects", "blank", "continuation")
"""Every line of a source is exactly one of these."""
