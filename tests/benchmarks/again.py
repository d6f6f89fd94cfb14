"""Looking again at 1,000 files with nothing new, beside looking again at one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, Row, Run, measured

FILES = 1_000
LINES = 100


def rows(rounds: int, large: bool) -> Iterator[Row]:
    """Measure the first run over the files, the run over them again, and one over a single file again."""
    folder, database = _files(), FOLDER / "again.duckdb"
    first = Run([*ANALYZER, "ingest", folder, "--db", database], fresh=[database]).measured()
    again = min(measured([*ANALYZER, "ingest", folder, "--db", database]).seconds for _ in range(rounds))
    one_file = [*ANALYZER, "ingest", folder / "0000.log", "--db", database]
    one = min(measured(one_file).seconds for _ in range(rounds))
    yield Row(
        f"{FILES:,} files again",
        f"{again - one:.2f} s more than one file",
        "at most 1 s",
        f"again {again:.2f} s, one file {one:.2f} s; the first run took {first.seconds:.1f} s",
    )


def _files() -> Path:
    folder = FOLDER / f"files-{FILES}"
    if not folder.exists():
        folder.mkdir(parents=True)
        lines = simulated("ndjson", 1_000_000).open("rb")
        with lines:
            for number in range(FILES):
                text = b"".join(next(lines) for _ in range(LINES))
                (folder / f"{number:04}.log").write_bytes(text)
    return folder
