"""JSON documents as lines: any objects, however written and cut, come out one a line."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.source import document, objects
from analyzer.source.document import document_text, is_document
from analyzer.source.forward import Stream
from analyzer.source.objects import ObjectCutter
from analyzer.source.open import open_source
from analyzer.source.stream import PipeSource

RECORD = {
    "ts": "2026-11-20T08:00:00Z",
    "status": 429,
    "error": {"code": "ModelArts.81101", "at": [{"x": "}"}]},
}


def text_of(data: bytes, size: int = 1 << 16) -> bytes:
    """Read a document in pieces of a size."""
    stream = document_text(Stream("a.json", io.BytesIO(data)))
    buffer = memoryview(bytearray(size))
    found = bytearray()
    while count := stream.readinto(buffer):
        found += buffer[:count]
    return bytes(found)


def objects_in(data: bytes) -> list[Any]:
    return [json.loads(line) for line in text_of(data).decode().split("\n") if line]


Written = Callable[[list[Any], int | None], str]
WAYS: dict[str, Written] = {
    "a list": lambda records, indent: json.dumps(records, indent=indent),
    "one behind the other": lambda records, indent: "\n".join(
        json.dumps(one, indent=indent or 1) for one in records
    ),
    "without a space between": lambda records, indent: "".join(
        json.dumps(one, indent=indent or 1) for one in records
    ),
    "lists behind each other": lambda records, indent: "".join(
        json.dumps([one], indent=indent) for one in records
    ),
    "aws": lambda records, indent: json.dumps({"events": records, "searchedLogStreams": []}, indent=indent),
    "azure": lambda records, indent: json.dumps(
        {"count": 3, "value": records, "meta": {"a": {"b": 1}}}, indent=indent or 2
    ),
    "elasticsearch": lambda records, indent: json.dumps(
        {
            "took": 3,
            "_shards": {"total": 1, "failed": 0},
            "hits": {"total": {"value": 2, "relation": "eq"}, "max_score": 1.0, "hits": records},
        },
        indent=indent,
    ),
}
VALUES = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('"\\{}[]:, \n\té中a'), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from('ab"\\{[}]:'), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDS = st.lists(
    st.dictionaries(st.sampled_from(("k", '"', "\\", "{", "}]", ":")), VALUES, min_size=1),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(records=RECORDS, indent=st.sampled_from((None, 0, 2, 4)), size=st.integers(1, 90), crlf=st.booleans())
def test_any_objects_come_out_one_a_line(
    way: str, records: list[Any], indent: int | None, size: int, crlf: bool
) -> None:
    """With braces, quotes and backslashes in texts, in blocks that end anywhere."""
    data = WAYS[way](records, indent).encode()
    if crlf:
        data = data.replace(b"\n", b"\r\n")
    assert is_document(data[:512])
    whole = objects_in(data)
    assert whole == records
    # How deep the records stand is told by the first block, which is larger than these.
    cutter = ObjectCutter(document._depth_of_objects(data))
    lines = b"".join(cutter.cut(data[at : at + size]) for at in range(0, len(data), size)) + cutter.end()
    assert lines == text_of(data)


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"{",
        b'{"ts":"2026-11-20T08:00:00Z","data":[{"a":1}]}\n',
        b'{"resourceLogs":[{"scopeLogs":[]}]}\n',
        b"[2026-11-20 08:00:00] {x}",
        b"[GIN] 2026/11/20",
        b'[1, 2]\n[{"a":1}]',
        b'10.0.0.1 - - [{"a"',
        b"<html>",
    ],
)
def test_other_files_are_no_documents(first: bytes) -> None:
    assert not is_document(first)


@pytest.mark.parametrize(
    "wrapped",
    [
        b'{"count":5,"logs":[%s,%s]}',
        b'{"data":[%s,%s],"meta":{"page":1}}',
        b'{"hits":{"total":{"value":2},"hits":[%s,%s]}}',
        b'{"object":"list","has_more":false,"data":[%s,%s]}\n',
    ],
)
def test_a_list_within_one_line(wrapped: bytes, tmp_path: Path) -> None:
    """It is one unless further objects stand in further lines: then each line is a record."""
    record = json.dumps(RECORD).encode()
    data = wrapped % (record, record)
    (tmp_path / "a.json").write_bytes(data)
    for source in (open_source(str(tmp_path / "a.json")), PipeSource("-", io.BytesIO(data))):
        assert source.read_at(0, 10_000) == record + b"\n" + record + b"\n"
    lines = data.rstrip() + b"\n" + data.rstrip() + b"\n"
    (tmp_path / "b.json").write_bytes(lines)
    for source in (open_source(str(tmp_path / "b.json")), PipeSource("-", io.BytesIO(lines))):
        assert source.read_at(0, 10_000) == lines


@pytest.mark.parametrize("empty", [b"[]", b'{"events": []}', b'{\n  "Records": []\n}\n'])
def test_an_empty_list_holds_nothing(empty: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(empty)
    assert open_source(str(tmp_path / "a.json")).head() == b""


def test_a_record_keeps_its_own_lists() -> None:
    """An indented record is one, though it holds a list called as the wrappers' lists are."""
    record = {"ts": "2026-11-20T08:00:00Z", "status": 200, "data": [{"a": 1}], "events": [{"b": 2}]}
    assert objects_in(json.dumps(record, indent=2).encode()) == [record]
    hits = {"ts": "2026-11-20T08:00:00Z", "status": 200, "hits": 4}
    assert objects_in(json.dumps(hits, indent=2).encode()) == [hits]


