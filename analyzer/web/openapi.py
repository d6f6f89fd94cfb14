"""`/openapi.json`: the addresses for programs, described from the queries' own papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer import __version__
from analyzer.query.header import NamedQuery, Parameter
from analyzer.web.limits import MAX_BYTES, MAX_ROWS, STATEMENT_SECONDS

_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?"
_TIME = f"^([0-9]{{1,6}}[mhdw]|{_DATE}(T{_CLOCK})?)$"
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UBIGINT", "HUGEINT")
_LARGEST = 2**63 - 1
_ERRORS = {
    "400": "The call is wrong; the sentence says what and the way out.",
    "401": "The token is missing or wrong.",
    "503": "The store is in use or too much waits; try again after the seconds of Retry-After.",
    "504": f"The answer took longer than {STATEMENT_SECONDS:g} s and was stopped.",
}
_BOUNDS = (
    f"At most {MAX_ROWS:,} rows and {MAX_BYTES / 1e6:.0f} MB; `cut` in JSON, the header Analyzer-Cut and the "
    "file's name in CSV say when there were more."
)


def describe(queries: Mapping[str, NamedQuery], has_token: bool) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a server with these queries."""
    paths: dict[str, Any] = {}
    for query in queries.values():
        for kind in ("json", "csv"):
            paths[f"/api/queries/{query.name}.{kind}"] = {"get": _query(query, kind)}
    paths["/api/queries"] = {"get": _listing()}
    paths["/version.json"] = {"get": _version()}
    paths["/healthz"] = {"get": _health()}
    paths["/metrics"] = {"get": _metrics()}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "analyzer",
            "version": __version__,
            "description": "The store's named queries, read-only. Times are ISO 8601 with offset.",
        },
        "paths": paths,
        "components": {
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": {"type": "string", "description": "One sentence."}},
                }
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    if has_token:
        document["security"] = [{"token": []}]
    return document


def _query(query: NamedQuery, kind: str) -> dict[str, Any]:
    content = (
        {"application/json": {"schema": _answer(query)}}
        if kind == "json"
        else {"text/csv": {"schema": {"type": "string"}}}
    )
    headers = ["Age", "ETag", "Analyzer-Rows"]
    return {
        "operationId": f"{query.name}_{kind}",
        "tags": ["queries"],
        "summary": query.title["en"],
        "description": f"{query.answers} {_BOUNDS}",
        "parameters": [_parameter(parameter) for parameter in query.parameters],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
                "content": content,
            },
            **_errors(),
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = _typed(parameter)
    if parameter.default is not None:
        schema["default"] = _default(parameter)
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.meaning,
        "schema": schema,
    }


def _typed(parameter: Parameter) -> dict[str, Any]:
    if parameter.choices:
        return {"type": "string", "enum": list(parameter.choices)}
    if parameter.type == "BIGINT":
        return {
            "type": "integer",
            "minimum": 0 if parameter.name == "limit" else -_LARGEST - 1,
            "maximum": _LARGEST,
        }
    if parameter.type == "TIMESTAMPTZ":
        return {"type": "string", "pattern": _TIME, "examples": ["24h", "2026-05-01", "2026-05-01T08:00:00Z"]}
    return {"type": {"DOUBLE": "number", "BOOLEAN": "boolean"}.get(parameter.type, "string")}


def _default(parameter: Parameter) -> Any:
    text = parameter.default or ""
    if parameter.type == "BIGINT":
        return int(text)
    if parameter.type == "DOUBLE":
        return float(text)
    return text == "true" if parameter.type == "BOOLEAN" else text


def _answer(query: NamedQuery) -> dict[str, Any]:
    text, texts = {"type": "string"}, {"type": ["string", "null"]}
    row = {column.name: {**_column(column.type), "description": column.meaning} for column in query.returns}
    fields = {
        "query": {"const": query.name},
        "title": text,
        "parameters": {"type": "object", "additionalProperties": text},
        "time_zone": text,
        "read_at": {**text, "format": "date-time"},
        "columns": {"type": "array", "items": _object({"name": text, "type": text})},
        "row_count": {"type": "integer", "minimum": 0, "maximum": MAX_ROWS},
        "cut": {**texts, "enum": ["rows", "bytes", None]},
        "rows": {"type": "array", "maxItems": MAX_ROWS, "items": _object(row)},
    }
    return _object(fields)


def _object(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(fields),
        "properties": dict(fields),
        "additionalProperties": False,
    }


def _column(kind: str) -> dict[str, Any]:
    """Return the JSON type of a column of DuckDB's type `kind`; any column may be null."""
    if kind.endswith("[]"):
        return {"type": ["array", "null"], "items": _column(kind[:-2])}
    if kind in _INTEGERS:
        return {"type": ["integer", "null"]}
    if kind in ("DOUBLE", "FLOAT"):
        return {"type": ["number", "null"]}
    if kind == "BOOLEAN":
        return {"type": ["boolean", "null"]}
    if kind in ("VARCHAR", "DATE") or kind.startswith("TIMESTAMP"):
        return {"type": ["string", "null"]}
    return {}


def _errors() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in _ERRORS.items()}


def _operation(name: str, summary: str, content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    responses = {"200": {"description": "The answer.", "content": dict(content)}, **_errors()}
    return {"operationId": name, "tags": ["server"], "summary": summary, "responses": responses, **more}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": dict(schema)}}


def _listing() -> dict[str, Any]:
    fields = {"queries": {"type": "array", "items": {"type": "object", "required": ["name", "json", "csv"]}}}
    return _operation("queries", "The queries there are", _json(_object(fields)))


def _version() -> dict[str, Any]:
    fields = {"version": {"type": "string"}, "payload": {"type": ["string", "null"]}}
    fields |= {"mark": {"type": ["string", "null"]}}
    fields |= {"problem": {"type": ["string", "null"]}, "read_at": {"type": ["string", "null"]}}
    return _operation(
        "version", "Which state the store's file is in; nothing is opened", _json(_object(fields))
    )


def _health() -> dict[str, Any]:
    fields = {"status": {"enum": ["ready", "not ready"]}, "reason": {"type": ["string", "null"]}}
    made = _operation(
        "health", "Whether the page can be asked, and why not", _json(_object(fields)), security=[]
    )
    made["responses"]["503"] = {"description": "Not ready.", "content": _json(_object(fields))}
    return made


def _metrics() -> dict[str, Any]:
    return _operation("metrics", "Counts for Prometheus", {"text/plain": {"schema": {"type": "string"}}})
