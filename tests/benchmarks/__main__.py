"""`make bench`: the ratios the README quotes, each taken in one run, alternating. Nothing is asserted."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterable

from tests.benchmarks import again, combined, envelopes, ndjson, night, page, report, serve, start
from tests.benchmarks.measure import Row

BENCHMARKS: dict[str, Callable[[int, bool], Iterable[Row]]] = {
    "start": start.rows,
    "ndjson": ndjson.rows,
    "combined": combined.rows,
    "envelopes": envelopes.rows,
    "again": again.rows,
    "report": report.rows,
    "page": page.rows,
    "night": night.rows,
    "serve": serve.rows,
}


def main() -> None:
    """Run the named benchmarks, or all, and print the table."""
    parser = argparse.ArgumentParser(prog="make bench BENCH='...'", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}; all unless said"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run; medians are printed")
    parser.add_argument("--large", action="store_true", help="ten million requests as well")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(BENCHMARKS)
    if unknown:
        parser.error(
            f"there is no benchmark {', '.join(sorted(unknown))}; choose from {', '.join(BENCHMARKS)}"
        )
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, medians of {chosen.rounds} rounds\n")
    for name in chosen.names or BENCHMARKS:
        for row in BENCHMARKS[name](chosen.rounds, chosen.large):
            print(f"{row.name:26} {row.figure}  (wanted: {row.wanted})\n{'':26} {row.details}", flush=True)


if __name__ == "__main__":
    main()
