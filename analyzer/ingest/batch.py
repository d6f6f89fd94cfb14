"""One batch of lines into the store: taken apart, masked, classified and inserted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from string import Template
from typing import Any

import duckdb

from analyzer.classification.entry import Catalog
from analyzer.event import MAX_ERROR_TEXT
from analyzer.format.definition import Definition
from analyzer.format.envelope import tells_no_year
from analyzer.format.hints import Header
from analyzer.format.opening import further_lines, open_envelopes
from analyzer.format.project import hints_of, prepare, projection
from analyzer.format.table import is_quoted, join_records
from analyzer.ingest.classify import Rule
from analyzer.ingest.key import hash_key
from analyzer.ingest.mask import Mask
from analyzer.ingest.secrets import Secrets
from analyzer.ingest.totals import Ledger
from analyzer.resources import statement
from analyzer.source.lines import Chunk, Lines, cut_lines
from analyzer.store.progress import Carry, Opener

SAMPLES_PER_DAY = 5
MAX_LINE = 4096
"""Longest raw line that is kept of a reject or a sample, in characters."""

OPENER_REACH = 1000
"""A later error completes a request at most this many lines above it."""

_FILLED = (
    "CASE WHEN ascii(line) > 32 THEN TRUE "
    "ELSE trim(line, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)) <> '' END"
)
"""Whether a line is not blank; `trim` looks at each letter, which costs more than all else."""

_SMALL = 4 * 1024 * 1024
"""A chunk of fewer bytes is taken apart sooner than its plan could be optimized."""

_FAILURES = "outcome IN ('event', 'continuation') AND (failed OR completes_line IS NOT NULL)"


@dataclass(frozen=True)
class Staged:
    """A batch that was taken apart: its ledger, the line its last record starts at, the offset of the
    byte after it, the last time seen (microseconds since 1970), and the lines below that belong to it."""

    ledger: Ledger
    last_record: int
    end_offset: int
    last_ts: int | None
    taken: tuple[int, ...] = ()


class Batches:
    """Everything that batches of one connection share: macros, masks, the rule of classification."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog], masks: Sequence[Mask]
    ) -> None:
        self._connection = connection
        self._has_plain = False
        self._is_small = False
        self._absent: frozenset[str] = frozenset()
        self._is_joined = False
        self._first_open: int | None = None
        self._spans_lines = self._opened = False
        self._shares_lines = False
        self.yearless = 0
        """How many lines had a time without a year, and no other."""
        self._header: Header | None = None
        self._headers: tuple[Header, ...] = ()
        prepare(connection)
        connection.execute(statement("ingest", "macros.sql"))
        connection.execute("SET VARIABLE hash_key = ?", [hash_key()])
        self._rule = Rule(connection, catalogs)
        self._secrets = Secrets(connection, masks)
        self._values: dict[str, Any] = dict(self._secrets.always)
        self._values |= {"max_text": MAX_ERROR_TEXT, "max_line": MAX_LINE, "per_day": SAMPLES_PER_DAY}
        self._values |= {"rule": self._rule.number(), "failures": _FAILURES}

    def stage(
        self,
        chunk: Chunk,
        first_line: int,
        definition: Definition,
        carry: Carry,
        untimed: int | None,
        tested: bool = False,
    ) -> Staged:
        """Take a chunk's lines apart into the temporary table `staged`, times filled in.

        Within a transaction, which a malformed line read untested would end, they must be `tested`.

        A line without a time takes the last one above it (`carry.last_ts` at the start), else
        `untimed` (microseconds since 1970); without that it becomes the reject `no_time`.
        """
        # Blank lines matter to records, and to what is joined out of envelopes.
        lines = cut_lines(chunk, first_line, blank=definition.kind == "records" or bool(definition.envelopes))
        self._set_openers(carry)
        self._header, self._headers = carry.header, ()
        self._is_small = len(chunk.data) < _SMALL
        with self._quick_plan(self._is_small):
            self._take_apart(lines, definition, carry.taken, tested or len(chunk.data) < _SMALL)
        self._connection.unregister("raw")
        if self._ledger_row()["untimed"]:
            self._fill_times(carry.last_ts if carry.last_ts is not None else untimed)
        return self._staged(lines.count, first_line, chunk.offset + len(chunk.data), carry)

    def _take_apart(
        self, lines: Lines, definition: Definition, taken: Sequence[int], tested: bool
    ) -> None:
        """Fill `seen` (fields of each line, for formats of one line a record) and `staged`.

        Most logs hold no malformed line: the first try is without a test of each.
        """
        self._give_lines(lines, definition, taken, tested)
        try:
            staged = self._see(lines, definition, tested)
        except duckdb.InvalidInputException:
            if tested:
                raise
            staged = self._see(lines, definition, tested=True)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS {staged}")
        if definition.envelopes or self._is_joined:
            self._run("stage_envelopes.sql", fates=statement("format", "unwrapped_fates.sql"))
        if any(tells_no_year(envelope) for envelope in definition.envelopes):
            self._fill_years()
        plain = f"UNION ALL {statement('ingest', 'plain_outcome.sql')}" if self._has_plain else ""
        self._connection.execute(
            "CREATE OR REPLACE TEMP VIEW outcome AS "  # noqa: S608
            f"SELECT line_no, byte_offset, outcome, failed, ts, record_start FROM staged {plain}"
        )

    def _give_lines(
        self, lines: Lines, definition: Definition, taken: Sequence[int], tested: bool
    ) -> None:
        """Make the view `lines`: what stands in the chunk, out of its envelopes; blank ones for records."""
        self._first_open, self._is_joined = None, False
        self._spans_lines, self._opened = definition.kind == "records", bool(definition.envelopes)
        self._shares_lines = definition.kind == "otlp"
        if definition.envelopes:
            self._first_open = open_envelopes(
                self._connection, definition, lambda: self._register(lines), taken, tested
            )
            wanted = "" if definition.kind == "records" else f" AND {_FILLED}"
            given = f"SELECT line_no, byte_offset, line, moment FROM unwrapped WHERE fate IS NULL{wanted}"  # noqa: S608
        else:
            self._register(lines)
            given = "SELECT *, NULL::TIMESTAMPTZ AS moment FROM raw"
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW lines AS {given}")
        if is_quoted(definition) and not definition.envelopes:
            joined = join_records(self._connection, definition, lambda: self._register(lines), self._header)
            self._first_open, self._is_joined = joined or None, joined is not None

    def _register(self, lines: Lines) -> str:
        """Hand the lines over for one scan; return the relation's name."""
        self._connection.register("raw", lines.reader())
        return "raw"

    def _see(self, lines: Lines, definition: Definition, tested: bool) -> str:
        """Fill `seen` from the lines, and return the SELECT of what is to be staged."""
        self._register(lines)
        hints = hints_of(self._connection, definition, tested, self._header)
        self._headers = hints.headers
        steps = projection(definition, hints)
        self._has_plain = steps.seen is not None
        self._absent = frozenset(steps.absent)
        self._register(lines)
        if steps.seen is None:
            return steps.staged
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE seen_columns AS {steps.keep()}")
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW seen AS {steps.give('seen_columns')}")
        return (
            steps.staged if self._any("seen", "is_suspect") else f"{statement('format', 'plain.sql')} LIMIT 0"
        )

    @contextmanager
    def _quick_plan(self, wanted: bool) -> Iterator[None]:
        """Leave the optimizer out for a few lines: it would take longer than running without it."""
        if wanted:
            self._connection.execute("PRAGMA disable_optimizer")
        try:
            yield
        finally:
            self._connection.execute("PRAGMA enable_optimizer")

    def without_last_record(self, staged: Staged, first_line: int, carry: Carry) -> Staged:
        """Take the last record out of what was staged again: its end has not been seen."""
        if not self._spans_lines and self._first_open is None:
            return staged
        last = [staged.last_record]
        placed = "outcome" if self._spans_lines else "unwrapped"
        row = self._connection.execute(
            f"SELECT min(byte_offset) FROM {placed} WHERE line_no >= ?",  # noqa: S608
            last,
        ).fetchone()
        end = int(row[0]) if row and row[0] is not None else staged.end_offset
        self._connection.execute("DELETE FROM staged WHERE line_no >= ?", last)
        if self._has_plain:
            self._connection.execute("DELETE FROM seen_columns WHERE line_no >= ?", last)
        kept = self._staged(staged.last_record - first_line, first_line, end, carry)
        if not self._opened:
            return kept
        return replace(kept, taken=further_lines(self._connection, staged.last_record))

    def _staged(self, count: int, first_line: int, end: int, carry: Carry) -> Staged:
        row = self._ledger_row()
        blanks = row["blank"] + count - row["lines"]
        ledger = Ledger(count, row["events"], row["failures"], row["rejects"], blanks, row["continuation"])
        last_ts = row["last_ts"] if row["last_ts"] is not None else carry.last_ts
        starts = [line_no for line_no in (row["last_record"], self._first_open) if line_no is not None]
        return Staged(ledger, min(starts, default=first_line), end, last_ts)

    def insert(self, source_id: int) -> None:
        """Store the staged batch, within the caller's transaction; statements without rows are left out."""
        with self._quick_plan(self._is_small):
            self._insert(source_id)

    def _insert(self, source_id: int) -> None:
        successes = [("seen", "NOT is_suspect")] if self._has_plain else []
        successes.append(("staged", "outcome = 'event' AND NOT failed"))
        for relation, where in successes:
            if self._any(relation, where):
                absent = self._absent if relation == "seen" else ()
                columns = self._secrets.of(relation, where, absent, self._is_small)
                self._run(
                    "insert_successes.sql", **columns, source_id=source_id, relation=relation, where=where
                )
        if self._any("staged", _FAILURES):
            self._insert_failures(source_id)
        if self._any("staged", "outcome = 'reject'"):
            self._run("insert_rejects.sql", source_id=source_id)

    def _insert_failures(self, source_id: int) -> None:
        columns = self._secrets.of_failures(_FAILURES, self._is_small)
        self._run("failures.sql", **columns)
        self._rule.classify()
        self._run("classified_failures.sql")
        self._run("insert_failures.sql", **columns, source_id=source_id)
        if self._any("staged", "completes_line IS NOT NULL"):
            self._run("complete_openers.sql", **columns, source_id=source_id)
        self._run("insert_samples.sql", source_id=source_id)

    def _any(self, relation: str, where: str) -> bool:
        row = self._connection.execute(f"SELECT 1 FROM {relation} WHERE {where} LIMIT 1").fetchall()  # noqa: S608
        return bool(row)

    def count_untimed(self) -> int:
        """Return how many staged lines were rejected because nothing told their time."""
        row = self._connection.execute("SELECT count(*) FROM staged WHERE reason = 'no_time'").fetchone()
        return int(row[0]) if row else 0

    def prune_samples(self, source_id: int, carry: Carry) -> None:
        """Keep a day's share of sample lines for each entry; `carry` is what the source ends with."""
        self._set_openers(carry)
        self._run("prune_samples.sql", source_id=source_id)

    def open_requests(self, before_line: int) -> tuple[Opener, ...]:
        """Return the requests above `before_line` that no record above it completed, oldest first."""
        if not self._spans_lines:
            return ()
        text = Template(statement("ingest", "open_requests.sql"))
        query = text.substitute(self._values, before_line=before_line, reach=OPENER_REACH)
        return tuple(self._connection.execute(query).fetchall())

    def header_before(self, line: int) -> Header | None:
        """Return the header of a table that holds above `line` in what was staged last."""
        above = [header for header in self._headers if header.line_no < line]
        return above[-1] if above else None

    def take_out(self, source_id: int, from_line: int, carry: Carry) -> None:
        """Take a source's provisional record out of the store, with what it had completed."""
        for table in ("event", "success", "reject", "sample"):
            self._connection.execute(
                f"DELETE FROM stored.{table} WHERE source_id = ? AND line_no >= ?",  # noqa: S608
                [source_id, from_line],
            )
        if carry.openers:
            self._set_openers(carry)
            self._run("reset_openers.sql", source_id=source_id)
            self._run("reset_samples.sql", source_id=source_id)

    def _run(self, name: str, **values: Any) -> None:
        self._connection.execute(Template(statement("ingest", name)).substitute(self._values | values))

    def _ledger_row(self) -> dict[str, Any]:
        lines = "count(DISTINCT line_no)" if self._shares_lines else "count(*)"
        ledger = Template(statement("ingest", "ledger.sql")).substitute(lines=lines)
        result = self._connection.execute(ledger)
        names = [column[0] for column in result.description]
        # Fetched whole: a result with rows left to fetch would keep the next batch's lines out.
        return dict(zip(names, result.fetchall()[0], strict=True))

    def _set_openers(self, carry: Carry) -> None:
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE openers "
            "(opener_key VARCHAR, status SMALLINT, line_no BIGINT, request_id VARCHAR, model VARCHAR, "
            "ts BIGINT, line VARCHAR)"
        )
        if carry.openers:
            self._connection.executemany("INSERT INTO openers VALUES (?, ?, ?, ?, ?, ?, ?)", carry.openers)

    def _fill_years(self) -> None:
        """Give lines without any other time that of their envelope, which tells no year."""
        row = self._connection.execute(statement("ingest", "fill_years.sql")).fetchone()
        self.yearless += int(row[0]) if row else 0

    def _fill_times(self, before: int | None) -> None:
        self._connection.execute(
            Template(statement("ingest", "fill_times.sql")).substitute(before=before or "NULL")
        )
