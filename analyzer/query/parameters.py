"""The values a query is given: read from text, checked against its papers, completed by its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from analyzer.errors import UnknownNameError, UsageError
from analyzer.query.header import NamedQuery, Parameter
from analyzer.query.library import near_names
from analyzer.query.ranges import parse_moment

Value = str | int | float | bool | datetime | None

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_LIMIT = 2**63


def split_assignments(assignments: list[str]) -> dict[str, str]:
    """Take `["limit=5", ...]` apart. Raises UsageError for one without `=` or a name given twice."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--param {assignment!r} has no value; write --param NAME=VALUE")
        if name.strip() in values:
            raise UsageError(f"--param {name.strip()} is given twice; keep one")
        values[name.strip()] = value
    return values


def typed_values(query: NamedQuery, given: Mapping[str, object], zone: ZoneInfo) -> dict[str, Value]:
    """Return the value of each of the query's parameters: the given one, else its default.

    Text is read as the parameter's type (times without a zone in `zone`), other values must have it;
    None and the text NULL stand for nothing asked. Raises UnknownNameError for a parameter that the
    query does not have, UsageError for a value that cannot be read, RangeError for such a time.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            raise UnknownNameError(f"query {query.name} has no parameter {name!r}; {near_names(name, known)}")
    return {name: _value(known[name], given.get(name, known[name].default), zone) for name in known}


def _value(parameter: Parameter, given: object, zone: ZoneInfo) -> Value:
    if given is None or given == "NULL":
        return None
    if isinstance(given, str):
        return _read(parameter, given, zone)
    if isinstance(given, datetime) and parameter.type == "TIMESTAMPTZ":
        return given.replace(tzinfo=zone) if given.tzinfo is None else given
    if isinstance(given, bool | int | float) and parameter.type in ("BIGINT", "DOUBLE", "BOOLEAN"):
        return _read(parameter, str(given), zone)
    raise _refusal(parameter, given)


def _read(parameter: Parameter, text: str, zone: ZoneInfo) -> Value:
    if parameter.type == "TIMESTAMPTZ":
        return parse_moment(text, zone, datetime.now(UTC))
    try:
        if parameter.type == "BIGINT":
            return _whole(text, least=0 if parameter.name == "limit" else -_LIMIT)
        if parameter.type == "DOUBLE":
            return float(text)
        if parameter.type == "BOOLEAN":
            return _TRUTH[text.lower()]
    except (ValueError, KeyError) as error:
        raise _refusal(parameter, text) from error
    if parameter.choices and text not in parameter.choices:
        raise _refusal(parameter, text)
    return text


def _whole(text: str, least: int) -> int:
    number = int(text)
    if not least <= number < _LIMIT:
        raise ValueError(text)
    return number


def _refusal(parameter: Parameter, given: object) -> UsageError:
    wanted = {
        "BIGINT": "a whole number",
        "DOUBLE": "a number",
        "BOOLEAN": "true or false",
        "TIMESTAMPTZ": "a time",
        "VARCHAR": "a text",
    }[parameter.type]
    if parameter.choices:
        wanted = near_names(str(given), parameter.choices)
        return UsageError(f"parameter {parameter.name} cannot be {given!r}; {wanted}")
    least = ", 0 or more" if parameter.name == "limit" else ""
    return UsageError(f"parameter {parameter.name} cannot be {given!r}; give {wanted}{least}")
