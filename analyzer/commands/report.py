"""`analyzer report`: say what fails, whose fault it is and what to do first, as a page or another format."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    LanguageOption,
    SinceOption,
    TimeZoneOption,
    UntilOption,
    WaitOption,
)
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.api import Store

DEFAULT_OUTPUT = Path("report.html")


def report(
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="What to write; - prints it [default: report.html]."
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="html|md|json|csv|png|pdf",
            help="How to write it [default: by the ending of FILE].",
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    tz: TimeZoneOption = None,
    lang: LanguageOption = None,
    slo: Annotated[
        str | None,
        typer.Option(
            "--slo",
            metavar="PERCENT",
            help="How many requests should succeed, such as 99.5 [default: analyzer.toml].",
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            "--compare",
            metavar="START..END|none",
            help="The span to compare with [default: the same span before].",
        ),
    ] = None,
    release: Annotated[
        str | None,
        typer.Option(
            "--release", metavar="NAME=TIME", help="Compare what was before this moment with what came after."
        ),
    ] = None,
    assets: Annotated[
        Path | None,
        typer.Option(
            "--assets", metavar="FOLDER", help="Keep plotly.js there, shared by all pages, not in each page."
        ),
    ] = None,
    calendar: Annotated[
        Path | None,
        typer.Option(
            "--calendar", metavar="FOLDER", help="Write index.html, a calendar over the reports in FOLDER."
        ),
    ] = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the error report.

    One page that opens in any browser, without a network; or Markdown, JSON,
    CSV, a picture, paper. Every figure stands beside the same span before.

    Examples:

        analyzer report -o report.html
        analyzer report --since 7d --tz Asia/Shanghai --lang zh --slo 99.5
        analyzer report --since 24h --format md -o -
        analyzer report --release v2.4=2026-11-22T14:00 -o release.pdf
    """
    from analyzer.api import Store
    from analyzer.config import load_configuration

    configuration = load_configuration(config)
    if calendar is not None and output is None:
        _write_calendar(calendar, lang or configuration.language, as_json)
        return
    _refuse_no_folder(calendar, output or DEFAULT_OUTPUT)
    store = Store(db, wait=wait, configuration=configuration)
    options = {
        **{"since": since, "until": until, "time_zone": tz, "language": lang},
        **{"slo": _target(slo), "compare": compare, "release": release},
    }
    if str(output) == "-":
        _print(store, format, assets, as_json, options)
        return
    _write(store, output or DEFAULT_OUTPUT, format, assets, as_json, options)
    if calendar is not None:
        _write_calendar(calendar, lang or configuration.language, as_json=False)


def _refuse_no_folder(calendar: Path | None, output: Path) -> None:
    """Refuse a calendar over a folder that is not there, and is not the one that the report will stand in."""
    from analyzer.errors import MissingPathError

    if calendar is not None and not calendar.is_dir() and calendar != output.parent:
        raise MissingPathError(f"there is no folder {calendar}; name the folder that holds the reports")


def _target(slo: str | None) -> float | None:
    if slo is None:
        return None
    from analyzer.report.availability import read_slo

    return read_slo(slo)


def _print(
    store: Store, format: str | None, assets: Path | None, as_json: bool, options: dict[str, Any]
) -> None:
    if as_json:
        raise UsageError("--json and -o - both want standard output; for the report as JSON, --format json")
    from analyzer.report.output import target

    text = store.report_text(target(Path("-"), format, assets).format, **options)
    for note in store.notes():
        print(f"analyzer: {note}", file=sys.stderr)
    sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
    sys.stdout.buffer.flush()


def _write(
    store: Store,
    output: Path,
    format: str | None,
    assets: Path | None,
    as_json: bool,
    options: dict[str, Any],
) -> None:
    from analyzer.report.output import target

    format = target(output, format, assets).format
    summary = store.report(output, format=format, assets=assets, **options)
    for note in [*summary.notes, *store.notes()]:
        print(f"analyzer: {note}", file=sys.stderr)
    if as_json:
        seconds = round(summary.seconds, 3)
        print(json.dumps({"report": str(output), "bytes": summary.bytes, "seconds": seconds}))
    else:
        way = "; open it in a browser" if format == "html" else ""
        print(f"wrote {output}{way}", file=sys.stderr)


def _write_calendar(folder: Path, language: str, as_json: bool) -> None:
    from analyzer.report.calendar import write_calendar

    index = write_calendar(folder, language)
    if as_json:
        print(json.dumps({"calendar": str(index), "bytes": index.stat().st_size}))
    else:
        print(f"wrote {index}; open it in a browser", file=sys.stderr)
