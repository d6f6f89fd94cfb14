"""Which log format a file has: every format that may fit is tried on lines spread over the file."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb

from analyzer.format.definition import Definition
from analyzer.format.memory import Memory
from analyzer.format.opening import open_envelopes
from analyzer.format.project import may_fit
from analyzer.format.score import Attempt, Score, attempt, untried
from analyzer.format.trial import load_numbered, trial_connection
from analyzer.resources import statement

MOST_LINES = 1000
"""So many lines are tried at most, in blocks that lie evenly over those given."""

FIRST_LINES = 100
"""So many are looked at first; where they leave no doubt, they are enough."""

_BLOCKS = 10
_LONGEST = 1 << 20
_DECISIVE = 0.95
_ALIKE, _CLOSE = 0.8, 0.97
_COMPARABLE = 2
_DEEPEST = 3
_WAY_OUT = (
    "name the format with --format (see 'analyzer formats list'), or describe it ('analyzer formats draft')"
)


@dataclass(frozen=True)
class Detection:
    """The formats that were tried, best first, and the one that fits; where none does, `reason` says why."""

    ranking: tuple[Score, ...]
    chosen: Definition | None
    reason: str


def detect(lines: Sequence[str], formats: Iterable[Definition], thorough: bool = False) -> Detection:
    """Find the format of `lines`, which are lines of a file, in order, without their newlines.

    The best format is the one that tells most values, but for those that tell them by accident (see
    `_best_first`). It is chosen when it finds at least one event, its damaged lines do not outweigh the
    explained ones, and no other of its kind comes near it and reads other values. Unless `thorough`,
    formats that cannot win any more are not tried, and a file whose lines are all built like those of one
    before has its format, without a ranking. Raises FormatError for a format with invalid settings.
    """
    known = list(formats)
    numbered = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip() and len(line) <= _LONGEST
    ]
    if not numbered:
        return Detection((), None, f"it has no lines to detect a format from; {_WAY_OUT}")
    if thorough:
        return _decided(_ranked(trial_connection(), spread(numbered, MOST_LINES), known, thorough))
    texts, memory = [line for _, line in numbered], _memory(known)
    recalled = memory.recall(texts)
    if recalled:
        return Detection((), recalled, "")
    found = _decided(_ranked(trial_connection(), spread(numbered, FIRST_LINES), known, thorough))
    if found.chosen and found.ranking[0].share >= _DECISIVE:
        if found.ranking[0].explained == found.ranking[0].lines:
            memory.keep(texts, found.chosen)
    elif len(numbered) > FIRST_LINES:
        found = _decided(_ranked(trial_connection(), spread(numbered, MOST_LINES), known, thorough))
    return found


_held = threading.local()


def _memory(formats: Sequence[Definition]) -> Memory:
    """Return what this thread has decided with these formats."""
    if not hasattr(_held, "memory") or not _held.memory.is_of(formats):
        _held.memory = Memory(list(formats))
    memory: Memory = _held.memory
    return memory


def spread(lines: Sequence[tuple[int, str]], most: int) -> list[tuple[int, str]]:
    """Return up to `most` of numbered lines, in blocks that lie evenly over all of them."""
    if len(lines) <= most:
        return list(lines)
    size = most // _BLOCKS
    starts = [round(block * (len(lines) - size) / (_BLOCKS - 1)) for block in range(_BLOCKS)]
    return [lines[place] for place in sorted({at for start in starts for at in range(start, start + size)})]


def _ranked(
    connection: duckdb.DuckDBPyConnection,
    tried: Sequence[tuple[int, str]],
    known: Sequence[Definition],
    thorough: bool,
) -> list[Attempt]:
    """Return what became of each format, and of each in the envelopes that fit, best first."""
    load_numbered(connection, tried)
    numbers = [number for number, _ in tried]
    found = list(_attempts(connection, tried, known, thorough, ()))
    found += [
        untried(definition, numbers)
        for definition in known
        if definition.kind != "envelope" and all(one.definition is not definition for one in found)
    ]
    return _best_first(found)


def _best_first(found: Sequence[Attempt]) -> list[Attempt]:
    """Sort by the values told. Of those that tell about as much as the first and contradict it, one goes
    before it that stands in more envelopes, or looks for far fewer names: it fits less by accident.
    One that knows which lines tell a request again goes before those that count it twice."""

    def place(one: Attempt) -> tuple[float, ...]:
        return -round(one.score.told, 3), one.depth, one.left, one.names, -one.score.share

    ranked = sorted(found, key=place)
    best = ranked[0]
    for one in ranked[1:]:
        if one.score.told < _ALIKE * ranked[0].score.told or not one.score.events:
            break
        is_surer = one.depth == best.depth and one.names * _COMPARABLE <= best.names
        if one.knows_doubles or ((is_surer or one.depth > best.depth) and one.contradicts(best)):
            best = one
    return [best, *(one for one in ranked if one is not best)]


def _attempts(
    connection: duckdb.DuckDBPyConnection,
    tried: Sequence[tuple[int, str]],
    known: Sequence[Definition],
    thorough: bool,
    envelopes: tuple[Definition, ...],
    damaged: int = 0,
) -> Iterator[Attempt]:
    """Try the formats that may fit the numbered lines, which came in `envelopes` and stand in `tried_N`."""
    texts = [line for _, line in tried]
    fitting = [definition for definition in known if may_fit(definition, texts)]
    depth, best = len(envelopes), 0.0
    opened: list[list[tuple[int, str]]] = [list(tried)]
    for envelope in sorted(fitting, key=_head, reverse=True):
        may_open = envelope.kind == "envelope" and depth < _DEEPEST and envelope not in envelopes
        if may_open and (thorough or best < _DECISIVE):
            inner, broken = _open(connection, envelope, depth)
            if inner in opened and not thorough:
                continue
            opened.append(inner)
            within = (*envelopes, envelope)
            for one in _attempts(connection, inner, known, thorough, within, damaged + broken):
                best = max(best, one.score.share)
                yield one
    numbers, left = [number for number, _ in tried], sum(map(len, texts))
    for definition in sorted(fitting, key=_cost):
        if definition.kind == "envelope" or (not thorough and best >= _DECISIVE and _cost(definition)):
            continue
        whole = definition
        for envelope in reversed(envelopes):
            whole = whole.within(envelope)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW lines AS SELECT * FROM tried_{depth}")  # noqa: S608
        one = replace(attempt(connection, whole, numbers, damaged), left=left)
        best = max(best, one.score.share)
        yield one


def _head(envelope: Definition) -> int:
    """Return how much an envelope asks of what stands before the line: the more, the less by accident."""
    return len(envelope.settings.get("head", ""))


def _cost(definition: Definition) -> int:
    """Tell the formats that are tried last: they cost most, and what is better explained they do not win."""
    return 1 if definition.kind == "records" else 0


def lines_within(envelope: Definition, lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return what stands in the envelopes of numbered lines; none where they are no such envelopes."""
    if not may_fit(envelope, [line for _, line in lines]):
        return []
    connection = trial_connection()
    load_numbered(connection, lines)
    return _open(connection, envelope, 0)[0]


