"""What to do first: the remedies by the share of failures each would remove."""

from __future__ import annotations

from analyzer.report.collect import Answers, Row
from analyzer.report.visible import CODE_LENGTH, shortened
from analyzer.text import Texts

UNSURE = ("several", "uncatalogued")
"""Keys of errors_by_remedy that name no remedy."""
_CODES = 6


def remedy_views(answers: Answers, texts: Texts) -> list[Row]:
    """Return the remedies in words, the largest share first, each with the error rate it would leave."""
    by_entry = {row["entry_id"]: row for row in answers.entries if row["entry_id"]}
    known = [row for row in answers.remedies if row["remedy_id"] not in UNSURE]
    before = answers.overview["error_rate"]
    return [_remedy(rank, row, before, by_entry, texts) for rank, row in enumerate(known, 1)]


def unsure_views(answers: Answers, texts: Texts) -> list[Row]:
    """Return the failures that no one remedy ends, in words: they are no remedy, and promise no rate."""
    return [
        {
            "rank": "?",
            "action": texts[f"first.{row['remedy_id']}_title"],
            "text": texts[f"first.{row['remedy_id']}_text"],
            "owner": row["owner"],
            "retry": "",
            "codes": [],
            "part": row["share"],
            "share": texts.percent(row["share"]),
            "failures": texts.count("failures", row["failures"]),
            "becomes": "",
        }
        for row in answers.remedies
        if row["remedy_id"] in UNSURE
    ]


def _remedy(rank: int, row: Row, before: float | None, by_entry: dict[str, Row], texts: Texts) -> Row:
    entries = [by_entry[entry] for entry in row["entry_ids"] if entry in by_entry]
    retries = {entry["retry"] for entry in entries}
    return {
        "rank": rank,
        "action": texts.word("action", row["action"]),
        "text": row["remedy"],
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
