"""What the page's span stands beside, and what had never been seen before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analyzer.arrow import combinations
from analyzer.report.collect import Asker, Row, milliseconds, shown
from analyzer.report.compared import span_before
from analyzer.report.dimensions import NONE, PLAIN
from analyzer.report.scope import Beside, Scope, Span
from analyzer.report.visible import visible

if TYPE_CHECKING:
    import pyarrow as pa


def beside_of(ask: Asker, scope: Scope, spans: list[Span], counted: Mapping[str, Any]) -> Row:
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
