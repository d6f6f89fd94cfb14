"""Whole simulations: the same bytes every time, a truth that adds up, and refusals in one line."""

from __future__ import annotations

import gzip
import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from analyzer.classification.load import load_catalogs
from analyzer.errors import DeliveryError, RangeError, UnknownNameError, UsageError
from analyzer.simulate.run import FORMATS, Plan, plan_files, simulate

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_FORMATS = ("ndjson", "combined.gz", "python-client")


def _simulate(folder: Path, **changes: Any) -> dict[str, Any]:
    files, truth = plan_files(folder, changes.pop("formats", ()), changes.pop("compress", False), None)
    return simulate(Plan(files, truth, changes.pop("start", date(2026, 11, 16)), **changes))


def _entries() -> list[tuple[str, int | None, str | None, str]]:
    catalog = next(catalog for catalog in load_catalogs() if catalog.provider == "huawei-maas")
    return [(entry.api, entry.http_status, entry.code, entry.message) for entry in catalog.entries]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _simulate(tmp_path_factory.mktemp("logs"), requests=6_000, days=4, seed=3)


def test_the_sample_logs_are_what_the_generator_writes(tmp_path: Path) -> None:
    _simulate(tmp_path, formats=SAMPLE_FORMATS, requests=4_000, days=5, seed=7)
    kept = ROOT / "sample_logs"
    for name in ("ndjson.log", "python-client.log", "truth.json"):
        assert (tmp_path / name).read_bytes() == (kept / name).read_bytes(), name
    # Compressors differ in their bytes; what they hold does not.
    packed = (kept / "combined.log.gz").read_bytes()
    assert gzip.decompress((tmp_path / "combined.log.gz").read_bytes()) == gzip.decompress(packed)
    assert packed[4:8] == b"\0\0\0\0"


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("first", 5), ("again", 5), ("other", 6)):
        _simulate(tmp_path / name, requests=300, seed=seed, compress=True)
    for log_format in FORMATS:
        first, again, other = (
            (tmp_path / name / f"{log_format}.log.gz").read_bytes() for name in ("first", "again", "other")
        )
        assert first == again
        assert first != other


def test_a_format_is_the_same_alone_and_among_others(tmp_path: Path) -> None:
    _simulate(tmp_path / "all", requests=500)
    _simulate(tmp_path / "one", requests=500, formats=("combined",))
    assert (tmp_path / "all/combined.log").read_bytes() == (tmp_path / "one/combined.log").read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_the_truth_adds_up(truth: dict[str, Any], name: str) -> None:
    file = truth["files"][f"{name}.log"]
    rejects = sum(file["rejects"].values())
    assert file["lines"] == file["events"] + rejects + file["blank"] + file["continuation"]
    assert file["events"] == 6_000
    for cut in ("by_match", "by_code", "by_category", "by_owner", "by_model", "by_status"):
        assert sum(file[cut].values()) == file["failures"], cut
    explained = file["by_match"]["template"] + file["by_match"]["message"]
    assert sum(row["failures"] for row in file["by_entry"]) == explained
    assert file["uncatalogued"] == file["by_match"]["none"]


def test_the_truth_counts_the_lines_that_were_written(tmp_path: Path) -> None:
    truth = _simulate(tmp_path, requests=2_000, days=4)
    for name, file in truth["files"].items():
        lines = (tmp_path / name).read_bytes().split(b"\n")
        assert lines.pop() == b""
        assert len(lines) == file["lines"], name
        assert lines.count(b"") == file["blank"], name


@pytest.mark.parametrize("name", FORMATS)
def test_every_entry_is_met_in_every_format(truth: dict[str, Any], name: str) -> None:
    rows = truth["files"][f"{name}.log"]["by_entry"]
    assert {(row["api"], row["http_status"], row["code"], row["message"]) for row in rows} == set(_entries())


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_match_and_of_bad_line_is_met(truth: dict[str, Any], name: str) -> None:
    file = truth["files"][f"{name}.log"]
    assert set(file["by_match"]) == {"template", "message", "code", "none"}
    assert file["rejects"]["damaged"]
    assert file["blank"]


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.08, 0.5, 1.0])
def test_the_failure_rate_is_the_one_asked_for(tmp_path: Path, rate: float) -> None:
    truth = _simulate(tmp_path, requests=10_000, failure_rate=rate, formats=("combined",))
    assert truth["files"]["combined.log"]["failures"] / 10_000 == pytest.approx(rate, abs=0.01)


def test_lines_are_about_as_long_as_in_real_logs(tmp_path: Path) -> None:
    _simulate(tmp_path, requests=20_000, formats=("ndjson", "combined"))
    _simulate(tmp_path / "uniform", requests=20_000, formats=("ndjson",), uniform=True)
    assert (tmp_path / "ndjson.log").stat().st_size / 20_000 == pytest.approx(266, rel=0.05)
    assert (tmp_path / "uniform/ndjson.log").stat().st_size / 20_000 == pytest.approx(266, rel=0.05)
    assert (tmp_path / "combined.log").stat().st_size / 20_000 == pytest.approx(184, rel=0.05)


