"""Lines that are JSON objects. A dot in a name reaches into an object (`response.status`).

[settings]
status = ["response.status"]   # names for each column: see `named`
client_agent = ["request.headers.User-Agent[0]"]   # [0]: of a list, its first value
opened = ["ai_log"]            # fields that hold JSON in a text, into which a dot reaches too
nothing = ["-"]                # texts that stand where there is no value
shape = ['"DownstreamStatus":']   # patterns: a file is tried only when a line has one, or all of a list
counted_elsewhere = ['"logger":"http\\.log\\.error"']   # patterns of lines whose request has another line
counted = ['"event":"request_finished"']   # patterns: only lines that have one can be events
shape_decides = true           # a file is of this format when nearly all lines have the shape, events or not

Patterns are written without the white space that may stand around colons and commas and behind braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from string import Template
from typing import Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.named import check_names, named_fields, names_of
from analyzer.format.patterns import fault
from analyzer.format.structure import Structure
from analyzer.quote import quote_list, quote_text
from analyzer.resources import statement

_LISTS = ("opened", "nothing", "shape", "counted", "counted_elsewhere")
_DECIDES = "shape_decides"
_FIRST = "[0]"
_NEARLY_ALL = 0.9


def check_settings(definition: Definition) -> None:
    """Refuse settings that are no lists of names or patterns. Raises FormatError naming file and key."""
    check_names(definition, (*_LISTS, _DECIDES))
    if not isinstance(definition.settings.get(_DECIDES, True), bool):
        raise FormatError(f"{definition.path}: settings.{_DECIDES} must be true or false")
    for key in _LISTS:
        values = definition.settings.get(key, [])
        where = f"{definition.path}: settings.{key}"
        is_list = isinstance(values, list)
        texts = (
            [text for group in _groups(values) for text in group] if key == "shape" and is_list else values
        )
        if not is_list or not all(isinstance(text, str) for text in texts):
            raise FormatError(f"{where} must be a list of texts")
        if key in ("shape", "counted", "counted_elsewhere"):
            for pattern in texts:
                _check_pattern(where, pattern)


def _groups(shapes: Any) -> list[list[Any]]:
    """Return lists of patterns, all of which a line must have."""
    return [shape if isinstance(shape, list) else [shape] for shape in shapes]


def _check_pattern(where: str, pattern: str) -> None:
    reason = fault(pattern)
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    return any(_have_shape(definition, lines))


def shape_decides(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell whether the shape of nearly all of `lines` says that they are of this format."""
    if not definition.settings.get(_DECIDES):
        return False
    return sum(_have_shape(definition, lines)) >= _NEARLY_ALL * len(lines)


def shaped_lines(definition: Definition, lines: Sequence[tuple[int, str]]) -> frozenset[int]:
    """Return the numbers of those lines that have a shape which says that they are of this format."""
    if "shape" not in definition.settings:
        return frozenset()
    found = _have_shape(definition, [line for _, line in lines])
    return frozenset(number for (number, _), has in zip(lines, found, strict=True) if has)


def shape_test(definition: Definition) -> str | None:
    """Return the SQL of whether `line` has the shape of this format; None where it has none."""
    if definition.kind != "json" or "shape" not in definition.settings:
        return None
    groups = (
        " AND ".join(f"regexp_matches(line, {quote_text(_spaced(each))})" for each in group)
        for group in _groups(definition.settings["shape"])
    )
    return " OR ".join(f"({group})" for group in groups)


def _have_shape(definition: Definition, lines: Sequence[str]) -> Iterator[bool]:
    shapes = [
        [re.compile(_spaced(each)) for each in group]
        for group in _groups(definition.settings.get("shape", [""]))
    ]
    for line in lines:
        is_object = line.lstrip("\ufeff \t\0").startswith("{")
        yield is_object and any(all(each.search(line) for each in group) for group in shapes)


_SPACED = re.compile(r"\[(?:[^\]\\]|\\.)*\]|(?P<colon>\":)|(?P<comma>,(?![\d}]))|(?P<brace>\\\{(?=\"))")

