"""The server as a process: its start, what is read meanwhile, odd requests, and its end."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import PROGRAM, Server, ingest, limited, line, write_log
from tests.web.test_reading import held


def until(is_so: Callable[[], bool], seconds: float = 15) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not come to hold in time"
        time.sleep(0.1)


def requests_of(server: Server) -> int:
    """Return the requests that the overview counts."""
    return int(server.get("/api/queries/overview.json").json()["rows"][0]["requests"])


def test_a_signal_ends_it_in_order(store: Path, start: Callable[..., Server]) -> None:
    """The exit code is 0, the last word says so, and the port is free again."""
    server = start(store)
    assert server.get("/healthz").status_code == 200
    started = time.monotonic()
    assert server.end(signal.SIGINT) == 0
    assert time.monotonic() - started < 10
    assert server.said[-1] == "analyzer: stopped\n"
    with pytest.raises(httpx.ConnectError):
        server.get("/healthz")


def test_what_is_stored_meanwhile_is_shown(
    tmp_path: Path, start: Callable[..., Server], clean: dict[str, str]
) -> None:
    """Another process's ingest gets at the file, and its events are in the next answers."""
    write_log(tmp_path / "a.log")
    (tmp_path / "b.log").write_text("".join(line(900 + n) for n in range(40)))
    ingest(tmp_path / "own.duckdb", tmp_path / "a.log", clean)
    server = start(tmp_path / "own.duckdb")
    before, version = requests_of(server), server.get("/version.json").json()["version"]
    ingest(tmp_path / "own.duckdb", tmp_path / "b.log", clean)
    assert server.get("/version.json").json()["version"] != version
    until(lambda: requests_of(server) == before + 40)
    assert server.end(signal.SIGTERM) == 0


def test_answers_go_on_while_a_writer_holds_the_file(
    tmp_path: Path, start: Callable[..., Server], clean: dict[str, str]
) -> None:
    """The last good answers are given and say so; a question that was not asked before is told to wait."""
    write_log(tmp_path / "a.log")
    ingest(tmp_path / "own.duckdb", tmp_path / "a.log", clean)
    server = start(tmp_path / "own.duckdb", "--wait", "0.3")
    known = requests_of(server)
    with held(tmp_path / "own.duckdb") as holder:
        (tmp_path / "own.duckdb").touch()
        time.sleep(0.5)
        until(lambda: "Analyzer-Stale" in _overview(server).headers)
        stale = _overview(server)
        assert stale.json()["rows"][0]["requests"] == known
        assert f"process {holder}" in stale.headers["analyzer-stale"]
        refused = server.get("/api/queries/errors_by_code.json")
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert "in use" in refused.json()["error"]
        assert server.get("/version.json").json()["problem"]
        assert server.get("/healthz").status_code == 200
        assert "analyzer_store_readable 0" in server.get("/metrics").text
    until(lambda: server.get("/api/queries/errors_by_code.json").status_code == 200)
    server.end()


def _overview(server: Server) -> httpx.Response:
    return server.get("/api/queries/overview.json")


def test_logs_are_followed_meanwhile(tmp_path: Path, start: Callable[..., Server]) -> None:
    """With --follow the store is made and grows with the log, and the end stores what was read."""
    log = tmp_path / "gateway.log"
    log.write_text("".join(line(second) for second in range(30)))
    server = start(tmp_path / "new.duckdb", "--follow", str(log), "--every", "0.3")
    until(lambda: _overview(server).status_code == 200)
    until(lambda: requests_of(server) == 30)
    with log.open("a") as more:
        more.write("".join(limited(100 + second) for second in range(12)))
    until(lambda: requests_of(server) == 42)
    assert 'analyzer_background_running{task="follow"} 1' in server.get("/metrics").text
    with log.open("a") as more:
        more.write(line(500))
    assert server.end() == 0
    command = [*PROGRAM, "query", "overview", "--db", str(tmp_path / "new.duckdb"), "--format", "csv"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[1].split(",")[0] == "43"


def test_the_end_of_following_is_said(tmp_path: Path, start: Callable[..., Server]) -> None:
    """When the process that follows is gone, health says so and the metrics too."""
    log = tmp_path / "gateway.log"
    log.write_text(line(1))
    server = start(tmp_path / "new.duckdb", "--follow", str(log), "--every", "0.3")
    until(lambda: _overview(server).status_code == 200)
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(server.process.pid)],
        capture_output=True,
        encoding="utf-8",
    )
    follower = next(row.split()[0] for row in listed.stdout.splitlines() if "spawn_main" in row)
    subprocess.run(["kill", "-KILL", follower], check=True)
    until(lambda: server.get("/healthz").status_code == 503)
    assert server.get("/healthz").json()["reason"] == "the following of logs ended with exit code -9"
    assert 'analyzer_background_running{task="follow"} 0' in server.get("/metrics").text
    assert requests_of(server) == 1
    assert server.end() == 0


def test_a_follower_does_not_outlive_its_server(tmp_path: Path, start: Callable[..., Server]) -> None:
    """When the server is killed, the process that follows ends by itself and lets go of the store."""
    log = tmp_path / "gateway.log"
    log.write_text(line(1))
    server = start(tmp_path / "new.duckdb", "--follow", str(log), "--every", "0.3")
    until(lambda: _overview(server).status_code == 200)
    listed = ["ps", "-o", "pid=", "--ppid", str(server.process.pid)]
    children = subprocess.run(listed, capture_output=True, encoding="utf-8").stdout.split()
    server.process.kill()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 10)


