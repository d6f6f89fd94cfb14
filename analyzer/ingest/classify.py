"""Classifying the failures of a batch: the compiled rule in SQL, the rest of the rule in Python.

What is classified is what is stored, masked and cut, so that a later reclassification gives the
same answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from string import Template
from typing import TYPE_CHECKING

from analyzer.classification.compile import CompiledRule, compile_rule
from analyzer.classification.entry import Catalog
from analyzer.classification.rule import Classifier
from analyzer.quote import quote_text
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

_SETTLED = {
    "error_code": "VARCHAR",
    "error_message": "VARCHAR",
    "match": "VARCHAR",
    "entry_id": "VARCHAR",
    "params": ["VARCHAR"],
    "code": "VARCHAR",
    "category": "VARCHAR",
    "action": "VARCHAR",
    "owner": "VARCHAR",
    "outer_code": "VARCHAR",
    "outer_status": "SMALLINT",
}
"""What Python settles, as the structure in which it is handed over: a list of these."""
_RULE = {
    "rule": "SMALLINT",
    **dict.fromkeys(("match", "entry_id", "code", "category", "action", "owner"), "VARCHAR"),
}
"""The rows of the compiled rule, as the structure in which they are handed over."""


class Rule:
    """The rule of classification, ready for batches of one connection.

    The relation to classify is the temporary table `failure` with `error_code`, `error_message` and
    `rule`; the answers go to the temporary table `classified`, one row a failure, with every column of it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog]) -> None:
        self._connection = connection
        self._classifier = Classifier(catalogs)
        self._compiled: CompiledRule = compile_rule(catalogs)
        # In one statement: a row at a time takes longer than all else that a connection needs.
        rows = [dict(zip(_RULE, row, strict=True)) for row in self._compiled.rows]
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE rule AS "
            f"SELECT unnest(from_json(?::VARCHAR, {quote_text(json.dumps([_RULE]))}), recursive := TRUE)",
            [json.dumps(rows)],
        )

    def number(self) -> str:
        """Return the SQL over `error_code` and `error_message` that numbers a failure, or gives NULL."""
        return self._compiled.rule_sql("error_code", "error_message")

    def classify(self, unruled: bool = False) -> None:
        """Classify every row of `failure` into `classified`; `unruled` says that none was numbered."""
        pairs = self._connection.execute(
            "SELECT DISTINCT error_code, error_message FROM failure WHERE rule IS NULL"
        ).fetchall()
        structure = quote_text(json.dumps([_SETTLED]))
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE settled AS "
            f"SELECT unnest(from_json(?::VARCHAR, {structure}), recursive := TRUE)",
            [_settled(pairs, self._classifier)],
        )
        params = (
            "NULL::VARCHAR[]"
            if unruled
            else self._compiled.params_sql("failure.rule", "failure.error_message")
        )
        self._connection.execute(Template(statement("ingest", "classify.sql")).substitute(params=params))


def _settled(pairs: Iterable[tuple[str | None, str | None]], classifier: Classifier) -> str:
    """Return the answers for `pairs` of code and message as JSON."""
    rows = []
    for code, message in pairs:
        answer = classifier.classify(code, message)
        given = {"error_code": code, "error_message": message}
        rows.append({name: given[name] if name in given else getattr(answer, name) for name in _SETTLED})
    return json.dumps(rows)
