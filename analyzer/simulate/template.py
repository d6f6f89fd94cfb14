"""A line of a format with slots for what differs each time: the moment, the identifiers, the duration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.simulate.answer import Verdict

TIME, REQUEST_ID, DURATION, OPERATION, ATTEMPT, LATER, THREAD = (chr(0xE000 + number) for number in range(7))
"""Characters of the private use area that stand for a slot while a line is put together."""

NUMERIC_TIME = chr(0xE010)
"""Stands for the time where a JSON number is meant, as DURATION and ATTEMPT do."""

_NUMBERS = {DURATION: "{2}", ATTEMPT: "{4}", NUMERIC_TIME: "{0}"}
_ZONE_MILLISECONDS = 8 * 3_600_000
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Facts:
    """What one use of a template adds to the truth: its lines, and its event where it is one."""

    lines: int = 1
    events: int = 1
    damaged: int = 0
    not_a_request: int = 0
    blank: int = 0
    continuation: int = 0
    status: int | None = None
    model: str | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Template:
    """A text for `str.format`.

    Its slots are {0} time, {1} request id, {2} duration, {3} operation and {4} attempt; a client's log
    has {5}, a moment a little later, and {6}, the thread, too. `time` names a shape of `TIME_SHAPES`,
    `unit` is that of the duration: ms or s.
    """

    text: str
    facts: Facts
    time: str = "iso_z"
    unit: str = "ms"


def with_slots(text: str) -> str:
    """Turn the stand-ins of a finished text into slots; every other brace is meant literally."""
    text = text.replace("{", "{{").replace("}", "}}")
    for mark, slot in _NUMBERS.items():
        text = text.replace(f'"{mark}"', slot).replace(f'"\\u{ord(mark):04x}"', slot)
    for number, mark in enumerate((TIME, REQUEST_ID, DURATION, OPERATION, ATTEMPT, LATER, THREAD)):
        text = text.replace(mark, f"{{{number}}}").replace(f"\\u{ord(mark):04x}", f"{{{number}}}")
    return text


def write_times(shape: str, moments: NDArray[np.int64]) -> list[str]:
    """Write moments (milliseconds since 1970, UTC) in one of the shapes."""
    return TIME_SHAPES[shape](moments)


def _iso(moments: NDArray[np.int64]) -> list[str]:
    texts: list[str] = np.datetime_as_string(moments.astype("datetime64[ms]")).tolist()
    return texts


def _iso_offset(moments: NDArray[np.int64]) -> list[str]:
    return [f"{text}+08:00" for text in _iso(moments + _ZONE_MILLISECONDS)]


def _naive(moments: NDArray[np.int64]) -> list[str]:
    return [text.replace("T", " ") for text in _iso(moments)]


def _epoch_seconds(moments: NDArray[np.int64]) -> list[str]:
    return [f"{moment // 1000}.{moment % 1000:03d}" for moment in moments.tolist()]


def _common(moments: NDArray[np.int64], offset: str = "+0000") -> list[str]:
    """Write the time of the common log format, whole seconds, in UTC unless shifted before."""
    return [
        f"{text[8:10]}/{_MONTHS[int(text[5:7])]}/{text[:4]}:{text[11:19]} {offset}" for text in _iso(moments)
    ]


TIME_SHAPES: dict[str, Callable[[NDArray[np.int64]], list[str]]] = {
    "iso_z": lambda moments: [f"{text}Z" for text in _iso(moments)],
    "iso_offset": _iso_offset,
    "iso_micro": lambda moments: [f"{text}000+00:00" for text in _iso(moments)],
    "naive": _naive,
    "comma": lambda moments: [text.replace(".", ",") for text in _naive(moments)],
    "epoch_ms": lambda moments: [str(moment) for moment in moments.tolist()],
    "epoch_s": _epoch_seconds,
    "common": _common,
    "common_east": lambda moments: _common(moments + _ZONE_MILLISECONDS, "+0800"),
}
"""Each shape writes moments as texts; those without a zone are UTC."""
