"""One batch of lines into the store: taken apart, masked, classified and inserted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

import duckdb

from analyzer.classification.entry import Catalog
from analyzer.event import MAX_ERROR_TEXT
from analyzer.format.reasons import REACH
from analyzer.ingest.classify import Rule
from analyzer.ingest.key import hash_key
from analyzer.ingest.mask import Mask
from analyzer.ingest.outcome import set_openers
from analyzer.ingest.plan import any_row, quick_plan
from analyzer.ingest.secrets import Secrets
from analyzer.ingest.stage import Stage
from analyzer.resources import statement
from analyzer.source.lines import FILE_BITS
from analyzer.store.progress import Carry, Opener, Reason

SAMPLES_PER_DAY = 5
MAX_LINE = 4096
"""Longest raw line that is kept of a reject or a sample, in characters."""

OPENER_REACH = 1000
"""A later error completes a request at most this many lines above it."""

_FAILURES = "outcome IN ('event', 'continuation') AND (failed OR completes_line IS NOT NULL)"


FEW = 64
"""So many different failures Python classifies sooner than the compiled rule's patterns are made ready."""


class Batches:
    """Everything that batches of one connection share: macros, masks, the rule of classification.

    `stage` takes a batch apart, `insert` stores what it staged.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog], masks: Sequence[Mask]
    ) -> None:
        self._connection = connection
        self.stage = Stage(connection)
        connection.execute(statement("ingest", "macros.sql"))
        connection.execute("SET VARIABLE hash_key = ?", [hash_key()])
        self._rule = Rule(connection, catalogs)
        self._secrets = Secrets(connection, masks)
        self._values: dict[str, Any] = dict(self._secrets.always)
        self._values |= {"max_text": MAX_ERROR_TEXT, "max_line": MAX_LINE, "per_day": SAMPLES_PER_DAY}
        self._values |= {"rule": self._rule.number(), "failures": _FAILURES}

    def insert(self, source_id: int, several: bool = False) -> None:
        """Store the staged batch, within the caller's transaction; statements without rows are left out.

        `several` says that its lines are those of several files, numbered as `cut_files` does: the first
        is the source `source_id`, the others have the numbers that follow.
        """
        place = {"source_id": str(source_id), "line_no": "line_no"}
        if several:
            place = {
                "source_id": f"{source_id} + (line_no >> {FILE_BITS})",
                "line_no": f"line_no & {(1 << FILE_BITS) - 1}",
            }
        with quick_plan(self._connection, self.stage.is_small):
            self._insert(place)

    def _insert(self, place: Mapping[str, str]) -> None:
        successes = [("seen", "NOT is_suspect")] if self.stage.has_plain else []
        successes.append(("staged", "outcome = 'event' AND NOT failed"))
        for relation, where in successes:
            if any_row(self._connection, relation, where):
                absent = self.stage.absent if relation == "seen" else ()
                columns = self._secrets.of(relation, where, absent, self.stage.is_small)
                self._run("insert_successes.sql", **columns, **place, relation=relation, where=where)
        if any_row(self._connection, "staged", _FAILURES):
            self._insert_failures(place)
        if any_row(self._connection, "staged", "outcome = 'reject'"):
            self._run("insert_rejects.sql", **place)

    def _insert_failures(self, place: Mapping[str, str]) -> None:
        columns = self._secrets.of_failures(_FAILURES, self.stage.is_small)
        few = self.stage.is_small and self._are_few()
        self._run("failures.sql", **columns, **({"rule": "NULL::SMALLINT"} if few else {}))
        self._rule.classify(few)
        self._run("classified_failures.sql")
        self._run("insert_failures.sql", **columns, **place)
        if any_row(self._connection, "staged", "completes_line IS NOT NULL"):
            self._run("complete_openers.sql", **columns, **place)
        self._run("insert_samples.sql", **place)

    def _are_few(self) -> bool:
        """Tell whether the failures tell few different things."""
        told = f"SELECT DISTINCT error_code, error_message FROM staged WHERE {_FAILURES}"  # noqa: S608 - our own
        row = self._connection.execute(f"SELECT count(*) FROM ({told})").fetchone()  # noqa: S608 - our own
        return bool(row and row[0] <= FEW)

    def prune_samples(self, source_id: int, carry: Carry) -> None:
        """Keep a day's share of sample lines for each entry; `carry` is what the source ends with."""
        set_openers(self._connection, carry)
        self._run("prune_samples.sql", source_id=source_id)

    def open_requests(self, before_line: int) -> tuple[Opener, ...]:
        """Return the requests above `before_line` that no record above it completed, oldest first."""
        if not self.stage.spans_lines:
            return ()
        text = Template(statement("ingest", "open_requests.sql"))
        query = text.substitute(self._values, before_line=before_line, reach=OPENER_REACH)
        return tuple(self._connection.execute(query).fetchall())

    def open_reasons(self, before_line: int) -> tuple[Reason, ...]:
        """Return what lines above `before_line` tell of requests that may come, oldest first."""
        if not self.stage.has_reasons:
            return ()
        text = Template(statement("ingest", "open_reasons.sql"))
        query = text.substitute(self._values, before_line=before_line, reach=REACH)
        return tuple(self._connection.execute(query).fetchall())

    def take_out(self, source_id: int, from_line: int, carry: Carry) -> None:
        """Take a source's provisional record out of the store, with what it had completed."""
        for table in ("event", "success", "reject", "sample"):
            self._connection.execute(
                f"DELETE FROM stored.{table} WHERE source_id = ? AND line_no >= ?",  # noqa: S608
                [source_id, from_line],
            )
        if carry.openers:
            set_openers(self._connection, carry)
            self._run("reset_openers.sql", source_id=source_id)
            self._run("reset_samples.sql", source_id=source_id)

    def _run(self, name: str, **values: Any) -> None:
        self._connection.execute(Template(statement("ingest", name)).substitute(self._values | values))
