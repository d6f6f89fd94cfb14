"""Which log format a file has: every format that may fit is tried on lines spread over the file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from analyzer.event import FORMAT_COLUMNS
from analyzer.format.definition import WITHIN, Definition
from analyzer.format.opening import open_envelopes
from analyzer.format.project import may_fit
from analyzer.format.trial import load_lines, open_trial, trial_projection

MOST_LINES = 1000
"""So many lines are tried at most, in blocks that lie evenly over those given."""
_BLOCKS = 10
_KEY = re.compile(r'"([^"\\]{1,64})"\s*:')
_LONGEST = 65_536
_READABLE_WEIGHT, _DAMAGED_WEIGHT = 0.1, 0.5
_MARGIN = 0.8
_DEEPEST = 3
_WAY_OUT = "name the format with --format (see 'analyzer formats list')"
_EXPLAINED, _READABLE = ("event", "explained"), ("not_a_request", "readable", "blank")


@dataclass(frozen=True)
class Score:
    """How a format does on the tried lines that are not blank.

    `explained` lines are part of an event, `readable` ones carry no request, `damaged` ones are
    rejected. `share` is explained lines in all, a readable one counting a tenth and a damaged one half
    against; `filled` is how many columns an event has on average; `first_miss` is the number, among
    the lines given, of the first that it could not explain (a damaged one, where there is one).
    """

    name: str
    lines: int
    events: int
    explained: int
    readable: int
    damaged: int
    filled: float
    first_miss: int | None

    @property
    def share(self) -> float:
        """Return the share of lines explained, between -0.5 and 1."""
        credit = self.explained + _READABLE_WEIGHT * self.readable - _DAMAGED_WEIGHT * self.damaged
        return credit / self.lines if self.lines else 0.0


@dataclass(frozen=True)
class Detection:
    """The formats that were tried, best first, and the one that fits; where none does, `reason` says why."""

    ranking: tuple[Score, ...]
    chosen: Definition | None
    reason: str


def detect(lines: Sequence[str], formats: Iterable[Definition]) -> Detection:
    """Find the format of `lines`, which are lines of a file, in order, without their newlines.

    The best format is chosen when it finds at least one event, its damaged lines do not outweigh the
    explained ones, and no other comes near it that fills as many columns of an event. Of two that
    explain equally much, the one that fills more columns comes first, then the one listed first.
    Raises FormatError for a format with invalid settings.
    """
    known = list(formats)
    tried = _spread(lines)
    if not tried:
        return Detection((), None, f"it has no lines to detect a format from; {_WAY_OUT}")
    with open_trial(quick=True) as connection:
        found = _ranked(connection, tried, known)
    ranking = tuple(score for score, _ in found)
    reason = _objection(ranking)
    return Detection(ranking, found[0][1] if found and not reason else None, reason)


def _ranked(
    connection: duckdb.DuckDBPyConnection,
    tried: Sequence[tuple[int, str]],
    known: Sequence[Definition],
    depth: int = 0,
) -> list[tuple[Score, Definition]]:
    """Return the score of each format on numbered lines, and in each envelope that fits, best first."""
    texts = [line for _, line in tried]
    fitting = [definition for definition in known if may_fit(definition, texts)]
    found = []
    _load(connection, tried)
    for definition in known:
        if definition.kind != "envelope":
            fits = definition in fitting
            found.append(
                (_score(connection, definition, tried) if fits else _no_score(definition, tried), definition)
            )
    for envelope in fitting:
        if envelope.kind == "envelope" and depth < _DEEPEST:
            inner = _inner_lines(connection, envelope, tried)
            within = _ranked(connection, inner, known, depth + 1) if inner else []
            found += [(_wrapped(score, envelope), format.within(envelope)) for score, format in within]
    return sorted(
        found, key=lambda pair: (-round(pair[0].share, 3), -pair[0].filled, -len(pair[1].envelopes))
    )


def _inner_lines(
    connection: duckdb.DuckDBPyConnection, envelope: Definition, tried: Sequence[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Return the numbered lines that stand in the envelopes."""
    _load(connection, tried)
    whole = replace(envelope, envelopes=(envelope,))
    open_envelopes(connection, whole, lambda: "(SELECT line_no, byte_offset, line FROM tried)")
    rows = connection.execute(
        "SELECT line_no, line FROM unwrapped WHERE fate IS NULL AND trim(line) <> '' ORDER BY line_no"
    ).fetchall()
    return [(tried[line_no - 1][0], line) for line_no, line in rows]


