"""Standard input held aside: read again as a source, and given up where it was stored."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from analyzer.source.spool import Spool


def test_a_pipe_is_read_like_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was given up, the head and what comes from the tail on can be read."""
    monkeypatch.setattr("analyzer.source.spool._PART_BYTES", 10_000)
    monkeypatch.setattr("analyzer.source.spool._BLOCK_BYTES", 3_000)
    data = random.Random(1).randbytes(60_000)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb", buffering=0) as end:
        spool = Spool(pipe)
        end.write(data)
        last = time.monotonic() + 10
        while spool.size < len(data) and time.monotonic() < last:
            time.sleep(0.01)
        assert spool.source().read_at(0, 100_000) == data
        spool.give_up(45_000)
        assert spool.source().head() == data[:4096]
        assert spool.source().read_at(45_000 - 4096, 100_000) == data[45_000 - 4096 :]
        assert spool.source().read_at(60_000, 10) == b""
        assert not spool.has_ended
        end.close()
        while not spool.has_ended and time.monotonic() < last:
            time.sleep(0.01)
        assert spool.has_ended


def test_what_is_given_up_leaves_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a pipe that never ends only the last parts stay on the disk."""
    monkeypatch.setattr("analyzer.source.spool._PART_BYTES", 1000)
    file = tmp_path / "piped"
    file.write_bytes(bytes(50_000))
    monkeypatch.setattr("analyzer.source.spool._BLOCK_BYTES", 1000)
    with file.open("rb") as pipe:
        spool = Spool(pipe)
        while not spool.has_ended:
            time.sleep(0.01)
        before = len(list(Path("/proc/self/fd").iterdir()))
        spool.give_up(50_000)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before - 40
