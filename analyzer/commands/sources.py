"""`analyzer sources`: what was read, how far, and what became of its lines."""

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

SourcesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE...", help="Only these, by name or number, with their rejects."),
]


def sources(
    names: SourcesArgument = None,
    tz: TimeZoneOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was read, how far, and what became of it.

    lines = events + rejects + blank + continuation, as read; of the events, expired ones were taken out
    by 'analyzer retention', and duplicates set aside by 'ingest --dedupe'.

    Examples:

        analyzer sources
        analyzer sources logs/app.log
    """
    from analyzer.api import Store
    from analyzer.api.source_listing import source_details, sources_table
    from analyzer.config import load_configuration

    store = Store.open(db, wait=wait, configuration=load_configuration(config))
    found = store.sources(names or (), time_zone=tz)
    if as_json:
        print(json.dumps({"sources": [detail.as_json() for detail in found]}, ensure_ascii=False))
    elif names:
        print("\n".join(source_details(detail) for detail in found), end="")
    else:
        print(sources_table(found), end="")
