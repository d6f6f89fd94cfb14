"""What a person reads after an ingestion shows what logs say, and obeys none of it."""

from __future__ import annotations

import pyarrow

from analyzer.ingest.told import worst_failures


def test_a_terminal_obeys_no_code_of_a_log() -> None:
    """An escape sequence, a line end and a mark that turns the writing round are written out."""
    codes = ["\x1b[2J\x1b[31mred", "one\ntwo", "\u202eevil"]
    errors = pyarrow.table({"failures": [3, 2, 1], "share": [0.5, 0.3, 0.2], "code": codes})
    said = worst_failures(errors)
    assert [line.split(maxsplit=2)[2] for line in said.splitlines()[1:4]] == [
        "\\x1b[2J\\x1b[31mred",
        "one\\ntwo",
        "\\u202eevil",
    ]