_ALLOWED = {"colon": r'"\s*:\s*', "comma": r"\s*,\s*", "brace": r"\{\s*"}


@cache
def _spaced(pattern: str) -> str:
    """Return a pattern that allows white space wherever an object may have it; classes stay as they are."""

    def allow(found: re.Match[str]) -> str:
        return _ALLOWED.get(found.lastgroup or "", found[0])

    return _SPACED.sub(allow, pattern)


def keys_of_json(definition: Definition, tested: bool = True) -> str:
    """Return the query over `lines` that tells which of the names looked for stand in any line's object.

    Names inside objects are told by the object's own. With `tested` False a malformed line ends it.
    """
    names = {part for name in names_of(definition) for part in (name, name.split(".")[0])}
    return Template(statement("format", "json_keys.sql")).substitute(
        keys=(
            "CASE WHEN json_valid(line) THEN json_keys(line)"
            " WHEN json_valid(mended(line)) THEN json_keys(mended(line)) END"
            if tested
            else "json_keys(line)"
        ),
        names=quote_list(sorted(names)),
    )


def fields_of_json(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns.

    Each name that is looked for costs a little on every line: with `hints.keys` only these are. What
    never was JSON (a banner, a stack trace) is no request; what was, is damaged.
    """
    relation, text = "lines", "line"
    if hints.tested:
        relation, text = "(SELECT *, mended(line) AS mended FROM lines)", "mended"
    damaged = "CASE WHEN is_other_output(line) THEN 'not_a_request' ELSE 'invalid_json' END"
    return fields_of_objects(definition, relation, text, hints, damaged)


def fields_of_objects(
    definition: Definition,
    relation: str,
    text: str,
    hints: Hints = NO_HINTS,
    damaged: str = "'invalid_json'",
) -> str:
    """Return the SELECT of the fields of the JSON objects in the column `text` of `relation`.

    `relation` is a name or a SELECT in brackets with line_no, byte_offset, moment, line and `text`;
    `damaged` is the SQL of why a line without an object is no event.
    """
    keys, settings = hints.keys, definition.settings
    names = {name: name.removesuffix(_FIRST) for name in names_of(definition)}
    found = [name for name in names if keys is None or name.split(".")[0] in keys]
    wanted = [names[name] for name in found or list(names)[:1]]
    flat = [path for path in names.values() if "." in path and (keys is None or path in keys)]
    # A field that is wanted both whole and in parts is opened, as an object or as JSON in a text.
    opened = [name for name in settings.get("opened", ()) if keys is None or name.split(".")[0] in keys]
    structure = Structure([*wanted, *opened], flat, text, hints.tested)
    readers = {
        name: _reader(structure.field(path), name, settings)
        for name, path in names.items()
        if path in wanted or path in flat
    }
    parsed = structure.select(relation)
    return named_fields(settings, readers, parsed, _damage(settings, damaged), hints.enveloped)


def _reader(field: str, name: str, settings: Any) -> str:
    """Return the SQL of a field's text, NULL where it says that there is none."""
    read = f"first_value_of({field})" if name.endswith(_FIRST) else field
    for text in settings.get("nothing", ()):
        read = f"nullif({read}, {quote_text(text)})"
    return read


def _damage(settings: Any, damaged: str) -> str:
    """Return the SQL of why a line is no event: it holds no object, or another line counts its request."""

    def either(key: str) -> str:
        return " OR ".join(
            f"regexp_matches(line, {quote_text(_spaced(pattern))})" for pattern in settings.get(key, ())
        )

    elsewhere = (
        f" WHEN {either('counted_elsewhere')} THEN 'not_a_request'" if either("counted_elsewhere") else ""
    )
    passed = f" WHEN NOT ({either('counted')}) THEN 'not_a_request'" if either("counted") else ""
    return f"CASE WHEN object IS NULL THEN {damaged}{elsewhere}{passed} END"
