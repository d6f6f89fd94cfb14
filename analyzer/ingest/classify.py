"""Classifying the failures of a batch: the compiled rule in SQL, the rest of the rule in Python.

What is classified is what is stored, masked and cut, so that a later reclassification gives the
same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import Template
from typing import TYPE_CHECKING

import pyarrow as pa

from analyzer.classification.compile import CompiledRule, compile_rule
from analyzer.classification.entry import Catalog, Classification
from analyzer.classification.rule import Classifier
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

_SETTLED = pa.schema(
    [
        ("error_code", pa.string()),
        ("error_message", pa.string()),
        ("match", pa.string()),
        ("entry_id", pa.string()),
        ("params", pa.list_(pa.string())),
        ("code", pa.string()),
        ("category", pa.string()),
        ("action", pa.string()),
        ("owner", pa.string()),
        ("outer_code", pa.string()),
        ("outer_status", pa.int16()),
    ]
)


class Rule:
    """The rule of classification, ready for batches of one connection.

    The relation to classify is the temporary table `failure` with `error_code`, `error_message` and
    `rule`; the answers go to the temporary table `classified`, one row a failure.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog]) -> None:
        self._connection = connection
        self._classifier = Classifier(catalogs)
        self._compiled: CompiledRule = compile_rule(catalogs)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE rule "
            "(rule SMALLINT, match VARCHAR, entry_id VARCHAR, code VARCHAR, "
            "category VARCHAR, action VARCHAR, owner VARCHAR)"
        )
        connection.executemany("INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, ?)", self._compiled.rows)

    def number(self) -> str:
        """Return the SQL over `error_code` and `error_message` that numbers a failure, or gives NULL."""
        return self._compiled.rule_sql("error_code", "error_message")

    def classify(self) -> None:
        """Classify every row of `failure` into `classified`."""
        pairs = self._connection.execute(
            "SELECT DISTINCT error_code, error_message FROM failure WHERE rule IS NULL"
        ).fetchall()
        self._connection.register("settled", _settled(pairs, self._classifier))
        params = self._compiled.params_sql("failure.rule", "failure.error_message")
        self._connection.execute(Template(statement("ingest", "classify.sql")).substitute(params=params))
        self._connection.unregister("settled")


def _settled(pairs: Iterable[tuple[str | None, str | None]], classifier: Classifier) -> pa.Table:
    rows = [(code, message, classifier.classify(code, message)) for code, message in pairs]
    columns = [
        pa.array([row[0] for row in rows], pa.string()),
        pa.array([row[1] for row in rows], pa.string()),
        *(pa.array([_value(row[2], field.name) for row in rows], field.type) for field in list(_SETTLED)[2:]),
    ]
    return pa.Table.from_arrays(columns, schema=_SETTLED)


def _value(answer: Classification, name: str) -> object:
    value = getattr(answer, name)
    return list(value) if name == "params" else value
