"""What the alert rules found is on the live page and in /metrics while it is open, and then it is gone."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import HOSTILE, PROGRAM, Server, ingest, limited, line
from tests.web.test_live_page import browser, opened
from tests.web.test_metrics import parsed

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MODEL = HOSTILE[1]
RULES = f"""
[policy]
cool_down = "1m"
[[rule]]
name = "limits"
kind = "count"
title = {{ en = "Limits", zh = "限流" }}
category = "rate_limit"
model = {json.dumps(MODEL)}
window = "2m"
warning = 1
alert = 10
"""


def judge(database: Path, environment: dict[str, str], code: int) -> None:
    """Judge the rules at the end of the data; `code` is 3 where something is open then."""
    command = [*PROGRAM, "alerts", "check", "--at", "data", "--rules", "rules.toml", "--db", str(database)]
    done = subprocess.run(command, cwd=database.parent, env=environment, capture_output=True, check=False)
    assert done.returncode == code, done.stderr


def test_open_incidents_stand_on_the_page_until_they_are_over(
    browser: Browser, tmp_path: Path, start: Callable[..., Server], clean: dict[str, str]
) -> None:
    """It comes with the judgement, in both languages and as text alone, and goes with the next one."""
    database = tmp_path / "own.duckdb"
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    logs = [tmp_path / name for name in ("a.log", "b.log", "c.log", "d.log")]
    logs[0].write_text("".join(line(second) for second in range(60)))
    logs[1].write_text("".join(limited(120 + second, model=MODEL) for second in range(20)))
    logs[2].write_text("".join(line(600 + second, model=MODEL) for second in range(60)))
    logs[3].write_text("".join(line(900 + second, model=MODEL) for second in range(60)))
    ingest(database, logs[0], clean)
    judge(database, clean, 0)
    server = start(database)
    with opened(browser, server) as (page, _):
        expect(page.locator("#live.fresh")).to_be_visible()
        strip = page.locator("#incidents")
        assert strip.count() == 0
        ingest(database, logs[1], clean)
        judge(database, clean, 3)
        expect(strip).to_contain_text("1 open · alert rules judged up to Nov 20, 00:03")
        (told,) = strip.locator("li").all_text_contents()
        assert told == f"Alert: the callers' failures, model {MODEL}, since Nov 20, 00:02 (1 minute)"
        page.locator("#language-zh").click()
        expect(strip).to_contain_text(f"告警：调用方的失败，模型 {MODEL}，自 11月20日 00:02 起（已 1 分钟）")
        assert page.evaluate("window.hacked") is None
        found = parsed(server.get("/metrics").text)
        assert found["analyzer_open_incidents"] == {
            (("level", "alert"),): 1,
            (("level", "warning"),): 0,
        }
        ingest(database, logs[2], clean)
        judge(database, clean, 3)
        ingest(database, logs[3], clean)
        judge(database, clean, 0)
        expect(strip).to_have_count(0)
    # The metrics have an answer of their own, which follows the page's within seconds.
    give_up = time.monotonic() + 30
    while True:
        found = parsed(server.get("/metrics").text)
        if set(found["analyzer_open_incidents"].values()) == {0} or time.monotonic() > give_up:
            break
        time.sleep(0.2)
    assert set(found["analyzer_open_incidents"].values()) == {0}
    assert found["analyzer_rules_judged_timestamp_seconds"][()] % 86400 == 16 * 60
