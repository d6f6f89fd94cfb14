"""The page's payload: everything that it shows, as one JSON object, and packed as text.

version, language, texts {en, zh}     what the page says, in each language
zone, written, scope, spans           when: moments are milliseconds since 1970; spans[0] is the page's,
                                      spans[1], where there is one, the span it is compared with
step, time [starts and the last end]  for each span, in slices that correspond one by one
dimensions                            model, endpoint, api_key, status: {values, none, other, folded}
errors                                what each error is; place 0 is success
cube, facts {key: ...}                per span a table of places and measures (analyzer/report/columns.py)
panels                                the panels' places and titles, and the keys of their facts
seen, samples, params, health, ...    the answers of named queries, row by row
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from analyzer.query.values import combinations, dicts
from analyzer.report.buckets import Buckets, cut, fact_slices
from analyzer.report.collect import Asker, Row, milliseconds, shown
from analyzer.report.columns import encode_table
from analyzer.report.compared import span_before
from analyzer.report.cube import MOST_CELLS, MOST_COMPARED_CELLS, Dimensions, cells, choose, first_step
from analyzer.report.dimensions import NONE, PLAIN
from analyzer.report.facts import FactTable
from analyzer.report.panel import Fact, panels
from analyzer.report.scope import Beside, Scope, Span
from analyzer.report.visible import visible
from analyzer.text import languages, texts

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

VERSION = 1
_SAMPLES = 3
_LEVEL = 6
"""Of gzip: level 9 takes ten times as long and saves four parts of a hundred."""
_SILENT = ("night.", "alert.", "web.", "event.")
"""Texts that the page never says."""


def build_payload(
    connection: duckdb.DuckDBPyConnection, scope: Scope, *, version: str, now: datetime
) -> dict[str, Any]:
    """Return the payload of the page about `scope`; `connection` is in the scope's zone, `now` is aware.

    Raises QueryError, PanelFileError.
    """
    given = {"time_zone": scope.time_zone, "language": scope.language}
    with Asker(connection, given) as ask:
        return _built(ask, scope, version, now)


def _built(ask: Asker, scope: Scope, version: str, now: datetime) -> dict[str, Any]:
    asked: Row = {"since": scope.since, "until": scope.until}
    ask.expect("overview", asked)
    if scope.since and scope.until:
        ask.expect("cube", {**asked, "step": first_step(scope.since, scope.until)})
    for name, parameters in [("entries_seen", asked), ("stored_span", {}), *_listed(asked).values()]:
        ask.expect(name, parameters)
    spans = _spans(ask, scope, now)
    counted = _counted(ask, scope, spans)
    return {
        "version": VERSION,
        "analyzer": version,
        "language": scope.language,
        "texts": {language: _said(language) for language in languages()},
        "zone": scope.time_zone,
        "written": milliseconds(now),
        "scope": {name: milliseconds(moment) for name, moment in asked.items()},
        "slo": scope.slo,
        "overview": ask.rows("overview", **asked)[0],
        "panels": [
            {
                "id": panel.id,
                "section": panel.section,
                "wide": panel.wide,
                "title": panel.title,
                "facts": {
                    name: fact.key for name, fact in panel.facts.items() if fact.key in counted["facts"]
                },
            }
            for panel in panels().values()
        ],
        "beside": _beside(ask, scope, spans, counted),
        **counted,
        "seen": [
            {name: row[name] for name in ("level", "entry_id", "code", "first_seen", "last_seen")}
            for row in ask.rows("entries_seen", **asked)
        ],
        **{key: ask.rows(name, **parameters) for key, (name, parameters) in _listed(asked).items()},
        "stored": ask.rows("stored_span")[0],
    }


def _spans(ask: Asker, scope: Scope, now: datetime) -> list[Span]:
    """Return the page's span, whose open ends are those of the data, and the compared one."""
    overview = dicts(ask("overview", {"since": scope.since, "until": scope.until}))[0]
    since = scope.since or overview["first_ts"] or now - timedelta(hours=1)
    until = scope.until or max(overview["last_ts"] or now, since) + timedelta(microseconds=1)
    beside = _previous(ask, scope) if scope.beside is None else scope.beside.span
    return [Span(since, until, "current"), *([beside] if beside else [])]


def _counted(ask: Asker, scope: Scope, spans: list[Span]) -> dict[str, Any]:
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


