"""The list of rules for people and machines: what each looks at, and from which figures on it fires."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyzer.alert.clock import DAY, HOUR
from analyzer.alert.load import read_rules
from analyzer.alert.rule import Rule, Rules

_SPANS = ("window", "unseen", "after", "history", "creep")


def listing(rules: Rules, examples: Mapping[str, Path], language: str) -> str:
    """Return the rules in force and the examples, as lines of text."""
    lines = []
    for path in dict.fromkeys(rule.path for rule in rules.rules):
        lines.append(f"{path}")
        lines += [_line(rule, language) for rule in rules.rules if rule.path == path]
    if not rules.rules:
        lines.append("no rules are in force; name a file of them in analyzer.toml under alerts")
    lines += ["", "examples to copy (analyzer alerts show NAME > alerts.toml)"]
    for name, path in examples.items():
        found, _ = read_rules(path)
        lines.append(f"  {name:<10}{', '.join(rule.name for rule in found)}")
    return "\n".join(lines) + "\n"


def listing_as_json(rules: Rules, examples: Mapping[str, Path]) -> dict[str, Any]:
    """Return the same as one object; spans are minutes."""
    return {
        "rules": [
            {
                "name": rule.name,
                "kind": rule.kind,
                "title": dict(rule.title),
                "scope": rule.scope.said(),
                "settings": dict(rule.settings),
                "release": rule.release,
                "file": str(rule.path),
            }
            for rule in rules.rules
        ],
        "policy": vars(rules.policy),
        "examples": {name: str(path) for name, path in examples.items()},
    }


def span_text(minutes: int) -> str:
    """Return a span of minutes as rules write it: 10m, 6h, 30d."""
    if minutes and minutes % DAY == 0:
        return f"{minutes // DAY}d"
    return f"{minutes // HOUR}h" if minutes and minutes % HOUR == 0 else f"{minutes}m"


def _line(rule: Rule, language: str) -> str:
    scope = ", ".join(f"{name} {value}" for name, value in rule.scope.said().items())
    settings = ", ".join(
        f"{name} {span_text(value) if name in _SPANS else _number(value)}"
        for name, value in rule.settings.items()
        if value is not None
    )
    title = rule.title.get(language) or rule.title["en"]
    return f"  {rule.name}: {title}\n      {rule.kind}{f' of {scope}' if scope else ''}; {settings}"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
