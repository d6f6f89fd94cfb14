"""A Parquet file as lines of JSON: the same file gives the same bytes, times tell their zone."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from analyzer.errors import SourceError
from analyzer.source.compression import DamagedError
from analyzer.source.open import open_source
from analyzer.source.parquet import parquet_text
from analyzer.source.stream import PipeSource

MOMENT = datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=UTC)
COLUMNS: dict[str, tuple[pa.DataType, Any, Any]] = {
    "zoned": (pa.timestamp("us", tz="Europe/Berlin"), MOMENT, "2026-11-20 08:00:00.123456+00"),
    "plain": (pa.timestamp("ms"), datetime(2026, 11, 20, 8), "2026-11-20 08:00:00"),
    "day": (pa.date32(), date(2026, 11, 20), "2026-11-20"),
    "text": (pa.string(), 'say "hi"\n中', 'say "hi"\n中'),
    "bytes": (pa.binary(), b"text", "text"),
    "label": (pa.dictionary(pa.int32(), pa.string()), "a", "a"),
    "large": (pa.int64(), 2**62, 2**62),
    "ratio": (pa.float64(), float("nan"), None),
    "price": (pa.decimal128(5, 2), Decimal("1.25"), 1.25),
    "nested": (
        pa.struct([("code", pa.string()), ("at", pa.timestamp("us", tz="UTC"))]),
        {"code": "x", "at": MOMENT},
        {"code": "x", "at": "2026-11-20 08:00:00.123456+00"},
    ),
    "list": (pa.list_(pa.int32()), [1, 2], [1, 2]),
    "tags": (pa.map_(pa.string(), pa.string()), [("k", "v")], {"k": "v"}),
    "missing": (pa.string(), None, None),
    'odd "name"': (pa.bool_(), True, True),
}


def written(table: pa.Table, **options: Any) -> bytes:
    """Return a table as a Parquet file."""
    target = io.BytesIO()
    parquet.write_table(table, target, **options)
    return target.getvalue()


def text_of(data: bytes, size: int = 1 << 16) -> bytes:
    """Read a Parquet file in pieces of a size."""
    stream = parquet_text(io.BytesIO(data))
    buffer = memoryview(bytearray(size))
    found = bytearray()
    while count := stream.readinto(buffer):
        found += buffer[:count]
    return bytes(found)


@pytest.mark.parametrize("name", COLUMNS)
def test_values(name: str) -> None:
    """Each type as JSON has it; times with a zone in UTC, what JSON cannot hold as null."""
    type_, value, expected = COLUMNS[name]
    table = pa.Table.from_arrays([pa.array([value, None], type=type_)], names=[name])
    assert [json.loads(line) for line in text_of(written(table)).splitlines()] == [
        {name: expected},
        {name: None},
    ]


def test_many_rows_in_order() -> None:
    """Rows come in their order, whatever the groups of rows and the size of what is read; twice the same."""
    table = pa.table({"number": pa.array(range(40_000), type=pa.int32())})
    expected = b"".join(b'{"number":%d}\n' % number for number in range(40_000))
    for options in ({}, {"row_group_size": 1000}, {"compression": "zstd"}):
        data = written(table, **options)
        assert text_of(data) == text_of(data, 777) == expected


def test_known_by_content(tmp_path: Path) -> None:
    """Whatever its name, from a file or a pipe; any part can be read."""
    table = pa.table({"number": pa.array(range(40_000), type=pa.int32())})
    expected = text_of(written(table))
    (tmp_path / "a.log").write_bytes(written(table))
    for source in (open_source(str(tmp_path / "a.log")), PipeSource("-", io.BytesIO(written(table)))):
        assert source.compressed
        assert source.read_at(300_000, 100) == expected[300_000:300_100]


def test_damage_is_one_line(tmp_path: Path) -> None:
    """A cut or changed file raises nothing else."""
    data, chance = written(pa.table({"a": ["some text"] * 1000, "b": list(range(1000))})), random.Random(3)
    (tmp_path / "a.parquet").write_bytes(data[:-30])
    with pytest.raises(SourceError, match=r"a\.parquet: the Parquet file cannot be read") as caught:
        open_source(str(tmp_path / "a.parquet")).head()
    assert "\n" not in str(caught.value)
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(3):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        try:
            text_of(bytes(damaged))
        except DamagedError as error:
            assert "\n" not in str(error)  # noqa: PT017 - some damage is harmless
