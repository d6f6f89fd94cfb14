"""A batch of lines taken apart: what each line is, in temporary tables, before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Template
from typing import Any

import duckdb

from analyzer.format.definition import Definition
from analyzer.format.envelope import tells_no_year
from analyzer.format.hints import Header
from analyzer.format.json_lines import shape_test
from analyzer.format.opening import further_lines, open_envelopes
from analyzer.format.project import hints_of, prepare, projection
from analyzer.format.reasons import explained, reasons_in
from analyzer.format.table import is_quoted, join_records
from analyzer.ingest.outcome import ledger_rows, set_openers, set_reasons
from analyzer.ingest.plan import any_row, quick_plan
from analyzer.ingest.totals import Ledger
from analyzer.resources import statement
from analyzer.source.lines import Chunk, Lines, cut_lines
from analyzer.store.progress import Carry

_FILLED = (
    "CASE WHEN ascii(line) > 32 THEN TRUE "
    "ELSE trim(line, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)) <> '' END"
)
"""Whether a line is not blank; `trim` looks at each letter, which costs more than all else."""

SMALL = 4 * 1024 * 1024
"""A chunk of fewer bytes is taken apart sooner than its plan could be optimized."""


@dataclass(frozen=True)
class Staged:
    """A batch that was taken apart: its ledger, the line its last record starts at, the offset of the
    byte after it, the last time seen (microseconds since 1970), and the lines below that belong to it."""

    ledger: Ledger
    last_record: int
    end_offset: int
    last_ts: int | None
    taken: tuple[int, ...] = ()


class Stage:
    """Takes lines apart on one connection: `seen` holds the fields of every line of a format of one line a
    record, `staged` all that is no plain success, and the view `outcome` what became of each line."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.has_plain = False
        """Whether plain successes stand in `seen`; the rest, and those of records, are in `staged`."""
        self.is_small = self.has_reasons = False
        self.absent: frozenset[str] = frozenset()
        """Columns that `seen` lacks."""
        self.spans_lines = False
        """Whether records may span lines."""
        self.yearless = 0
        """How many lines had a time without a year, and no other."""
        self._is_joined = self._opened = self._shares_lines = False
        self._first_open: int | None = None
        self._header: Header | None = None
        self._headers: tuple[Header, ...] = ()
        prepare(connection)

    def take(
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
        self.take_lines(lines, len(chunk.data), definition, carry, tested)
        row = self._ledger_row()
        if row["untimed"]:
            self._fill_times(carry.last_ts if carry.last_ts is not None else untimed)
            row = self._ledger_row()
        return self._staged(row, lines.count, first_line, chunk.offset + len(chunk.data), carry)

    def take_lines(
        self, lines: Lines, size: int, definition: Definition, carry: Carry, tested: bool = False
    ) -> None:
        """Take lines of `size` bytes apart as `take` does; those without a time stay without."""
        set_openers(self._connection, carry)
        set_reasons(self._connection, carry)
        self._header, self._headers, self.has_reasons = carry.header, (), False
        self.is_small = size < SMALL
        with quick_plan(self._connection, self.is_small):
            self._take_apart(lines, definition, carry.taken, tested or self.is_small)
        self._connection.unregister("raw")

    def _take_apart(self, lines: Lines, definition: Definition, taken: Sequence[int], tested: bool) -> None:
        """Fill `seen` (fields of each line, for formats of one line a record) and `staged`.

        Most logs hold no malformed line: the first try is without a test of each.
        """
        if definition.beside:
            self._take_mixed(lines, definition, taken)
        else:
            self._take_one(lines, definition, taken, tested)
        plain = f"UNION ALL {statement('ingest', 'plain_outcome.sql')}" if self.has_plain else ""
        self._connection.execute(
            "CREATE OR REPLACE TEMP VIEW outcome AS "  # noqa: S608
            f"SELECT line_no, byte_offset, outcome, failed, ts, record_start FROM staged {plain}"
        )

    def _take_mixed(self, lines: Lines, definition: Definition, taken: Sequence[int]) -> None:
        """Fill `staged` with what several formats read, of each line what the one reads that tells most."""
        for place, one in enumerate(definition.parts):
            self._take_one(lines, one, taken, tested=True)
            plain = f"UNION ALL BY NAME {statement('format', 'plain.sql')}" if self.has_plain else ""
            self._register(lines)
            name = "mixed_further.sql" if place else "mixed_first.sql"
            shape = shape_test(one) or "FALSE"
            self._connection.execute(Template(statement("ingest", name)).substitute(plain=plain, shape=shape))
        self.has_plain, self.absent = False, frozenset()

    def _take_one(self, lines: Lines, definition: Definition, taken: Sequence[int], tested: bool) -> None:
        self._give_lines(lines, definition, taken, tested)
        try:
            staged = self._see(lines, definition, tested)
        except duckdb.InvalidInputException:
            if tested:
                raise
            staged = self._see(lines, definition, tested=True)
        self._connection.execute("DROP TABLE IF EXISTS staged")
        self._connection.execute(f"CREATE TEMP TABLE staged AS {staged}")
        if definition.envelopes or self._is_joined:
            fates = statement("format", "unwrapped_fates.sql")
            self._connection.execute(
                Template(statement("ingest", "stage_envelopes.sql")).substitute(fates=fates)
            )
        if any(tells_no_year(envelope) for envelope in definition.envelopes):
            self._fill_years()

    def _give_lines(self, lines: Lines, definition: Definition, taken: Sequence[int], tested: bool) -> None:
        """Make the view `lines`: what stands in the chunk, out of its envelopes; blank ones for records."""
        self._first_open, self._is_joined = None, False
        self.spans_lines, self._opened = definition.kind == "records", bool(definition.envelopes)
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
        self.has_plain = steps.seen is not None
        self.absent = frozenset(steps.absent)
        self._register(lines)
        if steps.seen is None:
            return steps.staged
        # Dropped first: the batch before would be held beside this one, and its memory not be used again.
        self._connection.execute("DROP TABLE IF EXISTS seen_columns")
        self._connection.execute(f"CREATE TEMP TABLE seen_columns AS {steps.keep()}")
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW seen AS {steps.give('seen_columns')}")
        has_reasons = self._see_reasons(lines, definition)
        if not any_row(self._connection, "seen", "is_suspect"):
            return f"{statement('format', 'plain.sql')} LIMIT 0"
        return explained(steps.staged, "reason") if has_reasons else steps.staged

    def _see_reasons(self, lines: Lines, definition: Definition) -> bool:
        """Add to `reason` what lines tell of requests that stand below them; return whether there is any."""
        found = reasons_in(definition)
        if found is None:
            return False
        self._register(lines)
        self._connection.execute(f"INSERT INTO reason {found}")
        self.has_reasons = any_row(self._connection, "reason", "TRUE")
        return self.has_reasons

    def without_last_record(self, staged: Staged, first_line: int, carry: Carry) -> Staged:
        """Take the last record out of what was staged again: its end has not been seen."""
        if not self.spans_lines and self._first_open is None:
            return staged
        last = [staged.last_record]
        placed = "outcome" if self.spans_lines else "unwrapped"
        query = f"SELECT min(byte_offset) FROM {placed} WHERE line_no >= ?"  # noqa: S608 - our own names
        row = self._connection.execute(query, last).fetchone()
        end = int(row[0]) if row and row[0] is not None else staged.end_offset
        self._connection.execute("DELETE FROM staged WHERE line_no >= ?", last)
        if self.has_plain:
            self._connection.execute("DELETE FROM seen_columns WHERE line_no >= ?", last)
        kept = self._staged(self._ledger_row(), staged.last_record - first_line, first_line, end, carry)
        if not self._opened:
            return kept
        return replace(kept, taken=further_lines(self._connection, staged.last_record))

    def _staged(self, row: dict[str, Any], count: int, first_line: int, end: int, carry: Carry) -> Staged:
        blanks = row["blank"] + count - row["lines"]
        ledger = Ledger(count, row["events"], row["failures"], row["rejects"], blanks, row["continuation"])
        last_ts = row["last_ts"] if row["last_ts"] is not None else carry.last_ts
        starts = [line_no for line_no in (row["last_record"], self._first_open) if line_no is not None]
        return Staged(ledger, min(starts, default=first_line), end, last_ts)

    def header_before(self, line: int) -> Header | None:
        """Return the header of a table that holds above `line` in what was staged last."""
        above = [header for header in self._headers if header.line_no < line]
        return above[-1] if above else None

    def _ledger_row(self) -> dict[str, Any]:
        return self.ledger_rows()[0]

    def ledger_rows(self, part: str = "()") -> list[dict[str, Any]]:
        """Return the ledger of what was staged: of all of it, or of each `part` (SQL over a line)."""
        return ledger_rows(self._connection, self._shares_lines, part)

    def _fill_years(self) -> None:
        """Give lines without any other time that of their envelope, which tells no year."""
        row = self._connection.execute(statement("ingest", "fill_years.sql")).fetchone()
        self.yearless += int(row[0]) if row else 0

    def _fill_times(self, before: int | None) -> None:
        self._connection.execute(
            Template(statement("ingest", "fill_times.sql")).substitute(before=before or "NULL")
        )