def pack(payload: Mapping[str, Any]) -> str:
    """Return the payload as text that can stand in any element: JSON, compressed, in base 64."""
    return packed(json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def packed(text: str) -> str:
    """Return a text compressed, in base 64."""
    return base64.b64encode(gzip.compress(text.encode(errors="replace"), _LEVEL, mtime=0)).decode()


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


def _previous(ask: Asker, scope: Scope) -> Span | None:
    """Return the span of equal length before the scope's, where something is stored of it."""
    if scope.since is None:
        return None
    last = dicts(ask("stored_span", {}))[0]["last_ts"]
    until = scope.until or (last and last + timedelta(microseconds=1))
    if until is None or until <= scope.since:
        return None
    before = span_before(Span(scope.since, until.astimezone(scope.since.tzinfo)))
    return before if dicts(ask("stored_span", before.exact))[0]["events"] else None


def _beside(ask: Asker, scope: Scope, spans: list[Span], counted: Mapping[str, Any]) -> Row:
    """Return what the page's figures stand beside, and the keys that the store had never seen before.

    `fresh` holds errors as "level name", models, endpoints and keys by their name, as far as the page's
    dimensions have them.
    """
    beside = scope.beside
    if beside is None:
        why = () if len(spans) > 1 else ("open",) if scope.since is None else ("nothing_before",)
        beside = Beside(spans[1] if len(spans) > 1 else None, notes=why)
    release = beside.release and {"name": visible(beside.release.name), "at": milliseconds(beside.release.at)}
    known = {name: set(counted["dimensions"][name]["values"]) for name in ("model", "endpoint", "api_key")}
    errors = counted["errors"]["values"][1:]
    known["error"] = {f"{row['level']} {row.get('entry_id') or row['code']}" for row in errors}
    fresh: dict[str, list[str]] = {name: [] for name in known}
    for row in _first_here(ask, scope, spans, counted["step"]) if len(spans) > 1 else ():
        name = f"{row['level']} {row['name']}" if row["level"] else row["name"]
        if name in known[row["kind"]]:
            fresh[row["kind"]].append(name)
    return {
        "kind": beside.kind,
        "release": release,
        "notes": list(beside.notes),
        "stored_from": milliseconds(beside.stored_from),
        "fresh": fresh,
    }


def _first_here(ask: Asker, scope: Scope, spans: list[Span], step: str) -> list[Row]:
    """Return the keys that were seen in the page's span for the first time.

    The whole store is only read where the same length of time before does not know all of the span's keys.
    """
    span, before = spans[0], span_before(spans[0])
    if (spans[1].since, spans[1].until) == (before.since, before.until):
        # The cubes are there already.
        known = _keys_in(ask("cube", {**spans[1].exact, "step": step}))
    else:
        known = {_key_of(row) for row in ask.rows("first_seen", since=before.since, until=before.until)}
    if _keys_in(ask("cube", {"since": scope.since, "until": scope.until, "step": step})) <= known:
        return []
    start = milliseconds(span.since)
    return [row for row in ask.rows("first_seen") if row["first_seen"] and row["first_seen"] >= start]


def _keys_in(cube: pa.Table) -> set[tuple[Any, ...]]:
    """Return the keys of a cube's answer, named as the query `first_seen` names them."""
    found: set[tuple[Any, ...]] = {
        (kind, None, shown(name or NONE)) for kind in PLAIN for (name,) in combinations([cube[kind]])
    }
    for level, entry, code in combinations([cube[name] for name in ("level", "entry_id", "code")]):
        if level is not None:
            found.add(("error", level, shown(entry if level == "entry" else code)))
    return found


def _key_of(row: Row) -> tuple[Any, ...]:
    return row["kind"], row["level"], row["name"]


def _listed(asked: Row) -> dict[str, tuple[str, Row]]:
    """Return what the page carries row by row: key -> the query and its parameters."""
    return {
        "samples": ("samples_by_entry", {**asked, "per_entry": _SAMPLES}),
        "params": ("params_seen", {**asked, "top": 6}),
        "uncatalogued": ("uncatalogued", {**asked, "limit": 50}),
        "health": ("ingestion_health", {"moments": False}),
        "rejects": ("rejects", {"limit": 40}),
        "shared": ("shared_requests", {"limit": 1}),
    }


def _said(language: str) -> dict[str, str]:
    return {key: text for key, text in texts(language).items() if not key.startswith(_SILENT)}