def test_the_text_of_a_record_stays_as_it_is() -> None:
    """Numbers, escapes and spaces are those of the file; only line ends go."""
    assert (
        text_of(b'[\n {"a":1.50, "b" :1e3,\n  "c":"\\u00e9"}\n]')
        == b'{"a":1.50, "b" :1e3,   "c":"\\u00e9"}\n'
    )


def test_what_is_cut_short_or_broken_is_one_line() -> None:
    """A document that ends within a record gives what there is of it, without a line end."""
    assert text_of(b'[{"a":1},{"b":{"c"') == b'{"a":1}\n{"b":{"c"'
    assert text_of(b'[{"a":1},{"b" 2},{"c":3}]') == b'{"a":1}\n{"b" 2}\n{"c":3}\n'


def test_what_stands_between_objects_is_not_lost() -> None:
    """Numbers and texts in a list, and a line between two documents, are lines of their own."""
    assert text_of(b'[{"a":1},5,"x",null,[{"n":1}],{"c":3}]') == b'{"a":1}\n,5,"x",null,[{"n":1}],\n{"c":3}\n'
    line = b'10.0.0.1 - - [20/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 500 1'
    assert text_of(b'[{"a":1}]\n' + line + b'\n[\n{"c":3}\n]\n') == b'{"a":1}\n' + line + b'\n{"c":3}\n'
    assert text_of(b'{\n"a":1\n}\nstopped\n') == b'{ "a":1 }\nstopped\n'


def test_a_record_of_any_length_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(objects, "_LONGEST", 1000)
    monkeypatch.setattr(document, "_BLOCK_BYTES", 300)
    (tmp_path / "a.json").write_text(json.dumps([{"a": "x" * 2000}]))
    with pytest.raises(
        SourceError, match=r"a\.json: an object of the JSON document is longer than 1,000 bytes"
    ):
        open_source(str(tmp_path / "a.json")).read_at(0, 10)


def test_known_by_content(tmp_path: Path) -> None:
    """Whatever its name, compressed or not, from a file or a pipe; any part can be read."""
    data = json.dumps([{**RECORD, "n": number} for number in range(9000)], indent=2).encode()
    expected = text_of(data)
    assert len(objects_in(data)) == 9000
    (tmp_path / "a.log").write_bytes(b"\xef\xbb\xbf" + data)
    (tmp_path / "a.gz").write_bytes(gzip.compress(data))
    sources = [open_source(str(tmp_path / name)) for name in ("a.log", "a.gz")]
    for source in (
        *sources,
        PipeSource("-", io.BytesIO(data)),
        PipeSource("-", io.BytesIO(gzip.compress(data))),
    ):
        assert source.compressed
        assert source.read_at(300_000, 100) == expected[300_000:300_100]