def _wrapped(score: Score, envelope: Definition) -> Score:
    return replace(score, name=f"{envelope.name}{WITHIN}{score.name}")


def _spread(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Return numbered lines in blocks that lie evenly over all of them, blank and overlong ones left out."""
    if len(lines) <= MOST_LINES:
        chosen: Iterable[int] = range(len(lines))
    else:
        size = MOST_LINES // _BLOCKS
        starts = [round(block * (len(lines) - size) / (_BLOCKS - 1)) for block in range(_BLOCKS)]
        chosen = sorted({place for start in starts for place in range(start, start + size)})
    return [
        (place + 1, lines[place])
        for place in chosen
        if lines[place].strip() and len(lines[place]) <= _LONGEST
    ]


def _load(connection: duckdb.DuckDBPyConnection, tried: Sequence[tuple[int, str]]) -> None:
    load_lines(connection, [line for _, line in tried])


def _score(
    connection: duckdb.DuckDBPyConnection, definition: Definition, tried: Sequence[tuple[int, str]]
) -> Score:
    filled = " + ".join(f"({column.name} IS NOT NULL)::INTEGER" for column in FORMAT_COLUMNS)
    projected = f"SELECT line_no, coalesce(reason, outcome), {filled} FROM ({trial_projection(connection, definition)}) ORDER BY line_no"  # noqa: S608
    lines: dict[str, list[int]] = defaultdict(list)
    columns, last = 0, ""
    for line_no, kind, count in connection.execute(projected).fetchall():
        if kind == "continuation":
            # It is worth what its record is; one that completes an earlier request stands by itself.
            kind = "readable" if last == "not_a_request" else "explained"
        else:
            last = kind
        columns += count if kind == "event" else 0
        lines[kind if kind in _EXPLAINED or kind in _READABLE else "damaged"].append(line_no)
    first = next(iter(lines["damaged"] or lines["not_a_request"]), None)
    events = len(lines["event"])
    return Score(
        definition.name,
        len(tried),
        events,
        events + len(lines["explained"]),
        len(lines["not_a_request"]) + len(lines["readable"]),
        len(lines["damaged"]),
        columns / events if events else 0.0,
        None if first is None else tried[first - 1][0],
    )


def _no_score(definition: Definition, tried: Sequence[tuple[int, str]]) -> Score:
    return Score(definition.name, len(tried), 0, 0, 0, len(tried), 0.0, tried[0][0] if tried else None)


def _objection(ranking: Sequence[Score]) -> str:
    """Return why the best is not chosen, for people, or the empty text."""
    if not ranking:
        return f"there are no log formats; {_WAY_OUT}"
    best, second = ranking[0], ranking[1] if len(ranking) > 1 else None
    also = f", then '{second.name}' {second.events}" if second else ""
    if not best.events or best.share <= 0:
        miss = (
            f"; line {best.first_miss} is the first that '{best.name}' cannot read" if best.first_miss else ""
        )
        return (
            f"no log format explains it: of {best.lines} lines tried '{best.name}' finds {best.events} "
            f"requests{also}{miss}; {_WAY_OUT}"
        )
    close = second is not None and second.events and _MARGIN * best.share < second.share < best.share
    if second and close and second.filled >= best.filled:
        miss = (
            f"; line {best.first_miss} is the first that '{best.name}' cannot read" if best.first_miss else ""
        )
        return f"'{best.name}' and '{second.name}' explain it almost alike{miss}; {_WAY_OUT}"
    return ""
