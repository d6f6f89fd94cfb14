"""What a person reads after an ingestion shows what logs say, and obeys none of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow

from analyzer.ingest.told import first_words, notes, worst_failures
from analyzer.ingest.totals import Ledger, SourceOutcome, Totals


def test_a_terminal_obeys_no_code_of_a_log() -> None:
    """An escape sequence, a line end and a mark that turns the writing round are written out."""
    codes = ["\x1b[2J\x1b[31mred", "one\ntwo", "\u202eevil"]
    errors = pyarrow.table({"failures": [3, 2, 1], "share": [0.5, 0.3, 0.2], "code": codes})
    said = worst_failures(errors, " --db other.duckdb")
    assert [line.split(maxsplit=2)[2] for line in said.splitlines()[1:4]] == [
        "\\x1b[2J\\x1b[31mred",
        "one\\ntwo",
        "\\u202eevil",
    ]


def test_what_holds_of_many_files_is_said_once() -> None:
    """Notes in the same words name their files together; any other stands as it is."""
    same = [SourceOutcome(f"{number}.log", "read", note=f"{number}.log: is odd") for number in range(7)]
    totals = Totals((*same, SourceOutcome("a.log", "skipped", note="a.log is a copy of b.log")), (), 0.1)
    assert notes(totals, "UTC") == [
        "0.log, 1.log, 2.log, 3.log, 4.log and 2 more: is odd",
        "a.log is a copy of b.log",
    ]


def test_lines_that_are_whole_now_are_no_fewer_than_none() -> None:
    """A line that was cut short was a reject; read again, whole, it is one no more."""
    ledger = Ledger(lines=48, events=50, failures=3, rejects=-2)
    said = first_words(Totals((SourceOutcome("a.log", "read", ledger),), (), 0.1), Path("a.duckdb"))
    assert "48 lines = 50 events - 2 earlier rejects + 0 blank + 0 continuation; 3 of" in said
