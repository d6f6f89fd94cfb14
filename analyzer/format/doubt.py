"""What a person should know of how a file is read though its format was found, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.format.definition import WITHIN
from analyzer.format.hop import told_elsewhere
from analyzer.format.mixture import Mixture
from analyzer.format.score import Attempt

_STATUS, _DURATION, _METHOD = 1, 2, 3
_GENERAL = ("ndjson", "logfmt")
_ENOUGH = 5
_SHORT, _HOUR = 20.0, 3_600_000.0
_WITHOUT_UNIT = re.compile(
    r'(?:^|[\s"{,])(?:duration|latency|elapsed_time|dur|took)(?:"\s*:\s*"?|=)(?:\d{1,2}\.\d{2,}|\d{8,})(?![\w.])'
)
"""A number without a unit: with a fraction of two digits or more, or very large."""
_WITH_UNIT = re.compile(r'(?:duration|latency|elapsed|took|time)_?(?:ms|millis\w*)["=:]', re.IGNORECASE)


def doubt_of(mixture: Mixture, lines: Sequence[str]) -> str | None:
    """Return what of a file, of which `lines` were tried, goes unread, is read in several formats, stays
    unknown or may be wrong; None for nothing."""
    told = [*_of_parts(mixture), *_of_echo(mixture), *_of_apart(mixture)]
    if not told and _lacks_status(mixture.best):
        name = mixture.best.definition.name
        told = [
            f"none of its requests tells a status under a name that '{name}' knows, so that only errors in "
            "words count as failures; 'analyzer formats draft' helps to name the field"
        ]
    return "; ".join([*told, *_of_units(mixture.best, lines)]) or None


def _of_units(best: Attempt, lines: Sequence[str]) -> list[str]:
    """Doubt durations that a general format takes for milliseconds, though nothing says so: seconds are small
    numbers with a fraction, nanoseconds very large ones."""
    lasted = sorted(values[_DURATION] for values in best.read.values() if values[_DURATION])
    if best.definition.name.rpartition(WITHIN)[2] not in _GENERAL or len(lasted) < _ENOUGH:
        return []
    middle = lasted[len(lasted) // 2]
    if _HOUR > middle >= _SHORT or not any(map(_tells_no_unit, lines)):
        return []
    seems = "seconds" if middle < _SHORT else "a smaller unit"
    return [
        f"durations tell no unit and were read as milliseconds, but look like {seems}; "
        "'analyzer formats draft' writes a format with the unit that it guesses"
    ]


def _tells_no_unit(line: str) -> bool:
    return _WITHOUT_UNIT.search(line) is not None and _WITH_UNIT.search(line) is None


def _of_parts(mixture: Mixture) -> list[str]:
    words = [(one, lines) for one, lines in mixture.parts if one.definition.only_beside]
    if len(mixture.parts) == 1 + len(words):
        return [_of_words(mixture, one, len(lines)) for one, lines in words]
    tried = mixture.best.score.lines
    shares = ", ".join(f"{one.definition.name} ({len(lines):,})" for one, lines in mixture.parts)
    told = [f"several services write it: of {tried:,} lines tried, requests in {shares} are read"]
    told += [
        f"{same:,} of those in {one.definition.name} look like requests in {other.definition.name} told "
        "again (same method, path, status and time) and count twice: name one of the two alone with --format"
        for one, other, same in mixture.again
    ]
    if not mixture.again and mixture.echo is None:
        told.append("if one passes requests on to another, they count twice: name one alone with --format")
    return ["; ".join(told)]


def _of_words(mixture: Mixture, one: Attempt, lines: int) -> str:
    best = mixture.best
    again = told_elsewhere(one, [best])
    but = f", but for {again:,} that seem to be told by other lines and count twice" if again else ""
    return (
        f"failures are told in words too ({one.definition.name}, {lines:,} of {best.score.lines:,} lines "
        f"tried), and count as requests that nothing else tells of{but}; "
        f"--format {best.definition.name} leaves them out"
    )


def _of_echo(mixture: Mixture) -> list[str]:
    if mixture.echo is None:
        return []
    one, other, same = mixture.echo
    return [
        f"{same:,} requests that {one} tells of look like those of {other} told again (same method, path, "
        f"status and time) and count twice: keep the lines of one of the two alone"
    ]


def _of_apart(mixture: Mixture) -> list[str]:
    if not mixture.apart:
        return []
    tried, name = mixture.best.score.lines, mixture.best.definition.name
    lines = sorted(line for _, own in mixture.apart for line in own)
    others = ", ".join(one.definition.name for one, _ in mixture.apart)
    return [
        f"{len(lines):,} of {tried:,} lines tried, line {lines[0]:,} the first, are requests in another "
        f"format ({others}) than '{name}', and are left out; split the file by what wrote its lines, and "
        "read each part by itself"
    ]


def _lacks_status(best: Attempt) -> bool:
    return bool(best.read) and all(
        one[_STATUS] is None and one[_METHOD] is not None for one in best.read.values()
    )
