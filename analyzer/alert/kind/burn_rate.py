"""`burn_rate`: how fast the error budget burns, in a long and a short window at once (Google's SRE workbook).

    slo = 0.995       # needed: the promised part of requests that do not fail; the budget is the rest
    minimum = 10      # failures in the long window at least

Windows and factors are the workbook's: 1h with 5m at 14.4 times and 6h with 30m at 6 times the pace that
uses a month's budget up are alerts, 3d with 6h at that pace itself is a warning. Windows end at
the last event where that is less than six hours ago: five minutes without one of few requests tell nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.alert.clock import DAY, HOUR
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, too_few, unknown
from analyzer.alert.kind.window import begun
from analyzer.alert.rule import ALERT, WARNING, Rule
from analyzer.alert.schema import Key, share, whole
from analyzer.alert.series import Series

KEYS: Mapping[str, Key] = {"slo": Key(share), "minimum": Key(whole, 10)}

WINDOWS = ((ALERT, HOUR, 5, 14.4), (ALERT, 6 * HOUR, 30, 6.0), (WARNING, 3 * DAY, 6 * HOUR, 1.0))
"""Level, long window, short window, and the pace from which on it fires."""


def fault(settings: Mapping[str, Any]) -> str | None:
    """Return why these settings will not do: a budget of which no pace can be that fast."""
    fastest = max(factor for *_, factor in WINDOWS)
    if fastest * (1 - settings["slo"]) < 1:
        return None
    return (
        f"slo: {settings['slo']:g} leaves a budget that cannot burn {fastest:g} times too fast if all fails; "
        f'write more than {1 - 1 / fastest:.3f}, or take kind = "rate"'
    )


def judge(rule: Rule, facts: Facts, at: int) -> list[Finding]:
    """Return the one finding, with the figures of the windows that press most."""
    until = facts.until(at)
    if until is None or until <= at - WINDOWS[-1][2]:
        return [unknown(rule.name, at, HOUR, "no_data")]
    at = min(at, until)
    series = facts.series(rule.scope, [(at - 3 * DAY, at)])
    found = [_window(rule, series, at, *window) for window in WINDOWS]
    known = [one for one in found if one["requests"]]
    if not known:
        return [unknown(rule.name, at, HOUR, "no_requests")]
    worst = max(known, key=lambda one: (one["pressure"] >= 1, one["level"] == ALERT, one["pressure"]))
    most = {
        level: max((one["pressure"] for one in known if one["level"] == level), default=0.0)
        for level in (WARNING, ALERT)
    }
    pressure = {WARNING: max(most.values()), ALERT: most[ALERT]}
    window = worst["long"]
    since = begun(series, at, window, worst["factor"] * (1 - rule.settings["slo"]))
    figures = {key: worst[key] for key in ("value", "failures", "requests", "factor", "long", "short")}
    figures |= {"measure": "burn", "against": "budget", "slo": rule.settings["slo"]}
    few = max((one["few"] for one in known if one["few"] is not None), default=None)
    return [Finding(rule.name, pressure, since, window, figures=figures, few=few)]


def _window(
    rule: Rule, series: Series, at: int, level: str, long: int, short: int, factor: float
) -> dict[str, Any]:
    budget = 1 - rule.settings["slo"]
    paces = []
    for window in (long, short):
        requests = series.total("requests", at - window, at)
        paces.append(series.total("rated", at - window, at) / requests / budget if requests else 0.0)
    failures, requests = (series.total(name, at - long, at) for name in ("rated", "requests"))
    pace = min(paces) / factor
    pressure = min(pace, failures / rule.settings["minimum"])
    return {
        "level": level, "long": long, "short": short, "factor": factor, "value": paces[0],
        "pressure": pressure, "failures": failures, "requests": requests,
        "few": too_few([pace], failures, rule.settings),
    }  # fmt: skip
