"""Making the file small: it loses its gaps and nothing else, whenever it is killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from analyzer.store.compact import Compaction, compact_if_needed, sizes
from analyzer.store.open import open_reader, open_writer

ROWS = """
INSERT INTO stored.success
SELECT
    1, i, i * 200, make_timestamptz(1790000000000000 + i * 1000000), md5(i::VARCHAR), NULL, NULL, NULL, NULL,
    'POST', '/v1/chat/completions', '/v1/chat/completions', 'model', 'm' || (i % 7), NULL, NULL, NULL,
    200, i % 1000
FROM range($1::BIGINT, $2::BIGINT) t(i)
"""
HOLDER = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
PROGRAM = """
import sys
from pathlib import Path
from analyzer.store.compact import compact_if_needed
print("started", flush=True)
compact_if_needed(Path(sys.argv[1]), 30)
"""


def filled(path: Path) -> Path:
    """Make a store of which more than half is free."""
    with closing(open_writer(path, create=True)) as connection:
        connection.execute("SELECT nextval('stored.run_number')").fetchall()
        connection.execute(ROWS, [0, 400_000])
        connection.execute("CHECKPOINT")
        connection.execute("DELETE FROM stored.success WHERE line_no < 300000")
    return path


def shape(path: Path) -> list[list[tuple[object, ...]]]:
    """Return the store's tables, columns, keys, views, sequence and rows."""
    questions = (
        "SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default "
        "FROM duckdb_columns() WHERE NOT internal ORDER BY ALL",
        "SELECT table_name, constraint_type, constraint_column_names::VARCHAR FROM duckdb_constraints() "
        "ORDER BY ALL",
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
        "SELECT sequence_name, last_value FROM duckdb_sequences()",
        "SELECT number, name, hash FROM main.analyzer_migration ORDER BY number",
        "SELECT count(*), sum(line_no)::BIGINT, bit_xor(hash(request_id, ts))::VARCHAR FROM events",
    )
    with closing(open_reader(path)) as connection:
        return [connection.execute(question).fetchall() for question in questions]


def test_it_loses_its_gaps_and_nothing_else(tmp_path: Path) -> None:
    """The file shrinks by what was free; tables, keys, views, numbers, rows and permissions stay."""
    path = filled(tmp_path / "my store-1.duckdb")
    path.chmod(0o640)
    before, size = shape(path), path.stat().st_size
    done = compact_if_needed(path)
    assert done == Compaction(size, path.stat().st_size)
    assert done.after < size / 2
    assert shape(path) == before
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]
    assert compact_if_needed(path) is None
    with closing(open_writer(path)) as connection:
        assert sizes(connection)[1] < done.after / 5
        assert connection.execute("SELECT nextval('stored.run_number')").fetchone() == (2,)


def test_a_store_without_gaps_is_left_alone(tmp_path: Path) -> None:
    """A new store, however small, is not copied."""
    path = tmp_path / "store.duckdb"
    open_writer(path, create=True).close()
    inode = path.stat().st_ino
    assert compact_if_needed(path) is None
    assert path.stat().st_ino == inode


def test_a_store_in_use_is_left_alone(tmp_path: Path) -> None:
    """While another process has the file there is nothing to do, and that is no error."""
    path = filled(tmp_path / "store.duckdb")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    size = path.stat().st_size
    assert compact_if_needed(path, 0.2) is None
    holder.communicate()
    assert path.stat().st_size == size


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that a link names is made small, not the link replaced."""
    path = filled(tmp_path / "real.duckdb")
    link = tmp_path / "link.duckdb"
    link.symlink_to(path)
    assert compact_if_needed(link) is not None
    assert link.is_symlink()
    assert path.stat().st_size < 12_000_000


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.proof)])
def test_killed_at_any_moment(tmp_path: Path, kills: int) -> None:
    """Killed in the middle the store is as it was, or small and whole; the next call tidies up."""
    path = filled(tmp_path / "store.duckdb")
    whole, expected = path.read_bytes(), shape(path)
    began = time.monotonic()
    compact_if_needed(path)
    duration = time.monotonic() - began
    chance = random.Random(kills)
    for _ in range(kills):
        path.write_bytes(whole)
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 1.5 * duration))
        process.kill()
        process.communicate()
        assert shape(path) == expected
    compact_if_needed(path)
    assert shape(path) == expected
    assert list(tmp_path.iterdir()) == [path]
