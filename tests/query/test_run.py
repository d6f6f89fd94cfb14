"""Queries are run with typed parameters; one's own SQL reads, and can do nothing else."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from analyzer.errors import (
    AnalyzerError,
    QueryError,
    QueryFileError,
    RangeError,
    UnknownNameError,
    UsageError,
)
from analyzer.query.header import read_query
from analyzer.query.library import load_queries
from analyzer.query.request import Request, question
from analyzer.query.run import ask, check, run, run_sql
from analyzer.query.span import empty_range_note
from analyzer.store.open import open_reader, open_writer

QUERIES = load_queries()
BASE = "-- title: T\n-- title.zh: 题\n-- answers: A\n"


def test_text_is_read_as_the_parameters_type(reader: duckdb.DuckDBPyConnection) -> None:
    """A time without a zone is in the connection's, and the answer carries that zone."""
    row = (
        run(reader, QUERIES["overview"], {"since": "2026-05-01T10:00", "until": "NULL"})
        .table()
        .to_pylist()[0]
    )
    assert (row["events"], row["failures"]) == (2, 1)
    assert row["first_ts"].isoformat() == "2026-05-01T10:00:00+08:00"


def test_values_of_their_type_are_taken_as_they_are(reader: duckdb.DuckDBPyConnection) -> None:
    """From Python, moments, numbers and None can be given without writing them as text."""
    moment = datetime(2026, 5, 1, 3, tzinfo=UTC)
    rows = run(reader, QUERIES["slowest"], {"since": moment, "limit": 1, "until": None}).table()
    assert rows.num_rows == 0
    assert run(reader, QUERIES["overview"], {"since": moment}).frame().failures[0] == 1


@pytest.mark.parametrize(
    ("name", "values", "error", "said"),
    [
        ("errors_by_code", {"limits": "1"}, UnknownNameError, "did you mean limit?"),
        ("stored_span", {"x": "1"}, UnknownNameError, "there are since, until"),
        (
            "errors_by_code",
            {"limit": "many"},
            UsageError,
            "parameter limit cannot be 'many'; give a whole number",
        ),
        ("errors_by_code", {"limit": "9" * 30}, UsageError, "give a whole number"),
        ("errors_by_code", {"limit": [1]}, UsageError, "give a whole number"),
        ("errors_by_code", {"since": "soon"}, RangeError, "'soon' is no time"),
        ("errors_by_remedy", {"language": "fr"}, UsageError, "language cannot be 'fr'; there are en, zh"),
        ("errors_over_time", {"bucket": "hours"}, UsageError, "did you mean hour?"),
        ("errors_over_time", {"time_zone": "Mars"}, QueryError, "Mars"),
        ("errors_by_code", {"limit": "-1"}, UsageError, "parameter limit cannot be '-1'"),
    ],
)
def test_a_wrong_parameter_gets_one_line(
    reader: duckdb.DuckDBPyConnection,
    name: str,
    values: dict[str, object],
    error: type[AnalyzerError],
    said: str,
) -> None:
    """Unknown names get the near ones, unreadable values what can be given."""
    with pytest.raises(error) as refusal:
        run(reader, QUERIES[name], values).table()
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT statu FROM events", 'line 1, column 8: Binder Error: Referenced column "statu" not found'),
        ("SELECT 1,\n  nope\nFROM events", "line 2, column 3: Binder Error"),
        ("SELECT '中文', nope FROM events", "line 1, column 14: Binder Error"),
        ("SELECT " + "1, " * 200 + "nope FROM events", "line 1, column 608: Binder Error"),
        ("SELEC 1", 'line 1, column 1: Parser Error: syntax error at or near "SELEC"; correct the SQL'),
        ("SELECT * FROM event", "the views are events, duplicates, sources"),
        ("SELECT 'x'::INTEGER", "line 1, column 11: Conversion Error"),
        ("SELECT error('boom') FROM events", "Invalid Input Error: boom"),
        ("", "there is no SQL to run"),
        ("-- only a remark", "there is no SQL to run"),
        ("SELECT 1; SELECT 2", "there are 2 statements; run them one by one"),
        ("PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)", "PIVOT without IN (...) is not a query"),
    ],
)
def test_a_mistake_gets_duckdbs_message_and_its_place(
    reader: duckdb.DuckDBPyConnection, sql: str, said: str
) -> None:
    """Line and column are those of the SQL as written, and the message is one line."""
    with pytest.raises(QueryError) as refusal:
        run_sql(reader, sql).table()
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_mistake_found_half_way_is_told_the_same_way(reader: duckdb.DuckDBPyConnection) -> None:
    """A value far down that cannot be converted gets DuckDB's message too."""
    sql = "SELECT CASE WHEN n = 900000 THEN 'x' ELSE '1' END::INTEGER AS v FROM range(1000000) AS t(n)"
    with pytest.raises(QueryError, match="line 1, column 50: Conversion Error: Could not convert string 'x'"):
        run_sql(reader, sql).table()


