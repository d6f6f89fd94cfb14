"""A rule and the policy that all rules share, as a file says them.

[policy]                        # in one file only; every key may be left out
quiet_hours = ["22:00-07:00"]   # in the configuration's time zone; a warning over by their end is not told
break_through = "alert"         # what is told in quiet hours too: alert, or none
remind = "4h"                   # an incident that stays open is told again; 0 never
cool_down = "15m"               # how long all must be quiet before an incident is over
together = "30m"                # what begins within this of an incident's beginning may belong to it
every = "1m"                    # how often `ingest --follow` and `serve` evaluate
delay = "0m"                    # judge the moment so long ago, for logs that come so late

[[rule]]
name = "provider-failures"
kind = "rate"                   # rate, count, new_entry, silence, anomaly or burn_rate
title = { en = "...", zh = "..." }
owner = "provider"              # or entry, code, category, model; several narrow it further
source = "api/*.log"            # a log's whole name, or its end from a / on
release = 0.8                   # below this part of its threshold a level is over
cool_down = "15m"               # of this rule, in place of the policy's
...                             # and the keys of its kind
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analyzer.alert.schema import Key, one_of, share, slug, span, span_or_none, text, title, up_to
from analyzer.alert.scope import Scope
from analyzer.classification.entry import CATEGORIES, OWNERS

WARNING, ALERT = "warning", "alert"
LEVELS = (WARNING, ALERT)
"""From the lower to the higher."""

RELEASE = 0.8
SCOPE_KEYS = ("entry", "code", "category", "owner", "model", "source")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY = 24 * 60


@dataclass(frozen=True)
class Rule:
    """A rule: what it looks at, how it is judged (`kind`, `settings`), and when it is over.

    `settings` holds the keys of its kind; `cool_down` is in minutes, None where the policy's holds;
    `hash` changes with the definition.
    """

    name: str
    kind: str
    title: Mapping[str, str]
    scope: Scope
    settings: Mapping[str, Any]
    release: float
    cool_down: int | None
    path: Path
    hash: str


@dataclass(frozen=True)
class Policy:
    """How incidents are told; spans are minutes, quiet hours are minutes of the day."""

    quiet_hours: tuple[tuple[int, int], ...] = ()
    break_through: str = ALERT
    remind: int = 4 * 60
    cool_down: int = 15
    together: int = 30
    every: int = 1
    delay: int = 0


@dataclass(frozen=True)
class Rules:
    """The rules that are in force, and their policy."""

    rules: tuple[Rule, ...]
    policy: Policy = field(default_factory=Policy)

    def by_name(self) -> dict[str, Rule]:
        """Return the rules by name."""
        return {rule.name: rule for rule in self.rules}


def quiet_hours(value: Any) -> tuple[tuple[int, int], ...]:
    """Read quiet hours: a text such as `22:00-07:00`, or a list of them."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise ValueError(f"write ['22:00-07:00'], not {value!r}")
    spans = []
    for one in texts:
        found = _QUIET.fullmatch(one.replace(" ", "")) if isinstance(one, str) else None
        start, end = (0, 0) if found is None else (_minute(found[1], found[2]), _minute(found[3], found[4]))
        if found is None or start == end or end > _DAY:
            raise ValueError(f"write times such as '22:00-07:00', not {one!r}")
        spans.append((start, end))
    return tuple(spans)


def digest(raw: Mapping[str, Any]) -> str:
    """Return a hash of a rule's table."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()[:16]


POLICY_KEYS: Mapping[str, Key] = {
    "quiet_hours": Key(quiet_hours, ()),
    "break_through": Key(one_of(ALERT, "none"), ALERT),
    "remind": Key(span_or_none, 4 * 60),
    "cool_down": Key(span_or_none, 15),
    "together": Key(span_or_none, 30),
    "every": Key(span, 1),
    "delay": Key(up_to(span_or_none, 0, _DAY, "of at most 1d"), 0),
}
COMMON_KEYS: Mapping[str, Key] = {
    "name": Key(slug),
    "kind": Key(text),
    "title": Key(title, None),
    "release": Key(share, RELEASE),
    "cool_down": Key(span_or_none, None),
    **{name: Key(text, None) for name in SCOPE_KEYS},
    # A misspelt word of a fixed vocabulary would make a rule that never fires. `several` is that of a known
    # code whose rows differ.
    "category": Key(one_of(*CATEGORIES, "uncatalogued", "several"), None),
    "owner": Key(one_of(*OWNERS, "unknown", "several"), None),
}


def _minute(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)
