"""The store's shape: numbered migrations, each applied and recorded in one transaction."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import ForeignDatabaseError, NewerDatabaseError, StoreError
from analyzer.store.duplicates import choose_view

if TYPE_CHECKING:
    import duckdb

_FOLDER = Path(__file__).parent
_LEDGER = (
    "CREATE TABLE main.analyzer_migration "
    "(number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, hash VARCHAR NOT NULL, "
    "applied_at TIMESTAMPTZ NOT NULL)"
)


def migrate(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Bring the database to this version's shape, all or nothing, and renew its views.

    Raises what `check` raises; an empty database is taken for a new one.
    """
    applied = applied_migrations(connection)
    if applied is None:
        _refuse_foreign(connection, path)
        applied = {}
    check(applied, path)
    pending = [file for file in migration_files() if _number(file) not in applied]
    if not pending:
        return
    connection.execute("BEGIN")
    if not applied:
        connection.execute(_LEDGER)
    for file in pending:
        connection.execute(file.read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO main.analyzer_migration VALUES (?, ?, ?, now())",
            [_number(file), file.stem, _hash(file)],
        )
    for file in sorted((_FOLDER / "views").glob("*.sql")):
        connection.execute(file.read_text(encoding="utf-8"))
    choose_view(connection)
    connection.execute("COMMIT")


def check(applied: dict[int, tuple[str, str]], path: Path) -> None:
    """Compare the applied migrations (number -> name, hash) with this version's.

    Raises NewerDatabaseError for one that this version does not have, StoreError for an altered one.
    """
    known = {_number(file): file for file in migration_files()}
    for number, (name, digest) in applied.items():
        if number not in known:
            raise NewerDatabaseError(
                f"{path} was written by a newer analyzer (migration {name}); upgrade the analyzer to use it"
            )
        if digest != _hash(known[number]):
            raise StoreError(
                f"{path}: migration {name} differs from this analyzer's; use the version that wrote it"
            )


def applied_migrations(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]] | None:
    """Return number -> (name, hash) of the applied migrations, or None where the ledger is missing."""
    import duckdb

    try:
        # Asked for at once: the list of all tables would be made from all that is stored.
        rows = connection.execute(
            "SELECT number, name, hash FROM main.analyzer_migration ORDER BY number"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    return {number: (name, digest) for number, name, digest in rows}


def migration_files() -> list[Path]:
    """Return this version's migrations in order."""
    return sorted((_FOLDER / "migrations").glob("*.sql"))


def _refuse_foreign(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
    ).fetchone()
    if found and found[0]:
        raise ForeignDatabaseError(
            f"{path} is a database of another program, and is left as it is; name another file with --db"
        )


def _number(file: Path) -> int:
    return int(file.stem.split("_")[0])


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_text(encoding="utf-8").encode()).hexdigest()
