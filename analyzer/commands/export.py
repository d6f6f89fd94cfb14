"""`analyzer export`: the events as Parquet, one folder a day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    SinceOption,
    TimeZoneOption,
    UntilOption,
    WaitOption,
)

FolderOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where to: a folder of its own.")
]


def export(
    output: FolderOption,
    since: SinceOption = None,
    until: UntilOption = None,
    tz: TimeZoneOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the events into Parquet files, one folder a day.

    All columns of the view events go to FOLDER/day=2026-11-20/events.parquet; days are cut in --tz.
    Days of an earlier export are replaced, others stay.

    Examples:

        analyzer export -o events/
        analyzer export -o events/ --since 2026-11-01 --until 2026-12-01 --tz Asia/Shanghai
    """
    from dataclasses import asdict

    from analyzer.api import Store
    from analyzer.config import load_configuration

    store = Store.open(db, wait=wait, configuration=load_configuration(config))
    done = store.export(output, since=since, until=until, time_zone=tz)
    if as_json:
        print(json.dumps(asdict(done)))
        return
    days = f"{done.days} day{'' if done.days == 1 else 's'}"
    print(f"wrote {done.events:,} events of {days} into {output} ({done.bytes:,} bytes)")
    if done.removed:
        print(f"took away {done.removed} of its days, of which nothing is stored any more")
