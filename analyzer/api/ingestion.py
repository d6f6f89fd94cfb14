"""What an ingestion is told, checked before anything is opened, and what it needs to know."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from analyzer.config import Configuration
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.classification.entry import Catalog
    from analyzer.ingest.options import Options
    from analyzer.ingest.run import Knowledge
    from analyzer.ingest.totals import Totals

_POPULATIONS = ("requests", "failures")


def checked_options(
    configuration: Configuration,
    format: str | None,
    population: str | None,
    time_zone: str | None,
    untimed: str | None,
    dedupe: str | None,
) -> Options:
    """Return how to ingest; without `time_zone` times that carry no zone are in the configuration's.

    Raises UsageError for a value that cannot be.
    """
    from analyzer.ingest.options import Options
    from analyzer.query.ranges import find_zone
    from analyzer.store.duplicates import DEDUPE

    wanted = dedupe or configuration.dedupe
    if wanted not in (None, *DEDUPE):
        raise UsageError(f"dedupe is '{wanted}'; it must be one of {', '.join(DEDUPE)}")
    if population is not None and population not in _POPULATIONS:
        raise UsageError(f"population is '{population}'; it must be one of {', '.join(_POPULATIONS)}")
    if untimed not in (None, "mtime", "now"):
        _check_moment(str(untimed))
    zone = time_zone or configuration.log_time_zone or configuration.time_zone
    find_zone(zone)
    return Options(format, population, zone, time_zone is not None, untimed, wanted)


def knowledge(configuration: Configuration, catalogs: Sequence[Catalog], format: str | None) -> Knowledge:
    """Return the formats, catalogues and masks to ingest with.

    Raises UnknownNameError where there is no such `format`, and what the loading of each raises.
    """
    from analyzer.format.definition import load_formats
    from analyzer.format.name import named_format
    from analyzer.format.project import check
    from analyzer.ingest.mask import load_masks
    from analyzer.ingest.run import Knowledge
    from analyzer.resources import package_folder

    formats = load_formats(configuration.formats, proven=True)
    if format is not None:
        named_format(formats, format)
    for definition in formats.values():
        # The package's own are proved by its tests: trying 150 patterns would take a third of a second.
        if definition.path.parent != package_folder("formats"):
            check(definition)
    return Knowledge(tuple(catalogs), formats, load_masks(configuration.masks, configuration.mask_also))


def follow(
    database: Path,
    paths: Sequence[str],
    known: Knowledge,
    options: Options,
    every: float,
    wait: float,
    say: Callable[[str], None],
    stop: Event | None,
    between: Callable[[], None] = lambda: None,
) -> Totals:
    """Follow `paths` into `database`; see `Store.follow`. `between` is called between commits."""
    from analyzer.ingest.follow import Follow, begin
    from analyzer.source.follow import Watch
    from analyzer.source.names import STDIN
    from analyzer.source.spool import Spool

    with closing(Watch(paths)) as watch:
        spool = Spool(sys.stdin.buffer) if STDIN in paths else None
        say(f"{begin(paths, len(watch.names))} into {database}")
        session = Follow(database, known, options, every, wait, say, stop or Event(), between)
        return session.follow(watch, spool)


def _check_moment(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--time {text!r} is no moment; give mtime, now or a time such as 2026-11-22T08:00:00Z"
        ) from error
