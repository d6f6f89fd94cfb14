"""Opening the store: what is no store, or not this version's, is refused and left as it is."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from analyzer import event
from analyzer.errors import (
    AnalyzerError,
    ForeignDatabaseError,
    LockedError,
    MissingDatabaseError,
    NewerDatabaseError,
    StoreError,
)
from analyzer.store.migrate import migration_files
from analyzer.store.open import open_reader, open_writer

OPENERS: list[Callable[..., duckdb.DuckDBPyConnection]] = [open_writer, open_reader]


def fingerprint(path: Path) -> tuple[str, list[str]]:
    """Return a hash of a file, and the names beside it."""
    return hashlib.sha256(path.read_bytes()).hexdigest(), sorted(
        other.name for other in path.parent.iterdir()
    )


def refused(path: Path, opener: Callable[..., duckdb.DuckDBPyConnection], kind: type[AnalyzerError]) -> str:
    """Open a file that must be refused with one line, and check that nothing in it has changed."""
    before = fingerprint(path)
    with pytest.raises(kind) as caught:
        opener(path, 0.0)
    assert fingerprint(path) == before
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A new store."""
    path = tmp_path / "store.duckdb"
    open_writer(path, create=True).close()
    return path


def change(path: Path, *statements: str) -> None:
    """Change a database from outside."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("opener", OPENERS)
def test_another_programs_database(tmp_path: Path, opener: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """A foreign DuckDB file is named as such, and not touched."""
    path = tmp_path / "foreign.duckdb"
    change(path, "CREATE TABLE t (a INTEGER)", "INSERT INTO t VALUES (1)")
    assert "--db" in refused(path, opener, ForeignDatabaseError)


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("name", ["notes.txt", "clock.txt"])
def test_a_file_that_is_no_database(
    tmp_path: Path, opener: Callable[..., duckdb.DuckDBPyConnection], name: str
) -> None:
    """A text file is refused at once, whatever its name."""
    path = tmp_path / name
    path.write_text("these are notes, many of them\n" * 1000)
    assert "not an analyzer database" in refused(path, opener, ForeignDatabaseError)


@pytest.mark.parametrize("opener", OPENERS)
def test_a_store_of_a_newer_version(store: Path, opener: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """A migration that this version does not have means: upgrade."""
    change(store, "INSERT INTO main.analyzer_migration VALUES (9999, '9999_later', 'x', now())")
    assert "upgrade" in refused(store, opener, NewerDatabaseError)


@pytest.mark.parametrize("opener", OPENERS)
def test_a_store_with_an_altered_migration(
    store: Path, opener: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    """A migration that is not the one applied is refused."""
    change(store, "UPDATE main.analyzer_migration SET hash = 'other' WHERE number = 1")
    assert migration_files()[0].stem in refused(store, opener, StoreError)


@pytest.mark.parametrize("opener", OPENERS)
def test_no_database(tmp_path: Path, opener: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """A missing one is named with the command that makes it, and not made."""
    path = tmp_path / "no" / "store.duckdb"
    with pytest.raises(MissingDatabaseError, match="analyzer ingest"):
        opener(path, 0.0)
    assert not path.parent.exists()


@pytest.mark.parametrize("opener", OPENERS)
def test_a_folder_is_no_database(tmp_path: Path, opener: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """A folder is refused with one line."""
    with pytest.raises(StoreError) as caught:
        opener(tmp_path, 0.0)
    assert "\n" not in str(caught.value)


def test_a_new_store_holds_what_an_event_is(store: Path) -> None:
    """The view of events has the columns of event.COLUMNS, in order and type, and the cut's length."""
    with closing(open_reader(store)) as connection:
        described = connection.execute("SELECT column_name, column_type FROM (DESCRIBE events)").fetchall()
        tables = dict(
            connection.execute(
                "SELECT table_name, count(*) FROM duckdb_columns() WHERE schema_name = 'stored' GROUP BY 1"
            ).fetchall()
        )
    types = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}
    expected = [(column.name, types.get(column.type, column.type)) for column in event.COLUMNS]
    assert [column for column in described if column[0] != "error_message_cut"] == expected
    assert tables["event"] == len(expected) + 1


def test_opening_again_changes_nothing(store: Path) -> None:
    """A store of this version is left as it is by opening and closing."""
    before = store.read_bytes()
    for opener in OPENERS:
        opener(store).close()
    assert store.read_bytes() == before


def test_a_failed_migration_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing: a file that could not be made a store is taken away again."""
    broken = tmp_path / "0099_broken.sql"
    broken.write_text("CREATE TABLE stored.more (a INTEGER); SELECT * FROM nowhere;")
    files = [*migration_files(), broken]
    monkeypatch.setattr("analyzer.store.migrate.migration_files", lambda: files)
    path = tmp_path / "store.duckdb"
    with pytest.raises(duckdb.Error):
        open_writer(path, create=True)
    assert not path.exists()


def test_a_store_of_an_older_version(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader asks for one ingestion, a writer adds what is missing, in the order of the numbers."""
    later = tmp_path / "0099_later.sql"
    later.write_text("CREATE TABLE stored.later (a INTEGER);")
    files = [*migration_files(), later]
    for place in ("migrate", "open"):
        monkeypatch.setattr(f"analyzer.store.{place}.migration_files", lambda: files)
    with pytest.raises(StoreError, match="older analyzer"):
        open_reader(store)
    with closing(open_writer(store)) as connection:
        applied = connection.execute("SELECT number FROM main.analyzer_migration ORDER BY 1").fetchall()
    assert applied == [(int(file.stem.split("_")[0]),) for file in files]


