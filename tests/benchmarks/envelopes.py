"""Envelopes: the same requests bare, and in the lines that containers' runtimes write around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, Row, Run, in_turns

MOMENT = "2026-11-20T08:00:00.123456789Z"
WRAPPED: dict[str, Callable[[str], str]] = {
    "docker": lambda line: json.dumps({"log": f"{line}\n", "stream": "stdout", "time": MOMENT}),
    "cri": lambda line: f"{MOMENT} stdout F {line}",
    "compose": lambda line: f"gateway-1  | {line}",
    "syslog-5424": lambda line: f"<13>1 2026-11-20T08:00:00.123456Z gateway app 7 - - {line}",
}


def rows(rounds: int, large: bool) -> Iterator[Row]:
    """Measure each envelope beside its inner format, one million requests."""
    for inner in ("ndjson", "combined"):
        bare = simulated(inner, 1_000_000)
        logs = {inner: bare, **{f"{name}+{inner}": _wrapped(bare, name) for name in WRAPPED}}
        database = FOLDER / "envelope.duckdb"
        taken = in_turns(
            {
                name: Run([*ANALYZER, "ingest", log, "--db", database], fresh=[database])
                for name, log in logs.items()
            },
            rounds,
        )
        reference = taken.pop(inner)
        for name, ours in taken.items():
            yield Row(
                name,
                f"{ours.seconds / reference.seconds:.2f} times {inner}, {ours.megabytes:,.0f} MiB",
                "at most 1.25 times, 1,024 MiB",
                f"{ours.seconds:.2f} s, {inner} {reference.seconds:.2f} s",
            )


def _wrapped(bare: Path, name: str) -> Path:
    path = bare.with_name(f"{name}-{bare.name}")
    if not path.exists():
        unfinished = path.with_name(f"unfinished-{path.name}")
        with (
            bare.open(encoding="utf-8", errors="replace", newline="\n") as lines,
            unfinished.open("w", encoding="utf-8", newline="\n") as out,
        ):
            out.writelines(WRAPPED[name](line.rstrip("\n")) + "\n" for line in lines)
        unfinished.rename(path)
    return path
