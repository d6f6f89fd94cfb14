"""`analyzer query`: run a named query or SQL of one's own, and write what comes out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from analyzer.api import Store
from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    LanguageOption,
    SinceOption,
    TimeZoneOption,
    UntilOption,
    WaitOption,
)
from analyzer.config import load_configuration
from analyzer.query.header import NamedQuery
from analyzer.query.library import load_queries
from analyzer.query.listing import listing
from analyzer.query.parameters import split_assignments
from analyzer.query.request import Question, Request, question
from analyzer.text import texts

NameArgument = Annotated[str | None, typer.Argument(metavar="NAME", help="A query; without one: the list.")]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="A parameter's value; repeatable."),
]
SqlOption = Annotated[str | None, typer.Option("--sql", metavar="SQL", help="SQL of your own over views.")]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="A file of such SQL; -: standard input.")
]
FormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="table, csv, json, jsonl, markdown or parquet.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write to a file."),
]


def query(
    name: NameArgument = None,
    param: ParameterOption = None,
    sql: SqlOption = None,
    file: FileOption = None,
    output_format: FormatOption = "table",
    output: OutputOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    tz: TimeZoneOption = None,
    lang: LanguageOption = None,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> None:
    """Run a query, or list the queries there are. Queries only read.

    SQL of your own reads the views events, duplicates, sources, rejects, samples, runs, catalogs,
    catalog_entries; --since, --until and --param fill its $since, $until and other $names.

    Examples:

        analyzer query
        analyzer query errors_by_code --since 7d --param limit=10
        analyzer query --sql "SELECT model, count(*) FROM events WHERE failed GROUP BY model" --format csv
    """
    configuration = load_configuration(config)
    language = texts(lang or configuration.language).language
    queries = load_queries(configuration.queries)
    if name is None and sql is None and file is None:
        print(listing(queries, language), end="")
        return
    zone, values = tz or configuration.time_zone, split_assignments(param or [])
    asked = question(Request(name, sql, file, values, since, until, zone, language), queries)
    store = Store(db, wait=wait, configuration=configuration)
    _answer(asked, queries, store.path, store.wait, output_format, output)
    _tell_notes(store)


def _tell_notes(store: Store) -> None:
    for note in store.notes():
        print(f"analyzer: {note}", file=sys.stderr)


def _answer(
    asked: Question,
    queries: Mapping[str, NamedQuery],
    database: Path,
    wait_seconds: float,
    output_format: str,
    output: Path | None,
) -> None:
    from analyzer.query.output import find_writer, write_rows
    from analyzer.query.run import ask
    from analyzer.query.span import empty_range_note
    from analyzer.store.open import open_reader

    find_writer(output_format)
    with closing(open_reader(database, wait_seconds, asked.time_zone)) as connection:
        write_rows(ask(connection, asked), output_format, output)
        note = empty_range_note(connection, queries, asked.range)
    if note is not None:
        print(f"analyzer: {note}", file=sys.stderr)
