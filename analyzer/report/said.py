"""The report's sentences: what happened, whether the target is met, what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analyzer.text import Texts


def lead_said(report: Mapping[str, Any], words: Texts) -> str:
    """Say the headline: the error rate, and what it was before."""
    overview, before = report["overview"], report["overview_before"]
    failures, requests = overview["failures"], overview["requests"]
    if not overview["events"]:
        return words["summary.lead_nothing"]
    if not failures:
        return words.say("summary.lead_no_failures", requests=words.count("requests", overview["events"]))
    if overview["error_rate"] is None:
        return words.say("summary.lead_no_rate", failures=words.count("failures", failures))
    rate = words.percent(overview["error_rate"])
    said = words.say("summary.lead", rate=rate, requests=words.count("requests", requests))
    if before and before["error_rate"] is not None:
        said += _space(words) + words.say("summary.compared", before=words.percent(before["error_rate"]))
    return said


def warnings_said(report: Mapping[str, Any], words: Texts) -> list[str]:
    """Return what a person should know before trusting the numbers; moments are datetimes or ISO 8601."""
    first, last, written = (
        moment if isinstance(moment, datetime) or moment is None else datetime.fromisoformat(moment)
        for moment in (report["stored"]["first_ts"], report["stored"]["last_ts"], report["written"])
    )
    return [
        words.say(
            f"page.{name}",
            first=words.moment(first),
            last=words.moment(last),
            moment=words.moment(last),
            age=words.ago(written - last) if last and written else "",
        )
        for name in report["warnings"]
    ]


def slo_said(report: Mapping[str, Any], words: Texts) -> str:
    """Say whether the target is met; without one, nothing."""
    found = report["availability"]
    if found is None or "target" not in found:
        return ""
    given = {
        "target": _percent(found["target"], words),
        "availability": _percent(found["availability"], words),
        "left": words.percent(max(found["budget_left"], 0.0)),
        "burn": f"{found['burn']:,.1f}",
    }
    return words.say("slo.met" if found["burn"] <= 1 else "slo.missed", **given)


def availability_said(report: Mapping[str, Any], words: Texts) -> list[list[str]]:
    """Return the rows of the table of availability: with all errors, and without the caller's own."""
    found = report["availability"]
    if found is None:
        return [[words["slo.title"]], [words["slo.no_requests"]]]
    has_target = "target" in found
    rows = [[words["compare.kind"], words["slo.availability"], words["table.failures"]]]
    if has_target:
        rows[0] += [words["slo.budget_left"], words["slo.burn"]]
    own = found["own_failures"]
    for name, title, failures in (
        ("", "compare.all", found["failures"]),
        ("_without_own", "slo.without_own", found["failures"] - own),
    ):
        row = [words[title], _percent(found[f"availability{name}"], words), words.number(failures)]
        if has_target:
            left, burn = found[f"budget_left{name}"], found[f"burn{name}"]
            burnt = f"{burn:,.1f}"
            row += [
                words.percent(left) if left >= 0 else words.say("slo.overspent", n=burnt),
                words.say("slo.burn_times", n=burnt),
            ]
        rows.append(row)
    return rows


def beside_said(report: Mapping[str, Any], words: Texts) -> str:
    """Say what the figures are compared with, or why with nothing."""
    compared = report["compared"]
    if compared["since"] is None:
        return words[f"compare.{compared['notes'][0]}"]
    span = words.say(
        "compare.span", since=words.moment(compared["since"]), until=words.moment(compared["until"])
    )
    release = compared["release"] or {"name": "", "at": None}
    said = [
        words.say(
            f"compare.beside_{compared['kind']}",
            span=span,
            name=release["name"],
            at=words.moment(release["at"]),
        )
    ]
    for note in compared["notes"]:
        said.append(words.say(f"compare.{note}", **{"from": words.moment(compared["stored_from"])}))
    return _space(words).join(said)


def test_said(report: Mapping[str, Any], words: Texts) -> str:
    """Say how changes are told from chance."""
    changes = report["changes"]
    if changes is None:
        return ""
    return words.say(
        "compare.test",
        exact=words.number(changes["exact_up_to"]),
        slice=words[f"slice.{changes['slice']}"],
        n=words.number(changes["comparisons"]),
        rate=words.percent(changes["false_discovery_rate"]),
    )


def change_cells(row: Mapping[str, Any], words: Texts) -> list[str]:
    """Return a change as cells: verdict with its sureness, kind, name, failures, error rate."""
    name = row["name"]
    if name == "(none)":
        name = words["table.no_code" if row["kind"] == "error" else "panel.none"]
    if row["level"] == "code":
        name = words.say("ticket.named", name=name, n=words["table.code_only"])
    rates = [words.percent(row[key]) if row[key] is not None else words["number.nothing"] for key in _RATES]
    counts = {"before": words.number(row["failures_before"]), "now": words.number(row["failures"])}
    return [
        verdict_said(row, words),
        words[f"compare.{row['kind']}"],
        name or words["number.nothing"],
        words.say("compare.from_to", **counts),
        words.say("compare.from_to", before=rates[0], now=rates[1]),
    ]


def verdict_said(row: Mapping[str, Any], words: Texts) -> str:
    """Say what became of a row, and how sure that is."""
    verdict = words[f"compare.{row['verdict']}"]
    if row["verdict"] == "same":
        return verdict
    return words.say("ticket.named", name=verdict, n=words.word("sure", row["sure"]))


_RATES = ("error_rate_before", "error_rate")


def _percent(share: float | None, words: Texts) -> str:
    """Return an availability with the digits that targets such as 99.95 % need."""
    if share is None:
        return words["number.unknown"]
    return words.say("number.percent", n=f"{share * 100:.4f}".rstrip("0").rstrip("."))


def _space(words: Texts) -> str:
    return "" if words.language == "zh" else " "
