"""What a rule looks at: all requests, or those of a model or source, and which of their failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Scope:
    """Which requests (`model`, `source`) and which of their failures (the others) count; None is all.

    `source` is a glob over the names of sources: a whole name, or its end from a `/` on (`api/*.log`).
    """

    entry: str | None = None
    code: str | None = None
    category: str | None = None
    owner: str | None = None
    model: str | None = None
    source: str | None = None

    @property
    def requests(self) -> Scope:
        """The part that says which requests count."""
        return Scope(model=self.model, source=self.source)

    def values(self) -> Mapping[str, str | None]:
        """Return its parts by name."""
        return asdict(self)

    def of_requests(self) -> Mapping[str, str | None]:
        """Return the parts that say which requests count, by name."""
        return {"model": self.model, "source": self.source}

    def said(self) -> dict[str, str]:
        """Return the parts that narrow it."""
        return {name: value for name, value in asdict(self).items() if value is not None}
