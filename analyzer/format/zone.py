"""Whether a log tells the zone of its times."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.format.definition import Definition
from analyzer.format.trial import load_lines, trial_connection, trial_fields

_CLOCK = r"\d\d:\d\d:\d\d(?![.,\d]* ?(?:Z|UTC|GMT|[+-]\d\d))"
_MAY_LACK_A_ZONE = re.compile(
    r"(?:\d[-/]\d\d[-/]\d{2,4}[T ,-]+|/[A-Z][a-z]{2}/\d{4}[: ]"
    rf"|[^\s\d]{{3,6}}\.? +\d{{1,2}} |\d[月월] *\d{{1,2}} ){_CLOCK}"
)
_ZONELESS_CLOCK = re.compile(_CLOCK)
"""What ends such a time: looked for first, at a tenth of the cost."""

_CST = re.compile(r"\d\d:\d\d:\d\d(?:[.,]\d+)? CST\b")
_MOST_LINES = 100


def lacks_zone(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell whether events of `lines` have times without a zone: those that move with the session's zone."""
    tried = list(lines[:_MOST_LINES])
    if not any(_ZONELESS_CLOCK.search(line) and _MAY_LACK_A_ZONE.search(line) for line in tried):
        return False
    connection = trial_connection()
    load_lines(connection, tried)
    times = trial_fields(connection, definition)
    seen = set()
    for zone in ("UTC", "Asia/Kathmandu"):
        connection.execute(f"SET TimeZone = '{zone}'")
        seen |= set(connection.execute(f"SELECT sum(epoch_us(ts)) FROM ({times})").fetchall())  # noqa: S608
    return len(seen) > 1


def cst_doubt(definition: Definition, lines: Sequence[str]) -> str | None:
    """Return what to say of times in CST, which is China's zone and Chicago's; None where none is read."""
    tried = [line for line in lines[:_MOST_LINES] if "CST" in line and _CST.search(line)]
    if not tried:
        return None
    connection = trial_connection()
    load_lines(connection, tried)
    times = trial_fields(connection, definition)
    if connection.execute(f"SELECT count(ts) FROM ({times})").fetchall() == [(0,)]:  # noqa: S608 - our own
        return None
    return "its times in CST were read as Chicago's (UTC-6); --tz Asia/Shanghai reads them as China's (UTC+8)"
