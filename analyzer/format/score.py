"""How a format does on lines that are tried, in few words and in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

import duckdb

from analyzer.format.definition import WITHIN, Definition
from analyzer.format.project import KINDS, hints_of, project
from analyzer.format.table import is_quoted, join_records
from analyzer.resources import statement

_READABLE_WEIGHT, _DAMAGED_WEIGHT = 0.1, 0.5
_EXPLAINED, _READABLE = ("event", "explained"), ("not_a_request", "readable", "blank")
_FEWEST = 50
_GENERAL = 5
"""How much less a format says by fitting that takes any line with some of its names."""
COMPARABLE = 2
"""Of two formats, one that looks for so many times fewer names is the surer one."""

_CLOSE = 0.97
_STATUS, _METHOD = 1, 3
_APART = 0.01
"""Two durations of the same request differ by rounding at most so much."""

Values = tuple[Any, ...]
"""What a format reads in a line: time (microseconds since 1970), status, duration, method, path, client."""


@dataclass(frozen=True)
class Score:
    """How a format does on the tried lines that are not blank.

    `explained` lines are part of an event, `readable` ones carry no request, `damaged` ones are
    rejected. `share` is explained lines in all, a readable one counting a tenth and a damaged one half
    against; `filled` is how many columns an event has on average; `first_miss` is the number, among
    the lines given, of the first that it could not explain (a damaged one, where there is one). `retold`
    of the readable ones are known to tell of a request that another line tells.
    """

    name: str
    lines: int
    events: int
    explained: int
    readable: int
    damaged: int
    filled: float
    first_miss: int | None
    retold: int = 0

    @property
    def share(self) -> float:
        """Return the share of lines explained, between -0.5 and 1."""
        credit = self.explained + _READABLE_WEIGHT * self.readable - _DAMAGED_WEIGHT * self.damaged
        return credit / self.lines if self.lines else 0.0

    @property
    def told(self) -> float:
        """Return how many values a line tells on average; a damaged one takes one off.

        A line known to tell a request again counts like one, or a format that counts it twice told more.
        """
        known = self.events + self.retold if self.events else 0
        return (known * self.filled - self.damaged) / self.lines if self.lines else 0.0


@dataclass(frozen=True)
class Attempt:
    """A format, its score, and what it read in the lines that it takes for requests."""

    definition: Definition
    score: Score
    read: Mapping[int, Values]
    left: int = 0
    """How many characters stand in the envelopes: the fewer, the more of the line its envelopes explain."""
    is_sure: bool = False
    """Whether the lines' shape says that they are of this format, however few of them are requests."""
    shaped: frozenset[int] = frozenset()
    """The lines that have the shape of this format."""

    @property
    def depth(self) -> int:
        """Return in how many envelopes the lines are read."""
        return len(self.definition.envelopes)

    @property
    def names(self) -> int:
        """Return how many names or patterns the format looks for: the more, the less it says by fitting."""
        listed = sum(len(value) for value in self.definition.settings.values() if isinstance(value, list))
        is_sure = "shape" in self.definition.settings or "required" in self.definition.settings
        return listed if is_sure or self.definition.kind == "pattern" else max(_GENERAL * listed, _FEWEST)

    @property
    def knows_doubles(self) -> bool:
        """Tell whether the format knows lines that tell again of a request that another one tells."""
        return "counted_elsewhere" in self.definition.settings and self.score.events > 0

    @property
    def told_requests(self) -> set[int]:
        """Return the lines in which the format finds a request's method and status, or a failure in words."""
        is_told = self.definition.only_beside
        return {
            line
            for line, values in self.read.items()
            if values[_STATUS] is not None and (is_told or values[_METHOD] is not None)
        }

    def tells_more(self, other: Attempt, line: int) -> bool:
        """Tell whether this one is to be believed of a line: it tells more values, or others by its shape."""
        mine, theirs = self.read.get(line), other.read.get(line)
        if mine is None or theirs is None:
            return mine is not None
        more = _told(mine) - _told(theirs)
        owns = line in self.shaped and line not in other.shaped
        return more > 0 or (more == 0 and owns and _differ(mine, theirs))

    def comes_near(self, best: Attempt) -> bool:
        """Tell whether this one tells and proves about as much as the best one, and contradicts it."""
        return (
            self.score.events > 0
            and self.score.told >= _CLOSE * best.score.told
            and self.depth >= best.depth
            and self.names < COMPARABLE * best.names
            and not self._opens_less(best)
            and self.contradicts(best)
        )

    def _opens_less(self, other: Attempt) -> bool:
        """Tell whether this is the other's format in an envelope that leaves more of what stands before."""
        inner = self.definition.name.rpartition(WITHIN)[2] == other.definition.name.rpartition(WITHIN)[2]
        return inner and self.depth == other.depth and self.left > other.left

    def is_within(self, other: Attempt) -> bool:
        """Tell whether this is the other's format within further envelopes."""
        return self.depth > other.depth and self.definition.name.endswith(f"{WITHIN}{other.definition.name}")

    def contradicts(self, other: Attempt) -> bool:
        """Tell whether two formats read other values in lines that both take for requests."""
        common = self.read.keys() & other.read.keys()
        apart = sum(_differ(self.read[line], other.read[line]) for line in common)
        return apart > len(common) // 20


