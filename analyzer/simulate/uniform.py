"""NDJSON as one gateway writes it: one spelling, every field in every line, no damaged lines."""

from __future__ import annotations

import json

from analyzer.simulate.foreign import page
from analyzer.simulate.template import DURATION, REQUEST_ID, TIME, Facts, Template, with_slots
from analyzer.simulate.traffic import Exchange

NAME = "ndjson"
RESOLUTION = 1
"""Milliseconds that its times tell apart."""

LAYERS = 1
THREAD_LAYER: int | None = None
NOISE_SHARE = 0.0


def template(exchange: Exchange, _layer: int = 0) -> Template:
    """Return the line of an exchange."""
    request, answer = exchange.request, exchange.answer
    failed = answer.verdict is not None
    message = page(answer.status) if answer.shape == "html" else answer.message
    record = {
        "ts": TIME, "request_id": REQUEST_ID, "method": request.call.method, "path": request.path,
        "model": request.model, "client": request.client, "api_key": request.key, "status": answer.status,
        "duration_ms": DURATION, "error_code": answer.code if failed else None,
        "error_message": message if failed else None,
    }  # fmt: skip
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return Template(
        with_slots(text), Facts(status=answer.status, model=request.model, verdict=answer.verdict)
    )


def noise(_layer: int = 0) -> list[Template]:
    """Return nothing: every line is an event."""
    return []
