"""The moments that a source has as a whole: when it was written, and the time of lines without any."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from analyzer.source.stream import Source


def written_at(source: Source) -> int:
    """Return when a log was written last, in microseconds since 1970; now, where nothing tells it."""
    if source.stat and source.stat[2]:
        return source.stat[2] // 1000
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def moment_of_untimed(source: Source, wanted: str | None, time_zone: str) -> int | None:
    """Return the moment for lines of a log without any time, in microseconds since 1970.

    `wanted` is `mtime`, `now` or an ISO moment, in `time_zone` unless it tells its zone.
    """
    if wanted is None:
        return None
    if wanted == "mtime" and source.stat:
        return source.stat[2] // 1000
    moment = datetime.now(UTC) if wanted in ("now", "mtime") else datetime.fromisoformat(wanted)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(time_zone))
    return int(moment.timestamp() * 1_000_000)
