"""A summary in words: every sentence and cell that people read; the templates put them in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from analyzer.night.calendar import day_name, moment_of, period_name, several, weekday_of
from analyzer.night.figures import Figure, columns, error_name, figures, usual_note
from analyzer.night.sentence import verdict_sentence, verdict_word
from analyzer.text import Texts

Summary = Mapping[str, Any]

LISTED = 2
"""How many of a kind stand on the first screen; the JSON has more, the report all."""
_LONGEST_REMEDY = 84
_CROSSED = re.compile(r"(?P<name>\w+) is (?P<value>.+) \(threshold: (?P<limit>.+)\)")


@dataclass(frozen=True)
class Remedy:
    """One thing to do, what it would gain, and who does it."""

    text: str
    gain: str
    owner: str


@dataclass(frozen=True)
class Page:
    """A summary as people read it, in one language."""

    language: str
    title: str
    subject: str
    kind: str
    """The verdict: one of analyzer.night.verdict.KINDS."""
    verdict: str
    notes: tuple[str, ...]
    """Plain words of warning about the numbers."""
    columns: tuple[str, str, str]
    """This period, the one before, the usual."""
    figures: tuple[Figure, ...]
    figures_notes: tuple[str, ...]
    remedies: tuple[Remedy, ...]
    remedies_note: str | None
    new: tuple[str, ...]
    new_note: str | None
    budget: str | None
    axis: tuple[str, str, str]
    """What stands under the picture's left end, middle and right end."""
    caption: str
    alt: str
    footer: str
    has_data: bool


def page(summary: Summary, texts: Texts) -> Page:
    """Put a summary into words."""
    has_data = "no_data" not in summary["warnings"]
    return Page(
        language=texts["language.tag"],
        title=_title(summary, texts),
        subject=texts.say("night.subject", title=_title(summary, texts), word=verdict_word(summary, texts)),
        kind=summary["verdict"],
        verdict=verdict_sentence(summary, texts),
        notes=tuple(_notes(summary, texts)),
        columns=columns(summary, texts),
        figures=tuple(figures(summary, texts)) if has_data else (),
        figures_notes=tuple(usual_note(summary, texts)) if has_data else (),
        remedies=tuple(_remedies(summary, texts)),
        remedies_note=_remedies_note(summary, texts) if has_data else None,
        new=tuple(_new(summary, texts)),
        new_note=_new_note(summary, texts) if has_data else None,
        budget=_budget(summary, texts),
        axis=_axis(summary, texts),
        caption=_caption(summary, texts),
        alt=_alt(summary, texts),
        footer=_footer(summary, texts),
        has_data=has_data,
    )


def _title(summary: Summary, texts: Texts) -> str:
    since, until = moment_of(summary["since"]), moment_of(summary["until"])
    return texts.say(
        f"night.title_{summary['kind']}",
        day=day_name(since, texts) if summary["kind"] == "nightly" else texts.day(since),
        last=texts.day(until - timedelta(hours=12)),
        month=texts[f"month.m{since.month}"],
        year=since.year,
    )


def _notes(summary: Summary, texts: Texts) -> list[str]:
    warnings = summary["warnings"]
    # An outage, a worse day or a silence are told in words of their own.
    crossed = [found for one in summary.get("crossed", ()) if (found := _CROSSED.fullmatch(one))]
    said = [texts.say("night.crossed", threshold=_crossed(one, texts)) for one in crossed]
    if "ends_early" in warnings:
        said.append(texts.say("night.ends_early", moment=texts.moment(moment_of(summary["data_until"]))))
    if "not_over" in warnings:
        said.append(texts["night.not_over"])
    if "no_status" in warnings:
        said.append(texts["night.no_status"])
    if "unread" in warnings:
        said.append(several("night.unread", summary["unread_files"], texts))
    if "ends_early" not in warnings:
        said += _silent(summary, texts)
    if summary.get("missed"):
        said.append(texts.say("night.missed", names=", ".join(summary["missed"])))
    if "no_data_before" in warnings and "no_data" not in warnings:
        said.append(texts.say("night.no_data_before", day=_name_before(summary, texts)))
    return said


def _crossed(found: re.Match[str], texts: Texts) -> str:
    name, value = texts[f"night.threshold_{found['name']}"], found["value"].removesuffix(" left")
    return texts.say("night.crossed_value", name=name, value=value, limit=found["limit"])


def _silent(summary: Summary, texts: Texts) -> list[str]:
    said = []
    for one in summary["silent"][:LISTED]:
        if one["last"] is None:
            said.append(texts.say("night.silent_all", stream=one["stream"]))
        else:
            moment = texts.moment(moment_of(one["last"]))
            said.append(texts.say("night.silent_since", stream=one["stream"], moment=moment))
    if len(summary["silent"]) > LISTED:
        said.append(several("night.silent_more", len(summary["silent"]) - LISTED, texts))
    return said


