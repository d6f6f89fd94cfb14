"""Fields read by their paths are those that are read out of structures, and the same texts are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.format.project import prepare
from analyzer.format.structure import Structure

NAMES = (
    "ts",
    "status",
    "a-b",
    "@t",
    "response",
    "response.status",
    "response.error",
    "deep.er.still",
    "Status",
)
KEYS = ("ts", "status", "a-b", "@t", "response", "error", "deep", "er", "still", "Status", "other")

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    # Beyond these the two write numbers differently: 1e-07 and 1e-7.
    st.floats(min_value=0.001, max_value=1e15),
    st.text(max_size=8),
    st.sampled_from(['{"status":429}', ' {"error":{"a":1}}', "{broken", "", "-", '"', "1e3"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=8,
)
ODD = (
    "null",
    " null\t",
    "[1, 2]",
    '"text"',
    "3",
    ' {"ts":"a"}',
    '{"ts":1,"ts":2}',
    '{"response":1,"response":{"status":2}}',
    '{"status":1.50,"ts":1e3,"@t":-0,"a-b":123456789012345678901234567890}',
    '{"ts":"\\u00e9\\ud83d\\ude00\\n\\u0000"}',
    '{"st\\u0061tus":5}',
    "{}",
    "",
    "{",
    '{"ts":1} x',
    "nullx",
    '{"ts":tru}',
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the macros that a projection uses."""
    with duckdb.connect() as opened:
        prepare(opened)
        yield opened


def read(
    connection: duckdb.DuckDBPyConnection, line: str, listed: bool, tested: bool
) -> list[tuple[Any, ...]] | str:
    """Return the fields of a line as text, or that it is refused; whether it is an object comes first."""
    structure = Structure(NAMES, tested=tested)
    if not listed:
        structure._listed = []
    fields = ", ".join(structure.field(name) for name in NAMES)
    given = "(SELECT 1 AS line_no, 0 AS byte_offset, NULL::TIMESTAMPTZ AS moment, $1::VARCHAR AS line)"
    try:
        return connection.execute(
            f"SELECT object IS NULL, {fields} FROM ({structure.select(given)})",
            [line],
        ).fetchall()
    except duckdb.InvalidInputException:
        return "refused"


@pytest.mark.parametrize("tested", [True, False])
@pytest.mark.parametrize("line", ODD)
def test_odd_lines(connection: duckdb.DuckDBPyConnection, line: str, tested: bool) -> None:
    """Lines that are no objects, or strange ones, are read alike both ways."""
    assert read(connection, line, True, tested) == read(connection, line, False, tested)


@settings(max_examples=200, deadline=None)
@given(value=VALUES, spaced=st.booleans(), tested=st.booleans())
def test_any_line(connection: duckdb.DuckDBPyConnection, value: Any, spaced: bool, tested: bool) -> None:
    """Any JSON is read alike both ways."""
    line = json.dumps(value, separators=None if spaced else (",", ":"), ensure_ascii=spaced)
    assert read(connection, line, True, tested) == read(connection, line, False, tested)


def test_names_that_need_an_escape_are_read_out_of_structures() -> None:
    """A name that a path would have to escape is left to structures, with all the others."""
    assert Structure(['odd"name', "ts"])._listed == []
    assert Structure(["ts", "http.status"], ["http.status"])._listed == []
    assert Structure(["ts", "response.status"])._listed == [("response", "status"), ("ts",)]
