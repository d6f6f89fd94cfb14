"""`analyzer retention`: delete what is older than so many days."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    TimeZoneOption,
    WaitOption,
)

KeepOption = Annotated[
    str | None,
    typer.Option("--keep", metavar="DAYS", help="How long to keep: 90d, 12w [default: analyzer.toml]."),
]


def retention(
    keep: KeepOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    tz: TimeZoneOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete events that are older than so many days.

    Their sample lines go with them, and rejects that stand among them. The logs stay known, so that
    nothing is read again. Whole days are kept, cut in --tz; the file is made small where much is free.

    Examples:

        analyzer retention --keep 90d --dry-run
        analyzer retention --keep 90d
    """
    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.errors import UsageError

    configuration = load_configuration(config)
    wanted = keep or configuration.retention
    if wanted is None:
        raise UsageError("say how long to keep events: --keep 90d, or retention in analyzer.toml")
    store = Store.open(db, wait=wait, configuration=configuration)
    kept = store.retain(wanted, time_zone=tz, dry_run=dry_run)
    if as_json:
        print(json.dumps(kept.as_json()))
        return
    gone = kept.expired
    verb = "would delete" if dry_run else "deleted"
    told = f"{gone.events:,} events ({gone.failures:,} failures) and {gone.rejects:,} rejects"
    places = f"{gone.sources:,} source{'' if gone.sources == 1 else 's'}"
    print(f"{verb} what is before {kept.cutoff.isoformat()}: {told} of {places}")
    if kept.compaction is not None:
        print(f"the file shrank from {kept.compaction.before:,} to {kept.compaction.after:,} bytes")
