"""A file in which several services write is read as their own files would be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st


def rows(laboratory: Any) -> list[tuple[Any, ...]]:
    columns = [name for (name,) in laboratory.rows("SELECT column_name FROM (DESCRIBE events)")]
    left_out = {"source_id", "source", "line_no", "byte_offset", "ts"}
    wanted = ", ".join(name for name in columns if name not in left_out)
    found: list[tuple[Any, ...]] = laboratory.rows(f"SELECT epoch_us(ts) AS moment, {wanted} FROM events")
    return sorted(found, key=repr)


@settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    chance=st.randoms(use_true_random=False), noise=st.integers(0, 20), size=st.sampled_from((2500, 1 << 20))
)
def test_a_mixed_file_holds_what_its_parts_hold(
    quick_laboratory: Any,
    simulated: Callable[[str, int], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chance: Any,
    noise: int,
    size: int,
) -> None:
    """However the lines of two services come by turns, in batches of any size, with other output between."""
    parts = [simulated(format, 30) for format in ("combined", "ndjson")]
    quick_laboratory.clear()
    quick_laboratory.ingest(*parts)
    apart, rejects = rows(quick_laboratory), quick_laboratory.ledger()["rejects"]
    lines = [line for part in parts for line in part.read_bytes().splitlines()] + [b"starting"] * noise
    chance.shuffle(lines)
    (tmp_path / "mixed.log").write_bytes(b"\n".join(lines) + b"\n")
    quick_laboratory.clear()
    with monkeypatch.context() as patch:
        patch.setattr("analyzer.ingest.read.BATCH_BYTES", size)
        quick_laboratory.ingest(tmp_path / "mixed.log", format="ndjson,combined")
    assert rows(quick_laboratory) == apart
    ledger = quick_laboratory.ledger()
    assert ledger["lines"] == len(lines)
    assert ledger["rejects"] == rejects + noise


def test_a_mixed_file_that_grows_is_read_on_as_it_was_begun(
    laboratory: Any, simulated: Callable[[str, int], Path], tmp_path: Path
) -> None:
    """In all its formats, though one of them is silent in what is new."""
    one, other = (simulated(format, 200).read_bytes().splitlines() for format in ("combined", "ndjson"))
    path = tmp_path / "mixed.log"
    begun = [line for pair in zip(one[:80], other[:80], strict=True) for line in pair]
    path.write_bytes(b"\n".join(begun) + b"\n")
    laboratory.ingest(path)
    formats = ([("combined,ndjson",)], [("ndjson,combined",)])
    assert laboratory.rows("SELECT format FROM stored.source") in formats
    for more in (one[80:], other[80:]):
        with path.open("ab") as file:
            file.write(b"\n".join(more) + b"\n")
        laboratory.ingest(path)
    grown = laboratory.ledger()
    laboratory.clear()
    laboratory.ingest(*(simulated(format, 200) for format in ("combined", "ndjson")))
    assert grown == laboratory.ledger()


def test_a_service_that_joins_a_file_is_told_of(
    laboratory: Any, simulated: Callable[[str, int], Path], tmp_path: Path
) -> None:
    """It is read on in the format it was begun in; forgotten and ingested again, it is read whole."""
    one, other = (simulated(format, 60).read_bytes().splitlines() for format in ("combined", "ndjson"))
    path = tmp_path / "a.log"
    path.write_bytes(b"\n".join(one) + b"\n")
    laboratory.ingest(path)
    with path.open("ab") as file:
        file.write(b"\n".join(other) + b"\n")
    (outcome,) = laboratory.ingest(path).sources
    said = outcome.note or ""
    assert "another format (ndjson) than 'combined', in which it was begun, and are left out" in said
    assert f"'analyzer forget {path}' and ingesting it again reads both" in said
    laboratory.clear()
    laboratory.ingest(path)
    assert laboratory.rows("SELECT format FROM stored.source") in (
        [("combined,ndjson",)],
        [("ndjson,combined",)],
    )
