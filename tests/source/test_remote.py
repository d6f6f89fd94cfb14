"""Addresses, against real servers on this machine: web servers with and without ranges, and an S3 store."""

from __future__ import annotations

import gzip
import http.server
import io
import re
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from analyzer.errors import MissingPathError, SourceError, UsageError
from analyzer.source.archive import archive_in
from analyzer.source.find import find_sources
from analyzer.source.open import open_source

LOG = b"".join(b"line %06d of a log\n" % number for number in range(60_000))


class Files(http.server.BaseHTTPRequestHandler):
    """Serves what `server.files` holds; lists a folder; with `server.ranges` gives ranges of bytes.

    `server.breaks_after` ends each answer after so many bytes of the file, as an unplugged server does.
    """

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        server: Any = self.server
        path = self.path.partition("?")[0]
        server.asked.append((self.command, path, self.headers.get("Range")))
        if path.endswith("/"):
            names = [name for name in server.files if name.startswith(path)]
            data = "".join(f'<a href="{name}">x</a>' for name in names).encode()
        elif path in server.files:
            data = server.files[path]
        else:
            self.send_error(404)
            return
        start, end = 0, len(data)
        wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "") if server.ranges else None
        if wanted:
            start, end = int(wanted[1]), min(end, int(wanted[2] or end) + 1)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
        if server.sizes:
            self.send_header("Content-Length", str(end - start))
        self.send_header("ETag", f'"{hash(data)}"')
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data[start : min(end, server.breaks_after)])
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def serving(ranges: bool) -> Iterator[Any]:
    """Run a web server; its `url`, `files`, `asked` and `breaks_after` are the test's."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.ranges, server.files, server.asked, server.breaks_after = ranges, {}, [], sys.maxsize
    server.sizes = True
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[True, False], ids=["ranges", "no ranges"])
def web(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A web server that gives ranges of bytes, and one that does not."""
    with serving(request.param) as server:
        yield server


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """An S3 store; returns its endpoint."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(store: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket named `logs`, and the environment that leads to it; returns its file system."""
    for name in ("AWS_PROFILE", "OBS_REGION", "OBS_SECURITY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for prefix in ("AWS", "OBS"):
        monkeypatch.setenv(f"{prefix}_ACCESS_KEY_ID", "the-key")
        monkeypatch.setenv(f"{prefix}_SECRET_ACCESS_KEY", "the-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", store)
    monkeypatch.setenv("OBS_ENDPOINT", store)
    system = fsspec.filesystem("s3", endpoint_url=store, key="the-key", secret="the-secret")  # noqa: S106
    if not system.exists("logs"):
        system.mkdir("logs")
    yield system
    system.rm("logs", recursive=True)


def test_bytes_from_anywhere(web: Any) -> None:
    """Plain and compressed, from any offset, whether or not the server gives ranges."""
    web.files = {"/a.log": LOG, "/a.log.gz": gzip.compress(LOG)}
    for name in web.files:
        source = open_source(web.url + name)
        assert source.head() == LOG[:4096]
        assert source.read_at(500_000, 100) == LOG[500_000:500_100]
        assert source.read_at(len(LOG) - 5, 100) == LOG[-5:]
        assert source.read_at(len(LOG), 1) == b""
        with source.stream(1000) as stream:
            assert stream.read(len(LOG)) == LOG[1000:]


def test_reading_goes_on_by_range() -> None:
    """Where the server gives ranges, what was read before is not asked for again."""
    with serving(ranges=True) as web:
        web.files = {"/a.log": LOG}
        open_source(f"{web.url}/a.log").read_at(1_000_000, 50)
        starts = [int(wanted.split("=")[1].split("-")[0]) for _, _, wanted in web.asked if wanted]
        assert min(start for start in starts if start > 0) >= 1_000_000


def test_a_server_that_tells_no_size() -> None:
    """What is written while it is asked for has no size: it is read like a pipe, by its bytes alone."""
    with serving(ranges=False) as web:
        web.files, web.sizes = {"/a.log": LOG}, False
        source = open_source(f"{web.url}/a.log")
        assert source.stat is None
        assert source.read_at(1_000_000, 50) == LOG[1_000_000:1_000_050]


def test_a_server_that_breaks_off(web: Any) -> None:
    """An answer that ends too early is a failure that names the address, without its parameters."""
    web.files, web.breaks_after = {"/a.log": LOG}, 300_000
    source = open_source(f"{web.url}/a.log?X-Amz-Signature=0123456789abcdef")
    with (
        pytest.raises(SourceError, match=f"^{web.url}/a.log: cannot be read") as caught,
        source.stream() as stream,
    ):
        stream.read(len(LOG))
    assert "0123456789abcdef" not in str(caught.value)


def test_a_web_folder_and_a_glob(web: Any) -> None:
    """A folder's listing stands for the logs it links to; a glob for what it matches."""
    web.files = {"/in/a.log": LOG, "/in/b.log.gz": b"", "/in/page.html": b""}
    found, passed_over = find_sources([f"{web.url}/in/"])
    assert found == [f"{web.url}/in/a.log", f"{web.url}/in/b.log.gz"]
    assert passed_over == [f"{web.url}/in/page.html"]
    assert find_sources([f"{web.url}/in/*.log"])[0] == [f"{web.url}/in/a.log"]


def test_secrets_stay_out_of_names(web: Any) -> None:
    """Neither password nor signature is part of the name; what tells two sources apart is, as a hash."""
    web.files = {"/a.log": LOG}
    host = web.url.removeprefix("http://")
    signed = f"http://me:pass-word@{host}/a.log?X-Amz-Signature=sig-nature&X-Amz-Date=20261120"
    assert open_source(signed).name == f"{web.url}/a.log"
    names = {open_source(f"{web.url}/a.log?{query}").name for query in ("id=5", "id=6", "id=5&Expires=9")}
    assert len(names) == 2
    assert not any("id=" in name for name in names)


def test_what_is_not_there(web: Any) -> None:
    """A missing file is one line; so is a server that does not answer."""
    with pytest.raises(SourceError, match=r"a\.log\?\w+: cannot be read .*404"):
        open_source(f"{web.url}/a.log?token=se-cret")
    with pytest.raises(MissingPathError, match="holds no log files"):
        find_sources([f"{web.url}/"])
    with pytest.raises(SourceError, match="cannot be read") as caught:
        open_source("http://user:pass-word@127.0.0.1:1/a.log?token=se-cret")
    assert "pass-word" not in str(caught.value)
    assert "se-cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["s3", "obs"])
class TestObjectStores:
    """S3 and OBS are one thing reached in two ways."""

    def test_folders_globs_and_objects(self, bucket: Any, scheme: str) -> None:
        """A folder with or without its slash, a glob, and one object; others are passed over by name."""
        for name in ("day/a.log", "day/deep/b.jsonl.gz", "day/notes.md", "other.log"):
            bucket.pipe(f"logs/{name}", LOG)
        both = [f"{scheme}://logs/day/a.log", f"{scheme}://logs/day/deep/b.jsonl.gz"]
        for folder in ("day", "day/"):
            found, passed_over = find_sources([f"{scheme}://logs/{folder}"])
            assert found == both
            assert [name.rpartition("/")[2] for name in passed_over] == ["notes.md"]
        assert find_sources([f"{scheme}://logs/*.log"])[0] == [f"{scheme}://logs/other.log"]
        assert find_sources([f"{scheme}://logs/day/a.log"])[0] == both[:1]

    def test_bytes_and_what_tells_a_change(self, bucket: Any, scheme: str) -> None:
        """Any part can be read; another content is another stat, the same content the same one."""
        bucket.pipe("logs/a.log.gz", gzip.compress(LOG, mtime=1))
        source = open_source(f"{scheme}://logs/a.log.gz")
        assert (source.name, source.compressed) == (f"{scheme}://logs/a.log.gz", True)
        assert source.read_at(500_000, 100) == LOG[500_000:500_100]
        assert open_source(f"{scheme}://logs/a.log.gz").stat == source.stat
        bucket.pipe("logs/a.log.gz", gzip.compress(LOG[:-7], mtime=1))
        find_sources([f"{scheme}://logs/a.log.gz"])
        assert open_source(f"{scheme}://logs/a.log.gz").stat != source.stat

    def test_an_archive(self, bucket: Any, scheme: str) -> None:
        """A zip archive behind an address is gone through like any other."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("a.log", LOG)
        bucket.pipe("logs/x.zip", target.getvalue())
        opened = archive_in(open_source(f"{scheme}://logs/x.zip"))
        assert opened is not None
        for member in opened:
            assert not isinstance(member, SourceError)
            assert member.name == f"{scheme}://logs/x.zip!a.log"
            assert member.head() == LOG[:4096]

    def test_what_is_not_there(self, bucket: Any, scheme: str) -> None:
        """A missing object, folder or bucket is one line."""
        with pytest.raises(SourceError, match="does not exist"):
            open_source(f"{scheme}://logs/none.log")
        for name in ("logs/none/", "logs/*.none"):
            with pytest.raises(MissingPathError, match="does not exist"):
                find_sources([f"{scheme}://{name}"])


def test_obs_needs_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one the way out is named; a region is enough."""
    from analyzer.source.obs import obs_options

    for name in ("OBS_ENDPOINT", "OBS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="OBS_ENDPOINT"):
        find_sources(["obs://logs/a.log"])
    monkeypatch.setenv("OBS_REGION", "cn-north-4")
    options = obs_options()
    assert options["endpoint_url"] == "https://obs.cn-north-4.myhuaweicloud.com"
    assert options["config_kwargs"]["s3"]["addressing_style"] == "virtual"
    assert options["client_kwargs"] == {"region_name": "cn-north-4"}


def test_whatever_else_fsspec_opens() -> None:
    """An address of any kind it knows is listed and read."""
    system = fsspec.filesystem("memory")
    system.pipe("/in/a.log", LOG)
    assert find_sources(["memory://in"])[0] == ["memory://in/a.log"]
    assert open_source("memory://in/a.log").read_at(1000, 10) == LOG[1000:1010]
    system.rm("/in", recursive=True)


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    """`file://` needs nothing more, and is the same source as the path."""
    path = tmp_path / "a b.log"
    path.write_bytes(LOG)
    address = path.as_uri()
    assert "%20" in address
    assert find_sources([address])[0] == [str(path)]
    assert open_source(address).name == str(path)


def test_an_unknown_kind_of_address() -> None:
    """It is misuse, and the kind is named."""
    with pytest.raises(UsageError, match=r"nothing.*kind cannot be read"):
        find_sources(["nothing://x/a.log"])


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without fsspec one line says what to install."""
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError, match=r"pip install 'analyzer\[remote\]'"):
        find_sources(["s3://logs/a.log"])
