"""The payload: its cube adds up to what the store holds, and packs and unpacks unchanged."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analyzer.report.payload import build_payload, pack
from analyzer.report.scope import Scope

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def decoded(column: Any, rows: int) -> list[float]:
    """Return a column as the page reads it."""
    if isinstance(column, list):
        return column
    if "step" in column:
        total, values = 0, []
        for step in column["step"]:
            total += step
            values.append(total)
        return values
    pairs = zip(column["run"][::2], column["run"][1::2], strict=True)
    values = [value for value, times in pairs for _ in range(times)]
    assert len(values) == rows
    return values


def table(encoded: dict[str, Any]) -> dict[str, list[float]]:
    return {name: decoded(column, encoded["rows"]) for name, column in encoded["columns"].items()}


def payload_of(connection: Any, **scope: Any) -> dict[str, Any]:
    options = {"since": None, "until": None, "time_zone": "UTC", "language": "en"} | scope
    return build_payload(connection, Scope(**options), version="1", now=NOW)


def test_the_cube_adds_up_to_the_overview(week: Path, connect: Callable[..., Any]) -> None:
    payload = payload_of(connect(week))
    cube, overview = table(payload["cube"][0]), payload["overview"]
    rows = list(zip(cube["events"], cube["error"], cube["rated"], strict=True))
    assert sum(events for events, _, _ in rows) == overview["events"]
    assert sum(events for events, error, _ in rows if error) == overview["failures"]
    assert sum(events for events, _, rated in rows if rated) == overview["requests"]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Asia/Kolkata", "America/New_York"])
def test_slices_are_those_of_the_zone(week: Path, connect: Callable[..., Any], zone: str) -> None:
    """Each cell's slice holds as many failures as SQL counts between the slice's ends."""
    connection = connect(week, zone)
    payload = payload_of(connection, time_zone=zone)
    cube, starts = table(payload["cube"][0]), payload["time"][0]
    counted = [0.0] * (len(starts) - 1)
    for events, error, time in zip(cube["events"], cube["error"], cube["time"], strict=True):
        counted[int(time)] += events if error else 0
    for slot in range(0, len(counted), 7):
        found = connection.execute(
            "SELECT count(*) FROM events WHERE failed AND epoch_ms(ts) >= ? AND epoch_ms(ts) < ?",
            [starts[slot], starts[slot + 1]],
        ).fetchall()[0][0]
        assert found == counted[slot]


def test_a_packed_payload_unpacks_to_itself(week: Path, connect: Callable[..., Any]) -> None:
    payload = payload_of(connect(week))
    packed = pack(payload)
    assert set(packed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    assert json.loads(gzip.decompress(base64.b64decode(packed))) == json.loads(json.dumps(payload))


def test_the_span_before_stands_beside_where_it_is_stored(week: Path, connect: Callable[..., Any]) -> None:
    """Of equal length, in the same slices; without anything stored before there is none."""
    day = {"since": datetime(2026, 11, 18, tzinfo=UTC), "until": datetime(2026, 11, 19, tzinfo=UTC)}
    connection = connect(week)
    payload = payload_of(connection, **day)
    assert [len(starts) for starts in payload["time"]] == [len(payload["time"][0])] * 2
    before = payload["spans"][1]
    assert (before["since"], before["until"]) == (
        payload["spans"][0]["since"] - 86_400_000,
        payload["spans"][0]["since"],
    )
    first = {"since": datetime(2026, 11, 14, tzinfo=UTC), "until": datetime(2026, 11, 16, tzinfo=UTC)}
    assert len(payload_of(connection, **first)["spans"]) == 1
