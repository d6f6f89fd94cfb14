"""Running queries: named ones with their parameters, and the user's own SQL, which can only read.

The connection comes from `analyzer.store.open.open_reader`: read-only, without access to files or
addresses, its configuration locked. What is checked here makes the refusals readable; the
connection is what enforces them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

import duckdb

from analyzer.errors import QueryError, QueryFileError, UnknownNameError
from analyzer.query.failure import explained
from analyzer.query.header import NamedQuery
from analyzer.query.parameters import typed_values
from analyzer.query.ranges import find_zone
from analyzer.query.request import Question
from analyzer.query.rows import AS_TEXT, Rows

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import pyarrow

# A copy of a small answer costs less than to bind its SQL twice.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)

_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)

_COMMENT = re.compile(r"--.*")
_TABLE = re.compile(r'\bstored\b"?\s*\.', re.IGNORECASE)
_TITLES = {duckdb.StatementType.MULTI: "PIVOT without IN (...)"}


def run(connection: duckdb.DuckDBPyConnection, query: NamedQuery, parameters: Mapping[str, object]) -> Rows:
    """Run a named query; what `parameters` leaves out has its default, text is read as the declared type.

    Times without a zone are in the connection's. Raises UnknownNameError, UsageError or RangeError for
    the parameters, QueryFileError for papers that do not fit the SQL, QueryError for what DuckDB refuses.
    """
    values = typed_values(query, parameters, zone_of(connection))
    return _rows(connection, _own_statement(connection, query, values), values)


def answered(
    connection: duckdb.DuckDBPyConnection, query: NamedQuery, values: Mapping[str, object]
) -> pyarrow.Table:
    """Run a named query with the values of all its parameters (`typed_values`) and return the whole answer.

    A small answer is here sooner than by `run`: the SQL is bound once, and the rows are copied instead.
    Raises as `run` does.
    """
    statement = _own_statement(connection, query, values)
    if any(column.type in AS_TEXT for column in query.returns):
        return _rows(connection, statement, values).table()
    try:
        connection.execute(statement, dict(values))
        return connection.to_arrow_table()
    except (duckdb.Error, RuntimeError) as error:
        raise explained(error, statement.query) from error


def zone_of(connection: duckdb.DuckDBPyConnection) -> ZoneInfo:
    """Return the zone in which a connection's times are."""
    return find_zone(_setting(connection, "TimeZone"))


def run_sql(
    connection: duckdb.DuckDBPyConnection, text: str, parameters: Mapping[str, object] | None = None
) -> Rows:
    """Run the user's own SQL, one reading statement; `parameters` fill its `$names`.

    Raises QueryError with DuckDB's message and its place, UnknownNameError for a parameter that the
    SQL does not have or is not given.
    """
    given = dict(parameters or {})
    statement = _single_statement(connection, text)
    wanted = statement.named_parameters
    for name in given:
        if name not in wanted:
            raise UnknownNameError(f"the SQL has no ${name}; write it where its value belongs")
    for name in sorted(wanted):
        if name not in given:
            raise UnknownNameError(f"the SQL's ${name} has no value; give it with --param {name}=VALUE")
    return _rows(connection, statement, given)


def ask(connection: duckdb.DuckDBPyConnection, asked: Question) -> Rows:
    """Run what a person asks; raises as `run` and `run_sql` do."""
    if isinstance(asked.query, NamedQuery):
        return run(connection, asked.query, asked.values)
    return run_sql(connection, asked.query, asked.values)


def check(connection: duckdb.DuckDBPyConnection, query: NamedQuery) -> None:
    """Check a query's papers against its SQL, without running it: parameters, columns, views only.

    Raises QueryFileError, QueryError.
    """
    rows = run(connection, query, {})
    declared = [(column.name, column.type) for column in query.returns]
    found = list(zip(rows.columns, rows.types, strict=True))
    for number, (wanted, got) in enumerate(zip(declared, found, strict=False), start=1):
        if wanted != got:
            raise QueryFileError(
                f"{query.path}: returns {wanted[0]} {wanted[1]}: column {number} is {got[0]} {got[1]}"
                "; correct one"
            )
    if len(declared) != len(found):
        raise QueryFileError(
            f"{query.path}: returns: {len(declared)} columns are declared, the SQL has {len(found)}"
            "; correct one"
        )
    if _TABLE.search(_COMMENT.sub("", query.sql)):
        raise QueryFileError(f"{query.path}: it reads a table; read the views, which stay as documented")


def _own_statement(
    connection: duckdb.DuckDBPyConnection, query: NamedQuery, values: Mapping[str, object]
) -> duckdb.Statement:
    """Return a named query's SQL; raises QueryFileError where its parameters are not those of its head."""
    statement = _single_statement(connection, query.sql)
    for name in sorted(statement.named_parameters ^ set(values)):
        which = "is declared and not used" if name in values else "is used and not declared"
        raise QueryFileError(f"{query.path}: param {name}: it {which}; make the head and the SQL agree")
    return statement


def _single_statement(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise explained(error, text) from error
    if not statements:
        raise QueryError("there is no SQL to run; write a query such as SELECT count(*) FROM events")
    if len(statements) > 1:
        raise QueryError(f"there are {len(statements)} statements; run them one by one")
    if statements[0].type not in _READING:
        name = _TITLES.get(statements[0].type, statements[0].type.name.replace("_", " "))
        raise QueryError(
            f"{name} is not a query; only SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, EXPLAIN run here"
        )
    return statements[0]


def _rows(
    connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement, values: Mapping[str, object]
) -> Rows:
    try:
        relation = connection.sql(statement, params=dict(values))
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise explained(_placed(connection, statement, values, error), statement.query) from error
    except (duckdb.Error, RuntimeError) as error:
        raise explained(error, statement.query) from error
    return Rows(connection, relation, statement.query)


def _placed(
    connection: duckdb.DuckDBPyConnection,
    statement: duckdb.Statement,
    values: Mapping[str, object],
    error: duckdb.Error,
) -> duckdb.Error:
    """Return the same refusal with its place in the SQL, which DuckDB tells `execute` and not `sql`."""
    try:
        connection.execute(statement, dict(values)).fetchall()
    except duckdb.Error as placed:
        return placed
    return error


def _setting(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    # Fetched to the end: an unfinished result would keep the connection from the query itself.
    return str(connection.execute("SELECT current_setting(?)", [name]).fetchall()[0][0])