class TestReadOnly:
    """A reader changes nothing and reaches nothing outside."""

    @pytest.mark.parametrize(
        "statement",
        [
            *(
                "DELETE FROM stored.event",
                "CREATE TABLE t (a INTEGER)",
                "INSERT INTO stored.run SELECT * FROM stored.run",
            ),
            *(
                "COPY (SELECT 1) TO 'out.csv'",
                "SELECT * FROM read_csv('/etc/passwd')",
                "ATTACH 'other.duckdb'",
            ),
            *(
                "SET enable_external_access = true",
                "SET TimeZone = 'UTC'",
                "INSTALL httpfs",
                "SELECT * FROM '/etc/passwd'",
            ),
        ],
    )
    def test_refused(self, store: Path, statement: str) -> None:
        """Neither the store nor a file nor a setting can be changed or read."""
        with closing(open_reader(store)) as connection, pytest.raises(duckdb.Error):
            connection.execute(statement)

    def test_the_zone_of_the_reader(self, store: Path) -> None:
        """Times print in the wanted zone."""
        with closing(open_reader(store, time_zone="Asia/Shanghai")) as connection:
            row = connection.execute("SELECT make_timestamptz(0)::VARCHAR").fetchall()
        assert row == [("1970-01-01 08:00:00+08",)]


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Hold a database open for writing in another process; its id."""
    script = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            assert process.stdin
            process.stdin.close()


@pytest.mark.parametrize("opener", OPENERS)
def test_a_locked_store_names_its_holder(
    store: Path, opener: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    """After the wait the message names the process that holds the file."""
    with held(store) as holder:
        started = time.monotonic()
        with pytest.raises(LockedError) as caught:
            opener(store, 0.5)
        assert time.monotonic() - started >= 0.5
    assert f"process {holder}" in str(caught.value)
    assert "--wait" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_store_that_is_given_back_in_time(store: Path) -> None:
    """A waiting process goes on when the holder ends."""
    with held(store):
        pass
    open_writer(store, 5.0).close()


def test_a_store_of_the_first_version_is_upgraded(tmp_path: Path) -> None:
    """A store made by the first migration alone gets the later tables; its rows and counts stay."""
    path = tmp_path / "store.duckdb"
    first = migration_files()[0]
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE main.analyzer_migration (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, "
            "hash VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
        )
        connection.execute(first.read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO main.analyzer_migration VALUES (1, ?, ?, now())",
            [first.stem, hashlib.sha256(first.read_bytes()).hexdigest()],
        )
        connection.execute(
            "INSERT INTO stored.source SELECT 1, 'a.log', 1, 'ndjson', 'requests', 'UTC', 0, '', '', 9, 9, "
            "2, NULL, NULL, NULL, NULL, 1, 1, 0, 0, 0, 0, now(), now()"
        )
        connection.execute("INSERT INTO stored.success (source_id, line_no, byte_offset) VALUES (1, 1, 0)")
    with pytest.raises(StoreError, match="older analyzer"):
        open_reader(path)
    open_writer(path).close()
    with closing(open_reader(path)) as connection:
        assert connection.execute("SELECT source_id, failed FROM events").fetchall() == [(1, False)]
        assert connection.execute("SELECT lines, events, expired, duplicates FROM sources").fetchall() == [
            (1, 1, 0, 0)
        ]
        assert connection.execute("SELECT count(*) FROM duplicates").fetchall() == [(0,)]


def ingestion(store: Path, log: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "analyzer", "ingest", str(log), "--db", str(store), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_that_begin_one_database_leave_it_whole(tmp_path: Path) -> None:
    """The one that comes second finds nothing new, and takes nothing away that the first has stored."""
    store, log = tmp_path / "store.duckdb", tmp_path / "a.log"
    line = '{"ts":"2026-11-20T08:00:00Z","path":"/v1/models","status":200,"request_id":"%d"}\n'
    log.write_text("".join(line % number for number in range(20_000)))
    runs = [ingestion(store, log, "--wait", "60") for _ in range(3)]
    told = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], told
    with closing(open_reader(store)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchall() == [(20_000,)]


def test_a_store_begun_for_nothing_is_taken_away(tmp_path: Path) -> None:
    store, log = tmp_path / "store.duckdb", tmp_path / "a.log"
    log.write_text("no request\n" * 20)
    run = ingestion(store, log)
    run.communicate(timeout=60)
    assert run.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


@pytest.mark.parametrize("content", [b"junk\n", b"hello,world\n", b"x" * 5000])
@pytest.mark.parametrize("opener", OPENERS)
def test_a_small_file_of_something_else_is_left_alone(
    tmp_path: Path, opener: Callable[..., duckdb.DuckDBPyConnection], content: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert "is not an analyzer database; name another file with --db" in refused(
        path, opener, ForeignDatabaseError
    )


def test_an_interrupt_within_a_statement_is_one_line(tmp_path: Path) -> None:
    """Wherever Ctrl-C comes, it ends the command with 130 and a word, never with a traceback."""
    store, log = tmp_path / "store.duckdb", tmp_path / "a.log"
    line = '{"ts":"2026-11-20T08:00:00Z","path":"/v1/models","status":200,"request_id":"%d"}\n'
    failing = line.replace("200,", '429,"error_message":"attempt %d of many",')
    log.write_text("".join((failing % (n, n)) if n % 2 else line % n for n in range(100_000)))
    codes = set()
    for wait in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.5):
        run = ingestion(store, log)
        # Before there is a database the signal would meet the interpreter's own start.
        while not store.exists() and run.poll() is None:
            time.sleep(0.005)
        time.sleep(wait)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
        assert "Traceback" not in said
        assert run.returncode in (0, 130)
        assert run.returncode == 0 or said.endswith("run the command again to go on\n")
        codes.add(run.returncode)
        store.unlink(missing_ok=True)
        Path(f"{store}.wal").unlink(missing_ok=True)
    assert 130 in codes
