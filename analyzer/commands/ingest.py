"""`analyzer ingest`: read API logs into the database."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.commands._options import (
    CatalogOption,
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    LogOption,
    MaskOption,
    TimeZoneOption,
    WaitOption,
)

if TYPE_CHECKING:
    from analyzer.api import Store
    from analyzer.ingest.totals import Totals
    from analyzer.night.log import Log

PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH...", help="Files, folders, globs, or - for standard input."),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="The log format, or several with commas [default: detected]; see 'formats list'.",
    ),
]
PopulationOption = Annotated[
    str | None,
    typer.Option(
        "--population", metavar="requests|failures", help="What the log holds [default: the format's]."
    ),
]
TimeOption = Annotated[
    str | None,
    typer.Option("--time", metavar="mtime|now|MOMENT", help="The time of lines in a log that has none."),
]
DedupeOption = Annotated[
    str | None,
    typer.Option(
        "--dedupe",
        metavar="request_id|none",
        help="Set aside requests that several logs hold, from now on [default: analyzer.toml].",
    ),
]
FollowOption = Annotated[
    bool, typer.Option("--follow", help="Go on reading as the logs grow and rotate; Ctrl-C ends it.")
]
EveryOption = Annotated[
    float,
    typer.Option("--every", metavar="SECONDS", min=0.1, help="With --follow: store what is new this often."),
]


def ingest(
    paths: PathsArgument = None,
    format: FormatOption = None,
    population: PopulationOption = None,
    tz: TimeZoneOption = None,
    time: TimeOption = None,
    dedupe: DedupeOption = None,
    follow: FollowOption = False,
    every: EveryOption = 2.0,
    mask: MaskOption = None,
    catalog: CatalogOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    log_format: LogOption = "text",
    as_json: JsonOption = False,
) -> int:
    """Read API logs into the database.

    What was read before adds nothing; a file that grew adds its new lines.
    Without PATH, what analyzer.toml names is read.

    Examples:

        analyzer ingest logs/ access.log.*.gz
        kubectl logs deploy/gateway | analyzer ingest -
        analyzer ingest --follow /var/log/gateway/
    """
    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.errors import UsageError
    from analyzer.night.log import log_in

    log = log_in(log_format)
    configuration = load_configuration(config).masking(mask or ())
    wanted = paths or list(configuration.ingest)
    if not wanted:
        raise UsageError(
            "nothing to ingest; name files or folders, or list them in analyzer.toml under ingest"
        )
    store = Store(db, wait=wait, configuration=configuration, create=True, catalogs=catalog or ())
    how: dict[str, Any] = {
        "format": format,
        "population": population,
        "time_zone": tz,
        "untimed": time,
        "dedupe": dedupe,
    }
    totals = _followed(store, wanted, every, how, log) if follow else _ingested(store, wanted, how)
    _tell(store, totals, tz or configuration.time_zone, as_json, log, _again(db, config))
    return 1 if totals.count("failed") and not follow else 0


def _followed(store: Store, paths: list[str], every: float, how: dict[str, Any], log: Log) -> Totals:
    with _ended_by_signals() as stop:
        return store.follow(paths, every=every, stop=stop, say=log, **how)


def _ingested(store: Store, paths: list[str], how: dict[str, Any]) -> Totals:
    with _progress() as tell:
        return store.ingest(paths, tell=tell, **how)


def _again(db: Path | None, config: Path | None) -> str:
    """Return the options with which a report is of the same store."""
    given = [("--db", db), ("--config", config)]
    return "".join(f" {option} {shlex.quote(str(path))}" for option, path in given if path is not None)


def _tell(store: Store, totals: Totals, time_zone: str, as_json: bool, log: Log, again: str) -> None:
    """Print what came of it: notes, then the totals and what fails most."""
    from analyzer.ingest.told import first_words, notes, worst_failures

    said = store.notes(classifies=True)
    for note in [*notes(totals, time_zone), *said]:
        log(note)
    if as_json:
        print(json.dumps(totals.as_json()))
    elif store.path.exists():
        print(first_words(totals, store.path), end="")
        if totals.count("read") or not totals.count("failed"):
            print(worst_failures(store.query_table("errors_by_code", limit=3), again), end="")


@contextmanager
def _ended_by_signals() -> Iterator[Event]:
    """Let Ctrl-C and SIGTERM end the work in order; a second Ctrl-C breaks it off."""
    stop = Event()

    def end(number: int, frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """Show a bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, object] = {}

        def tell(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name.replace("[", "\\["), total=total or None)
            bar.update(tasks[name], completed=done)  # type: ignore[arg-type]

        yield tell
