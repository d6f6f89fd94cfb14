"""The body of an answer, as the gateway sends it."""

from __future__ import annotations

import json
from typing import Any

from analyzer.simulate.answer import Answer
from analyzer.simulate.foreign import page
from analyzer.simulate.traffic import Exchange

ERROR_SHAPES = ("openai", "huawei", "both")
_TYPES = {400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 429: "TooManyRequests"}


def error_object(answer: Answer) -> dict[str, Any]:
    """Return the error as the model API's clients know it: code, message, type and param."""
    kind = _TYPES.get(answer.status, "InternalServerError")
    return {"code": answer.code, "message": answer.message, "type": kind, "param": None}


def error_body(answer: Answer, shape: str, label: str) -> dict[str, Any]:
    """Return an error's body: OpenAI-compatible, Huawei's, or both at once (which then has a span id)."""
    flat = {"error_code": answer.code, "error_msg": answer.message}
    if shape == "openai":
        return {"error": error_object(answer)}
    return flat if shape == "huawei" else {"error": error_object(answer), **flat, "span_id": label}


def body_text(exchange: Exchange, shape: str, label: str) -> str:
    """Return the answer's body as text, empty where there is none."""
    answer = exchange.answer
    if answer.shape == "html":
        return page(answer.status)
    if answer.shape in ("empty", "gone", "garbled"):
        return ""
    if answer.shape == "stream":
        return _stream(answer, shape)
    return json.dumps(_body(exchange, shape, label), ensure_ascii=False, separators=(",", ":"))


def _body(exchange: Exchange, shape: str, label: str) -> dict[str, Any]:
    answer, request = exchange.answer, exchange.request
    if answer.shape == "task":
        state = {"task_id": request.task, "status": "failed"}
        return state | error_body(answer, "openai" if shape == "both" else shape, label)
    if answer.shape == "quoted":
        return _completion(
            f"Your log says: {json.dumps(error_body(answer, shape, label))}. Slow down.", exchange
        )
    if answer.shape == "plain":
        return error_body(answer, shape, label)
    if request.call.kind == "task":
        return {"task_id": request.task, "status": ("queued", "running", "succeeded")[exchange.variety % 3]}
    if request.call.kind == "chat":
        return _completion("OK", exchange)
    return {"id": label, "created": 1763600000}


def _completion(text: str, exchange: Exchange) -> dict[str, Any]:
    usage = {"prompt_tokens": exchange.variety % 4_000 + 12, "completion_tokens": exchange.variety % 900 + 1}
    return {"choices": [{"message": {"role": "assistant", "content": text}}], "usage": usage}


def _stream(answer: Answer, shape: str) -> str:
    delta = json.dumps({"choices": [{"index": 0, "delta": {"content": "Sure"}}]})
    error = json.dumps(error_body(answer, "huawei" if shape == "both" else shape, ""), ensure_ascii=False)
    return f"data: {delta}\n\ndata: {error}\n\n"
