"""`analyzer report`: write the page that says what fails, whose fault it is and what to do first."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

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

OutputOption = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The page to write.")]


def report(
    output: OutputOption = Path("report.html"),
    since: SinceOption = None,
    until: UntilOption = None,
    tz: TimeZoneOption = None,
    lang: LanguageOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the error report.

    One page that opens in any browser, without a network.

    Examples:

        analyzer report -o report.html
        analyzer report --since 7d --tz Asia/Shanghai --lang zh
    """
    from analyzer.api import Store
    from analyzer.config import load_configuration

    store = Store(db, wait=wait, configuration=load_configuration(config))
    summary = store.report(output, since=since, until=until, time_zone=tz, language=lang)
    for note in [*summary.notes, *store.notes()]:
        print(f"analyzer: {note}", file=sys.stderr)
    if as_json:
        seconds = round(summary.seconds, 3)
        print(json.dumps({"report": str(output), "bytes": summary.bytes, "seconds": seconds}))
    else:
        print(f"wrote {output}; open it in a browser", file=sys.stderr)
