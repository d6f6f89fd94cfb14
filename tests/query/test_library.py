"""Queries are listed from folders, never registered; a user's own are of the same kind."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from analyzer.errors import QueryFileError, UnknownNameError
from analyzer.query.library import find_query, load_queries
from analyzer.query.listing import listing
from analyzer.query.run import run

OWN = """\
-- title: Busy hours
-- title.zh: 繁忙时段
-- answers: When is most asked?
-- param least BIGINT = 1: hours with fewer events are left out
-- returns hour BIGINT: the hour, UTC
-- returns events BIGINT: how many

SELECT epoch_us(ts) // 3600000000 AS hour, count(*) AS events
FROM events
GROUP BY ALL
HAVING events >= $least
ORDER BY hour
"""


def test_the_queries_that_the_product_promises_are_there() -> None:
    """Each of them, with a title in both languages."""
    queries = load_queries()
    assert set(queries) >= {
        *("overview", "errors_by_code", "errors_by_category", "errors_by_remedy", "errors_by_owner"),
        *("errors_over_time", "errors_by_model", "errors_by_endpoint", "errors_by_client"),
        *("uncatalogued", "rejects", "slowest"),
    }
    assert all(query.title["zh"] for query in queries.values())


def test_a_file_of_ones_own_is_one_more_query(tmp_path: Path, reader: duckdb.DuckDBPyConnection) -> None:
    """A folder or a file that is named beside the product's own is listed, and runs."""
    path = tmp_path / "busy_hours.sql"
    path.write_text(OWN, encoding="utf-8")
    for place in (path, tmp_path):
        queries = load_queries([place])
        assert len(queries) == len(load_queries()) + 1
        assert run(reader, queries["busy_hours"], {"least": "1"}).table().num_rows == 3


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    """Two files of one name are an error that names both."""
    path = tmp_path / "overview.sql"
    path.write_text(OWN, encoding="utf-8")
    with pytest.raises(QueryFileError, match=r"overview\.sql: name: .*overview\.sql is called overview too"):
        load_queries([path])


def test_an_unknown_name_gets_the_near_ones() -> None:
    """A slip of the fingers gets the name that was meant, anything else the whole list."""
    queries = load_queries()
    with pytest.raises(UnknownNameError, match="did you mean errors_by_code"):
        find_query("error_by_code", queries)
    with pytest.raises(UnknownNameError, match=r"there are .*overview"):
        find_query("zzz", queries)


def test_the_listing_tells_what_each_query_answers_and_takes() -> None:
    """Name, title in the language asked for, question, and each parameter with default and meaning."""
    text = listing(load_queries(), "zh")
    assert "errors_by_code: 按错误码统计失败\n    Which error codes fail most, and how often?\n" in text
    assert "    --param language=en  language of the remedy (en|zh)\n" in text
    assert "--param since=NULL" in text
