"""What comes out, byte for byte: one hard answer in each format (tests/golden/query)."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest

from analyzer.errors import AnalyzerError, DeliveryError, MissingPathError, QueryError, UnknownNameError
from analyzer.query.cells import display_width, short, shortened
from analyzer.query.output import WRITERS, find_writer, write_rows
from analyzer.query.run import run_sql
from analyzer.query.table import fitted, write_table
from analyzer.text import visible

GOLDEN = Path(__file__).parent.parent / "golden" / "query"
EXTENSIONS = {"table": "txt", "csv": "csv", "json": "json", "jsonl": "jsonl", "markdown": "md"}
HARD = r"""
SELECT
    n, replace(text, '@', chr(8238)) AS text, "double", "decimal"::DECIMAL(9, 3) AS "decimal",
    "when", truth, list
FROM (VALUES
    (1, 'plain', 0.5, 1.25, TIMESTAMPTZ '2026-05-01 00:00:00+00', true, ['a', NULL]),
    (2, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, '', 0, 0, TIMESTAMPTZ '2026-05-01 00:00:00.000001+00', false, []),
    (4, 'say "hi", he said', 'nan'::DOUBLE, -3, TIMESTAMPTZ '1969-12-31 23:59:59.5+00', true, ['"', ',']),
    (5, E'two\nlines\r\nand\ta tab', 'inf'::DOUBLE, 1e5, NULL, true, [E'\n']),
    (6, 'a | pipe, a `tick`, *stars*, _under_ and snake_case \', 1e-9, 1, NULL, true, ['|']),
    (7, '请求量超过QPS限制。', 123456789.125, 1, NULL, true, ['中文']),
    (8, E'\x1b[31mred\x1b[0m \x07 @evil', 1e300, 1, NULL, true, [E'\x1b']),
    (9, '<script>alert("x")</script> & <b>', -0.000123456, 1, NULL, true, ['<b>']),
    (10, '=1+1', 1, 1, NULL, true, ['=1+1']),
    (11, ' spaces ', 2.50, 1, NULL, true, [' ']),
    (12, '![x](http://example.invalid/a.png)', 3, 1, NULL, true, ['\'])
) AS hard(n, text, "double", "decimal", "when", truth, list)
ORDER BY n
"""
TYPES = """
SELECT DATE '2026-05-01' AS day, TIME '08:30:00' AS clock, TIMESTAMP '2026-05-01 08:30:00' AS plain,
    INTERVAL 3 DAY AS span, 'x'::BLOB AS bytes, {'a': 1, 'b': [TRUE]} AS struct, MAP {'k': 'v'} AS map,
    170141183460469231731687303715884105727::HUGEINT AS huge, 'b'::ENUM ('a', 'b') AS word,
    0.1::DECIMAL(3, 2) AS tenth, 12345678901234567890.123::DECIMAL(38, 3) AS long
"""


def written(reader: duckdb.DuckDBPyConnection, sql: str, output_format: str) -> str:
    stream = io.BytesIO()
    WRITERS[output_format](run_sql(reader, sql), stream, None)
    return stream.getvalue().decode()


@pytest.mark.parametrize("output_format", EXTENSIONS)
def test_the_hard_answer_is_written_as_it_was_agreed(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path, output_format: str
) -> None:
    """NULL, quotes, line ends, pipes, Chinese, escapes, scripts, formulas and times, in bytes."""
    name = f"hard.{EXTENSIONS[output_format]}"
    write_rows(run_sql(reader, HARD), output_format, tmp_path / name)
    assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()


def test_parquet_holds_the_answer_itself(reader: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """What is read back from the file is the answer, types and zone included."""
    write_rows(run_sql(reader, HARD), "parquet", tmp_path / "hard.parquet")
    found = pyarrow.parquet.read_table(tmp_path / "hard.parquet")
    expected = run_sql(reader, HARD).table()
    assert found.schema.equals(expected.schema)
    assert str(found.to_pylist()) == str(expected.to_pylist())
    assert found.schema.field("when").type.tz == "Asia/Shanghai"


def test_json_is_json(reader: duckdb.DuckDBPyConnection) -> None:
    """An array of objects, also when it is empty; NaN and infinities, which JSON has not, are null."""
    rows = json.loads(written(reader, HARD, "json"))
    assert [row["n"] for row in rows] == list(range(1, 13))
    assert rows[3]["double"] is None
    assert rows == [json.loads(line) for line in written(reader, HARD, "jsonl").splitlines()]
    assert json.loads(written(reader, "SELECT 1 AS n WHERE false", "json")) == []
    assert written(reader, "SELECT 1 AS n WHERE false", "jsonl") == ""


def test_every_type_has_its_text(reader: duckdb.DuckDBPyConnection) -> None:
    """Days, spans, bytes, structures, maps and numbers of any length lose nothing."""
    assert json.loads(written(reader, TYPES, "jsonl")) == {
        **{"day": "2026-05-01", "clock": "08:30:00", "plain": "2026-05-01T08:30:00", "span": "P0M3DT0S"},
        **{"bytes": "0x78", "struct": {"a": 1, "b": [True]}, "map": [["k", "v"]]},
        **{"huge": 170141183460469231731687303715884105727, "word": "b", "tenth": 0.1},
        "long": "12345678901234567890.123",
    }
    assert "12345678901234567890.123" in written(reader, TYPES, "csv")


def test_an_answer_without_rows_still_has_its_names(reader: duckdb.DuckDBPyConnection) -> None:
    """The names of the columns are written where the format has a place for them."""
    nothing = "SELECT 1 AS one, 'x' AS two WHERE false"
    assert written(reader, nothing, "csv") == "one,two\r\n"
    assert written(reader, nothing, "table") == "one  two\n---  ---\n"
    assert written(reader, nothing, "markdown") == "| one | two |\n| --: | --- |\n"


@pytest.mark.parametrize("output_format", WRITERS)
def test_any_number_of_rows_comes_out(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path, output_format: str
) -> None:
    """More rows than a batch holds are all written."""
    path = tmp_path / "many"
    write_rows(run_sql(reader, "SELECT n FROM range(120000) AS numbers(n)"), output_format, path)
    assert b"119999" in path.read_bytes() or output_format == "parquet"


@pytest.mark.parametrize("output_format", WRITERS)
def test_nothing_half_written_is_left(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path, output_format: str
) -> None:
    """When DuckDB fails half-way, the file that was there before is as it was, and there is no other."""
    path = tmp_path / "kept"
    path.write_text("before", encoding="utf-8")
    sql = "SELECT CASE WHEN n = 900000 THEN 'x' ELSE '1' END::INTEGER AS v FROM range(1000000) AS t(n)"
    with pytest.raises(QueryError):
        write_rows(run_sql(reader, sql), output_format, path)
    assert path.read_text(encoding="utf-8") == "before"
    assert [found.name for found in tmp_path.iterdir()] == ["kept"]


def test_a_link_leads_to_its_file_and_a_pipe_stays_one(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Only a file is replaced: a link goes on pointing to it, and a pipe is written to."""
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    leader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link", "pipe"):
        write_rows(run_sql(reader, "SELECT 1 AS n"), "csv", tmp_path / name)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == os.read(leader, 100) == b"n\r\n1\r\n"
    assert sorted(found.name for found in tmp_path.iterdir()) == ["file", "link", "pipe"]
    os.close(leader)


@pytest.mark.parametrize(
    ("place", "error", "said"),
    [
        ("gone/out.csv", MissingPathError, "is in a folder that is not there"),
        (".", MissingPathError, "is a folder"),
        ("x" * 300, DeliveryError, "cannot be written"),
    ],
)
def test_a_place_that_cannot_be_written_gets_one_line(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path, place: str, error: type[AnalyzerError], said: str
) -> None:
    """The refusal names the place and the way out."""
    with pytest.raises(error, match=said):
        write_rows(run_sql(reader, "SELECT 1"), "csv", tmp_path / place)


def test_an_unknown_format_gets_the_near_one() -> None:
    """A slip of the fingers gets the format that was meant."""
    with pytest.raises(UnknownNameError, match="did you mean json or jsonl"):
        find_writer("jsn")


def test_times_that_no_calendar_has_are_told(reader: duckdb.DuckDBPyConnection) -> None:
    """Infinity is a time for DuckDB and for no format; the message says what to do."""
    with pytest.raises(QueryError, match="cast it to VARCHAR"):
        written(reader, "SELECT 'infinity'::TIMESTAMPTZ AS ever", "csv")


def test_what_a_terminal_would_obey_is_shown() -> None:
    """Escapes, bells and marks that turn the writing round are written out."""
    assert visible("\x1b[2J\x07\u202e\x9b\n\u2028é中") == "\\x1b[2J\\x07\\u202e\\x9b\\n\\u2028é中"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.012345678, "0.01235"),
        (1234.5678, "1234.568"),
        (100.0, "100"),
        (1e-9, "1e-09"),
        (None, ""),
    ],
)
def test_numbers_in_a_table_are_short(value: float | None, text: str) -> None:
    """As many digits as a person reads."""
    assert short(value) == text


