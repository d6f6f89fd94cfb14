"""NDJSON: one JSON object a line, in the spellings of several gateways mixed in one file."""

from __future__ import annotations

import json
from typing import Any

from analyzer.simulate.bodies import ERROR_SHAPES, body_text, error_body, error_object
from analyzer.simulate.template import (
    ATTEMPT,
    DURATION,
    NUMERIC_TIME,
    OPERATION,
    REQUEST_ID,
    TIME,
    Facts,
    Template,
    with_slots,
)
from analyzer.simulate.traffic import Exchange

NAME = "ndjson"
RESOLUTION = 1
"""Milliseconds that its times tell apart."""

LAYERS = 1
THREAD_LAYER: int | None = None
NOISE_SHARE = 0.002
_TEXT_TIMES = ("iso_z", "iso_offset", "naive", "iso_micro")
_NO_ERRORS: tuple[dict[str, Any], ...] = (
    {}, {}, {"error": None}, {"error": {}}, {"error": ""}, {"error_code": "", "error_msg": ""},
    {"error_code": "0", "error_msg": "success"}, {"error_code": None}, {"error_code": "-"},
)  # fmt: skip


def template(exchange: Exchange, _layer: int = 0) -> Template:
    """Return the line of an exchange."""
    variety = exchange.variety
    in_body = exchange.answer.shape not in ("plain", "answer", "empty", "gone", "garbled")
    spellings = (_body_field, _proxy, _nested_body) if in_body else SPELLINGS
    spelling = spellings[variety % len(spellings)]
    record = spelling(exchange, variety // 16)
    times = ("epoch_ms", "epoch_s") if NUMERIC_TIME in record.values() else _TEXT_TIMES
    text = json.dumps(record, ensure_ascii=variety % 7 == 0, separators=(",", ":") if variety % 5 else None)
    facts = Facts(
        status=exchange.answer.status, model=exchange.request.model, verdict=exchange.answer.verdict
    )
    unit = "s" if "request_time" in record else "ms"
    return Template(with_slots(text), facts, times[variety // 5 % len(times)], unit)


def noise(_layer: int = 0) -> list[Template]:
    """Return the lines that are no event, each met once before chance decides."""
    cut = '{"ts":"' + TIME + '","request_id":"' + REQUEST_ID + '","method":"POST","path":"/v1/chat/comp'
    other = {"ts": TIME, "level": "info", "logger": "gateway.health", "msg": "upstream pool has 12 members"}
    damaged = Facts(events=0, damaged=1)
    return [
        Template("", Facts(events=0, blank=1)),
        Template(with_slots(cut), damaged),
        Template(with_slots(json.dumps(other)), Facts(events=0, not_a_request=1)),
        Template("\x00\x01\udc89PNG\x1a \udcff\udcfe{{\x7f", damaged),
        Template(with_slots(cut) + "letions\",\"model\":\"\udce9\udc80", damaged),
        Template("{0} gateway: }}{{\"status\":500", damaged),
    ]  # fmt: skip


def _error_shape(variety: int) -> str:
    return ERROR_SHAPES[variety % 3]


def _body(exchange: Exchange, variety: int) -> str:
    """Return the body's text; of successes only some gateways log it."""
    if exchange.answer.shape == "answer" and variety % 9:
        return ""
    return body_text(exchange, _error_shape(variety), f"{variety:016x}")


def _flat(exchange: Exchange, variety: int) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    record: dict[str, Any] = {
        "ts": TIME, "request_id": REQUEST_ID, "method": request.call.method, "path": request.path,
        "status": answer.status, "duration_ms": DURATION, "client": request.client, "api_key": request.key,
    }  # fmt: skip
    if request.model:
        record["model"] = request.model
    if answer.shape == "plain":
        return record | {"error_code": answer.code, "error_message": answer.message}
    return record | _no_error(exchange, variety)


def _body_field(exchange: Exchange, variety: int) -> dict[str, Any]:
    request = exchange.request
    return {
        "time": TIME, "request_id": REQUEST_ID, "operation_id": OPERATION, "attempt": ATTEMPT,
        "method": request.call.method, "uri": request.path, "status": exchange.answer.status,
        "latency_ms": DURATION, "model": request.model, "remote_addr": request.client,
        "response_body": _body(exchange, variety),
    }  # fmt: skip


def _nested(exchange: Exchange, variety: int) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    response: dict[str, Any] = {"status": answer.status, "duration_ms": DURATION}
    if answer.shape == "plain":
        response |= error_body(answer, _error_shape(variety), f"{variety:016x}")
    return {
        "timestamp": TIME,
        "request": _asked(exchange),
        "response": response,
        "api_key": request.key,
    }


def _nested_body(exchange: Exchange, variety: int) -> dict[str, Any]:
    status, body = exchange.answer.status, _body(exchange, variety)
    response = {"status_code": status, "latency_ms": DURATION, "body": body}
    return {"timestamp": TIME, "request": _asked(exchange), "response": response}


def _asked(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    asked = {"id": REQUEST_ID, "method": request.call.method, "path": request.path, "model": request.model}
    return asked | {"client_ip": request.client}


def _compatible(exchange: Exchange, variety: int) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    record: dict[str, Any] = {
        "created_at": NUMERIC_TIME, "request_id": REQUEST_ID, "method": request.call.method,
        "path": request.path, "model": request.model, "status_code": answer.status, "latency_ms": DURATION,
        "api_key": request.key,
    }  # fmt: skip
    return record | (
        {"error": error_object(answer)} if answer.shape == "plain" else _no_error(exchange, variety)
    )


def _huawei(exchange: Exchange, variety: int) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    record: dict[str, Any] = {
        "timestamp": NUMERIC_TIME, "requestId": REQUEST_ID, "httpMethod": request.call.method,
        "request_path": request.path, "statusCode": answer.status, "durationMs": DURATION,
        "model_name": request.model, "client_ip": request.client,
    }  # fmt: skip
    if request.task:
        record["task_id"] = request.task
    if answer.shape == "plain":
        return record | {"error_code": answer.code, "error_msg": answer.message}
    return record


def _proxy(exchange: Exchange, variety: int) -> dict[str, Any]:
    request = exchange.request
    return {
        "time_iso8601": TIME, "remote_addr": request.client,
        "request": f"{request.call.method} {request.path} HTTP/1.1", "status": str(exchange.answer.status),
        "request_time": DURATION, "http_user_agent": request.agent, "request_id": REQUEST_ID,
        "model": request.model, "upstream_body": _body(exchange, variety),
    }  # fmt: skip


def _dotted(exchange: Exchange, variety: int) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    record: dict[str, Any] = {
        "@timestamp": TIME, "http.request.id": REQUEST_ID, "http.request.method": request.call.method,
        "url.path": request.path, "http.response.status_code": answer.status, "duration_ms": DURATION,
        "gen_ai.request.model": request.model, "client.address": request.client,
    }  # fmt: skip
    if answer.shape == "plain":
        return record | error_body(answer, _error_shape(variety), f"{variety:016x}")
    return record


def _no_error(exchange: Exchange, variety: int) -> dict[str, Any]:
    """Return an error's field as a success fills it, which is no error."""
    return _NO_ERRORS[variety % len(_NO_ERRORS)] if exchange.answer.verdict is None else {}


SPELLINGS = (
    _flat, _flat, _compatible, _compatible, _huawei, _huawei,
    _nested, _dotted, _body_field, _proxy, _nested_body,
)  # fmt: skip
