"""From a format's definition to the SELECT that takes lines apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import TYPE_CHECKING

from analyzer.event import FORMAT_COLUMNS
from analyzer.format import access, envelope, json_lines, logfmt, otlp, pattern, records, table
from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Header, Hints
from analyzer.format.named import absent_names
from analyzer.format.reasons import explained, reasons_in
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

PROJECTED: tuple[str, ...] = (
    *("line_no", "byte_offset", "outcome", "reason", "line"),
    *(column.name for column in FORMAT_COLUMNS),
    *("record_start", "opener_key", "completes_line", "unclaimed", "mistimed"),
)
"""Columns of a projection, one row for each line.

`outcome` is event, reject, blank or continuation; `line` is kept for failures and for rejects that
are damaged; `record_start`, `opener_key`, `completes_line` and `unclaimed` matter to formats whose
records span lines: see `records`. `mistimed` says that the line tells a time that cannot be read.
"""


@dataclass(frozen=True)
class Kind:
    """How formats of one kind work: `check` refuses wrong settings (FormatError), `may_fit` tells
    quickly whether any of some lines could be an event, `fields` gives the SELECT of the fields of
    `lines` (see `fields.sql`); None for records and envelopes, which are taken apart otherwise.
    `absent` tells which columns none of the lines can have."""

    check: Callable[[Definition], None]
    may_fit: Callable[[Definition, Sequence[str]], bool]
    fields: Callable[[Definition, Hints], str] | None
    absent: Callable[[Definition, Hints], Collection[str]] = lambda definition, hints: ()


KINDS: dict[str, Kind] = {
    "json": Kind(json_lines.check_settings, json_lines.may_fit, json_lines.fields_of_json, absent_names),
    "otlp": Kind(otlp.check_settings, otlp.may_fit, otlp.fields_of_otlp),
    "access": Kind(access.check_settings, access.may_fit, access.fields_of_access, access.absent_columns),
    "pattern": Kind(
        pattern.check_settings, pattern.may_fit, pattern.fields_of_pattern, pattern.absent_groups
    ),
    "table": Kind(table.check_settings, table.may_fit, table.fields_of_table),
    "logfmt": Kind(logfmt.check_settings, logfmt.may_fit, logfmt.fields_of_logfmt),
    "records": Kind(records.check_settings, records.may_fit, None),
    "envelope": Kind(envelope.check_settings, envelope.may_fit, None),
}


def check(definition: Definition) -> None:
    """Refuse settings that the format's kind does not know. Raises FormatError."""
    KINDS[definition.kind].check(definition)


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event; a format that is not tried explains nothing."""
    return KINDS[definition.kind].may_fit(definition, lines)


def fitting(definitions: Sequence[Definition], lines: Sequence[str]) -> list[Definition]:
    """Return which of several formats could have an event among `lines`, in their order."""
    texts = [one for one in definitions if one.kind == "pattern"]
    found = {id(one) for one, fits in zip(texts, pattern.fitting(texts, lines), strict=True) if fits}
    return [one for one in definitions if id(one) in found or (one.kind != "pattern" and may_fit(one, lines))]


@dataclass(frozen=True)
class Projection:
    """The SELECTs that take lines apart in two steps, so that plain successes are written once.

    `seen` reads `lines(line_no BIGINT, byte_offset BIGINT, line VARCHAR, moment TIMESTAMPTZ)`, one row
    a line, with `is_suspect`; it is None for formats whose records span lines. `staged` reads `seen`
    (or `lines` and `openers(opener_key, status, line_no)`) and gives the columns PROJECTED of all that
    is no plain success. `absent` are columns of `seen`, and their types, that these lines do not have:
    it costs less not to keep them.
    """

    seen: str | None
    staged: str
    absent: Mapping[str, str] = field(default_factory=dict)

    def keep(self) -> str:
        """Return the SELECT of the columns of `seen` that the lines have."""
        left_out = f" EXCLUDE ({', '.join(self.absent)})" if self.absent else ""
        return f"SELECT *{left_out} FROM ({self.seen})"

    def give(self, relation: str) -> str:
        """Return the SELECT of all columns of `seen` from the `relation` of those that were kept."""
        added = "".join(f", NULL::{kind} AS {name}" for name, kind in self.absent.items())
        return f"SELECT *{added} FROM {relation}"


def projection(definition: Definition, hints: Hints = NO_HINTS) -> Projection:
    """Return the projection of a format. Times without a zone are read in the session's TimeZone.

    Raises FormatError for invalid settings.
    """
    check(definition)
    fields = KINDS[definition.kind].fields
    if fields is None:
        return Projection(None, records.project_records(definition, hints))
    seen = Template(statement("format", "fields.sql")).substitute(fields=fields(definition, hints))
    names = KINDS[definition.kind].absent(definition, hints)
    absent = {name: "INTEGER" if name == "attempt" else "VARCHAR" for name in names}
    return Projection(seen, statement("format", "causes.sql"), absent)


def hints_of(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    tested: bool = True,
    before: Header | None = None,
) -> Hints:
    """Look at the relation `lines`, whole, for what must be known of it before it can be taken apart.

    With `tested` False a malformed line raises duckdb.InvalidInputException, and the others cost less.
    `before` is the header that a table has from above.
    """
    keys = None
    headers: tuple[Header, ...] = ()
    if definition.kind == "json":
        rows = connection.execute(json_lines.keys_of_json(definition, tested)).fetchall()
        keys = frozenset(name for (name,) in rows)
    if definition.kind == "logfmt":
        keys = logfmt.keys_of_logfmt(connection, definition)
    if definition.kind == "table":
        headers = table.headers_of(connection, definition, before)
    return Hints(keys, tested, headers, enveloped=bool(definition.envelopes))


def project(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return one SELECT over `lines` that gives every line's columns PROJECTED; otherwise as `projection`."""
    steps = projection(definition, hints)
    if steps.seen is None:
        return steps.staged
    plain, reasons = statement("format", "plain.sql"), reasons_in(definition)
    staged = explained(steps.staged, f"({reasons})") if reasons else steps.staged
    return f"WITH seen AS MATERIALIZED ({steps.seen}) {plain} UNION ALL SELECT * FROM ({staged})"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the macros that every projection uses.

    The macros' short lists stay comparisons: as joins, into which DuckDB turns a list of five, some
    twenty of them would take longer to plan and to run than all the rest.
    """
    connection.execute("SET disabled_optimizers = 'in_clause'")
    connection.execute(statement("format", "macros.sql"))
    connection.execute(statement("format", "envelope_macros.sql"))
    connection.execute(statement("format", "otlp_macros.sql"))