def _open(
    connection: duckdb.DuckDBPyConnection, envelope: Definition, depth: int
) -> tuple[list[tuple[int, str]], int]:
    """Return the numbered lines that stand in the envelopes of `tried_N`, and how many are damaged.

    They are then in `tried_N+1`.
    """
    whole = replace(envelope, envelopes=(envelope,))
    given = f"(SELECT line_no, byte_offset, line FROM tried_{depth})"  # noqa: S608 - our own name
    open_envelopes(connection, whole, lambda: given)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE tried_{depth + 1} AS {statement('format', 'score_unwrapped.sql')}"
    )
    inner = f"SELECT line_no, line FROM tried_{depth + 1} ORDER BY line_no"  # noqa: S608 - our own name
    rows = connection.execute(inner).fetchall()
    broken = connection.execute(statement("format", "score_fates.sql")).fetchall()
    return rows, len(broken)


def _decided(found: Sequence[Attempt]) -> Detection:
    """Choose the best format, or say why none can be."""
    ranking = tuple(one.score for one in found)
    reason = _objection(found)
    return Detection(ranking, found[0].definition if found and not reason else None, reason)


def _objection(found: Sequence[Attempt]) -> str:
    """Return why the best is not chosen, for people, or the empty text."""
    if not found:
        return f"there are no log formats; {_WAY_OUT}"
    best = found[0].score
    if not best.events or best.share <= 0:
        second = f", '{found[1].score.name}' {_counted(found[1].score)}" if len(found) > 1 else ""
        return (
            f"no log format explains it: of {best.lines} lines tried '{best.name}' {_counted(best)}{second}"
            f"{_miss(best)}; {_WAY_OUT}"
        )
    for rival in found[1:]:
        if _comes_near(found[0], rival):
            return (
                f"'{best.name}' and '{rival.score.name}' explain it almost alike and read other values in it"
                f"{_miss(best)}; {_WAY_OUT}"
            )
    return ""


def _comes_near(best: Attempt, rival: Attempt) -> bool:
    """Tell whether a format tells and proves about as much as the best one, and contradicts it."""
    return (
        rival.score.events > 0
        and rival.score.told >= _CLOSE * best.score.told
        and rival.depth >= best.depth
        and rival.names < _COMPARABLE * best.names
        and rival.contradicts(best)
    )


def _counted(score: Score) -> str:
    return f"finds {score.events} {'request' if score.events == 1 else 'requests'}"


def _miss(score: Score) -> str:
    if score.first_miss is None:
        return ""
    return f"; line {score.first_miss} is the first that '{score.name}' cannot read"
