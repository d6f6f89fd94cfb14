"""What a log store answers over its interface, as a log: Loki's streams, CloudWatch Logs Insights' results.

Loki (HTTP API, `query_range`) gives `[nanoseconds, line]` in a list a stream, Insights
(`aws logs get-query-results`) a list of `{"field": ..., "value": ...}` a record. Each becomes an object in
a line: `{"timestamp": ..., "line": ..., "labels": {...}}`, as `logcli -o jsonl` writes it, and the fields
by their names. Both answer some thousand records at most, so that the whole is read at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from analyzer.source.compression import DamagedError
from analyzer.source.texts import Readable, TextReader

ENOUGH = 64 * 1024
_BLOCK_BYTES = 4 * 1024 * 1024
_LARGEST = 256 * 1024 * 1024
_MARK = b"\xef\xbb\xbf"

_BEGINS = re.compile(rb'\s*\{\s*"(?:status|data|results|statistics|queryLanguage|encryptionKey)"\s*:')
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?")
_NEXT = re.compile(rb"\}[ \t\r]*\n[ \t]*(\{)")
_PAGE = re.compile(
    rb'\{\s*"status"\s*:\s*"success"\s*,\s*"data"\s*:\s*\{\s*"resultType"|\{\s*"results"\s*:\s*\[\s*\['
)
_LOKI = re.compile(rb'"resultType"\s*:\s*"streams"|"result"\s*:\s*\[\s*\{\s*"(?:stream|values)"\s*:')
_INSIGHTS = re.compile(rb'"results"\s*:\s*\[\s*\[\s*\{\s*"(?:field|value)"\s*:')


def may_be_answer(first: bytes) -> bool:
    """Tell by its first bytes whether a source may be such an answer."""
    return _BEGINS.match(first.removeprefix(_MARK)) is not None


def is_answer(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that a source is such an answer, or several.

    One object a line is a log, also of what asks such a store: its lines do not begin as answers do.
    """
    if _LOKI.search(first) is None and _INSIGHTS.search(first) is None:
        return False
    return all(_PAGE.match(first, at.start(1)) for at in _NEXT.finditer(first, 0, len(first) - 64))


def answer_text(file: Readable) -> TextReader:
    """Return the records as objects, one a line. Raises DamagedError for what is not whole."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    whole = bytearray()
    while block := file.read(_BLOCK_BYTES):
        whole += block
        if len(whole) > _LARGEST:
            raise DamagedError(
                f"a log store's answer of more than {_LARGEST:,} bytes is not read; ask for parts of it"
            )
    try:
        answers = _answers(bytes(whole).removeprefix(_MARK).decode())
        lines = [json.dumps(one, ensure_ascii=False) + "\n" for told in answers for one in _records(told)]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedError(f"the log store's answer is not whole ({error})") from error
    yield memoryview("".join(lines).encode("utf-8", "replace"))


def _in_utc(time: Any) -> Any:
    """Insights tells UTC, and does not say so."""
    return f"{time}Z" if isinstance(time, str) and _WITHOUT_ZONE.fullmatch(time) else time


def _answers(text: str) -> Iterator[dict[str, Any]]:
    """Yield the answers that stand one behind the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip())
        if at == len(text):
            return
        told, at = decoder.raw_decode(text, at)
        yield told


def _records(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "results" in told:
        for fields in told["results"]:
            record = {one["field"]: one.get("value") for one in fields if one["field"] != "@ptr"}
            yield {name: _in_utc(value) if name == "@timestamp" else value for name, value in record.items()}
        return
    for stream in told.get("data", told)["result"]:
        for time, line, *_ in stream["values"]:
            yield {"timestamp": time, "line": line, "labels": stream.get("stream", {})}
