"""What to do first: the remedies by the share of failures each would remove."""

from __future__ import annotations

from analyzer.report.collect import Answers, Row
from analyzer.report.visible import CODE_LENGTH, shortened
from analyzer.text import Texts

_CODES = 6


def remedy_views(answers: Answers, texts: Texts) -> list[Row]:
    """Return the remedies in words, the largest share first, each with the error rate it would leave."""
    by_entry = {row["entry_id"]: row for row in answers.entries if row["entry_id"]}
    return [
        _remedy(rank, row, answers.overview["error_rate"], by_entry, texts)
        for rank, row in enumerate(answers.remedies, 1)
    ]


def _remedy(rank: int, row: Row, before: float | None, by_entry: dict[str, Row], texts: Texts) -> Row:
    entries = [by_entry[entry] for entry in row["entry_ids"] if entry in by_entry]
    unsure = row["remedy_id"] if row["remedy_id"] in ("several", "uncatalogued") else None
    retries = {entry["retry"] for entry in entries}
    return {
        "rank": rank,
        "action": texts[f"first.{unsure}_title"] if unsure else texts.word("action", row["action"]),
        "text": texts[f"first.{unsure}_text"] if unsure else row["remedy"],
        "owner": row["owner"],
        "owner_word": texts.word("owner", row["owner"]),
        "retry": texts.word("retry", retries.pop()) if len(retries) == 1 else "",
        "codes": sorted({shortened(entry["code"], CODE_LENGTH) for entry in entries if entry["code"]})[
            :_CODES
        ],
        "part": row["share"],
        "share": texts.percent(row["share"]),
        "failures": texts.count("failures", row["failures"]),
        "becomes": _becomes(before, row["error_rate"], texts),
    }


def _becomes(before: float | None, removed: float | None, texts: Texts) -> str:
    """Say the error rate before and after. The requests stay: a remedied request is a success."""
    if before is None or removed is None:
        return texts["first.becomes_none"]
    return texts.say(
        "first.becomes", before=texts.percent(before), after=texts.percent(max(before - removed, 0.0))
    )
