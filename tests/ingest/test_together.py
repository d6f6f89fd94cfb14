"""Small new files are stored together, and the store is that of reading them one after the other."""

# ruff: noqa: E501 - log lines are long

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.ingest.together import LARGEST

OK = '{"ts":"2026-11-20T08:00:0%d.5Z","request_id":"r-%d","method":"POST","path":"/v1/videos/%d","model":"m","client":"10.0.0.%d","api_key":"key-01%d","status":200,"duration_ms":12,"comment":"%s"}'
FAILED = '{"ts":"2026-11-20T08:00:0%dZ","request_id":"r-%d","path":"/v1/chat/completions","status":429,"error":{"code":"ModelArts.81101","message":"Too many requests, the rate limit is %d tokens per minute."}}'
LINES = [
    *(OK % (number, number, number, number, number, "x" * 300) for number in range(4)),
    *(FAILED % (number, number, 1000 * number) for number in range(4)),
    '{"time":"2026-11-20 08:00:00","status":500,"error":"password=hunter2-hunter2 is wrong","url":"/v1/models?api_key=sk-abcdefghijklmnop"}',
    '{"ts":"2026-11-20T08:00:00Z","status":200',
    "Started the gateway.",
    "",
    "  \t",
]
UNTIMED = '{"request_id":"r-9","status":200}'
ACCESS = '10.0.0.7 - - [20/Nov/2026:16:00:0%d +0800] "POST /v1/chat/completions HTTP/1.1" %d 512 "-" "curl/8"'


def outcomes(laboratory: Any, groups: Sequence[Sequence[Path]]) -> tuple[list[Any], dict[str, Any]]:
    """Ingest groups of files into an empty store, a run each; return what became of them and the store."""
    laboratory.clear()
    laboratory.connection.execute("DELETE FROM stored.copy")
    told = [outcome for paths in groups for outcome in laboratory.ingest(*paths).sources]
    return told, laboratory.everything()


def assert_the_same(laboratory: Any, paths: Sequence[Path]) -> None:
    """Ingest files in one run and in a run each, and compare what is told and stored."""
    at_once, stored_at_once = outcomes(laboratory, [paths])
    one_by_one, stored_one_by_one = outcomes(laboratory, [[path] for path in paths])
    assert at_once == one_by_one
    assert stored_at_once == stored_one_by_one


