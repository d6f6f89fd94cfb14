"""Who calls what: the calls of the model API and of the general API, models, clients, agents and keys.

All names are made up or public, and the addresses are those reserved for documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from analyzer.simulate.draws import Draws

CHAT_MODELS = (
    "qwen3-32b", "qwen3-235b-a22b", "qwen2.5-vl-72b", "deepseek-v3.2", "deepseek-r1", "DeepSeek-V3",
    "kimi-k2", "glm-4.6",
)  # fmt: skip
VIDEO_MODELS = ("wan2.2-t2v-a14b", "wan2.2-i2v-a14b", "hunyuan-video", "cogvideox-5b")
IMAGE_MODELS = ("qwen-image", "flux-1-dev")
AGENTS = (
    "OpenAI/Python 2.8.1 (Linux; x86_64) CPython/3.11.9",
    "OpenAI/Python 2.7.2 (Windows; AMD64) CPython/3.12.7",
    "OpenAI/Python 1.109.1 (Darwin; arm64) CPython/3.13.1",
    "AsyncOpenAI/Python 2.7.2",
    "python-httpx/0.28.1",
    "python-requests/2.32.5",
    "okhttp/4.12.0",
    "Go-http-client/2.0",
    "curl/8.5.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "video-studio/4.2 (批量生成; \"nightly\")",
)  # fmt: skip
PROJECTS = ("0d4c7a91b6e84f2f9a3b5c6d7e8f9012", "6f1e2d3c4b5a69788796a5b4c3d2e1f0")
HOSTS = {"model": "api.modelarts-maas.com", "general": "modelarts.cn-southwest-2.myhuaweicloud.com"}


@dataclass(frozen=True)
class Call:
    """A kind of request: `kind` tells which errors it can meet, `duration` is its median in milliseconds."""

    kind: str
    api: str
    method: str
    path: str
    models: tuple[str, ...]
    duration: int
    weight: int


_ENDPOINT = "/v1/{project}/maas/services/custom-endpoint/endpoint"
_MONITORING = "/v1/{project}/maas/monitoring"
CALLS = (
    Call("chat", "model", "POST", "/v1/chat/completions", CHAT_MODELS, 1_800, 56),
    Call("video", "model", "POST", "/v1/video/generations", VIDEO_MODELS, 320, 8),
    Call("task", "model", "GET", "/v1/video/generations/{task}", VIDEO_MODELS, 45, 20),
    Call("image", "model", "POST", "/v1/images/generations", IMAGE_MODELS, 4_200, 4),
    Call("models", "model", "GET", "/v1/models", (), 25, 2),
    Call("endpoint", "general", "POST", _ENDPOINT, (), 180, 2),
    Call("endpoint", "general", "GET", f"{_ENDPOINT}?limit=20&offset={{number}}", (), 60, 2),
    Call("endpoint", "general", "PUT", f"{_ENDPOINT}/{{task}}", (), 150, 1),
    Call("statistics", "general", "POST", f"{_MONITORING}/show-statistics", (), 240, 3),
    Call("statistics", "general", "POST", f"{_MONITORING}/{{task}}/list-version-statistics", (), 210, 2),
)  # fmt: skip
_BY_WEIGHT = {
    "": tuple(call for call in CALLS for _ in range(call.weight)),
    **{kind: tuple(call for call in CALLS if call.kind == kind) for kind in {call.kind for call in CALLS}},
}


@dataclass(frozen=True)
class Request:
    """One request as a client sent it; `task` is the task, endpoint or service that its path names.

    `key` is the label of the API key, and now and then the key itself.
    """

    call: Call
    path: str
    task: str | None
    model: str | None
    client: str
    agent: str
    key: str


def make_request(draws: Draws, kind: str = "") -> Request:
    """Return a request of a kind of call, or of any kind in its usual share."""
    call = draws.pick(_BY_WEIGHT[kind])
    task = draws.label(32) if "{task}" in call.path else None
    path = call.path.format(
        task=_dashed(task or ""), project=draws.pick(PROJECTS), number=draws.number(0, 9) * 20
    )
    return Request(
        call=call,
        path=path,
        task=_dashed(task) if task else None,
        model=draws.pick(call.models) if call.models else None,
        client=client_address(draws),
        agent=draws.pick(AGENTS),
        key=_leaked_key(draws) if draws.chance(0.03) else f"key-{draws.number(1, 24):03d}",
    )


def client_address(draws: Draws) -> str:
    """Return an address of the ranges for documentation, now and then of IPv6."""
    if draws.chance(0.06):
        return f"2001:db8:{draws.number(1, 40):x}::{draws.number(1, 9999):x}"
    network = draws.pick(("192.0.2", "198.51.100", "203.0.113"))
    return f"{network}.{draws.number(1, 80)}"


def _leaked_key(draws: Draws) -> str:
    """Return one of three made-up keys that a gateway logged whole: what masking is for."""
    return f"sk-{sha256(bytes([draws.number(1, 3)])).hexdigest()[:40]}"


def _dashed(label: str) -> str:
    return "-".join((label[:8], label[8:12], label[12:16], label[16:20], label[20:])) if label else ""
