"""Writing an answer: table, csv, json, jsonl, markdown or parquet, to a file or standard output.

A file is written under a temporary name and renamed when it is whole, so nothing half-written stays.
Times are ISO 8601 with the offset of the connection's zone; NULL is empty in csv (an empty text is
`""`) and null in JSON.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from analyzer.errors import DeliveryError, MissingPathError, UnknownNameError, UsageError
from analyzer.query.library import near_names
from analyzer.query.records import write_csv, write_json, write_jsonl, write_parquet
from analyzer.query.rows import Rows
from analyzer.query.table import write_markdown, write_table


class Place(NamedTuple):
    """Where an answer goes: a stream of bytes, and the width of the terminal (None: it is no terminal)."""

    stream: BinaryIO
    terminal_width: int | None


WRITERS: Mapping[str, Callable[[Rows, BinaryIO, int | None], None]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_jsonl,
    "markdown": write_markdown,
    "parquet": write_parquet,
}
"""Format -> how it is written; the width given is the terminal's, None where it is no terminal."""


def find_writer(output_format: str) -> Callable[[Rows, BinaryIO, int | None], None]:
    """Return how a format is written. Raises UnknownNameError."""
    if output_format not in WRITERS:
        raise UnknownNameError(
            f"there is no output format {output_format!r}; {near_names(output_format, WRITERS)}"
        )
    return WRITERS[output_format]


def write_rows(rows: Rows, output_format: str, path: Path | None = None) -> None:
    """Write all rows to `path`, or to standard output where None.

    Raises UnknownNameError for the format, MissingPathError or DeliveryError for the file, UsageError
    for parquet on a terminal, QueryError for what DuckDB finds on the way.
    """
    writer = find_writer(output_format)
    with closing(rows):
        if path is not None:
            _write_file(rows, writer, path)
            return
        place = _standard_output()
        if output_format == "parquet" and place.terminal_width is not None:
            raise UsageError("parquet is not for a terminal; name a file with -o FILE")
        writer(rows, place.stream, place.terminal_width)
        place.stream.flush()


def _standard_output() -> Place:
    sys.stdout.flush()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return Place(sys.stdout.buffer, width)


def _write_file(rows: Rows, writer: Callable[[Rows, BinaryIO, int | None], None], path: Path) -> None:
    # The file itself is replaced, not a link to it; a device or a pipe is written to as it is.
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            part = path
        if path.is_dir() or not path.parent.is_dir():
            reason = "is a folder" if path.is_dir() else "is in a folder that is not there"
            raise MissingPathError(f"{path} {reason}; name another file with -o")
        with part.open("wb") as stream:
            writer(rows, stream, None)
        if part != path:
            part.replace(path)
    except BaseException as error:
        if part != path:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        reason = error.strerror or str(error)
        raise DeliveryError(f"{path} cannot be written: {reason}; name another file with -o") from error
