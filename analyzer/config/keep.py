"""How long events are kept: `90d` or `12w`, whole days."""

from __future__ import annotations

import re

_KEEP = re.compile(r"(\d{1,5})\s*(d|w)")


def days_of(keep: str) -> int:
    """Return the days that `keep` (`90d`, `12w`) means, 1 at least. Raises ValueError with the way out."""
    found = _KEEP.fullmatch(keep.strip())
    days = int(found[1]) * (7 if found[2] == "w" else 1) if found else 0
    if not days:
        raise ValueError(f"write days or weeks, such as 90d or 12w, not {keep!r}")
    return days