def written(folder: Path, name: str, data: str | bytes) -> Path:
    """Write a log."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_files_of_many_kinds(quick_laboratory: Any, tmp_path: Path) -> None:
    """Files of several formats, some of which cannot be stored with others, and two without any request."""
    ok = "\n".join(LINES[:4]) + "\n"
    paths = [
        written(tmp_path, "01.log", ok),
        written(tmp_path, "02.log", "\ufeff" + "\r\n".join(LINES[4:]) + "\r\n"),
        written(tmp_path, "03.log", LINES[5] + "\n\n" + LINES[6]),
        written(
            tmp_path, "04.log", "\n".join(ACCESS % (number, 200 + 100 * number) for number in range(4)) + "\n"
        ),
        written(tmp_path, "05.log", ACCESS % (7, 404) + "\n" + LINES[10] + "\n"),
        written(tmp_path, "06.log", "nothing here is a request\n"),
        written(tmp_path, "07.log", ""),
        written(
            tmp_path,
            "08.log",
            f"{LINES[4]}\n{LINES[8]}\n".encode()
            + b'{"ts":"2026-11-20T08:00:00Z","status":200,"path":"/\xff"}\n',
        ),
        written(
            tmp_path,
            "09.log",
            json.dumps({"log": ACCESS % (1, 200) + "\n", "stream": "stdout", "time": "2026-11-20T08:00:01Z"})
            + "\n",
        ),
        written(
            tmp_path,
            "10.log",
            "time=2026-11-20T08:00:00Z method=GET path=/v1/models status=200 duration=3ms\n" * 2,
        ),
        written(tmp_path, "11.log", (LINES[0] + "\n") * (LARGEST // len(LINES[0]) + 2)),
        written(tmp_path, "12.log", f"{LINES[7]}\n{LINES[3]}\n"),
    ]
    assert_the_same(quick_laboratory, paths)
    told, _ = outcomes(quick_laboratory, [paths])
    assert [outcome.state for outcome in told].count("read") == 10


def test_a_file_with_lines_that_lack_a_time(quick_laboratory: Any, tmp_path: Path) -> None:
    """Such a line has the time of one above it in its own file, and of no other."""
    paths = [
        written(tmp_path, "a.log", f"{LINES[0]}\n{LINES[4]}\n"),
        written(tmp_path, "b.log", f"{UNTIMED}\n{LINES[1]}\n{UNTIMED}\n"),
        written(tmp_path, "c.log", f"{LINES[5]}\n"),
    ]
    assert_the_same(quick_laboratory, paths)
    assert quick_laboratory.rows("SELECT source_id, line_no, reason FROM stored.reject") == [
        (2, 1, "no_time")
    ]


def test_copies_and_parts_of_a_file_that_waits(quick_laboratory: Any, tmp_path: Path) -> None:
    """A file that waits is known: its copy, its older copy and its continuation are seen for what they are."""
    whole = "\n".join([*LINES[:8]] * 2) + "\n"
    part = "\n".join(LINES[:6]) + "\n"
    first = written(tmp_path, "a.log", part)
    copy, older = written(tmp_path, "b.log", whole), written(tmp_path, "c.log", part)
    same = tmp_path / "d.log"
    same.hardlink_to(first)
    assert_the_same(quick_laboratory, [first, copy, older, same, written(tmp_path, "e.log", whole)])
    _, stored = outcomes(quick_laboratory, [[first, copy, older]])
    assert len(stored["source"]) == 1


def test_what_is_known_adds_nothing_and_what_grew_its_new_lines(
    quick_laboratory: Any, tmp_path: Path
) -> None:
    """After a run over many files a second one reads what was added only."""
    paths = [
        written(tmp_path, f"{number}.log", FAILED % (number, number, number) + "\n") for number in range(5)
    ]
    outcomes(quick_laboratory, [paths])
    with paths[3].open("a") as file:
        file.write(f"{LINES[0]}\n")
    again = quick_laboratory.ingest(*paths)
    assert [outcome.state for outcome in again.sources] == ["skipped"] * 3 + ["read", "skipped"]
    assert quick_laboratory.ledger()["lines"] == 6


def test_a_file_that_was_rewritten_meanwhile_fails_alone(
    quick_laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one of the files holds other bytes than were read, the others are stored all the same."""
    paths = [
        written(tmp_path, f"{number}.log", FAILED % (number, number, number) + "\n") for number in range(3)
    ]
    whole, _ = outcomes(quick_laboratory, [[paths[0]], [paths[2]]])
    from analyzer.ingest.resume import Trail

    kept = Trail.is_kept

    def is_kept(trail: Trail) -> bool:
        if trail._source.name.endswith("1.log"):
            return False
        return kept(trail)

    monkeypatch.setattr(Trail, "is_kept", is_kept)
    told, stored = outcomes(quick_laboratory, [paths])
    assert [outcome.state for outcome in told] == ["read", "failed", "read"]
    assert [told[0], told[2]] == whole
    assert "truncated or rewritten" in str(told[1].note)
    assert len(stored["event"]) == 2


def test_nothing_is_stored_when_the_transaction_ends(
    quick_laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files stored together are all stored or none of them is."""
    from analyzer.ingest import together

    def broken(*given: Any) -> None:
        raise SourceError("no more")

    paths = [
        written(tmp_path, f"{number}.log", FAILED % (number, number, number) + "\n") for number in range(3)
    ]
    with monkeypatch.context() as patch:
        patch.setattr(together, "save_progress", broken)
        with pytest.raises(SourceError):
            outcomes(quick_laboratory, [paths])
    assert quick_laboratory.counted() == {"events": 0, "failures": 0, "rejects": 0}
    assert_the_same(quick_laboratory, paths)


FILES = st.lists(
    st.tuples(
        st.lists(st.sampled_from([*LINES, UNTIMED]), min_size=1, max_size=6),
        st.sampled_from(["\n", "\n", "\r\n"]),
        st.booleans(),
    ),
    min_size=2,
    max_size=5,
)


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=FILES)
def test_any_files(quick_laboratory: Any, tmp_path: Path, files: list[tuple[list[str], str, bool]]) -> None:
    """Whatever files stand in a folder, alike or not, they are stored as one by one."""
    for path in tmp_path.iterdir():
        path.unlink()
    paths = [
        written(tmp_path, f"{number}.log", end.join(lines) + (end if is_ended else ""))
        for number, (lines, end, is_ended) in enumerate(files)
    ]
    assert_the_same(quick_laboratory, paths)
