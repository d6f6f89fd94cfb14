"""Counts for Prometheus: by its rules, bounded, and never falling."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.web.exposition import Metric, exposition
from analyzer.web.metrics import Climbing
from tests.web.conftest import HOSTILE, PROGRAM, Server, ingest, limited, write_log

Series = dict[tuple[tuple[str, str], ...], float]

_NAME = r"[a-z][a-z0-9_]*"
_HELP = re.compile(rf"# HELP ({_NAME}) (\S.*)")
_TYPE = re.compile(rf"# TYPE ({_NAME}) (counter|gauge)")
_SAMPLE = re.compile(rf"({_NAME})(?:\{{(.*)\}})? (-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)")
_LABEL = re.compile(rf'({_NAME})="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
UNITS = ("_total", "_info", "_seconds", "_bytes")


def parsed(text: str) -> dict[str, Series]:
    """Read the text format strictly, as its rules say; raise AssertionError for anything else."""
    assert text.endswith("\n")
    found: dict[str, Series] = {}
    kinds: dict[str, str] = {}
    helped = ""
    for line in text.splitlines():
        if head := _HELP.fullmatch(line):
            helped = head[1]
            assert helped not in found, f"{helped} stands twice"
        elif kind := _TYPE.fullmatch(line):
            assert kind[1] == helped, "HELP and TYPE belong together"
            kinds[helped], found[helped] = kind[2], {}
            assert (kind[2] == "counter") == helped.endswith("_total"), helped
        else:
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == helped, "a metric's series stand together"
            labels = _labels(sample[2] or "")
            assert labels not in found[helped], f"{line} stands twice"
            found[helped][labels] = float(sample[3])
            assert kinds[helped] == "gauge" or float(sample[3]) >= 0
    assert all(found.values())
    return found


def _labels(text: str) -> tuple[tuple[str, str], ...]:
    labels, place = [], 0
    while place < len(text):
        label = _LABEL.match(text, place)
        assert label, text
        labels.append((label[1], re.sub(r"\\(.)", lambda one: {"n": "\n"}.get(one[1], one[1]), label[2])))
        place = label.end()
    assert len({name for name, _ in labels}) == len(labels)
    return tuple(sorted(labels))


def test_the_format_survives_any_label() -> None:
    """Backslashes, quotes, line ends and odd characters come out as they went in."""
    texts = [*HOSTILE, '\\"', "\\n", "\n", "", "\U0001f600", "}", ",", "a=b"]
    metric = Metric("analyzer_x", "gauge", "Help with \\ and\nline.", [({"text": text}, 1) for text in texts])
    assert {dict(labels)["text"] for labels in parsed(exposition([metric]))["analyzer_x"]} == set(texts)


def test_numbers_are_written_as_they_are_read() -> None:
    """Whole numbers without a point, others exactly, and the odd ones by their names."""
    values = [0, 12, 1e20, 0.1, -3.5, float("inf"), float("nan")]
    metric = Metric("analyzer_x", "gauge", "x", [({"n": str(n)}, value) for n, value in enumerate(values)])
    got = list(parsed(exposition([metric]))["analyzer_x"].values())
    assert got[:-1] == values[:-1]
    assert got[-1] != got[-1]


def test_the_stores_counts(server: Server) -> None:
    """Requests, failures by code, sources and times are those of the store."""
    answer = server.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = parsed(answer.text)
    requests = 63 + 2 * len(HOSTILE)
    assert found["analyzer_requests_total"] == {(): requests}
    assert sum(found["analyzer_failures_total"].values()) == 3 + 2 * len(HOSTILE)
    limit = (("category", "rate_limit"), ("code", "ModelArts.81101"), ("owner", "caller"))
    assert found["analyzer_failures_total"][limit] == 3 + len(HOSTILE)
    assert found["analyzer_sources"] == {(): 1}
    assert found["analyzer_store_readable"] == {(): 1}
    (build,) = found["analyzer_build_info"]
    assert dict(build).keys() == {"version", "python", "duckdb"}
    assert found["analyzer_last_event_timestamp_seconds"][()] == pytest.approx(1795133008, abs=86_400)
    for name in found:
        assert name.startswith("analyzer_")
        assert name.endswith(UNITS) or name in ("analyzer_sources", "analyzer_store_readable")


def test_codes_from_logs_make_no_series(server: Server) -> None:
    """Whatever codes a log holds, those that the catalogue lacks are one series."""
    series = parsed(server.get("/metrics").text)["analyzer_failures_total"]
    assert {dict(labels)["code"] for labels in series} == {"(uncatalogued)", "ModelArts.81101"}


def test_a_counter_never_falls() -> None:
    """What retention takes out is made up for, and what comes later counts on."""
    climb = Climbing()
    assert [climb("a", stored) for stored in (10, 15, 4, 4, 6, 0, 1)] == [10, 15, 15, 15, 17, 17, 18]
    assert climb("b", 3) == 3


def test_counts_survive_a_restart_and_retention(
    tmp_path: Path, start: Callable[..., Server], clean: dict[str, str]
) -> None:
    """A new server counts on from the store; what was forgotten meanwhile does not lower a counter."""
    database, log = tmp_path / "own.duckdb", tmp_path / "gateway.log"
    write_log(log)
    (tmp_path / "second.log").write_text("".join(limited(700 + n) for n in range(50)))
    ingest(database, log, clean)
    server = start(database)
    before = parsed(server.get("/metrics").text)
    assert server.end() == 0
    server = start(database)
    assert parsed(server.get("/metrics").text)["analyzer_failures_total"] == before["analyzer_failures_total"]
    ingest(database, tmp_path / "second.log", clean)
    grown = _eventually(server, before["analyzer_requests_total"][()] + 50)
    command = [*PROGRAM, "forget", str(log), "--db", str(database)]
    subprocess.run(command, check=True, capture_output=True, env=clean)
    after = _eventually(server, grown["analyzer_requests_total"][()])
    for name, series in grown.items():
        if name.endswith("_total"):
            for labels, value in series.items():
                assert after[name].get(labels, value) >= value
    server.end()


def _eventually(server: Server, requests: float) -> dict[str, Series]:
    import time

    found: dict[str, Series] = {}
    for _ in range(100):
        found = parsed(server.get("/metrics").text)
        if found["analyzer_requests_total"][()] >= requests:
            return found
        time.sleep(0.1)
    raise AssertionError(found["analyzer_requests_total"])