def test_alert_rules_are_judged_meanwhile(
    tmp_path: Path, start: Callable[..., Server], clean: dict[str, str]
) -> None:
    """With rules in analyzer.toml a server that follows nothing judges them, and records what it opened."""
    (tmp_path / "analyzer.toml").write_text('alerts = ["rules.toml"]\n')
    (tmp_path / "rules.toml").write_text(
        '[[rule]]\nname = "failing"\nkind = "count"\ncategory = "rate_limit"\nwindow = "1h"\nalert = 5\n'
        'title = { en = "Limited", zh = "限流" }\n'
    )
    log = tmp_path / "gateway.log"
    now = datetime.now(UTC) - timedelta(minutes=10)
    log.write_text("".join(limited(n, ts=(now + timedelta(seconds=n)).isoformat()) for n in range(30)))
    ingest(tmp_path / "own.duckdb", log, clean)
    server = start(tmp_path / "own.duckdb")
    assert 'analyzer_background_running{task="alerts"} 1' in server.get("/metrics").text
    command = [*PROGRAM, "query", "--db", str(tmp_path / "own.duckdb"), "--format", "csv", "--sql"]

    def opened() -> bool:
        done = subprocess.run(
            [*command, "SELECT count(*) FROM alert_incidents"], capture_output=True, encoding="utf-8"
        )
        return done.returncode == 0 and done.stdout.split()[-1] != "0"

    until(opened, 30)
    assert server.end() == 0


def test_a_port_in_use_is_one_clear_line(store: Path, server: Server, clean: dict[str, str]) -> None:
    """It names the port and the way out."""
    command = [*PROGRAM, "serve", "--db", str(store), "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=clean, timeout=20)
    said = f"analyzer: port {server.port} of 127.0.0.1 is in use; "
    assert (done.returncode, done.stderr.startswith(said), done.stderr.count("\n")) == (1, True, 1)


def test_a_missing_extra_is_one_clear_line(store: Path, clean: dict[str, str]) -> None:
    """Without uvicorn the command says what to install."""
    script = (
        "import sys; sys.modules['uvicorn'] = None; from analyzer.cli import run; "
        f"sys.exit(run(['serve', '--db', {str(store)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=clean)
    assert (done.returncode, done.stderr) == (
        2,
        "analyzer: serve needs uvicorn; run: pip install 'analyzer[serve]'\n",
    )


def malformed(random_: random.Random) -> bytes:
    """Return a request that is wrong in one of many ways."""
    line_ = random_.choice(
        [
            b"GET / HTTP/1.1",
            b"GET /api/queries/overview.json?limit=%ff%00 HTTP/1.1",
            b"GET " + b"/a" * random_.randint(1, 40_000) + b" HTTP/1.1",
            b"GET /%c0%ae%c0%ae/ HTTP/9.9",
            b"get / http/1.1",
            b"BREW /pot HTTP/1.1",
            b"GET http://evil.example/ HTTP/1.1",
            b"GET //evil.example HTTP/1.0",
            b"PRI * HTTP/2.0",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"GET /events/" + b"9" * random_.randint(1, 5000) + b"/1 HTTP/1.1",
            b"POST /metrics HTTP/1.1",
            random_.randbytes(random_.randint(1, 300)),
        ]
    )
    heads = [
        b"Host: 127.0.0.1",
        b"Host: 127.0.0.1\r\nHost: evil.example",
        b"Host: \xff\xfe",
        b"Content-Length: -1",
        b"Content-Length: 99999999999999999999",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3",
        b"X: " + b"y" * random_.randint(1, 60_000),
        b"Cookie: " + b"a=b; " * random_.randint(1, 2000),
        b"Authorization: Bearer " + random_.randbytes(20).replace(b"\n", b""),
        b": no name",
        b"no colon",
        b" folded: yes",
        b"If-None-Match: \x00",
        b"Upgrade: websocket\r\nConnection: Upgrade",
        b"Expect: 100-continue",
    ]
    chosen = random_.sample(heads, random_.randint(0, 4))
    end = random_.choice(
        [b"\r\n\r\n", b"\n\n", b"\r\n", b"", b"\r\n\r\n5\r\nab", b"\r\n\r\nGET / HTTP/1.1\r\n\r\n"]
    )
    return b"\r\n".join([line_, *chosen]) + end


def throw(server: Server, requests: int, seed: int) -> None:
    """Send so many malformed requests and see that the server answers, and that none is a fault of ours."""
    random_ = random.Random(seed)
    for number in range(requests):
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            connection.settimeout(0.05)
            try:
                connection.sendall(malformed(random_))
                answer = connection.recv(4096)
            except (TimeoutError, ConnectionError):
                answer = b""
            assert not answer.startswith(b"HTTP/1.1 500"), number
        if number % 25 == 0:
            assert server.get("/healthz").status_code == 200
    assert requests_of(server) > 0


def test_malformed_requests_leave_it_answering(server: Server) -> None:
    """A hundred wrong requests, and the next right one is answered."""
    throw(server, 100, seed=1)


@pytest.mark.proof
def test_a_thousand_malformed_requests_leave_it_answering(server: Server) -> None:
    """A thousand of them."""
    throw(server, 1000, seed=2)


def test_slow_and_silent_clients_do_not_keep_others_out(server: Server) -> None:
    """Many connections that never finish their requests leave room for one that does."""
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(60)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
    assert server.get("/healthz").status_code == 200
    for connection in slow:
        connection.close()


@pytest.mark.proof
def test_silent_clients_are_let_go(store: Path, start: Callable[..., Server]) -> None:
    """More silent connections than the server keeps: it says 503, lets them go, and answers again."""
    server = start(store)
    silent = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(400)]
    for connection in silent:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
    until(lambda: server.get("/healthz").status_code == 503, 5)
    until(lambda: server.get("/healthz").status_code == 200, 30)
    for connection in silent:
        connection.close()
    assert server.end() == 0
