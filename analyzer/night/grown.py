"""Nights of which more is stored now than when they were summarised: logs that came after them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyzer.night.files import night_files
from analyzer.night.night import Setting
from analyzer.night.period import NIGHTLY, chosen_period
from analyzer.night.stored import answers
from analyzer.text import texts

_COUNTED = ("requests", "failures")


def grown(reports: Path, name: str, kind: str, totals: Mapping[str, Any]) -> str | None:
    """Return what the night `name` has gained beside its written summary, and the way out; None for nothing.

    `totals` are what is stored of it now. What was taken out of the store since is no gain.
    """
    try:
        told = json.loads(night_files(reports, name).json.read_text(encoding="utf-8"))
        gained = {key: int(totals[key]) - int(told[key]) for key in _COUNTED}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    said = [texts("en").count(key, count) for key, count in gained.items() if count > 0]
    if not said or "not_over" in told.get("warnings", ()):
        return None
    period = "" if kind == NIGHTLY else f"--period {kind} "
    return (
        f"{name} has gained {' and '.join(said)} since it was summarised; "
        f"'analyzer nightly {period}--date {told['since'][:10]} --force' writes it anew"
    )


def grown_yesterday(setting: Setting) -> str | None:
    """Return what yesterday's night has gained since it was summarised; None for nothing."""
    configuration = setting.configuration
    period = chosen_period(NIGHTLY, None, configuration.time_zone, setting.clock.now())
    if not setting.database.exists() or not night_files(configuration.reports, period.name).json.exists():
        return None
    with answers(setting.database, setting.wait, period.zone.key) as stored:
        totals = stored.row("totals", since=period.since.isoformat(), until=period.until.isoformat())
    return grown(configuration.reports, period.name, NIGHTLY, totals)
