"""Answers as records for other programs: csv (RFC 4180), json, jsonl, parquet. Nothing is cut or rounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from analyzer.arrow import values
from analyzer.errors import QueryError
from analyzer.query.cells import plain, to_json
from analyzer.query.rows import Rows
from analyzer.text import visible

if TYPE_CHECKING:
    import pyarrow

_QUOTED = frozenset(',"\r\n')


def records(rows: Rows) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows as lists of tuples of Python values, a batch at a time.

    Raises QueryError for a time outside the years that a calendar has.
    """
    for batch in rows.batches():
        columns = [_values(name, column) for name, column in zip(rows.columns, batch.columns, strict=True)]
        yield list(zip(*columns, strict=True))


def _values(name: str, column: pyarrow.Array) -> list[Any]:
    try:
        return values(column)
    except (ValueError, OverflowError) as error:
        raise QueryError(
            f"column {name} holds a time outside the years 1 to 9999; cast it to VARCHAR"
        ) from error


def write_csv(rows: Rows, stream: BinaryIO, terminal_width: int | None) -> None:
    """Write comma-separated values: quoted where needed, lines ending in CR LF."""
    shown = plain if terminal_width is None else _plain_visible
    stream.write((",".join(_field(name, shown) for name in rows.columns) + "\r\n").encode())
    for batch in records(rows):
        lines = (",".join(_field(value, shown) for value in record) for record in batch)
        stream.write("".join(line + "\r\n" for line in lines).encode())


def _plain_visible(value: Any) -> str:
    return visible(plain(value))


def _field(value: Any, shown: Any) -> str:
    if value is None:
        return ""
    text: str = shown(value)
    if not text or not _QUOTED.isdisjoint(text) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def write_json(rows: Rows, stream: BinaryIO, _terminal_width: int | None) -> None:
    """Write one JSON array with an object for each row, a row a line."""
    stream.write(b"[")
    separator = "\n"
    for batch in records(rows):
        for record in batch:
            stream.write((separator + _object(rows.columns, record)).encode())
            separator = ",\n"
    stream.write(b"\n]\n" if separator == ",\n" else b"]\n")


def write_jsonl(rows: Rows, stream: BinaryIO, _terminal_width: int | None) -> None:
    """Write one JSON object a line."""
    for batch in records(rows):
        stream.write("".join(_object(rows.columns, record) + "\n" for record in batch).encode())


def _object(names: list[str], record: tuple[Any, ...]) -> str:
    return to_json(dict(zip(names, record, strict=True)))


def write_parquet(rows: Rows, stream: BinaryIO, _terminal_width: int | None) -> None:
    """Write a Parquet file. Raises QueryError for a type that Parquet has not."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetWriter(stream, rows.schema) as writer:
            for batch in rows.batches():
                writer.write_batch(batch)
    except (pyarrow.ArrowNotImplementedError, pyarrow.ArrowInvalid) as error:
        raise QueryError(f"Parquet cannot hold a column: {error}; cast it to VARCHAR") from error
