"""`/api/queries`: the named queries as JSON and CSV, their parameters checked, their answers bounded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from analyzer.errors import QueryError, UnknownNameError, UsageError
from analyzer.query.cells import plain, to_json
from analyzer.query.header import NamedQuery, Parameter
from analyzer.query.library import find_query, near_names
from analyzer.query.records import records
from analyzer.query.request import Question, Request, question
from analyzer.query.run import ask
from analyzer.web.ask import aged, single_values, site_of
from analyzer.web.limits import MAX_BYTES, MAX_ROWS
from analyzer.web.problem import problem

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request as HttpRequest

    from analyzer.web.answers import Answer
    from analyzer.web.site import Site

_WRITTEN = {
    "BIGINT": re.compile(r"-?[0-9]{1,19}"),
    "DOUBLE": re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"),
    "BOOLEAN": re.compile(r"true|false"),
}
_WANTED = {"BIGINT": "a whole number", "DOUBLE": "a number", "BOOLEAN": "true or false"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""
_QUOTED = frozenset(',"\r\n')
_SPACE_FOR_PLUS = re.compile(r"(T\d\d:\d\d\S*) (?=\d\d:?\d\d$)")
"""A zone east of Greenwich in an address: a plus that was not written as %2B is read as a space."""
JSON_TYPE = "application/json"
CSV_TYPE = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Body:
    """An answer as it is sent; `cut` says what it was cut by: `rows`, `bytes`, or None for a whole one."""

    body: bytes
    rows: int
    cut: str | None


async def list_queries(request: HttpRequest) -> Response:
    """Answer with the queries there are: what each answers, its parameters, its columns."""
    single_values(request, set())
    listed = [_described(query) for query in site_of(request).queries.values()]
    return Response(to_json({"queries": listed}) + "\n", media_type=JSON_TYPE)


def _described(query: NamedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": dict(query.title),
        "answers": query.answers,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "choices": list(parameter.choices),
                "default": parameter.default,
                "meaning": parameter.meaning,
            }
            for parameter in query.parameters
        ],
        "columns": [
            {"name": column.name, "type": column.type, "meaning": column.meaning} for column in query.returns
        ],
        "json": f"/api/queries/{query.name}.json",
        "csv": f"/api/queries/{query.name}.csv",
    }


async def query_json(request: HttpRequest) -> Response:
    """Answer a query as one JSON object: what was asked, the columns, the rows, and whether it was cut."""
    return await _answered(request, "json", _as_json)


async def query_csv(request: HttpRequest) -> Response:
    """Answer a query as comma-separated values that a spreadsheet reads without running any of them."""
    return await _answered(request, "csv", _as_csv)


async def _answered(
    request: HttpRequest,
    kind: str,
    write: Callable[[duckdb.DuckDBPyConnection, Question, Mapping[str, Any]], Body],
) -> Response:
    site = site_of(request)
    try:
        query = find_query(request.path_params["name"], site.queries)
    except UnknownNameError as error:
        return problem(request.scope, 404, str(error))
    values = checked_values(query, single_values(request, {one.name for one in query.parameters}))
    subject = site.subject
    asked = question(
        Request(query.name, values=values, time_zone=subject.time_zone, language=subject.language),
        site.queries,
    )
    head = {
        "query": query.name,
        "title": query.title["en"],
        "parameters": values,
        "time_zone": subject.time_zone,
    }
    key = f"{kind}:{query.name}:{sorted(values.items())!r}"
    try:
        answer = await site.answers.get(
            key, lambda connection: write(connection, asked, head), _clock(asked, site)
        )
    except QueryError as error:
        return problem(request.scope, 400, f"a parameter's value cannot be: {error}".partition(";")[0])
    return _sent(request, answer, query.name, kind)


def _sent(request: HttpRequest, answer: Answer, name: str, kind: str) -> Response:
    """Return the response of an answer; a program that has it already is told so."""
    body: Body = answer.value
    mark = f'"{answer.version}-{kind}"'
    if request.headers.get("if-none-match") == mark:
        return aged(Response(status_code=304, headers={"ETag": mark}), answer)
    response = Response(body.body, media_type=JSON_TYPE if kind == "json" else CSV_TYPE)
    response.headers["ETag"] = mark
    response.headers["Analyzer-Rows"] = str(body.rows)
    if body.cut:
        response.headers["Analyzer-Cut"] = body.cut
    if kind == "csv":
        part = f".first-{body.rows}-rows" if body.cut else ""
        response.headers["Content-Disposition"] = f'attachment; filename="{name}{part}.csv"'
    return aged(response, answer)


def _clock(asked: Question, site: Site) -> str:
    """Return what the answer depends on beside the file: `24h` means another moment each minute."""
    given = (str(value) for name, value in asked.values.items() if name in ("since", "until"))
    return f"-{site.now():%H%M}" if any(re.fullmatch(r"\d+\s*[mhdw]", text) for text in given) else ""


def checked_values(query: NamedQuery, given: Mapping[str, str]) -> dict[str, str]:
    """Return the values as they are written. Raises UsageError for one that its type does not allow.

    Stricter than the command line, so that what is documented is what is taken.
    """
    values = dict(given)
    for parameter in query.parameters:
        if parameter.name in values:
            if parameter.type == "TIMESTAMPTZ":
                values[parameter.name] = _SPACE_FOR_PLUS.sub(r"\1+", values[parameter.name])
            _check(parameter, values[parameter.name])
    return values


def _check(parameter: Parameter, text: str) -> None:
    if parameter.choices:
        if text not in parameter.choices:
            hint = near_names(text, parameter.choices)
            raise UsageError(f"parameter {parameter.name} cannot be {text[:40]!r}; {hint}")
        return
    written = _WRITTEN.get(parameter.type)
    if written is not None and not written.fullmatch(text):
        raise UsageError(
            f"parameter {parameter.name} cannot be {text[:40]!r}; give {_WANTED[parameter.type]}"
        )


def _as_json(connection: duckdb.DuckDBPyConnection, asked: Question, head: Mapping[str, Any]) -> Body:
    rows = ask(connection, asked)
    columns = [{"name": name, "type": kind} for name, kind in zip(rows.columns, rows.types, strict=True)]
    read_at = datetime.now(UTC).isoformat(timespec="seconds")
    taken = _Taken()
    lines = [
        to_json(dict(zip(rows.columns, record, strict=True)))
        for record in taken.of(record for batch in records(rows) for record in batch)
    ]
    rows.close()
    text = to_json(
        {**head, "read_at": read_at, "columns": columns, "row_count": taken.rows, "cut": taken.cut}
    )
    whole = text[:-1] + ', "rows": [' + ",\n".join(["", *lines])[1:] + "]}\n"
    return Body(whole.encode(), taken.rows, taken.cut)


def _as_csv(connection: duckdb.DuckDBPyConnection, asked: Question, _head: Mapping[str, Any]) -> Body:
    rows = ask(connection, asked)
    taken = _Taken()
    lines = [",".join(map(cell, rows.columns))]
    lines += [
        ",".join(map(cell, record))
        for record in taken.of(record for batch in records(rows) for record in batch)
    ]
    rows.close()
    return Body("".join(line + "\r\n" for line in lines).encode(), taken.rows, taken.cut)


class _Taken:
    """Counts the rows that are taken, and ends where there are enough of them or of their bytes."""

    def __init__(self) -> None:
        self.rows = 0
        self.cut: str | None = None
        self._bytes = 0

    def of(self, found: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that are allowed."""
        for record in found:
            self.cut = "rows" if self.rows >= MAX_ROWS else "bytes" if self._bytes >= MAX_BYTES else None
            if self.cut:
                return
            self.rows += 1
            self._bytes += sum(4 + len(value) if isinstance(value, str) else 24 for value in record)
            yield record


def cell(value: Any) -> str:
    """Return a value as a cell: quoted where needed; what a spreadsheet would run gets an apostrophe."""
    if value is None:
        return ""
    text = plain(value)
    if isinstance(value, str | list) and text.startswith(_FORMULA):
        text = "'" + text
    if not text or not _QUOTED.isdisjoint(text) or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