HOSTILE = [
    "INSERT INTO stored.reject VALUES (1, 1, 1, 'x', 'x')",
    "DELETE FROM events",
    "UPDATE stored.event SET failed = false",
    "DROP VIEW events",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE OR REPLACE VIEW events AS SELECT 1",
    "CREATE MACRO mine() AS 1",
    "ALTER TABLE stored.event ADD COLUMN x INTEGER",
    "WITH x AS (INSERT INTO stored.reject VALUES (1, 1, 1, 'x', 'x') RETURNING *) SELECT * FROM x",
    "EXPLAIN ANALYZE INSERT INTO stored.reject VALUES (1, 1, 1, 'x', 'x')",
    "EXPLAIN ANALYZE COPY events TO 'taken.csv'",
    "COPY events TO 'taken.csv'",
    "COPY stored.reject FROM 'secret.csv'",
    "EXPORT DATABASE 'taken'",
    "IMPORT DATABASE 'taken'",
    "ATTACH 'other.duckdb'",
    "DETACH store",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET VARIABLE x = 1",
    "RESET threads",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "CALL enable_logging(storage = 'file', storage_path = 'logs')",
    "SELECT * FROM enable_logging(storage = 'file', storage_path = 'logs')",
    "SELECT * FROM enable_profiling()",
    "CHECKPOINT",
    "SELECT * FROM force_checkpoint()",
    "VACUUM",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "SELECT 1; DROP VIEW events",
    "SELECT nextval('stored.run_number')",
    "SELECT * FROM read_csv('secret.csv')",
    "SELECT * FROM read_csv('https://example.invalid/x.csv')",
    "SELECT * FROM read_text('secret.csv')",
    "SELECT * FROM read_blob('secret.csv')",
    "SELECT * FROM read_json('secret.csv')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "SELECT * FROM sniff_csv('secret.csv')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM 'secret.csv'",
    "SELECT * FROM sqlite_scan('secret.db', 't')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT getenv('HOME')",
    "SELECT * FROM query('SELECT * FROM read_text(''secret.csv'')')",
    "SELECT * FROM query('DROP VIEW events')",
    "FROM secret",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_sql_can_only_read_the_store(
    database: Path,
    reader: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sql: str,
) -> None:
    """It changes nothing, opens no file or address, and is refused in one line."""
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    secret = duckdb.sql("SELECT 'a variable of this process'")
    before = fingerprint(database)
    with pytest.raises(QueryError) as refusal:
        run_sql(reader, sql).table()
    assert "\n" not in str(refusal.value)
    assert "; " in str(refusal.value)
    assert names(tmp_path) == ["secret.csv"]
    assert fingerprint(database) == before
    assert run_sql(reader, "SELECT count(*) AS n FROM events").table().to_pylist() == [{"n": 3}]
    assert secret is not None


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fingerprint(database: Path) -> tuple[str, list[str]]:
    return hashlib.sha256(database.read_bytes()).hexdigest(), names(database.parent)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "FROM events LIMIT 1",
        "WITH one AS (SELECT 1) SELECT * FROM one;",
        "VALUES (1)",
        "TABLE sources",
        "DESCRIBE events",
        "SUMMARIZE sources",
        "SHOW TABLES",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "PIVOT (SELECT 1 AS a, 2 AS b) ON a IN (1) USING sum(b)",
    ],
)
def test_reading_statements_run(reader: duckdb.DuckDBPyConnection, sql: str) -> None:
    """What reads is run, however it is written."""
    assert run_sql(reader, sql).table().num_rows >= 1


def test_ones_own_sql_takes_parameters(reader: duckdb.DuckDBPyConnection) -> None:
    """Its $names are filled by --param, --since and --until; one without a value, or too many, is said."""
    sql = "SELECT count(*) AS n FROM events WHERE ts >= $since AND error_code = $code"
    request = Request(sql=sql, values={"code": "E1"}, since="2026-05-01", time_zone="Asia/Shanghai")
    assert ask(reader, question(request, QUERIES)).table().to_pylist() == [{"n": 1}]
    with pytest.raises(
        UnknownNameError, match=r"the SQL's \$code has no value; give it with --param code=VALUE"
    ):
        run_sql(reader, sql, {"since": datetime.now(UTC)})
    with pytest.raises(UnknownNameError, match=r"the SQL has no \$since"):
        run_sql(reader, "SELECT 1", {"since": None})


