"""Tables: rows of cells under a header that names the columns (W3C extended logs, CSV and TSV).

    [settings]
    style = "w3c"                  # the header is a line `#Fields: ...`, and may come again with others
    style = "csv"                  # the header is the first line; cells between , ; | or tabs, quoted with "
    status = ["sc-status"]         # as for JSON: the names to try for each column
    ts = ["date+time"]             # two cells with a space between them
    path = ["cs-uri-stem?cs-uri-query"]    # the second one, where there is one, behind a question mark
    zone = "+00:00"                # the zone of times that are put together from two cells
    agent = "plus"                 # user agents have + for spaces; "url": they are percent-encoded
    decimal = "s"                  # a duration with a decimal point is in seconds, whatever its column says
    required = ["x-edge-location"] # columns that the header must have
    foreign = ["x-edge-location"]  # columns that it must not have

Names are compared without case and without anything but letters and digits: `Status Code`,
`status_code` and `statusCode` are one. A row with another number of cells than its header is damaged. The
header in force at the start of a batch is handed from batch to batch, and from run to run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from string import Template
from typing import TYPE_CHECKING, Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.header import Layout, fits, folded, headers_among, layout_of, parts_of
from analyzer.format.hints import NO_HINTS, Header, Hints
from analyzer.format.named import DURATION_UNITS, check_names, named_fields, names_of
from analyzer.quote import quote_list, quote_text
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

_CHOICES = {"style": ("w3c", "csv"), "zone": ("+00:00",), "agent": ("plus", "url"), "decimal": ("s",)}
_LISTS = ("required", "foreign")
_NOTHING = quote_list(["", "-", "null", "(null)", "none", "nan", "n/a", "\\n", "<nil>"])
_FIRST_LINES = 20


def check_settings(definition: Definition) -> None:
    """Refuse settings that are unknown or no lists of names. Raises FormatError naming file and key."""
    settings, path = definition.settings, definition.path
    check_names(definition, (*_CHOICES, *_LISTS))
    for key, choices in _CHOICES.items():
        if (key in settings or key == "style") and settings.get(key) not in choices:
            raise FormatError(
                f"{path}: settings.{key} is {settings.get(key)!r}; it must be one of {', '.join(choices)}"
            )
    for key in _LISTS:
        names = settings.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise FormatError(f"{path}: settings.{key} must be a list of column names")


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether `lines` have a header whose rows could be events."""
    settings = definition.settings
    if settings["style"] == "w3c":
        tried = [(number, line) for number, line in enumerate(lines) if line[:2] in ("#F", "#f", "\ufeff#")]
    else:
        tried = list(enumerate(lines[:_FIRST_LINES]))
    return any(fits(header, settings) for header in headers_among(tried, settings))


def is_quoted(definition: Definition) -> bool:
    """Tell whether a row of this format may span lines."""
    return definition.kind == "table" and definition.settings.get("style") == "csv"


def headers_of(
    connection: duckdb.DuckDBPyConnection, definition: Definition, before: Header | None = None
) -> tuple[Header, ...]:
    """Return the headers that hold for the relation `lines`, which is scanned once; `before` from above."""
    name = "headers_w3c.sql" if definition.settings["style"] == "w3c" else "headers_csv.sql"
    rows = connection.execute(statement("format", name)).fetchall()
    return headers_among(rows, definition.settings, before)


