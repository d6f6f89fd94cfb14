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
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from analyzer.arrow import dicts
from analyzer.query.ahead import MANY_EVENTS, Ahead, ahead_of
from analyzer.report.collect import Asker, Row, milliseconds
from analyzer.report.compared import span_before
from analyzer.report.counted import counted_in
from analyzer.report.cube import first_step
from analyzer.report.firsts import beside_of
from analyzer.report.panel import Panel, panels
from analyzer.report.scope import Scope, Span
from analyzer.report.statusless import lacks_status
from analyzer.text import languages, texts

if TYPE_CHECKING:
    import duckdb

VERSION = 1
_SAMPLES = 3
_LEVEL = 6
"""Of gzip: level 9 takes ten times as long and saves four parts of a hundred."""
_SILENT = ("night.", "alert.", "web.", "event.")
"""Texts that the page never says."""


def build_payload(
    opened: duckdb.DuckDBPyConnection | Ahead, scope: Scope, *, version: str, now: datetime
) -> dict[str, Any]:
    """Return the payload of the page about `scope`; the store is `opened` in its zone, `now` is aware.

    Raises QueryError, PanelFileError.
    """
    given = {"time_zone": scope.time_zone, "language": scope.language}
    with ahead_of(opened) as ahead:
        ask = Asker(ahead, given)
        # The events of a range are counted in no time.
        events = _events(ask, {"since": scope.since, "until": scope.until})
        with ahead.one_by_one() if events > MANY_EVENTS else nullcontext():
            return _built(ask, scope, version, now)


def _built(ask: Asker, scope: Scope, version: str, now: datetime) -> dict[str, Any]:
    asked: Row = {"since": scope.since, "until": scope.until}
    ask.expect("overview", asked)
    if scope.since and scope.until:
        ask.expect("cube", {**asked, "step": first_step(scope.since, scope.until)})
    for name, parameters in [("entries_seen", asked), ("stored_span", {}), *_listed(asked).values()]:
        ask.expect(name, parameters)
    spans = _spans(ask, scope, now)
    overview = ask.rows("overview", **asked)[0]
    without = [] if overview["failures"] else ask.rows("without_status", **asked)
    counted = counted_in(ask, scope, spans)
    return {
        "version": VERSION,
        "analyzer": version,
        "language": scope.language,
        "texts": {language: _said(language) for language in languages()},
        "zone": scope.time_zone,
        "written": milliseconds(now),
        "scope": {name: milliseconds(moment) for name, moment in asked.items()},
        "slo": scope.slo,
        "overview": overview,
        "panels": [_headed(panel, counted["facts"]) for panel in panels().values()],
        "beside": beside_of(ask, scope, spans, counted),
        **counted,
        "seen": [
            {name: row[name] for name in ("level", "entry_id", "code", "first_seen", "last_seen")}
            for row in ask.rows("entries_seen", **asked)
        ],
        **{key: ask.rows(name, **parameters) for key, (name, parameters) in _listed(asked).items()},
        "stored": ask.rows("stored_span")[0],
        "lacks_status": lacks_status(without, overview),
    }


def _headed(panel: Panel, facts: Mapping[str, Any]) -> Row:
    """Return a panel's head, with those of its facts that were counted."""
    return {
        "id": panel.id,
        "section": panel.section,
        "wide": panel.wide,
        "title": panel.title,
        "facts": {name: fact.key for name, fact in panel.facts.items() if fact.key in facts},
    }


def _spans(ask: Asker, scope: Scope, now: datetime) -> list[Span]:
    """Return the page's span, whose open ends are those of the data, and the compared one."""
    overview = dicts(ask("overview", {"since": scope.since, "until": scope.until}))[0]
    since = scope.since or overview["first_ts"] or now - timedelta(hours=1)
    until = scope.until or max(overview["last_ts"] or now, since) + timedelta(microseconds=1)
    beside = _previous(ask, scope) if scope.beside is None else scope.beside.span
    return [Span(since, until, "current"), *([beside] if beside else [])]


def pack(payload: Mapping[str, Any]) -> str:
    """Return the payload as text that can stand in any element: JSON, compressed, in base 64."""
    return packed(json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def packed(text: str) -> str:
    """Return a text compressed, in base 64."""
    return base64.b64encode(gzip.compress(text.encode(errors="replace"), _LEVEL, mtime=0)).decode()


def _previous(ask: Asker, scope: Scope) -> Span | None:
    """Return the span of equal length before the scope's, where something is stored of it."""
    if scope.since is None:
        return None
    last = dicts(ask("stored_span", {}))[0]["last_ts"]
    until = scope.until or (last and last + timedelta(microseconds=1))
    if until is None or until <= scope.since:
        return None
    before = span_before(Span(scope.since, until.astimezone(scope.since.tzinfo)))
    return before if _events(ask, before.exact) else None


def _events(ask: Asker, bounds: Row) -> int:
    return int(dicts(ask("totals", bounds))[0]["events"])


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