def test_columns_of_one_name_are_told_apart(reader: duckdb.DuckDBPyConnection) -> None:
    """The second column of a name gets a number, so that no format loses it."""
    rows = run_sql(reader, "SELECT 1 AS a, 2 AS a, 3 AS a_1")
    assert rows.columns == ["a", "a_1", "a_1_1"]
    assert rows.table().to_pylist() == [{"a": 1, "a_1": 2, "a_1_1": 3}]


def test_types_that_arrow_has_not_come_as_text(reader: duckdb.DuckDBPyConnection) -> None:
    """Bits, big numbers and times with a zone are shown as DuckDB writes them."""
    rows = run_sql(
        reader, "SELECT '101'::BIT AS bits, 12::BIGNUM AS big, '01:02:03+02'::TIMETZ AS clock, 1 AS n"
    )
    assert rows.table().to_pylist() == [{"bits": "101", "big": "12", "clock": "01:02:03+02", "n": 1}]


def test_an_answer_that_was_not_read_lets_the_store_be_opened_again(database: Path) -> None:
    """Neither a query that was never run nor one that failed half-way keeps the file."""
    sql = "SELECT CASE WHEN n = 900000 THEN 'x' ELSE '1' END::INTEGER AS v FROM range(1000000) AS t(n)"
    with closing(open_reader(database)) as connection:
        unread = run(connection, QUERIES["overview"], {})
    with closing(open_reader(database)) as connection, pytest.raises(QueryError) as refusal:
        run_sql(connection, sql).table()
    with closing(open_reader(database)) as connection:
        assert run(connection, QUERIES["overview"], {}).table().num_rows == 1
    assert unread.columns
    assert refusal.value


def test_a_long_query_can_be_stopped(reader: duckdb.DuckDBPyConnection) -> None:
    """Ctrl-C stops a running query at once, as a KeyboardInterrupt that the command line knows."""
    # Tests started in the background hear no Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    sql = "SELECT sum(a.n * b.n % 7) FROM range(3000000) AS a(n), range(300000) AS b(n)"

    def press() -> None:
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            run_sql(reader, sql).table()
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-- returns a INTEGER: a\n\nSELECT $x AS a", "param x: it is used and not declared"),
        (
            "-- param x BIGINT = 1: x\n-- returns a INTEGER: a\n\nSELECT 1 AS a",
            "param x: it is declared and not used",
        ),
        ("-- returns b INTEGER: b\n\nSELECT 1 AS a", "returns b INTEGER: column 1 is a INTEGER"),
        ("-- returns a BIGINT: a\n\nSELECT 1 AS a", "returns a BIGINT: column 1 is a INTEGER"),
        ("-- returns a INTEGER: a\n\nSELECT 1 AS a, 2 AS b", "1 columns are declared, the SQL has 2"),
        (
            "-- returns n BIGINT: n\n\nSELECT count(*) AS n FROM stored.event",
            "it reads a table; read the views",
        ),
    ],
)
def test_papers_that_do_not_fit_the_sql_are_refused(
    reader: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, said: str
) -> None:
    """A check tells which parameter or column of the head is wrong."""
    path = tmp_path / "wrong.sql"
    path.write_text(BASE + text, encoding="utf-8")
    with pytest.raises(QueryFileError, match=path.name) as refusal:
        check(reader, read_query(path))
    assert said in str(refusal.value)


def test_an_empty_range_names_the_stored_span(reader: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A range without events is told with what there is; one with events is not."""
    asked = question(Request(name="overview", since="2027-01-01", time_zone="Asia/Shanghai"), QUERIES)
    assert empty_range_note(reader, QUERIES, asked.range) == (
        "no events since 2027-01-01T00:00:00+08:00; "
        "the store holds 2026-05-01T09:00:00+08:00 to 2026-05-01T11:00:00+08:00"
    )
    inside = question(Request(name="overview", since="2026-05-01"), QUERIES)
    assert empty_range_note(reader, QUERIES, inside.range) is None
    path = tmp_path / "empty.duckdb"
    open_writer(path, create=True).close()
    with closing(open_reader(path)) as connection:
        assert "the store is empty" in str(empty_range_note(connection, QUERIES, inside.range))


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (Request(), "give one of NAME, --sql and --file"),
        (Request(name="overview", sql="SELECT 1"), "give one of NAME, --sql and --file"),
        (
            Request(name="overview", since="1d", values={"since": "1d"}),
            "--param since and --since say the same",
        ),
        (Request(name="overview", file=Path("gone.sql")), "give one of"),
        (Request(file=Path("gone.sql")), "there is no file gone.sql"),
        (
            Request(name="overview", values={"since": "2026-05-02", "until": "2026-05-01"}),
            "ends before it starts",
        ),
    ],
)
def test_a_call_that_contradicts_itself_is_refused(request_: Request, said: str) -> None:
    """One query, one file that is there, and one range that can be."""
    with pytest.raises(UsageError) as refusal:
        question(request_, QUERIES)
    assert said in str(refusal.value)