def fields_of_table(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns."""
    readers = {name: _reader(definition, name, hints.headers) for name in names_of(definition)}
    damage = "CASE WHEN NOT no_row AND cells IS NULL THEN 'unreadable_line' END"
    parsed = rows_of_table(definition, hints.headers)
    return named_fields(definition.settings, readers, parsed, damage, hints.enveloped)


def rows_of_table(definition: Definition, headers: Sequence[Header]) -> str:
    """Return the SELECT of `table.sql`: each line's cells, NULL for one that is no whole row."""
    is_w3c = definition.settings["style"] == "w3c"
    layouts = _layouts(headers)
    holds: list[str] = []
    for _, several in groupby(headers, key=layout_of):
        first = next(several)
        number = layouts.index(layout_of(first)) if first.columns else "NULL"
        holds.insert(0, f"WHEN line_no >= {first.line_no} THEN {number}")
    layout = f"CASE {' '.join(holds)} END::INTEGER" if holds else "NULL::INTEGER"
    return Template(statement("format", "table.sql")).substitute(
        layout=layout,
        width=_by_layout([str(len(columns)) for columns, _, _ in layouts]),
        split=_split_w3c()
        if is_w3c
        else _by_layout([_split_csv(mark) for _, mark, _ in layouts], "VARCHAR[]"),
        no_row="starts_with(text, '#')" if is_w3c else _is_header(layouts),
    )


def join_records(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    give_lines: Callable[[], object],
    before: Header | None = None,
) -> int | None:
    """Put rows together that span lines: `lines` then reads the temporary view `unwrapped`.

    `give_lines` makes the view `lines` readable, anew at each call; without an open quote nothing is
    done but one look at it. The columns are those of an opened envelope's: see `open_envelopes`. Returns
    the number of the first line of a row whose end has not come, 0 where there is none, None where no
    row spans lines.
    """
    give_lines()
    if not connection.execute(statement("format", "table_quotes.sql")).fetchall():
        return None
    give_lines()
    connection.execute("CREATE OR REPLACE TEMP TABLE held AS SELECT * FROM lines")
    connection.execute("CREATE OR REPLACE TEMP VIEW lines AS SELECT * FROM held")
    rows = rows_of_table(definition, headers_of(connection, definition, before))
    connection.execute(Template(statement("format", "table_records.sql")).substitute(rows=rows))
    connection.execute("CREATE OR REPLACE TEMP VIEW unwrapped AS SELECT * EXCLUDE (goes_on) FROM records")
    connection.execute(statement("format", "unwrapped_lines.sql"))
    # Fetched whole: a result with rows left to fetch would keep the next batch's lines out.
    rows_open = connection.execute("SELECT min(line_no) FROM records WHERE goes_on").fetchall()
    return int(rows_open[0][0] or 0)


def _layouts(headers: Sequence[Header]) -> list[Layout]:
    return list(dict.fromkeys(layout_of(header) for header in headers if header.columns))


def _by_layout(expressions: Sequence[str], kind: str = "INTEGER") -> str:
    """Return the SQL that picks an expression by the header in force."""
    if not expressions:
        return f"NULL::{kind}"
    if len(set(expressions)) == 1:
        return f"CASE WHEN layout IS NOT NULL THEN {expressions[0]} END"
    branches = [f"WHEN {number} THEN {expression}" for number, expression in enumerate(expressions)]
    return f"CASE layout {' '.join(branches)} END"


def _split_w3c() -> str:
    """Cells between tabs or spaces; with quotes around them where that gives the right number."""
    ways = []
    for mark in ("\t", " "):
        plain, quoted = (
            f"string_split(rtrim(text, {quote_text(mark)}), {quote_text(mark)})",
            _quoted_cells(mark),
        )
        fits = f"""contains(text, '"') AND len({quoted}) = width"""
        ways.append(f"CASE WHEN {fits} THEN {_bare(quoted)} ELSE {plain} END")
    return f"CASE WHEN contains(text, chr(9)) THEN {ways[0]} ELSE {ways[1]} END"


def _split_csv(mark: str) -> str:
    """Cells between marks, quoted where they hold one. A quote that is never closed damages the row."""
    cells = _quoted_cells(mark)
    unclosed = (
        """lambda cell: regexp_matches(cell, '^ *"') AND NOT regexp_matches(cell, '^ *"(?:[^"]|"")*"')"""
    )
    is_whole = f"len(list_filter({cells}, {unclosed})) = 0"
    return (
        f"""CASE WHEN NOT contains(text, '"') THEN string_split(text, {quote_text(mark)}) """
        f"WHEN {is_whole} THEN {_bare(cells)} END"
    )


def _quoted_cells(mark: str) -> str:
    sign = "\\" + mark if mark == "|" else mark
    blank = "" if mark in " \t" else " *"
    pattern = f'{sign}({blank}"(?:[^"]|"")*"[^{sign}]*|[^{sign}]*)'
    return f"regexp_extract_all({quote_text(mark)} || text, {quote_text(pattern)}, 1)"


def _bare(cells: str) -> str:
    """Take the quotes off cells that have them."""
    bare = """replace(regexp_replace(cell, '^ *"((?:[^"]|"")*)"', '\\1'), '""', '"')"""
    taken_off = f"""CASE WHEN starts_with(ltrim(cell), '"') THEN {bare} ELSE cell END"""
    return f"list_transform({cells}, lambda cell: {taken_off})"


def _is_header(layouts: Sequence[Layout]) -> str:
    """Return the SQL of whether a line is a header, or stands above the first one."""
    trimmed = "list_transform(split, lambda cell: trim(cell))"
    equal = [
        f"CASE WHEN contains(text, {quote_text(columns[0])}) AND contains(text, {quote_text(columns[-1])}) "
        f"THEN {trimmed} = {quote_list(columns)} ELSE FALSE END"
        for columns, _, _ in layouts
    ]
    return f"layout IS NULL OR coalesce({_by_layout(equal, 'BOOLEAN')}, FALSE)"


def _reader(definition: Definition, name: str, headers: Sequence[Header]) -> str:
    """Return the SQL of the column or columns called `name`, whatever header is in force."""
    found = [_cells_of(definition, name, columns, date) for columns, _, date in _layouts(headers)]
    if not any(cell != "NULL" for cell in found):
        return "NULL::VARCHAR"
    return found[0] if len(set(found)) == 1 else _by_layout(found)


def _cells_of(definition: Definition, name: str, columns: Sequence[str], date: str | None) -> str:
    settings = definition.settings
    names = [folded(column) for column in columns]
    given = [
        [_cell(place) for place, column in enumerate(names, 1) if column == folded(part)]
        for part in parts_of(name)
    ]
    if len(given) == 2 and not given[0] and date and folded(parts_of(name)[0]) == "date":
        given[0] = [f"CASE WHEN cells IS NOT NULL THEN {quote_text(date)} END"]
    if not given[0] or (len(given) == 2 and not given[1] and "+" in name):
        return "NULL"
    first, *more = [f"coalesce({', '.join(cells)}, NULL)" if cells else "NULL" for cells in given]
    if "+" in name:
        return f"({first} || ' ' || {more[0]} || {quote_text(settings.get('zone', ''))})"
    if "?" in name:
        return f"({first} || coalesce('?' || {more[0]}, ''))"
    return _decoded(settings, name, first)


def _cell(place: int) -> str:
    return f"CASE WHEN lower(trim(cells[{place}])) NOT IN {_NOTHING} THEN trim(cells[{place}]) END"


def _decoded(settings: Any, name: str, cell: str) -> str:
    """Undo what the log's writer did to a value that stands in one cell."""
    if name in settings.get("client_agent", ()) and settings.get("agent") == "plus":
        return f"replace({cell}, '+', ' ')"
    if name in settings.get("client_agent", ()) and settings.get("agent") == "url":
        return f"coalesce(try(url_decode(url_decode({cell}))), {cell})"
    if any(name in settings.get(key, ()) for key in DURATION_UNITS):
        with_point, with_comma = "'[0-9]*[.][0-9]+'", "'[0-9]+,[0-9]+'"
        if settings.get("decimal"):
            return f"CASE WHEN regexp_full_match({cell}, {with_point}) THEN {cell} || 's' ELSE {cell} END"
        mended = f"replace({cell}, ',', '.')"
        return f"CASE WHEN regexp_full_match({cell}, {with_comma}) THEN {mended} ELSE {cell} END"
    return cell
