"""Which minutes were read already, so that each is read once."""

from __future__ import annotations


class Spans:
    """A set of minutes, as spans [since, until) in order that do not touch."""

    def __init__(self) -> None:
        self._held: list[tuple[int, int]] = []

    def take(self, since: int, until: int) -> list[tuple[int, int]]:
        """Add a span; return the parts of it that were not in the set."""
        if until <= since:
            return []
        missing, start = [], since
        merged = (since, until)
        kept = []
        for held in self._held:
            if held[1] < since or held[0] > until:
                kept.append(held)
                continue
            if held[0] > start:
                missing.append((start, held[0]))
            start = max(start, held[1])
            merged = (min(merged[0], held[0]), max(merged[1], held[1]))
        if start < until:
            missing.append((start, until))
        self._held = sorted([*kept, merged])
        return missing
