"""What a detection and a draft say to people, as lines of text."""

from __future__ import annotations

from pathlib import Path

from analyzer.format.detect import Detection
from analyzer.format.draft import Draft

_HEAD = ("format", "explained", "requests", "others", "damaged", "columns", "first line it fails on")
_MOST_NUMBERS = 10


def ranking_table(found: Detection) -> list[str]:
    """Return the ranking: what finds a request, best first, and how many formats do not."""
    told = [score for score in found.ranking if score.events]
    cells = [
        (
            score.name,
            f"{score.explained / score.lines:.0%}",
            f"{score.events:,}",
            f"{score.readable:,}",
            f"{score.damaged:,}",
            f"{score.filled:.1f}",
            "-" if score.first_miss is None else f"{score.first_miss:,}",
        )
        for score in told
    ]
    lines = [found.chosen.name if found.chosen else "no format is sure"]
    if cells:
        widths = [max(len(row[place]) for row in (_HEAD, *cells)) for place in range(len(_HEAD))]
        for row in (_HEAD, *cells):
            padded = [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join([f"  {row[0]:<{widths[0]}}", *padded]))
    without = len(found.ranking) - len(told)
    tried = found.ranking[0].lines if found.ranking else 0
    lines.append(f"{_counted(tried, 'line')} tried; {_counted(without, 'format')} found no request in them")
    return lines


def coverage(drafted: Draft, output: Path | None, present: str | None) -> list[str]:
    """Return what a draft covers and what it does not, and what to do with the file it was written to.

    `present` is the format that reads the log already, if one does.
    """
    told = [f"{drafted.events} of {drafted.lines} lines are requests by this draft"]
    reasons: dict[str, list[int]] = {}
    for number, reason in drafted.others.items():
        reasons.setdefault(reason, []).append(number)
    for reason, numbers in reasons.items():
        shown = ", ".join(map(str, numbers[:_MOST_NUMBERS])) + (
            " ..." if len(numbers) > _MOST_NUMBERS else ""
        )
        told.append(f"not covered ({reason}): {_counted(len(numbers), 'line')}, {shown}")
    if drafted.untimed:
        told.append(
            f"{_counted(drafted.untimed, 'request')} of them without a time that can be read: name the field "
            "as ts, or its format as time_format; without any the log is read with --time mtime"
        )
    if drafted.envelope:
        told.append(
            f"the lines stand in '{drafted.envelope}' envelopes; the draft is of what stands in them, "
            "and envelopes are opened by themselves"
        )
    if present:
        told.append(
            f"the format '{present}' reads this log already; a draft is needed only where it is wrong"
        )
    if output:
        told.append(
            f"written to {output}; check it with 'analyzer formats test {output}', and put its folder "
            'into analyzer.toml: formats = ["..."]'
        )
    return told


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
