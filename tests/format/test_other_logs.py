"""Logs that tell of no requests are known for what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.format.other_logs import other_log

LINES = {
    "an error log of nginx": "2026/11/26 08:00:01 [error] 7#7: *1 upstream timed out (110: timed out) while "
    ' reading response header from upstream, client: 10.0.0.7, request: "POST /v1/videos HTTP/1.1"',
    "an error log of Apache": "[Thu Nov 26 08:00:01.123456 2026] [proxy:error] [pid 7:tid 8] (111)refused",
    "Envoy's own log": "[2026-11-26 08:00:01.123][1][info][main] [source/server/server.cc:123] starting",
    "a log of PostgreSQL": "2026-11-26 08:00:01.123 UTC [7] LOG:  checkpoint starting: time",
    "a log of Redis": "1:M 26 Nov 2026 08:00:01.123 * Ready to accept connections tcp",
}


@pytest.mark.parametrize("title", LINES)
def test_known_by_nearly_all_lines(title: str) -> None:
    assert other_log([LINES[title]] * 40 + ["", "a line of another kind"]) == title
    assert other_log([LINES[title]] * 9 + ["a line of another kind"]) is None
    assert other_log([]) is None


def test_beside_an_access_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A web server's folder is read without a failure; what is passed over is told."""
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "access.log").write_text(
        '10.0.0.7 - - [26/Nov/2026:08:00:01 +0000] "POST /v1/videos HTTP/1.1" 504 12 "-" "curl/8"\n' * 5
    )
    (logs / "error.log").write_text(f"{LINES['an error log of nginx']}\n" * 5)
    assert run(["ingest", str(logs), "--db", str(tmp_path / "a.duckdb")]) == 0
    said = capsys.readouterr()
    assert "5 lines = 5 events" in said.out
    assert "error.log is an error log of nginx: no requests in it" in said.err
