"""A store with ordinary and hostile events, and the real server over it as a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

PROGRAM = [sys.executable, "-m", "analyzer"]
_ADDRESS = re.compile(r"serving .* at (http://\S+/) ")

HOSTILE = [
    "<script>window.hacked=1</script>",
    '"><img src=x onerror=window.hacked=2>',
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "{{ 7 * 7 }}",
    "\u202egpj.exe",
    'a\nb\\"c',
]


def line(second: int, status: int = 200, **more: object) -> str:
    """Return a line of a log of all requests, `second` seconds into the day."""
    clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    event = {
        "ts": f"2026-11-20T{clock}Z",
        "request_id": f"r{second}",
        "method": "POST",
        "path": "/v1/chat/completions",
        "model": "qwen3-32b",
        "status": status,
        "duration_ms": 12,
        **more,
    }
    return json.dumps(event) + "\n"


def limited(second: int, **more: object) -> str:
    """Return a line of a request over its limit: the entry maas.81101.requests_per_minute."""
    error = {
        "code": "ModelArts.81101",
        "message": "Too many requests, the rate limit is 30 times per minute.",
    }
    return line(second, 429, error=error, **more)


def write_log(path: Path) -> None:
    """Write 60 successes, three attempts of one operation, and failures of hostile texts."""
    lines = [line(second) for second in range(60)]
    lines += [limited(60 + n, operation_id="op-1", attempt=n + 1, request_id="r-op") for n in range(3)]
    for number, text in enumerate(HOSTILE):
        error = {"code": text, "message": f"no such thing: {text}"}
        lines.append(line(100 + number, 400, model=text, path=f"/v1/{number}", error=error))
        lines.append(limited(200 + number, model=text, request_id=text))
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="session")
def clean() -> dict[str, str]:
    """Return a process environment without the person's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANALYZER_")}
    return {**kept, "NO_COLOR": "1", "TZ": "UTC", "ANALYZER_HASH_KEY": "the key of the tests"}


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, clean: dict[str, str]) -> Path:
    """Return a store made of `write_log`'s lines; tests only read it."""
    folder = tmp_path_factory.mktemp("store")
    write_log(folder / "gateway.log")
    ingest(folder / "store.duckdb", folder / "gateway.log", clean)
    return folder / "store.duckdb"


def ingest(database: Path, log: Path, environment: dict[str, str]) -> None:
    """Ingest a log by a process of its own."""
    command = [*PROGRAM, "ingest", str(log), "--db", str(database)]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=log.parent)


@dataclass
class Server:
    """A server that runs: its address, its process, and what it has said so far."""

    url: str
    process: subprocess.Popen[str]
    said: list[str]

    def get(self, path: str, **options: object) -> httpx.Response:
        """Ask for `path`; redirects are not followed."""
        return httpx.get(self.url.rstrip("/") + path, timeout=30, **options)  # type: ignore[arg-type]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rstrip("/").rsplit(":", 1)[1])

    def end(self, number: int = signal.SIGTERM, seconds: float = 20) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        if self.process.stderr is not None:
            self.said += self.process.stderr.readlines()
        return code


@pytest.fixture(scope="session")
def start(clean: dict[str, str]) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server over a store, on a free port."""
    running: list[Server] = []

    def begin(database: Path, *arguments: str, **changes: str) -> Server:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--db", str(database), "--port", "0", *arguments],
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**clean, **changes},
            cwd=database.parent,
        )
        said: list[str] = []
        assert process.stderr is not None
        for spoken in process.stderr:
            said.append(spoken)
            if found := _ADDRESS.search(spoken):
                running.append(Server(found[1], process, said))
                return running[-1]
        raise AssertionError("".join(said))

    yield begin
    for server in running:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(20)


@pytest.fixture(scope="session")
def server(store: Path, start: Callable[..., Server]) -> Server:
    """Return a server over `store`, without a token."""
    return start(store)
