"""The truth beside the logs: what a tool must find in them, from what the generator meant to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from analyzer.simulate.render import Rendering
from analyzer.simulate.template import Facts
from analyzer.simulate.timeline import Timeline

NONE = "(none)"
_LEDGER = ("lines", "events", "blank", "continuation")


def tell(timeline: Timeline, files: Mapping[str, Rendering], call: Mapping[str, Any]) -> dict[str, Any]:
    """Return the truth as one object: the call that made the logs, the incidents, and what each file holds.

    Times are UTC; an incident's `end` is exclusive. Where a failure has no category it counts as
    `uncatalogued`, where it has no code or model as `(none)`.
    """
    return {
        "made_by": dict(call),
        "incidents": {
            incident.name: {"start": _moment(incident.start), "end": _moment(incident.end)}
            for incident in timeline.incidents
        },
        "files": {name: tell_file(rendering) for name, rendering in files.items()},
    }


def tell_file(rendering: Rendering) -> dict[str, Any]:
    """Return what one file holds: its ledger, its failures in several cuts, its first and last moment."""
    counted = list(rendering.counted())
    ledger = {name: sum(getattr(facts, name) * uses for facts, uses in counted) for name in _LEDGER}
    damaged = sum(facts.damaged * uses for facts, uses in counted)
    other = sum(facts.not_a_request * uses for facts, uses in counted)
    failed = [(facts, uses) for facts, uses in counted if facts.verdict is not None and uses]
    cut = rendering.resolution
    return {
        "format": rendering.name,
        **ledger,
        "rejects": {"damaged": damaged, "not_a_request": other},
        "failures": sum(uses for _, uses in failed),
        "uncatalogued": sum(
            uses for facts, uses in failed if facts.verdict and facts.verdict.match == "none"
        ),
        "first_ts": _moment((rendering.first or 0) // cut * cut),
        "last_ts": _moment((rendering.last or 0) // cut * cut),
        **_cuts(failed),
        "by_entry": _by_entry(failed),
    }


def _cuts(failed: Sequence[tuple[Facts, int]]) -> dict[str, dict[str, int]]:
    """Count the failures by match, code, category, owner, model and status, the most frequent first."""
    cuts: dict[str, Counter[str]] = {}
    for facts, uses in failed:
        verdict = facts.verdict
        if verdict is None:
            continue
        keys = {
            "by_match": verdict.match,
            "by_code": verdict.code or NONE,
            "by_category": verdict.category or "uncatalogued",
            "by_owner": verdict.owner,
            "by_model": facts.model or NONE,
            "by_status": NONE if facts.status is None else str(facts.status),
        }
        for name, key in keys.items():
            cuts.setdefault(name, Counter())[key] += uses
    return {
        name: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        for name, counts in cuts.items()
    }


def _by_entry(failed: Sequence[tuple[Facts, int]]) -> list[dict[str, Any]]:
    """Count the failures of each catalogue row, which its table's status, code and message identify."""
    counts: Counter[tuple[str, int, str, str]] = Counter()
    for facts, uses in failed:
        entry = facts.verdict.entry if facts.verdict else None
        if entry is not None:
            counts[(entry.api, entry.http_status or 0, entry.code or "", entry.message)] += uses
    names = ("api", "http_status", "code", "message")
    return [
        {**dict(zip(names, row, strict=True)), "failures": count}
        for row, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _moment(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"
