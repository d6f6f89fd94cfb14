"""`analyzer forget`: take sources out of the database again."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from analyzer.commands._options import ConfigurationOption, DatabaseOption, JsonOption, WaitOption

SourcesArgument = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE...", help="Names or numbers, as 'analyzer sources' prints them."),
]
GenerationOption = Annotated[
    int | None,
    typer.Option("--generation", metavar="N", min=1, help="Only this generation [default: all]."),
]


def forget(
    sources: SourcesArgument,
    generation: GenerationOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take sources out of the database again.

    All that was stored of them goes in one transaction: events, rejects, samples, copies and progress.
    The same file ingests again as new. An archive's name stands for all files in it.

    Examples:

        analyzer forget logs/app.log
        analyzer forget 3 logs.tar.gz
    """
    from analyzer.api import Store
    from analyzer.config import load_configuration

    store = Store.open(db, wait=wait, configuration=load_configuration(config))
    gone = store.forget(sources, generation=generation)
    if as_json:
        named = [
            {"source_id": source.source_id, "source": source.name, "generation": source.generation}
            for source in gone.sources
        ]
        counts = ("events", "rejects", "samples", "copies", "restored")
        print(json.dumps({"sources": named, **{name: getattr(gone, name) for name in counts}}))
        return
    for source in gone.sources:
        print(f"forgot {source.title}: {source.lines:,} lines")
    print(
        f"taken out: {gone.events:,} events, {gone.rejects:,} rejects, {gone.samples:,} sample lines, "
        f"{gone.copies:,} remembered copies"
    )
    if gone.restored:
        print(f"{gone.restored:,} events of other sources are duplicates no more")
