"""The entries seen: what the catalogue says of each, how often it occurred, and lines from the logs."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from analyzer.report.collect import Answers, Row
from analyzer.report.visible import CODE_LENGTH, shortened
from analyzer.text import Texts

_Key = tuple[str, str | None, str]


def entry_views(answers: Answers, texts: Texts) -> list[Row]:
    """Return the entries and codes that occurred, most failures first, with their sample lines."""
    samples: dict[_Key, list[Row]] = defaultdict(list)
    for sample in answers.samples:
        samples[_key(sample)].append(sample)
    params: dict[str, list[Row]] = defaultdict(list)
    for value in answers.params:
        params[value["entry_id"]].append(value)
    return [
        _entry(row, samples[_key(row)], params.get(row["entry_id"] or "", []), texts)
        for row in answers.entries
        if row["level"] != "none"
    ]


def _key(row: Row) -> _Key:
    return row["level"], row["entry_id"], "" if row["entry_id"] else row["code"]


def _entry(row: Row, samples: list[Row], params: list[Row], texts: Texts) -> Row:
    known = row["level"] == "entry"
    return {
        "name": row["entry_id"] or texts["table.code_only"],
        "code": shortened(row["code"], CODE_LENGTH),
        "status": row["http_status"],
        "category": row["category"],
        "meaning": shortened(row["meaning"], 500) if known else texts["table.code_only_meaning"],
        "message": row["message"],
        "remedy": shortened(row["remedy"], 1000) if known else None,
        "owner": row["owner"],
        "action": row["action"],
        "retry": row["retry"] if known else None,
        "part": row["share"],
        "failures": texts.number(row["failures"]),
        "share": texts.percent(row["share"]),
        "rate": texts.percent(row["error_rate"]),
        "first_seen": texts.moment(row["first_seen"]),
        "last_seen": texts.moment(row["last_seen"]),
        "params": [_value(value, texts) for value in params],
        "samples": [_sample(sample, texts) for sample in samples],
    }


def _value(row: Row, texts: Texts) -> dict[str, Any]:
    return {"text": shortened(row["value"], 80), "share": texts.percent(row["share"])}


def _sample(row: Row, texts: Texts) -> Row:
    place = texts.say("table.place", source=row["source"], n=row["line_no"])
    return {"moment": texts.moment(row["ts"]), "place": place, "line": row["line"]}
