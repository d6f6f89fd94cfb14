"""Tables out of the databases of gateways: their rows are read as the gateways' own records."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

NOW = 1795161600
LIMITED = json.dumps({"error_code": "ModelArts.81101", "status_code": 429})
FAILED = json.dumps({"error_information": {"error_code": "429", "error_message": "No."}})

NEW_API = [
    ["id", "created_at", "type", "content", "token_name", "model_name", "quota", "use_time", "ip", "other"],
    [1, NOW, 2, "", "tok", "deepseek-v3", 100, 3, "10.0.0.1", '{"frt": 500}'],
    [2, NOW + 37, 5, "status_code=429, Too many requests.", "tok", "deepseek-v3", 0, 0, "", LIMITED],
    [3, NOW + 38, 1, "top-up", "", "", 500, 0, "", ""],
]
LITELLM = [
    ["request_id", "call_type", "startTime", "endTime", "model", "metadata", "status"],
    ["c-0", "acompletion", "2026-11-20 08:00:00.123", "2026-11-20 08:00:01.623", "x", FAILED, "failure"],
    ["c-1", "acompletion", "2026-11-20 08:00:02.123", "2026-11-20 08:00:03.623", "x", "{}", "success"],
]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (NEW_API, [("new-api", None, 3000.0, False, None), ("new-api", 429, 0.0, True, "ModelArts.81101")]),
        (LITELLM, [("litellm", 429, 1500.0, True, None), ("litellm", None, 1500.0, False, None)]),
    ],
)
def test_rows_are_records(
    laboratory: Any, tmp_path: Path, table: list[list[object]], told: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "logs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)
    laboratory.ingest(path)
    columns = "format, status, duration_ms, failed, error_code"
    rows = laboratory.rows(f"SELECT {columns} FROM events JOIN sources USING (source_id) ORDER BY line_no")
    assert rows == told
