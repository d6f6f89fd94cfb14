"""A few failures are classified in Python alone, many by the compiled rule too: the answers are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzer.ingest.batch import FEW

ANSWER = "request_id, error_code, error_message, match, entry_id, params, code, category, action, owner"


def answers(laboratory: Any, logs: list[Path]) -> list[tuple[Any, ...]]:
    """Ingest logs, a run each, into an empty store; return what was answered to each request."""
    laboratory.clear()
    for log in logs:
        assert laboratory.ingest(log).count("read") == 1
    found: list[tuple[Any, ...]] = laboratory.rows(f"SELECT {ANSWER} FROM events ORDER BY request_id")
    return found


def test_many_failures_have_the_answers_of_a_few(quick_laboratory: Any, tmp_path: Path) -> None:
    """Every entry's text, whole, within another and without its code, in one log and in logs of ten lines."""
    told = []
    for catalog in quick_laboratory.knowledge.catalogs:
        for entry in catalog.entries:
            text = entry.example or entry.message
            told += [
                (entry.code, text),
                (entry.code, f"upstream said: {text}"),
                (None, text),
                (entry.code, "x"),
            ]
    lines = [
        json.dumps(
            {
                "ts": "2026-11-20T08:00:00Z",
                "request_id": f"r-{number:04}",
                "status": 400,
                "error_code": code,
                "error_msg": message.replace("%s", str(number)),
            }
        )
        + "\n"
        for number, (code, message) in enumerate(told)
    ]
    assert len(lines) > 2 * FEW
    whole = tmp_path / "whole.log"
    whole.write_text("".join(lines), encoding="utf-8")
    parts = []
    for start in range(0, len(lines), FEW):
        parts.append(tmp_path / f"{start}.log")
        parts[-1].write_text("".join(lines[start : start + FEW]), encoding="utf-8")
    many = answers(quick_laboratory, [whole])
    assert many == answers(quick_laboratory, parts)
    assert {row[3] for row in many} >= {"template", "code"}