def untried(definition: Definition, lines: Sequence[int]) -> Attempt:
    """Return the attempt of a format that cannot fit any of the numbered lines."""
    return Attempt(
        definition,
        Score(definition.name, len(lines), 0, 0, 0, len(lines), 0.0, min(lines, default=None)),
        {},
    )


def attempt(
    connection: duckdb.DuckDBPyConnection, definition: Definition, lines: Sequence[int], damaged: int
) -> Attempt:
    """Try a format, within its envelopes, on the relation `lines`, which holds what stands in them.

    `lines` are the numbers of all lines tried, of which `damaged` ones have a damaged envelope. Raises
    FormatError for invalid settings.
    """
    found: dict[str, list[int]] = defaultdict(list)
    columns, last, read = 0, "", {}
    for line_no, kind, count, *values in _rows(connection, definition):
        if kind == "continuation":
            # It is worth what its record is; one that completes an earlier request stands by itself.
            kind = "readable" if last == "not_a_request" else "explained"
        else:
            last = kind
        if kind == "event":
            columns += count
            read[line_no] = tuple(values)
        found[kind if kind in _EXPLAINED or kind in _READABLE else "damaged"].append(line_no)
    events = len(found["event"])
    explained = {*found["event"], *found["explained"]}
    readable = {*found["not_a_request"], *found["readable"], *found["blank"]} - explained
    score = Score(
        definition.name,
        len(lines),
        events,
        len(explained),
        len(readable),
        len(found["damaged"]) + damaged,
        columns / events if events else 0.0,
        min(found["damaged"] or readable, default=None),
    )
    return Attempt(definition, score, read)


def _rows(connection: duckdb.DuckDBPyConnection, definition: Definition) -> list[tuple[Any, ...]]:
    if is_quoted(definition):
        join_records(connection, definition, lambda: None)
    hints = hints_of(connection, definition)
    fields = KINDS[definition.kind].fields
    if fields is None:
        query = Template(statement("format", "score_records.sql"))
        return connection.execute(query.substitute(projected=project(definition, hints))).fetchall()
    query = Template(statement("format", "score.sql"))
    return connection.execute(query.substitute(fields=fields(definition, hints))).fetchall()


def _told(values: Values) -> int:
    return sum(value is not None for value in values)


def _differ(one: Values, other: Values) -> bool:
    """Tell whether two readings of a line contradict each other."""
    for mine, theirs in zip(one, other, strict=True):
        if mine is None or theirs is None or mine == theirs:
            continue
        if not isinstance(mine, float) or abs(mine - theirs) > _APART * max(mine, theirs) + _APART:
            return True
    return False
