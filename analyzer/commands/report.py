"""`analyzer report`: write the page that says what fails, whose fault it is and what to do first."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from analyzer.query.ranges import TimeRange

OutputOption = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The page to write.")]


def report(
    output: OutputOption = Path("report.html"),
    since: SinceOption = None,
    until: UntilOption = None,
    tz: TimeZoneOption = None,
    lang: LanguageOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Write the error report: one page that opens in any browser, without a network.

    Examples:

        analyzer report -o report.html
        analyzer report --since 7d --tz Asia/Shanghai --lang zh
    """
    from analyzer.config import load_configuration, resolve_database
    from analyzer.query.ranges import parse_range
    from analyzer.text import texts

    configuration = load_configuration(config)
    zone, language = tz or configuration.time_zone, texts(lang or configuration.language).language
    wanted = parse_range(since, until, zone)
    _write(resolve_database(db, configuration), wait, output, wanted, zone, language, as_json)


def _write(
    database: Path, wait: float, output: Path, wanted: TimeRange, zone: str, language: str, as_json: bool
) -> None:
    from analyzer import __version__
    from analyzer.report.page import write_report
    from analyzer.store.open import open_reader

    with closing(open_reader(database, wait, zone)) as connection:
        summary = write_report(
            connection,
            output,
            since=wanted.since,
            until=wanted.until,
            time_zone=zone,
            language=language,
            version=__version__,
            now=datetime.now(UTC),
        )
    for note in summary.notes:
        print(f"analyzer: {note}", file=sys.stderr)
    if as_json:
        seconds = round(summary.seconds, 3)
        print(json.dumps({"report": str(output), "bytes": summary.bytes, "seconds": seconds}))
    else:
        print(f"wrote {output}; open it in a browser", file=sys.stderr)
