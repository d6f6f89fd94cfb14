"""What httpx and the OpenAI SDK write of one exchange, to the letter: request lines, errors, tracebacks."""

from __future__ import annotations

from analyzer.simulate.bodies import ERROR_SHAPES, error_body
from analyzer.simulate.traffic import Exchange
from analyzer.simulate.world import HOSTS

_PHRASES = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    413: "Request Entity Too Large", 422: "Unprocessable Entity", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
_ERRORS = {
    400: "BadRequestError", 401: "AuthenticationError", 403: "PermissionDeniedError", 404: "NotFoundError",
    413: "APIStatusError", 422: "UnprocessableEntityError", 429: "RateLimitError",
}  # fmt: skip
_CALLS = {
    "chat": "client.chat.completions.create(model=model, messages=messages)",
    "models": "client.models.list()",
    "image": "client.images.generate(model=model, prompt=prompt)",
}
_TRACEBACK = "Traceback (most recent call last):"
_LIBRARY = "/opt/venv/lib/python3.11/site-packages"


def http_request(exchange: Exchange) -> str:
    """Return httpx's line for the exchange; a status without a phrase leaves its space."""
    request, status = exchange.request, exchange.answer.status
    return (
        f'HTTP Request: {request.call.method} {_url(exchange)} "HTTP/1.1 {status} {_PHRASES.get(status, "")}"'
    )


def error_code(exchange: Exchange) -> str:
    """Return the SDK's text of a failure: the status, and the body as a Python literal where there is one."""
    answer = exchange.answer
    if answer.shape != "plain":
        return f"Error code: {answer.status}"
    variety = exchange.variety // 3
    return (
        f"Error code: {answer.status} - {error_body(answer, ERROR_SHAPES[variety % 3], f'{variety:016x}')!r}"
    )


def traceback(exchange: Exchange) -> str:
    """Return the traceback that ends in the SDK's exception."""
    raised = "    raise self._make_status_error_from_response(err.response) from None"
    frame = f'  File "{_LIBRARY}/openai/_base_client.py", line 1047, in request\n{raised}'
    return "\n".join([_TRACEBACK, _frame(exchange, 88), frame, _exception(exchange)])


def chained_traceback(exchange: Exchange) -> str:
    """Return the traceback of three exceptions, each raised from or while handling the one before."""
    status = exchange.answer.status
    phrase = f"{status} {_PHRASES.get(status, '')}"
    blame = "Client" if status < 500 else "Server"
    wrapped = '  File "/srv/app/jobs.py", line 41, in run\n    raise GenerationFailed(str(error)) from error'
    return "\n".join(
        [
            _TRACEBACK,
            f'  File "{_LIBRARY}/httpx/_models.py", line 829, in raise_for_status\n'
            "    raise HTTPStatusError(message, request=request, response=self)",
            f"httpx.HTTPStatusError: {blame} error '{phrase}' for url '{_url(exchange)}'",
            f"For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/{status}",
            "",
            "During handling of the above exception, another exception occurred:",
            "",
            traceback(exchange),
            "",
            "The above exception was the direct cause of the following exception:",
            "",
            _TRACEBACK,
            wrapped,
            f"app.jobs.GenerationFailed: {error_code(exchange)}",
        ]
    )


def lost_connection(exchange: Exchange) -> str:
    """Return the traceback of a request that got no answer."""
    error = ("APITimeoutError: Request timed out.", "APIConnectionError: Connection error.")[
        exchange.variety % 2
    ]
    frame = f'  File "{_LIBRARY}/openai/_base_client.py", line 1014, in request\n    raise error from err'
    return "\n".join([_TRACEBACK, _frame(exchange, 88), frame, f"openai.{error}"])


def _frame(exchange: Exchange, line: int) -> str:
    call = _CALLS.get(exchange.request.call.kind, "client.post(path, body=body, cast_to=object)")
    code = f"result = {call}"
    return f'  File "/srv/app/worker.py", line {line}, in run_job\n    {code}\n    {" " * 9}{"^" * len(call)}'


def _exception(exchange: Exchange) -> str:
    name = _ERRORS.get(exchange.answer.status, "InternalServerError")
    return f"openai.{name}: {error_code(exchange)}"


def _url(exchange: Exchange) -> str:
    request = exchange.request
    return f"https://{HOSTS[request.call.api]}{request.path}"
