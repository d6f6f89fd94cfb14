"""A query file's head says what it is; a wrong one is refused with file, line or key, and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import QueryFileError
from analyzer.query.header import Parameter, ReturnedColumn, read_query

GOOD = """\
-- title: Busy hours
-- title.zh: 繁忙时段
-- answers: When is: most asked?
-- param limit BIGINT = 10: at most so many: rows
-- param language en|zh = en: of the names
-- param since TIMESTAMPTZ = NULL: from this moment on
-- returns hour BIGINT: the hour
-- returns names VARCHAR[]: who asked

-- a remark of the SQL's own
SELECT 1 AS hour, [] AS names LIMIT $limit
"""


def test_a_head_is_read(tmp_path: Path) -> None:
    """Titles, parameters with type, choices and default, and columns come out as they were written."""
    path = tmp_path / "busy_hours.sql"
    path.write_text(GOOD, encoding="utf-8")
    query = read_query(path)
    assert query.name == "busy_hours"
    assert query.title == {"en": "Busy hours", "zh": "繁忙时段"}
    assert query.answers == "When is: most asked?"
    assert query.parameters == (
        Parameter("limit", "BIGINT", (), "10", "at most so many: rows"),
        Parameter("language", "VARCHAR", ("en", "zh"), "en", "of the names"),
        Parameter("since", "TIMESTAMPTZ", (), None, "from this moment on"),
    )
    assert query.returns == (
        ReturnedColumn("hour", "BIGINT", "the hour"),
        ReturnedColumn("names", "VARCHAR[]", "who asked"),
    )


@pytest.mark.parametrize(
    ("line", "replacement", "said"),
    [
        ("-- title: Busy hours\n", "", "title: it is missing"),
        ("-- title.zh: 繁忙时段\n", "", "title.zh: it is missing"),
        (
            "-- answers: When is: most asked?",
            "-- answers: A\n-- answers: B",
            "line 4: answers: it stands twice",
        ),
        ("-- answers: When is: most asked?", "-- answer: A", "line 3: not a line of a head"),
        ("BIGINT = 10", "INTEGER = 10", "line 4: param limit INTEGER = 10: there is no type INTEGER"),
        ("BIGINT = 10", "BIGINT", "line 4: param limit BIGINT: not a parameter"),
        ("en|zh = en", "en|zh = fr", "the default fr is none of en, zh"),
        ("since TIMESTAMPTZ", "limit TIMESTAMPTZ", "limit is declared twice"),
        ("returns names", "returns hour", "hour is declared twice"),
        (
            "-- returns hour BIGINT: the hour\n-- returns names VARCHAR[]: who asked\n",
            "",
            "returns: it is missing",
        ),
    ],
)
def test_a_wrong_head_is_refused(tmp_path: Path, line: str, replacement: str, said: str) -> None:
    """The refusal names the file, the line or key, the reason, and ends in a way out."""
    path = tmp_path / "busy_hours.sql"
    path.write_text(GOOD.replace(line, replacement), encoding="utf-8")
    with pytest.raises(QueryFileError) as refusal:
        read_query(path)
    message = str(refusal.value)
    assert message.startswith(str(path))
    assert said in message
    assert "; " in message
    assert "\n" not in message


def test_a_name_is_what_can_be_typed(tmp_path: Path) -> None:
    """A file whose name is no plain word is no query."""
    path = tmp_path / "Busy hours.sql"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(QueryFileError, match="no query name"):
        read_query(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are named, not raised as a decoding error."""
    path = tmp_path / "bytes.sql"
    path.write_bytes(b"-- title: \xff\n")
    with pytest.raises(QueryFileError, match="cannot be read"):
        read_query(path)
