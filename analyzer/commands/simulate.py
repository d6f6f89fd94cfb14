"""`analyzer simulate`: logs to try the tool on, of any size, with the truth beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.commands._options import ConfigurationOption, DatabaseOption, JsonOption

if TYPE_CHECKING:
    from analyzer.config import Configuration

FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="ndjson, combined or python-client, with .gz to compress it; may be repeated [default: all].",
    ),
]
StartOption = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="First day, UTC [default: so that the last one is yesterday].",
    ),
]
RateOption = Annotated[
    float, typer.Option(min=0, max=1, help="About what share of requests fails, such as 0.08.")
]
UniformOption = Annotated[
    bool, typer.Option("--uniform", help="One spelling and no damaged lines, as a benchmark wants them.")
]
TruthOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where the truth goes [default: beside the logs].")
]


def simulate(
    place: Annotated[
        Path, typer.Argument(metavar="FOLDER|FILE", help="Where the logs go; a name with a suffix is a file.")
    ],
    formats: FormatOption = None,
    requests: Annotated[int, typer.Option(min=1, help="Requests in each log.")] = 10_000,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days that they are spread over.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and start give the same bytes.")] = 1,
    failure_rate: RateOption = 0.08,
    start: StartOption = None,
    compress: Annotated[bool, typer.Option("--gzip", help="Compress every log.")] = False,
    uniform: UniformOption = False,
    truth: TruthOption = None,
    ingest: Annotated[bool, typer.Option("--ingest", help="Ingest the logs into the database.")] = False,
    database: DatabaseOption = None,
    config: ConfigurationOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write realistic API logs and the truth about them.

    They are for trying the tool at any size: several days of traffic with every error of the
    catalogue, errors that it lacks, damaged lines, a burst of 429s and an outage. truth.json beside
    the logs says what a tool must find in them.

    Examples:

        analyzer simulate logs/
        analyzer simulate big.log --format ndjson --requests 10000000
        analyzer simulate logs/ --format combined.gz --days 7 --seed 42 --ingest
    """
    from analyzer.config import load_configuration, resolve_database
    from analyzer.simulate.run import Plan, plan_files
    from analyzer.simulate.run import simulate as write_logs

    first = start or datetime.now(UTC) - timedelta(days=days)  # so that the last day is yesterday
    files, truth_file = plan_files(place, formats or (), compress, truth)
    plan = Plan(
        files, truth_file, first.date(), requests, days, seed, failure_rate, uniform=uniform, force=force
    )
    with _progress(requests) as bar:
        told = write_logs(plan, None if bar is None else bar.update)
    totals = _totals(list(files), told)
    if ingest:
        configuration = load_configuration(config)
        target = resolve_database(database, configuration)
        totals["ingested"] = _ingest(target, list(files), configuration)
    print(json.dumps(totals) if as_json else _sentence(totals, truth_file))
    if ingest and not as_json:
        print(f"all of it is in {target}; next: analyzer report --db {target}")


@contextmanager
def _progress(requests: int) -> Iterator[Any]:
    """Show a bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=requests, label="requests", file=sys.stderr) as bar:
        yield bar


def _totals(paths: Sequence[Path], told: Mapping[str, Any]) -> dict[str, Any]:
    files = told["files"].values()
    totals: dict[str, Any] = {"files": [str(path) for path in paths]}
    totals |= {key: sum(file[key] for file in files) for key in ("lines", "events", "failures")}
    return totals | {"bytes": sum(path.stat().st_size for path in paths)}


def _ingest(database: Path, paths: Sequence[Path], configuration: Configuration) -> dict[str, int | float]:
    """Ingest the logs, and return the run's totals under the names of `analyzer ingest --json`."""
    from analyzer.api import Store

    with Store.open(database, create=True, configuration=configuration) as store:
        return dict(store.ingest([str(path) for path in paths]).as_json())


def _sentence(totals: Mapping[str, Any], truth_file: Path) -> str:
    names = ", ".join(totals["files"])
    counts = (
        f"{totals['events']:,} requests, {totals['failures']:,} of them failed, {totals['lines']:,} lines"
    )
    return f"{names}: {counts}, {totals['bytes'] / 1e6:.1f} MB; the truth is in {truth_file}"
