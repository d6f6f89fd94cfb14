"""The ways calls end, as families: how often each is met, in which situation, and how one is made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from analyzer.classification.entry import Entry
from analyzer.simulate.answer import Answer, Verdict, unknown, verdict_of, verdict_of_code
from analyzer.simulate.draws import Draws
from analyzer.simulate.foreign import CODE_LEVEL, FOREIGN
from analyzer.simulate.values import fill, wire_forms
from analyzer.simulate.world import Request

Maker = Callable[[Request, Draws], Answer]

_FREQUENT = {
    "ModelArts.81101": 90, "ModelArts.81001": 60, "ModelArts.81011": 40, "ModelArts.81003": 24,
    "ModelArts.81108": 20, "ModelArts.81110": 18, "ModelArts.81009": 16, "ModelArts.81104": 14,
    "ModelArts.81102": 14, "ModelArts.81006": 8, "ModelArts.81004": 8, "ModelArts.6298": 6,
}  # fmt: skip
_USUAL = 3
_DISTINCT = ("81101", "81110", "81104", "81006")
_STREAMED = ("81101", "81102", "81104", "81011")
_BY_TASK = ("81011", "81102", "81110")


@dataclass(frozen=True)
class Family:
    """Answers of one kind: the kind of call they belong to (empty: any), their weight, and their maker."""

    kind: str
    weight: float
    make: Maker


def daily_failures(entries: Sequence[Entry]) -> list[Family]:
    """Return what fails on any day; each family is met at least once in a log of some size."""
    families = [Family(call_kind(entry), _weight(entry), _plain(entry)) for entry in entries]
    families += [Family("chat", 2, maker) for maker in _disguised(entries)]
    families += [Family("task", 2, _task(entry)) for entry in _coded(entries, _BY_TASK)]
    families += [Family("", 3, _fixed(row, unknown(row[1]))) for row in FOREIGN]
    families += [Family("chat", 3, _fixed(row, verdict_of_code(row[1], entries))) for row in CODE_LEVEL]
    families += [Family("", 4, _bodiless("html", status)) for status in (502, 504, 413)]
    families += [Family("", 6, _bodiless("empty", status)) for status in (500, 503, 500)]
    return [
        *families,
        Family("chat", 6, _bodiless("gone", 499)),
        Family("models", 1, _bodiless("garbled", 400)),
    ]


def burst_failures(entries: Sequence[Entry]) -> list[Family]:
    """Return what fails while a client runs into its rate limits."""
    limits = _coded(entries, ("81101",))
    families = [Family(kind, 8, _plain(entry)) for entry in limits for kind in ("chat", "video")]
    families += [Family("chat", 2, _bare(entry)) for entry in limits]
    return [*families, *(Family("chat", 1, _wrapped(entry)) for entry in limits)]


def outage_failures(entries: Sequence[Entry]) -> list[Family]:
    """Return what fails while the service is away: 503 and 504."""
    families = [Family("chat", 50, _plain(entry)) for entry in _coded(entries, ("81104",))]
    families += [Family("chat", 35, _plain(entry)) for entry in _coded(entries, ("81110",))]
    return [
        *families,
        Family("video", 10, _bodiless("html", 504)),
        Family("chat", 12, _bodiless("empty", 503)),
    ]


def successes(entries: Sequence[Entry]) -> list[Family]:
    """Return how calls go well; a few answers quote an error, and are successes all the same."""
    quoted = [Family("chat", 1, _quoted(entry)) for entry in _coded(entries, _STREAMED)]
    return [Family("", 500, lambda _request, _draws: Answer(200, "answer")), *quoted]


def call_kind(entry: Entry) -> str:
    """Return the kind of call that meets an entry."""
    if entry.api == "general":
        return "endpoint" if "ndpoint" in entry.message or "service status" in entry.message else "statistics"
    if "ask %s" in entry.message:
        return "task"
    return "video" if entry.code in ("ModelArts.81017", "ModelArts.81016") else "chat"


def _weight(entry: Entry) -> float:
    return _FREQUENT.get(entry.code or "", _USUAL)


def _coded(entries: Sequence[Entry], numbers: Sequence[str]) -> list[Entry]:
    return [entry for entry in entries if (entry.code or "").removeprefix("ModelArts.") in numbers]


def _disguised(entries: Sequence[Entry]) -> Iterator[Maker]:
    """Yield the ways in which a catalogue error reaches a log in other clothes."""
    yield from (_streamed(entry) for entry in _coded(entries, _STREAMED))
    for entry in _coded(entries, _DISTINCT):
        yield from (_bare(entry), _wrapped(entry), _nested(entry, 1), _nested(entry, 2), _codeless(entry))
    yield from (_plain(entry, status=422) for entry in _coded(entries, ("81001", "81009")))


def _answer(entry: Entry, verdict: Verdict, request: Request, draws: Draws, **changes: object) -> Answer:
    status = entry.http_status or 500
    given: dict[str, object] = {
        "status": status,
        "shape": "plain",
        "code": entry.code,
        "message": fill(draws.pick(wire_forms(entry)), request, draws),
        "verdict": verdict,
        "retryable": status == 429 or status >= 500,
    }
    return Answer(**(given | changes))  # type: ignore[arg-type]


def _plain(entry: Entry, status: int | None = None) -> Maker:
    changes = {} if status is None else {"status": status}
    return lambda request, draws: _answer(entry, verdict_of(entry, "template"), request, draws, **changes)


def _streamed(entry: Entry) -> Maker:
    return lambda request, draws: _answer(
        entry, verdict_of(entry, "template"), request, draws, status=200, shape="stream", retryable=False
    )


def _task(entry: Entry) -> Maker:
    return lambda request, draws: _answer(
        entry, verdict_of(entry, "template"), request, draws, status=200, shape="task", retryable=False
    )


def _bare(entry: Entry) -> Maker:
    return lambda request, draws: _answer(
        entry, verdict_of(entry, "message"), request, draws, code=str(entry.http_status)
    )


def _codeless(entry: Entry) -> Maker:
    return lambda request, draws: _answer(entry, verdict_of(entry, "message"), request, draws, code=None)


def _wrapped(entry: Entry) -> Maker:
    code = f"InferHub.{entry.code}.{entry.http_status}"
    return lambda request, draws: _answer(entry, verdict_of(entry, "template"), request, draws, code=code)


def _nested(entry: Entry, depth: int) -> Maker:
    """Return a maker of errors that hold the cause's body as escaped text, once or more."""

    def make(request: Request, draws: Draws) -> Answer:
        inner = _answer(entry, verdict_of(entry, "template"), request, draws)
        message = inner.message
        code: str | None = inner.code
        for _ in range(depth):
            body = json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False)
            code, message = "upstream_error", f"upstream answered with status {inner.status}: {body}"
        return Answer(502, "plain", code, message, inner.verdict, retryable=True)

    return make


def _fixed(row: tuple[int, str | None, str | None], verdict: Verdict) -> Maker:
    status, code, message = row
    return lambda _request, _draws: Answer(
        status, "plain", code, message, verdict, status == 429 or status >= 500
    )


def _bodiless(shape: str, status: int) -> Maker:
    answer = Answer(status, shape, verdict=unknown(None), retryable=status >= 500)
    return lambda _request, _draws: answer


def _quoted(entry: Entry) -> Maker:
    def make(request: Request, draws: Draws) -> Answer:
        return Answer(200, "quoted", entry.code, fill(entry.message, request, draws))

    return make
