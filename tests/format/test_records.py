"""Records of a client's log: any lines, cut anywhere at record starts, give the same events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.event import FORMAT_COLUMNS
from analyzer.format.definition import load_formats
from analyzer.format.project import PROJECTED
from analyzer.format.trial import load_lines, open_trial, take_apart

CLIENT = load_formats()["python-client"]
URL = "https://api.example.com/v1/x"
BODY = "{'error': {'code': 'ModelArts.81101', 'message': 'Slow down'}}"
PIECES = (
    f'2026-11-20 10:00:0%d,000 [Thread-1] INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 429 Too Many"',
    f'2026-11-20 10:00:0%d,000 [Thread-2] INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 429 Too Many"',
    f'2026-11-20 10:00:0%d,000 [Thread-1] INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 200 OK"',
    f'INFO:httpx:HTTP Request: POST {URL} "HTTP/1.1 500 Internal Server Error"',
    f'HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"',
    f"2026-11-20 10:00:0%d,000 [Thread-1] ERROR app: failed request_id=r%d: Error code: 429 - {BODY}",
    f"2026-11-20 10:00:0%d,000 [Thread-2] ERROR app: failed: Error code: 429 - {BODY}",
    "2026-11-20 10:00:0%d,000 [Thread-1] ERROR app: call failed",
    "2026-11-20 10:00:0%d,000 DEBUG openai._base_client: Encountered httpx.HTTPStatusError",
    "INFO:openai._base_client:Retrying request to /chat/completions in 0.4 seconds",
    "ERROR:root:Error code: 500 - {'error': {'message': 'of call %d'}}",
    "Traceback (most recent call last):",
    '  File "/app/main.py", line %d, in call',
    "    return call()",
    f"openai.RateLimitError: Error code: 429 - {BODY}",
    "openai.APITimeoutError: Request timed out.",
    "ValueError: %d",
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
    "Exception in thread Thread-2 (work):",
    f"Error code: 429 - {BODY}",
    "\x00\x01",
    "some words of the application, number %d",
    "",
    "   ",
)
LINES = st.lists(
    st.builds(
        lambda piece, number: piece.replace("%d", str(number)), st.sampled_from(PIECES), st.integers(0, 9)
    ),
    max_size=40,
)
ANYTHING = st.lists(
    st.one_of(st.text(max_size=60), st.builds("{}{}".format, st.sampled_from(PIECES), st.text(max_size=10))),
    max_size=12,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_trial(quick=True) as opened:
        yield opened


def read(connection: duckdb.DuckDBPyConnection, lines: Sequence[str]) -> list[dict[str, Any]]:
    """All lines in one batch."""
    connection.execute("DELETE FROM openers")
    load_lines(connection, lines)
    return take_apart(connection, CLIENT)


def read_in_batches(
    connection: duckdb.DuckDBPyConnection, lines: Sequence[str], size: int
) -> list[dict[str, Any]]:
    """Batches of some `size` lines, cut as the ingestion does: the last record is read again later."""
    kept: list[dict[str, Any]] = []
    start, end, clock = 0, size, None
    while start < len(lines):
        pending = [row for row in kept if row["unclaimed"] and row["line_no"] >= start + 1 - 1000]
        connection.execute("DELETE FROM openers")
        for row in pending:
            connection.execute(
                "INSERT INTO openers VALUES (?, ?, ?)", [row["opener_key"], row["status"], row["line_no"]]
            )
        load_lines(connection, lines[start:end], start + 1)
        rows = take_apart(connection, CLIENT, completed=False)
        if end < len(lines):
            last = max((row["line_no"] for row in rows if row["record_start"]), default=0)
            rows = [row for row in rows if row["line_no"] < last]
            if not rows:
                end += size
                continue
        for row in rows:
            row["ts"] = clock if row["ts"] is None else row["ts"]
            clock = row["ts"] if row["outcome"] != "blank" else clock
        kept += rows
        settle(kept, rows)
        start += len(rows)
        end = start + size
    return kept


def settle(kept: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """Give stored requests what a later batch told of them."""
    stored = {row["line_no"]: row for row in kept}
    for row in rows:
        opener = stored.get(row["completes_line"])
        if opener is not None:
            assert row["outcome"] == "continuation"
            opener |= {
                "error_code": row["error_code"],
                "error_message": row["error_message"],
                "unclaimed": None,
            }
            opener["request_id"] = opener["request_id"] or row["request_id"]


def facts(row: dict[str, Any]) -> tuple[Any, ...]:
    """What must not depend on the cut."""
    values = [row[column.name] for column in FORMAT_COLUMNS] if row["outcome"] == "event" else []
    return (row["line_no"], row["outcome"], row["reason"], *values)


@settings(max_examples=40, deadline=None)
@given(lines=LINES, size=st.integers(1, 15))
def test_any_cut_gives_the_same_events(
    connection: duckdb.DuckDBPyConnection, lines: list[str], size: int
) -> None:
    """Reading in batches gives line by line what reading at once gives."""
    whole = read(connection, lines)
    clock = None
    for row in whole:
        clock = row["ts"] if row["ts"] is not None else clock
    assert [facts(row) for row in read_in_batches(connection, lines, size)] == [facts(row) for row in whole]


@settings(max_examples=40, deadline=None)
@given(lines=st.one_of(LINES, ANYTHING))
def test_every_line_has_one_outcome(connection: duckdb.DuckDBPyConnection, lines: list[str]) -> None:
    """Whatever the lines hold, nothing is raised, and each is event, reject, blank or continuation once."""
    rows = read(connection, lines)
    assert [row["line_no"] for row in rows] == list(range(1, len(lines) + 1))
    for row, line in zip(rows, lines, strict=True):
        assert set(row) == set(PROJECTED)
        assert row["outcome"] in ("event", "reject", "blank", "continuation")
        assert (row["reason"] is not None) == (row["outcome"] == "reject")
        assert (row["failed"] is not None) == (row["outcome"] == "event")
        assert row["outcome"] == "blank" or line.strip() or row["reason"] == "unreadable_line"
    starts = [
        row["record_start"]
        for row in rows
        if row["reason"] != "unreadable_line" and row["outcome"] != "blank"
    ]
    assert all(starts[:1])


def test_a_burst_of_threads_completes_in_order(connection: duckdb.DuckDBPyConnection) -> None:
    """An error pairs with the latest open request of its thread; one without any stands alone."""
    told = f'HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"'
    opener = f"2026-11-20 10:00:00,000 [Thread-%d] INFO httpx: {told}"
    body = "{'error': {'code': 'c.%d', 'message': 'm'}}"
    error = f"2026-11-20 10:00:01,000 [Thread-%d] ERROR app: Error code: 429 - {body}"
    lines = [
        opener % 1,
        opener % 2,
        opener % 1,
        error % (1, 1),
        error % (2, 2),
        error % (1, 3),
        error % (1, 4),
        "x",
    ]
    rows = read(connection, [*lines, opener % 9])
    codes = {row["line_no"]: row["error_code"] for row in rows if row["outcome"] == "event"}
    assert codes == {1: "c.3", 2: "c.2", 3: "c.1", 7: "c.4", 9: None}
    assert [row["unclaimed"] for row in rows if row["outcome"] == "event"] == [None, None, None, None, True]


def test_an_error_far_below_does_not_complete(connection: duckdb.DuckDBPyConnection) -> None:
    """A request more than 1,000 lines above is not what an error tells of."""
    chatter = ["2026-11-20 10:00:00,000 INFO app: step"] * 1000
    opener = f'2026-11-20 10:00:00,000 INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"'
    error = f"2026-11-20 10:00:00,000 ERROR app: Error code: 429 - {BODY}"
    assert [
        row["line_no"] for row in read(connection, [opener, *chatter[1:], error, "x"]) if row["failed"]
    ] == [1]
    assert [row["line_no"] for row in read(connection, [opener, *chatter, error, "x"]) if row["failed"]] == [
        1,
        1002,
    ]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("{'error': {'code': 'a.1', 'message': 'b', 'param': None}}", "a.1", "b"),
        ("{'error': {'code': 'a.1', 'message': 'None, True: False'}}", "a.1", "None, True: False"),
        ("{'error_code': 'a.1', 'error_msg': 'Zu viel: 100 %'}", "a.1", "Zu viel: 100 %"),
        ("{'error': {'code': None, 'message': 'b'}}", None, "b"),
        ('{"error": {"code": "a.1", "message": "it\'s \\"b\\""}}', "a.1", 'it\'s "b"'),
        ("{'error': {'code': 'a.1', 'message': \"it's\"}}", "a.1", "it's"),
        ("{'error': {'code': 'a.1', 'message': 'say \"b\": None'}}", "a.1", 'say "b": None'),
        ("{'error': {'code': 'a.1', 'message': 'it\\'s \"b\"\\n'}}", "a.1", 'it\'s "b"\n'),
        ("{'error': {'code': 'a.1', 'message': 'x\\\\n'}}", None, None),
        ("{'error': {'code': 'a.1', 'message': 'x\\x00'}}", None, None),
        ("{'error': {'code': '429', 'message': 'x'}, 'error_code': 'a.1'}", None, None),
        ("{'error': {'code': 'a.1', 'message'", None, None),
        ("[]", None, None),
    ],
)
def test_a_body_is_read_only_where_that_is_sure(
    connection: duckdb.DuckDBPyConnection, text: str, code: str | None, message: str | None
) -> None:
    """A simple literal gives its code and message; any other leaves the code NULL and the whole text."""
    (row,) = read(connection, [f"2026-11-20 10:00:00,000 ERROR app: Error code: 400 - {text}"])
    assert (row["status"], row["failed"], row["error_code"]) == (400, True, code)
    assert row["error_message"] == (message if message is not None else f"Error code: 400 - {text}")


@pytest.mark.parametrize(
    "line",
    [
        '2026-11-20 10:00:00,000 INFO app: user said: HTTP Request: POST https://x/v1 "HTTP/1.1 500 Oops"',
        "2026-11-20 10:00:00,000 INFO app: the answer is: Error code: 429 - {'error': 1} and so on, it means",
        "2026-11-20 10:00:00,000 DEBUG app: raise openai.RateLimitError: maybe",
        "2026-11-20 10:00:00,000 ERROR app: prompt was 'Error code: 429 - {}'",
        "2026-11-20 10:00:00,000 ERROR app: cannot open file",
        "2026-11-20 10:00:00,000 INFO openai._base_client: Retrying request to /x in 0.4 seconds",
        "<script>alert(1)</script>",
        "'); DROP TABLE lines; --",
    ],
)
def test_told_errors_are_no_requests(connection: duckdb.DuckDBPyConnection, line: str) -> None:
    """What an application says of requests and errors is no request and no failure."""
    (row,) = read(connection, [line])
    assert (row["outcome"], row["reason"], row["line"]) == ("reject", "not_a_request", None)


def test_bytes_that_are_no_text_are_damaged(connection: duckdb.DuckDBPyConnection) -> None:
    """A line of bytes is rejected with its text, and does not end the record around it."""
    frames = [
        "Traceback (most recent call last):",
        '  File "a.py", line 1',
        "openai.APITimeoutError: timed out.",
    ]
    rows = read(connection, [frames[0], "\\xff\\xfe\x00 cut", *frames[1:], "a\x00b"])
    assert [row["outcome"] for row in rows] == ["event", "reject", "continuation", "continuation", "reject"]
    assert [(row["reason"], row["line"]) for row in rows if row["outcome"] == "reject"] == [
        ("unreadable_line", "\\xff\\xfe\x00 cut"),
        ("unreadable_line", "a\x00b"),
    ]


def test_hostile_lines_are_kept_as_text(connection: duckdb.DuckDBPyConnection) -> None:
    """Script tags, quotes, NUL and a very long line are text of the failure, uncut until they are masked."""
    text = "<script>alert('1')</script>\x00" + "x" * 20_000
    (row,) = read(connection, [f"2026-11-20 10:00:00 ERROR app: Error code: 400 - {text}"])
    assert row["error_message"] == f"Error code: 400 - {text}"
    assert len(row["line"]) > 20_000
