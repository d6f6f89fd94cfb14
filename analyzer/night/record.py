"""What the store remembers of its nights: one run for each, written after its files."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from analyzer import __version__
from analyzer.store.open import open_reader, open_writer

DONE, PARTIAL = "done", "partial"

_FIND = "SELECT count(*) FROM runs WHERE command = 'nightly' AND subject = ? AND outcome = 'done'"
_RECORD = """
INSERT INTO stored.run (run_id, command, version, started_at, finished_at, subject, outcome, seconds)
SELECT nextval('stored.run_number'), 'nightly', ?, started, now(), ?, ?, epoch(now() - started)
FROM (SELECT ?::TIMESTAMPTZ AS started)
"""


def is_done(database: Path, day: str, wait_seconds: float) -> bool:
    """Say whether the day named `day` was summarised to the end. False without a database."""
    if not database.exists():
        return False
    with closing(open_reader(database, wait_seconds)) as connection:
        found = connection.execute(_FIND, [day]).fetchone()
    return bool(found and found[0])


def record(database: Path, day: str, outcome: str, started: datetime, wait_seconds: float) -> None:
    """Remember that the summary of `day`, begun at `started`, is written; after PARTIAL it is redone."""
    with closing(open_writer(database, wait_seconds)) as connection:
        connection.execute(_RECORD, [__version__, day, outcome, started.isoformat()])
