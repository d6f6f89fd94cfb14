"""The line ledger: lines = events + rejects + blank + continuation, for any bytes at all."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from analyzer.resources import statement
from analyzer.source.document import is_document, may_be_list

FORMATS = ("ndjson", "combined", "python-client")
REQUEST = b'{"ts":"2026-11-20T08:00:00Z","status":200}'
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(
                b"\n",
                b"\r\n",
                b"\r",
                b"\x00",
                b"\xef\xbb\xbf",
                b"\xff\xfe",
                b"\xe4\xb8",
                b" \t",
                b'"',
                b"{",
                b"}",
                b"\\",
            ),
            *(
                REQUEST,
                REQUEST + b"\n",
                b'{"status":500}\n',
                b'{"ts":"infinity","status":500}\n',
                b"[]\n",
                b"null\n",
            ),
            b'1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] "GET / HTTP/1.1" 500 1 "-" "-"\n',
            b"2026-11-20 08:00:00,000 ERROR app: Error code: 429 - {'error': {'code': 'ModelArts.81101'}}\n",
            b"Traceback (most recent call last):\n",
            b'2026-11-20 08:00:00,000 INFO httpx: HTTP Request: POST https://h/v1 "HTTP/1.1 429 x"\n',
        ]
    ),
)


def assert_ledger(laboratory: Any, data: bytes) -> None:
    """Check the sum, the number of lines by their definition, and that the tables hold what is counted."""
    ledger = laboratory.ledger()
    lines = data.count(b"\n") + (not data.endswith(b"\n") and len(data) > 0)
    assert ledger["lines"] == lines
    assert lines == ledger["events"] + ledger["rejects"] + ledger["blank"] + ledger["continuation"]
    assert laboratory.counted() == {name: ledger[name] for name in ("events", "failures", "rejects")}


def assert_places(laboratory: Any, data: bytes) -> None:
    """Read each stored place again: the line with that number starts at that byte."""
    starts = [0]
    while (found := data.find(b"\n", starts[-1])) >= 0:
        starts.append(found + 1)
    if data.startswith(b"\xef\xbb\xbf"):
        starts[0] = 3
    places = laboratory.rows(
        "SELECT line_no, byte_offset FROM events UNION ALL SELECT line_no, byte_offset FROM rejects"
    )
    assert [(line, starts[line - 1]) for line, _ in places] == places


@pytest.mark.parametrize("format", FORMATS)
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(pieces=st.lists(PIECES, min_size=1, max_size=12))
@example(pieces=[b"\n"])
@example(pieces=[b"\r"])
@example(pieces=[b"\x00"])
@example(pieces=[b"\xef\xbb\xbf"])
@example(pieces=[b"\xef\xbb\xbf", REQUEST])
@example(pieces=[b" \t\x0b\x0c\r\n", b"\xc2\xa0\n"])
@example(pieces=[b"a" * 13, b"\r\n", b"\xff" * 13])
def test_any_bytes_keep_the_ledger(
    quick_laboratory: Any, tmp_path: Path, format: str, pieces: list[bytes]
) -> None:
    """Binary, NULs, bare CR, broken UTF-8, byte order marks: every line is counted once, at its place."""
    data = b"".join(pieces)
    # The lines of UTF-16 and of a JSON document are no stretches of these bytes: see tests/source.
    assume(not data.startswith((b"\xff\xfe", b"\xfe\xff")))
    assume(not is_document(data) and not may_be_list(data))
    path = tmp_path / "log"
    path.write_bytes(data)
    quick_laboratory.clear()
    totals = quick_laboratory.ingest(path, format=format)
    if data:
        assert_ledger(quick_laboratory, data)
        assert_places(quick_laboratory, data)
        assert vars(totals.ledger) == quick_laboratory.ledger()
        run = quick_laboratory.rows("SELECT lines, events, failures, rejects, blank, continuation FROM runs")
        assert run == [tuple(quick_laboratory.ledger().values())]


@pytest.mark.parametrize("format", FORMATS)
def test_a_simulated_log_keeps_the_ledger(
    laboratory: Any, simulated: Callable[..., Path], format: str
) -> None:
    """The places of a real log's lines, of every kind, are those of the file."""
    path = simulated(format, 400)
    laboratory.ingest(path, format=format)
    assert laboratory.ledger()["rejects"] > 0
    assert_ledger(laboratory, path.read_bytes())
    assert_places(laboratory, path.read_bytes())


@pytest.mark.parametrize("format", FORMATS)
def test_a_line_of_twenty_megabytes(laboratory: Any, tmp_path: Path, format: str) -> None:
    """A huge line is one line: counted, kept cut, and the lines around it are read."""
    path = tmp_path / "log"
    around = {
        "ndjson": REQUEST,
        "combined": b'1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] "GET / HTTP/1.1" 200 1 "-" "-"',
        "python-client": b'2026-11-20 08:00:00 INFO httpx: HTTP Request: POST https://h/v1 "HTTP/1.1 200 OK"',
    }[format]
    data = around + b"\n" + b'{"x":"' + b"a" * 20_000_000 + b"\n" + around + b"\n"
    path.write_bytes(data)
    laboratory.ingest(path, format=format)
    assert_ledger(laboratory, data)
    assert laboratory.ledger()["events"] == 2
    longest = laboratory.rows("SELECT coalesce(max(length(line)), 0) FROM rejects")[0][0]
    assert longest <= 4096


