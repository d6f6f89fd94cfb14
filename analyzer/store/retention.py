"""Taking old events out of the store, while what was read of each source stays known."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import TYPE_CHECKING

from analyzer.resources import statement
from analyzer.store.duplicates import settle
from analyzer.store.runs import record_run
from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Expired:
    """What was (or would be) taken out of how many sources: events, failures among them, and rejects."""

    sources: int
    events: int
    failures: int
    rejects: int


def expire(
    connection: duckdb.DuckDBPyConnection, cutoff: datetime, subject: str, dry_run: bool = False
) -> Expired:
    """Take out the events before `cutoff` (with a zone), their samples, and the rejects among them.

    The sources keep their progress, so that nothing is read again, and count what they lost. One
    transaction; a run that took nothing out is not recorded. With `dry_run` nothing is changed.
    """
    started = time.monotonic()
    moment = {"cutoff": round(cutoff.timestamp() * 1_000_000)}
    connection.execute(Template(statement("store", "expire.sql")).substitute(moment))
    row = connection.execute(
        "SELECT (SELECT count(DISTINCT source_id) FROM "
        "(SELECT source_id FROM old_event UNION ALL SELECT source_id FROM old_reject)), "
        "(SELECT count(*) FROM old_event), (SELECT count(*) FROM old_event WHERE failed), "
        "(SELECT count(*) FROM old_reject)"
    ).fetchone()
    found = Expired(*(row or (0, 0, 0, 0)))
    if not dry_run and (found.events or found.rejects):
        with transaction(connection):
            connection.execute(Template(statement("store", "expire_apply.sql")).substitute(moment))
            settle(connection)
            seconds = {"seconds": round(time.monotonic() - started, 3)}
            record_run(connection, "retention", seconds, subject)
    for table in ("kept", "old_event", "old_reject"):
        connection.execute(f"DROP TABLE {table}")
    return found
