"""Whether two formats tell of the same requests: a gateway and the service behind it, in one file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set

from analyzer.format.score import Attempt, Values

_SAME = 0.8
"""So many of one's requests must be among the other's."""

_FEWEST = 3
_SECOND = 1_000_000
_APART = 2 * _SECOND
"""Two clocks, or the two ends of a request, differ by so much, besides the time that it takes."""

_ZONES = 15 * 60 * _SECOND
"""All zones' clocks differ by a multiple of this: one of the two may not tell its zone."""

_NEAR = 50
"""Where a time is missing, the lines stand at most so far apart."""

_TS, _STATUS, _DURATION, _METHOD, _PATH = range(5)


def told_again(one: Attempt, lines: Set[int], other: Attempt, theirs: Set[int]) -> int:
    """Return how many of the requests that `one` reads in some lines are those that `other` reads in others,
    0 unless nearly all of one's or of the other's are.

    Each goes with one of the same method, path and status, at the same time and as long, where both tell.
    """
    there: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for line in sorted(theirs):
        there[_what(other.read[line])].append(line)
    same = 0
    for line in sorted(lines):
        values = one.read[line]
        for place, candidate in enumerate(there[_what(values)]):
            if _may_be_one(line, values, candidate, other.read[candidate]):
                del there[_what(values)][place]
                same += 1
                break
    return same if same >= max(_FEWEST, _SAME * min(len(lines), len(theirs))) else 0


def told_elsewhere(one: Attempt, others: Sequence[Attempt]) -> int:
    """Return of how many failures that a format reads others have a request: that status, at that time."""
    there: dict[object, list[tuple[Attempt, int]]] = defaultdict(list)
    for other in others:
        for line, values in other.read.items():
            there[values[_STATUS]].append((other, line))
    told = 0
    for line, values in one.read.items():
        for place, (other, candidate) in enumerate(there[values[_STATUS]]):
            if _may_be_one(line, values, candidate, other.read[candidate]):
                del there[values[_STATUS]][place]
                told += 1
                break
    return told


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
