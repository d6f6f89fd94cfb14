"""Old events go, and the books stay straight: what was read is known, and nothing is read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.store.retention import Expired, expire

CUTOFF = datetime(2026, 11, 20, tzinfo=UTC)
BALANCE = "SELECT count(*) FROM sources WHERE lines <> events + rejects + blank + continuation"
COUNTED = (
    "SELECT s.events - s.expired - s.duplicates, s.failures - s.expired_failures, "
    "s.rejects - s.expired_rejects, "
    "(SELECT count(*) FROM events AS e WHERE e.source_id = s.source_id), "
    "(SELECT count(*) FROM stored.event AS e WHERE e.source_id = s.source_id AND failed), "
    "(SELECT count(*) FROM rejects AS r WHERE r.source_id = s.source_id) FROM sources AS s"
)


def event(day: int, status: int = 200, **more: Any) -> dict[str, Any]:
    """Return a request of a day in November, failed from status 400 on."""
    error = {"error": {"code": "x", "message": "y"}} if status >= 400 else {}
    path = {"method": "POST", "path": "/v1/chat/completions"}
    return {"ts": f"2026-11-{day:02}T12:00:00Z", **path, "status": status, **error, **more}


def assert_books(laboratory: Any) -> None:
    """The ledger adds up, and what is stored is what was read less what went."""
    assert laboratory.rows(BALANCE) == [(0,)]
    for events, failures, rejects, stored, failed, rejected in laboratory.rows(COUNTED):
        assert (events, failures, rejects) == (stored, failed, rejected)


def test_old_events_go_and_are_counted(laboratory: Any, write: Callable[..., Path]) -> None:
    """Events, samples and rejects before the cutoff go; those after it stay; nothing is read again."""
    lines = [
        "damaged",
        event(18),
        event(18, 500),
        "damaged",
        event(19),
        "",
        event(20, 500),
        "damaged",
        event(21),
    ]
    path = write(lines)
    laboratory.ingest(path)
    would = expire(laboratory.connection, CUTOFF, "test", dry_run=True)
    assert laboratory.rows("SELECT count(*) FROM events") == [(5,)]
    assert expire(laboratory.connection, CUTOFF, "test") == would == Expired(1, 3, 1, 2)
    assert laboratory.rows("SELECT line_no FROM events ORDER BY line_no") == [(7,), (9,)]
    assert laboratory.rows("SELECT line_no FROM samples") == [(7,)]
    assert laboratory.rows("SELECT line_no FROM rejects") == [(8,)]
    assert laboratory.rows("SELECT events, expired, expired_failures, expired_rejects FROM sources") == [
        (5, 3, 1, 2)
    ]
    assert_books(laboratory)
    assert laboratory.ingest(path).ledger.lines == 0
    with path.open("a") as file:
        file.write(json.dumps(event(17)) + "\n" + json.dumps(event(22)) + "\n")
    assert laboratory.ingest(path).ledger.events == 2
    assert laboratory.rows("SELECT count(*) FROM events") == [(4,)]
    assert_books(laboratory)
    assert expire(laboratory.connection, CUTOFF, "test").events == 1
    assert_books(laboratory)


def test_a_second_time_nothing_goes(laboratory: Any, write: Callable[..., Path]) -> None:
    """Retention again takes out nothing and is no run."""
    laboratory.ingest(write([event(18), "damaged"]))
    expire(laboratory.connection, CUTOFF, "test")
    assert expire(laboratory.connection, CUTOFF, "test") == Expired(0, 0, 0, 0)
    assert laboratory.rows("SELECT count(*) FROM runs WHERE command = 'retention'") == [(1,)]


def test_a_provisional_line_stays(laboratory: Any, tmp_path: Path) -> None:
    """A last line without its newline is read again with its ledger, so it stays until it is whole."""
    path = tmp_path / "a.log"
    path.write_text(json.dumps(event(17)) + "\n" + json.dumps(event(18)))
    laboratory.ingest(path)
    assert expire(laboratory.connection, CUTOFF, "test").events == 1
    assert_books(laboratory)
    with path.open("a") as file:
        file.write("\n" + json.dumps(event(21)) + "\n")
    laboratory.ingest(path)
    assert_books(laboratory)
    assert laboratory.rows("SELECT lines, events, expired FROM sources") == [(3, 3, 1)]


def test_a_log_of_rejects_goes_by_when_it_was_read(laboratory: Any, write: Callable[..., Path]) -> None:
    """Rejects of a log without events tell no time: they go when the log was last read so long ago."""
    laboratory.ingest(write(["damaged"] * 3), format="ndjson")
    assert expire(laboratory.connection, CUTOFF, "test").rejects == 0
    laboratory.connection.execute("UPDATE stored.source SET last_read_at = '2026-01-01T00:00:00Z'")
    assert expire(laboratory.connection, CUTOFF, "test").rejects == 3
    assert_books(laboratory)


def test_a_duplicate_is_an_event_when_its_winner_went(laboratory: Any, write: Callable[..., Path]) -> None:
    """What stood for both went: the other one, that is young enough, stands for itself."""
    old = event(19, request_id="r1") | {"ts": "2026-11-19T23:59:59Z"}
    young = event(20, request_id="r1") | {"ts": "2026-11-20T00:00:00Z"}
    laboratory.ingest(write([old], "a.log"), write([young], "b.log"), dedupe="request_id")
    assert laboratory.rows("SELECT count(*) FROM duplicates") == [(1,)]
    expire(laboratory.connection, CUTOFF, "test")
    assert laboratory.rows("SELECT count(*) FROM duplicates") == [(0,)]
    assert laboratory.rows("SELECT count(*) FROM events") == [(1,)]
    assert_books(laboratory)
