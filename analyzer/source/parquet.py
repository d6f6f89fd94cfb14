"""A Parquet file as a log: one JSON object a row, its columns by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import IO, Any

from analyzer.resources import statement
from analyzer.source.compression import DamagedError
from analyzer.source.texts import TextReader

MAGIC = b"PAR1"

_ROWS = 16_384
_BUFFER_BYTES = 1024 * 1024


def parquet_text(file: IO[bytes]) -> TextReader:
    """Return the rows of a Parquet file as lines of JSON, read forward; the same file gives the same bytes.

    Columns keep their names and order, nested ones are objects and lists, NULL is null. Times with a
    zone are written in UTC (`2026-11-20 08:00:00.5+00`), those without one as they stand. Raises
    DamagedError for what is no whole Parquet file.
    """
    return TextReader(_texts(file))


def _texts(file: IO[bytes]) -> Iterator[memoryview]:
    """Give the lines a few thousand rows at a time."""
    import duckdb
    import pyarrow as pa
    from pyarrow import parquet

    with closing(duckdb.connect(config={"threads": 1})) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows_as_lines = statement("source", "rows_as_lines.sql")
        try:
            reader = parquet.ParquetFile(file, buffer_size=_BUFFER_BYTES, pre_buffer=False)
            for batch in reader.iter_batches(_ROWS, use_threads=False):
                connection.register("rows_of_file", _plain(batch))
                lines = connection.sql(rows_as_lines).to_arrow_table().column(0)
                yield from (_text_of(chunk) for chunk in lines.chunks if len(chunk))
        except (pa.ArrowException, duckdb.Error, OSError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise DamagedError(f"the Parquet file cannot be read ({reason})") from error


def _plain(batch: Any) -> Any:
    """Return a batch in which bytes that are text are text, and numbers that JSON cannot hold are NULL."""
    import pyarrow as pa
    from pyarrow import compute

    columns = []
    for column in batch.columns:
        if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
            with suppress(pa.ArrowInvalid):
                column = column.cast(pa.large_string())
        elif pa.types.is_floating(column.type):
            column = compute.if_else(compute.is_finite(column), column, pa.nulls(len(column), column.type))
        columns.append(column)
    return pa.Table.from_arrays(columns, names=batch.schema.names)


def _text_of(lines: Any) -> memoryview:
    """Return the text of an Arrow string array, whose lines lie one behind the other."""
    wide = lines.cast("large_string")
    offsets = memoryview(wide.buffers()[1]).cast("q")
    start, end = offsets[wide.offset], offsets[wide.offset + len(wide)]
    return memoryview(wide.buffers()[2]).cast("B")[start:end]
