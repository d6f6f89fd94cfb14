"""How soon the command line answers."""

from __future__ import annotations

from tests.benchmarks.measure import ANALYZER, PYTHON, Row, Run, in_turns


def rows(rounds: int, large: bool) -> list[Row]:
    """Measure `analyzer --help`, with Python's own start beside it."""
    taken = in_turns({"help": Run([*ANALYZER, "--help"]), "python": Run([PYTHON, "-c", "pass"])}, rounds * 3)
    return [
        Row(
            "analyzer --help",
            f"{taken['help'].seconds:.2f} s",
            "at most 0.3 s",
            f"Python's own start {taken['python'].seconds:.2f} s",
        )
    ]
