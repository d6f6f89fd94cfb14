"""Options that several commands share, so that they read alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DatabaseOption = Annotated[
    Path | None,
    typer.Option(
        "--db", metavar="FILE", help="The database [default: ANALYZER_DB, analyzer.toml, ./analyzer.duckdb]."
    ),
]
ConfigurationOption = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="The configuration [default: analyzer.toml, found upward]."
    ),
]
WaitOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="How long to wait while another process holds the database [default: analyzer.toml, 10].",
    ),
]
TimeZoneOption = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", help="Time zone, such as Asia/Shanghai [default: analyzer.toml, UTC]."
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="TIME", help="From this moment on: a date, an ISO time, or 24h, 7d back from now."
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="Up to and without this moment; written as --since."),
]
LanguageOption = Annotated[
    str | None, typer.Option("--lang", metavar="en|zh", help="Language [default: analyzer.toml, en].")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
MaskOption = Annotated[
    list[str] | None,
    typer.Option(
        "--mask", metavar="NAME", help="Mask these too: client_addresses, prompts; may be repeated."
    ),
]
CatalogOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalog", metavar="FILE", help="A catalogue of your own, beside the first; may be repeated."
    ),
]
LogOption = Annotated[
    str, typer.Option("--log-format", metavar="text|json", help="How notes are written to standard error.")
]