def _name_before(summary: Summary, texts: Texts) -> str:
    # Twelve hours before the start lie in the period before, whatever the clocks do.
    moment = moment_of(summary["since"]) - timedelta(hours=12)
    if summary["kind"] == "weekly":
        moment -= timedelta(days=6)
    return period_name(summary["kind"], moment, texts)


def _remedies(summary: Summary, texts: Texts) -> list[Remedy]:
    found = []
    for remedy in summary["remedies"]:
        words = remedy.get("words", {}).get(texts.language) or remedy["remedy"]
        gain = texts.say("night.removes", share=texts.percent(remedy["share"]))
        if remedy["error_rate_after"] is not None:
            after = texts.percent(remedy["error_rate_after"])
            before = texts.percent(summary["error_rate"])
            gain += texts["night.semicolon"] + texts.say("night.becomes", before=before, after=after)
        found.append(Remedy(_cut(words, _LONGEST_REMEDY), gain, texts.word("owner", remedy["owner"])))
    return found


def _remedies_note(summary: Summary, texts: Texts) -> str | None:
    if summary["uncatalogued"]:
        return texts.say("night.uncatalogued", failures=texts.count("failures", summary["uncatalogued"]))
    return texts["night.no_remedies"] if summary["failures"] and not summary["remedies"] else None


def _new(summary: Summary, texts: Texts) -> list[str]:
    said = []
    for error in summary["new"][:LISTED]:
        line = texts.say(
            "night.error_line",
            error=error_name(error, texts),
            n=texts.number(error["failures"]),
        )
        if error["never_seen"] or error["seen_before"] is None:
            seen = texts["night.never_seen"]
        else:
            seen = texts.say("night.seen_before", day=texts.day(moment_of(error["seen_before"])))
        said.append(f"{line}{texts['night.comma']}{seen}")
    if len(summary["new"]) > LISTED:
        said.append(texts.say("night.more", n=len(summary["new"]) - LISTED))
    return said


def _new_note(summary: Summary, texts: Texts) -> str | None:
    counts = {name: len(summary[name]) for name in ("grown", "fallen", "gone")}
    said = [] if summary["new"] or "no_data_before" in summary["warnings"] else [texts["night.nothing_new"]]
    if any(counts.values()):
        said.append(texts.say("night.changed", **counts))
    return texts["night.sentence_gap"].join(said) or None


def _budget(summary: Summary, texts: Texts) -> str | None:
    budget = summary["budget"]
    if budget is None:
        return None
    values = {"target": texts.percent(budget["target"]), "n": budget["days"]}
    if budget["left"] < 0:
        return texts.say("night.budget_spent", **values, over=texts.percent(-budget["left"]))
    return texts.say("night.budget", **values, left=texts.percent(budget["left"]))


def _axis(summary: Summary, texts: Texts) -> tuple[str, str, str]:
    starts = [moment_of(bar["since"]) for bar in summary["bars"]]
    first, middle = starts[0], starts[len(starts) // 2]
    if summary["kind"] == "nightly":
        return f"{first:%H:%M}", f"{middle:%H:%M}", texts["night.end_of_day"]
    if summary["kind"] == "weekly":
        return weekday_of(first, texts), weekday_of(middle, texts), weekday_of(starts[-1], texts)
    return str(first.day), str(middle.day), str(starts[-1].day)


def _caption(summary: Summary, texts: Texts) -> str:
    most = {name: max((bar[name] for bar in summary["bars"]), default=0) for name in ("requests", "failures")}
    return texts.say(
        "night.caption",
        slot=texts[f"night.slot_{summary['kind']}"],
        **{name: texts.compact(value) for name, value in most.items()},
    )


def _alt(summary: Summary, texts: Texts) -> str:
    worst = max(summary["bars"], key=lambda bar: bar["failures"], default=None)
    if worst is None or not worst["failures"]:
        return texts["night.alt_none"]
    moment, count = texts.moment(moment_of(worst["since"])), texts.count("failures", worst["failures"])
    return texts.say("night.alt", moment=moment, failures=count)


def _footer(summary: Summary, texts: Texts) -> str:
    moments = {name: texts.moment(moment_of(summary[name])) for name in ("since", "until")}
    last = texts.moment(moment_of(summary["data_until"]) if summary["data_until"] else None)
    return texts.say(
        "night.interval", **moments, zone=summary["time_zone"], last=last, version=summary["version"]
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
