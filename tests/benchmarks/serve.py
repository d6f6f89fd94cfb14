"""The live page under load: 50 requests a second on ten million events, at rest and while following."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.logs import FOLDER, simulated
from tests.benchmarks.measure import ANALYZER, Row
from tests.benchmarks.report import stored

RATE = 50
SECONDS = 20.0
CLIENTS = 8
LINES_A_SECOND = 500
_ADDRESS = re.compile(r" at http://127\.0\.0\.1:(\d+)/ ")
TARGETS = {
    "overview": "/api/queries/overview.json",
    "page": "/",
    "payload": "/payload.json",
}


def rows(rounds: int, large: bool) -> Iterator[Row]:
    """Measure each target at rest, then all of them while a log is followed that grows."""
    database = stored()
    with served(database) as port:
        _warm(port, TARGETS["payload"])
        for name, path in TARGETS.items():
            yield _row(f"serve, {name}", port, path)
    copy = FOLDER / "followed.duckdb"
    shutil.copyfile(database, copy)
    log = FOLDER / "followed.log"
    log.write_bytes(b"")
    try:
        with served(copy, "--follow", str(log)) as port, growing(log):
            _wait_for_the_first_commit(port)
            for name, path in TARGETS.items():
                yield _row(f"serve, {name}, following", port, path)
    finally:
        for left in FOLDER.glob("followed.*"):
            left.unlink()


def _row(name: str, port: int, path: str) -> Row:
    _warm(port, path)
    taken, failed, ages = asyncio.run(load(port, path))
    cuts = statistics.quantiles(taken, n=100)
    return Row(
        name,
        f"p95 {cuts[94] * 1000:.0f} ms",
        "at most 200 ms",
        f"{len(taken)} answers at {RATE} a second: p50 {cuts[49] * 1000:.0f}, p99 {cuts[98] * 1000:.0f}, "
        f"slowest {max(taken) * 1000:.0f} ms; {failed} failed; up to {max(ages, default=0):.0f} s old",
    )


@contextmanager
def served(database: Path, *options: str) -> Iterator[int]:
    """Run the server over `database`; yields its port."""
    command = [*ANALYZER, "serve", "--db", str(database), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8")
    assert process.stderr is not None
    try:
        found = None
        while found is None:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError("the server ended before it began")
            found = _ADDRESS.search(line)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def growing(log: Path) -> Iterator[None]:
    """Append lines of a simulated log meanwhile, as fast as a busy gateway writes."""
    ends = threading.Event()

    def append() -> None:
        with simulated("ndjson", 1_000_000).open("rb") as source, log.open("ab", buffering=0) as target:
            while not ends.wait(0.1):
                target.write(b"".join(source.readline() for _ in range(LINES_A_SECOND // 10)))

    writer = threading.Thread(target=append)
    writer.start()
    try:
        yield
    finally:
        ends.set()
        writer.join()


def _warm(port: int, path: str) -> None:
    import urllib.request

    urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=120).read()


def _wait_for_the_first_commit(port: int) -> None:
    before = _version(port)
    while _version(port) == before:
        time.sleep(0.2)


def _version(port: int) -> str:
    import json
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/version.json", timeout=30) as answer:
        return str(json.load(answer)["version"])


async def load(port: int, path: str) -> tuple[list[float], int, list[float]]:
    """Ask RATE times a second; return the seconds from when each was due, how many failed, and the ages.

    Requests are due by the clock, whether the ones before are answered or not, so that a stall is seen
    in all requests that it holds up.
    """
    due: asyncio.Queue[float] = asyncio.Queue()
    taken: list[float] = []
    ages: list[float] = []
    failed = 0

    async def client() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (moment := await due.get()) >= 0:
            try:
                status, age = await _ask(reader, writer, path)
            except (OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                status, age = 0, 0.0
            taken.append(time.perf_counter() - moment)
            ages.append(age)
            failed += status != 200
        writer.close()

    clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
    begin = time.perf_counter()
    for number in range(int(RATE * SECONDS)):
        moment = begin + number / RATE
        await asyncio.sleep(max(moment - time.perf_counter(), 0))
        due.put_nowait(moment)
    for _ in clients:
        due.put_nowait(-1.0)
    await asyncio.gather(*clients)
    return taken, failed, ages


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, float]:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(re.search(r"content-length: (\d+)", head)[1])  # type: ignore[index]
    await reader.readexactly(length)
    age = re.search(r"\r\nage: (\d+)", head)
    return int(head.split()[1]), float(age[1]) if age else 0.0
