"""What is open, how far the rules are, and what was: read from the store, which is left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.alert import record
from analyzer.alert.clock import minute_of, moment_of
from analyzer.alert.rule import Rules
from analyzer.alert.state import highest
from analyzer.alert.text import line
from analyzer.alert.told import STALE, incident_as_json
from analyzer.resources import statement
from analyzer.store.open import open_reader
from analyzer.text import texts


def status(database: Path, rules: Rules, time_zone: str, wait: float) -> dict[str, Any]:
    """Return the open incidents with their signals, and when each rule was last judged."""
    with closing(open_reader(database, wait)) as connection:
        state = record.load(connection)
        undelivered = [
            f"{channel}: {reason}"
            for channel, reason in connection.execute(statement("alert", "undelivered.sql")).fetchall()
        ]
    opened = [one for one in state.incidents.values() if one.closed_at is None]
    judged = {name: at for name, (_, at) in state.evaluated.items()}
    return {
        "open": [
            {
                **incident_as_json(incident, time_zone),
                "rules": sorted({signal.rule for signal in state.signals_of(incident)}),
            }
            for incident in opened
        ],
        "rules": [
            {
                "rule": rule.name,
                "judged_at": _iso(judged.get(rule.name), time_zone),
                "level": max(
                    (one.level for one in state.signals.values() if one.rule == rule.name), default=None
                ),
            }
            for rule in rules.rules
        ],
        "data_until": _iso(state.data_until, time_zone),
        "undelivered": undelivered,
    }


def status_text(found: Mapping[str, Any]) -> str:
    """Return a status as lines of text."""
    lines = [_line(incident) for incident in found["open"]] or ["nothing is open"]
    width = max((len(rule["rule"]) for rule in found["rules"]), default=0)
    lines.append("")
    for rule in found["rules"]:
        judged = _shown(rule["judged_at"]) if rule["judged_at"] else "never"
        level = rule["level"] or ("quiet" if rule["judged_at"] else "–")
        lines.append(f"{rule['rule']:<{width}}  {level:<8}  last judged {judged}")
    last = max((rule["judged_at"] for rule in found["rules"] if rule["judged_at"]), default=None)
    until = found["data_until"]
    if last and until and datetime.fromisoformat(last) - datetime.fromisoformat(until) > STALE:
        lines += ["", f"the log ended at {_shown(until)} when they were last judged"]
    lines += [f"not delivered to {one}" for one in found["undelivered"]]
    return "\n".join(lines) + "\n"


def history(
    database: Path, since: datetime | None, limit: int, time_zone: str, wait: float
) -> list[dict[str, Any]]:
    """Return the incidents from `since` on, the latest first."""
    with closing(open_reader(database, wait)) as connection:
        rows = record.history(connection, None if since is None else minute_of(since), limit)
    return [
        {name: _iso(value, time_zone) if name.endswith("_at") else value for name, value in row.items()}
        for row in rows
    ]


def history_text(found: Sequence[Mapping[str, Any]]) -> str:
    """Return incidents as lines of text."""
    if not found:
        return "no incidents\n"
    return "".join(f"{_line(incident)}\n" for incident in found)


def _level(levels: Sequence[str]) -> str | None:
    return highest(levels) if levels else None


def _line(incident: Mapping[str, Any]) -> str:
    end = f"to {_shown(incident['ended_at'])}" if incident["closed_at"] else "still open"
    what = texts("en")[f"alert.cause_{incident['cause']}"]
    model = f", model {line(incident['model'])}" if incident["model"] else ""
    count = incident["messages"]
    told = "not told" if not count else f"{count} message{'' if count == 1 else 's'}"
    entries = f" [{', '.join(map(line, incident['entries']))}]" if incident["entries"] else ""
    level = incident["worst_level" if incident["closed_at"] else "level"]
    return (
        f"#{incident['incident_id']} {_shown(incident['started_at'])} {end}  {level}: "
        f"{what}{model} ({', '.join(incident['rules'])}; {told}){entries}"
    )


def _shown(moment: str) -> str:
    return datetime.fromisoformat(moment).isoformat(sep=" ", timespec="minutes")


def _iso(minute: int | None, time_zone: str) -> str | None:
    return None if minute is None else moment_of(minute).astimezone(ZoneInfo(time_zone)).isoformat()
