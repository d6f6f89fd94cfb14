"""What makes the reading of a file doubtful though its format was found, in words for the person."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.format.score import Attempt

_STATUS, _METHOD = 1, 3
_FEWEST = 3
_SMALL = 0.02
"""What another format tells besides, in part of what is read, is no accident from here on."""


def doubt_of(found: Sequence[Attempt]) -> str | None:
    """Return what of a file goes unread or unknown with the best of the formats; None for nothing.

    A file is read in one format. Where several services write one, as under Docker Compose, the requests of
    the others would be missing from every count without a word.
    """
    best = found[0]
    names, lines = _left_out(best, found[1:])
    if len(lines) >= max(_FEWEST, _SMALL * len(best.read)):
        return (
            f"{len(lines):,} of {best.score.lines:,} lines tried, line {min(lines):,} the first, are "
            f"requests in another format ({', '.join(names)}) than '{best.score.name}', and are left out; "
            "split the file by what wrote its lines, and read each part by itself"
        )
    if best.read and all(one[_STATUS] is None and one[_METHOD] is not None for one in best.read.values()):
        return (
            f"none of its requests tells a status under a name that '{best.score.name}' knows, so that only "
            "errors in words count as failures; 'analyzer formats draft' helps to name the field"
        )
    return None


def _left_out(best: Attempt, others: Sequence[Attempt]) -> tuple[list[str], set[int]]:
    """Return the lines in which other formats find a request and its status, and the best one none.

    With them the formats that find the most of these, each by lines that those before it do not find.
    """
    names: list[str] = []
    left: set[int] = set()
    found = [(one.score.name, _told(one) - best.read.keys()) for one in others]
    for name, lines in sorted(found, key=lambda one: -len(one[1])):
        if lines - left:
            names.append(name)
        left |= lines
    return names, left


def _told(one: Attempt) -> set[int]:
    return {
        line
        for line, values in one.read.items()
        if values[_STATUS] is not None and values[_METHOD] is not None
    }
