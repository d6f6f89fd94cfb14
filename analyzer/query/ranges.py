"""From when until when: what --since, --until and --tz say, as moments.

--since is inclusive, --until exclusive. A moment is an ISO date or time (without a zone: in the
report's; a bare date is its midnight there), or a span such as `24h` or `7d` back from now.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from analyzer.errors import RangeError, UsageError

_BACK = re.compile(r"(\d{1,6})\s*(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WAY_OUT = "write a date (2026-05-01), an ISO time (2026-05-01T08:00+08:00), or 24h, 7d back from now"


class TimeRange(NamedTuple):
    """The moments from `since` on, up to and without `until`; None is open. Both carry a zone."""

    since: datetime | None
    until: datetime | None


def find_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name. Raises UsageError, which offers the nearest name."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # unknown, a folder of zones, a path out of the tree
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"did you mean {near[0]}?" if near else "write an IANA name such as Asia/Shanghai"
        raise UsageError(f"there is no time zone {name!r}; {hint}") from error


def parse_range(
    since: str | None, until: str | None, time_zone: str, now: datetime | None = None
) -> TimeRange:
    """Read --since and --until in the zone `time_zone`; `now` (the clock's unless given) is where spans end.

    Raises RangeError for a time that cannot be read and for a range that ends before it starts,
    UsageError for an unknown zone.
    """
    zone = find_zone(time_zone)
    moment = now or datetime.now(UTC)
    start = None if since is None else parse_moment(since, zone, moment)
    end = None if until is None else parse_moment(until, zone, moment)
    if start is not None and end is not None and start > end:
        raise RangeError(f"the range ends before it starts: since {since}, until {until}; exchange them")
    return TimeRange(start, end)


def parse_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment that `text` names, in `zone`. Raises RangeError where it names none."""
    wanted = text.strip()
    back = _BACK.fullmatch(wanted)
    try:
        if back is not None:
            return (now - timedelta(**{_UNITS[back[2]]: int(back[1])})).astimezone(zone)
        moment = datetime.fromisoformat(wanted)
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise RangeError(f"{text!r} is no time; {_WAY_OUT}") from error
