"""The text log of a Python client: httpx's request lines, SDK exceptions, tracebacks, and other chatter.

The layout of the lines changes from day to day, as if the service were deployed with another one.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.simulate import python_text as text
from analyzer.simulate.answer import Answer
from analyzer.simulate.template import LATER, REQUEST_ID, THREAD, TIME, Facts, Template, with_slots
from analyzer.simulate.traffic import Exchange
from analyzer.simulate.weave import RECORD_END

NAME = "python-client"
RESOLUTION = 1
"""Milliseconds that its times tell apart."""

_LAYOUTS = (
    "{time} {level} {name}: {message}",
    "{time} - {name} - {level} - {message}",
    "{time} [{thread}] {level} {name} - {message}",
    "{time} | {level:<8} | {name}:run:88 - {message}",
)
LAYERS = len(_LAYOUTS)
THREAD_LAYER: int | None = 2
NOISE_SHARE = 0.25
_DOTTED_TIME = 3
_CHATTER = (
    ("INFO", "app.worker", "picked up job {1}"),
    ("DEBUG", "httpcore.connection", "connect_tcp.started host='api.modelarts-maas.com' port=443"),
    ("DEBUG", "httpcore.http11", "receive_response_headers.complete return_value=(b'HTTP/1.1', 429)"),
    ("WARNING", "app.queue", "depth 429 exceeds 403, 81101 tokens waiting"),
    ("INFO", "app.prompt", "user asks: why \"Too many requests, the rate limit is 5 times per second.\"?"),
    ("INFO", "app.video", "task {1} is running (状态: 生成中)"),
)  # fmt: skip


def template(exchange: Exchange, layer: int = 0) -> Template:
    """Return the records of an exchange: its request line, and what the client says of a failure."""
    answer = _seen_by_client(exchange.answer)
    exchange = replace(exchange, answer=answer)
    if answer.verdict is None:
        return _success(exchange, layer)
    if answer.shape == "gone":
        facts = Facts(verdict=answer.verdict)
        return _finish([_exception(exchange, layer, text.lost_connection(exchange))], layer, facts)
    facts = Facts(status=answer.status, verdict=answer.verdict)
    if _is_only_retried(exchange):
        verdict = replace(answer.verdict, match="none", code=None, entry=None, category=None, owner="unknown")
        records = [_request_line(exchange, layer), _retrying(exchange, layer)]
        return _finish(records, layer, replace(facts, verdict=verdict, not_a_request=1))
    if answer.status in (400, 401, 403, 404) and exchange.variety % 12 == 0:
        return _finish([_exception(exchange, layer, text.traceback(exchange))], layer, facts)
    return _finish(*_told(exchange, layer, facts))


def noise(layer: int = 0) -> list[Template]:
    """Return the lines that are no event, each met once before chance decides."""
    other = Facts(events=0, not_a_request=1)
    chatter = [
        Template(_laid_out(layer, "{0}", "{6}", level, name, message), other, _time(layer))
        for level, name, message in _CHATTER
    ]
    blank, damaged = Facts(events=0, blank=1), Facts(events=0, damaged=1)
    return [*chatter, *chatter, Template("", blank), Template("\udcff\udcfe\x00 \udce9\udc80 cut", damaged)]


def _seen_by_client(answer: Answer) -> Answer:
    """Return the answer as the client meets it: what a 200 carries elsewhere comes as its own status here."""
    if answer.shape in ("stream", "task") and answer.verdict is not None and answer.verdict.entry is not None:
        return replace(answer, shape="plain", status=answer.verdict.entry.http_status or 500)
    return answer


def _is_only_retried(exchange: Exchange) -> bool:
    """Tell whether the client tries again without saying what the answer held."""
    answer = exchange.answer
    bodiless = answer.shape in ("html", "empty") and answer.status >= 500
    return bodiless or (answer.retryable and exchange.variety % 4 == 0)


def _success(exchange: Exchange, layer: int) -> Template:
    records, facts = [_request_line(exchange, layer)], Facts(status=exchange.answer.status)
    if exchange.answer.shape == "quoted":
        message = f"the model answered: {exchange.answer.code} means {exchange.answer.message!r}"
        records.append(_laid_out(layer, LATER, THREAD, "INFO", "app.chat", message))
        facts = replace(facts, not_a_request=1)
    return _finish(records, layer, facts)


def _told(exchange: Exchange, layer: int, facts: Facts) -> tuple[list[str], int, Facts]:
    """Return the request line and one of the ways in which a client logs the exception that follows."""
    request_line = _request_line(exchange, layer)
    way = exchange.variety // 12 % 6
    if way < 2:
        return [request_line, _exception(exchange, layer, text.traceback(exchange))], layer, facts
    if way == 2:
        return [request_line, _exception(exchange, layer, text.chained_traceback(exchange))], layer, facts
    if way == 3 and layer != THREAD_LAYER:
        return [request_line, text.traceback(exchange)], layer, facts
    failure = f"request failed: {text.error_code(exchange)}"
    record = _laid_out(layer, LATER, THREAD, "ERROR", "app.worker", failure)
    if way == 4:
        between = _laid_out(layer, LATER, THREAD, "INFO", "app.metrics", "answered after 1 attempt")
        return [request_line, between, record], layer, replace(facts, not_a_request=1)
    return [request_line, record], layer, facts


def _request_line(exchange: Exchange, layer: int) -> str:
    return _laid_out(layer, TIME, THREAD, "INFO", "httpx", text.http_request(exchange))


def _retrying(exchange: Exchange, layer: int) -> str:
    seconds = 0.375 + exchange.variety % 1_000_000 / 2_000_000
    path = exchange.request.path.removeprefix("/v1")
    message = f"Retrying request to {path} in {seconds:.6f} seconds"
    return _laid_out(layer, LATER, THREAD, "INFO", "openai._base_client", message)


def _exception(exchange: Exchange, layer: int, traceback: str) -> str:
    """Return the record of `logger.exception`: a line of the layout, then the traceback."""
    head = f"job {REQUEST_ID} failed ({exchange.request.call.kind})"
    moment = TIME if exchange.answer.shape == "gone" else LATER
    return _laid_out(layer, moment, THREAD, "ERROR", "app.worker", head) + "\n" + traceback


def _laid_out(layer: int, time: str, thread: str, level: str, name: str, message: str) -> str:
    return _LAYOUTS[layer].format(time=time, thread=thread, level=level, name=name, message=message)


def _time(layer: int) -> str:
    return "naive" if layer == _DOTTED_TIME else "comma"


def _finish(records: list[str], layer: int, facts: Facts) -> Template:
    """Join the records and count their lines: the first, blank ones, chatter, and continuation."""
    lines = "\n".join(records).split("\n")
    blank = lines.count("")
    continuation = len(lines) - 1 - blank - facts.not_a_request
    counted = replace(facts, lines=len(lines), blank=blank, continuation=continuation)
    return Template(with_slots(RECORD_END.join(records)), counted, _time(layer))
