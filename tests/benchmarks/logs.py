"""The logs that are measured: made once by `analyzer simulate`, kept in .cache/benchmarks."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

from tests.benchmarks.measure import ANALYZER

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "benchmarks"
SEED = 7


def simulated(format_name: str, requests: int) -> Path:
    """Return a log of `requests` requests, 8 % of them failures, one spelling, no damaged lines."""
    path = FOLDER / f"{format_name}-{requests}.log"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"unfinished-{path.name}")
        print(f"simulating {requests:,} requests as {format_name}", flush=True)
        options = (
            "--format",
            format_name,
            "--requests",
            str(requests),
            "--seed",
            str(SEED),
            "--uniform",
            "--force",
        )
        subprocess.run([*ANALYZER, "simulate", unfinished, *options], check=True, stdout=subprocess.DEVNULL)
        unfinished.rename(path)
    return path


def repeated(path: Path, times: int) -> Path:
    """Return a log that holds the lines of `path` so many times."""
    long = path.with_name(f"{path.stem}-x{times}.log")
    if not long.exists():
        with long.open("wb") as target:
            for _ in range(times):
                with path.open("rb") as source:
                    shutil.copyfileobj(source, target, 1 << 20)
    return long


def compressed(path: Path) -> Path:
    """Return the log compressed with gzip."""
    packed = path.with_name(f"{path.name}.gz")
    if not packed.exists():
        with path.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    return packed
