"""Trying formats on lines, in the envelopes that fit, and putting them in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

import duckdb

from analyzer.format.definition import Definition
from analyzer.format.json_lines import shape_decides, shaped_lines
from analyzer.format.opening import open_envelopes
from analyzer.format.pattern import retold
from analyzer.format.project import fitting, may_fit
from analyzer.format.score import COMPARABLE, Attempt, attempt, untried
from analyzer.format.trial import load_numbered, trial_connection
from analyzer.resources import statement

DECISIVE = 0.95
"""A format that explains so much of the lines need not fear those that cost much to try."""

_ALIKE = 0.8
_DEEPEST = 3


def ranked(
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
    One that knows which lines tell a request again goes before those that count it twice, and one whose
    shape the lines have before those that take more of them for requests."""

    def place(one: Attempt) -> tuple[float, ...]:
        return -round(one.score.told, 3), one.depth, one.left, one.names, -one.score.share

    ranked = sorted(found, key=place)
    best = _out_of_its_envelopes(ranked)
    for one in ranked[1:]:
        if one.score.told < _ALIKE * ranked[0].score.told or not one.score.events:
            break
        is_surer = one.depth == best.depth and one.names * COMPARABLE <= best.names
        is_deeper = one.depth > best.depth and not _stands_as_deep(best, one, ranked)
        knows_more = one.knows_doubles and not one.is_within(best)
        if knows_more or ((is_surer or is_deeper) and one.contradicts(best)):
            best = one
    best = next((one for one in ranked if one.is_sure and _may_be_it(best, one)), best)
    return [best, *(one for one in ranked if one is not best)]


def _stands_as_deep(best: Attempt, one: Attempt, ranked: Sequence[Attempt]) -> bool:
    """Tell whether the best reads the same in the envelopes of another format, which then prove nothing."""
    return not one.is_within(best) and any(
        other.is_within(best)
        and not other.contradicts(best)
        and other.definition.envelopes == one.definition.envelopes
        and other.score.told >= one.score.told
        for other in ranked
    )


def _may_be_it(best: Attempt, sure: Attempt) -> bool:
    """Tell whether the best reads nothing but the objects of the one that is sure, without a shape."""
    same_kind = best.definition.kind == sure.definition.kind
    return not best.score.events or (same_kind and "shape" not in best.definition.settings)


def _out_of_its_envelopes(ranked: Sequence[Attempt]) -> Attempt:
    """Return the first, or the same format within envelopes where fewer requests explain as many lines.

    In a traceback that an envelope's head breaks up, every line that repeats the error is a request.
    """
    best = ranked[0]
    for one in ranked[1:]:
        is_fewer = 0 < one.score.events < best.score.events
        if one.is_within(best) and is_fewer and one.score.share >= best.score.share:
            best = one
    return best


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
    fit = fitting(known, texts)
    depth, best = len(envelopes), 0.0
    opened: list[list[tuple[int, str]]] = [list(tried)]
    for envelope in sorted(fit, key=_head, reverse=True):
        may_open = envelope.kind == "envelope" and depth < _DEEPEST and envelope not in envelopes
        if may_open and (thorough or best < DECISIVE):
            inner, broken = _open(connection, envelope, depth)
            if inner in opened and not thorough:
                continue
            opened.append(inner)
            within = (*envelopes, envelope)
            for one in _attempts(connection, inner, known, thorough, within, damaged + broken):
                best = max(best, one.score.share)
                yield one
    numbers, left = [number for number, _ in tried], sum(map(len, texts))
    for definition in sorted(fit, key=_cost):
        if definition.kind == "envelope" or (not thorough and best >= DECISIVE and _cost(definition)):
            continue
        whole = reduce(Definition.within, reversed(envelopes), definition)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW lines AS SELECT * FROM tried_{depth}")  # noqa: S608
        is_sure = shape_decides(definition, texts)
        tried_one = _with_doubles(attempt(connection, whole, numbers, damaged), texts)
        one = replace(tried_one, left=left, is_sure=is_sure, shaped=shaped_lines(definition, tried))
        best = max(best, one.score.share)
        yield one


def _with_doubles(one: Attempt, texts: Sequence[str]) -> Attempt:
    """Return an attempt that knows how many of its lines tell a request again."""
    if one.definition.kind != "pattern" or not one.score.events:
        return one
    return replace(one, score=replace(one.score, retold=retold(one.definition, texts)))


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
