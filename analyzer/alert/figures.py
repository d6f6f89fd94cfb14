"""How much, against what: a signal's figures as a clause in a person's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from analyzer.text import Texts


def figures(signal: Mapping[str, Any], texts: Texts) -> str:
    """Return the figures of a signal of a message in words."""
    if is_gone(signal):
        return texts["alert.rule_gone"]
    measure = signal["measure"]
    said = _said(signal, texts, f"usual_{measure}" if "usual" in signal else measure)
    return texts.say("alert.rule_creeping", figures=said) if signal.get("creeping") else said


def is_gone(signal: Mapping[str, Any]) -> bool:
    """Say whether the signal's rule is no longer in force: what it was held against went with it."""
    return signal.get("against") == "threshold" and signal.get("threshold") is None


def _said(signal: Mapping[str, Any], texts: Texts, key: str) -> str:
    values = {
        name: words(signal[name], texts) for name, words in _WORDS.items() if signal.get(name) is not None
    }
    is_rate = signal["measure"] == "rate"
    for name in ("value", "usual", "threshold"):
        if signal.get(name) is not None:
            amount = float(signal[name])
            values[name] = texts.percent(amount) if is_rate else texts.number(round(amount))
    if signal["measure"] == "burn":
        values["pace"] = f"{float(signal['value']):,.1f}"
        values["window"] = _span(signal["long"], texts)
    if signal["measure"] == "silence":
        values["gap"] = _span(signal["value"], texts)
        source = signal.get("scope", {}).get("source")
        if source:
            values["source"], key = str(source), f"{key}_of"
    return texts.say(f"alert.rule_{key}", **values)


def _span(minutes: Any, texts: Texts) -> str:
    return texts.ago(timedelta(minutes=int(minutes)))


_WORDS: Mapping[str, Callable[[Any, Texts], str]] = {
    "failures": lambda value, texts: texts.count("failures", int(value)),
    "requests": lambda value, texts: texts.count("requests", int(value)),
    "expected": lambda value, texts: texts.count("requests", round(float(value))),
    "window": _span,
    "unseen_days": lambda value, texts: texts.count("days", int(value)),
    "slo": lambda value, texts: texts.percent(float(value)),
}
