"""The named queries by HTTP: typed, bounded, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from analyzer.api import Store
from analyzer.query.library import load_queries
from analyzer.web import queries as web_queries
from analyzer.web.queries import cell
from tests.web.conftest import HOSTILE, Server


def test_every_query_answers_what_the_command_line_answers(server: Server, store: Path) -> None:
    """Each named query's rows are those of `analyzer query`, in JSON and in CSV."""
    listed = server.get("/api/queries").json()["queries"]
    assert [query["name"] for query in listed] == list(load_queries())
    for query in listed:
        rows = Store(store).query_table(query["name"]).num_rows
        answer = server.get(query["json"])
        assert answer.status_code == 200, answer.text
        content = answer.json()
        assert (content["row_count"], len(content["rows"]), content["cut"]) == (rows, rows, None)
        assert [column["name"] for column in content["columns"]] == [
            column["name"] for column in query["columns"]
        ]
        table = list(csv.reader(io.StringIO(server.get(query["csv"]).text)))
        assert len(table) == rows + 1


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("errors_by_code.json?limit=x", 400, "limit cannot be 'x'; give a whole number"),
        ("errors_by_code.json?limit=-1", 400, "0 or more"),
        ("errors_by_code.json?limit=99999999999999999999", 400, "whole number"),
        ("errors_by_code.json?limit=１", 400, "whole number"),
        ("errors_by_code.json?limit=1&limit=2", 400, "given twice"),
        ("errors_by_code.json?limt=1", 400, "there is no parameter 'limt' here"),
        ("errors_by_code.json?since=yesterday", 400, "'yesterday' is no time"),
        ("errors_by_code.json?since=2026-02-30", 400, "is no time"),
        ("errors_by_code.json?since=2026-01-02&until=2026-01-01", 400, "ends before it starts"),
        ("errors_over_time.json?bucket=fortnight", 400, "bucket cannot be 'fortnight'"),
        ("errors_over_time.json?time_zone=Nowhere/Land", 400, ""),
        ("error_by_code.json", 404, "did you mean errors_by_code"),
        ("errors_by_code.xml", 404, "nothing at this address"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence(server: Server, address: str, status: int, says: str) -> None:
    """The answer is JSON with one sentence that names what is wrong."""
    answer = server.get(f"/api/queries/{address}")
    assert answer.status_code == status, answer.text
    assert says in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_a_plus_may_stand_as_it_is(server: Server) -> None:
    """An address reads a bare + as a space; a time with an offset is understood all the same."""
    asked = [
        server.get(f"/api/queries/errors_by_code.json?since=2026-05-01T10:00:00{plus}08:00").json()
        for plus in ("+", "%2B")
    ]
    assert asked[0]["parameters"]["since"] == "2026-05-01T10:00:00+08:00"
    assert asked[0]["rows"] == asked[1]["rows"]


def test_cells_that_a_spreadsheet_would_run_are_texts(server: Server) -> None:
    """No cell of a text column starts with what a spreadsheet takes for a formula."""
    table = list(csv.DictReader(io.StringIO(server.get("/api/queries/errors_by_model.csv").text)))
    models = {row["model"] for row in table}
    for text in HOSTILE:
        assert text in models or f"'{text}" in models
    assert not [model for model in models if model.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        (-1, "-1"),
        (-0.5, "-0.5"),
        ("\tx", "'\tx"),
        ("a,b", '"a,b"'),
        ('say "x"', '"say ""x"""'),
        (None, ""),
        ("", '""'),
    ],
)
def test_one_cell(value: object, expected: str) -> None:
    """Numbers stay numbers, texts stay texts."""
    assert cell(value) == expected


def test_an_unchanged_answer_is_not_sent_twice(server: Server) -> None:
    """A program that shows the mark of what it has is told that it is current."""
    first = server.get("/api/queries/overview.json")
    again = server.get("/api/queries/overview.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_long_answer_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last allowed row there is no more, and the cut has its name."""
    monkeypatch.setattr(web_queries, "MAX_ROWS", 3)
    taken = web_queries._Taken()
    assert list(taken.of(iter([(1,), (2,), (3,)]))) == [(1,), (2,), (3,)]
    assert taken.cut is None
    taken = web_queries._Taken()
    assert len(list(taken.of(iter([(n,) for n in range(9)])))) == 3
    assert (taken.rows, taken.cut) == (3, "rows")
    monkeypatch.setattr(web_queries, "MAX_BYTES", 100)
    taken = web_queries._Taken()
    assert len(list(taken.of(iter([("x" * 98,), ("y",), ("z",)])))) == 1
    assert taken.cut == "bytes"
