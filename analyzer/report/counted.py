"""What is counted by slices of time, of the page's span and the compared one: the cube and the facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.report.buckets import Buckets, cut, fact_slices
from analyzer.report.collect import Asker, Row, milliseconds
from analyzer.report.columns import encode_table
from analyzer.report.cube import MOST_CELLS, MOST_COMPARED_CELLS, Dimensions, cells, choose
from analyzer.report.facts import FactTable
from analyzer.report.panel import Fact, panels
from analyzer.report.scope import Scope, Span


def counted_in(ask: Asker, scope: Scope, spans: list[Span]) -> dict[str, Any]:
    """Return everything that is counted by slices of time: the cube, the facts, and their dimensions."""
    zone = ZoneInfo(scope.time_zone)
    bounds: list[Row] = [
        {"since": scope.since, "until": scope.until},
        *(span.exact for span in spans[1:]),
    ]
    dimensions, times, cube = _cube(ask, spans, bounds, zone)
    return {
        "spans": [
            {"name": span.name, "since": milliseconds(span.since), "until": milliseconds(span.until)}
            for span in spans
        ],
        "step": dimensions.buckets.step,
        "time": [(time.starts // 1000).tolist() for time in times],
        "cube": cube,
        "facts": _facts(ask, dimensions, bounds, times, zone),
        "dimensions": {
            **{name: dimension.as_data() for name, dimension in dimensions.plain.items()},
            "status": dimensions.status.as_data(),
        },
        "errors": dimensions.errors.as_data(),
    }


def _cube(
    ask: Asker, spans: list[Span], bounds: list[Row], zone: ZoneInfo
) -> tuple[Dimensions, list[Buckets], list[dict[str, Any]]]:
    """Return the dimensions, the slices and the cells of each span, of which there are not too many."""
    most = MOST_CELLS if len(spans) == 1 else MOST_COMPARED_CELLS
    wanted = most
    while True:
        dimensions = choose(ask, bounds[0], spans[0][:2], zone, wanted)
        step = dimensions.buckets.step
        times = [dimensions.buckets, *(cut(span.since, span.until, zone, step) for span in spans[1:])]
        for bound in bounds:
            ask.expect("cube", {**bound, "step": step})
        cube: list[dict[str, Any]] = []
        for bound, time in zip(bounds, times, strict=True):
            answer = ask("cube", {**bound, "step": step})
            cube.append(encode_table(cells(answer, dimensions, time), ["events"]))
            if cube[-1]["rows"] > most and wanted >= most // 8:
                # What was chosen by is an estimate: with fewer cells wanted, longer slices are chosen.
                wanted = round(wanted * 0.8)
                break
            if len(cube) == 1:
                # The slices are hardly chosen anew after the first cube has fitted.
                _expect_facts(ask, step, bounds, times, zone)
        else:
            return dimensions, times, cube


def _facts(
    ask: Asker, dimensions: Dimensions, bounds: list[Row], times: list[Buckets], zone: ZoneInfo
) -> dict[str, Any]:
    found = {}
    for fact in _wanted(dimensions.buckets.step):
        table = FactTable(fact)
        for parameters, time in zip(_asked(ask, fact, bounds, times, zone), times, strict=False):
            table.add(ask(fact.query, parameters), dimensions, time)
        table.shrink()
        found[fact.key] = table.as_data()
    return found


def _wanted(step: str) -> list[Fact]:
    """Return the facts of the panels, each once, that are counted where the page's slices are `step` long."""
    facts = {fact.key: fact for panel in panels().values() for fact in panel.facts.values()}
    return [fact for fact in facts.values() if fact.is_wanted(step)]


def _expect_facts(ask: Asker, step: str, bounds: list[Row], times: list[Buckets], zone: ZoneInfo) -> None:
    for fact in _wanted(step):
        for parameters in _asked(ask, fact, bounds, times, zone):
            ask.expect(fact.query, parameters)


def _asked(
    ask: Asker, fact: Fact, bounds: list[Row], times: list[Buckets], zone: ZoneInfo
) -> Iterator[dict[str, Any]]:
    """Yield the parameters by which a fact is counted in each span that its panel looks at."""
    long = ask.has_parameter(fact.query, "shift")
    for bound, time in list(zip(bounds, times, strict=True))[: None if fact.compared else 1]:
        yield {**bound, **fact.parameters, **fact_slices(time, zone, long=long)}
