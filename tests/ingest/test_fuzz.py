"""Random bytes and mutated lines of every format, through the real ingestion: the ledger always adds up.

A longer session: `python -m pytest -q -n 0 -m proof tests/ingest/test_fuzz.py`, seconds in FUZZ_SECONDS.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.format.definition import WITHIN, Definition

PIECES = (b"\n", b"\r", b"\0", b'"', b"\\", b"{", b"}", b"[", b" ", b"'", b"\xff", b"\xc3", b",", b":", b"-")
LEAST = 16
"""Logs of a short session."""

LONG = (b"9" * 400, b"[" * 3000, b'{"a":' * 600, b'"' * 999, b"\\x" * 500, b"\xf0\x9f\x98\x80" * 300)


def sampled(definition: Definition) -> list[bytes]:
    """Return the lines of a format's own samples."""
    texts = [sample.lines for sample in definition.samples]
    return [line.encode() for text in texts for line in str(text).split("\n")]


def mutated(lines: list[bytes], chance: random.Random) -> bytes:
    """Return a log of some of the lines, most of them changed."""
    found = []
    for _ in range(chance.randrange(1, 30)):
        line = chance.choice(lines)
        for _ in range(chance.randrange(4)):
            line = _changed(line, chance)
        found.append(line)
    return b"\n".join(found) + chance.choice([b"", b"\n"])


def _changed(line: bytes, chance: random.Random) -> bytes:
    place, other = sorted(chance.randrange(len(line) + 1) for _ in range(2))
    return chance.choice(
        [
            line[:place] + line[other:],
            line[:place] + chance.choice(PIECES) + line[place:],
            line[:place] + line[place:other] * 2 + line[other:],
            line[:place] + chance.choice(LONG) + line[other:],
            line[:place] + chance.randbytes(chance.randrange(1, 9)) + line[other:],
            line[:place] + str(chance.choice([0, -1, 1 << 31, 1 << 63, 1e308])).encode() + line[place:],
        ]
    )


def rounds(seconds: float, least: int) -> Iterator[int]:
    """Count up for so long, and so often at least."""
    last = time.monotonic() + seconds
    number = 0
    while number < least or time.monotonic() < last:
        yield number
        number += 1


def readable(definition: Definition) -> str:
    """Return the name by which a format is read: an envelope's with that of what its first sample holds."""
    inner = definition.samples[0].inner
    return f"{definition.name}{WITHIN}{inner}" if inner else definition.name


@pytest.mark.parametrize(
    "seconds", [0.0, pytest.param(float(os.environ.get("FUZZ_SECONDS", "600")), marks=pytest.mark.proof)]
)
def test_fuzzed_logs(quick_laboratory: Any, tmp_path: Path, seconds: float) -> None:
    """Whatever a log holds: read in two pieces, every line is an event, a reject, blank or a continuation."""
    known = quick_laboratory.knowledge.formats
    formats = sorted(((readable(one), one) for one in known.values()), key=lambda pair: pair[0])
    for number in rounds(seconds, LEAST):
        chance = random.Random(f"fuzz {number}")
        name, definition = formats[number * 7 % len(formats)]
        lines = sampled(definition) or [b"a"]
        data = chance.randbytes(chance.randrange(1, 4000)) if number % 17 == 16 else mutated(lines, chance)
        path = tmp_path / f"{number}.log"
        quick_laboratory.clear()
        middle = chance.randrange(len(data) + 1)
        for piece in (data[:middle], data[middle:]):
            with path.open("ab") as file:
                file.write(piece)
            totals = quick_laboratory.ingest(path, format=name)
            assert totals.count("failed") == 0, (number, name, totals.sources)
        path.unlink()
        ledger = quick_laboratory.ledger()
        count = data.count(b"\n") + (not data.endswith(b"\n")) if data else 0
        assert ledger["lines"] == count, (number, name)
        parts = ledger["events"] + ledger["rejects"] + ledger["blank"] + ledger["continuation"]
        # One line of OTLP holds several spans.
        assert parts == ledger["lines"] or name == "otlp", (number, name)
        stored = quick_laboratory.counted()
        assert {key: ledger[key] for key in stored} == stored, (number, name)
