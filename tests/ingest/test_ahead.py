"""A file that is begun before its format is known gives the store of one that is not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.format.definition import load_formats
from analyzer.ingest import ahead

FORMATS = ("ndjson", "combined", "python-client", "docker", "otlp", "w3c")


def begun_from(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Have files of so many bytes and more begun before their format is known."""
    monkeypatch.setattr(ahead, "_WORTH_IT", size)


@pytest.mark.parametrize("format", FORMATS)
def test_the_store_is_the_same(
    quick_laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    """Whatever the format turns out to be, all of the file is read, once."""
    sample = load_formats()[format].samples[0]
    log = tmp_path / "a.log"
    log.write_text(sample.lines.strip("\n") + "\n", encoding="utf-8")
    stores = []
    for size in (1, 1 << 40):
        begun_from(monkeypatch, size)
        quick_laboratory.clear()
        totals = quick_laboratory.ingest(log)
        assert totals.count("read") == 1
        stores.append(quick_laboratory.everything())
    assert stores[0] == stores[1]
    assert stores[0]["event"] or stores[0]["success"]


def test_a_large_file_and_its_gzip(
    quick_laboratory: Any, tmp_path: Path, simulated: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain or compressed, begun or not, the events are the same."""
    data = simulated("ndjson", 300).read_bytes()
    plain, packed = tmp_path / "a.log", tmp_path / "b.log.gz"
    plain.write_bytes(data)
    packed.write_bytes(gzip.compress(data))
    stores = []
    for size, path in ((1, plain), (1, packed), (1 << 40, plain)):
        begun_from(monkeypatch, size)
        quick_laboratory.clear()
        assert quick_laboratory.ingest(path).count("read") == 1
        everything = quick_laboratory.everything()
        stores.append([everything[table] for table in ("event", "success", "reject")])
    assert stores[0] == stores[1] == stores[2]


def test_a_file_of_no_format(quick_laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun in vain is let go, and the next file is read."""
    begun_from(monkeypatch, 1)
    odd, log = tmp_path / "a.log", tmp_path / "b.log"
    odd.write_text("nothing that a format explains\n" * 1000, encoding="utf-8")
    log.write_text('{"ts":"2026-11-20T08:00:00Z","status":500,"path":"/v1/models"}\n', encoding="utf-8")
    quick_laboratory.clear()
    totals = quick_laboratory.ingest(odd, log)
    assert [source.state for source in totals.sources] == ["failed", "read"]
    assert "no log format explains it" in str(totals.sources[0].note)


def test_a_damaged_file_that_was_begun(
    quick_laboratory: Any, tmp_path: Path, simulated: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damage that shows while the format is found out is told as ever, and nothing is stored."""
    begun_from(monkeypatch, 1)
    packed = gzip.compress(simulated("ndjson", 300).read_bytes())
    log = tmp_path / "a.log.gz"
    log.write_bytes(packed[: len(packed) * 9 // 10])
    quick_laboratory.clear()
    totals = quick_laboratory.ingest(log)
    assert [source.state for source in totals.sources] == ["failed"]
    assert "ends too early" in str(totals.sources[0].note)
    assert quick_laboratory.counted() == {"events": 0, "failures": 0, "rejects": 0}
