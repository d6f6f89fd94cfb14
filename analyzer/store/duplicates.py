"""The same request logged by two sources: the loser is set aside, and left out of the view `events`.

Which one wins does not depend on the order of ingestion (`sql/settle.sql` says how): whatever
changes the events settles the duplicates again, within the same transaction. A store that was told
to set duplicates aside goes on doing so until it is told otherwise.
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

DEDUPE = ("request_id", "none")
"""What the setting may be: the column that tells one request, or `none`."""

_PLAIN = Path(__file__).parent / "views" / "events.sql"


def sets_aside(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether this store sets duplicates aside."""
    found = connection.execute("SELECT count(*) FROM stored.setting WHERE name = 'dedupe'").fetchone()
    return bool(found and found[0])


def tell_dedupe(connection: duckdb.DuckDBPyConnection, wanted: str | None) -> None:
    """Remember `wanted` (one of DEDUPE; None leaves it as it is), within the caller's transaction.

    With `none` all duplicates become events again.
    """
    if wanted is None or (wanted != "none" and sets_aside(connection)):
        return
    connection.execute("DELETE FROM stored.setting WHERE name = 'dedupe'")
    if wanted == "none":
        connection.execute("DELETE FROM stored.duplicate")
        connection.execute("DELETE FROM stored.compared")
        choose_view(connection)
    else:
        connection.execute("INSERT INTO stored.setting VALUES ('dedupe', ?)", [wanted])


def settle(connection: duckdb.DuckDBPyConnection, reach: int | None = None) -> None:
    """Bring the duplicates up to date, within the caller's transaction; nothing where none are set aside.

    With `reach` only for lines that are new since the last time, and so many lines before them (what
    a later line may have changed); None for all, after events were taken out or classified again.
    """
    if not sets_aside(connection):
        return
    if reach is not None and not _find_fresh(connection, reach):
        return
    connection.execute(statement("store", "all_affected.sql" if reach is None else "affected.sql"))
    connection.execute(statement("store", "settle.sql"))
    choose_view(connection)


def _find_fresh(connection: duckdb.DuckDBPyConnection, reach: int) -> bool:
    """Find the sources that changed since the last time; tell whether there are any."""
    connection.execute(Template(statement("store", "fresh.sql")).substitute(reach=reach))
    return bool(connection.execute("SELECT 1 FROM fresh LIMIT 1").fetchall())


def count_duplicates(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many events are set aside."""
    found = connection.execute("SELECT count(*) FROM stored.duplicate").fetchone()
    return int(found[0]) if found else 0


def choose_view(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `events` leave duplicates out where there are any; else it is the plain view, which is quicker."""
    is_plain = connection.execute(
        "SELECT count(*) FROM duckdb_views() "
        "WHERE view_name = 'events' AND schema_name = 'main' AND NOT contains(sql, 'duplicate')"
    ).fetchone()
    wants_plain = not count_duplicates(connection)
    if bool(is_plain and is_plain[0]) != wants_plain:
        text = (
            _PLAIN.read_text(encoding="utf-8")
            if wants_plain
            else statement("store", "events_without_duplicates.sql")
        )
        connection.execute(text)
