"""What is no log of one record a line: frames, tables with lines in their cells, answers of log stores."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.source.cells import cells_text
from analyzer.source.forward import Stream
from analyzer.source.frames import frames_text
from analyzer.source.open import open_source
from analyzer.source.rewriting import FIRST_BYTES, rewriting_of
from analyzer.source.stream import PipeSource

ACCESS = '10.0.0.7 - - [20/Nov/2026:08:00:0{0} +0000] "GET /v1/models HTTP/1.1" 200 2 "-" "curl/8"'
LINES = [ACCESS.format(second) for second in range(4)]


def lines_of(path: Path) -> list[str]:
    with open_source(str(path)).stream() as stream:
        return stream.read(10_000_000).decode("utf-8", "surrogateescape").split("\n")[:-1]


def written(path: Path, rows: list[list[str]], **how: str) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, **how).writerows(rows)  # type: ignore[arg-type]
    return path


def framed(messages: list[bytes]) -> bytes:
    return b"".join(b"%d %s" % (len(message), message) for message in messages)


def test_messages_in_frames_are_lines(tmp_path: Path) -> None:
    messages = [f"<190>1 2026-11-20T08:00:00Z web nginx - - - {line}".encode() for line in LINES]
    path = tmp_path / "tcp.log"
    path.write_bytes(framed(messages))
    assert lines_of(path) == [message.decode() for message in messages]


def test_what_stands_in_no_frame_is_a_line_too(tmp_path: Path) -> None:
    first, second = (b"<13>Nov 20 08:00:00 web a: " + text for text in (b"one\ntwo", b"three"))
    path = tmp_path / "tcp.log"
    path.write_bytes(framed([first, second]) + b"restarted\n" + framed([second]) + b"99 <13>cut")
    told = lines_of(path)
    assert told[:4] == [
        "<13>Nov 20 08:00:00 web a: one two",
        "<13>Nov 20 08:00:00 web a: three",
        "restarted",
        "<13>Nov 20 08:00:00 web a: three",
    ]
    with open_source(str(path)).stream() as stream:
        # The beginning of a message, which stays as it is when the rest comes.
        assert stream.read(10_000).endswith(b"\n<13>cut")


FRAMES = [
    f"<134>1 2026-11-20T08:00:0{second}Z web nginx 12 - - {line}".encode()
    for second, line in enumerate(LINES)
]


@pytest.mark.parametrize("wrong", [-30, 25, 9_000_000])
def test_a_wrong_count_costs_no_other_message(tmp_path: Path, wrong: int) -> None:
    data = framed(FRAMES[:2])
    data += b"%d %s" % (len(FRAMES[2]) + wrong, FRAMES[2]) + framed(FRAMES[3:] + FRAMES[:1])
    path = tmp_path / "tcp.log"
    path.write_bytes(data)
    with open_source(str(path)).stream() as stream:
        assert stream.read(10_000) == b"".join(text + b"\n" for text in [*FRAMES, FRAMES[0]])


def test_one_counted_line_end_makes_no_lines_of_frames(tmp_path: Path) -> None:
    first = FRAMES[0] + b"\n"
    path = tmp_path / "tcp.log"
    path.write_bytes(b"%d %s" % (len(first), first) + framed(FRAMES[1:]))
    assert lines_of(path) == [text.decode() for text in FRAMES]


def grown(data: bytes, wanted: bytes) -> None:
    """Whatever was written of `data` so far, its text is the beginning of the whole text, `wanted`."""
    for cut in range(1, len(data) + 1):
        begun = data[:cut]
        rewriting = rewriting_of(begun[:FIRST_BYTES], lambda count, begun=begun: begun[:count])
        if rewriting is not None:
            text = Stream("a", rewriting.text(Stream("a", io.BytesIO(begun)))).read(100_000)
            assert wanted.startswith(text), cut
            assert len(text) >= cut - 300


def test_a_message_that_quotes_a_frame_is_one_however_far_it_came() -> None:
    quoting = b"<134>1 2026-11-20T08:00:01Z web a - - - refused 57 <13>1 2026-11-20T07:00:00Z gw b - - - x"
    grown(
        framed([FRAMES[0], quoting, *FRAMES[1:]]),
        b"".join(text + b"\n" for text in [FRAMES[0], quoting, *FRAMES[1:]]),
    )


def test_frames_grow_at_their_end() -> None:
    data = framed(FRAMES)
    wanted = b"".join(text + b"\n" for text in FRAMES)
    assert all(rewriting_of(data[:cut], lambda count, cut=cut: data[:cut]) for cut in range(20, len(data)))
    grown(data, wanted)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_of_lines_grow_at_their_end(end: str) -> None:
    """But where the last cell is one that is not told by the signs behind it whether it came whole."""
    text = io.StringIO()
    rows = [[f"2026-11-20T08:00:0{second}Z", line, "web"] for second, line in enumerate(LINES)]
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [["timestamp", "message", "host"], *rows]
    )
    wanted = [{"timestamp": time, "message": line} for time, line, _ in rows]
    grown(text.getvalue().encode(), "".join(json.dumps(row) + "\n" for row in wanted).encode())


@settings(max_examples=50)
@given(
    st.lists(st.binary(max_size=40).filter(lambda text: b"\n" not in text and b"\r" not in text), min_size=1)
)
def test_every_message_comes_out_whole(texts: list[bytes]) -> None:
    messages = [b"<13>" + text for text in texts]
    stream = frames_text(Stream("a", io.BytesIO(framed(messages))))
    buffer = bytearray(10_000)
    filled = 0
    while count := stream.readinto(memoryview(buffer)[filled:]):
        filled += count
    assert bytes(buffer[:filled]) == b"".join(message + b"\n" for message in messages)


def test_a_syslog_file_with_lines_is_no_frames() -> None:
    """Heroku's drains count the line's end as well: what is cut by it already stays."""
    for line in (b"<13>1 2026-11-20T08:00:00Z web a - - -\n", b"<13>Nov 20 08:00:00 web a: b\n"):
        data = b"%d %s" % (len(line), line) * 3
        assert rewriting_of(data[:FIRST_BYTES], lambda count, data=data: data[:count]) is None


@pytest.mark.parametrize(
    ("header", "time", "told"),
    [
        (["@timestamp", "message", "host.name"], "Nov 20, 2026 @ 08:00:00.250", "Nov 20 2026 08:00:00.250"),
        (["@timestamp", "@message"], "2026-11-20 08:00:00.250", "2026-11-20 08:00:00.250Z"),
        (["Time", "Line", "tsNs"], "1795161600250000000", "1795161600250000000"),
        (["_time", "_raw", "host"], "2026-11-20T08:00:00.250+0000", "2026-11-20T08:00:00.250+0000"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lines_in_a_column_are_lines(
    tmp_path: Path, header: list[str], time: str, told: str, delimiter: str
) -> None:
    folded = [name.lower() for name in header]
    at = folded.index("tsns") if "tsns" in folded else 0
    line_at = 1
    rows = [["x"] * len(header) for _ in LINES]
    for row, line in zip(rows, LINES, strict=True):
        row[at], row[line_at] = time, line
    path = written(tmp_path / "export.csv", [header, *rows], delimiter=delimiter)
    assert [json.loads(line) for line in lines_of(path)] == [
        {"timestamp": told, "message": line} for line in LINES
    ]


def test_cells_may_hold_anything(tmp_path: Path) -> None:
    texts = [*LINES, 'a "quoted", cell\nof two lines', "", "日本 ✓", "x" * 200_000, '{"status": 200}']
    path = written(tmp_path / "export.csv", [["@timestamp", "message"], *(["t", text] for text in texts)])
    assert [json.loads(line)["message"] for line in lines_of(path)] == texts


def test_bytes_that_are_no_text_stay(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"_time,_raw\nt,GET /\xff\xfe 200 HTTP/1.1\n")
    with open_source(str(path)).stream() as stream:
        assert b"GET /\xff\xfe 200 HTTP/1.1" in stream.read(1000)


@pytest.mark.parametrize(
    "text",
    [
        "time,method,path,status,message\n2026-11-20T08:00:00Z,GET,/v1/models,200,ok GET / HTTP/1.1\n",
        "date,message\n2026-11-20,nothing that tells of a request\n",
        "Date,Host,@http.status_code,Content\n2026-11-20T08:00:00Z,h,500,GET /v1 HTTP/1.1\n",
        "time;level\n",
        "time,error_code,message\n2026-11-20T08:00:00Z,ModelArts.81101,POST /v1 HTTP/1.1 429\n",
        "message\nGET / HTTP/1.1 200\n",
    ],
)
def test_other_tables_stay_as_they_are(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert lines_of(path) == text.splitlines()


LOKI = {
    "status": "success",
    "data": {
        "resultType": "streams",
        "result": [
            {"stream": {"app": "a"}, "values": [["1795161600250000000", line] for line in LINES[:2]]},
            {
                "stream": {"app": "b"},
                "values": [["1795161600250000000", line, {"more": "1"}] for line in LINES[2:]],
            },
        ],
        "stats": {"summary": {}},
    },
}
INSIGHTS = {
    "results": [
        [
            {"field": "@timestamp", "value": "2026-11-20 08:00:00.250"},
            {"field": "@message", "value": line},
            {"field": "@ptr", "value": "x"},
        ]
        for line in LINES
    ],
    "statistics": {"recordsMatched": 4.0},
    "status": "Complete",
}


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize(("answer", "name"), [(LOKI, "line"), (INSIGHTS, "@message")])
def test_what_log_stores_answer_is_lines(
    tmp_path: Path, answer: dict[str, object], name: str, indent: int | None
) -> None:
    text = json.dumps(answer, indent=indent).encode()
    for path, data in ((tmp_path / "a.json", text), (tmp_path / "b.json.gz", gzip.compress(text))):
        path.write_bytes(data)
        records = [json.loads(line) for line in lines_of(path)]
        assert [record[name] for record in records] == LINES
        assert all("@ptr" not in record for record in records)
    piped = PipeSource("-", io.BytesIO(text))
    with piped.stream() as stream:
        assert len(stream.read(1_000_000).splitlines()) == len(LINES)


def test_half_an_answer_is_an_error_and_nothing_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from analyzer.cli import run

    path, store = tmp_path / "a.json", tmp_path / "a.duckdb"
    path.write_text(json.dumps(LOKI)[:-200], encoding="utf-8")
    assert run(["ingest", str(path), "--db", str(store)]) == 1
    assert "the log store's answer is not whole" in capsys.readouterr().err
    assert not store.exists()


def test_a_table_of_lines_is_ingested_in_the_format_of_its_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from analyzer.cli import run

    rows = [["Nov 20, 2026 @ 08:00:00.250", line] for line in LINES]
    path = written(tmp_path / "kibana.csv", [["@timestamp", "message"], *rows])
    store = str(tmp_path / "a.duckdb")
    assert run(["ingest", str(path), "--db", store]) == 0
    assert "4 lines = 4 events" in capsys.readouterr().out
    assert (
        run(
            [
                "query",
                "--sql",
                "SELECT format, min(ts) AS first FROM events JOIN sources USING (source_id) GROUP BY format",
                "--db",
                store,
            ]
        )
        == 0
    )
    assert "combined" in (said := capsys.readouterr().out)
    assert "2026-11-20T08:00:00+00:00" in said


def test_cells_read_forward_are_those_read_at_once() -> None:
    rows = [["_time", "_raw"], *(["2026-11-20T08:00:00+00:00", line] for line in LINES * 2000)]
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    stream = cells_text(Stream("a", io.BytesIO(held.getvalue().encode())))
    buffer, found = bytearray(777), b""
    while count := stream.readinto(memoryview(buffer)):
        found += bytes(buffer[:count])
    assert [json.loads(line)["message"] for line in found.splitlines()] == LINES * 2000


@settings(max_examples=200)
@given(st.binary(max_size=200), st.sampled_from([b"", b"_time,_raw\n", b"@timestamp;message\n", b"40 <13>"]))
def test_any_bytes_are_told_and_read(rest: bytes, begin: bytes) -> None:
    data = begin + rest
    rewriting = rewriting_of(data[:FIRST_BYTES], lambda count: data[:count])
    if rewriting is not None:
        buffer = bytearray(100_000)
        text = rewriting.text(io.BytesIO(data))
        while text.readinto(memoryview(buffer)):
            pass


def test_a_log_of_what_asks_a_store_is_a_log(tmp_path: Path) -> None:
    line = json.dumps({"status": 200, "path": "/loki/api/v1/query_range", "body": LOKI})
    path = tmp_path / "gateway.log"
    path.write_text(f"{line}\n{line}\n", encoding="utf-8")
    assert lines_of(path) == [line, line]


def test_answers_one_behind_the_other_are_all_read(tmp_path: Path) -> None:
    """As two pages that were put into one file."""
    path = tmp_path / "pages.json"
    path.write_text(json.dumps(LOKI) + "\n" + json.dumps(LOKI), encoding="utf-8")
    (tmp_path / "page.json").write_text(json.dumps(LOKI), encoding="utf-8")
    assert lines_of(path) == lines_of(tmp_path / "page.json") * 2


def test_insights_tells_utc(tmp_path: Path) -> None:
    fields = [
        {"field": "@timestamp", "value": "2026-11-20 08:00:00.250"},
        {"field": "@message", "value": "x"},
    ]
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"results": [fields], "status": "Complete"}), encoding="utf-8")
    assert [json.loads(line)["@timestamp"] for line in lines_of(path)] == ["2026-11-20 08:00:00.250Z"]


@pytest.mark.parametrize(
    "header",
    ["time,err_code,message", "time,状态码,message", "time,request_id,err_msg,message"],
)
def test_a_table_of_requests_with_messages_stays_a_table(header: str) -> None:
    data = f"{header}\n2026-11-20 08:00:01,x,GET /v1/models 200\n".encode()
    assert rewriting_of(data[:FIRST_BYTES], lambda count: data[:count]) is None


def test_the_line_is_looked_for_behind_much_else(tmp_path: Path) -> None:
    """A long header, start-up messages, a line's number, a date beside the time."""
    names = ["date", "time", "line", *(f"label_{number}" for number in range(80)), "message"]
    noise = [["2026-11-20", "08:00:00", "7", *["x"] * 80, "starting " * 20]] * 500
    rows = [["2026-11-20", f"08:00:0{second}", "7", *["x"] * 80, line] for second, line in enumerate(LINES)]
    told = [json.loads(line) for line in lines_of(written(tmp_path / "a.csv", [names, *noise, *rows]))]
    assert [row["message"] for row in told[-4:]] == LINES
    assert told[-1]["timestamp"] == "2026-11-20 08:00:03"


def test_an_archive_of_many_pages_is_read(tmp_path: Path) -> None:
    pages = [{"id": f"page_{number}", "title": "x" * 400} for number in range(300)]
    entry = {"startedDateTime": "2026-11-20T08:00:00Z", "request": {}, "response": {}}
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "pages": pages, "entries": [entry]}}))
    assert json.loads(lines_of(path)[-1]) == entry
