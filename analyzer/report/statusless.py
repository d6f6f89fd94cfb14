"""Requests that tell no status: a failure among them counts only where its line tells it otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MOST = 0.5


def lacks_status(rows: Sequence[Mapping[str, Any]], overview: Mapping[str, Any]) -> bool:
    """Tell whether most events of a span without a failure tell no status.

    `rows` are those of the query `without_status`, `overview` the span's totals.
    """
    found = sum(row["without_status"] for row in rows)
    return bool(found) and not overview["failures"] and found >= _MOST * overview["events"]
