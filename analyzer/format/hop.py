"""Whether two formats tell of the same requests: a gateway and the service behind it, in one file."""

from __future__ import annotations

from collections import defaultdict

from analyzer.format.score import Attempt, Values

_SAME = 0.8
"""Of one's requests so many must be among the other's."""

_FEWEST = 3
_SECOND = 1_000_000
_APART = 2 * _SECOND
"""Two clocks, or the two ends of a request, differ by so much, besides the time that it takes."""

_ZONES = 15 * 60 * _SECOND
"""All zones' clocks differ by a multiple of this: one of the two may not tell its zone."""

_NEAR = 50
"""Where a time is missing, the lines stand at most so far apart."""

_TS, _STATUS, _DURATION, _METHOD, _PATH = range(5)


def tells_again(one: Attempt, other: Attempt) -> bool:
    """Tell whether nearly every request that `one` reads is one of those that `other` reads in other lines.

    Each goes with one of the same method, path and status, at the same time and as long, where both tell.
    """
    there: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for line, values in other.read.items():
        there[_what(values)].append(line)
    same = 0
    for line in one.told_requests:
        values = one.read[line]
        for place, candidate in enumerate(there[_what(values)]):
            if _may_be_one(line, values, candidate, other.read[candidate]):
                del there[_what(values)][place]
                same += 1
                break
    return same >= max(_FEWEST, _SAME * len(one.told_requests))


def _what(values: Values) -> tuple[object, ...]:
    path = values[_PATH]
    return values[_METHOD], path.partition("?")[0] if path else None, values[_STATUS]


def _may_be_one(line: int, values: Values, other_line: int, others: Values) -> bool:
    durations = [each[_DURATION] for each in (values, others) if each[_DURATION] is not None]
    if len(durations) == 2 and abs(durations[0] - durations[1]) > 0.1 * max(durations) + 100:
        return False
    if values[_TS] is None or others[_TS] is None:
        return abs(line - other_line) <= _NEAR
    takes = max(durations, default=0) * 1000
    apart = abs(values[_TS] - others[_TS]) % _ZONES
    return bool(min(apart, _ZONES - apart) <= _APART + takes)
