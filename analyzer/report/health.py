"""How sound the data is: the ledger of each source, and why lines became no event."""

from __future__ import annotations

from datetime import datetime

from analyzer.report.collect import Answers, Row
from analyzer.report.visible import shortened
from analyzer.text import Texts

_SOURCES = 100
_LINE = 300


def health_view(answers: Answers, texts: Texts) -> Row:
    """Return the verdict in words, and the tables of sources and rejects."""
    lines = sum(row["lines"] for row in answers.health)
    damaged = sum(row["damaged"] for row in answers.health)
    others = sum(row["not_a_request"] for row in answers.health)
    return {
        "kind": "warning" if damaged or answers.shared else "good" if answers.health else "note",
        "verdict": _verdict(lines, damaged, bool(answers.health), texts),
        "not_requests": texts.say("health.not_requests", n=texts.count("lines", others)) if others else "",
        "notes": [*_taken_out(answers, texts), *_shared(answers, texts)],
        "sources": [_source(row, texts) for row in answers.health[:_SOURCES]],
        "more_sources": max(len(answers.health) - _SOURCES, 0),
        "rejects": [_reject(row, texts) for row in answers.rejects],
    }


def stored_span(health: list[Row]) -> tuple[datetime | None, datetime | None]:
    """Return the times of the first and the last event in the whole store; None where there is none."""
    first = [row["first_ts"] for row in health if row["first_ts"]]
    last = [row["last_ts"] for row in health if row["last_ts"]]
    return min(first, default=None), max(last, default=None)


def _verdict(lines: int, damaged: int, any_source: bool, texts: Texts) -> str:
    if not any_source:
        return texts["health.nothing"]
    if not damaged:
        return texts["health.sound"]
    return texts.say(
        "health.damaged",
        damaged=texts.number(damaged),
        lines=texts.count("lines", lines),
        share=texts.percent(damaged / lines),
    )


def _taken_out(answers: Answers, texts: Texts) -> list[str]:
    """Say why there are fewer events in the store than were read."""
    sums = {name: sum(row[name] for row in answers.health) for name in ("expired", "duplicates")}
    return [texts.say(f"health.{name}", n=texts.number(number)) for name, number in sums.items() if number]


def _shared(answers: Answers, texts: Texts) -> list[str]:
    """Warn of two logs that hold the same requests."""
    return [
        texts.say(
            "health.shared",
            n=texts.count("requests", row["shared"]),
            source=row["source"],
            other=row["other_source"],
        )
        for row in answers.shared
    ]


def _source(row: Row, texts: Texts) -> Row:
    counted = ("lines", "events", "failures", "damaged", "not_a_request", "blank", "continuation")
    return {
        "source": row["source"] if row["generation"] == 1 else f"{row['source']} ({row['generation']})",
        "format": row["format"],
        "population": texts.word("population", row["population"]),
        "is_damaged": row["damaged"] > 0,
        "last_read": texts.moment(row["last_read_at"]),
        **{name: texts.number(row[name]) for name in counted},
    }


def _reject(row: Row, texts: Texts) -> Row:
    return {
        "reason": texts.word("reject", shortened(row["reason"], _LINE)),
        "damaged": row["damaged"],
        "place": texts.say("table.place", source=row["source"], n=row["line_no"]),
        "rejects": texts.number(row["rejects"]),
        "share": texts.percent(row["share"]),
        "line": shortened(row["line"] or "", _LINE),
    }
