"""The one sentence of a summary in words, long for the page and short for a mail's subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analyzer.night.calendar import moment_of, period_name, several, weekday_of
from analyzer.night.figures import error_name
from analyzer.night.verdict import NEW_ERROR, NO_DATA, OUTAGE, QUIET
from analyzer.text import Texts

Summary = Mapping[str, Any]


def verdict_word(summary: Summary, texts: Texts) -> str:
    """Return the verdict in a word or two."""
    key = f"night.word_{_quiet_or(summary)}"
    if summary["verdict"] != OUTAGE:
        return texts[key]
    since, until = _outage_times(summary, texts)
    return texts.say(key, since=since, until=until)


def _quiet_or(summary: Summary) -> str:
    """Return the verdict; a period like any other that crossed a threshold is not called quiet."""
    verdict = str(summary["verdict"])
    return "crossed" if verdict == QUIET and summary.get("crossed") else verdict


def verdict_sentence(summary: Summary, texts: Texts) -> str:
    """Return the verdict as a sentence; of an outage, with what most of its failures are."""
    kind = summary["verdict"]
    key = f"night.verdict_{_quiet_or(summary)}"
    if kind == NO_DATA:
        return texts.say(key, day=period_name(summary["kind"], moment_of(summary["since"]), texts))
    if kind == OUTAGE:
        return _outage(summary, texts)
    if kind == NEW_ERROR:
        error = next(error for error in summary["new"] if error["never_seen"])
        count = texts.count("failures", error["failures"])
        return texts.say(key, error=error_name(error, texts), failures=count)
    if kind == QUIET:
        return texts.say(key, lead=_lead(summary, texts))
    past = _past(summary, texts)
    return texts.say(key if past else "night.verdict_bad", lead=_lead(summary, texts), past=past or "")


def _lead(summary: Summary, texts: Texts) -> str:
    if summary["error_rate"] is None:
        return texts.say("night.lead_without_rate", failures=texts.count("failures", summary["failures"]))
    requests = texts.count("requests", summary["requests"])
    if not summary["failures"]:
        return texts.say("night.lead_none", requests=requests)
    return texts.say("night.lead", rate=texts.percent(summary["error_rate"]), requests=requests)


def _past(summary: Summary, texts: Texts) -> str | None:
    """Return what it is held against, None where nothing earlier is known."""
    name = "failures" if summary["error_rate"] is None else "error_rate"
    show = texts.number if name == "failures" else texts.percent
    usual = summary["usual"][name]
    if usual is not None:
        return texts.say("night.past_usual", low=show(usual["low"]), high=show(usual["high"]))
    before = summary["before"][name]
    return None if before is None else texts.say(f"night.past_{summary['kind']}", before=show(before))


def _outage(summary: Summary, texts: Texts) -> str:
    worst = summary["outages"][0]
    since, until = _outage_times(summary, texts)
    said = [
        texts.say(
            "night.verdict_outage",
            since=since,
            until=until,
            rate=texts.percent(worst["failures"] / worst["requests"]),
            requests=texts.count("requests", worst["requests"]),
        )
    ]
    if worst["error"]:
        said.append(texts.say("night.outage_error", error=error_name(worst["error"], texts)))
    if len(summary["outages"]) > 1:
        said.append(several("night.outages_more", len(summary["outages"]) - 1, texts))
    return texts["night.sentence_gap"].join(said)


def _outage_times(summary: Summary, texts: Texts) -> tuple[str, str]:
    """Return start and end of the worst outage: the time of day, with what makes it unmistakable."""
    since, until = (moment_of(summary["outages"][0][name]) for name in ("since", "until"))
    changes = moment_of(summary["since"]).utcoffset() != moment_of(summary["until"]).utcoffset()
    first, last = _time(since, changes), _time(until, changes)
    if summary["kind"] == "nightly":
        return first, last
    if summary["kind"] == "weekly":
        days = weekday_of(since, texts), weekday_of(until, texts)
    else:
        days = texts.day(since), texts.day(until)
    return f"{days[0]} {first}", last if since.date() == until.date() else f"{days[1]} {last}"


def _time(moment: datetime, with_offset: bool) -> str:
    # Around a clock change an hour may come twice, and its offset alone tells which one is meant.
    return f"{moment:%H:%M}" + (moment.isoformat()[-6:] if with_offset else "")
