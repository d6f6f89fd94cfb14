"""What changed between two spans: what is new, gone, worse or better, and which of it may be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from analyzer.report.measured import Measured
from analyzer.report.sides import KINDS, NOTHING, WHOLE, Key, Side, slice_count
from analyzer.report.statistics import FALSE_DISCOVERY_RATE, adjusted, change_probability, dispersion

_OTHERS = ("(none)", "(other)")
_MOST = 200
"""Of each kind, so many with the most failures in both spans together are compared."""


@dataclass(frozen=True)
class _Pair:
    """A key in the later span and in the one before."""

    now: Side
    before: Side
    has_requests: bool
    """Whether the requests of both spans are known at all."""
    seconds: tuple[float, float]
    slices: tuple[int, int]

    def by_requests(self) -> bool:
        """Say whether the failures are counted per request: else per hour, all of them."""
        rated = self.now.rated + self.before.rated
        unrated = self.now.failures + self.before.failures - rated
        return self.has_requests and bool(rated or not unrated)


def changes(
    sides: tuple[Mapping[Key, Side], Mapping[Key, Side]],
    spans: tuple[Measured, Measured],
    step: str,
    first_seen: Mapping[Key, datetime | None],
) -> list[dict[str, Any]]:
    """Compare two spans key by key: the whole, errors, models, endpoints, keys; the most changed first.

    `sides` and `spans` hold the later span and the one before. `verdict` is `new` (never seen in the store
    before the later span), `gone`, `worse`, `better` or `same`. `sure` says whether the difference is
    beyond chance: `yes`; `burst`, where it is by the mere counts, but these scatter so that a few
    incidents may be all there is; `no`; or None, where the key was not asked for in both spans.
    """
    compared = [
        _row(key, pair, _is_new(key, pair, spans[0], first_seen))
        for key, pair in _pairs(sides, spans, step)
        if _is_worth_it(key, pair)
    ]
    for row, value, plain in zip(
        compared,
        adjusted([row["probability"] for row in compared]),
        adjusted([row["probability_of_counts"] for row in compared]),
        strict=True,
    ):
        row["adjusted"], row["adjusted_of_counts"] = value, plain
        row["sure"] = _sureness(value, plain)
        row["verdict"] = row["verdict"] or _direction(row)
    return sorted(
        compared,
        key=lambda row: (
            KINDS.index(row["kind"]),
            -abs(row["failures"] - row["failures_before"]),
            row["name"],
        ),
    )


def _pairs(
    sides: tuple[Mapping[Key, Side], Mapping[Key, Side]], spans: tuple[Measured, Measured], step: str
) -> list[tuple[Key, _Pair]]:
    now, before = sides
    seconds = tuple(measured.span.length.total_seconds() for measured in spans)
    slices = tuple(slice_count(measured.span, step) for measured in spans)
    keys = sorted(
        now.keys() | before.keys(),
        key=lambda key: -(_of(now, key).failures + _of(before, key).failures),
    )
    kept = [key for kind in KINDS for key in [key for key in keys if key[0] == kind][:_MOST]]
    whole = _of(now, WHOLE).requests > 0 and _of(before, WHOLE).requests > 0
    return [
        (key, _Pair(_of(now, key), _of(before, key), whole, (seconds[0], seconds[1]), (slices[0], slices[1])))
        for key in kept
    ]


def _of(found: Mapping[Key, Side], key: Key) -> Side:
    """Return a key's side of a span; an error that is missing there was asked for in all its requests."""
    if key in found:
        return found[key]
    whole = found.get(WHOLE, NOTHING)
    return replace(NOTHING, requests=whole.requests, asked=whole.asked) if key[0] == "error" else NOTHING


def _is_worth_it(key: Key, pair: _Pair) -> bool:
    if key[0] not in ("all", "error") and key[2] in _OTHERS:
        return False
    failed = pair.now.failures or pair.before.failures
    return bool(failed or key[0] == "all" or pair.now.is_seen != pair.before.is_seen)


def _is_new(key: Key, pair: _Pair, now: Measured, first_seen: Mapping[Key, datetime | None]) -> bool:
    if pair.before.is_seen or not pair.now.is_seen or key[2] in _OTHERS:
        return False
    first = first_seen.get(key)
    return first is None or first >= now.span.since


def _row(key: Key, pair: _Pair, is_new: bool) -> dict[str, Any]:
    kind, level, name = key
    scatter = dispersion(_slices(pair))
    counts = _counts(pair)
    exposures = _exposures(pair)
    is_gone = pair.before.is_seen and not pair.now.is_seen
    return {
        "kind": kind,
        "level": level,
        "name": name,
        "verdict": "new" if is_new else "gone" if is_gone else None,
        "failures": pair.now.failures,
        "failures_before": pair.before.failures,
        "requests": pair.now.requests,
        "requests_before": pair.before.requests,
        "error_rate": pair.now.error_rate,
        "error_rate_before": pair.before.error_rate,
        "per": "request" if pair.by_requests() else "hour",
        "dispersion": scatter,
        "probability": change_probability(*counts, *exposures, scatter),
        "probability_of_counts": change_probability(*counts, *exposures),
        "rates": [
            count / exposure if exposure else None for count, exposure in zip(counts, exposures, strict=True)
        ],
    }


def _counts(pair: _Pair) -> tuple[int, int]:
    if pair.by_requests():
        return pair.now.rated, pair.before.rated
    return pair.now.failures, pair.before.failures


def _exposures(pair: _Pair) -> tuple[float, float]:
    if pair.by_requests():
        return pair.now.requests, pair.before.requests
    return pair.seconds[0] / 3600, pair.seconds[1] / 3600


def _slices(pair: _Pair) -> list[list[tuple[float, float]]]:
    """Return the slices of both spans as (failures, exposure), those without a failure too."""
    if pair.by_requests():
        return [
            [(side.slices.get(moment, (0, 0))[1], requests) for moment, requests in side.asked.items()]
            for side in (pair.now, pair.before)
        ]
    return [
        [*((counted[0], 1.0) for counted in side.slices.values()), *[(0.0, 1.0)] * (count - len(side.slices))]
        for side, count in zip((pair.now, pair.before), pair.slices, strict=True)
    ]


def _sureness(value: float | None, plain: float | None) -> str | None:
    if value is None or plain is None:
        return None
    if value <= FALSE_DISCOVERY_RATE:
        return "yes"
    return "burst" if plain <= FALSE_DISCOVERY_RATE else "no"


def _direction(row: Mapping[str, Any]) -> str:
    now, before = row["rates"]
    if row["sure"] not in ("yes", "burst") or now is None or before is None or now == before:
        return "same"
    return "worse" if now > before else "better"


def family(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how many comparisons were corrected for together."""
    return sum(row["probability"] is not None for row in rows)
