"""Taking sources out of the store again, as if they had never been read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from analyzer.errors import UnknownNameError
from analyzer.resources import statement
from analyzer.source.names import MEMBER_MARK
from analyzer.store.duplicates import count_duplicates, settle
from analyzer.store.runs import record_run
from analyzer.store.sources import Source, all_sources
from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb

_TAKEN = ("event", "success", "reject", "sample")
_COUNTS = ("lines", "events", "failures", "rejects", "blank", "continuation")


@dataclass(frozen=True)
class Forgotten:
    """What was taken out: the sources as they were, rows by kind, and what became of duplicates."""

    sources: tuple[Source, ...]
    events: int
    rejects: int
    samples: int
    copies: int
    restored: int
    """Events of other sources that were set aside as duplicates of these, and are events again."""


def forget(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], generation: int | None = None
) -> Forgotten:
    """Take out all that the store has of the sources `names`, in one transaction, and record the run.

    A name is a source's (all its generations, or only `generation`), its number, or an archive's (all
    files in it). Raises UnknownNameError, before anything is changed, for one that is not there.
    """
    started = time.monotonic()
    gone = chosen_sources(all_sources(connection), names, generation)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT unnest(?::INTEGER[]) AS source_id",
        [[source.source_id for source in gone]],
    )
    with transaction(connection):
        before = count_duplicates(connection)
        own = _delete(connection, "duplicate") if before else 0
        counts = {table: _delete(connection, table) for table in _TAKEN}
        copies = _forget_copies(connection)
        _delete(connection, "compared")
        _delete(connection, "source")
        settle(connection)
        restored = max(before - own - count_duplicates(connection), 0)
        _record(connection, gone, time.monotonic() - started)
    connection.execute("DROP TABLE gone")
    events = counts["event"] + counts["success"]
    return Forgotten(gone, events, counts["reject"], counts["sample"], copies, restored)


def _record(connection: duckdb.DuckDBPyConnection, gone: Sequence[Source], seconds: float) -> None:
    """Record the run; its counts are below zero, so that all runs add up to what the sources hold."""
    totals: dict[str, int | float] = {
        name: -sum(getattr(source, name) for source in gone) for name in _COUNTS
    }
    totals |= {"files": len(gone), "seconds": round(seconds, 3)}
    record_run(connection, "forget", totals, ", ".join(source.title for source in gone))


def chosen_sources(
    stored: Sequence[Source], names: Sequence[str], generation: int | None = None
) -> tuple[Source, ...]:
    """Return the sources that `names` (see `forget`) mean, in the order of their numbers.

    Raises UnknownNameError for a name without any, with the nearest ones.
    """
    chosen: dict[int, Source] = {}
    for name in names:
        found = _named(stored, name)
        if not found:
            raise UnknownNameError(f"there is no source {name!r} in the store; {_near(stored, name)}")
        wanted = [source for source in found if generation in (None, source.generation)]
        if not wanted:
            there = ", ".join(str(source.generation) for source in found)
            raise UnknownNameError(f"{name} has no generation {generation}; it has {there}")
        chosen |= {source.source_id: source for source in wanted}
    return tuple(chosen[number] for number in sorted(chosen))


def _named(stored: Sequence[Source], name: str) -> list[Source]:
    exact = [source for source in stored if source.name == name]
    inside = [source for source in stored if source.name.startswith(name + MEMBER_MARK)]
    numbered = [source for source in stored if str(source.source_id) == name]
    return exact or inside or numbered


def _near(stored: Sequence[Source], name: str) -> str:
    names = sorted({source.name for source in stored})
    if not names:
        return "nothing was read into it yet"
    last = {known.rsplit("/", 1)[-1]: known for known in names}
    near = get_close_matches(name, names, n=3, cutoff=0.6) or [
        last[found] for found in get_close_matches(name.rsplit("/", 1)[-1], list(last), n=3, cutoff=0.6)
    ]
    way = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{way}'analyzer sources' lists them"


def _forget_copies(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(statement("store", "forget_copies.sql"), [MEMBER_MARK]).fetchone()
    return int(row[0]) if row else 0


def _delete(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(
        f"DELETE FROM stored.{table} WHERE source_id IN (SELECT source_id FROM gone)"  # noqa: S608
    ).fetchone()
    return int(row[0]) if row else 0
