"""The outcome of a trial in words: how often, when, how long, and at which hours."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.alert.clock import DAY, WEEK, moment_of
from analyzer.alert.listing import span_text
from analyzer.alert.rule import ALERT
from analyzer.alert.state import Incident, Signal
from analyzer.alert.text import line
from analyzer.alert.told import REASONS
from analyzer.alert.trial import Outcome
from analyzer.text import texts

_LISTED = 20
_HOURS = 3


def trial_text(outcome: Outcome) -> str:
    """Return the outcome as lines of text."""
    done = outcome.replay
    words = texts("en")
    names = ", ".join(rule.name for rule in outcome.rules.rules)
    span = timedelta(minutes=outcome.until - outcome.since)
    lines = [
        f"{names}: {words.ago(span)} replayed, {_moment(outcome, outcome.since)} to "
        f"{_moment(outcome, outcome.until)}, judged every {span_text(outcome.every)}"
    ]
    if outcome.is_cut:
        lines.append(f"the log ends at {_moment(outcome, outcome.until)}; what came after it is not judged")
    for (rule, reason), moments in done.unjudged.items():
        part = words.percent(moments / done.evaluations)
        lines.append(f"{rule}: not judged in {part} of these moments, {REASONS[reason]}")
    lines += _scarce(outcome)
    if not done.incidents:
        return "\n".join([*lines, "it would not have fired", ""])
    lines.append(_sum(outcome))
    lines += [f"  {_line(outcome, incident)}" for incident in done.incidents[:_LISTED]]
    if len(done.incidents) > _LISTED:
        lines.append(f"  and {len(done.incidents) - _LISTED:,} more; --json has them all")
    hours = ", ".join(f"{hour:02d}:00 × {times}" for hour, times in _noisiest(outcome))
    lines.append(f"noisiest hours ({outcome.time_zone}): {hours}")
    return "\n".join([*lines, ""])


def trial_as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome as one object; times are ISO 8601 with offset."""
    done = outcome.replay
    return {
        "rules": [rule.name for rule in outcome.rules.rules],
        "since": _iso(outcome, outcome.since),
        "until": _iso(outcome, outcome.until),
        "every_minutes": outcome.every,
        "evaluations": done.evaluations,
        "judged": done.judged,
        "fired": len(done.incidents),
        "alerts": sum(incident.worst_level == ALERT for incident in done.incidents),
        "messages": len(done.messages),
        "open_minutes": sum(_minutes(outcome, incident) for incident in done.incidents),
        "unjudged": [
            {"rule": rule, "reason": reason, "moments": moments}
            for (rule, reason), moments in done.unjudged.items()
        ],
        "below_minimum": [
            {"rule": name, "moments": one.moments, "failures": one.failures, "at": _iso(outcome, one.at)}
            for name, one in done.scarce.items()
        ],
        "hours": {f"{hour:02d}": times for hour, times in sorted(_hours(outcome).items())},
        "incidents": [_incident(outcome, incident) for incident in done.incidents],
    }


def _scarce(outcome: Outcome) -> list[str]:
    """Return a line for each rule that only its minimum kept from firing."""
    minimum = {rule.name: rule.settings.get("minimum") for rule in outcome.rules.rules}
    return [
        f"{name}: over its threshold in {one.moments:,} more moments, with fewer failures than minimum = "
        f"{minimum[name]}: {one.failures} at most, {_moment(outcome, one.at)}"
        for name, one in outcome.replay.scarce.items()
    ]


def _sum(outcome: Outcome) -> str:
    done = outcome.replay
    times = len(done.incidents)
    weeks = (outcome.until - outcome.since) / WEEK
    alerts = sum(incident.worst_level == ALERT for incident in done.incidents)
    pace = f", {times / weeks:.1f} a week" if outcome.until - outcome.since > 2 * DAY else ""
    sent = len(done.messages)
    spent = timedelta(minutes=sum(_minutes(outcome, incident) for incident in done.incidents))
    return (
        f"it would have fired {times:,} time{'' if times == 1 else 's'}{pace} ({alerts:,} as alert), sent "
        f"{sent:,} message{'' if sent == 1 else 's'}, and been open for {texts('en').ago(spent)} in all"
    )


def _line(outcome: Outcome, incident: Incident) -> str:
    opened = _moment(outcome, incident.opened_at)
    ended = None if incident.ended_at is None else _moment(outcome, incident.ended_at)
    end = "still open" if ended is None else f"to {ended[11:] if ended[:10] == opened[:10] else ended}"
    lasting = texts("en").ago(timedelta(minutes=_minutes(outcome, incident)))
    signals = _signals(outcome, incident)
    rules = ", ".join(dict.fromkeys(signal.rule for signal in signals))
    subjects = ", ".join(dict.fromkeys(line(signal.subject) for signal in signals if signal.subject))
    what = f"{rules} ({subjects})" if subjects else rules
    return f"{opened} {end:<10}  {lasting:<12}{incident.worst_level:<8} {what}"


def _incident(outcome: Outcome, incident: Incident) -> dict[str, Any]:
    signals = _signals(outcome, incident)
    return {
        "level": incident.worst_level,
        "cause": incident.cause,
        "started_at": _iso(outcome, incident.started_at),
        "opened_at": _iso(outcome, incident.opened_at),
        "ended_at": None if incident.ended_at is None else _iso(outcome, incident.ended_at),
        "minutes": _minutes(outcome, incident),
        "entries": list(incident.entries),
        "signals": [
            {"rule": signal.rule, "subject": signal.subject or None, "level": signal.worst_level,
             **signal.finding.figures}
            for signal in signals
        ],
    }  # fmt: skip


def _signals(outcome: Outcome, incident: Incident) -> list[Signal]:
    return [one for one in outcome.replay.signals if one.incident_id == incident.incident_id]


def _minutes(outcome: Outcome, incident: Incident) -> int:
    end = outcome.until if incident.ended_at is None else incident.ended_at
    return max(1, end - incident.opened_at)


def _hours(outcome: Outcome) -> Counter[int]:
    zone = ZoneInfo(outcome.time_zone)
    return Counter(
        moment_of(incident.opened_at).astimezone(zone).hour for incident in outcome.replay.incidents
    )


def _noisiest(outcome: Outcome) -> list[tuple[int, int]]:
    return sorted(_hours(outcome).items(), key=lambda item: (-item[1], item[0]))[:_HOURS]


def _moment(outcome: Outcome, minute: int) -> str:
    return moment_of(minute).astimezone(ZoneInfo(outcome.time_zone)).strftime("%Y-%m-%d %H:%M")


def _iso(outcome: Outcome, minute: int) -> str:
    return moment_of(minute).astimezone(ZoneInfo(outcome.time_zone)).isoformat()