def test_wide_characters_are_counted_as_two_cells() -> None:
    """A cut falls between characters and leaves room for the mark."""
    assert display_width("中a") == 3
    assert shortened("中文字", 4) == "中…"
    assert shortened("中文", 4) == "中文"


def test_widths_are_cut_from_the_widest() -> None:
    """Narrow columns stay as they are, and no column becomes narrower than it may."""
    assert fitted([5, 50, 30], [5, 8, 8], 45) == [5, 20, 20]
    assert fitted([5, 50, 30], [5, 8, 8], 1) == [5, 8, 8]
    assert fitted([5, 5], [5, 5], 80) == [5, 5]


def test_on_a_terminal_a_table_fits_and_numbers_are_whole(reader: duckdb.DuckDBPyConnection) -> None:
    """No line is longer than the terminal, and no digit is cut off; one wide row stands upright."""
    sql = "SELECT 12345678901234 AS number, repeat('长', 100) AS text FROM range({})"
    for rows in (1, 2):
        stream = io.BytesIO()
        write_table(run_sql(reader, sql.format(rows)), stream, 40)
        lines = stream.getvalue().decode().splitlines()
        assert max(map(display_width, lines)) <= 40
        assert sum("12345678901234" in line for line in lines) == rows


@pytest.mark.parametrize(
    ("output_format", "shown"),
    [
        ("parquet", "analyzer: parquet is not for a terminal; name a file with -o FILE"),
        ("csv", "red\r\r\n\\x1b[31m"),
        ("table", "red\r\n--------\r\n\\x1b[31m"),
    ],
)
def test_a_terminal_is_not_given_what_it_would_obey(database: Path, output_format: str, shown: str) -> None:
    """Parquet is refused with what to do instead; escapes are shown, in csv too."""
    leader, follower = pty.openpty()
    sql = "SELECT chr(27) || '[31m' AS red"
    command = [
        sys.executable,
        "-m",
        "analyzer",
        "query",
        "--db",
        database,
        "--sql",
        sql,
        "--format",
        output_format,
    ]
    subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, check=False, timeout=60
    )
    os.close(follower)
    assert os.read(leader, 10_000).decode().strip() == shown
    os.close(leader)
