"""What a person should know of how a file is read though its format was found, in words."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.format.definition import BESIDE
from analyzer.format.mixture import Mixture, counts
from analyzer.format.score import Attempt

_STATUS, _METHOD = 1, 3


def doubt_of(mixture: Mixture) -> str | None:
    """Return what of a file goes unread, is read by several formats or stays unknown; None for nothing."""
    told = [*_of_parts(mixture), *_of_again(mixture), *_of_apart(mixture)]
    if not told and _lacks_status(mixture.parts[0]):
        name = mixture.parts[0].definition.name
        told = [
            f"none of its requests tells a status under a name that '{name}' knows, so that only errors in "
            "words count as failures; 'analyzer formats draft' helps to name the field"
        ]
    return "; ".join(told) or None


def _of_parts(mixture: Mixture) -> list[str]:
    if len(mixture.parts) == 1:
        return []
    tried = mixture.parts[0].score.lines
    return [
        f"several services write it: of {tried:,} lines tried, requests in {counts(mixture.parts)} are read; "
        "if one passes requests on to another, name one format alone with --format, lest they count twice"
    ]


def _of_again(mixture: Mixture) -> list[str]:
    return [
        f"the requests in {counts([one])} are those in {other.definition.name} told again (same method, "
        "path, status and time), and are left out, lest they count twice; --format "
        f"{BESIDE.join(each.definition.name for each in (other, one))} reads both"
        for one, other in mixture.again
    ]


def _of_apart(mixture: Mixture) -> list[str]:
    if not mixture.apart:
        return []
    lines = sorted(line for one in mixture.apart for line in one.read)
    return [
        f"{len(lines):,} of {mixture.parts[0].score.lines:,} lines tried, line {lines[0]:,} the first, are "
        f"requests in another format ({_names(mixture.apart)}) than '{mixture.parts[0].score.name}', and are "
        "left out; split the file by what wrote its lines, and read each part by itself"
    ]


def _names(attempts: Sequence[Attempt]) -> str:
    return ", ".join(one.definition.name for one in attempts)


def _lacks_status(best: Attempt) -> bool:
    return bool(best.read) and all(
        one[_STATUS] is None and one[_METHOD] is not None for one in best.read.values()
    )
