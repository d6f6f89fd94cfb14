"""What values look like: which column of an event the values of a field, unknown until now, could be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.format.header import folded

METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE"
TIME = (
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]| - )\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
    r"|\d{1,2}/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?"
    r"|\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d"
    r"|\d{8}[T ]\d{6}Z?"
    r"|\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d\d:\d\d(?: [AP]M)?"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
)
ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}"
_EPOCH = r"1\d{9}(?:\.\d{1,9})?|1\d{12}(?:\.\d+)?|1\d{15}|1\d{18}"
_LOOKS = {
    "ts": re.compile(f"(?:{TIME}|{_EPOCH})"),
    "request": re.compile(rf"(?:{METHODS}) \S+(?: HTTP/[\d.]+)?"),
    "method": re.compile(f"(?:{METHODS})"),
    "path": re.compile(r"(?:https?://[^/\s]+)?/\S*|https?://\S+"),
    "client": re.compile(rf"(?:{ADDRESS})(?::\d+)?(?:, ?(?:{ADDRESS}))*"),
    "client_agent": re.compile(
        r".*(?:Mozilla/|curl/|python-|okhttp|Go-http|axios/|Java/|node-fetch|aiohttp/).*"
    ),
    "status": re.compile(r"[1-5]\d\d"),
    "duration": re.compile(r"\d+(?:[.,]\d+)?(?:e-?\d+)?|(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s)"),
}
_USUAL = frozenset(
    str(status)
    for status in (
        *(100, 101, *range(200, 207), *range(300, 309), *range(400, 419), *range(421, 432)),
        *(444, 451, 499, *range(500, 512), *range(520, 531)),
    )
)
_WORDS = {
    "ts": ("time", "date", "stamp", "start", "zeit", "datum", "fecha", "heure", "ts", "when", "时间"),
    "status": ("status", "code", "antwort", "result", "http", "estado", "状态", "rc"),
    "method": ("method", "verb", "methode", "方法", "op"),
    "path": ("path", "uri", "url", "route", "endpoint", "target", "pfad", "ort", "resource", "路径"),
    "client": ("client", "remote", "source", "src", "caller", "peer", "ip", "addr", "kunde", "forwarded"),
    "client_agent": ("agent", "ua"),
    "request": ("request", "req", "line"),
    "duration": (
        "dura",
        "laten",
        "elapsed",
        "took",
        "taken",
        "time",
        "cost",
        "dauer",
        "rt",
        "耗时",
        "ms",
        "sec",
    ),
}
_UNLIKE = {
    "ts": ("expire", "deadline", "birth", "until", "notbefore", "updated", "createdat"),
    "status": ("port", "size", "bytes", "length", "tokens", "level", "line", "pid", "count"),
    "path": ("refer", "file", "source", "logger", "module", "caller", "origin", "upstream", "script"),
    "client": ("server", "upstream", "dest", "dst", "local", "host", "backend"),
    "duration": (
        "size",
        "bytes",
        "length",
        "tokens",
        "count",
        "port",
        "pid",
        "stamp",
        "status",
        "id",
        "offset",
    ),
}
_NAMED = (
    "request_id",
    "operation_id",
    "attempt",
    "task_id",
    "span_id",
    "model",
    "api_key",
    "error",
    "error_code",
)
_MEANING = {"model": ("model",), "error_message": ("fehler", "error", "exception", "错误")}
_ORDER = ("request", "method", "status", "ts", "path", "client", "client_agent", "duration")
_MOST = 0.9
_HOUR, _MINUTE = 3_600_000, 60


@dataclass(frozen=True)
class Guess:
    """A column (a duration by its unit) that a field fills, and whether that is doubtful, in a few words."""

    column: str
    doubt: str = ""


def columns_of(values: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    """Return which fields fill which columns: by their values' look, then by the `known` names of columns.

    `values` are some of each field's values as texts. A column is filled by one field, the likeliest.
    """
    found: dict[str, Guess] = {}
    for column in _ORDER:
        if column in ("method", "path") and any(guess.column == "request" for guess in found.values()):
            continue
        names = known.get(column, ())
        ranked = sorted(
            (
                (_likeness(column, name, seen, names), name)
                for name, seen in values.items()
                if name not in found
            ),
            key=lambda pair: -pair[0],
        )
        if ranked and ranked[0][0] > 0:
            name = ranked[0][1]
            found[name] = _guess(column, name, values[name], ranked[0][0] < 1)
    for column in (*_NAMED, "error_message", "body", "text"):
        left = [name for name in values if name not in found]
        called = [name for name in left if _is_called(name, known.get(column, ()))]
        alike = [name for name in left if any(word in folded(name) for word in _MEANING.get(column, ()))]
        if called or alike:
            doubt = "" if called else "by a part of its name alone"
            found[(called or alike)[0]] = Guess(column, doubt)
    return found


def _likeness(column: str, name: str, seen: Sequence[str], known: Sequence[str]) -> float:
    """Return how likely a field fills a column: 0 for not at all, below 1 for a guess by the look alone."""
    told = [value for value in seen if value not in ("", "-", "None", "null")]
    last = folded(name.rsplit(".", 1)[-1])
    is_told = bool(told)
    fitting = sum(_LOOKS[column].fullmatch(value) is not None for value in told)
    if column == "duration":
        fitting -= sum(_LOOKS["ts"].fullmatch(value) is not None for value in told)
    if column == "status":
        fitting = min(fitting, sum(value in _USUAL for value in told))
    if (
        not is_told
        or fitting < _MOST * len(told)
        or any(word in folded(name) for word in _UNLIKE.get(column, ()))
    ):
        return 0
    if _is_called(name, known):
        return 3 - 0.1 * name.count(".")
    if any(word in last for word in _WORDS[column]):
        return 1 + 1 / (1 + name.count("."))
    return 0 if column == "duration" else 0.5


def _is_called(name: str, known: Sequence[str]) -> bool:
    return folded(name) in {folded(other) for other in known}


def _guess(column: str, name: str, seen: Sequence[str], by_look: bool) -> Guess:
    if column != "duration":
        return Guess(column, "by the look of its values alone" if by_look else "")
    return duration_guess(name, seen)


def duration_guess(name: str, seen: Sequence[str]) -> Guess:
    """Return the unit of a duration: its values' own, else its name's, else a guess by their size."""
    last = name.rsplit(".", 1)[-1].lower()
    for unit, ending in (
        ("duration_ms", r"(?:ms|millis|milliseconds|msec)"),
        ("duration_us", r"(?:us|micros|microseconds|usec)"),
        ("duration_ns", r"(?:ns|nanos|nanoseconds|nsec)"),
        ("duration_s", r"(?:_s|-s|secs?|seconds)"),
    ):
        if re.search(f"{ending}\\)?$", last) or (ending != r"(?:_s|-s|secs?|seconds)" and last == ending):
            return Guess(unit)
    if not all(re.fullmatch(r"[\d.e-]+", value) for value in seen if value not in ("", "-")):
        return Guess("duration_ms")
    numbers = [float(value) for value in seen if re.fullmatch(r"\d+(?:\.\d+)?", value)]
    middle, most = sorted(numbers)[len(numbers) // 2] if numbers else 0.0, max(numbers, default=0.0)
    has_point = any("." in value for value in seen)
    unit = "duration_s" if has_point and middle < _MINUTE else "duration_ms"
    return Guess("duration_ns" if most > _HOUR else unit, "the unit is guessed by the size of the numbers")
