"""What stands in a message's placeholders: realistic values, and now and then nasty ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.classification.entry import Entry
from analyzer.simulate.draws import Draws
from analyzer.simulate.world import CHAT_MODELS, VIDEO_MODELS, Request, client_address

_NASTY = (
    "my model (copy 2)",
    "[draft] 50% off",
    'it\'s "new"',
    "通义万相-视频",
    "ModelArts.81003",
    "a\\b/c?d=e&f=100%25",
    "{model}",
    "<script>alert(1)</script>",
)
_FIELDS = ("model", "messages", "prompt", "content", "image_url", "duration")
_LIMITS = {"second": ("1", "3", "5", "10"), "minute": ("10", "30", "60", "300")}
_ENUMERATIONS = (
    ("messages[1].role", "SYSTEM", "['system', 'user', 'assistant', 'function', 'tool']"),
    ("resolution", "8K", "['480P', '720P', '1080P']"),
    ("response_format.type", "yaml", "['text', 'json_object']"),
    ("size", "1920*1081", "['1280*720', '720*1280']"),
    ("tools[0].type", '"函数"', "['function']"),
)


def fill(message: str, request: Request, draws: Draws) -> str:
    """Return the message with each `%s` replaced by a value that fits its place."""
    values = _values(message, request, draws)
    for value in values:
        message = message.replace("%s", value.replace("%s", "%"), 1)
    return message


def wire_forms(entry: Entry) -> tuple[str, ...]:
    """Return the texts under which a row is seen on the wire, placeholders still open."""
    if "Tokenizer encode failed" in entry.message:
        length = "the prompt length %s must less than the maximum input length %s"
        tail = f"{length}.Request failed with status: 400 BAD_REQUEST."
        return entry.message, f"{entry.message} {tail}", f"{length}.", f"Inference failed: {length}"
    if "staring" in entry.message:
        return entry.message, entry.message.replace("staring", "starting")
    return (entry.message,)


def _values(message: str, request: Request, draws: Draws) -> Sequence[str]:
    if "not one of" in message:
        return draws.pick(_ENUMERATIONS)
    for words, make in _MAKERS:
        if words in message:
            return make(request, draws)
    return ()


def _name(usual: str, draws: Draws) -> str:
    return draws.pick(_NASTY) if draws.chance(0.2) else usual


def _prompt(_request: Request, draws: Draws) -> Sequence[str]:
    return str(draws.number(129_025, 260_000)), draws.pick(("129024", "32768", "131072"))


def _unsupported(request: Request, draws: Draws) -> Sequence[str]:
    return _name(request.model or draws.pick(CHAT_MODELS), draws), request.path.partition("?")[0]


def _tokens(_request: Request, draws: Draws) -> Sequence[str]:
    return (draws.pick(("10000", "60000", "300,000", "1000000")),)


_MAKERS: tuple[tuple[str, Callable[[Request, Draws], Sequence[str]]], ...] = (
    ("prompt length %s", _prompt),
    ("request body, %s is empty", lambda _, draws: (_name(draws.pick(_FIELDS), draws),)),
    ("client ip %s", lambda _, draws: (client_address(draws),)),
    ("Invalid model %s", lambda _, draws: (_name(draws.pick(CHAT_MODELS + VIDEO_MODELS), draws),)),
    ("custom endpoint %s", lambda _, draws: (_name(f"ep-{draws.label(8)}", draws),)),
    ("The model %s", _unsupported),
    ("ask %s", lambda request, draws: (_name(request.task or draws.label(32), draws),)),
    ("maximum size %s", lambda _, draws: (draws.pick(("8388608", "10MB", "64 MB (67108864 bytes)")),)),
    ("%s times per second", lambda _, draws: (draws.pick(_LIMITS["second"]),)),
    ("%s times per minute", lambda _, draws: (draws.pick(_LIMITS["minute"]),)),
    ("%s tokens per minute", _tokens),
    ("Parameter (%s)", lambda _, draws: (draws.pick(("endpoint_name", "remark", "service_name", *_NASTY)),)),
)
