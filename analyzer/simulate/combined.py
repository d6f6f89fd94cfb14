"""The combined access log of nginx and Apache, with the request's time and the upstream's error body."""

from __future__ import annotations

from analyzer.simulate.bodies import ERROR_SHAPES, body_text
from analyzer.simulate.template import DURATION, TIME, Facts, Template, with_slots
from analyzer.simulate.traffic import Exchange

NAME = "combined"
RESOLUTION = 1_000
"""Milliseconds that its times tell apart."""

LAYERS = 1
THREAD_LAYER: int | None = None
NOISE_SHARE = 0.002
_GARBLED = ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "", "\x03\x00\x00/*\xe0")


def template(exchange: Exchange, _layer: int = 0) -> Template:
    """Return the line of an exchange: most with its body in a trailing field, a few plain combined lines."""
    variety, request, answer = exchange.variety, exchange.request, exchange.answer
    escape = _apache if variety % 8 == 0 else _nginx
    asked = f"{request.call.method} {request.path} HTTP/1.1"
    if answer.shape == "garbled":
        asked = "".join(
            f"\\x{ord(letter):02X}" if not letter.isalnum() else letter for letter in _GARBLED[variety % 3]
        )
        asked = asked or "-"
    elif answer.shape == "quoted":
        asked = asked.replace(" HTTP", f"?q={answer.code} HTTP")
    carries = answer.shape in ("plain", "stream", "task", "html")
    body = escape(body_text(exchange, ERROR_SHAPES[variety // 8 % 3], f"{variety:016x}")) if carries else "-"
    line = (
        f'{request.client} - {request.key if variety % 4 == 1 else "-"} [{TIME}] "{asked}" {answer.status} '
        f'{_size(exchange)} "{_referrer(request.agent)}" "{escape(request.agent)}"'
    )
    if carries or variety % 10:
        line += f' {DURATION} "{body}"'
    zone = "common" if variety % 3 == 0 else "common_east"
    return Template(with_slots(line), Facts(status=answer.status, verdict=answer.verdict), zone, "s")


def noise(_layer: int = 0) -> list[Template]:
    """Return the lines that are no event, each met once before chance decides."""
    damaged = Facts(events=0, damaged=1)
    return [
        Template("", Facts(events=0, blank=1)),
        Template('198.51.100.7 - - [{0}] "POST /v1/chat/comp', damaged, "common_east"),
        Template("\udc80\udc81\udc82 \x01\x02 \udcff\udcfe", damaged),
        Template("203.0.113.9 - - [{0}", damaged, "common_east"),
    ]


def _size(exchange: Exchange) -> int:
    if exchange.answer.verdict is None:
        return 400 + exchange.variety % 9_000
    return len(exchange.answer.message or "") + 40


def _referrer(agent: str) -> str:
    return "https://studio.example.com/workspace/generate" if agent.startswith(("Mozilla", "video")) else "-"


def _nginx(text: str) -> str:
    """Escape as nginx does: the quote, the backslash and every byte that is not printable ASCII as \\xHH."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02X}" for byte in text.encode()
    )


def _apache(text: str) -> str:
    """Escape as Apache does: the quote and the backslash with a backslash, control characters as C does."""
    short = {ord('"'): '\\"', ord("\\"): "\\\\", 10: "\\n", 13: "\\r", 9: "\\t"}
    return "".join(
        short.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in text.encode()
    )
