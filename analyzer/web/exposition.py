"""Prometheus' text format: metrics with their help and type, values and labels escaped by its rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Metric:
    """A metric: its name without surprises, `counter` or `gauge`, what it means, and its series."""

    name: str
    kind: str
    help: str
    series: list[tuple[Mapping[str, str], float]] = field(default_factory=list)


def exposition(metrics: Iterable[Metric]) -> str:
    """Return the metrics as Prometheus reads them; one without a series is left out."""
    return "".join(_lines(metric) for metric in metrics if metric.series)


def _lines(metric: Metric) -> str:
    head = f"# HELP {metric.name} {_help(metric.help)}\n# TYPE {metric.name} {metric.kind}\n"
    return head + "".join(
        f"{metric.name}{_labels(labels)} {_number(value)}\n" for labels, value in metric.series
    )


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_value(text)}"' for name, text in labels.items()) + "}"


def _value(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return escaped.encode("utf-8", "replace").decode()


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if float(value).is_integer() else repr(float(value))
