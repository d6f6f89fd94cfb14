"""What a person reads after a check: what is new, what is open, and what could not be judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.alert.check import Report
from analyzer.alert.clock import moment_of
from analyzer.alert.late import Late
from analyzer.alert.listing import span_text
from analyzer.alert.state import Incident
from analyzer.alert.text import line, markdown, plain
from analyzer.text import Texts, texts

STALE = timedelta(hours=1)
REASONS = {
    "no_data": "no events in its window",
    "gone": "silent for more than a day",
    "no_requests": "no requests in its window, so there is no rate",
    "little_history": "too little history",
}


def told(report: Report, language: str, time_zone: str) -> str:
    """Return the new messages, and a line for each open incident, as text."""
    words = texts(language)
    parts = [plain(body, words) + "\n" for body in report.messages]
    if not report.open:
        return "".join(parts) + f"{_quiet(report, words, time_zone)}\n"
    lines = "".join(f"  {incident_line(one, words, time_zone)}\n" for one in report.open)
    judged = _judged(report, words, time_zone)
    return "".join(parts) + f"{words.say('alert.end_open', open=len(report.open), judged=judged)}\n{lines}"


def _judged(report: Report, words: Texts, time_zone: str) -> str:
    if not report.is_new and report.judged_until is not None:
        return words.say("alert.end_unchanged", moment=_minute(report.judged_until, time_zone))
    rules = words.count("rules", len(report.rules.rules))
    return words.say("alert.end_judged", rules=rules, moment=_minute(report.at, time_zone))


def _quiet(report: Report, words: Texts, time_zone: str) -> str:
    unjudged, count = len(report.unjudged()), len(report.rules.rules)
    partly = "quiet_partly" if unjudged else "quiet"
    key = "unknown" if count and unjudged == count else partly
    return words.say(f"alert.end_{key}", judged=_judged(report, words, time_zone), unjudged=unjudged)


def notes(report: Report, time_zone: str) -> list[str]:
    """Return what a person should know before trusting the answer, a line each."""
    said = []
    if report.judged_until is not None and report.at < report.judged_until:
        said.append(
            "this moment lies before the last one that was judged; 'analyzer alerts test' replays the past"
        )
    if report.data_until is None:
        said.append("no events are stored from before this moment")
    elif report.at - report.data_until > STALE:
        until = _minute(report.data_until, time_zone)
        said.append(f"the data ends at {until}; --at data judges that moment")
    if report.late is not None:
        said.append(late_note(report.late, time_zone))
    for reason, words in REASONS.items():
        names = [finding.rule for finding in report.findings if finding.unknown == reason]
        if names:
            said.append(f"not judged, {words}: {', '.join(names)}")
    return said


def late_note(late: Late, time_zone: str) -> str:
    """Return that logs came too late to be judged, and the way out."""
    before, judged_at = (
        _minute(moment_of(minute), time_zone) for minute in (late.judged_at - late.lag, late.judged_at)
    )
    return (
        f"{late.events:,} events, some from before {before}, were stored only after {judged_at} had been "
        f'judged; where logs come so late, set delay = "{span_text(late.delay())}" under [policy]'
    )


def incident_line(incident: Incident, words: Texts, time_zone: str) -> str:
    """Return an incident in one line."""
    what = words[f"alert.cause_{incident.cause}"]
    if incident.model:
        what = words.say("alert.what_model", what=what, model=line(incident.model))
    said = words.say(
        "alert.end_incident",
        id=incident.incident_id,
        level=words[f"alert.level_{incident.level}"],
        what=what,
        moment=_minute(moment_of(incident.started_at), time_zone),
    )
    return said if incident.told_level else words.say("alert.end_waits", incident=said)


def report_as_json(report: Report, time_zone: str) -> dict[str, Any]:
    """Return the report under the names that `--json` promises; times are ISO 8601 with offset."""
    zone = ZoneInfo(time_zone)
    return {
        "at": report.at.astimezone(zone).isoformat(),
        "is_new": report.is_new,
        "data_until": report.data_until.astimezone(zone).isoformat() if report.data_until else None,
        "open": [incident_as_json(one, time_zone) for one in report.open],
        "messages": [
            {**body, "text": {name: plain(body, texts(name)) for name in ("en", "zh")},
             "markdown": {name: markdown(body, texts(name)) for name in ("en", "zh")}}
            for body in report.messages
        ],
        "rules": _rules(report),
    }  # fmt: skip


def incident_as_json(incident: Incident, time_zone: str) -> dict[str, Any]:
    """Return an incident as an object."""
    zone = ZoneInfo(time_zone)
    moments = {
        name: None if minute is None else moment_of(minute).astimezone(zone).isoformat()
        for name, minute in vars(incident).items()
        if name.endswith("_at")
    }
    return {**vars(incident), **moments, "entries": list(incident.entries)}


def _minute(moment: datetime, time_zone: str) -> str:
    return moment.astimezone(ZoneInfo(time_zone)).isoformat(sep=" ", timespec="minutes")


def _rules(report: Report) -> list[dict[str, Any]]:
    def of(name: str) -> Sequence[Any]:
        return [finding for finding in report.findings if finding.rule == name]

    return [
        {
            "rule": rule.name,
            "unknown": next((finding.unknown for finding in of(rule.name) if finding.unknown), None),
            "findings": [
                {"subject": finding.subject or None, "pressure": finding.pressure, **finding.figures}
                for finding in of(rule.name)
                if finding.pressure is not None
            ],
        }
        for rule in report.rules.rules
    ]