def test_uniform_lines_all_have_the_same_fields(tmp_path: Path) -> None:
    truth = _simulate(tmp_path, requests=3_000, formats=("ndjson",), uniform=True)
    lines = (tmp_path / "ndjson.log").read_text(encoding="utf-8").splitlines()
    assert {tuple(json.loads(line)) for line in lines} == {tuple(json.loads(lines[0]))}
    assert truth["files"]["ndjson.log"]["rejects"] == {"damaged": 0, "not_a_request": 0}


def test_the_burst_and_the_outage_lie_where_the_truth_says(tmp_path: Path) -> None:
    truth = _simulate(tmp_path, requests=30_000, formats=("ndjson",), uniform=True)
    records = [json.loads(line) for line in (tmp_path / "ndjson.log").read_text("utf-8").splitlines()]
    for name, statuses in (("burst", {429}), ("outage", {503, 504})):
        span = truth["incidents"][name]
        during = [record["status"] for record in records if span["start"] <= record["ts"] < span["end"]]
        assert sum(status in statuses for status in during) > 0.4 * len(during) > 20


def test_attempts_of_a_call_share_their_operation(tmp_path: Path) -> None:
    _simulate(tmp_path, requests=20_000, formats=("ndjson",))
    attempts: dict[str, list[int]] = {}
    for line in (tmp_path / "ndjson.log").read_bytes().splitlines():
        if line.startswith(b'{"time":') and b'"operation_id"' in line:
            record = json.loads(line)
            attempts.setdefault(record["operation_id"], []).append(record["attempt"])
    repeated = [numbers for numbers in attempts.values() if len(numbers) > 1]
    assert len(repeated) > 5
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in repeated)


def test_threads_take_turns(tmp_path: Path) -> None:
    """Between a request line and the exception that belongs to it, another thread's line may stand."""
    _simulate(tmp_path, requests=20_000, formats=("python-client",))
    lines = (tmp_path / "python-client.log").read_text("utf-8", "replace").splitlines()
    threads = [
        line.split("[")[1].split("]")[0] for line in lines if " [Thread-" in line and "HTTP/1.1 4" in line
    ]
    pairs = [(first, second) for first, second in pairwise(lines) if "HTTP/1.1 4" in first]
    assert set(threads) == {"Thread-1", "Thread-2", "Thread-3", "Thread-4"}
    assert any(" [Thread-" in first and "HTTP/1.1 4" in second for first, second in pairs)


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    log = tmp_path / "combined.log"
    log.write_text("mine")
    with pytest.raises(UsageError, match=r"combined\.log exists already.*--force"):
        _simulate(tmp_path, requests=10)
    assert log.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [log]
    _simulate(tmp_path, requests=10, force=True)
    assert log.read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"requests": 0}, RangeError, "--requests is 0"),
        ({"days": 0}, RangeError, "--days is 0"),
        ({"failure_rate": 8.0}, RangeError, "--failure-rate is 8.0"),
        ({"seed": -1}, RangeError, "--seed is -1"),
        ({"start": date(9999, 12, 31)}, RangeError, "--start is 9999-12-31"),
        ({"formats": ("nginx",)}, UnknownNameError, "unknown format 'nginx'; there are ndjson"),
    ],
)
def test_a_figure_without_sense_is_refused(
    tmp_path: Path, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        _simulate(tmp_path / "logs", **changes)
    assert not (tmp_path / "logs").exists()


def test_a_file_takes_one_format(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names one file"):
        plan_files(tmp_path / "big.log", (), False, None)
    files, truth = plan_files(tmp_path / "big.log", ("ndjson",), True, None)
    assert files == {tmp_path / "big.log.gz": "ndjson"}
    assert truth == tmp_path / "big.log.truth.json"
    assert plan_files(tmp_path / "big.log", ("ndjson.gz",), False, None)[0] == files


def test_a_simulation_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stop(_count: int) -> None:
        raise KeyboardInterrupt

    files, truth = plan_files(tmp_path, (), True, None)
    with pytest.raises(KeyboardInterrupt):
        simulate(Plan(files, truth, date(2026, 11, 16), requests=100), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="cannot be written"):
        _simulate(tmp_path / "file" / "logs", requests=10)


@pytest.mark.parametrize("requests", [1, 2, 7, 100])
def test_a_log_may_be_short(tmp_path: Path, requests: int) -> None:
    truth = _simulate(tmp_path, requests=requests, days=1)
    assert all(file["events"] == requests for file in truth["files"].values())
