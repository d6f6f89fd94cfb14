"""The health section says what is counted twice, what was set aside, and what retention took out."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from analyzer.store.open import open_writer

SECOND_HOP = """
INSERT INTO stored.source (
    source_id, name, generation, format, population, time_zone, head_length, head_hash, tail_hash, size,
    resume_offset, resume_line, lines, events, failures, rejects, blank, continuation, first_seen_at,
    last_read_at
)
SELECT
    2, 'app.log', 1, 'ndjson', 'requests', 'UTC', 0, '', '', 1, 1, 13, 12, 12, 12, 0, 0, 0,
    last_read_at, last_read_at
FROM stored.source;

UPDATE stored.event SET request_id = 'r' || line_no;

INSERT INTO stored.event SELECT * REPLACE (2 AS source_id) FROM stored.event
"""


def words(page: str) -> str:
    """Return the text of a page's body without its tags."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page.partition("<body")[2], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def changed(path: Path, statement: str) -> Path:
    """Change a store."""
    with closing(open_writer(path)) as connection:
        connection.execute(statement)
    return path


def test_two_logs_of_the_same_requests_are_warned_of(
    store: Callable[..., Path], write: Callable[..., tuple[Any, str]]
) -> None:
    """Both logs are named, with how much they share and what to do; one log alone is not warned of."""
    path = store("catalog", "hundred")
    assert "--dedupe" not in words(write(path)[1])
    text = words(write(changed(path, SECOND_HOP))[1])
    assert "logs/hundred.jsonl and app.log share 12 requests" in text
    assert "analyzer ingest --dedupe request_id" in text
    assert "可能被重复计数" in words(write(path, language="zh")[1])


def test_what_went_is_said(store: Callable[..., Path], write: Callable[..., tuple[Any, str]]) -> None:
    """Events that retention took out are said, where there are any."""
    path = store("catalog", "hundred")
    assert "retention" not in words(write(path)[1])
    text = words(write(changed(path, "UPDATE stored.source SET expired = 1234"))[1])
    assert "retention has deleted 1,234" in text