def test_broken_utf_8_is_written_as_hexadecimal(laboratory: Any, tmp_path: Path) -> None:
    """What is no UTF-8 stands in the reject as \\xHH, and the lines beside it stay as they are."""
    path = tmp_path / "log"
    path.write_bytes(
        b"caf\xe9\n" + "café {\n".encode() + b'{"ts":"2026-11-20T08:00:00Z","status":500,"msg":"\xe9"}\n'
    )
    laboratory.ingest(path, format="ndjson")
    assert laboratory.rejects("line")[:2] == [("caf\\xe9",), ("café {",)]
    assert laboratory.ledger()["lines"] == 3


def test_an_empty_file_is_no_source(laboratory: Any, tmp_path: Path) -> None:
    """An empty file is skipped and named, and read once it holds something."""
    path = tmp_path / "log"
    path.write_bytes(b"")
    totals = laboratory.ingest(path, format="ndjson")
    assert totals.sources[0].note == f"{path} is empty"
    assert laboratory.rows("SELECT * FROM sources") == []
    path.write_bytes(REQUEST)
    assert laboratory.ingest(path, format="ndjson").ledger.events == 1


def test_the_readable_lines_that_carry_no_request_keep_their_place_only(
    laboratory: Any, write: Callable[..., Path]
) -> None:
    """`not_a_request` has no text; a damaged line keeps it."""
    laboratory.ingest(
        write([{"ts": "2026-11-20T08:00:00Z", "message": "started"}, "broken {"]), format="ndjson"
    )
    assert laboratory.rejects() == [(1, "not_a_request", None), (2, "invalid_json", "broken {")]


def test_a_line_that_holds_several_requests_is_one_line(laboratory: Any, write: Callable[..., Path]) -> None:
    """Lines of OTLP: more events than lines, nothing blank by subtraction; the doctor finds no fault."""

    def export(*statuses: int, start: str = "1795161600000000000") -> dict[str, Any]:
        told = [[{"key": "http.response.status_code", "value": {"intValue": status}}] for status in statuses]
        spans = [{"startTimeUnixNano": start, "attributes": attributes} for attributes in told]
        return {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}

    lines = [export(200, 429, 500), export(), "", export(200, start="0"), "broken {"]
    laboratory.ingest(write(lines), format="otlp")
    ledger = laboratory.ledger()
    assert (ledger["lines"], ledger["events"], ledger["failures"]) == (5, 4, 2)
    assert (ledger["rejects"], ledger["blank"]) == (2, 1)
    assert laboratory.counted() == {"events": 4, "failures": 2, "rejects": 2}
    assert laboratory.rows("SELECT count(DISTINCT ts) FROM events") == [(1,)]
    assert laboratory.rows(statement("store", "odd_ledgers.sql")) == []


class TestGzip:
    """Compressed logs: known by content, stored whole or not at all."""

    def test_what_is_compressed_is_the_same_log(
        self, laboratory: Any, tmp_path: Path, simulated: Callable[..., Path]
    ) -> None:
        """Offsets count decompressed bytes, whatever the file's name and in however many members."""
        data = simulated("ndjson", 300).read_bytes()
        path = tmp_path / "no-suffix"
        path.write_bytes(gzip.compress(data[:5000]) + gzip.compress(data[5000:]))
        laboratory.ingest(path, format="ndjson")
        assert_ledger(laboratory, data)
        assert_places(laboratory, data)

    @pytest.mark.parametrize("damage", ["cut", "bytes", "tail"])
    def test_damage_leaves_nothing_behind(
        self,
        laboratory: Any,
        tmp_path: Path,
        simulated: Callable[..., Path],
        monkeypatch: pytest.MonkeyPatch,
        damage: str,
    ) -> None:
        """Of a half-written or damaged file no source and no row stays; the other files are read."""
        monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", 20_000)
        log = simulated("ndjson", 300)
        packed = gzip.compress(log.read_bytes())
        middle = len(packed) * 3 // 4
        broken = {
            "cut": packed[:middle],
            "bytes": packed[:middle] + bytes(64) + packed[middle + 64 :],
            "tail": packed[:-8] + bytes(8),
        }[damage]
        path = tmp_path / "a.log.gz"
        path.write_bytes(broken)
        totals = laboratory.ingest(path, simulated("combined", 300), format=None)
        assert [source.state for source in totals.sources] == ["failed", "read"]
        assert "gzip" in (totals.sources[0].note or "")
        assert laboratory.rows("SELECT count(*) FROM sources") == [(1,)]
        assert laboratory.rows("SELECT DISTINCT source_id FROM events") == laboratory.rows(
            "SELECT source_id FROM sources"
        )
        path.write_bytes(packed)
        assert laboratory.ingest(path).count("read") == 1, "it is read when it is whole"

    def test_a_compressed_log_grows(
        self, laboratory: Any, tmp_path: Path, simulated: Callable[..., Path]
    ) -> None:
        """A member appended to a gzip file adds its lines only."""
        data = simulated("ndjson", 300).read_bytes()
        path = tmp_path / "a.log.gz"
        path.write_bytes(gzip.compress(data[:9000]))
        laboratory.ingest(path, format="ndjson")
        path.write_bytes(gzip.compress(data[:9000]) + gzip.compress(data[9000:]))
        laboratory.ingest(path, format="ndjson")
        assert_ledger(laboratory, data)
        assert_places(laboratory, data)
